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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn run_with(mut filter: ThinkFilter, pieces: &[&str]) -> (String, String, Vec<String>) {
        let (mut text, mut shown) = (String::new(), Vec::new());
        let mut take = |piece: Piece| {
            if piece.restart {
                text.clear();
            }
            text.push_str(&piece.visible);
            shown.push(piece.visible);
        };
        for piece in pieces {
            take(filter.push(piece));
        }
        take(filter.finish());
        (text, filter.reasoning, shown)
    }

    fn run(pieces: &[&str]) -> (String, String) {
        let (text, reasoning, _) = run_with(ThinkFilter::default(), pieces);
        (text, reasoning)
    }

    fn said(whole: &str) -> String {
        run(&[whole]).0
    }

    #[test]
    fn cuts_reasoning_out() {
        assert_eq!(run(&["<think>a b</think>\n\nHi"]), ("Hi".into(), "a b".into()));
        assert_eq!(run(&["One <think>x</think>two"]), ("One two".into(), "x".into()));
        assert_eq!(run(&["so it is", " then</think> \n", " Hi"]), ("Hi".into(), " then".into()));
        assert_eq!(run(&["<think>never ", "done </th"]), (String::new(), "never done </th".into()));
        assert_eq!(run(&["a < b <thin", " ice <th"]), ("a < b <thin ice <th".into(), String::new()));
    }

    /// What opens and what closes thoughts, as models are known to write it.
    const MARKS: [(&str, &str); 24] = [
        ("<think>", "</think>"),
        ("<THINK>", "</Think>"),
        ("<thinking>", "</thinking>"),
        ("< think >", "</ think >"),
        ("<think time=\"3\" deep>", "</think>"),
        ("<thought>", "</thought>"),
        ("<Thoughts>", "</Thoughts>"),
        ("<reasoning>", "</reasoning>"),
        ("<reflection>", "</reflection>"),
        ("<scratchpad>", "</scratchpad>"),
        ("<analysis>", "</analysis>"),
        ("<antThinking>", "</antThinking>"),
        ("<inner_monologue>", "</inner_monologue>"),
        ("<seed:think>", "</seed:think>"),
        ("[THINK]", "[/THINK]"),
        ("[BEGIN REASONING]", "[END REASONING]"),
        ("◁think▷", "◁/think▷"),
        ("<|think|>", "<|/think|>"),
        ("<|START_THINKING|>", "<|END_THINKING|><|START_RESPONSE|>"),
        ("<|begin_of_thought|>", "<|end_of_thought|>\n<|begin_of_solution|>"),
        ("<|inner_prefix|>", "<|inner_suffix|>"),
        ("<unused94>", "<unused95>"),
        ("<|channel>thought\n", "<channel|>"),
        ("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
    ];

    #[test]
    fn every_mark_begins_and_ends_thoughts() {
        for (open, close) in MARKS {
            let whole = format!("{open}It is me.\n\nI lie.{close}\n\nWe climb.");
            assert_eq!(said(&whole), "We climb.", "{open}");
            assert_eq!(said(&format!("{open}It is me.\n\nI lie.")), "", "{open} that never ends");
            assert_eq!(said(&format!("It is me. I lie.{close} We climb.")), "We climb.", "{close} alone");
            let shown = run_with(ThinkFilter::default(), &[&format!("{open}I lie"), ".", close, "We climb."]).2;
            assert!(!shown.concat().contains("lie"), "{shown:?}");
        }
    }

    #[test]
    fn channels_are_told_apart_by_their_names() {
        let call = "<|start|>assistant<|channel|>commentary to=functions.x <|constrain|>json<|message|>{}<|call|>";
        let answer = "<|start|>assistant<|channel|>final <|constrain|>json<|message|>{\"a\":1}<|return|>";
        assert_eq!(said(&format!("<|channel|>analysis<|message|>Me.<|end|>{call}{answer}")), "{\"a\":1}");
        assert_eq!(said("<|channel|>final<|message|>We climb.<|end|>"), "We climb.");
        assert_eq!(
            said("<|channel|>final<|message|>We <|end|><|start|>assistant<|channel|>final<|message|>climb."),
            "We climb."
        );
        assert_eq!(said("<|channel>final\nWe climb.<channel|>"), "We climb.");
        assert_eq!(said("<|channel>thought<channel|>We climb."), "We climb.");
        assert_eq!(said("<|channel|>analysis to nobody"), "");
        // The first token is left out, or all are.
        assert_eq!(
            said("analysis<|message|>Me.<|end|><|start|>assistant<|channel|>final<|message|>We climb."),
            "We climb."
        );
        assert_eq!(said("final<|message|>We climb."), "We climb.");
        assert_eq!(said("analysisIt is me.assistantfinalWe climb."), "We climb.");
        assert_eq!(said("analysisIt is me."), "");
        assert_eq!(said("analysis of the plan: final."), "analysis of the plan: final.");
        // The end of a turn, where there is no channel.
        assert_eq!(said("We climb.<|end|>"), "We climb.");
    }

    #[test]
    fn thoughts_within_thoughts_end_with_the_outermost() {
        assert_eq!(run(&["<thinking>a <reflection>b</reflection> c</thinking>Hi"]), ("Hi".into(), "a b c".into()));
        assert_eq!(said("<think><think>a</think>Hi"), "Hi");
        assert_eq!(said("<thinking>a</think>Hi"), "Hi");
        assert_eq!(said("<think>a <reasoning> b</think>Hi"), "Hi");
        assert_eq!(said("<think>a</think>b</think>Hi"), "Hi");
    }

    #[test]
    fn what_is_no_mark_is_said() {
        for text in [
            "the tag `<think>` opens a thought, and \"</think>\" ends it.",
            "{\"argument\":\"<thinking>\"}",
            "<b>so</b> [thinking about it] <thoughtful pause> [1] a<b> <no_think> <|im_end|> [",
            "assistants, assistant final",
        ] {
            assert_eq!(said(text), text);
        }
        assert_eq!(said("<think>the tag \"</think>\" ends it.</think>We climb."), "We climb.");
        assert_eq!(said("<think>he said \"go\"</think>\"We climb.\""), "\"We climb.\"");
        assert_eq!(said("<think>I say </think>\"We climb.\""), "\"We climb.\"");
    }

    #[test]
    fn a_text_of_nothing_but_marks_costs_no_time() {
        // Minutes, if each mark moved all that is behind it.
        assert_eq!(said(&("<think>".repeat(300_000) + "</think>We climb.")), "We climb.");
    }

    #[test]
    fn a_model_that_is_known_to_open_nothing_is_waited_for() {
        let wary = |pieces: &[&str]| run_with(ThinkFilter::wary(), pieces);
        assert_eq!(wary(&["It is", " me.</think>", "We", " climb."]).2, ["", "", "We", " climb.", ""]);
        assert_eq!(wary(&["We", " climb."]).2, ["", "", "We climb."]);
        assert_eq!(wary(&["<think>It is me.</think>We", " climb."]).2, ["We", " climb.", ""]);
    }

    /// The text in pieces of these numbers of characters.
    fn cut(whole: &str, sizes: &[usize]) -> Vec<String> {
        let mut chars = whole.chars();
        let mut pieces: Vec<String> = sizes.iter().map(|&n| chars.by_ref().take(n).collect()).collect();
        pieces.push(chars.collect());
        pieces
    }

    proptest! {
        #[test]
        fn pieces_of_any_size_give_the_same_text(sizes in prop::collection::vec(1usize..6, 1..60)) {
            let whole = " \n<think>Über <b> </thin</think> Ja, <i>so</i> < 3 <think></think>ü.";
            let pieces = cut(whole, &sizes);
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
            prop_assert_eq!(run(&pieces).0, "Ja, <i>so</i> < 3 ü.");
        }

        #[test]
        fn marks_in_any_order_give_the_same_however_cut(
            words in prop::collection::vec((0..MARKS.len(), 0..6), 0..6),
            sizes in prop::collection::vec(1usize..9, 0..60),
        ) {
            let whole: String = words.into_iter().map(|(mark, kind)| match kind {
                0 => MARKS[mark].0.to_owned(),
                1 => MARKS[mark].1.to_owned(),
                2 => format!("\"{}\" ", MARKS[mark].1),
                3 => "analysis".to_owned(),
                4 => "We climb [1] < 2.\n".to_owned(),
                _ => "assistantfinal".to_owned(),
            }).collect();
            let pieces = cut(&whole, &sizes);
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
            prop_assert_eq!(run(&pieces).0, run(&[&whole]).0);
        }
    }
}
