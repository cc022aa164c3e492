//! The vault and the people who can open it.

use super::Entry;
use crate::scripted::subjects::Subject::{Staff, Vault};

const fn vault(
    key: &'static str,
    label: &'static str,
    source: &'static str,
    said: &'static [&'static str],
    so: &'static [&'static str],
) -> Entry {
    Entry::new(key, Vault, label, source, said, so)
}

const fn staff(
    key: &'static str,
    label: &'static str,
    source: &'static str,
    said: &'static [&'static str],
    so: &'static [&'static str],
) -> Entry {
    Entry::new(key, Staff, label, source, said, so)
}

pub(super) const ENTRIES: &[Entry] = &[
    vault(
        "door",
        "the vault door",
        "The vault door is {n} centimetres thick",
        &["the vault door is {0} centimetres thick", "the vault door has {0} centimetres of thickness to it"],
        &["force is the long way round", "that is not a door one argues with", "nobody kicks that in"],
    ),
    vault(
        "time_lock",
        "the time lock",
        "The time lock is shut from {t} to {t} and refuses every code in that time, unless the override is switched on at the {w}",
        &[
            "the time lock is shut from {0} to {1} and refuses every code in that time, unless the override is switched on at the {2}",
            "from {0} to {1} the time lock is shut, unless the override is switched on at the {2}",
        ],
        &["a code alone is worth nothing at night", "somebody has to be at the {2} before anybody turns a wheel", "the lock keeps office hours and we do not", "it is the {2} that opens the vault, not the code"],
    )
    .confused(2, &["server room", "anteroom", "guard lobby"]),
    vault(
        "thermal",
        "the thermal method",
        "The thermal method takes {m} minutes, is noisy and wakes the {w}",
        &["the thermal method takes {0} minutes, is noisy and wakes the {1}", "with the thermal method it takes {0} minutes, it is noisy, and it wakes the {1}"],
        &["heat is honest work, and everybody hears it", "that has to be over before the line test is", "it asks for nobody's card, which is its whole charm", "{0} minutes of glow is a long time in a small room"],
    )
    .confused(1, &["vibration sensor", "panic button", "motion detector"]),
    vault(
        "drill",
        "the drill method",
        "The drill method takes {m} minutes, is very loud and wakes the {w}",
        &["the drill method takes {0} minutes, is very loud and wakes the {1}", "with the drill method it takes {0} minutes, it is very loud, and it wakes the {1}"],
        &["the drill is for people who own the building", "a man on his round would have to be deaf", "we would be drilling long after the guards are back", "nobody in this room has {0} minutes"],
    )
    .confused(1, &["heat sensor", "motion detector", "glass sensor"]),
    vault(
        "override",
        "the override method",
        "The override method takes {m} minutes and is silent, but it needs the manager's code and the card of the {w}",
        &[
            "the override method takes {0} minutes and is silent, but it needs the manager's code and the card of the {1}",
            "the override method is silent and takes {0} minutes, and it needs the manager's code and the card of the {1}",
        ],
        &["two people have to lose something before we begin", "it is the quickest and depends on the most people", "what it saves in noise it costs in errands", "the work for it is done before the night begins"],
    )
    .confused(1, &["deputy manager", "vault clerk", "administrator"]),
    vault(
        "boxes",
        "the number of boxes",
        "The vault holds {n} deposit boxes",
        &["the vault holds {0} deposit boxes", "there are {0} deposit boxes in the vault"],
        &["we shall not see them all", "somebody has to choose before we stand there", "a list of numbers is worth more than another pair of hands"],
    ),
    vault(
        "empty",
        "the speed at the boxes",
        "Two people empty {n} boxes in a minute",
        &["two people empty {0} boxes in a minute", "in a minute two people empty {0} boxes"],
        &["a few minutes at the boxes are enough", "the boxes are the fast part", "it wants four hands and no conversation"],
    ),
    vault(
        "bag",
        "the weight of a bag",
        "One bag holds {n} kilograms, and each person carries one bag",
        &["one bag holds {0} kilograms, and each person carries one bag", "each person carries one bag, and one bag holds {0} kilograms"],
        &["weight decides what we take, not wishes", "coins stay where they are", "we take paper and stones and nothing that clinks"],
    ),
    vault(
        "shut",
        "the door falling shut",
        "The open vault door falls shut by itself after {m} minutes",
        &["the open vault door falls shut by itself after {0} minutes", "after {0} minutes the open vault door falls shut by itself"],
        &["whoever is inside then has breakfast there", "the door gives us {0} minutes, and the guards give us fewer", "one of us keeps the time and does nothing else"],
    ),
    staff(
        "keeps",
        "the list of keys",
        "{w} keeps the {w}",
        &["{0} keeps the {1}", "it is {0} who keeps the {1}"],
        &["{0} is somebody we must know better", "the {1} has an owner with habits", "we need an evening with {0}, or at least with the coat", "that is one pocket to think about"],
    )
    .told_by(0)
    .confused(1, &["roof key", "archive key", "spare vault key"]),
    staff(
        "leaves",
        "the hour people leave",
        "{w} leaves at {t}",
        &["{0} leaves at {1}", "{0} leaves the bank at {1}"],
        &["after {1} that is one face fewer", "what {0} carries goes home at {1} too", "the errand with {0} has to be run before the evening"],
    )
    .told_by(0),
    staff(
        "level",
        "the access list",
        "{w} has access level {n}",
        &["{0} has access level {1}", "{0} is on access level {1}"],
        &["level {1} opens some doors and not ours", "that name goes on my list", "I would not build a plan on {0} alone"],
    )
    .told_by(0),
    staff(
        "two_people",
        "the highest access level",
        "Only these two people have access level {n}",
        &["only two people have access level {0}, the manager and the head of security"],
        &["there are two people to study and two chances to be noticed", "nobody else in that house can help us with the vault", "the list of useful people is short"],
    ),
    staff(
        "three_people",
        "the second access level",
        "Three people have access level {n}, which opens the anteroom and the server room but not the vault",
        &["three people have access level {0}, which opens the anteroom and the server room but not the vault", "access level {0} opens the anteroom and the server room but not the vault, and three people have it"],
        &["a card like that gets us as far as the last door", "three cards are easier to borrow than one", "that is the card for the wires"],
    ),
    staff(
        "thursday",
        "the late administrator",
        "The administrator Priya Sandoval works until {t} on {w}",
        &["the administrator Priya Sandoval works until {0} on {1}", "on {1} the administrator Priya Sandoval works until {0}"],
        &["{1} are bad for the server room", "any day but {1} would be kinder", "she leaves an hour before us, which is close"],
    )
    .confused(1, &["Mondays", "Wednesdays"]),
    staff(
        "cleaners",
        "the cleaners' evening",
        "The cleaners come on {w} from {t} to {t}",
        &["the cleaners come on {0} from {1} to {2}", "on {0} the cleaners come from {1} to {2}"],
        &["on those evenings the doors are open more than once", "a bucket is as good as a card", "they are gone half an hour before it matters"],
    )
    .confused(0, &["Mondays and Thursdays", "Wednesdays and Sundays"]),
    staff(
        "dock_open",
        "the dock door",
        "The dock door was found open {w} this month",
        &["the dock door was found open {0} this month", "the door of the dock was found open {0} this month"],
        &["nobody would wonder at a third time", "somebody there is careless, and I like careless", "the dock is the bank's bad habit"],
    )
    .confused(0, &["five times", "never"]),
    staff(
        "car_park",
        "the car park",
        "The car park behind the bank is empty after {t}",
        &["the car park behind the bank is empty after {0}", "after {0} the car park behind the bank is empty"],
        &["a lone car stands out there", "we park where others park, and not behind the bank", "there is room, and no crowd to hide in"],
    ),
    staff(
        "party",
        "the staff party",
        "The staff party is on the last {w} of the month",
        &["the staff party is on the last {0} of the month"],
        &["a party means late people and loose coats", "I would rather not meet them dancing", "it is either the best night or the worst"],
    )
    .confused(0, &["Monday", "Wednesday"]),
];
