//! The crew's plan as it stands.

use std::fmt;

use heist_bank::Slot;
use rmcp::schemars::{self, JsonSchema};
use serde::Serialize;

use crate::heist::{AgentName, Proposal, SlotState};
use crate::mcp::serve::seen::Seen;
use crate::text::one_line;
use crate::views::label;
use crate::views::plan::course;

/// The longest value that is told, in characters.
const VALUE: usize = 80;

/// The plan.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(in crate::mcp::serve) struct PlanTold {
    slots: Vec<SlotTold>,
    /// When the crew would be in, have the vault open, be out and be gone, by what was told.
    times: Vec<Moment>,
}

/// A moment of the job.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Moment {
    name: &'static str,
    /// A time, several where agents tell different figures, or ? where one is lacking.
    at: String,
    /// What lies between it and the moment before, in minutes.
    because: String,
}

/// A slot of the plan.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct SlotTold {
    slot: &'static str,
    /// not settled, settled, open again; missing while nothing was brought forward.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    /// The message that settled it, or the one that changed it last.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// What was undone, by whom and in which message.
    #[serde(skip_serializing_if = "Option::is_none")]
    undone: Option<String>,
    /// Who sees to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    assigned: Option<String>,
    /// What was brought forward; what stands in the slot first.
    proposals: Vec<Proposed>,
}

/// Something that was brought forward.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Proposed {
    value: String,
    by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// The fact it was brought forward for, as its speaker told it.
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<String>,
    #[serde(rename = "for")]
    supporters: Vec<String>,
    against: Vec<String>,
}

impl PlanTold {
    pub(in crate::mcp::serve) fn of(seen: &Seen) -> Self {
        let moment = |step: &crate::views::plan::Step| Moment {
            name: step.name,
            at: step.when(),
            because: step.parts.iter().map(ToString::to_string).collect::<Vec<_>>().join(" + "),
        };
        Self {
            slots: Slot::ALL.into_iter().map(|slot| slot_told(seen, slot)).collect(),
            times: course(seen.plan.draft(), &seen.sources.facts).iter().map(moment).collect(),
        }
    }
}

fn slot_told(seen: &Seen, slot: Slot) -> SlotTold {
    let (plan, drafted) = (&seen.plan, seen.plan.slot(slot));
    let leading = drafted.leading();
    let others = drafted.proposals.iter().filter(|it| Some(*it) != leading && !it.supporters.is_empty());
    let undone = plan.undone(slot);
    SlotTold {
        slot: slot.name(),
        state: drafted.state().map(SlotState::words),
        message: plan.settled(slot).or(plan.changed(slot)).map(ToOwned::to_owned),
        undone: undone.map(|it| format!("{} opened it again in {}; {} was settled", label(&it.by), it.message, it.was)),
        assigned: drafted.assigned.as_ref().map(label),
        proposals: leading.into_iter().chain(others).map(|it| proposed(seen, slot, it)).collect(),
    }
}

fn proposed(seen: &Seen, slot: Slot, proposal: &Proposal) -> Proposed {
    let names = |agents: &[AgentName]| agents.iter().map(label).collect();
    Proposed {
        value: one_line(&proposal.value, VALUE),
        by: label(&proposal.by),
        message: seen.plan.brought(slot, proposal).map(ToOwned::to_owned),
        because: proposal.because.as_deref().map(|key| seen.sources.facts.words(key, &proposal.by)),
        supporters: names(&proposal.supporters),
        against: names(&proposal.opponents),
    }
}

impl fmt::Display for PlanTold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for SlotTold { slot, state, message, undone, assigned, proposals } in &self.slots {
            let Some(state) = state else {
                writeln!(f, "{slot}: nothing yet")?;
                continue;
            };
            let message = message.as_ref().map_or(String::new(), |message| format!(" in {message}"));
            let sees = assigned.as_ref().map_or(String::new(), |agent| format!("; {agent} sees to it"));
            writeln!(f, "{slot}: {state}{message}{sees}")?;
            for Proposed { value, by, message, because, supporters, against } in proposals {
                let message = message.as_ref().map_or(String::new(), |message| format!(" in {message}"));
                let because = because.as_ref().map_or(String::new(), |because| format!(", because {because}"));
                write!(f, "  {value}, by {by}{message}{because}; for: {}", listed(supporters))?;
                writeln!(
                    f,
                    "{}",
                    if against.is_empty() { String::new() } else { format!("; against: {}", listed(against)) }
                )?;
            }
            if let Some(undone) = undone {
                writeln!(f, "  {undone}")?;
            }
        }
        writeln!(f, "\nFrom what has been told:")?;
        for Moment { name, at, because } in &self.times {
            let because = if because.is_empty() { String::new() } else { format!(" ({because} min)") };
            writeln!(f, "  {name}: {at}{because}")?;
        }
        Ok(())
    }
}

fn listed(agents: &[String]) -> String {
    if agents.is_empty() { "nobody".to_owned() } else { agents.join(", ") }
}
