//! The error output: written by a thread of its own, so that a reader who does not read holds up neither a heist nor the
//! end of the program.

use std::io::{self, Write};
use std::sync::LazyLock;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::interrupt;
use crate::text::harmless;

/// So many lines may wait for a slow reader; then whoever has another waits too.
const WAITING: usize = 1024;

/// After a wish that the program end, a reader has so long for what was written before.
pub const LAST_WORDS: Duration = Duration::from_millis(300);

/// How often it is seen whether the program is to end.
const LOOK: Duration = Duration::from_millis(20);

enum Piece {
    Bytes(Vec<u8>),
    /// Tells that all before is written.
    Mark(SyncSender<()>),
}

/// None if there can be no thread.
static ERRORS: LazyLock<Option<SyncSender<Piece>>> = LazyLock::new(|| {
    let (give, taken) = sync_channel(WAITING);
    thread::Builder::new().name("errors".to_owned()).spawn(move || write(&taken)).ok().map(|_| give)
});

fn write(pieces: &Receiver<Piece>) {
    for piece in pieces {
        match piece {
            // Without an error output there is nobody to tell.
            Piece::Bytes(bytes) => drop(io::stderr().write_all(&bytes)),
            Piece::Mark(tell) => drop(tell.send(())),
        }
    }
}

fn give(mut piece: Piece) {
    let Some(errors) = ERRORS.as_ref() else { return };
    while let Err(TrySendError::Full(back)) = errors.try_send(piece) {
        if interrupt::wished_for().is_some_and(|since| since > LAST_WORDS) {
            return;
        }
        piece = back;
        thread::sleep(LOOK);
    }
}

/// Tells the person something, in the program's name.
pub fn tell(message: &str) {
    give(Piece::Bytes(format!("heist-tui: {}\n", harmless(message)).into_bytes()));
}

/// Waits until all is written; where the program is to end, a moment at most.
pub fn finish() {
    let (tell, told) = sync_channel(1);
    give(Piece::Mark(tell));
    let began = Instant::now();
    while matches!(told.recv_timeout(LOOK), Err(RecvTimeoutError::Timeout)) {
        if interrupt::wished_for().is_some_and(|since| since.min(began.elapsed()) > LAST_WORDS) {
            return;
        }
    }
}

/// The error output for lines of the log, each in one piece.
#[derive(Clone, Copy, Debug)]
pub struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        give(Piece::Bytes(bytes.to_vec()));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
