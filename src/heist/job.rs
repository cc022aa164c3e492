//! The job, when the talk is over: how it went, and how that is told.

mod carried_out;

use heist_bank::{Bank, Clock, Film, Plan, Slot, Timeline};
use serde::{Deserialize, Serialize};

pub use heist_bank::Outcome as JobOutcome;

pub(super) use carried_out::played;

use super::name::AgentName;

/// How the job went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Played {
    /// How it ended.
    pub outcome: JobOutcome,
    /// What got away, in thousands; 0 if the crew was caught.
    pub loot: u32,
    /// The plan that was carried out: all six slots, in their order.
    pub plan: Vec<Part>,
    /// What happened, in the order of time.
    pub steps: Vec<JobStep>,
    /// What it failed for; none if it did not fail.
    pub cause: Option<Blame>,
    /// How it would have gone as the plan stood, whoever was named.
    pub stood: Ending,
    /// How it would have gone with every act of sabotage set right.
    pub honest: Ending,
}

/// How a job ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// Escaped or caught.
    pub outcome: JobOutcome,
    /// What gets away, in thousands.
    pub loot: u32,
}

/// A slot of the plan that was carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The slot.
    pub slot: Slot,
    /// What stood in it; none if nothing did.
    pub value: Option<String>,
    /// Why it was that.
    pub why: Why,
    /// What stood there before, if it was set right or has nobody to do it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
}

/// Why something stood in a slot when the plan was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It was settled.
    Settled,
    /// Most were for it, and nobody settled it.
    Supported,
    /// It was settled, and two were said to see to it.
    Muddled,
    /// Nobody had brought anything forward.
    Nothing,
    /// The mole was named, and what hung on its words was decided again by the sources.
    SetRight,
    /// Whoever saw to it was named and gone.
    Gone,
}

/// Something that happened in the job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobStep {
    /// When.
    pub at: Clock,
    /// Whose part it was.
    pub who: AgentName,
    /// What: a short sentence.
    pub what: String,
    /// Whether it went well.
    pub ok: bool,
    /// The key of the fact on which it depended; null if it was that nobody settled something.
    pub because: Option<String>,
}

/// What a job failed for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blame {
    /// The step, counted from 0.
    pub step: usize,
    /// The id of the message without which it would not have come to it; null if there is no such.
    pub message: Option<String>,
    /// Who said that.
    pub agent: Option<AgentName>,
}

impl Ending {
    fn of(timeline: &Timeline) -> Self {
        Self { outcome: timeline.outcome, loot: timeline.loot }
    }

    /// Whether the crew got away.
    #[must_use]
    pub fn escaped(&self) -> bool {
        self.outcome == JobOutcome::Escaped
    }

    /// The ending in a few words: `escaped with 680,000`, `caught`.
    #[must_use]
    pub fn words(&self) -> String {
        match self.outcome {
            JobOutcome::Escaped => format!("escaped with {}", money(self.loot)),
            JobOutcome::Caught => "caught".to_owned(),
        }
    }
}

impl Played {
    /// How it ended.
    #[must_use]
    pub const fn ending(&self) -> Ending {
        Ending { outcome: self.outcome, loot: self.loot }
    }

    /// The job played again, with all that one sees of it; none if it comes out otherwise than it was recorded, as by the
    /// rules of another version. In which words a version tells a step is no rule.
    #[must_use]
    pub fn film(&self, bank: &Bank) -> Option<Film> {
        let mut plan = Plan::default();
        for part in &self.plan {
            if let Some(value) = &part.value {
                plan.set(bank, part.slot, value).ok()?;
            }
            match part.why {
                Why::Supported | Why::Muddled => plan.open.push(part.slot),
                Why::Gone => plan.gone.push(part.slot),
                Why::Settled | Why::Nothing | Why::SetRight => {}
            }
        }
        let film = Film::of(bank, &plan);
        // The words may be those of another version.
        let same = |(ours, recorded): (&heist_bank::Step, &JobStep)| {
            (ours.at, &ours.because, ours.ok) == (recorded.at, &recorded.because, recorded.ok)
        };
        let steps = &film.timeline.steps;
        (steps.len() == self.steps.len() && steps.iter().zip(&self.steps).all(same)).then_some(film)
    }

    /// How it ended and for what, in sentences.
    #[must_use]
    pub fn how(&self) -> Vec<String> {
        let last = self.steps.last().map_or_else(String::new, |step| format!(" at {}", step.at));
        let ending = match self.outcome {
            JobOutcome::Escaped => format!("The crew escapes with {}.", money(self.loot)),
            JobOutcome::Caught => format!("The crew is caught{last}."),
        };
        let failed = self.cause.as_ref().and_then(|cause| self.steps.get(cause.step));
        let failed = failed.map(|step| format!("It failed at {}: {}", step.at, step.what));
        let blame = self.cause.as_ref().and_then(|cause| {
            let agent = cause.agent.as_ref()?;
            Some(match &cause.message {
                Some(message) => format!("It goes back to what {agent} said in {message}."),
                None => format!("It was the part of {agent}, who was named and gone."),
            })
        });
        [Some(ending), failed, blame].into_iter().flatten().collect()
    }

    /// How it ended, for what, and how it would have gone otherwise, in sentences.
    #[must_use]
    pub fn told(&self) -> Vec<String> {
        let otherwise = |ending: Ending, if_so: &str| {
            (ending != self.ending()).then(|| match ending.outcome {
                JobOutcome::Escaped => format!("{if_so} it would have escaped with {}.", money(ending.loot)),
                JobOutcome::Caught => format!("{if_so} it would have been caught."),
            })
        };
        let stood = otherwise(self.stood, "With the plan as it stood");
        let honest = otherwise(self.honest, "With every act of sabotage set right");
        self.how().into_iter().chain(stood).chain(honest).collect()
    }
}

impl JobStep {
    /// The fact on which it depended, as a clause without a stop; none if it was that nobody settled something.
    #[must_use]
    pub fn depended_on(&self, bank: &Bank) -> Option<String> {
        Some(bank.fact(self.because.as_ref()?)?.said(0))
    }
}

impl Part {
    /// The slot in a line: `entry: roof hatch, settled`.
    #[must_use]
    pub fn words(&self) -> String {
        let (slot, value) = (self.slot.name(), self.value.as_deref().unwrap_or("nothing"));
        let was = self.was.as_ref().map_or_else(String::new, |was| format!(", in place of {was}"));
        format!("{slot}: {value}, {}{was}", self.why.words())
    }
}

impl Why {
    /// Why, in a few words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Settled => "settled",
            Self::Supported => "not settled, but most were for it",
            Self::Muddled => "settled, and two were said to see to it",
            Self::Nothing => "nobody spoke of it",
            Self::SetRight => "set right from the sources",
            Self::Gone => "with nobody to see to it",
        }
    }
}

/// So many thousands in figures: `680,000`.
#[must_use]
pub fn money(thousands: u32) -> String {
    match (thousands / 1000, thousands % 1000) {
        (0, 0) => "nothing".to_owned(),
        (0, thousands) => format!("{thousands},000"),
        (millions, thousands) => format!("{millions},{thousands:03},000"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_in_full() {
        assert_eq!([0, 680, 1_005].map(money), ["nothing", "680,000", "1,005,000"]);
    }
}
