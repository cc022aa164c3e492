//! A tool's result as text, for the transcript.

use heist_tools::wire::QueryResult;
use serde_json::Value;

/// A result longer than so many characters is cut.
const RESULT_CHARS: usize = 8_000;

/// Text stays as it is; what a query found becomes a small table, `column | column` above `value | value`, and
/// `(truncated)` below if there was more.
pub(super) fn as_text(result: &Value) -> String {
    let text = match (result, serde_json::from_value::<QueryResult>(result.clone())) {
        (Value::String(text), _) => text.trim().to_owned(),
        (_, Ok(found)) => table(&found),
        (other, Err(_)) => other.to_string(),
    };
    match text.char_indices().nth(RESULT_CHARS) {
        Some((end, _)) => format!("{} … (truncated)", &text[..end]),
        None => text,
    }
}

fn table(found: &QueryResult) -> String {
    if found.rows.is_empty() {
        return format!("no rows (columns: {})", found.columns.join(", "));
    }
    let rows = found.rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join(" | "));
    let mut lines: Vec<_> = std::iter::once(found.columns.join(" | ")).chain(rows).collect();
    if found.truncated {
        lines.push("(truncated)".into());
    }
    lines.join("\n")
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => "-".into(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn results_become_text() {
        assert_eq!(as_text(&json!(" 2700 ")), "2700");
        assert_eq!(as_text(&json!({ "id": 3 })), r#"{"id":3}"#);
        let found =
            json!({ "columns": ["post", "starts"], "rows": [["lobby", "22:12"], ["yard", null]], "truncated": true });
        assert_eq!(as_text(&found), "post | starts\nlobby | 22:12\nyard | -\n(truncated)");
        let none = json!({ "columns": ["post"], "rows": [], "truncated": false });
        assert_eq!(as_text(&none), "no rows (columns: post)");
        assert!(as_text(&json!("é".repeat(9_000))).ends_with("(truncated)"));
    }
}
