//! The one heist that is played: a session, whoever listens to it, and what the player can do to it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout_at};

use super::seen::Seen;
use crate::cli::Means;
use crate::play::{CONTROLS, tell_how_to_resume};
use crate::session::{Control, Session};

/// After a guess or a stop, how long the end is waited for.
const ENDING: Duration = Duration::from_secs(30);

/// A heist.
#[derive(Debug)]
pub(super) struct Game {
    seen: Arc<Mutex<Seen>>,
    /// Tells that something was seen.
    changed: watch::Receiver<()>,
    steer: mpsc::Sender<Control>,
    /// The last turn that may begin.
    due: Mutex<u32>,
    /// The newest wish to go on. Kept while the heist is told, so that it hears of wishes in their order.
    wish: tokio::sync::Mutex<Wish>,
}

/// A wish that the heist go on, by its number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wish(u64);

impl Game {
    /// Begins a heist that waits for its first turn to be asked for. One that is cut off, whyever, tells the person how it goes
    /// on.
    pub(super) async fn begin(session: Session, means: Means, blind: bool) -> Self {
        let seen = Arc::new(Mutex::new(Seen::new(blind)));
        let (tell, mut signals) = mpsc::unbounded_channel();
        let (steer, controls) = mpsc::channel(CONTROLS);
        let (told, changed) = watch::channel(());
        // There is room for it.
        let _ = steer.send(Control::Pause).await;
        let heist = tokio::spawn(session.run(tell, controls));
        let listening = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Some(signal) = signals.recv().await {
                lock(&listening).take(signal);
                told.send_replace(());
            }
            let closed = match heist.await {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(error)) => Err(error.to_string()),
                Err(panic) => Err(panic.to_string()),
            };
            let mut seen = lock(&listening);
            if let Some(failure) = seen.failure.as_ref().filter(|failure| failure.resumable) {
                let why = (!failure.stopped).then_some(failure.reason.as_str());
                tell_how_to_resume(&seen.session, why, &means, None);
            }
            seen.closed = Some(closed);
            drop(seen);
            told.send_replace(());
        });
        Self { seen, changed, steer, due: Mutex::new(0), wish: tokio::sync::Mutex::default() }
    }

    /// What has been seen of it.
    pub(super) fn seen(&self) -> MutexGuard<'_, Seen> {
        lock(&self.seen)
    }

    /// The last turn that may begin.
    pub(super) fn due(&self) -> u32 {
        *lock(&self.due)
    }

    /// Lets turns begin up to this one; to all that there are, the guess comes next. A wish that was taken back before it was
    /// heard (`is_taken_back`) is none: others may have come before it meanwhile.
    pub(super) async fn go_on(&self, turn: u32, all: u32, is_taken_back: impl Fn() -> bool) -> Option<Wish> {
        let mut newest = self.wish.lock().await;
        if is_taken_back() {
            return None;
        }
        newest.0 += 1;
        let due = {
            let mut due = lock(&self.due);
            *due = turn.clamp(*due, all.max(*due));
            *due
        };
        self.control(if due >= all { Control::Resume } else { Control::Until(due) }).await;
        Some(*newest)
    }

    /// Takes a wish back: lets no turn begin after the one that runs, unless somebody wished that the heist go on since then.
    pub(super) async fn hold(&self, wish: Wish) {
        let newest = self.wish.lock().await;
        if *newest != wish {
            return;
        }
        let turn = self.seen().turn;
        *lock(&self.due) = turn;
        self.control(Control::Until(turn)).await;
    }

    /// Has the heist do something; one that is over does nothing any more.
    pub(super) async fn control(&self, control: Control) {
        let _ = self.steer.send(control).await;
    }

    /// Waits until something is so, which is looked at whenever something was seen; whether that was in time.
    pub(super) async fn wait(&self, time: Duration, mut is_so: impl FnMut(&Seen) -> bool) -> bool {
        let until = Instant::now() + time;
        let mut changed = self.changed.clone();
        loop {
            if is_so(&self.seen()) {
                return true;
            }
            match timeout_at(until, changed.changed()).await {
                Ok(Ok(())) => {}
                // Whoever told of changes is gone, so that nothing changes any more.
                Ok(Err(_)) => return true,
                Err(_) => return false,
            }
        }
    }

    /// Waits for the verdict, with all that belongs to it; whether it came in time.
    pub(super) async fn wait_for_verdict(&self) -> bool {
        self.wait(ENDING, |seen| seen.totals.is_some() && seen.job.is_some() || seen.closed.is_some()).await
    }

    /// Stops the heist where it is, and waits until what was started for it has stopped.
    pub(super) async fn stop(&self) {
        self.control(Control::Stop).await;
        self.wait(ENDING, |seen| seen.closed.is_some()).await;
    }
}

/// A panic while something was changed leaves it as it is.
fn lock<T>(it: &Mutex<T>) -> MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}
