//! What a tool's answer says, as facts of the bank.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use heist_bank::{Fact, facts_in_document, facts_in_table};
use heist_tools::table::{Gives, gives};

use super::known::Seen;
use crate::heist::ToolCall;

/// So many answers at most are kept as they were read: a heist has a hundred.
const KEPT: usize = 500;

/// What a document says, or a table with this name. Every turn asks for all that was read before, so it is kept.
fn read(table: Option<&str>, result: &str) -> Arc<[Fact]> {
    static READ: Mutex<BTreeMap<String, Arc<[Fact]>>> = Mutex::new(BTreeMap::new());
    let key = format!("{}\n{result}", table.unwrap_or_default());
    let kept = || READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(facts) = kept().get(&key) {
        return Arc::clone(facts);
    }
    let facts: Arc<[Fact]> =
        table.map_or_else(|| facts_in_document(result), |name| facts_in_table(name, result)).into();
    let mut kept = kept();
    if kept.len() >= KEPT {
        kept.clear();
    }
    kept.insert(key, Arc::clone(&facts));
    facts
}

/// What the call brought.
pub(crate) fn finds(call: &ToolCall, result: &str) -> Vec<Seen> {
    let Some(source) = source_of(call) else { return Vec::new() };
    let table = (gives(&call.tool) == Some(Gives::Rows)).then_some(source);
    let facts = read(table, result);
    let find = |fact: &Fact| Seen {
        fact: fact.clone(),
        source: source.to_owned(),
        call: call.id.clone(),
        agent: call.agent.clone(),
        turn: call.turn,
    };
    facts.iter().map(find).collect()
}

/// The document or the table that a call asks for; none if its tool reads none.
pub(crate) fn source_of(call: &ToolCall) -> Option<&str> {
    match gives(&call.tool)? {
        Gives::Document => Some(&call.arguments),
        Gives::Rows => table_of(&call.arguments),
        Gives::Figure => None,
    }
}

/// The table that a query or a bare name asks for.
fn table_of(query: &str) -> Option<&str> {
    let mut words = query.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    let named = words.clone().skip_while(|word| !word.eq_ignore_ascii_case("from")).nth(1);
    named.or_else(|| words.next()).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(tool: &str, arguments: &str) -> ToolCall {
        ToolCall { id: "t1".into(), turn: 1, agent: "intel".into(), tool: tool.into(), arguments: arguments.into() }
    }

    #[test]
    fn the_table_is_named_after_from_or_alone() {
        for (query, table) in [
            ("SELECT shift, starts FROM shifts", Some("shifts")),
            ("SELECT a\nfrom door_log WHERE x = 'from'", Some("door_log")),
            ("cameras", Some("cameras")),
            ("", None),
        ] {
            assert_eq!(table_of(query), table, "{query}");
        }
    }

    #[test]
    fn what_was_read_and_what_was_queried_is_known() {
        let shifts =
            "shift | starts | ends | gap_minutes\nevening | 13:50 | 22:00 | 12\nnight | 22:12 | 06:00 | 0\n(truncated)";
        let found = finds(&call("database_query", "SELECT shift, starts FROM shifts"), shifts);
        let gap = found.iter().find(|find| find.fact.kind.key == "gap").unwrap();
        assert_eq!((&*gap.source, &*gap.agent), ("shifts", "intel"));
        assert_eq!(gap.fact.values, ["12", "22:00", "22:12"]);
    }

    #[test]
    fn any_answer_can_be_read() {
        for text in ["", "\n\n", "|||", "a | b\nx", "nil", "-3.5e9", "¿…?", "a\n\nb", "{slot} {", "hacker: hello"] {
            for tool in ["calculator", "file_reader", "database_query", "abacus"] {
                for argument in ["", "cameras", "SELECT * FROM shifts", "gap {x}"] {
                    assert!(finds(&call(tool, argument), text).is_empty(), "{text}");
                }
            }
        }
    }
}
