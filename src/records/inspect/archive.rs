//! The log as an archive (`.eval`): a zip with a JSON file for each sample, their summaries and the header, as Inspect's own
//! recorder writes it (`inspect_ai.log._recorders.eval`). Samples are written one after the other, and only their summaries
//! are held.

use std::io::{self, Cursor, Seek, Write};

use serde::Serialize;
use serde_json::{Value, json};
use zip::write::{PreparedZipFile, SimpleFileOptions};
use zip::{CompressionMethod, ZipWriter};

use super::log::SoFar;
use super::sample::{Sample, Summary};
use super::scores::Metrics;

/// A sample as it lies in the archive: packed, which takes time, and can be done elsewhere than where it is written.
#[derive(Debug)]
pub(crate) struct Packed {
    file: PreparedZipFile,
    summary: Summary,
}

/// Packs a sample.
///
/// # Errors
/// If it cannot be JSON; it always can.
pub(crate) fn packed(sample: &Sample) -> io::Result<Packed> {
    let file = PreparedZipFile::from_data(sample.file(), options(), &serde_json::to_vec(sample)?)?;
    Ok(Packed { file, summary: sample.summary() })
}

/// An archive while it is written.
pub(crate) struct Archive<W: Write + Seek> {
    zip: ZipWriter<W>,
    so_far: SoFar,
}

impl<W: Write + Seek> Archive<W> {
    /// An archive without samples.
    pub fn new(out: W) -> Self {
        Self { zip: ZipWriter::new(out), so_far: SoFar::default() }
    }

    /// Adds a sample.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn add(&mut self, sample: Packed) -> io::Result<()> {
        self.zip.add_prepared_file(sample.file)?;
        self.so_far.take(sample.summary);
        Ok(())
    }

    /// Adds what stands at the end, and gives back what was written to. `args` says what was asked for, `more` what else is
    /// known of how good the scores are.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(mut self, args: Value, more: &Metrics) -> io::Result<W> {
        let header = self.so_far.header(args, more);
        file(&mut self.zip, "_journal/start.json", &header.start())?;
        file(&mut self.zip, "_journal/summaries/1.json", &self.so_far.summaries)?;
        file(&mut self.zip, "summaries.json", &self.so_far.summaries)?;
        file(&mut self.zip, "header.json", &header)?;
        Ok(self.zip.finish()?)
    }
}

/// All of these samples as an archive.
///
/// # Errors
/// If they cannot be JSON; they always can.
pub(crate) fn archive(samples: &[Sample]) -> io::Result<Vec<u8>> {
    let mut archive = Archive::new(Cursor::new(Vec::new()));
    for sample in samples {
        archive.add(packed(sample)?)?;
    }
    Ok(archive.finish(json!({}), &Metrics::default())?.into_inner())
}

fn file(zip: &mut ZipWriter<impl Write + Seek>, name: &str, content: &impl Serialize) -> io::Result<()> {
    zip.start_file(name, options())?;
    zip.write_all(&serde_json::to_vec(content)?)
}

/// Deflated, which every version of Inspect reads; of the time of writing nothing is told.
fn options() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)
}
