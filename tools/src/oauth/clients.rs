//! The registered clients and the revoked tokens, in `oauth.db`.

use std::path::Path;

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params};
use rusqlite_migration::{M, Migrations};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::secrets::random_word;
use crate::db::Db;
use crate::refusal::Refusal;
use crate::server::StartError;

const STEPS: &[M<'_>] = &[M::up(
    "CREATE TABLE clients (
        client_id TEXT PRIMARY KEY,
        client_name TEXT NOT NULL,
        secret_hash BLOB NOT NULL,
        scope TEXT NOT NULL,
        created_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE revoked (jti TEXT PRIMARY KEY, exp INTEGER NOT NULL) STRICT;",
)];
const MIGRATIONS: Migrations<'_> = Migrations::from_slice(STEPS);

/// The book of clients.
pub struct Clients(Db);

/// A client that proved to be itself.
pub struct Client {
    pub id: String,
    /// The agent.
    pub name: String,
    /// Separated by spaces.
    pub scope: String,
}

/// A client just registered; its secret is nowhere else.
pub struct NewClient {
    pub id: String,
    pub secret: String,
    pub created_at: i64,
}

impl Clients {
    pub fn open(data: &Path) -> Result<Self, StartError> {
        Db::open(data, "oauth.db", &MIGRATIONS).map(Self)
    }

    pub async fn register(&self, client_name: String, scope: String) -> Result<NewClient, Refusal> {
        let no_chance = || Refusal::internal(&"the system has no randomness to give");
        let mut id = random_word().ok_or_else(no_chance)?;
        id.truncate(22);
        let secret = random_word().ok_or_else(no_chance)?;
        let created_at = Timestamp::now().as_second();
        let row = (id.clone(), client_name, hash(&secret).to_vec(), scope, created_at);
        self.0
            .call(move |db| db.execute("INSERT INTO clients VALUES (?1, ?2, ?3, ?4, ?5)", row))
            .await?
            .map_err(|error| Refusal::internal(&error))?;
        Ok(NewClient { id, secret, created_at })
    }

    /// The client, if the secret is its own.
    pub async fn authenticate(&self, client_id: String, secret: &str) -> Result<Option<Client>, Refusal> {
        let hash = hash(secret);
        let found = self
            .0
            .call(move |db| {
                db.prepare_cached(
                    "SELECT client_id, client_name, scope, secret_hash FROM clients WHERE client_id = ?1",
                )?
                .query_row([client_id], |row| {
                    let client = Client { id: row.get(0)?, name: row.get(1)?, scope: row.get(2)? };
                    Ok((client, row.get::<_, Vec<u8>>(3)?))
                })
                .optional()
            })
            .await?
            .map_err(|error| Refusal::internal(&error))?;
        Ok(found.filter(|(_, kept)| bool::from(kept.as_slice().ct_eq(&hash))).map(|(client, _)| client))
    }

    /// Whether such a client was there.
    pub async fn remove(&self, client_id: String) -> Result<bool, Refusal> {
        self.0
            .call(move |db| db.execute("DELETE FROM clients WHERE client_id = ?1", [client_id]))
            .await?
            .map(|removed| removed > 0)
            .map_err(|error| Refusal::internal(&error))
    }

    /// Remembers a revoked token until it would have expired, and forgets those that have.
    pub async fn revoke(&self, jti: String, exp: i64) -> Result<(), Refusal> {
        self.0
            .call(move |db| {
                db.execute("DELETE FROM revoked WHERE exp < ?1", [Timestamp::now().as_second() - 60])?;
                db.execute("INSERT OR IGNORE INTO revoked VALUES (?1, ?2)", params![jti, exp])
            })
            .await?
            .map(|_| ())
            .map_err(|error| Refusal::internal(&error))
    }

    /// Whether a token is good no more, because it was revoked or its client removed.
    pub async fn is_void(&self, jti: String, client_id: String) -> Result<bool, Refusal> {
        self.0
            .call(move |db| {
                db.query_row(
                    "SELECT EXISTS (SELECT 1 FROM revoked WHERE jti = ?1)
                        OR NOT EXISTS (SELECT 1 FROM clients WHERE client_id = ?2)",
                    [jti, client_id],
                    |row| row.get(0),
                )
            })
            .await?
            .map_err(|error| Refusal::internal(&error))
    }
}

/// SHA-256 without salt and stretching: the secrets are 256 random bits that nobody chose, so they cannot be guessed
/// from a table of likely ones, which is what slow hashes are for.
fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}
