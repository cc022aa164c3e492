//! The steps of a job in words, with who takes them and the fact on which they depend.

use super::course::{Course, TALK};
use super::event::{Event, Fares, Note};
use super::scene::{Met, Sight};
use crate::{Bank, Clock, Noise, Part, Responder, Risk, Slot};

/// Who takes a step, what it is, and on which fact it depends.
pub(super) type Told = (&'static str, String, Option<String>);

impl Course<'_, '_> {
    /// The key of the fact for which the crew has been caught; none if it hasn't, or for no fact.
    pub(crate) fn because(&self) -> Option<String> {
        let note = self.notes.get(self.caught?.note)?;
        told(self.scene.bank, note).2
    }
}

/// A note in words.
pub(super) fn told(bank: &Bank, note: &Note) -> Told {
    let door = |exit: usize| bank.name_of(exit);
    let vault = bank.name_of(bank.vault.at);
    match note.event {
        Event::Unsettled(slot) => {
            let (what, instead) = unsettled(slot);
            ("planner", format!("Nobody settled {what}, so {instead}."), None)
        }
        Event::Gone(slot) => {
            let (_, instead) = unsettled(slot);
            ("planner", format!("Whoever saw to {} is gone, so {instead}.", slot.matter()), None)
        }
        Event::Talked(slot) => ("planner", talked(slot), None),
        Event::Door { exit, sight, leaves } => at_door(bank, exit, sight, leaves),
        Event::Met { place, who } => met(bank, place, who),
        Event::Rings { alarm, fares } => rings(bank, note.at, alarm, fares),
        Event::AtVault { entry } => {
            let because =
                if bank.guards.is_in_gap(Clock::minutes(note.at)) { key("gap") } else { about("walk", door(entry)) };
            ("lookout", format!("The crew stands before the {vault}."), because)
        }
        Event::Loop { place } => {
            ("hacker", format!("A loop runs on the pictures of the {}.", door(place)), key("loop"))
        }
        Event::LoopEnds => {
            ("hacker", format!("The loop has run too long, and the {} is warned.", desk(bank)), key("loop"))
        }
        Event::Kept(person) => {
            let (name, keeps) = bank
                .people
                .get(person)
                .map_or(("", ""), |person| (person.name.as_str(), person.keeps.as_deref().unwrap_or_default()));
            ("intel", format!("The crew has what {name} keeps: the {keeps}."), about("keeps", name))
        }
        Event::Override => {
            let text = format!("The guards hand over, and the override is switched on at the {}.", desk(bank));
            ("hacker", text, key("time_lock"))
        }
        Event::Refused => {
            let until = bank.vault.shut.1;
            let text = format!(
                "With a guard at the {} the override stays off, and the time lock refuses every code until {until}.",
                desk(bank)
            );
            ("safecracker", text, key("time_lock"))
        }
        Event::Heard(method) => {
            let (name, noise) = bank
                .vault
                .methods
                .get(method)
                .map_or(("", Noise::Silent), |method| (method.name.as_str(), method.noise));
            let loud = if noise == Noise::VeryLoud { "very loud" } else { "noisy" };
            ("safecracker", format!("The {name} method is {loud}, and the guards hear it."), about("method", name))
        }
        Event::Opens(method) => {
            let name = bank.vault.methods.get(method).map_or("", |method| &method.name);
            ("safecracker", format!("The {name} method has opened the {vault}."), about("method", name))
        }
        Event::Loaded(part) => {
            let name = bank.vault.loot.get(part).map_or("", |loot| &loot.name);
            ("intel", format!("The {name} are in the bags."), about("loot", name))
        }
        Event::Shut => {
            let minutes = minutes(bank.vault.falls_shut);
            (
                "safecracker",
                format!("After {minutes} the door of the {vault} falls shut, with the crew inside."),
                key("shut"),
            )
        }
        Event::Locked(exit) => {
            let exit = door(exit);
            ("lookout", format!("The {exit} has locked itself after the alarm."), about("locks", exit))
        }
        Event::NoRoad => ("driver", "Nobody is here with a car.".to_owned(), None),
        Event::Found(round) => {
            let (which, because) = which_round(round);
            ("lookout", format!("The {which} finds the {vault} open and calls the police."), key(because))
        }
        Event::Narrow(road)
        | Event::Leaves { road, .. }
        | Event::Waits(road)
        | Event::Followed(road)
        | Event::Arrives(road) => on_road(bank, note.event, road),
    }
}

/// Those who have come, to the bank or to the roads.
pub(super) fn come(by: Responder, on_road: bool) -> Told {
    let because = match by {
        Responder::Guards => "guards_need",
        Responder::Police => "police",
        Responder::Patrol => "patrol",
    };
    let text = if on_road {
        "The police are on the roads before the crew is away.".to_owned()
    } else if by == Responder::Patrol {
        "The private patrol is there before the crew is gone.".to_owned()
    } else {
        format!("The {} are there before the crew is gone.", by.name())
    };
    ("lookout", text, key(because))
}

/// What nobody settled, and what comes of it.
const fn unsettled(slot: Slot) -> (&'static str, &'static str) {
    match slot {
        Slot::Start => ("the start", "the crew goes in at midnight"),
        Slot::Entry => ("the entry", "the crew goes in where it means to come out"),
        Slot::Alarm => ("what to do about the alarm", "nobody does anything"),
        Slot::Method => ("how to open the vault", "the crew takes the slowest method"),
        Slot::Load => ("what to take", "the crew begins with what stands nearest"),
        Slot::Route => ("the route", "the crew goes back the way it came"),
    }
}

fn talked(slot: Slot) -> String {
    format!("The crew hasn't agreed on {}, and talking it over takes {}.", slot.matter(), minutes(TALK))
}

fn at_door(bank: &Bank, exit: usize, sight: Sight, leaves: bool) -> Told {
    let name = bank.name_of(exit);
    let moves = if leaves { "goes out" } else { "comes in" };
    let (how, because) = match sight {
        Sight::Seen => ("in full view of the cameras".to_owned(), about("seen_by", name)),
        Sight::Restart => ("while the camera recorder restarts".to_owned(), key("restart")),
        Sight::Blind(number) => (format!("out of camera {number}'s sight"), about("blind", &number.to_string())),
        Sight::Broken(number) => {
            (format!("under camera {number}, which is out of order"), about("broken", &number.to_string()))
        }
        Sight::None => ("where no camera looks".to_owned(), about("walk", name)),
    };
    ("lookout", format!("The crew {moves} by the {name} {how}."), because)
}

fn met(bank: &Bank, place: usize, who: Met) -> Told {
    let place = bank.name_of(place);
    let guard = |guard: usize| bank.guards.all.get(guard).map_or("", |guard| &guard.name);
    let (text, because) = match who {
        Met::Staff(person) => {
            let (name, leaves) =
                bank.people.get(person).map_or(("", Clock::at(0, 0)), |person| (person.name.as_str(), person.leaves));
            (format!("The house is full until {name} goes home at {leaves}."), about("leaves", name))
        }
        Met::Guard(number) => {
            let name = guard(number);
            (format!("{name} meets the crew at the {place}."), about("guard", name))
        }
        Met::BeforeGap(number) => {
            let (name, gap) = (guard(number), bank.guards.gap_starts());
            (format!("{name}, who is there until {gap}, meets the crew at the {place}."), key("gap"))
        }
        Met::DeskGuard(number) => {
            let name = guard(number);
            (format!("{name}, who stays at the {}, sees the crew at the {place}.", desk(bank)), key("desk_guard"))
        }
        Met::Handover => {
            (format!("The guards hand over, and the crew walks into them at the {place}."), key("handover"))
        }
        Met::FirstRound | Met::Round => {
            let (which, because) = which_round(who);
            (format!("The {which} meets the crew at the {place}."), key(because))
        }
        Met::Coffee => (format!("A guard fetching coffee meets the crew at the {place}."), key("coffee")),
    };
    ("lookout", text, because)
}

fn rings(bank: &Bank, at: u32, alarm: usize, fares: Fares) -> Told {
    let Some(alarm) = bank.alarms.all.get(alarm) else { return ("hacker", String::new(), None) };
    let (sensor, whom) = (&alarm.sensor, alarm.calls.name());
    let (how, because) = match fares {
        Fares::Disbelieved => {
            ("and nobody believes it any more".to_owned(), about("false_alarms", bank.name_of(alarm.at)))
        }
        Fares::Passes => ("and it passes for part of the line test".to_owned(), key("line_test")),
        Fares::Desk => (format!("and the {} sends the guards", desk(bank)), key("test_reach")),
        Fares::Radio(called) => {
            (format!("and by radio it calls the {whom} at {}", Clock::minutes(called)), key("radio"))
        }
        Fares::Calls(called) if called > at => {
            let over = Clock::minutes(called);
            (format!("and when the line test is over at {over} it calls the {whom}"), key("line_test"))
        }
        Fares::Calls(_) => (format!("and it calls the {whom}"), about("calls", sensor)),
    };
    ("hacker", format!("The {sensor} rings, {how}."), because)
}

fn on_road(bank: &Bank, event: Event, road: usize) -> Told {
    let Some(road) = bank.roads.get(road) else { return ("driver", String::new(), None) };
    let (text, kind) = match (event, &road.risk) {
        (Event::Narrow(_), _) => ("One person at a time gets through, which takes time.".to_owned(), "risk"),
        (Event::Waits(_), Risk::Wait { what, minutes: wait }) => {
            (format!("The {what} costs {}.", minutes(*wait)), "risk")
        }
        (Event::Followed(_), Risk::Police) => {
            ("The road passes the police station, and the police come out of it.".to_owned(), "risk")
        }
        (Event::Followed(_), _) => ("After an alarm the city's cameras follow the crew.".to_owned(), "risk"),
        (Event::Leaves { exit, .. }, _) => {
            let text = format!("The crew leaves {} {}.", road.by, road.along);
            return ("driver", text, about("walk", bank.name_of(exit)));
        }
        _ => (format!("The {} route ends at the {}.", road.name, road.leads_to), "route"),
    };
    ("driver", text, about(kind, &road.name))
}

/// Where pictures and alarms are watched.
fn desk(bank: &Bank) -> &str {
    bank.name_of_part(Part::Desk)
}

/// A round in words, and the fact that tells it.
const fn which_round(met: Met) -> (&'static str, &'static str) {
    if matches!(met, Met::FirstRound) { ("first night round", "first_round") } else { ("night round", "rounds") }
}

fn minutes(minutes: u32) -> String {
    format!("{minutes} {}", if minutes == 1 { "minute" } else { "minutes" })
}

/// The key of the one fact of a kind.
#[expect(clippy::unnecessary_wraps, reason = "what a step depends on may also be nothing")]
fn key(kind: &str) -> Option<String> {
    Some(kind.to_owned())
}

/// The key of a fact of a kind with more than one.
#[expect(clippy::unnecessary_wraps, reason = "what a step depends on may also be nothing")]
fn about(kind: &str, id: &str) -> Option<String> {
    Some(format!("{kind}:{id}"))
}
