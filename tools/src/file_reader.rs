//! The file reader: documents by name, those of the bank that a token is for.
//!
//! They are told by the bank, or read from a folder when the service starts, and then they are the same for everybody. A name
//! is looked up among their names; no path is ever made of it, so there is nothing to escape from.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use heist_bank::Bank;
use serde_json::{Value, json};

use crate::banks::Banks;
use crate::guard::{Caller, Guard};
use crate::refusal::Refusal;
use crate::server::StartError;
use crate::service::Service;
use crate::table::READ;
use crate::tool::{self, Told, Tool, Tools};
use crate::wire::{FileList, ReadFile};

/// The longest document of a folder, in bytes.
const LONGEST: u64 = 64 * 1024;
/// The most documents of a folder.
const MOST: usize = 100;

/// Texts by name.
pub type Documents = BTreeMap<String, String>;

/// What the service reads.
enum FileReader {
    /// The same for everybody.
    Folder(Arc<Documents>),
    /// To each caller the documents of the bank that its token is for.
    Banks(Banks<Documents>),
}

/// The routes of the service, with the documents of `folder` or else those of banks.
pub fn routes(folder: Option<&Path>, guard: Arc<Guard>) -> Result<Router, StartError> {
    let reader = Arc::new(match folder {
        Some(folder) => FileReader::Folder(Arc::new(read(folder)?)),
        None => FileReader::Banks(Banks::new(|bank| Ok(of_bank(bank)))),
    });
    let files = Router::new().route("/files", get(files)).with_state((Arc::clone(&reader), Arc::clone(&guard)));
    Ok(tool::routes(reader, guard).merge(files))
}

/// The documents that tell of a bank.
pub fn of_bank(bank: &Bank) -> Documents {
    bank.documents().into_iter().map(|document| (document.name.to_owned(), document.text)).collect()
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
    let caller = guard.caller_with(&headers, READ.scope).await?;
    Ok(Json(FileList { files: names(&*reader.documents(&caller).await?) }))
}

fn names(documents: &Documents) -> Vec<String> {
    documents.keys().cloned().collect()
}

impl FileReader {
    async fn documents(&self, caller: &Caller) -> Result<Arc<Documents>, Refusal> {
        match self {
            Self::Folder(documents) => Ok(Arc::clone(documents)),
            Self::Banks(banks) => banks.of(caller.bank()).await,
        }
    }
}

impl Tools for FileReader {
    const SERVICE: Service = Service::FileReader;
    const TOOLS: &'static [Tool] = &[Tool::of(&READ)];

    async fn told(&self, _: &'static str, caller: &Caller) -> Result<Told, Refusal> {
        let names = names(&*self.documents(caller).await?);
        Ok(Told {
            description: format!("Reads one of the bank's documents: {}.", names.join(", ")),
            schema: json!({
                "type": "object",
                "properties": {"filename": {"type": "string", "enum": names}},
                "required": ["filename"],
            }),
        })
    }

    async fn call(&self, _: &'static str, caller: &Caller, arguments: Value) -> Result<Value, Refusal> {
        let ReadFile { filename } = tool::arguments(arguments)?;
        answer(&*self.documents(caller).await?, &filename)
    }
}

/// The text of that name.
pub fn answer(documents: &Documents, filename: &str) -> Result<Value, Refusal> {
    let Some(text) = documents.get(filename) else {
        let names = names(documents);
        let detail = format!("there is no such file; there is {}", names.join(", "));
        return Err(Refusal::new(StatusCode::NOT_FOUND, "no_such_file", detail).with("files", names.into()));
    };
    Ok(text.as_str().into())
}
