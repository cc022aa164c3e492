//! `heist-tools`: one tool service as a process, or a look at its health.

fn main() -> std::process::ExitCode {
    heist_tools::cli::run(std::env::args_os())
}
