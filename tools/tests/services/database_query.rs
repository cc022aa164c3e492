//! Queries, and SQL that should not pass.

use std::time::{Duration, Instant};

use heist_tools::Service;
use heist_tools::wire::{DATABASE_QUERY, QueryResult, TableList, scope};
use serde_json::{Value, json};

use crate::house::House;

async fn house() -> (House, String) {
    let house = House::with(Service::DatabaseQuery).await;
    let token = house.token("lookout", scope::QUERY).await;
    (house, token)
}

async fn rows(house: &House, token: &str, query: &str) -> QueryResult {
    serde_json::from_value(house.result(token, DATABASE_QUERY, &json!({"query": query})).await).unwrap()
}

#[tokio::test]
async fn answers_queries_and_bare_names() {
    let (house, token) = house().await;
    let answer = house.http.get(house.tool_url("/tables")).bearer_auth(&token).send().await.unwrap();
    let TableList { tables } = answer.json().await.unwrap();
    let names: Vec<_> = tables.iter().map(|table| table.name.as_str()).collect();
    for name in ["alarms", "cameras", "door_log", "escape_routes", "guards", "personnel", "shifts"] {
        assert!(names.contains(&name), "{names:?}");
        for query in [name.to_owned(), format!(" {}; ", name.to_uppercase()), format!("SELECT * FROM {name} -- all")] {
            let found = rows(&house, &token, &query).await;
            assert!(!found.rows.is_empty() && found.rows.iter().all(|row| row.len() == found.columns.len()), "{query}");
        }
    }
    assert_eq!(rows(&house, &token, "SELECT count(*) AS n FROM cameras").await.columns, ["n"]);
    let common = "WITH c AS (SELECT * FROM cameras) SELECT count(*) FROM c";
    assert_eq!(rows(&house, &token, common).await.rows, [[json!(24)]]);
    let many = rows(&house, &token, "SELECT a.id FROM cameras a, cameras b ORDER BY 1").await;
    assert_eq!((many.rows.len(), many.truncated), (50, true));
    let wide = rows(
        &house,
        &token,
        "SELECT group_concat(a.place || b.place) FROM cameras a, cameras b WHERE b.id < 8 GROUP BY b.id",
    )
    .await;
    assert!(serde_json::to_string(&wide).unwrap().len() < 40_000);
}

#[tokio::test]
async fn a_wrong_name_is_told_the_right_ones() {
    let (house, token) = house().await;
    for query in ["SELECT * FROM vaults", "SELECT colour FROM cameras", "vaults", "SELEC * FROM guards", "", ";", "--"]
    {
        let problem = house.refusal(&token, DATABASE_QUERY, &json!({"query": query})).await;
        assert_eq!(problem.status, 400, "{query}");
        assert!(problem.detail.contains("guards(") && problem.detail.contains("cameras("), "{}", problem.detail);
        assert!(problem.more["tables"].as_array().unwrap().len() >= 7);
    }
}

#[tokio::test]
async fn nothing_but_reading() {
    let (house, token) = house().await;
    let before = rows(&house, &token, "guards").await;
    for query in [
        "DELETE FROM guards",
        "UPDATE guards SET post = 'x'",
        "INSERT INTO guards VALUES ('a','b','c')",
        "DROP TABLE guards",
        "CREATE TABLE x (y)",
        "CREATE TEMP TABLE x (y)",
        "ALTER TABLE guards ADD x",
        "ATTACH 'x.db' AS x",
        "ATTACH ':memory:' AS x",
        "DETACH main",
        "VACUUM INTO 'copy.db'",
        "PRAGMA query_only = 0",
        "PRAGMA writable_schema = 1",
        "PRAGMA table_info(guards)",
        "SELECT * FROM pragma_table_info('guards')",
        "SELECT count(*) FROM pragma_function_list",
        "SELECT load_extension('x')",
        "SELECT readfile('/etc/passwd')",
        "SELECT writefile('x', 'y')",
        "SELECT * FROM sqlite_master",
        "SELECT count(*) FROM sqlite_schema",
        "SELECT 1; DROP TABLE guards",
        "guards; DROP TABLE guards",
        "SELECT 1; SELECT 2",
        "EXPLAIN SELECT * FROM guards",
        "BEGIN",
        "SELECT zeroblob(1000000000)",
        "SELECT randomblob(1000000000)",
        "SELECT printf('%.*c', 100000000, 'x')",
        "REINDEX",
        "ANALYZE",
        "SELECT * FROM guards WHERE name = '' UNION SELECT 1, sql, 1, 1 FROM sqlite_master",
        "SAVEPOINT a",
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c",
        "WITH d AS (DELETE FROM guards RETURNING *) SELECT * FROM d",
        "SELECT sqlite_version()",
        "SELECT * FROM dbstat",
    ] {
        let problem = house.refusal(&token, DATABASE_QUERY, &json!({"query": query})).await;
        assert!(matches!(problem.status, 400 | 403), "{query}: {problem:?}");
    }
    assert_eq!(rows(&house, &token, "guards").await, before);
}

#[tokio::test]
async fn work_time_and_size_are_limited() {
    let (house, token) = house().await;
    let cross = "SELECT count(*) FROM cameras a, cameras b, cameras c, cameras d, cameras e, cameras f, cameras g";
    let begun = Instant::now();
    let problem = house.refusal(&token, DATABASE_QUERY, &json!({"query": cross})).await;
    assert_eq!(problem.status, 422, "{problem:?}");
    assert!(begun.elapsed() < Duration::from_secs(4));
    let sorted = "SELECT a.place || b.place || c.place FROM cameras a, cameras b, cameras c, cameras d, cameras e ORDER BY 1 DESC";
    assert_eq!(house.refusal(&token, DATABASE_QUERY, &json!({"query": sorted})).await.status, 422);
    let doubled =
        "SELECT group_concat(a.place || b.place || c.place || d.place) FROM cameras a, cameras b, cameras c, cameras d";
    assert_eq!(house.refusal(&token, DATABASE_QUERY, &json!({"query": doubled})).await.status, 422);
    let deep = format!("SELECT 1{}", " + 1".repeat(200));
    assert_eq!(house.refusal(&token, DATABASE_QUERY, &json!({"query": deep})).await.status, 400);
    let long = format!("SELECT '{}'", "x".repeat(20_000));
    assert!(
        house.call(&token, DATABASE_QUERY, &json!({"query": long})).send().await.unwrap().status().is_client_error()
    );
    // And it goes on serving.
    let one: Value = house.result(&token, DATABASE_QUERY, &json!({"query": "SELECT 1"})).await;
    assert_eq!(one["rows"], json!([[1]]));
}
