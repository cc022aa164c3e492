//! The facts that the tools have shown, for an agent to speak of or to reckon with.

use std::collections::HashSet;

use heist_tools::table::calculates;
use unicode_segmentation::UnicodeSegmentation;

use super::agenda::Agenda;
use super::likeness::{Shingles, words};
use crate::crew::Brief;
use crate::heist::{Entry, ToolUse};

/// A fact has at least and at most so many characters.
const CHARS: std::ops::RangeInclusive<usize> = 8..=170;

/// A fact is taken for said if so much of it stands in one message.
const SAID: f64 = 0.5;

/// Words that say nothing of what a text is about.
const COMMON: [&str; 20] = [
    "the", "a", "an", "and", "or", "of", "to", "in", "is", "are", "what", "how", "your", "you", "it", "at", "for",
    "with", "say", "who",
];

/// A sentence of a document, or a row of a table.
#[derive(Debug, PartialEq)]
pub(super) struct Fact {
    /// What it says.
    pub(super) text: String,
    /// The agent's own tool has shown it in this turn.
    pub(super) fresh: bool,
}

/// The `most` facts that bear most on the agent's task and that nobody has spoken of yet, best first. What the agent's
/// own tool has just shown comes before all else.
pub(super) fn facts(brief: &Brief, most: usize) -> Vec<Fact> {
    let task: HashSet<String> =
        words(brief.me.task(brief.phase)).into_iter().filter(|word| !COMMON.contains(&&**word)).collect();
    let said = brief.transcript.iter().filter_map(|entry| match entry {
        Entry::Said(message) => Some(Shingles::of(&message.text)),
        _ => None,
    });
    let said: Vec<_> = said.collect();
    let agenda = Agenda::of(brief);
    let mut seen = HashSet::new();
    let mut found: Vec<(usize, Fact)> = Vec::new();
    for used in
        brief.transcript.iter().filter_map(|entry| if let Entry::Used(used) = entry { Some(used) } else { None })
    {
        let fresh = used.call.turn == brief.turn;
        // A sum is of use to whoever has made it.
        if calculates(&used.call.tool) && !fresh {
            continue;
        }
        for text in sentences(used) {
            let words = words(&text);
            let known = || {
                let shingles = Shingles::of(&text);
                said.iter().any(|message| shingles.share_in(message) >= SAID)
            };
            if !CHARS.contains(&text.chars().count()) || known() || !seen.insert(text.clone()) {
                continue;
            }
            let shared = words.iter().collect::<HashSet<_>>().into_iter().filter(|word| task.contains(*word)).count();
            let figure = words.iter().any(|word| word.contains(|letter: char| letter.is_ascii_digit()));
            let weight = 2 * shared
                + usize::from(figure) * 2
                + usize::from(agenda.concerns(&words)) * 3
                + usize::from(fresh) * 20;
            found.push((weight, Fact { text, fresh }));
        }
    }
    // Stable, so that of equals the one that was shown first comes first.
    found.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    found.into_iter().take(most).map(|(_, fact)| fact).collect()
}

/// What a good answer says, piece by piece.
fn sentences(used: &ToolUse) -> Vec<String> {
    let Ok(result) = &used.outcome else { return Vec::new() };
    if calculates(&used.call.tool) {
        return vec![format!("{} is {result}.", used.call.arguments)];
    }
    let mut lines = result.lines();
    match lines.next() {
        // A table: its columns, and a row a line.
        Some(head) if head.contains(" | ") => {
            let columns: Vec<_> = head.split(" | ").collect();
            // What a row is about stands in its first cell: `Brandt: shift day, post lobby.`
            let row = |line: &str| {
                let cells = columns.iter().zip(line.split(" | "));
                let mut cells = cells.filter(|(column, cell)| **column != "id" && *cell != "-");
                let subject = cells.next().map_or("", |(_, cell)| cell);
                let rest: Vec<_> = cells.map(|(column, cell)| format!("{} {cell}", column.replace('_', " "))).collect();
                if rest.is_empty() { format!("{subject}.") } else { format!("{subject}: {}.", rest.join(", ")) }
            };
            lines.filter(|line| line.contains(" | ")).map(row).collect()
        }
        _ => result
            .lines()
            .flat_map(UnicodeSegmentation::split_sentence_bounds)
            .map(|text| text.trim().to_owned())
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::agents::model::briefs::{brief, said, used};

    #[test]
    fn facts_are_fresh_ones_first_and_none_that_was_said() {
        let cameras = "The bank\n\nThe first blind spot is the ramp of the coal bay, beside camera 7. Recordings are kept for 30 days.";
        let guards = "id | name | shift | post\n1 | Brandt | day | lobby\n2 | Okafor | - | counting room";
        let mut lookout = brief("lookout");
        lookout.transcript = vec![
            used(1, "hacker", "file_reader", "camera_system.txt", Ok(cameras)),
            used(1, "hacker", "file_reader", "nothing.txt", Err("there is no such file")),
            used(2, "lookout", "database_query", "guards", Ok(guards)),
        ]
        .into();
        let texts = |brief: &Brief| facts(brief, 4).into_iter().map(|fact| fact.text).collect::<Vec<_>>();
        let found = texts(&lookout);
        assert_eq!(found[..2], ["Brandt: shift day, post lobby.", "Okafor: post counting room."]);
        assert!(found[2].contains("camera 7") && found[3].contains("30 days"), "{found:?}");
        assert!(facts(&lookout, 1)[0].fresh);
        let news = "The first blind spot is the ramp of the coal bay. Camera 7 is beside it.";
        Arc::make_mut(&mut lookout.transcript).insert(1, said(1, "hacker", news));
        assert!(!texts(&lookout).iter().any(|fact| fact.contains("ramp")));
    }

    #[test]
    fn a_sum_is_a_fact() {
        let mut driver = brief("driver");
        driver.transcript = vec![used(2, "driver", "calculator", "22:00 + 12 min", Ok("22:12"))].into();
        assert_eq!(facts(&driver, 1)[0].text, "22:00 + 12 min is 22:12.");
    }
}
