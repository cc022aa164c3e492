//! What an agent believes of the bank, in figures, option by option: all that reasons for a plan follow from.

use heist_bank::{Bank, Clock, Fact, Responder, Slot};

use super::view::View;
use crate::crew::Known;

/// A minute of the night, counted from noon, so that no midnight lies in it.
pub(super) type Minute = i32;

/// From a minute until before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: Minute,
    pub(super) to: Minute,
}

impl Span {
    pub(super) const fn has(self, minute: Minute) -> bool {
        self.from <= minute && minute < self.to
    }

    /// How many minutes of another lie in it.
    pub(super) fn shared(self, other: Self) -> Minute {
        (self.to.min(other.to) - self.from.max(other.from)).max(0)
    }
}

/// What cameras see of whoever stops at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    Unknown,
    Seen,
    /// Nothing, for this fact.
    Covered(String),
}

/// Who comes when an alarm rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comes {
    Guards,
    Police,
    Patrol,
}

impl Comes {
    fn named(name: &str) -> Self {
        match name {
            "police" => Self::Police,
            "guards" => Self::Guards,
            _ => Self::Patrol,
        }
    }
}

/// An alarm that is in the way.
#[derive(Clone, Debug)]
pub(super) struct Sensor {
    /// The key of the fact that tells of it.
    pub(super) key: String,
    pub(super) comes: Comes,
    /// Whether nobody believes it.
    pub(super) disbelieved: bool,
}

/// What is believed of an exit.
#[derive(Clone, Debug)]
pub(super) struct Exit {
    pub(super) name: String,
    pub(super) walk: Option<Minute>,
    pub(super) sight: Sight,
    pub(super) sensor: Option<Sensor>,
    /// Whether it may have a sensor, for all that is known.
    pub(super) is_wired: bool,
    pub(super) disbelieved: bool,
    /// It locks itself so many minutes after an alarm.
    pub(super) locks: Option<Minute>,
    /// When a guard stands there, and the fact that tells it.
    pub(super) post: Option<(Span, String)>,
}

/// How loud a way to open the vault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Noise {
    Quiet,
    Silent,
    Noisy,
    VeryLoud,
}

/// What is believed of a way to open the vault.
#[derive(Clone, Debug)]
pub(super) struct Way {
    pub(super) name: String,
    pub(super) minutes: Option<Minute>,
    /// None if nothing is known of it. Whatever is not quiet wakes a sensor.
    pub(super) noise: Option<Noise>,
    pub(super) sensor: Option<Sensor>,
}

/// What is believed of something to take.
#[derive(Clone, Debug)]
pub(super) struct Load {
    /// The name of the part that is worth most.
    pub(super) most: String,
    pub(super) minutes: Option<Minute>,
    /// What is known of the minutes: those of the parts of which they are.
    pub(super) least: Minute,
    pub(super) worth: Option<Minute>,
}

/// What speaks against a road.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Risk {
    Police,
    Seen,
    Narrow,
    Alarm,
    Wait(Minute),
}

/// What is believed of a road.
#[derive(Clone, Debug)]
pub(super) struct Road {
    pub(super) name: String,
    pub(super) minutes: Option<Minute>,
    /// The exit that it begins at, of [`Figures::exits`].
    pub(super) exit: Option<usize>,
    pub(super) risk: Option<Risk>,
}

/// What an agent believes. What it knows nothing of is none.
#[derive(Clone, Debug)]
pub(super) struct Figures {
    /// The options of the slots, in the slots' order.
    options: [Vec<String>; 6],
    pub(super) starts: Vec<Minute>,
    pub(super) exits: Vec<Exit>,
    pub(super) ways: Vec<Way>,
    pub(super) loads: Vec<Load>,
    pub(super) roads: Vec<Road>,
    pub(super) gap: Option<Span>,
    pub(super) test: Option<Span>,
    pub(super) restart: Option<Span>,
    pub(super) looped: Option<Minute>,
    /// When the first round begins, and when it reaches the vault's floor.
    pub(super) first: Option<Span>,
    /// How often there is a round, and how long it takes.
    pub(super) rounds: Option<(Minute, Minute)>,
    pub(super) guards: Option<Minute>,
    pub(super) police: Option<Minute>,
    pub(super) patrol: Option<Minute>,
    pub(super) radio: Option<Minute>,
    pub(super) falls_shut: Option<Minute>,
    /// When the time lock is shut.
    pub(super) locked: Option<Span>,
    /// When the last of the staff goes home, and the fact that tells it.
    pub(super) gone: Option<(Minute, String)>,
    /// Whether the guards hand over on the vault's floor.
    pub(super) is_near: Option<bool>,
    /// What the cameras of the room before the vault see.
    pub(super) anteroom: Sight,
}

/// A time of day as a minute of the night.
pub(super) fn minute(clock: Clock) -> Minute {
    i32::try_from(clock.since(Clock::at(12, 0))).unwrap_or(0)
}

/// The number in a fact's hole.
fn number(fact: &Fact, hole: usize) -> Option<Minute> {
    fact.number(hole).and_then(|number| i32::try_from(number).ok())
}

/// The span between the times of day in two holes.
fn span(fact: &Fact, from: usize, to: usize) -> Option<Span> {
    Some(Span { from: minute(fact.clock(from)?), to: minute(fact.clock(to)?) })
}

impl Figures {
    pub(super) fn of(view: &View) -> Self {
        let (known, bank) = (&view.known, &*view.brief.bank);
        let of = |key: &str, hole: usize| number(known.fact(key)?, hole);
        let mut options = Slot::ALL.map(|slot| bank.options(slot));
        // Any time of day can be a start.
        let [starts, ..] = &mut options;
        let said = view.slot(Slot::Start).proposals.iter().map(|proposal| &proposal.value);
        for start in said {
            if !starts.contains(start) && start.parse::<Clock>().is_ok() {
                starts.push(start.clone());
            }
        }
        let [starts, exits, _, ways, _, roads] = &options;
        let exits: Vec<_> = exits.iter().map(|name| exit(known, bank, name)).collect();
        let restart = known.fact("restart").and_then(|fact| {
            let from = minute(fact.clock(0)?);
            Some(Span { from, to: from + number(fact, 1)? })
        });
        let leaves = known.all("leaves").into_iter().filter_map(|fact| Some((minute(fact.clock(1)?), fact.key())));
        Self {
            starts: starts.iter().map(|start| start.parse().map_or(0, minute)).collect(),
            ways: ways.iter().map(|name| way(known, name)).collect(),
            loads: bank.loads().iter().map(|parts| load(known, bank, parts)).collect(),
            roads: roads.iter().map(|name| road(known, &exits, name)).collect(),
            gap: known.fact("gap").and_then(|fact| span(fact, 1, 2)),
            test: known.fact("line_test").and_then(|fact| span(fact, 1, 2)),
            restart,
            looped: of("loop", 0),
            first: known.fact("first_round").and_then(|fact| span(fact, 0, 3)),
            rounds: of("rounds", 0).zip(of("rounds", 1)).filter(|(every, _)| *every > 0),
            guards: of("guards_need", 0),
            police: of("police", 0),
            patrol: of("patrol", 0),
            radio: of("radio", 0),
            falls_shut: of("shut", 0),
            locked: known.fact("time_lock").and_then(|fact| span(fact, 0, 1)),
            gone: leaves.max(),
            is_near: known.fact("handover").map(|fact| fact.text(1) == fact.text(2)),
            anteroom: known.fact("vault_place").map_or(Sight::Unknown, |place| sight(known, place.text(1))),
            exits,
            options,
        }
    }

    /// The options of a slot.
    pub(super) fn options(&self, slot: Slot) -> &[String] {
        let [start, entry, alarm, method, load, route] = &self.options;
        match slot {
            Slot::Start => start,
            Slot::Entry => entry,
            Slot::Alarm => alarm,
            Slot::Method => method,
            Slot::Load => load,
            Slot::Route => route,
        }
    }

    /// Which of a slot's options a value is.
    pub(super) fn option(&self, slot: Slot, value: &str) -> Option<usize> {
        self.options(slot).iter().position(|option| option.eq_ignore_ascii_case(value))
    }

    /// How long who is called needs.
    pub(super) fn response(&self, comes: Comes) -> Minute {
        match comes {
            Comes::Guards => self.guards.unwrap_or(3),
            Comes::Police => self.police.unwrap_or(8),
            Comes::Patrol => self.patrol.unwrap_or(8),
        }
    }
}

fn exit(known: &Known, bank: &Bank, name: &str) -> Exit {
    let of = |group: &str| known.fact(&format!("{group}:{name}"));
    let disbelieved = of("false_alarms").is_some();
    // Sensors are called after the door.
    let door = bank.place(name).and_then(|place| bank.places.get(place)).map_or(name, |place| &place.door);
    let (calls, callers) = (known.all("calls"), known.all("callers"));
    let alarm = calls.iter().find(|fact| fact.text(1) == name).map(|fact| (fact, 2));
    let called = || callers.iter().find(|fact| fact.text(1).contains(door)).map(|fact| (fact, 0));
    let sensor = alarm.or_else(called);
    let sensor = sensor.map(|(fact, who)| Sensor { key: fact.key(), comes: Comes::named(fact.text(who)), disbelieved });
    let post = known.all("guard").into_iter().find(|fact| fact.text(2) == name).and_then(|fact| {
        let shift = known.fact(&format!("shift:{}", fact.text(1)))?;
        Some((span(shift, 1, 2)?, fact.key()))
    });
    Exit {
        name: name.to_owned(),
        walk: of("walk").and_then(|fact| number(fact, 1)),
        sight: sight(known, name),
        is_wired: sensor.is_some() || callers.len() < Responder::ALL.len() && calls.len() < bank.alarms.all.len(),
        sensor,
        disbelieved,
        locks: of("locks").and_then(|fact| number(fact, 1)),
        post,
    }
}

/// What cameras see at a place: nothing, if one of them has a blind spot there or none works.
fn sight(known: &Known, place: &str) -> Sight {
    let is_there = |fact: &&Fact| fact.text(1).contains(place);
    if let Some(seen) = known.fact(&format!("seen_by:{place}")) {
        let cameras = seen.text(1).split(|letter: char| !letter.is_ascii_digit());
        let blind = cameras.map(|camera| format!("blind:{camera}")).find(|key| known.fact(key).is_some());
        return blind.map_or(Sight::Seen, Sight::Covered);
    }
    let blind = known.all("blind").into_iter().find(is_there);
    let covered = blind.or_else(|| known.all("broken").into_iter().find(is_there));
    covered.map_or(Sight::Unknown, |fact| Sight::Covered(fact.key()))
}

fn way(known: &Known, name: &str) -> Way {
    let fact = known.fact(&format!("method:{name}"));
    let noise = fact.map(|fact| match (fact.kind.key, fact.text(2)) {
        ("method_quiet", _) => Noise::Quiet,
        (_, "very loud") => Noise::VeryLoud,
        (_, "silent") => Noise::Silent,
        _ => Noise::Noisy,
    });
    let wakes = fact.filter(|fact| fact.kind.key == "method_loud");
    let sensor = wakes.map(|fact| {
        let key = format!("calls:{}", fact.text(3));
        let alarm = known.fact(&key);
        Sensor {
            comes: alarm.map_or(Comes::Police, |alarm| Comes::named(alarm.text(2))),
            disbelieved: alarm.is_some_and(|alarm| known.fact(&format!("false_alarms:{}", alarm.text(1))).is_some()),
            key: if alarm.is_some() { key } else { fact.key() },
        }
    });
    Way { name: name.to_owned(), minutes: fact.and_then(|fact| number(fact, 1)), noise, sensor }
}

fn load(known: &Known, bank: &Bank, parts: &[usize]) -> Load {
    let names: Vec<_> = parts.iter().filter_map(|part| Some(&bank.vault.loot.get(*part)?.name)).collect();
    let facts: Vec<_> = names.iter().map(|name| known.fact(&format!("loot:{name}"))).collect();
    let sum = |hole: usize| facts.iter().map(|fact| number((*fact)?, hole)).sum::<Option<Minute>>();
    let most = names.iter().zip(&facts).max_by_key(|(_, fact)| fact.and_then(|fact| number(fact, 2)));
    let least = facts.iter().filter_map(|fact| number((*fact)?, 1)).sum();
    Load { most: most.map_or_else(String::new, |(name, _)| (*name).clone()), minutes: sum(1), least, worth: sum(2) }
}

fn road(known: &Known, exits: &[Exit], name: &str) -> Road {
    let fact = known.fact(&format!("route:{name}"));
    let risk = known.fact(&format!("risk:{name}")).and_then(|risk| {
        Some(match risk.kind.key {
            "risk_police" => Risk::Police,
            "risk_seen" => Risk::Seen,
            "risk_narrow" => Risk::Narrow,
            "risk_wait" => Risk::Wait(number(risk, 2)?),
            _ => Risk::Alarm,
        })
    });
    Road {
        name: name.to_owned(),
        minutes: fact.and_then(|fact| number(fact, 1)),
        exit: fact.and_then(|fact| exits.iter().position(|exit| exit.name == fact.text(4))),
        risk,
    }
}
