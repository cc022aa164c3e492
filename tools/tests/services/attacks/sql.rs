//! SQL that writes, looks where it should not, or asks for more than there is room and time for.

use heist_tools::Service;
use heist_tools::wire::{DATABASE_QUERY, scope};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::banks::{database, rows};
use crate::door::Door;
use crate::house::House;

struct Bank {
    house: House,
    token: String,
    /// The same database, with nothing between.
    known: Connection,
}

impl Bank {
    /// The one that has no seed.
    async fn open(door: Door) -> Self {
        Self::of(door, None).await
    }

    async fn of(door: Door, seed: Option<u64>) -> Self {
        let house = House::by(door, Service::DatabaseQuery).await;
        let token = house.token_of("lookout", scope::QUERY, seed).await;
        Self { house, token, known: database(&heist_bank::Bank::with_seed(seed)) }
    }

    async fn ask(&self, query: &str) -> Value {
        self.house.result(&self.token, DATABASE_QUERY, &json!({"query": query})).await
    }

    async fn refused(&self, query: &str, status: u16, reason: &str) {
        let request = self.house.call(&self.token, DATABASE_QUERY, &json!({"query": query}));
        let problem = self.house.refused(query, request, status, reason).await;
        // Whatever was wrong, the answer says what there is.
        assert!(problem.detail.contains("guards("), "{query}: {}", problem.detail);
        if self.house.door == Door::Rest {
            assert!(problem.more["tables"].as_array().is_some_and(|tables| tables.len() >= 7), "{query}");
        }
    }

    /// All that can be read.
    async fn content(&self) -> Vec<Value> {
        let mut content = Vec::new();
        for table in ["alarms", "cameras", "door_log", "escape_routes", "guards", "personnel", "shifts"] {
            content.push(self.ask(table).await);
        }
        let mut tables = self.house.http.get(self.house.tool_url("/tables")).bearer_auth(&self.token);
        tables = tables.header("accept", "application/json");
        content.push(tables.send().await.unwrap().json().await.unwrap());
        content
    }
}

/// What is no plain reading of the bank's own tables.
const NOT_ALLOWED: &[&str] = &[
    // Writing, in every form.
    "DELETE FROM guards",
    "DELETE FROM guards WHERE 0",
    "UPDATE guards SET post = 'x'",
    "UPDATE guards SET post = s.shift FROM shifts s",
    "INSERT INTO guards VALUES (99, 'a', 'b', 'c')",
    "REPLACE INTO guards VALUES (1, 'a', 'b', 'c')",
    "INSERT INTO guards VALUES (1, 'a', 'b', 'c') ON CONFLICT (id) DO UPDATE SET name = 'x'",
    "INSERT INTO guards SELECT * FROM guards RETURNING *",
    "DELETE FROM guards RETURNING name",
    "UPDATE guards SET post = 'x' RETURNING *",
    "WITH d AS (SELECT 1) DELETE FROM guards WHERE id IN d RETURNING id",
    "INSERT INTO sqlite_schema VALUES ('table', 'x', 'x', 1, 'CREATE TABLE x (y)')",
    // Making, changing and removing things.
    "DROP TABLE guards",
    "DROP TABLE IF EXISTS guards",
    "CREATE TABLE x (y)",
    "CREATE TABLE x AS SELECT * FROM guards",
    "CREATE TEMP TABLE x (y)",
    "CREATE VIEW x AS SELECT * FROM guards",
    "CREATE TEMP VIEW guards AS SELECT 1 AS id",
    "CREATE INDEX x ON guards (name)",
    "CREATE UNIQUE INDEX IF NOT EXISTS x ON guards (lower(name))",
    "CREATE TRIGGER x AFTER INSERT ON guards BEGIN DELETE FROM guards; END",
    "CREATE TEMP TRIGGER x AFTER INSERT ON guards BEGIN SELECT 1; END",
    "CREATE VIRTUAL TABLE x USING fts5(y)",
    "CREATE VIRTUAL TABLE temp.x USING fts3(y)",
    "CREATE VIRTUAL TABLE x USING rtree(a, b, c)",
    "CREATE VIRTUAL TABLE x USING dbstat(main)",
    "ALTER TABLE guards ADD x",
    "ALTER TABLE guards RENAME TO wardens",
    "ALTER TABLE guards RENAME COLUMN post TO place",
    "ALTER TABLE guards DROP COLUMN post",
    "ANALYZE",
    // Other files.
    "ATTACH 'x.db' AS x",
    "ATTACH ':memory:' AS x",
    "ATTACH 'file:/data/oauth.db?mode=ro' AS x",
    "DETACH main",
    "SELECT load_extension('x')",
    "SELECT load_extension('/lib/libc.so.6', 'system')",
    // The database's own settings, as statements and as tables.
    "PRAGMA query_only = 0",
    "PRAGMA query_only",
    "PRAGMA writable_schema = 1",
    "PRAGMA table_info(guards)",
    "PRAGMA main.journal_mode = DELETE",
    "PRAGMA temp_store_directory = '/tmp'",
    "PRAGMA hard_heap_limit = 1000",
    "PRAGMA cache_size = 1000000",
    "PRAGMA mmap_size = 1000000000",
    "PRAGMA optimize",
    "PRAGMA wal_checkpoint",
    "PRAGMA integrity_check",
    "PRAGMA case_sensitive_like = 1",
    "PRAGMA unheard_of",
    "SELECT * FROM pragma_table_info('guards')",
    "SELECT count(*) FROM pragma_function_list",
    "SELECT 1 FROM PRAGMA_compile_options",
    "SELECT (SELECT count(*) FROM \"pragma_database_list\")",
    "SELECT * FROM guards, pragma_query_only(0)",
    // The schema, under all its names.
    "SELECT * FROM sqlite_master",
    "SELECT count(*) FROM sqlite_schema",
    "SELECT 1 FROM main.sqlite_master",
    "SELECT sql FROM \"sqlite_schema\"",
    "SELECT sql FROM [SQLITE_MASTER]",
    "SELECT sql FROM `sqlite_schema`",
    "SELECT sql FROM temp.sqlite_temp_master",
    "SELECT name FROM guards WHERE name = '' UNION SELECT sql FROM sqlite_master",
    "SELECT (SELECT group_concat(sql) FROM sqlite_schema)",
    "SELECT * FROM guards WHERE EXISTS (SELECT sql FROM sqlite_schema WHERE sql LIKE '%a%')",
    "SELECT name FROM guards ORDER BY (SELECT sql FROM sqlite_schema LIMIT 1)",
    "WITH x AS (SELECT * FROM sqlite_schema) SELECT count(*) FROM x",
    // Tables that are no tables.
    "SELECT value FROM json_each('[1,2,3]')",
    "SELECT count(*) FROM json_each('[1,2,3]')",
    "SELECT 1 FROM JSON_TREE('[[[1]]]')",
    "SELECT count(*) FROM jsonb_each('[1,2,3]')",
    "SELECT count(*) FROM dbstat",
    "SELECT 1 FROM fts3tokenize",
    // Functions that make values out of nothing, look at the system, or take long.
    "SELECT zeroblob(1000000000)",
    "SELECT length(zeroblob(2147483647))",
    "SELECT random()",
    "SELECT randomblob(1000000000)",
    "SELECT hex(randomblob(10))",
    "SELECT printf('%.*c', 100000000, 'x')",
    "SELECT format('%1000000000d', 1)",
    "SELECT replace('aaaa', 'a', 'aaaaaaaa')",
    "SELECT quote(name) FROM guards",
    "SELECT char(0)",
    "SELECT json('[1]')",
    "SELECT json_group_array(name) FROM guards",
    "SELECT '{\"a\":1}' -> 'a'",
    "SELECT '{\"a\":1}' ->> '$.a'",
    "SELECT fts3_tokenizer('simple', x'4141414141414141')",
    "SELECT sqlite_version()",
    "SELECT sqlite_source_id()",
    "SELECT sqlite_compileoption_get(1)",
    "SELECT sqlite_log(1, 'x')",
    "SELECT changes(), total_changes()",
    "SELECT last_insert_rowid()",
    "SELECT CURRENT_TIMESTAMP",
    "SELECT soundex(name) FROM guards",
    "SELECT likelihood(1, 0.5), unlikely(1)",
    "SELECT name FROM guards WHERE name MATCH 'x'",
    "SELECT lag(name) OVER (ORDER BY id) FROM guards",
    "SELECT ntile(2) OVER w FROM guards WINDOW w AS (ORDER BY id)",
    // Rows out of nothing.
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c",
    "WITH c(x) AS (VALUES (1) UNION SELECT x + 1 FROM c LIMIT 3) SELECT x FROM c",
    "WITH c(x) AS (SELECT 1 UNION ALL SELECT x || x FROM c) SELECT length(x) FROM c",
    // Transactions.
    "BEGIN",
    "BEGIN EXCLUSIVE",
    "COMMIT",
    "END",
    "ROLLBACK",
    "SAVEPOINT a",
    "RELEASE a",
    "ROLLBACK TO a",
    // Behind something else.
    "SELECT 1; DROP TABLE guards",
    "SELECT 1 /* ; */ ; DELETE FROM guards",
    "SELECT 1; -- and\nDELETE FROM guards",
    "DELETE/**/FROM/**/guards",
    "/* SELECT */ DELETE FROM guards",
    "-- SELECT 1\nDELETE FROM guards",
    "\u{feff}DELETE FROM guards",
    "EXPLAIN DELETE FROM guards",
];

const SEVERAL: &[&str] = &["SELECT 1; SELECT 2", "SELECT 1;;SELECT 2"];

const NO_ROWS: &[&str] = &[
    "VACUUM",
    "VACUUM INTO 'copy.db'",
    "VACUUM main INTO 'file:copy.db?mode=rwc'",
    "REINDEX",
    "EXPLAIN SELECT * FROM guards",
    "EXPLAIN QUERY PLAN SELECT * FROM guards",
    "/* never closed DELETE FROM guards",
    "/*!50000 DELETE FROM guards */",
    "-- DELETE FROM guards",
    "",
    ";",
];

/// What is no SQL that the database knows, or names what is not there.
const ERRORS: &[&str] = &[
    "WITH d AS (DELETE FROM guards RETURNING *) SELECT * FROM d",
    "UPDATE sqlite_schema SET sql = 'x'",
    "guards; DROP TABLE guards",
    "SELECT readfile('/etc/passwd')",
    "SELECT writefile('x', 'y')",
    "SELECT edit('x')",
    "SELECT eval('DELETE FROM guards')",
    "SELECT name FROM guards WHERE name REGEXP '(a+)+$'",
    "SELECT 1 FROM fts3tokenize('simple', 'x')",
    "SELECT 1 FROM fts5vocab",
    "SELECT 1 FROM rtree",
    "SELECT 1 FROM generate_series(1, 1000000000)",
    "SELECT 1 FROM sqlite_stmt",
    "SELECT 1 FROM bytecode('SELECT 1')",
    "SELECT 1 FROM carray(1, 2)",
    "SELECT * FROM sqlite_sequence",
    "SELECT * FROM sqlite_stat1",
    "SELECT * FROM guards('x')",
    "SELECT name FROM guards INDEXED BY x",
    "SELECT name FROM guards ORDER BY name COLLATE x",
    "SELECT ?1",
    "SELECT :secret",
    "SELECT @x, $y",
    "SELECT RAISE(ABORT, 'x')",
    "SELECT new.name FROM guards",
    "SELECT * FROM x.guards",
    "SELECT * FROM temp.guards",
    "SELECT * FROM \"guards; DROP TABLE guards\"",
    "SELECT * FROM \"guards\"\"",
    "SELECT * FROM [guards] ; [DROP TABLE guards]",
    "SELECT 'never closed FROM guards",
    "SELECT x'never' FROM guards",
    "SELECT 1 WHERE 1 LIKE 1 ESCAPE 'two'",
    "TABLE guards",
    "SHOW TABLES",
    "COPY guards TO '/tmp/x'",
    "CALL system('id')",
    "EXEC xp_cmdshell 'id'",
    "SELECT * INTO OUTFILE '/tmp/x' FROM guards",
    "SELECT pg_sleep(10)",
    "SET x = 1",
    "GRANT ALL ON guards TO hacker",
    ".shell id",
    ".read /etc/passwd",
    "\u{ff24}\u{ff25}\u{ff2c}\u{ff25}\u{ff34}\u{ff25} FROM guards",
    "DELETE\u{a0}FROM\u{a0}guards",
    "SELECT\u{200b}1",
    "\u{202e}SELECT 1",
    "SELECT \u{2bb}1\u{2bc}",
    "SELECT * FROM gu\u{430}rds",
    "SELECT 1\0",
    "SELECT 1\0; DELETE FROM guards",
    "SELECT 1;\0DELETE FROM guards",
    "SELECT 'a\0b'",
    "guards\0",
];

#[tokio::test]
async fn the_bank_stays_as_it_is() {
    for door in Door::BOTH {
        stays_as_it_is(Bank::open(door).await).await;
    }
}

#[tokio::test]
async fn so_do_banks_of_seeds() {
    stays_as_it_is(Bank::of(Door::Rest, Some(7)).await).await;
    stays_as_it_is(Bank::of(Door::Mcp, Some(u64::MAX)).await).await;
}

async fn stays_as_it_is(bank: Bank) {
    let before = bank.content().await;
    for (queries, status, reason) in [
        (NOT_ALLOWED, 403, "sql_not_allowed"),
        (SEVERAL, 400, "sql_several"),
        (NO_ROWS, 400, "sql_no_rows"),
        (ERRORS, 400, "sql_error"),
    ] {
        for query in queries {
            bank.refused(query, status, reason).await;
        }
    }
    assert_eq!(bank.content().await, before);
    // Names that look like those of closed tables, and quotes within quotes, do no harm.
    for query in [
        "WITH sq AS (SELECT * FROM guards) SELECT count(*) FROM sq",
        "SELECT 'DROP TABLE guards; -- ' || \"name\" || '''' FROM guards WHERE [id] = 1",
    ] {
        assert_eq!(bank.ask(query).await["rows"], json!(rows(&bank.known, query)), "{query}");
    }
}

#[tokio::test]
async fn arguments_that_are_no_query() {
    for door in Door::BOTH {
        are_no_query(door).await;
    }
}

async fn are_no_query(door: Door) {
    let bank = Bank::open(door).await;
    for arguments in [
        json!({}),
        json!([]),
        json!("SELECT 1"),
        json!({"query": null}),
        json!({"query": 1}),
        json!({"query": ["SELECT 1"]}),
        json!({"query": {"$ne": null}}),
        json!({"sql": "SELECT 1"}),
        json!({"QUERY": "SELECT 1"}),
    ] {
        let request = bank.house.call(&bank.token, DATABASE_QUERY, &arguments);
        bank.house.refused(&arguments.to_string(), request, 400, "arguments").await;
    }
}

#[tokio::test]
async fn sizes_that_are_too_large() {
    for door in Door::BOTH {
        are_too_large(door).await;
    }
}

async fn are_too_large(door: Door) {
    let bank = Bank::open(door).await;
    let many = |n: usize, text: &str| vec![text; n].join(",");
    for (what, query) in [
        ("parentheses", format!("SELECT {}1{}", "(".repeat(3000), ")".repeat(3000))),
        ("open parentheses", format!("SELECT {}", "(".repeat(8000))),
        ("joins in parentheses", format!("SELECT 1 FROM {}guards{}", "(".repeat(400), " JOIN guards)".repeat(400))),
        ("a sum", format!("SELECT 1{}", "+1".repeat(200))),
        ("signs", format!("SELECT {}1", "- ".repeat(2000))),
        ("NOT", format!("SELECT {}1", "NOT ".repeat(400))),
        ("CASE", format!("SELECT {}1{}", "CASE WHEN 1 THEN ".repeat(100), " END".repeat(100))),
        ("IN", format!("SELECT 1{}", " IN (1)".repeat(300))),
        ("UNION", ["SELECT 1"; 11].join(" UNION ")),
        ("columns", format!("SELECT {}", many(101, "1"))),
        (
            "columns that double",
            "SELECT *,* FROM (SELECT *,* FROM (SELECT *,* FROM (SELECT *,* FROM (SELECT *,* FROM cameras))))".into(),
        ),
        ("arguments", format!("SELECT max({})", many(11, "1"))),
        ("a pattern", format!("SELECT 'x' LIKE '{}'", "%_".repeat(60))),
        ("a pattern", format!("SELECT 'x' GLOB '{}'", "*[a]".repeat(30))),
        ("tables", format!("SELECT 1 FROM {}", many(65, "guards"))),
        ("orders", format!("SELECT 1 FROM guards ORDER BY {}", many(101, "id+0"))),
    ] {
        let request = bank.house.call(&bank.token, DATABASE_QUERY, &json!({"query": query}));
        bank.house.refused(what, request, 400, "sql_error").await;
    }
    for (what, query) in [
        ("subqueries", format!("{}1{}", "SELECT (".repeat(400), ")".repeat(400))),
        ("subqueries as tables", format!("{}SELECT 1{}", "SELECT * FROM (".repeat(400), ")".repeat(400))),
        ("subqueries that stay", format!("{}SELECT 1{}", "SELECT * FROM (".repeat(300), " LIMIT 9)".repeat(300))),
        (
            "common table expressions",
            format!("{}SELECT 1{}", "WITH a AS (".repeat(150), ") SELECT * FROM a".repeat(150)),
        ),
        ("a long text", format!("SELECT '{}'", "x".repeat(8_200))),
        ("a long comment", format!("SELECT 1 /*{}*/", "x".repeat(60_000))),
        ("a long name", format!("SELECT \"{}\"", "x".repeat(20_000))),
        ("blanks", " ".repeat(50_000) + "guards FROM"),
        (
            "a long value",
            "SELECT group_concat(a.place || b.place || c.place) FROM cameras a, cameras b, cameras c".into(),
        ),
        (
            "a long row",
            format!(
                "SELECT {} FROM guards ORDER BY name",
                many(3, "(SELECT group_concat(a.place || b.place) FROM cameras a, cameras b)")
            ),
        ),
    ] {
        let request = bank.house.call(&bank.token, DATABASE_QUERY, &json!({"query": query}));
        bank.house.refused(what, request, 422, "sql_too_much_work").await;
    }
    assert_eq!(bank.ask("SELECT 1").await["rows"], json!([[1]]));
}

/// Each a few hundred bytes that the database would put together to gigabytes, before it runs anything.
#[tokio::test]
async fn queries_that_grow_while_they_are_read() {
    for door in Door::BOTH {
        grow_while_they_are_read(door).await;
    }
}

async fn grow_while_they_are_read(door: Door) {
    let bank = Bank::open(door).await;
    let nested = |levels: usize, column: &str| {
        let mut query = "SELECT id AS a FROM guards".to_owned();
        for _ in 0..levels {
            query = format!("SELECT {column} AS a FROM ({query})");
        }
        query
    };
    let chained = |levels: usize, with: &str| {
        let levels =
            (1..=levels).map(|level| format!("c{level} AS ({})", with.replace("last", &format!("c{}", level - 1))));
        let levels: Vec<_> = levels.collect();
        format!("WITH c0 AS (SELECT id FROM guards), {} SELECT count(*) FROM c{}", levels.join(", "), levels.len())
    };
    for query in [
        nested(24, "a + a"),
        nested(10, "coalesce(a, a, a, a, a, a, a, a, a, a)"),
        nested(10, "a || a || a || a || a || a || a || a"),
        nested(12, "CASE a WHEN a THEN a ELSE a END"),
        nested(20, "a IN (a, a, a)"),
        nested(20, "a + A + \"a\" + [a] + `a`"),
        nested(20, "a /*SELECT*/ + a"),
        nested(20, "a + a").replace("SELECT", "\u{feff}SELECT"),
        nested(12, "a\"b\" + a\"b").replace("a\"b\"", "[a\"b]").replace("a\"b", "\"a\"\"b\""),
        chained(14, "SELECT a.id FROM last a, last b"),
        chained(18, "SELECT a.id FROM last a, last b"),
        chained(40, "SELECT a.id FROM last a, last b"),
        chained(16, "SELECT id FROM last UNION ALL SELECT id FROM last"),
        chained(16, "SELECT (SELECT id FROM last) + (SELECT id FROM last) AS id"),
        chained(16, "SELECT id FROM last WHERE id IN last AND id IN last"),
        chained(16, "SELECT a.id FROM 'last' a, [last] b"),
        format!(
            "SELECT count(*) FROM {}",
            vec!["(SELECT 1 FROM guards UNION ALL SELECT 2 FROM shifts)"; 20].join(", ")
        ),
    ] {
        bank.refused(&query, 422, "sql_too_much_work").await;
    }
    assert_eq!(bank.ask("SELECT 1").await["rows"], json!([[1]]));
}

/// Each would run for minutes to centuries.
#[tokio::test]
async fn queries_that_never_end() {
    for door in Door::BOTH {
        never_end(door).await;
    }
}

async fn never_end(door: Door) {
    let bank = Bank::open(door).await;
    let before = bank.content().await;
    let seven = "cameras a, cameras b, cameras c, cameras d, cameras e, cameras f, cameras g";
    for query in [
        format!("SELECT count(*) FROM {seven}"),
        format!("SELECT a.place || b.place || c.place FROM {seven} ORDER BY 1 DESC"),
        format!(
            "SELECT DISTINCT a.id + b.id * 24 + c.id * 576 + d.id * 13824 FROM {seven} WHERE a.id + b.id + c.id + d.id + e.id + f.id + g.id > 999"
        ),
        format!("SELECT count(DISTINCT a.id || b.id || c.id || d.id || e.id) FROM {seven}"),
        format!("SELECT max(a.id), count(*) FROM {seven} GROUP BY a.id, b.id, c.id, d.id, e.id HAVING count(*) > 999"),
        format!("SELECT sum(a.id) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM {seven}"),
        format!("WITH x AS MATERIALIZED (SELECT a.id FROM {seven}) SELECT count(*) FROM x, x AS y"),
        format!("SELECT 1 FROM guards WHERE (SELECT count(*) FROM {seven}) < 0"),
        format!("SELECT 1 FROM guards WHERE 99 IN (SELECT a.id FROM {seven})"),
        format!("SELECT id FROM guards EXCEPT SELECT a.id - b.id FROM {seven}"),
        format!("SELECT 1 FROM {seven} LIMIT 1 OFFSET 9223372036854775807"),
    ] {
        bank.refused(&query, 422, "sql_too_much_work").await;
    }
    assert_eq!(bank.content().await, before);
}

/// Each makes single steps of the database's machine long, between which it cannot be stopped.
#[tokio::test]
async fn steps_that_take_long() {
    for door in Door::BOTH {
        take_long(door).await;
    }
}

async fn take_long(door: Door) {
    let bank = Bank::open(door).await;
    let long = |letter: &str, times: usize| {
        let letters = letter.repeat(20);
        format!(
            "(SELECT group_concat('{letters}', '') AS t FROM (SELECT 1 FROM cameras a, cameras b, cameras c LIMIT {times}))"
        )
    };
    // How long a query runs over depends on where in its steps the clock is looked at.
    let trims = ["length(rtrim(x.t, y.t))"; 9].join(" + ");
    let trims = |times: usize| {
        let (x, y) = (long("b", times), long("a", 65));
        format!(
            "SELECT sum({trims}) FROM {x} x, (SELECT t || 'b' AS t FROM {y} LIMIT 1) y, cameras d, cameras e, cameras f"
        )
    };
    for query in [
        trims(800),
        trims(760),
        trims(740),
        format!(
            "SELECT sum(instr(x.t, substr(x.t, 1, 8000) || 'b' || d.id)) FROM {} x, cameras d, cameras e, cameras f, cameras g",
            long("a", 800)
        ),
        format!(
            "SELECT sum(x.t || d.id LIKE '{}b') FROM {} x, cameras d, cameras e, cameras f, cameras g",
            "%a_".repeat(33),
            long("a", 800)
        ),
        format!(
            "SELECT sum(x.t || d.id GLOB '{}b') FROM {} x, cameras d, cameras e, cameras f, cameras g",
            "*[!b]?".repeat(16),
            long("a", 800)
        ),
        format!(
            "SELECT sum(length(strftime('{}', d.id))) FROM cameras d, cameras e, cameras f, cameras g, cameras h, cameras i",
            "%F%T%Y".repeat(500)
        ),
    ] {
        bank.refused(&query, 422, "sql_too_much_work").await;
    }
    assert_eq!(bank.ask("SELECT 1").await["rows"], json!([[1]]));
}
