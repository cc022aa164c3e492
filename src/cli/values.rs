//! The values that options take.

use crate::crew::MoleChoice;
use crate::heist::{Difficulty, JudgeWhen, Strategy};
use crate::session::GuessBy;
use crate::terms::BankChoice;
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// Who speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Llm {
    /// The model server if it answers with a model, otherwise the scripted crew.
    #[default]
    Auto,
    /// A model on an OpenAI-compatible server.
    Openai,
    /// The scripted crew.
    Scripted,
}

/// When the judge is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Judge {
    /// Never.
    Off,
    /// After each round.
    #[default]
    Round,
    /// After each message.
    Message,
}

impl From<Judge> for JudgeWhen {
    fn from(judge: Judge) -> Self {
        match judge {
            Judge::Off => Self::Off,
            Judge::Round => Self::Round,
            Judge::Message => Self::Message,
        }
    }
}

/// Where the tools run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tools {
    /// In Docker if an engine answers, otherwise inside the program.
    #[default]
    Auto,
    /// In containers.
    Docker,
    /// Inside the program.
    Embedded,
}

/// How a headless heist is expected to come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Expect {
    /// The mole was named.
    Caught,
    /// It was not.
    Missed,
}

/// The mole's strategy; none to have it drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StrategyChoice(pub Option<Strategy>);

/// The mole that is asked for. Whether somebody of the name is in the crew is seen when the crew is known.
pub(super) fn mole(text: &str) -> MoleChoice {
    match text {
        "random" => MoleChoice::Random,
        "none" => MoleChoice::Nobody,
        name => MoleChoice::Agent(name.into()),
    }
}

/// What the command line calls it.
pub(super) fn name_of_mole(mole: &MoleChoice) -> &str {
    match mole {
        MoleChoice::Random => "random",
        MoleChoice::Nobody => "none",
        MoleChoice::Agent(name) => name,
    }
}

/// Who guesses; a name is looked up like the mole's.
pub(super) fn guess(text: &str) -> GuessBy {
    match text {
        "detector" => GuessBy::Detector,
        "random" => GuessBy::Random,
        "none" => GuessBy::Given(None),
        name => GuessBy::Given(Some(name.into())),
    }
}

/// The strategy of that name, or any.
pub(super) fn strategy(text: &str) -> Result<StrategyChoice, String> {
    if text == "random" {
        return Ok(StrategyChoice(None));
    }
    let found = Strategy::ALL.into_iter().find(|strategy| strategy.name() == text);
    found.map(|strategy| StrategyChoice(Some(strategy))).ok_or_else(|| {
        let names: Vec<_> = Strategy::ALL.iter().map(|strategy| strategy.name()).collect();
        format!("no such strategy; say random, or one of {}", names.join(", "))
    })
}

/// The bank of a seed, or the one written by hand; where there is no heist, none has its own.
pub(super) fn bank(text: &str) -> Result<BankChoice, String> {
    let wrong = || "say the seed of a heist, such as 7, or first-meridian".to_owned();
    text.parse().ok().filter(|choice| *choice != BankChoice::Seed).ok_or_else(wrong)
}

/// The difficulty of that name.
pub(super) fn difficulty(text: &str) -> Result<Difficulty, String> {
    let found = Difficulty::ALL.into_iter().find(|difficulty| difficulty.name() == text);
    found.ok_or_else(|| "say easy, normal or hard".to_owned())
}
