//! Plays the games of a bench: those of the scripted crew in threads, those of model servers side by side.

use std::collections::BTreeMap;
use std::num::NonZeroU8;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinSet};

use super::file::{self, Form, Whole};
use super::games::{Games, Numbered};
use super::kept::{Kept, Lines};
use super::result::{GameResult, Watched};
use super::servers::Servers;
use super::{BenchError, inspect, processors};
use crate::cli::{Bench, Docker, Game, Llm, Means, Models, Series};
use crate::crew::MoleChoice;
use crate::fit;
use crate::heist::{EventKind, Timestamp};
use crate::output;
use crate::play::{Listener, PlayError, What, last_words, prepare, receiver, traced};
use crate::records::inspect::is_archive;
use crate::rehearsal::Rehearsal;
use crate::session::{GuessBy, SessionError, Signal};
use crate::suspicion::Parameters;
use crate::telemetry::Telemetry;
use crate::terms::Terms;

/// Plays the games that the options ask for and the files do not have yet. Gives what came of all, and how many were played
/// now.
pub(super) async fn play(options: &Bench, docker: &Docker) -> Result<(Vec<GameResult>, usize), BenchError> {
    let terms = Terms::of(&options.series.game).map_err(PlayError::from)?;
    let detector = fit::parameters(options.series.detector.as_deref()).map_err(PlayError::from)?;
    let whole = whole(options, &terms)?;
    let games: Vec<Numbered> = whole.games.of(options.shard).collect();
    let output = if options.output.as_deref().is_some_and(is_archive) { Form::Sample } else { Form::Events };
    let files = [(output, &options.output), (Form::Results, &options.results)];
    let files: Vec<_> = files.into_iter().filter_map(|(form, file)| Some((form, file.as_deref()?))).collect();
    let (kept, there) = Kept::open(&files, &whole, &games)?;
    let before = there.len();
    let wanted = [Form::Events, Form::Results, Form::Sample].map(|form| kept.wants(form));
    let bench = Playing { options, whole: &whole, wanted };
    let rest = games.get(before..).unwrap_or_default();
    let results = Results { kept, early: BTreeMap::new(), games: there };
    let results = if options.series.llm == Llm::Scripted {
        bench.rehearse(&terms, &detector, rest, results)?
    } else {
        bench.sessions(docker, rest, results).await?
    };
    results.kept.finish(&whole, &results.games)?;
    Ok((results.games, rest.len()))
}

/// What the whole bench is of.
fn whole(options: &Bench, terms: &Terms) -> Result<Whole, BenchError> {
    let Series { game, games, llm, models, detector, .. } = &options.series;
    let Models { model, mole_model, judge, judge_model, .. } = models;
    // As it is written: what is read from it may not tell it whole.
    let written = detector.as_deref().map(std::fs::read).transpose();
    let written = written.map_err(|source| BenchError::File { file: detector.clone().unwrap_or_default(), source })?;
    let asked = Sha256::digest(serde_json::to_vec(&(terms, llm, model, judge, written))?);
    let start = asked.iter().take(6).fold(0_u64, |start, byte| start << 8 | u64::from(*byte));
    Ok(Whole {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        games: Games::new(game.seed.unwrap_or(1), *games, game.mole != MoleChoice::Nobody),
        mole: game.mole.clone(),
        strategy: game.strategy.0,
        mole_model: mole_model.clone(),
        judge_model: judge_model.clone(),
        terms: format!("{start:012x}"),
    })
}

/// What came of the games so far, in the order of their numbers whichever ends first.
struct Results {
    kept: Kept,
    /// What ended before a game that comes before it, by its place.
    early: BTreeMap<usize, (GameResult, Lines)>,
    games: Vec<GameResult>,
}

impl Results {
    /// Takes the game that is the `place`th to be told.
    fn take(&mut self, place: usize, done: (GameResult, Lines)) -> Result<(), BenchError> {
        self.early.insert(place, done);
        while let Some((result, lines)) = self.early.remove(&self.games.len()) {
            self.games.push(result);
            self.kept.write(lines)?;
        }
        Ok(())
    }
}

/// A bench, and what is wanted of each game.
struct Playing<'a> {
    options: &'a Bench,
    whole: &'a Whole,
    /// Its events, its result, and a sample of it.
    wanted: [bool; 3],
}

impl Playing<'_> {
    /// What came of a game, and what the files are told of it.
    fn done(&self, game: Numbered, events: Vec<(Timestamp, EventKind)>) -> Result<(GameResult, Lines), BenchError> {
        let mut watched = Watched::default();
        for (_, event) in &events {
            watched.take(event);
        }
        let result = watched.done();
        let [wants_events, wants_result, wants_sample] = self.wanted;
        let lines = Lines {
            result: wants_result.then(|| file::result(self.whole, game.number, &result)).transpose()?,
            sample: wants_sample.then(|| inspect::game(game, &events)).transpose()?,
            events: wants_events.then(|| file::events(self.whole, game, events)).transpose()?,
        };
        Ok((result, lines))
    }

    /// Plays games of the scripted crew, each in a thread for itself, so many at a time.
    fn rehearse(
        &self,
        terms: &Terms,
        detector: &Arc<Parameters>,
        games: &[Numbered],
        mut results: Results,
    ) -> Result<Results, BenchError> {
        let crew = Arc::new(terms.crew.clone());
        let one = |game: Numbered| {
            let rehearsal = Rehearsal {
                seed: game.seed,
                bank: Arc::new(terms.bank.bank(game.seed)),
                crew: Arc::clone(&crew),
                rounds: terms.rounds,
                mole: if game.has_mole { self.whole.mole.clone() } else { MoleChoice::Nobody },
                strategy: self.whole.strategy,
                difficulty: terms.difficulty,
                guess_by: GuessBy::Detector,
                detector: Some(Arc::clone(detector)),
            };
            let events = rehearsal.scripted()?.events.into_iter().map(|event| (Timestamp::default(), event)).collect();
            self.done(game, events)
        };
        let waiting = Mutex::new(games.iter().copied().enumerate());
        let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
        let before = results.games.len();
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::scope(|scope| {
            for _ in 0..self.options.jobs.map_or(processors(), NonZeroU8::get) {
                let (tell, one, next) = (tell.clone(), &one, &next);
                scope.spawn(move || {
                    while let Some((place, game)) = next() {
                        // Whoever listens no more has an error to tell.
                        if tell.send((place, one(game))).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(tell);
            for (place, done) in told {
                results.take(before + place, done?)?;
            }
            Ok(results)
        })
    }

    /// Plays games of model servers, so many at a time, and tells a telemetry receiver of them, if there is one.
    async fn sessions(&self, docker: &Docker, games: &[Numbered], results: Results) -> Result<Results, BenchError> {
        let telemetry = receiver();
        let played = self.on_servers(docker, games, results, telemetry.as_ref()).await;
        if let Some(trouble) = last_words(telemetry).await {
            output::tell(&trouble);
        }
        played
    }

    /// Plays games, each on the server that has the least to do.
    async fn on_servers(
        &self,
        docker: &Docker,
        games: &[Numbered],
        mut results: Results,
        telemetry: Option<&Telemetry>,
    ) -> Result<Results, BenchError> {
        if games.is_empty() {
            return Ok(results);
        }
        let folder = TempDir::new().map_err(BenchError::Folder)?;
        let mut waiting = games.iter().copied().enumerate();
        let before = results.games.len();
        let so_far = results.games.first().map(|game| game.model.clone());
        let mut servers = Servers::find(self.options, so_far.as_ref().and_then(Option::as_deref)).await?;
        if let Some(so_far) = so_far.filter(|so_far| so_far.as_deref() != servers.model()) {
            let name = |model: Option<&str>| model.unwrap_or("the scripted crew").to_owned();
            let (before, now) = (name(so_far.as_deref()), name(servers.model()));
            return Err(BenchError::OtherSpeaker { before, now });
        }
        let mut running = JoinSet::new();
        loop {
            while let Some(server) = servers.free()
                && let Some((place, numbered)) = waiting.next()
            {
                servers.begin(server);
                let file = folder.path().join(format!("{}.db", numbered.number));
                let means =
                    self.options.means(servers.url(server).to_owned(), servers.model().map(str::to_owned), file);
                let mole = if numbered.has_mole { self.whole.mole.clone() } else { MoleChoice::Nobody };
                let game = Game { seed: Some(numbered.seed), mole, ..self.options.series.game.clone() };
                let (docker, telemetry) = (docker.clone(), telemetry.cloned());
                running.spawn(async move {
                    let events = Box::pin(one(numbered.seed, game, &means, &docker, telemetry.as_ref())).await;
                    (place, server, numbered, events)
                });
            }
            let Some(game) = running.join_next().await else { break };
            let broken = |panic: JoinError| PlayError::from(SessionError::Broken(panic.to_string()));
            let (place, server, numbered, events) = game.map_err(broken)?;
            servers.end(server);
            results.take(before + place, self.done(numbered, events?)?)?;
        }
        Ok(results)
    }
}

/// Plays one game, in a database of its own that is removed with it.
async fn one(
    seed: u64,
    game: Game,
    means: &Means,
    docker: &Docker,
    telemetry: Option<&Telemetry>,
) -> Result<Vec<(Timestamp, EventKind)>, BenchError> {
    let what = What::Game(game);
    let (session, _) = prepare(&what, means, docker, Listener::that_guesses(GuessBy::Detector)).await?;
    let session = traced(session, telemetry);
    let (tell, mut signals) = mpsc::unbounded_channel();
    let (_steer, controls) = mpsc::channel(1);
    let watched = async {
        let mut events = Vec::new();
        while let Some(signal) = signals.recv().await {
            if let Signal::Recorded(event) = signal {
                events.push((event.at, event.kind));
            }
        }
        events
    };
    let (ended, events) = tokio::join!(session.run(tell, controls), watched);
    ended.map_err(PlayError::from)?;
    if let Some(file) = &means.db {
        forget(file);
    }
    match events.last() {
        Some((_, EventKind::SessionFailed(failure))) => {
            Err(BenchError::CutOff { seed, reason: failure.reason.clone() })
        }
        _ => Ok(events),
    }
}

/// Removes a game's database; what stays is removed with the folder.
fn forget(file: &Path) {
    for end in ["", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        let _ = std::fs::remove_file(name);
    }
}
