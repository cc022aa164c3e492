//! What stands out in a talk, for a judge to read in place of all of it: pure, public, and short.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use heist_bank::{Bank, Fact, Slot};

use crate::crew::{Known, Said, Seen};
use crate::heist::{AgentName, Draft, Entry, Message, Move, ToolUse};
use crate::suspicion::{Reader, Stated};
use crate::text::shortened;

/// Characters of all notes at the most.
const MOST_CHARS: usize = 2_400;

/// Characters of one note at the most: two facts at length.
const NOTE_CHARS: usize = 400;

/// So many notes of a sort at the most: claims that differ, claims that nobody has read, acts on the plan.
const MOST_NOTES: usize = 8;

/// So many people are told of in one note.
const MOST_VOICES: usize = 4;

/// Of a talk without moves so many messages are told, the last ones, each in so many characters.
const MESSAGES: usize = 12;
const MESSAGE_CHARS: usize = 160;

/// So many sentences with figures are held against each other, the last ones.
const SENTENCES: usize = 120;

/// Two sentences are about the same if so many of their telling words are in both.
const SAME_WORDS: usize = 2;

/// A settled slot, or one that so many are for, stands.
const STANDS: usize = 2;

/// What stands out in a talk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extract {
    notes: Vec<Note>,
    /// The last messages, where it is not known what they do.
    last: Vec<String>,
}

/// Something that stands out, and whom it tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Note {
    agents: Vec<AgentName>,
    words: String,
    /// The same in a few words, as a reason to suspect them.
    reason: String,
}

impl Extract {
    /// The extract of a talk; with the bank that it is about, if that is known, and if it is known what its messages do,
    /// these moves tell it. Of the bank nothing is told but what was read or said.
    #[must_use]
    pub fn of_talk(transcript: &[Entry], planner: &AgentName, bank: Option<&Arc<Bank>>) -> Self {
        let has_moves = said(transcript).any(|message| !message.moves.is_empty());
        let (sorts, last) = match bank.filter(|_| has_moves) {
            Some(bank) => {
                let known = Known::of_talk(bank, transcript);
                (vec![disputed(&known), unread(&known), acts(transcript, planner, &known)], Vec::new())
            }
            None => (vec![differing(transcript)], last_of(transcript)),
        };
        let mut left = MOST_CHARS.saturating_sub(last.iter().map(String::len).sum());
        let mut notes = Vec::new();
        for mut sort in sorts {
            // The newest stand last.
            sort.drain(..sort.len().saturating_sub(MOST_NOTES));
            for note in &mut sort {
                note.words = shortened(&note.words, NOTE_CHARS).into_owned();
            }
            let fitting = sort.iter().rev().take_while(|note| {
                let fits = note.words.len() < left;
                left = left.saturating_sub(note.words.len() + 1);
                fits
            });
            let count = fitting.count();
            notes.extend(sort.split_off(sort.len() - count));
        }
        Self { notes, last }
    }

    /// What there is against an agent first.
    pub(super) fn of(&self, agent: &AgentName) -> Option<&str> {
        self.notes.iter().find(|note| note.agents.contains(agent)).map(|note| note.reason.as_str())
    }

    /// As it stands in a question, before what is asked.
    pub fn text(&self) -> String {
        let mut text = "\n---\n".to_owned();
        if !self.last.is_empty() {
            text.push_str("What was said last:\n");
            text.extend(self.last.iter().map(|line| format!("{line}\n")));
        }
        if self.notes.is_empty() {
            text.push_str("Nothing of what was said stands out.\n");
        } else {
            text.push_str("What stands out:\n");
            text.extend(self.notes.iter().map(|note| format!("- {}\n", note.words)));
        }
        text
    }
}

fn said(transcript: &[Entry]) -> impl DoubleEndedIterator<Item = &Message> {
    transcript.iter().filter_map(Entry::said)
}

/// Facts of which people or tools have said different things, and who says which; those that are spoken of last stand last.
fn disputed(known: &Known) -> Vec<Note> {
    let mut by_key: BTreeMap<String, (usize, Vec<&Said>)> = BTreeMap::new();
    for (place, said) in known.said().iter().enumerate() {
        let (last, all) = by_key.entry(said.fact.key()).or_default();
        *last = place;
        all.push(said);
    }
    let mut notes: Vec<(usize, Note)> =
        by_key.iter().filter_map(|(key, (last, all))| Some((*last, dispute(known, key, all)?))).collect();
    notes.sort_by_key(|(last, _)| *last);
    notes.into_iter().map(|(_, note)| note).collect()
}

fn dispute(known: &Known, key: &str, all: &[&Said]) -> Option<Note> {
    let read: Vec<&Seen> = known.seen().iter().filter(|seen| seen.fact.key() == key).collect();
    let first = read.first().map_or(&all.first()?.fact, |seen| &seen.fact);
    let off: Vec<_> = all.iter().filter(|said| said.fact != *first).collect();
    if off.is_empty() {
        return None;
    }
    // Of each the last that it has said, and whether it has said otherwise before.
    let mut voices: Vec<(&AgentName, &Said, bool)> = Vec::new();
    for said in all {
        match voices.iter_mut().find(|(agent, ..)| **agent == said.agent) {
            Some(voice) => *voice = (voice.0, said, voice.2 || voice.1.fact != said.fact),
            None => voices.push((&said.agent, said, false)),
        }
    }
    voices.drain(..voices.len().saturating_sub(MOST_VOICES));
    // What was read stands first, and what has been told once is not told again.
    let mut told: Vec<&Fact> = read.iter().take(1).map(|seen| &seen.fact).collect();
    let mut clauses: Vec<_> = read
        .iter()
        .take(1)
        .map(|seen| format!("{} read {:?} in {}", seen.agent, seen.fact.said(0), seen.source))
        .collect();
    for (agent, said, has_changed) in voices {
        let who = if read.iter().any(|seen| seen.agent == *agent) { "" } else { ", who has not read it," };
        let how = match said.corrects.as_ref().filter(|other| *other != agent) {
            Some(other) => format!("{agent}{who} corrects {other} and says"),
            None if has_changed => format!("{agent}{who} now says"),
            None => format!("{agent}{who} says"),
        };
        let what = if told.contains(&&said.fact) { "so".to_owned() } else { format!("{:?}", said.fact.said(0)) };
        clauses.push(format!("{how} {what}"));
        told.push(&said.fact);
    }
    let words = format!("On {}: {}.", first.label(), clauses.join("; "));
    let mut agents: Vec<_> = off.iter().map(|said| said.agent.clone()).collect();
    agents.dedup();
    Some(Note { agents, words, reason: format!("says otherwise of {}", first.label()) })
}

/// What somebody has told without having read it, and before anybody else had told it.
fn unread(known: &Known) -> Vec<Note> {
    let mut told: BTreeSet<(String, String)> = BTreeSet::new();
    let mut notes = Vec::new();
    for said in known.said() {
        let (key, value) = (said.fact.key(), said.fact.value());
        let has_read = |seen: &&Seen| seen.agent == said.agent && seen.turn <= said.turn && seen.fact.key() == key;
        let is_new = told.insert((key.clone(), value));
        if is_new && !known.seen().iter().any(|seen| has_read(&seen)) {
            let from = if said.source.is_empty() { String::new() } else { format!(", as of {}", said.source) };
            let words = format!("{} says {:?}{from}, and has not read it.", said.agent, said.fact.said(0));
            let reason = format!("has not read what it says of {}", said.fact.label());
            notes.push(Note { agents: vec![said.agent.clone()], words, reason });
        }
    }
    notes
}

/// What is done to the plan against how it stands: decisions undone or put off, other values than those that stand, somebody
/// else to see to it; and what a tool's answer is said to settle.
fn acts(transcript: &[Entry], planner: &AgentName, known: &Known) -> Vec<Note> {
    let (mut draft, mut notes) = (Draft::default(), Vec::new());
    let mut calls: BTreeMap<&str, &ToolUse> = BTreeMap::new();
    for entry in transcript {
        match entry {
            Entry::Used(used) => {
                calls.insert(&used.call.id, used);
            }
            Entry::Said(message) => {
                let agent = &message.agent;
                for mv in &message.moves {
                    if let Some(words) = act(agent, mv, &draft, &calls, known) {
                        notes.push(Note { agents: vec![agent.clone()], reason: words.clone(), words });
                    }
                    draft.take(planner, agent, std::slice::from_ref(mv));
                }
            }
            Entry::Round(..) => {}
        }
    }
    notes
}

fn act(agent: &AgentName, mv: &Move, draft: &Draft, calls: &BTreeMap<&str, &ToolUse>, known: &Known) -> Option<String> {
    let about = |slot: Slot| slot.matter();
    if let Move::Conclude { from, about } = mv {
        let call = &calls.get(from.as_str())?.call;
        let matter = Slot::named(about).map(|slot| slot.matter().to_owned());
        let matter = matter.or_else(|| known.shape(about).map(Fact::label))?;
        return Some(format!("{agent} takes {matter} for settled by {} {}.", call.tool, call.arguments));
    }
    let slot = mv.slot()?;
    let drafted = draft.slot(slot);
    let leading = drafted
        .leading()
        .filter(|leading| drafted.settled.is_some() || leading.supporters.len() >= STANDS + leading.opponents.len());
    let how = || {
        let leading = leading?;
        let settled = if drafted.settled.is_some() { ", which is settled" } else { "" };
        Some(format!("{:?}{settled}, {} for it", leading.value, leading.supporters.len()))
    };
    match mv {
        Move::Reopen { .. } => Some(format!("{agent} opens {} again, where there was {}.", about(slot), how()?)),
        Move::Defer { .. } => Some(format!("{agent} puts {} off.", about(slot))),
        Move::Assign { agent: who, .. } => {
            let before = drafted.assigned.as_ref().filter(|before| *before != who)?;
            Some(format!("{agent} says that {who} sees to {}, which {before} was to do.", about(slot)))
        }
        Move::Propose { value, .. } | Move::Support { value, .. } if leading?.value != *value => {
            Some(format!("{agent} is for {value:?} as {}, against {}.", about(slot), how()?))
        }
        Move::Oppose { value, .. } if leading?.value == *value => {
            Some(format!("{agent} is against {}, as {}.", how()?, about(slot)))
        }
        _ => None,
    }
}

/// The last messages of a talk, shortened.
fn last_of(transcript: &[Entry]) -> Vec<String> {
    let mut last: Vec<_> = said(transcript)
        .rev()
        .take(MESSAGES)
        .map(|message| shortened(&format!("{}: {}", message.agent, message.text), MESSAGE_CHARS).into_owned())
        .collect();
    last.reverse();
    last
}

/// A sentence with figures, and who has said it or which tool.
struct Stating<'a> {
    agent: Option<&'a AgentName>,
    by: &'a str,
    sentence: &'a str,
    stated: Stated,
}

/// Sentences about the same that have other figures.
fn differing(transcript: &[Entry]) -> Vec<Note> {
    let mut reader = Reader::default();
    let texts = transcript.iter().rev().filter_map(|entry| match entry {
        Entry::Said(message) => Some((Some(&message.agent), &*message.agent, message.text.as_str())),
        Entry::Used(used) => Some((None, used.call.tool.as_str(), used.outcome.as_deref().ok()?)),
        Entry::Round(..) => None,
    });
    let sentences = texts.flat_map(|(agent, by, text)| sentences(text).map(move |sentence| (agent, by, sentence)));
    let stating = sentences.filter_map(|(agent, by, sentence)| {
        let stated = reader.read(sentence);
        (!stated.figures().is_empty()).then_some(Stating { agent, by, sentence, stated })
    });
    let mut all: Vec<_> = stating.take(SENTENCES).collect();
    all.reverse();
    let mut notes = Vec::new();
    for (place, later) in all.iter().enumerate() {
        let Some(agent) = later.agent else { continue };
        let earlier = all[..place].iter().rev().find(|earlier| earlier.agent != later.agent && differ(earlier, later));
        if let Some(earlier) = earlier {
            let words = format!(
                "{} has {:?}; {agent} then says {:?}.",
                earlier.by,
                short(earlier.sentence),
                short(later.sentence)
            );
            let agents = [agent].into_iter().chain(earlier.agent).cloned().collect();
            notes.push(Note { agents, words, reason: "has other figures than others".to_owned() });
        }
    }
    notes
}

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '!', '?'])
        .flat_map(|line| line.split(". "))
        .map(str::trim)
        .filter(|sentence| !sentence.is_empty())
}

/// A sentence in so few characters that two of them fit into a note.
fn short(sentence: &str) -> String {
    shortened(sentence, NOTE_CHARS / 4).into_owned()
}

/// Whether two sentences are about the same and none of their figures is.
fn differ(one: &Stating<'_>, other: &Stating<'_>) -> bool {
    let (words, others) = (one.stated.words(), other.stated.words());
    let same: BTreeSet<_> = words.iter().filter(|word| others.contains(word)).collect();
    let fewer = words.len().min(others.len());
    same.len() >= SAME_WORDS
        && same.len() * 2 >= fewer
        && !other.stated.figures().iter().any(|figure| one.stated.has(figure))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agents::model::briefs::{said as says, used};
    use crate::crew::finds;

    const SHIFTS: &str = "shift | starts | ends | gap_minutes\nevening | 13:50 | 22:00 | 12\nnight | 22:12 | 06:00 | 0";

    /// The first that is noted of an agent.
    fn noted<'a>(extract: &'a Extract, agent: &str) -> Option<&'a str> {
        extract.notes.iter().find(|note| note.agents.contains(&agent.into())).map(|note| note.words.as_str())
    }

    fn bank() -> Arc<Bank> {
        Arc::new(Bank::first_meridian())
    }

    fn of(transcript: &[Entry]) -> Extract {
        Extract::of_talk(transcript, &"planner".into(), Some(&bank()))
    }

    /// A message that does something.
    fn does(turn: u32, agent: &str, moves: Vec<Move>) -> Entry {
        let Entry::Said(message) = says(turn, agent, "As I do.") else { panic!("a message") };
        Entry::Said(Message { moves, ..(*message).clone() }.into())
    }

    fn looked(turn: u32) -> Entry {
        used(turn, "intel", "database_query", "SELECT * FROM shifts", Ok(SHIFTS))
    }

    /// The gap between the shifts, with another number of minutes.
    fn gap(minutes: &str) -> Fact {
        let Entry::Used(used) = looked(1) else { panic!("a call") };
        let found = finds(&used.call, SHIFTS).into_iter().find(|seen| seen.fact.key() == "gap").unwrap();
        found.fact.bent(0, minutes)
    }

    fn report(minutes: &str) -> Move {
        let fact = gap(minutes);
        Move::Report { fact: fact.key(), value: fact.value(), source: "shifts".into() }
    }

    #[test]
    fn a_claim_that_differs_is_told_with_who_says_what_and_what_was_read() {
        let correct = Move::Correct {
            agent: "driver".into(),
            fact: "gap".into(),
            value: gap("12").value(),
            source: "shifts".into(),
        };
        let talk = [
            looked(1),
            does(1, "intel", vec![report("12")]),
            does(2, "driver", vec![report("25")]),
            does(3, "intel", vec![correct]),
        ];
        let extract = of(&talk);
        let note = noted(&extract, "driver").unwrap();
        assert_eq!(extract.of(&"driver".into()), Some("says otherwise of the gap"));
        let (false_one, true_one) = (gap("25").said(0), gap("12").said(0));
        assert!(note.contains(&format!("driver, who has not read it, says {false_one:?}")), "{note}");
        assert!(
            note.contains(&format!(": intel read {true_one:?} in shifts; intel corrects driver and says so;")),
            "{note}"
        );
        assert_eq!(extract.of(&"hacker".into()), None);
        // Who has told it as it was read is told of with others alone.
        assert!(extract.notes.iter().all(|note| !note.agents.contains(&"intel".into())), "{extract:?}");
        let unread = format!("driver says {false_one:?}, as of shifts, and has not read it.");
        assert!(extract.text().contains(&unread), "{}", extract.text());
        // As long as nobody says otherwise there is no dispute.
        assert_eq!(of(&talk[..2]).text(), "\n---\nNothing of what was said stands out.\n");
    }

    #[test]
    fn acts_against_the_plan_are_told_and_others_are_not() {
        let (slot, value, other) = (Slot::Start, "22:05".to_owned(), "21:00".to_owned());
        let support = Move::Support { slot, value: value.clone(), because: None };
        let honest = [
            does(1, "intel", vec![Move::Propose { slot, value: value.clone(), because: None }]),
            does(2, "hacker", vec![support]),
            does(3, "planner", vec![Move::Assign { agent: "driver".into(), slot }]),
            does(4, "planner", vec![Move::Settle { slot, value }]),
        ];
        assert!(of(&honest).notes.is_empty(), "{:?}", of(&honest));
        let look = used(5, "lookout", "database_query", "SELECT * FROM staff", Ok("none"));
        let odd = [
            (
                Move::Propose { slot, value: other, because: None },
                "is for \"21:00\" as the start, against \"22:05\", which is settled",
            ),
            (
                Move::Assign { agent: "hacker".into(), slot },
                "says that hacker sees to the start, which driver was to do",
            ),
            (
                Move::Conclude { from: "t5".into(), about: "start".into() },
                "takes the start for settled by database_query",
            ),
            (Move::Defer { slot }, "puts the start off"),
            (Move::Reopen { slot }, "opens the start again, where there was \"22:05\", which is settled, 3 for it"),
        ];
        for (mv, words) in odd {
            let talk = [&honest[..], &[look.clone(), does(5, "lookout", vec![mv])][..]].concat();
            let extract = of(&talk);
            let note = noted(&extract, "lookout").unwrap_or_else(|| panic!("{words}: {extract:?}"));
            assert!(note.contains(words) && extract.notes.len() == 1, "{note}");
        }
    }

    #[test]
    fn of_a_talk_without_moves_the_last_messages_are_told_and_figures_that_differ() {
        let talk = [
            used(1, "ada", "file_reader", "ferry.txt", Ok("The ferry leaves the pier at 09:15.")),
            says(1, "ada", "The ferry leaves the pier at 09:15. Bring bread."),
            says(2, "bob", "No hurry, the ferry leaves the pier at 11:45!"),
            says(3, "eve", "The bakery opens at 07:00."),
        ];
        let extract = Extract::of_talk(&talk, &"ada".into(), None);
        assert_eq!(extract.notes.len(), 1, "{extract:?}");
        let note = noted(&extract, "bob").unwrap();
        assert!(
            note.contains("09:15") && note.contains("bob then says \"No hurry, the ferry leaves the pier at 11:45\""),
            "{note}"
        );
        assert!(extract.text().contains("eve: The bakery opens at 07:00.\n"), "{}", extract.text());
    }

    #[test]
    fn however_long_a_talk_is_the_extract_is_short_and_has_the_newest() {
        let long = "and so on ".repeat(200);
        let plain: Vec<_> = (1..500)
            .map(|turn| {
                says(
                    turn,
                    ["ada", "bob"][turn as usize % 2],
                    &format!("The ferry leaves the pier at {}:{:02}. {long}", turn / 60, turn % 60),
                )
            })
            .collect();
        let moves: Vec<_> = (1..500)
            .map(|turn| does(turn, "driver", vec![report(&turn.to_string()), Move::Defer { slot: Slot::Load }]))
            .collect();
        for (talk, newest) in [(&plain, "8:19"), (&moves, "499")] {
            let text = of(talk).text();
            assert!(text.chars().count() < MOST_CHARS + 100 && text.contains(newest), "{}: {text}", text.len());
        }
    }
}
