//! The door for MCP clients: what it tells, in the newest version and in older ones, and whom it sends away.

use heist_tools::Service;
use heist_tools::wire::{CALCULATOR, DATABASE_QUERY, FILE_READER, GET_RECENT_TURNS, STORE_MEMORY, ToolList, scope};
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

use crate::door::{Door, VERSION, headers, message};
use crate::house::House;

impl House {
    /// A request to the MCP door, with these headers.
    fn mcp(&self, token: &str, headers: &[(&str, String)], message: &Value) -> RequestBuilder {
        let request = self.http.post(self.tool_url("/mcp")).bearer_auth(token).json(message);
        headers.iter().fold(request, |request, (name, value)| request.header(*name, value))
    }

    /// A request of the newest version, and its answer with the HTTP status.
    async fn asked(&self, token: &str, method: &str, params: Value) -> (u16, Value) {
        let name = params["name"].as_str().map(str::to_owned);
        let request = self.mcp(token, &headers(method, name.as_deref()), &message(method, &params));
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// The same of an older version, which is named in the header alone.
    async fn asked_before(&self, token: &str, version: &str, method: &str, params: Value) -> (u16, Value) {
        let headers = [("accept", BOTH.to_owned()), ("mcp-protocol-version", version.to_owned())];
        let message = json!({"jsonrpc": "2.0", "id": "a", "method": method, "params": params});
        let answer = self.mcp(token, &headers, &message).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }
}

const BOTH: &str = "application/json, text/event-stream";
/// Those that begin with `initialize`.
const OLDER: [&str; 4] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];

#[tokio::test]
async fn the_newest_version_is_answered_request_by_request() {
    let house = House::with(Service::Calculator).await;
    let token = house.token("safecracker", scope::CALCULATE).await;
    let (status, discovered) = house.asked(&token, "server/discover", json!({})).await;
    assert_eq!(status, 200, "{discovered}");
    let result = &discovered["result"];
    let versions: Vec<_> = OLDER.into_iter().chain([VERSION]).collect();
    assert_eq!(result["supportedVersions"], json!(versions));
    assert_eq!((&result["resultType"], &result["capabilities"]), (&json!("complete"), &json!({"tools": {}})));
    assert_eq!(result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "heist-calculator");

    let (status, listed) = house.asked(&token, "tools/list", json!({})).await;
    assert_eq!((status, &listed["id"]), (200, &json!(7)), "{listed}");
    let told: ToolList = house.get(&token, "/tools").await;
    let result = &listed["result"];
    assert_eq!(
        (&result["resultType"], &result["ttlMs"], &result["cacheScope"]),
        (&json!("complete"), &json!(0), &json!("private"))
    );
    assert_eq!(
        result["tools"],
        json!([{
            "name": CALCULATOR, "description": told.tools[0].description, "inputSchema": told.tools[0].input_schema,
        }])
    );

    let (status, called) =
        house.asked(&token, "tools/call", json!({"name": CALCULATOR, "arguments": {"expression": "45*60"}})).await;
    assert_eq!(status, 200);
    assert_eq!(
        called,
        json!({"jsonrpc": "2.0", "id": 7, "result": {
            "resultType": "complete", "content": [{"type": "text", "text": "2700"}], "isError": false,
        }})
    );
    // What it does not have any more.
    for method in
        ["ping", "prompts/list", "resources/list", "logging/setLevel", "subscriptions/listen", "tools/Call", ""]
    {
        let (status, refused) = house.asked(&token, method, json!({})).await;
        assert_eq!((status, &refused["error"]["code"]), (404, &json!(-32601)), "{method}");
    }
    assert_eq!(house.counted("heist_refusals_total", &[("reason", "no_such_method")]).await, 7);
}

#[tokio::test]
async fn older_versions_begin_with_initialize_and_get_no_session() {
    let house = House::with(Service::DatabaseQuery).await;
    let token = house.token("lookout", scope::QUERY).await;
    for version in OLDER {
        let asked =
            json!({"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}});
        let begin = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": asked});
        let answer = house.mcp(&token, &[("accept", BOTH.to_owned())], &begin).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.headers().get("mcp-session-id")), (200, None));
        let opened: Value = answer.json().await.unwrap();
        assert_eq!((&opened["id"], &opened["result"]["protocolVersion"]), (&json!(0), &json!(version)));
        assert_eq!(
            opened["result"]["serverInfo"],
            json!({"name": "heist-database-query", "version": env!("CARGO_PKG_VERSION")})
        );

        let done = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
        let headers = [("accept", BOTH.to_owned()), ("mcp-protocol-version", version.to_owned())];
        let answer = house.mcp(&token, &headers, &done).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.text().await.unwrap().as_str()), (202, ""));

        let (status, sign) = house.asked_before(&token, version, "ping", json!({})).await;
        assert_eq!((status, sign), (200, json!({"jsonrpc": "2.0", "id": "a", "result": {}})));
        let (_, listed) = house.asked_before(&token, version, "tools/list", json!({})).await;
        assert_eq!(listed["result"]["tools"][0]["name"], DATABASE_QUERY);
        assert_eq!(listed["result"].as_object().unwrap().len(), 1, "nothing of newer versions: {listed}");
        let query = json!({"name": DATABASE_QUERY, "arguments": {"query": "SELECT 1 AS one"}});
        let (_, called) = house.asked_before(&token, version, "tools/call", query).await;
        let found = json!({"columns": ["one"], "rows": [[1]], "truncated": false});
        assert_eq!(
            called["result"],
            json!({
                "content": [{"type": "text", "text": found.to_string()}], "structuredContent": found, "isError": false,
            })
        );
        let (status, refused) = house.asked_before(&token, version, "prompts/list", json!({})).await;
        assert_eq!((status, &refused["error"]["code"]), (200, &json!(-32601)));
    }
    // Whoever begins with a version that has no beginning, or that nobody knows, is offered the last that has one.
    for version in [VERSION, "2099-01-01", "x"] {
        let asked =
            json!({"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}});
        let begin = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": asked});
        let answer = house.mcp(&token, &[("accept", BOTH.to_owned())], &begin).send().await.unwrap();
        assert_eq!(answer.json::<Value>().await.unwrap()["result"]["protocolVersion"], OLDER[3]);
    }
    // Streams and sessions there are none.
    for request in [house.http.get(house.tool_url("/mcp")), house.http.delete(house.tool_url("/mcp"))] {
        let answer = request.bearer_auth(&token).header("accept", "text/event-stream").send().await.unwrap();
        assert_eq!((answer.status().as_u16(), &answer.headers()["allow"]), (405, &"POST".parse().unwrap()));
    }
}

#[tokio::test]
async fn each_service_shows_what_the_token_may_call() {
    for (service, scopes, names) in [
        (Service::Calculator, scope::CALCULATE, &[CALCULATOR][..]),
        (Service::FileReader, scope::READ, &[FILE_READER]),
        (Service::DatabaseQuery, scope::QUERY, &[DATABASE_QUERY]),
        (Service::Memory, scope::MEMORY_WRITE, &[STORE_MEMORY]),
        (Service::Memory, scope::MEMORY_READ, &["get_recent_turns", "get_compressed_memory"]),
        (Service::Memory, scope::CALCULATE, &[]),
    ] {
        let house = House::with(service).await;
        let token = house.token("hacker", scopes).await;
        let (_, listed) = house.asked(&token, "tools/list", json!({})).await;
        let tools = listed["result"]["tools"].as_array().unwrap();
        let found: Vec<_> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
        assert_eq!(found, names, "{service}, {scopes}");
        assert!(tools.iter().all(|tool| tool["inputSchema"]["type"] == "object"));
    }
}

#[tokio::test]
async fn both_doors_lead_to_the_same_tools() {
    let house = House::with(Service::Memory).await;
    let token = house.token("director", &format!("{} {}", scope::MEMORY_WRITE, scope::MEMORY_READ)).await;
    let turn = json!({"session": "s", "agent": "hacker", "turn": 1, "message": "The van is ready."});
    let stored = house.result(&token, STORE_MEMORY, &turn).await;
    let house = House { door: Door::Mcp, ..house };
    assert_eq!(house.result(&token, STORE_MEMORY, &turn).await, stored, "the same turn again");
    let turns = house.result(&token, GET_RECENT_TURNS, &json!({"session": "s"})).await;
    assert_eq!(turns["turns"][0]["message"], "The van is ready.");
    assert_eq!(house.counted("heist_requests_total", &[("route", "/mcp"), ("status", "200")]).await, 2);
    assert_eq!(house.counted("heist_requests_total", &[("route", "/tools/{name}"), ("status", "200")]).await, 1);
}

/// A refusal of an MCP door: the status, and the code of JSON-RPC if it is one.
async fn fault(answer: Response) -> (u16, Option<i64>) {
    let status = answer.status().as_u16();
    (status, answer.json::<Value>().await.unwrap()["error"]["code"].as_i64())
}

#[tokio::test]
async fn messages_that_are_none() {
    let house = House::with(Service::Calculator).await;
    let token = house.token("safecracker", scope::CALCULATE).await;
    let listing = headers("tools/list", None);
    let good = message("tools/list", &json!({}));
    let changed = |member: &str, value: Value| {
        let mut message = good.clone();
        message[member] = value;
        message
    };
    let invalid = [
        json!(null),
        json!([]),
        json!({}),
        json!([good]),
        json!("tools/list"),
        json!({"jsonrpc": "2.0", "id": 1, "result": {}}),
        json!({"jsonrpc": "2.0", "id": 1, "error": {"code": 1, "message": ""}}),
        json!({"jsonrpc": "2.0", "id": 1}),
        json!({"id": 1, "method": "tools/list"}),
        changed("jsonrpc", json!("1.0")),
        changed("jsonrpc", json!(2.0)),
        changed("id", json!(null)),
        changed("id", json!(1.5)),
        changed("id", json!([1])),
        changed("id", json!({})),
        changed("id", json!(u64::MAX)),
        changed("method", json!(1)),
        changed("method", json!(null)),
        changed("params", json!([])),
        changed("params", json!("x")),
        changed("result", json!({})),
        changed("error", json!({})),
        json!(["2.0", 1, "tools/list", {}, null, null]),
        json!([good]),
    ];
    for message in &invalid {
        let answer = house.mcp(&token, &listing, message).send().await.unwrap();
        assert_eq!(fault(answer).await, (400, Some(-32600)), "{message}");
    }
    let twice = good.to_string().replacen('{', r#"{"method":"ping","#, 1);
    let request = house.mcp(&token, &listing, &good).body(twice);
    assert_eq!(fault(request.send().await.unwrap()).await, (400, Some(-32600)));
    let count = invalid.len() as u64 + 1;
    assert_eq!(house.counted("heist_refusals_total", &[("reason", "not_jsonrpc")]).await, count);

    for params in [json!({}), json!({"name": 1}), json!({"name": CALCULATOR, "arguments": "1+1"})] {
        let message = message("tools/call", &params);
        let named = headers("tools/call", params["name"].as_str());
        let answer = house.mcp(&token, &named, &message).send().await.unwrap();
        assert_eq!(fault(answer).await, (200, Some(-32602)), "{params}");
    }
    let (status, unknown) = house.asked(&token, "tools/call", json!({"name": FILE_READER})).await;
    assert_eq!((status, &unknown["error"]["code"]), (200, &json!(-32602)));
    assert_eq!(unknown["error"]["message"], "there is no such tool here; there is calculator");
    // No arguments are none that fit.
    let (_, bare) = house.asked(&token, "tools/call", json!({"name": CALCULATOR})).await;
    assert_eq!(bare["result"]["isError"], true, "{bare}");
}

#[tokio::test]
async fn headers_that_do_not_fit() {
    let house = House::with(Service::Calculator).await;
    let token = house.token("safecracker", scope::CALCULATE).await;
    let call = message("tools/call", &json!({"name": CALCULATOR, "arguments": {"expression": "1+1"}}));
    let good = headers("tools/call", Some(CALCULATOR));
    let without = |name: &str| good.iter().filter(|(found, _)| *found != name).cloned().collect::<Vec<_>>();
    let with = |name: &'static str, value: &str| [without(name), vec![(name, value.to_owned())]].concat();
    assert_eq!(house.mcp(&token, &good, &call).send().await.unwrap().status(), 200);
    for (headers, code) in [
        (without("mcp-protocol-version"), -32020),
        (without("mcp-method"), -32020),
        (without("mcp-name"), -32020),
        (with("mcp-protocol-version", "2025-11-25"), -32020),
        (with("mcp-method", "tools/list"), -32020),
        (with("mcp-name", FILE_READER), -32020),
        ([&good[..], &good[1..]].concat(), -32020),
    ] {
        let answer = house.mcp(&token, &headers, &call).send().await.unwrap();
        assert_eq!(fault(answer).await, (400, Some(code)), "{headers:?}");
    }
    let mut later = call.clone();
    later["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"] = "2099-01-01".into();
    let answer = house.mcp(&token, &with("mcp-protocol-version", "2099-01-01"), &later).send().await.unwrap();
    let status = answer.status();
    let refused: Value = answer.json().await.unwrap();
    assert_eq!((status.as_u16(), &refused["error"]["code"]), (400, &json!(-32022)));
    assert_eq!(refused["error"]["data"]["requested"], "2099-01-01");
    assert!(refused["error"]["data"]["supported"].as_array().unwrap().contains(&json!(VERSION)));
    let mut bare = call.clone();
    bare["params"].as_object_mut().unwrap().remove("_meta");
    let answer = house.mcp(&token, &good, &bare).send().await.unwrap();
    assert_eq!(fault(answer).await, (400, Some(-32602)));

    for accept in ["application/json", "text/event-stream", "text/html", ""] {
        let answer = house.mcp(&token, &with("accept", accept), &call).send().await.unwrap();
        assert_eq!(fault(answer).await, (406, None), "{accept}");
    }
    for accept in ["*/*", "text/event-stream;q=0.5, application/*", "Application/JSON, Text/Event-Stream"] {
        let answer = house.mcp(&token, &with("accept", accept), &call).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{accept}");
    }
}

#[tokio::test]
async fn web_pages_are_sent_away() {
    let house = House::with(Service::Calculator).await;
    let token = house.token("safecracker", scope::CALCULATE).await;
    let call = message("tools/call", &json!({"name": CALCULATOR, "arguments": {"expression": "1+1"}}));
    let good = headers("tools/call", Some(CALCULATOR));
    for (header, value, reason) in [
        ("origin", "https://example.com", Some("origin")),
        ("origin", "null", Some("origin")),
        ("origin", "http://localhost:6274", None),
        ("host", "example.com:8002", Some("host")),
        ("host", "heist-calculator:8002", None),
    ] {
        let answer = house.mcp(&token, &good, &call).header(header, value).send().await.unwrap();
        let expected = if reason.is_some() { 403 } else { 200 };
        assert_eq!(answer.status().as_u16(), expected, "{header}: {value}");
        if let Some(reason) = reason {
            assert!(house.counted("heist_refusals_total", &[("reason", reason)]).await > 0, "{header}: {value}");
        }
    }
}

#[tokio::test]
async fn who_issues_tokens_is_said_to_everybody() {
    for (service, scopes) in [
        (Service::Calculator, &[scope::CALCULATE][..]),
        (Service::FileReader, &[scope::READ]),
        (Service::DatabaseQuery, &[scope::QUERY]),
        (Service::Memory, &[scope::MEMORY_WRITE, scope::MEMORY_READ]),
    ] {
        let house = House::with(service).await;
        for path in ["", "/mcp"] {
            let place = house.tool_url(&format!("/.well-known/oauth-protected-resource{path}"));
            let metadata: Value = house.http.get(&place).send().await.unwrap().json().await.unwrap();
            assert_eq!(
                metadata,
                json!({
                    "resource": house.tool_url(path),
                    "authorization_servers": [house.oauth_url("")],
                    "scopes_supported": scopes,
                    "bearer_methods_supported": ["header"],
                    "resource_name": format!("heist-{service}"),
                })
            );
            // By the name by which it is called, and by none that could be more than one.
            let answer = house.http.get(&place).header("host", "tools:99").send().await.unwrap();
            assert_eq!(answer.json::<Value>().await.unwrap()["resource"], format!("http://tools:99{path}"));
            let answer = house.http.get(&place).header("host", "a\"b").send().await.unwrap();
            assert_eq!(answer.status(), 400);
        }
        let (_, tool, _) = super::attacks::good_call(service);
        for (request, path) in [
            (house.http.post(house.tool_url("/mcp")), "/mcp"),
            (house.http.post(house.tool_url(&format!("/tools/{tool}"))), ""),
            (house.http.get(house.tool_url("/tools")), ""),
        ] {
            let answer = request.send().await.unwrap();
            let challenge = answer.headers()["www-authenticate"].to_str().unwrap();
            let place = house.tool_url(&format!("/.well-known/oauth-protected-resource{path}"));
            assert_eq!(answer.status(), 401);
            assert!(challenge.ends_with(&format!(", resource_metadata=\"{place}\"")), "{challenge}");
        }
    }
}

#[tokio::test]
async fn a_call_beyond_the_scope_says_which_is_missing() {
    let house = House::with(Service::Memory).await;
    let token = house.token("director", scope::MEMORY_READ).await;
    let params = json!({"name": STORE_MEMORY, "arguments": {}});
    let request = house.mcp(&token, &headers("tools/call", Some(STORE_MEMORY)), &message("tools/call", &params));
    let answer = request.send().await.unwrap();
    let challenge = answer.headers()["www-authenticate"].to_str().unwrap();
    assert_eq!(answer.status(), 403);
    assert!(
        challenge.contains("error=\"insufficient_scope\", scope=\"memory:write\", resource_metadata="),
        "{challenge}"
    );
}

#[tokio::test]
async fn a_bank_is_the_tokens() {
    let house = House::by(Door::Mcp, Service::FileReader).await;
    for seed in [None, Some(7)] {
        let token = house.token_of("hacker", scope::READ, seed).await;
        for document in heist_bank::Bank::with_seed(seed).documents() {
            let text = house.result(&token, FILE_READER, &json!({"filename": document.name})).await;
            assert_eq!(text, document.text);
        }
    }
}
