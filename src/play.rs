//! From options to a heist: finds who speaks and where tools run, plays it, and says how the program ends.

mod again;
mod daily;
mod error;
mod find;
mod onward;
mod pace;

use std::io::{self, Write as _};
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::mpsc;
use tokio::time::timeout;

pub use again::newest;
use again::{Onward, recall};
pub use error::PlayError;
pub(crate) use find::find_server;
use find::{find_speaker, find_venue};
use pace::Kept;

use crate::agents::scripted::Pace;
use crate::cli::{Docker, Expect, Game, Headless, Llm, Means, Run, Tools};
use crate::crew::{Deal, Persona};
use crate::fit;
use crate::fleet::ModelServer;
use crate::headless::{self, Assertion, Format, HeadlessError, Summary};
use crate::heist::{BankInfo, Event, EventKind, JudgeWhen, Outcome, Setup};
use crate::interrupt::{INTERRUPTED, interrupted};
use crate::output::{self, LAST_WORDS};
use crate::places::{self, PlaceError};
use crate::records::Records;
use crate::session::{Beginning, Control, Ended, GuessBy, Session, SessionError, Venue};
use crate::store::Store;
use crate::telemetry::{Telemetry, Trace};
use crate::terms::{Day, Terms, With};
use crate::tui::{self, Look, Model, Next, Screen, TuiError};

/// Controls that may wait for the heist.
pub(crate) const CONTROLS: usize = 32;

/// At the end a telemetry receiver has so long to take what is still to be sent.
const TELEMETRY: Duration = Duration::from_secs(3);

/// The exit codes.
const DONE: u8 = 0;
const UNEXPECTED: u8 = 1;
const CUT_OFF: u8 = 4;

/// What is to be played.
#[derive(Clone, Debug)]
pub enum What {
    /// A game that is dealt now.
    Game(Game),
    /// A day's heist, and the game that is dealt after it.
    Daily(Day, Game),
    /// A session that was cut off.
    CutOff {
        /// The session.
        session: String,
        /// The options that the command line says, by their names with underscores: all others are as they were.
        said: Vec<String>,
        /// The game that is dealt when the person then wants another.
        next: Game,
    },
    /// What an earlier session was dealt from, once more, and the game that is dealt after it.
    Again(String, Game),
}

/// Who listens to a heist.
#[derive(Clone, Debug)]
pub struct Listener<'a> {
    /// How fast the scripted crew speaks to it.
    pub pace: Pace,
    /// How it guesses.
    pub guess_by: GuessBy,
    /// What must come of the heist.
    pub asserted: &'a [Assertion],
}

impl Listener<'_> {
    /// One that is told all as fast as it comes, whatever it is, and guesses so.
    #[must_use]
    pub fn that_guesses(guess_by: GuessBy) -> Self {
        Self { pace: Pace::default(), guess_by, asserted: &[] }
    }
}

/// Plays as the options say, as often as the person wants, and gives the exit code.
///
/// # Errors
/// If something needed is not there.
pub async fn play(what: What, run: &Run, docker: &Docker, look: Look) -> Result<u8, PlayError> {
    let telemetry = receiver();
    let done = if run.headless.ci {
        Box::pin(headless(&what, run, docker, telemetry.as_ref())).await
    } else {
        Box::pin(in_terminal(what, run, docker, look, telemetry.as_ref())).await
    };
    let trouble = last_words(telemetry).await;
    // Without a terminal it was seen in the log.
    if let Some(trouble) = trouble.filter(|_| !run.headless.ci) {
        output::tell(&trouble);
    }
    done
}

/// The telemetry receiver, if the environment names one. A heist is played without it too.
pub(crate) fn receiver() -> Option<Telemetry> {
    Telemetry::open(env!("CARGO_PKG_NAME"), true).unwrap_or_else(|error| {
        output::tell(&error.to_string());
        None
    })
}

/// Has the receiver take what is still to be sent; gives what went wrong with it.
pub(crate) async fn last_words(telemetry: Option<Telemetry>) -> Option<String> {
    telemetry?.close(TELEMETRY).await
}

/// Plays before a person's eyes, as often as the person wants, and gives the exit code.
async fn in_terminal(
    what: What,
    run: &Run,
    docker: &Docker,
    look: Look,
    telemetry: Option<&Telemetry>,
) -> Result<u8, PlayError> {
    tui::check().map_err(TuiError::from)?;
    let mut kept = Kept::recall();
    let mut begun = Kept { words: run.pace.unwrap_or(kept.words), by_turn: run.by_turn.unwrap_or(kept.by_turn) };
    let pace = Pace::new(begun.words);
    let mut look = Look { log: places::log().ok(), pace: pace.clone(), ..run.seeing.of(look) };
    let mut screen = None;
    let (mut what, mut run, mut played) = (what, run.clone(), Vec::new());
    let (next, ended) = loop {
        let listener = Listener { pace: pace.clone(), ..Listener::that_guesses(GuessBy::Player) };
        let (session, before) = prepare(&what, &run.means, docker, listener).await?;
        let session = traced(session, telemetry);
        let screen = match &mut screen {
            Some(screen) => screen,
            // Only now, so that until here an interrupt and an error find the terminal as it was.
            none => none.insert(Screen::open(look.mouse)?),
        };
        (look.by_turn, look.before) = (begun.by_turn, before);
        let (mut next, ended, model) = watch(screen, session, look.clone()).await?;
        if let Some(model) = &model {
            let left = Kept { words: pace.words(), by_turn: model.is_by_turn() };
            let now = kept.after(std::mem::replace(&mut begun, left), left);
            if std::mem::replace(&mut kept, now) != now {
                now.keep();
            }
        }
        if let Some(mut model) = model {
            while next == Some(Next::Sessions) {
                next = Box::pin(browse(screen, &mut model, &run, look.clone())).await?;
            }
        }
        played.extend(ended.as_ref().filter(|_| may_be_daily(&what)).map(|ended| Arc::clone(&ended.session)));
        let (same, game) = match what {
            What::Daily(day, game) => (What::Daily(day, game.clone()), game),
            What::Game(game) | What::CutOff { next: game, .. } | What::Again(_, game) => {
                (What::Game(game.clone()), game)
            }
        };
        what = match (next, ended) {
            (Some(Next::Rematch), Some(Ended { session, .. })) => What::Again(session.to_string(), game),
            (Some(Next::Resume), Some(Ended { session, .. })) => {
                What::CutOff { session: session.to_string(), said: Vec::new(), next: game }
            }
            (Some(Next::LookAgain), _) => same,
            (Some(Next::BuiltIn), _) => {
                (run.means.llm, run.means.tools) = (Llm::Scripted, Tools::Embedded);
                same
            }
            // The same options, dealt again.
            (Some(Next::Again | Next::Rematch | Next::Resume), _) => What::Game(Game { seed: None, ..game }),
            (next, ended) => break (next, ended),
        };
    };
    // Gives the terminal back.
    drop(screen);
    if next.is_some() {
        for line in daily::newest(&database(&run.means)?, &played)? {
            // A terminal that has gone has nobody to tell.
            let _ = writeln!(io::stdout(), "{line}");
        }
    }
    if let Some(Ended { session, resumable: true }) = ended {
        tell_how_to_resume(&session, None, &run.means, Some(&run));
    }
    Ok(if next.is_some() { DONE } else { INTERRUPTED })
}

/// Plays one heist before a person's eyes; gives what the person wants next, or none if the program is to end, and how
/// the heist ended, unless it broke and the person wants more, and the screens, which can be shown again.
async fn watch(
    screen: &mut Screen,
    session: Session,
    look: Look,
) -> Result<(Option<Next>, Option<Ended>, Option<Model>), PlayError> {
    let (tell, signals) = mpsc::unbounded_channel();
    let (steer, controls) = mpsc::channel(CONTROLS);
    let past = session.beginning.events();
    let heist = tokio::spawn(session.run(tell, controls));
    let shown = AssertUnwindSafe(async {
        tokio::select! {
            shown = tui::play(screen, signals, steer, look, past) => unless_closed(shown),
            () = interrupted() => Ok(None),
        }
    });
    let shown = shown.catch_unwind().await;
    // The controls are gone now, so that a heist that still runs stops, and takes its containers down. That is waited
    // for, also if the terminal has failed, or what is shown there has a defect.
    let played = heist.await.unwrap_or_else(|panic| Err(SessionError::Broken(panic.to_string())));
    let shown = shown.unwrap_or_else(|panic| resume_unwind(panic));
    let (next, model) = shown?.unzip();
    // What broke one heist was shown; whoever wants another may have it.
    let ended = if matches!(next, Some(Next::Quit) | None) { Some(played?) } else { played.ok() };
    Ok((next, ended, model))
}

/// Lets the person look at the recorded heists after one, and come back to its end; gives what the person wants next, or
/// none if the program is to end.
async fn browse(screen: &mut Screen, model: &mut Model, run: &Run, look: Look) -> Result<Option<Next>, PlayError> {
    let mut records = Records::open(run.means.db.as_deref())?;
    let shown = async {
        match records.browse(screen, look).await {
            Ok(Next::Back) => Ok(unless_closed(tui::show(screen, model).await)?),
            Ok(next) => Ok(Some(next)),
            Err(error) if error.is_closed_terminal() => Ok(None),
            Err(error) => Err(error.into()),
        }
    };
    tokio::select! {
        next = shown => next,
        () = interrupted() => Ok(None),
    }
}

/// What was shown; none if the terminal went away, which is a wish that the program end.
fn unless_closed<T>(shown: Result<T, TuiError>) -> Result<Option<T>, TuiError> {
    match shown {
        Err(TuiError::Closed) => Ok(None),
        shown => shown.map(Some),
    }
}

/// Plays one heist without a terminal.
async fn headless(what: &What, run: &Run, docker: &Docker, telemetry: Option<&Telemetry>) -> Result<u8, PlayError> {
    let guess_by = run.headless.guess.clone().unwrap_or(GuessBy::Detector);
    let listener = Listener { asserted: &run.headless.asserted, ..Listener::that_guesses(guess_by) };
    let (session, before) = prepare(what, &run.means, docker, listener).await?;
    let session = traced(session, telemetry);
    if let Some(before) = before {
        output::tell(&before);
    }
    let (tell, signals) = mpsc::unbounded_channel();
    let (steer, controls) = mpsc::channel(CONTROLS);
    let format = match (run.headless.json, run.seeing.blind) {
        (true, _) => Format::Json,
        (false, true) => Format::BlindText,
        (false, false) => Format::Text,
    };
    let past = session.beginning.events();
    let mut was_interrupted = false;
    let mut heist = tokio::spawn(session.run(tell, controls));
    let mut shown = tokio::spawn(headless::run(signals, format, run.headless.deltas, past, tokio::io::stdout()));
    let mut wish = pin!(interrupted());
    let ended = tokio::select! {
        ended = &mut heist => ended,
        () = &mut wish => {
            was_interrupted = true;
            // Closed only if the heist is over already.
            let _ = steer.send(Control::Stop).await;
            heist.await
        }
    };
    // The heist is over, and its containers are down. Who reads slowly reads it to its end, unless the program is to end.
    let shown = if was_interrupted {
        timeout(LAST_WORDS, shown).await.ok()
    } else {
        tokio::select! {
            shown = &mut shown => Some(shown),
            () = &mut wish => {
                was_interrupted = true;
                None
            }
        }
    };
    let ended = ended.unwrap_or_else(|broken| resume_unwind(broken.into_panic()));
    let Some(shown) = shown else {
        if let Ok(Ended { session, resumable: true }) = ended {
            tell_how_to_resume(&session, None, &run.means, Some(run));
        }
        return Ok(INTERRUPTED);
    };
    let summary = shown.unwrap_or_else(|broken| resume_unwind(broken.into_panic()))?;
    if summary.pipe_closed {
        return Ok(DONE);
    }
    match (ended, &summary.failure) {
        // What was recorded before is whole, so that there is something to go on with.
        (Err(SessionError::Store(error)), _) if let Some(session) = &summary.session => {
            tell_how_to_resume(session, Some(&error.to_string()), &run.means, Some(run));
            Ok(CUT_OFF)
        }
        (Err(error), _) => Err(error.into()),
        (Ok(ended), Some(failure)) => {
            tell_how_to_resume(&ended.session, Some(&failure.reason), &run.means, Some(run));
            Ok(if was_interrupted { INTERRUPTED } else { CUT_OFF })
        }
        (Ok(ended), None) if !was_interrupted => {
            let sessions = may_be_daily(what).then_some(ended.session);
            let lines = daily::newest(&database(&run.means)?, sessions.as_slice())?;
            tokio::select! {
                told = daily::tell(&lines, run.headless.json) => told?,
                () = &mut wish => return Ok(INTERRUPTED),
            }
            Ok(verdict_code(&summary, &run.headless))
        }
        (Ok(_), None) => Ok(INTERRUPTED),
    }
}

/// Tells by which command a session goes on, and is listened to as before; with why it was cut off, unless somebody left it.
pub(crate) fn tell_how_to_resume(session: &str, why: Option<&str>, means: &Means, listened: Option<&Run>) {
    let command = onward::command(session, means, listened);
    output::tell(&match why {
        Some(why) => format!("session {session} was cut off: {why}. Resume with: {command}"),
        None => format!("Paused. Resume with: {command}"),
    });
}

/// Tells what was asserted and does not hold, and how the program ends.
fn verdict_code(summary: &Summary, wanted: &Headless) -> u8 {
    let failed = summary.trajectory.against(&wanted.asserted);
    for failed in &failed {
        output::tell(failed);
    }
    let caught = summary.outcome == Some(Outcome::Success);
    match wanted.expect {
        Some(Expect::Caught) if !caught => UNEXPECTED,
        Some(Expect::Missed) if caught => UNEXPECTED,
        _ if !failed.is_empty() => UNEXPECTED,
        _ => DONE,
    }
}

/// Finds all that a session needs, and what is to be said before it begins.
///
/// # Errors
/// If something needed is not there.
pub async fn prepare(
    what: &What,
    means: &Means,
    docker: &Docker,
    listener: Listener<'_>,
) -> Result<(Session, Option<String>), PlayError> {
    let file = database(means)?;
    let (store, seed, mut terms, past) = match what {
        What::Game(game) => {
            // Before a database is made.
            let terms = Terms::of(game)?;
            (Store::open(&file)?, game.seed.unwrap_or_else(new_seed), terms, Vec::new())
        }
        What::Daily(day, _) => (Store::open(&file)?, day.seed(), Terms::daily(*day), Vec::new()),
        What::CutOff { session, .. } => {
            let mut store = Store::open(&file)?;
            store.take_up(session)?;
            let (seed, terms, past) = recall(&store, &file, session)?;
            if past.iter().any(|event| matches!(event.kind, EventKind::SessionCompleted(_))) {
                let why = "it has come to its end".to_owned();
                return Err(PlayError::NotResumable { session: session.clone(), why });
            }
            if past.iter().any(|event| matches!(&event.kind, EventKind::MessageCompleted(it) if it.is_older())) {
                // Neither the plan nor the mole's acts can be told from there on.
                let why = "an older version of the program has begun it, whose messages do not say what they do; \
                           `heist-tui replay` shows it"
                    .to_owned();
                return Err(PlayError::NotResumable { session: session.clone(), why });
            }
            (store, seed, terms, past)
        }
        What::Again(session, _) => {
            let store = Store::open(&file)?;
            let (seed, terms, _) = recall(&store, &file, session)?;
            (store, seed, terms, Vec::new())
        }
    };
    let Listener { pace, guess_by, asserted } = listener;
    if let GuessBy::Given(Some(name)) = &guess_by {
        terms.knows("guess", name)?;
    }
    asserted.iter().try_for_each(|assertion| assertion.check(&terms.crew))?;
    let onward = match what {
        What::CutOff { session, said, .. } => Onward::of(session, said, &terms, &past, (means, docker)),
        What::Game(_) | What::Daily(..) | What::Again(..) => None,
    };
    let (means, docker) = match &onward {
        Some(onward) => &onward.options(means, docker)?,
        None => &(means.clone(), docker.clone()),
    };
    let parameters = fit::parameters(means.detector.as_deref())?;
    let (speaker, venue) = tokio::join!(find_speaker(means, &terms.crew, seed, &pace), find_venue(means, docker));
    let ((agents, llm), (mut venue, tools)) = match &onward {
        Some(onward) => (
            speaker.map_err(|error| onward.without_speaker(error))?,
            venue.map_err(|error| onward.without_tools(error))?,
        ),
        None => (speaker?, venue?),
    };
    let mut without_containers = false;
    if let Venue::Docker { engine, or_embedded } = &mut venue {
        *or_embedded |= onward.as_ref().is_some_and(Onward::or_embedded);
        without_containers = *or_embedded;
        if let Some(url) = &llm.url {
            engine.set_model(ModelServer { url: url.clone(), model: llm.model.clone() });
        }
    }
    let with = With::of(means, docker, &llm, &tools, without_containers);
    let changed = onward.and_then(|onward| onward.changed(&with));
    terms.with = Some(with);
    let kept = serde_json::to_string(&terms).map_err(HeadlessError::Json)?;
    let Deal { seal, schedule } = terms.deal(seed);
    let before = terms.daily.map(|day| daily::before(&store, day, &seal.commitment())).transpose()?.flatten();
    let bank = Arc::new(terms.bank.bank(seed));
    let beginning = if let Some(Event { session, kind: EventKind::SessionStarted(started), .. }) = past.first() {
        let other = if seal.commitment() != started.commitment {
            Some("deal another game")
        } else if BankInfo::of(&bank) != started.bank {
            Some("make another bank")
        } else {
            None
        };
        if let Some(other) = other {
            let why = format!("this version of the program would {other} from its seed");
            return Err(PlayError::NotResumable { session: session.to_string(), why });
        }
        Beginning::CutOff { past, terms: kept, changed }
    } else {
        Beginning::New { terms: kept }
    };
    let Terms { difficulty, crew, .. } = terms;
    let members = crew.iter().map(Persona::member).collect();
    let judge = if agents.can_judge() { means.models.judge.into() } else { JudgeWhen::Off };
    let setup = Setup { seed, bank, difficulty, judge, crew: members, schedule, llm, tools, seal };
    let session =
        Session { setup, crew: Arc::new(crew), venue, agents, parameters, guess_by, store, beginning, trace: None };
    Ok((session, before))
}

/// The same session, told to the telemetry receiver if there is one.
pub(crate) fn traced(session: Session, telemetry: Option<&Telemetry>) -> Session {
    let trace = telemetry.map(|telemetry| Trace::new(telemetry, &session.setup.llm, session.agents.times_tell()));
    Session { trace, ..session }
}

/// Whether what was played can have been a day's heist.
fn may_be_daily(what: &What) -> bool {
    !matches!(what, What::Game(_))
}

fn database(means: &Means) -> Result<PathBuf, PlaceError> {
    means.db.clone().map_or_else(places::database, Ok)
}

/// A seed that a person can type again.
fn new_seed() -> u64 {
    rand::random_range(0..1_000_000)
}
