//! The file of a bench: the events of its games, one game after the other. The first event of each says beside its own fields
//! which game of which bench it is, so that files can be put together.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::games::{Games, Numbered};
use super::{BenchError, Played};
use crate::crew::MoleChoice;
use crate::heist::{Event, EventKind, Strategy, Timestamp};

/// Bytes of a line at the most.
const LINE: usize = 16 << 20;

/// What a whole bench is of, beside what the first event of each game tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Whole {
    /// The program's version.
    pub version: String,
    /// All its games.
    #[serde(flatten)]
    pub games: Games,
    /// Who is the mole.
    pub mole: MoleChoice,
    /// How it sabotages, if that is not drawn.
    pub strategy: Option<Strategy>,
}

/// Which game of which bench it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Place {
    number: u64,
    #[serde(flatten)]
    whole: Whole,
}

/// A line of the file.
#[derive(Serialize, Deserialize)]
struct Line {
    #[serde(flatten)]
    event: Event,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bench: Option<Place>,
}

/// The lines of a game. What the detector finds is left out but for the last of each round: it follows from the others.
pub(super) fn lines(
    whole: &Whole,
    game: Numbered,
    events: Vec<(Timestamp, EventKind)>,
) -> Result<String, serde_json::Error> {
    let is_weighed = |(_, kind): &(Timestamp, EventKind)| matches!(kind, EventKind::SuspicionChanged(_));
    let mut last = BTreeSet::new();
    let ends = |(_, kind): &(Timestamp, EventKind)| matches!(kind, EventKind::RoundStarted { .. });
    let mut before = None;
    for (at, event) in events.iter().enumerate() {
        if is_weighed(event) {
            before = Some(at);
        } else if ends(event) {
            last.extend(before.take());
        }
    }
    last.extend(before);
    let told = events.into_iter().enumerate().filter(|(at, event)| !is_weighed(event) || last.contains(at));
    let session: Arc<str> = game.name().into();
    let mut place = Some(Place { number: game.number, whole: whole.clone() });
    let mut lines = String::new();
    for (seq, (_, (at, kind))) in (1..).zip(told) {
        let line = Line { event: Event { seq, at, session: Arc::clone(&session), kind }, bench: place.take() };
        lines += &serde_json::to_string(&line)?;
        lines.push('\n');
    }
    Ok(lines)
}

/// Reads the games of these files, in the order of their numbers.
///
/// # Errors
/// If a file cannot be read, or the files do not make up one whole bench of this version.
pub(super) fn read(files: &[impl AsRef<Path>]) -> Result<Vec<Played>, BenchError> {
    let mut whole: Option<(Whole, String)> = None;
    let mut games: BTreeMap<u64, Played> = BTreeMap::new();
    for file in files.iter().map(AsRef::as_ref) {
        let fail = |source| BenchError::File { file: file.to_owned(), source };
        let mut input = BufReader::new(File::open(file).map_err(fail)?);
        let mut text = Vec::new();
        // The game that is being read, by its number; none after its last event.
        let mut open: Option<(u64, Played)> = None;
        for number in 1.. {
            let wrong = |why: String| BenchError::Line { file: file.to_owned(), line: number, why };
            text.clear();
            // One byte more than may be, to see that it is too much.
            let read = input.by_ref().take(LINE as u64 + 1).read_until(b'\n', &mut text).map_err(fail)?;
            if read > LINE {
                return Err(wrong(format!("it is longer than {LINE} bytes")));
            }
            if read == 0 {
                match open {
                    Some(_) => {
                        return Err(wrong("the file ends before its last game does: play that shard again".to_owned()));
                    }
                    None => break,
                }
            }
            let Line { event, bench } =
                serde_json::from_slice(&text).map_err(|error| wrong(format!("it is no event of a bench ({error})")))?;
            match (bench, open.is_some()) {
                (Some(place), false) => {
                    let opening = opening(&event.kind);
                    let (known, known_opening) = whole.get_or_insert_with(|| (place.whole.clone(), opening.clone()));
                    if place.whole.version != env!("CARGO_PKG_VERSION") {
                        let (other, this) = (&place.whole.version, env!("CARGO_PKG_VERSION"));
                        return Err(wrong(format!("version {other} has played it, and this is {this}: play it again")));
                    }
                    if *known != place.whole || *known_opening != opening {
                        return Err(wrong("it is a game of another bench: give files of one only".to_owned()));
                    }
                    if games.contains_key(&place.number) {
                        return Err(wrong(format!("{} was read before: give each shard once", event.session)));
                    }
                    open = Some((place.number, Played::default()));
                }
                (None, true) => {}
                (Some(_), true) => return Err(wrong("a game begins before the one before has ended".to_owned())),
                (None, false) => return Err(wrong("it is of a game whose first event is missing".to_owned())),
            }
            if let Some((_, played)) = &mut open {
                played.take(&event.kind);
            }
            if matches!(event.kind, EventKind::SessionCompleted(_)) {
                games.extend(open.take());
            }
        }
    }
    if let Some((Whole { games: all, .. }, _)) = &whole
        && let Some(missing) = (0..all.count()).find(|number| !games.contains_key(number))
    {
        let missing = all.numbered(missing).name();
        return Err(BenchError::Gap { missing, there: games.len() as u64, count: all.count() });
    }
    Ok(games.into_values().collect())
}

/// What the first events of all games of a bench have in common.
fn opening(event: &EventKind) -> String {
    let EventKind::SessionStarted(started) = event else { return String::new() };
    format!("{:?} {:?} {} {:?}", started.crew, started.difficulty, started.rounds, started.llm)
}
