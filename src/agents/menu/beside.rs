//! Tools used beside the point: calls that settle nothing, and conclusions that do not follow from a tool's answer.

use heist_bank::{Fact, Slot, Subject};
use heist_tools::table::{Gives, gives};

use super::Item;
use super::calls::Call;
use super::lots::Lots;
use super::queries::table;
use super::view::View;
use super::words;
use crate::crew::{Ability, Brief, finds};
use crate::heist::{ActKind, Entry, Move, Strategy, ToolUse};

/// So many calls at most are to choose from.
const MOST_CALLS: usize = 4;

/// Sums that say nothing of any bank.
const SUMS: [&str; 12] = [
    "365*24", "24*30", "52*7", "60*60*24", "9*8*7", "24*42", "18*18", "2*2*2*2", "31*24", "7*24*60", "12*12*12",
    "15*24",
];

/// Queries for what no plan hangs on.
const QUERIES: [&str; 6] = [
    "SELECT name, job FROM personnel WHERE access_level < 3",
    "SELECT name, post FROM guards WHERE shift = 'day'",
    "SELECT who, door, at, note FROM door_log WHERE note = 'closed'",
    "SELECT id, place FROM cameras WHERE id > 12",
    "SELECT COUNT(*) AS tellers FROM personnel WHERE job = 'teller'",
    "SELECT who, at, door FROM door_log WHERE at LIKE 'Wed%'",
];

/// False conclusions from the calls of this turn, or else from the last that the agent made; none from a call that failed.
pub(super) fn conclusions(view: &View, lots: &Lots) -> Vec<Item> {
    let answered = view.brief.transcript.iter().rev().filter_map(Entry::used);
    let answered = answered.filter(|used| used.outcome.is_ok() && used.call.agent == *view.me());
    let (now, before): (Vec<_>, Vec<_>) = answered.partition(|used| used.call.turn == view.brief.turn);
    let used = if now.is_empty() { before.into_iter().take(1).collect() } else { now };
    let open = |slot: &Slot| view.slot(*slot).settled.is_none();
    let of_phase = |slot: &Slot| view.brief.phase.slots().contains(slot);
    let conclusion = |used: &ToolUse, slot: Slot| {
        let does = Move::Conclude { from: used.call.id.clone(), about: slot.name().to_owned() };
        Item { words: words::settles(view, used, slot.matter()), does, act: Some(ActKind::Beside) }
    };
    let of_call = |used: &ToolUse| {
        let mut slots = lots.shuffled(&format!("beside {}", used.call.id), beside(view, used));
        slots.sort_by_key(|slot| (!open(slot), !of_phase(slot)));
        slots.into_iter().take(2).map(|slot| conclusion(used, slot)).collect::<Vec<_>>()
    };
    used.into_iter().flat_map(of_call).collect()
}

/// The slots that a call's answer has nothing to do with.
fn beside(view: &View, used: &ToolUse) -> Vec<Slot> {
    let told: Vec<Fact> = match (gives(&used.call.tool), &used.outcome) {
        // A sum has to do with all that its figures are of.
        (Some(Gives::Figure), _) => known_with(view, &used.call.arguments),
        (_, Ok(result)) => finds(&used.call, result).into_iter().map(|seen| seen.fact).collect(),
        (_, Err(_)) => Vec::new(),
    };
    let touched = |slot: &Slot| told.iter().any(|fact| fact.touches().any(|touched| touched == *slot));
    Slot::ALL.into_iter().filter(|slot| !touched(slot)).collect()
}

/// The facts that the crew knows of with a figure that stands in a sum.
fn known_with(view: &View, sum: &str) -> Vec<Fact> {
    let figures: Vec<&str> = sum.split(|c: char| !c.is_ascii_digit() && c != ':' && c != '.').collect();
    let known = view.known.seen().iter().map(|seen| &seen.fact).chain(view.known.said().iter().map(|said| &said.fact));
    let stands = |fact: &&Fact| fact.values.iter().any(|value| figures.contains(&value.as_str()));
    known.filter(stands).cloned().collect()
}

/// Whether it is for a mole to use its tools beside the point in this turn.
pub(super) fn is_due(brief: &Brief) -> bool {
    brief.orders.as_ref().is_some_and(|orders| orders.due && orders.strategy == Strategy::WrongTools)
}

/// Calls that settle nothing of what the phase is for, and that nobody has had answered.
pub(super) fn calls(view: &View) -> Vec<Call> {
    let lots = view.lots();
    let able = |gives| view.brief.me.abilities.iter().find(|ability| ability.gives() == gives);
    let call = |ability: &Ability, argument: &str, words: String| Call {
        tool: ability.tool(),
        argument: argument.to_owned(),
        words,
    };
    let mut all: Vec<Call> = Vec::new();
    if let Some(ability) = able(Gives::Rows) {
        let words = |query: &str| format!("query the {} table for whatever is of use", table(query));
        all.extend(QUERIES.iter().map(|query| call(ability, query, words(query))));
    }
    if let Some(ability) = able(Gives::Document) {
        let far = Subject::ALL.into_iter().filter(|subject| !touches(*subject, view));
        let words = |subject: Subject| format!("read {} for the {}", subject.document(), subject.heading());
        all.extend(far.map(|subject| call(ability, subject.document(), words(subject))));
    }
    if let Some(ability) = able(Gives::Figure) {
        all.extend(SUMS.iter().map(|sum| call(ability, sum, format!("calculate {sum} for the whole picture"))));
    }
    all.retain(|call| !is_answered(view, call));
    let mut all = lots.shuffled("calls beside", all);
    all.truncate(MOST_CALLS);
    all
}

/// Whether what a subject's document is for has to do with what the phase is for.
fn touches(subject: Subject, view: &View) -> bool {
    let hangs: &[Slot] = match subject {
        Subject::Layout => &[Slot::Entry, Slot::Route],
        Subject::Cameras => &[Slot::Entry],
        Subject::Network => &[Slot::Start, Slot::Alarm],
        Subject::Guards => &[Slot::Start, Slot::Entry],
        Subject::Alarms => &[Slot::Alarm, Slot::Route],
        Subject::Vault => &[Slot::Method, Slot::Load],
        Subject::Staff => &[Slot::Method],
        Subject::Routes => &[Slot::Route],
    };
    hangs.iter().any(|slot| view.brief.phase.slots().contains(slot))
}

/// Whether somebody has had this call answered.
fn is_answered(view: &View, call: &Call) -> bool {
    let same =
        |used: &ToolUse| used.outcome.is_ok() && used.call.tool == call.tool && used.call.arguments == call.argument;
    view.brief.transcript.iter().any(|entry| matches!(entry, Entry::Used(used) if same(used)))
}
