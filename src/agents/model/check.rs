//! The check after the voice, for all agents alike: what a model has said is held against the moves that it was to say. What is
//! good of it is kept, and a move's own words stand where the model has lost it.

use std::collections::BTreeSet;

use heist_bank::{Bank, Slot, is_said};

use super::clean;
use super::likeness::{Shingles, words as words_in};
use crate::agents::menu::Item;
use crate::crew::Brief;
use crate::heist::{Entry, Move};
use crate::suspicion::{Reader, Stated};

/// A message has at most so many characters, and beside those of its moves at most so many sentences.
const MESSAGE_CHARS: usize = 600;
const MORE_SENTENCES: usize = 1;

/// A sentence beside moves that the model has said itself has at most so many words: what is longer mostly makes something up.
const MORE_WORDS: usize = 14;

/// A sentence is about the move with which it has most of its telling words in common, if these are at least so much of them.
const ABOUT: f64 = 0.34;

/// A move without figures or names is said if so much of its telling words are; one with them, if so much are besides.
const SAID: f64 = 0.6;
const SAID_WITH_FIGURES: f64 = 0.3;

/// A sentence beside the moves is an echo if so much of it was said in one message before; a message that is said whole is a
/// repetition.
const ECHO: f64 = 0.6;
const REPEAT: f64 = 0.5;

/// Why an answer is asked for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// Nothing of the moves is in it.
    Lost,
    /// The same was said before.
    Repeat,
}

/// What an answer is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The message: clean, with all moves in it.
    pub text: String,
    /// How many of the moves the model has said itself, and how many there are.
    pub said: usize,
    moves: usize,
    /// What was wrong, if the model has said none of them, or only what was said before.
    pub lack: Option<Lack>,
}

impl Checked {
    /// Whether the model has said all itself.
    pub fn is_whole(&self) -> bool {
        self.said == self.moves && self.lack.is_none()
    }

    /// Whether it is better than another: more of it is the model's own, and nothing is wrong with it.
    pub fn is_above(&self, other: &Self) -> bool {
        let rank = |checked: &Self| (checked.lack.is_none(), checked.said);
        rank(self) > rank(other)
    }
}

/// Makes a message of an answer.
#[must_use]
pub fn check(answer: &str, brief: &Brief, picked: &[Item]) -> Checked {
    let mut reader = Reader::default();
    let points: Vec<_> = picked.iter().map(|item| Point::of(item, brief, &mut reader)).collect();
    let sentences = clean::sentences(answer, brief);
    let words = picked.iter().map(|item| item.words.to_lowercase()).collect::<Vec<_>>().join(" ");
    let foreign: Vec<_> = names(&brief.bank).into_iter().filter(|name| !words.contains(name)).collect();
    let has_other = |sentence: &Sentence| {
        let lower = sentence.text.to_lowercase();
        sentence.stated.figures().iter().any(|figure| !points.iter().any(|point| point.stated.has(figure)))
            || foreign.iter().any(|name| lower.contains(name))
    };
    let mut sentences: Vec<_> = sentences
        .into_iter()
        .map(|text| Sentence { stated: reader.read(&text), about: None, text })
        .filter(|sentence| !has_other(sentence))
        .collect();
    for sentence in &mut sentences {
        sentence.about = about(&sentence.stated, &points);
    }
    // What is left of a move that was lost would be said twice.
    let said = |sentences: &[Sentence]| points.iter().map(|point| point.is_said(sentences)).collect::<Vec<_>>();
    let whole = said(&sentences);
    sentences.retain(|sentence| sentence.about.is_none_or(|about| whole[about]));
    let whole = said(&sentences);
    sentences.retain(|sentence| sentence.about.is_none_or(|about| whole[about]));
    let before: Vec<_> = brief.transcript.iter().filter_map(words_of).map(Shingles::of).collect();
    let share = |text: &str| {
        let shingles = Shingles::of(text);
        before.iter().map(|before| shingles.share_in(before)).fold(0.0, f64::max)
    };
    let mut more = 0;
    sentences.retain(|sentence| {
        let short = words_in(&sentence.text).len() <= MORE_WORDS || !whole.contains(&true);
        let keeps = sentence.about.is_some() || short && more < MORE_SENTENCES && share(&sentence.text) < ECHO;
        more += usize::from(keeps && sentence.about.is_none());
        keeps
    });
    let own: Vec<_> = sentences.iter().map(|sentence| sentence.text.as_str()).collect();
    // Moves that were made in the same words before cannot be said much otherwise.
    let moves = picked.iter().map(|item| item.words.as_str()).collect::<Vec<_>>().join(" ");
    let repeats = !own.is_empty() && share(&own.join(" ")) >= REPEAT && share(&moves) < REPEAT;
    let text = assembled(&sentences, picked, &whole);
    let said = whole.iter().filter(|whole| **whole).count();
    let lack = if said == 0 { Some(Lack::Lost) } else { repeats.then_some(Lack::Repeat) };
    Checked { text, said, moves: picked.len(), lack }
}

/// The message: the sentences in their order, and the words of each move that is in none of them before what comes of the next
/// move. Of what is too long the last sentences beside the moves go.
fn assembled(sentences: &[Sentence], picked: &[Item], whole: &[bool]) -> String {
    let mut parts: Vec<(Option<usize>, String)> =
        sentences.iter().map(|sentence| (sentence.about, sentence.text.clone())).collect();
    for (place, item) in picked.iter().enumerate().filter(|(place, _)| !whole[*place]) {
        let at = parts.iter().position(|(about, _)| about.is_some_and(|about| about > place)).unwrap_or(parts.len());
        parts.insert(at, (Some(place), clean::capitalised(&item.words)));
    }
    let length = |parts: &[(Option<usize>, String)]| parts.iter().map(|(_, text)| text.len() + 1).sum::<usize>();
    while length(&parts) > MESSAGE_CHARS
        && let Some(at) = parts.iter().rposition(|(about, _)| about.is_none())
    {
        parts.remove(at);
    }
    parts.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(" ")
}

/// A sentence of an answer.
struct Sentence {
    text: String,
    stated: Stated,
    /// The move that it is about, by its place.
    about: Option<usize>,
}

fn words_of(entry: &Entry) -> Option<&str> {
    if let Entry::Said(message) = entry { Some(&message.text) } else { None }
}

/// The move that a sentence is about.
fn about(stated: &Stated, points: &[Point]) -> Option<usize> {
    let likeness = points.iter().map(|point| point.likeness(stated)).enumerate();
    let (place, likeness) = likeness.max_by(|one, other| one.1.total_cmp(&other.1))?;
    (likeness >= ABOUT).then_some(place)
}

/// What of a move has to be in the text.
struct Point {
    stated: Stated,
    telling: BTreeSet<String>,
    /// Its values, and the names of those who are meant, as far as they stand in its sentence.
    values: Vec<String>,
    /// Words of which one must stand there, so that the move is not turned into another.
    cues: &'static [&'static str],
}

impl Point {
    fn of(item: &Item, brief: &Brief, reader: &mut Reader) -> Self {
        let stated = reader.read(&item.words);
        let mut values: Vec<String> = values(&item.does, brief);
        values.retain(|value| is_said(value, &item.words));
        let telling = stated.words().iter().cloned().collect();
        Self { stated, telling, values, cues: cues(&item.does) }
    }

    /// How much of a sentence's telling words are those of the move.
    fn likeness(&self, stated: &Stated) -> f64 {
        let words: BTreeSet<_> = stated.words().iter().cloned().collect();
        share(words.intersection(&self.telling).count(), words.len())
            + if stated.figures().iter().any(|figure| self.stated.has(figure)) { 1.0 } else { 0.0 }
    }

    /// Whether all of it stands in these sentences.
    fn is_said(&self, sentences: &[Sentence]) -> bool {
        let has_figure = |figure| sentences.iter().any(|sentence| sentence.stated.has(figure));
        let words: BTreeSet<&str> =
            sentences.iter().flat_map(|sentence| sentence.stated.words()).map(String::as_str).collect();
        let text = sentences.iter().map(|sentence| sentence.text.as_str()).collect::<Vec<_>>().join(" ");
        let lower = text.to_lowercase();
        let has_cue = self.cues.is_empty() || self.cues.iter().any(|cue| lower.contains(cue));
        let bare = self.stated.figures().is_empty() && self.values.is_empty();
        let common = self.telling.iter().filter(|word| words.contains(word.as_str())).count();
        self.stated.figures().iter().all(has_figure)
            && self.values.iter().all(|value| is_said(value, &text))
            && has_cue
            && (self.telling.is_empty()
                || share(common, self.telling.len()) >= if bare { SAID } else { SAID_WITH_FIGURES })
    }
}

/// The names of a bank's places and ways by which a model that adds something is known, in small letters.
fn names(bank: &Bank) -> Vec<String> {
    let places = bank.places.iter().map(|place| place.name.as_str());
    let methods = bank.options(Slot::Method).into_iter().map(|method| format!("{method} method"));
    let routes = bank.options(Slot::Route).into_iter().map(|route| format!("{route} route"));
    let names = places.filter(|name| name.contains(' ')).map(str::to_owned).chain(methods).chain(routes);
    names.map(|name| name.to_lowercase()).collect()
}

#[allow(clippy::cast_precision_loss, reason = "counts of words")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// What a move says: values, and whom it means.
fn values(does: &Move, brief: &Brief) -> Vec<String> {
    let fact = |key: &str, value: &str| {
        brief.bank.fact(key).and_then(|fact| fact.with_value(value)).map_or_else(Vec::new, |fact| fact.values)
    };
    match does {
        Move::Report { fact: key, value, .. } => fact(key, value),
        Move::Correct { agent, fact: key, value, .. } => {
            let other = (*agent != brief.me.name).then(|| agent.to_string());
            fact(key, value).into_iter().chain(other).collect()
        }
        Move::Propose { value, .. }
        | Move::Support { value, .. }
        | Move::Oppose { value, .. }
        | Move::Settle { value, .. } => vec![value.clone()],
        Move::Assign { agent, .. } | Move::Ask { agent, .. } => vec![agent.to_string()],
        Move::Reopen { .. } | Move::Defer { .. } | Move::Conclude { .. } => Vec::new(),
    }
}

/// Words without which a move would be another.
const fn cues(does: &Move) -> &'static [&'static str] {
    match does {
        Move::Oppose { .. } => &[
            "not ",
            "n't",
            "against",
            "no ",
            "oppos",
            "object",
            "disagree",
            "instead",
            "rather",
            "wrong",
            "anything but",
            "alone",
        ],
        Move::Assign { .. } => {
            &["see to", "sees to", "see after", "take care", "takes care", "handle", "charge", "yours", "job"]
        }
        Move::Ask { .. } => &["?", "ask", "tell ", "know", "find out", "look up", "check"],
        Move::Reopen { .. } => &["again", "open", "back", "rethink", "reconsider", "sure", "doubt", "after all"],
        Move::Defer { .. } => &["wait", "yet", "later", "open", "leave", "hold", "not ", "n't", "time", "before"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::{prop_assert, proptest};

    use super::*;
    use crate::agents::model::briefs::{brief as brief_of, said};

    fn brief() -> Brief {
        let earlier = "We go at 22:05, because the recorder is blind then.";
        Brief { transcript: vec![said(1, "planner", earlier)].into(), ..brief_of("hacker") }
    }

    fn item(does: Move, words: &str) -> Item {
        Item { does, words: words.to_owned(), act: None }
    }

    /// A fact and an objection.
    fn picked() -> [Item; 2] {
        let bank = brief().bank;
        let gap = bank.fact("gap").unwrap();
        [
            item(
                Move::Report { fact: "gap".into(), value: gap.value(), source: "shifts".into() },
                "Between 22:00 and 22:12 there is nobody on the vault level.",
            ),
            item(
                Move::Oppose { slot: Slot::Entry, value: "loading dock".into(), because: None },
                "I am against going in by the loading dock, because camera 7 sees it.",
            ),
        ]
    }

    fn checked(answer: &str) -> Checked {
        check(answer, &brief(), &picked())
    }

    #[test]
    fn what_the_model_has_said_itself_stands() {
        for answer in [
            "Nobody is on the vault level between 22:00 and 22:12. And not the loading dock, camera 7 sees that.",
            "hacker: From 22:00 to 22:12 the vault level has nobody, and I'm against the loading dock, camera 7 sees it.",
            "Look, nobody's on the vault level from 22:00 to 22:12! Don't take the loading dock: camera 7 looks at it.",
        ] {
            let checked = checked(answer);
            assert!(checked.is_whole(), "{answer} {checked:?}");
            assert_eq!(checked.text, answer.trim_start_matches("hacker: "));
        }
    }

    #[test]
    fn where_a_move_is_lost_its_own_words_stand_in_its_place() {
        let [gap, dock] = picked().map(|item| item.words);
        for (answer, text) in [
            (
                "The loading dock is no good, camera 7 sees it.",
                format!("{gap} The loading dock is no good, camera 7 sees it."),
            ),
            (
                "Nobody is on the vault level between 22:00 and 22:12.",
                format!("Nobody is on the vault level between 22:00 and 22:12. {dock}"),
            ),
            // One figure is lost, so what is left of the move is not said twice.
            (
                "Nobody is on the vault level from 22:00 on. I object to the loading dock, camera 7 sees it.",
                format!("{gap} I object to the loading dock, camera 7 sees it."),
            ),
            // What is for the dock is not against it.
            (
                "Between 22:00 and 22:12 nobody is on the vault level. We go in by the loading dock, camera 7 sees it.",
                format!("Between 22:00 and 22:12 nobody is on the vault level. {dock}"),
            ),
            // A figure of its own.
            (
                "Between 22:00 and 22:12 nobody is on the vault level. I am against the loading dock, camera 9 sees it.",
                format!("Between 22:00 and 22:12 nobody is on the vault level. {dock}"),
            ),
        ] {
            let checked = checked(answer);
            assert_eq!((checked.text, checked.said, checked.lack), (text, 1, None), "{answer}");
        }
    }

    #[test]
    fn of_what_is_no_message_nothing_stands() {
        let [gap, dock] = picked().map(|item| item.words);
        for answer in [
            "",
            "I'm sorry, but I can't help with that.",
            "planner: Between 22:00 and 22:12 nobody is on the vault level.",
            "[lookout said between 22:00 and 22:12 nobody is on the vault level]",
            "As a mole I say that nobody is there between 22:00 and 22:12.",
            "As the hacker, I must ensure that we have a clear understanding.",
            "The thermal method takes from 22:00 to 22:12 on the vault level.",
        ] {
            let checked = checked(answer);
            assert_eq!(
                (checked.text, checked.said, checked.lack),
                (format!("{gap} {dock}"), 0, Some(Lack::Lost)),
                "{answer}"
            );
        }
    }

    #[test]
    fn one_sentence_beside_the_moves_may_stand_unless_it_was_said_before() {
        let moves = "Nobody is on the vault level between 22:00 and 22:12. Not the loading dock, camera 7 sees it.";
        let more = checked(&format!("{moves} Think of it. And think twice of it, my friends."));
        assert_eq!(more.text, format!("{moves} Think of it."));
        let echo = checked(&format!("{moves} Because the recorder is blind then."));
        assert_eq!(echo.text, moves);
    }

    #[test]
    fn what_was_said_before_is_asked_for_in_other_words() {
        let mut brief = brief();
        let words = "Nobody is on the vault level from 22:00 to 22:12! Never by the loading dock, not with camera 7.";
        Arc::make_mut(&mut brief.transcript).push(said(2, "lookout", words));
        let checked = check(words, &brief, &picked());
        assert_eq!((checked.said, checked.lack), (2, Some(Lack::Repeat)));
        // Where the moves themselves were made in these words it is nobody's fault.
        let [gap, dock] = picked().map(|item| item.words);
        Arc::make_mut(&mut brief.transcript).push(said(3, "lookout", &format!("{gap} {dock}")));
        assert_eq!(check(&format!("{gap} {dock}"), &brief, &picked()).lack, None);
    }

    proptest! {
        #[test]
        fn whatever_a_model_says_the_moves_are_in_the_message(
            answer in "(\\PC|\n|planner: |\\[TOOL:|\\*\\*|We go at 22:05\\. |from 22:00 to 22:12 |the loading dock |camera 7 |Sure! ){0,30}",
        ) {
            let checked = checked(&answer);
            for figure in ["22:00", "22:12", "loading dock"] {
                prop_assert!(checked.text.contains(figure), "{}", checked.text);
            }
            prop_assert!(!checked.text.contains('\n') && !checked.text.contains("[TOOL:") && !checked.text.starts_with("planner:"));
            prop_assert!(checked.text.len() <= MESSAGE_CHARS && checked.text.trim() == checked.text, "{}", checked.text);
            prop_assert!(!checked.text.contains("22:05"), "{}", checked.text);
        }
    }
}
