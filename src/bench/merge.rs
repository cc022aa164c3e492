//! Shards put together: the games of many files as those of one bench.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tempfile::TempPath;

use super::file::{self, Form, Reader, Recorded};
use super::kept::{is_stdout, part_of};
use super::outcome::figures;
use super::result::GameResult;
use super::{BenchError, inspect, processors};
use crate::fit;
use crate::heist::{AgentName, Event, EventKind, Suspicion, Timestamp};
use crate::play::PlayError;
use crate::records::inspect::is_archive;
use crate::suspicion::{Detector, Parameters};

/// Reads the games of these files, in the order of their numbers, and writes them as the files of one bench.
///
/// # Errors
/// If a file cannot be used, or the files do not make up one whole bench of this version.
pub(super) fn merge(
    files: &[PathBuf],
    events: Option<&Path>,
    results: Option<&Path>,
) -> Result<Vec<GameResult>, BenchError> {
    let mut games = read(files)?;
    games.sort_by_key(|(_, game)| game.number);
    check(files, &games)?;
    match events {
        Some(name) if is_archive(name) => as_samples(files, &games, name)?,
        Some(name) => written(name, |out| {
            each(files, &games, |game, lines| {
                let end: &[u8] = if game.ended { b"" } else { b"\n" };
                let copied = io::copy(lines, out).and_then(|_| out.write_all(end));
                copied.map_err(|source| BenchError::File { file: name.to_owned(), source })
            })
        })?,
        None => {}
    }
    if let Some(name) = results {
        written(name, |out| {
            for (_, Recorded { number, whole, game, .. }) in &games {
                out.write_all(file::result(whole, *number, game)?.as_bytes())?;
            }
            Ok(())
        })?;
    }
    Ok(games.into_iter().map(|(_, recorded)| recorded.game).collect())
}

/// All games of the files, each with its file's place; as many files at a time as there are processors.
pub(super) fn read(files: &[PathBuf]) -> Result<Vec<(usize, Recorded)>, BenchError> {
    let next = AtomicUsize::new(0);
    let some = || {
        let mut games = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(name) = files.get(place) else { return Ok(games) };
            let mut reader = Reader::new(input(name)?, name.clone());
            while let Some(game) = reader.next()? {
                games.push((place, game));
            }
        }
    };
    thread::scope(|scope| {
        let readers: Vec<_> = (0..processors()).map(|_| scope.spawn(some)).collect();
        let mut games = Vec::new();
        for reader in readers {
            let read: Result<Vec<_>, BenchError> =
                reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            games.extend(read?);
        }
        Ok(games)
    })
}

fn input(name: &Path) -> Result<Box<dyn BufRead>, BenchError> {
    let fail = |source| BenchError::File { file: name.to_owned(), source };
    // A line is a kilobyte at least.
    let large = 1 << 16;
    if is_stdout(name) {
        return Ok(Box::new(BufReader::with_capacity(large, io::stdin())));
    }
    Ok(Box::new(BufReader::with_capacity(large, File::open(name).map_err(fail)?)))
}

/// Sees to it that the games, which are in the order of their numbers, are one whole bench of this version.
fn check(files: &[PathBuf], games: &[(usize, Recorded)]) -> Result<(), BenchError> {
    let Some((_, first)) = games.first() else { return Err(BenchError::NoGames) };
    let wrong = |(place, game): &(usize, Recorded), why: String| {
        let file = files.get(*place).cloned().unwrap_or_default();
        BenchError::Line { file, line: game.line, why }
    };
    let this = env!("CARGO_PKG_VERSION");
    for (game, number) in games.iter().zip(0..) {
        let Recorded { whole, number: has, game: result, .. } = &game.1;
        if whole.version != this {
            let other = &whole.version;
            return Err(wrong(game, format!("version {other} has played it, and this is {this}: play it again")));
        }
        if *whole != first.whole || result.model != first.game.model {
            return Err(wrong(game, "it is a game of another bench: give files of one only".to_owned()));
        }
        if *has < number {
            let name = whole.games.numbered(*has).name();
            return Err(wrong(game, format!("{name} stands in these files twice: give each shard once")));
        }
        if *has > number {
            return Err(gap(first, number, games.len()));
        }
    }
    let all = first.whole.games.count();
    match u64::try_from(games.len()) {
        Ok(there) if there == all => Ok(()),
        Ok(there) if there < all => Err(gap(first, there, games.len())),
        _ => Err(BenchError::NoGames),
    }
}

fn gap(first: &Recorded, missing: u64, there: usize) -> BenchError {
    let games = &first.whole.games;
    BenchError::Gap { missing: games.numbered(missing).name(), there: there as u64, count: games.count() }
}

/// Writes a file that has its name when it is whole.
fn written(name: &Path, write: impl FnOnce(&mut dyn io::Write) -> Result<(), BenchError>) -> Result<(), BenchError> {
    let fail = |source| BenchError::File { file: name.to_owned(), source };
    if is_stdout(name) {
        let mut out = io::BufWriter::new(io::stdout().lock());
        return write(&mut out).and_then(|()| Ok(out.flush()?));
    }
    let begin = || -> io::Result<_> {
        let part = part_of(name);
        let out = io::BufWriter::with_capacity(1 << 16, File::create(&part)?);
        // Before it is whole it is of no use to anybody.
        Ok((TempPath::try_from_path(part)?, out))
    };
    let (part, mut out) = begin().map_err(fail)?;
    write(&mut out)?;
    // What it is made of may be removed after this.
    let finish = || -> io::Result<()> {
        out.flush()?;
        out.get_ref().sync_all()?;
        Ok(part.persist(name)?)
    };
    finish().map_err(fail)
}

/// Gives the lines of each game's events out of its file.
fn each(
    files: &[PathBuf],
    games: &[(usize, Recorded)],
    mut take: impl FnMut(&Recorded, &mut dyn BufRead) -> Result<(), BenchError>,
) -> Result<(), BenchError> {
    let mut open: Option<(usize, File)> = None;
    for (place, game) in games {
        let name = files.get(*place).cloned().unwrap_or_default();
        let why = match game.form {
            Form::Events if !is_stdout(&name) => None,
            Form::Events => Some("events are read twice, and standard input is not: give the file's name"),
            _ => Some("it tells what came of the game and not its events; give the files that `bench -o` has written"),
        };
        if let Some(why) = why {
            return Err(BenchError::Line { file: name, line: game.line, why: why.to_owned() });
        }
        let fail = |source| BenchError::File { file: name.clone(), source };
        // Of a thousand files no more than one is open.
        let file = match &mut open {
            Some((opened, file)) if opened == place => file,
            other => &mut other.insert((*place, File::open(&name).map_err(fail)?)).1,
        };
        file.seek(SeekFrom::Start(game.bytes.start)).map_err(fail)?;
        take(game, &mut BufReader::new(file.take(game.bytes.end - game.bytes.start)))?;
    }
    Ok(())
}

/// Writes the games as a log for Inspect.
fn as_samples(files: &[PathBuf], games: &[(usize, Recorded)], name: &Path) -> Result<(), BenchError> {
    let fail = |source| BenchError::File { file: name.to_owned(), source };
    let Some((_, first)) = games.first() else { return Ok(()) };
    let parameters = fit::parameters(None).map_err(PlayError::from)?;
    let mut log = inspect::Log::create(name)?;
    each(files, games, |game, lines| {
        let mut events = Vec::new();
        for line in lines.lines() {
            let Event { at, kind, .. } = serde_json::from_str(&line.map_err(fail)?)?;
            events.push((at, kind));
        }
        let events = weighed(events, &game.game.crew, &parameters);
        log.add(inspect::game(game.whole.games.numbered(game.number), &events)?).map_err(fail)
    })?;
    log.finish(&first.whole, &figures(games.iter().map(|(_, recorded)| &recorded.game), None)).map_err(fail)
}

/// The events with all that the detector found, of which the file has no more than the last of each round. Where another
/// detector has played it is only those, and without evidence, of which they have but a part.
fn weighed(
    events: Vec<(Timestamp, EventKind)>,
    crew: &[AgentName],
    parameters: &Arc<Parameters>,
) -> Vec<(Timestamp, EventKind)> {
    let mut detector = Detector::with(Arc::clone(parameters), crew);
    let (mut all, mut last, mut is_the_same) = (Vec::new(), None, true);
    for (at, kind) in &events {
        if let EventKind::SuspicionChanged(kept) = kind {
            is_the_same &= last.as_ref() == Some(kept);
            continue;
        }
        let found = detector.observe(kind).map(Arc::new);
        all.push((*at, kind.clone()));
        if let Some(found) = found {
            all.push((*at, EventKind::SuspicionChanged(Arc::clone(&found))));
            last = Some(found);
        }
    }
    if is_the_same { all } else { events.into_iter().map(without_evidence).collect() }
}

fn without_evidence((at, kind): (Timestamp, EventKind)) -> (Timestamp, EventKind) {
    let kind = match kind {
        EventKind::SuspicionChanged(kept) => {
            EventKind::SuspicionChanged(Arc::new(Suspicion { evidence: Vec::new(), ..(*kept).clone() }))
        }
        kind => kind,
    };
    (at, kind)
}
