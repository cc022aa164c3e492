//! The system's wishes, heard from the first moment on by a thread of their own: that the program end, stop for a while,
//! or die. Whatever it is, the terminal is given back first.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, OnceLock};
use std::time::{Duration, Instant};

use tokio::sync::watch;

/// The exit code of a program that was wished to end.
pub const INTERRUPTED: u8 = 130;

/// Who waits for the wish and has not heard it after this time hangs, and is not waited for. Meanwhile no other wish is heard,
/// so it is no longer than `SAME`.
#[cfg(unix)]
const HEARING: Duration = SAME;

/// How often we look whether the wish was heard.
#[cfg(unix)]
const LOOK: Duration = Duration::from_millis(10);

/// A wish that is repeated after this time is impatience; before, it is the same one that came by two ways.
#[cfg(unix)]
const SAME: Duration = Duration::from_secs(1);

/// Since when the program is to end.
static ENDING: LazyLock<watch::Sender<Option<Instant>>> = LazyLock::new(|| watch::Sender::new(None));

/// Whether somebody has heard of it, and sees to it.
static HEARD: AtomicBool = AtomicBool::new(false);

/// What gives the terminal back for as long as the program does not run.
static GIVE_BACK: OnceLock<fn()> = OnceLock::new();

/// Has the terminal given back before the program stops or dies. To be called once, by whoever takes it.
pub fn give_back_by(give_back: fn()) {
    let _ = GIVE_BACK.set(give_back);
}

/// Waits until the program is asked to end; counts as waiting from the call on. While nobody waits, such a wish ends the
/// program at once.
pub fn interrupted() -> impl Future<Output = ()> + Send {
    let mut ending = ENDING.subscribe();
    async move {
        #[cfg(unix)]
        let wished = ending.wait_for(Option::is_some).await.is_ok();
        #[cfg(not(unix))]
        let wished = tokio::select! {
            wished = ending.wait_for(Option::is_some) => wished.is_ok(),
            pressed = tokio::signal::ctrl_c() => pressed.is_ok() && ENDING.send_replace(Some(Instant::now())).is_none(),
        };
        // Without anybody to hear from there is nothing to be heard.
        if !wished {
            std::future::pending::<()>().await;
        }
        HEARD.store(true, Ordering::SeqCst);
    }
}

/// Wishes that the program end, in the system's place; whoever calls sees to it.
pub fn wish() {
    HEARD.store(true, Ordering::SeqCst);
    ENDING.send_if_modified(|since| since.replace(Instant::now()).is_none());
}

/// For how long the program has been wished to end; none if it may go on.
#[must_use]
pub fn wished_for() -> Option<Duration> {
    ENDING.borrow().map(|since| since.elapsed())
}

/// Listens to the system from now on.
///
/// # Errors
/// If the system does not let us.
#[cfg(not(unix))]
pub fn listen() -> std::io::Result<()> {
    Ok(())
}

#[cfg(unix)]
pub use system::listen;

#[cfg(unix)]
mod system {
    use std::{fs, io, process, thread};

    use rustix::process::{getpgid, getpgrp, getsid};
    use signal_hook::consts::{
        SIGABRT, SIGALRM, SIGHUP, SIGINT, SIGIO, SIGPROF, SIGQUIT, SIGSYS, SIGTERM, SIGTRAP, SIGTSTP, SIGUSR1, SIGUSR2,
        SIGVTALRM, SIGXCPU, SIGXFSZ,
    };
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    use super::{ENDING, GIVE_BACK, HEARD, HEARING, INTERRUPTED, Instant, LOOK, Ordering, SAME, wished_for};

    /// What the program hears of: first the wishes that it end and that it stop, then all that kills it if nobody says
    /// otherwise and that may be caught.
    const HEARS: [i32; 16] = [
        SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGQUIT, SIGABRT, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO,
        SIGTRAP, SIGSYS, SIGXCPU, SIGXFSZ,
    ];

    /// Listens to the system from now on.
    ///
    /// # Errors
    /// If the system does not let us.
    pub fn listen() -> io::Result<()> {
        let ignored = ignored();
        let mut signals = Signals::new(HEARS.into_iter().filter(|signal| ignored & 1 << (signal - 1) == 0))?;
        thread::Builder::new().name("signals".to_owned()).spawn(move || signals.forever().for_each(hear))?;
        Ok(())
    }

    /// What whoever has started us wants ignored, a bit for each: `nohup` closing the terminal, for example. Only Linux tells.
    fn ignored() -> u64 {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let bits = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        bits.and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok()).unwrap_or(0)
    }

    fn hear(signal: i32) {
        match signal {
            SIGINT | SIGTERM | SIGHUP => end(signal),
            SIGTSTP if !can_stop() => {}
            // Stops here, until somebody lets the program go on; or kills it, as it would have without us.
            signal => {
                leave();
                let _ = emulate_default_handler(signal);
                if signal != SIGTSTP {
                    process::exit(128 + signal);
                }
            }
        }
    }

    /// Whether a shell waits for the program's job. The system stops no other, because nobody could let it go on: a job of
    /// the session's leader.
    fn can_stop() -> bool {
        getsid(None).and_then(|leader| getpgid(Some(leader))).is_ok_and(|group| group != getpgrp())
    }

    fn end(signal: i32) {
        if let Some(since) = wished_for() {
            // A closed terminal says so several times.
            if signal != SIGHUP && since > SAME {
                quit();
            }
            return;
        }
        let now = Instant::now();
        ENDING.send_replace(Some(now));
        while !HEARD.load(Ordering::SeqCst) {
            if ENDING.receiver_count() == 0 || now.elapsed() > HEARING {
                quit();
            }
            thread::sleep(LOOK);
        }
    }

    fn quit() -> ! {
        leave();
        process::exit(i32::from(INTERRUPTED))
    }

    fn leave() {
        if let Some(give_back) = GIVE_BACK.get() {
            give_back();
        }
    }
}
