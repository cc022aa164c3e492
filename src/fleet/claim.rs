//! Who uses a set of containers: locks on two files of this machine, which the system takes back from a process however
//! it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::time::{Instant, sleep};

use super::error::FleetError;
use super::find::hex;

/// Whoever makes an image from its sources may need so long; nobody else does.
const PATIENCE: Duration = Duration::from_mins(30);
const POLL: Duration = Duration::from_millis(20);
/// Whoever only looks whether a set is used holds its locks for a moment: one comes back so often before a lock counts
/// as taken.
const LOOKS: u32 = 5;
/// The identity of a network is shorter.
const MOST_MARK: u64 = 256;

/// Where the processes of this machine agree about one set of containers.
#[derive(Clone, Debug)]
pub(super) struct Desk {
    fleet: String,
    /// Locked by the one that brings the set up, takes it down or mends it.
    change: PathBuf,
    /// Locked by all that use the set. What stands in it is the identity of the set's network, if it is to go with its
    /// last user.
    usage: PathBuf,
}

/// A lock, until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Desk {
    /// The desk of the set `fleet` on the engine that calls itself `engine`.
    pub(super) fn new(fleet: &str, engine: &str) -> Self {
        let folder = std::env::temp_dir();
        let engine = hex(&Sha256::digest(engine.as_bytes())[..4]);
        let file = |ending: &str| folder.join(format!("heist-tui-{fleet}-{engine}.{ending}"));
        Self { fleet: fleet.to_owned(), change: file("lock"), usage: file("use") }
    }

    /// Waits until nobody else changes the set; `waiting` is called if somebody does.
    pub(super) async fn change(&self, waiting: impl FnOnce()) -> Result<Lock, FleetError> {
        if let Some(lock) = self.change_soon().await? {
            return Ok(lock);
        }
        waiting();
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if let Some(lock) = self.try_change()? {
                return Ok(lock);
            }
            sleep(POLL).await;
        }
        Err(FleetError::Busy { fleet: self.fleet.clone() })
    }

    /// The right to change the set, unless somebody else is at work on it.
    pub(super) async fn change_soon(&self) -> Result<Option<Lock>, FleetError> {
        for _ in 0..LOOKS {
            if let Some(lock) = self.try_change()? {
                return Ok(Some(lock));
            }
            sleep(POLL).await;
        }
        Ok(None)
    }

    /// The right to change the set, unless somebody else has it at this moment.
    pub(super) fn try_change(&self) -> Result<Option<Lock>, FleetError> {
        exclusive(&self.change).map_err(|source| self.failed(&self.change, source))
    }

    /// Tells all others that this process uses the set.
    pub(super) fn share(&self) -> Result<Lock, FleetError> {
        let locked = open(&self.usage).and_then(|file| file.lock_shared().map(|()| Lock { _file: file }));
        locked.map_err(|source| self.failed(&self.usage, source))
    }

    /// Whether a process uses the set.
    pub(super) async fn is_used(&self) -> Result<bool, FleetError> {
        for _ in 0..LOOKS {
            if exclusive(&self.usage).map_err(|source| self.failed(&self.usage, source))?.is_some() {
                return Ok(false);
            }
            sleep(POLL).await;
        }
        Ok(true)
    }

    /// Notes that the set with this network is to go with its last user; `None`: that it stays.
    pub(super) fn mark(&self, network: Option<&str>) -> Result<(), FleetError> {
        let write = || {
            let mut file = open(&self.usage)?;
            file.set_len(0)?;
            file.rewind()?;
            file.write_all(network.unwrap_or_default().as_bytes())
        };
        write().map_err(|source| self.failed(&self.usage, source))
    }

    /// The network of the set that is to go with its last user.
    pub(super) fn marked(&self) -> Option<String> {
        let mut text = String::new();
        File::open(&self.usage).ok()?.take(MOST_MARK).read_to_string(&mut text).ok()?;
        Some(text).filter(|text| !text.is_empty())
    }

    fn failed(&self, path: &Path, source: io::Error) -> FleetError {
        FleetError::Desk { fleet: self.fleet.clone(), path: path.to_owned(), source }
    }
}

fn open(path: &Path) -> io::Result<File> {
    // What stands there may be the mark.
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}

fn exclusive(path: &Path) -> io::Result<Option<Lock>> {
    let file = open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Lock { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desk(folder: &Path) -> Desk {
        Desk { fleet: "heist".into(), change: folder.join("lock"), usage: folder.join("use") }
    }

    #[tokio::test]
    async fn one_at_a_time_changes_a_set_and_many_use_it() {
        let folder = tempfile::tempdir().unwrap();
        let desk = desk(folder.path());
        let lock = desk.change(|| panic!("nobody else is there")).await.unwrap();
        assert!(desk.try_change().unwrap().is_none());
        drop(lock);
        assert!(desk.try_change().unwrap().is_some());

        assert!(!desk.is_used().await.unwrap());
        let (one, other) = (desk.share().unwrap(), desk.share().unwrap());
        drop(one);
        assert!(desk.is_used().await.unwrap());
        drop(other);
        assert!(!desk.is_used().await.unwrap());
    }

    #[test]
    fn a_mark_is_kept_while_the_set_is_used_and_can_be_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let desk = desk(folder.path());
        assert_eq!(desk.marked(), None);
        desk.mark(Some("a-long-identity")).unwrap();
        let used = desk.share().unwrap();
        assert_eq!(desk.marked().as_deref(), Some("a-long-identity"));
        desk.mark(Some("short")).unwrap();
        assert_eq!(desk.marked().as_deref(), Some("short"));
        desk.mark(None).unwrap();
        assert_eq!(desk.marked(), None);
        drop(used);
    }

    #[test]
    fn sets_and_engines_have_desks_of_their_own() {
        let [one, same, other, elsewhere] =
            [("a", "x"), ("a", "x"), ("b", "x"), ("a", "y")].map(|(fleet, engine)| Desk::new(fleet, engine));
        assert_eq!(one.change, same.change);
        assert_ne!(one.change, other.change);
        assert_ne!(one.usage, elsewhere.usage);
    }
}
