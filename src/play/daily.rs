//! The daily heist: whether it was played before, and its result in a line to share that gives nothing away.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use tokio::io::AsyncWriteExt as _;

use super::PlayError;
use crate::headless::HeadlessError;
use crate::heist::{EventKind, Guesser, Outcome};
use crate::output;
use crate::records::Report;
use crate::store::Store;
use crate::terms::{Day, Terms};

/// What to say before a day's heist; nothing the first time.
pub(super) fn before(store: &Store, day: Day, commitment: &str) -> Result<Option<String>, PlayError> {
    let first = store.first_told(commitment)?;
    Ok(first.map(|_| format!("you have seen the heist of {day} end before; the first time counts, this one doesn't")))
}

/// What to say after these heists: the result of the newest daily one that has come to its verdict, in lines; nothing if
/// there is none.
pub(super) fn newest(file: &Path, sessions: &[Arc<str>]) -> Result<Vec<String>, PlayError> {
    if sessions.is_empty() {
        return Ok(Vec::new());
    }
    let store = Store::open_existing(file)?;
    for session in sessions.iter().rev() {
        let lines = result(&store, session)?;
        if !lines.is_empty() {
            return Ok(lines);
        }
    }
    Ok(Vec::new())
}

fn result(store: &Store, session: &str) -> Result<Vec<String>, PlayError> {
    let terms = store.terms(session)?.and_then(|terms| serde_json::from_str::<Terms>(&terms).ok());
    let Some(day) = terms.and_then(|terms| terms.daily) else { return Ok(Vec::new()) };
    let told = |session: &str| -> Result<_, PlayError> {
        let events = store.events(session)?;
        let Some(EventKind::SessionStarted(started)) = events.first().map(|first| &first.kind) else { return Ok(None) };
        let line = Report::of(&events).and_then(|report| line(day, &report));
        Ok(line.map(|line| (line, started.commitment.clone())))
    };
    let Some((own, commitment)) = told(session)? else { return Ok(Vec::new()) };
    // Whoever has played the same seed by hand has seen it end too.
    let first = store.first_told(&commitment)?.filter(|first| first != session);
    let Some((counts, _)) = first.map(|first| told(&first)).transpose()?.flatten() else { return Ok(vec![own]) };
    Ok(vec![own, "This was not the first time. The first counts:".to_owned(), counts])
}

/// Tells what there is to say after a heist without a terminal: beside events on the error output, for it is none.
pub(super) async fn tell(lines: &[String], json: bool) -> Result<(), HeadlessError> {
    if json {
        for line in lines {
            output::tell(line.trim_start_matches("heist-tui "));
        }
        return Ok(());
    }
    let text: Vec<_> = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
    let mut out = tokio::io::stdout();
    let printed = async {
        out.write_all(text.concat().as_bytes()).await?;
        out.flush().await
    };
    match printed.await {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        printed => Ok(printed?),
    }
}

/// The result in a line; none before the verdict. It tells neither mole nor strategy, nor anything of the bank.
fn line(day: Day, report: &Report) -> Option<String> {
    let (verdict, guess) = (report.verdict.as_ref()?, report.guess.as_ref()?);
    let named = match verdict.outcome {
        Outcome::Success => "named",
        Outcome::Failure => "an innocent named",
        Outcome::Busted => "nobody named",
    };
    let by = match guess.by {
        Guesser::Player => "",
        Guesser::Detector => " by the detector",
        Guesser::Random => " by chance",
    };
    let mut parts = vec![format!("heist-tui daily {day}")];
    parts.extend(report.llm.model.as_ref().map(|_| format!("with {}", report.speaker())));
    parts.extend(verdict.score.map(|score| match score.points {
        1 | -1 => format!("{} point", score.points),
        points => format!("{points} points"),
    }));
    parts.push(format!("{named}{by} in turn {}", report.turns));
    parts.extend(guess.blind.then(|| "blind".to_owned()));
    parts.extend(report.job.as_ref().map(|job| match job.ending() {
        ending if ending.escaped() => ending.words(),
        _ => "the crew was caught".to_owned(),
    }));
    Some(parts.join(" · "))
}
