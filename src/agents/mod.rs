//! Who acts: what a session wants of whoever chooses and speaks for the crew, and a room for each who can.

pub mod menu;
pub mod model;
pub mod scripted;
mod turn;

use std::fmt::Debug;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};

pub use turn::{Reading, Scene, Teller, Told, Turn};

use menu::{Item, Menu};

use crate::heist::{JudgeMethod, Judged, Speech, Tokens};

/// A tool and its argument, or none.
pub type Chosen = Option<(String, String)>;

/// Why there is no answer.
#[derive(Debug)]
pub struct Silence {
    /// The reason, for people.
    pub reason: String,
    /// Whether nobody else will be answered either.
    pub is_final: bool,
}

impl From<String> for Silence {
    fn from(reason: String) -> Self {
        Self { reason, is_final: false }
    }
}

/// What an agent has picked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    /// Numbers of the menu's items, counted from 1, as they came.
    pub numbers: Vec<usize>,
    /// How long it took; without tries that came to nothing.
    pub time: Duration,
}

/// What an agent has said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// The clean text.
    pub text: String,
    /// What the whole turn cost, as everybody may know it.
    pub tokens: Tokens,
    /// How long it took; without tries that came to nothing.
    pub time: Duration,
}

/// What requests to a model have cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// How many were made.
    pub requests: u32,
    /// What the server counted.
    pub tokens: Tokens,
}

impl std::ops::AddAssign for Spent {
    fn add_assign(&mut self, more: Self) {
        self.requests += more.requests;
        self.tokens += more.tokens;
    }
}

/// What the judge makes of the crew.
#[derive(Clone, Debug, PartialEq)]
pub struct Opinion {
    /// Everybody, in the crew's order; the scores sum to 1.
    pub agents: Vec<Judged>,
    /// How it was asked.
    pub method: JudgeMethod,
    /// What it cost, as everybody may know it.
    pub tokens: Tokens,
}

/// Whoever acts for all agents of a crew.
pub trait Agent: Debug + Send + Sync {
    /// The name of what has to be woken before anybody can act, if anything has.
    fn to_wake(&self) -> Option<&str> {
        None
    }

    /// Wakes it. Says how it was found; or why it does not answer.
    fn warm_up<'a>(&'a self, _scene: &'a Scene) -> BoxFuture<'a, Result<String, String>> {
        ready(Ok(String::new())).boxed()
    }

    /// Has the agent choose its tool call; again after each call of its turn.
    fn choose<'a>(&'a self, turn: &'a Turn) -> BoxFuture<'a, Result<Chosen, Silence>>;

    /// Has the agent pick what its message is to do, by numbers of the menu's items that count from 1.
    fn decide<'a>(&'a self, turn: &'a Turn, menu: &'a Menu) -> BoxFuture<'a, Result<Decided, Silence>>;

    /// Has the agent say what it picked. The error says why nothing could be made of it.
    fn speak<'a>(&'a self, turn: &'a Turn, picked: &'a [Item]) -> BoxFuture<'a, Result<Spoken, Silence>>;

    /// Whether there is a judge.
    fn can_judge(&self) -> bool {
        false
    }

    /// Has the judge weigh the crew.
    fn judge<'a>(&'a self, _scene: &'a Scene) -> BoxFuture<'a, Result<Opinion, Silence>> {
        ready(Err(Silence::from("this crew has no judge".to_owned()))).boxed()
    }

    /// Whether the time that a message takes would tell who the mole is.
    fn times_tell(&self) -> bool {
        false
    }

    /// What all requests so far have really cost: the whole crew's, the judge's, and the one that woke the model.
    fn spent(&self) -> Spent {
        Spent::default()
    }
}

/// A turn's message: what it is to do is picked from the menu, and said.
///
/// # Errors
/// Why nothing came of it.
pub async fn act(agent: &dyn Agent, turn: &Turn) -> Result<Speech, Silence> {
    let menu = Menu::of(&turn.brief);
    let decided = agent.decide(turn, &menu).await?;
    let picked = menu.picked(&decided.numbers);
    let spoken = agent.speak(turn, &picked).await?;
    let (moves, acts) = menu::moves(picked);
    Ok(Speech { text: spoken.text, moves, acts, tokens: spoken.tokens, ms: millis(decided.time + spoken.time) })
}

/// A time in whole milliseconds, as events carry it.
pub(crate) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
