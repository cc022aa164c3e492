//! Keeps a model's thoughts out of its answer, which comes in pieces.

use super::marks::{self, CHANNEL, Found, Mark};

/// So many bytes are looked at in one go.
const PART: usize = 2_000;

/// What one piece of content adds to the visible answer.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Piece {
    /// All that was visible before turned out to be thoughts: a model whose template opens them for it sends only the
    /// mark that ends them.
    pub(super) restart: bool,
    /// Visible text to add.
    pub(super) visible: String,
}

/// Cuts thoughts out of a text that comes in pieces, also where a mark is split over pieces, and drops blanks before the
/// first visible character. What is opened and never ends is thoughts to the end.
#[derive(Debug, Default)]
pub(super) struct ThinkFilter {
    /// The names of the thoughts that are open, the outermost first.
    open: Vec<String>,
    /// The head of a channel, while it comes.
    head: Option<Head>,
    /// Whether the answer has been marked as such, so that nothing before it can be a part of it.
    marked: bool,
    seen: Seen,
    /// The last characters that were taken.
    before: [Option<char>; 2],
    /// The end of what came, while it may still become a mark.
    held: String,
    /// What may turn out to be thoughts, where that is to be awaited.
    withheld: Option<String>,
    /// What was cut out.
    pub(super) reasoning: String,
    /// Whether thoughts ended that had not been opened.
    pub(super) unopened: bool,
}

/// What has come so far.
#[derive(Debug, Default, PartialEq, Eq)]
enum Seen {
    #[default]
    Blanks,
    /// Something, but nothing visible.
    Hidden,
    Visible,
}

#[derive(Debug, Default)]
struct Head {
    text: String,
    /// Whether it ends with its line.
    is_line: bool,
}

impl ThinkFilter {
    /// A filter for a model that is known to end thoughts that it has not opened: what may be such is shown at the end,
    /// when nothing has ended them.
    pub(super) fn wary() -> Self {
        Self { withheld: Some(String::new()), ..Self::default() }
    }

    /// Takes the next piece of content.
    pub(super) fn push(&mut self, content: &str) -> Piece {
        let mut piece = Piece::default();
        // In small parts, for each mark moves what is held.
        let mut rest = content;
        while !rest.is_empty() {
            let (part, more) = rest.split_at(rest.ceil_char_boundary(PART));
            self.held.push_str(part);
            self.read(false, &mut piece);
            rest = more;
        }
        piece
    }

    /// What was held back at the end of the content: visible after all, unless the thoughts never ended.
    pub(super) fn finish(&mut self) -> Piece {
        let mut piece = Piece::default();
        self.read(true, &mut piece);
        piece.visible.push_str(&self.withheld.take().unwrap_or_default());
        piece
    }

    /// Whether anything but blanks has come.
    pub(super) fn has_begun(&self) -> bool {
        self.seen != Seen::Blanks || !self.held.is_empty()
    }

    fn read(&mut self, is_all: bool, piece: &mut Piece) {
        if self.seen == Seen::Blanks {
            let blanks = self.held.len() - self.held.trim_start().len();
            self.held.drain(..blanks);
            match marks::read_beginning(&self.held) {
                _ if self.held.is_empty() => return,
                Found::Part if !is_all => return,
                Found::Mark(mark, length) => {
                    self.held.drain(..length);
                    self.turn(mark, piece);
                }
                Found::Part | Found::None => {}
            }
            self.seen = Seen::Hidden;
        }
        // Up to here there is no mark.
        let mut at = 0;
        while let Some((from, c)) = self.candidate(at) {
            if c == '\n' {
                self.take(from + 1, piece);
                self.turn(Mark::Body, piece);
                at = 0;
                continue;
            }
            match marks::read(&self.held[from..]) {
                Found::Mark(mark, length) => match self.is_quoted(from, length) {
                    None if !is_all => {
                        self.take(from, piece);
                        return;
                    }
                    Some(true) => at = from + length,
                    Some(false) | None => {
                        self.take(from, piece);
                        self.before = [None; 2];
                        self.held.drain(..length);
                        self.turn(mark, piece);
                        at = 0;
                    }
                },
                Found::Part if !is_all => {
                    self.take(from, piece);
                    return;
                }
                Found::Part | Found::None => at = from + c.len_utf8(),
            }
        }
        self.take(self.held.len(), piece);
    }

    /// The first character from `at` on with which a mark may begin, or the line end that ends a head.
    fn candidate(&self, at: usize) -> Option<(usize, char)> {
        let ends_head = self.head.as_ref().is_some_and(|head| head.is_line);
        let found = self.held[at..].char_indices().find(|&(_, c)| marks::may_begin(c) || ends_head && c == '\n');
        found.map(|(offset, c)| (at + offset, c))
    }

    /// Whether somebody speaks of this mark, in quotes, rather than makes it. `None` if the next character will tell.
    fn is_quoted(&self, from: usize, length: usize) -> Option<bool> {
        let mut before = self.held[..from].chars().rev().chain(self.before.into_iter().flatten());
        let Some(quote) = before.next().filter(|c| "\"'`“‘«".contains(*c)) else { return Some(false) };
        // A quotation that ends there began elsewhere.
        if before.next().is_some_and(|c| !c.is_whitespace() && !"([{:,=".contains(c)) {
            return Some(false);
        }
        let end = match quote {
            '“' => '”',
            '‘' => '’',
            '«' => '»',
            same => same,
        };
        self.held[from + length..].chars().next().map(|next| next == end)
    }

    /// Takes text without a mark to where it belongs.
    fn take(&mut self, until: usize, piece: &mut Piece) {
        let text: String = self.held.drain(..until).collect();
        let mut last = text.chars().rev().chain(self.before.into_iter().flatten());
        self.before = [last.next(), last.next()];
        if let Some(head) = &mut self.head {
            head.text.push_str(&text);
        } else if self.open.is_empty() {
            let text = if self.seen == Seen::Visible { text.as_str() } else { text.trim_start() };
            if !text.is_empty() {
                self.seen = Seen::Visible;
            }
            self.withheld.as_mut().unwrap_or(&mut piece.visible).push_str(text);
        } else {
            self.reasoning.push_str(&text);
        }
    }

    fn turn(&mut self, mark: Mark, piece: &mut Piece) {
        match mark {
            Mark::Open(name) => {
                self.head = None;
                // Who opens its thoughts has not had them opened.
                piece.visible.push_str(&self.withheld.take().unwrap_or_default());
                if !self.open.contains(&name) {
                    self.open.push(name);
                }
            }
            Mark::Close(name) => {
                let had_head = self.head.take().is_some();
                match self.open.iter().position(|open| *open == name) {
                    Some(at) => self.open.truncate(at),
                    // Opened by one name and ended by another.
                    None if !self.open.is_empty() => self.open.clear(),
                    None if had_head || self.marked && name == CHANNEL => {}
                    None => {
                        self.unopened = true;
                        self.restart(piece);
                    }
                }
            }
            Mark::Head(is_line) => self.head = Some(Head { text: String::new(), is_line }),
            Mark::Body => {
                let head = self.head.take().unwrap_or_default();
                self.open.clear();
                if marks::is_heard(&head.text) {
                    self.mark_answer(piece);
                } else {
                    self.open.push(CHANNEL.to_owned());
                }
            }
            Mark::End => {
                self.head = None;
                let channel = self.open.iter().position(|open| open == CHANNEL);
                self.open.truncate(channel.unwrap_or(self.open.len()));
            }
            Mark::Answer => {
                self.head = None;
                self.open.clear();
                self.mark_answer(piece);
            }
            Mark::Nothing => {}
        }
    }

    fn mark_answer(&mut self, piece: &mut Piece) {
        if !std::mem::replace(&mut self.marked, true) {
            self.restart(piece);
        }
    }

    fn restart(&mut self, piece: &mut Piece) {
        self.reasoning.push_str(&std::mem::take(&mut piece.visible));
        self.reasoning.push_str(&self.withheld.take().unwrap_or_default());
        piece.restart = true;
        self.seen = Seen::Hidden;
    }
}
