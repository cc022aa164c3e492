//! The documents and tables that were read, and messages held against them.

use std::fmt;

use heist_tools::table::Gives;
use rmcp::schemars::{self, JsonSchema};
use serde::Serialize;

use crate::mcp::serve::seen::{Agent, Seen};
use crate::mcp::serve::{Refusal, entry};
use crate::views::sources::{Claim, Kind, Line, Source};

/// The longest source that is told, in bytes.
const LONGEST: usize = 40_000;

/// Documents and tables.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(in crate::mcp::serve) struct Sources {
    sources: Vec<SourceTold>,
}

/// A document or table.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct SourceTold {
    name: String,
    /// document or table
    kind: &'static str,
    /// Who has read it, in which turn and by which call; nobody, if it is closed.
    read_by: Vec<String>,
    /// Who could read it.
    readable_by: Vec<String>,
    /// What came back, if one source was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    answers: Vec<AnswerTold>,
}

/// What came back.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct AnswerTold {
    /// The query; missing for a document.
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<String>,
    lines: Vec<LineTold>,
    /// Whether lines are left out, since all together would be too long.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    cut: bool,
}

/// A sentence or row.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct LineTold {
    text: String,
    /// The messages that speak of what it says.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    spoken_of_in: Vec<String>,
}

impl SourceTold {
    fn of(seen: &Seen, source: &Source) -> Self {
        let can = |agent: &&Agent| agent.gets(source.gives);
        Self {
            name: source.name.clone(),
            kind: if source.gives == Gives::Rows { "table" } else { "document" },
            read_by: source.readers().into_iter().map(crate::views::sources::Reader::words).collect(),
            readable_by: seen.crew.iter().filter(can).map(|agent| agent.label.clone()).collect(),
            answers: Vec::new(),
        }
    }
}

impl Sources {
    /// All that there are, without what stands in them.
    pub(in crate::mcp::serve) fn listed(seen: &Seen) -> Self {
        Self { sources: seen.sources.listed().into_iter().map(|source| SourceTold::of(seen, source)).collect() }
    }

    /// One of them, with all that came back of it.
    ///
    /// # Errors
    /// If there is none of this name, or nobody has read it.
    pub(in crate::mcp::serve) fn one(seen: &Seen, name: &str) -> Result<Self, Refusal> {
        let listed = seen.sources.listed();
        let Some(source) = listed.iter().find(|source| source.name.eq_ignore_ascii_case(name)) else {
            let names: Vec<_> = listed.iter().map(|source| source.name.as_str()).collect();
            return Err(Refusal::new(format!("There is no such source; there are {}.", names.join(", "))));
        };
        let mut told = SourceTold::of(seen, source);
        if source.is_closed() {
            let (can, name) = (told.readable_by.join(" or "), &source.name);
            return Err(Refusal::new(if can.is_empty() {
                format!("Nobody has read {name}, and nobody in this crew can.")
            } else {
                format!("Nobody has read {name} yet. tell_agent {can} to read it, then go_on.")
            }));
        }
        let mut used = 0;
        for (answer, lines) in source.cut() {
            let line = |line: &Line| LineTold {
                text: line.text.clone(),
                spoken_of_in: seen.sources.facts.speaking_of(&line.keys).into_iter().map(ToOwned::to_owned).collect(),
            };
            let fits = |line: &&Line| {
                used += line.text.len();
                used <= LONGEST
            };
            let all: Vec<_> = lines.iter().filter(|line| line.kind != Kind::Break).collect();
            let lines: Vec<_> = all.iter().copied().take_while(fits).map(line).collect();
            let query = (!answer.asked.is_empty()).then(|| answer.asked.clone());
            told.answers.push(AnswerTold { query, cut: lines.len() < all.len(), lines });
        }
        Ok(Self { sources: vec![told] })
    }
}

impl fmt::Display for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for SourceTold { name, kind, read_by, readable_by, answers } in &self.sources {
            if read_by.is_empty() {
                writeln!(f, "{name} ({kind}): closed; {} could read it", or_nobody(readable_by))?;
            } else {
                writeln!(f, "{name} ({kind}): read by {}", read_by.join(", "))?;
            }
            for AnswerTold { query, lines, cut } in answers {
                writeln!(f, "{}", query.as_ref().map_or(String::new(), |query| format!("\n{query}")))?;
                for LineTold { text, spoken_of_in } in lines {
                    let said =
                        if spoken_of_in.is_empty() { String::new() } else { format!("  [{}]", spoken_of_in.join(" ")) };
                    writeln!(f, "  {text}{said}")?;
                }
                if *cut {
                    writeln!(f, "  (more came back than can be told at once: read_talk has it where it was read)")?;
                }
            }
        }
        Ok(())
    }
}

fn or_nobody(agents: &[String]) -> String {
    if agents.is_empty() { "nobody".to_owned() } else { agents.join(" or ") }
}

/// A message, held against the sources.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(in crate::mcp::serve) struct Checked {
    message: String,
    agent: String,
    text: String,
    /// The facts that it tells, and what stands in the sources.
    claims: Vec<Held>,
}

/// A claim beside its source.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Held {
    /// The fact as it was said; or what it is called, if the message only points to it.
    said: String,
    /// Where its speaker has it from; missing if that was not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    names: Option<String>,
    /// The source that tells the fact; missing if nobody has read one.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    /// What it says, word for word.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<String>,
}

impl Checked {
    /// # Errors
    /// If there is no such message.
    pub(in crate::mcp::serve) fn of(seen: &Seen, id: &str) -> Result<Self, Refusal> {
        let is_it = |it: &&entry::Entry| it.kind == entry::Kind::Message && it.id.as_deref() == Some(id);
        let Some(message) = seen.entries.iter().find(is_it) else {
            return Err(Refusal::new(format!("There is no message {id} yet; messages are called m1, m2, and so on.")));
        };
        Ok(Self {
            message: id.to_owned(),
            agent: message.agent.clone().unwrap_or_default(),
            text: message.text.clone(),
            claims: seen
                .sources
                .facts
                .claims_of(id)
                .into_iter()
                .map(|claim| held(seen, claim))
                .chain(pointed(seen, id))
                .collect(),
        })
    }
}

/// The facts that a message asks for, or gives as its reasons, without saying them.
fn pointed<'a>(seen: &'a Seen, id: &'a str) -> impl Iterator<Item = Held> + 'a {
    let facts = &seen.sources.facts;
    let is_said = move |key: &str| facts.claims_of(id).iter().any(|claim| claim.key == key);
    facts.spoken_of_in(id).into_iter().filter(move |key| !is_said(key)).map(|key| {
        let source = seen.sources.telling(key);
        Held {
            said: format!("speaks of {}", facts.label(key)),
            names: None,
            source: source.map(|source| source.name.clone()),
            line: source.and_then(|source| line_of(source, key)),
        }
    })
}

/// The source that a claim names, if it tells the fact; else one that does.
fn held(seen: &Seen, claim: &Claim) -> Held {
    let named = seen.sources.named(&claim.source).filter(|source| source.telling(&claim.key).is_some());
    let source = named.or_else(|| seen.sources.telling(&claim.key));
    Held {
        said: claim.words.clone(),
        names: (!claim.source.is_empty()).then(|| claim.source.clone()),
        source: source.map(|source| source.name.clone()),
        line: source.and_then(|source| line_of(source, &claim.key)),
    }
}

/// The line that tells a fact; a row of a table with its columns.
fn line_of(source: &Source, key: &str) -> Option<String> {
    let lines: Vec<_> = source.lines().collect();
    let at = source.telling(key)?;
    let line = lines.get(at)?;
    let columns = lines.get(..at)?.iter().rev().find(|line| line.kind == Kind::Columns);
    Some(match columns.filter(|_| line.kind == Kind::Row) {
        Some(columns) => {
            let cells = columns.cells().into_iter().zip(line.cells());
            cells.map(|(column, cell)| format!("{column}: {cell}")).collect::<Vec<_>>().join(", ")
        }
        None => line.text.clone(),
    })
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}: {}\n", self.message, self.agent, self.text)?;
        if self.claims.is_empty() {
            return write!(f, "It tells no fact that a source could hold.");
        }
        for Held { said, names, source, line } in &self.claims {
            let names = names.as_ref().map_or(String::new(), |names| format!(" (from {names})"));
            writeln!(f, "- {said}{names}")?;
            match (source, line) {
                (Some(source), Some(line)) => writeln!(f, "  {source} says: {line}")?,
                _ => writeln!(f, "  nobody has read a source that tells it")?,
            }
        }
        Ok(())
    }
}
