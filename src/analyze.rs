//! `analyze`: suspicion for any multi-agent transcript, the program's own or another's.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::heist::{AgentName, AgentScore, EventKind, Evidence, Family, Message, Tokens, ToolCall, ToolReturn};
use crate::suspicion::Detector;
use crate::text::harmless;

/// Bytes of a line at the most.
const LINE: u64 = 1 << 20;

/// Lines of a file at the most: some thousand heists.
const LINES: usize = 1 << 20;

/// Agents of a transcript at the most.
const AGENTS: usize = 100;

/// Pieces of evidence told for each agent to a person, the weightiest first.
const SHOWN: usize = 3;

/// The kinds of events that the detector reads; others, also of newer versions, are passed over.
const WEIGHED: [&str; 7] = [
    "session.started",
    "round.started",
    "message.completed",
    "judge.answered",
    "tool.called",
    "tool.returned",
    "tool.denied",
];

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
    #[error("{file} has no message and no tool call", file = file.display())]
    Nothing {
        /// The file.
        file: PathBuf,
    },
    /// The output.
    #[error("cannot write to the output: {0}")]
    Output(#[from] io::Error),
}

/// A line of somebody else's transcript.
#[derive(Deserialize)]
struct Line {
    agent: String,
    message: Option<String>,
    tool: Option<String>,
    #[serde(default)]
    arguments: Value,
    #[serde(default)]
    result: Value,
    ok: Option<bool>,
    turn: Option<u32>,
}

/// What was found in one transcript.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Analysis {
    /// The file, as it was named.
    pub file: String,
    /// The agents, the most suspected first.
    pub agents: Vec<Suspect>,
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
    let events = read(file)?;
    let crew = crew(&events);
    if crew.is_empty() {
        return Err(AnalyzeError::Nothing { file: file.to_owned() });
    }
    let mut detector = Detector::new(&crew);
    let mut evidence = Vec::new();
    let mut scores: Vec<AgentScore> = Vec::new();
    for found in events.iter().filter_map(|event| detector.observe(event)) {
        evidence.extend(found.evidence);
        scores = found.agents;
    }
    scores.sort_by(|one, other| other.score.total_cmp(&one.score));
    let suspect = |(rank, AgentScore { agent, score, .. }): (usize, AgentScore)| {
        let evidence: Vec<Evidence> = evidence.iter().filter(|piece| piece.agent == agent).cloned().collect();
        let families = Family::ALL.map(|family| {
            (family, evidence.iter().filter(|piece| piece.family == family).map(|piece| piece.weight).sum())
        });
        Suspect { agent, score, rank, families: families.into(), evidence }
    };
    let agents = (1..).zip(scores).map(suspect).collect();
    Ok(Analysis { file: file.display().to_string(), agents })
}

/// Writes the analysis: one line of JSON, or a table with the strongest evidence.
///
/// # Errors
/// If the output cannot be written.
pub fn write(analysis: &Analysis, json: bool, mut out: impl Write) -> Result<(), AnalyzeError> {
    if json {
        writeln!(out, "{}", serde_json::to_string(analysis).map_err(io::Error::from)?)?;
        return Ok(out.flush()?);
    }
    writeln!(out, "{}", harmless(&analysis.file))?;
    for suspect in &analysis.agents {
        writeln!(out, "{:>3}. {:<16} {:>3.0} %", suspect.rank, harmless(&suspect.agent), suspect.score * 100.0)?;
        let mut evidence: Vec<_> = suspect.evidence.iter().filter(|piece| piece.weight > 0.0).collect();
        evidence.sort_by(|one, other| other.weight.total_cmp(&one.weight));
        for piece in evidence.into_iter().take(SHOWN) {
            let note = harmless(&piece.note).replace('\n', " ");
            writeln!(out, "       {:+.1}  {note} ({})", piece.weight, harmless(&piece.message))?;
        }
    }
    Ok(out.flush()?)
}

/// The events that the transcript tells of, up to the verdict.
fn read(file: &Path) -> Result<Vec<EventKind>, AnalyzeError> {
    let fail = |source| AnalyzeError::File { file: file.to_owned(), source };
    let mut reader = BufReader::new(File::open(file).map_err(fail)?);
    let mut events = Vec::new();
    let mut text = Vec::new();
    for line in 1.. {
        let wrong = |why: String| AnalyzeError::Line { file: file.to_owned(), line, why };
        text.clear();
        // One byte more than may be, to see that it is too much.
        let read = io::Read::take(&mut reader, LINE + 1).read_until(b'\n', &mut text).map_err(fail)?;
        if read == 0 {
            break;
        }
        if text.len() as u64 > LINE {
            return Err(wrong(format!("it is longer than {LINE} bytes")));
        }
        if line > LINES {
            return Err(wrong(format!("the file has more than {LINES} lines")));
        }
        if text.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let value: Value = serde_json::from_slice(&text).map_err(|error| wrong(format!("it is not JSON ({error})")))?;
        if let Some(kind) = value.get("kind") {
            let kind = kind.as_str().unwrap_or_default().to_owned();
            if kind == "verdict.reached" {
                break;
            }
            if WEIGHED.contains(&kind.as_str()) {
                events.push(serde_json::from_value(value).map_err(|error| wrong(format!("a bad {kind}: {error}")))?);
            }
        } else {
            let said = serde_json::from_value(value).map_err(|error| wrong(error.to_string()))?;
            events.extend(told(said, line).map_err(wrong)?);
        }
    }
    Ok(events)
}

/// The events that a line of somebody else's transcript stands for.
fn told(line: Line, number: usize) -> Result<Vec<EventKind>, String> {
    let turn = line.turn.unwrap_or_else(|| u32::try_from(number).unwrap_or(u32::MAX));
    let agent = AgentName::from(line.agent.as_str());
    match (line.message, line.tool) {
        (Some(text), None) => {
            let (tokens, ms, id) = (Tokens::default(), 0, format!("m{number}"));
            Ok(vec![EventKind::MessageCompleted(Message { id, round: 1, turn, agent, text, tokens, ms })])
        }
        (None, Some(tool)) => {
            let id = format!("t{number}");
            let call = ToolCall {
                id: id.clone(),
                turn,
                agent: agent.clone(),
                tool: tool.clone(),
                arguments: text(line.arguments),
            };
            let (ok, answer) = (line.ok.unwrap_or(true), text(line.result));
            let (result, error) = if ok { (Some(answer), None) } else { (None, Some(answer)) };
            let answer = ToolReturn { id, turn, agent, tool, ok, result, error, ms: 0 };
            Ok(vec![EventKind::ToolCalled(call), EventKind::ToolReturned(answer)])
        }
        (Some(_), Some(_)) => Err("it has both a message and a tool: a line tells one thing".to_owned()),
        (None, None) => Err("it has neither a message nor a tool".to_owned()),
    }
}

/// A text as it is; anything else as JSON.
fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The crew that the opening names; without one, everybody who does anything, in the order of their first appearance.
fn crew(events: &[EventKind]) -> Vec<AgentName> {
    let mut crew: Vec<AgentName> = Vec::new();
    for event in events {
        let agent = match event {
            EventKind::SessionStarted(started) => {
                return started.crew.iter().map(|member| member.name.clone()).take(AGENTS).collect();
            }
            EventKind::MessageCompleted(message) => &message.agent,
            EventKind::ToolCalled(call) => &call.agent,
            _ => continue,
        };
        if !crew.contains(agent) && crew.len() < AGENTS {
            crew.push(agent.clone());
        }
    }
    crew
}
