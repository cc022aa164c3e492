//! What has been seen of a heist, for the player: its signals folded into the entries of the talk and what stands beside it. It
//! keeps nothing that the terminal would not show; text is made harmless here.

use std::collections::BTreeMap;
use std::sync::Arc;

use heist_tools::table::{Gives, gives};

use super::entry::{Entry, Kind};
use crate::crew::{turns, turns_of};
use crate::heist::{
    AgentName, Cause, EventKind, Evidence, Fault, Guess, Hint, Member, Moment, Phase, PlanChange, PlanNews, Played,
    Remarks, Sabotage, SabotageTold, SessionFailure, SessionStarted, Suspicion, ToolCall, ToolReturn, Verdict,
};
use crate::session::Signal;
use crate::store::Totals;
use crate::text::{clean, one_line};
use crate::views::label;
use crate::views::notes;
use crate::views::plan::Plan;
use crate::views::sources::Sources;
use crate::views::topics::Topics;

/// The longest note, name or detail that is kept, in characters.
const SHORT: usize = 400;
/// The longest message, and the longest answer of a tool, that is told in the talk, in characters.
const MESSAGE: usize = 4_000;
const ANSWER: usize = 6_000;

/// One of the crew.
#[derive(Debug)]
pub(super) struct Agent {
    pub(super) name: AgentName,
    pub(super) label: String,
    pub(super) role: String,
    pub(super) tools: Vec<String>,
    /// How many of its turns have begun.
    turns: u32,
}

impl Agent {
    /// Whether one of its tools gives such answers.
    pub(super) fn gets(&self, answers: Gives) -> bool {
        self.tools.iter().any(|tool| gives(tool) == Some(answers))
    }
}

/// Whether the player sees the detector's suspicion before the guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// It is in view, or was once.
    Open,
    /// It was never in view.
    Blind,
}

/// The truth, once it is out.
#[derive(Debug)]
pub(super) struct Truth {
    pub(super) verdict: Verdict,
    /// What the mole did; none without one.
    pub(super) sabotage: Option<SabotageTold>,
    /// Whether it is what was promised before the first word.
    pub(super) kept: bool,
    /// What is worth remarking.
    pub(super) remarks: Vec<String>,
}

/// What has been seen.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) session: String,
    pub(super) opening: Option<Box<SessionStarted>>,
    pub(super) crew: Vec<Agent>,
    pub(super) entries: Vec<Entry>,
    /// How many entries the player was told by what goes on.
    pub(super) told: usize,
    pub(super) plan: Plan,
    pub(super) sources: Sources,
    pub(super) topics: Topics,
    pub(super) round: u32,
    pub(super) phase: Option<Phase>,
    /// The turn that began last, and the one that was over last.
    pub(super) turn: u32,
    pub(super) over: u32,
    /// The turn in which somebody spoke last.
    spoke: u32,
    /// Who does what now, in words.
    pub(super) doing: String,
    pub(super) sight: Sight,
    weighings: Vec<Arc<Suspicion>>,
    pub(super) hints: u32,
    pub(super) guess_wanted: bool,
    pub(super) guess: Option<Guess>,
    pub(super) truth: Option<Truth>,
    pub(super) job: Option<Box<Played>>,
    pub(super) totals: Option<Totals>,
    pub(super) failure: Option<SessionFailure>,
    /// Whether the session's task is over, with what it broke by.
    pub(super) closed: Option<Result<(), String>>,
    /// The call that has no answer yet.
    call: Option<ToolCall>,
    /// What agents were told and have not heard yet.
    pub(super) unheard: BTreeMap<AgentName, String>,
    /// Answers that were told in full, by the call that they came to.
    answers: BTreeMap<String, String>,
    news: PlanNews,
    sabotage: Sabotage,
    remarks: Remarks,
}

impl Seen {
    /// Nothing yet; `blind` hides suspicion.
    pub(super) fn new(blind: bool) -> Self {
        Self {
            session: String::new(),
            opening: None,
            crew: Vec::new(),
            entries: Vec::new(),
            told: 0,
            plan: Plan::default(),
            sources: Sources::default(),
            topics: Topics::default(),
            round: 0,
            phase: None,
            turn: 0,
            over: 0,
            spoke: 0,
            doing: "the tools come up".to_owned(),
            sight: if blind { Sight::Blind } else { Sight::Open },
            weighings: Vec::new(),
            hints: 0,
            guess_wanted: false,
            guess: None,
            truth: None,
            job: None,
            totals: None,
            failure: None,
            closed: None,
            call: None,
            unheard: BTreeMap::new(),
            answers: BTreeMap::new(),
            news: PlanNews::default(),
            sabotage: Sabotage::default(),
            remarks: Remarks::default(),
        }
    }

    /// Takes in a signal.
    pub(super) fn take(&mut self, signal: Signal) {
        match signal {
            Signal::Recorded(event) => {
                if self.session.is_empty() {
                    self.session = one_line(&event.session, 64);
                }
                self.apply(&event.kind);
            }
            Signal::Delta(delta) => self.doing = format!("{} speaks", label(&delta.agent)),
            Signal::Reading(Some(reading)) => {
                self.doing = format!("the model is {reading}");
            }
            Signal::Reading(None) => {}
            Signal::GuessWanted => self.guess_wanted = true,
            Signal::Totals(totals) => self.totals = Some(totals),
        }
    }

    fn apply(&mut self, event: &EventKind) {
        self.sabotage.take(event);
        self.remarks.take(event);
        self.plan.take(event);
        self.sources.take(event);
        match event {
            EventKind::SessionStarted(started) => self.open(started),
            EventKind::ServiceChanged { service, state, .. } if self.turn == 0 => {
                self.doing = format!("{}: {state}", one_line(service, 40));
            }
            EventKind::RoundStarted { round, phase } => {
                (self.round, self.phase) = (*round, Some(*phase));
                let rounds = self.opening.as_ref().map_or(*round, |opening| opening.rounds);
                self.push(Kind::Round, format!("Round {round} of {rounds}: {}", phase.title()));
            }
            EventKind::TurnStarted { turn, agent, .. } => {
                self.turn = *turn;
                self.unheard.remove(agent);
                self.doing = format!("{} thinks", label(agent));
                if let Some(agent) = self.crew.iter_mut().find(|it| it.name == *agent) {
                    agent.turns += 1;
                }
            }
            EventKind::MessageCompleted(message) => {
                self.topics.hear(message);
                self.spoke = message.turn;
                let entry = self.push(Kind::Message, one_line(&message.text, MESSAGE));
                entry.of(&message.id, &message.agent);
            }
            EventKind::PlanChanged(change) => self.planned(change),
            EventKind::ToolCalled(call) => {
                self.doing = format!("{} calls {}", label(&call.agent), one_line(&call.tool, 40));
                self.call = Some(call.clone());
            }
            EventKind::ToolReturned(answer) => self.answered(answer),
            EventKind::ToolDenied(denial) => {
                let call = self.call.take();
                let text = format!("denied: {}", one_line(&denial.reason, SHORT));
                let entry = self.push(Kind::Call, text);
                entry.called(&denial.id, &denial.agent, &denial.tool, call.as_ref(), false);
            }
            EventKind::SuspicionChanged(suspicion) => {
                self.weighings.push(Arc::clone(suspicion));
                // What was said is weighed at once, behind what it changes in the plan: the turn is over with it.
                if matches!(suspicion.cause, Cause::Message(_)) {
                    self.over = self.spoke;
                }
            }
            EventKind::JudgeAnswered(judgement) => {
                if let Some(text) = notes::judgement(judgement).filter(|_| !self.hides()) {
                    self.push(Kind::Note, text);
                }
            }
            EventKind::CommandSent { agent, text } => {
                let text = one_line(text, SHORT);
                self.push(Kind::Note, format!("You to {}: {text}", label(agent)));
                self.unheard.insert(agent.clone(), text);
            }
            EventKind::HintGiven(hint) => self.hinted(hint),
            EventKind::GuessMade(guess) => self.guess = Some(guess.clone()),
            EventKind::VerdictReached(verdict) => self.truth = Some(self.opened(verdict)),
            EventKind::HeistPlayed(played) => self.job = Some(played.clone()),
            EventKind::FaultRaised(fault) => self.failed_at(fault),
            EventKind::SessionFailed(failure) => {
                self.failure = Some(failure.clone());
                self.push(Kind::Note, format!("The heist was cut off: {}", one_line(&failure.reason, 2_000)));
            }
            _ => {}
        }
    }

    fn open(&mut self, started: &SessionStarted) {
        let agent = |member: &Member| Agent {
            name: member.name.clone(),
            label: label(&member.name),
            role: one_line(&member.role, 80),
            tools: member.tools.iter().map(|tool| one_line(tool, 40)).collect(),
            turns: 0,
        };
        self.crew = started.crew.iter().map(agent).collect();
        let bank = started.bank.bank();
        self.topics = Topics::of(&bank);
        self.sources = Sources::of(bank);
        self.opening = Some(Box::new(started.clone()));
    }

    /// Notes what was settled, or opened again; what is only proposed stands in the messages.
    fn planned(&mut self, change: &PlanChange) {
        if self.news.decides(change) {
            self.push(Kind::Plan, one_line(&change.words(), SHORT));
        }
    }

    fn answered(&mut self, answer: &ToolReturn) {
        let call = self.call.take();
        let text = match &answer.result {
            Some(result) => {
                let text = clean(result, ANSWER);
                let is_long = text.len() > SHORT;
                if let Some(before) = self.answers.get(&text).filter(|_| is_long) {
                    format!("(the same as {before} returned)")
                } else {
                    self.answers.insert(text.clone(), one_line(&answer.id, 24));
                    text
                }
            }
            None => format!("failed: {}", one_line(answer.error.as_deref().unwrap_or("no answer"), SHORT)),
        };
        self.push(Kind::Call, text).called(&answer.id, &answer.agent, &answer.tool, call.as_ref(), answer.ok);
    }

    fn hinted(&mut self, hint: &Hint) {
        self.hints += 1;
        self.push(Kind::Note, notes::hint(hint));
    }

    fn failed_at(&mut self, fault: &Fault) {
        self.push(Kind::Note, notes::fault(fault));
        if let Some(turn) = fault.turn {
            self.over = turn;
        }
    }

    fn opened(&self, verdict: &Verdict) -> Truth {
        Truth {
            sabotage: self.sabotage.told(verdict),
            kept: self.opening.as_ref().is_some_and(|opening| verdict.keeps(&opening.commitment)),
            remarks: self.remarks.told().iter().map(|remark| one_line(&remark.to_string(), SHORT)).collect(),
            verdict: verdict.clone(),
        }
    }

    /// Adds an entry of this turn.
    fn push(&mut self, kind: Kind, text: String) -> &mut Entry {
        let number = u32::try_from(self.entries.len() + 1).unwrap_or(u32::MAX);
        let place = self.entries.len();
        self.entries.push(Entry::new(number, self.turn, kind, text));
        &mut self.entries[place]
    }

    /// Whether suspicion is not to be seen now.
    pub(super) fn hides(&self) -> bool {
        self.sight == Sight::Blind && self.guess.is_none()
    }

    /// The newest weighing, if it may be seen.
    pub(super) fn weighing(&self) -> Option<&Suspicion> {
        self.weighings.last().filter(|_| !self.hides()).map(Arc::as_ref)
    }

    /// All pieces of evidence, oldest first, if they may be seen.
    pub(super) fn evidence(&self) -> impl Iterator<Item = &Evidence> {
        let seen = if self.hides() { &[][..] } else { &self.weighings[..] };
        seen.iter().flat_map(|weighing| &weighing.evidence)
    }

    /// Whether a hint is worth what it costs; seen or not.
    pub(super) fn has_suspect(&self) -> bool {
        self.weighings.last().is_some_and(|weighing| weighing.singles_out())
    }

    /// Rounds that the heist has, and turns.
    pub(super) fn rounds(&self) -> u32 {
        self.opening.as_ref().map_or(0, |opening| opening.rounds)
    }

    pub(super) fn turns(&self) -> u32 {
        self.opening.as_ref().map_or(0, |opening| turns(self.crew.len(), opening.rounds))
    }

    /// What a guess that is made now is worth depends on this.
    pub(super) fn moment(&self) -> Moment {
        let turns = self.turns();
        let blind = self.sight == Sight::Blind;
        Moment { turns_left: turns.saturating_sub(self.turn), turns, hints: self.hints, blind }
    }

    /// How many turns the agent at this place has that have not begun: only there can it answer.
    pub(super) fn turns_left(&self, place: usize) -> u32 {
        let all = turns_of(place, self.rounds());
        self.crew.get(place).map_or(0, |agent| all.saturating_sub(agent.turns))
    }

    /// The agent of that name, and its place in the crew.
    pub(super) fn agent(&self, name: &str) -> Option<(usize, &Agent)> {
        let is_it = |agent: &Agent| agent.name.eq_ignore_ascii_case(name) || agent.label.eq_ignore_ascii_case(name);
        self.crew.iter().enumerate().find(|(_, agent)| is_it(agent))
    }

    /// The last turn of the round that is played, or of the next if none is.
    pub(super) fn end_of_round(&self) -> u32 {
        let (all, crew) = (self.turns(), u32::try_from(self.crew.len()).unwrap_or(u32::MAX).max(1));
        let end = (self.over / crew + 1).saturating_mul(crew);
        // The last round has one turn more, for the final plan.
        if end + 1 >= all { all } else { end }
    }

    /// Whether nothing more will happen.
    pub(super) fn is_over(&self) -> bool {
        self.truth.is_some() || self.failure.is_some() || self.closed.is_some()
    }
}
