//! The reveal: right or wrong, who it was and how, what the detector thought, and the mole's words to read again.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::heist::{Colour, Outcome, Strategy};
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::seen::{Truth, label};
use crate::tui::talk::What;
use crate::tui::text::{clock, cut, percent, wrap};
use crate::tui::theme::{quiet, strong};

use super::{heading, inset, put_scrolled};

pub(super) fn draw(model: &Model, top: usize, frame: &mut Frame, area: Rect) {
    put_scrolled(frame, area, lines(model, inset(area).width), top);
}

/// How many rows there are to scroll through.
pub(in crate::tui) fn rows(model: &Model) -> usize {
    lines(model, inset(layout::page(model.size).body).width).len()
}

fn lines(model: &Model, width: u16) -> Vec<Line<'static>> {
    let Some(truth) = &model.seen.truth else { return Vec::new() };
    let mut lines = vec![Line::default(), verdict(model, truth), Line::default()];
    lines.extend(facts(model, truth, width));
    if let Some(mole) = truth.mole.as_ref().and_then(|mole| model.seen.place(mole)) {
        lines.extend([Line::default(), heading(&format!("What {} said", model.seen.crew[mole].label), width)]);
        lines.extend(words(model, mole, width));
    }
    lines
}

fn verdict(model: &Model, truth: &Truth) -> Line<'static> {
    let mole = truth.mole.as_ref().map(label);
    let named = model.seen.guess.as_ref().and_then(|guess| guess.agent.as_ref()).map(label);
    let colour = truth.mole.as_ref().map_or(Colour::Plain, |mole| model.seen.colour(mole));
    let (mark, style, word, rest) = match (truth.outcome, mole.is_some()) {
        (Outcome::Success, true) => ("✓", model.theme.good(), "Right.", "was the mole."),
        (Outcome::Success, false) => ("✓", model.theme.good(), "Right.", "There was no mole; the crew is loyal."),
        (Outcome::Failure, true) => ("×", model.theme.alarm(), "Wrong.", "was the mole"),
        (Outcome::Failure, false) => ("×", model.theme.alarm(), "Wrong.", "There was no mole"),
        (Outcome::Busted, _) => ("×", model.theme.alarm(), "Busted.", "was the mole, and got away."),
    };
    let mut line = vec![Span::styled(format!("{mark} {word} "), style)];
    if let Some(mole) = mole {
        line.push(Span::styled(format!("{mole} "), model.theme.agent(colour)));
    }
    line.push(Span::styled(rest, strong()));
    if let (Outcome::Failure, Some(named)) = (truth.outcome, named) {
        line.push(Span::styled(format!("; {named}, whom you named, is innocent."), strong()));
    }
    Line::from(line)
}

fn facts(model: &Model, truth: &Truth, width: u16) -> Vec<Line<'static>> {
    let seen = &model.seen;
    let mut lines = Vec::new();
    let mut fact = |label: &str, text: &str, style: Style| {
        for (row, line) in wrap(text, width.saturating_sub(14)).into_iter().enumerate() {
            let label = if row == 0 { label } else { "" };
            lines.push(Line::from(vec![Span::styled(format!("{label:<14}"), quiet()), Span::styled(line, style)]));
        }
    };
    if let Some(strategy) = truth.strategy {
        fact("The sabotage", in_words(strategy), Style::new());
    }
    let detector = match &truth.suspect {
        None => "The detector had nothing to weigh.".to_owned(),
        Some(suspect) => {
            let right = if Some(suspect) == truth.mole.as_ref() { "It was right." } else { "It was fooled." };
            format!("It suspected {} with {} %. {right}", label(suspect), percent(truth.score))
        }
    };
    fact("The detector", &detector, Style::new());
    if truth.kept {
        let text = "✓ It matches what was promised before the first word: nobody changed the mole.";
        fact("The seal", text, Style::new());
    } else {
        let text = "! It does not match what was promised at the start. This game was bent.";
        fact("The seal", text, model.theme.alarm());
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
        fact("The heist", &text, Style::new());
    }
    lines
}

/// What the mole said and called, with what was found in it.
fn words(model: &Model, mole: usize, width: u16) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let signs = model.seen.signs_of(&model.seen.crew[mole].name);
    let room = width.saturating_sub(14);
    let mut turn = None;
    for deed in model.seen.talk.deeds_of(mole) {
        if turn != deed.turn() {
            turn = deed.turn();
            lines.push(Line::default());
        }
        let label = |text: String| Span::styled(format!("{text:<14}"), quiet());
        let found = match deed {
            What::Said { round, id, text, .. } => {
                for (row, line) in wrap(text, room).into_iter().enumerate() {
                    let label = label(if row == 0 { format!("round {round} · {id}") } else { String::new() });
                    lines.push(Line::from(vec![label, Span::raw(line)]));
                }
                id
            }
            What::Tool { id, tool, arguments, .. } => {
                let call = cut(&format!("› {tool}  {arguments}"), room);
                lines.push(Line::from(vec![label(format!("{id:>12}")), Span::styled(call, model.theme.tool())]));
                id
            }
            _ => continue,
        };
        for sign in signs.iter().filter(|sign| sign.message == *found && sign.weight > 0.0) {
            for (row, line) in wrap(&sign.note, room.saturating_sub(2)).into_iter().enumerate() {
                let mark = if row == 0 { "! " } else { "  " };
                lines.push(Line::styled(format!("{:14}{mark}{line}", ""), model.theme.alarm()));
            }
        }
    }
    if lines.is_empty() {
        lines.push(Line::styled("Nothing yet; the guess came before its first turn.", quiet()));
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
