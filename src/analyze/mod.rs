//! `analyze`: suspicion for any multi-agent transcript, the program's own or another's.

mod archive;
mod encoding;
mod formats;
mod judge;
mod left_out;
mod read;

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

pub use self::formats::Format;
use self::left_out::LeftOut;
use self::read::{Part, Transcript};
use crate::agents::model::Judge;
use crate::cli::{Analyze, Llm};
use crate::heist::{AgentName, AgentScore, EventKind, Evidence, Family};
use crate::llm::LlmError;
use crate::output;
use crate::play::{PlayError, find_server};
use crate::suspicion::{Detector, Parameters};
use crate::text::{self, harmless};

/// Pieces of evidence told for each agent to a person, the weightiest first.
const SHOWN: usize = 3;

/// Characters of a name in the table.
const NAME: usize = 40;

/// What stands for standard input among the files.
const STDIN: &str = "-";

/// Why a transcript was not analysed.
#[derive(Debug, thiserror::Error)]
pub enum AnalyzeError {
    /// The file cannot be read.
    #[error("cannot read {file}: {source}", file = file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A line is not of a transcript.
    #[error("{file}, line {line}: {why}; a transcript has lines such as {{\"agent\":\"planner\",\"message\":\"…\"}}", file = file.display())]
    Line {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// A document is not of the form that was asked for.
    #[error("{file}: {why}; what is meant is such as {}", format.example(), file = file.display())]
    Document {
        /// The file.
        file: PathBuf,
        /// The form.
        format: Format,
        /// What is wrong with it.
        why: String,
    },
    /// A document is too large, or of a kind that is not read.
    #[error("{file}: {why}", file = file.display())]
    Large {
        /// The file.
        file: PathBuf,
        /// What is wrong with it, and what to do.
        why: String,
    },
    /// Standard input is named more than once.
    #[error("standard input can be read once, and `-` is named {0} times")]
    Twice(usize),
    /// The model that was asked for is not there.
    #[error(transparent)]
    Play(#[from] PlayError),
    /// It does not answer any more.
    #[error("{file} is not weighed: {source}", file = file.display())]
    Judge {
        /// The file.
        file: PathBuf,
        /// Why.
        source: LlmError,
    },
    /// Nobody says anything in it.
    #[error("{file} has no message and no tool call{}", besides(left_out), file = file.display())]
    Nothing {
        /// The file.
        file: PathBuf,
        /// What was not understood in it.
        left_out: Vec<String>,
    },
    /// The output.
    #[error("cannot write to the output: {0}")]
    Output(#[from] io::Error),
}

/// What was found in one transcript.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Analysis {
    /// The file, as it was named; after a `#` the sample, if it is one of a log.
    pub file: String,
    /// The agents, the most suspected first.
    pub agents: Vec<Suspect>,
    /// The form in which it was read.
    #[serde(skip)]
    pub format: Format,
    /// What of it was not weighed, for a person.
    #[serde(skip)]
    pub left_out: Vec<String>,
}

/// How an agent looks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Suspect {
    /// The agent.
    pub agent: AgentName,
    /// How likely it is the mole; the scores sum to 1.
    pub score: f64,
    /// 1 for the most suspected.
    pub rank: usize,
    /// By how much the evidence of each family has moved its log odds.
    pub families: BTreeMap<Family, f64>,
    /// The evidence, in the order in which it was found.
    pub evidence: Vec<Evidence>,
}

/// Sees that what is named can be read.
///
/// # Errors
/// If standard input is named twice.
pub fn check(files: &[PathBuf]) -> Result<(), AnalyzeError> {
    let count = files.iter().filter(|file| file.as_os_str() == STDIN).count();
    if count > 1 { Err(AnalyzeError::Twice(count)) } else { Ok(()) }
}

/// Finds the model that is to weigh the transcripts too, if one is.
///
/// # Errors
/// If it was asked for and is not there.
pub async fn find_judge(options: &Analyze) -> Result<Option<Judge>, AnalyzeError> {
    let found = match options.llm {
        Llm::Scripted => return Ok(None),
        Llm::Openai | Llm::Auto => find_server(&options.llm_url, options.llm_timeout, options.model.as_deref()).await,
    };
    match found {
        Ok(server) => Ok(Some(Judge::new(server.client, server.model.id))),
        Err(PlayError::Llm(error)) if options.llm == Llm::Auto && error.is_gone() => {
            output::tell(&format!("no model weighs them too: {error}"));
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// Reads a file and weighs it, with a model if there is one: one transcript, or each sample of a log. What is found in each, or
/// why it is not weighed, is told as soon as it is known, until nobody listens.
pub async fn analyze(
    file: &Path,
    format: Format,
    judge: Option<&Judge>,
    parameters: &Arc<Parameters>,
    mut tell: impl FnMut(Result<Analysis, AnalyzeError>) -> ControlFlow<()>,
) {
    let parts = match read::read(file, format) {
        Ok(parts) => parts,
        Err(error) => {
            // Nothing comes after it.
            let _ = tell(Err(error));
            return;
        }
    };
    for part in parts {
        let found = match part {
            Ok(part) => weigh(part, judge, parameters).await,
            Err(error) => Err(error),
        };
        if tell(found).is_break() {
            return;
        }
    }
}

/// Weighs one transcript.
async fn weigh(part: Part, judge: Option<&Judge>, parameters: &Arc<Parameters>) -> Result<Analysis, AnalyzeError> {
    let Part { name: file, transcript: Transcript { format, mut events, crew }, mut left_out } = part;
    if crew.is_empty() {
        return Err(AnalyzeError::Nothing { file, left_out: left_out.told() });
    }
    if let Some(judge) = judge {
        let asked = judge::ask(judge, &crew, &events).await;
        match asked.map_err(|source| AnalyzeError::Judge { file: file.clone(), source })? {
            Some(judgement) => events.push(EventKind::JudgeAnswered(judgement)),
            None => left_out.say("the model gave no answer that could be read, and counts for nothing".to_owned()),
        }
    }
    let mut detector = Detector::with(Arc::clone(parameters), &crew);
    let mut evidence: HashMap<AgentName, Vec<Evidence>> = HashMap::new();
    let mut scores: Vec<AgentScore> = Vec::new();
    for found in events.iter().filter_map(|event| detector.observe(event)) {
        for piece in found.evidence {
            evidence.entry(piece.agent.clone()).or_default().push(piece);
        }
        scores = found.agents;
    }
    left_out.beyond(&detector.full());
    scores.sort_by(|one, other| other.score.total_cmp(&one.score));
    let suspect = |(rank, AgentScore { agent, score, .. }): (usize, AgentScore)| {
        let evidence = evidence.remove(&agent).unwrap_or_default();
        let families = Family::ALL.map(|family| {
            (family, evidence.iter().filter(|piece| piece.family == family).map(|piece| piece.weight).sum())
        });
        Suspect { agent, score, rank, families: families.into(), evidence }
    };
    let agents = (1..).zip(scores).map(suspect).collect();
    Ok(Analysis { file: file.display().to_string(), agents, format, left_out: left_out.told() })
}

/// Writes the analysis: one line of JSON, or a table with the strongest evidence.
///
/// # Errors
/// If the output cannot be written.
pub fn write(analysis: &Analysis, json: bool, mut out: impl Write) -> Result<(), AnalyzeError> {
    if json {
        writeln!(out, "{}", text::json(analysis).map_err(io::Error::from)?)?;
        return Ok(out.flush()?);
    }
    writeln!(out, "{}", in_line(&analysis.file, usize::MAX))?;
    for suspect in &analysis.agents {
        writeln!(out, "{:>3}. {:<16} {:>3.0} %", suspect.rank, in_line(&suspect.agent, NAME), suspect.score * 100.0)?;
        let mut evidence: Vec<_> = suspect.evidence.iter().filter(|piece| piece.weight > 0.0).collect();
        evidence.sort_by(|one, other| other.weight.total_cmp(&one.weight));
        for piece in evidence.into_iter().take(SHOWN) {
            let (note, message) = (in_line(&piece.note, usize::MAX), in_line(&piece.message, NAME));
            writeln!(out, "       {:+.1}  {note} ({message})", piece.weight)?;
        }
    }
    Ok(out.flush()?)
}

/// The text as it stands in one line of a terminal, of so many characters at the most.
fn in_line(text: &str, most: usize) -> String {
    let shown: String = harmless(text).chars().take(most).map(|c| if c == '\n' { '\u{240a}' } else { c }).collect();
    if text.chars().nth(most).is_some() { shown + "\u{2026}" } else { shown }
}

fn besides(left_out: &[String]) -> String {
    if left_out.is_empty() { String::new() } else { format!("; {}", left_out.join("; ")) }
}
