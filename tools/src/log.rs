//! What a service prints while it serves. A thread of its own writes it, so that a reader who does not read holds up neither
//! requests nor the end of the service.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// So many bytes may wait to be written; what comes beyond them is dropped.
const MOST_WAITING: usize = 1024 * 1024;
/// After each writing the thread rests, so that a busy service does not wake it for every line.
const REST: Duration = Duration::from_millis(10);
/// At its end a service waits so long for a reader to take what is left.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// Lines on their way to standard output.
#[derive(Clone, Default)]
pub struct Log(Arc<Shared>);

#[derive(Default)]
struct Shared {
    lines: Mutex<Lines>,
    changed: Condvar,
}

#[derive(Default)]
struct Lines {
    waiting: Vec<Vec<u8>>,
    bytes: usize,
    dropped: u64,
    /// Whether the thread waits for lines: only then it has to be woken.
    idle: bool,
}

impl Log {
    /// Begins to write what it is given.
    pub fn to_stdout() -> io::Result<Self> {
        let log = Self::default();
        let shared = Arc::clone(&log.0);
        thread::Builder::new().name("log".to_owned()).spawn(move || shared.write_all(&mut io::stdout()))?;
        Ok(log)
    }

    /// Returns when everything is written, or the reader has let some time pass.
    pub fn finish(&self) {
        let end = Instant::now() + LAST_WORDS;
        let mut lines = self.0.lines();
        while !(lines.waiting.is_empty() && lines.idle) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            lines = self.0.changed.wait_timeout(lines, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut lines = self.0.lines();
        if lines.bytes + line.len() > MOST_WAITING {
            lines.dropped += 1;
        } else {
            lines.bytes += line.len();
            lines.waiting.push(line.to_vec());
            if std::mem::take(&mut lines.idle) {
                self.0.changed.notify_all();
            }
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Shared {
    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_all(&self, out: &mut impl Write) {
        loop {
            let mut lines = self.lines();
            while lines.waiting.is_empty() {
                lines.idle = true;
                self.changed.notify_all();
                lines = self.changed.wait(lines).unwrap_or_else(PoisonError::into_inner);
            }
            let text = std::mem::take(&mut lines.waiting).concat();
            drop(lines);
            // Where nobody reads any more, the service serves all the same.
            let _ = out.write_all(&text).and_then(|()| out.flush());
            let mut lines = self.lines();
            lines.bytes -= text.len();
            let dropped = std::mem::take(&mut lines.dropped);
            drop(lines);
            if dropped > 0 {
                tracing::warn!(dropped, "lines are missing here, since they were not read");
            }
            thread::sleep(REST);
        }
    }
}

/// Prints why something failed; a reader who does not read is waited for only so long.
pub fn complain(why: String) {
    let writing = thread::spawn(move || {
        // Where it cannot be said there is nobody to tell.
        let _ = writeln!(io::stderr(), "heist-tools: {why}");
    });
    let end = Instant::now() + LAST_WORDS;
    while !writing.is_finished() && Instant::now() < end {
        thread::sleep(Duration::from_millis(1));
    }
}
