//! The Docker context that is in force, as Docker's own client keeps it.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::address::DEFAULT_SOCKET;
use super::find::hex;

/// Files of the Docker client's settings are small.
const MOST_SETTINGS: u64 = 1 << 20;
/// The context that stands in no file: Docker's own default.
const DEFAULT: &str = "default";

/// The context that `variable` (of the name `DOCKER_CONTEXT`) or else the client's settings name; none if neither does.
///
/// # Errors
/// If it cannot be known whether the settings name one.
pub(super) fn name(variable: Option<&str>, settings: &Path) -> Result<Option<String>, String> {
    if let Some(name) = variable {
        return Ok(Some(name.to_owned()));
    }
    let file = settings.join("config.json");
    let told = |what: &str| {
        format!(
            "{}: {what}; so the current context is not known. Mend it, or name one with DOCKER_CONTEXT",
            file.display()
        )
    };
    let text = match read(&file) {
        Ok(text) => text,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(told(&error.to_string())),
    };
    // Docker's own client takes an empty file for one that says nothing.
    if text.trim_ascii().is_empty() {
        return Ok(None);
    }
    let config: Value = serde_json::from_slice(&text).map_err(|error| told(&error.to_string()))?;
    match config.get("currentContext") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(name)) => Ok(Some(name.clone()).filter(|name| !name.is_empty())),
        Some(_) => Err(told("currentContext is no text")),
    }
}

/// The address of the engine that a context names, and whether it wants TLS. The client keeps a context in
/// `contexts/meta/SHA-256 OF ITS NAME/meta.json`, and certificates beside it.
///
/// # Errors
/// If there is no such context, or it names no engine.
pub(super) fn address(name: &str, settings: &Path) -> Result<(String, bool), String> {
    if name == DEFAULT {
        return Ok((format!("unix://{DEFAULT_SOCKET}"), false));
    }
    let digest = hex(&Sha256::digest(name.as_bytes()));
    let file = settings.join("contexts/meta").join(&digest).join("meta.json");
    let text = read(&file).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => format!(
            "there is no such context in {}; `docker context ls` lists those there are",
            settings.join("contexts").display()
        ),
        _ => format!("{}: {error}", file.display()),
    })?;
    let meta: Value = serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", file.display()))?;
    let engine = meta.pointer("/Endpoints/docker");
    let host = engine.and_then(|engine| engine.get("Host")?.as_str()).filter(|host| !host.is_empty());
    let host = host.ok_or_else(|| "it names no Docker engine".to_owned())?;
    let unverified = engine.and_then(|engine| engine.get("SkipTLSVerify")?.as_bool()).unwrap_or_default();
    let certificates = settings.join("contexts/tls").join(&digest).join("docker");
    Ok((host.to_owned(), unverified || certificates.is_dir()))
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    // A pipe would have us wait, perhaps for ever.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("not a file"));
    }
    let mut text = Vec::new();
    fs::File::open(path)?.take(MOST_SETTINGS + 1).read_to_end(&mut text)?;
    if text.len() as u64 > MOST_SETTINGS {
        return Err(io::Error::other("too large for a settings file"));
    }
    Ok(text)
}
