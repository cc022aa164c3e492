//! The one step of a heist: an input comes in, events and effects come out.

use super::event::{
    DetectorVerdict, EventKind, Fault, Guess, Message, Outcome, Phase, ServiceState, SessionEnd, SessionFailure,
    Suspicion, ToolCall, ToolDenial, ToolReturn, Verdict,
};
use super::job::played;
use super::judge::{JudgeWhen, Judgement};
use super::ledger::Acts;
use super::moves::{MOST_MOVES, Move};
use super::name::AgentName;
use super::score::Score;
use super::setup::Setup;
use super::started::{BankInfo, SessionStarted};
use super::state::{Entry, Stage, State, Turn};
use super::time::Timestamp;
use super::tokens::Tokens;

/// Calls an agent may make in one turn. After each it is asked again, so that it can mend one that failed, or add one.
pub const CALLS_PER_TURN: u32 = 3;

/// So many turns given up one after another end the session: whoever speaks is gone.
const LOST_TURNS: u32 = 3;

/// What comes in from outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Record that the session begins.
    Open,
    /// Record that a session goes on which was cut off: its recorded events were applied before.
    Reopen,
    /// Go on where the session was cut off: with the running turn, or with the next.
    Continue,
    /// A service changed its state.
    Service {
        /// The service's name.
        service: String,
        /// Its state now.
        state: ServiceState,
        /// What is known besides.
        detail: Option<String>,
    },
    /// Let the next turn begin, or ask for the guess if there is none.
    Proceed,
    /// The agent chose its tool and argument, or none.
    Chose(Option<(String, String)>),
    /// The pending call was answered, after so many milliseconds.
    Answered(Answer, u64),
    /// The agent spoke.
    Spoke(Speech),
    /// The detector weighed the newest message or answer.
    Suspected(Suspicion),
    /// The judge answered, or did not.
    Judged(Result<Judgement, Fault>),
    /// Something went wrong; with `turn` set the turn is given up.
    Fault(Fault),
    /// The player holds the heist.
    Pause,
    /// The player lets it go on.
    Resume,
    /// The player commands an agent.
    Command {
        /// Who is commanded.
        agent: AgentName,
        /// The command.
        text: String,
    },
    /// The player wants a hint.
    Hint,
    /// Somebody names the mole.
    Guess(Guess),
    /// The session is to end here, unfinished.
    Stop(SessionFailure),
}

/// How a tool call came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The result as text.
    Result(String),
    /// The tool failed.
    Error(String),
    /// The agent may not call it, or it does not exist.
    Denied(String),
}

/// What an agent said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speech {
    /// The clean text.
    pub text: String,
    /// What it does; at most [`MOST_MOVES`].
    pub moves: Vec<Move>,
    /// Which of the moves are sabotage.
    pub acts: Acts,
    /// What the whole turn cost, as everybody may know it.
    pub tokens: Tokens,
    /// How long it took, in milliseconds.
    pub ms: u64,
}

/// What is to be done outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Have the agent whose turn it is choose its tool call; answer with [`Input::Chose`].
    Choose,
    /// Make the call; answer with [`Input::Answered`].
    Call(ToolCall),
    /// Have the agent whose turn it is speak; answer with [`Input::Spoke`].
    Speak,
    /// Have the judge weigh the talk; answer with [`Input::Judged`].
    Judge,
    /// When all that the recorded events bring about is done, answer with [`Input::Proceed`].
    Proceed,
    /// Ask for the guess; answer with [`Input::Guess`].
    AskGuess,
    /// Drop what is under way and close the session.
    Close,
}

/// What came of an input.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step {
    /// What happened, in order; the state has taken it in already.
    pub events: Vec<EventKind>,
    /// What is to be done now, in order.
    pub effects: Vec<Effect>,
}

/// Takes one input. An input that does not fit the stage (an answer that comes after the guess, a second pause) has
/// no events and no effects.
pub fn step(state: &mut State, input: Input, at: Timestamp) -> Step {
    let step = decide(state, input, at);
    for event in &step.events {
        state.apply(event, at);
    }
    step
}

fn decide(state: &State, input: Input, at: Timestamp) -> Step {
    match (input, &state.stage) {
        (Input::Open, Stage::New) => event(EventKind::SessionStarted(Box::new(opening(&state.setup)))),
        (Input::Reopen, _) => event(EventKind::SessionResumed),
        (_, Stage::New | Stage::Over) => Step::default(),
        (Input::Continue, Stage::InTurn(turn)) => effect(carry_on(state, turn)),
        (Input::Continue, Stage::Between) => proceed(state),
        (Input::Proceed, Stage::Between) if !state.paused => proceed(state),
        (Input::Chose(None), Stage::InTurn(turn)) if turn.pending.is_none() => effect(Effect::Speak),
        (Input::Chose(Some((tool, arguments))), Stage::InTurn(turn)) if turn.pending.is_none() => {
            let id = format!("t{}", state.tool_calls + 1);
            let call = ToolCall { id, turn: turn.number, agent: turn.agent.clone(), tool, arguments };
            Step { events: vec![EventKind::ToolCalled(call.clone())], effects: vec![Effect::Call(call)] }
        }
        (Input::Answered(answer, ms), Stage::InTurn(turn)) => answered(turn, answer, ms),
        (Input::Spoke(speech), Stage::InTurn(turn)) if turn.pending.is_none() => spoken(state, turn, speech),
        (Input::Judged(Ok(judgement)), Stage::Between) => {
            Step { events: vec![EventKind::JudgeAnswered(judgement)], effects: vec![Effect::Proceed] }
        }
        (Input::Judged(Err(fault)), Stage::Between) => unjudged(state, fault),
        (Input::Fault(fault), _) => faulted(state, fault),
        (Input::Service { service, state, detail }, _) => event(EventKind::ServiceChanged { service, state, detail }),
        (Input::Suspected(suspicion), _) => event(EventKind::SuspicionChanged(suspicion.into())),
        (Input::Pause, _) if !state.paused => event(EventKind::SessionPaused),
        (Input::Resume, now) if state.paused => Step {
            events: vec![EventKind::SessionResumed],
            effects: if *now == Stage::Between { vec![Effect::Proceed] } else { Vec::new() },
        },
        (Input::Command { agent, text }, _) if known(state, &agent) => event(EventKind::CommandSent { agent, text }),
        (Input::Hint, _) => state.hint().map_or_else(Step::default, |hint| event(EventKind::HintGiven(hint))),
        (Input::Guess(guess), _) if guess.agent.as_ref().is_none_or(|agent| known(state, agent)) => {
            judged(state, guess, at)
        }
        (Input::Stop(failure), _) => cut_off(failure),
        _ => Step::default(),
    }
}

fn event(event: EventKind) -> Step {
    Step { events: vec![event], effects: Vec::new() }
}

fn effect(effect: Effect) -> Step {
    Step { events: Vec::new(), effects: vec![effect] }
}

/// A message, and what it changes in the plan.
fn spoken(state: &State, turn: &Turn, speech: Speech) -> Step {
    let number = state.messages + 1;
    let Speech { text, mut moves, acts, tokens, ms } = speech;
    moves.truncate(MOST_MOVES);
    let draft = state.draft_after(&turn.agent, &moves);
    let message = Message {
        id: format!("m{number}"),
        round: turn.round,
        turn: turn.number,
        agent: turn.agent.clone(),
        text,
        moves,
        sealed: state.setup.seal.lock(number, acts),
        tokens,
        ms,
    };
    let changes = draft.changes_since(state.draft(), &message.id).into_iter().map(EventKind::PlanChanged);
    let mut step = Step { effects: vec![Effect::Proceed], ..Step::default() };
    step.events = [EventKind::MessageCompleted(message)].into_iter().chain(changes).collect();
    step
}

fn known(state: &State, agent: &AgentName) -> bool {
    state.setup.crew.iter().any(|member| member.name == *agent)
}

fn opening(setup: &Setup) -> SessionStarted {
    SessionStarted {
        seed: setup.seed,
        difficulty: setup.difficulty,
        crew: setup.crew.clone(),
        bank: BankInfo::of(&setup.bank),
        rounds: setup.rounds(),
        llm: setup.llm.clone(),
        tools: setup.tools.clone(),
        commitment: setup.seal.commitment(),
    }
}

fn proceed(state: &State) -> Step {
    if judge_is_due(state) { effect(Effect::Judge) } else { next_turn(state) }
}

/// Whether the judge has yet to read something before the next turn.
fn judge_is_due(state: &State) -> bool {
    let round_is_over = || state.setup.turn_after(state.turns).is_none_or(|(round, _)| round > state.round);
    let asked = match state.setup.judge {
        JudgeWhen::Off => false,
        JudgeWhen::Round => round_is_over(),
        JudgeWhen::Message => true,
    };
    asked && state.judged < state.messages
}

/// The judge gave no answer: the heist goes on without.
fn unjudged(state: &State, fault: Fault) -> Step {
    let mut step = event(EventKind::FaultRaised(fault));
    if !state.paused {
        let next = next_turn(state);
        step.events.extend(next.events);
        step.effects.extend(next.effects);
    }
    step
}

fn next_turn(state: &State) -> Step {
    let Some((round, agent)) = state.setup.turn_after(state.turns) else {
        return effect(Effect::AskGuess);
    };
    let turn = EventKind::TurnStarted { round, turn: state.turns + 1, agent: agent.clone() };
    let opening =
        (round > state.round).then(|| EventKind::RoundStarted { round, phase: Phase::of(round, state.setup.rounds()) });
    Step { events: opening.into_iter().chain([turn]).collect(), effects: vec![Effect::Choose] }
}

/// What a turn waits for that was cut off. Whatever was asked for and not recorded is asked for again.
fn carry_on(state: &State, turn: &Turn) -> Effect {
    if let Some(call) = &turn.pending {
        return Effect::Call(call.clone());
    }
    match state.transcript().last() {
        Some(Entry::Used(last)) if last.call.turn == turn.number => after_call(turn),
        _ => Effect::Choose,
    }
}

/// What follows a call that was answered.
fn after_call(turn: &Turn) -> Effect {
    if turn.calls >= CALLS_PER_TURN { Effect::Speak } else { Effect::Choose }
}

fn answered(turn: &Turn, answer: Answer, ms: u64) -> Step {
    let Some(ToolCall { id, turn: number, agent, tool, .. }) = turn.pending.clone() else {
        return Step::default();
    };
    let returned = |ok, result, error| {
        EventKind::ToolReturned(ToolReturn {
            id: id.clone(),
            turn: number,
            agent: agent.clone(),
            tool: tool.clone(),
            ok,
            result,
            error,
            ms,
        })
    };
    let event = match answer {
        Answer::Result(text) => returned(true, Some(text), None),
        Answer::Error(text) => returned(false, None, Some(text)),
        Answer::Denied(reason) => EventKind::ToolDenied(ToolDenial { id, turn: number, agent, tool, reason }),
    };
    Step { events: vec![event], effects: vec![after_call(turn)] }
}

fn faulted(state: &State, fault: Fault) -> Step {
    let lost = fault.turn.is_some();
    let running = if let Stage::InTurn(turn) = &state.stage { Some(turn.number) } else { None };
    if lost && fault.turn != running {
        return Step::default();
    }
    let reason = fault.message.clone();
    let mut step = event(EventKind::FaultRaised(fault));
    if lost && state.lost_in_a_row + 1 >= LOST_TURNS {
        let end = cut_off(SessionFailure { reason, resumable: true, stopped: false });
        step.events.extend(end.events);
        step.effects.extend(end.effects);
    } else if lost {
        step.effects.push(Effect::Proceed);
    }
    step
}

fn judged(state: &State, guess: Guess, at: Timestamp) -> Step {
    let (mole, strategy) = state.setup.seal.open();
    let outcome = match (&guess.agent, &mole) {
        (named, mole) if named == mole => Outcome::Success,
        (Some(_), _) => Outcome::Failure,
        (None, _) => Outcome::Busted,
    };
    let detector = state.suspect().map_or(DetectorVerdict { agent: None, score: 0.0 }, |top| DetectorVerdict {
        agent: Some(top.agent.clone()),
        score: top.score,
    });
    let moment = state.moment(guess.blind);
    let right = outcome == Outcome::Success;
    let score = guess.sureness.map(|sureness| Score { points: moment.points(sureness, right), sureness, moment });
    let nonce = state.setup.seal.nonce().to_owned();
    let orders = state.setup.seal.orders().map(str::to_owned);
    let sabotage = state.acts().to_vec();
    let played = Box::new(played(state, &guess, outcome));
    let end = SessionEnd {
        turns: state.turns,
        messages: state.messages,
        tool_calls: state.tool_calls,
        ms: state.watch.until(at),
        // Whoever made the requests knows what they cost.
        tokens: Tokens::default(),
        requests: 0,
    };
    Step {
        events: vec![
            EventKind::GuessMade(guess),
            EventKind::VerdictReached(Verdict { mole, strategy, nonce, outcome, detector, sabotage, orders, score }),
            EventKind::HeistPlayed(played),
            EventKind::SessionCompleted(end),
        ],
        effects: vec![Effect::Close],
    }
}

fn cut_off(failure: SessionFailure) -> Step {
    Step { events: vec![EventKind::SessionFailed(failure)], effects: vec![Effect::Close] }
}
