//! The head of the finale: the time, which stages are behind the crew, whether an alarm calls somebody, and what is in the
//! bags.

use heist_bank::{Stage, Tone};
use ratatui::Frame;
use ratatui::layout::{Alignment, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::heist::money;
use crate::tui::finale::{Finale, Moment};
use crate::tui::model::Model;
use crate::tui::theme::{chosen, quiet, strong};

use super::letters;

/// The stages of a job, in a word.
const STAGES: [(Stage, &str); 5] =
    [(Stage::In, "in"), (Stage::Lock, "lock"), (Stage::Load, "load"), (Stage::Out, "out"), (Stage::Road, "road")];

pub(super) fn draw(model: &Model, finale: &Finale, moment: Moment, frame: &mut Frame, area: Rect) {
    let clock = finale.clock(moment).to_string();
    let style = if is_called(finale, moment) || is_caught(finale, moment) { model.theme.alarm() } else { strong() };
    let loot = loot(finale, moment);
    let wide = area.height > 2 && !model.theme.ascii;
    let (time, bags) = if wide { (letters::small(&clock), letters::small(&loot)) } else { (vec![clock], vec![loot]) };
    let bags_style = if is_caught(finale, moment) { quiet() } else { model.theme.good() };
    let side =
        |rows: Vec<String>, style: Style| rows.into_iter().map(|row| Line::styled(row, style)).collect::<Vec<_>>();
    frame.render_widget(Paragraph::new(side(time, style)), area);
    let mut bags = side(bags, bags_style);
    if area.height > 2 {
        bags.push(Line::styled("in the bags", quiet()));
    }
    frame.render_widget(Paragraph::new(bags).alignment(Alignment::Right), area);
    let left = if wide { 24 } else { 7 };
    let middle = Rect { x: area.x + left, width: area.width.saturating_sub(left), ..area };
    let mut lines = vec![stages(model, finale, moment)];
    if area.height > 2 {
        lines.extend([Line::default(), state(model, finale, moment)]);
    } else if let Some(first) = lines.first_mut() {
        first.spans.push(Span::raw("  "));
        first.spans.extend(state(model, finale, moment).spans);
    }
    frame.render_widget(Paragraph::new(lines), middle);
}

/// What is in the bags; nothing of it is left to a crew that is caught.
fn loot(finale: &Finale, moment: Moment) -> String {
    let loot = if is_caught(finale, moment) { 0 } else { finale.loot(moment) };
    if loot == 0 { "0".to_owned() } else { money(loot) }
}

/// Whether somebody is on the way.
fn is_called(finale: &Finale, moment: Moment) -> bool {
    finale.running(moment).any(|span| span.tone == Tone::Threat)
}

/// Whether it is over, and ended so.
fn is_caught(finale: &Finale, moment: Moment) -> bool {
    moment.ended && !finale.job.ending().escaped()
}

/// What is behind the crew, what it does, and what is still to come.
fn stages(model: &Model, finale: &Finale, moment: Moment) -> Line<'static> {
    let Some(film) = &finale.film else { return Line::default() };
    let now = film.stands.get(moment.stand).map_or(Stage::In, |stand| stand.stage);
    let begun = moment.told > 0 || moment.minute > 0.0;
    let mut spans = Vec::new();
    for (stage, words) in STAGES {
        let (mark, style) = match stage.cmp(&now) {
            std::cmp::Ordering::Less => ("✓", model.theme.good()),
            std::cmp::Ordering::Equal if is_caught(finale, moment) => ("×", model.theme.alarm()),
            std::cmp::Ordering::Equal if moment.ended => ("✓", model.theme.good()),
            std::cmp::Ordering::Equal if begun => ("▸", strong()),
            _ => ("·", quiet()),
        };
        if stage != Stage::In {
            spans.push(Span::styled(" ─ ", quiet()));
        }
        spans.push(Span::styled(format!("{mark} {words}"), style));
    }
    Line::from(spans)
}

/// What stands out now: how it ended, that somebody was called, that it stands still, how fast it goes.
fn state(model: &Model, finale: &Finale, moment: Moment) -> Line<'static> {
    let mut spans = Vec::new();
    if moment.ended {
        let (words, style) = if finale.job.ending().escaped() {
            (" ESCAPED ", model.theme.good())
        } else {
            (" CAUGHT ", model.theme.alarm())
        };
        spans.push(Span::styled(words, chosen(style)));
    } else if is_called(finale, moment) {
        spans.push(Span::styled(" ALARM ", chosen(model.theme.alarm())));
    }
    if finale.held {
        spans.push(Span::styled(" held", quiet()));
    }
    if let Some(speed) = finale.speed() {
        spans.push(Span::styled(format!(" {speed}"), quiet()));
    }
    Line::from(spans)
}
