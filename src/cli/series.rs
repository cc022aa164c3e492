//! The options that say which games are played and who plays them, for one machine or for many.

use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum};

use super::values::name_of_mole;
use super::{Game, LLM_URL, Llm, Models};

/// Which games of a bench, and who plays them.
#[derive(Clone, Debug, Args)]
pub struct Series {
    /// How many games with a mole; a tenth of them is played once more without
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub games: u64,
    /// What is dealt; the seed is the first game's, 1 if none is given.
    #[command(flatten)]
    pub game: Game,
    /// The detector's parameters, as `fit` writes them [default: those in the program]
    #[arg(long, value_name = "FILE")]
    pub detector: Option<PathBuf>,
    /// Who speaks
    #[arg(long, value_enum, default_value_t = Llm::Scripted)]
    pub llm: Llm,
    /// The OpenAI-compatible model servers, one or more: each heist goes to the one that has the least to do
    #[arg(long, env = "HEIST_LLM_URL", value_name = "URL", default_value = LLM_URL, action = ArgAction::Append)]
    #[arg(value_delimiter = ',')]
    pub llm_url: Vec<String>,
    /// Their models.
    #[command(flatten)]
    pub models: Models,
}

impl Game {
    /// The options that deal the same, whatever the configuration says where they are read; the seed is this one. A crew
    /// is left out: it is a file, and stands elsewhere there.
    #[must_use]
    pub fn arguments(&self, seed: u64) -> Vec<String> {
        let Self { rounds, seed: _, bank, crew: _, mole, strategy, difficulty } = self;
        let strategy = strategy.0.map_or("random", |strategy| strategy.name());
        vec![
            format!("--seed={seed}"),
            format!("--rounds={rounds}"),
            format!("--bank={bank}"),
            format!("--mole={}", name_of_mole(mole)),
            format!("--strategy={strategy}"),
            format!("--difficulty={}", difficulty.name()),
        ]
    }
}

impl Series {
    /// The first game's seed.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.game.seed.unwrap_or(1)
    }

    /// The options of `bench` that play the same, without the files and the model server's address: those are other ones
    /// where it is played.
    #[must_use]
    pub fn arguments(&self) -> Vec<String> {
        let Self { games, game, detector: _, llm, llm_url: _, models } = self;
        let Models { llm_timeout, model, mole_model, judge, judge_model } = models;
        let mut arguments = vec![format!("--games={games}")];
        arguments.extend(game.arguments(self.seed()));
        arguments.push(format!("--llm={}", name_of(llm)));
        if *llm != Llm::Scripted {
            arguments.push(format!("--llm-timeout={llm_timeout}"));
            arguments.push(format!("--judge={}", name_of(judge)));
            let models = [("model", model), ("mole-model", mole_model), ("judge-model", judge_model)];
            let named =
                models.into_iter().filter_map(|(option, model)| Some(format!("--{option}={}", model.as_ref()?)));
            arguments.extend(named);
        }
        arguments
    }
}

/// What a value is called on the command line.
fn name_of(value: &impl ValueEnum) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::{Bench, Cli, Command, Sweep};

    fn sweep(args: &[&str]) -> Sweep {
        let cli = Cli::try_parse_from([&["heist-tui", "sweep", "--swarm", "-o", "f"], args].concat()).unwrap();
        let Some(Command::Sweep(sweep)) = cli.command else { panic!("no sweep") };
        sweep
    }

    fn bench(args: &[String]) -> Bench {
        let args = ["heist-tui", "bench"].into_iter().chain(args.iter().map(String::as_str));
        let Some(Command::Bench(bench)) = Cli::try_parse_from(args).unwrap().command else { panic!("no bench") };
        bench
    }

    #[test]
    fn a_bench_reads_the_games_of_a_sweep_as_they_were_said() {
        for args in [
            &[][..],
            &["--games", "7", "--seed", "18446744073709551615", "--rounds", "3", "--bank", "first-meridian"],
            &["--bank", "9", "--mole", "none", "--strategy", "wrong_tools", "--difficulty", "hard"],
            &["--mole", "-odd name", "--llm", "openai", "--model", "-m", "--judge", "message", "--llm-timeout", "7"],
            &["--llm", "auto", "--mole-model", "m", "--judge-model", "j"],
        ] {
            // A value that begins with a dash must be joined to its option here too.
            let joined: Vec<String> = args.chunks(2).map(|pair| format!("{}={}", pair[0], pair[1])).collect();
            let series = sweep(&joined.iter().map(String::as_str).collect::<Vec<_>>()).series;
            let read = bench(&series.arguments()).series;
            let dealt = Game { seed: Some(series.seed()), ..series.game.clone() };
            assert_eq!(format!("{:?}", read.game), format!("{dealt:?}"));
            assert_eq!((read.games, read.llm), (series.games, series.llm));
            if series.llm != Llm::Scripted {
                assert_eq!(format!("{:?}", read.models), format!("{:?}", series.models));
            }
        }
    }
}
