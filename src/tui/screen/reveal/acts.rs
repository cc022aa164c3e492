//! What the mole did, act by act with what is true; and all that it said and called, with the acts where they were.

use std::ops::Range;

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::heist::ActTold;
use crate::text::width_of;
use crate::tui::model::Model;
use crate::tui::screen::heading;
use crate::tui::seen::{Sign, Truth};
use crate::tui::talk::{What, alone, pieces};
use crate::tui::text::cut;
use crate::tui::theme::{quiet, strong};
use crate::tui::wrap::{wrap, wrapped};

/// Columns of an act's number, which is the key that leads to it, and of where it was said.
const NUMBER: usize = 4;
const WHERE: usize = 16;
/// Acts that a key leads to.
const KEYS: usize = 9;

/// Every act in a row or a few; none without a mole.
pub(super) fn lines(model: &Model, truth: &Truth, width: u16) -> Vec<Line<'static>> {
    let Some((told, mole)) = truth.sabotage.as_ref().zip(truth.mole.as_ref()) else { return Vec::new() };
    let label = model.seen.place(mole).map_or("the mole", |place| &model.seen.crew[place].label);
    let mut lines = vec![Line::default()];
    if told.acts.is_empty() {
        lines.push(heading(&format!("What {label} did"), width));
        let mut summary = told.summary.clone();
        if let Some(first) = summary.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        lines.extend(wrap(&format!("{summary}."), width).into_iter().map(|line| Line::styled(line, quiet())));
        return lines;
    }
    lines.push(heading(&format!("What {label} did · {}", told.summary), width));
    for (number, act) in (1..).zip(&told.acts) {
        lines.extend(row(model, number, act, width));
    }
    lines
}

/// An act: where it was said, what was done, and what is true; in one row if there is room.
fn row(model: &Model, number: usize, act: &ActTold, width: u16) -> Vec<Line<'static>> {
    let key = if number <= KEYS { format!("{number:>NUMBER$}") } else { " ".repeat(NUMBER) };
    let key = Span::styled(format!("{:<NUMBER$}", key.trim()), strong());
    let place = Span::styled(format!("{:<WHERE$}", format!("round {} · {}", act.round, act.message)), quiet());
    let room = width.saturating_sub(u16::try_from(NUMBER + WHERE).unwrap_or(width));
    let (wrong, right) = (model.theme.alarm(), model.theme.good());
    let both = width_of(&act.deed) + width_of(&act.truth) + 4;
    if both <= usize::from(room) {
        let rest =
            [Span::styled(format!("× {}", act.deed), wrong), Span::raw("; "), Span::styled(act.truth.clone(), right)];
        return vec![[key, place].into_iter().chain(rest).collect()];
    }
    let told = marked("× ", &act.deed, wrong, room).chain(marked("✓ ", &act.truth, right, room));
    let air = || Span::raw(" ".repeat(NUMBER + WHERE));
    let line = |(row, text): (usize, Span<'static>)| {
        if row == 0 { Line::from(vec![key.clone(), place.clone(), text]) } else { Line::from(vec![air(), text]) }
    };
    told.enumerate().map(line).collect()
}

/// A text in rows, the first behind a mark.
fn marked(mark: &'static str, text: &str, style: Style, room: u16) -> impl Iterator<Item = Span<'static>> {
    let rows = wrap(text, room.saturating_sub(2)).into_iter().enumerate();
    rows.map(move |(row, line)| Span::styled(format!("{}{line}", if row == 0 { mark } else { "  " }), style))
}

/// What the mole said and called, with its acts; of heists of older versions, which kept none, with what the detector found.
pub(super) fn words(model: &Model, truth: &Truth, mole: usize, width: u16) -> Vec<Line<'static>> {
    let agent = &model.seen.crew[mole];
    let mut lines = vec![heading(&format!("What {} said, and what was true", agent.label), width)];
    let told = truth.sabotage.as_ref();
    let signs = if told.is_some_and(|told| told.is_older) { model.seen.signs_of(&agent.name) } else { Vec::new() };
    let room = width.saturating_sub(u16::try_from(WHERE).unwrap_or(width));
    let label = |text: &str| Span::styled(format!("{text:<WHERE$}"), quiet());
    let mut turn = None;
    for deed in model.seen.talk.deeds_of(mole) {
        if turn != deed.turn() {
            turn = deed.turn();
            lines.push(Line::default());
        }
        match deed {
            What::Said { round, id, text, .. } => {
                let acts: Vec<&ActTold> =
                    told.map_or_else(Vec::new, |told| told.acts.iter().filter(|act| act.message == *id).collect());
                for (row, spans) in said(model, text, &acts, room).into_iter().enumerate() {
                    let label = if row == 0 { label(&format!("round {round} · {id}")) } else { label("") };
                    lines.push([label].into_iter().chain(spans).collect());
                }
                for act in acts {
                    let fact = act.fact.as_ref().map(|fact| format!("In truth {fact}."));
                    let truth = fact.as_ref().unwrap_or(&act.truth);
                    let deed = marked("× ", &act.deed, model.theme.alarm(), room);
                    let notes = deed.chain(marked("✓ ", truth, model.theme.good(), room));
                    lines.extend(notes.map(|note| Line::from(vec![label(""), note])));
                }
                lines.extend(found(model, &signs, id, room).map(|note| Line::from(vec![label(""), note])));
            }
            What::Tool { id, tool, arguments, .. } => {
                let call = cut(&format!("› {tool}  {arguments}"), room);
                lines.push(Line::from(vec![label(&format!("{id:>14}")), Span::styled(call, model.theme.tool())]));
                lines.extend(found(model, &signs, id, room).map(|note| Line::from(vec![label(""), note])));
            }
            _ => {}
        }
    }
    if lines.len() == 1 {
        lines.push(Line::styled("Nothing yet; the guess came before its first turn.", quiet()));
    }
    lines
}

/// A message in rows, with what is not true in it standing out.
fn said(model: &Model, text: &str, acts: &[&ActTold], room: u16) -> Vec<Vec<Span<'static>>> {
    let style = model.theme.alarm().add_modifier(Modifier::UNDERLINED);
    let words = acts.iter().flat_map(|act| &act.words);
    let marks: Vec<(Range<usize>, Style)> = words.filter_map(|words| Some((alone(text, words)?, style))).collect();
    let (rows, _) = wrapped(text, room, usize::MAX);
    let owned = |span: Span<'_>| Span::styled(span.content.into_owned(), span.style);
    rows.into_iter().map(|row| pieces(text, row, &marks, Style::new()).into_iter().map(owned).collect()).collect()
}

/// What the detector found in a message or call.
fn found(model: &Model, signs: &[&Sign], id: &str, room: u16) -> impl Iterator<Item = Span<'static>> {
    let style = model.theme.alarm();
    let signs: Vec<_> = signs.iter().filter(|sign| sign.message == id && sign.weight > 0.0).copied().collect();
    let notes: Vec<String> = signs
        .iter()
        .map(|sign| {
            let quote = sign.quote.as_ref().map_or_else(String::new, |quote| format!("“{quote}”: "));
            format!("{quote}{}", sign.note)
        })
        .collect();
    notes.into_iter().flat_map(move |note| marked("! ", &note, style, room).collect::<Vec<_>>())
}
