//! `bench report`: what the files of one bench or of many tell of who hides well and who detects well, as Markdown or as a
//! page with pictures.

mod contents;
mod groups;
mod intervals;
mod page;
mod pictures;
mod ratings;
mod section;
mod sweep;
#[cfg(test)]
mod tests;

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::str::FromStr;

use super::{BenchError, merge};
use sweep::Sweep;

/// Where a report is written to, and by the name's end in which form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFile {
    path: PathBuf,
    form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Page,
    Markdown,
}

/// What names no report.
#[derive(Debug, thiserror::Error)]
#[error("a report is a page or Markdown: name a file that ends in .html or .md")]
pub struct NoReport;

impl FromStr for ReportFile {
    type Err = NoReport;

    fn from_str(name: &str) -> Result<Self, NoReport> {
        let path = PathBuf::from(name);
        let end = path.extension().and_then(|end| end.to_str()).map(str::to_ascii_lowercase);
        let form = match end.as_deref() {
            Some("html" | "htm") => Form::Page,
            Some("md") => Form::Markdown,
            _ => return Err(NoReport),
        };
        Ok(Self { path, form })
    }
}

/// Reads the games of these files and tells what they tell, in a file or else in Markdown on the output.
///
/// # Errors
/// If a file cannot be used, has something else than games of a bench, or a game stands in them twice.
pub(super) fn report(files: &[PathBuf], to: Option<&ReportFile>, mut out: impl Write) -> Result<(), BenchError> {
    let sweep = Sweep::of(files, merge::read(files)?)?;
    let sections = contents::sections(&sweep);
    let title = contents::title(&sweep);
    let text = match to.map_or(Form::Markdown, |file| file.form) {
        Form::Page => page::page(&title, &sections),
        Form::Markdown => section::document(&title, &sections),
    };
    match to {
        Some(ReportFile { path, .. }) => {
            fs::write(path, text).map_err(|source| BenchError::File { file: path.clone(), source })
        }
        None => Ok(out.write_all(text.as_bytes()).and_then(|()| out.flush())?),
    }
}
