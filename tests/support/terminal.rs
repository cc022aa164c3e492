//! The program in a pseudo-terminal: its screen as a person sees it, and keys.

use std::io::{Read, Write};
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

use super::{PROGRAM, Place};

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(10);

pub struct Session {
    pty: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    parser: vt100::Parser,
    /// All that was sent to the terminal.
    sent: Vec<u8>,
    child: Box<dyn Child + Send + Sync>,
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

impl Session {
    /// Starts the program in a terminal of that size.
    pub fn start(place: &Place, args: &[&str], columns: u16, rows: u16) -> Self {
        let mut command = CommandBuilder::new(PROGRAM);
        command.args(args);
        command.args([Path::new("--db"), &place.database()]);
        Self::run(command, place, columns, rows)
    }

    /// Starts any command in a terminal of that size.
    pub fn run(mut command: CommandBuilder, place: &Place, columns: u16, rows: u16) -> Self {
        let pair = native_pty_system().openpty(size(columns, rows)).unwrap();
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("HEIST_") || name == "NO_COLOR") {
            command.env_remove(name);
        }
        for (name, value) in place.environment() {
            command.env(name, value);
        }
        command.env("TERM", "xterm-256color");
        // Faster than anybody reads.
        command.env("HEIST_PACE", "750");
        command.env("LANG", "C.UTF-8");
        command.env_remove("LC_ALL");
        command.env_remove("LC_CTYPE");
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (tell, output) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = reader.read(&mut buffer) {
                if tell.send(buffer[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Self { pty: pair.master, keys, output, parser: vt100::Parser::new(rows, columns, 0), sent: Vec::new(), child }
    }

    /// What the screen shows now.
    pub fn screen(&self) -> String {
        self.parser.screen().contents()
    }

    /// All that was sent to the terminal so far, with its escapes.
    pub fn everything_shown(&self) -> String {
        String::from_utf8_lossy(&self.sent).into_owned()
    }

    fn take(&mut self, bytes: &[u8]) {
        self.parser.process(bytes);
        self.sent.extend_from_slice(bytes);
    }

    /// Presses keys, as the bytes that a terminal sends for them.
    pub fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.pty.resize(size(columns, rows)).unwrap();
        self.parser.screen_mut().set_size(rows, columns);
    }

    /// What a window does that is made smaller and large again before the program has looked: its size is the same, what
    /// stood in it is gone.
    pub fn shrink_and_grow(&mut self) {
        self.parser.process(b"\x1b[2J");
        Command::new("kill").args(["-WINCH", &self.id().to_string()]).status().unwrap();
    }

    /// Whether only a part of a frame has come. Then words of this frame and of the one before stand side by side.
    fn is_drawing(&self) -> bool {
        let newest = &self.sent[self.sent.len().saturating_sub(1 << 17)..];
        let last = |mark: &[u8]| newest.windows(mark.len()).rposition(|bytes| bytes == mark);
        last(b"\x1b[?2026h") > last(b"\x1b[?2026l")
    }

    /// Waits until the screen is as wanted.
    pub fn wait(&mut self, what: &str, wanted: impl Fn(&str) -> bool) {
        let until = Instant::now() + PATIENCE;
        while self.is_drawing() || !wanted(&self.screen()) {
            match self.output.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout) => panic!("no {what} after {PATIENCE:?}:\n{}", self.screen()),
                Err(RecvTimeoutError::Disconnected) => panic!("ended before {what}:\n{}", self.screen()),
            }
        }
    }

    /// Waits until the screen shows a text.
    pub fn see(&mut self, text: &str) {
        self.wait(text, |screen| screen.contains(text));
    }

    /// From the guess on: to the end of the job at once, and from there to the reveal.
    pub fn skip_the_job(&mut self) {
        self.see("Enter to its end");
        self.press("\r");
        self.see("How it might have ended");
        self.press("\r");
    }

    /// The process, for signals.
    pub fn id(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Waits until the program has ended; gives its status and what then stands on the screen. The terminal must be as
    /// it was before: the normal screen, a visible cursor, and plain paste.
    pub fn end(mut self) -> (ExitStatus, String) {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.output.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout) => panic!("no end after {PATIENCE:?}:\n{}", self.screen()),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let screen = self.parser.screen();
        assert!(!screen.alternate_screen(), "the alternate screen is still there");
        assert!(!screen.hide_cursor(), "the cursor is hidden");
        assert!(!screen.bracketed_paste(), "pastes are still bracketed");
        (self.child.wait().unwrap(), self.screen())
    }
}
