//! The reveal: right or wrong, who it was, what it did and what was true, its orders, what the guess has brought and why, how
//! the detector went, and the mole's words to read again.

mod acts;
mod remarks;
mod score;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::heist::{Colour, Guesser, Outcome, Strategy};
use crate::text::width_of;
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::seen::{Truth, label};
use crate::tui::text::{clock, percent};
use crate::tui::theme::{quiet, strong};
use crate::tui::wrap::wrap;

use super::{course, heading, inset, letters, put_scrolled};

/// From this width on the mole's words stand beside the rest.
const BESIDE: u16 = 140;
/// Columns between the two.
const GAP: u16 = 4;
/// Longer lines are hard to read.
const WIDEST: u16 = 110;
/// Columns of what a row is about.
const LABEL: u16 = 14;

pub(super) fn draw(model: &Model, top: usize, frame: &mut Frame, area: Rect) {
    put_scrolled(frame, area, lines(model, inset(area).width), top);
}

/// How many rows there are to scroll through.
pub(in crate::tui) fn rows(model: &Model) -> usize {
    lines(model, inset(layout::page(model.size).body).width).len()
}

fn lines(model: &Model, width: u16) -> Vec<Line<'static>> {
    let Some(truth) = &model.seen.truth else { return Vec::new() };
    let mole = truth.mole.as_ref().and_then(|mole| model.seen.place(mole));
    if let (Some(mole), BESIDE..) = (mole, width) {
        let left = ((width - GAP) / 2).min(WIDEST);
        let right = (width - GAP - left).min(WIDEST);
        return beside(outcome(model, truth, left), acts::words(model, truth, mole, right), left + GAP);
    }
    let width = width.min(WIDEST);
    let mut lines = outcome(model, truth, width);
    if let Some(mole) = mole {
        lines.push(Line::default());
        lines.extend(acts::words(model, truth, mole, width));
    }
    lines
}

/// Two columns of lines, the second beginning at `column`.
pub(super) fn beside(left: Vec<Line<'static>>, right: Vec<Line<'static>>, column: u16) -> Vec<Line<'static>> {
    let rows = left.len().max(right.len());
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    let row = |_| {
        let mut line = left.next().unwrap_or_default();
        // The style of the one is not that of the other.
        let style = std::mem::take(&mut line.style);
        for span in &mut line.spans {
            span.style = style.patch(span.style);
        }
        let air = usize::from(column).saturating_sub(line.width());
        line.spans.push(Span::raw(" ".repeat(air)));
        let right = right.next().unwrap_or_default();
        line.spans
            .extend(right.spans.into_iter().map(|span| Span::styled(span.content, right.style.patch(span.style))));
        line
    };
    (0..rows).map(row).collect()
}

/// Everything but the mole's words.
fn outcome(model: &Model, truth: &Truth, width: u16) -> Vec<Line<'static>> {
    let mut lines = vec![Line::default()];
    lines.extend(title(model, truth, width));
    lines.push(Line::default());
    lines.extend(wrapped(&verdict(model, truth), width));
    lines.extend(acts::lines(model, truth, width));
    lines.push(Line::default());
    lines.extend(facts(model, truth, width));
    lines.extend(score::lines(model, truth, width));
    lines.extend(detector(model, truth, width));
    lines.extend(remarks::lines(truth, width));
    lines
}

/// The outcome and the points in large letters, as large as there is room.
fn title(model: &Model, truth: &Truth, width: u16) -> Vec<Line<'static>> {
    let (word, style) = match truth.outcome {
        Outcome::Success => ("RIGHT", model.theme.good()),
        Outcome::Failure => ("WRONG", model.theme.alarm()),
        Outcome::Busted => ("BUSTED", model.theme.alarm()),
    };
    let points = truth.points.map_or_else(String::new, |score| format!("{:+}", score.points));
    let large = letters::large(word);
    let shape = if model.size.height >= 36 && fits(&large, &letters::large(&points), width) {
        letters::large
    } else if model.theme.ascii {
        // Half blocks have no likeness in ASCII.
        |text: &str| vec![text.to_owned()]
    } else {
        letters::small
    };
    let (word, points) = (shape(word), shape(&points));
    let both = fits(&word, &points, width);
    let rows = word.into_iter().zip(points);
    rows.map(|(word, points)| {
        let mut row = vec![Span::styled(word, style)];
        if both {
            row.extend([Span::raw("     "), Span::styled(points, style)]);
        }
        Line::from(row)
    })
    .collect()
}

fn fits(word: &[String], points: &[String], width: u16) -> bool {
    let columns = |rows: &[String]| rows.first().map_or(0, |row| row.chars().count());
    columns(word) + columns(points) + 5 <= usize::from(width)
}

/// Spans in rows of this width, parted between words.
fn wrapped(spans: &[(String, Style)], width: u16) -> Vec<Line<'static>> {
    let text: String = spans.iter().map(|(text, _)| text.as_str()).collect();
    if width_of(&text) <= usize::from(width) {
        return vec![spans.iter().map(|(text, style)| Span::styled(text.clone(), *style)).collect()];
    }
    wrap(&text, width).into_iter().map(|line| Line::styled(line, strong())).collect()
}

/// Right or wrong, and who it was, in a sentence.
fn verdict(model: &Model, truth: &Truth) -> Vec<(String, Style)> {
    let mole = truth.mole.as_ref().map(label);
    let guess = model.seen.guess.as_ref();
    let named = guess.and_then(|guess| guess.agent.as_ref()).map(label);
    let colour = truth.mole.as_ref().map_or(Colour::Plain, |mole| model.seen.colour(mole));
    let (mark, style, word, rest) = match (truth.outcome, mole.is_some()) {
        (Outcome::Success, true) => ("✓", model.theme.good(), "Right.", "was the mole."),
        (Outcome::Success, false) => ("✓", model.theme.good(), "Right.", "There was no mole; the crew is loyal."),
        (Outcome::Failure, true) => ("×", model.theme.alarm(), "Wrong.", "was the mole"),
        (Outcome::Failure, false) => ("×", model.theme.alarm(), "Wrong.", "There was no mole"),
        (Outcome::Busted, _) => ("×", model.theme.alarm(), "Busted.", "was the mole, and got away."),
    };
    let mut line = vec![(format!("{mark} {word} "), style)];
    if let Some(mole) = mole {
        line.push((format!("{mole} "), model.theme.agent(colour)));
    }
    line.push((rest.to_owned(), strong()));
    if let (Outcome::Failure, Some(named)) = (truth.outcome, named) {
        let by = guesser(model, "You", "The detector", "Chance");
        line.push((format!(". {by} accused {named}, who is innocent."), strong()));
    }
    line
}

/// The word that fits whoever guessed.
fn guesser(model: &Model, player: &'static str, detector: &'static str, chance: &'static str) -> &'static str {
    match model.seen.guess.as_ref().map(|guess| guess.by) {
        Some(Guesser::Detector) => detector,
        Some(Guesser::Random) => chance,
        _ => player,
    }
}

/// A row for each thing that is told, with what it is about at its edge.
fn fact(label: &str, text: &str, style: Style, width: u16) -> Vec<Line<'static>> {
    let row = |(row, line)| {
        let label = if row == 0 { label } else { "" };
        let columns = usize::from(LABEL);
        Line::from(vec![Span::styled(format!("{label:<columns$}"), quiet()), Span::styled(line, style)])
    };
    wrap(text, width.saturating_sub(LABEL)).into_iter().enumerate().map(row).collect()
}

fn facts(model: &Model, truth: &Truth, width: u16) -> Vec<Line<'static>> {
    let seen = &model.seen;
    let mut lines = Vec::new();
    if let Some(strategy) = truth.strategy {
        lines.extend(fact("The sabotage", in_words(strategy), Style::new(), width));
    }
    if !truth.orders.is_empty() {
        lines.extend(fact("Its orders", &format!("“{}”", truth.orders), Style::new(), width));
    }
    if truth.kept {
        let text = "✓ Verified: the mole was chosen before the first word.";
        lines.extend(fact("The seal", text, Style::new(), width));
    } else {
        let text = "! Not verified: this is not the mole that was chosen at the start. The game was tampered with.";
        lines.extend(fact("The seal", text, model.theme.alarm(), width));
    }
    if let Some(end) = &seen.end {
        let text = format!(
            "{} turns, {} messages, {} tool calls in {}{}",
            end.turns,
            end.messages,
            end.tool_calls,
            clock(end.ms),
            seen.opening.as_ref().map_or_else(String::new, |opening| format!(", difficulty {}", opening.difficulty))
        );
        lines.extend(fact("The heist", &text, Style::new(), width));
    }
    lines
}

/// How the detector suspected the mole, or without one its first suspect, and when the guess came.
fn detector(model: &Model, truth: &Truth, width: u16) -> Vec<Line<'static>> {
    let seen = &model.seen;
    let mut lines = vec![Line::default()];
    let Some(suspect) = &truth.suspect else {
        lines.push(heading("The detector", width));
        lines.push(Line::from("It had nothing to weigh."));
        return lines;
    };
    let shown = truth.mole.as_ref().unwrap_or(suspect);
    lines.push(heading(&format!("How the detector suspected {}", label(shown)), width));
    let right = match &truth.mole {
        Some(mole) if mole == suspect => "It was right",
        Some(_) => "It was fooled",
        None => "There was nobody to find",
    };
    let text = format!("{right}: at the end it suspected {} at {} %.", label(suspect), percent(truth.score));
    if let Some(place) = seen.place(shown) {
        let since = seen
            .tally
            .first_from(place)
            .map_or_else(String::new, |turn| format!(" From turn {turn} on {} was its first suspect.", label(shown)));
        lines.extend(wrap(&(text + &since), width).into_iter().map(Line::from));
        let named = seen.guess.as_ref().and_then(|guess| guess.agent.as_ref()).map_or("nobody".to_owned(), label);
        let sure = truth.points.map_or_else(String::new, |score| format!(", {} %", score.sureness.percent()));
        let guess = format!("{} {named}{sure}", guesser(model, "you:", "its guess:", "chance:"));
        lines.extend(course::lines(model, place, &guess, width));
    }
    lines
}

fn in_words(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::TimingErrors => "Timing errors: it bent the times and durations that it named.",
        Strategy::FalseInfo => "False information: it changed facts in what it reported.",
        Strategy::CoordinationChaos => {
            "Coordination chaos: it undid what was agreed and set the others against each other."
        }
        Strategy::SubtleDelays => "Subtle delays: it put decisions off and asked for one more check.",
        Strategy::WrongTools => "Wrong tools: it used its tools for what did not matter.",
    }
}
