//! What has been seen of a heist: its events, folded into what the screens show. Text is made harmless here.

mod parts;
mod suspicion;

use std::sync::Arc;

use heist_tools::service::Service as ToolService;

use crate::agents::Reading;
use crate::crew::{turns, turns_of};
use crate::heist::{
    AgentName, Colour, Event, EventKind, Fault, Guess, MessageDelta, Moment, Phase, PlanChange, PlanNews, Played,
    Remarks, Sabotage, SessionEnd, SessionStarted, Stopwatch, Suspicion, ToolCall, Verdict,
};

use super::finale::Reports;
use super::floor::Floor;
use super::pace::Pace;
use super::talk::{Outcome, Speaker, Talk, What};
use super::tally::Tally;
use super::text::{LONGEST, clean, lines, one_line, sentence};
use super::theme::Theme;
use crate::text::width_of;
use crate::views::notes;
use crate::views::plan::Plan;
use crate::views::sources::Sources;
use crate::views::topics::Topics;
use parts::clean_acts;

pub(super) use crate::views::label;
pub(super) use parts::{Agent, Doing, Failure, Opening, Service, Truth, doing_words};
pub(super) use suspicion::{Sight, Sign};

/// What the game is about, in three lines.
pub(super) const PREMISE: [&str; 3] = [
    "A crew plans a bank heist. One of them is a mole who wants it to fail.",
    "Listen, and compare what they say with what their tools returned.",
    "Then name the mole. Suspicion is a clue, not proof.",
];

/// The longest name, note or detail that is kept, in characters.
const SHORT: usize = 400;

/// What has been seen of a heist.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) session: String,
    pub(super) opening: Option<Opening>,
    pub(super) services: Vec<Service>,
    pub(super) crew: Vec<Agent>,
    pub(super) talk: Talk,
    /// The places that the talk is about.
    pub(super) floor: Floor,
    /// The heist's plan as it stands.
    pub(super) plan: Plan,
    /// What was read, and what was said of it.
    pub(super) sources: Sources,
    /// What the crew can be asked about.
    pub(super) topics: Topics,
    pub(super) round: u32,
    pub(super) phase: Option<Phase>,
    pub(super) turn: u32,
    pub(super) paused: bool,
    pub(super) signs: Vec<Sign>,
    pub(super) tally: Tally,
    /// Whether suspicion is in view.
    pub(super) sight: Sight,
    /// All weighings, in their order.
    weighings: Vec<Arc<Suspicion>>,
    pub(super) guess_wanted: bool,
    pub(super) guess: Option<Guess>,
    /// How the plan's slots stand.
    news: PlanNews,
    /// What is remembered to tell the acts by, once they are known.
    sabotage: Sabotage,
    /// What is remembered to make remarks by.
    remarks: Remarks,
    pub(super) truth: Option<Truth>,
    /// Who told which fact.
    pub(super) reports: Reports,
    /// How the job went, once it was played.
    pub(super) job: Option<Played>,
    pub(super) end: Option<SessionEnd>,
    pub(super) failure: Option<Failure>,
    /// What the person was to know before the heist began.
    pub(super) before: Option<String>,
    /// Where the program's log is kept, if it is.
    pub(super) log: Option<String>,
    /// From the start to the newest event.
    watch: Stopwatch,
    /// Since the newest event, in milliseconds.
    since: u64,
    /// Since the agent began what it does, in milliseconds.
    pub(super) doing_ms: u64,
    /// How the model comes on with reading its prompt, if it reads and that takes long.
    pub(super) reading: Option<Reading>,
    /// How fast the model speaks.
    pub(super) pace: Pace,
}

impl Seen {
    pub(super) fn new(theme: Theme) -> Self {
        let service =
            |service: ToolService| Service { name: service.name().to_owned(), state: None, detail: String::new() };
        let mut talk = Talk::new(theme);
        for line in PREMISE {
            talk.push(What::Premise(line));
        }
        Self {
            session: String::new(),
            opening: None,
            services: ToolService::ALL.into_iter().map(service).collect(),
            crew: Vec::new(),
            talk,
            floor: Floor::default(),
            plan: Plan::default(),
            sources: Sources::default(),
            topics: Topics::default(),
            round: 0,
            phase: None,
            turn: 0,
            paused: false,
            signs: Vec::new(),
            tally: Tally::default(),
            sight: Sight::Open,
            weighings: Vec::new(),
            guess_wanted: false,
            guess: None,
            news: PlanNews::default(),
            sabotage: Sabotage::default(),
            remarks: Remarks::default(),
            truth: None,
            reports: Reports::default(),
            job: None,
            end: None,
            failure: None,
            before: None,
            log: None,
            watch: Stopwatch::default(),
            since: 0,
            doing_ms: 0,
            reading: None,
            pace: Pace::default(),
        }
    }

    /// Notes what was settled, or opened again; what is only proposed stands in the messages.
    fn planned(&mut self, change: &PlanChange) {
        if self.news.decides(change) {
            self.talk.push(What::Plan { turn: self.turn, text: one_line(&change.words(), SHORT) });
        }
    }

    /// Takes in an event.
    pub(super) fn apply(&mut self, event: &Event) {
        self.watch.take(&event.kind, event.at);
        self.sabotage.take(&event.kind);
        self.reports.take(&event.kind);
        self.remarks.take(&event.kind);
        self.since = 0;
        self.tally.take(&event.kind);
        self.plan.take(&event.kind);
        self.sources.take(&event.kind);
        match &event.kind {
            EventKind::SessionStarted(opening) => {
                self.session = one_line(&event.session, 64);
                self.open(opening);
            }
            EventKind::ServiceChanged { service, state, detail } => {
                let name = one_line(service, 40);
                let detail = one_line(detail.as_deref().unwrap_or_default(), SHORT);
                let changed = Service { name, state: Some(*state), detail };
                match self.services.iter_mut().find(|known| known.name == changed.name) {
                    Some(known) => *known = changed,
                    None => self.services.push(changed),
                }
            }
            EventKind::RoundStarted { round, phase } => {
                self.round = *round;
                self.phase = Some(*phase);
                let rounds = self.opening.as_ref().map_or(*round, |opening| opening.rounds);
                self.talk.push(What::Round { round: *round, rounds, title: phase.title() });
            }
            EventKind::TurnStarted { turn, agent, .. } => {
                self.turn = *turn;
                self.now(agent, Doing::Thinks);
                if let Some(place) = self.place(agent) {
                    self.crew[place].turns += 1;
                }
            }
            EventKind::MessageCompleted(message) => {
                self.talk.hush();
                self.floor.hear(message, &label(&message.agent));
                self.topics.hear(message);
                self.talk.push(What::Said {
                    speaker: self.speaker(&message.agent),
                    turn: message.turn,
                    round: message.round,
                    id: one_line(&message.id, 24),
                    text: clean(&message.text, LONGEST),
                });
                self.now(&message.agent, Doing::Waits);
            }
            EventKind::PlanChanged(change) => self.planned(change),
            EventKind::ToolCalled(call) => self.called(call),
            EventKind::ToolReturned(answer) => {
                let outcome = if answer.ok {
                    Outcome::Result(lines(answer.result.as_deref().unwrap_or_default(), LONGEST))
                } else {
                    Outcome::Error(format!(
                        "failed: {}",
                        one_line(answer.error.as_deref().unwrap_or_default(), LONGEST)
                    ))
                };
                self.talk.settle(&one_line(&answer.id, 24), outcome, Some(answer.ms));
                self.now(&answer.agent, Doing::Thinks);
            }
            EventKind::ToolDenied(denial) => {
                let refused = Outcome::Denied(format!("denied: {}", one_line(&denial.reason, SHORT)));
                self.talk.settle(&one_line(&denial.id, 24), refused, None);
                self.now(&denial.agent, Doing::Thinks);
            }
            EventKind::SuspicionChanged(suspicion) => {
                self.weighings.push(Arc::clone(suspicion));
                if !self.hides() {
                    self.weigh_in(suspicion);
                }
            }
            EventKind::JudgeAnswered(_) if self.hides() => {}
            EventKind::JudgeAnswered(judgement) => notes::judgement(judgement).into_iter().for_each(|it| self.note(it)),
            EventKind::CommandSent { agent, text } => self.commanded(agent, text),
            EventKind::HintGiven(hint) => self.hinted(hint),
            EventKind::SessionPaused => self.paused = true,
            EventKind::SessionResumed => {
                self.paused = false;
                self.failure = None;
            }
            EventKind::GuessMade(guess) => {
                self.guess = Some(guess.clone());
                self.weigh_again();
            }
            EventKind::VerdictReached(verdict) => self.truth = Some(self.truth(verdict)),
            EventKind::HeistPlayed(played) => self.job = Some((**played).clone()),
            EventKind::FaultRaised(fault) => self.failed_at(fault),
            EventKind::SessionCompleted(end) => {
                self.end = Some(*end);
                self.rest();
            }
            EventKind::SessionFailed(failure) => self.fail(&failure.reason, failure.stopped, failure.resumable),
        }
    }

    /// Takes in a fault; the same trouble at each new try is said once.
    fn failed_at(&mut self, fault: &Fault) {
        let log = self.log.as_ref().map_or(String::new(), |log| format!(" (log: {log})"));
        let text = notes::fault(fault) + &log;
        let note = What::Note { text, alarm: true };
        if self.talk.last() != Some(&note) {
            self.talk.push(note);
        }
        if fault.turn.is_some() {
            self.rest();
        }
    }

    /// Takes in a piece of the message that is being spoken.
    pub(super) fn hear(&mut self, delta: &MessageDelta) {
        let index = self.crew.iter().position(|agent| agent.name == delta.agent);
        if index.is_some_and(|index| self.crew[index].doing != Doing::Speaks) {
            self.now(&delta.agent, Doing::Speaks);
        }
        self.pace.heard();
        if delta.restart {
            self.talk.hush();
        }
        self.talk.speak(self.speaker(&delta.agent), delta.turn, &delta.text);
    }

    /// Lets time go by.
    pub(super) fn tick(&mut self, ms: u64) {
        self.pace.tick(ms);
        let stands = self.paused && self.active().is_none();
        if !self.over() && !stands {
            self.since += ms;
            self.doing_ms += ms;
        }
    }

    /// How many tokens a second the model streams, while it does; the scripted crew has none.
    pub(super) fn tokens_a_second(&self) -> Option<f64> {
        let streams = self.active().is_some_and(|(_, agent)| agent.doing == Doing::Speaks);
        let model = self.opening.as_ref().is_some_and(|opening| !opening.scripted);
        self.pace.rate().filter(|_| streams && model)
    }

    /// What the model does that lets everybody wait, once that takes long.
    pub(super) fn reading_words(&self) -> Option<String> {
        Some(format!("the model is {}", self.reading?))
    }

    /// From the start to now, in milliseconds.
    pub(super) fn elapsed(&self) -> u64 {
        self.end.map_or(self.watch.ms() + self.since, |end| end.ms)
    }

    /// Whether nothing more will happen.
    pub(super) fn over(&self) -> bool {
        self.end.is_some() || self.failure.is_some()
    }

    /// The session was cut off.
    pub(super) fn fail(&mut self, reason: &str, stopped: bool, resumable: bool) {
        self.failure = Some(Failure { reason: one_line(reason, 2000), stopped, resumable });
        self.rest();
    }

    /// Whether no model speaks.
    pub(super) fn is_scripted(&self) -> bool {
        self.opening.as_ref().is_some_and(|opening| opening.scripted)
    }

    /// Whether the heist needs nothing but the program itself.
    pub(super) fn is_built_in(&self) -> bool {
        self.opening.as_ref().is_some_and(|opening| opening.scripted && opening.tools == "embedded")
    }

    /// Notes what the player has told an agent, and whether that can have been of use.
    fn commanded(&mut self, agent: &AgentName, text: &str) {
        let late = self.place(agent).is_some_and(|place| !self.has_turn(place));
        let late = if late { " (too late: it had no turn left)" } else { "" };
        self.note(format!("You to {}: {}{late}", label(agent), one_line(text, SHORT)));
    }

    /// Takes in what the person is to know before the heist begins.
    pub(super) fn forewarn(&mut self, clause: &str) {
        let text = sentence(clause, SHORT);
        self.note(text.clone());
        self.before = Some(text);
    }

    /// Adds a line of the player's own.
    pub(super) fn note(&mut self, text: String) {
        self.talk.push(What::Note { text, alarm: false });
    }

    /// What a guess that is made now is worth depends on this.
    pub(super) fn moment(&self) -> Moment {
        let turns = self.opening.as_ref().map_or(0, |opening| turns(self.crew.len(), opening.rounds));
        let hints = u32::try_from(self.tally.hints.len()).unwrap_or(u32::MAX);
        Moment { turns_left: turns.saturating_sub(self.turn), turns, hints, blind: self.sight == Sight::Blind }
    }

    /// Whether the agent at this place in the crew has a turn that has not begun: only there can it answer.
    pub(super) fn has_turn(&self, place: usize) -> bool {
        let rounds = self.opening.as_ref().map_or(0, |opening| opening.rounds);
        self.crew.get(place).is_some_and(|agent| agent.turns < turns_of(place, rounds))
    }

    /// Who does something now.
    pub(super) fn active(&self) -> Option<(usize, &Agent)> {
        self.crew.iter().enumerate().find(|(_, agent)| agent.doing != Doing::Waits)
    }

    /// The agent's place in the crew.
    pub(super) fn place(&self, name: &AgentName) -> Option<usize> {
        self.crew.iter().position(|agent| agent.name == *name)
    }

    /// The colour of the agent's name.
    pub(super) fn colour(&self, name: &AgentName) -> Colour {
        self.place(name).map_or(Colour::Plain, |index| self.crew[index].colour)
    }

    /// Columns that the longest name takes.
    pub(super) fn longest(&self) -> u16 {
        let widths = self.crew.iter().map(|agent| width_of(&agent.label));
        widths.max().and_then(|width| u16::try_from(width).ok()).unwrap_or(0)
    }

    fn open(&mut self, opening: &SessionStarted) {
        self.opening = Some(Opening::of(opening));
        if opening.llm.backend != "scripted" {
            // A model has to be woken when the tools are up, which may take as long as they did.
            self.services.push(Service { name: "model".to_owned(), state: None, detail: String::new() });
        }
        let colours = Colour::ALL.into_iter().cycle();
        self.crew = opening.crew.iter().zip(colours).map(|(member, colour)| Agent::of(member, colour)).collect();
        let bank = opening.bank.bank();
        self.sources = Sources::of(bank.clone());
        self.topics = Topics::of(&bank);
        self.floor = Floor::of(bank);
        self.talk.name(self.longest());
    }

    fn called(&mut self, call: &ToolCall) {
        let tool = one_line(&call.tool, 40);
        self.talk.push(What::Tool {
            speaker: self.speaker(&call.agent),
            turn: call.turn,
            id: one_line(&call.id, 24),
            tool: tool.clone(),
            arguments: one_line(&call.arguments, SHORT),
            outcome: Outcome::Pending,
            ms: None,
        });
        self.now(&call.agent, Doing::Calls(tool));
    }

    fn truth(&self, verdict: &Verdict) -> Truth {
        Truth {
            mole: verdict.mole.clone(),
            strategy: verdict.strategy,
            outcome: verdict.outcome,
            suspect: verdict.detector.agent.clone(),
            score: verdict.detector.score,
            orders: one_line(verdict.orders.as_deref().unwrap_or_default(), LONGEST),
            sabotage: self.sabotage.told(verdict).map(clean_acts),
            points: verdict.score,
            remarks: self.remarks.told().iter().map(|remark| one_line(&remark.to_string(), SHORT)).collect(),
            kept: self.opening.as_ref().is_some_and(|opening| verdict.keeps(&opening.commitment)),
        }
    }

    fn speaker(&self, name: &AgentName) -> Speaker {
        Speaker { label: label(name), index: self.place(name).unwrap_or(0), colour: self.colour(name) }
    }

    fn now(&mut self, name: &AgentName, doing: Doing) {
        self.rest_all();
        if let Some(index) = self.place(name) {
            self.crew[index].doing = doing;
        }
    }

    fn rest(&mut self) {
        self.talk.hush();
        self.rest_all();
    }

    fn rest_all(&mut self) {
        self.doing_ms = 0;
        self.reading = None;
        self.pace = Pace::default();
        for agent in &mut self.crew {
            agent.doing = Doing::Waits;
        }
    }
}
