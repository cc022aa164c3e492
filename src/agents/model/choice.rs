//! Choosing a tool: how an agent is asked for a call in each of the three ways, and what stands in for a choice of no use.

mod read;

use std::fmt::Write as _;

use heist_tools::table::{Gives, gives};
use serde_json::{Value, json};

use super::decision;
use super::prompt;
use super::way::Way;
use crate::agents::menu::{Call, calls};
use crate::crew::Brief;
use crate::heist::{Entry, ToolUse};
use crate::toolbox::ToolNote;

pub use read::read;

/// An argument has at most so many characters.
const ARGUMENT_CHARS: usize = 160;

/// So many of the calls that are worth making are named.
const NAMED: usize = 4;

/// The choice of no tool.
const NONE: &str = "none";

/// A tool and its argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The tool, which may be one that there is not.
    pub tool: String,
    /// Its argument, in one line.
    pub argument: String,
}

impl From<&Call> for Choice {
    fn from(call: &Call) -> Self {
        Self { tool: call.tool.to_owned(), argument: call.argument.clone() }
    }
}

/// Whether two arguments are the same, spaces and capitals aside.
fn is_same(argument: &str, other: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<String>().to_lowercase();
    plain(argument) == plain(other)
}

/// The calls that are worth making now, best first, without those that were made in this turn.
#[must_use]
pub fn worth(brief: &Brief) -> Vec<Call> {
    let made = brief.calls();
    let is_made = |call: &Call| {
        made.iter().any(|used| used.call.tool == call.tool && is_same(&used.call.arguments, &call.argument))
    };
    calls(brief).into_iter().filter(|call| !is_made(call)).collect()
}

/// The tail of the prompt that asks for a call, with calls that are `worth` making.
#[must_use]
pub fn tail(brief: &Brief, worth: &[Call], way: Way) -> String {
    let mut text = prompt::who(brief);
    if brief.calls().last().is_some_and(|used| used.outcome.is_err()) {
        text.push_str("Your call gave no result. ");
    }
    text.push_str("What do you look up before you speak? These are worth it now:\n");
    for (number, call) in (1..).zip(worth.iter().take(NAMED)) {
        let _ = match way {
            Way::Schema => writeln!(text, "{number}. {}", call.words),
            Way::Native | Way::Notation => writeln!(text, "{}: {}", call.tool, call.argument),
        };
    }
    text.push_str(match way {
        Way::Schema => "Answer {\"call\":N}.",
        Way::Native => "Call the tool.",
        Way::Notation => {
            "Answer with one line and nothing else: [TOOL:name:argument], such as [TOOL:calculator:45*60]."
        }
    });
    text
}

/// The JSON schema of the answer in the first way: `{"call": the number of one that is worth making}`. Small models that are to
/// write a call of their own make queries that find nothing and sums of nothing, and take five times as many tokens.
#[must_use]
pub fn schema(worth: &[Call]) -> Value {
    let numbers: Vec<_> = (1..=worth.len().min(NAMED)).collect();
    let call = json!({ "type": "integer", "enum": numbers });
    json!({ "type": "object", "properties": { "call": call }, "required": ["call"], "additionalProperties": false })
}

/// The functions of the second way, as name, description and JSON schema of the arguments: the tools, none of them, and
/// what picks moves. They are the same for every agent and every question: a server writes them at the beginning of the prompt.
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
    let tools = tools.iter().map(|tool| function(tool.name, tool.description, Some(tool.argument)));
    tools.chain([none, decision::function()]).collect()
}

/// What is called: what was chosen, if that can bring the agent something, else the best of what is `worth` it.
#[must_use]
pub fn settled(brief: &Brief, tools: &[ToolNote<'_>], worth: &[Call], chosen: Option<Choice>) -> Option<Choice> {
    chosen.filter(|choice| is_of_use(brief, tools, worth, choice)).or_else(|| worth.first().map(Choice::from))
}

/// Whether a call can bring the agent something: a document or a table that there is and that it has not read, or a sum that
/// matters. Whether another sum does nobody can tell, and those of small models do not.
fn is_of_use(brief: &Brief, tools: &[ToolNote<'_>], worth: &[Call], choice: &Choice) -> bool {
    if worth.iter().any(|call| call.tool == choice.tool && is_same(&call.argument, &choice.argument)) {
        return true;
    }
    let is_own = brief.me.abilities.iter().any(|ability| ability.tool() == choice.tool);
    let is_new = !is_made(brief, choice, |used| used.outcome.is_ok() || used.call.turn == brief.turn);
    let has = tools.iter().find(|tool| tool.name == choice.tool).map_or(&[][..], |tool| tool.has);
    let argument = choice.argument.to_lowercase();
    let names =
        |name: &String| argument.split(|letter: char| !is_of_name(letter)).any(|word| word == name.to_lowercase());
    let is_there = has.is_empty() || has.iter().any(names);
    is_own && is_new && is_there && gives(&choice.tool) != Some(Gives::Figure)
}

fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.')
}

/// Whether the agent itself has made this call, and it `counts`.
fn is_made(brief: &Brief, choice: &Choice, counts: impl Fn(&ToolUse) -> bool) -> bool {
    brief.transcript.iter().any(|entry| match entry {
        Entry::Used(used) => {
            let same = used.call.tool == choice.tool && is_same(&used.call.arguments, &choice.argument);
            used.call.agent == brief.me.name && same && counts(used)
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::agents::model::briefs::{brief, used};

    fn chosen(tool: &str, argument: &str) -> Choice {
        Choice { tool: tool.into(), argument: argument.into() }
    }

    fn call(tool: &'static str, argument: &str) -> Call {
        Call { tool, argument: argument.into(), words: format!("use {argument}") }
    }

    #[test]
    fn a_choice_is_bound_to_the_calls_that_are_told() {
        let calls: Vec<_> = (0..9).map(|_| call("file_reader", "a.txt")).collect();
        assert_eq!(schema(&calls)["properties"]["call"]["enum"], json!([1, 2, 3, 4]));
    }

    #[test]
    fn the_best_stands_in_for_a_choice_that_brings_nothing() {
        let (files, tables) = (["a.txt".into(), "b.txt".into()], ["guards".into(), "doors".into()]);
        let notes = [
            ToolNote { name: "file_reader", description: "Reads.", argument: "filename", has: &files },
            ToolNote { name: "database_query", description: "Asks.", argument: "query", has: &tables },
        ];
        let mut intel = brief("intel");
        let read = |turn| used(turn, "intel", "file_reader", "a.txt", Ok("Doors."));
        intel.transcript = vec![read(1), used(1, "hacker", "file_reader", "b.txt", Ok("Locks."))].into();
        let best = [call("database_query", "guards"), call("calculator", "4 + 5")];
        let settled = |choice| settled(&intel, &notes, &best, choice).unwrap();
        for good in [
            chosen("file_reader", "b.txt"),
            chosen("database_query", "doors"),
            chosen("database_query", "SELECT name FROM doors"),
            chosen("calculator", "4+5"),
        ] {
            assert_eq!(settled(Some(good.clone())), good);
        }
        for idle in [
            None,
            Some(chosen("file_reader", "a.txt")),
            Some(chosen("file_reader", "c.txt")),
            Some(chosen("database_query", "SELECT 1")),
            Some(chosen("calculator", "21:00 + 3 min")),
            Some(chosen("abacus", "1")),
        ] {
            assert_eq!(settled(idle), Choice::from(&best[0]));
        }
        assert_eq!(super::settled(&intel, &notes, &[], Some(chosen("file_reader", "a.txt"))), None);
    }

    #[test]
    fn the_tail_names_what_is_worth_it_and_that_a_call_has_failed() {
        let mut intel = brief("intel");
        let best = [call("database_query", "guards"), call("file_reader", "b.txt")];
        let text = tail(&intel, &best, Way::Schema);
        assert!(text.contains("\n1. use guards\n2. use b.txt\nAnswer {"), "{text}");
        assert!(
            !text.contains("gave no result")
                && tail(&intel, &best, Way::Notation).contains("\ndatabase_query: guards\n")
        );
        Arc::make_mut(&mut intel.transcript).push(used(
            intel.turn,
            "intel",
            "file_reader",
            "c.txt",
            Err("no such file"),
        ));
        assert!(tail(&intel, &best, Way::Schema).contains("Your call gave no result."));
    }

    #[test]
    fn functions_are_told_with_their_argument() {
        let notes = [ToolNote { name: "file_reader", description: "Reads.", argument: "filename", has: &[] }];
        let functions = functions(&notes);
        assert_eq!(functions[0].2["required"], json!(["filename"]));
        assert_eq!((functions[1].0.as_str(), &functions[1].2["required"]), ("none", &json!([])));
        assert_eq!(functions[2].0, decision::PICK);
    }
}
