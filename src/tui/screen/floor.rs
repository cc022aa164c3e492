//! The bank's floor plan, with the places that the talk is about standing out: what was named last most, what was named long
//! ago least.

use heist_bank::Size;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::tui::floor::{Age, Drawing, Mention};
use crate::tui::model::Model;
use crate::tui::text::{counted, cut, fit};
use crate::tui::theme::{chosen, quiet, strong};

use super::heading;

/// Columns that a list needs to stand beside the plan.
const BESIDE: u16 = 20;

/// The least columns and rows of a large plan.
const LARGE: (u16, u16) = (60, 21);
/// Rows of a plan that are worth while, where there is no room for all.
const LEAST: u16 = 8;

pub(super) fn title(model: &Model, width: u16) -> Line<'static> {
    heading(&cut(&format!("Floor plan · {}", model.seen.floor.bank()), width), width)
}

/// A place that was named: how long ago, by whom, where, how often.
pub(super) fn piece(model: &Model, mention: &Mention, width: u16) -> Line<'static> {
    let age = model.seen.floor.age_of(mention);
    let mark = match age {
        Age::Now => " ● ",
        Age::Lately => " ○ ",
        Age::Before | Age::Never => " · ",
    };
    let name = width.saturating_sub(3 + 5).min(16);
    let mut spans = vec![
        Span::styled(mark, strong()),
        Span::styled(
            fit(model.seen.floor.name_of(mention.place), name),
            if age == Age::Before { quiet() } else { strong() },
        ),
        Span::styled(format!(" {:>4}", cut(&mention.id, 4)), quiet()),
    ];
    let left = width.saturating_sub(name + 8);
    if left >= 8 {
        spans.push(Span::styled(fit(&format!("  {}", mention.agent), left.min(16)), quiet()));
    }
    if left >= 30 {
        spans.push(Span::styled(format!(" in {}", counted(mention.count, "message")), quiet()));
    }
    Line::from(spans)
}

/// Draws the plan, and gives the area that is left for the list. Where not all of the plan has room, the part with the place
/// that was named last is shown.
pub(super) fn drawing(model: &Model, frame: &mut Frame, area: Rect) -> Rect {
    let floor = &model.seen.floor;
    let fits = |(wide, tall)| wide <= area.width && tall < area.height.saturating_sub(3);
    let large = fits(LARGE).then(|| floor.drawing(Size::Large)).filter(|large| fits(size(large)));
    let drawing = large.unwrap_or_else(|| floor.drawing(Size::Small));
    let (wide, tall) = size(drawing);
    let beside = area.width >= wide + BESIDE;
    let room = area.height - u16::from(!beside && model.pane.open).min(area.height);
    let shown = tall.min(room);
    if area.width < wide || shown < tall.min(LEAST) || shown == 0 {
        return area;
    }
    let named = floor.mentions().first().map_or(0, |last| drawing.row_of(last.place));
    let top = named.saturating_sub(usize::from(shown / 2)).min(usize::from(tall - shown));
    let rows = drawing.rows.iter().skip(top).take(usize::from(shown));
    let lines: Vec<Line> = rows.map(|row| drawn(model, row)).collect();
    frame.render_widget(Paragraph::new(lines), Rect { width: wide, height: shown, ..area });
    if beside {
        Rect { x: area.x + wide + 1, width: area.width - wide - 1, ..area }
    } else {
        let air = u16::from(area.height > shown + 4);
        Rect { y: area.y + shown + air, height: area.height - shown - air, ..area }
    }
}

/// Columns and rows.
fn size(drawing: &Drawing) -> (u16, u16) {
    let cells = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
    (cells(drawing.columns), cells(drawing.rows.len()))
}

/// A row of the plan with the places in it as they are spoken of.
fn drawn<'a>(model: &Model, row: &'a [(String, Option<usize>)]) -> Line<'a> {
    let styled = |place: Option<usize>| place.map_or_else(quiet, |place| style(model.seen.floor.age(place)));
    row.iter().map(|(text, place)| Span::styled(text.as_str(), styled(*place))).collect()
}

/// What was named last is reversed, what was named lately underlined, what was named before bold; the rest is plain.
fn style(age: Age) -> Style {
    match age {
        Age::Now => chosen(strong()),
        Age::Lately => strong().add_modifier(Modifier::UNDERLINED),
        Age::Before => strong(),
        Age::Never => quiet(),
    }
}
