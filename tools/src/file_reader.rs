//! The file reader: the bank's documents by name.
//!
//! The documents are part of the program, and a name is looked up among their names; no path is ever made of it, so
//! there is nothing to escape from.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use include_dir::{Dir, include_dir};
use serde_json::{Value, json};

use crate::guard::Guard;
use crate::refusal::Refusal;
use crate::tool::{self, Tool, Tools};
use crate::wire::{FILE_READER, FileList, ReadFile, scope};

static DOCUMENTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../assets/bank/documents");

struct FileReader {
    tools: [Tool; 1],
    documents: BTreeMap<&'static str, &'static str>,
}

/// The routes of the service.
pub fn routes(guard: Arc<Guard>) -> Router {
    let documents: BTreeMap<_, _> =
        DOCUMENTS.files().filter_map(|file| Some((file.path().to_str()?, file.contents_utf8()?))).collect();
    let names: Vec<_> = documents.keys().copied().collect();
    let tool = Tool {
        name: FILE_READER,
        description: format!("Reads one of the bank's documents: {}.", names.join(", ")),
        scope: scope::READ,
        schema: json!({
            "type": "object",
            "properties": {"filename": {"type": "string", "enum": names}},
            "required": ["filename"],
        }),
    };
    let reader = Arc::new(FileReader { tools: [tool], documents });
    let files = Router::new().route("/files", get(files)).with_state((Arc::clone(&reader), Arc::clone(&guard)));
    tool::routes(reader, guard).merge(files)
}

async fn files(
    State((reader, guard)): State<(Arc<FileReader>, Arc<Guard>)>,
    headers: HeaderMap,
) -> Result<Json<FileList>, Refusal> {
    guard.caller_with(&headers, scope::READ).await?;
    Ok(Json(FileList { files: reader.names() }))
}

impl FileReader {
    fn names(&self) -> Vec<String> {
        self.documents.keys().map(|&name| name.to_owned()).collect()
    }
}

impl Tools for FileReader {
    fn tools(&self) -> &[Tool] {
        &self.tools
    }

    async fn call(&self, _: &'static str, arguments: Value) -> Result<Value, Refusal> {
        let ReadFile { filename } = tool::arguments(arguments)?;
        let Some(&text) = self.documents.get(filename.as_str()) else {
            let names = self.names();
            let detail = format!("there is no such file; there is {}", names.join(", "));
            return Err(Refusal::new(StatusCode::NOT_FOUND, detail).with("files", names.into()));
        };
        Ok(text.into())
    }
}
