//! The image of the services, made from this very program.
//!
//! On Linux the program is one static executable and acts as the services when it is called `heist-tools`. So the image
//! needs nothing but that file: no registry, no base image, no compiler inside Docker.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::time::Duration;

use bollard::Docker;
use bollard::query_parameters::{BuildImageOptionsBuilder, RemoveImageOptions};
use futures_util::StreamExt;
use sha2::{Digest, Sha256};

use super::engine::ask;
use super::error::FleetError;
use super::find::hex;
use super::table::{LABEL_DIGEST, image_name};

const DOCKERFILE: &str = include_str!("../../Dockerfile.tools");
/// Goes into the folder that volumes are mounted on.
const DATA_README: &str = include_str!("../../tools/data/README.md");
/// The stage that takes an executable as it is.
const STAGE: &str = "prebuilt";
/// The name the executable has in the build's context.
const EXECUTABLE_NAME: &str = "heist-tools";
/// With debug information the program has about 150 MB.
const MOST_EXECUTABLE: u64 = 1 << 30;
const BUILD_LIMIT: Duration = Duration::from_mins(3);

/// The running program. Linux's own name for it leads to the right file even if another was put in its place.
pub(super) fn own_executable() -> PathBuf {
    if cfg!(target_os = "linux") { "/proc/self/exe".into() } else { std::env::current_exe().unwrap_or_default() }
}

/// An executable that can be put into an image.
pub(super) struct Recipe {
    executable: PathBuf,
    /// SHA-256 of the executable and of the Dockerfile, in hexadecimal.
    pub(super) digest: String,
}

/// Reads the executable once and says whether an image can be made from it; if not, why.
///
/// # Errors
/// When the file cannot be read.
pub(super) async fn recipe(executable: &Path) -> Result<Result<Recipe, String>, FleetError> {
    let path = executable.to_owned();
    let read = tokio::task::spawn_blocking(move || -> io::Result<Result<Recipe, String>> {
        let mut file = File::open(&path)?;
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
            if first && let Err(reason) = is_static_elf(&part[..count]) {
                return Ok(Err(reason));
            }
            first = false;
            if count == 0 {
                break;
            }
            hasher.update(&part[..count]);
        }
        Ok(Ok(Recipe { executable: path, digest: hex(&hasher.finalize()) }))
    });
    read.await?.map_err(|source| FleetError::File { path: executable.to_owned(), source })
}

fn read_full(file: &mut File, part: &mut [u8]) -> io::Result<usize> {
    let limit = u64::try_from(part.len()).unwrap_or(u64::MAX);
    let mut rest = &mut *part;
    let count = io::copy(&mut file.take(limit), &mut rest)?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Whether this is the beginning of an executable for 64-bit Linux that needs no loader: an ELF file without a segment
/// of type `PT_INTERP` (System V ABI, chapter 5).
fn is_static_elf(head: &[u8]) -> Result<(), String> {
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

/// The image there is.
pub(super) struct Present {
    id: Option<String>,
    /// What it was made from; `None` when it was made by other means, such as `docker-compose build`.
    digest: Option<String>,
}

/// Looks for the image of this version.
pub(super) async fn present(docker: &Docker) -> Result<Option<Present>, FleetError> {
    let name = image_name();
    match ask(format!("look for the image {name}"), docker.inspect_image(&name)).await {
        Ok(image) => {
            let digest = image.config.and_then(|config| config.labels?.remove(LABEL_DIGEST));
            Ok(Some(Present { id: image.id, digest }))
        }
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Sees to it that the image is there and was made from this very program, where it can be.
///
/// `begin` is called before an image is made.
pub(super) async fn ensure(
    docker: &Docker,
    recipe: &Result<Recipe, String>,
    begin: impl FnOnce(),
) -> Result<(), FleetError> {
    let present = present(docker).await?;
    match (recipe, present) {
        (Err(reason), None) => Err(FleetError::NoImage { image: image_name(), reason: reason.clone() }),
        (Err(_), Some(_)) => Ok(()),
        (Ok(recipe), Some(present)) if present.digest.as_ref() == Some(&recipe.digest) => Ok(()),
        (Ok(recipe), present) => {
            begin();
            build(docker, recipe).await?;
            if let Some(old) = present.and_then(|present| present.id) {
                // It has lost its name to the new one. Where something still uses it, the engine refuses; rightly so.
                let removed = docker.remove_image(&old, None::<RemoveImageOptions>, None);
                if let Err(error) = ask("remove the old image", removed).await {
                    tracing::debug!(%error, "the old image stays");
                }
            }
            Ok(())
        }
    }
}

/// Makes the image through the engine's classic builder.
async fn build(docker: &Docker, recipe: &Recipe) -> Result<(), FleetError> {
    let image = image_name();
    let failed = |reason: String| FleetError::Build { image: image.clone(), reason };
    let path = recipe.executable.clone();
    let context = tokio::task::spawn_blocking(move || context(&path))
        .await?
        .map_err(|source| FleetError::File { path: recipe.executable.clone(), source })?;
    let options = BuildImageOptionsBuilder::default()
        .dockerfile("Dockerfile.tools")
        .t(&image)
        .target(STAGE)
        .labels(&HashMap::from([(LABEL_DIGEST, recipe.digest.as_str())]))
        .rm(true)
        .forcerm(true)
        .build();
    let building = async {
        let mut told = pin!(docker.build_image(options, None, Some(bollard::body_full(context.into()))));
        while let Some(piece) = told.next().await {
            let piece = piece.map_err(|error| failed(error.to_string()))?;
            if let Some(error) = piece.error_detail {
                return Err(failed(error.message.unwrap_or_else(|| "the engine does not say why".to_owned())));
            }
            if let Some(line) = piece.stream {
                tracing::debug!(line = line.trim_end(), "build");
            }
        }
        Ok(())
    };
    tokio::time::timeout(BUILD_LIMIT, building)
        .await
        .map_err(|_| failed(format!("it was not ready within {} s", BUILD_LIMIT.as_secs())))?
}

/// The build's context, a tar archive: the Dockerfile and what it copies.
fn context(executable: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(executable)?;
    let size = file.metadata()?.len();
    let mut archive = tar::Builder::new(Vec::with_capacity(usize::try_from(size).unwrap_or(0) + (64 << 10)));
    let mut add = |name: &str, mode: u32, size: u64, content: &mut dyn Read| {
        let mut header = tar::Header::new_gnu();
        header.set_size(size);
        header.set_mode(mode);
        header.set_mtime(0);
        archive.append_data(&mut header, name, content)
    };
    add("Dockerfile.tools", 0o644, DOCKERFILE.len() as u64, &mut DOCKERFILE.as_bytes())?;
    add("tools/data/README.md", 0o644, DATA_README.len() as u64, &mut DATA_README.as_bytes())?;
    add(EXECUTABLE_NAME, 0o755, size, &mut file)?;
    archive.into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn this_static_test_program_can_be_put_into_an_image_and_a_shell_script_cannot() {
        if cfg!(all(target_os = "linux", target_feature = "crt-static")) {
            let own = recipe(&own_executable()).await.unwrap().ok().unwrap();
            assert_eq!(own.digest.len(), 64);
        }
        let script = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(script.path(), "#!/bin/sh\n").unwrap();
        let reason = recipe(script.path()).await.unwrap().err().unwrap();
        assert!(reason.contains("not a 64-bit Linux executable"), "{reason}");
    }

    #[test]
    fn a_program_that_asks_for_a_loader_is_refused() {
        let mut head = vec![0; 64 + 56];
        head[..6].copy_from_slice(b"\x7fELF\x02\x01");
        (head[32], head[54], head[56]) = (64, 56, 1);
        head[64] = 1;
        assert_eq!(is_static_elf(&head), Ok(()));
        head[64] = 3;
        assert!(is_static_elf(&head).unwrap_err().contains("dynamically"));
        assert!(is_static_elf(&head[..60]).is_err());
        assert!(is_static_elf(b"").is_err());
    }

    #[test]
    fn the_context_holds_the_dockerfile_and_the_executable() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "the program").unwrap();
        let archive = context(file.path()).unwrap();
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
