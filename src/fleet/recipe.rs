//! What the services' image is made from: this very program, or its sources.
//!
//! On Linux the program is one static executable and acts as the services when it is called `heist-tools`. So the image
//! needs nothing but that file: no registry, no base image, no compiler inside Docker. Elsewhere the services are
//! compiled inside Docker, from the folder that the program was built in.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::error::FleetError;
use super::find::hex;

/// What the engine is told to do.
pub(super) const DOCKERFILE: &str = include_str!("../../Dockerfile.tools");
/// Its name.
pub(super) const DOCKERFILE_NAME: &str = "Dockerfile.tools";
/// Goes into the folder that volumes are mounted on.
const DATA_README: &str = include_str!("../../tools/data/README.md");
/// The name the executable has in the build's context.
const EXECUTABLE_NAME: &str = "heist-tools";
/// With debug information the program has about 150 MB.
const MOST_EXECUTABLE: u64 = 1 << 30;
/// Files and folders of the sources that are sent. Cargo wants the game's targets to be there too, so each has a file
/// without a word.
const SOURCES: [&str; 5] = [".cargo", "Cargo.lock", "Cargo.toml", "bank", "tools"];
const EMPTY: [&str; 4] = ["benches/engine.rs", "benches/screen.rs", "src/lib.rs", "src/main.rs"];
const MOST_SOURCES: u64 = 64 << 20;

/// The running program. Linux's own name for it leads to the right file even if another was put in its place.
pub(super) fn own_executable() -> PathBuf {
    if cfg!(target_os = "linux") { "/proc/self/exe".into() } else { std::env::current_exe().unwrap_or_default() }
}

/// The folder that this program was built in.
pub(super) fn own_sources() -> PathBuf {
    env!("CARGO_MANIFEST_DIR").into()
}

/// What an image can be made from.
pub(super) struct Recipe {
    pub(super) origin: Origin,
    /// SHA-256 of all that goes into it, in hexadecimal.
    pub(super) digest: String,
}

/// Where an image comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// An executable that goes into the image as it is.
    Executable(PathBuf),
    /// A folder with the sources, and why the executable does not serve.
    Sources(PathBuf, String),
}

impl Origin {
    /// The stage of the Dockerfile.
    pub(super) fn stage(&self) -> &'static str {
        match self {
            Self::Executable(_) => "prebuilt",
            Self::Sources(..) => "source",
        }
    }

    /// The file or folder.
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Executable(path) | Self::Sources(path, _) => path,
        }
    }

    /// The build's context, a tar archive: the Dockerfile and what it copies.
    pub(super) fn context(&self) -> io::Result<Vec<u8>> {
        let mut archive = tar::Builder::new(Vec::new());
        let mut add = |name: &str, mode: u32, size: u64, content: &mut dyn Read| {
            let mut header = tar::Header::new_gnu();
            header.set_size(size);
            header.set_mode(mode);
            header.set_mtime(0);
            archive.append_data(&mut header, name, content)
        };
        add(DOCKERFILE_NAME, 0o644, DOCKERFILE.len() as u64, &mut DOCKERFILE.as_bytes())?;
        match self {
            Self::Executable(executable) => {
                let mut file = File::open(executable)?;
                let size = file.metadata()?.len();
                add("tools/data/README.md", 0o644, DATA_README.len() as u64, &mut DATA_README.as_bytes())?;
                add(EXECUTABLE_NAME, 0o755, size, &mut file)?;
            }
            Self::Sources(folder, _) => {
                for name in EMPTY {
                    add(name, 0o644, 0, &mut io::empty())?;
                }
                for name in files(folder)? {
                    let mut file = File::open(folder.join(&name))?;
                    let size = file.metadata()?.len();
                    add(&name, 0o644, size, &mut file)?;
                }
            }
        }
        archive.into_inner()
    }
}

/// The files of the sources, as paths from `folder` with slashes, in order.
fn files(folder: &Path) -> io::Result<Vec<String>> {
    let mut names: Vec<String> = SOURCES.map(str::to_owned).into();
    let (mut files, mut bytes) = (Vec::new(), 0);
    while let Some(name) = names.pop() {
        let path = folder.join(&name);
        let found = fs::metadata(&path)?;
        if found.is_dir() {
            for entry in fs::read_dir(&path)? {
                names.push(format!("{name}/{}", entry?.file_name().to_string_lossy()));
            }
            continue;
        }
        bytes += found.len();
        if bytes > MOST_SOURCES {
            return Err(io::Error::other(format!("the sources have more than {} MB", MOST_SOURCES >> 20)));
        }
        files.push(name);
    }
    files.sort_unstable();
    Ok(files)
}

/// Says what an image for `platform` can be made from: the executable, else the sources; if neither serves, why.
///
/// # Errors
/// When the executable cannot be read.
pub(super) async fn recipe(
    executable: &Path,
    sources: &Path,
    platform: &str,
) -> Result<Result<Recipe, String>, FleetError> {
    let (path, sources, platform) = (executable.to_owned(), sources.to_owned(), platform.to_owned());
    let read = tokio::task::spawn_blocking(move || {
        let reason = match of_executable(&path, &platform)? {
            Ok(digest) => return Ok(Ok(Recipe { origin: Origin::Executable(path), digest })),
            Err(reason) => reason,
        };
        // Only the sources of this very version make its image.
        if fs::read(sources.join(DOCKERFILE_NAME)).ok().as_deref() != Some(DOCKERFILE.as_bytes()) {
            return Ok(Err(format!("{reason}, and its sources are not in {}", sources.display())));
        }
        let origin = Origin::Sources(sources, reason);
        let digest = hex(&Sha256::digest(origin.context()?));
        Ok(Ok(Recipe { origin, digest }))
    });
    read.await?.map_err(|source| FleetError::File { path: executable.to_owned(), source })
}

/// Reads the executable once; its digest, or why it does not serve.
fn of_executable(path: &Path, platform: &str) -> io::Result<Result<String, String>> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    if size > MOST_EXECUTABLE {
        return Ok(Err(format!("it is too large ({} MB)", size >> 20)));
    }
    let mut hasher = Sha256::new();
    hasher.update(DOCKERFILE.as_bytes());
    let mut part = vec![0; 1 << 20];
    let mut first = true;
    loop {
        let count = read_full(&mut file, &mut part)?;
        if first && let Err(reason) = runs_on(&part[..count], platform) {
            return Ok(Err(reason));
        }
        first = false;
        if count == 0 {
            break;
        }
        hasher.update(&part[..count]);
    }
    Ok(Ok(hex(&hasher.finalize())))
}

fn read_full(file: &mut File, part: &mut [u8]) -> io::Result<usize> {
    let limit = u64::try_from(part.len()).unwrap_or(u64::MAX);
    let mut rest = &mut *part;
    let count = io::copy(&mut file.take(limit), &mut rest)?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Whether this is the beginning of an executable for Linux on `platform` that needs no loader: a 64-bit ELF file for
/// its processor without a segment of type `PT_INTERP` (System V ABI, chapters 4 and 5).
fn runs_on(head: &[u8], platform: &str) -> Result<(), String> {
    const PT_INTERP: u32 = 3;
    let no_elf = || "it is not a 64-bit Linux executable".to_owned();
    let number = |at: usize, length: usize| -> Option<u64> {
        let bytes = head.get(at..at.checked_add(length)?)?;
        Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    };
    // Magic number, 64 bits, least significant byte first.
    if !head.starts_with(b"\x7fELF\x02\x01") {
        return Err(no_elf());
    }
    let processor = match number(18, 2) {
        Some(62) => "amd64",
        Some(183) => "arm64",
        _ => "another processor",
    };
    if !platform.is_empty() && platform != processor {
        return Err(format!("it is for {processor}, and the engine's containers run on {platform}"));
    }
    let segments = || -> Option<Vec<u64>> {
        let (table, size, count) = (number(32, 8)?, number(54, 2)?, number(56, 2)?);
        (0..count)
            .map(|index| number(usize::try_from(table.checked_add(index * size)?).ok()?, 4))
            .collect::<Option<Vec<_>>>()
    };
    match segments() {
        None => Err(no_elf()),
        Some(types) if types.contains(&u64::from(PT_INTERP)) => {
            Err("it is linked dynamically (a static one comes from `cargo build` with the flags of .cargo/config.toml)"
                .to_owned())
        }
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn this_static_test_program_can_be_put_into_an_image_and_a_shell_script_cannot() {
        let nowhere = Path::new("/no/where");
        if cfg!(all(target_os = "linux", target_feature = "crt-static")) {
            let own = recipe(&own_executable(), nowhere, "").await.unwrap().ok().unwrap();
            assert_eq!((own.digest.len(), own.origin), (64, Origin::Executable(own_executable())));
            let reason = recipe(&own_executable(), nowhere, "riscv64").await.unwrap().err().unwrap();
            assert!(reason.contains("run on riscv64"), "{reason}");
        }
        let script = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(script.path(), "#!/bin/sh\n").unwrap();
        let reason = recipe(script.path(), nowhere, "amd64").await.unwrap().err().unwrap();
        assert!(reason.contains("not a 64-bit Linux executable") && reason.contains("/no/where"), "{reason}");

        // Its sources serve instead.
        let made = recipe(script.path(), &own_sources(), "amd64").await.unwrap().ok().unwrap();
        assert!(matches!(&made.origin, Origin::Sources(_, why) if why.contains("not a 64-bit")), "{:?}", made.origin);
        let context = made.origin.context().unwrap();
        let mut archive = tar::Archive::new(context.as_slice());
        let names: Vec<_> =
            archive.entries().unwrap().map(|entry| entry.unwrap().path().unwrap().display().to_string()).collect();
        for needed in ["Dockerfile.tools", "Cargo.lock", "src/lib.rs", "bank/src/lib.rs", ".cargo/config.toml"] {
            assert_eq!(names.iter().filter(|name| *name == needed).count(), 1, "{needed} in {names:?}");
        }
        assert!(!names.iter().any(|name| name.contains("target/")), "{names:?}");
        // Nothing is missing that the manifest names.
        let folder = tempfile::tempdir().unwrap();
        tar::Archive::new(context.as_slice()).unpack(folder.path()).unwrap();
        let metadata = ["metadata", "--no-deps", "--offline", "--format-version", "1", "--manifest-path"];
        let manifest = folder.path().join("Cargo.toml");
        let read = std::process::Command::new(env!("CARGO")).args(metadata).arg(manifest).output().unwrap();
        assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    }

    #[test]
    fn a_program_that_asks_for_a_loader_is_refused() {
        let mut head = vec![0; 64 + 56];
        head[..6].copy_from_slice(b"\x7fELF\x02\x01");
        (head[18], head[32], head[54], head[56]) = (62, 64, 56, 1);
        head[64] = 1;
        assert_eq!(runs_on(&head, "amd64"), Ok(()));
        head[64] = 3;
        assert!(runs_on(&head, "amd64").unwrap_err().contains("dynamically"));
        assert!(runs_on(&head[..60], "").is_err());
        assert!(runs_on(b"", "").is_err());
    }

    #[test]
    fn the_context_holds_the_dockerfile_and_the_executable() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "the program").unwrap();
        let archive = Origin::Executable(file.path().to_owned()).context().unwrap();
        let mut read = tar::Archive::new(archive.as_slice());
        let entries: Vec<_> = read
            .entries()
            .unwrap()
            .map(|entry| {
                let mut entry = entry.unwrap();
                let mut text = String::new();
                entry.read_to_string(&mut text).unwrap();
                (entry.path().unwrap().display().to_string(), entry.header().mode().unwrap(), text)
            })
            .collect();
        assert_eq!(entries[0], ("Dockerfile.tools".to_owned(), 0o644, DOCKERFILE.to_owned()));
        assert_eq!(entries[1], ("tools/data/README.md".to_owned(), 0o644, DATA_README.to_owned()));
        assert_eq!(entries[2], ("heist-tools".to_owned(), 0o755, "the program".to_owned()));
    }
}
