//! The event vocabulary: everything that can be seen of a heist, in the shapes of `--ci --json`.

use std::fmt;
use std::sync::Arc;

use heist_bank::Slot;
use serde::{Deserialize, Serialize};

use super::draft::PlanChange;
use super::job::Played;
use super::judge::Judgement;
use super::ledger::Act;
use super::moves::Move;
use super::name::AgentName;
use super::score::{Score, Sureness};
use super::started::SessionStarted;
use super::time::Timestamp;
use super::tokens::{Tokens, is_zero};

/// So many times what chance alone would make of it, and an agent's score is worth a hint.
const WORTH_A_HINT: f64 = 1.5;

/// Something that happened, as it is stored and shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Counts up by one from 1 within a session, without a gap.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// The session's identifier.
    pub session: Arc<str>,
    /// What happened.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub enum EventKind {
    /// A session began; always the first event.
    #[serde(rename = "session.started")]
    SessionStarted(Box<SessionStarted>),
    /// A tool service changed its state.
    #[serde(rename = "service.changed")]
    ServiceChanged {
        /// The service's name, such as `calculator`.
        service: String,
        /// The state it is in now.
        state: ServiceState,
        /// What is known besides, for a person to read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        detail: Option<String>,
    },
    /// A round began.
    #[serde(rename = "round.started")]
    RoundStarted {
        /// Counts from 1.
        round: u32,
        /// What the crew plans in this round.
        phase: Phase,
    },
    /// An agent's turn began.
    #[serde(rename = "turn.started")]
    TurnStarted {
        /// The round that the turn belongs to.
        round: u32,
        /// Counts from 1 over the whole session.
        turn: u32,
        /// Whose turn it is.
        agent: AgentName,
    },
    /// An agent said something.
    #[serde(rename = "message.completed")]
    MessageCompleted(Message),
    /// A slot of the plan changed with the message before.
    #[serde(rename = "plan.changed")]
    PlanChanged(PlanChange),
    /// An agent asked for a tool.
    #[serde(rename = "tool.called")]
    ToolCalled(ToolCall),
    /// A tool answered, well or not.
    #[serde(rename = "tool.returned")]
    ToolReturned(ToolReturn),
    /// A tool was refused to an agent.
    #[serde(rename = "tool.denied")]
    ToolDenied(ToolDenial),
    /// The detector weighed a message or a tool's answer.
    #[serde(rename = "suspicion.changed")]
    SuspicionChanged(Arc<Suspicion>),
    /// The judge weighed the talk so far.
    #[serde(rename = "judge.answered")]
    JudgeAnswered(Judgement),
    /// The player gave an agent a command, which it sees in its next turn.
    #[serde(rename = "command.sent")]
    CommandSent {
        /// The agent that is commanded.
        agent: AgentName,
        /// The command, in the player's words.
        text: String,
    },
    /// The player asked for a hint.
    #[serde(rename = "hint.given")]
    HintGiven(Hint),
    /// No new turn begins until the session is resumed.
    #[serde(rename = "session.paused")]
    SessionPaused,
    /// Turns go on.
    #[serde(rename = "session.resumed")]
    SessionResumed,
    /// Somebody named the mole, or nobody.
    #[serde(rename = "guess.made")]
    GuessMade(Guess),
    /// The truth, and how the guess came out. Nothing before this event tells the mole.
    #[serde(rename = "verdict.reached")]
    VerdictReached(Verdict),
    /// How the job went, with the plan and whoever was named; older logs have none.
    #[serde(rename = "heist.played")]
    HeistPlayed(Box<Played>),
    /// Something went wrong that did not end the session.
    #[serde(rename = "fault.raised")]
    FaultRaised(Fault),
    /// The session came to its end; the last event.
    #[serde(rename = "session.completed")]
    SessionCompleted(SessionEnd),
    /// The session was cut off; the last event unless it is resumed.
    #[serde(rename = "session.failed")]
    SessionFailed(SessionFailure),
}

/// The state of a tool service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ServiceState {
    /// There is none.
    Absent,
    /// Its image is being made.
    Building,
    /// It was started and has not yet said that it is well.
    Starting,
    /// It answers.
    Healthy,
    /// It runs and does not answer as it should.
    Unhealthy,
    /// It has stopped.
    Exited,
}

impl fmt::Display for ServiceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Absent => "absent",
            Self::Building => "building",
            Self::Starting => "starting",
            Self::Healthy => "healthy",
            Self::Unhealthy => "unhealthy",
            Self::Exited => "exited",
        })
    }
}

/// What a round is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// What is there: rooms, guards, cameras.
    Reconnaissance,
    /// When: shifts, locks, alarms.
    Timing,
    /// How to get in and open the vault.
    EntryAndVault,
    /// How to get out and away.
    Getaway,
    /// The plan that counts.
    FinalPlan,
}

impl Phase {
    /// All five, in their order.
    pub const ALL: [Self; 5] =
        [Self::Reconnaissance, Self::Timing, Self::EntryAndVault, Self::Getaway, Self::FinalPlan];

    /// The phase of a round out of `rounds` (both count from 1): the last round is always the final plan, and the
    /// rounds before it share out the other four in order.
    #[must_use]
    pub fn of(round: u32, rounds: u32) -> Self {
        if round >= rounds {
            return Self::FinalPlan;
        }
        match (round - 1) * 4 / (rounds - 1) {
            0 => Self::Reconnaissance,
            1 => Self::Timing,
            2 => Self::EntryAndVault,
            _ => Self::Getaway,
        }
    }

    /// The name in files and events.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reconnaissance => "reconnaissance",
            Self::Timing => "timing",
            Self::EntryAndVault => "entry_and_vault",
            Self::Getaway => "getaway",
            Self::FinalPlan => "final_plan",
        }
    }

    /// The phase in words, for headings.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Reconnaissance => "Reconnaissance",
            Self::Timing => "Timing",
            Self::EntryAndVault => "Entry and vault",
            Self::Getaway => "Getaway",
            Self::FinalPlan => "Final plan",
        }
    }

    /// The slots of the plan that are its business.
    #[must_use]
    pub const fn slots(self) -> &'static [Slot] {
        match self {
            Self::Reconnaissance => &[],
            Self::Timing => &[Slot::Start, Slot::Alarm],
            Self::EntryAndVault => &[Slot::Method, Slot::Entry, Slot::Load],
            Self::Getaway => &[Slot::Route, Slot::Load],
            Self::FinalPlan => &Slot::ALL,
        }
    }
}

/// Something an agent said, whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// `m1`, `m2`, … within the session.
    pub id: String,
    /// The round it was said in.
    pub round: u32,
    /// The turn it was said in.
    pub turn: u32,
    /// Who said it.
    pub agent: AgentName,
    /// What was said: clean text, one paragraph.
    pub text: String,
    /// What it does, at most [`super::MOST_MOVES`]; older logs do not say.
    #[serde(default)]
    pub moves: Vec<Move>,
    /// Which of the moves are sabotage, encrypted, as long for everybody; see [`super::Seal::lock`]. Empty in older logs.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sealed: String,
    /// What the turn would have cost an honest agent that nobody had to ask again. Events of older versions have what it
    /// really cost, which tells who the mole is.
    pub tokens: Tokens,
    /// How long the choices and the try took that this text came of, in milliseconds.
    pub ms: u64,
}

impl Message {
    /// Whether an older version of the program recorded it, which knew neither of moves nor of acts.
    #[must_use]
    pub fn is_older(&self) -> bool {
        self.sealed.is_empty()
    }
}

/// A piece of a message while it is spoken. It is shown, not stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageDelta {
    /// The turn that is spoken.
    pub turn: u32,
    /// Who speaks.
    pub agent: AgentName,
    /// The text that comes next.
    pub text: String,
    /// What was shown of this turn before is void: the agent begins again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restart: bool,
}

/// A call of a tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolCall {
    /// `t1`, `t2`, … within the session; the answer carries the same.
    pub id: String,
    /// The turn it was made in.
    pub turn: u32,
    /// Who called.
    pub agent: AgentName,
    /// The tool, such as `calculator`.
    pub tool: String,
    /// The tool's one argument, such as `45*60`.
    pub arguments: String,
}

/// What a tool answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolReturn {
    /// The call's id.
    pub id: String,
    /// The turn it was called in.
    pub turn: u32,
    /// Who called.
    pub agent: AgentName,
    /// The tool.
    pub tool: String,
    /// Whether there is a result; otherwise there is an error.
    pub ok: bool,
    /// The result as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// What went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// How long the call took, in milliseconds.
    pub ms: u64,
}

/// A tool that was refused to an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolDenial {
    /// The call's id.
    pub id: String,
    /// The turn it was called in.
    pub turn: u32,
    /// Who called.
    pub agent: AgentName,
    /// The tool that was asked for.
    pub tool: String,
    /// Why it was refused.
    pub reason: String,
}

/// The probabilities after a piece of evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suspicion {
    /// What was weighed.
    pub cause: Cause,
    /// Every agent, in the crew's order; the scores sum to 1.
    pub agents: Vec<AgentScore>,
    /// What was found in the cause; may be empty.
    pub evidence: Vec<Evidence>,
}

impl Suspicion {
    /// Whether somebody is suspected more than chance would have it: a hint is then worth what it costs.
    #[must_use]
    pub fn singles_out(&self) -> bool {
        #[allow(clippy::cast_precision_loss)] // a handful
        let even = 1.0 / self.agents.len().max(1) as f64;
        self.agents.iter().any(|agent| agent.score >= WORTH_A_HINT * even)
    }
}

/// What the detector weighed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cause {
    /// The message with this id.
    Message(String),
    /// The tool call with this id.
    Tool(String),
}

/// How likely an agent is the mole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentScore {
    /// The agent.
    pub agent: AgentName,
    /// The probability, 0 to 1.
    pub score: f64,
    /// The change from the score before.
    pub delta: f64,
}

/// One reason to think worse or better of an agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The agent it speaks of.
    pub agent: AgentName,
    /// The kind of sign.
    pub family: Family,
    /// How much it weighs: the change of the agent's log odds; below 0 it speaks for the agent.
    pub weight: f64,
    /// The reason in a short sentence.
    pub note: String,
    /// The id of the message (`m…`) or of the tool call (`t…`) that it was found in.
    pub message: String,
    /// The words it rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
}

/// The kinds of signs that give a mole away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Tools used not at all, wrongly, or beyond one's scopes.
    ToolUsage,
    /// Times and durations that are not what the sources say, and pushing things back.
    Timing,
    /// A way of talking that differs from the others' and from the agent's own.
    MessageAnomaly,
    /// Claims that the tools' results contradict or that have no source.
    InformationQuality,
}

impl Family {
    /// All four.
    pub const ALL: [Self; 4] = [Self::ToolUsage, Self::Timing, Self::MessageAnomaly, Self::InformationQuality];
}

/// A hint for the player.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hint {
    /// The detector's first suspect.
    pub agent: AgentName,
    /// Its probability.
    pub score: f64,
    /// The strongest evidence against it, if any.
    pub evidence: Option<Evidence>,
}

/// A guess who the mole is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guess {
    /// Who guesses.
    pub by: Guesser,
    /// The agent that is named; none if nobody is.
    pub agent: Option<AgentName>,
    /// How sure the guesser is; older logs do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sureness: Option<Sureness>,
    /// Whether the detector's suspicion was hidden from the guesser.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub blind: bool,
}

/// Who guesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Guesser {
    /// The person.
    Player,
    /// The detector's first suspect.
    Detector,
    /// Chance.
    Random,
}

/// The truth about a heist.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The mole; none in a game without one.
    pub mole: Option<AgentName>,
    /// How the mole sabotaged.
    pub strategy: Option<Strategy>,
    /// What the commitment was made with.
    pub nonce: String,
    /// How the guess came out.
    pub outcome: Outcome,
    /// Whom the detector would have named.
    pub detector: DetectorVerdict,
    /// Every act of sabotage, in the order of the messages; older logs have none.
    #[serde(default)]
    pub sabotage: Vec<Act>,
    /// The mole's orders, as it was told them; none without a mole, and in older logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orders: Option<String>,
    /// What the guess has brought; none if the guesser did not say how sure it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<Score>,
}

/// How a guess came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The mole was named; or nobody was, and there was none.
    Success,
    /// An innocent was named.
    Failure,
    /// Nobody was named, and the mole got away.
    Busted,
}

/// The detector's first suspect at the end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DetectorVerdict {
    /// The suspect; none before anything was weighed.
    pub agent: Option<AgentName>,
    /// Its probability.
    pub score: f64,
}

/// How a mole sabotages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// Times and durations are bent.
    TimingErrors,
    /// Facts are changed.
    FalseInfo,
    /// The crew is set against each other and agreements are undone.
    CoordinationChaos,
    /// Decisions are put off.
    SubtleDelays,
    /// Tools are used for what does not matter.
    WrongTools,
}

impl Strategy {
    /// All five.
    pub const ALL: [Self; 5] =
        [Self::TimingErrors, Self::FalseInfo, Self::CoordinationChaos, Self::SubtleDelays, Self::WrongTools];

    /// The name in options and events.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TimingErrors => "timing_errors",
            Self::FalseInfo => "false_info",
            Self::CoordinationChaos => "coordination_chaos",
            Self::SubtleDelays => "subtle_delays",
            Self::WrongTools => "wrong_tools",
        }
    }
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Something that went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Where: `model`, `tools`, a service's name.
    #[serde(rename = "where")]
    pub place: String,
    /// What happened and what to do, for a person.
    pub message: String,
    /// Whether it is tried again.
    pub retry: bool,
    /// The turn that was given up because of it, if one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<u32>,
}

/// The figures of a session that came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionEnd {
    /// Turns begun.
    pub turns: u32,
    /// Messages said.
    pub messages: u32,
    /// Tool calls made.
    pub tool_calls: u32,
    /// From the session's start to its end, without the time in which it was paused or cut off, in milliseconds.
    pub ms: u64,
    /// What the requests of the whole crew and of the judge really cost, as the server counted it; of a session that was
    /// resumed, since then. Events of older versions do not have it.
    #[serde(default, skip_serializing_if = "Tokens::is_nothing")]
    pub tokens: Tokens,
    /// How many requests these were, those that failed among them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub requests: u32,
}

/// Why a session was cut off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionFailure {
    /// What happened, for a person.
    pub reason: String,
    /// Whether it could go on from here.
    pub resumable: bool,
    /// Whether somebody stopped it, rather than something broke.
    pub stopped: bool,
}
