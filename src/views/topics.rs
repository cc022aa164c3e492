//! What an agent can be asked about: the slots of the plan, and the bank's facts, of each with the message that spoke of it last.

use heist_bank::{Bank, Slot};

use crate::crew::question::{about_fact, about_slot};
use crate::heist::{Message, Move};
use crate::text::one_line;

/// Something to ask about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Topic<'a> {
    /// What it is called.
    pub(crate) label: &'a str,
    /// The question.
    pub(crate) question: String,
    /// The slot's name; none for a fact.
    pub(crate) slot: Option<&'static str>,
    /// The message that spoke of it last, for a fact.
    pub(crate) last: Option<&'a str>,
}

/// A fact by its names alone: what is true of it is for the crew to find out.
#[derive(Debug)]
struct Named {
    key: String,
    label: String,
}

/// What can be asked about.
#[derive(Debug, Default)]
pub(crate) struct Topics {
    facts: Vec<Named>,
    /// The facts that were spoken of, newest first, each with the message that did so last.
    spoken: Vec<(usize, String)>,
}

impl Topics {
    /// Those of a bank of which nobody has spoken yet.
    pub(crate) fn of(bank: &Bank) -> Self {
        let mut facts: Vec<Named> = Vec::new();
        for fact in bank.facts() {
            let label = fact.label();
            // What is called the same is asked for in the same words.
            if !facts.iter().any(|known| known.label == label) {
                facts.push(Named { key: fact.key(), label });
            }
        }
        Self { facts, spoken: Vec::new() }
    }

    /// Takes in what a message speaks of.
    pub(crate) fn hear(&mut self, message: &Message) {
        for mv in &message.moves {
            let key = match mv {
                Move::Report { fact, .. } | Move::Correct { fact, .. } => fact,
                Move::Propose { because: Some(key), .. }
                | Move::Support { because: Some(key), .. }
                | Move::Oppose { because: Some(key), .. } => key,
                Move::Ask { about, .. } | Move::Conclude { about, .. } => about,
                _ => continue,
            };
            if let Some(fact) = self.facts.iter().position(|known| known.key == *key) {
                self.spoken.retain(|(known, _)| *known != fact);
                self.spoken.insert(0, (fact, one_line(&message.id, 24)));
            }
        }
    }

    /// The slots and the facts that were spoken of, or what of all facts is called by these words too.
    pub(crate) fn matching(&self, words: &str) -> Vec<Topic<'_>> {
        let words = words.to_lowercase();
        let words: Vec<_> = words.split_whitespace().collect();
        let fits = |label: &str| {
            let label = label.to_lowercase();
            words.iter().all(|word| label.contains(word))
        };
        let slots = Slot::ALL.into_iter().map(|slot| {
            let (label, question) = (slot.matter(), about_slot(slot));
            Topic { label, question, slot: Some(slot.name()), last: None }
        });
        let spoken =
            self.spoken.iter().filter_map(|(place, last)| Some((self.facts.get(*place)?, Some(last.as_str()))));
        let others = self
            .facts
            .iter()
            .enumerate()
            .filter(|(place, _)| !words.is_empty() && !self.spoken.iter().any(|(spoken, _)| spoken == place));
        let facts = spoken.chain(others.map(|(_, named)| (named, None)));
        let facts =
            facts.map(|(Named { label, .. }, last)| Topic { label, question: about_fact(label), slot: None, last });
        slots.chain(facts).filter(|topic| fits(topic.label)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heist::Tokens;

    fn message(id: &str, moves: Vec<Move>) -> Message {
        Message {
            id: id.into(),
            round: 1,
            turn: 1,
            agent: "intel".into(),
            text: String::new(),
            moves,
            sealed: String::new(),
            tokens: Tokens::default(),
            ms: 0,
        }
    }

    #[test]
    fn what_was_spoken_of_last_comes_first_and_what_is_typed_finds_the_rest() {
        let mut topics = Topics::of(&Bank::first_meridian());
        let labels = |topics: &Topics, words: &str| -> Vec<(String, Option<String>)> {
            let all = topics.matching(words).into_iter();
            all.map(|topic| (topic.label.to_owned(), topic.last.map(ToOwned::to_owned))).collect()
        };
        assert_eq!(labels(&topics, "").len(), Slot::ALL.len());
        let ask = |about: &str| Move::Ask { agent: "hacker".into(), about: about.into() };
        topics.hear(&message("m1", vec![ask("gap"), ask("shut")]));
        topics.hear(&message("m2", vec![ask("gap"), ask("route"), ask("nothing that there is")]));
        let told = labels(&topics, "").split_off(Slot::ALL.len());
        let of = |label: &str, id: &str| (label.to_owned(), Some(id.to_owned()));
        assert_eq!(told, [of("the gap", "m2"), of("the door falling shut", "m1")]);
        let found = labels(&topics, " METHOD thermal ");
        assert_eq!(found, [("the thermal method".to_owned(), None)]);
        assert_eq!(topics.matching("way out")[0].question, "What would you do about the way out?");
        assert_eq!(topics.matching("thermal")[0].question, "What do you know about the thermal method?");
        assert!(topics.matching("zebra").is_empty());
    }
}
