//! `analyze`: suspicion for any multi-agent transcript, the program's own or another's.

mod encoding;
mod left_out;
mod line;
mod read;

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use self::left_out::LeftOut;
use self::read::Transcript;
use crate::heist::{AgentName, AgentScore, Evidence, Family};
use crate::suspicion::Detector;
use crate::text::{self, harmless};

/// Pieces of evidence told for each agent to a person, the weightiest first.
const SHOWN: usize = 3;

/// Characters of a name in the table.
const NAME: usize = 40;

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
    /// The file, as it was named.
    pub file: String,
    /// The agents, the most suspected first.
    pub agents: Vec<Suspect>,
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

/// Reads one transcript and weighs it.
///
/// # Errors
/// If the file cannot be read, or is not a transcript.
pub fn analyze(file: &Path) -> Result<Analysis, AnalyzeError> {
    let mut left_out = LeftOut::default();
    let Transcript { events, crew } = read::read(file, &mut left_out)?;
    if crew.is_empty() {
        return Err(AnalyzeError::Nothing { file: file.to_owned(), left_out: left_out.told() });
    }
    let mut detector = Detector::new(&crew);
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
    Ok(Analysis { file: file.display().to_string(), agents, left_out: left_out.told() })
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
