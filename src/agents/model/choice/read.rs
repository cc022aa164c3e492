//! Reading an answer that chooses a tool, in each of the three ways.

use heist_tools::table::{Gives, gives};
use serde_json::Value;

use super::{ARGUMENT_CHARS, Choice, NONE};
use crate::agents::menu::Call;
use crate::agents::model::decision::PICK;
use crate::agents::model::way::{NoAnswer, Way, json_in, marked};

/// The longest sum, in bytes. Small models that write a longer one have fallen into a loop.
const LONGEST_SUM: usize = 80;

/// Reads an answer: its text, and the first call that it made in the server's own way (name and arguments). A number means one
/// of the calls that are `worth` making.
///
/// # Errors
/// [`NoAnswer`] if it is no answer in that way, so that another way may be better.
pub fn read(way: Way, text: &str, call: Option<(&str, &str)>, worth: &[Call]) -> Result<Option<Choice>, NoAnswer> {
    let from_text = || json_in(text).and_then(|value| from_json(&value, worth));
    match way {
        Way::Schema => serde_json::from_str(text).map_err(|_| NoAnswer).and_then(|value| from_json(&value, worth)),
        Way::Native => match call {
            Some((name, arguments)) => Ok(choice(name, &argument(arguments))),
            // A call that the server did not understand arrives as content.
            None => from_text().or_else(|_| notation(text)),
        },
        Way::Notation => Ok(notation(text).or_else(|_| from_text()).unwrap_or_default()),
    }
}

/// None for the choice of no tool, and for a tool without the argument that all of them need.
fn choice(tool: &str, argument: &str) -> Option<Choice> {
    let tool = tool.trim().to_lowercase();
    let argument = argument.split_whitespace().collect::<Vec<_>>().join(" ");
    let argument = tidy(&tool, &argument).to_owned();
    let is_tool = ![NONE, PICK, ""].contains(&&*tool);
    let usable = is_tool && !argument.is_empty() && argument.chars().count() <= 2 * ARGUMENT_CHARS;
    usable.then_some(Choice { tool, argument })
}

/// What a small model means by `guards(id, name)`, by `guards, shifts` and by `bank_layout.txt, staff_notes.txt`: the
/// first of them.
fn tidy<'a>(tool: &str, argument: &'a str) -> &'a str {
    let is_sql = || ["select", "with"].iter().any(|word| argument.to_lowercase().starts_with(word));
    let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.');
    match gives(tool) {
        Some(Gives::Figure) => tidy_sum(argument),
        Some(Gives::Rows) if is_sql() => argument,
        Some(_) => argument.split(|letter| !plain(letter)).find(|word| !word.is_empty()).unwrap_or_default(),
        None => argument,
    }
}

/// What a small model means by `4 + 5 = 9 minutes`, by `4 + 5; 6 + 7`, and by a sum that it could not end: the sum of the
/// first two.
fn tidy_sum(sum: &str) -> &str {
    let first = sum.split(['=', ';']).next().unwrap_or_default().trim();
    if first.len() <= LONGEST_SUM {
        return first;
    }
    let is_operator = |at: &usize| matches!(first.as_bytes()[*at], b'+' | b'-' | b'*' | b'/');
    let second = (1..first.len()).filter(is_operator).nth(1);
    second.and_then(|at| first.get(..at)).map_or(first, str::trim)
}

/// Reads `{"call":2}`, `{"tool":…,"argument":…}` within a `call` or alone, or a call as models write it:
/// `{"name":…,"arguments":{…}}`.
fn from_json(value: &Value, worth: &[Call]) -> Result<Option<Choice>, NoAnswer> {
    let value = value.get("call").unwrap_or(value);
    if let Some(number) = value.as_u64() {
        let place = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
        return Ok(place.and_then(|place| worth.get(place)).map(Choice::from));
    }
    let word = |keys: [&str; 2]| keys.into_iter().find_map(|key| value[key].as_str());
    let name = word(["tool", "name"]).ok_or(NoAnswer)?;
    let argument = ["argument", "arguments", "parameters"].into_iter().find_map(|key| value.get(key));
    Ok(choice(name, &argument.map(in_words).unwrap_or_default()))
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

/// Reads the first `[TOOL:name:argument]` of a text. The argument may have brackets of its own, and ends with its line.
fn notation(text: &str) -> Result<Option<Choice>, NoAnswer> {
    let marked = marked(text, "[TOOL:")?;
    let (name, argument) = marked.split_once(':').unwrap_or((marked, ""));
    Ok(choice(name.trim_end_matches(']'), argument))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    use super::*;

    fn chosen(tool: &str, argument: &str) -> Choice {
        Choice { tool: tool.into(), argument: argument.into() }
    }

    #[test]
    fn reads_each_way() {
        let json = "{\"tool\":\"calculator\",\"argument\":\"45 * 60\"}";
        assert_eq!(read(Way::Schema, json, None, &[]), Ok(Some(chosen("calculator", "45 * 60"))));
        assert_eq!(read(Way::Schema, "{\"tool\":\"none\",\"argument\":\"\"}", None, &[]), Ok(None));
        assert_eq!(read(Way::Schema, "I would like to calculate.", None, &[]), Err(NoAnswer));
        assert_eq!(read(Way::Schema, "{\"tool\":\"calc", None, &[]), Err(NoAnswer));

        let call = |argument: &str| Call { tool: "file_reader", argument: argument.into(), words: String::new() };
        let worth = [call("a.txt"), call("b.txt")];
        let numbered = |json: &str| read(Way::Schema, json, None, &worth);
        assert_eq!(numbered("{\"call\":2}"), Ok(Some(chosen("file_reader", "b.txt"))));
        assert_eq!(numbered("{\"call\":7}"), Ok(None));
        let another = "{\"call\":{\"tool\":\"calculator\",\"argument\":\"1+1\"}}";
        assert_eq!(numbered(another), Ok(Some(chosen("calculator", "1+1"))));

        let call = |arguments| read(Way::Native, "", Some(("file_reader", arguments)), &[]);
        for arguments in ["{\"filename\":\"a.txt\"}", "\"a.txt\"", "a.txt", "{\"files\":[\"a.txt\"]}"] {
            assert_eq!(call(arguments), Ok(Some(chosen("file_reader", "a.txt"))), "{arguments}");
        }
        assert_eq!(call("{}"), Ok(None));
        assert_eq!(read(Way::Native, "", Some(("none", "{}")), &[]), Ok(None));
        let malformed =
            "<tool_call>\n{\"name\": \"file_reader\", \"arguments\": {\"filename\": \"a.txt\"}}\n</tool_call>";
        assert_eq!(read(Way::Native, malformed, None, &[]), Ok(Some(chosen("file_reader", "a.txt"))));
        assert_eq!(read(Way::Native, "The door is thick.", None, &[]), Err(NoAnswer));

        for text in
            ["[TOOL:file_reader:a.txt]", "Let me see.\n[tool: file_reader : a.txt] Good?", "[TOOL:file_reader:a.txt"]
        {
            assert_eq!(read(Way::Notation, text, None, &[]), Ok(Some(chosen("file_reader", "a.txt"))), "{text}");
        }
        let query = "[TOOL:database_query:SELECT [name] FROM guards WHERE shift = 'a:b']";
        assert_eq!(
            read(Way::Notation, query, None, &[]),
            Ok(Some(chosen("database_query", "SELECT [name] FROM guards WHERE shift = 'a:b'")))
        );
        for text in ["[TOOL:none:]", "[TOOL:none]", "No tool.", "", "[TOOL:calculator:]"] {
            assert_eq!(read(Way::Notation, text, None, &[]), Ok(None), "{text}");
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
        let endless = "22:05 + 6 min + 4 min + 6 min + 4 min + 6 min + 4 min + 6 min + 4 min + 6 min + 4 min + 6 min +";
        assert_eq!(choice("calculator", endless), Some(chosen("calculator", "22:05 + 6 min")));
    }

    proptest! {
        #[test]
        fn whatever_is_answered_can_be_read(text in "\\PC{0,80}", name in "\\PC{0,20}", arguments in "\\PC{0,40}") {
            for way in [Way::Schema, Way::Native, Way::Notation] {
                for call in [None, Some((name.as_str(), arguments.as_str()))] {
                    if let Ok(Some(choice)) = read(way, &text, call, &[]) {
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
            prop_assert_eq!(read(Way::Notation, &text, None, &[]), Ok(Some(chosen("calculator", &wanted))));
        }
    }
}
