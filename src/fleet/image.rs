//! The image of the services: whether it is there, and making it through the engine.

use std::collections::{HashMap, VecDeque};
use std::pin::pin;
use std::time::Duration;

use bollard::Docker;
use bollard::errors::Error;
use bollard::models::BuildInfo;
use bollard::query_parameters::{BuildImageOptions, BuildImageOptionsBuilder, RemoveImageOptions};
use futures_util::StreamExt;
use heist_tools::Service;
use tokio::time::Instant;

use super::engine::{Engine, ask};
use super::error::FleetError;
use super::recipe::{DOCKERFILE_NAME, Origin, Recipe};
use super::table::{LABEL_DIGEST, LABEL_VERSION, VERSION, image_name};
use super::{Reporter, tell};
use crate::heist::ServiceState;

/// An executable is copied in a moment; a Rust image is pulled and everything compiled in many minutes.
const COPY_LIMIT: Duration = Duration::from_mins(3);
const COMPILE_LIMIT: Duration = Duration::from_mins(30);
/// What the engine says meanwhile is told so often at most; each of its steps is told.
const PROGRESS: Duration = Duration::from_secs(2);
/// So many of its last lines tell why it failed, each cut to so many characters.
const LAST_LINES: usize = 10;
const MOST_LINE: usize = 200;
/// The build argument, and the variable, that names another image to compile in.
const RUST_IMAGE: &str = "RUST_IMAGE";

/// The image there is.
struct Present {
    id: Option<String>,
    /// What it was made from; `None` when it was made by other means, such as `docker-compose build`.
    digest: Option<String>,
}

/// Looks for the image of this version.
async fn present(docker: &Docker) -> Result<Option<Present>, FleetError> {
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

/// Sees to it that the image is there and was made from this very program, or its sources, where it can be. One that was
/// made by `docker-compose build` serves where the program itself does not.
pub(super) async fn ensure(
    engine: &Engine,
    recipe: &Result<Recipe, String>,
    report: &Reporter,
) -> Result<(), FleetError> {
    let docker = &engine.docker;
    let present = present(docker).await?;
    match (recipe, present) {
        (Err(reason), None) => Err(FleetError::NoImage { image: image_name(), reason: reason.clone() }),
        (Err(_), Some(_)) | (Ok(Recipe { origin: Origin::Sources(..), .. }), Some(Present { digest: None, .. })) => {
            Ok(())
        }
        (Ok(recipe), Some(present)) if present.digest.as_ref() == Some(&recipe.digest) => Ok(()),
        (Ok(recipe), present) => {
            for service in Service::ALL {
                tell(report, service, ServiceState::Building, None);
            }
            tokio::select! {
                made = build(engine, recipe, report) => made?,
                () = report.closed() => return Err(FleetError::Stopped),
            }
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
async fn build(engine: &Engine, recipe: &Recipe, report: &Reporter) -> Result<(), FleetError> {
    let (docker, rust_image) = (&engine.docker, engine.options.rust_image.as_deref());
    let origin = recipe.origin.clone();
    let context = tokio::task::spawn_blocking(move || origin.context())
        .await?
        .map_err(|source| FleetError::File { path: recipe.origin.path().to_owned(), source })?;
    let limit = if matches!(recipe.origin, Origin::Sources(..)) { COMPILE_LIMIT } else { COPY_LIMIT };
    let mut said = Said { lines: VecDeque::new(), told: None, report };
    let building = async {
        let mut pieces =
            pin!(docker.build_image(options(recipe, rust_image), None, Some(bollard::body_full(context.into()))));
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|error| match error {
                Error::DockerStreamError { error } => error,
                other => other.to_string(),
            })?;
            if let Some(error) = piece.error_detail {
                return Err(error.message.unwrap_or_else(|| "the engine does not say why".to_owned()));
            }
            said.take(&piece);
        }
        Ok(())
    };
    let late = |_| Err(format!("it was not ready within {} min", limit.as_secs() / 60));
    tokio::time::timeout(limit, building).await.unwrap_or_else(late).map_err(|reason| {
        let lines: Vec<_> = said.lines.into_iter().filter(|line| *line != reason).collect();
        FleetError::Build { image: image_name(), reason, lines, advice: advice(&recipe.origin) }
    })
}

fn options(recipe: &Recipe, rust_image: Option<&str>) -> BuildImageOptions {
    let labels = HashMap::from([(LABEL_VERSION, VERSION), (LABEL_DIGEST, recipe.digest.as_str())]);
    let options = BuildImageOptionsBuilder::default()
        .dockerfile(DOCKERFILE_NAME)
        .t(&image_name())
        .target(recipe.origin.stage())
        .labels(&labels)
        .rm(true)
        .forcerm(true);
    match rust_image {
        Some(image) => options.buildargs(&HashMap::from([(RUST_IMAGE, image)])).build(),
        None => options.build(),
    }
}

fn advice(origin: &Origin) -> String {
    match origin {
        Origin::Executable(_) => {
            "Is there room on its disk? (docker system df) To go without Docker: --tools embedded".to_owned()
        }
        Origin::Sources(folder, why) => format!(
            "It is made from the sources in {} (this program does not serve: {why}). That takes a Rust image and the \
             network: pull the image by hand to see what is wrong, or name one that is there with {RUST_IMAGE}=IMAGE. To \
             go without Docker: --tools embedded",
            folder.display()
        ),
    }
}

/// What the engine says while it builds.
struct Said<'a> {
    lines: VecDeque<String>,
    told: Option<Instant>,
    report: &'a Reporter,
}

impl Said<'_> {
    fn take(&mut self, piece: &BuildInfo) {
        let pulled = piece.status.as_ref().map(|status| match &piece.id {
            Some(id) => format!("{id}: {status}"),
            None => status.clone(),
        });
        let text = piece.stream.as_ref().or(pulled.as_ref()).map_or("", String::as_str);
        // The builder turns red what a command wrote to its error output.
        let text = text.replace("\u{1b}[91m", "").replace("\u{1b}[0m", "");
        for line in text.lines().map(str::trim_end).filter(|line| !line.is_empty() && !line.starts_with(" --->")) {
            let line: String = line.chars().take(MOST_LINE).collect();
            tracing::debug!(line, "build");
            let is_due = self.told.is_none_or(|told| told.elapsed() >= PROGRESS);
            if is_due || line.to_lowercase().starts_with("step ") {
                // One image for all five; `oauth` comes first.
                tell(self.report, Service::Oauth, ServiceState::Building, Some(line.clone()));
                self.told = Some(Instant::now());
            }
            self.lines.push_back(line);
            if self.lines.len() > LAST_LINES {
                self.lines.pop_front();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_builder_says_is_kept_line_by_line_and_without_its_colours() {
        let (report, mut told) = tokio::sync::mpsc::unbounded_channel();
        let mut said = Said { lines: VecDeque::new(), told: None, report: &report };
        for stream in
            ["Step 1/9 : FROM scratch\n", " ---> 0123\n", "\u{1b}[91merror: no room\n   --> src\n", "\u{1b}[0m"]
        {
            said.take(&BuildInfo { stream: Some(stream.to_owned()), ..BuildInfo::default() });
        }
        assert_eq!(said.lines, ["Step 1/9 : FROM scratch", "error: no room", "   --> src"]);
        assert_eq!(told.try_recv().unwrap().detail.unwrap(), "Step 1/9 : FROM scratch");
    }
}
