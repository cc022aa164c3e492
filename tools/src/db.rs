//! A database connection that asynchronous code can use.

use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;
use rusqlite_migration::Migrations;
use tokio::sync::Mutex;

use crate::refusal::Refusal;
use crate::server::StartError;

/// One connection, used by one caller at a time.
///
/// Work goes to the blocking pool, since a query may wait for the disk, or reckon for a second. The lock is
/// asynchronous and taken before, so that callers who wait their turn hold no thread.
#[derive(Clone)]
pub struct Db(Arc<Mutex<Connection>>);

impl Db {
    pub fn new(connection: Connection) -> Self {
        Self(Arc::new(Mutex::new(connection)))
    }

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

    /// Runs `work` to its end, even when the caller goes away.
    pub async fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let mut connection = Arc::clone(&self.0).lock_owned().await;
        tokio::task::spawn_blocking(move || work(&mut connection))
            .await
            .map_err(|error| Refusal::internal(&format!("database work: {error}")))
    }
}
