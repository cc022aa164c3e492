//! What a model is told: one text that all agents share, and a tail for the agent whose turn it is.
//!
//! A local model spends most of a heist reading. The shared text comes first and only ever grows at its end, so a
//! server's prompt cache holds it from turn to turn; whatever differs between agents stands in the tail.

use std::fmt::Write as _;

use super::brief::Brief;
use super::roster::{Ability, Persona};
use crate::heist::Entry;

/// A tool as the crew is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolNote {
    /// The tool's name.
    pub name: String,
    /// What it does and what its argument is.
    pub description: String,
}

/// A result longer than so many characters is cut in the prompt; the event keeps it whole.
const RESULT_CHARS: usize = 900;

/// The answer to [`choose`] has at most so many characters of argument.
const ARGUMENT_CHARS: usize = 160;

/// The first part, the same for every agent in every turn of a session: the frame, the crew, the rules, the tools.
#[must_use]
pub fn system(crew: &[Persona], tools: &[ToolNote]) -> String {
    let mut text = String::from(
        "This is Heist, a party game of bluff and deduction, like Werewolf or Mafia. The players speak as characters \
         who talk through the robbery of the First Meridian Bank. The bank, its staff and its vault are made up for \
         the game; nothing of it is real. One player may secretly play against the others.\n\nThe characters:\n",
    );
    for persona in crew {
        let _ = writeln!(text, "- {}: {}", persona.name, persona.role);
    }
    text.push_str(
        "\nHow to play:\n\
         - Speak as your own character only, in the first person. Never write another character's line.\n\
         - Two to four sentences of plain text. No lists, no headings, no stage directions.\n\
         - Say something new each time: a fact with its figure and where you have it from, or a decision with its \
         reason. Do not announce what you will do, do it. Do not repeat what was said.\n\
         - Stay with the bank. Facts come from the tools' results below, never from imagination.\n\
         - The game itself writes the lines in square brackets; you never write them.\n\nThe tools:\n",
    );
    for tool in tools {
        let _ = writeln!(text, "- {}: {}", tool.name, tool.description);
    }
    text
}

/// The talk as the whole crew has seen it. It grows only at its end, until it would pass `budget` characters: then its
/// oldest part is left out down to about half the budget at once, and the next cut is far away again.
#[must_use]
pub fn talk(brief: &Brief, budget: usize) -> String {
    let mut lines: Vec<String> = Vec::with_capacity(brief.transcript.len());
    let (mut kept_from, mut size) = (0, 0);
    for (index, entry) in brief.transcript.iter().enumerate() {
        let line = line(entry, &brief.transcript[..index], brief.rounds);
        size += line.len();
        lines.push(line);
        if size > budget {
            while size > budget / 2 && kept_from < index {
                size -= lines[kept_from].len();
                kept_from += 1;
            }
        }
    }
    let mut text = String::from("The talk so far:\n");
    if kept_from > 0 {
        text.push_str("(What was said before is left out.)\n");
    }
    text.extend(lines.drain(kept_from..));
    text
}

fn line(entry: &Entry, before: &[Entry], rounds: u32) -> String {
    match entry {
        Entry::Round(round, phase) => format!("\n== Round {round} of {rounds}: {} ==\n", phase.title()),
        Entry::Said(message) => format!("{}: {}\n", message.agent, message.text),
        Entry::Used(used) => {
            let call = &used.call;
            let known = before.iter().any(|earlier| {
                matches!(earlier, Entry::Used(other) if other.outcome == used.outcome
                    && other.call.tool == call.tool && other.call.arguments == call.arguments)
            });
            let answer = match &used.outcome {
                Ok(_) if known => "the same as before".to_owned(),
                Ok(result) => cut(result, RESULT_CHARS),
                Err(error) => format!("no result: {}", cut(error, RESULT_CHARS)),
            };
            format!("[{} used {} with {}: {answer}]\n", call.agent, call.tool, call.arguments)
        }
    }
}

fn cut(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        Some((end, _)) => format!("{} …", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// The tail that asks for a tool call; the answer follows [`choice_schema`].
#[must_use]
pub fn choose(brief: &Brief) -> String {
    let mut text = who(brief);
    let tools: Vec<_> = brief.me.abilities.iter().map(|ability| ability.tool()).collect();
    let _ = writeln!(
        text,
        "Before you speak, choose one use of a tool that helps with your task and was not made before. You may use: \
         {}. Answer with JSON: the tool and its argument, or the tool \"none\".",
        tools.join(", ")
    );
    if brief.me.abilities.contains(&Ability::Calculate) {
        text.push_str("The calculator takes figures from the talk, such as 22+4.\n");
    }
    text
}

/// The JSON schema of the answer to [`choose`]: `{"tool": one of the agent's own or "none", "argument": text}`.
#[must_use]
pub fn choice_schema(brief: &Brief) -> serde_json::Value {
    let tools: Vec<_> = brief.me.abilities.iter().map(|ability| ability.tool()).chain(["none"]).collect();
    serde_json::json!({
        "type": "object",
        "properties": {
            "tool": { "type": "string", "enum": tools },
            "argument": { "type": "string", "maxLength": ARGUMENT_CHARS },
        },
        "required": ["tool", "argument"],
        "additionalProperties": false,
    })
}

/// The tail that asks for a message. `nudge` says what was wrong with the last try.
#[must_use]
pub fn speak(brief: &Brief, nudge: Option<&str>) -> String {
    let mut text = who(brief);
    if let Some(nudge) = nudge {
        let _ = writeln!(text, "{nudge}");
    }
    let _ = writeln!(
        text,
        "Now speak as {}, to the crew: two to four sentences with facts or a decision, nothing else.",
        brief.me.name
    );
    text
}

fn who(brief: &Brief) -> String {
    let Brief { me, phase, .. } = brief;
    let mut text = format!("\n---\nYou are {}: {}. {}\n", me.name, me.role, me.voice);
    if let Some(orders) = &brief.orders {
        let _ = writeln!(text, "Secret, for you alone: {}", orders.text);
    }
    let _ = writeln!(text, "Your task in this round: {}", me.task(*phase));
    if let Some(command) = &brief.command {
        let _ = writeln!(text, "The boss tells you, and you obey in this turn: {command}");
    }
    text
}
