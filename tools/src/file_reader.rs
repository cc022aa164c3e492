//! The file reader: the bank's documents by name.
//!
//! The documents are part of the program, or read from a folder when the service starts. A name is looked up among their
//! names; no path is ever made of it, so there is nothing to escape from.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use include_dir::{Dir, include_dir};
use serde_json::{Value, json};

use crate::guard::Guard;
use crate::refusal::Refusal;
use crate::server::StartError;
use crate::tool::{self, Tool, Tools};
use crate::wire::{FILE_READER, FileList, ReadFile, scope};

/// The longest document, in bytes.
const LONGEST: u64 = 64 * 1024;
/// The most documents.
const MOST: usize = 100;

/// Texts by name.
type Documents = BTreeMap<String, String>;

static DOCUMENTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../bank/documents");

struct FileReader {
    tools: [Tool; 1],
    documents: Documents,
}

/// The routes of the service, with the documents of `folder` or else the bank's own.
pub fn routes(folder: Option<&Path>, guard: Arc<Guard>) -> Result<Router, StartError> {
    let documents = folder.map_or_else(|| Ok(own()), read)?;
    let names: Vec<_> = documents.keys().cloned().collect();
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
    Ok(tool::routes(reader, guard).merge(files))
}

fn own() -> Documents {
    let text =
        |file: &include_dir::File<'_>| Some((file.path().to_str()?.to_owned(), file.contents_utf8()?.to_owned()));
    DOCUMENTS.files().filter_map(text).collect()
}

/// The text files right in `folder`. Links, folders and hidden files are no documents.
fn read(folder: &Path) -> Result<Documents, StartError> {
    let failed = |path: &Path, source| StartError::File { path: path.to_owned(), source };
    let unusable = |path: &Path, what: String| StartError::Unusable { path: path.to_owned(), what };
    let mut documents = Documents::new();
    for entry in std::fs::read_dir(folder).map_err(|source| failed(folder, source))? {
        let entry = entry.map_err(|source| failed(folder, source))?;
        let path = entry.path();
        // The type of the entry itself: a link is a link, wherever it leads.
        let is_file = entry.file_type().map_err(|source| failed(&path, source))?.is_file();
        let Some(name) = entry.file_name().to_str().filter(|name| is_file && !name.starts_with('.')).map(str::to_owned)
        else {
            continue;
        };
        let mut text = String::new();
        let file = File::open(&path).map_err(|source| failed(&path, source))?;
        file.take(LONGEST + 1).read_to_string(&mut text).map_err(|source| failed(&path, source))?;
        if text.len() as u64 > LONGEST {
            return Err(unusable(
                &path,
                format!("longer than {LONGEST} bytes: make it shorter, or more than one of it"),
            ));
        }
        documents.insert(name, text);
        if documents.len() > MOST {
            return Err(unusable(folder, format!("it has more than {MOST} files: take some out")));
        }
    }
    if documents.is_empty() {
        return Err(unusable(folder, "there is no text file in it".to_owned()));
    }
    Ok(documents)
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
        self.documents.keys().cloned().collect()
    }
}

impl Tools for FileReader {
    fn tools(&self) -> &[Tool] {
        &self.tools
    }

    async fn call(&self, _: &'static str, arguments: Value) -> Result<Value, Refusal> {
        let ReadFile { filename } = tool::arguments(arguments)?;
        let Some(text) = self.documents.get(&filename) else {
            let names = self.names();
            let detail = format!("there is no such file; there is {}", names.join(", "));
            return Err(Refusal::new(StatusCode::NOT_FOUND, "no_such_file", detail).with("files", names.into()));
        };
        Ok(text.as_str().into())
    }
}
