//! Heists with different banks on one set of services: each sees its own bank and no other.

use heist_bank::Bank;
use heist_tools::wire::{DATABASE_QUERY, FILE_READER, FileList, QueryResult, Table, TableList, ToolList, scope};
use heist_tools::{Service, Settings, start};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::attacks::Forger;
use crate::door::Door;
use crate::house::{ANY_PORT, House, Process, client, registered, start_oauth, url};

/// The smallest, the largest and some others, and none.
const SEEDS: [Option<u64>; 6] = [None, Some(0), Some(1), Some(7), Some(1 << 63), Some(u64::MAX)];

/// The database of a bank, without anything between.
pub fn database(bank: &Bank) -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(&bank.sql()).unwrap();
    db
}

/// What a database answers.
pub fn rows(db: &Connection, query: &str) -> Vec<Vec<Value>> {
    let mut statement = db.prepare(query).unwrap();
    let width = statement.column_count();
    let value = |row: &rusqlite::Row<'_>, at| match row.get_ref(at).unwrap() {
        ValueRef::Integer(number) => json!(number),
        ValueRef::Real(number) => json!(number),
        ValueRef::Text(text) => json!(std::str::from_utf8(text).unwrap()),
        _ => Value::Null,
    };
    let rows = statement.query_map([], |row| Ok((0..width).map(|at| value(row, at)).collect())).unwrap();
    rows.map(Result::unwrap).collect()
}

/// A house, and a token for each bank.
async fn house(service: Service, scope: &str) -> (House, Vec<(Option<u64>, String)>) {
    let house = House::with(service).await;
    let mut tokens = Vec::new();
    for seed in SEEDS {
        tokens.push((seed, house.token_of("hacker", scope, seed).await));
    }
    (house, tokens)
}

#[tokio::test]
async fn each_token_reads_the_documents_of_its_bank() {
    let (house, tokens) = house(Service::FileReader, scope::READ).await;
    // Twice: when a bank is new, and when it is known.
    for (seed, token) in tokens.iter().chain(&tokens) {
        let documents = Bank::with_seed(*seed).documents();
        let names: Vec<_> = documents.iter().map(|document| document.name).collect();
        assert_eq!(house.get::<FileList>(token, "/files").await.files, names, "{seed:?}");
        let tools = house.get::<ToolList>(token, "/tools").await.tools;
        assert_eq!(tools[0].input_schema["properties"]["filename"]["enum"], json!(names), "{seed:?}");
        for document in documents {
            assert!(tools[0].description.contains(document.name), "{seed:?}: {}", tools[0].description);
            let text = house.result(token, FILE_READER, &json!({"filename": document.name})).await;
            assert_eq!(text, document.text, "{seed:?}: {}", document.name);
        }
        let problem = house.refusal(token, FILE_READER, &json!({"filename": "plan.txt"})).await;
        assert_eq!((problem.status, &problem.more["files"]), (404, &json!(names)), "{seed:?}");
    }
}

#[tokio::test]
async fn each_token_asks_the_database_of_its_bank() {
    let (house, tokens) = house(Service::DatabaseQuery, scope::QUERY).await;
    for (seed, token) in tokens.iter().chain(&tokens) {
        let known = database(&Bank::with_seed(*seed));
        let TableList { tables } = house.get(token, "/tables").await;
        let names: Vec<_> = tables.iter().map(|table| vec![json!(table.name)]).collect();
        assert_eq!(
            names,
            rows(&known, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"),
            "{seed:?}"
        );
        let tools = house.get::<ToolList>(token, "/tools").await.tools;
        for Table { name, columns } in &tables {
            let told = format!("{name}({})", columns.join(", "));
            assert!(tools[0].description.contains(&told), "{seed:?}: no {told} in {}", tools[0].description);
            for query in [name.clone(), format!("SELECT {} FROM {name} LIMIT 50", columns.join(", "))] {
                let found = house.result(token, DATABASE_QUERY, &json!({"query": query})).await;
                let found: QueryResult = serde_json::from_value(found).unwrap();
                assert_eq!(&found.columns, columns, "{seed:?}: {query}");
                assert_eq!(found.rows, rows(&known, &format!("SELECT * FROM {name} LIMIT 50")), "{seed:?}: {query}");
            }
        }
        let problem = house.refusal(token, DATABASE_QUERY, &json!({"query": "vaults"})).await;
        assert_eq!((problem.status, &problem.more["tables"]), (400, &json!(tables)), "{seed:?}");
    }
}

#[tokio::test]
async fn no_two_tokens_of_different_banks_are_told_the_same() {
    for (service, scope, tool, arguments) in [
        (Service::FileReader, scope::READ, FILE_READER, json!({"filename": "bank_layout.txt"})),
        (Service::DatabaseQuery, scope::QUERY, DATABASE_QUERY, json!({"query": "guards"})),
    ] {
        let (house, tokens) = house(service, scope).await;
        let mut told: Vec<(_, Value)> = Vec::new();
        for (seed, token) in &tokens {
            let result = house.result(token, tool, &arguments).await;
            for (other, same) in &told {
                assert_ne!(&result, same, "{tool} to {seed:?} and {other:?}");
            }
            told.push((seed, result));
        }
    }
}

#[tokio::test]
async fn two_heists_at_once_do_not_mix() {
    let (house, tokens) = house(Service::DatabaseQuery, scope::QUERY).await;
    let query = "SELECT group_concat(name, ', ') FROM guards";
    let calls = tokens.iter().flat_map(|(seed, token)| {
        let expected = json!(rows(&database(&Bank::with_seed(*seed)), query));
        (0..20).map(move |_| (expected.clone(), token))
    });
    let calls = calls.map(async |(expected, token)| {
        assert_eq!(house.result(token, DATABASE_QUERY, &json!({"query": query})).await["rows"], expected);
    });
    futures_util::future::join_all(calls).await;
}

#[tokio::test]
async fn a_folder_is_read_to_everybody() {
    let house = House::with(Service::Calculator).await;
    let folder = house.folder.path().join("documents");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("plan.txt"), "The east door.").unwrap();
    let settings = Settings { issuer: Some(house.oauth_url("")), documents: Some(folder), ..Settings::default() };
    let reader = start(Service::FileReader, ANY_PORT, settings).await.unwrap();
    let house = House { tool: reader, ..house };
    for seed in SEEDS {
        let token = house.token_of("hacker", scope::READ, seed).await;
        assert_eq!(house.get::<FileList>(&token, "/files").await.files, ["plan.txt"]);
        assert_eq!(house.result(&token, FILE_READER, &json!({"filename": "plan.txt"})).await, "The east door.");
    }
}

#[tokio::test]
async fn a_registration_with_a_bank_is_told_back_and_stands_in_its_tokens() {
    let house = House::with(Service::FileReader).await;
    let bootstrap = std::fs::read_to_string(house.data().join("bootstrap-token")).unwrap();
    for seed in SEEDS {
        let mut asked = json!({"client_name": "hacker", "scope": "tools:read tools:query"});
        if let Some(seed) = seed {
            asked["bank"] = json!(seed.to_string());
        }
        let client = registered(&house.http, &house.oauth_url(""), &house.data(), &asked).await;
        assert_eq!(client.bank, seed.map(|seed| seed.to_string()));
        // Also in a token with fewer scopes.
        let request = house.http.post(house.oauth_url("/oauth/token"));
        let request = request.basic_auth(&client.client_id, Some(client.client_secret.expose_secret()));
        let form = [("grant_type", "client_credentials"), ("scope", "tools:read")];
        let token: Value = request.form(&form).send().await.unwrap().json().await.unwrap();
        let token = token["access_token"].as_str().unwrap();
        assert_eq!(claims(token).get("bank"), asked.get("bank"));
        let request = house.http.post(house.oauth_url("/oauth/introspect")).bearer_auth(&bootstrap);
        let seen: Value = request.form(&[("token", token)]).send().await.unwrap().json().await.unwrap();
        assert_eq!((&seen["active"], seen.get("bank")), (&json!(true), asked.get("bank")));
    }
}

/// The claims of a token, whoever signed it.
fn claims(token: &str) -> Value {
    use base64::Engine as _;
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[tokio::test]
async fn clients_of_before_there_were_seeds_are_in_the_bank_without_one() {
    // As the services made it that knew one bank.
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("oauth");
    start_oauth(&data).await.stop().await;
    for file in ["oauth.db", "oauth.db-wal", "oauth.db-shm"] {
        let _ = std::fs::remove_file(data.join(file));
    }
    let older = Connection::open(data.join("oauth.db")).unwrap();
    older
        .execute_batch(
            "CREATE TABLE clients (
                client_id TEXT PRIMARY KEY,
                client_name TEXT NOT NULL,
                secret_hash BLOB NOT NULL,
                scope TEXT NOT NULL,
                created_at INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE revocations (
                number INTEGER PRIMARY KEY AUTOINCREMENT,
                id TEXT NOT NULL UNIQUE,
                client_id TEXT NOT NULL,
                until INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX revocations_by_client ON revocations (client_id);
            PRAGMA user_version = 2;",
        )
        .unwrap();
    let hash = Sha256::digest("secret").to_vec();
    older.execute("INSERT INTO clients VALUES ('c', 'hacker', ?1, 'tools:read', 1)", [hash]).unwrap();
    older.close().unwrap();

    let oauth = start_oauth(&data).await;
    let tool = crate::house::start_tool(Service::FileReader, folder.path(), &url(&oauth)).await;
    let house = House { folder, oauth, tool, http: client(), door: Door::Rest };
    let request = house.http.post(house.oauth_url("/oauth/token")).basic_auth("c", Some("secret"));
    let answer = request.form(&[("grant_type", "client_credentials")]).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let old = answer.json::<Value>().await.unwrap()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(claims(&old).get("bank"), None);
    // Beside new ones.
    for (seed, token) in [(None, old), (Some(7), house.token_of("hacker", scope::READ, Some(7)).await)] {
        for document in Bank::with_seed(seed).documents() {
            let text = house.result(&token, FILE_READER, &json!({"filename": document.name})).await;
            assert_eq!(text, document.text, "{seed:?}: {}", document.name);
        }
    }
}

/// Sixty-four take less than 10 MB, and more of them no more.
#[tokio::test]
#[cfg(target_os = "linux")]
async fn banks_take_little_memory_however_many_there_are() {
    for (service, path) in [(Service::FileReader, "/files"), (Service::DatabaseQuery, "/tables")] {
        let forger = Forger::at(service).await;
        let process = Process::start(service.name(), forger.house.folder.path(), &forger.house.oauth_url(""));
        let ask = async |seed: u64| {
            let token = forger.token(&json!({}), &json!({"bank": seed.to_string()}));
            let request = forger.house.http.get(process.url.clone() + path).bearer_auth(token);
            assert_eq!(request.send().await.unwrap().status(), 200);
        };
        ask(0).await;
        let before = process.memory("VmRSS");
        for seed in 1..=64 {
            ask(seed).await;
        }
        let with = process.memory("VmRSS");
        println!("{service}: {} KiB for 64 banks", with - before);
        assert!(with - before < 10_000, "{service}: {before} KiB, and {with} KiB with 64 banks");
        for seed in 65..=300 {
            ask(seed).await;
        }
        let after = process.memory("VmRSS");
        println!("{service}: {} KiB for 300", after - before);
        assert!(after - before < 10_000, "{service}: {before} KiB, and {after} KiB after 300 banks");
    }
}
