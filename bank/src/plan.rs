//! The plan of a job: six slots, what can stand in each in a bank, and how that is said.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Bank, Clock, Part};

/// What the crew has to settle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// When it goes in.
    Start,
    /// By which exit it goes in.
    Entry,
    /// How the alarm line is kept quiet.
    Alarm,
    /// How the vault is opened.
    Method,
    /// What is taken out of it.
    Load,
    /// By which road it gets away.
    Route,
}

/// How the alarm line is kept quiet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// Every alarm is passed off as part of the line's nightly test.
    Test,
    /// The line is cut when the first alarm rings.
    Cut,
    /// Nobody sees to it.
    Nothing,
}

/// A plan for one bank. What nobody settled is none, and so is what the bank doesn't have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// When the crew goes in.
    pub start: Option<Clock>,
    /// By which exit, of [`Bank::places`].
    pub entry: Option<usize>,
    /// How the alarm line is kept quiet.
    pub alarm: Option<Line>,
    /// Which way to open the vault, of [`crate::Vault::methods`].
    pub method: Option<usize>,
    /// What to take, of [`crate::Vault::loot`].
    pub load: Option<Vec<usize>>,
    /// Which road, of [`Bank::roads`].
    pub route: Option<usize>,
    /// The slots of which something stands in the plan and the crew isn't agreed on it. What it has to talk over on the spot
    /// takes time.
    pub open: Vec<Slot>,
    /// The slots that stand empty because whoever saw to them is gone.
    pub gone: Vec<Slot>,
}

/// What cannot stand in a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoOption {
    /// The slot.
    pub slot: Slot,
    /// What was said.
    pub value: String,
    /// What can stand there.
    pub options: Vec<String>,
}

impl Slot {
    /// All of them, in the order in which they matter.
    pub const ALL: [Self; 6] = [Self::Start, Self::Entry, Self::Alarm, Self::Method, Self::Load, Self::Route];

    /// `start`, `entry`, `alarm`, `method`, `load` or `route`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Entry => "entry",
            Self::Alarm => "alarm",
            Self::Method => "method",
            Self::Load => "load",
            Self::Route => "route",
        }
    }

    /// What it is about, in words that can follow "about".
    #[must_use]
    pub const fn matter(self) -> &'static str {
        match self {
            Self::Start => "the start",
            Self::Entry => "the way in",
            Self::Alarm => "the alarm line",
            Self::Method => "the vault door",
            Self::Load => "the load",
            Self::Route => "the way out",
        }
    }

    /// The slot with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|slot| slot.name() == name)
    }
}

impl Line {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Test, Self::Cut, Self::Nothing];

    /// `line test`, `cut line` or `nothing`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Test => "line test",
            Self::Cut => "cut line",
            Self::Nothing => "nothing",
        }
    }
}

impl Plan {
    /// Puts into a slot what words say: one of [`Bank::options`], an article before it, `method` or `route` behind it, in
    /// capitals or not. Any time of day is a start, and any parts of what lies in the vault are a load.
    ///
    /// # Errors
    /// If the bank has no such thing; the slot stays as it was.
    pub fn set(&mut self, bank: &Bank, slot: Slot, words: &str) -> Result<(), NoOption> {
        let said = words.trim().to_lowercase();
        let said = said.strip_prefix("the ").or_else(|| said.strip_prefix("at ")).unwrap_or(&said);
        let said = said.strip_suffix(" method").or_else(|| said.strip_suffix(" route")).unwrap_or(said);
        let is_said = |name: &str| name.to_lowercase() == said;
        let found = match slot {
            Slot::Start => said.parse().ok().map(|start| self.start = Some(start)),
            Slot::Entry => exits(bank).find(|exit| is_said(bank.name_of(*exit))).map(|exit| self.entry = Some(exit)),
            Slot::Alarm => Line::ALL.into_iter().find(|line| is_said(line.name())).map(|line| self.alarm = Some(line)),
            Slot::Method => {
                let method = bank.vault.methods.iter().position(|method| is_said(&method.name));
                method.map(|method| self.method = Some(method))
            }
            Slot::Load => parts(bank, said).map(|load| self.load = Some(load)),
            Slot::Route => {
                let road = bank.roads.iter().position(|road| is_said(&road.name));
                road.map(|road| self.route = Some(road))
            }
        };
        found.ok_or_else(|| NoOption { slot, value: words.to_owned(), options: bank.options(slot) })
    }

    /// Empties a slot.
    pub fn clear(&mut self, slot: Slot) {
        self.open.retain(|open| *open != slot);
        self.gone.retain(|gone| *gone != slot);
        match slot {
            Slot::Start => self.start = None,
            Slot::Entry => self.entry = None,
            Slot::Alarm => self.alarm = None,
            Slot::Method => self.method = None,
            Slot::Load => self.load = None,
            Slot::Route => self.route = None,
        }
    }

    /// Empties a slot because whoever saw to it is gone.
    pub fn lose(&mut self, slot: Slot) {
        self.clear(slot);
        self.gone.push(slot);
    }

    /// What stands in a slot, as one of [`Bank::options`] would say it. None if nothing does.
    #[must_use]
    pub fn words(&self, bank: &Bank, slot: Slot) -> Option<String> {
        match slot {
            Slot::Start => self.start.map(|start| start.to_string()),
            Slot::Entry => self.entry.map(|entry| bank.name_of(entry).to_owned()),
            Slot::Alarm => self.alarm.map(|line| line.name().to_owned()),
            Slot::Method => Some(bank.vault.methods.get(self.method?)?.name.clone()),
            Slot::Load => self.load.as_ref().map(|load| joined(bank, load)),
            Slot::Route => Some(bank.roads.get(self.route?)?.name.clone()),
        }
    }
}

impl Bank {
    /// The words for what can sensibly stand in a slot of a plan for this bank, 3 to 16 of each; no two are alike. Starts come
    /// in the order of the evening.
    #[must_use]
    pub fn options(&self, slot: Slot) -> Vec<String> {
        match slot {
            Slot::Start => starts(self).iter().map(Clock::to_string).collect(),
            Slot::Entry => exits(self).map(|exit| self.name_of(exit).to_owned()).collect(),
            Slot::Alarm => Line::ALL.map(|line| line.name().to_owned()).to_vec(),
            Slot::Method => self.vault.methods.iter().map(|method| method.name.clone()).collect(),
            Slot::Load => self.loads().iter().map(|load| joined(self, load)).collect(),
            Slot::Route => self.roads.iter().map(|road| road.name.clone()).collect(),
        }
    }

    /// What one can sensibly take, in the order of the options for it: every choice of the parts of the loot, by their
    /// numbers, the smaller ones first.
    #[must_use]
    pub fn loads(&self) -> Vec<Vec<usize>> {
        let mut loads = vec![Vec::new()];
        for part in 0..self.vault.loot.len() {
            let more: Vec<_> =
                loads.iter().map(|load: &Vec<usize>| load.iter().copied().chain([part]).collect()).collect();
            loads.extend(more);
        }
        loads.retain(|load| !load.is_empty());
        loads.sort_by_key(|load| (load.len(), load.clone()));
        loads
    }
}

/// The exits, of [`Bank::places`].
pub(crate) fn exits(bank: &Bank) -> impl Iterator<Item = usize> {
    let exits = bank.places.iter().enumerate().filter(|(_, place)| place.part == Part::Exit);
    exits.map(|(exit, _)| exit)
}

/// When one can sensibly go in: when the gap, the recorder's restart or the line's test begins, when the first round is over,
/// and at some ordinary hours.
pub(crate) fn starts(bank: &Bank) -> Vec<Clock> {
    let rounds = bank.guards.rounds;
    let telling =
        [bank.guards.gap_starts(), bank.cameras.restart, bank.alarms.test.starts, rounds.first.plus(rounds.takes)];
    let ordinary = [20, 23, 0, 2, 4].map(|hour| Clock::at(hour, 0));
    let mut starts: Vec<_> = telling.into_iter().chain(ordinary).collect();
    starts.sort_by_key(|start| start.since(Clock::at(18, 0)));
    starts.dedup();
    starts
}

/// Parts of the loot in one phrase: `cash cages and bearer bonds`.
fn joined(bank: &Bank, load: &[usize]) -> String {
    let names: Vec<_> = load.iter().filter_map(|part| Some(bank.vault.loot.get(*part)?.name.as_str())).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

/// The parts that a phrase names, in the order in which they lie in the vault. None if it names anything else, or nothing.
fn parts(bank: &Bank, said: &str) -> Option<Vec<usize>> {
    let mut names: Vec<_> = bank.vault.loot.iter().map(|loot| loot.name.to_lowercase()).enumerate().collect();
    names.sort_by_key(|(_, name)| std::cmp::Reverse(name.len()));
    let mut rest = said.to_owned();
    let mut load = Vec::new();
    for (part, name) in names {
        if rest.contains(&name) {
            rest = rest.replace(&name, " ");
            load.push(part);
        }
    }
    load.sort_unstable();
    let mut others = rest.split([' ', ',']).filter(|word| !matches!(*word, "" | "and" | "the"));
    (!load.is_empty() && others.next().is_none()).then_some(load)
}

impl fmt::Display for NoOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (slot, value, options) = (self.slot.name(), &self.value, self.options.join(", "));
        write!(f, "the plan's {slot} cannot be \"{value}\" in this bank; say one of: {options}")
    }
}

impl std::error::Error for NoOption {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_is_taken_and_told_again() {
        let bank = Bank::first_meridian();
        for slot in Slot::ALL {
            assert_eq!(Slot::named(slot.name()), Some(slot));
            let options = bank.options(slot);
            assert!((3..=16).contains(&options.len()), "{slot:?}: {options:?}");
            let mut plan = Plan::default();
            assert_eq!(plan.words(&bank, slot), None);
            for option in &options {
                plan.set(&bank, slot, option).unwrap();
                assert_eq!(plan.words(&bank, slot).as_ref(), Some(option));
                assert_eq!(options.iter().filter(|other| *other == option).count(), 1, "{option}");
            }
            plan.clear(slot);
            assert_eq!(plan, Plan::default());
        }
    }

    #[test]
    fn options_of_the_first_meridian() {
        let bank = Bank::first_meridian();
        let options = |slot| bank.options(slot).join(" | ");
        assert_eq!(options(Slot::Start), "20:00 | 22:00 | 22:05 | 22:45 | 23:00 | 00:00 | 02:00 | 04:00");
        assert_eq!(options(Slot::Entry), "roof hatch | front door | loading dock | staff door | service tunnel");
        assert_eq!(options(Slot::Alarm), "line test | cut line | nothing");
        assert_eq!(options(Slot::Method), "thermal | drill | override");
        let three = "deposit boxes, cash cages and bearer bonds";
        let two = "deposit boxes and cash cages | deposit boxes and bearer bonds | cash cages and bearer bonds";
        assert_eq!(options(Slot::Load), format!("deposit boxes | cash cages | bearer bonds | {two} | {three}"));
        assert_eq!(options(Slot::Route), "dock | staff | front | roof | tunnel");
    }

    #[test]
    fn words_are_taken_as_people_say_them() {
        let bank = Bank::first_meridian();
        let said = |slot, words| {
            let mut plan = Plan::default();
            plan.set(&bank, slot, words).map(|()| plan.words(&bank, slot).unwrap())
        };
        for (slot, words, meant) in [
            (Slot::Start, "at 21:37", "21:37"),
            (Slot::Entry, " The loading dock", "loading dock"),
            (Slot::Alarm, "the line test", "line test"),
            (Slot::Method, "the Thermal method", "thermal"),
            (Slot::Load, "the bearer bonds, the cash cages", "cash cages and bearer bonds"),
            (Slot::Route, "dock route", "dock"),
        ] {
            assert_eq!(said(slot, words).as_deref(), Ok(meant));
        }
        for (slot, words) in [
            (Slot::Start, "25:00"),
            (Slot::Entry, "lobby"),
            (Slot::Alarm, ""),
            (Slot::Method, "dock"),
            (Slot::Load, "gold"),
            (Slot::Load, "cash cages and gold"),
            (Slot::Load, ""),
            (Slot::Route, "loading dock"),
        ] {
            assert_eq!(said(slot, words).unwrap_err().slot, slot, "{words}");
        }
        assert_eq!(
            said(Slot::Alarm, "magic").unwrap_err().to_string(),
            "the plan's alarm cannot be \"magic\" in this bank; say one of: line test, cut line, nothing"
        );
    }
}
