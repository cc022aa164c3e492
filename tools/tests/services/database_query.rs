//! Queries, and what a wrong one is told.

use heist_tools::Service;
use heist_tools::wire::{DATABASE_QUERY, QueryResult, TableList, scope};
use serde_json::json;

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
async fn double_quotes_are_for_names() {
    let (house, token) = house().await;
    for query in [
        "SELECT count(\"id\") FROM \"guards\"",
        "SELECT count(*) AS \"how many\" FROM \"GUARDS\" AS \"g\" WHERE \"g\".\"id\" > 0",
        "SELECT count(*) FROM guards WHERE name <> 'nobody'",
    ] {
        assert_eq!(rows(&house, &token, query).await.rows, [[json!(9)]], "{query}");
    }
    for query in [
        "SELECT \"no such column\"",
        "SELECT \"colour\" FROM guards",
        "SELECT name FROM guards WHERE shift = \"night\"",
        "SELECT name FROM guards ORDER BY \"rank\"",
        "SELECT CASE WHEN 1 THEN \"yes\" END",
        "VALUES (\"x\")",
    ] {
        let problem = house.refusal(&token, DATABASE_QUERY, &json!({"query": query})).await;
        assert_eq!(problem.status, 400, "{query}");
        assert!(problem.detail.contains("no such column"), "{query}: {}", problem.detail);
        assert!(problem.detail.contains("single-quotes"), "{query}: {}", problem.detail);
    }
}

#[tokio::test]
async fn what_is_closed_is_named() {
    let (house, token) = house().await;
    for (query, name) in [
        ("SELECT load_extension('x')", "the function load_extension is not allowed"),
        ("SELECT name FROM guards WHERE RANDOM() > 0", "the function RANDOM is not allowed"),
        ("SELECT hex(zeroblob(3))", "the function"),
        ("SELECT replace(name, 'a', 'b') FROM guards", "the function replace is not allowed"),
        ("SELECT sql FROM sqlite_master", "sqlite_master is not allowed"),
        ("SELECT value FROM json_each('[1]')", "json_each is not allowed"),
        ("DELETE FROM guards", "the database is for reading"),
    ] {
        let problem = house.refusal(&token, DATABASE_QUERY, &json!({"query": query})).await;
        assert_eq!(problem.status, 403, "{query}");
        assert!(problem.detail.starts_with(name), "{query}: {}", problem.detail);
    }
}
