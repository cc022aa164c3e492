//! Choosing a tool: how an agent is asked for a call in each of the three ways, and how its answer is read.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::brief::Brief;
use super::prompt::{self, ToolNote};
use super::roster::Ability;
use super::sums;
use crate::heist::Entry;

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

/// The tail of the prompt that asks for a call.
#[must_use]
pub fn tail(brief: &Brief, tools: &[ToolNote<'_>], way: Way) -> String {
    let mut text = prompt::who(brief);
    let own: Vec<_> = brief.me.abilities.iter().map(|ability| ability.tool()).collect();
    let names = own.join(", ");
    let made = brief.calls();
    if made.is_empty() {
        let _ = writeln!(text, "Before you speak, choose one use of a tool for your task. You may use: {names}.");
        text.push_str(&unseen(brief, tools));
        if brief.me.abilities.contains(&Ability::Calculate) {
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
            "Answer with JSON: the tool and its argument, or the tool \"none\"; \"more\" is false, or true if this one use \
             cannot be enough.\n"
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
    let seen = |name: &str| {
        brief.transcript.iter().any(|entry| {
            matches!(entry, Entry::Used(used) if used.outcome.is_ok() && used.call.arguments.to_lowercase().contains(name))
        })
    };
    let mut text = String::new();
    for &ability in &brief.me.abilities {
        let Some(tool) = tools.iter().find(|tool| tool.name == ability.tool()) else { continue };
        let left: Vec<_> = contents(ability, tool.description).filter(|name| !seen(name)).collect();
        if !left.is_empty() {
            let _ = writeln!(text, "Nobody has looked at these yet, with {}: {}.", tool.name, left.join("; "));
        }
    }
    text
}

/// The documents or the tables that a tool's description names: `cameras.txt`, `guards(name, post)`.
fn contents(ability: Ability, description: &str) -> impl Iterator<Item = &str> {
    let words = description.split([' ', ',', ';']);
    words.filter_map(move |word| match ability {
        Ability::Read => word.trim_end_matches('.').split_once('.').map(|_| word.trim_end_matches('.')),
        Ability::Query => word.split_once('(').map(|(name, _)| name).filter(|name| !name.is_empty()),
        Ability::Calculate => None,
    })
}

/// The JSON schema of the answer in the first way: `{"tool": one of the agent's own or "none", "argument": text, "more": whether
/// to ask again}`.
#[must_use]
pub fn schema(brief: &Brief) -> Value {
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

/// Reads an answer: its text, and the first call that it made in the server's own way (name and arguments).
///
/// # Errors
/// [`NoChoice`] if it is no answer in that way, so that another way may be better.
pub fn read(way: Way, text: &str, call: Option<(&str, &str)>) -> Result<Option<Choice>, NoChoice> {
    match way {
        Way::Schema => serde_json::from_str(text).map_err(|_| NoChoice).and_then(|value| from_json(&value)),
        Way::Native => match call {
            Some((name, arguments)) => Ok(choice(name, &argument(arguments))),
            // A call that the server did not understand arrives as content.
            None => from_text(text).or_else(|_| notation(text)),
        },
        Way::Notation => Ok(notation(text).or_else(|_| from_text(text)).unwrap_or_default()),
    }
}

/// Whether the agent has made this call in this turn already.
fn is_made(brief: &Brief, choice: &Choice) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<String>().to_lowercase();
    let same = plain(&choice.argument);
    brief.calls().iter().any(|used| used.call.tool == choice.tool && plain(&used.call.arguments) == same)
}

/// Whether a call would bring nothing: it was made in this turn already, or is a sum of made-up figures.
#[must_use]
pub fn is_idle(brief: &Brief, choice: &Choice) -> bool {
    is_made(brief, choice) || (choice.tool == Ability::Calculate.tool() && sums::is_made_up(brief, &choice.argument))
}

/// None for the choice of no tool, and for a tool without the argument that all of them need.
fn choice(tool: &str, argument: &str) -> Option<Choice> {
    let tool = tool.trim().to_lowercase();
    let argument = argument.split_whitespace().collect::<Vec<_>>().join(" ");
    let argument = tidy(&tool, &argument).to_owned();
    let usable =
        tool != NONE && !tool.is_empty() && !argument.is_empty() && argument.chars().count() <= 2 * ARGUMENT_CHARS;
    usable.then_some(Choice { tool, argument, more: true })
}

/// What a small model means by `guards(id, name)`, by `guards, shifts` and by `bank_layout.txt, staff_notes.txt`: the
/// first of them; and by `4 + 5 = 9 minutes`: the sum.
fn tidy<'a>(tool: &str, argument: &'a str) -> &'a str {
    let ability = Ability::ALL.into_iter().find(|ability| ability.tool() == tool);
    let is_sql = || ["select", "with"].iter().any(|word| argument.to_lowercase().starts_with(word));
    let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.');
    match ability {
        Some(Ability::Calculate) => argument.split('=').next().unwrap_or_default().trim(),
        Some(Ability::Query) if is_sql() => argument,
        Some(_) => argument.split(|letter| !plain(letter)).find(|word| !word.is_empty()).unwrap_or_default(),
        None => argument,
    }
}

/// Reads `{"tool":…,"argument":…}`, or a call as models write it: `{"name":…,"arguments":{…}}`.
fn from_json(value: &Value) -> Result<Option<Choice>, NoChoice> {
    let word = |keys: [&str; 2]| keys.into_iter().find_map(|key| value[key].as_str());
    let name = word(["tool", "name"]).ok_or(NoChoice)?;
    let argument = ["argument", "arguments", "parameters"].into_iter().find_map(|key| value.get(key));
    let more = value["more"].as_bool().unwrap_or(true);
    Ok(choice(name, &argument.map(in_words).unwrap_or_default()).map(|choice| Choice { more, ..choice }))
}

/// The one argument in what should be a JSON object of arguments.
fn argument(arguments: &str) -> String {
    serde_json::from_str::<Value>(arguments).map_or_else(|_| arguments.to_owned(), |value| in_words(&value))
}

fn in_words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Object(members) => members.values().next().map(in_words).unwrap_or_default(),
        Value::Array(items) => items.first().map(in_words).unwrap_or_default(),
        other => other.to_string(),
    }
}

/// Reads the first JSON object in a text.
fn from_text(text: &str) -> Result<Option<Choice>, NoChoice> {
    let at = text.find('{').ok_or(NoChoice)?;
    let first = serde_json::Deserializer::from_str(&text[at..]).into_iter().next();
    from_json(&first.and_then(Result::ok).ok_or(NoChoice)?)
}

/// Reads the first `[TOOL:name:argument]` of a text. The argument may have brackets of its own, and ends with its line.
fn notation(text: &str) -> Result<Option<Choice>, NoChoice> {
    const MARK: &str = "[TOOL:";
    let at = text.to_ascii_uppercase().find(MARK).ok_or(NoChoice)?;
    let line = text[at + MARK.len()..].lines().next().unwrap_or_default();
    let mut depth = 1;
    let end = line.char_indices().find_map(|(at, letter)| {
        depth += i32::from(letter == '[') - i32::from(letter == ']');
        (depth == 0).then_some(at)
    });
    let (name, argument) = line[..end.unwrap_or(line.len())].split_once(':').unwrap_or((line, ""));
    Ok(choice(name.trim_end_matches(']'), argument))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    use super::*;
    use crate::crew::brief::tests::{brief, used};

    fn chosen(tool: &str, argument: &str) -> Choice {
        Choice { tool: tool.into(), argument: argument.into(), more: true }
    }

    #[test]
    fn reads_each_way() {
        let done = "{\"tool\":\"calculator\",\"argument\":\"45 * 60\",\"more\":false}";
        assert!(read(Way::Schema, done, None).unwrap().is_some_and(|choice| !choice.more));
        let json = "{\"tool\":\"calculator\",\"argument\":\"45 * 60\"}";
        assert_eq!(read(Way::Schema, json, None), Ok(Some(chosen("calculator", "45 * 60"))));
        assert_eq!(read(Way::Schema, "{\"tool\":\"none\",\"argument\":\"\"}", None), Ok(None));
        assert_eq!(read(Way::Schema, "I would like to reckon.", None), Err(NoChoice));
        assert_eq!(read(Way::Schema, "{\"tool\":\"calc", None), Err(NoChoice));

        let call = |arguments| read(Way::Native, "", Some(("file_reader", arguments)));
        for arguments in ["{\"filename\":\"a.txt\"}", "\"a.txt\"", "a.txt", "{\"files\":[\"a.txt\"]}"] {
            assert_eq!(call(arguments), Ok(Some(chosen("file_reader", "a.txt"))), "{arguments}");
        }
        assert_eq!(call("{}"), Ok(None));
        assert_eq!(read(Way::Native, "", Some(("none", "{}"))), Ok(None));
        let malformed =
            "<tool_call>\n{\"name\": \"file_reader\", \"arguments\": {\"filename\": \"a.txt\"}}\n</tool_call>";
        assert_eq!(read(Way::Native, malformed, None), Ok(Some(chosen("file_reader", "a.txt"))));
        assert_eq!(read(Way::Native, "The door is thick.", None), Err(NoChoice));

        for text in
            ["[TOOL:file_reader:a.txt]", "Let me see.\n[tool: file_reader : a.txt] Good?", "[TOOL:file_reader:a.txt"]
        {
            assert_eq!(read(Way::Notation, text, None), Ok(Some(chosen("file_reader", "a.txt"))), "{text}");
        }
        let query = "[TOOL:database_query:SELECT [name] FROM guards WHERE shift = 'a:b']";
        assert_eq!(
            read(Way::Notation, query, None),
            Ok(Some(chosen("database_query", "SELECT [name] FROM guards WHERE shift = 'a:b'")))
        );
        for text in ["[TOOL:none:]", "[TOOL:none]", "No tool.", "", "[TOOL:calculator:]"] {
            assert_eq!(read(Way::Notation, text, None), Ok(None), "{text}");
        }
    }

    #[test]
    fn the_first_of_several_names_is_meant() {
        for (tool, argument, tidy) in [
            ("database_query", "guards(id, name)", "guards"),
            ("database_query", "guards, shifts; doors", "guards"),
            ("database_query", "SELECT name, post FROM guards", "SELECT name, post FROM guards"),
            ("file_reader", "'bank_layout.txt', staff_notes.txt", "bank_layout.txt"),
            ("calculator", "4 + 5 = 9 minutes per lock", "4 + 5"),
            ("calculator", "max(2, 3) * 4 min", "max(2, 3) * 4 min"),
            ("safe_opener", "a, b", "a, b"),
        ] {
            assert_eq!(choice(tool, argument), Some(chosen(tool, tidy)));
        }
    }

    proptest! {
        #[test]
        fn whatever_is_answered_can_be_read(text in "\\PC{0,80}", name in "\\PC{0,20}", arguments in "\\PC{0,40}") {
            for way in [Way::Schema, Way::Native, Way::Notation] {
                for call in [None, Some((name.as_str(), arguments.as_str()))] {
                    if let Ok(Some(choice)) = read(way, &text, call) {
                        prop_assert!(!choice.argument.contains('\n') && choice.tool != NONE);
                    }
                }
            }
        }

        #[test]
        fn what_is_written_in_the_notation_is_read(argument in "[a-z0-9*+ '\\[]{0,5}[a-z0-9]") {
            let balanced = argument.replace('[', "");
            let text = format!("Well.\n[TOOL:calculator:{balanced}]\nplanner: no");
            let wanted = balanced.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(read(Way::Notation, &text, None), Ok(Some(chosen("calculator", &wanted))));
        }
    }

    #[test]
    fn an_agent_may_choose_only_among_its_own_tools() {
        let tools = &schema(&brief("hacker"))["properties"]["tool"]["enum"];
        assert_eq!(*tools, json!(["file_reader", "calculator", "none"]));
    }

    #[test]
    fn the_tail_names_what_nobody_has_looked_at() {
        let notes = [
            ToolNote {
                name: "file_reader",
                description: "Reads one of the bank's documents: a.txt, b.txt.",
                argument: "filename",
            },
            ToolNote {
                name: "database_query",
                description: "One query. Its tables: guards(name, post); doors(id).",
                argument: "query",
            },
        ];
        let mut intel = brief("intel");
        intel.transcript = vec![used(1, "hacker", "file_reader", "a.txt", Ok("Doors."))];
        let text = tail(&intel, &notes, Way::Schema);
        assert!(
            text.contains("with file_reader: b.txt.\n") && text.contains("with database_query: guards; doors.\n"),
            "{text}"
        );
        assert!(text.contains("JSON") && tail(&intel, &notes, Way::Notation).contains("[TOOL:"));
    }

    #[test]
    fn a_call_is_not_made_twice_in_a_turn() {
        let mut brief = brief("hacker");
        brief.transcript = vec![
            used(brief.turn - 1, "hacker", "calculator", "2+2", Ok("4")),
            used(brief.turn, "hacker", "calculator", "1 + 1", Ok("2")),
        ];
        let made = |argument: &str| is_made(&brief, &chosen("calculator", argument));
        assert!(made("1+1") && !made("2+2") && !made("1+2"));
        assert!(tail(&brief, &[], Way::Schema).contains("mostly that is enough"));
        brief.transcript.push(used(brief.turn, "hacker", "calculator", "1/0", Err("division by zero")));
        assert!(tail(&brief, &[], Way::Schema).contains("gave no result"));
    }

    #[test]
    fn functions_are_told_with_their_argument() {
        let notes = [ToolNote { name: "file_reader", description: "Reads.", argument: "filename" }];
        let functions = functions(&notes);
        assert_eq!(functions[0].2["required"], json!(["filename"]));
        assert_eq!((functions[1].0.as_str(), &functions[1].2["required"]), ("none", &json!([])));
    }
}
