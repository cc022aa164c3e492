//! A page of the talk: as many entries as fit.

use std::fmt;

use rmcp::schemars::{self, JsonSchema};
use serde::Serialize;

use super::Status;
use crate::mcp::serve::entry::Entry;

/// A page of the talk.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(in crate::mcp::serve) struct TalkPage {
    entries: Vec<Entry>,
    /// Whether there is more that did not fit: it comes with `read_talk` after the entry `next`.
    more: bool,
    /// The number of the last entry that was looked at.
    next: u32,
    status: Status,
}

impl TalkPage {
    /// The first of these entries that fit in so many bytes; at least one, if there is any.
    pub(in crate::mcp::serve) fn of<'a>(
        entries: impl Iterator<Item = &'a Entry>,
        since: u32,
        max_bytes: u64,
        status: Status,
    ) -> Self {
        let (mut used, mut next, mut more, mut page) = (0, since, false, Vec::new());
        for entry in entries {
            used += u64::try_from(entry.to_string().len() + 1).unwrap_or(u64::MAX);
            if used > max_bytes && !page.is_empty() {
                more = true;
                break;
            }
            next = entry.number;
            page.push(entry.clone());
        }
        Self { entries: page, more, next, status }
    }

    /// The number of the last entry that it has.
    pub(in crate::mcp::serve) fn last(&self) -> u32 {
        self.next
    }
}

impl fmt::Display for TalkPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for entry in &self.entries {
            writeln!(f, "{entry}")?;
        }
        if self.entries.is_empty() {
            writeln!(f, "(nothing new was said)")?;
        }
        if self.more {
            writeln!(f, "\n(There is more: read_talk with since={}.)", self.next)?;
        }
        write!(f, "\n{}", self.status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mcp::serve::entry::Kind;
    use crate::mcp::serve::seen::Seen;

    #[test]
    fn pages_lose_nothing_and_end() {
        let entries: Vec<_> =
            (1..=40).map(|number| Entry::new(number, number, Kind::Note, "x".repeat(number as usize * 9))).collect();
        let (mut since, mut seen) = (0, Vec::new());
        loop {
            let status = Status::of(&Seen::new(true), 0);
            let page = TalkPage::of(entries.iter().filter(|entry| entry.number > since), since, 500, status);
            assert!(
                page.entries.len() == 1 || page.entries.iter().map(|it| it.to_string().len()).sum::<usize>() <= 500
            );
            seen.extend(page.entries.iter().map(|entry| entry.number));
            since = page.last();
            if !page.more {
                break;
            }
        }
        assert_eq!(seen, (1..=40).collect::<Vec<_>>());
    }
}
