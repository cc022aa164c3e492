//! Tells how long a model has been reading its prompt, so that whoever waits knows what for.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval_at};

use crate::agents::Teller;

/// How long a model reads a prompt before that is told, and how often it then is.
const TELL_AFTER: Duration = Duration::from_secs(3);
const TELL_EVERY: Duration = Duration::from_secs(1);

/// Waits for an answer, and tells how long the prompt is being read until `has_begun`.
pub(super) async fn telling<T>(teller: &Teller, has_begun: &AtomicBool, answer: impl Future<Output = T>) -> T {
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
                let reads = !has_begun.load(Ordering::Relaxed);
                if reads || told {
                    teller.reads(reads.then(|| began.elapsed()));
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
