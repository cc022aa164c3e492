//! What the tasks write, line by line, through the manager.

use std::pin::pin;
use std::time::Duration;

use bollard::Docker;
use bollard::container::LogOutput;
use bollard::query_parameters::LogsOptionsBuilder;
use futures_util::StreamExt as _;
use tokio::sync::mpsc::Sender;
use tokio::time::timeout;

use crate::sweep::gather::LINE;
use crate::text::{harmless, shortened};

/// So long it may take to read all that a task has written, or its last words.
const WHOLE: Duration = Duration::from_mins(1);
const WORDS: Duration = Duration::from_secs(10);
/// So many of its last lines are looked through for a word.
const LAST_LINES: &str = "20";
/// Characters of a task's last words.
const MOST_WORDS: usize = 300;

/// Passes on the lines that a task prints as they come, until it is stopped or the connection breaks. Where an engine ends
/// early or loses the last lines, as that of Docker 20.10 does, [`all`] has them.
pub(super) async fn follow(docker: Docker, task: String, lines: Sender<Vec<u8>>) {
    pass_on(&docker, &task, true, &lines).await;
}

/// Passes on all lines that a task has printed, if it can be asked.
pub(super) async fn all(docker: Docker, task: String, lines: Sender<Vec<u8>>) {
    // A node that is gone does not answer.
    let _ = timeout(WHOLE, pass_on(&docker, &task, false, &lines)).await;
}

async fn pass_on(docker: &Docker, task: &str, follow: bool, lines: &Sender<Vec<u8>>) {
    let options = LogsOptionsBuilder::default().stdout(true).follow(follow).build();
    let mut pieces = pin!(docker.task_logs(task, Some(options)));
    let mut begun = Lines::default();
    while let Some(piece) = pieces.next().await {
        let piece = match piece {
            Ok(LogOutput::StdOut { message } | LogOutput::Console { message }) => message,
            Ok(_) => continue,
            Err(error) => {
                tracing::debug!(%error, task, "its log cannot be read");
                return;
            }
        };
        for line in begun.take(&piece) {
            if lines.send(line).await.is_err() {
                return;
            }
        }
    }
}

/// The last words of a task on its error output.
pub(super) async fn last_words(docker: &Docker, task: &str) -> Option<String> {
    let options = LogsOptionsBuilder::default().stderr(true).tail(LAST_LINES).build();
    let reading = async {
        let mut pieces = pin!(docker.task_logs(task, Some(options)));
        let (mut begun, mut last) = (Lines::default(), None);
        while let Some(Ok(piece)) = pieces.next().await {
            let lines = begun.take(&piece.into_bytes());
            last = lines.into_iter().rev().find(|line| !line.trim_ascii().is_empty()).or(last);
        }
        last
    };
    let line = timeout(WORDS, reading).await.ok()??;
    let line = String::from_utf8_lossy(&line).trim().to_owned();
    Some(shortened(&harmless(&line), MOST_WORDS).into_owned())
}

/// Puts pieces together to lines. A longer line than may be is left out.
#[derive(Default)]
struct Lines {
    begun: Vec<u8>,
    is_too_long: bool,
}

impl Lines {
    /// The lines that a piece completes.
    fn take(&mut self, piece: &[u8]) -> Vec<Vec<u8>> {
        let mut lines = Vec::new();
        for part in piece.split_inclusive(|byte| *byte == b'\n') {
            self.begun.extend_from_slice(part);
            if part.ends_with(b"\n") {
                let line = std::mem::take(&mut self.begun);
                if !std::mem::take(&mut self.is_too_long) {
                    lines.push(line);
                }
            } else if self.begun.len() > LINE {
                self.begun.clear();
                self.is_too_long = true;
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_whole_however_they_come() {
        let mut lines = Lines::default();
        let mut all = Vec::new();
        for piece in ["one\ntw", "o\n", "", "thr", "ee", "\nfour"] {
            all.extend(lines.take(piece.as_bytes()));
        }
        assert_eq!(all, [&b"one\n"[..], b"two\n", b"three\n"]);
        let mut lines = Lines::default();
        assert!(lines.take(&vec![b'x'; LINE + 1]).is_empty());
        assert_eq!(lines.take(b"rest\nnext\n"), [b"next\n"]);
    }
}
