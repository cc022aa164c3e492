//! Puts the tool calls of an answer together, which come whole or in pieces.

use super::Call;
use super::mend::join;
use serde_json::Value;

/// So many calls of one answer are kept.
const MOST_CALLS: usize = 8;

/// The calls of an answer while it comes.
#[derive(Debug, Default)]
pub(super) struct Calls(Vec<Part>);

#[derive(Debug, Default)]
struct Part {
    index: u64,
    id: String,
    call: Call,
}

impl Calls {
    /// Takes `tool_calls` of a piece or of a whole message; what is no list counts as none. First come id and name,
    /// then the arguments in pieces with the same index; later ids and names are often empty. A server that sends each
    /// call whole may give all of them the same index, but not the same id.
    pub(super) fn take(&mut self, list: &Value) {
        for (at, piece) in (0u64..).zip(list.as_array().into_iter().flatten()) {
            let index = piece["index"].as_u64().unwrap_or(at);
            let id = piece["id"].as_str().unwrap_or_default();
            let name = piece["function"]["name"].as_str().unwrap_or_default();
            let open = self.0.iter().rposition(|part| part.index == index);
            let open = open.filter(|&at| id.is_empty() || self.0[at].id.is_empty() || self.0[at].id == id);
            let at = match open {
                Some(at) => at,
                None if self.0.len() == MOST_CALLS => continue,
                None => {
                    self.0.push(Part { index, ..Part::default() });
                    self.0.len() - 1
                }
            };
            let part = &mut self.0[at];
            if part.id.is_empty() {
                id.clone_into(&mut part.id);
            }
            if part.call.name.is_empty() {
                name.clone_into(&mut part.call.name);
            }
            match &piece["function"]["arguments"] {
                Value::String(more) => part.call.arguments.push_str(more),
                Value::Null => {}
                whole => part.call.arguments = whole.to_string(),
            }
        }
    }

    /// Bytes of names and arguments so far.
    pub(super) fn len(&self) -> usize {
        self.0.iter().map(|part| part.call.name.len() + part.call.arguments.len()).sum()
    }

    /// The calls that have a name, in the order of their first pieces.
    pub(super) fn into_calls(self) -> Vec<Call> {
        let calls = self.0.into_iter().map(|part| part.call).filter(|call| !call.name.is_empty());
        calls.map(|call| Call { name: join(&call.name), arguments: join(&call.arguments) }).collect()
    }
}
