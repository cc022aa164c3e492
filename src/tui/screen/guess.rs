//! The guess: who is it, and how sure is one? What has been seen of each stands beside the name, what the guess can win
//! and lose below, and a question comes before it counts.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use crate::heist::{Moment, Sureness};
use crate::tui::model::Model;
use crate::tui::talk::What;
use crate::tui::text::{cut, fit, percent};
use crate::tui::theme::{chosen, quiet, strong};
use crate::tui::wrap::wrap_short;

use super::{bar, digits, evidence, inset, number, put_lines};

/// Columns of an agent's bar, where there is room and where there is little.
const BAR: (u16, u16) = (12, 6);
/// The most rows of an agent.
const MOST: u16 = 5;
/// Longer lines are hard to read.
const WIDEST: u16 = 120;
/// Below this width there is little room.
const ROOMY: u16 = 70;

pub(super) fn draw(model: &Model, cursor: usize, frame: &mut Frame, area: Rect) {
    let width = inset(area).width.min(WIDEST);
    let rows = rows(model, area);
    let mut lines = head(model, rows.head, width);
    for index in 0..model.seen.crew.len() {
        lines.extend(agent(model, index, cursor, rows.agent, width));
    }
    lines.push(nobody(model, cursor));
    lines.extend(stake(model, rows.stake, width));
    put_lines(frame, area, lines);
}

/// How many rows there are for what.
struct Rows {
    head: u16,
    agent: u16,
    stake: u16,
}

fn rows(model: &Model, area: Rect) -> Rows {
    let agents = u16::try_from(model.seen.crew.len()).unwrap_or(u16::MAX).max(1);
    let each = |(head, stake): (u16, u16)| area.height.saturating_sub(head + stake + 1) / agents;
    // Roomy, close, or as few as can be.
    let rows = [(4, 4), (2, 4), (2, 3)].into_iter().find(|rows| each(*rows) >= 2);
    let rows = rows.or(Some((2, 3)).filter(|rows| each(*rows) >= 1)).unwrap_or((1, 3));
    Rows { head: rows.0, agent: each(rows).clamp(1, MOST), stake: rows.1 }
}

/// The agent at a place on the screen, the page standing in this area; the crew's size for nobody.
pub(in crate::tui) fn at(model: &Model, area: Rect, at: Position) -> Option<usize> {
    let rows = rows(model, area);
    let mut below = usize::from(Some(at).filter(|at| area.contains(*at))?.y.checked_sub(area.y + rows.head)?);
    let width = inset(area).width.min(WIDEST);
    let crew = model.seen.crew.len();
    for index in 0..crew {
        // As many as are drawn: an agent of whom little is known has fewer.
        let height = agent(model, index, crew, rows.agent, width).len();
        if below < height {
            return Some(index);
        }
        below -= height;
    }
    (below == 0).then_some(crew)
}

/// The question, in so many rows.
fn head(model: &Model, rows: u16, width: u16) -> Vec<Line<'static>> {
    let said = if model.seen.guess_wanted {
        "The plan stands. Before the crew sets out, say who is working against it."
    } else {
        "You may name the mole now; the heist ends with your guess."
    };
    let question = Span::styled("Who is the mole?", strong());
    if rows >= 4 {
        return vec![Line::default(), question.into(), Line::styled(said, quiet()), Line::default()];
    }
    let said = cut(&format!("  {said}"), width.saturating_sub(16));
    let mut lines = vec![Line::from(vec![question, Span::styled(said, quiet())])];
    lines.resize(usize::from(rows), Line::default());
    lines
}

/// Columns for a name.
fn name_columns(model: &Model) -> u16 {
    model.seen.longest().clamp(12, 20)
}

/// One of the crew, in so many rows.
fn agent(model: &Model, index: usize, cursor: usize, each: u16, width: u16) -> Vec<Line<'static>> {
    let seen = &model.seen;
    let agent = &seen.crew[index];
    let name = name_columns(model);
    // Before what is told of an agent: the mark, its number and name, and the air around them.
    let before = name + digits(model) + 5;
    let mut line = vec![mark(cursor == index)];
    let style = model.theme.agent(agent.colour);
    let label = format!(" {} {} ", number(model, index), fit(&agent.label, name));
    line.push(Span::styled(label, if cursor == index { chosen(style) } else { style }));
    line.push(Span::raw(" "));
    let mut room = width.saturating_sub(before);
    if !seen.hides() {
        let bars = if width < ROOMY { BAR.1 } else { BAR.0 };
        line.extend(bar(model, agent.score, seen.stands_out(index), bars));
        line.push(Span::styled(format!(" {:>3}%  ", percent(agent.score)), strong()));
        room = room.saturating_sub(bars + 8);
    }
    let deeds = seen.tally.deeds(index).in_words();
    if each == 1 {
        // Where there is little room, what speaks against it comes before what it did.
        let told = if seen.hides() { 34 } else { room.saturating_sub(40).min(34) };
        line.push(Span::styled(fit(&deeds, told.min(room)), quiet()));
        line.extend(known(model, index, 1, room.saturating_sub(told)).into_iter().flat_map(|line| line.spans));
        return vec![Line::from(line)];
    }
    line.push(Span::styled(cut(&format!("{deeds} · {}", agent.role), room), quiet()));
    let mut lines = vec![Line::from(line)];
    // The last row is air, if there are more than two.
    for known in known(model, index, usize::from(each).saturating_sub(2).max(1), width.saturating_sub(before)) {
        let mut line = vec![Span::raw(" ".repeat(usize::from(before)))];
        line.extend(known.spans);
        lines.push(Line::from(line));
    }
    if each > 2 {
        lines.push(Line::default());
    }
    lines
}

/// What speaks most against an agent, in so many rows at the most; where that is hidden, what it said last.
fn known(model: &Model, index: usize, rows: usize, room: u16) -> Vec<Line<'static>> {
    let seen = &model.seen;
    if seen.hides() {
        let said = seen
            .talk
            .deeds_of(index)
            .filter_map(|deed| if let What::Said { text, .. } = deed { Some(text) } else { None });
        let quoted = said.last().map(|text| wrap_short(&format!("“{text}”"), room, rows));
        return quoted.into_iter().flatten().map(Line::from).collect();
    }
    let signs = seen.signs_of(&seen.crew[index].name);
    let against = signs.iter().filter(|sign| sign.weight > 0.0).take(rows);
    let lines: Vec<_> = against.map(|sign| evidence::brief(model, sign, room)).collect();
    if lines.is_empty() { vec![Line::styled(cut("nothing against it", room), quiet())] } else { lines }
}

fn nobody(model: &Model, cursor: usize) -> Line<'static> {
    let here = cursor == model.seen.crew.len();
    let (digits, name) = (usize::from(digits(model)), usize::from(name_columns(model)));
    Line::from(vec![
        mark(here),
        Span::styled(format!(" {:>digits$} {:<name$} ", 0, "nobody"), if here { chosen(strong()) } else { strong() }),
        Span::styled(" there is no mole in this crew", quiet()),
    ])
}

/// How sure one is, and what the guess can win and lose, in so many rows.
fn stake(model: &Model, rows: u16, width: u16) -> Vec<Line<'static>> {
    let (sure, moment) = (model.sureness, model.seen.moment());
    let mut how = vec![Span::styled("How sure? ", strong()), Span::styled("← ", quiet())];
    how.extend(bar(model, f64::from(sure), false, if width < ROOMY { 10 } else { 20 }));
    how.push(Span::styled(format!(" {} %", sure.percent()), strong()));
    how.push(Span::styled(format!(" →  {}", in_words(sure)), quiet()));
    let won = format!("{:+}", moment.points(sure, true));
    let lost = format!("{:+}", moment.points(sure, false));
    let points = vec![
        Span::styled("Right ", quiet()),
        Span::styled(won, model.theme.good()),
        Span::styled("   wrong ", quiet()),
        Span::styled(lost, model.theme.alarm()),
    ];
    let why = worth(&moment);
    let mut lines = vec![Line::default(), Line::from(how)];
    if rows >= 4 {
        let mut points = points;
        points.push(Span::styled("   say what you believe: it pays best", quiet()));
        lines.extend([Line::from(points), Line::styled(cut(&why, width), quiet())]);
    } else {
        let used: usize = points.iter().map(Span::width).sum();
        let room = width.saturating_sub(u16::try_from(used).unwrap_or(width) + 3);
        let mut points = points;
        points.push(Span::styled(format!("   {}", cut(&why, room)), quiet()));
        lines.push(Line::from(points));
    }
    lines
}

/// What is at stake, and why so much.
fn worth(moment: &Moment) -> String {
    let seen = if moment.blind { "" } else { ", the detector in view" };
    format!("{:.0} at stake: {moment}{seen}", moment.stake())
}

/// What a sureness stands for.
fn in_words(sure: Sureness) -> &'static str {
    match sure.percent() {
        0..=10 => "a stab in the dark",
        11..=30 => "a hunch",
        31..=49 => "perhaps",
        50 => "as likely as not",
        51..=70 => "rather sure",
        71..=90 => "quite sure",
        _ => "certain",
    }
}

fn mark(here: bool) -> Span<'static> {
    Span::styled(if here { "▸" } else { " " }, strong())
}
