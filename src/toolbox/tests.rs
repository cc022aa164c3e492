//! The toolbox with the real services, whose tokens are taken back or whose key is changed, and with one that takes none.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex as StdMutex};

use heist_tools::{Running, Settings, start};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

const ANY_PORT: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

async fn oauth_at(listen: SocketAddr, data: &Path) -> Running {
    start(Service::Oauth, listen, Settings { data: data.to_owned(), ..Settings::default() }).await.unwrap()
}

/// All services, and the way of a driver to them.
struct Stage {
    folder: tempfile::TempDir,
    oauth: Running,
    tools: Vec<Running>,
    toolbox: Toolbox,
}

impl Stage {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let oauth = oauth_at(ANY_PORT.into(), &folder.path().join("oauth")).await;
        let issuer = format!("http://{}", oauth.addr());
        let mut urls = BTreeMap::from([(Service::Oauth, issuer.clone())]);
        let mut tools = Vec::new();
        for service in Service::ALL.into_iter().filter(|&service| service != Service::Oauth) {
            let data = folder.path().join(service.name());
            let settings = Settings { issuer: Some(issuer.clone()), data, ..Settings::default() };
            let running = start(service, ANY_PORT.into(), settings).await.unwrap();
            urls.insert(service, format!("http://{}", running.addr()));
            tools.push(running);
        }
        let bootstrap = std::fs::read_to_string(folder.path().join("oauth/bootstrap-token")).unwrap();
        let crew = [
            ("driver".into(), scope::CALCULATE.to_owned()),
            ("intel".into(), format!("{} {}", scope::READ, scope::QUERY)),
        ];
        let toolbox = Toolbox::connect(urls, bootstrap.into(), None, crew).await.unwrap();
        Self { folder, oauth, tools, toolbox }
    }

    async fn calculate(&self) -> Answer {
        let call = ToolCall {
            id: "t1".into(),
            turn: 1,
            agent: "driver".into(),
            tool: "calculator".into(),
            arguments: "45*60".into(),
        };
        self.toolbox.call("s", &call).await
    }

    fn driver(&self) -> &Pass {
        self.toolbox.passes.values().next().unwrap()
    }

    async fn held(&self) -> String {
        self.driver().token.lock().await.as_ref().unwrap().0.expose_secret().to_owned()
    }

    async fn hold(&self, token: &str) {
        let until = Instant::now() + Duration::from_mins(10);
        *self.driver().token.lock().await = Some((token.into(), until));
    }
}

fn is_right(answer: &Answer) -> bool {
    matches!(answer, Answer::Result(result) if result == "2700")
}

#[tokio::test]
async fn a_token_that_is_not_taken_any_more_is_renewed() {
    let stage = Stage::open().await;
    let first = stage.held().await;
    assert!(is_right(&stage.calculate().await));
    assert_eq!(stage.held().await, first);
    // By the clock here it is good for ten minutes.
    let client = &stage.driver().client;
    let revoke = stage.toolbox.http.post(format!("http://{}/oauth/revoke", stage.oauth.addr()));
    let revoke = revoke.basic_auth(&client.client_id, Some(client.client_secret.expose_secret()));
    let revoked = revoke.json(&json!({ "token": first })).send().await.unwrap();
    assert_eq!(revoked.status(), 200);
    let end = Instant::now() + Duration::from_secs(30);
    // The services learn of it within a second.
    while stage.held().await == first {
        assert!(is_right(&stage.calculate().await));
        assert!(Instant::now() < end, "the token is still good");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Nor one that the services cannot read, in the keeper's hands too.
    stage.hold("what was a token").await;
    *stage.toolbox.keeper.token.lock().await = Some(("x".into(), Instant::now() + Duration::from_mins(10)));
    assert!(is_right(&stage.calculate().await));
    let turn =
        StoreMemory { session: "s".into(), agent: "driver".into(), turn: 1, phase: None, message: "Ready.".into() };
    stage.toolbox.remember(&turn).await.unwrap();
}

#[tokio::test]
async fn a_changed_key_is_no_end() {
    let Stage { folder, oauth, tools, toolbox } = Stage::open().await;
    let (address, data) = (oauth.addr(), folder.path().join("oauth"));
    oauth.stop().await;
    std::fs::remove_file(data.join("signing-key.der")).unwrap();
    let oauth = oauth_at(address, &data).await;
    let stage = Stage { folder, oauth, tools, toolbox };
    let old = stage.held().await;
    assert!(is_right(&stage.calculate().await));
    // Signed with the new key, which the calculator does not know yet.
    stage.hold("").await;
    assert!(is_right(&stage.calculate().await));
    // It does not know the old one any more.
    stage.hold(&old).await;
    assert!(is_right(&stage.calculate().await));
    assert_ne!(stage.held().await, old);
    assert_eq!(stage.tools.len(), 4);
}

/// Answers what it is asked as `answer` says to the request's first line, and keeps these lines.
async fn fake(answer: fn(&str) -> (u16, Value)) -> (String, Arc<StdMutex<Vec<String>>>) {
    let listener = TcpListener::bind(SocketAddr::from(ANY_PORT)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(StdMutex::new(Vec::new()));
    let lines = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 64 * 1024];
            let length = stream.read(&mut request).await.unwrap_or_default();
            let request = String::from_utf8_lossy(&request[..length]).into_owned();
            let line = request.lines().next().unwrap_or_default().to_owned();
            let (status, body) = answer(&line);
            lines.lock().unwrap().push(line);
            let body = body.to_string();
            let head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
            let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
        }
    });
    (url, asked)
}

#[tokio::test]
async fn a_token_is_renewed_only_once() {
    let (url, asked) = fake(|line| {
        let client = json!({ "client_id": "c", "client_secret": "s", "client_id_issued_at": 0, "client_name": "driver",
            "client_secret_expires_at": 0, "scope": "", "grant_types": [], "token_endpoint_auth_method": "" });
        // It says of its tokens that they last for ever.
        let token = json!({ "access_token": "t", "token_type": "Bearer", "expires_in": u64::MAX, "scope": "" });
        match line.split(' ').nth(1) {
            Some("/oauth/register") => (201, client),
            Some("/oauth/token") => (200, token),
            _ => (401, json!({ "title": "Unauthorized", "status": 401, "detail": "the access token has expired" })),
        }
    })
    .await;
    let urls = Service::ALL.into_iter().map(|service| (service, url.clone())).collect();
    let refused = Toolbox::connect(urls, "b".into(), None, [("driver".into(), String::new())]).await.unwrap_err();
    assert!(refused.to_string().ends_with("refused (401 Unauthorized): the access token has expired"), "{refused}");
    let asked = asked.lock().unwrap();
    let count = |path: &str| asked.iter().filter(|line| line.contains(path)).count();
    // Three services are asked side by side; the fake's new token is no other than its old one.
    assert!((2..=4).contains(&count("/oauth/token")) && count("GET /tools") <= 6, "{asked:?}");
}

#[tokio::test]
async fn every_tool_of_the_table_is_found_as_its_row_says_with_what_can_be_asked_for() {
    let stage = Stage::open().await;
    let tools: BTreeMap<_, _> = stage.toolbox.tools().map(|tool| (tool.name, tool)).collect();
    assert_eq!(tools.len(), TOOLS.len());
    for row in &TOOLS {
        let tool = tools[row.name];
        assert_eq!((tool.argument, tool.has.is_empty()), (row.argument, row.lists.is_none()), "{tool:?}");
    }
    let asks_for = |tool: &str, what: &str| tools[tool].has.iter().any(|name| name == what);
    assert!(asks_for("file_reader", "vault_specs.txt") && asks_for("database_query", "guards"));
    let refused = names(Service::FileReader, &json!({"files": [1]})).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the file-reader service gave an answer that makes no sense: its list names nothing"
    );
}

#[tokio::test]
async fn the_tools_answer_from_the_bank_that_the_crew_is_registered_for() {
    let call = |tool: &str, arguments: &str| ToolCall {
        id: "t1".into(),
        turn: 1,
        agent: "intel".into(),
        tool: tool.into(),
        arguments: arguments.into(),
    };
    // All on one set.
    let stage = Stage::open().await;
    let mut crews = Vec::new();
    for bank in [None, Some(0), Some(7), Some(u64::MAX)] {
        let crew = [("intel".into(), format!("{} {}", scope::READ, scope::QUERY))];
        let (urls, bootstrap) = (stage.toolbox.urls.clone(), stage.toolbox.bootstrap.clone());
        crews.push((bank, Toolbox::connect(urls, bootstrap, bank, crew).await.unwrap()));
    }
    for (bank, toolbox) in crews.iter().chain(&crews) {
        let expected = heist_bank::Bank::with_seed(*bank);
        for document in expected.documents() {
            let told = toolbox.call("s", &call("file_reader", document.name)).await;
            assert!(matches!(&told, Answer::Result(text) if *text == document.text.trim()), "{bank:?}: {told:?}");
        }
        let told = toolbox.call("s", &call("database_query", "SELECT COUNT(*) FROM cameras")).await;
        let cameras = expected.cameras.all.len().to_string();
        assert!(matches!(&told, Answer::Result(rows) if rows.lines().last() == Some(&cameras)), "{bank:?}: {told:?}");
    }
}

#[tokio::test]
async fn a_service_that_knows_of_one_bank_only_serves_the_heists_in_that_one() {
    let (url, _) = fake(|line| match line.split(' ').nth(1) {
        Some("/oauth/register") => {
            let client = json!({ "client_id": "c", "client_secret": "s", "client_id_issued_at": 0, "client_name": "driver",
                "client_secret_expires_at": 0, "scope": "", "grant_types": [], "token_endpoint_auth_method": "" });
            (201, client)
        }
        _ => (503, json!({ "title": "Service Unavailable", "status": 503 })),
    })
    .await;
    let urls: BTreeMap<_, _> = Service::ALL.into_iter().map(|service| (service, url.clone())).collect();
    let connect = |bank| Toolbox::connect(urls.clone(), "b".into(), bank, [("driver".into(), String::new())]);
    let refused = connect(Some(7)).await.unwrap_err().to_string();
    assert!(refused.contains("knows of one bank only") && refused.contains("up --force"), "{refused}");
    let refused = connect(None).await.unwrap_err().to_string();
    assert!(refused.contains("503"), "{refused}");
}
