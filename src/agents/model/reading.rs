//! Tells how long a model has been reading its prompt, and how much of it, so that whoever waits knows what for.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval_at};

use crate::agents::{Reading, Teller};
use crate::llm::Heard;

/// How long a model reads a prompt before that is told, and how often it then is.
const TELL_AFTER: Duration = Duration::from_secs(3);
const TELL_EVERY: Duration = Duration::from_secs(1);

/// What is known of an answer before its first word.
#[derive(Debug, Default)]
pub(super) struct Start {
    has_begun: AtomicBool,
    /// How much of the prompt has been read, in hundredths and one more; 0 where the server does not tell.
    read: AtomicU8,
}

impl Start {
    pub(super) fn hear(&self, piece: Heard<'_>) {
        match piece {
            Heard::Reading(percent) => self.read.store(percent.saturating_add(1), Ordering::Relaxed),
            _ => self.has_begun.store(true, Ordering::Relaxed),
        }
    }

    /// Whether anything of the answer has come.
    pub(super) fn has_begun(&self) -> bool {
        self.has_begun.load(Ordering::Relaxed)
    }
}

/// Waits for an answer, and tells how long the prompt is being read until it has begun.
pub(super) async fn telling<T>(teller: &Teller, start: &Start, answer: impl Future<Output = T>) -> T {
    let began = Instant::now();
    let mut clock = interval_at(began + TELL_AFTER, TELL_EVERY);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut told = false;
    tokio::pin!(answer);
    let answer = loop {
        tokio::select! {
            biased;
            answer = &mut answer => break answer,
            _ = clock.tick() => {
                let reads = !start.has_begun();
                let percent = start.read.load(Ordering::Relaxed).checked_sub(1);
                if reads || told {
                    teller.reads(reads.then(|| Reading { time: began.elapsed(), percent }));
                }
                told = reads;
            }
        }
    };
    if told {
        teller.reads(None);
    }
    answer
}
