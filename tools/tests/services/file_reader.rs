//! Documents, the bank's own and those of a folder.

use heist_bank::Bank;
use heist_tools::wire::{CallReply, FILE_READER, FileList, scope};
use heist_tools::{Service, Settings, StartError, start};
use serde_json::json;

use crate::house::{ANY_PORT, House};

#[tokio::test]
async fn reads_documents() {
    let house = House::with(Service::FileReader).await;
    let token = house.token("hacker", scope::READ).await;
    let answer = house.http.get(house.tool_url("/files")).bearer_auth(&token).send().await.unwrap();
    let FileList { files } = answer.json().await.unwrap();
    assert!(files.contains(&"bank_layout.txt".to_owned()), "{files:?}");
    let text = house.result(&token, FILE_READER, &json!({"filename": "bank_layout.txt"})).await;
    let documents = Bank::first_meridian().documents();
    let layout = documents.iter().find(|document| document.name == "bank_layout.txt").unwrap();
    assert_eq!(text, layout.text);
}

#[tokio::test]
async fn a_folder_is_read_once() {
    let house = House::with(Service::Calculator).await;
    let token = house.token("hacker", scope::READ).await;
    let folder = house.folder.path().join("documents");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("plan.txt"), "The east door.").unwrap();
    let settings =
        || Settings { issuer: Some(house.oauth_url("")), documents: Some(folder.clone()), ..Settings::default() };
    let reader = start(Service::FileReader, ANY_PORT, settings()).await.unwrap();
    std::fs::write(folder.join("plan.txt"), "The roof.").unwrap();
    let request = house.http.post(format!("http://{}/tools/file_reader", reader.addr())).bearer_auth(&token);
    let answer = request.json(&json!({"filename": "plan.txt"})).send().await.unwrap();
    assert_eq!(answer.json::<CallReply>().await.unwrap().result, "The east door.");

    std::fs::write(folder.join("long.txt"), "x".repeat(70_000)).unwrap();
    let refused = start(Service::FileReader, ANY_PORT, settings()).await.unwrap_err();
    assert!(refused.to_string().contains("long.txt: longer than 65536 bytes"), "{refused}");
    std::fs::remove_dir_all(&folder).unwrap();
    let refused = start(Service::FileReader, ANY_PORT, settings()).await.unwrap_err();
    assert!(matches!(refused, StartError::File { .. }), "{refused}");
}
