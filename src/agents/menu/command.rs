//! The player's command to an agent, as moves and as a tool call: what it names decides.

use heist_bank::{Slot, Subject};

use super::facts::{report, telling};
use super::offer::Offers;
use super::plan::speaks_for;
use super::trades::Trade;
use super::view::View;
use crate::heist::Move;

/// A command comes before everything else.
const FIRST: i32 = 1000;

/// The subject that a text speaks of.
pub(super) fn subject(text: &str) -> Option<Subject> {
    let named = Subject::ALL.into_iter().find(|subject| text.contains(subject.document()));
    let hits = |subject: &Subject| subject.words().iter().filter(|word| text.contains(**word)).count();
    named.or_else(|| Subject::ALL.into_iter().filter(|subject| hits(subject) > 0).max_by_key(hits))
}

/// The slot that a text speaks of.
fn slot(text: &str) -> Option<Slot> {
    const WORDS: [(Slot, &[&str]); 6] = [
        (Slot::Start, &["start", "begin", "when do we", "what time"]),
        (Slot::Entry, &["entry", "way in", "go in", "get in"]),
        (Slot::Alarm, &["alarm line", "line test", "cut the line"]),
        (Slot::Method, &["method", "open the vault", "vault door"]),
        (Slot::Load, &["load", "loot", "what do we take"]),
        (Slot::Route, &["route", "way out", "get away", "getaway", "leave by"]),
    ];
    WORDS.into_iter().find(|(_, words)| words.iter().any(|word| text.contains(word))).map(|(slot, _)| slot)
}

/// The option of a slot that a text names; of one within another the longer is meant.
fn option(view: &View, text: &str) -> Option<(Slot, String)> {
    let options =
        Slot::ALL.into_iter().flat_map(|slot| view.figures().options(slot).iter().map(move |one| (slot, one)));
    let named = |(slot, option): &(Slot, &String)| {
        let option = option.to_lowercase();
        let words = match slot {
            Slot::Alarm if option == "nothing" => text.contains("nothing about the alarm"),
            // The same word may be a door's and a road's.
            Slot::Route => has_words(text, &format!("{option} route")) || has_words(text, &format!("{option} road")),
            Slot::Method => has_words(text, &format!("the {option}")) || has_words(text, &format!("{option} method")),
            _ => has_words(text, &option),
        };
        words.then_some(option.len())
    };
    let found = options.filter_map(|one| Some((named(&one)?, one)));
    found.max_by_key(|(length, _)| *length).map(|(_, (slot, option))| (slot, option.clone()))
}

/// Whether words stand in a text, not as parts of others.
fn has_words(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + words.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// What obeys the player.
pub(super) fn offer(view: &View, offers: &mut Offers) {
    // A question has its own answer.
    let command = view.brief.command.as_deref().filter(|_| view.question.is_none());
    let Some(text) = command.map(str::to_lowercase) else { return };
    let other = view.others().find(|persona| has_words(&text, &persona.name.to_lowercase()));
    let subject = subject(&text);
    if let Some((slot, value)) = option(view, &text) {
        stand(view, &text, slot, value, offers);
    } else if let Some(other) = other {
        let slot = slot(&text);
        let topic = || subject.and_then(|subject| topic(view, subject));
        let about = slot.map(|slot| slot.name().to_owned()).or_else(topic);
        let about = about.unwrap_or_else(|| business(view.trade_of(&other.name)).name().to_owned());
        offers.add(FIRST, Move::Ask { agent: other.name.clone(), about });
    }
    // Of facts and slots that it names only what the agent knows can be told.
    let known = view.known.own().filter(|seen| Some(seen.fact.kind.subject) == subject);
    let score = |seen: &&crate::crew::Seen| {
        let key = seen.fact.key();
        let (key_words, label) = (key.to_lowercase(), seen.fact.label().to_lowercase());
        let words = || text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| word.len() > 3);
        let hits = words().filter(|word| key_words.contains(word) || label.contains(word)).count();
        let whole = i32::from(text.contains(&label));
        let named = 300 * whole + 150 * i32::try_from(hits).unwrap_or(0);
        let unsaid = i32::from(!view.known.is_said(&key)) * 60;
        named + unsaid + telling(view, &seen.fact, &key)
    };
    if let Some(seen) = known.max_by_key(score) {
        offers.add(FIRST - 20, report(seen));
    } else if let Some(key) = subject.and_then(|subject| topic(view, subject))
        && let Some(finder) = super::talk::finder(view, &key)
    {
        offers.add(FIRST - 40, Move::Ask { agent: finder.name.clone(), about: key });
    }
    if let Some(slot) = slot(&text) {
        let value = view.best().option(view.figures(), slot).map(ToOwned::to_owned);
        if let Some(value) = value {
            stand(view, &text, slot, value, offers);
        }
    }
}

/// The first slot that a trade sees to.
fn business(trade: Trade) -> Slot {
    trade.slots().first().copied().unwrap_or(Slot::Start)
}

/// The key of a fact of a subject that matters and that the agent does not know.
fn topic(view: &View, subject: Subject) -> Option<String> {
    let lacks = Slot::ALL.into_iter().flat_map(|slot| super::talk::lacks(view, slot));
    let is_such = |key: &String| view.known.shape(key).is_some_and(|shape| shape.kind.subject == subject);
    lacks.into_iter().find(is_such)
}

/// A stand for an option that the player wants, or against one that it does not.
fn stand(view: &View, text: &str, slot: Slot, value: String, offers: &mut Offers) {
    const NO: [&str; 7] = ["not ", "n't ", "against", "avoid", "oppose", "drop ", "no way"];
    const SETTLE: [&str; 5] = ["settle", "decide", "fix ", "choose", "final"];
    let drafted = view.slot(slot);
    let known = drafted.proposals.iter().find(|proposal| proposal.value.eq_ignore_ascii_case(&value));
    let is_me = |names: &[crate::heist::AgentName]| names.iter().any(|name| view.is_me(name));
    if NO.iter().any(|word| text.contains(word)) {
        if known.is_some_and(|proposal| !is_me(&proposal.opponents)) && drafted.settled.as_ref() != Some(&value) {
            offers.add(FIRST, Move::Oppose { slot, value, because: None });
        } else if drafted.settled.as_ref() == Some(&value) {
            offers.add(FIRST, Move::Reopen { slot });
        }
        return;
    }
    if drafted.settled.as_deref().is_some_and(|settled| settled != value) {
        offers.add(FIRST, Move::Reopen { slot });
    } else if view.is_planner() && drafted.settled.is_none() && SETTLE.iter().any(|word| text.contains(word)) {
        offers.add(FIRST, Move::Settle { slot, value });
    } else if drafted.settled.is_none() {
        let because = speaks_for(view, slot, &value);
        match known {
            None => offers.add(FIRST, Move::Propose { slot, value, because }),
            Some(known) if !is_me(&known.supporters) => offers.add(FIRST, Move::Support { slot, value, because }),
            Some(_) => {}
        }
    }
}

/// The first sum in a text, such as `45*60` or `22:30 + 45 min`.
pub(super) fn expression(text: &str) -> Option<String> {
    // Words that the calculator knows go on with a sum, all others end it.
    const UNITS: [&str; 9] = ["min", "mins", "minute", "minutes", "h", "hour", "hours", "s", "sec"];
    let spaced = text.split_whitespace().map(|word| {
        let bare = word.trim_end_matches(['?', '!', ',', ';', '.', '"']);
        let sums = bare.chars().any(|c| c.is_ascii_digit()) || bare.starts_with(['+', '-', '*', '/', '%', '(', ')']);
        let fits = bare.chars().all(|c| c.is_ascii_alphanumeric() || "+-*/%.:()".contains(c));
        let units = bare.split(|c: char| !c.is_ascii_alphabetic()).all(|word| word.is_empty() || UNITS.contains(&word));
        ((sums || UNITS.contains(&bare)) && fits && units, bare, bare.len() < word.len())
    });
    let mut run: Vec<&str> = Vec::new();
    let mut runs: Vec<String> = Vec::new();
    for (belongs, word, ends) in spaced {
        if belongs {
            run.push(word);
        }
        if !belongs || ends {
            runs.push(std::mem::take(&mut run).join(" "));
        }
    }
    runs.push(run.join(" "));
    let is_sum = |run: &String| {
        let trimmed = run.trim_start_matches(|c: char| !c.is_ascii_digit() && c != '(');
        run.len() <= 80
            && trimmed.len() == run.len()
            && run.contains(['+', '-', '*', '/', '%'])
            && run.chars().filter(char::is_ascii_digit).count() > 1
            && run.ends_with(|c: char| c.is_ascii_alphanumeric() || c == ')')
    };
    runs.into_iter().find(is_sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_found_whole_or_not_at_all() {
        for (text, sum) in [
            ("what is 7*6?", Some("7*6")),
            ("When is 22:30 + 45 min, please?", Some("22:30 + 45 min")),
            ("calculate (06:00 - 22:12) % 24 h and tell us", Some("(06:00 - 22:12) % 24 h")),
            ("we have 12 min - 9 min. Right?", Some("12 min - 9 min")),
            ("Go at 22:30, not at 22:45", None),
            ("Take the first-floor door and camera 7", None),
            ("read vault_specs.txt - now", None),
            ("-", None),
            ("", None),
        ] {
            assert_eq!(expression(text).as_deref(), sum, "{text}");
        }
    }
}
