//! Sums for the calculator: which could be made of what is known, and which are made of nothing.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use heist_tools::table::calculates;

use super::facts::{Fact, facts};
use super::likeness::words;
use crate::crew::Brief;
use crate::heist::Entry;

/// So many facts are looked through for figures, and so many sums are made of them.
const FACTS: usize = 12;
const SUMS: usize = 2;

/// The longest sum, in bytes. Small models that write a longer one have fallen into a loop.
const LONGEST: usize = 80;

/// What an agent that may reckon is told: sums that could be made, and those that were.
pub(super) fn hints(brief: &Brief) -> String {
    let mut text = String::from("The calculator is for one sum of figures that stand in the talk, with their units.\n");
    let reckoned = reckoned(brief);
    let sums = open(brief);
    if !sums.is_empty() {
        let _ = writeln!(text, "Sums of known figures: {}.", sums.join("; "));
    }
    if !reckoned.is_empty() {
        let _ = writeln!(text, "Reckoned already: {}.", reckoned.into_iter().collect::<Vec<_>>().join("; "));
    }
    text
}

/// Sums of known figures that nobody has made yet.
pub(super) fn open(brief: &Brief) -> Vec<String> {
    let reckoned = reckoned(brief);
    let sums = possible(&facts(brief, FACTS)).into_iter();
    sums.filter(|sum| !reckoned.contains(sum.as_str())).take(SUMS).collect()
}

/// The sums that were made.
fn reckoned(brief: &Brief) -> BTreeSet<&str> {
    let sums = brief.transcript.iter().filter_map(|entry| match entry {
        Entry::Used(used) if calculates(&used.call.tool) => Some(used.call.arguments.as_str()),
        _ => None,
    });
    sums.collect()
}

/// Sums of the clock times and the minutes that facts name, those of one fact first: when something is over that
/// begins then, and how long two things take one after the other.
fn possible(facts: &[Fact]) -> Vec<String> {
    let (mut times, mut minutes) = (Vec::new(), Vec::new());
    let mut sums = Vec::new();
    for fact in facts {
        let words = words(&fact.text);
        let own: Vec<_> = words.iter().filter(|word| is_time(word)).collect();
        let spans = minutes_in(&fact.text);
        sums.extend(own.first().zip(spans.first()).map(|(time, span)| format!("{time} + {span} min")));
        times.extend(own.into_iter().cloned());
        minutes.extend(spans);
    }
    minutes.dedup();
    sums.extend(times.iter().zip(&minutes).map(|(time, span)| format!("{time} + {span} min")));
    sums.extend(minutes.windows(2).map(|pair| format!("{} min + {} min", pair[0], pair[1])));
    let mut seen = BTreeSet::new();
    sums.retain(|sum| seen.insert(sum.clone()));
    sums
}

/// The spans of time that a fact names: `9 minutes`, and `minutes 9` for the row of a table with such a column. In `2
/// minutes (70 metres)` and in `metres 70, minutes 2` there is only one.
fn minutes_in(fact: &str) -> Vec<u32> {
    let mut found = Vec::new();
    for clause in fact.split([',', ';', '(', ')']).map(words) {
        for pair in clause.windows(2) {
            if matches!(pair[1].as_str(), "minute" | "minutes" | "min") {
                found.extend(pair[0].parse::<u32>());
            }
        }
        if let [.., column, cell] = clause.as_slice()
            && column == "minutes"
        {
            found.extend(cell.parse::<u32>());
        }
    }
    // A sum with nothing says nothing.
    found.retain(|minutes| *minutes > 0);
    found
}

fn is_time(word: &str) -> bool {
    word.split_once(':').is_some_and(|(hour, minute)| {
        minute.len() == 2 && [hour, minute].iter().all(|part| part.parse::<u32>().is_ok_and(|number| number < 60))
    })
}

/// What a small model means by `4 + 5 = 9 minutes`, by `4 + 5; 6 + 7`, and by a sum that it could not end: the sum of the
/// first two.
pub(super) fn tidy(sum: &str) -> &str {
    let first = sum.split(['=', ';']).next().unwrap_or_default().trim();
    if first.len() <= LONGEST {
        return first;
    }
    let is_operator = |at: &usize| matches!(first.as_bytes()[*at], b'+' | b'-' | b'*' | b'/');
    let second = (1..first.len()).filter(is_operator).nth(1);
    second.and_then(|at| first.get(..at)).map_or(first, str::trim)
}

/// Whether a sum is longer than any of use, or has figures of which none stands in what the crew has seen or the boss has
/// said.
pub(super) fn is_made_up(brief: &Brief, sum: &str) -> bool {
    if sum.len() > LONGEST {
        return true;
    }
    let wanted = figures(sum);
    let stands = |text: &str| !figures(text).is_disjoint(&wanted);
    !wanted.is_empty()
        && !brief.command.as_deref().is_some_and(stands)
        && !brief.transcript.iter().any(|entry| match entry {
            Entry::Round(..) => false,
            Entry::Said(message) => stands(&message.text),
            Entry::Used(used) => used.outcome.as_deref().is_ok_and(stands),
        })
}

fn figures(text: &str) -> BTreeSet<&str> {
    let parts = text.split(|letter: char| !(letter.is_ascii_digit() || matches!(letter, ':' | '.')));
    parts.map(|part| part.trim_matches(['.', ':'])).filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::agents::model::briefs::{brief, said, used};

    #[test]
    fn a_sum_of_figures_that_nobody_has_seen_is_made_up() {
        let mut brief = brief("driver");
        assert!(is_made_up(&brief, "100 + 200") && !is_made_up(&brief, "pi"));
        brief.transcript = vec![said(1, "hacker", "The recorder is blind for 6 minutes, from 22:05.")].into();
        assert!(is_made_up(&brief, "100 + 200") && is_made_up(&brief, "22 + 5"));
        assert!(is_made_up(&brief, &"6+".repeat(60)));
        let endless = "22:05 + 6 min + 4 min + 6 min + 4 min + 6 min + 4 min + 6 min + 4 min + 6 min + 4 min + 6 min +";
        assert_eq!((tidy(endless), tidy("4 + 5 = 9 min"), tidy("max(2, 3)")), ("22:05 + 6 min", "4 + 5", "max(2, 3)"));
        assert!(!is_made_up(&brief, "6 * 60") && !is_made_up(&brief, "22:05 + 4 min"));
    }

    #[test]
    fn minutes_are_told_from_other_figures() {
        assert_eq!(minutes_in("The walk to the staff door takes 3 minutes (110 metres)."), [3]);
        assert_eq!(minutes_in("dock: exit coal bay, metres 70, minutes 9, response minutes 4."), [9, 4]);
        assert_eq!(minutes_in("From 22:05 for 6 min, then 1 minute more."), [6, 1]);
        assert!(
            minutes_in("police, minutes 0.").is_empty()
                && minutes_in("minutes").is_empty()
                && minutes_in("9").is_empty()
        );
    }

    #[test]
    fn sums_are_made_of_known_figures() {
        let mut driver = brief("driver");
        assert!(!hints(&driver).contains("Sums of"));
        let network = "The camera recorder restarts every night at 22:05 and is blind for 6 minutes.\nThe drive takes 9 minutes \
             (4100 metres).";
        let routes = "id | route | minutes\n1 | dock | 9\n2 | roof | 11";
        driver.transcript = vec![
            used(1, "hacker", "file_reader", "network_plan.txt", Ok(network)),
            used(1, "intel", "database_query", "escape_routes", Ok(routes)),
        ]
        .into();
        let told = hints(&driver);
        assert!(told.contains("22:05 + 6 min") && told.contains("6 min + 9 min"), "{told}");
        assert!(!open(&driver).iter().any(|sum| sum.contains("4100")), "metres are no minutes");
        Arc::make_mut(&mut driver.transcript).push(used(1, "planner", "calculator", "22:05 + 6 min", Ok("22:11")));
        let told = hints(&driver);
        assert!(
            told.contains("Reckoned already: 22:05 + 6 min.") && told.matches("22:05 + 6 min").count() == 1,
            "{told}"
        );
    }
}
