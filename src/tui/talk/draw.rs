//! Rows of the conversation, made into lines.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::find::{alone, places};
use super::item::{Part, Row};
use super::live::Live;
use super::{AROUND, Outcome, Shown, Speaker, Talk, What};
use crate::text::width_of;
use crate::tui::text::fit;
use crate::tui::theme::{chosen, quiet, strong};

/// What stands before a row.
#[derive(Clone, Copy)]
enum Edge<'a> {
    Name,
    /// By which evidence and acts name a message or a call.
    Id(&'a str),
    Nothing,
}

impl Talk {
    /// The rows from `top` on, at most `count`.
    pub(in crate::tui) fn lines(&self, top: usize, count: usize) -> Vec<Line<'_>> {
        let first = self.shown.partition_point(|shown| shown.top <= top).saturating_sub(1);
        let skip = top - self.shown.get(first).map_or(0, |shown| shown.top).min(top);
        let items = self.shown[first.min(self.shown.len())..].iter().flat_map(|shown| self.item(*shown));
        let live = self.live().into_iter().flat_map(|live| self.spoken(live));
        items.chain(live).skip(skip).take(count).collect()
    }

    /// The rows of an item.
    fn item(&self, shown: Shown) -> impl Iterator<Item = Line<'_>> {
        let item = &self.items[shown.item];
        let gap = shown.gap.then(Line::default);
        let rows = item.rows.iter().enumerate();
        gap.into_iter().chain(rows.map(move |(index, row)| self.row(shown, &item.what, index, *row)))
    }

    fn row<'a>(&'a self, shown: Shown, what: &'a What, index: usize, row: Row) -> Line<'a> {
        let text = |style| self.text(shown.item, what, row, style);
        let marked = self.mark.as_ref().is_some_and(|mark| mark.item == shown.item);
        match what {
            What::Premise(_) => Line::from([vec![Span::raw(" ")], text(quiet())].concat()),
            What::Round { round, rounds, title } => self.heading(*round, *rounds, title),
            What::Said { speaker, id, .. } => {
                let mut line = self.gutter(speaker, self.edge(shown, index), marked, text(Style::new()));
                // What has a row alone, and the name before it, has its id behind it.
                let alone = shown.named && self.items[shown.item].rows.len() == 1;
                if alone && line.width() + width_of(id) + 2 <= usize::from(self.width) {
                    line.push_span(Span::styled(format!("  {id}"), quiet()));
                }
                line
            }
            What::Tool { speaker, tool, outcome, .. } => {
                let asks = row.part == Part::Arguments;
                let first = index == 0 || what_before(self, shown, index) != Some(row.part);
                let spans = if asks {
                    let name = if first {
                        let named = Row::whole(Part::Tool, tool);
                        let mut name = vec![Span::styled("› ", quiet())];
                        name.extend(self.text(shown.item, what, named, self.theme.tool()));
                        name
                    } else {
                        vec![Span::raw(" ".repeat(width_of(tool) + 2))]
                    };
                    [name, vec![Span::raw("  ")], text(quiet())].concat()
                } else {
                    let (mark, style) = match outcome {
                        Outcome::Pending => ("  ", quiet()),
                        Outcome::Result(_) => ("= ", self.theme.tool()),
                        Outcome::Error(_) => ("! ", self.theme.alarm()),
                        Outcome::Denied(_) => ("× ", self.theme.alarm()),
                    };
                    // What a tool says is not to be taken for speech.
                    let style_of_text = if matches!(outcome, Outcome::Result(_)) { quiet() } else { Style::new() };
                    [vec![Span::styled(if first { mark } else { "  " }, style)], text(style_of_text)].concat()
                };
                self.gutter(speaker, self.edge(shown, index), marked, spans)
            }
            What::Plan { .. } | What::Note { .. } => {
                let (sign, style) = match what {
                    What::Plan { .. } => ("· ", quiet()),
                    What::Note { alarm: true, .. } => ("! ", self.theme.alarm()),
                    _ => ("· ", strong()),
                };
                let mark = if index == 0 { sign } else { "  " };
                let before = Span::raw(" ".repeat(usize::from(self.name + AROUND)));
                Line::from([vec![before, Span::styled(mark, style)], text(style)].concat())
            }
        }
    }

    /// A row's text, with what is searched for and what the mark is about standing out.
    fn text<'a>(&'a self, item: usize, what: &'a What, row: Row, style: Style) -> Vec<Span<'a>> {
        let whole = what.text(row.part);
        let mut told: Vec<(Range<usize>, Style)> = Vec::new();
        if let Some(mark) = self.mark.as_ref().filter(|mark| mark.item == item) {
            let place = alone(whole, &mark.quote).or_else(|| places(whole, &mark.quote).next());
            told.extend(place.map(|place| (place, style.add_modifier(Modifier::UNDERLINED))));
        }
        if let Some(search) = &self.search {
            let hits = search.of(item).filter(|at| search.hits[*at].part == row.part);
            told.extend(hits.map(|at| {
                let found = style.remove_modifier(Modifier::DIM).add_modifier(Modifier::BOLD | Modifier::UNDERLINED);
                (search.hits[at].range(), if at == search.at { chosen(found) } else { found })
            }));
        }
        let mut spans = pieces(whole, row.range(), &told, style);
        if row.cut {
            spans.push(Span::styled("…", quiet()));
        }
        spans
    }

    /// The rows of the message that is being spoken.
    fn spoken<'a>(&'a self, live: &'a Live) -> impl Iterator<Item = Line<'a>> {
        let gap = live.gap.then(Line::default);
        let last = live.rows.len().saturating_sub(1);
        let rows = live.rows.iter().enumerate().map(move |(index, row)| {
            let mut spans = vec![Span::raw(&live.text[row.clone()])];
            if index == last {
                spans.push(Span::styled("▌", self.theme.agent(live.speaker.colour)));
            }
            self.gutter(&live.speaker, if !live.named && index == 0 { Edge::Name } else { Edge::Nothing }, false, spans)
        });
        gap.into_iter().chain(rows)
    }

    fn heading(&self, round: u32, rounds: u32, title: &str) -> Line<'static> {
        let words = format!(" Round {round} of {rounds} · {title} ");
        let rest = usize::from(self.width).saturating_sub(words.chars().count() + 3);
        Line::from(vec![
            Span::styled("──", quiet()),
            Span::styled(words, strong()),
            Span::styled("─".repeat(rest), quiet()),
        ])
    }

    /// What stands before a row of an item: the name on its first, and the id on the first where the name is not.
    fn edge(&self, shown: Shown, index: usize) -> Edge<'_> {
        match (index, shown.named) {
            (0, true) => Edge::Name,
            (0, false) | (1, true) => self.items[shown.item].what.id().map_or(Edge::Nothing, Edge::Id),
            _ => Edge::Nothing,
        }
    }

    /// A row with what stands before it; a marked one has a bar at its edge.
    fn gutter<'a>(&self, speaker: &Speaker, before: Edge, marked: bool, text: Vec<Span<'a>>) -> Line<'a> {
        let before = match before {
            Edge::Name => Span::styled(fit(&speaker.label, self.name), self.theme.agent(speaker.colour)),
            Edge::Id(id) => Span::styled(fit(id, self.name), quiet()),
            Edge::Nothing => Span::raw(" ".repeat(usize::from(self.name))),
        };
        let edge = if marked { Span::styled("▌", strong()) } else { Span::raw(" ") };
        let mut spans = vec![edge, before, Span::raw("  ")];
        spans.extend(text);
        Line::from(spans)
    }
}

/// The part of the item that the row before this one shows.
fn what_before(talk: &Talk, shown: Shown, index: usize) -> Option<Part> {
    Some(talk.items[shown.item].rows.get(index.checked_sub(1)?)?.part)
}

/// A piece of a text, with what lies in these places in their styles. Where two overlap the later counts.
pub(in crate::tui) fn pieces<'a>(
    text: &'a str,
    row: Range<usize>,
    told: &[(Range<usize>, Style)],
    style: Style,
) -> Vec<Span<'a>> {
    // A result in one row has its lines side by side.
    let plain = |range: Range<usize>| match text.get(range).unwrap_or_default() {
        piece if piece.contains('\n') => Cow::from(piece.replace('\n', " ")),
        piece => Cow::from(piece),
    };
    let mut edges: Vec<usize> = told.iter().flat_map(|(place, _)| [place.start, place.end]).collect();
    edges.retain(|edge| row.contains(edge));
    edges.extend([row.start, row.end]);
    edges.sort_unstable();
    edges.dedup();
    let styled =
        |at: usize| told.iter().rev().find(|(place, _)| place.contains(&at)).map_or(style, |(_, style)| *style);
    edges.windows(2).map(|edge| Span::styled(plain(edge[0]..edge[1]), styled(edge[0]))).collect()
}
