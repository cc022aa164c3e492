//! The list of recorded heists: a line for each, as much of it as there is room for, and more of the chosen one.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::heist::money;
use crate::store::{GameRow, SessionRow};
use crate::text::width_of;
use crate::tui::browser::Browser;
use crate::tui::model::{Model, Over};
use crate::tui::text::{counted, cut, fit, percent};
use crate::tui::theme::{chosen, quiet, strong};
use crate::tui::wrap::wrap_short;

use super::{heading, inset, put_lines};

/// Rows that are told of the chosen one, with the line above them.
const MORE: usize = 4;

/// A column of the list.
struct Column {
    title: &'static str,
    width: u16,
    right: bool,
    /// The widths of the list for which it is there.
    from: u16,
    to: u16,
    cell: fn(&SessionRow) -> String,
}

/// From this width of the list on there is room for most.
const ROOMY: u16 = 116;
const ALWAYS: u16 = u16::MAX;

const COLUMNS: [Column; 19] = [
    Column { title: "began", width: 11, right: false, from: 0, to: ROOMY, cell: |row| began(row, 5) },
    Column { title: "began", width: 16, right: false, from: ROOMY, to: ALWAYS, cell: |row| began(row, 0) },
    Column { title: "session", width: 19, right: false, from: 167, to: ALWAYS, cell: |row| row.session.clone() },
    Column { title: "speaking", width: 13, right: false, from: 0, to: ROOMY, cell: speaker },
    Column { title: "speaking", width: 20, right: false, from: ROOMY, to: ALWAYS, cell: speaker },
    Column { title: "tools", width: 8, right: false, from: 187, to: ALWAYS, cell: |row| text(row.tools.as_deref()) },
    Column { title: "rounds", width: 6, right: true, from: ROOMY, to: ALWAYS, cell: |row| figure(row.rounds) },
    Column { title: "level", width: 6, right: false, from: 75, to: ALWAYS, cell: level },
    Column { title: "blind", width: 5, right: false, from: 98, to: ALWAYS, cell: blind },
    Column { title: "outcome", width: 10, right: false, from: 0, to: ALWAYS, cell: outcome },
    Column { title: "mole", width: 11, right: false, from: 0, to: ALWAYS, cell: mole },
    Column { title: "named", width: 11, right: false, from: 128, to: ALWAYS, cell: named },
    Column { title: "strategy", width: 18, right: false, from: 147, to: ALWAYS, cell: strategy },
    Column { title: "points", width: 6, right: true, from: 58, to: ALWAYS, cell: points },
    Column { title: "loot", width: 9, right: true, from: 68, to: ALWAYS, cell: loot },
    Column { title: "said", width: 4, right: true, from: 178, to: ALWAYS, cell: |row| row.messages.to_string() },
    Column { title: "calls", width: 5, right: true, from: 178, to: ALWAYS, cell: |row| row.tool_calls.to_string() },
    Column { title: "took", width: 7, right: true, from: 83, to: ALWAYS, cell: took },
    Column { title: "seed", width: 8, right: true, from: 92, to: ALWAYS, cell: |row| figure(row.seed) },
];

/// How many sessions are visible on a body of so many rows.
pub(in crate::tui) fn visible_rows(height: u16) -> usize {
    usize::from(height).saturating_sub(MORE + 1)
}

pub(super) fn draw(model: &Model, frame: &mut Frame, area: Rect) {
    let Some(browser) = &model.browser else { return };
    let width = inset(area).width;
    if browser.counts().0 == 0 {
        return put_lines(frame, area, nothing());
    }
    let rows = visible_rows(area.height);
    let mut lines = vec![titles(width)];
    lines.extend(browser.visible(rows).map(|(row, here, marked)| line(model, row, width, here, marked)));
    if browser.counts().1 == 0 {
        let text = format!("  No heist has “{}” in it. Backspace takes a letter back, Esc shows all.", browser.filter);
        lines.push(Line::styled(cut(&text, width), quiet()));
    }
    lines.resize(rows + 1, Line::default());
    lines.push(heading(&place(browser, rows), width));
    lines.extend(browser.chosen().map_or_else(Vec::new, |(_, row)| more(row, width)));
    put_lines(frame, area, lines);
}

/// Which part of the list is seen.
fn place(browser: &Browser, rows: usize) -> String {
    match browser.hidden(rows) {
        (0, 0) => String::new(),
        (0, below) => format!("↓ {below} more"),
        (above, 0) => format!("↑ {above} more"),
        (above, below) => format!("↑ {above} · ↓ {below} more"),
    }
}

fn nothing() -> Vec<Line<'static>> {
    vec![
        Line::default(),
        Line::styled("No heist has been recorded yet.", strong()),
        Line::default(),
        Line::styled("`heist-tui` plays one. It is kept from its first word on,", quiet()),
        Line::styled("to be seen again here, compared with another, or gone on with.", quiet()),
    ]
}

/// How many there are, for the line at the top.
pub(super) fn status(browser: &Browser) -> Line<'static> {
    let (all, shown) = browser.counts();
    let mut line = vec![Span::styled(" SESSIONS ", chosen(strong())), Span::raw(" ")];
    line.push(Span::styled(if all == 1 { "1 heist".to_owned() } else { format!("{all} heists") }, strong()));
    if !browser.filter.is_empty() {
        line.push(Span::raw(format!(" · {shown} with “{}”", browser.filter)));
    }
    Line::from(line)
}

/// What is typed, asked or marked.
pub(super) fn notice(model: &Model, browser: &Browser) -> Option<Line<'static>> {
    let (_, row) = browser.chosen().unzip();
    match (&model.over, row, browser.marked()) {
        (Over::Filter, ..) => Some(Line::from(vec![
            Span::styled(" filter › ", strong()),
            Span::raw(browser.filter.clone()),
            Span::styled("▌", strong()),
        ])),
        (Over::Deleting, Some(row), _) => {
            let text = format!(" Delete {}? Enter deletes, Esc keeps. ", row.session);
            Some(Line::styled(text, chosen(model.theme.alarm())))
        }
        (Over::Nothing, _, Some(marked)) if model.notice.is_none() => {
            let text = format!(" * {} is marked: c on another compares the two.", marked.session);
            Some(Line::styled(text, strong()))
        }
        _ => None,
    }
}

fn columns(width: u16) -> impl Iterator<Item = &'static Column> {
    COLUMNS.iter().filter(move |column| (column.from..column.to).contains(&width))
}

fn set(text: &str, column: &Column) -> String {
    let cell = cut(text, column.width);
    if column.right {
        let gap = usize::from(column.width).saturating_sub(width_of(&cell));
        format!("{}{cell}", " ".repeat(gap))
    } else {
        fit(&cell, column.width)
    }
}

fn titles(width: u16) -> Line<'static> {
    let titles = columns(width).map(|column| set(column.title, column)).collect::<Vec<_>>().join(" ");
    Line::styled(format!("  {titles}"), quiet())
}

fn line(model: &Model, row: &SessionRow, width: u16, here: bool, marked: bool) -> Line<'static> {
    let mark = if marked { "* " } else { "  " };
    let mut spans = vec![Span::styled(mark, strong())];
    for (index, column) in columns(width).enumerate() {
        let gap = if index == 0 { "" } else { " " };
        let style = if column.title == "outcome" { style(model, row) } else { Style::new() };
        spans.push(Span::styled(format!("{gap}{}", set(&(column.cell)(row), column)), style));
    }
    if here {
        spans = spans.into_iter().map(|span| Span::styled(span.content, chosen(span.style))).collect();
    }
    Line::from(spans)
}

fn style(model: &Model, row: &SessionRow) -> Style {
    match &row.game {
        Some(game) if game.outcome == "success" => model.theme.good(),
        Some(_) => model.theme.alarm(),
        None => strong(),
    }
}

fn began(row: &SessionRow, skip: usize) -> String {
    row.started_at.chars().skip(skip).take(16).collect()
}

fn speaker(row: &SessionRow) -> String {
    row.model.clone().unwrap_or_else(|| "scripted crew".to_owned())
}

fn text(text: Option<&str>) -> String {
    text.unwrap_or("–").to_owned()
}

fn figure(figure: Option<impl ToString>) -> String {
    figure.map_or_else(|| "–".to_owned(), |figure| figure.to_string())
}

/// How it came out, in a word or two.
pub(in crate::tui) fn outcome_words(row: &SessionRow) -> &'static str {
    match (&row.game, row.status.as_str()) {
        (Some(GameRow { outcome, mole: Some(_), .. }), _) if outcome == "success" => "caught",
        (Some(GameRow { outcome, .. }), _) if outcome == "success" => "right",
        (Some(GameRow { outcome, .. }), _) if outcome == "busted" => "got away",
        (Some(_), _) => "wrong",
        (None, "failed") => "cut off",
        (None, "running") => "playing",
        (None, "stopped") => "stopped",
        (None, "paused") => "paused",
        (None, _) => "unknown",
    }
}

fn outcome(row: &SessionRow) -> String {
    let mark = match &row.game {
        Some(game) if game.outcome == "success" => "✓",
        Some(_) => "×",
        None => "·",
    };
    format!("{mark} {}", outcome_words(row))
}

/// Only the tables of games tell it, and a game is there only after its verdict.
fn mole(row: &SessionRow) -> String {
    row.game.as_ref().map_or_else(|| "–".to_owned(), |game| nobody(game.mole.as_deref()))
}

fn named(row: &SessionRow) -> String {
    row.game.as_ref().map_or_else(|| "–".to_owned(), |game| nobody(game.guess.as_deref()))
}

fn nobody(name: Option<&str>) -> String {
    name.unwrap_or("nobody").to_owned()
}

fn strategy(row: &SessionRow) -> String {
    text(row.game.as_ref().and_then(|game| game.strategy.as_deref()))
}

fn level(row: &SessionRow) -> String {
    text(row.difficulty.as_deref())
}

fn blind(row: &SessionRow) -> String {
    let blind = row.game.as_ref().and_then(|game| game.blind);
    text(blind.map(|blind| if blind { "yes" } else { "no" }))
}

/// What the guess has brought.
fn points(row: &SessionRow) -> String {
    let score = row.game.as_ref().and_then(|game| game.score);
    figure(score.map(|score| format!("{score:+}")))
}

/// What got away.
fn loot(row: &SessionRow) -> String {
    figure(row.game.as_ref().and_then(|game| game.loot).map(money))
}

fn took(row: &SessionRow) -> String {
    let seconds = row.ms.map(|ms| ms / 1000);
    seconds.map_or_else(|| "–".to_owned(), |seconds| format!("{:02}:{:02}", seconds / 60, seconds % 60))
}

/// The chosen one at length.
fn more(row: &SessionRow, width: u16) -> Vec<Line<'static>> {
    let (said, called) = (counted(row.messages as usize, "message"), counted(row.tool_calls as usize, "call"));
    let tools = row.tools.as_deref().map_or_else(String::new, |tools| format!(" · {tools} tools"));
    let bank = row.bank.as_ref().map_or_else(String::new, |bank| format!(" · {}", bank.name));
    let seed = row.seed.map_or_else(String::new, |seed| format!(" · seed {seed}"));
    let facts = format!("{} · {}{seed} · {said}, {called}{tools}{bank}", row.session, speaker(row));
    let mut lines = vec![Line::styled(cut(&facts, width), strong())];
    lines.extend(wrap_short(&end(row), width, MORE - 2).into_iter().map(Line::raw));
    lines
}

/// How it ended, in a sentence or two.
fn end(row: &SessionRow) -> String {
    let Some(game) = &row.game else {
        let why = match (row.status.as_str(), &row.reason) {
            (_, Some(reason)) => format!("No verdict: {}.", reason.trim_end_matches('.')),
            ("running" | "paused", None) => "No verdict: it is still being played.".to_owned(),
            _ => "No verdict.".to_owned(),
        };
        let go_on = if row.resumable { " r tells how to go on with it." } else { "" };
        return format!("{why}{go_on}");
    };
    let who = match game.guessed_by.as_deref() {
        Some("detector") => "The detector",
        Some("random") => "Chance",
        _ => "You",
    };
    let truth = match (&game.mole, &game.strategy) {
        (Some(mole), Some(strategy)) => format!("the mole was {mole} ({strategy})"),
        (Some(mole), None) => format!("the mole was {mole}"),
        (None, _) => "there was no mole".to_owned(),
    };
    let named = nobody(game.guess.as_deref());
    let detector = game.detector.as_ref().map_or_else(String::new, |suspect| {
        format!(" The detector suspected {suspect} with {} %.", percent(game.detector_score))
    });
    let blind = if game.blind == Some(true) { ", blind" } else { "" };
    format!("{who} named {named}{blind}; {truth}.{detector}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_fit_into_every_width() {
        for width in 56..240 {
            let used: u16 = columns(width).map(|column| column.width + 1).sum();
            // The mark stands before them, and no gap before the first.
            assert!(used < width, "{used} of {width}");
        }
        let titles = |width| columns(width).map(|column| column.title).collect::<Vec<_>>();
        assert_eq!(titles(76), ["began", "speaking", "level", "outcome", "mole", "points", "loot"]);
    }
}
