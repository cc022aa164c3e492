//! What a service is made of: its routes, and the work it does beside answering.

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;

use crate::guard::Guard;
use crate::memory::Llm;
use crate::metrics::Metrics;
use crate::server::StartError;
use crate::service::Service;
use crate::telemetry::Telemetry;
use crate::{api, calculator, database_query, file_reader, memory, oauth, resource};

/// Whom a service believes and where it keeps things.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The URL of the oauth service: what stands in tokens as `iss`, and where the keys are fetched.
    pub issuer: Option<String>,
    /// The folder in which `oauth` and `memory` keep what they keep; made if it is not there.
    pub data: PathBuf,
    /// The folder whose text files the file reader reads to everybody, in place of the documents of the bank that a token
    /// is for. They are read once, when it starts.
    pub documents: Option<PathBuf>,
    /// The model server that `memory` has summaries made by; without one it extracts sentences.
    pub llm: Option<Llm>,
    /// Where a span is sent for each request that is a part of a trace, if anywhere.
    pub telemetry: Option<Telemetry>,
}

/// Work that a service does beside answering.
pub type Background = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A service that has no address of its own, for running it inside another server.
pub struct Parts {
    /// Answers requests.
    pub router: Router,
    /// What is to be polled as long as requests are answered. It may end before.
    pub background: Background,
    /// What the router counts; whoever serves connections counts on.
    pub(crate) metrics: Arc<Metrics>,
}

/// Makes `service`. Files are opened and read, so an asynchronous caller does this on a thread that may wait.
///
/// # Errors
/// When the issuer is missing or no URL, a folder cannot be used, or the address of the model server cannot.
pub fn parts(service: Service, settings: &Settings) -> Result<Parts, StartError> {
    let Settings { issuer, data, documents, llm, telemetry } = settings;
    let issuer = tidy(issuer.as_deref().ok_or(StartError::NoIssuer(service))?)?;
    let metrics = Arc::new(Metrics::new(service)?);
    let (own, background) = match service {
        Service::Oauth => alone(oauth::routes(issuer, data)?),
        Service::Calculator => guarded(issuer, |guard| Ok(alone(calculator::routes(guard))))?,
        Service::FileReader => guarded(issuer, |guard| file_reader::routes(documents.as_deref(), guard).map(alone))?,
        Service::DatabaseQuery => guarded(issuer, |guard| Ok(alone(database_query::routes(guard))))?,
        Service::Memory => guarded(issuer, |guard| memory::routes(data, llm.clone(), guard))?,
    };
    let router = api::dress(own, service, Arc::clone(&metrics), telemetry.clone());
    Ok(Parts { router, background, metrics })
}

/// Routes with nothing to be done beside answering.
pub fn alone(routes: Router) -> (Router, Background) {
    (routes, Box::pin(async {}))
}

/// The routes of a service behind a guard, and what there is to do beside answering, the guard's own work included.
fn guarded(
    issuer: String,
    routes: impl FnOnce(Arc<Guard>) -> Result<(Router, Background), StartError>,
) -> Result<(Router, Background), StartError> {
    let guard = Arc::new(Guard::new(issuer)?);
    let (routes, background) = routes(Arc::clone(&guard))?;
    let routes = routes.layer(from_fn(resource::named_in_challenges));
    Ok((routes, Box::pin(async { _ = tokio::join!(guard.follow(), background) })))
}

/// The issuer without a trailing slash, so that paths can be put behind it.
fn tidy(issuer: &str) -> Result<String, StartError> {
    let bad = || StartError::BadIssuer(issuer.to_owned());
    let url = reqwest::Url::parse(issuer).map_err(|_| bad())?;
    let fits = matches!(url.scheme(), "http" | "https") && url.query().is_none() && url.fragment().is_none();
    if fits { Ok(issuer.trim_end_matches('/').to_owned()) } else { Err(bad()) }
}
