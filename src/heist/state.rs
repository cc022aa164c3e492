//! The state of a heist: what its events add up to.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::draft::Draft;
use super::event::{AgentScore, EventKind, Evidence, Hint, Message, Phase, ToolCall};
use super::ledger::{Act, Ledger};
use super::moves::Move;
use super::name::AgentName;
use super::score::Moment;
use super::seal::Orders;
use super::setup::Setup;
use super::time::{Stopwatch, Timestamp};

/// Where a heist stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Nothing has been recorded yet.
    New,
    /// No turn is running: the services boot, a turn has just ended, or all turns are over and a guess is awaited.
    Between,
    /// An agent has its turn.
    InTurn(Turn),
    /// The session has completed, failed or been stopped.
    Over,
}

/// A turn that is running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Counts from 1 over the session.
    pub number: u32,
    /// The round it belongs to.
    pub round: u32,
    /// Whose turn it is.
    pub agent: AgentName,
    /// Tool calls made so far in this turn.
    pub calls: u32,
    /// The call that has no answer yet.
    pub pending: Option<ToolCall>,
}

/// A line of what the whole crew has seen. Its copies share the text.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// A round began.
    Round(u32, Phase),
    /// Somebody said something.
    Said(Arc<Message>),
    /// Somebody used a tool.
    Used(Arc<ToolUse>),
}

impl Entry {
    /// The message, if it is one.
    #[must_use]
    pub fn said(&self) -> Option<&Message> {
        if let Self::Said(message) = self { Some(message) } else { None }
    }

    /// The tool call with its answer, if it is one.
    #[must_use]
    pub fn used(&self) -> Option<&ToolUse> {
        if let Self::Used(used) = self { Some(used) } else { None }
    }

    /// Whether both are the same line, and not only alike.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Said(one), Self::Said(other)) => Arc::ptr_eq(one, other),
            (Self::Used(one), Self::Used(other)) => Arc::ptr_eq(one, other),
            (Self::Round(..), Self::Round(..)) => self == other,
            _ => false,
        }
    }
}

/// A tool call with its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolUse {
    /// The call.
    pub call: ToolCall,
    /// The result; or why there is none, because the tool failed or was denied.
    pub outcome: Result<String, String>,
}

/// What the events of a heist add up to. The mole is sealed in it.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub(super) setup: Setup,
    pub(super) stage: Stage,
    pub(super) paused: bool,
    pub(super) watch: Stopwatch,
    pub(super) round: u32,
    pub(super) turns: u32,
    pub(super) messages: u32,
    pub(super) tool_calls: u32,
    hints: u32,
    /// Messages that the judge has read.
    pub(super) judged: u32,
    /// Turns given up since the last message.
    pub(super) lost_in_a_row: u32,
    /// The turn in which the session was cut off.
    broken_off: Option<Turn>,
    /// The player's commands that were not obeyed yet, and the first turn that each is for.
    commands: BTreeMap<AgentName, (u32, String)>,
    pub(super) scores: Vec<AgentScore>,
    pub(super) strongest: BTreeMap<AgentName, Evidence>,
    transcript: Arc<Vec<Entry>>,
    draft: Draft,
    ledger: Ledger,
}

impl State {
    /// A heist in which nothing has happened yet.
    #[must_use]
    pub fn new(setup: Setup) -> Self {
        Self {
            setup,
            stage: Stage::New,
            paused: false,
            watch: Stopwatch::default(),
            round: 0,
            turns: 0,
            messages: 0,
            tool_calls: 0,
            hints: 0,
            judged: 0,
            lost_in_a_row: 0,
            broken_off: None,
            commands: BTreeMap::new(),
            scores: Vec::new(),
            strongest: BTreeMap::new(),
            transcript: Arc::default(),
            draft: Draft::default(),
            ledger: Ledger::default(),
        }
    }

    /// Takes in one recorded event. Applying a session's events in their order to a new state gives the state that
    /// the session itself had.
    pub fn apply(&mut self, event: &EventKind, at: Timestamp) {
        self.watch.take(event, at);
        match event {
            EventKind::SessionStarted(_) => self.stage = Stage::Between,
            EventKind::RoundStarted { round, phase } => {
                self.round = *round;
                self.add(Entry::Round(*round, *phase));
            }
            EventKind::TurnStarted { round, turn, agent } => {
                self.turns = *turn;
                self.stage =
                    Stage::InTurn(Turn { number: *turn, round: *round, agent: agent.clone(), calls: 0, pending: None });
            }
            EventKind::MessageCompleted(message) => {
                self.messages += 1;
                self.lost_in_a_row = 0;
                if self.command_for(&message.agent).is_some() {
                    self.commands.remove(&message.agent);
                }
                let acts = self.setup.seal.unlock(self.messages, &message.sealed);
                self.ledger.take(&self.setup.bank, &self.draft, message, acts);
                self.draft = self.draft_after(&message.agent, &message.moves);
                self.add(Entry::Said(Arc::new(message.clone())));
                self.stage = Stage::Between;
            }
            EventKind::ToolCalled(call) => {
                self.tool_calls += 1;
                if let Stage::InTurn(turn) = &mut self.stage {
                    turn.calls += 1;
                    turn.pending = Some(call.clone());
                }
            }
            EventKind::ToolReturned(answer) => {
                let error = || answer.error.clone().unwrap_or_default();
                self.settle_call(answer.result.clone().ok_or_else(error));
            }
            EventKind::ToolDenied(denial) => self.settle_call(Err(denial.reason.clone())),
            EventKind::SuspicionChanged(suspicion) => {
                self.scores.clone_from(&suspicion.agents);
                for evidence in &suspicion.evidence {
                    let strongest = self.strongest.entry(evidence.agent.clone()).or_insert_with(|| evidence.clone());
                    if evidence.weight > strongest.weight {
                        strongest.clone_from(evidence);
                    }
                }
            }
            EventKind::JudgeAnswered(_) => self.judged = self.messages,
            EventKind::CommandSent { agent, text } => {
                // Whoever acts already has not seen it, and has it before it in its next turn.
                let acts = matches!(&self.stage, Stage::InTurn(turn) if turn.agent == *agent);
                self.commands.insert(agent.clone(), (self.turns + u32::from(acts), text.clone()));
            }
            EventKind::SessionPaused => self.paused = true,
            EventKind::SessionResumed => {
                self.paused = false;
                if self.stage == Stage::Over {
                    self.lost_in_a_row = 0;
                    self.stage = self.broken_off.take().map_or(Stage::Between, Stage::InTurn);
                }
            }
            EventKind::FaultRaised(fault) => {
                if fault.turn.is_some() {
                    self.lost_in_a_row += 1;
                    self.stage = Stage::Between;
                }
            }
            EventKind::SessionCompleted(_) => self.stage = Stage::Over,
            EventKind::SessionFailed(_) => {
                if let Stage::InTurn(turn) = std::mem::replace(&mut self.stage, Stage::Over) {
                    self.broken_off = Some(turn);
                }
            }
            EventKind::HintGiven(_) => self.hints += 1,
            // The draft has been made of the message's moves.
            EventKind::PlanChanged(_)
            | EventKind::ServiceChanged { .. }
            | EventKind::GuessMade(_)
            | EventKind::VerdictReached(_)
            | EventKind::HeistPlayed(_) => {}
        }
    }

    fn settle_call(&mut self, outcome: Result<String, String>) {
        if let Stage::InTurn(turn) = &mut self.stage
            && let Some(call) = turn.pending.take()
        {
            self.add(Entry::Used(Arc::new(ToolUse { call, outcome })));
        }
    }

    fn add(&mut self, entry: Entry) {
        // Copies it where somebody still reads it as it was.
        Arc::make_mut(&mut self.transcript).push(entry);
    }

    /// The game as it was dealt.
    #[must_use]
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// Where the heist stands.
    #[must_use]
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// The round that is played, or was last; 0 before the first.
    #[must_use]
    pub fn round(&self) -> u32 {
        self.round
    }

    /// How many turns have begun.
    #[must_use]
    pub fn turns(&self) -> u32 {
        self.turns
    }

    /// What the whole crew has seen, oldest first; shared, not copied, with whoever clones it.
    #[must_use]
    pub fn transcript(&self) -> &Arc<Vec<Entry>> {
        &self.transcript
    }

    /// The plan as the moves so far have made it.
    #[must_use]
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// The draft as it would be after a message with these moves.
    pub(super) fn draft_after(&self, agent: &AgentName, moves: &[Move]) -> Draft {
        self.drafted(&self.draft, agent, moves)
    }

    /// A draft as it is after a message with these moves.
    pub(super) fn drafted(&self, before: &Draft, agent: &AgentName, moves: &[Move]) -> Draft {
        let mut draft = before.clone();
        if let Some(planner) = self.setup.crew.first() {
            draft.take(&planner.name, agent, moves);
        }
        draft
    }

    /// The orders, if this agent is the mole: for its own brief. An act that could not be done is still owed.
    #[must_use]
    pub fn orders_for(&self, agent: &AgentName) -> Option<Orders> {
        let orders = self.setup.seal.orders_for(agent)?.clone();
        Some(Orders { due: orders.owed(self.turns) > self.ledger.messages(), ..orders })
    }

    /// The mole's acts so far, for the verdict.
    pub(super) fn acts(&self) -> &[Act] {
        self.ledger.open()
    }

    /// The player's command to the agent that it is to obey in this turn, or in its next.
    #[must_use]
    pub fn command_for(&self, agent: &AgentName) -> Option<&str> {
        self.commands.get(agent).filter(|(turn, _)| *turn <= self.turns).map(|(_, text)| text.as_str())
    }

    /// The detector's first suspect; none before anything was weighed.
    #[must_use]
    pub fn suspect(&self) -> Option<&AgentScore> {
        // Of equals the first in the crew's order.
        self.scores.iter().reduce(|top, next| if next.score > top.score { next } else { top })
    }

    /// What a guess that is made now is worth depends on this; `blind` if the suspicion was hidden.
    pub(super) fn moment(&self, blind: bool) -> Moment {
        let turns = self.setup.schedule.iter().map(Vec::len).sum::<usize>();
        let turns = u32::try_from(turns).unwrap_or(u32::MAX);
        Moment { turns_left: turns.saturating_sub(self.turns), turns, hints: self.hints, blind }
    }

    /// The first suspect with the strongest evidence against it.
    pub(super) fn hint(&self) -> Option<Hint> {
        self.suspect().map(|top| Hint {
            agent: top.agent.clone(),
            score: top.score,
            evidence: self.strongest.get(&top.agent).filter(|evidence| evidence.weight > 0.0).cloned(),
        })
    }
}
