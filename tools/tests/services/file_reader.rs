//! Documents, and names that are none.

use heist_tools::Service;
use heist_tools::wire::{FILE_READER, FileList, scope};
use serde_json::json;

use crate::house::House;

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
