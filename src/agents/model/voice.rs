//! Having an agent say its moves. This request is alike for all: nothing in it tells who is the mole, or that a move is an act.

use std::fmt::Write as _;

use super::check::{Checked, Lack};
use super::lines::{is_other, speaker};
use super::manner::{self, Manner};
use crate::agents::menu::Item;
use crate::crew::Brief;

/// How the request goes on behind who speaks.
pub(super) const CUE: &str = "Say the following to the others in your own words and manner";

/// The tail that asks for a message with these moves. `lack` says what was wrong with the first try.
pub(super) fn tail(brief: &Brief, picked: &[Item], lack: Option<&Lack>) -> String {
    let me = &brief.me;
    let mut text = format!("\n---\nYou are {}: {}. {}\n", me.name, me.role, me.voice);
    if let Some(lack) = lack {
        let _ = writeln!(text, "{}", lack.words());
    }
    let words: Vec<_> = picked.iter().map(|item| item.words.as_str()).collect();
    let _ = writeln!(text, "{CUE}, keep every name and figure as it is, and add no other figure:\n{}", words.join(" "));
    text
}

/// What to do with an answer that is still coming.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// To hear more of it.
    Open,
    /// Nothing of use can come any more: it is another's line, a refusal, or no speech at all; or all is said.
    Over,
}

/// Judges an answer by what has come of it. `check` says what of it can stand.
pub(super) fn judge(heard: &str, brief: &Brief, check: impl FnOnce(&str) -> Checked) -> Verdict {
    let text = heard.trim_start();
    let first_line = text.lines().next().unwrap_or_default();
    let name = speaker(first_line).filter(|name| is_other(name, brief));
    let ended = text.ends_with(['.', '!', '?', '\n']);
    // A stop may stand within a figure or a document's name; the next piece will tell.
    let refuses = ended && text.len() < 200 && manner::of(first_line) == Some(Manner::Refusal);
    if text.starts_with(['{', '[', '<', '|']) || name.is_some() || refuses {
        return Verdict::Over;
    }
    // Whatever follows a line's end is mostly another's line or more of the same.
    let lines = heard.trim_start().trim_end_matches([' ', '\t']);
    if lines.ends_with('\n') && check(text).is_whole() { Verdict::Over } else { Verdict::Open }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agents::model::briefs::brief;
    use crate::agents::model::check::check;
    use crate::heist::Move;

    #[test]
    fn an_answer_is_over_when_nothing_of_use_can_come() {
        let words = "I want to open the question of the way in again.";
        let picked = [Item { does: Move::Reopen { slot: heist_bank::Slot::Entry }, words: words.into(), act: None }];
        let brief = brief("hacker");
        for (heard, verdict) in [
            ("", Verdict::Open),
            ("Let us open the question", Verdict::Open),
            ("hacker: Let us", Verdict::Open),
            ("planner: Let us", Verdict::Over),
            ("**Lookout**: Let us", Verdict::Over),
            ("{\"moves\":", Verdict::Over),
            ("[TOOL:", Verdict::Over),
            ("I'm sorry, but I can't assist with that.", Verdict::Over),
            ("Let us open the question of the way in again.", Verdict::Open),
            ("Let us open the question of the way in again.\n", Verdict::Over),
            ("Well.\n", Verdict::Open),
        ] {
            assert_eq!(judge(heard, &brief, |text| check(text, &brief, &picked)), verdict, "{heard}");
        }
    }

    #[test]
    fn the_second_try_is_told_what_was_wrong() {
        let lack = Lack::Lost(vec!["coal chute".into()]);
        let text = tail(&brief("hacker"), &[], Some(&lack));
        assert!(text.contains("do not leave out coal chute.\nSay the following"), "{text}");
    }
}
