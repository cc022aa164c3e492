//! The scripted crew as it acts in a session: at the pace at which a person reads. It alone in this room waits and reads
//! a clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::time::sleep;

use super::Scripted;
use crate::agents::menu::{Item, Menu};
use crate::agents::{Agent, Chosen, Decided, Silence, Spoken, Turn};
use crate::heist::Tokens;

/// Before a tool call an agent thinks for as long as it takes to say so many words.
const THOUGHT: u32 = 4;

/// How fast the crew speaks, shared with whoever changes it meanwhile: so many words a minute, or as fast as can be.
#[derive(Clone, Debug, Default)]
pub struct Pace(Arc<AtomicU32>);

impl Pace {
    /// So many words a minute; 0 is as fast as can be.
    #[must_use]
    pub fn new(words: u32) -> Self {
        Self(Arc::new(AtomicU32::new(words)))
    }

    /// So many words a minute from the next word on.
    pub fn set(&self, words: u32) {
        self.0.store(words, Ordering::Relaxed);
    }

    /// How many words a minute it is now.
    #[must_use]
    pub fn words(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    /// Waits for as long as it takes to say so many words, if there is anything to wait for: even the shortest sleep takes a
    /// tick of the timer.
    async fn wait(&self, words: u32) {
        if let Some(word) = Duration::from_mins(1).checked_div(self.words()) {
            sleep(word * words).await;
        }
    }
}

/// The scripted crew at a pace.
#[derive(Clone, Debug)]
pub struct Paced {
    crew: Scripted,
    pace: Pace,
}

impl Paced {
    /// The crew at this pace.
    #[must_use]
    pub const fn new(crew: Scripted, pace: Pace) -> Self {
        Self { crew, pace }
    }
}

impl Agent for Paced {
    fn choose<'a>(&'a self, turn: &'a Turn) -> BoxFuture<'a, Result<Chosen, Silence>> {
        async {
            self.pace.wait(THOUGHT).await;
            Ok(self.crew.choose(&turn.brief))
        }
        .boxed()
    }

    fn decide<'a>(&'a self, turn: &'a Turn, menu: &'a Menu) -> BoxFuture<'a, Result<Decided, Silence>> {
        async {
            // What it picks takes nobody any time that is told.
            Ok(Decided { numbers: self.crew.decide(&turn.brief, menu), ..Decided::default() })
        }
        .boxed()
    }

    fn speak<'a>(&'a self, turn: &'a Turn, picked: &'a [Item]) -> BoxFuture<'a, Result<Spoken, Silence>> {
        async {
            let text = self.crew.speak(&turn.brief, picked);
            // Speaking takes everybody as long as the text is.
            let began = Instant::now();
            for word in text.split_inclusive(' ') {
                turn.show(word, false);
                self.pace.wait(1).await;
            }
            Ok(Spoken { text, tokens: Tokens::default(), time: began.elapsed() })
        }
        .boxed()
    }
}
