//! The heist's plan: what stands in each slot, since when and by whom, and what follows from it in minutes.

use heist_bank::Slot;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::heist::{AgentName, Drafted, Proposal, SlotState};
use crate::text::width_of;
use crate::tui::model::Model;
use crate::tui::seen::label;
use crate::tui::text::{cut, fit, one_line};
use crate::tui::theme::{quiet, strong};
use crate::tui::wrap::wrap_short;
use crate::views::plan::{Step, course};

use super::heading;

/// Columns before a slot's value: the marks and the slot's name.
const BEFORE: u16 = 10;
/// Columns of how it stands.
const STATE: u16 = 8;
/// From this width on figures have their names beside them.
const NAMED: u16 = 60;
/// The longest value that is shown, in characters.
const LONGEST: usize = 80;
/// Rows that a value has at most.
const VALUE: usize = 3;
/// Rows that tell most of how a slot came to stand as it does.
const ENOUGH: usize = 5;
/// Rows that the slots have at the least, before the minutes get any.
const LEAST: u16 = 8;

pub(super) fn title(model: &Model, width: u16) -> Line<'static> {
    let (settled, reopened) = model.seen.plan.counts();
    let all = Slot::ALL.len();
    let again = if reopened > 0 { format!(", {reopened} reopened") } else { String::new() };
    heading(&cut(&format!("Plan · {settled} of {all} settled{again}"), width), width)
}

/// What stands where there is no plan.
pub(super) fn nothing(model: &Model) -> &'static str {
    if model.seen.plan.is_older() {
        "No plan was written down: an older version of the program recorded this heist."
    } else {
        "There is no plan yet."
    }
}

/// How much of the slots is told.
#[derive(Clone, Copy, Debug)]
pub(super) enum Detail {
    /// All of every slot.
    All,
    /// As many rows more of this slot alone, and of the others what stands in them: whole, or in a row.
    Only(Slot, usize, bool),
}

/// A slot in one row or more.
pub(super) fn piece(model: &Model, slot: Slot, width: u16, detail: Detail) -> Vec<Line<'static>> {
    let drafted = model.seen.plan.slot(slot);
    let (state, style) = state(model, drafted);
    let room = width.saturating_sub(BEFORE + STATE + 1);
    let (rows, most) = match detail {
        Detail::All => (usize::MAX, VALUE),
        Detail::Only(this, rows, _) if this == slot => (rows, VALUE),
        Detail::Only(.., true) => (VALUE, VALUE),
        Detail::Only(.., false) => (0, 1),
    };
    let value = drafted.value().map(|value| one_line(value, LONGEST));
    let is_known = value.is_some();
    let mut values = wrap_short(&value.unwrap_or_else(|| "nothing yet".to_owned()), room, most);
    values.reverse();
    let first = values.pop().unwrap_or_default();
    let mark = if model.seen.plan.is_news(slot) { " ● " } else { "   " };
    let mut lines = vec![Line::from(vec![
        Span::styled(mark, strong()),
        Span::styled(fit(slot.name(), BEFORE - 3), quiet()),
        Span::styled(fit(&first, room), if is_known { strong() } else { quiet() }),
        Span::styled(format!(" {state:>width$}", width = usize::from(STATE)), style),
    ])];
    let more = values.into_iter().rev().map(|row| Line::styled(indented(&row), strong()));
    let is_only = matches!(detail, Detail::Only(this, ..) if this != slot);
    let told = if is_only { Vec::new() } else { told(model, slot, drafted, width.saturating_sub(BEFORE)) };
    lines.extend(more.chain(told).take(rows));
    lines
}

/// A slot in a few columns.
fn cell(model: &Model, slot: Slot, width: u16) -> Vec<Span<'static>> {
    let drafted = model.seen.plan.slot(slot);
    let news = if model.seen.plan.is_news(slot) { " ●" } else { "  " };
    let (mark, style) = match drafted.state() {
        Some(SlotState::Settled) => ("■ ", model.theme.good()),
        Some(SlotState::Reopened) => ("! ", model.theme.alarm()),
        Some(SlotState::Proposed) => ("· ", quiet()),
        None => ("  ", quiet()),
    };
    let value = drafted.value().map_or_else(|| "?".to_owned(), |value| one_line(value, LONGEST));
    vec![
        Span::styled(news, strong()),
        Span::styled(mark, style),
        Span::styled(fit(slot.name(), 7), quiet()),
        Span::styled(fit(&value, width.saturating_sub(11)), strong()),
    ]
}

/// All slots in a few rows.
pub(super) fn brief(model: &Model, area: Rect) -> Vec<Line<'static>> {
    let across = Slot::ALL.len().div_ceil(usize::from(area.height.max(1))).max(1);
    let width = area.width / u16::try_from(across).unwrap_or(1);
    let rows = Slot::ALL.chunks(across);
    rows.map(|row| Line::from(row.iter().flat_map(|slot| cell(model, *slot, width)).collect::<Vec<_>>())).collect()
}

/// How a slot stands.
fn state(model: &Model, drafted: &Drafted) -> (&'static str, Style) {
    match drafted.state() {
        Some(SlotState::Settled) => ("settled", model.theme.good()),
        Some(SlotState::Reopened) => ("reopened", model.theme.alarm()),
        Some(SlotState::Proposed) => ("open", strong()),
        None => ("", quiet()),
    }
}

fn indented(text: &str) -> String {
    format!("{}{text}", " ".repeat(usize::from(BEFORE)))
}

/// How the slot came to stand so.
fn told(model: &Model, slot: Slot, drafted: &Drafted, width: u16) -> Vec<Line<'static>> {
    let plan = &model.seen.plan;
    let rows = |text: String, style: Style, most: usize| {
        wrap_short(&text, width, most).into_iter().map(move |row| Line::styled(indented(&row), style))
    };
    let mut lines = Vec::new();
    if let Some(undone) = plan.undone(slot) {
        let text = format!("reopened by {} in {}", label(&undone.by), undone.message);
        lines.extend(rows(text, model.theme.alarm(), 2));
        if drafted.value() != Some(&undone.was) {
            lines.extend(rows(format!("{} was settled", one_line(&undone.was, LONGEST)), quiet(), 2));
        }
    }
    let sees = drafted.assigned.as_ref().map(|agent| rows(format!("{} sees to it", label(agent)), quiet(), 1));
    let Some(leading) = drafted.leading() else {
        lines.extend(sees.into_iter().flatten());
        return lines;
    };
    lines.extend(rows(votes(leading), Style::new(), 2));
    let message = plan.brought(slot, leading).map_or(String::new(), |message| format!(" in {message}"));
    let because = leading.because.as_deref().map(|key| model.seen.sources.facts.words(key, &leading.by));
    let because = because.map_or(String::new(), |words| format!(": {words}"));
    lines.extend(rows(format!("by {}{message}{because}", label(&leading.by)), quiet(), 3));
    for other in drafted.proposals.iter().filter(|other| other.value != leading.value && !other.supporters.is_empty()) {
        let text = format!("or {}: {}", one_line(&other.value, LONGEST), votes(other));
        lines.extend(rows(text, quiet(), 2));
    }
    if let Some(message) = plan.settled(slot) {
        lines.extend(rows(format!("settled in {message}"), quiet(), 1));
    }
    lines.extend(sees.into_iter().flatten());
    lines
}

/// Who is for something, and who against it.
fn votes(proposal: &Proposal) -> String {
    let names = |agents: &[AgentName]| agents.iter().map(label).collect::<Vec<_>>().join(", ");
    match (&proposal.supporters[..], &proposal.opponents[..]) {
        ([], []) => "nobody for it".to_owned(),
        ([], against) => format!("nobody for it, against {}", names(against)),
        (supporters, []) => format!("for {}", names(supporters)),
        (supporters, against) => format!("for {}, against {}", names(supporters), names(against)),
    }
}

/// Draws what follows in minutes below the slots, and gives the area that is left for these, with how much of them is told.
pub(super) fn minutes(model: &Model, frame: &mut Frame, area: Rect) -> (Rect, Detail) {
    let width = area.width.saturating_sub(1);
    let rows = |lines: usize| u16::try_from(lines).unwrap_or(u16::MAX);
    // Where there is little room the figures that have none in their rows are left out.
    let full = block(model, width, false);
    let fits = |block: &[Line]| area.height >= rows(block.len()) + LEAST;
    let block = if fits(&full) { full } else { block(model, width, true) };
    let all: usize = Slot::ALL.into_iter().map(|slot| piece(model, slot, width, Detail::All).len()).sum();
    let shown = fits(&block);
    let below = if shown { rows(block.len()) } else { 0 };
    let room = area.height - below;
    let detail = if rows(all) <= room {
        Detail::All
    } else {
        let chosen = if model.pane.open { Slot::ALL.get(model.pane.cursor) } else { None };
        let news = Slot::ALL.into_iter().find(|slot| model.seen.plan.is_news(*slot));
        let slot = chosen.copied().or(news).unwrap_or(Slot::Start);
        // Rows that are left when the others have theirs.
        let left = |whole| {
            let others = Slot::ALL.into_iter().filter(|other| *other != slot);
            let others: usize =
                others.map(|other| piece(model, other, width, Detail::Only(slot, 0, whole)).len()).sum();
            usize::from(room).saturating_sub(others + 1)
        };
        let whole = left(true) >= ENOUGH;
        Detail::Only(slot, left(whole), whole)
    };
    let used: usize = Slot::ALL.into_iter().map(|slot| piece(model, slot, width, detail).len()).sum();
    // An empty row between where there is one.
    let used = (rows(used) + 1).min(room);
    if shown {
        frame.render_widget(Paragraph::new(block), Rect { y: area.y + used, height: below, ..area });
    }
    (Rect { height: if shown { used } else { area.height }, ..area }, detail)
}

/// What follows in minutes, beside when nobody is on guard and how soon somebody comes.
fn block(model: &Model, width: u16, tight: bool) -> Vec<Line<'static>> {
    let facts = &model.seen.sources.facts;
    let mut lines = vec![heading("From what has been told", width)];
    for step in course(model.seen.plan.draft(), facts) {
        lines.extend(row(step.name, &step.when(), &figures(&step, width), width, tight));
    }
    let values = |key: &str, hole: usize| told_values(facts.values(key, hole).into_iter().map(ToOwned::to_owned));
    let gap = format!("{} to {}", values("gap", 1), values("gap", 2));
    lines.extend(row("gap", &gap, &format!("{} min", values("gap", 0)), width, tight));
    let comes = [("guards", "guards_need"), ("police", "police"), ("patrol", "patrol")];
    let comes = comes.map(|(who, key)| format!("{who} {}", values(key, 0))).join(", ");
    let ends = [" min after an alarm", " min", ""].map(|end| format!(" {comes}{end}"));
    let fits = |text: &&String| width_of(text) <= usize::from(width);
    lines.extend(ends.iter().find(fits).or(ends.last()).map(|text| Line::styled(cut(text, width), strong())));
    lines
}

/// What lies between a step and the one before: `walk 2 + thermal 16 or 10 min`.
fn figures(step: &Step, width: u16) -> String {
    let parts = step.parts.iter().map(|part| {
        if width >= NAMED { part.to_string() } else { told_values(part.minutes.iter().map(u32::to_string)) }
    });
    let parts = parts.collect::<Vec<_>>().join(" + ");
    if parts.is_empty() { parts } else { format!("{parts} min") }
}

/// Different values of the same thing: `16 or 10`; a question mark if there is none.
fn told_values(values: impl Iterator<Item = String>) -> String {
    let values = values.collect::<Vec<_>>().join(" or ");
    if values.is_empty() { "?".to_owned() } else { values }
}

/// A name, what it is, and what that follows from: in one row, or in several where that is too long and there is room.
fn row(name: &str, what: &str, why: &str, width: u16, tight: bool) -> Vec<Line<'static>> {
    let head =
        |what: &str| vec![Span::styled(format!(" {}", fit(name, 5)), quiet()), Span::styled(what.to_owned(), strong())];
    let (name, all) = (6, usize::from(width));
    if width_of(what) + width_of(why) + name + 2 <= all {
        let why = if why.is_empty() { String::new() } else { format!("  {why}") };
        return vec![Line::from([head(what), vec![Span::styled(why, quiet())]].concat())];
    }
    let room = width.saturating_sub(6);
    let mut rows = wrap_short(what, room, if tight { 1 } else { 2 }).into_iter();
    let mut lines = vec![Line::from(head(&rows.next().unwrap_or_default()))];
    lines.extend(rows.map(|row| Line::styled(format!("      {row}"), strong())));
    let why = wrap_short(why, room, 2).into_iter().filter(|row| !tight && !row.is_empty());
    lines.extend(why.map(|row| Line::styled(format!("      {row}"), quiet())));
    lines
}
