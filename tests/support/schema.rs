//! Databases as older versions of the program wrote them: without the columns that were added since.

use rusqlite::Connection;

/// By the number of the migration that added them: tables and their columns.
const ADDED: [(i64, &str, &[&str]); 9] = [
    (2, "sessions", &["terms"]),
    (3, "games", &["sureness", "score"]),
    (4, "sessions", &["fair_costs"]),
    (5, "sessions", &["bank", "bank_seed"]),
    (6, "messages", &["moves"]),
    (6, "games", &["acts"]),
    (7, "games", &["job", "loot", "honest_job", "honest_loot"]),
    (8, "games", &["blind"]),
    (8, "sessions", &["difficulty"]),
];

/// Makes of a database one that has had so many of the migrations.
pub fn set_back(db: &Connection, version: i64) {
    for (_, table, columns) in ADDED.iter().filter(|(since, ..)| *since > version) {
        for column in *columns {
            db.execute_batch(&format!("ALTER TABLE {table} DROP COLUMN {column}")).unwrap();
        }
    }
    db.pragma_update(None, "user_version", version).unwrap();
}
