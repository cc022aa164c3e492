//! A database connection that asynchronous code can use.

use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;
use rusqlite_migration::Migrations;
use tokio::sync::Mutex;

use crate::refusal::Refusal;
use crate::server::StartError;

/// One connection, or what one is opened from, used by one caller at a time.
///
/// Work goes to the blocking pool, since a query may wait for the disk, or calculate for a second. The lock is
/// asynchronous and taken before, so that callers who wait their turn hold no thread.
pub struct Db<T = Connection>(Arc<Mutex<T>>);

impl Db {
    /// Opens the file `name` in `data` and brings its tables up to date.
    ///
    /// What is acknowledged is in the write-ahead log, which outlives a killed process; after a power cut the last
    /// changes may be missing, but the file is whole.
    pub fn open(data: &Path, name: &'static str, migrations: &Migrations<'_>) -> Result<Self, StartError> {
        let open = || -> Result<Connection, Box<dyn std::error::Error + Send + Sync>> {
            let mut connection = Connection::open(data.join(name))?;
            connection.pragma_update(None, "journal_mode", "WAL")?;
            connection.pragma_update(None, "synchronous", "NORMAL")?;
            migrations.to_latest(&mut connection)?;
            Ok(connection)
        };
        open().map(Self::new).map_err(|source| StartError::Database { name, source })
    }
}

impl<T: Send + 'static> Db<T> {
    pub fn new(database: T) -> Self {
        Self(Arc::new(Mutex::new(database)))
    }

    /// Runs `work` to its end, even when the caller goes away.
    pub async fn call<R: Send + 'static>(&self, work: impl FnOnce(&mut T) -> R + Send + 'static) -> Result<R, Refusal> {
        let mut database = Arc::clone(&self.0).lock_owned().await;
        tokio::task::spawn_blocking(move || work(&mut database))
            .await
            .map_err(|error| Refusal::internal(&format!("database work: {error}")))
    }
}

impl<T> Clone for Db<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
