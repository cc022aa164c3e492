//! What the player does: each tool's deed on the heist that is on, in words and data.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rmcp::model::JsonObject;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::{Mutex, watch};

use super::Refusal;
use super::arguments::Arguments;
use super::client::Client;
use super::game::Game;
use super::seen::{Seen, Sight};
use super::told::{Asked, Checked, Opened, PlanTold, Sources, Status, SuspicionTold, TalkPage, VerdictTold};
use super::tools::{BYTES, Deed, Tool, WAIT};
use crate::cli::{Docker, Game as Dealt, Llm, Means, Serve};
use crate::heist::{Difficulty, Sureness};
use crate::play::{self, Listener, What};
use crate::session::{Control, GuessBy};
use crate::telemetry::Telemetry;
use crate::views::topics::Topic;

/// How long something is waited for that the heist does at once.
const SOON: Duration = Duration::from_secs(10);
/// So many topics are named when what is asked about is not clear.
const TOPICS: usize = 20;

/// A tool's answer.
pub(super) struct Answer {
    pub(super) text: String,
    pub(super) data: Value,
}

impl Answer {
    fn of(told: &(impl Serialize + fmt::Display)) -> Result<Self, Refusal> {
        let data =
            serde_json::to_value(told).map_err(|error| Refusal::new(format!("The answer has no JSON: {error}")))?;
        Ok(Self { text: told.to_string(), data })
    }
}

/// Who plays, and what is played.
pub(super) struct Player {
    /// What is dealt, and how it is played, where the player does not say otherwise.
    dealt: Dealt,
    means: Means,
    blind: bool,
    docker: Docker,
    telemetry: Option<Telemetry>,
    /// The seed that the first heist is dealt from, until it is; another heist would be the same, and the mole known. Kept
    /// while a heist is started.
    seed: Mutex<Option<u64>>,
    game: Mutex<Option<Arc<Game>>>,
    /// Whether nobody plays any more.
    left: watch::Sender<bool>,
}

impl Player {
    pub(super) fn new(options: &Serve, telemetry: Option<Telemetry>) -> Self {
        let Serve { game, blind, means, docker } = options;
        let (dealt, means, docker) = (game.clone(), means.clone(), docker.clone());
        let (seed, game, left) = (Mutex::new(dealt.seed), Mutex::new(None), watch::Sender::new(false));
        Self { dealt, means, blind: *blind, docker, telemetry, seed, game, left }
    }

    /// Does what a tool is for.
    ///
    /// # Errors
    /// If that cannot be done; the refusal says what can.
    pub(super) async fn does(&self, tool: &Tool, given: JsonObject, client: &Client) -> Result<Answer, Refusal> {
        let given = Arguments::of(given, tool.takes)?;
        if tool.deed == Deed::Start {
            return self.start(&given, client).await;
        }
        let game = self.game.lock().await.clone();
        let game = game.ok_or_else(|| Refusal::new("No heist is on: call start_heist first."))?;
        match tool.deed {
            Deed::Start | Deed::Status => opened(&game, false),
            Deed::GoOn => go_on(&game, &given, client).await,
            Deed::ReadTalk => read_talk(&game, &given),
            Deed::ShowPlan => Answer::of(&PlanTold::of(&game.seen())),
            Deed::ReadSource => {
                let seen = game.seen();
                Answer::of(
                    &given.text("name").map_or_else(|| Ok(Sources::listed(&seen)), |name| Sources::one(&seen, name))?,
                )
            }
            Deed::CheckMessage => Answer::of(&Checked::of(&game.seen(), given.text("message").unwrap_or_default())?),
            Deed::AskAgent => {
                let about = topic(&game.seen(), given.text("about").unwrap_or_default())?;
                tell(&game, given.text("agent").unwrap_or_default(), about).await
            }
            Deed::TellAgent => {
                let text =
                    crate::text::one_line(given.text("text").unwrap_or_default(), crate::crew::question::LONGEST);
                tell(&game, given.text("agent").unwrap_or_default(), text).await
            }
            Deed::ShowSuspicion => show_suspicion(&game, &given),
            Deed::TakeHint => take_hint(&game).await,
            Deed::Guess => guess(&game, &given).await,
            Deed::Stop => {
                playing(&game.seen())?;
                game.stop().await;
                Answer::of(&Status::of(&game.seen(), game.due()))
            }
        }
    }

    async fn start(&self, given: &Arguments, client: &Client) -> Result<Answer, Refusal> {
        let Ok(mut seed) = self.seed.try_lock() else {
            return Err(Refusal::new("A heist is being started: wait for it, or cancel that call."));
        };
        if let Some(game) = self.game.lock().await.as_ref().filter(|game| !game.seen().is_over()) {
            let session = game.seen().session.clone();
            return Err(Refusal::new(format!(
                "Heist {session} is on: guess, or stop_heist, before you start another."
            )));
        }
        let (mut dealt, mut means) = (self.dealt.clone(), self.means.clone());
        dealt.seed = given.whole("seed").or(*seed);
        if let Some(rounds) = given.whole("rounds").and_then(|rounds| u32::try_from(rounds).ok()) {
            dealt.rounds = rounds;
        }
        if let Some(name) = given.text("difficulty") {
            dealt.difficulty = Difficulty::ALL.into_iter().find(|it| it.name() == name).unwrap_or(dealt.difficulty);
        }
        if let Some(bank) = given.text("bank") {
            dealt.bank = bank.parse().map_err(|error| Refusal::new(format!("There is no such bank: {error}.")))?;
        }
        means.llm = match given.text("llm") {
            Some("openai") => Llm::Openai,
            Some("scripted") => Llm::Scripted,
            Some(_) => Llm::Auto,
            None => means.llm,
        };
        let what = What::Game(dealt);
        let listener = Listener::that_guesses(GuessBy::Player);
        let mut left = self.left.subscribe();
        // A model may have to be loaded first.
        let prepared = tokio::select! {
            prepared = Box::pin(play::prepare(&what, &means, &self.docker, listener)) => prepared,
            () = client.cancelled() => return Err(Refusal::new("Cancelled: no heist was started.")),
            _ = left.wait_for(|left| *left) => return Err(Refusal::new("The server ends: no heist was started.")),
        };
        let (session, _) = prepared.map_err(|error| Refusal::new(format!("No heist can be started: {error}.")))?;
        let session = play::traced(session, self.telemetry.as_ref());
        let game = Arc::new(Game::begin(session, means, given.flag("blind").unwrap_or(self.blind)).await);
        if given.whole("seed").is_none() {
            *seed = None;
        }
        *self.game.lock().await = Some(Arc::clone(&game));
        game.wait(SOON, |seen| seen.opening.is_some() || seen.is_over()).await;
        opened(&game, true)
    }

    /// Ends what is played, in an orderly way.
    pub(super) async fn leave(&self) {
        self.left.send_replace(true);
        if let Some(game) = self.game.lock().await.take() {
            game.stop().await;
        }
    }
}

fn opened(game: &Game, begins: bool) -> Result<Answer, Refusal> {
    let (seen, due) = (game.seen(), game.due());
    Answer::of(&Opened::of(&seen, due, begins).ok_or_else(|| broken(&seen))?)
}

/// Why there is no heist to be seen.
fn broken(seen: &Seen) -> Refusal {
    let why = seen.closed.as_ref().and_then(|closed| closed.as_ref().err()).map_or("it does not begin", String::as_str);
    Refusal::new(format!("The heist broke: {why}. start_heist begins another."))
}

/// # Errors
/// If the heist is over.
fn playing(seen: &Seen) -> Result<(), Refusal> {
    match (&seen.truth, &seen.failure) {
        (Some(_), _) => {
            let why = "The heist is over, and your guess was made: guess tells the verdict again, start_heist begins another.";
            Err(Refusal::new(why))
        }
        (None, Some(failure)) => {
            let reason = failure.reason.trim_end_matches('.');
            Err(Refusal::new(format!("The heist was cut off: {reason}. start_heist begins another.")))
        }
        (None, None) if seen.closed.is_some() => Err(broken(seen)),
        (None, None) => Ok(()),
    }
}

async fn go_on(game: &Game, given: &Arguments, client: &Client) -> Result<Answer, Refusal> {
    let (due, all) = {
        let seen = game.seen();
        playing(&seen)?;
        if seen.guess_wanted {
            return Err(Refusal::new(
                "All turns are over: nobody speaks any more. Look as long as you want, then guess.",
            ));
        }
        let more = given.whole("turns").and_then(|turns| u32::try_from(turns).ok());
        let due = match more {
            // What was let go on before is waited for, and nothing else.
            None if seen.over < game.due() => game.due(),
            None => seen.end_of_round(),
            Some(more) => seen.turn.saturating_add(more),
        };
        (due.min(seen.turns()), seen.turns())
    };
    let cancelled = || Refusal::new("Cancelled: the heist waits after the turn that runs.");
    let wish = game.go_on(due, all, || client.is_cancelled()).await.ok_or_else(cancelled)?;
    let time = Duration::from_secs(given.whole("wait_s").unwrap_or(WAIT.1));
    let mut told = None;
    let done = |seen: &Seen| {
        let now = (seen.over, seen.doing.clone());
        if told.as_ref() != Some(&now) {
            client.progress(seen.over, all, &seen.doing);
            told = Some(now);
        }
        seen.is_over() || seen.guess_wanted || (due < all && seen.over >= due)
    };
    tokio::select! {
        _ = game.wait(time, done) => {}
        () = client.cancelled() => {
            game.hold(wish).await;
            return Err(cancelled());
        }
    }
    let mut seen = game.seen();
    let since = u32::try_from(seen.told).unwrap_or(u32::MAX);
    let page = page(&seen, game.due(), since, None, given);
    seen.told = usize::try_from(page.last()).unwrap_or(usize::MAX);
    Answer::of(&page)
}

fn read_talk(game: &Game, given: &Arguments) -> Result<Answer, Refusal> {
    let seen = game.seen();
    let since = given.whole("since").and_then(|since| u32::try_from(since).ok()).unwrap_or(0);
    let only = given.text("agent").map(|name| agent(&seen, name)).transpose()?;
    let page = page(&seen, game.due(), since, only.map(|place| seen.crew[place].label.as_str()), given);
    Answer::of(&page)
}

/// The entries after one, of all or of one agent alone.
fn page(seen: &Seen, due: u32, since: u32, only: Option<&str>, given: &Arguments) -> TalkPage {
    let max_bytes = given.whole("max_bytes").unwrap_or(BYTES.2);
    let after = seen.entries.iter().skip(usize::try_from(since).unwrap_or(usize::MAX));
    let wanted = after.filter(|entry| only.is_none() || entry.agent.as_deref() == only);
    TalkPage::of(wanted, since, max_bytes, Status::of(seen, due))
}

/// The agent of that name, by its place in the crew.
fn agent(seen: &Seen, name: &str) -> Result<usize, Refusal> {
    seen.agent(name).map(|(place, _)| place).ok_or_else(|| {
        let crew: Vec<_> = seen.crew.iter().map(|agent| agent.label.as_str()).collect();
        Refusal::new(format!("There is no such agent in the crew; there are {}.", crew.join(", ")))
    })
}

/// The question about what is called so.
fn topic(seen: &Seen, about: &str) -> Result<String, Refusal> {
    let topics = seen.topics.matching(about.strip_prefix("the ").unwrap_or(about));
    let is_it = |topic: &&Topic| {
        let the = topic.label.strip_prefix("the ").unwrap_or(topic.label);
        [topic.label, the].iter().any(|label| label.eq_ignore_ascii_case(about)) || topic.slot == Some(about)
    };
    let slot = seen.topics.matching("").into_iter().find(|topic| topic.slot == Some(about));
    let found = slot.or_else(|| topics.iter().find(is_it).cloned());
    if let Some(topic) = found.or_else(|| topics.first().filter(|_| topics.len() == 1).cloned()) {
        return Ok(topic.question);
    }
    let fits = if topics.is_empty() { seen.topics.matching("") } else { topics };
    let names: Vec<_> = fits.iter().take(TOPICS).map(|topic| topic.label).collect();
    let more = if fits.len() > TOPICS { format!(", and {} more", fits.len() - TOPICS) } else { String::new() };
    Err(Refusal::new(format!("It is not clear what to ask about; say one of these: {}{more}.", names.join(", "))))
}

/// Tells an agent something that it hears in its next turn.
async fn tell(game: &Game, name: &str, text: String) -> Result<Answer, Refusal> {
    let (to, asked) = {
        let seen = game.seen();
        playing(&seen)?;
        let place = agent(&seen, name)?;
        let (agent, left) = (&seen.crew[place], seen.turns_left(place));
        if left == 0 {
            return Err(Refusal::new(format!("{} has no turn left, and would not answer.", agent.label)));
        }
        let instead = seen.unheard.get(&agent.name).map(String::as_str);
        (agent.name.clone(), Asked::new(&agent.label, text.clone(), left, instead))
    };
    game.control(Control::Command { agent: to.clone(), text }).await;
    game.wait(SOON, |seen| seen.unheard.contains_key(&to) || seen.is_over()).await;
    Answer::of(&asked)
}

fn show_suspicion(game: &Game, given: &Arguments) -> Result<Answer, Refusal> {
    let mut seen = game.seen();
    // Before anything is paid for it.
    let only = given.text("agent").map(|name| agent(&seen, name)).transpose()?;
    let only = only.map(|place| seen.crew[place].label.clone());
    if seen.hides() {
        if given.flag("agree") != Some(true) {
            let now = seen.moment().stake();
            let then = now / 2.0;
            return Err(Refusal::new(format!(
                "This heist is blind. To see suspicion halves your stake for good, from {now:.0} points to {then:.0} as it \
                 stands. If you want that, call it with agree=true."
            )));
        }
        seen.sight = Sight::Open;
    }
    Answer::of(&SuspicionTold::of(&seen, only.as_deref(), Status::of(&seen, game.due())))
}

async fn take_hint(game: &Game) -> Result<Answer, Refusal> {
    let (hints, since) = {
        let seen = game.seen();
        playing(&seen)?;
        if !seen.hides() {
            return Err(Refusal::new(
                "The suspicion is in view, so a hint would tell you nothing new: see show_suspicion.",
            ));
        }
        if !seen.has_suspect() {
            let why = "No hint yet, and nothing to pay: the detector suspects nobody more than the others.";
            return Err(Refusal::new(why));
        }
        (seen.hints, seen.entries.len())
    };
    game.control(Control::Hint).await;
    game.wait(SOON, |seen| seen.hints > hints || seen.is_over()).await;
    let mut seen = game.seen();
    if seen.told == since && seen.entries.len() == since + 1 {
        // It came alone: what goes on need not tell it again.
        seen.told = seen.entries.len();
    }
    let hint = seen.entries.iter().skip(since).filter(|entry| entry.text.starts_with("Hint:"));
    Answer::of(&TalkPage::of(hint, u32::try_from(since).unwrap_or(u32::MAX), BYTES.2, Status::of(&seen, game.due())))
}

async fn guess(game: &Game, given: &Arguments) -> Result<Answer, Refusal> {
    let control = {
        let seen = game.seen();
        // Of a guess that was made the answer may have been lost on its way, or come too early for the verdict.
        if seen.guess.is_some() { None } else { Some(named(&seen, given)?) }
    };
    if let Some(control) = control {
        game.control(control).await;
    }
    if !game.wait_for_verdict().await {
        return Err(Refusal::new("The guess was made, and the verdict is late: call guess again to see it."));
    }
    let seen = game.seen();
    Answer::of(&VerdictTold::of(&seen).ok_or_else(|| broken(&seen))?)
}

/// The guess that is asked for.
fn named(seen: &Seen, given: &Arguments) -> Result<Control, Refusal> {
    playing(seen)?;
    let name = given.text("agent").unwrap_or_default();
    let nobody = ["nobody", "none"].iter().any(|word| word.eq_ignore_ascii_case(name)) && seen.agent(name).is_none();
    let agent = if nobody { None } else { Some(seen.crew[agent(seen, name)?].name.clone()) };
    let percent = given.whole("sureness").and_then(|percent| u8::try_from(percent).ok()).unwrap_or_default();
    Ok(Control::Guess { agent, sureness: Sureness::of_percent(percent), blind: seen.sight == Sight::Blind })
}
