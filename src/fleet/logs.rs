//! What the services wrote.

use std::collections::VecDeque;
use std::pin::pin;
use std::time::Duration;

use bollard::query_parameters::LogsOptionsBuilder;
use futures_util::{Stream, StreamExt, stream};
use heist_tools::Service;

use super::engine::Engine;
use super::error::FleetError;

const LIMIT: Duration = Duration::from_secs(10);
/// Of one service's log, its end.
const MOST_BYTES: usize = 1 << 20;
/// A longer line is cut.
const MOST_LINE: usize = 16 << 10;
/// How many of its last log lines tell why a service failed.
const LAST_LINES: u32 = 8;

/// A line that a service wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// The service.
    pub service: Service,
    /// When, as RFC 3339 writes it, in UTC.
    pub at: String,
    /// As it was written, without the line's end: it may hold characters that act on a terminal. At most 16 KiB.
    pub text: String,
}

impl Engine {
    /// The last lines that the service wrote, at most `most` and 1 MiB of them.
    ///
    /// # Errors
    /// When there is no such container, or the engine does not answer.
    pub async fn logs(&self, service: Service, most: u32) -> Result<Vec<LogLine>, FleetError> {
        let reading = async {
            let mut lines = pin!(self.log(service, most, false));
            let (mut kept, mut bytes) = (VecDeque::new(), 0);
            while let Some(line) = lines.next().await.transpose()? {
                bytes += line.text.len();
                kept.push_back(line);
                while bytes > MOST_BYTES {
                    bytes -= kept.pop_front().map_or(bytes, |line: LogLine| line.text.len());
                }
            }
            Ok(kept.into())
        };
        let slow = || FleetError::Slow { doing: self.reading(service), seconds: LIMIT.as_secs() };
        tokio::time::timeout(LIMIT, reading).await.map_err(|_| slow())?
    }

    /// The last `most` lines that the service wrote, and then, until its container stops, every other as it comes.
    pub fn follow(&self, service: Service, most: u32) -> impl Stream<Item = Result<LogLine, FleetError>> {
        self.log(service, most, true)
    }

    fn log(&self, service: Service, most: u32, follow: bool) -> impl Stream<Item = Result<LogLine, FleetError>> {
        let doing = self.reading(service);
        let options = LogsOptionsBuilder::default()
            .stdout(true)
            .stderr(true)
            .timestamps(true)
            .follow(follow)
            .tail(&most.to_string())
            .build();
        let pieces = self.docker.logs(&self.container_name(service), Some(options));
        pieces.flat_map(move |piece| {
            stream::iter(match piece {
                Ok(piece) => lines(service, &String::from_utf8_lossy(&piece.into_bytes())).map(Ok).collect::<Vec<_>>(),
                Err(source) => vec![Err(FleetError::Docker { doing: doing.clone(), source: Box::new(source) })],
            })
        })
    }

    fn reading(&self, service: Service) -> String {
        format!("read the log of {}", self.container_name(service))
    }

    /// Why a service failed: how its container is, and its last words.
    pub(super) async fn last_words(&self, service: Service, status: &str) -> String {
        match self.logs(service, LAST_LINES).await {
            Ok(lines) if lines.is_empty() => format!("{status}, without a word"),
            Ok(lines) => {
                let words: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
                format!("{status}; its last words:\n{}", words.join("\n").trim_end())
            }
            Err(error) => format!("{status}; {error}"),
        }
    }
}

/// The engine writes the time before each line, and sends each by itself unless it is very long.
fn lines(service: Service, piece: &str) -> impl Iterator<Item = LogLine> {
    piece.lines().map(move |line| {
        let (at, text) = line.split_once(' ').unwrap_or((line, ""));
        let cut = text.char_indices().map(|(at, _)| at).find(|at| *at > MOST_LINE);
        let text = cut.map_or_else(|| text.to_owned(), |end| format!("{}…", &text[..end]));
        LogLine { service, at: at.to_owned(), text }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_loses_its_time_and_keeps_the_rest() {
        let piece = "2026-01-31T12:00:00.000000001Z {\"level\": \"INFO\"}\n2026-01-31T12:00:01.000000000Z \n";
        let found: Vec<_> = lines(Service::Memory, piece).collect();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].at, "2026-01-31T12:00:00.000000001Z");
        assert_eq!(found[0].text, "{\"level\": \"INFO\"}");
        assert_eq!(found[1].text, "");
        let long = format!("2026-01-31T12:00:00Z {}", "é".repeat(MOST_LINE));
        let cut = lines(Service::Memory, &long).next().unwrap();
        assert!(cut.text.ends_with('…') && cut.text.len() < MOST_LINE + 8);
    }
}
