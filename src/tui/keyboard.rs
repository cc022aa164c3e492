//! The keyboard and the mouse, read by a thread of their own: a terminal that was closed is told of, and what would read
//! from it for ever holds nobody up.

use std::io;
use std::thread;
use std::time::Duration;

use crossterm::event::{self, Event};
use tokio::sync::mpsc;

/// What is waited for when there is something to read that is no event yet.
const PIECES: Duration = Duration::from_millis(50);

/// What is pressed, as long as this lives.
#[derive(Debug)]
pub(super) struct Keyboard {
    events: mpsc::UnboundedReceiver<io::Result<Event>>,
    /// Closed when nobody wants keys any more.
    #[cfg(unix)]
    _wanted: std::os::unix::net::UnixStream,
}

impl Keyboard {
    /// Begins to read.
    ///
    /// # Errors
    /// If the system gives us no thread.
    pub(super) fn new() -> io::Result<Self> {
        let (tell, events) = mpsc::unbounded_channel();
        #[cfg(unix)]
        let (wanted, unwanted) = std::os::unix::net::UnixStream::pair()?;
        let read = move || {
            #[cfg(unix)]
            let there = || unix::there(&unwanted);
            #[cfg(not(unix))]
            let there = || true;
            while there() && !tell.is_closed() {
                if let Err(error) = pressed(&tell) {
                    let _ = tell.send(Err(error));
                    return;
                }
            }
        };
        thread::Builder::new().name("keys".to_owned()).spawn(read)?;
        Ok(Self {
            events,
            #[cfg(unix)]
            _wanted: wanted,
        })
    }

    /// What is pressed next; none once the terminal is closed.
    pub(super) async fn next(&mut self) -> Option<io::Result<Event>> {
        self.events.recv().await
    }
}

/// Passes on what has been pressed.
fn pressed(tell: &mpsc::UnboundedSender<io::Result<Event>>) -> io::Result<()> {
    while event::poll(PIECES)? {
        // Who wants no more finds out by itself.
        let _ = tell.send(Ok(event::read()?));
    }
    Ok(())
}

#[cfg(unix)]
mod unix {
    use std::io;
    use std::os::unix::net::UnixStream;

    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::io::Errno;

    /// Waits until there is something to read. False if there will be nothing more: the terminal is closed, or nobody
    /// wants to know.
    pub(super) fn there(unwanted: &UnixStream) -> bool {
        let terminal = io::stdin();
        loop {
            let mut waits = [PollFd::new(&terminal, PollFlags::IN), PollFd::new(unwanted, PollFlags::IN)];
            match poll(&mut waits, None) {
                Err(Errno::INTR) => {}
                Err(_) => return false,
                Ok(_) => {
                    let [terminal, unwanted] = [waits[0].revents(), waits[1].revents()];
                    let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
                    return unwanted.is_empty() && !terminal.intersects(gone);
                }
            }
        }
    }
}
