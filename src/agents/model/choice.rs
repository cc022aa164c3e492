//! Choosing a tool: how an agent is asked for a call in each of the three ways.

mod read;

use std::fmt::Write as _;

use heist_tools::table::calculates;
use serde_json::{Value, json};

use super::prompt;
use super::sums;
use crate::crew::{Ability, Brief};
use crate::heist::Entry;
use crate::toolbox::ToolNote;

pub use read::read;

/// An argument has at most so many characters.
const ARGUMENT_CHARS: usize = 160;

/// The choice of no tool.
const NONE: &str = "none";

/// How a choice is asked for, the best way first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// An answer that the server binds to a JSON schema.
    Schema,
    /// The server's own tool calls.
    Native,
    /// `[TOOL:name:argument]` in the text.
    Notation,
}

impl Way {
    /// What to try where this does not work; the last way works wherever there is text.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Schema => Self::Native,
            Self::Native | Self::Notation => Self::Notation,
        }
    }
}

/// A tool and its argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The tool, which may be one that there is not.
    pub tool: String,
    /// Its argument, in one line.
    pub argument: String,
    /// Whether the agent wants to choose again when it has the result.
    pub more: bool,
}

/// The answer is no choice in the way that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoChoice;

/// The tail of the prompt that asks for a call; one of the `offered` uses, if there are any.
#[must_use]
pub fn tail(brief: &Brief, tools: &[ToolNote<'_>], way: Way, offered: &[Choice]) -> String {
    let mut text = prompt::who(brief);
    let own: Vec<_> = brief.me.abilities.iter().map(|ability| ability.tool()).collect();
    let names = own.join(", ");
    let made = brief.calls();
    if !offered.is_empty() {
        let uses: Vec<_> = offered.iter().map(|choice| format!("{} {}", choice.tool, choice.argument)).collect();
        let _ = writeln!(
            text,
            "Nobody has done any of this yet. Choose the one that bears most on your task: {}.",
            uses.join("; ")
        );
    } else if made.is_empty() {
        let _ = writeln!(text, "Before you speak, choose one use of a tool for your task. You may use: {names}.");
        text.push_str(&unseen(brief, tools));
        if brief.me.abilities.contains(&Ability::CALCULATE) {
            text.push_str(&sums::hints(brief));
        }
    } else if made.last().is_some_and(|used| used.outcome.is_err()) {
        let _ = writeln!(text, "Your call gave no result. Mend it or choose another. You may use: {names}.");
    } else {
        let _ = writeln!(
            text,
            "You have used a tool in this turn; mostly that is enough. Choose a different use ({names}) only if your \
             task needs another figure, else \"{NONE}\"."
        );
    }
    text.push_str(match way {
        Way::Schema => {
            "Answer with JSON: the tool, its argument, and \"more\": false, or true if this one use cannot be enough. Only \
             if no tool can tell anything new, the tool is \"none\".\n"
        }
        Way::Native => "Call the tool, or call none.\n",
        Way::Notation => {
            "Answer with one line and nothing else: [TOOL:name:argument], such as [TOOL:calculator:45*60], or [TOOL:none:].\n"
        }
    });
    text
}

/// What the agent's tools could show and nobody has looked at yet, as far as the tools tell what they have.
fn unseen(brief: &Brief, tools: &[ToolNote<'_>]) -> String {
    let mut text = String::new();
    for tool in own_tools(brief, tools) {
        let left = left(brief, tool);
        if !left.is_empty() {
            let _ = writeln!(text, "Nobody has looked at these yet, with {}: {}.", tool.name, left.join("; "));
        }
    }
    text
}

/// The uses that would tell the crew something new, in words that the tools take: what nobody has looked at yet, and sums
/// of known figures. A model that found no use by itself chooses among them.
#[must_use]
pub fn open(brief: &Brief, tools: &[ToolNote<'_>]) -> Vec<Choice> {
    let known = own_tools(brief, tools).flat_map(|tool| {
        left(brief, tool).into_iter().map(|name| Choice { tool: tool.name.into(), argument: name.into(), more: false })
    });
    let sums = if brief.me.abilities.contains(&Ability::CALCULATE) { sums::open(brief) } else { Vec::new() };
    let sum = |sum| Choice { tool: Ability::CALCULATE.tool().into(), argument: sum, more: false };
    known.chain(sums.into_iter().map(sum)).collect()
}

/// The tools that the agent may use.
fn own_tools<'a>(brief: &'a Brief, tools: &'a [ToolNote<'a>]) -> impl Iterator<Item = &'a ToolNote<'a>> {
    let abilities = brief.me.abilities.iter();
    abilities.filter_map(|ability| tools.iter().find(|tool| tool.name == ability.tool()))
}

/// What a tool has, and nobody has looked at yet.
fn left<'a>(brief: &Brief, tool: &ToolNote<'a>) -> Vec<&'a str> {
    let seen = |name: &str| {
        brief.transcript.iter().any(|entry| {
            matches!(entry, Entry::Used(used) if used.outcome.is_ok() && used.call.arguments.to_lowercase().contains(name))
        })
    };
    tool.has.iter().map(String::as_str).filter(|name| !seen(&name.to_lowercase())).collect()
}

/// The JSON schema of the answer in the first way: `{"tool": one of the agent's own or "none", "argument": text, "more": whether
/// to ask again}`. Where uses are `offered`, it is one of them.
#[must_use]
pub fn schema(brief: &Brief, offered: &[Choice]) -> Value {
    if !offered.is_empty() {
        let one = |choice: &Choice| {
            json!({
                "type": "object",
                "properties": {
                    "tool": { "type": "string", "enum": [choice.tool] },
                    "argument": { "type": "string", "enum": [choice.argument] },
                    "more": { "type": "boolean" },
                },
                "required": ["tool", "argument", "more"],
                "additionalProperties": false,
            })
        };
        return json!({ "anyOf": offered.iter().map(one).collect::<Vec<_>>() });
    }
    let tools: Vec<_> = brief.me.abilities.iter().map(|ability| ability.tool()).chain([NONE]).collect();
    json!({
        "type": "object",
        "properties": {
            "tool": { "type": "string", "enum": tools },
            "argument": { "type": "string", "maxLength": ARGUMENT_CHARS },
            "more": { "type": "boolean" },
        },
        "required": ["tool", "argument", "more"],
        "additionalProperties": false,
    })
}

/// The functions of the second way, as name, description and JSON schema of the arguments. They are the same for every
/// agent: a server writes them at the beginning of the prompt.
#[must_use]
pub fn functions(tools: &[ToolNote<'_>]) -> Vec<(String, String, Value)> {
    let function = |name: &str, description: &str, argument: Option<&str>| {
        let properties = argument.map(|argument| (argument.to_owned(), json!({ "type": "string" })));
        let parameters = json!({
            "type": "object",
            "properties": properties.into_iter().collect::<serde_json::Map<_, _>>(),
            "required": argument.as_slice(),
        });
        (name.to_owned(), description.to_owned(), parameters)
    };
    let none = function(NONE, "No tool is needed.", None);
    tools.iter().map(|tool| function(tool.name, tool.description, Some(tool.argument))).chain([none]).collect()
}

/// Whether this call was made already: by the agent in this turn, or a sum by anybody.
fn is_made(brief: &Brief, choice: &Choice) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<String>().to_lowercase();
    let (same, is_sum) = (plain(&choice.argument), calculates(&choice.tool));
    brief.transcript.iter().any(|entry| {
        matches!(entry, Entry::Used(used) if used.call.tool == choice.tool
            && (used.call.turn == brief.turn || is_sum && used.outcome.is_ok())
            && plain(&used.call.arguments) == same)
    })
}

/// Whether a call would bring nothing: it was made already, or is a sum of made-up figures.
#[must_use]
pub fn is_idle(brief: &Brief, choice: &Choice) -> bool {
    is_made(brief, choice) || (calculates(&choice.tool) && sums::is_made_up(brief, &choice.argument))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::agents::model::briefs::{brief, used};

    fn chosen(tool: &str, argument: &str) -> Choice {
        Choice { tool: tool.into(), argument: argument.into(), more: true }
    }

    #[test]
    fn an_agent_may_choose_only_among_its_own_tools() {
        let tools = &schema(&brief("hacker"), &[])["properties"]["tool"]["enum"];
        assert_eq!(*tools, json!(["file_reader", "calculator", "none"]));
    }

    #[test]
    fn the_tail_names_what_nobody_has_looked_at() {
        let (files, tables) = (["a.txt".into(), "b.txt".into()], ["guards".into(), "doors".into()]);
        let notes = [
            ToolNote { name: "file_reader", description: "Reads.", argument: "filename", has: &files },
            ToolNote { name: "database_query", description: "Asks.", argument: "query", has: &tables },
        ];
        let mut intel = brief("intel");
        intel.transcript = vec![used(1, "hacker", "file_reader", "a.txt", Ok("Doors."))].into();
        let text = tail(&intel, &notes, Way::Schema, &[]);
        assert!(
            text.contains("with file_reader: b.txt.\n") && text.contains("with database_query: guards; doors.\n"),
            "{text}"
        );
        let uses = open(&intel, &notes);
        let told: Vec<_> = uses.iter().map(|choice| choice.argument.as_str()).collect();
        assert_eq!(told, ["guards", "doors", "b.txt"]);
        assert!(tail(&intel, &notes, Way::Schema, &uses).contains("database_query doors; file_reader b.txt."));
        let bound = schema(&intel, &uses);
        assert_eq!(bound["anyOf"][2]["properties"]["argument"]["enum"], json!(["b.txt"]));
        assert!(text.contains("JSON") && tail(&intel, &notes, Way::Notation, &[]).contains("[TOOL:"));
    }

    #[test]
    fn a_call_is_not_made_twice_in_a_turn_and_a_sum_not_at_all() {
        let mut brief = brief("hacker");
        brief.transcript = vec![
            used(brief.turn - 1, "planner", "calculator", "2+2", Ok("4")),
            used(brief.turn - 1, "intel", "file_reader", "a.txt", Ok("A.")),
            used(brief.turn, "hacker", "file_reader", "b.txt", Ok("B.")),
        ]
        .into();
        let made = |tool: &str, argument: &str| is_made(&brief, &chosen(tool, argument));
        assert!(made("calculator", "2 + 2") && made("file_reader", "b.txt"));
        assert!(!made("calculator", "1+2") && !made("file_reader", "a.txt"));
        assert!(tail(&brief, &[], Way::Schema, &[]).contains("mostly that is enough"));
        Arc::make_mut(&mut brief.transcript).push(used(
            brief.turn,
            "hacker",
            "calculator",
            "1/0",
            Err("division by zero"),
        ));
        assert!(tail(&brief, &[], Way::Schema, &[]).contains("gave no result"));
    }

    #[test]
    fn functions_are_told_with_their_argument() {
        let notes = [ToolNote { name: "file_reader", description: "Reads.", argument: "filename", has: &[] }];
        let functions = functions(&notes);
        assert_eq!(functions[0].2["required"], json!(["filename"]));
        assert_eq!((functions[1].0.as_str(), &functions[1].2["required"]), ("none", &json!([])));
    }
}
