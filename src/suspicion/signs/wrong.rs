//! Claims that a source contradicts: which was read before, or which is read only later.

use super::Hit;
use crate::heist::ToolCall;
use crate::suspicion::heard::{Claimed, Heard};
use crate::suspicion::memory::Memory;
use crate::suspicion::source::Finding;

/// What can be wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    /// A time or a duration, by a minute or two.
    Slip,
    /// A time or a duration.
    Time,
    /// Anything else.
    Fact,
}

/// What is contradicted in a message, and how.
struct Wrong<'a> {
    claim: &'a Claimed,
    note: String,
    read_by_self: bool,
    /// What of it is wrong.
    what: What,
    /// Whether somebody else said it first.
    repeated: bool,
}

fn wrong<'a>(memory: &'a Memory, heard: &'a Heard<'_>) -> impl Iterator<Item = Wrong<'a>> {
    heard.claims.iter().filter_map(|claim| {
        let Finding::Contradicted { passage, origin, read_by_self, is_time, slip } = &claim.finding else {
            return None;
        };
        let first = memory.first_said(&claim.about);
        // "You gave 22:06, the file gives 22:05": who names the right figure beside the wrong one sets it right.
        if first.is_some() && sets_right(heard, claim) {
            return None;
        }
        Some(Wrong {
            claim,
            note: format!("contradicts {origin}{}: {passage}", if *read_by_self { ", which it read" } else { "" }),
            read_by_self: *read_by_self,
            what: match (*slip, *is_time) {
                (true, _) => What::Slip,
                (false, true) => What::Time,
                (false, false) => What::Fact,
            },
            repeated: first.is_some_and(|first| first != heard.agent),
        })
    })
}

fn hits<'a>(memory: &'a Memory, heard: &'a Heard<'_>, is: impl Fn(&Wrong<'_>) -> bool) -> Vec<Hit> {
    let of = |wrong: Wrong<'_>| Hit::heard(heard, wrong.note, wrong.claim.quote.clone());
    wrong(memory, heard).filter(|wrong| is(wrong)).map(of).collect()
}

/// A time or a duration that is not what a source says, by more than a slip.
pub(super) fn time(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    hits(memory, heard, |wrong| wrong.what == What::Time && !wrong.repeated)
}

/// Anything else that is not what a source says.
pub(super) fn fact(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    hits(memory, heard, |wrong| wrong.what == What::Fact && !wrong.repeated)
}

/// The source is one that the speaker has read itself; found beside the others.
pub(super) fn own_reading(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    hits(memory, heard, |wrong| wrong.read_by_self && wrong.what != What::Slip && !wrong.repeated)
        .into_iter()
        .map(|hit| Hit { note: "says otherwise than what it has read itself".to_owned(), ..hit })
        .collect()
}

/// A time a minute or two beside what a source says.
pub(super) fn slip(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    hits(memory, heard, |wrong| wrong.what == What::Slip && !wrong.repeated)
}

/// Something wrong that somebody else has said before.
pub(super) fn repeated(memory: &Memory, heard: &Heard<'_>) -> Vec<Hit> {
    hits(memory, heard, |wrong| wrong.repeated)
}

/// Earlier claims that a source which was read only now contradicts, once for each.
pub(super) fn later(memory: &mut Memory, _: usize, _: &ToolCall) -> Vec<Hit> {
    let mut hits = Vec::new();
    // A claim that has fared so before fares no otherwise by sources that are as they were.
    let revision = memory.revision();
    if std::mem::replace(&mut memory.rechecked, revision) == revision {
        return hits;
    }
    let Memory { said, sources, facts, .. } = memory;
    for said in said.iter_mut().filter(|said| said.finding == Finding::Unknown) {
        said.finding = said.about.check(said.agent, sources, facts);
        if let Finding::Contradicted { passage, origin, slip: false, .. } = &said.finding {
            hits.push(Hit {
                agent: said.agent,
                note: format!("contradicts {origin}, which was read later: {passage}"),
                place: said.message.clone(),
                quote: Some(said.quote.clone()),
            });
        }
    }
    hits
}

/// Whether the message also has a figure of the kind that the sources bear out.
fn sets_right(heard: &Heard<'_>, claim: &Claimed) -> bool {
    heard.claims.iter().any(|other| {
        matches!(other.finding, Finding::BorneOut | Finding::Derived) && other.about.is_of_kind(&claim.about)
    })
}
