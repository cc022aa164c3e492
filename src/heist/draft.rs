//! The plan as the crew's moves make it: what stands in each slot, who is for it and against it, and whether it is settled.

use std::collections::BTreeMap;

use heist_bank::{Bank, Plan, Slot};
use serde::{Deserialize, Serialize};

use super::moves::Move;
use super::name::AgentName;

/// How a slot of the plan stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SlotState {
    /// Somebody is for something, and nothing is settled.
    Proposed,
    /// The planner has decided.
    Settled,
    /// What was decided is undone.
    Reopened,
}

/// A slot has changed: what stands in it now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanChange {
    /// The id of the message that changed it.
    pub message: String,
    /// The slot.
    pub slot: Slot,
    /// What stands in it: what is settled, else what most are for.
    pub value: String,
    /// Who brought it forward, settled it or reopened the slot.
    pub by: AgentName,
    /// How the slot stands.
    pub state: SlotState,
    /// Who is for the value, in the order in which they said so.
    #[serde(rename = "for")]
    pub supporters: Vec<AgentName>,
    /// Who is against it.
    #[serde(rename = "against")]
    pub opponents: Vec<AgentName>,
}

impl PlanChange {
    /// The change in a line: `entry: roof hatch, settled by planner, 3 for, 1 against`.
    #[must_use]
    pub fn words(&self) -> String {
        let Self { slot, value, by, .. } = self;
        let (slot, votes) = (slot.name(), self.votes());
        match self.state {
            SlotState::Proposed => format!("{slot}: {value}, proposed by {by}, {votes}"),
            SlotState::Settled => format!("{slot}: {value}, settled by {by}, {votes}"),
            SlotState::Reopened => format!("{slot}: opened again by {by}, from {value} with {votes}"),
        }
    }

    /// How many are for what stands in the slot, and how many against it: `3 for, 1 against`.
    #[must_use]
    pub fn votes(&self) -> String {
        let against = self.opponents.len();
        let against = if against == 0 { String::new() } else { format!(", {against} against") };
        format!("{} for{against}", self.supporters.len())
    }
}

/// Tells which of a plan's changes are worth a line: a slot that stands otherwise than before, not one more vote.
#[derive(Clone, Debug, Default)]
pub struct PlanNews(BTreeMap<Slot, (SlotState, String)>);

impl PlanNews {
    /// Takes in the next change, and says whether it is news.
    pub fn take(&mut self, change: &PlanChange) -> bool {
        let stands = (change.state, change.value.clone());
        self.0.insert(change.slot, stands.clone()) != Some(stands)
    }

    /// Takes in the next change, and says whether something has been decided with it, or opened again.
    pub fn decides(&mut self, change: &PlanChange) -> bool {
        let before = self.0.get(&change.slot).map(|(state, _)| *state);
        let is_news = self.take(change);
        let is_open = change.state == SlotState::Reopened && before == Some(SlotState::Reopened);
        is_news && !is_open && change.state != SlotState::Proposed
    }
}

impl SlotState {
    /// How the slot stands, in a word or two.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Proposed => "not settled",
            Self::Settled => "settled",
            Self::Reopened => "open again",
        }
    }
}

/// Something that was brought forward for a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// What.
    pub value: String,
    /// Who brought it forward.
    pub by: AgentName,
    /// The key of the fact that it was brought forward for.
    pub because: Option<String>,
    /// Who is for it.
    pub supporters: Vec<AgentName>,
    /// Who is against it.
    pub opponents: Vec<AgentName>,
}

impl Proposal {
    /// Whether more are for it, less those against it, than for the other.
    fn is_above(&self, other: &Self) -> bool {
        self.supporters.len() + other.opponents.len() > other.supporters.len() + self.opponents.len()
    }
}

/// A slot of the plan as it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drafted {
    /// What was brought forward, in the order in which it was.
    pub proposals: Vec<Proposal>,
    /// What is settled.
    pub settled: Option<String>,
    /// Whether a decision was undone since the last.
    pub reopened: bool,
    /// Who settled it last, or reopened it since.
    by: Option<AgentName>,
    /// Who sees to it, as was said last.
    pub assigned: Option<AgentName>,
    /// Whether two were said to see to it, and the planner has not said since which of them does.
    pub muddled: bool,
}

impl Drafted {
    /// What stands in the slot: what is settled, else what most are for, and of equals what was brought forward first.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        self.leading().map(|leading| leading.value.as_str())
    }

    /// The proposal that stands in the slot.
    #[must_use]
    pub fn leading(&self) -> Option<&Proposal> {
        if let Some(settled) = &self.settled {
            return self.proposals.iter().find(|proposal| proposal.value == *settled);
        }
        self.proposals.iter().reduce(|best, next| if next.is_above(best) { next } else { best })
    }

    /// How it stands; none if nothing was brought forward.
    #[must_use]
    pub fn state(&self) -> Option<SlotState> {
        match (&self.settled, self.reopened, self.proposals.is_empty()) {
            (Some(_), ..) => Some(SlotState::Settled),
            (None, true, _) => Some(SlotState::Reopened),
            (None, false, false) => Some(SlotState::Proposed),
            (None, false, true) => None,
        }
    }

    /// The proposal for a value, brought forward by this agent if it is new.
    fn proposal(&mut self, value: &str, by: &AgentName, because: Option<&String>) -> Option<&mut Proposal> {
        if !self.proposals.iter().any(|proposal| proposal.value == value) {
            self.proposals.push(Proposal {
                value: value.to_owned(),
                by: by.clone(),
                because: because.cloned(),
                supporters: Vec::new(),
                opponents: Vec::new(),
            });
        }
        self.proposals.iter_mut().find(|proposal| proposal.value == value)
    }

    /// Whoever is for a value is so for no other of the slot.
    fn support(&mut self, agent: &AgentName, value: &str, because: Option<&String>) {
        for other in &mut self.proposals {
            if other.value != value {
                other.supporters.retain(|supporter| supporter != agent);
            }
        }
        if let Some(proposal) = self.proposal(value, agent, because) {
            proposal.opponents.retain(|opponent| opponent != agent);
            if !proposal.supporters.contains(agent) {
                proposal.supporters.push(agent.clone());
            }
        }
    }

    fn oppose(&mut self, agent: &AgentName, value: &str) {
        if let Some(proposal) = self.proposals.iter_mut().find(|proposal| proposal.value == value) {
            proposal.supporters.retain(|supporter| supporter != agent);
            if !proposal.opponents.contains(agent) {
                proposal.opponents.push(agent.clone());
            }
        }
    }
}

/// The plan as the moves so far have made it. Folding the same moves in the same order gives the same draft.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    slots: [Drafted; Slot::ALL.len()],
}

impl Draft {
    /// A slot as it stands.
    #[must_use]
    pub fn slot(&self, slot: Slot) -> &Drafted {
        // There is one for each slot, in their order.
        &self.slots[slot as usize]
    }

    fn slot_mut(&mut self, slot: Slot) -> &mut Drafted {
        &mut self.slots[slot as usize]
    }

    /// Takes in what an agent's message does; `planner` is who may settle. A decision by anybody else is support.
    pub fn take(&mut self, planner: &AgentName, agent: &AgentName, moves: &[Move]) {
        for mv in moves {
            let Some(slot) = mv.slot() else { continue };
            let drafted = self.slot_mut(slot);
            match mv {
                Move::Propose { value, because, .. } | Move::Support { value, because, .. } => {
                    drafted.support(agent, value, because.as_ref());
                }
                Move::Oppose { value, .. } => drafted.oppose(agent, value),
                Move::Settle { value, .. } => {
                    drafted.support(agent, value, None);
                    if agent == planner {
                        drafted.settled = Some(value.clone());
                        drafted.by = Some(agent.clone());
                        drafted.reopened = false;
                    }
                }
                Move::Reopen { .. } => {
                    if drafted.settled.take().is_some() {
                        drafted.reopened = true;
                        drafted.by = Some(agent.clone());
                    }
                }
                Move::Assign { agent: whom, .. } => {
                    let is_other = drafted.assigned.as_ref().is_some_and(|assigned| assigned != whom);
                    drafted.muddled = agent != planner && (drafted.muddled || is_other);
                    drafted.assigned = Some(whom.clone());
                }
                Move::Report { .. }
                | Move::Correct { .. }
                | Move::Defer { .. }
                | Move::Ask { .. }
                | Move::Conclude { .. } => {}
            }
        }
    }

    /// What has changed since an earlier draft, by this message: the slots that stand otherwise, in their order.
    #[must_use]
    pub fn changes_since(&self, before: &Self, message: &str) -> Vec<PlanChange> {
        let changed = Slot::ALL.into_iter().filter_map(|slot| {
            let change = self.change(slot, message)?;
            (Some(&change) != before.change(slot, message).as_ref()).then_some(change)
        });
        changed.collect()
    }

    /// How a slot stands, as the event tells it; none if nothing stands in it.
    fn change(&self, slot: Slot, message: &str) -> Option<PlanChange> {
        let drafted = self.slot(slot);
        let (leading, state) = drafted.leading().zip(drafted.state())?;
        let decided = drafted.by.as_ref().filter(|_| state != SlotState::Proposed);
        Some(PlanChange {
            message: message.to_owned(),
            slot,
            value: leading.value.clone(),
            by: decided.unwrap_or(&leading.by).clone(),
            state,
            supporters: leading.supporters.clone(),
            opponents: leading.opponents.clone(),
        })
    }

    /// The plan for the job: what stands in each slot, open where it is not settled or two see to it. What the bank does not
    /// have is left out.
    #[must_use]
    pub fn plan(&self, bank: &Bank) -> Plan {
        let mut plan = Plan::default();
        for slot in Slot::ALL {
            let drafted = self.slot(slot);
            // A slot with what the bank does not have stays empty.
            if drafted.value().is_some_and(|value| plan.set(bank, slot, value).is_ok())
                && (drafted.settled.is_none() || drafted.muddled)
            {
                plan.open.push(slot);
            }
        }
        plan
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CREW: [&str; 3] = ["planner", "hacker", "driver"];

    fn take(draft: &mut Draft, agent: &str, mv: Move) -> Vec<PlanChange> {
        let before = draft.clone();
        draft.take(&"planner".into(), &agent.into(), &[mv]);
        draft.changes_since(&before, "m1")
    }

    fn propose(value: &str) -> Move {
        Move::Propose { slot: Slot::Route, value: value.into(), because: None }
    }

    fn settle(value: &str) -> Move {
        Move::Settle { slot: Slot::Route, value: value.into() }
    }

    #[test]
    fn what_most_are_for_stands_until_the_planner_decides() {
        let mut draft = Draft::default();
        let change = &take(&mut draft, "driver", propose("dock"))[0];
        assert_eq!((&*change.value, &*change.by, change.state), ("dock", "driver", SlotState::Proposed));
        assert_eq!(take(&mut draft, "hacker", propose("roof")), [], "of equals the first stands");
        let oppose = Move::Oppose { slot: Slot::Route, value: "dock".into(), because: None };
        let change = &take(&mut draft, "planner", oppose)[0];
        assert_eq!((&*change.value, &*change.by), ("roof", "hacker"));
        assert_eq!(draft.slot(Slot::Route).proposals[0].opponents, ["planner".into()]);
        assert_eq!(take(&mut draft, "driver", settle("dock")), [], "only the planner settles");
        let change = &take(&mut draft, "planner", settle("dock"))[0];
        assert_eq!((&*change.value, &*change.by, change.state), ("dock", "planner", SlotState::Settled));
        assert_eq!(change.supporters, ["driver".into(), "planner".into()]);
        let change = &take(&mut draft, "hacker", Move::Reopen { slot: Slot::Route })[0];
        assert_eq!((&*change.by, change.state), ("hacker", SlotState::Reopened));
        assert_eq!(take(&mut draft, "hacker", Move::Reopen { slot: Slot::Route }), []);
        assert_eq!(draft.plan(&Bank::first_meridian()).words(&Bank::first_meridian(), Slot::Route).unwrap(), "dock");
    }

    #[test]
    fn a_change_is_written_as_the_contract_says() {
        let mut draft = Draft::default();
        let change = take(&mut draft, "driver", propose("dock")).remove(0);
        let json = r#"{"message":"m1","slot":"route","value":"dock","by":"driver","state":"proposed","for":["driver"],"against":[]}"#;
        assert_eq!(serde_json::to_string(&change).unwrap(), json);
        assert_eq!(serde_json::from_str::<PlanChange>(json).unwrap(), change);
    }

    #[test]
    fn a_change_is_told_in_a_line() {
        let mut draft = Draft::default();
        assert_eq!(take(&mut draft, "driver", propose("dock"))[0].words(), "route: dock, proposed by driver, 1 for");
        let oppose = Move::Oppose { slot: Slot::Route, value: "dock".into(), because: None };
        let words = take(&mut draft, "hacker", oppose)[0].words();
        assert_eq!(words, "route: dock, proposed by driver, 1 for, 1 against");
        let words = take(&mut draft, "planner", settle("dock"))[0].words();
        assert_eq!(words, "route: dock, settled by planner, 2 for, 1 against");
        let mut news = PlanNews::default();
        let vote = Move::Support { slot: Slot::Route, value: "dock".into(), because: None };
        let votes = ["intel", "lookout"].map(|agent| take(&mut draft.clone(), agent, vote.clone()).remove(0));
        assert_eq!(votes.map(|vote| news.decides(&vote)), [true, false]);
        let words = take(&mut draft, "hacker", Move::Reopen { slot: Slot::Route })[0].words();
        assert_eq!(words, "route: opened again by hacker, from dock with 2 for, 1 against");
    }

    fn moves() -> impl proptest::strategy::Strategy<Value = (usize, Move)> {
        let value = prop_oneof![Just("dock".to_owned()), Just("roof".to_owned()), Just("front".to_owned())];
        let slot = prop::sample::select(Slot::ALL.to_vec());
        (0..CREW.len(), 0..6, slot, value).prop_map(|(agent, kind, slot, value)| {
            let because = None;
            let mv = match kind {
                0 => Move::Propose { slot, value, because },
                1 => Move::Support { slot, value, because },
                2 => Move::Oppose { slot, value, because },
                3 => Move::Settle { slot, value },
                4 => Move::Reopen { slot },
                _ => Move::Defer { slot },
            };
            (agent, mv)
        })
    }

    proptest! {
        #[test]
        fn nobody_is_for_two_values_or_for_and_against_one(moves in prop::collection::vec(moves(), 0..60)) {
            let mut draft = Draft::default();
            for (agent, mv) in moves {
                let agent = CREW[agent].into();
                let before = draft.clone();
                draft.take(&"planner".into(), &agent, std::slice::from_ref(&mv));
                let changes = draft.changes_since(&before, "m1");
                prop_assert!(changes.iter().all(|change| Some(change.slot) == mv.slot()));
                for slot in Slot::ALL {
                    let drafted = draft.slot(slot);
                    for name in CREW.map(AgentName::from) {
                        let is_for = drafted.proposals.iter().filter(|one| one.supporters.contains(&name)).count();
                        prop_assert!(is_for <= 1);
                        let both = |one: &Proposal| one.supporters.contains(&name) && one.opponents.contains(&name);
                        prop_assert!(!drafted.proposals.iter().any(both));
                    }
                    prop_assert!(drafted.settled.is_none() || drafted.leading().is_some());
                }
            }
        }
    }
}
