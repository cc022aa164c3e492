//! The plan as it stands: what the leader has decided or would decide, and the minutes that follow from what
//! is known.

use heist_bank::Clock;

use crate::crew::Brief;
use crate::heist::Entry;

use super::board::Board;
use super::dice::Dice;
use super::stance::{Matter, exit, pick};

/// The plan, as far as it is known.
pub(super) struct Plan<'a> {
    pub(super) method: &'a str,
    pub(super) route: &'a str,
    pub(super) entry: &'a str,
    /// The exit that the route begins at.
    pub(super) exit: &'a str,
    /// What the crew travels in, if the route is known and nobody walks.
    ride: Option<&'static str>,
    /// Minutes after midnight at which the job begins, the vault is open, the crew leaves it, stands at the exit, and
    /// is gone.
    start: Option<u32>,
    open: Option<u32>,
    out: Option<u32>,
    ready: Option<u32>,
    gone: Option<u32>,
}

impl<'a> Plan<'a> {
    /// The plan of the crew.
    pub(super) fn of(seed: u64, brief: &'a Brief, board: &Board) -> Self {
        let leader = brief.crew.first().map_or("", |first| &*first.name);
        let settled = |matter| decided(brief, matter).unwrap_or_else(|| pick(seed, leader, matter, &brief.bank, board));
        let (method, route, entry) = (settled(Matter::Method), settled(Matter::Route), settled(Matter::Entry));
        let exit = exit(&brief.bank, route);
        let start = decided_start(brief).or_else(|| board.number("gap", 1));
        let open = start.zip(board.number(&format!("method:{method}"), 1)).map(|(start, minutes)| start + minutes);
        // Some minutes at the boxes: few if the gap is to be kept.
        let out = open.map(|open| open + Dice::of_heist(seed).between("stay", 1, 4));
        let ready = out.zip(board.number(&format!("walk:{exit}"), 1)).map(|(out, walk)| out + walk);
        let gone = ready.zip(board.number(&format!("route:{route}"), 1)).map(|(ready, minutes)| ready + minutes);
        let travel = board.fact(&format!("route:{route}")).map_or("", |fact| fact.text(2));
        let ride = ["car", "boat"].into_iter().find(|ride| *ride == travel);
        Self { method, route, entry, exit, ride, start, open, out, ready, gone }
    }

    /// The value of a slot that the plan fills.
    pub(super) fn slot(&self, name: &str) -> Option<String> {
        let time_of_day = |minutes| Clock::minutes(minutes).to_string();
        Some(match name {
            "method" => self.method.to_owned(),
            "way" => self.route.to_owned(),
            "entry" => Matter::Entry.named(self.entry),
            "exit" => self.exit.to_owned(),
            "ride" => self.ride?.to_owned(),
            "start" => time_of_day(self.start?),
            "open" => time_of_day(self.open?),
            "out" => time_of_day(self.out?),
            "ready" => time_of_day(self.ready?),
            "gone" => time_of_day(self.gone?),
            _ => return None,
        })
    }

    /// The minute at which the job begins, as minutes after midnight.
    pub(super) const fn start(&self) -> Option<u32> {
        self.start
    }

    /// Takes another choice; the minutes stay as they were.
    pub(super) const fn choose(&mut self, matter: Matter, option: &'a str) {
        match matter {
            Matter::Method => self.method = option,
            Matter::Route => self.route = option,
            Matter::Entry => self.entry = option,
        }
    }

    /// Puts all minutes of the plan off by so many.
    pub(super) fn shift(&mut self, minutes: u32) {
        for time in [&mut self.start, &mut self.open, &mut self.out, &mut self.ready, &mut self.gone] {
            *time = time.map(|time| time + minutes);
        }
    }
}

/// What the leader has said, newest first.
fn words_of_the_leader(brief: &Brief) -> impl Iterator<Item = String> {
    let leader = brief.crew.first().map(|first| first.name.clone());
    brief.transcript.iter().rev().filter_map(move |entry| match entry {
        Entry::Said(message) if Some(&message.agent) == leader.as_ref() => Some(message.text.to_lowercase()),
        _ => None,
    })
}

/// What the leader chose last, in words that decide rather than weigh.
pub(super) fn decided(brief: &Brief, matter: Matter) -> Option<&str> {
    const VERBS: [&str; 6] = ["take ", "choose ", "settled: ", "decided: ", "go with ", "go in by "];
    let options: Vec<_> =
        matter.options(&brief.bank).into_iter().map(|option| (option, matter.named(option))).collect();
    words_of_the_leader(brief).find_map(|text| {
        let decides = |(_, named): &&(&str, String)| {
            VERBS.iter().any(|verb| text.contains(&format!("{verb}{}", named.to_lowercase())))
        };
        // Of a name within another the longer one is meant.
        options.iter().filter(decides).max_by_key(|(_, named)| named.len()).map(|(option, _)| *option)
    })
}

/// The minute at which the leader lets it begin.
fn decided_start(brief: &Brief) -> Option<u32> {
    words_of_the_leader(brief).find_map(|text| {
        ["begin at ", "start at ", "start is "].iter().find_map(|words| {
            let (_, after) = text.split_once(words)?;
            after.get(..5)?.parse().ok().map(Clock::after_midnight)
        })
    })
}
