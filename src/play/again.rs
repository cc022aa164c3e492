//! An earlier session once more: what is recalled of it, and with what it goes on.

use std::path::Path;

use super::{PlayError, database};
use crate::cli::{Docker, Means};
use crate::heist::{Event, EventKind};
use crate::output;
use crate::records::{self, RecordsError};
use crate::store::Store;
use crate::terms::{Terms, With};

/// So many sessions are named where one is not found.
const MOST_NAMED: u32 = 5;

/// Reads an earlier session: its seed, what else it was dealt from, and what happened.
pub(super) fn recall(store: &Store, file: &Path, session: &str) -> Result<(u64, Terms, Vec<Event>), PlayError> {
    let past = store.events(session)?;
    let Some(EventKind::SessionStarted(started)) = past.first().map(|first| &first.kind) else {
        if let Some(what) = store.loss(session)? {
            return Err(RecordsError::Lost { session: session.to_owned(), what }.into());
        }
        let others = match store.resumable(MOST_NAMED)?.as_slice() {
            [] => "there is none that was cut off".to_owned(),
            some => format!("cut off were {}", some.join(", ")),
        };
        return Err(PlayError::NoSession { db: file.to_owned(), session: session.to_owned(), others });
    };
    let why = "an older version of the program has begun it".to_owned();
    let older = || PlayError::NotResumable { session: session.to_owned(), why };
    let terms = store.terms(session)?.and_then(|terms| serde_json::from_str(&terms).ok()).ok_or_else(older)?;
    if let Some(what) = store.loss(session)? {
        records::tell_loss(session, &what, "it goes on with what there is");
    }
    Ok((started.seed, terms, past))
}

/// The newest session that can go on.
///
/// # Errors
/// If there is none, or the database cannot be read.
pub fn newest(means: &Means) -> Result<String, PlayError> {
    let db = database(means)?;
    let newest = Store::open(&db)?.resumable(1)?.into_iter().next().ok_or(PlayError::NoneCutOff { db })?;
    output::tell(&format!("going on with {newest}, the newest session that was cut off"));
    Ok(newest)
}

/// A session that goes on, with what it was played with.
pub(super) struct Onward<'a> {
    session: &'a str,
    /// The options that the command line says.
    said: &'a [String],
    with: With,
}

impl<'a> Onward<'a> {
    /// None if nothing is recorded of the session.
    pub fn of(
        session: &'a str,
        said: &'a [String],
        terms: &Terms,
        past: &[Event],
        (means, docker): (&Means, &Docker),
    ) -> Option<Self> {
        let EventKind::SessionStarted(started) = &past.first()?.kind else { return None };
        let with = terms.with.clone().unwrap_or_else(|| With::told(started, means, docker));
        Some(Self { session, said, with })
    }

    /// The options that it goes on with.
    pub fn options(&self, means: &Means, docker: &Docker) -> Result<(Means, Docker), PlayError> {
        Ok(self.with.over(self.session, means, docker, self.said)?)
    }

    /// Whether it may play without containers rather than not at all.
    pub fn or_embedded(&self) -> bool {
        !self.says(&["tools"]) && self.with.or_embedded()
    }

    /// What to tell if nobody speaks.
    pub fn without_speaker(&self, source: PlayError) -> PlayError {
        if self.says(&["llm", "llm_url", "model", "mole_model", "judge_model"]) {
            return source;
        }
        let instead =
            "`--llm scripted` goes on with the scripted crew, `--llm-url URL` and `--model NAME` with another model";
        self.elsewhere(self.with.speaker(), source, instead)
    }

    /// What to tell if the tools cannot run where they ran.
    pub fn without_tools(&self, source: PlayError) -> PlayError {
        if self.says(&["tools", "docker_host"]) {
            return source;
        }
        let instead = "`--tools embedded` goes on with them inside the program";
        self.elsewhere("its tools in Docker".to_owned(), source, instead)
    }

    /// Who speaks from here on, if it is somebody else.
    pub fn changed(&self, now: &With) -> Option<String> {
        let (before, now) = (self.with.speaker(), now.speaker());
        (before != now).then(|| format!("from here on {now} speaks instead of {before}"))
    }

    fn says(&self, options: &[&str]) -> bool {
        self.said.iter().any(|said| options.contains(&said.as_str()))
    }

    fn elsewhere(&self, what: String, source: PlayError, instead: &'static str) -> PlayError {
        PlayError::Elsewhere { session: self.session.to_owned(), what, source: Box::new(source), instead }
    }
}
