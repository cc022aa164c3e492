//! The driver of one session: carries out what a step asks for, feeds the answers back, records before it tells.

mod ask;
mod ready;

use std::any::Any;
use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use futures_util::FutureExt;
use heist_tools::wire::StoreMemory;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};

use super::backstage::{self, Backstage, BackstageError};
use super::report::Report;
use super::{Beginning, Control, Ended, GuessBy, Session, SessionError, Signal};
use crate::agents::{Agent, millis};
use crate::crew::Crew;
use crate::fleet::ServiceChange;
use crate::heist::{
    Effect, Event, EventKind, Fault, Guess, Guesser, Input, Message, Phase, ServiceState, SessionFailure, Stage, State,
    Step, Timestamp, step,
};
use crate::store::Store;
use crate::suspicion::Detector;

/// One session while it runs.
pub(super) struct Driver {
    id: Arc<str>,
    seq: u64,
    crew: Arc<Crew>,
    state: State,
    detector: Detector,
    store: Store,
    agents: Arc<dyn Agent>,
    guess_by: GuessBy,
    signals: mpsc::UnboundedSender<Signal>,
    /// What is to be taken before anything new is waited for.
    queue: VecDeque<Input>,
    /// What is to be taken when the tools are up and whoever speaks is ready.
    onward: Input,
    /// Whether that has come.
    ready: bool,
    /// Whether the judge is being asked.
    judging: bool,
    report: mpsc::UnboundedSender<Report>,
    reports: mpsc::UnboundedReceiver<Report>,
    /// What happens to the services, while they come up and later.
    changes: mpsc::UnboundedReceiver<ServiceChange>,
    /// The requests of the turn that is running. They are dropped when the session closes.
    work: JoinSet<()>,
    /// The tools while they come up. Never dropped half-way: what was started must be stopped again.
    boot: Option<JoinHandle<Result<Backstage, BackstageError>>>,
    backstage: Option<Backstage>,
    /// How long the running turn has taken to choose.
    chose: Duration,
    /// Whether the session was cut off and can go on.
    resumable: bool,
}

impl Driver {
    pub(super) fn new(session: Session, signals: mpsc::UnboundedSender<Signal>) -> Result<Self, SessionError> {
        let Session { setup, crew, venue, agents, parameters, guess_by, mut store, beginning } = session;
        let (report, reports) = mpsc::unbounded_channel();
        let names: Vec<_> = crew.iter().map(|persona| persona.name.clone()).collect();
        let (mut state, mut detector) = (State::new(setup), Detector::with(parameters, &names));
        let (id, seq, queue, onward) = match beginning {
            Beginning::New { terms } => (store.begin(now(), &terms)?, 0, vec![Input::Open], Input::Proceed),
            Beginning::CutOff { past, terms, changed } => {
                let missing = recall(&past, &mut state, &mut detector);
                let last = past.last().ok_or_else(|| SessionError::Broken("a session without events".to_owned()))?;
                let (id, seq) = (Arc::clone(&last.session), last.seq);
                let vanished = store
                    .loss(&id)?
                    .map(|message| Input::Fault(Fault { place: "database".into(), message, retry: false, turn: None }));
                store.set_terms(&id, &terms)?;
                let changed = changed.map(|detail| {
                    let (service, state) = ("model".to_owned(), ServiceState::Healthy);
                    Input::Service { service, state, detail: Some(detail) }
                });
                for event in past {
                    // Should nobody watch any more, the next event notices.
                    let _ = signals.send(Signal::Recorded(event));
                }
                let inputs = [Some(Input::Reopen), missing, vanished, changed];
                (id, seq, inputs.into_iter().flatten().collect(), Input::Continue)
            }
        };
        let (reporter, changes) = mpsc::unbounded_channel();
        let bank = Arc::clone(&state.setup().bank);
        let boot = tokio::spawn(backstage::open(venue, bank, Arc::clone(&crew), reporter, report.clone()));
        Ok(Self {
            id,
            seq,
            state,
            detector,
            crew,
            store,
            agents,
            guess_by,
            signals,
            queue: queue.into(),
            onward,
            ready: false,
            judging: false,
            report,
            reports,
            changes,
            work: JoinSet::new(),
            boot: Some(boot),
            backstage: None,
            chose: Duration::ZERO,
            resumable: false,
        })
    }

    /// Plays to the end and stops what was started for it.
    pub(super) async fn run(mut self, mut controls: mpsc::Receiver<Control>) -> Result<Ended, SessionError> {
        // A defect must not keep us from stopping what was started.
        let played = AssertUnwindSafe(self.play(&mut controls)).catch_unwind().await;
        let played = played.unwrap_or_else(|panic| Err(SessionError::Broken(words(panic.as_ref()))));
        self.work.shutdown().await;
        if let Some(boot) = self.boot.take() {
            // Tools that are still coming up need not come up any more.
            self.changes.close();
            self.backstage = boot.await.ok().and_then(Result::ok);
        }
        if let Some(backstage) = self.backstage.take() {
            backstage.close().await;
        }
        played.map(|()| Ended { session: self.id, resumable: self.resumable })
    }

    async fn play(&mut self, controls: &mut mpsc::Receiver<Control>) -> Result<(), SessionError> {
        loop {
            while let Some(input) = self.queue.pop_front() {
                self.take(input)?;
            }
            if *self.state.stage() == Stage::Over {
                return Ok(());
            }
            tokio::select! {
                // In this order: what the services told before they were all up comes before the first round.
                biased;
                Some(change) = self.changes.recv() => self.served(change),
                Some(report) = self.reports.recv() => self.hear(report),
                Some(Err(error)) = self.work.join_next() => self.lose_turn("heist-tui", &error),
                booted = finished(&mut self.boot) => {
                    self.boot = None;
                    match booted {
                        Ok(Ok(backstage)) => {
                            self.backstage = Some(backstage);
                            self.wake();
                        }
                        Ok(Err(error)) => return self.give_up(error.into()),
                        Err(panic) => return self.give_up(SessionError::Broken(panic.to_string())),
                    }
                }
                control = controls.recv() => self.obey(control.unwrap_or(Control::Stop)),
            }
        }
    }

    /// Ends the session because of an error, with the error in its last event.
    fn give_up(&mut self, error: SessionError) -> Result<(), SessionError> {
        let failure = SessionFailure { reason: error.to_string(), resumable: true, stopped: false };
        self.take(Input::Stop(failure))?;
        Err(error)
    }

    /// Takes one input: one step, its events recorded and told, its effects set going.
    fn take(&mut self, input: Input) -> Result<(), SessionError> {
        let at = now();
        let Step { mut events, effects } = step(&mut self.state, input, at);
        for event in &mut events {
            if let EventKind::SessionCompleted(end) = event {
                let spent = self.agents.spent();
                (end.tokens, end.requests) = (spent.tokens, spent.requests);
            }
        }
        let events: Vec<_> = events.into_iter().map(|kind| self.stamp(kind, at)).collect();
        self.store.append(&events)?;
        let verdict = events.iter().any(|event| matches!(event.kind, EventKind::VerdictReached(_)));
        for event in events {
            log(&event.kind);
            if let Some(suspicion) = self.detector.observe(&event.kind) {
                self.queue.push_front(Input::Suspected(suspicion));
            }
            match &event.kind {
                EventKind::SessionFailed(failure) => self.resumable = failure.resumable,
                EventKind::TurnStarted { .. } => self.chose = Duration::ZERO,
                EventKind::MessageCompleted(message) => self.remember(message),
                _ => {}
            }
            if self.signals.send(Signal::Recorded(event)).is_err() {
                self.queue.push_back(Input::Stop(stopped("nobody was watching any more")));
            }
        }
        if verdict {
            // Nobody may watch any more; the game is over all the same.
            let _ = self.signals.send(Signal::Totals(self.store.totals()?));
        }
        for effect in effects {
            self.carry_out(effect);
        }
        Ok(())
    }

    fn stamp(&mut self, kind: EventKind, at: Timestamp) -> Event {
        self.seq += 1;
        Event { seq: self.seq, at, session: Arc::clone(&self.id), kind }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Choose => self.choose(),
            Effect::Call(call) => {
                let Some(backstage) = &self.backstage else { return };
                let (toolbox, report) = (Arc::clone(&backstage.toolbox), self.report.clone());
                let session = Arc::clone(&self.id);
                self.work.spawn(async move {
                    let began = Instant::now();
                    let answer = toolbox.call(&session, &call).await;
                    // The driver outlives its work.
                    let _ = report.send(Report::Input(Input::Answered(answer, millis(began.elapsed()))));
                });
            }
            Effect::Speak => self.speak(),
            Effect::Judge => self.judge(),
            // Until all is ready no turn can begin; then the first is begun at once.
            Effect::Proceed if !self.ready => {}
            Effect::Proceed => self.queue.push_back(Input::Proceed),
            Effect::AskGuess => self.ask_guess(),
            Effect::Close => self.work.abort_all(),
        }
    }

    /// Takes a change of a service. One that fails in the middle of a heist is a fault that the heist goes on after.
    fn served(&mut self, ServiceChange { service, state, detail }: ServiceChange) {
        let failed = matches!(state, ServiceState::Absent | ServiceState::Unhealthy | ServiceState::Exited);
        // Without its last words, which stand in the change of the service.
        let why = detail.as_deref().and_then(|detail| detail.split([';', '\n']).next()).unwrap_or_default().to_owned();
        self.queue.push_back(Input::Service { service: service.name().to_owned(), state, detail });
        if failed && self.ready {
            let message = format!("the service {service} is {state}: {why}. Calls to it wait for a while");
            self.queue.push_back(Input::Fault(Fault {
                place: service.name().into(),
                message,
                retry: true,
                turn: None,
            }));
        }
    }

    fn hear(&mut self, report: Report) {
        self.queue.push_back(match report {
            Report::Warmed(warmed) => return self.warmed(warmed),
            Report::Reading(reading) => {
                // Should nobody watch any more, the next event notices.
                let _ = self.signals.send(Signal::Reading(reading));
                return;
            }
            Report::Gone(reason) => Input::Stop(SessionFailure { reason, resumable: true, stopped: false }),
            Report::Chose(chosen, time) => {
                self.chose += time;
                Input::Chose(chosen)
            }
            Report::Input(Input::Spoke(mut speech)) => {
                speech.ms = if self.agents.times_tell() { 0 } else { speech.ms + millis(self.chose) };
                Input::Spoke(speech)
            }
            Report::Input(judged @ Input::Judged(_)) => {
                self.judging = false;
                judged
            }
            Report::Input(input) => input,
        });
    }

    fn obey(&mut self, control: Control) {
        self.queue.push_back(match control {
            Control::Pause => Input::Pause,
            Control::Resume => Input::Resume,
            Control::Command { agent, text } => Input::Command { agent, text },
            Control::Hint => Input::Hint,
            Control::Guess { agent, sureness, blind } => {
                Input::Guess(Guess { by: Guesser::Player, agent, sureness: Some(sureness), blind })
            }
            Control::Stop => Input::Stop(stopped("stopped by the player")),
        });
    }

    fn ask_guess(&mut self) {
        match self.guess_by.guess(&self.state) {
            Some(guess) => self.queue.push_back(Input::Guess(guess)),
            // Should nobody watch any more, the next event notices.
            None => drop(self.signals.send(Signal::GuessWanted)),
        }
    }

    /// Keeps a message in the memory service. The session does not wait for it.
    fn remember(&mut self, message: &Message) {
        let Some(backstage) = &self.backstage else { return };
        let (toolbox, report) = (Arc::clone(&backstage.toolbox), self.report.clone());
        let turn = StoreMemory {
            session: self.id.to_string(),
            agent: message.agent.to_string(),
            turn: message.turn,
            phase: Some(Phase::of(message.round, self.state.setup().rounds()).title().to_owned()),
            message: message.text.clone(),
        };
        self.work.spawn(async move {
            if let Err(error) = toolbox.remember(&turn).await {
                let message = format!("{error}; turn {} is not kept in the crew's memory", turn.turn);
                let fault = Fault { place: "memory".into(), message, retry: false, turn: None };
                // The driver outlives its work.
                let _ = report.send(Report::Input(Input::Fault(fault)));
            }
        });
    }

    /// Gives up the running turn after a part of the program has failed.
    fn lose_turn(&mut self, place: &str, error: &tokio::task::JoinError) {
        // What else the turn has set going may not answer into the next one.
        self.work.abort_all();
        let turn = if let Stage::InTurn(turn) = self.state.stage() { Some(turn.number) } else { None };
        let message = format!("a part of the program failed: {error}");
        if self.ready {
            self.queue.push_back(Input::Fault(Fault { place: place.to_owned(), message, retry: false, turn }));
        } else {
            self.warmed(Err(message));
        }
    }
}

/// Brings state and detector to where the session was cut off. Gives what the detector had found last, if that was not
/// recorded any more.
fn recall(past: &[Event], state: &mut State, detector: &mut Detector) -> Option<Input> {
    let mut found = None;
    for Event { kind, at, .. } in past {
        state.apply(kind, *at);
        if matches!(kind, EventKind::SuspicionChanged(_)) {
            found = None;
        }
        found = detector.observe(kind).map(Input::Suspected).or(found);
    }
    found
}

/// Puts into the program's log what may need an explanation later.
fn log(event: &EventKind) {
    match event {
        EventKind::SessionStarted(started) => {
            tracing::info!(seed = started.seed, llm = ?started.llm, tools = ?started.tools, "a session begins");
        }
        EventKind::ServiceChanged { service, state, detail } => {
            tracing::info!(service, %state, detail, "a service changed");
        }
        EventKind::FaultRaised(fault) => tracing::info!(?fault, "a fault"),
        EventKind::SessionFailed(failure) => tracing::info!(?failure, "the session is cut off"),
        EventKind::SessionCompleted(_) => tracing::info!("the session is complete"),
        _ => {}
    }
}

/// What a panic says.
fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("it does not say why").to_owned()
}

/// The end of the boot; never, if nothing boots.
async fn finished<T>(task: &mut Option<JoinHandle<T>>) -> Result<T, tokio::task::JoinError> {
    match task {
        Some(task) => task.await,
        None => std::future::pending().await,
    }
}

fn stopped(reason: &str) -> SessionFailure {
    SessionFailure { reason: reason.to_owned(), resumable: true, stopped: true }
}

fn now() -> Timestamp {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let millis = i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(millis).unwrap_or_default()
}
