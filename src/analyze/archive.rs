//! The samples of an Inspect log that is an archive (`.eval`): a zip with a JSON file for each (`samples/ID_epoch_N.json`). They
//! are unpacked one after the other, and no more than a known number and size of them.

use std::io::{Read, Seek};
use std::path::Path;

use serde_json::Value;
use zip::ZipArchive;
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;

use super::read::{DOCUMENT, too_large};

/// What an archive begins with.
pub(super) const MAGIC: &[u8] = b"PK\x03\x04";

/// Files in an archive at the most: three for each sample as Inspect writes them.
const FILES: usize = 300_000;

/// Bytes of all samples at the most, unpacked.
const UNPACKED: u64 = 4 << 30;

/// An archive while its samples are read.
pub(super) struct Archive<R> {
    zip: ZipArchive<R>,
    /// Where the samples lie that were not read yet, the next one last.
    waiting: Vec<usize>,
    unpacked: u64,
}

impl<R: Read + Seek> Archive<R> {
    /// Opens an archive.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn open(mut input: R) -> Result<Self, String> {
        // Before all that it lists is taken in.
        let files = ZipIterable::try_new(&mut input, zip::read::Config::default()).map_err(broken)?.len();
        if files > FILES {
            return Err(format!("it is an archive of {files} files, and {FILES} are the most"));
        }
        let zip = ZipArchive::new(input).map_err(broken)?;
        let is_sample = |name: &str| {
            name.strip_prefix("samples/")
                .is_some_and(|name| Path::new(name).extension().is_some_and(|end| end == "json"))
        };
        let names = (0..zip.len()).filter_map(|place| Some((place, zip.name_for_index(place)?)));
        let mut waiting: Vec<_> =
            names.filter(|(_, name)| name.as_ref().is_ok_and(|name| is_sample(name))).map(|(place, _)| place).collect();
        waiting.reverse();
        if waiting.is_empty() {
            return Err("it is an archive without samples: an Inspect log has them in \"samples/\"".to_owned());
        }
        Ok(Self { zip, waiting, unpacked: 0 })
    }

    /// The JSON of the file at this place.
    fn sample(&mut self, place: usize) -> Result<Value, String> {
        let wrong = |why: String| format!("a sample of it cannot be read: {why}");
        let file = self.zip.by_index(place).map_err(|error| wrong(error.to_string()))?;
        let mut bytes = Vec::new();
        // One byte more than may be, to see that it is too much. What the archive says of its size need not be true.
        let read = file.take(DOCUMENT as u64 + 1).read_to_end(&mut bytes);
        // Also of one that turns out to be broken at its end.
        self.unpacked += bytes.len() as u64;
        read.map_err(|error| wrong(error.to_string()))?;
        if let Some(why) = too_large(&bytes) {
            return Err(wrong(why));
        }
        serde_json::from_slice(&bytes).map_err(|error| wrong(format!("it is not JSON ({error})")))
    }
}

impl<R: Read + Seek> Iterator for Archive<R> {
    type Item = Result<Value, String>;

    fn next(&mut self) -> Option<Self::Item> {
        let place = self.waiting.pop()?;
        if self.unpacked > UNPACKED {
            let more = self.waiting.len() + 1;
            self.waiting.clear();
            return Some(Err(format!(
                "its samples are more than {} MB, and the last {more} are left out: make logs of fewer",
                UNPACKED >> 20
            )));
        }
        Some(self.sample(place))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn broken(error: ZipError) -> String {
    format!("it is an archive that cannot be read ({error})")
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use serde_json::json;
    use zip::write::SimpleFileOptions;
    use zip::{CompressionMethod, ZipWriter};

    use super::*;

    fn zipped(files: &[(&str, &[u8])], method: CompressionMethod) -> Cursor<Vec<u8>> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            zip.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap()
    }

    #[test]
    fn samples_are_read_in_their_order_however_they_are_packed() {
        let files: [(&str, &[u8]); 4] = [
            ("header.json", b"{}"),
            ("samples/2_epoch_1.json", b"{\"id\":2}"),
            ("samples/1_epoch_1.json", b"{\"id\":"),
            ("samples/3_epoch_1.json", b"{\"id\":3}"),
        ];
        for method in [CompressionMethod::Stored, CompressionMethod::Deflated, CompressionMethod::Zstd] {
            let read: Vec<_> = Archive::open(zipped(&files, method)).unwrap().collect();
            assert_eq!(read.len(), 3);
            assert_eq!((read[0].as_ref(), read[2].as_ref()), (Ok(&json!({ "id": 2 })), Ok(&json!({ "id": 3 }))));
            assert!(read[1].as_ref().unwrap_err().contains("not JSON"), "{read:?}");
        }
    }

    #[test]
    fn what_is_too_large_or_no_log_is_told() {
        let bomb = vec![b' '; DOCUMENT + 2];
        let packed = zipped(&[("samples/1_epoch_1.json", &bomb)], CompressionMethod::Zstd);
        assert!(packed.get_ref().len() < 100_000, "it is a bomb");
        let read: Vec<_> = Archive::open(packed).unwrap().collect();
        assert!(read.len() == 1 && read[0].as_ref().unwrap_err().contains("longer than 64 MB"), "{read:?}");
        let many = [b"[".as_slice(), &b"0,".repeat(5 << 20), b"0]"].concat();
        let packed = zipped(&[("samples/1_epoch_1.json", &many)], CompressionMethod::Zstd);
        let read: Vec<_> = Archive::open(packed).unwrap().collect();
        assert!(read[0].as_ref().unwrap_err().contains("values"), "{read:?}");
        let without = zipped(&[("header.json", b"{}")], CompressionMethod::Deflated);
        assert!(Archive::open(without).err().unwrap().contains("without samples"));
        assert!(Archive::open(Cursor::new(b"PK\x03\x04rest".to_vec())).err().unwrap().contains("cannot be read"));
    }

    #[test]
    fn what_is_broken_at_its_end_counts_too() {
        let mut packed = zipped(&[("samples/1_epoch_1.json", b"{\"id\":1}")], CompressionMethod::Stored).into_inner();
        let at = packed.windows(6).position(|part| part == b"{\"id\":").unwrap();
        packed[at + 6] = b'2';
        let mut archive = Archive::open(Cursor::new(packed)).unwrap();
        assert!(archive.next().unwrap().unwrap_err().contains("cannot be read"));
        assert_eq!(archive.unpacked, 8);
    }

    #[test]
    fn more_than_may_be_is_not_unpacked() {
        let mut archive = Archive::open(zipped(
            &[("samples/1_epoch_1.json", b"{}"), ("samples/2_epoch_1.json", b"{}")],
            CompressionMethod::Deflated,
        ))
        .unwrap();
        archive.unpacked = UNPACKED;
        assert_eq!(archive.next(), Some(Ok(json!({}))));
        let told = archive.next().unwrap().unwrap_err();
        assert!(told.contains("the last 1 are left out"), "{told}");
        assert_eq!(archive.next(), None);
    }
}
