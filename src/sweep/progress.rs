//! How far a sweep is: one line that changes where a terminal shows it, else a line now and then.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use crate::output;
use crate::text::harmless;

/// How often a line is written where it stays.
const OFTEN: Duration = Duration::from_secs(15);

/// How far a sweep is.
pub(super) struct Progress {
    all: u64,
    /// How many games were there before.
    found: u64,
    began: Instant,
    /// Since when there are no more of them.
    told: Option<Instant>,
    /// Whether a terminal shows it.
    changes: bool,
}

impl Progress {
    /// Of so many games, of which so many are there already.
    pub fn new(all: u64, found: u64) -> Self {
        Self { all, found, began: Instant::now(), told: None, changes: io::stderr().is_terminal() }
    }

    /// Tells how many games are there, and how the tasks are in few words.
    pub fn show(&mut self, there: u64, tasks: &str) {
        if !self.changes && self.told.is_some_and(|told| told.elapsed() < OFTEN) {
            return;
        }
        self.told = Some(Instant::now());
        let line = line(self.all, self.found, there, self.began.elapsed(), tasks);
        if self.changes {
            // Without an error output there is nobody to tell.
            let _ = write!(output::Log, "\r\x1b[K{}", harmless(&line));
        } else {
            output::tell(&line);
        }
    }

    /// Tells something else.
    pub fn tell(&mut self, words: &str) {
        self.clear();
        output::tell(words);
    }

    /// Takes the line away.
    pub fn clear(&self) {
        if self.changes {
            let _ = write!(output::Log, "\r\x1b[K");
        }
    }
}

/// The line: what is there, the rate, and how long it may still take if it stays so.
fn line(all: u64, found: u64, there: u64, took: Duration, tasks: &str) -> String {
    let share = float(there) / float(all.max(1)) * 100.0;
    let rate = float(there.saturating_sub(found)) / took.as_secs_f64().max(1e-3);
    let mut line = format!("{there} of {all} games ({share:.0} %)");
    if there > found {
        let left = float(all.saturating_sub(there)) / rate;
        // Writing to a text does not fail.
        let _ = write!(line, ", {rate:.1} games/s, {} left", time(left));
    }
    if tasks.is_empty() { line } else { format!("{line}; {tasks}") }
}

fn time(seconds: f64) -> String {
    match seconds {
        seconds if seconds < 90.0 => format!("{seconds:.0} s"),
        seconds if seconds < 90.0 * 60.0 => format!("{:.0} min", seconds / 60.0),
        seconds => format!("{:.1} h", seconds / 3600.0),
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts of games")]
fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_games_played_since() {
        let seconds = Duration::from_secs;
        assert_eq!(line(1000, 400, 400, seconds(0), ""), "400 of 1000 games (40 %)");
        assert_eq!(
            line(1000, 400, 500, seconds(10), "2 tasks run"),
            "500 of 1000 games (50 %), 10.0 games/s, 50 s left; 2 tasks run"
        );
        assert!(line(100_000, 0, 1000, seconds(10), "").ends_with("100.0 games/s, 16 min left"));
        assert!(line(1000, 0, 10, seconds(600), "").ends_with("16.5 h left"));
    }
}
