//! What of the sessions is lost, as far as that can be known: by their witnesses, and by what does not fit together.

use std::path::Path;

use super::witness::{self, Witness};
use super::{Store, StoreError, check, open};

/// Events that were acknowledged and are not there any more, or that do not fit together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The session.
    pub session: String,
    /// What is amiss, in words for a person.
    pub what: String,
}

impl Store {
    /// What is lost of the sessions, as far as that can be known; nothing of those that are being played.
    ///
    /// # Errors
    ///
    /// If the database cannot be read.
    pub fn losses(&self) -> Result<Vec<Loss>, StoreError> {
        if !self.is_read_only {
            self.tidy();
        }
        let file = self.file();
        let witnesses = witness::sessions(&file);
        let held = witness::held(&file, witnesses.clone());
        let seen = witnesses.into_iter().filter_map(|session| Some((witness::look(&file, &session)?, session)));
        let seen: Vec<_> = seen.collect();
        // Only after the witnesses were asked, since others may go on meanwhile.
        let mut known = check::all(&self.db).map_err(|source| StoreError::of(&self.path, source))?;
        let mut losses = Vec::new();
        for (seen, session) in seen {
            let last = known.get(&session).map_or(0, |(last, _)| *last);
            if held.contains(&session) {
                known.remove(&session);
            } else if last < seen.acknowledged {
                known.remove(&session);
                losses.push(Loss { what: vanished(&self.path, last, seen.acknowledged), session });
            }
        }
        let apart = known.into_iter().filter_map(|(session, (_, what))| Some(Loss { session, what: what? }));
        losses.extend(apart);
        if !losses.is_empty() {
            self.leave_log();
        }
        Ok(losses)
    }

    /// What is lost of one session, as far as its witness knows it.
    ///
    /// # Errors
    ///
    /// If the database cannot be read.
    pub fn loss(&self, session: &str) -> Result<Option<String>, StoreError> {
        let ours = self.playing.as_ref().filter(|(playing, _)| **playing == *session);
        let acknowledged = match ours {
            Some((_, witness)) => witness.as_ref().map_or(0, Witness::acknowledged),
            None => match witness::look(&self.file(), session) {
                Some(seen) if !seen.is_held => seen.acknowledged,
                _ => 0,
            },
        };
        let last = self.last(session)?;
        if last < acknowledged && ours.is_none() {
            self.leave_log();
        }
        Ok((last < acknowledged).then(|| vanished(&self.path, last, acknowledged)))
    }

    /// The number of a session's last event.
    fn last(&self, session: &str) -> Result<u64, StoreError> {
        let sql = "SELECT coalesce(max(seq), 0) FROM events WHERE session = ?1";
        self.db.query_row(sql, [session], |row| row.get(0)).map_err(|source| StoreError::of(&self.path, source))
    }

    fn leave_log(&self) {
        // Without that, what is in the log is what is read anyway.
        let _ = open::leave_log(&self.file(), &self.db);
    }

    /// Removes the witnesses of sessions that nobody plays and of which all stands in the database's own file.
    pub(super) fn tidy(&self) {
        let left = witness::left(&self.file());
        // What nothing was acknowledged of has nothing to be tested for.
        let (left, empty): (Vec<_>, Vec<_>) = left.into_iter().partition(|(_, witness)| witness.acknowledged() > 0);
        let is_settled = !left.is_empty() && self.is_settled();
        let has_all = |session: &str, witness: &Witness| {
            is_settled && self.last(session).is_ok_and(|last| last >= witness.acknowledged())
        };
        for (session, witness) in empty.into_iter().chain(left) {
            if witness.acknowledged() == 0 || has_all(&session, &witness) {
                witness.remove();
            }
        }
    }
}

/// What to tell of a session of which fewer events are there than were acknowledged.
fn vanished(path: &Path, last: u64, acknowledged: u64) -> String {
    let db = path.display();
    let of = if last == 0 { "nothing of it is there".to_owned() } else { format!("only {last} are there") };
    format!(
        "{acknowledged} events were recorded in the database {db}, and {of}: {db}-wal is missing, was cut or is another database's"
    )
}
