//! The bank's floor plan, drawn after its own layout, with the places that the talk is about standing out: what was named
//! last most, what was named long ago least.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::tui::model::Model;
use crate::tui::plan::{Age, Mention, PLACES};
use crate::tui::text::{counted, cut, fit};
use crate::tui::theme::{chosen, quiet, strong};

use super::heading;

/// The plan for panes of all sizes. Each place of [`PLACES`] stands on it once.
const SMALL: [&str; 12] = [
    "┌──────────┬upper floor─┬────────────┐",
    "│ offices  │ guard room │server room │",
    "│          │control desk│ roof hatch │",
    "├──────────┼street level┼────────────┤",
    "│  lobby   │teller hall │loading dock╞",
    "╡front door│ stairwell  │ staff door ╞",
    "├──────────┴┬lower level┴──┬─────────┤",
    "│  archive  │lower corridor│anteroom │",
    "│boiler room│              │  vault  │",
    "├───────────┴──────────────┴─────────┤",
    "│boiler corridor       service tunnel╞",
    "└────────────────────────────────────┘",
];
/// The plan for large panes.
const LARGE: [&str; 21] = [
    "┌─────────────────┬─── upper floor ────┬───────────────────┐",
    "│                 │     guard room     │    server room    │",
    "│     offices     │                    │     roof hatch    │",
    "│                 │    control desk    │    to Quill Row   │",
    "├─────────────────┼─── street level ───┼───────────────────┤",
    "│                 │                    │                   ╞",
    "│      lobby      │    teller hall     │    loading dock   ╞",
    "│                 │                    │   to Alder Lane   ╞",
    "│                 ├────────────────────┼───────────────────┤",
    "╡    front door   │        east        │     staff door    ╞",
    "╡ to Market Square│     stairwell      │   to Mint Street  ╞",
    "├─────────────────┼─── lower level ────┼───────────────────┤",
    "│     archive     │                    │      anteroom     │",
    "├─────────────────┤                    ├─────────╥─────────┤",
    "│                 │   lower corridor   │                   │",
    "│   boiler room   │                    │     main vault    │",
    "│                 │                    │                   │",
    "├─────────────────┴────────────────────┴───────────────────┤",
    "│  boiler corridor                         service tunnel  ╞",
    "│                                          to Canal Quay   ╞",
    "└──────────────────────────────────────────────────────────┘",
];
/// Columns that a list needs to stand beside the plan.
const BESIDE: u16 = 20;

pub(super) fn title(mentions: &[Mention], width: u16) -> Line<'static> {
    let last = mentions.first().map_or("First Meridian Bank", |last| PLACES[last.place].name);
    heading(&cut(&format!("Plan · {last}"), width), width)
}

/// A place that was named: how long ago, by whom, where, how often.
pub(super) fn piece(model: &Model, mention: &Mention, width: u16) -> Line<'static> {
    let age = model.seen.plan.age_of(mention);
    let mark = match age {
        Age::Now => " ● ",
        Age::Lately => " ○ ",
        Age::Before | Age::Never => " · ",
    };
    let name = width.saturating_sub(3 + 5).min(16);
    let mut spans = vec![
        Span::styled(mark, strong()),
        Span::styled(fit(PLACES[mention.place].name, name), if age == Age::Before { quiet() } else { strong() }),
        Span::styled(format!(" {:>4}", cut(&mention.id, 4)), quiet()),
    ];
    let left = width.saturating_sub(name + 8);
    if left >= 8 {
        spans.push(Span::styled(fit(&format!("  {}", mention.agent), left.min(16)), quiet()));
    }
    if left >= 26 {
        spans.push(Span::styled(format!(" in {}", counted(mention.count, "message")), quiet()));
    }
    Line::from(spans)
}

/// Draws the plan, and gives the area that is left for the list.
pub(super) fn drawing(model: &Model, frame: &mut Frame, area: Rect) -> Rect {
    let size = |plan: &[&str]| {
        let wide = plan.iter().map(|row| Span::raw(*row).width()).max().unwrap_or(0);
        (u16::try_from(wide).unwrap_or(u16::MAX), u16::try_from(plan.len()).unwrap_or(u16::MAX))
    };
    let fits = |plan: &[&str]| size(plan).0 <= area.width && size(plan).1 < area.height.saturating_sub(3);
    let plan: &[&str] = if fits(&LARGE) { &LARGE } else { &SMALL };
    let (wide, tall) = size(plan);
    let beside = area.width >= wide + BESIDE;
    if area.height < tall || area.width < wide || (area.height == tall && !beside && model.pane.open) {
        return area;
    }
    let lines: Vec<Line> = plan.iter().map(|row| drawn(model, row)).collect();
    frame.render_widget(Paragraph::new(lines), Rect { width: wide, height: tall, ..area });
    if beside {
        Rect { x: area.x + wide + 1, width: area.width - wide - 1, ..area }
    } else {
        let air = u16::from(area.height > tall + 4);
        Rect { y: area.y + tall + air, height: area.height - tall - air, ..area }
    }
}

/// A row of the plan with the places in it as they are spoken of.
fn drawn(model: &Model, row: &'static str) -> Line<'static> {
    let mut found: Vec<(usize, usize, Style)> = PLACES
        .iter()
        .enumerate()
        .filter_map(|(index, place)| {
            let at = row.find(place.label)?;
            Some((at, at + place.label.len(), style(model.seen.plan.age(index))))
        })
        .collect();
    found.sort_unstable_by_key(|(at, ..)| *at);
    let mut spans = Vec::new();
    let mut from = 0;
    for (start, end, style) in found {
        spans.extend([Span::styled(&row[from..start], quiet()), Span::styled(&row[start..end], style)]);
        from = end;
    }
    spans.push(Span::styled(&row[from..], quiet()));
    Line::from(spans)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_stands_on_each_plan_once() {
        for plan in [&SMALL[..], &LARGE[..]] {
            for place in &PLACES {
                let count = plan.iter().map(|row| row.matches(place.label).count()).sum::<usize>();
                assert_eq!(count, 1, "{}", place.label);
            }
        }
        assert!(SMALL.iter().all(|row| Span::raw(*row).width() == 38));
        assert!(LARGE.iter().all(|row| Span::raw(*row).width() == 60));
    }
}
