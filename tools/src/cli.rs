//! The command line: one service as a process, or a look at its health.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Args, Parser, Subcommand};
use secrecy::SecretString;
use tracing_subscriber::EnvFilter;

use crate::http;
use crate::log::{Log, complain};
use crate::memory::Llm;
use crate::parts::Settings;
use crate::server::start;
use crate::service::Service;
use crate::telemetry::Telemetry;
use crate::wire::Health;

/// How often a service is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// A service has just started if it has been running for fewer seconds.
const JUST_STARTED: u64 = 5;
/// At its end a service waits so long for a telemetry receiver: an engine that stops it does not wait much longer.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// The answer of a health endpoint has fewer bytes.
const LONGEST_HEALTH: u64 = 4096;

#[derive(Parser)]
#[command(name = "heist-tools", version, about = "The tool services of heist-tui", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Register clients and issue access tokens
    Oauth(Serve),
    /// Calculate with arithmetic expressions
    Calculator(Serve),
    /// Read the documents of the bank that a token is for
    FileReader {
        #[command(flatten)]
        serve: Serve,
        /// A folder of text files to read instead: the same ones for everybody, whichever bank a token is for
        #[arg(long, env = "HEIST_DOCUMENTS", value_name = "DIR")]
        documents: Option<PathBuf>,
    },
    /// Answer read-only SQL on the security database of the bank that a token is for
    DatabaseQuery(Serve),
    /// Keep the turns of conversations
    Memory {
        #[command(flatten)]
        serve: Serve,
        #[command(flatten)]
        model: Model,
    },
    /// Exit with 0 if a service is healthy, else with 1
    Health {
        /// The URL that answers 200 when all is well [default: /health where `HEIST_LISTEN` says]
        url: Option<String>,
        /// Go on looking each second for so long, unless the service has only just started
        #[arg(long, value_name = "SECONDS")]
        watch: Option<u64>,
    },
}

#[derive(Args)]
struct Serve {
    /// The address to listen on [default: 127.0.0.1 and the service's own port, 8001 to 8005]
    #[arg(long, env = "HEIST_LISTEN", value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// The folder for what is kept (oauth and memory need one)
    #[arg(long, env = "HEIST_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// The URL of the oauth service (oauth itself: its own address when left out)
    #[arg(long, env = "HEIST_ISSUER", value_name = "URL")]
    issuer: Option<String>,
}

/// Who makes summaries. What is empty counts as not given.
#[derive(Args)]
#[allow(clippy::doc_markdown, reason = "these comments are what --help prints")]
struct Model {
    /// An OpenAI-compatible model server that makes summaries; HEIST_LLM_KEY holds its key, if it wants one [default:
    /// none, sentences are extracted]
    #[arg(long, env = "HEIST_LLM_URL", value_name = "URL")]
    llm_url: Option<String>,
    /// The model [default: the loaded one]
    #[arg(long, env = "HEIST_MODEL", value_name = "NAME")]
    model: Option<String>,
}

impl Model {
    fn server(self) -> Option<Llm> {
        let given = |value: Option<String>| value.filter(|value| !value.trim().is_empty());
        let key = given(std::env::var("HEIST_LLM_KEY").ok()).map(SecretString::from);
        given(self.llm_url).map(|url| Llm { url, model: given(self.model), key })
    }
}

/// The whole program as a function; `args` begin with the program's name.
///
/// Exits with 0 when it was asked to stop, 1 when it failed, 2 when the command line was wrong.
pub fn run<I>(args: I) -> ExitCode
where
    I: IntoIterator,
    I::Item: Into<OsString> + Clone,
{
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let printed = error.print().and_then(|()| io::stdout().flush());
            // Help that nobody can read is no success, unless the reader has gone.
            let lost = printed.is_err_and(|error| error.kind() != io::ErrorKind::BrokenPipe);
            let code = if lost { 2 } else { error.exit_code() };
            return ExitCode::from(u8::try_from(code).unwrap_or(2));
        }
    };
    // One thread for connections and a few for SQLite: a service is small, and five of them share a machine.
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(4).build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("cannot start: {error}")),
    };
    let none = Settings::default;
    let (service, serve, own) = match cli.command {
        Command::Oauth(serve) => (Service::Oauth, serve, none()),
        Command::Calculator(serve) => (Service::Calculator, serve, none()),
        Command::FileReader { serve, documents } => (Service::FileReader, serve, Settings { documents, ..none() }),
        Command::DatabaseQuery(serve) => (Service::DatabaseQuery, serve, none()),
        Command::Memory { serve, model } => (Service::Memory, serve, Settings { llm: model.server(), ..none() }),
        Command::Health { url, watch } => return runtime.block_on(health(url, watch.map(Duration::from_secs))),
    };
    let code = runtime.block_on(process(service, serve, own));
    // Work on the blocking pool may still run for a moment; nobody waits for its answer any more.
    runtime.shutdown_background();
    code
}

/// Runs a service until it is asked to stop; `own` are the settings that it alone has.
async fn process(service: Service, serve: Serve, own: Settings) -> ExitCode {
    if service.keeps_data() && serve.data.is_none() {
        complain(format!("{service} needs a folder for what it keeps (--data DIR or HEIST_DATA)"));
        return ExitCode::from(2);
    }
    // Signals are listened for from the beginning: the first process of a container is not stopped by one otherwise.
    let asked_to_stop = tokio::spawn(stop_signal());
    let listen = serve.listen.unwrap_or_else(|| (Ipv4Addr::LOCALHOST, service.default_port()).into());
    // A service serves without telemetry too.
    let telemetry = Telemetry::open(&format!("heist-{service}"), false).unwrap_or_else(|error| {
        complain(error.to_string());
        None
    });
    let data = serve.data.unwrap_or_default();
    let settings = Settings { issuer: serve.issuer, data, telemetry: telemetry.clone(), ..own };
    let running = match start(service, listen, settings).await {
        Ok(running) => running,
        Err(error) => return fail(&error.to_string()),
    };
    let mut log = match Log::to_stdout() {
        Ok(log) => log,
        Err(error) => return fail(&format!("cannot start a thread: {error}")),
    };
    // It takes whatever it is given.
    let _ = writeln!(log, "{service} listens on http://{}", running.addr());
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    // Fails where the program that this is a part of has set up its own log.
    let lines = tracing_subscriber::fmt().json().flatten_event(true).with_span_list(false);
    let writer = log.clone();
    let _ = lines.with_env_filter(filter).with_writer(move || writer.clone()).try_init();
    let _ = asked_to_stop.await;
    running.stop().await;
    if let Some(telemetry) = telemetry {
        // What went wrong stands in the log.
        let _ = telemetry.close(LAST_WORDS).await;
    }
    log.finish();
    ExitCode::SUCCESS
}

#[cfg(unix)]
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        },
        Err(_) => drop(tokio::signal::ctrl_c().await),
    }
}

#[cfg(not(unix))]
async fn stop_signal() {
    let _ = tokio::signal::ctrl_c().await;
}

/// Looks once, or for the time `watch`.
///
/// An engine starts a process for each look, which takes some 40 ms of a processor; five services that are looked at
/// every second would take a fifth of a core. So one process looks for a while, and only the first looks, on which others
/// wait, are short.
async fn health(url: Option<String>, watch: Option<Duration>) -> ExitCode {
    let url = match url.map_or_else(own_health, Ok) {
        Ok(url) => url,
        Err(why) => {
            complain(why);
            return ExitCode::from(2);
        }
    };
    let unanswered = |error: reqwest::Error| fail(&format!("{url} does not answer: {}", error.without_url()));
    let client = match http::between_services() {
        Ok(client) => client,
        Err(error) => return unanswered(error),
    };
    let end = watch.map(|time| Instant::now() + time);
    loop {
        let answer = match client.get(&url).send().await {
            Ok(answer) if answer.status() == 200 => answer,
            Ok(answer) => return fail(&format!("{url} answers {}", answer.status())),
            Err(error) => return unanswered(error),
        };
        if end.is_none_or(|end| Instant::now() > end) || has_just_started(answer).await {
            return ExitCode::SUCCESS;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn has_just_started(answer: reqwest::Response) -> bool {
    let short = answer.content_length().is_some_and(|length| length < LONGEST_HEALTH);
    short && answer.json::<Health>().await.is_ok_and(|health| health.uptime < JUST_STARTED)
}

/// The health of the service that listens where `HEIST_LISTEN` says, as inside its container.
fn own_health() -> Result<String, String> {
    let listen = std::env::var("HEIST_LISTEN").map_err(|_| "name a URL, or set HEIST_LISTEN")?;
    let mut addr: SocketAddr = listen.parse().map_err(|_| format!("HEIST_LISTEN is no address: {listen}"))?;
    match addr.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => addr.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => addr.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    Ok(format!("http://{addr}/health"))
}

fn fail(why: &str) -> ExitCode {
    complain(why.to_owned());
    ExitCode::FAILURE
}
