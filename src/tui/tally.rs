//! What the guess and the reveal tell besides the talk: what each agent did, and which way the detector went.

use crate::heist::{AgentName, EventKind};

/// What an agent did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Deeds {
    pub(super) messages: u32,
    pub(super) calls: u32,
    /// Of the calls, those that had no result.
    pub(super) failed: u32,
    /// Of the calls, those that were refused.
    pub(super) denied: u32,
}

/// How suspicion stood at the end of a turn.
#[derive(Debug)]
struct Point {
    turn: u32,
    /// Of each agent, in the crew's order.
    scores: Vec<f64>,
}

/// How the suspicion of one agent stood at the end of a turn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stand {
    pub(super) turn: u32,
    /// 0 to 1.
    pub(super) score: f64,
    /// Whether nobody was suspected more.
    pub(super) first: bool,
}

/// Counts and course, folded from the events.
#[derive(Debug, Default)]
pub(super) struct Tally {
    crew: Vec<AgentName>,
    deeds: Vec<Deeds>,
    course: Vec<Point>,
    turn: u32,
    /// The turn of each hint.
    pub(super) hints: Vec<u32>,
}

impl Tally {
    /// Takes in what happened.
    pub(super) fn take(&mut self, event: &EventKind) {
        match event {
            EventKind::SessionStarted(opening) => {
                self.crew = opening.crew.iter().map(|member| member.name.clone()).collect();
                self.deeds = vec![Deeds::default(); self.crew.len()];
            }
            EventKind::TurnStarted { turn, .. } => self.turn = *turn,
            EventKind::MessageCompleted(message) => self.count(&message.agent, |deeds| deeds.messages += 1),
            EventKind::ToolCalled(call) => self.count(&call.agent, |deeds| deeds.calls += 1),
            EventKind::ToolReturned(answer) if !answer.ok => self.count(&answer.agent, |deeds| deeds.failed += 1),
            EventKind::ToolDenied(denial) => self.count(&denial.agent, |deeds| deeds.denied += 1),
            EventKind::SuspicionChanged(suspicion) => {
                let score =
                    |name: &AgentName| suspicion.agents.iter().find(|it| it.agent == *name).map_or(0.0, |it| it.score);
                let scores = self.crew.iter().map(score).collect();
                match self.course.last_mut() {
                    Some(last) if last.turn == self.turn => last.scores = scores,
                    _ => self.course.push(Point { turn: self.turn, scores }),
                }
            }
            EventKind::HintGiven(_) => self.hints.push(self.turn),
            _ => {}
        }
    }

    /// What the agent at this place in the crew did.
    pub(super) fn deeds(&self, agent: usize) -> Deeds {
        self.deeds.get(agent).copied().unwrap_or_default()
    }

    /// How the suspicion of the agent at this place went, turn by turn.
    pub(super) fn course(&self, agent: usize) -> impl Iterator<Item = Stand> {
        self.course.iter().filter_map(move |point| {
            let score = *point.scores.get(agent)?;
            // Of equals the first in the crew's order.
            let first =
                point.scores.iter().enumerate().all(|(other, its)| *its < score || (*its <= score && other >= agent));
            Some(Stand { turn: point.turn, score, first })
        })
    }

    /// The turn from which on the agent was the first suspect to the end; none if it was not at the end.
    pub(super) fn first_from(&self, agent: usize) -> Option<u32> {
        let course: Vec<_> = self.course(agent).collect();
        course.iter().rev().take_while(|stand| stand.first).last().map(|stand| stand.turn)
    }

    fn count(&mut self, name: &AgentName, add: impl FnOnce(&mut Deeds)) {
        if let Some(place) = self.crew.iter().position(|known| known == name) {
            add(&mut self.deeds[place]);
        }
    }
}

impl Deeds {
    /// In words; what there is none of is left out.
    pub(super) fn in_words(self) -> String {
        let some = |count: u32, word: &str| if count > 0 { format!(", {count} {word}") } else { String::new() };
        let many = |count: u32, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
        let calls = if self.calls > 0 { format!(", {}", many(self.calls, "call")) } else { String::new() };
        many(self.messages, "message") + &calls + &some(self.denied, "denied") + &some(self.failed, "failed")
    }
}
