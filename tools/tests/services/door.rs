//! The two doors to a service's tools: what is tried at one can be tried at the other.

use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

/// The newest version of MCP.
pub const VERSION: &str = "2026-07-28";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// `POST /tools/NAME`.
    Rest,
    /// `POST /mcp`.
    Mcp,
}

impl Door {
    pub const BOTH: [Self; 2] = [Self::Rest, Self::Mcp];

    pub fn path(self, tool: &str) -> String {
        match self {
            Self::Rest => format!("/tools/{tool}"),
            Self::Mcp => "/mcp".to_owned(),
        }
    }

    /// The headers of a call, but for those of token and media type.
    pub fn headers(self, tool: &str) -> Vec<(&'static str, String)> {
        match self {
            Self::Rest => Vec::new(),
            Self::Mcp => headers("tools/call", Some(tool)),
        }
    }

    /// A body with these bytes as the arguments of a tool.
    pub fn body(self, tool: &str, arguments: &[u8]) -> Vec<u8> {
        match self {
            Self::Rest => arguments.to_vec(),
            Self::Mcp => {
                let whole = message("tools/call", &json!({"name": tool, "arguments": "HERE"})).to_string();
                let (before, after) = whole.split_once("\"HERE\"").unwrap();
                [before.as_bytes(), arguments, after.as_bytes()].concat()
            }
        }
    }

    /// A call without token, media type and body.
    pub fn request(self, http: &Client, base: &str, tool: &str) -> RequestBuilder {
        let request = http.post(format!("{base}{}", self.path(tool)));
        self.headers(tool).into_iter().fold(request, |request, (name, value)| request.header(name, value))
    }

    /// What a good answer has found.
    pub fn found(self, answer: &Value) -> Value {
        match self {
            Self::Rest => answer["result"].clone(),
            Self::Mcp => {
                let result = &answer["result"];
                assert_eq!(
                    (&result["isError"], &result["resultType"]),
                    (&json!(false), &json!("complete")),
                    "{answer}"
                );
                let text = &result["content"][0]["text"];
                match result.get("structuredContent") {
                    Some(found) => {
                        assert_eq!(serde_json::from_str::<Value>(text.as_str().unwrap()).unwrap(), *found);
                        found.clone()
                    }
                    None => text.clone(),
                }
            }
        }
    }
}

/// The headers of a request of the newest version.
pub fn headers(method: &str, name: Option<&str>) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("accept", "application/json, text/event-stream".to_owned()),
        ("mcp-protocol-version", VERSION.to_owned()),
        ("mcp-method", method.to_owned()),
    ];
    headers.extend(name.map(|name| ("mcp-name", name.to_owned())));
    headers
}

/// A request of the newest version.
pub fn message(method: &str, params: &Value) -> Value {
    let mut params = params.clone();
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": VERSION,
        "io.modelcontextprotocol/clientInfo": {"name": "tests", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params})
}
