//! The suspicion as it is seen: scores and signs, whether they are hidden, and who stands out by them.

use super::parts::Agent;
use super::{SHORT, Seen};
use crate::heist::{AgentName, Evidence, Family, Hint, Suspicion};
use crate::tui::text::{one_line, percent};
use crate::views::notes;

/// How many weighings are remembered of each agent.
pub(super) const WEIGHINGS: usize = 24;

/// Whether the person sees the detector's suspicion before the guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum Sight {
    Open,
    /// It is hidden, and was in view before.
    Closed,
    /// It was never in view.
    Blind,
}

/// A piece of evidence.
#[derive(Debug)]
pub(in crate::tui) struct Sign {
    pub(in crate::tui) agent: AgentName,
    pub(in crate::tui) family: Family,
    pub(in crate::tui) weight: f64,
    pub(in crate::tui) note: String,
    pub(in crate::tui) message: String,
    pub(in crate::tui) quote: Option<String>,
}

impl Sign {
    fn of(evidence: &Evidence) -> Self {
        Self {
            agent: evidence.agent.clone(),
            family: evidence.family,
            weight: evidence.weight,
            note: one_line(&evidence.note, SHORT),
            message: one_line(&evidence.message, 24),
            quote: evidence.quote.as_deref().map(|quote| one_line(quote, SHORT)),
        }
    }
}

impl Seen {
    /// Whether suspicion is not to be seen now.
    pub(in crate::tui) fn hides(&self) -> bool {
        self.sight != Sight::Open && self.guess.is_none()
    }

    pub(super) fn weigh_in(&mut self, suspicion: &Suspicion) {
        for score in &suspicion.agents {
            if let Some(agent) = self.crew.iter_mut().find(|agent| agent.name == score.agent) {
                agent.score = score.score;
                if agent.history.len() == WEIGHINGS {
                    agent.history.pop_front();
                }
                agent.history.push_back(score.score);
                if percent(score.delta) != 0 {
                    agent.delta = score.delta;
                }
            }
        }
        self.signs.extend(suspicion.evidence.iter().map(Sign::of));
    }

    /// Notes what the hint was; where the suspicion is hidden, its evidence is the only one to be seen.
    pub(super) fn hinted(&mut self, hint: &Hint) {
        if self.hides() {
            self.signs.extend(hint.evidence.iter().map(Sign::of));
        }
        self.note(notes::hint(hint));
    }

    /// Begins with the suspicion hidden, or in view.
    pub(in crate::tui) fn begin_blind(&mut self, blind: bool) {
        self.sight = if blind { Sight::Blind } else { Sight::Open };
    }

    /// Hides the suspicion, or shows it again.
    pub(in crate::tui) fn turn_blind(&mut self) {
        self.sight = if self.sight == Sight::Open { Sight::Closed } else { Sight::Open };
        self.weigh_again();
    }

    /// Makes the scores and the signs of all weighings again, or of none while they are hidden: what is not in the model
    /// cannot be shown by mistake.
    pub(super) fn weigh_again(&mut self) {
        self.signs.clear();
        for agent in &mut self.crew {
            (agent.score, agent.delta) = (0.0, 0.0);
            agent.history.clear();
        }
        if !self.hides() {
            let weighings = std::mem::take(&mut self.weighings);
            for suspicion in &weighings {
                self.weigh_in(suspicion);
            }
            self.weighings = weighings;
        }
    }

    /// Whether the detector suspects somebody more than chance would, seen or not: a hint is worth what it costs.
    pub(in crate::tui) fn has_suspect(&self) -> bool {
        self.weighings.last().is_some_and(|weighing| weighing.singles_out())
    }

    /// The evidence for and against an agent, strongest first; without what would be shown as 0.
    pub(in crate::tui) fn signs_of(&self, name: &AgentName) -> Vec<&Sign> {
        let tells = |sign: &&Sign| sign.agent == *name && sign.weight.abs() >= 0.05;
        let mut signs: Vec<_> = self.signs.iter().filter(tells).collect();
        signs.sort_by(|one, other| other.weight.total_cmp(&one.weight));
        signs
    }

    /// Who is suspected most; none before anything was weighed.
    pub(in crate::tui) fn suspect(&self) -> Option<usize> {
        let weighed = self.crew.iter().enumerate().filter(|(_, agent)| agent.score > 0.0);
        weighed.reduce(|top, next| if next.1.score > top.1.score { next } else { top }).map(|(index, _)| index)
    }

    /// Whether an agent is suspected more than any other, as far as the figures show.
    pub(in crate::tui) fn stands_out(&self, index: usize) -> bool {
        let below = |other: &Agent| percent(other.score) < percent(self.crew[index].score);
        self.crew.iter().enumerate().all(|(other, agent)| other == index || below(agent))
    }
}
