//! The image of the services: whether it is there, and making it through the engine.

use std::collections::{HashMap, VecDeque};
use std::pin::pin;
use std::time::Duration;

use bollard::Docker;
use bollard::errors::Error;
use bollard::models::{BuildInfo, ImageSummary};
use bollard::query_parameters::{
    BuildImageOptions, BuildImageOptionsBuilder, ListImagesOptionsBuilder, RemoveImageOptions,
};
use futures_util::StreamExt;
use heist_tools::Service;
use tokio::time::Instant;

use super::engine::{Engine, ask};
use super::error::FleetError;
use super::recipe::{self, DOCKERFILE_NAME, Origin, Recipe};
use super::table::{LABEL_DIGEST, LABEL_VERSION, VERSION, image_name, image_of_build};
use super::{Reporter, tell};
use crate::heist::ServiceState;

/// An executable is copied in a moment; a Rust image is pulled and everything compiled in many minutes.
const COPY_LIMIT: Duration = Duration::from_mins(3);
const COMPILE_LIMIT: Duration = Duration::from_mins(30);
/// An image is new for so many seconds.
const NEW_FOR: i64 = 10 * 60;
/// What the engine says meanwhile is told so often at most; each of its steps is told.
const PROGRESS: Duration = Duration::from_secs(2);
/// So many of its last lines tell why it failed, each cut to so many characters.
const LAST_LINES: usize = 10;
const MOST_LINE: usize = 200;
/// The build argument, and the variable, that names another image to compile in.
const RUST_IMAGE: &str = "RUST_IMAGE";

/// The services' image where it holds this very program, which then can do more than serve.
#[derive(Clone, Debug)]
pub(crate) struct OwnImage {
    /// What it is called.
    pub name: String,
    /// By what the engine knows it; none if it is not there.
    pub id: Option<String>,
}

impl Engine {
    /// The image of this very program, made if it is to be; or why it cannot hold it.
    pub(crate) async fn own_image(
        &self,
        make: bool,
        report: &Reporter,
    ) -> Result<Result<OwnImage, String>, FleetError> {
        let recipe = recipe::recipe(&self.options.executable, &self.options.sources, &self.platform).await?;
        let name = match &recipe {
            Ok(Recipe { origin: Origin::Executable(_), digest }) => image_of_build(digest),
            Ok(Recipe { origin: Origin::Sources(_, reason), .. }) | Err(reason) => return Ok(Err(reason.clone())),
        };
        if make {
            ensure(self, &recipe, report).await?;
        }
        match ask(format!("look for the image {name}"), self.docker.inspect_image(&name)).await {
            Ok(image) => Ok(Ok(OwnImage { name, id: image.id })),
            Err(error) if error.is_not_found() => Ok(Ok(OwnImage { name, id: None })),
            Err(error) => Err(error),
        }
    }
}

/// Whether there is an image of that name, and if so whether it was made by this program, of whatever build.
async fn look_for(docker: &Docker, name: &str) -> Result<Option<bool>, FleetError> {
    match ask(format!("look for the image {name}"), docker.inspect_image(name)).await {
        Ok(image) => {
            Ok(Some(image.config.and_then(|config| config.labels).is_some_and(|it| it.contains_key(LABEL_DIGEST))))
        }
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Sees to it that there is an image that was made from this very program, or its sources, where it can be, and gives its
/// name. One that was made by `docker-compose build` serves where the program itself does not.
pub(super) async fn ensure(
    engine: &Engine,
    recipe: &Result<Recipe, String>,
    report: &Reporter,
) -> Result<String, FleetError> {
    let docker = &engine.docker;
    let recipe = match recipe {
        Ok(recipe) => recipe,
        Err(_) if look_for(docker, &image_name()).await?.is_some() => return Ok(image_name()),
        Err(reason) => return Err(FleetError::NoImage { image: image_name(), reason: reason.clone() }),
    };
    let image = image_of_build(&recipe.digest);
    if look_for(docker, &image).await?.is_some() {
        return Ok(image);
    }
    if matches!(recipe.origin, Origin::Sources(..)) && look_for(docker, &image_name()).await? == Some(false) {
        return Ok(image_name());
    }
    for service in Service::ALL {
        tell(report, service, ServiceState::Building, None);
    }
    tokio::select! {
        made = build(engine, recipe, &image, report) => made?,
        () = report.closed() => return Err(FleetError::Stopped),
    }
    if let Err(error) = sweep(docker, &image).await {
        tracing::debug!(%error, "the images of other builds stay");
    }
    Ok(image)
}

/// Removes the images of other builds, so that they do not pile up; each is made again in a moment when it is needed.
/// Where something still uses one, the engine refuses; rightly so. One that is new may be about to be used.
async fn sweep(docker: &Docker, kept: &str) -> Result<(), FleetError> {
    let filters = HashMap::from([("label", vec![LABEL_DIGEST])]);
    let options = ListImagesOptionsBuilder::default().filters(&filters).build();
    let images = ask("list its images", docker.list_images(Some(options))).await?;
    let now = jiff::Timestamp::now().as_second();
    for image in images.into_iter().filter(|image| is_left(image, kept, now)) {
        let removed = docker.remove_image(&image.id, None::<RemoveImageOptions>, None);
        if let Err(error) = ask("remove an old image", removed).await {
            tracing::debug!(%error, "an old image stays");
        }
    }
    Ok(())
}

/// Whether an image is not the one that is kept, and so old at that moment (in seconds) that nobody is about to use it.
fn is_left(image: &ImageSummary, kept: &str, now: i64) -> bool {
    // Podman writes before an image's name where it would be pulled from.
    let is_kept = image.repo_tags.iter().any(|tag| tag.rsplit('/').next() == Some(kept));
    !is_kept && now.saturating_sub(image.created) > NEW_FOR
}

/// Makes the image through the engine's classic builder.
async fn build(engine: &Engine, recipe: &Recipe, image: &str, report: &Reporter) -> Result<(), FleetError> {
    let (docker, rust_image) = (&engine.docker, engine.options.rust_image.as_deref());
    let origin = recipe.origin.clone();
    let context = tokio::task::spawn_blocking(move || origin.context())
        .await?
        .map_err(|source| FleetError::File { path: recipe.origin.path().to_owned(), source })?;
    let limit = if matches!(recipe.origin, Origin::Sources(..)) { COMPILE_LIMIT } else { COPY_LIMIT };
    let mut said = Said { lines: VecDeque::new(), told: None, report };
    let building = async {
        let mut pieces = pin!(docker.build_image(
            options(recipe, image, rust_image),
            None,
            Some(bollard::body_full(context.into()))
        ));
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
        FleetError::Build { image: image.to_owned(), reason, lines, advice: advice(&recipe.origin) }
    })
}

fn options(recipe: &Recipe, image: &str, rust_image: Option<&str>) -> BuildImageOptions {
    let labels = HashMap::from([(LABEL_VERSION, VERSION), (LABEL_DIGEST, recipe.digest.as_str())]);
    let options = BuildImageOptionsBuilder::default()
        .dockerfile(DOCKERFILE_NAME)
        .t(image)
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
    fn only_images_of_other_builds_that_are_not_new_are_removed() {
        let image =
            |tag: &str, created| ImageSummary { repo_tags: vec![tag.to_owned()], created, ..ImageSummary::default() };
        let kept = "heist-tools:0.1.0-0123456789ab";
        assert!(is_left(&image("heist-tools:0.1.0-fedcba987654", 0), kept, NEW_FOR + 1));
        assert!(!is_left(&image("heist-tools:0.1.0-fedcba987654", 5), kept, NEW_FOR));
        for own in [kept.to_owned(), format!("localhost/{kept}")] {
            assert!(!is_left(&image(&own, 0), kept, NEW_FOR + 1), "{own}");
        }
    }

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
