//! The heist's plan as the crew's moves make it, with what changed last, and where each part of it was said.

mod minutes;

use std::collections::BTreeMap;

use heist_bank::Slot;

use crate::heist::{AgentName, Draft, Drafted, EventKind, Message, Proposal, SlotState};

use crate::text::one_line;

pub(crate) use minutes::{Step, course};

/// A decision that was undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Undone {
    /// By whom.
    pub(crate) by: AgentName,
    /// In which message.
    pub(crate) message: String,
    /// What had been settled.
    pub(crate) was: String,
}

/// The plan.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    planner: Option<AgentName>,
    draft: Box<Draft>,
    /// The message that changed a slot last.
    changed: BTreeMap<Slot, String>,
    /// The newest of them.
    newest: Option<String>,
    /// The messages in which something was brought forward.
    brought: Vec<(Slot, String, String)>,
    /// The messages that settled what is settled.
    settled: BTreeMap<Slot, String>,
    undone: BTreeMap<Slot, Undone>,
    /// Whether an older version recorded the heist, and wrote down no moves.
    is_older: bool,
}

impl Plan {
    /// Takes in an event.
    pub(crate) fn take(&mut self, event: &EventKind) {
        match event {
            EventKind::SessionStarted(started) => {
                *self = Self { planner: started.crew.first().map(|first| first.name.clone()), ..Self::default() };
            }
            EventKind::MessageCompleted(message) => self.hear(message),
            _ => {}
        }
    }

    fn hear(&mut self, message: &Message) {
        self.is_older |= message.is_older();
        let Some(planner) = &self.planner else { return };
        let before = self.draft.clone();
        self.draft.take(planner, &message.agent, &message.moves);
        let id = one_line(&message.id, 24);
        for slot in Slot::ALL {
            let (was, is) = (before.slot(slot), self.draft.slot(slot));
            if was == is {
                continue;
            }
            self.changed.insert(slot, id.clone());
            self.newest = Some(id.clone());
            for new in is.proposals.iter().skip(was.proposals.len()) {
                self.brought.push((slot, new.value.clone(), id.clone()));
            }
            if is.settled.is_some() && is.settled != was.settled {
                self.settled.insert(slot, id.clone());
            }
            if let (Some(value), None) = (&was.settled, &is.settled) {
                let undone = Undone { by: message.agent.clone(), message: id.clone(), was: value.clone() };
                self.undone.insert(slot, undone);
            }
        }
    }

    /// Whether there is a plan to show: none was written down by older versions.
    pub(crate) fn is_written(&self) -> bool {
        self.planner.is_some() && !self.is_older
    }

    /// Whether an older version recorded the heist.
    pub(crate) fn is_older(&self) -> bool {
        self.is_older
    }

    /// A slot as it stands.
    pub(crate) fn slot(&self, slot: Slot) -> &Drafted {
        self.draft.slot(slot)
    }

    /// The plan as it stands.
    pub(crate) fn draft(&self) -> &Draft {
        &self.draft
    }

    /// How many slots are settled, and how many were and are open again.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let count = |wanted| Slot::ALL.into_iter().filter(|slot| self.slot(*slot).state() == Some(wanted)).count();
        (count(SlotState::Settled), count(SlotState::Reopened))
    }

    /// The message that changed a slot last.
    pub(crate) fn changed(&self, slot: Slot) -> Option<&str> {
        self.changed.get(&slot).map(String::as_str)
    }

    /// Whether the newest change of all was one of this slot.
    pub(crate) fn is_news(&self, slot: Slot) -> bool {
        self.newest.is_some() && self.newest.as_deref() == self.changed(slot)
    }

    /// The message in which something was brought forward.
    pub(crate) fn brought(&self, slot: Slot, proposal: &Proposal) -> Option<&str> {
        let found = self.brought.iter().find(|(of, value, _)| *of == slot && *value == proposal.value);
        found.map(|(.., message)| message.as_str())
    }

    /// The message that settled what is settled.
    pub(crate) fn settled(&self, slot: Slot) -> Option<&str> {
        self.slot(slot).settled.as_ref()?;
        self.settled.get(&slot).map(String::as_str)
    }

    /// The decision that was undone, if the slot is open again.
    pub(crate) fn undone(&self, slot: Slot) -> Option<&Undone> {
        self.undone.get(&slot).filter(|_| self.slot(slot).state() == Some(SlotState::Reopened))
    }
}
