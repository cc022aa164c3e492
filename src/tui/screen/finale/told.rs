//! What happens in the job, step by step, with what each depended on.

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::tui::finale::{Finale, Moment, Said, SlotTold, StepTold};
use crate::tui::model::Model;
use crate::tui::text::{cut, fit};
use crate::tui::theme::{quiet, strong};
use crate::tui::wrap::wrap;

use super::heading;

/// Columns of the time and the mark.
const BEFORE: u16 = 8;
/// Columns of a slot's name.
const SLOT: u16 = 8;
/// From this width on what a step depended on stays; where there is less room it goes with the next step.
const ROOMY: u16 = 70;

/// As much as there is room for, the newest last. Before all stands whom the guess named and which plan is carried out.
pub(super) fn newest(model: &Model, finale: &Finale, moment: Moment, width: u16, height: u16) -> Vec<Line<'static>> {
    let mut blocks = Vec::new();
    let mut rows = 0;
    let steps = finale.steps.iter().take(moment.told).enumerate().rev();
    for (number, step) in steps {
        let is_newest = number + 1 == moment.told;
        let block = self::step(model, step, is_newest || width >= ROOMY, is_newest && !moment.ended, width);
        rows += block.len();
        blocks.push(block);
        if rows >= usize::from(height) {
            break;
        }
    }
    if rows < usize::from(height) {
        let mut block = caption(finale, width);
        block.extend([Line::default(), heading("The plan", width)]);
        block.extend(plan(model, finale, width));
        block.push(Line::default());
        rows += block.len();
        blocks.push(block);
    }
    let over = rows.saturating_sub(usize::from(height));
    blocks.into_iter().rev().flatten().skip(over).collect()
}

/// Whom the guess named, and what the crew does about it.
pub(super) fn caption(finale: &Finale, width: u16) -> Vec<Line<'static>> {
    let rows = finale.caption.iter().flat_map(|sentence| wrap(sentence, width));
    rows.map(|row| Line::styled(row, strong())).collect()
}

/// The plan that is carried out, a slot a row or a few.
pub(super) fn plan(model: &Model, finale: &Finale, width: u16) -> Vec<Line<'static>> {
    finale.plan.iter().flat_map(|slot| self::slot(model, slot, width)).collect()
}

fn slot(model: &Model, slot: &SlotTold, width: u16) -> Vec<Line<'static>> {
    let (mark, style) = match slot.changed {
        Some(true) => ("✓ ", model.theme.good()),
        Some(false) => ("× ", model.theme.alarm()),
        None => ("", quiet()),
    };
    let room = width.saturating_sub(SLOT);
    let note = if slot.note.is_empty() { String::new() } else { format!("{mark}{}", slot.note) };
    let name = Span::styled(fit(slot.slot, SLOT), quiet());
    let value = Span::styled(cut(&slot.value, room), strong());
    let used = u16::try_from(value.width()).unwrap_or(room);
    if note.is_empty() {
        return vec![Line::from(vec![name, value])];
    }
    if crate::text::width_of(&note) + 2 <= usize::from(room.saturating_sub(used)) {
        return vec![Line::from(vec![name, value, Span::raw("  "), Span::styled(note, style)])];
    }
    let air = " ".repeat(usize::from(SLOT));
    let notes =
        wrap(&note, room).into_iter().map(|row| Line::from(vec![Span::raw(air.clone()), Span::styled(row, style)]));
    std::iter::once(Line::from(vec![name, value])).chain(notes).collect()
}

/// A step: when, what, and, if so wished, what it depended on and who had told it.
pub(super) fn step(model: &Model, step: &StepTold, why: bool, is_new: bool, width: u16) -> Vec<Line<'static>> {
    let room = width.saturating_sub(BEFORE);
    let (mark, plain) = if step.ok { ("✓", Style::new()) } else { ("×", model.theme.alarm()) };
    let style = if is_new { plain.add_modifier(Modifier::BOLD) } else { plain };
    let mark_style = if step.ok { model.theme.good() } else { model.theme.alarm() };
    let who = format!("{}: ", step.who);
    let named = model.theme.agent(step.colour);
    // The name is a part of the text, so that it wraps with it.
    let rows = wrap(&format!("{who}{}", step.what), room);
    let mut lines = Vec::new();
    for (row, text) in rows.into_iter().enumerate() {
        let before = if row == 0 {
            vec![Span::styled(format!("{} ", step.at), quiet()), Span::styled(format!("{mark} "), mark_style)]
        } else {
            vec![Span::raw(" ".repeat(usize::from(BEFORE)))]
        };
        let told = match text.strip_prefix(&who) {
            Some(rest) if row == 0 => vec![Span::styled(who.clone(), named), Span::styled(rest.to_owned(), style)],
            _ => vec![Span::styled(text, style)],
        };
        lines.push(before.into_iter().chain(told).collect());
    }
    if why {
        let indent = || Span::raw(" ".repeat(usize::from(BEFORE)));
        let mut because = step.because.clone().unwrap_or_default();
        let mut bent = Vec::new();
        match &step.said {
            Some(Said::True(who)) => because.extend([" (", who, ")"]),
            Some(Said::Bent(said)) => bent = wrap(said, room),
            None => {}
        }
        let because = if because.is_empty() { Vec::new() } else { wrap(&because, room) };
        let because = because.into_iter().map(|row| (row, quiet()));
        let rows = because.chain(bent.into_iter().map(|row| (row, model.theme.alarm())));
        lines.extend(rows.map(|(row, style)| Line::from(vec![indent(), Span::styled(row, style)])));
    }
    lines
}
