//! The witness of a session that is played: a small file beside the database, with the number of the last event that
//! was acknowledged, locked by the process that plays.
//!
//! The lock tells a session that runs from one whose process was killed: the system takes it back from a process however
//! that ends. The number tells of events that have vanished with a write-ahead log, which `SQLite` does not. When all
//! events stand in the database's own file, the witness has nothing more to tell and is removed.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

const ENDING: &str = ".witness";
/// Whoever only looks at a witness holds its lock for a moment: one comes back so often before it counts as held.
const LOOKS: u32 = 5;
const POLL: Duration = Duration::from_millis(20);

/// A session that this process plays, until it is dropped.
#[derive(Debug)]
pub(super) struct Witness {
    file: File,
    path: PathBuf,
    acknowledged: u64,
}

/// What came of the wish to play a session.
#[derive(Debug)]
pub(super) enum Taken {
    /// It is ours; without a witness where the system has no locks, or the folder takes no more files.
    Ours(Option<Witness>),
    /// Another process plays it, or, of a new one, has left something of it.
    Theirs,
}

/// What a witness tells to whoever only looks.
#[derive(Debug)]
pub(super) struct Seen {
    /// The number of the last event that was acknowledged.
    pub acknowledged: u64,
    /// Whether a process plays the session.
    pub is_held: bool,
}

impl Witness {
    /// The right to a session that nobody has played before; none if somebody has.
    pub fn fresh(database: &Path, session: &str) -> io::Result<Option<Self>> {
        let path = place(database, session)?;
        loop {
            let file = match OpenOptions::new().read(true).write(true).create_new(true).open(&path) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(None),
                file => file?,
            };
            // Whoever tidies up may have taken it for one that was left.
            if is_locked(&file)? && is_at(&file, &path) {
                return Ok(Some(Self { file, path, acknowledged: 0 }));
            }
        }
    }

    /// The right to a session that was played before; none while another process plays it.
    pub fn again(database: &Path, session: &str) -> io::Result<Option<Self>> {
        let path = place(database, session)?;
        loop {
            let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path)?;
            if !is_locked(&file)? {
                return Ok(None);
            }
            if is_at(&file, &path) {
                let acknowledged = number(&file);
                return Ok(Some(Self { file, path, acknowledged }));
            }
        }
    }

    /// The last event that was acknowledged.
    pub fn acknowledged(&self) -> u64 {
        self.acknowledged
    }

    /// Notes that all events up to this one are acknowledged.
    pub fn note(&mut self, seq: u64) -> io::Result<()> {
        self.file.rewind()?;
        // As long as any other, so that it needs no more room than the first.
        writeln!(self.file, "{seq:020}")?;
        self.acknowledged = seq;
        Ok(())
    }

    /// Removes it, while nobody else can take it.
    pub fn remove(self) {
        // One that stays is removed by whoever reads the database next.
        let _ = fs::remove_file(&self.path);
    }
}

/// What the witness of a session tells at this moment; none without one.
pub(super) fn look(database: &Path, session: &str) -> Option<Seen> {
    let file = File::open(place(database, session).ok()?).ok()?;
    let is_held = matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock));
    Some(Seen { acknowledged: number(&file), is_held })
}

/// Those of the sessions that a process plays.
pub(super) fn held(database: &Path, mut sessions: Vec<String>) -> Vec<String> {
    for look_number in 0..LOOKS {
        if look_number > 0 {
            thread::sleep(POLL);
        }
        sessions.retain(|session| look(database, session).is_some_and(|seen| seen.is_held));
        if sessions.is_empty() {
            break;
        }
    }
    sessions
}

/// The witnesses that nobody holds, held by us.
pub(super) fn left(database: &Path) -> Vec<(String, Witness)> {
    let take = |session: String| {
        let path = place(database, &session).ok()?;
        let file = OpenOptions::new().read(true).write(true).open(&path).ok()?;
        file.try_lock().ok()?;
        let acknowledged = number(&file);
        is_at(&file, &path).then_some((session, Witness { file, path, acknowledged }))
    };
    sessions(database).into_iter().filter_map(take).collect()
}

/// The sessions that have a witness.
pub(super) fn sessions(database: &Path) -> Vec<String> {
    let Some(name) = database.file_name() else { return Vec::new() };
    let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let start = [name.as_encoded_bytes(), b"-"].concat();
    let mut sessions: Vec<_> = entries
        .filter_map(|entry| {
            let name = entry.ok()?.file_name();
            let session = name.as_encoded_bytes().strip_prefix(&*start)?.strip_suffix(ENDING.as_bytes())?;
            String::from_utf8(session.to_vec()).ok().filter(|session| is_name(session))
        })
        .collect();
    sessions.sort_unstable();
    sessions
}

/// Where the witness of a session stands.
fn place(database: &Path, session: &str) -> io::Result<PathBuf> {
    // Anybody may have written into the database.
    if !is_name(session) {
        return Err(ErrorKind::InvalidFilename.into());
    }
    let mut name = database.as_os_str().to_owned();
    name.push(format!("-{session}{ENDING}"));
    Ok(name.into())
}

/// Whether this can be a session of ours.
fn is_name(session: &str) -> bool {
    !session.is_empty() && session.len() < 64 && session.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

fn number(mut file: &File) -> u64 {
    let mut text = String::new();
    let read = file.rewind().and_then(|()| file.take(64).read_to_string(&mut text));
    read.ok().and_then(|_| text.trim().parse().ok()).unwrap_or(0)
}

/// Takes the lock, if no other process has it.
fn is_locked(file: &File) -> io::Result<bool> {
    for _ in 0..LOOKS {
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) => thread::sleep(POLL),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Ok(false)
}

/// Whether the file is still the one of this name; another process may have removed it before it was locked.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    let identity = |found: io::Result<fs::Metadata>| found.ok().map(|found| (found.dev(), found.ino()));
    identity(file.metadata()) == identity(fs::metadata(path))
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: &str = "20260131-120000-000";

    #[test]
    fn one_at_a_time_plays_a_session_and_what_it_noted_stays() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("a b.db");
        assert!(look(&database, SESSION).is_none());
        let mut witness = Witness::fresh(&database, SESSION).unwrap().unwrap();
        assert!(Witness::fresh(&database, SESSION).unwrap().is_none());
        assert!(Witness::again(&database, SESSION).unwrap().is_none());
        for seq in [1, 4_000_000_000_000, 17] {
            witness.note(seq).unwrap();
            let seen = look(&database, SESSION).unwrap();
            assert!(seen.is_held && seen.acknowledged == seq, "{seen:?}");
        }
        assert_eq!(sessions(&database), [SESSION]);
        assert_eq!(held(&database, vec!["20260131-120000-001".into(), SESSION.into()]), [SESSION]);
        assert!(left(&database).is_empty());
        drop(witness);
        assert!(!look(&database, SESSION).unwrap().is_held);
        assert!(held(&database, sessions(&database)).is_empty());
        assert_eq!(left(&database)[0].1.acknowledged(), 17);
        assert!(Witness::fresh(&database, SESSION).unwrap().is_none(), "something is left of it");
        let witness = Witness::again(&database, SESSION).unwrap().unwrap();
        assert_eq!(witness.acknowledged(), 17);
        witness.remove();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn no_name_leads_out_of_the_folder_and_none_of_other_files_is_taken_for_a_session() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("x.db");
        for name in ["", "../../20260131", "/etc/passwd", "h-7", &"1".repeat(64)] {
            assert!(Witness::again(&database, name).is_err(), "{name}");
        }
        for name in ["x.db-wal", "x.db-shm", "x.db-.witness", "y.db-1.witness", "x.db-a.witness", "x.db-1.witness.old"]
        {
            fs::write(folder.path().join(name), "7").unwrap();
        }
        assert_eq!(sessions(&database), Vec::<String>::new());
    }
}
