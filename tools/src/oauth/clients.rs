//! The registered clients and the revoked tokens, in `oauth.db`.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, params};
use rusqlite_migration::{M, Migrations};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::chance::random_word;
use crate::clock;
use crate::db::Db;
use crate::refusal::Refusal;
use crate::seed;
use crate::server::StartError;
use crate::wire::{Claims, LIFETIME, Revocation, Revocations};

const STEPS: &[M<'_>] = &[
    M::up(
        "CREATE TABLE clients (
            client_id TEXT PRIMARY KEY,
            client_name TEXT NOT NULL,
            secret_hash BLOB NOT NULL,
            scope TEXT NOT NULL,
            created_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE revoked (jti TEXT PRIMARY KEY, exp INTEGER NOT NULL) STRICT;",
    ),
    // `revoked` becomes a list that can be read from any place on; its `id` is that of a token or of a client.
    M::up(
        "CREATE TABLE revocations (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            client_id TEXT NOT NULL,
            until INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX revocations_by_client ON revocations (client_id);
        INSERT INTO revocations (id, client_id, until) SELECT jti, '', exp FROM revoked;
        DROP TABLE revoked;",
    ),
    // A seed in digits: SQLite's numbers are too small for some. Without one it is `Bank::first_meridian`.
    M::up("ALTER TABLE clients ADD COLUMN bank TEXT;"),
    // In seconds; of clients of the usual lifetime there is none.
    M::up("ALTER TABLE clients ADD COLUMN token_lifetime INTEGER;"),
];
const MIGRATIONS: Migrations<'_> = Migrations::from_slice(STEPS);

/// So many revocations are told at a time.
const PART: i64 = 1000;
/// A client can have so many revoked tokens at a time that have not expired: every service keeps them in mind.
const MOST_OF_A_CLIENT: u32 = 1000;

/// The book of clients.
pub struct Clients(Db);

/// A client that proved to be itself.
pub struct Client {
    pub id: String,
    /// The agent.
    pub name: String,
    /// Separated by spaces.
    pub scope: String,
    /// The seed of its bank; `Bank::first_meridian` where there is none.
    pub bank: Option<u64>,
    /// How long its tokens last, in seconds.
    pub lifetime: u32,
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

    pub async fn register(
        &self,
        client_name: String,
        scope: String,
        bank: Option<u64>,
        lifetime: Option<u32>,
    ) -> Result<NewClient, Refusal> {
        let no_chance = || Refusal::internal(&"the system has no randomness to give");
        let mut id = random_word().ok_or_else(no_chance)?;
        id.truncate(22);
        let secret = random_word().ok_or_else(no_chance)?;
        let created_at = clock::now();
        let bank = bank.map(|seed| seed.to_string());
        let row = (id.clone(), client_name, hash(&secret).to_vec(), scope, created_at, bank, lifetime);
        let sql = "INSERT INTO clients (client_id, client_name, secret_hash, scope, created_at, bank, token_lifetime)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        self.0.call(move |db| db.execute(sql, row)).await?.map_err(|error| Refusal::internal(&error))?;
        Ok(NewClient { id, secret, created_at })
    }

    /// The client, if the secret is its own.
    pub async fn authenticate(&self, client_id: String, secret: &str) -> Result<Option<Client>, Refusal> {
        let hash = hash(secret);
        let found = self
            .0
            .call(move |db| {
                db.prepare_cached(
                    "SELECT client_id, client_name, scope, token_lifetime, bank, secret_hash FROM clients
                        WHERE client_id = ?1",
                )?
                .query_row([client_id], |row| {
                    let (id, name, scope) = (row.get(0)?, row.get(1)?, row.get(2)?);
                    let client = Client { id, name, scope, bank: None, lifetime: lifetime(row.get(3)?) };
                    Ok((client, row.get(4)?, row.get::<_, Vec<u8>>(5)?))
                })
                .optional()
            })
            .await?
            .map_err(|error| Refusal::internal(&error))?;
        match found {
            Some((client, text, kept)) if bool::from(kept.as_slice().ct_eq(&hash)) => {
                Ok(Some(Client { bank: bank(text)?, ..client }))
            }
            _ => Ok(None),
        }
    }

    /// Takes a client back, and with it its tokens. Whether it was there.
    pub async fn remove(&self, client_id: String) -> Result<bool, Refusal> {
        self.0
            .call(move |db| {
                let change = db.transaction()?;
                let sql = "DELETE FROM clients WHERE client_id = ?1 RETURNING token_lifetime";
                let gone = change.query_row(sql, [&client_id], |row| row.get(0)).optional()?;
                if let Some(seconds) = gone {
                    // Then its last token has ended.
                    let until = clock::now().saturating_add(i64::from(lifetime(seconds)));
                    add(&change, &client_id, &client_id, until)?;
                }
                change.commit().map(|()| gone.is_some())
            })
            .await?
            .map_err(|error| Refusal::internal(&error))
    }

    /// Takes a token back that would end at `until`. `false` if the client has taken back too many already.
    pub async fn revoke(&self, jti: String, client_id: String, until: i64) -> Result<bool, Refusal> {
        self.0
            .call(move |db| {
                let change = db.transaction()?;
                let sql = "SELECT COUNT(*) FROM revocations WHERE client_id = ?1";
                let room = change.query_row(sql, [&client_id], |row| row.get::<_, u32>(0))? < MOST_OF_A_CLIENT;
                if room {
                    add(&change, &jti, &client_id, until)?;
                }
                change.commit().map(|()| room)
            })
            .await?
            .map_err(|error| Refusal::internal(&error))
    }

    /// What was taken back after the place `after` in the list, a part of it.
    pub async fn revoked(&self, after: i64) -> Result<Revocations, Refusal> {
        self.0
            .call(move |db| {
                let sql = "SELECT number, id, until FROM revocations WHERE number > ?1 ORDER BY number LIMIT ?2";
                let mut statement = db.prepare_cached(sql)?;
                let mut rows = statement.query([after, PART])?;
                let mut revoked = Vec::new();
                let mut last = None;
                while let Some(row) = rows.next()? {
                    last = Some(row.get(0)?);
                    revoked.push(Revocation { id: row.get(1)?, until: row.get(2)? });
                }
                let last = match last {
                    Some(last) => last,
                    // At the end, or beyond it if this list was begun after the one that `after` is of.
                    None => after.min(db.query_row(
                        "SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = 'revocations'",
                        [],
                        |row| row.get(0),
                    )?),
                };
                Ok(Revocations { revoked, last })
            })
            .await?
            .map_err(|error: rusqlite::Error| Refusal::internal(&error))
    }

    /// Whether a token is good no more, because it was revoked or its client removed, or never was, because it is for a
    /// bank that is not its client's.
    pub async fn is_void(&self, claims: &Claims) -> Result<bool, Refusal> {
        let (jti, client_id) = (claims.jti.clone(), claims.client_id.clone());
        let bank = claims.bank.map(|seed| seed.to_string());
        self.0
            .call(move |db| {
                db.query_row(
                    "SELECT EXISTS (SELECT 1 FROM revocations WHERE id = ?1)
                        OR NOT EXISTS (SELECT 1 FROM clients WHERE client_id = ?2 AND bank IS ?3)",
                    (jti, client_id, bank),
                    |row| row.get(0),
                )
            })
            .await?
            .map_err(|error| Refusal::internal(&error))
    }
}

/// How long a client's tokens last, by its row.
fn lifetime(seconds: Option<u32>) -> u32 {
    seconds.unwrap_or(LIFETIME)
}

/// The seed in a row of the clients.
fn bank(text: Option<String>) -> Result<Option<u64>, Refusal> {
    let none = |text: &str| Refusal::internal(&format!("oauth.db: a client's bank is {text:?}, which is no seed"));
    text.map(|text| seed::read(&text).ok_or_else(|| none(&text))).transpose()
}

/// Adds to the list, and forgets what has expired.
fn add(db: &Connection, id: &str, client_id: &str, until: i64) -> rusqlite::Result<()> {
    db.execute("DELETE FROM revocations WHERE until < ?1", [clock::now().saturating_sub(60)])?;
    let sql = "INSERT OR IGNORE INTO revocations (id, client_id, until) VALUES (?1, ?2, ?3)";
    db.execute(sql, params![id, client_id, until]).map(drop)
}

/// SHA-256 without salt and stretching: the secrets are 256 random bits that nobody chose, so they cannot be guessed
/// from a table of likely ones, which is what slow hashes are for.
fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}
