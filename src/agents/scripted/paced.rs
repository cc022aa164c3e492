//! The scripted crew as it acts in a session: at the pace at which a person reads. It alone in this room waits and reads
//! a clock.

use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::time::sleep;

use super::Scripted;
use crate::agents::menu::{Item, Menu};
use crate::agents::{Agent, Chosen, Decided, Silence, Spoken, Turn};
use crate::heist::Tokens;

/// The scripted crew at a pace.
#[derive(Clone, Copy, Debug)]
pub struct Paced {
    crew: Scripted,
    pace: Duration,
}

impl Paced {
    /// The crew with this time between two words; none outside a terminal.
    #[must_use]
    pub const fn new(crew: Scripted, pace: Duration) -> Self {
        Self { crew, pace }
    }
}

impl Agent for Paced {
    fn choose<'a>(&'a self, turn: &'a Turn) -> BoxFuture<'a, Result<Chosen, Silence>> {
        async {
            wait(self.pace * 8).await;
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
                wait(self.pace).await;
            }
            Ok(Spoken { text, tokens: Tokens::default(), time: began.elapsed() })
        }
        .boxed()
    }
}

/// Waits, if there is anything to wait for: even the shortest sleep takes a tick of the timer.
async fn wait(time: Duration) {
    if !time.is_zero() {
        sleep(time).await;
    }
}
