//! Documents, and names that are none.

use heist_tools::wire::{CallReply, FILE_READER, FileList, scope};
use heist_tools::{Service, Settings, StartError, start};
use serde_json::json;

use crate::house::{ANY_PORT, House, problem};

#[tokio::test]
async fn reads_documents_and_nothing_else() {
    let house = House::with(Service::FileReader).await;
    let token = house.token("hacker", scope::READ).await;
    let answer = house.http.get(house.tool_url("/files")).bearer_auth(&token).send().await.unwrap();
    let FileList { files } = answer.json().await.unwrap();
    assert!(files.contains(&"bank_layout.txt".to_owned()), "{files:?}");
    let text = house.result(&token, FILE_READER, &json!({"filename": "bank_layout.txt"})).await;
    assert_eq!(text, include_str!("../../../assets/bank/documents/bank_layout.txt"));

    for name in [
        "../bank.sql",
        "../../etc/passwd",
        "..\\bank.sql",
        "/etc/passwd",
        "./bank_layout.txt",
        "documents/bank_layout.txt",
        "bank_layout.txt/",
        "bank_layout.txt/..",
        "bank_layout.txt\0",
        "bank_layout.txt\0.png",
        "%2e%2e/bank.sql",
        "..%2fbank.sql",
        "%62ank_layout.txt",
        "\u{ff0e}\u{ff0e}/bank.sql",
        "bank_layout\u{2024}txt",
        "bank\u{200b}_layout.txt",
        "file:///etc/passwd",
        "~/.ssh/id_rsa",
        "C:\\boot.ini",
        "BANK_LAYOUT.TXT",
        "bank_layout.txt ",
        "",
        ".",
        "..",
        "*",
        "bank_layout.txt;id",
        "/proc/self/environ",
        "/data/signing-key.der",
    ] {
        let problem = house.refusal(&token, FILE_READER, &json!({"filename": name})).await;
        assert_eq!(problem.status, 404, "{name:?}");
        assert_eq!(problem.more["files"], json!(files));
        assert!(problem.detail.contains("bank_layout.txt"), "{}", problem.detail);
    }
    for arguments in
        [json!({"filename": 1}), json!({"filename": ["bank_layout.txt"]}), json!({}), json!("bank_layout.txt")]
    {
        assert_eq!(house.refusal(&token, FILE_READER, &arguments).await.status, 400, "{arguments}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_is_read_once_and_its_links_never() {
    let house = House::with(Service::Calculator).await;
    let token = house.token("hacker", scope::READ).await;
    let folder = house.folder.path().join("documents");
    std::fs::create_dir_all(folder.join("inner")).unwrap();
    std::fs::write(folder.join("plan.txt"), "The east door.").unwrap();
    std::fs::write(folder.join(".hidden"), "x").unwrap();
    std::os::unix::fs::symlink("/etc/passwd", folder.join("passwd")).unwrap();
    std::os::unix::fs::symlink(folder.join("plan.txt"), folder.join("other.txt")).unwrap();
    let settings =
        || Settings { issuer: Some(house.oauth_url("")), documents: Some(folder.clone()), ..Settings::default() };
    let reader = start(Service::FileReader, ANY_PORT, settings()).await.unwrap();
    let ask = async |name: &str| {
        let request = house.http.post(format!("http://{}/tools/file_reader", reader.addr())).bearer_auth(&token);
        request.json(&json!({"filename": name})).send().await.unwrap()
    };
    assert_eq!(ask("plan.txt").await.json::<CallReply>().await.unwrap().result, "The east door.");
    std::fs::write(folder.join("late.txt"), "x").unwrap();
    for name in ["passwd", "other.txt", "inner", ".hidden", "late.txt", "bank_layout.txt"] {
        let problem = problem(ask(name).await).await;
        assert_eq!((problem.status, &problem.more["files"]), (404, &json!(["plan.txt"])), "{name}");
    }

    std::fs::write(folder.join("long.txt"), "x".repeat(70_000)).unwrap();
    let refused = start(Service::FileReader, ANY_PORT, settings()).await.unwrap_err();
    assert!(refused.to_string().contains("long.txt: longer than 65536 bytes"), "{refused}");
    std::fs::remove_dir_all(&folder).unwrap();
    let refused = start(Service::FileReader, ANY_PORT, settings()).await.unwrap_err();
    assert!(matches!(refused, StartError::File { .. }), "{refused}");
}
