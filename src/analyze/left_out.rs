//! What of a transcript is not weighed, told in a bounded number of words.

use super::{NAME, in_line};
use crate::heist::AgentName;

/// So many different reasons are told; those beyond are only counted.
const REASONS: usize = 10;

/// A reason is told with so many characters.
const REASON: usize = 200;

/// So many agents are named.
const NAMED: usize = 5;

/// What was left out so far.
#[derive(Debug)]
pub(super) struct LeftOut {
    /// What the transcript is counted in.
    unit: &'static str,
    lines: Vec<Lines>,
    /// Lines that were left out for further reasons.
    more: usize,
    others: Vec<String>,
}

/// Lines that have the same said of them.
#[derive(Debug)]
struct Lines {
    why: String,
    first: usize,
    more: usize,
}

impl Default for LeftOut {
    fn default() -> Self {
        Self { unit: "line", lines: Vec::new(), more: 0, others: Vec::new() }
    }
}

impl LeftOut {
    /// Counts in something else than lines.
    pub(super) fn counts(&mut self, unit: &'static str) {
        self.unit = unit;
    }

    /// Says something of the whole.
    pub(super) fn say(&mut self, what: String) {
        self.others.push(what);
    }

    /// Says something of a line, or of what else is counted.
    pub(super) fn line(&mut self, number: usize, why: &str) {
        let why = in_line(why, REASON);
        if let Some(lines) = self.lines.iter_mut().find(|lines| lines.why == why) {
            lines.more += 1;
        } else if self.lines.len() < REASONS {
            self.lines.push(Lines { why, first: number, more: 0 });
        } else {
            self.more += 1;
        }
    }

    /// Says which agents are not weighed, each with the line in which it first speaks, if it does.
    pub(super) fn agents(&mut self, agents: &[(Option<usize>, AgentName)], why: &str) {
        if agents.is_empty() {
            return;
        }
        let named = agents.iter().take(NAMED).map(|(line, agent)| match line {
            Some(place) => format!("{} ({} {place})", in_line(agent, NAME), self.unit),
            None => in_line(agent, NAME),
        });
        let named = named.collect::<Vec<_>>().join(", ");
        let more = agents.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        self.others.push(format!("not weighed is what these say, who {why}: {named}{more}"));
    }

    /// Says which of the detector's limits were reached.
    pub(super) fn beyond(&mut self, limits: &[String]) {
        if !limits.is_empty() {
            let limits = limits.join(", ");
            self.others.push(format!(
                "claims are held against what the tools returned first: {limits}, and not what came after"
            ));
        }
    }

    /// All of it, a sentence each.
    pub(super) fn told(self) -> Vec<String> {
        let unit = self.unit;
        let lines = self.lines.into_iter().map(|Lines { why, first, more }| match more {
            0 => format!("{unit} {first}: {why}"),
            _ => format!("{unit} {first} and {more} more: {why}"),
        });
        let more = (self.more > 0).then(|| format!("of {} {unit}s more something is not weighed", self.more));
        lines.chain(more).chain(self.others).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_by_their_reasons_and_these_have_an_end() {
        let mut left_out = LeftOut::default();
        for number in 1..=30 {
            left_out.line(number, "one kind");
            left_out.line(number, &format!("kind {number}\n{}", "x".repeat(1_000)));
        }
        let told = left_out.told();
        assert_eq!(told.len(), REASONS + 1);
        assert_eq!(told[0], "line 1 and 29 more: one kind");
        assert!(told[1].starts_with("line 1: kind 1\u{240a}xx") && told[1].len() < 300, "{}", told[1]);
        assert_eq!(told[REASONS], "of 21 lines more something is not weighed");
    }

    #[test]
    fn agents_are_named_as_far_as_there_is_room() {
        let mut left_out = LeftOut::default();
        left_out.agents(&[], "are too many");
        let agents: Vec<_> =
            (1..=7).map(|number| (Some(number), AgentName::from(format!("a{number}").as_str()))).collect();
        left_out.agents(&agents, "are too many");
        let told = left_out.told();
        assert_eq!(told.len(), 1);
        assert!(told[0].contains("a1 (line 1)") && told[0].ends_with("a5 (line 5) and 2 more"), "{told:?}");
    }
}
