//! What a tool's answer says, as facts of the bank.

use heist_bank::{Fact, facts_in_document, facts_in_table};
use heist_tools::table::{Gives, gives};

use crate::heist::{AgentName, ToolCall};

/// A fact that a tool has returned.
#[derive(Clone)]
pub(super) struct Find {
    pub(super) fact: Fact,
    /// Where it stands, in words.
    pub(super) source: String,
    /// Who found it first.
    pub(super) by: AgentName,
}

/// What the call brought.
pub(super) fn finds(call: &ToolCall, result: &str) -> Vec<Find> {
    let (source, facts) = match (gives(&call.tool), table_of(&call.arguments)) {
        (Some(Gives::Document), _) => (call.arguments.clone(), facts_in_document(result)),
        (Some(Gives::Rows), Some(table)) => (format!("the {table} table"), facts_in_table(table, result)),
        _ => return Vec::new(),
    };
    facts.into_iter().map(|fact| Find { fact, source: source.clone(), by: call.agent.clone() }).collect()
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
        assert_eq!((&*gap.source, &*gap.by), ("the shifts table", "intel"));
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
