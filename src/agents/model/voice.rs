//! Having an agent say its moves. This request is alike for all: nothing in it tells who is the mole, or that a move is an act.

use std::collections::HashMap;

use super::check::Checked;
use super::clean::capitalised;
use super::likeness::words;
use super::lines::{is_other, speaker};
use super::manner::{self, Manner};
use crate::agents::menu::Item;
use crate::crew::{Brief, Persona};

/// How the request begins.
pub(super) const CUE: &str = "Say this as ";

/// A message has at most so many tokens.
const MOST_TOKENS: u32 = 120;

/// Four words in a row have at least so many letters to mean anything.
const LOOP_CHARS: usize = 10;

/// What comes after so many bytes can be no part of a message: a server that does not keep to the tokens is not heard out.
const MOST_CHARS: usize = 2_400;

/// The longest manner of speaking that is told.
const MANNER_CHARS: usize = 80;

/// The tail that asks for a message with these moves; `again` after one in which they were lost. The moves stand last, for
/// what comes behind them is what a small model goes on with.
pub(super) fn tail(brief: &Brief, picked: &[Item], again: bool) -> String {
    let words: Vec<_> = picked.iter().map(|item| item.words.as_str()).collect();
    format!("\n---\n{}", asked(&brief.me, &words.join(" "), again))
}

fn asked(persona: &Persona, moves: &str, again: bool) -> String {
    let who = format!("{CUE}{}{}", persona.name, manner_of(persona));
    if again {
        format!("{who}, and leave out no name and no figure: {moves}")
    } else {
        format!("{who}, in your own words; keep every name and figure, add none: {moves}")
    }
}

/// How a persona speaks, in a few words: of `You are quick, dry and exact. You quote …` the beginning.
fn manner_of(persona: &Persona) -> String {
    let first = persona.voice.split_inclusive(['.', '!', '?', ';']).next().unwrap_or_default();
    let first = first.trim().trim_end_matches(['.', '!', '?', ';']);
    let manner = first.strip_prefix("You are ").unwrap_or(first);
    match manner.char_indices().nth(MANNER_CHARS) {
        _ if manner.is_empty() => String::new(),
        Some((end, _)) => format!(", {}", manner[..end].trim_end()),
        None => format!(", {manner}"),
    }
}

/// Three messages as they should be, which come before the talk: without them a small model says the moves word for word. The
/// places in them are in no bank.
pub(super) fn shown(crew: &[Persona]) -> Vec<(String, String)> {
    let Some(planner) = crew.first() else { return Vec::new() };
    let asks = format!("Camera 31 sees the windmill (camera list). I ask {} about the windmill.", planner.name);
    let asked_so = format!(
        "Mind the windmill, camera 31 looks at it, the camera list has it. {}, what do you know about it?",
        capitalised(&planner.name)
    );
    let examples = [
        (
            "I propose that we start at 03:20, because the gap lasts 14 minutes.",
            "We start at 03:20. The gap lasts 14 minutes, that will do.",
        ),
        (&*asks, &*asked_so),
        (
            "I am against the lighthouse door, because it locks itself 3 minutes after an alarm.",
            "Leave the lighthouse door alone. It locks itself 3 minutes after an alarm.",
        ),
    ];
    let speakers = crew.iter().rev().cycle();
    let pair = |(persona, (moves, said)): (&Persona, (&str, &str))| (asked(persona, moves, false), said.to_owned());
    speakers.zip(examples).map(pair).collect()
}

/// How many tokens a message with these moves may have.
pub(super) fn longest(picked: &[Item]) -> u32 {
    let chars: usize = picked.iter().map(|item| item.words.len()).sum();
    u32::try_from(16 + chars * 2 / 5).unwrap_or(u32::MAX).min(MOST_TOKENS)
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
pub(super) fn judge(heard: &str, brief: &Brief, picked: &[Item], check: impl FnOnce(&str) -> Checked) -> Verdict {
    let text = heard.trim_start();
    let first_line = text.lines().next().unwrap_or_default();
    let name = speaker(first_line).filter(|name| is_other(name, brief));
    let ended = text.ends_with(['.', '!', '?', '\n']);
    // A stop may stand within a figure or a document's name; the next piece will tell.
    let refuses = ended && text.len() < 200 && manner::of(first_line) == Some(Manner::Refusal);
    let is_endless = text.len() > MOST_CHARS;
    if text.starts_with(['{', '[', '<', '|']) || name.is_some() || refuses || is_endless || is_loop(text, picked) {
        return Verdict::Over;
    }
    // Whatever follows a line's end is mostly another's line or more of the same.
    let lines = heard.trim_start().trim_end_matches([' ', '\t']);
    if lines.ends_with('\n') && check(text).is_whole() { Verdict::Over } else { Verdict::Open }
}

/// Whether a model was caught in a loop: four words in a row come twice that do not in the moves.
fn is_loop(text: &str, picked: &[Item]) -> bool {
    let fours = |text: &str| {
        let mut counts: HashMap<Vec<String>, usize> = HashMap::new();
        for four in words(text).windows(4) {
            *counts.entry(four.to_vec()).or_default() += 1;
        }
        counts
    };
    let own = fours(&picked.iter().map(|item| item.words.as_str()).collect::<Vec<_>>().join(" "));
    let is_long = |four: &[String]| four.iter().map(String::len).sum::<usize>() >= LOOP_CHARS;
    fours(text).into_iter().any(|(four, times)| is_long(&four) && times > own.get(&four).copied().unwrap_or(0).max(1))
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
            ("The way in is hard to find. The way in is hard", Verdict::Over),
        ] {
            assert_eq!(judge(heard, &brief, &picked, |text| check(text, &brief, &picked)), verdict, "{heard}");
        }
    }

    #[test]
    fn a_manner_is_told_in_a_few_words() {
        let brief = brief("hacker");
        assert_eq!(manner_of(&brief.me), ", quick, dry and exact");
        let manner = |voice: &str| {
            let mut me = brief.me.clone();
            voice.clone_into(&mut me.voice);
            manner_of(&me)
        };
        assert_eq!((manner(""), manner("You whisper.")), (String::new(), ", You whisper".to_owned()));
        assert!(manner(&"You are long".repeat(40)).len() <= MANNER_CHARS + 2);
        let text = tail(&brief, &[], true);
        assert!(text.starts_with("\n---\nSay this as hacker, quick, dry and exact, and leave out"), "{text}");
    }

    #[test]
    fn what_is_shown_is_in_no_bank_and_can_stand() {
        let brief = brief("hacker");
        for (asked, said) in shown(&brief.crew) {
            for bank in (0..100).map(heist_bank::Bank::of) {
                let places = bank.places.iter().map(|place| &place.name);
                assert!(places.clone().all(|place| !asked.contains(place.as_str())), "{asked}");
            }
            assert!(asked.starts_with(CUE) && said.ends_with(['.', '?']));
        }
        assert_eq!(shown(&brief.crew).len(), 3);
    }
}
