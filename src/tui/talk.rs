//! The conversation as rows: each item is wrapped once for a width, and only visible rows are touched when drawing.

use ratatui::text::{Line, Span};

use crate::heist::Colour;

use super::text::{LONGEST, clean, cut, fit, wrap, wrap_short};
use super::theme::{Theme, quiet, strong};

/// Columns around a name, before the text.
const AROUND: u16 = 3;
/// Columns for a name, at the least.
const NAME: u16 = 11;
/// Rows of a tool's result that are shown.
const RESULT_ROWS: usize = 2;

/// Who speaks, as shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Speaker {
    pub(super) label: String,
    /// Its place in the crew.
    pub(super) index: usize,
    pub(super) colour: Colour,
}

/// How a tool call came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Pending,
    Result(String),
    Error(String),
    Denied(String),
}

/// Something in the conversation; all text in it is clean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// What this is all about.
    Premise(&'static str),
    Round {
        round: u32,
        rounds: u32,
        title: &'static str,
    },
    Said {
        speaker: Speaker,
        turn: u32,
        round: u32,
        id: String,
        text: String,
    },
    Tool {
        speaker: Speaker,
        turn: u32,
        id: String,
        tool: String,
        arguments: String,
        outcome: Outcome,
    },
    /// What the player or the program did.
    Note {
        text: String,
        alarm: bool,
    },
}

impl What {
    /// The turn it belongs to.
    pub(super) fn turn(&self) -> Option<u32> {
        match self {
            Self::Said { turn, .. } | Self::Tool { turn, .. } => Some(*turn),
            _ => None,
        }
    }
}

#[derive(Debug)]
struct Item {
    what: What,
    rows: Vec<Line<'static>>,
}

/// The message that is being spoken. Only its last two rows are wrapped again when text comes; the last alone would not
/// do, since the words where they part may yet grow together.
#[derive(Debug)]
struct Live {
    speaker: Speaker,
    turn: u32,
    /// Whether its agent is named in the item before it.
    named: bool,
    text: String,
    /// Where in `text` the first row that may still change begins.
    tail: usize,
    rows: Vec<Line<'static>>,
    /// How many rows come before it.
    settled: usize,
}

/// The conversation.
#[derive(Debug)]
pub(super) struct Talk {
    theme: Theme,
    width: u16,
    /// Columns for a name.
    name: u16,
    items: Vec<Item>,
    /// The row at which each item begins.
    tops: Vec<usize>,
    height: usize,
    live: Option<Live>,
}

impl Talk {
    pub(super) fn new(theme: Theme) -> Self {
        Self { theme, width: 80, name: NAME, items: Vec::new(), tops: Vec::new(), height: 0, live: None }
    }

    /// Wraps everything for another width.
    pub(super) fn fit(&mut self, width: u16) {
        if self.width == width {
            return;
        }
        self.width = width;
        self.shape(0);
        if let Some(live) = self.live.take() {
            self.speak(live.speaker, live.turn, &live.text);
        }
    }

    /// Makes room for names of that many columns.
    pub(super) fn name(&mut self, columns: u16) {
        self.name = columns.max(NAME);
        self.shape(0);
    }

    /// The newest line.
    pub(super) fn last(&self) -> Option<&What> {
        self.items.last().map(|item| &item.what)
    }

    /// Adds an item at the end.
    pub(super) fn push(&mut self, what: What) {
        self.items.push(Item { what, rows: Vec::new() });
        self.shape(self.items.len() - 1);
    }

    /// Says how a tool call came out.
    pub(super) fn settle(&mut self, call: &str, came: Outcome) {
        let found = self.items.iter_mut().enumerate().rev().find_map(|(index, item)| match &mut item.what {
            What::Tool { id, outcome, .. } if *id == call => Some((index, outcome)),
            _ => None,
        });
        if let Some((index, outcome)) = found {
            *outcome = came;
            self.shape(index);
        }
    }

    /// Adds to the message that is being spoken.
    pub(super) fn speak(&mut self, speaker: Speaker, turn: u32, text: &str) {
        if self.live.as_ref().is_none_or(|live| live.turn != turn) {
            // The agent is named once in a turn, unless something came between.
            let named = self.items.last().is_some_and(|item| item.what.turn() == Some(turn));
            let rows = if named { Vec::new() } else { vec![Line::default()] };
            let settled = rows.len();
            self.live = Some(Live { speaker, turn, named, text: String::new(), tail: 0, rows, settled });
        }
        let Some(live) = self.live.as_mut().filter(|live| live.text.len() < LONGEST) else { return };
        live.text.push_str(&clean(text, LONGEST));
        let tail = &live.text[live.tail..];
        let lines = wrap(tail, self.width.saturating_sub(self.name + AROUND + 1));
        live.rows.truncate(live.settled);
        // A hyphen at the very end keeps textwrap from parting the words before it until more text comes.
        let open = if tail.ends_with('-') { 0 } else { lines.len().saturating_sub(2) };
        for (row, line) in lines.iter().enumerate() {
            if row == open {
                live.settled = live.rows.len();
                live.tail += offset(tail, &lines[..open]);
            }
            let mut spans = vec![Span::raw(line.clone())];
            if row + 1 == lines.len() {
                spans.push(Span::styled("▌", self.theme.agent(live.speaker.colour)));
            }
            live.rows.push(gutter(self.theme, self.name, &live.speaker, !live.named && live.rows.len() == 1, spans));
        }
    }

    /// Forgets the message that was being spoken.
    pub(super) fn hush(&mut self) {
        self.live = None;
    }

    /// Rows altogether.
    pub(super) fn height(&self) -> usize {
        self.height + self.live.as_ref().map_or(0, |live| live.rows.len())
    }

    /// The rows from `top` on, at most `count`.
    pub(super) fn rows(&self, top: usize, count: usize) -> impl Iterator<Item = &Line<'static>> {
        let first = self.tops.partition_point(|start| *start <= top).saturating_sub(1);
        let skip = top - self.tops.get(first).copied().unwrap_or(0).min(top);
        let live = self.live.iter().flat_map(|live| &live.rows);
        self.items[first.min(self.items.len())..].iter().flat_map(|item| &item.rows).chain(live).skip(skip).take(count)
    }

    /// What an agent said and called, oldest first.
    pub(super) fn deeds_of(&self, agent: usize) -> impl Iterator<Item = &What> {
        self.items.iter().map(|item| &item.what).filter(move |what| match what {
            What::Said { speaker, .. } | What::Tool { speaker, .. } => speaker.index == agent,
            _ => false,
        })
    }

    /// Wraps the items from this one on.
    fn shape(&mut self, from: usize) {
        self.tops.truncate(from);
        self.height = match from.checked_sub(1) {
            Some(before) => self.tops[before] + self.items[before].rows.len(),
            None => 0,
        };
        for index in from..self.items.len() {
            let item = &self.items[index];
            let before = index.checked_sub(1).map(|before| &self.items[before].what);
            let goes_on = item.what.turn().is_some() && before.and_then(What::turn) == item.what.turn();
            let mut rows = if index == 0 || goes_on { Vec::new() } else { vec![Line::default()] };
            // Lines of the same kind stand together.
            if let (Some(What::Premise(_)), What::Premise(_)) | (Some(What::Note { .. }), What::Note { .. }) =
                (before, &item.what)
            {
                rows.clear();
            }
            rows.extend(self.lines(&item.what, !goes_on));
            self.tops.push(self.height);
            self.height += rows.len();
            self.items[index].rows = rows;
        }
    }

    fn lines(&self, what: &What, named: bool) -> Vec<Line<'static>> {
        let width = self.width.saturating_sub(self.name + AROUND + 1);
        match what {
            What::Premise(text) => wrap(text, self.width.saturating_sub(2))
                .into_iter()
                .map(|line| Line::styled(format!(" {line}"), quiet()))
                .collect(),
            What::Round { round, rounds, title } => vec![self.heading(*round, *rounds, title)],
            What::Said { speaker, text, .. } => wrap(text, width)
                .into_iter()
                .enumerate()
                .map(|(row, line)| gutter(self.theme, self.name, speaker, named && row == 0, vec![line.into()]))
                .collect(),
            What::Tool { speaker, tool, arguments, outcome, .. } => {
                let asked = cut(arguments, width.saturating_sub(u16::try_from(tool.len()).unwrap_or(u16::MAX) + 4));
                let call = vec![
                    Span::styled("› ", quiet()),
                    Span::styled(tool.clone(), self.theme.tool()),
                    Span::styled(format!("  {asked}"), quiet()),
                ];
                let mut rows = vec![gutter(self.theme, self.name, speaker, named, call)];
                let (mark, style, text) = match outcome {
                    Outcome::Pending => ("  ", quiet(), "…".to_owned()),
                    Outcome::Result(text) => ("= ", self.theme.tool(), text.clone()),
                    Outcome::Error(text) => ("! ", self.theme.alarm(), format!("failed: {text}")),
                    Outcome::Denied(text) => ("× ", self.theme.alarm(), format!("denied: {text}")),
                };
                for (row, line) in wrap_short(&text, width.saturating_sub(2), RESULT_ROWS).into_iter().enumerate() {
                    let mark = Span::styled(if row == 0 { mark } else { "  " }, style);
                    rows.push(gutter(self.theme, self.name, speaker, false, vec![mark, Span::raw(line)]));
                }
                rows
            }
            What::Note { text, alarm } => wrap(text, width.saturating_sub(2))
                .into_iter()
                .enumerate()
                .map(|(row, line)| {
                    let mark = if row > 0 {
                        "  "
                    } else if *alarm {
                        "! "
                    } else {
                        "· "
                    };
                    let style = if *alarm { self.theme.alarm() } else { strong() };
                    Line::from(vec![
                        Span::raw(" ".repeat(usize::from(self.name + AROUND))),
                        Span::styled(mark, style),
                        Span::styled(line, style),
                    ])
                })
                .collect(),
        }
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
}

/// Where in `text` the row after these first rows of it begins.
fn offset(text: &str, rows: &[String]) -> usize {
    // Only white space stands between rows.
    let skip = |at: usize| at + text[at..].len() - text[at..].trim_start().len();
    rows.iter().fold(0, |at, row| skip(skip(at) + row.len()))
}

/// A row with the speaker's name before it, or with the room for it: so many columns.
fn gutter(theme: Theme, width: u16, speaker: &Speaker, named: bool, text: Vec<Span<'static>>) -> Line<'static> {
    let name = if named { fit(&speaker.label, width) } else { " ".repeat(usize::from(width)) };
    let mut spans = vec![Span::raw(" "), Span::styled(name, theme.agent(speaker.colour)), Span::raw("  ")];
    spans.extend(text);
    Line::from(spans)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hacker() -> Speaker {
        Speaker { label: "hacker".into(), index: 1, colour: Colour::Green }
    }

    fn said(turn: u32, text: &str) -> What {
        What::Said { speaker: hacker(), turn, round: 1, id: format!("m{turn}"), text: text.into() }
    }

    fn shown(talk: &Talk) -> Vec<String> {
        talk.rows(0, usize::MAX).map(ToString::to_string).collect()
    }

    #[test]
    fn text_that_streams_wraps_as_the_whole_text_does() {
        let text = "Camera three looks at the vault door, and it is blind for ninety seconds after each sweep; 金庫の扉は\
                    鋼鉄です, as the layout says, so that a-very-long-word-with-hyphens-in-it fits nowhere.";
        for width in [30, 47, 80] {
            let mut streamed = Talk::new(Theme::new(true));
            streamed.fit(width);
            for c in text.chars() {
                streamed.speak(hacker(), 1, &c.to_string());
            }
            let live: Vec<_> = shown(&streamed).iter().map(|row| row.replace('▌', "").trim_end().to_owned()).collect();
            let mut whole = Talk::new(Theme::new(true));
            whole.fit(width);
            whole.push(What::Premise("x"));
            whole.push(said(1, text));
            let whole: Vec<_> = shown(&whole).iter().skip(1).map(|row| row.trim_end().to_owned()).collect();
            assert_eq!(live, whole);
        }
    }

    #[test]
    fn a_note_in_the_middle_of_a_message_leaves_it_whole() {
        let mut talk = Talk::new(Theme::new(true));
        talk.fit(40);
        talk.push(said(1, "first this"));
        talk.speak(hacker(), 1, "and then much more than fits on a line");
        let before = shown(&talk);
        talk.push(What::Note { text: "a hint".into(), alarm: false });
        talk.speak(hacker(), 1, " of it");
        let after = shown(&talk);
        assert_eq!(after.iter().filter(|row| row.contains("hacker")).count(), 1, "{after:?}");
        assert_eq!(before[1], after[3]);
    }

    #[test]
    fn any_window_is_the_same_rows_as_the_whole() {
        let mut talk = Talk::new(Theme::new(true));
        talk.fit(40);
        for turn in 1..40 {
            talk.push(said(turn, &"words and words ".repeat(usize::try_from(turn).unwrap() % 7 + 1)));
        }
        talk.speak(hacker(), 40, "and now this");
        let all = shown(&talk);
        assert_eq!(all.len(), talk.height());
        for top in 0..all.len() {
            let window: Vec<_> = talk.rows(top, 5).map(ToString::to_string).collect();
            assert_eq!(window, all[top..(top + 5).min(all.len())]);
        }
    }

    #[test]
    fn an_answer_finds_its_call() {
        let mut talk = Talk::new(Theme::new(true));
        let call = |id: &str, turn| What::Tool {
            speaker: hacker(),
            turn,
            id: id.into(),
            tool: "calculator".into(),
            arguments: "45*60".into(),
            outcome: Outcome::Pending,
        };
        talk.push(call("t1", 1));
        talk.push(call("t2", 2));
        talk.settle("t1", Outcome::Result("2700".into()));
        let rows = shown(&talk);
        assert!(rows[1].contains("= 2700"), "{rows:?}");
        assert!(rows.last().unwrap().contains('…'));
        assert_eq!(rows.len(), talk.height());
    }
}
