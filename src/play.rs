//! From options to a heist: finds who speaks and where tools run, plays it, and says how the program ends.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::mpsc;

use crate::cli::{Docker, Expect, Llm, Play, Tools};
use crate::crew::{Deal, Persona, deal, roster};
use crate::fleet::{self, FleetError};
use crate::headless::{self, Format, HeadlessError, Summary};
use crate::heist::{LlmInfo, Outcome, SessionFailure, Setup, ToolsInfo};
use crate::interrupt::interrupted;
use crate::llm::{Client, Endpoint, LlmError};
use crate::places::{self, PlaceError};
use crate::scripted::Scripted;
use crate::session::{Cast, Control, GuessBy, Model, Session, SessionError, Venue};
use crate::store::{Store, StoreError};
use crate::tui::{self, Next, Screen, TuiError};

/// The scripted crew's time between two words where a person watches.
const PACE: Duration = Duration::from_millis(80);

/// Controls that may wait for the heist.
const CONTROLS: usize = 32;

/// The exit codes.
const DONE: u8 = 0;
const UNEXPECTED: u8 = 1;
const CUT_OFF: u8 = 4;
const INTERRUPTED: u8 = 130;

/// Why no heist could be played.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// Nobody speaks.
    #[error(transparent)]
    Llm(#[from] LlmError),
    /// The server does not have the model.
    #[error("the model server at {url} does not offer {model}; it offers {offered}")]
    NoSuchModel {
        /// The server.
        url: String,
        /// What was asked for.
        model: String,
        /// What there is.
        offered: String,
    },
    /// Docker was asked for and is not there.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// The database cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The session broke.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The output failed.
    #[error(transparent)]
    Headless(#[from] HeadlessError),
    /// The terminal failed.
    #[error(transparent)]
    Tui(#[from] TuiError),
    /// A place to keep things was not found.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// The system would not tell of its signals.
    #[error("cannot listen for the system's signals: {0}")]
    Signals(#[from] io::Error),
}

impl PlayError {
    /// The exit code: 2 for a wrong use of the program, 3 for something needed that is not there.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Tui(TuiError::NoTerminal) | Self::NoSuchModel { .. } | Self::Llm(LlmError::BadUrl { .. }) => 2,
            Self::Fleet(error) if error.is_usage() => 2,
            _ => 3,
        }
    }
}

/// Plays as the options say, as often as the person wants, and gives the exit code.
///
/// # Errors
/// If something needed is not there.
pub async fn play(options: &Play, docker: &Docker) -> Result<u8, PlayError> {
    if options.ci {
        return Box::pin(headless(options, docker)).await;
    }
    tui::check()?;
    let mut screen = None;
    let mut seed = options.seed;
    loop {
        let session = prepare(options, docker, seed.take().unwrap_or_else(new_seed), PACE, GuessBy::Player).await?;
        let screen = match &mut screen {
            Some(screen) => screen,
            // Only now, so that until here an interrupt and an error find the terminal as it was.
            none => none.insert(Screen::open()?),
        };
        match watch(screen, session).await? {
            Some(Next::Again) => {}
            Some(Next::Quit) => return Ok(DONE),
            None => return Ok(INTERRUPTED),
        }
    }
}

/// Plays one heist before a person's eyes; gives what the person wants next, or none if the program is to end.
async fn watch(screen: &mut Screen, session: Session) -> Result<Option<Next>, PlayError> {
    let (tell, signals) = mpsc::unbounded_channel();
    let (steer, controls) = mpsc::channel(CONTROLS);
    let heist = tokio::spawn(session.run(tell, controls));
    let next = tokio::select! {
        next = tui::play(screen, signals, steer) => next.map(Some),
        _ = interrupted() => Ok(None),
    };
    // The controls are gone now, so that a heist that still runs stops, and takes its containers down. That is waited
    // for, also if the terminal has failed.
    let played = heist.await.unwrap_or_else(|panic| Err(SessionError::Broken(panic.to_string())));
    let next = next?;
    // What broke one heist was shown; whoever wants another may have it.
    if next != Some(Next::Again) {
        played?;
    }
    Ok(next)
}

/// Plays one heist without a terminal.
async fn headless(options: &Play, docker: &Docker) -> Result<u8, PlayError> {
    let guess_by = options.guess.clone().unwrap_or(GuessBy::Detector);
    let session = prepare(options, docker, options.seed.unwrap_or_else(new_seed), Duration::ZERO, guess_by).await?;
    let (tell, signals) = mpsc::unbounded_channel();
    let (steer, controls) = mpsc::channel(CONTROLS);
    let format = if options.json { Format::Json } else { Format::Text };
    let mut was_interrupted = false;
    let played = {
        let heist = async {
            tokio::join!(session.run(tell, controls), headless::run(signals, format, options.deltas, io::stdout()))
        };
        tokio::pin!(heist);
        tokio::select! {
            played = &mut heist => played,
            signal = interrupted() => {
                signal?;
                was_interrupted = true;
                // Closed only if the heist is over already.
                let _ = steer.send(Control::Stop).await;
                heist.await
            }
        }
    };
    let (session, summary) = (played.0, played.1?);
    if summary.pipe_closed {
        return Ok(DONE);
    }
    session?;
    Ok(if was_interrupted { INTERRUPTED } else { verdict_code(&summary, options.expect) })
}

fn verdict_code(summary: &Summary, expected: Option<Expect>) -> u8 {
    if let Some(SessionFailure { reason, .. }) = &summary.failure {
        let id = summary.session.as_deref().unwrap_or_default();
        // Without an error output there is nobody to tell.
        let _ = writeln!(io::stderr(), "heist-tui: session {id} was cut off: {reason}");
        return CUT_OFF;
    }
    let caught = summary.outcome == Some(Outcome::Success);
    match expected {
        Some(Expect::Caught) if !caught => UNEXPECTED,
        Some(Expect::Missed) if caught => UNEXPECTED,
        _ => DONE,
    }
}

/// Finds all that a session needs.
async fn prepare(
    options: &Play,
    docker: &Docker,
    seed: u64,
    pace: Duration,
    guess_by: GuessBy,
) -> Result<Session, PlayError> {
    let file = options.db.clone().map_or_else(places::database, Ok)?;
    let (speaker, venue) = tokio::join!(find_speaker(options, seed, pace), find_venue(options, docker));
    let ((cast, llm), (venue, tools)) = (speaker?, venue?);
    let crew = roster();
    let Deal { seal, schedule } = deal(seed, &crew, options.rounds, &options.mole, options.strategy.0);
    let members = crew.iter().map(Persona::member).collect();
    Ok(Session {
        setup: Setup { seed, crew: members, schedule, llm, tools, seal },
        crew: Arc::clone(&crew),
        venue,
        cast,
        guess_by,
        store: Store::open(&file)?,
    })
}

async fn find_speaker(options: &Play, seed: u64, pace: Duration) -> Result<(Cast, LlmInfo), PlayError> {
    let scripted = |note| {
        let crew = Cast::Scripted { crew: Scripted::new(seed), pace };
        (crew, LlmInfo { backend: "scripted".into(), url: None, model: None, note })
    };
    match options.llm {
        Llm::Scripted => Ok(scripted(None)),
        Llm::Openai => find_model(options, seed).await,
        Llm::Auto => match find_model(options, seed).await {
            // An address that cannot be one is a mistake to be told, not a reason to play without a model.
            Err(error @ (PlayError::Llm(LlmError::BadUrl { .. }) | PlayError::NoSuchModel { .. })) => Err(error),
            Err(error) => Ok(scripted(Some(error.to_string()))),
            found => found,
        },
    }
}

async fn find_model(options: &Play, seed: u64) -> Result<(Cast, LlmInfo), PlayError> {
    let key = std::env::var("HEIST_LLM_KEY").ok().filter(|key| !key.is_empty()).map(SecretString::from);
    let client = Client::new(Endpoint { base_url: options.llm_url.clone(), key })?;
    let found = client.find().await?;
    let url = found.base_url;
    let offered = found.models.iter().map(|model| model.id.as_str()).collect::<Vec<_>>().join(", ");
    let wanted = options.model.as_deref();
    let Some(model) = found.models.into_iter().find(|model| wanted.is_none_or(|wanted| model.id == wanted)) else {
        return Err(PlayError::NoSuchModel { url, model: wanted.unwrap_or("any model").to_owned(), offered });
    };
    let info = LlmInfo { backend: "openai".into(), url: Some(url), model: Some(model.id.clone()), note: None };
    Ok((Cast::Model(Model::new(client, model.id, model.context, seed)), info))
}

async fn find_venue(options: &Play, docker: &Docker) -> Result<(Venue, ToolsInfo), PlayError> {
    let embedded = |note| (Venue::Embedded, ToolsInfo { backend: "embedded".into(), note });
    if options.tools == Tools::Embedded {
        return Ok(embedded(None));
    }
    match fleet::find_engine(&docker.options(options.keep)).await {
        Ok(engine) => {
            let venue = Venue::Docker { engine, or_embedded: options.tools == Tools::Auto };
            Ok((venue, ToolsInfo { backend: "docker".into(), note: None }))
        }
        Err(FleetError::NoEngine(_)) if options.tools == Tools::Auto => {
            // Nobody has asked for Docker, so the list of places is left to a command that does.
            Ok(embedded(Some("no Docker engine answers; `heist-tui status` tells where one was sought".into())))
        }
        Err(error) if options.tools == Tools::Auto && !error.is_usage() => Ok(embedded(Some(error.to_string()))),
        Err(error) => Err(error.into()),
    }
}

/// A seed that a person can type again.
fn new_seed() -> u64 {
    rand::random_range(0..1_000_000)
}
