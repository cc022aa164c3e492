//! Keeps a model's reasoning out of its answer, and finds the JSON in an answer that should be nothing else.

use serde::de::IgnoredAny;

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// What one piece of content adds to the visible answer.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Piece {
    /// All that was visible before turned out to be reasoning: a model whose template opens the block for it sends
    /// only the closing tag.
    pub(super) restart: bool,
    /// Visible text to add.
    pub(super) visible: String,
}

/// Cuts `<think>…</think>` out of a text that comes in pieces, also where a tag is split over pieces, and drops white
/// space before the first visible character.
#[derive(Debug, Default)]
pub(super) struct ThinkFilter {
    inside: bool,
    started: bool,
    /// The end of what came, while it may still become a tag.
    held: String,
    /// What was cut out.
    pub(super) reasoning: String,
}

impl ThinkFilter {
    /// Takes the next piece of content.
    pub(super) fn push(&mut self, content: &str) -> Piece {
        self.held.push_str(content);
        let mut piece = Piece::default();
        loop {
            let open = if self.inside { None } else { self.held.find(OPEN) };
            let close = self.held.find(CLOSE);
            match (open, close) {
                (Some(at), close) if close.is_none_or(|close| at < close) => {
                    self.show(at, &mut piece);
                    self.held.drain(..OPEN.len());
                    self.inside = true;
                }
                (_, Some(at)) => {
                    if !self.inside {
                        piece = Piece { restart: true, visible: String::new() };
                        self.started = false;
                    }
                    self.reasoning.push_str(&self.held[..at]);
                    self.held.drain(..at + CLOSE.len());
                    self.inside = false;
                }
                _ => break,
            }
        }
        let ready = self.held.len() - split_tag(&self.held);
        if self.inside {
            self.reasoning.extend(self.held.drain(..ready));
        } else {
            self.show(ready, &mut piece);
        }
        piece
    }

    /// What was held back at the end of the content: visible after all, unless the reasoning never ended.
    pub(super) fn finish(&mut self) -> Piece {
        let mut piece = Piece::default();
        if !self.inside {
            self.show(self.held.len(), &mut piece);
        }
        piece
    }

    fn show(&mut self, until: usize, piece: &mut Piece) {
        let text: String = self.held.drain(..until).collect();
        let text = if self.started { text.as_str() } else { text.trim_start() };
        self.started |= !text.is_empty();
        piece.visible.push_str(text);
    }
}

/// Bytes at the end of `text` that may be the beginning of a tag.
fn split_tag(text: &str) -> usize {
    let longest = |tag: &str| (1..tag.len()).rev().find(|&n| text.ends_with(&tag[..n])).unwrap_or(0);
    longest(OPEN).max(longest(CLOSE))
}

/// The first complete JSON object in `text`, which may stand in a code fence or between other words.
pub(super) fn find_json(text: &str) -> Option<&str> {
    // Few enough tries that a text full of braces costs little.
    for (at, _) in text.match_indices('{').take(16) {
        let mut values = serde_json::Deserializer::from_str(&text[at..]).into_iter::<IgnoredAny>();
        match values.next() {
            Some(Ok(_)) => return Some(&text[at..at + values.byte_offset()]),
            // An object that was cut off: what stands inside it is not the answer.
            Some(Err(error)) if error.is_eof() => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn run(pieces: &[&str]) -> (String, String) {
        let mut filter = ThinkFilter::default();
        let mut text = String::new();
        let mut take = |piece: Piece| {
            if piece.restart {
                text.clear();
            }
            text.push_str(&piece.visible);
        };
        for piece in pieces {
            take(filter.push(piece));
        }
        take(filter.finish());
        (text, filter.reasoning)
    }

    #[test]
    fn cuts_reasoning_out() {
        assert_eq!(run(&["<think>a b</think>\n\nHi"]), ("Hi".into(), "a b".into()));
        assert_eq!(run(&["One <think>x</think>two"]), ("One two".into(), "x".into()));
        assert_eq!(run(&["so it is", " then</think> \n", " Hi"]), ("Hi".into(), " then".into()));
        assert_eq!(run(&["<think>never ", "done </th"]), (String::new(), "never done ".into()));
        assert_eq!(run(&["a < b <thin", " ice <th"]), ("a < b <thin ice <th".into(), String::new()));
    }

    proptest! {
        #[test]
        fn pieces_of_any_size_give_the_same_text(cuts in prop::collection::vec(1usize..6, 1..60)) {
            let whole = " \n<think>Über <b> </thin</think> Ja, <i>so</i> < 3 <think></think>ü.";
            let mut chars = whole.chars();
            let mut pieces: Vec<String> = cuts.iter().map(|&n| chars.by_ref().take(n).collect()).collect();
            pieces.push(chars.collect());
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
            prop_assert_eq!(run(&pieces).0, "Ja, <i>so</i> < 3 ü.");
        }
    }

    #[test]
    fn finds_the_object() {
        assert_eq!(find_json(" {\"a\":1}\n"), Some("{\"a\":1}"));
        assert_eq!(find_json("Sure {you}:\n```json\n{\"a\":{}}\n```"), Some("{\"a\":{}}"));
        assert_eq!(find_json("{\"a\":{\"b\":1},\"c\":\"cut"), None);
        assert_eq!(find_json("none"), None);
    }
}
