//! The table of tools against what the services tell of themselves.

use heist_tools::table::TOOLS;
use heist_tools::wire::ToolList;
use serde_json::{Value, json};

use crate::house::House;

#[tokio::test]
async fn a_service_tells_of_its_tool_what_the_row_says() {
    for row in &TOOLS {
        let house = House::with(row.service).await;
        let token = house.token("intel", row.scope).await;
        let get = |path: &str| house.http.get(house.tool_url(path)).bearer_auth(&token).send();
        let list: ToolList = get("/tools").await.unwrap().json().await.unwrap();
        let [tool] = &list.tools[..] else { panic!("{} has {} tools", row.service, list.tools.len()) };
        assert_eq!((tool.name.as_str(), tool.scope.as_str()), (row.name, row.scope));
        assert_eq!(tool.input_schema["required"], json!([row.argument]));
        if let Some(path) = row.lists {
            let listed: Value = get(path).await.unwrap().json().await.unwrap();
            assert!(listed.as_object().unwrap().values().all(|things| !things.as_array().unwrap().is_empty()));
        }
    }
}
