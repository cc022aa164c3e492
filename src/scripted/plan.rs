//! The plan as it stands: what was chosen, and the minutes that follow from what an agent believes.

use crate::crew::Brief;
use crate::heist::Entry;

use super::dice::Dice;
use super::figures::{Board, time_of_day};

/// The ways to open the vault, in the bank's own words.
pub(super) const METHODS: [&str; 3] = ["override", "thermal", "drill"];
/// The routes away from the bank.
pub(super) const ROUTES: [&str; 5] = ["dock", "staff", "tunnel", "front", "roof"];
/// The ways in.
const ENTRIES: [&str; 4] =
    ["the ramp of the loading dock", "the east stairwell", "the staff door", "the boiler corridor"];

/// The plan, as far as it is known.
pub(super) struct Plan {
    pub(super) method: &'static str,
    pub(super) route: &'static str,
    pub(super) entry: &'static str,
    /// Minutes after midnight at which the job begins, the vault is open, the crew leaves it, and all are gone.
    pub(super) start: Option<u32>,
    pub(super) open: Option<u32>,
    pub(super) out: Option<u32>,
    pub(super) gone: Option<u32>,
}

impl Plan {
    /// The plan of the crew, with the figures as an agent believes them.
    pub(super) fn of(seed: u64, brief: &Brief, board: &Board, trusting: bool) -> Self {
        let dice = Dice::of_heist(seed);
        let settled = |words: &[&'static str], ending: &str| last_named(brief, words, ending);
        let method = settled(&METHODS, " method").unwrap_or_else(|| drawn_method(&dice));
        let route = settled(&ROUTES, " route").unwrap_or_else(|| drawn_route(&dice));
        let entry = dice.pick("entry", &ENTRIES).unwrap_or(ENTRIES[0]);
        let believe = |name: &str| board.believed(name, trusting);
        let late = [0, 0, 1, 2, 3, 5][dice.between("late", 0, 5) as usize];
        let start = believe("from").map(|from| from + late);
        let open = start.zip(believe(method)).map(|(start, minutes)| start + minutes);
        // Some minutes at the boxes: few if the gap is to be kept.
        let stay = dice.between("stay", 1, 4);
        let out = open.map(|open| open + stay + believe(&format!("walk_{route}")).unwrap_or(2));
        let gone = out.zip(believe(route)).map(|(out, minutes)| out + minutes);
        Self { method, route, entry, start, open, out, gone }
    }

    /// The value of a slot that the plan fills.
    pub(super) fn slot(&self, name: &str) -> Option<String> {
        Some(match name {
            "method" => self.method.to_owned(),
            "way" => self.route.to_owned(),
            "entry" => self.entry.to_owned(),
            "start" => time_of_day(self.start?),
            "open" => time_of_day(self.open?),
            "out" => time_of_day(self.out?),
            "gone" => time_of_day(self.gone?),
            "ready" => time_of_day(self.out?.checked_sub(2)?),
            _ => return None,
        })
    }
}

/// What an agent itself would rather have: a method and a route.
pub(super) fn preference(seed: u64, agent: &str) -> (&'static str, &'static str) {
    let dice = Dice::new(seed, 0, agent);
    (drawn_method(&dice), drawn_route(&dice))
}

fn drawn_method(dice: &Dice) -> &'static str {
    weighted(dice, "method", &METHODS, &[55, 90, 100])
}

fn drawn_route(dice: &Dice) -> &'static str {
    weighted(dice, "route", &ROUTES, &[40, 60, 75, 90, 100])
}

fn weighted(dice: &Dice, purpose: &str, words: &[&'static str], upto: &[u32]) -> &'static str {
    let roll = dice.between(purpose, 0, 99);
    words.iter().zip(upto).find(|(_, upto)| roll < **upto).map_or(words[0], |(word, _)| word)
}

/// Which of the words the leader named last, as a choice rather than with its minutes.
fn last_named(brief: &Brief, words: &[&'static str], ending: &str) -> Option<&'static str> {
    let leader = &brief.crew.first()?.name;
    brief.transcript.iter().rev().find_map(|entry| {
        let Entry::Said(message) = entry else { return None };
        if message.agent != *leader {
            return None;
        }
        let text = message.text.to_lowercase();
        let decides = |word: &&&'static str| {
            ["take the ", "settled: the ", "choose the ", "decided: the "]
                .iter()
                .any(|verb| text.contains(&format!("{verb}{word}{ending}")))
        };
        words.iter().find(decides).copied()
    })
}

/// The exit that a route begins at.
pub(super) fn exit(route: &str) -> &'static str {
    match route {
        "staff" => "staff door",
        "front" => "front door",
        "roof" => "roof hatch",
        "tunnel" => "service tunnel",
        _ => "loading dock",
    }
}
