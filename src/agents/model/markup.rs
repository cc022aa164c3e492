//! Takes mark-up out of what a model says and leaves figures alone: `45*60` is a product, `**45**` is not.

/// Marks that a model escapes where it means the character.
const ESCAPED: [char; 5] = ['*', '_', '`', '#', '~'];

/// The text without emphasis and code marks, and without what escapes them.
pub(super) fn plain(text: &str) -> String {
    let letters: Vec<char> = text.chars().filter(|letter| *letter != '`').collect();
    let marks = marks(&letters);
    let escapes = |at: usize| letters[at] == '\\' && letters.get(at + 1).is_some_and(|next| ESCAPED.contains(next));
    let keeps = |at: &usize| !marks.contains(at) && !escapes(*at);
    (0..letters.len()).filter(keeps).map(|at| letters[at]).collect()
}

/// Some asterisks in a row.
struct Run {
    start: usize,
    end: usize,
    /// Whether something stands right before it, and right behind.
    tight: (bool, bool),
    /// What stands before it in its line, and what comes next, spaces aside.
    before: Option<char>,
    after: Option<char>,
    /// Whether what comes next is a sign or a point with a figure behind it.
    signed: bool,
    is_mark: bool,
}

/// Where the asterisks are that are mark-up.
fn marks(letters: &[char]) -> Vec<usize> {
    let mut runs = runs(letters);
    let mut open: Vec<usize> = Vec::new();
    for at in 0..runs.len() {
        let run = &runs[at];
        if run.is_operator() || run.start > 0 && letters[run.start - 1] == '\\' {
            continue;
        }
        let (left, right) = run.tight;
        // What may be a factor with a sign ends an emphasis only where one has surely begun.
        let is_its = |opener: &&usize| {
            let opener = &runs[**opener];
            opener.len() == run.len() && !(run.signed && run.is_between_figures() && opener.is_between_figures())
        };
        let opener = open.iter().rposition(|opener| is_its(&opener)).filter(|_| left);
        if let Some(opener) = opener {
            for at in [open[opener], at] {
                runs[at].is_mark = true;
            }
            open.truncate(opener);
        } else if right {
            open.push(at);
        } else {
            // The other half was cut off, or it begins a line of a list.
            runs[at].is_mark = !run.is_between_figures();
        }
    }
    for at in open {
        runs[at].is_mark = !runs[at].is_between_figures();
    }
    runs.iter().filter(|run| run.is_mark).flat_map(|run| run.start..run.end).collect()
}

fn runs(letters: &[char]) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut start = 0;
    for row in letters.chunk_by(|one, next| (*one == '*') == (*next == '*')) {
        let end = start + row.len();
        if row[0] == '*' {
            let is_space = |letter: &char| letter.is_whitespace() || *letter == '\\';
            let line = letters[..start].iter().rev().take_while(|letter| **letter != '\n');
            let next = letters.get(end);
            let mut rest = letters[end..].iter().copied().skip_while(is_space);
            let (after, second) = (rest.next(), rest.next());
            let signed = after.is_some_and(|letter| matches!(letter, '-' | '−' | '+' | '.'));
            runs.push(Run {
                start,
                end,
                tight: (
                    start > 0 && !letters[start - 1].is_whitespace(),
                    next.is_some_and(|next| !next.is_whitespace()),
                ),
                before: line.copied().find(|letter| !is_space(letter)),
                after,
                signed: signed && second.is_some_and(char::is_numeric),
                is_mark: false,
            });
        }
        start = end;
    }
    runs
}

impl Run {
    fn len(&self) -> usize {
        self.end - self.start
    }

    /// Whether it multiplies, or raises to a power, what stands on both sides at the same distance.
    fn is_operator(&self) -> bool {
        let even = self.tight.0 == self.tight.1;
        let words = self.len() == 1
            && self.before.is_some_and(|letter| letter.is_alphanumeric() || letter == ')')
            && self.after.is_some_and(|letter| letter.is_alphanumeric() || letter == '(');
        even && !self.signed && (words || self.is_between_figures())
    }

    fn is_between_figures(&self) -> bool {
        let ends = |letter: char| letter.is_numeric() || matches!(letter, ')' | '%');
        let begins = |letter: char| letter.is_numeric() || letter == '(';
        self.len() <= 2 && self.before.is_some_and(ends) && (self.signed || self.after.is_some_and(begins))
    }
}

/// A line without the mark that makes it one of a list or a quotation. A sign before a figure is none.
pub(super) fn without_bullet(line: &str) -> &str {
    let mut line = line.trim();
    while let Some(rest) = line.strip_prefix(['-', '•', '>']) {
        if rest.starts_with(|next: char| next.is_numeric() || matches!(next, '.' | '=')) {
            break;
        }
        line = rest.trim_start();
    }
    line
}

/// Whether a line is a heading: `# so`; `#3` is a number.
pub(super) fn is_heading(line: &str) -> bool {
    let rest = line.trim_start_matches('#');
    rest.len() < line.len() && (rest.is_empty() || rest.starts_with(char::is_whitespace))
}

/// The numbers before the lines of a list, as they come one after another.
#[derive(Default)]
pub(super) struct Numbers {
    last: u32,
}

impl Numbers {
    /// A line without its number, if it has the one that is next in a list. In any other line a figure that comes first
    /// means something.
    pub(super) fn strip<'a>(&mut self, line: &'a str) -> &'a str {
        let digits = line.len() - line.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        let (number, rest) = line.split_at(digits);
        let rest = rest.strip_prefix(['.', ')']).filter(|rest| rest.starts_with(' '));
        match (number.parse::<u32>(), rest) {
            (Ok(number), Some(rest)) if number == 1 || number == self.last + 1 => {
                self.last = number;
                rest.trim_start()
            }
            _ => line,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::*;

    #[test]
    fn emphasis_goes_and_what_it_emphasises_stays() {
        for (text, left) in [
            ("**Planner:** we *go* at **22:50**, not *22:40*.", "Planner: we go at 22:50, not 22:40."),
            (
                "At *22:50* 5 guards change, and ***nobody*** is there.",
                "At 22:50 5 guards change, and nobody is there.",
            ),
            ("Shift 2 **22:00-23:00** and 3 **23:00**.", "Shift 2 22:00-23:00 and 3 23:00."),
            ("*45*60 = 2700 seconds*, I say.", "45*60 = 2700 seconds, I say."),
            ("**45 * 60** is `45*60`.", "45 * 60 is 45*60."),
            ("We **go**now by `camera_system.txt`.", "We gonow by camera_system.txt."),
            ("**The other half is cut off", "The other half is cut off"),
            ("* one door\n* 2 guards", " one door\n 2 guards"),
            ("Camera 7 *22:50* 5 guards", "Camera 7 22:50 5 guards"),
            ("The note* says so.", "The note says so."),
            ("*22:40*-*22:50* and **22:40**-22:50", "22:40-22:50 and 22:40-22:50"),
        ] {
            assert_eq!(plain(text), left, "{text}");
        }
    }

    #[test]
    fn figures_stay_as_they_are() {
        for text in [
            "45*60 = 2700, 2 * 3 * 4 = 24, 2**3 = 8, (2+3)*(4-1) = 15, 50%*3",
            "2 *3 = 6",
            "rate*time*2, guards * doors",
            "3*-2, 2*.5, 45 *\n60",
            "about ~5 minutes, camera #3, door a_b_c, 20:00-21:00, 5>3, -4 dB, 7 | 8",
        ] {
            assert_eq!(plain(text), text);
        }
        assert_eq!(plain("45 \\* 60, a\\_b, 2\\*3"), "45 * 60, a_b, 2*3");
    }

    #[test]
    fn a_sign_is_no_bullet_and_a_figure_no_number_of_a_list() {
        for (line, left) in [
            ("- 5 minutes", "5 minutes"),
            ("-5 minutes", "-5 minutes"),
            ("> - so", "so"),
            (">3 guards", ">3 guards"),
            ("• the door", "the door"),
        ] {
            assert_eq!(without_bullet(line), left);
        }
        let mut numbers = Numbers::default();
        let stripped = ["2. 30 minutes", "1. The door", "2) 30 minutes", "4. Floor", "22:05. We", "3. Out"];
        let stripped = stripped.map(|line| numbers.strip(line));
        assert_eq!(stripped, ["2. 30 minutes", "The door", "30 minutes", "4. Floor", "22:05. We", "Out"]);
        assert!(is_heading("## Plan") && is_heading("#") && !is_heading("#3 is blind") && !is_heading("3"));
    }

    proptest! {
        #[test]
        fn a_sum_is_left_as_it_is(
            figures in "[0-9]{1,4}(:[0-9]{2}|[.,][0-9]{1,2})?((\\*|\\*\\*|/|-|\\+|x| \\* | / | - | \\+ | × )\\(?[0-9]{1,3}\\)?){0,5}",
            mark in "\\*{1,3}|`|",
        ) {
            let said = |sum: &str| format!("We *must* know: {sum} = 7 is what **I** found.");
            prop_assert_eq!(plain(&said(&figures)), format!("We must know: {figures} = 7 is what I found."));
            prop_assert_eq!(plain(&format!("{mark}{figures}{mark}, no more")), format!("{figures}, no more"));
        }

        #[test]
        fn emphasised_words_lose_their_marks_and_nothing_else(words in "[a-z]{1,6}( [a-z]{1,6}){0,4}", mark in "\\*{1,3}") {
            prop_assert_eq!(plain(&format!("So {mark}{words}{mark}, then.")), format!("So {words}, then."));
        }
    }
}
