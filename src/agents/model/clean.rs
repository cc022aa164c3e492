//! Cleaning what a model says: one paragraph by the agent itself, in character, that says something new.

use std::collections::HashSet;

use super::agenda::Agenda;
use super::likeness::{Shingles, words};
use super::lines::{is_other, own_lines, speaker, strip_preamble, unquote, whole_sentences};
use super::manner::{self, Manner};
use super::private;
use super::prompt;
use crate::crew::Brief;
use crate::heist::Entry;

/// A message has at most so many characters; it is cut at the end of a sentence where there is one.
const MESSAGE_CHARS: usize = 600;

/// A message has at most so many sentences.
const MOST_SENTENCES: usize = 4;

/// A message of fewer words says too little; and one of a single sentence of fewer words.
const FEWEST_WORDS: usize = 6;
const FEWEST_WORDS_ALONE: usize = 12;

/// A sentence of at least so many words can be an echo; shorter ones are alike by chance.
const ECHO_WORDS: usize = 5;

/// A sentence is an echo if so much of it was said in one message before.
const ECHO: f64 = 0.8;

/// A sentence is an echo if so much of it stands in a sentence before it.
const ECHO_OF_SELF: f64 = 0.6;

/// A sentence is an echo if so much of it stands in the request to speak.
const ECHO_OF_REQUEST: f64 = 0.6;

/// A sentence that has so many word triples of what anybody may be told in private recites it.
const RECITED: usize = 3;

/// A message is a repetition if so much of it was said in one message before.
const REPEAT: f64 = 0.45;

/// Why an answer cannot stand as a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing was left.
    Empty,
    /// The model declined to play.
    Refusal,
    /// The model spoke of the game from outside.
    Outside,
    /// The model said what it was going to say.
    Announcement,
    /// It says too little: this text.
    Thin(String),
    /// The same was said before, so many hundredths of this text.
    Repeat(String, u8),
}

impl Flaw {
    /// What the model is told when it is asked again: what was wrong, and what is still open in this round.
    #[must_use]
    pub fn nudge(&self, brief: &Brief) -> String {
        let wrong = match self {
            Self::Empty => "Your last answer had nothing of your own in it.",
            Self::Refusal => {
                "Remember that this is a party game about a bank that does not exist; just play your part."
            }
            Self::Outside => "Your last answer spoke about the talk. Speak in it, as yourself, to the others.",
            Self::Announcement => "You announced what you would say. Say it now.",
            Self::Thin(_) => "Your last answer said too little. Give a fact with its figure, and what follows from it.",
            Self::Repeat(..) => "You only repeated what was said. Say something that nobody has said yet.",
        };
        match Agenda::of(brief).open(brief).as_slice() {
            [] => format!("{wrong} Agree or object to what one of the others has said, with a reason."),
            open => format!("{wrong} Still open: {}?", open[..open.len().min(2)].join("; ")),
        }
    }

    /// All that a model may be told when it is asked again.
    fn nudges(brief: &Brief) -> String {
        let none = String::new;
        let all = [
            Self::Empty,
            Self::Refusal,
            Self::Outside,
            Self::Announcement,
            Self::Thin(none()),
            Self::Repeat(none(), 0),
        ];
        all.map(|flaw| flaw.nudge(brief) + "\n").concat()
    }

    /// The text that will do if nothing better comes, and how bad it is.
    #[must_use]
    pub fn into_rest(self) -> Option<(u8, String)> {
        match self {
            Self::Thin(text) => Some((0, text)),
            Self::Repeat(text, share) => Some((share, text)),
            Self::Empty | Self::Refusal | Self::Outside | Self::Announcement => None,
        }
    }
}

/// Makes a message of what a model answered: without the speaker's name in front, without lines of others or of the
/// game, without mark-up, as one paragraph of at most four sentences in character, none of them said before. What the
/// agent alone is told makes no difference: how often it is asked again must not tell who the mole is.
///
/// # Errors
/// The flaw, if nothing good can be made of it.
pub fn clean(answer: &str, brief: &Brief) -> Result<String, Flaw> {
    let text = own_lines(answer, brief);
    let mut kept = Kept::default();
    let said: Vec<_> = brief.transcript.iter().filter_map(said).map(Shingles::of).collect();
    let asked = Shingles::of(&(prompt::frame(brief) + &Flaw::nudges(brief)));
    let private = Shingles::of(&private::anybodys(brief));
    for sentence in whole_sentences(unquote(&text)) {
        if speaker(sentence).is_some_and(|name| is_other(name, brief)) {
            break;
        }
        let sentence = without_own_name(strip_preamble(sentence), brief);
        // A row of a table is nobody's speech.
        if sentence.matches('|').count() > 1 {
            continue;
        }
        let manner = manner::of(sentence).or_else(|| is_confused(sentence, brief).then_some(Manner::Outside));
        if let Some(manner) = manner {
            kept.manner.get_or_insert(manner);
            continue;
        }
        let shingles = Shingles::of(sentence);
        if shingles.shared_with(&private) >= RECITED {
            kept.manner.get_or_insert(Manner::Outside);
            continue;
        }
        let is_echo = words(sentence).len() >= ECHO_WORDS
            && (said.iter().any(|before| shingles.share_in(before) >= ECHO)
                || kept.said.iter().any(|before| shingles.share_in(before) >= ECHO_OF_SELF)
                || shingles.share_in(&asked) >= ECHO_OF_REQUEST);
        if is_echo || kept.letters.contains(&letters(sentence)) {
            kept.echoes.push_str(sentence);
            kept.echoes.push(' ');
        } else if kept.said.len() < MOST_SENTENCES {
            kept.text.push_str(sentence);
            kept.text.push(' ');
            kept.said.push(shingles);
            kept.letters.push(letters(sentence));
        }
    }
    kept.judge(&said)
}

/// The sentences of an answer, as they are gone through.
#[derive(Default)]
struct Kept {
    text: String,
    said: Vec<Shingles>,
    letters: Vec<String>,
    /// What was left out because it was said before.
    echoes: String,
    /// The first bad manner that was left out.
    manner: Option<Manner>,
}

impl Kept {
    fn judge(self, said: &[Shingles]) -> Result<String, Flaw> {
        let share_of = |text: &str| {
            let shingles = Shingles::of(text);
            said.iter().map(|before| shingles.share_in(before)).fold(0.0, f64::max)
        };
        let text = shorten(self.text.trim());
        if !text.chars().any(char::is_alphabetic) {
            let echoes = shorten(self.echoes.trim()).to_owned();
            return Err(match self.manner {
                Some(Manner::Refusal) => Flaw::Refusal,
                Some(Manner::Outside) => Flaw::Outside,
                Some(Manner::Announcement) => Flaw::Announcement,
                _ if share_of(&echoes) > 0.0 => Flaw::Repeat(echoes, 100),
                Some(Manner::Preamble) | None => Flaw::Empty,
            });
        }
        let share = share_of(text);
        if share >= REPEAT {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
            return Err(Flaw::Repeat(text.to_owned(), (share * 100.0) as u8));
        }
        let spoken = words(text);
        let distinct: HashSet<_> = spoken.iter().collect();
        if distinct.len() * 2 < spoken.len() {
            // Caught in a loop.
            return Err(Flaw::Empty);
        }
        let fewest = if self.said.len() == 1 { FEWEST_WORDS_ALONE } else { FEWEST_WORDS };
        if spoken.len() < fewest {
            // What was declined is not mended by the few words beside it.
            let refused = self.manner == Some(Manner::Refusal);
            return Err(if refused { Flaw::Refusal } else { Flaw::Thin(text.to_owned()) });
        }
        Ok(text.to_owned())
    }
}

fn said(entry: &Entry) -> Option<&str> {
    if let Entry::Said(message) = entry { Some(&message.text) } else { None }
}

/// Whether a sentence confuses who speaks: it speaks of its own speaker as of somebody else, or as somebody else, or to
/// a player as the request does.
fn is_confused(sentence: &str, brief: &Brief) -> bool {
    let words = words(sentence);
    let of_me = |word: &String| matches!(word.as_str(), "i" | "i'm" | "i'll" | "i've" | "i'd" | "me" | "my");
    let named = words.iter().any(|word| word.as_str() == brief.me.name.to_lowercase());
    let text = format!(" {} ", words.join(" ").replace(" the ", " "));
    let is = |who: &str, name: &str| text.contains(&format!(" {who} {} ", name.to_lowercase()));
    let crew = || brief.crew.iter().map(|persona| &*persona.name);
    (named && !words.iter().any(of_me))
        || crew().any(|name| is("you are", name))
        || crew().filter(|name| is_other(name, brief)).any(|name| ["i am", "i'm", "as"].iter().any(|who| is(who, name)))
}

/// What comes behind `As hacker, ` in the hacker's own sentence.
fn without_own_name<'a>(sentence: &'a str, brief: &Brief) -> &'a str {
    let opening = format!("as {}, ", brief.me.name).to_lowercase();
    match sentence.get(..opening.len()) {
        Some(start) if start.to_lowercase() == opening => sentence[opening.len()..].trim_start(),
        _ => sentence,
    }
}

fn letters(sentence: &str) -> String {
    sentence.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_lowercase()
}

fn shorten(text: &str) -> &str {
    let Some((end, _)) = text.char_indices().nth(MESSAGE_CHARS) else {
        return text;
    };
    let text = &text[..end];
    let sentence = text.rfind(['.', '!', '?']).map(|at| at + 1);
    &text[..sentence.or_else(|| text.rfind(' ')).unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::{prop_assert, proptest};

    use super::*;
    use crate::agents::model::briefs::{brief as brief_of, said};
    use crate::heist::{Difficulty, Strategy};

    fn brief() -> Brief {
        let earlier = "We go at 22:05, because the recorder is blind then.";
        Brief { transcript: vec![said(1, "planner", earlier)].into(), ..brief_of("hacker") }
    }

    #[test]
    fn keeps_what_was_said_and_only_that() {
        for answer in [
            "The vault is below the counting room, behind two doors of oak and steel.",
            "  hacker: The vault is\nbelow the counting room, behind two doors of oak and steel.  ",
            "**Hacker:** The vault is **below** the counting room, behind two doors of oak and steel.",
            "\"The vault is below the counting room, behind two doors of oak and steel.\"",
            "The vault is below the counting room, behind two doors of oak and steel.\n\nplanner: Good work.\nMore.",
            "The vault is below the counting room, behind two doors of oak and steel. Planner: Good work.",
            "The vault is below the counting room, behind two doors of oak and steel. Now speak as hacker, to the crew: two",
            "[hacker used file_reader with x: y]\nThe vault is below the counting room, behind two doors of oak and steel.",
            "The vault is below the counting room, behind two doors of oak and steel.\n[TOOL:calculator:1+1]",
            "The vault is [TOOL:calculator:1+1]below the counting room, behind two doors of oak and steel.",
            "1 | vault door contact | police | 4 | 0. As the lookout, I see it. The vault is below the counting room, behind two doors of oak and steel.",
            "I: The vault is below the counting room, behind two doors of oak and steel.",
            "Sure, here is the message: The vault is below the counting room, behind two doors of oak and steel.",
            "Sure! The vault is below the counting room, behind two doors of oak and steel.",
            "I will report where the vault is. The vault is below the counting room, behind two doors of oak and steel.",
            "As an AI language model, I have no bank. The vault is below the counting room, behind two doors of oak and steel.",
            "We go at 22:05, because the recorder is blind then. The vault is below the counting room, behind two doors of oak and steel.",
            "You are hacker: cameras, alarms and networks. The vault is below the counting room, behind two doors of oak and steel.",
            "I am the planner and I decide. You are driver, so drive. The vault is below the counting room, behind two doors of oak and steel.",
            "We must call the hacker at once. The vault is below the counting room, behind two doors of oak and steel.",
            "- The vault is below the counting room, behind two doors of oak and steel.",
            "1. The vault is below the counting room, behind two doors of oak and steel.",
            "The vault is below the counting room, behind two doors of oak and steel. It is",
        ] {
            assert_eq!(
                clean(answer, &brief()).as_deref(),
                Ok("The vault is below the counting room, behind two doors of oak and steel."),
                "{answer:?}"
            );
        }
        let note = "Note: camera 7 is blind [by the ramp]. We pass it there.";
        assert_eq!(clean(note, &brief()).as_deref(), Ok(note));
    }

    #[test]
    fn notices_what_cannot_stand() {
        for (answer, flaw) in [
            ("", Flaw::Empty),
            ("…", Flaw::Empty),
            ("Sure!", Flaw::Empty),
            ("[hacker used file_reader with x: y]", Flaw::Empty),
            ("planner: We go.", Flaw::Empty),
            ("The door 1 the door 2 the door 1 the door 2 the door 1 the door.", Flaw::Empty),
            ("I'm sorry, but I can't help with that.", Flaw::Refusal),
            ("I apologize, but I cannot assist with that. Goodbye.", Flaw::Refusal),
            ("The planner and the hacker are currently discussing the vault.", Flaw::Outside),
            ("I will report what the door is made of.", Flaw::Announcement),
            ("It is below.", Flaw::Thin("It is below.".into())),
        ] {
            assert_eq!(clean(answer, &brief()), Err(flaw), "{answer:?}");
        }
        let again = "We go at 22:05, because the recorder is blind then!";
        assert_eq!(clean(again, &brief()), Err(Flaw::Repeat(again.into(), 100)));
        let nearly = "So we go at 22:05, because the recorder is blind, and nobody sees.";
        assert!(matches!(clean(nearly, &brief()), Err(Flaw::Repeat(_, 45..80))), "{:?}", clean(nearly, &brief()));
    }

    #[test]
    fn nobody_recites_what_it_is_told_in_private() {
        for answer in [
            "I do not say that I want the plan to fail, of course. I do so in about every other message.",
            "I will change the number of the camera, so that nobody comes.",
            "I pass on what my tools have shown me, exactly as you read it there, and I help whoever asks.",
        ] {
            assert_eq!(clean(answer, &brief()), Err(Flaw::Outside), "{answer}");
        }
        let honest = "I want the plan to work, so we leave by the ramp at 22:05, whoever asks for more time.";
        assert_eq!(clean(honest, &brief()).as_deref(), Ok(honest));
    }

    #[test]
    fn what_can_stand_does_not_depend_on_who_is_the_mole() {
        let orders = crate::crew::orders;
        for strategy in Strategy::ALL {
            let orders = orders(&brief().crew, strategy, Difficulty::Normal);
            let mole = Brief { orders: Some(orders.clone()), ..brief() };
            let said =
                ["We go at 22:40 by the ramp.", "I will sabotage the alarm.", "You stay calm whatever you hear."];
            for text in orders.text.split_inclusive('.').chain(said) {
                let answer = format!("{text} The lock opens in nine minutes, and nobody in the lobby hears it.");
                assert_eq!(clean(&answer, &mole), clean(&answer, &brief()), "{answer}");
            }
        }
    }

    #[test]
    fn nobody_says_as_whom_it_speaks() {
        let text = "As hacker, I blind camera 7 at 22:05 for all of its six minutes, so go by the ramp.";
        let own = Brief { me: crate::crew::roster()[1].clone(), ..brief() };
        assert_eq!(clean(text, &own).as_deref(), text.strip_prefix("As hacker, ").ok_or(&Flaw::Empty));
    }

    #[test]
    fn a_nudge_names_what_is_open() {
        let nudge = Flaw::Repeat(String::new(), 90).nudge(&brief());
        assert!(nudge.contains("nobody has said") && nudge.contains("Still open: how many guards"), "{nudge}");
    }

    #[test]
    fn a_name_of_several_parts_is_one_name() {
        let crew =
            "[[agents]]\nname = \"boss\"\nrole = \"leads\"\n[[agents]]\nname = \"safe-cracker\"\nrole = \"locks\"\n";
        let crew = Arc::new(crate::crew::Crew::parse(crew).unwrap());
        let own = Brief { me: crew[1].clone(), crew: Arc::clone(&crew), ..brief() };
        assert_eq!(
            clean("**Safe-Cracker:** The lock opens in nine minutes. Nobody in the lobby hears it.\nboss: No.", &own),
            Ok("The lock opens in nine minutes. Nobody in the lobby hears it.".to_owned())
        );
        assert_eq!(
            clean("Safe: the lock opens in nine minutes. Nobody in the lobby hears it.", &own),
            Ok("Safe: the lock opens in nine minutes. Nobody in the lobby hears it.".to_owned())
        );
        let boss = Brief { me: crew[0].clone(), ..own };
        assert_eq!(
            clean("The lock opens in nine minutes. Nobody in the lobby hears it.\nsafe-cracker: Not yet.", &boss),
            Ok("The lock opens in nine minutes. Nobody in the lobby hears it.".to_owned())
        );
    }

    #[test]
    fn cuts_long_messages_at_a_sentence() {
        let text: Vec<_> =
            (0..60).map(|n| format!("At 22:{n:02} the door {n} of hall{n} is shut, ünd heavy{n}.")).collect();
        let text = clean(&text.join(" "), &brief()).unwrap();
        assert!(text.matches('.').count() == MOST_SENTENCES && text.ends_with("heavy3."), "{text}");
        let endless: Vec<_> = (0..200).map(|n| format!("and{n}")).collect();
        assert!(clean(&endless.join(" "), &brief()).unwrap().chars().count() <= MESSAGE_CHARS);
    }

    #[test]
    fn says_each_sentence_once() {
        let text =
            clean("We wait. We hide. We hide. We HIDE! It takes 2.5 minutes, see a.txt. We hide.", &brief()).unwrap();
        assert_eq!(text, "We wait. We hide. It takes 2.5 minutes, see a.txt.");
    }

    proptest! {
        #[test]
        fn figures_and_what_stands_between_them_are_said_as_they_were_written(
            sum in "[0-9]{1,4}((\\*|\\*\\*|/|-|\\+|:| \\* | - | / | × )[0-9]{1,4}){0,4}",
            opening in "|\\*\\*Reckoned:\\*\\* |- |> |1\\. |\\*So\\* ",
            mark in "|\\*|\\*\\*|`",
        ) {
            let answer = format!("{opening}{mark}{sum}{mark} seconds is what the *lock* takes when `two` of us turn it at once.");
            let text = clean(&answer, &brief());
            prop_assert!(text.as_ref().is_ok_and(|text| text.contains(&format!("{sum} seconds is what the lock takes"))), "{:?}", text);
        }

        #[test]
        fn whatever_a_model_says_a_message_is_one_clean_paragraph(answer in "(\\PC|\n|planner: |\\[TOOL:|\\*\\*|We go at 22:05\\. |Sure! ){0,40}") {
            if let Ok(text) = clean(&answer, &brief()) {
                prop_assert!(!text.contains('\n') && !text.contains("[TOOL:"), "{}", text);
                prop_assert!(text.chars().count() <= MESSAGE_CHARS && text.trim() == text && !text.starts_with("planner:"));
                prop_assert!(words(&text).len() >= FEWEST_WORDS);
            }
        }
    }
}
