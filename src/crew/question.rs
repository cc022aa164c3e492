//! The player's questions: commands in words that ask an agent about a fact or a slot of the plan, and what such words ask
//! about.

use heist_bank::{Fact, Slot};

/// The longest command to an agent, in characters.
pub const LONGEST: usize = 300;

/// What stands before a fact, and before a slot.
const OF_FACT: &str = "What do you know about ";
const OF_SLOT: &str = "What would you do about ";
const END: char = '?';

/// The question about the fact that is called so.
#[must_use]
pub fn about_fact(label: &str) -> String {
    format!("{OF_FACT}{label}{END}")
}

/// The question about a slot.
#[must_use]
pub fn about_slot(slot: Slot) -> String {
    format!("{OF_SLOT}{}{END}", slot.matter())
}

/// What a command asks about, as moves name it: a slot's name, or the key of the first of these facts that is called so.
/// None if it is no question.
pub fn asked<'a>(command: &str, mut facts: impl Iterator<Item = &'a Fact>) -> Option<String> {
    let command = command.trim();
    let after = |before: &str| {
        let is_it = command.get(..before.len())?.eq_ignore_ascii_case(before);
        is_it.then(|| command[before.len()..].trim_end_matches([END, ' ']))
    };
    let slot =
        after(OF_SLOT).and_then(|words| Slot::ALL.into_iter().find(|slot| slot.matter().eq_ignore_ascii_case(words)));
    if let Some(slot) = slot {
        return Some(slot.name().to_owned());
    }
    let label = after(OF_FACT)?;
    facts.find(|fact| fact.label().eq_ignore_ascii_case(label)).map(Fact::key)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use heist_bank::Bank;

    use super::*;

    #[test]
    fn a_question_is_found_again_in_its_words() {
        for seed in 0..20 {
            let facts = Bank::of(seed).facts();
            let mut called: BTreeMap<String, String> = BTreeMap::new();
            for fact in &facts {
                let key = called.entry(fact.label()).or_insert_with(|| fact.key());
                assert_eq!(asked(&about_fact(&fact.label()), facts.iter()).as_ref(), Some(&*key), "seed {seed}");
            }
            for slot in Slot::ALL {
                assert_eq!(asked(&about_slot(slot), facts.iter()).as_deref(), Some(slot.name()));
            }
        }
    }

    #[test]
    fn other_words_ask_nothing() {
        let facts = Bank::of(1).facts();
        for words in [
            "",
            "?",
            "Read the vault file",
            "What do you know about",
            "What do you know about love?",
            "Was läßt du über",
        ] {
            assert_eq!(asked(words, facts.iter()), None, "{words}");
        }
        assert_eq!(asked("what do you KNOW about the gap", facts.iter()).as_deref(), Some("gap"));
    }
}
