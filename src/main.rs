//! The program's door: what it was called by, its options, its log, and the exit code it ends with.

use std::env;
use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;

use heist_tui::analyze::{self, Analysis, AnalyzeError, Format as TranscriptFormat};
use heist_tui::bank::{self, BankError};
use heist_tui::bench::{self, BenchError};
use heist_tui::cli::{
    Analyze, Command, Daily, Export, Mcp, OfConfig, OfMcp, OfSessions, Play, Replay, Resume, Sessions, Stats,
};
use heist_tui::config::{self, CommandError, Config, ConfigError};
use heist_tui::containers::{self, ContainersError};
use heist_tui::doctor;
use heist_tui::fit::{self, FitError};
use heist_tui::fleet::FleetError;
use heist_tui::headless::Format;
use heist_tui::interrupt::{self, INTERRUPTED, interrupted};
use heist_tui::mcp::{self, McpError, serve};
use heist_tui::output;
use heist_tui::places;
use heist_tui::play::{self, PlayError, What};
use heist_tui::records::{Records, RecordsError};
use heist_tui::sweep::{self, SweepError};
use heist_tui::terms::Day;
use heist_tui::tui::{self, Look, NoTerminal, Screen};
use tracing_subscriber::EnvFilter;

/// The program was used wrongly.
const USAGE: u8 = 2;
/// Something needed is not there.
const MISSING: u8 = 3;

/// Heists, screens and judgements make many small values: a tenth of their time is spent on getting room for them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let mut args: Vec<OsString> = env::args_os().collect();
    // In the tools' image this same executable stands under the services' name. Called with its own as a service it is itself.
    if args.first().is_some_and(|name| Path::new(name).file_stem().is_some_and(|stem| stem == "heist-tools")) {
        if args.get(1).is_none_or(|service| service != "heist-tui") {
            return heist_tools::cli::run(args);
        }
        args.remove(0);
    }
    let code = match interrupt::listen() {
        Ok(()) => program(&args),
        Err(error) => fail(MISSING, &format!("cannot listen for the system's signals: {error}")),
    };
    output::finish();
    code
}

fn program(args: &[OsString]) -> ExitCode {
    let config = match Config::read(args) {
        Ok(config) => config,
        Err(error) => return misconfigured(&error),
    };
    let cli = &config.cli;
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(MISSING, &format!("cannot start: {error}")),
    };
    log(match &cli.command {
        None => !cli.play.run.headless.ci,
        Some(Command::Daily(daily)) => !daily.run.headless.ci,
        Some(Command::Resume(resume)) => !resume.run.headless.ci,
        Some(Command::Replay(replay)) => !replay.ci,
        Some(Command::Sessions(sessions)) => matches!(sessions.what, Some(OfSessions::Browse { .. })),
        Some(_) => false,
    });
    let code = runtime.block_on(run(&config));
    // What still runs is of no more use; a request under way need not be waited for.
    runtime.shutdown_background();
    code
}

async fn run(config: &Config) -> ExitCode {
    let (cli, out) = (&config.cli, io::stdout());
    let done = match &cli.command {
        None => {
            let Play { game, run } = &cli.play;
            return played(play::play(What::Game(game.clone()), run, &cli.docker, config.look.clone())).await;
        }
        Some(Command::Daily(Daily { run, docker })) => {
            return match config.usual_game() {
                Ok(next) => played(play::play(What::Daily(Day::today(), next), run, docker, config.look.clone())).await,
                Err(error) => misconfigured(&error),
            };
        }
        Some(Command::Resume(Resume { session, run, docker })) => {
            return match config.usual_game() {
                Ok(next) => {
                    let said = config.said.clone();
                    let on = async {
                        let session = session.clone().map_or_else(|| play::newest(&run.means), Ok)?;
                        play::play(What::CutOff { session, said, next }, run, docker, config.look.clone()).await
                    };
                    played(on).await
                }
                Err(error) => misconfigured(&error),
            };
        }
        Some(Command::Up(options)) => containers::up(options, out).await.map(|()| true),
        Some(Command::Down(options)) => containers::down(options, out).await.map(|()| true),
        Some(Command::Status(options)) => containers::status(options, out).await,
        Some(Command::Logs(options)) => containers::logs(options, out).await.map(|()| true),
        Some(Command::Doctor(options)) => {
            return match doctor::examine(options, &options.docker, out).await {
                Ok(true) => ExitCode::SUCCESS,
                Ok(false) => ExitCode::from(1),
                Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
                Err(error) => fail(MISSING, &format!("cannot write to the output: {error}")),
            };
        }
        Some(Command::Bench(options)) => return benched(Box::pin(bench::bench(options, &cli.docker, out)).await),
        Some(Command::Sweep(options)) => return swept(Box::pin(sweep::sweep(options, out)).await),
        Some(Command::Fit(options)) => return fitted(fit::fit(options, out)),
        Some(Command::Mcp(Mcp { what: OfMcp::Serve(options) })) => return Box::pin(serve::serve(options)).await,
        Some(Command::Bank(options)) => return of_bank(bank::bank(options, out)),
        Some(Command::Mcp(Mcp { what: OfMcp::Token(options) })) => {
            return match mcp::token(options, out).await {
                Ok(()) => ExitCode::SUCCESS,
                Err(McpError::Output(error)) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
                Err(error) => fail(if error.is_usage() { USAGE } else { MISSING }, &error.to_string()),
            };
        }
        Some(Command::Analyze(options)) => return Box::pin(analyzed(options)).await,
        Some(Command::Config(options)) => {
            return configured(match options.what {
                OfConfig::Init => config::init(config, out),
                OfConfig::Show { json } => config::show(config, json, out),
                OfConfig::Path => config::path(config, out),
            });
        }
        Some(Command::Completions(options)) => return configured(config::completions(options.shell, out)),
        Some(Command::Man) => return configured(config::manual(out)),
        Some(Command::Sessions(options)) => return seen(sessions(options, &config.look)).await,
        Some(Command::Stats(Stats { json, database })) => {
            return recorded(Records::open(database.db.as_deref()).and_then(|records| records.stats(*json, out)));
        }
        Some(Command::Replay(options)) => return seen(replay(options, &config.look)).await,
        Some(Command::Export(Export { sessions, format, output, database })) => {
            let records = Records::open(database.db.as_deref());
            return recorded(records.and_then(|records| records.export(sessions, *format, output.as_deref(), out)));
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        // The reader has seen enough.
        Err(ContainersError::Output(error)) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            let code = match &error {
                ContainersError::Fleet(error) if error.is_usage() => USAGE,
                ContainersError::Fleet(FleetError::Stopped) => INTERRUPTED,
                _ => MISSING,
            };
            fail(code, &error.to_string())
        }
    }
}

async fn played(heist: impl Future<Output = Result<u8, PlayError>>) -> ExitCode {
    match Box::pin(heist).await {
        Ok(code) => ExitCode::from(code),
        Err(error) => fail(error.exit_code(), &error.to_string()),
    }
}

/// What is seen in the terminal ends when the system wishes it.
async fn seen(records: impl Future<Output = Result<(), RecordsError>>) -> ExitCode {
    tokio::select! {
        done = Box::pin(records) => recorded(done),
        () = interrupted() => ExitCode::from(INTERRUPTED),
    }
}

async fn sessions(options: &Sessions, seen: &Look) -> Result<(), RecordsError> {
    let (out, json) = (io::stdout(), options.json);
    let mut records = Records::open(options.database.db.as_deref())?;
    match &options.what {
        None | Some(OfSessions::List) => records.list(json, out),
        Some(OfSessions::Browse { seeing }) => {
            let checked = if json { Err(NoTerminal::None) } else { tui::check() };
            let instead = "`heist-tui sessions list` prints the list";
            checked.map_err(|none| RecordsError::NoTerminal(none, instead.to_owned()))?;
            records.browse(&mut Screen::open(seeing.mouse)?, seeing.of(seen.clone())).await?;
            Ok(())
        }
        Some(OfSessions::Show { session }) => records.show(session, json, out),
        Some(OfSessions::Compare { sessions }) => records.compare(sessions, json, out),
        Some(OfSessions::Rm { session }) => records.remove(session, json, out),
    }
}

async fn replay(Replay { session, ci, json, seeing, database }: &Replay, seen: &Look) -> Result<(), RecordsError> {
    let records = Records::open(database.db.as_deref())?;
    match (ci, json, seeing.blind) {
        (false, ..) => records.watch(session, seeing.of(seen.clone())).await,
        (true, true, _) => records.replay(session, Format::Json, tokio::io::stdout()).await,
        (true, false, true) => records.replay(session, Format::BlindText, tokio::io::stdout()).await,
        (true, false, false) => records.replay(session, Format::Text, tokio::io::stdout()).await,
    }
}

/// One file that is no transcript does not keep the others from being weighed.
async fn analyzed(options: &Analyze) -> ExitCode {
    let judge = match analyze::check(&options.files) {
        Ok(()) => analyze::find_judge(options).await,
        Err(error) => Err(error),
    };
    let judge = match judge {
        Ok(judge) => judge,
        Err(error) => return not_analyzed(&error),
    };
    let parameters = match fit::parameters(options.detector.as_deref()) {
        Ok(parameters) => parameters,
        Err(error) => return fail(USAGE, &error.to_string()),
    };
    let (mut code, mut is_closed) = (ExitCode::SUCCESS, false);
    for file in &options.files {
        // Of a log with many samples once.
        let mut taken_for = Some(options.format).filter(|format| *format == TranscriptFormat::Auto);
        let tell = |found: Result<Analysis, AnalyzeError>| {
            let done = found.and_then(|analysis| {
                if taken_for.take().is_some() {
                    output::tell(&format!("{}: taken for {}", file.display(), analysis.format));
                }
                for what in &analysis.left_out {
                    output::tell(&format!("{}: {what}", analysis.file));
                }
                analyze::write(&analysis, options.json, io::stdout())
            });
            match done {
                Ok(()) => {}
                Err(AnalyzeError::Output(error)) if error.kind() == ErrorKind::BrokenPipe => is_closed = true,
                Err(error) => code = not_analyzed(&error),
            }
            if is_closed { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        analyze::analyze(file, options.format, judge.as_ref(), &parameters, tell).await;
        if is_closed {
            break;
        }
    }
    code
}

fn benched(done: Result<(), BenchError>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(BenchError::Output(error)) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => fail(error.exit_code(), &error.to_string()),
    }
}

fn swept(done: Result<(), SweepError>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(SweepError::Output(error)) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => fail(error.exit_code(), &error.to_string()),
    }
}

fn fitted(done: Result<(), FitError>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(FitError::Output(error)) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error @ FitError::Line { .. }) => fail(USAGE, &error.to_string()),
        Err(error) => fail(MISSING, &error.to_string()),
    }
}

fn of_bank(done: Result<(), BankError>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(BankError::Output(error)) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error @ BankError::Taken { .. }) => fail(USAGE, &error.to_string()),
        Err(error) => fail(MISSING, &error.to_string()),
    }
}

fn not_analyzed(error: &AnalyzeError) -> ExitCode {
    let code = match error {
        AnalyzeError::File { .. } | AnalyzeError::Judge { .. } => MISSING,
        AnalyzeError::Play(error) => error.exit_code(),
        _ => USAGE,
    };
    fail(code, &error.to_string())
}

fn configured(done: Result<(), CommandError>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(CommandError::Output(error)) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(CommandError::Config(error)) => misconfigured(&error),
        Err(error) => fail(MISSING, &error.to_string()),
    }
}

fn misconfigured(error: &ConfigError) -> ExitCode {
    match error {
        ConfigError::Usage(error) => {
            let printed = error.print().and_then(|()| io::stdout().flush());
            // Help and version go to the output and end well. Without an error output there is nobody to tell.
            match printed {
                _ if error.use_stderr() => ExitCode::from(USAGE),
                Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                    fail(MISSING, &format!("cannot write to the output: {error}"))
                }
                _ => ExitCode::SUCCESS,
            }
        }
        ConfigError::Place(error) => fail(MISSING, &error.to_string()),
        error => fail(USAGE, &error.to_string()),
    }
}

fn recorded(done: Result<(), RecordsError>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is_closed_pipe() => ExitCode::SUCCESS,
        Err(error) if error.is_closed_terminal() => ExitCode::from(INTERRUPTED),
        Err(error @ (RecordsError::NoTerminal(..) | RecordsError::Several(_) | RecordsError::Twice(_))) => {
            fail(USAGE, &error.to_string())
        }
        Err(error) => fail(MISSING, &error.to_string()),
    }
}

fn fail(code: u8, message: &str) -> ExitCode {
    output::tell(message);
    ExitCode::from(code)
}

/// A log that has grown to so many bytes is put aside at the next start.
const LONGEST_LOG: u64 = 4 << 20;

/// Logs to a file while a person watches the terminal, otherwise warnings to the error output. `RUST_LOG` sets what.
fn log(watched: bool) {
    let filter = |default: &str| EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    if !watched {
        tracing_subscriber::fmt().with_env_filter(filter("warn")).with_writer(|| output::Log).init();
        return;
    }
    let file = places::log().map_err(io::Error::other).and_then(|path| {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        if fs::metadata(&path).is_ok_and(|log| log.len() > LONGEST_LOG) {
            fs::rename(&path, path.with_extension("log.old"))?;
        }
        OpenOptions::new().create(true).append(true).open(path)
    });
    // A log that cannot be written is no reason not to play, nor to say so in the midst of a screen.
    if let Ok(file) = file {
        let log = tracing_subscriber::fmt().with_env_filter(filter("info")).with_ansi(false).with_writer(file);
        log.log_internal_errors(false).init();
    }
}
