//! The sources: what was read, by whom and when, what nobody has read yet, and one of them in full.

use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::text::width_of;
use crate::tui::model::Model;
use crate::tui::reading::{self, Check, Text};
use crate::tui::seen::label;
use crate::tui::talk::{pieces, places};
use crate::tui::text::{cut, fit};
use crate::tui::theme::{chosen, quiet, strong};
use crate::tui::wrap::{wrap, wrap_short, wrapped};
use crate::views::sources::{Answer, Kind, Line as Told, Reader, Source};

use super::heading;
use super::pane::put;

/// Columns of a source's name.
const NAME: u16 = 19;
/// From this width on it is told when something was read.
const WIDE: u16 = 56;
/// Columns before a line.
const BEFORE: u16 = 2;
/// What stands between a table's columns.
const BETWEEN: &str = "  ";
/// Of the messages that speak of a line so many are named.
const NAMED: usize = 4;

pub(super) fn title(model: &Model, width: u16) -> Line<'static> {
    let (read, all) = model.seen.sources.counts();
    heading(&cut(&format!("Sources · {read} of {all} read"), width), width)
}

/// A source in a row: its name, and who has read it.
pub(super) fn piece(model: &Model, source: &Source, width: u16) -> Line<'static> {
    let name = fit(&source.name, NAME);
    if source.is_closed() {
        return Line::from(vec![Span::styled(format!(" · {name} not read yet"), quiet())]);
    }
    let mut spans = vec![Span::styled(" ● ", strong()), Span::styled(name, strong()), Span::raw(" ")];
    let mut left = usize::from(width.saturating_sub(NAME + 4));
    // The newest first; each reader once.
    let mut told: Vec<&Reader> = Vec::new();
    for reader in source.readers().into_iter().rev() {
        if told.iter().all(|told| told.agent != reader.agent) {
            told.push(reader);
        }
    }
    for (number, reader) in told.into_iter().enumerate() {
        let words = if width >= WIDE { reader.words() } else { format!("{} {}", label(&reader.agent), reader.call) };
        let between = if number > 0 { ", " } else { "" };
        if width_of(&words) + between.len() > left {
            let room = u16::try_from(left).unwrap_or(0);
            let rest = if number == 0 { cut(&words, room) } else { cut(", …", room) };
            spans.push(Span::raw(rest));
            break;
        }
        left -= width_of(&words) + between.len();
        spans.extend([Span::raw(between), Span::styled(words, model.theme.agent(model.seen.colour(&reader.agent)))]);
    }
    Line::from(spans)
}

/// What the key does that opens things, in a few words.
pub(super) fn opens(model: &Model) -> &'static str {
    if model.pane.reads().is_some() {
        return "who says it";
    }
    let listed = model.seen.sources.listed();
    if listed.get(model.pane.cursor).is_some_and(|source| source.is_closed()) { "have it read" } else { "open" }
}

/// A source in full, with the claim that led to it.
pub(super) fn text(model: &Model, text: &Text, frame: &mut Frame, area: Rect) {
    let mut left = area;
    let width = area.width.saturating_sub(1);
    put(frame, &mut left, vec![heading(&cut(&text.source, width.saturating_sub(2)), area.width)]);
    let source = model.seen.sources.named(&text.source);
    put(frame, &mut left, claim(model, text, source, width));
    if let (Some((words, at, all)), Some(_)) = (reading::searched(model), &text.search) {
        let found = if all == 0 { format!("“{words}” is nowhere") } else { format!("“{words}” {at} of {all}") };
        put(frame, &mut left, vec![Line::styled(cut(&format!(" {found}"), width), quiet())]);
    }
    let Some(source) = source.filter(|source| !source.is_closed()) else {
        let text = format!("Nobody has read {} yet.", text.source);
        let rows = wrap(&text, width.saturating_sub(1)).into_iter();
        return put(frame, &mut left, rows.map(|row| Line::styled(format!(" {row}"), quiet())).collect());
    };
    let key = text.check.as_ref().map(|check| &check.claim.key);
    let (mut lines, mut cursor, mut number) = (Vec::new(), 0..0, 0);
    for (answer, told) in source.cut() {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.extend(head(answer, width));
        let table = Table::of(told, width.saturating_sub(BEFORE));
        for line in told {
            let is_here = number == text.line;
            let rests = key.is_some_and(|key| line.keys.contains(key));
            let rows = rows(model, text, line, &table, width, (is_here, rests));
            if is_here {
                cursor = lines.len()..lines.len() + rows.len();
            }
            lines.extend(rows);
            number += 1;
        }
    }
    let height = usize::from(left.height);
    // What comes before the line that is read is worth as much as what comes after it.
    let above = height.saturating_sub(cursor.len()) / 2;
    let top = cursor.start.saturating_sub(above).min(lines.len().saturating_sub(height));
    let more = lines.len() > top + height;
    frame.render_widget(Paragraph::new(lines.into_iter().skip(top).take(height).collect::<Vec<_>>()), left);
    let edge = |y: u16| Rect { x: left.right().saturating_sub(1), y, width: 1, height: 1 };
    if top > 0 && height > 0 {
        frame.render_widget(Paragraph::new(Line::styled("↑", strong())), edge(left.y));
    }
    if more && height > 0 {
        frame.render_widget(Paragraph::new(Line::styled("↓", strong())), edge(left.bottom() - 1));
    }
}

/// The claim that led here, and whether who made it has read this.
fn claim(model: &Model, text: &Text, source: Option<&Source>, width: u16) -> Vec<Line<'static>> {
    let Some(Check { claim, .. }) = &text.check else { return Vec::new() };
    let who = label(&claim.agent);
    let name = model.theme.agent(model.seen.colour(&claim.agent));
    let before = format!(" {} {who}: ", claim.message);
    let mut lines = Vec::new();
    for (number, row) in wrap_short(&format!("{before}{}", claim.words), width, 4).into_iter().enumerate() {
        match row.strip_prefix(&before).filter(|_| number == 0) {
            Some(rest) => lines
                .push(Line::from(vec![Span::styled(before.clone(), name), Span::styled(rest.to_owned(), strong())])),
            None => lines.push(Line::styled(if number == 0 { row } else { format!(" {row}") }, strong())),
        }
    }
    let readers = source.map_or_else(Vec::new, Source::readers);
    // What an agent has read later it had not read.
    let own = readers.iter().filter(|reader| reader.agent == claim.agent).min_by_key(|reader| reader.turn);
    let (told, style) = match own {
        _ if claim.source.is_empty() => (format!("{who} names no source"), quiet()),
        Some(own) if own.turn <= claim.turn => (format!("{who} read it in turn {} ({})", own.turn, own.call), quiet()),
        Some(own) => {
            (format!("{who} had not read it then, and did so in turn {} ({})", own.turn, own.call), model.theme.alarm())
        }
        None => (format!("{who} names {}, and has not read it", text.source), model.theme.alarm()),
    };
    let others = readers.last().filter(|_| own.is_none()).map(|reader| format!("read by {}", reader.words()));
    let silent = source.is_some_and(|source| !source.is_closed() && source.telling(&claim.key).is_none());
    let told = if silent { format!("{told}; no line of it tells this") } else { told };
    let told = wrap_short(&told, width.saturating_sub(1), 3).into_iter();
    lines.extend(told.map(|row| Line::styled(format!(" {row}"), style)));
    let others = others.map(|others| wrap_short(&others, width.saturating_sub(1), 2)).into_iter().flatten();
    lines.extend(others.map(|row| Line::styled(format!(" {row}"), quiet())));
    lines.push(Line::styled("─".repeat(usize::from(width)), quiet()));
    lines
}

/// Who got an answer, and what was asked for it.
fn head(answer: &Answer, width: u16) -> Vec<Line<'static>> {
    let who = answer.readers.iter().map(Reader::words).collect::<Vec<_>>().join(", ");
    let asked = if answer.asked.is_empty() { "read by " } else { "asked by " };
    let lines = wrap_short(&format!("{asked}{who}"), width.saturating_sub(BEFORE), 3);
    let query = wrap_short(&answer.asked, width.saturating_sub(BEFORE + 2), 3);
    let query = query.into_iter().filter(|row| !row.is_empty()).map(|row| format!("  {row}"));
    lines.into_iter().chain(query).map(|row| Line::styled(format!("  {row}"), quiet())).collect()
}

/// How a table is drawn.
struct Table<'a> {
    /// What its columns are called.
    names: Vec<&'a str>,
    /// Their widths, if rows of it fit into rows of the screen.
    widths: Option<Vec<usize>>,
}

impl<'a> Table<'a> {
    fn of(lines: &'a [Told], width: u16) -> Self {
        let mut widths: Vec<usize> = Vec::new();
        for line in lines.iter().filter(|line| matches!(line.kind, Kind::Columns | Kind::Row)) {
            for (column, cell) in line.cells().into_iter().enumerate() {
                match widths.get_mut(column) {
                    Some(widest) => *widest = (*widest).max(width_of(cell)),
                    None => widths.push(width_of(cell)),
                }
            }
        }
        let all = widths.iter().sum::<usize>() + BETWEEN.len() * widths.len().saturating_sub(1);
        let header = lines.iter().find(|line| line.kind == Kind::Columns);
        Self {
            names: header.map(Told::cells).unwrap_or_default(),
            widths: Some(widths).filter(|_| all <= usize::from(width)),
        }
    }

    /// A row as text: its cells under those of others, or each behind the name of its column. Gives the places of the names.
    fn row(&self, cells: &[&str]) -> (String, Vec<Range<usize>>) {
        let mut row = String::new();
        let mut names = Vec::new();
        for (column, cell) in cells.iter().enumerate() {
            let between = if self.widths.is_some() { BETWEEN } else { " · " };
            row.push_str(if column > 0 { between } else { "" });
            if let Some(widths) = &self.widths {
                let width = widths.get(column).copied().unwrap_or(0);
                row.push_str(&fit(cell, u16::try_from(width).unwrap_or(u16::MAX)));
            } else {
                let name = self.names.get(column).copied().unwrap_or_default();
                names.push(row.len()..row.len() + name.len());
                row.extend([name, " ", cell]);
            }
        }
        (row.trim_end().to_owned(), names)
    }
}

/// A line in rows: where it is the one that is read, or holds what is claimed, its edge says so.
fn rows(
    model: &Model,
    text: &Text,
    line: &Told,
    table: &Table,
    width: u16,
    (is_here, rests): (bool, bool),
) -> Vec<Line<'static>> {
    let room = width.saturating_sub(BEFORE);
    let is_wrapped = table.widths.is_none();
    let ((words, names), style) = match line.kind {
        Kind::Break => return vec![Line::default()],
        Kind::Columns if is_wrapped => return Vec::new(),
        Kind::Title => ((line.text.clone(), Vec::new()), strong()),
        Kind::Text => ((line.text.clone(), Vec::new()), Style::new()),
        Kind::Columns => (table.row(&line.cells()), strong().add_modifier(Modifier::UNDERLINED)),
        Kind::Row => (table.row(&line.cells()), Style::new()),
    };
    let style = if is_here || rests { strong() } else { style };
    let hits = places(&words, text.search.as_deref().unwrap_or_default());
    let hit = style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED);
    let told: Vec<_> = names.into_iter().map(|place| (place, quiet())).chain(hits.map(|place| (place, hit))).collect();
    // Rows that go on stand a little further in.
    let further = if line.kind == Kind::Row && is_wrapped { "  " } else { "" };
    let (wrapped, _) = wrapped(&words, room.saturating_sub(u16::try_from(further.len()).unwrap_or(0)), usize::MAX);
    let edge = |row: usize| {
        let mark = match (is_here && row == 0 && model.pane.open, rests) {
            (true, _) => Span::styled("▸ ", chosen(strong())),
            (false, true) => Span::styled("▌ ", strong()),
            (false, false) => Span::raw("  "),
        };
        vec![mark, Span::raw(if row > 0 { further } else { "" })]
    };
    let mut used = 0;
    let mut lines: Vec<Line> = Vec::new();
    for (number, row) in wrapped.into_iter().enumerate() {
        let mut spans = edge(number);
        let found = pieces(&words, row, &told, style).into_iter();
        spans.extend(found.map(|span| Span::styled(span.content.into_owned(), span.style)));
        let row = Line::from(spans);
        used = row.width();
        lines.push(row);
    }
    let said = said(model, line);
    match lines.last_mut().filter(|_| !said.is_empty()) {
        Some(last) if used + 2 + width_of(&said) <= usize::from(width) => {
            last.push_span(Span::styled(format!("  {said}"), quiet()));
        }
        Some(_) => lines.push(Line::from([edge(1), vec![Span::styled(format!("  {said}"), quiet())]].concat())),
        None => {}
    }
    lines
}

/// The messages that speak of a line, the newest of many.
fn said(model: &Model, line: &Told) -> String {
    let all = model.seen.sources.facts.speaking_of(&line.keys);
    let more = all.len().saturating_sub(NAMED);
    let named = all.iter().skip(more).copied().collect::<Vec<_>>().join(" ");
    if more > 0 { format!("… {named}") } else { named }
}
