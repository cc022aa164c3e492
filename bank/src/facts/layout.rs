//! The building: what can be known of its floors, rooms, stairs and exits.

use super::Hole::{List, Minutes, Number, Place, Words};
use super::Kind;
use super::Subject::Layout;
use super::gather::{Gather, values};
use super::words::list;
use crate::{Bank, Part};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        key: "floors",
        subject: Layout,
        label: "the number of floors",
        holes: &[Number, List],
        id: None,
        told: &[
            "the bank has {0:w} floors: {1}",
            "the premises extend over {0:w} floors, namely {1}",
            "there are {0:w} floors to get lost on: {1}",
            "floors, {0:w} of them: {1}",
        ],
        said: &[
            "the bank has {0:w} floors, {1}",
            "there are {0:w} floors in that building, {1}",
            "the building has {0:w} floors: {1}",
        ],
        so: &[
            "that is how many stairs can go wrong",
            "everything we want is on one of them and everybody we fear on another",
            "I would like to see as few of them as I can",
        ],
    },
    Kind {
        key: "vault_place",
        subject: Layout,
        label: "the vault's place",
        holes: &[Words, Place, Place],
        id: None,
        told: &[
            "the {2} stands {0:on} behind {1:a}",
            "the {2} is situated {0:on} and is entered by way of the {1} alone",
            "you will find the {2} {0:on}, with the {1} in front of it",
            "{0:on} lies the {2}, with the {1} before it",
        ],
        said: &[
            "the {2} stands {0:on} behind {1:a}",
            "there is {1:a} in front of the {2}, {0:on}",
            "you only get to the {2} {0:on} through the {1}",
        ],
        so: &[
            "we open two doors and not one",
            "the {1} is where we are out of sight",
            "whoever works the door works with a wall at the back",
            "the {1} is the last room in which we can change our minds",
        ],
    },
    Kind {
        key: "holds",
        subject: Layout,
        label: "the layout of the {0}",
        holes: &[Words, List],
        id: Some(0),
        told: &["the {0} holds {1}", "the {0} is given over to {1}", "{0:on} you pass {1}", "rooms of the {0}: {1}"],
        said: &["the {0} holds {1}", "the {0} is where you find {1}", "the rooms of the {0} are {1}"],
        so: &[
            "one of us should be able to draw the {0} with their eyes closed",
            "we have business in one of these and not in the others",
            "I want to know who is in which of them, and when",
        ],
    },
    Kind {
        key: "joins",
        subject: Layout,
        label: "the way by the {0}",
        holes: &[Place, Words, Words],
        id: Some(0),
        told: &[
            "the {0} joins the {1} and the {2}",
            "the {0} gives access from the {1} to the {2}",
            "to get from the {1} to the {2} you take the {0}",
            "between the {1} and the {2} there is the {0}",
        ],
        said: &[
            "the {0} joins the {1} and the {2}",
            "the {0} goes from the {1} to the {2}",
            "the {0} is what joins the {1} and the {2}",
        ],
        so: &[
            "there is one more stair to watch",
            "whoever comes from the {1} to us comes by the {0}",
            "we share the {0} with whoever is on his round",
            "nobody of ours should meet anybody on the {0}",
        ],
    },
    Kind {
        key: "leads_to",
        subject: Layout,
        label: "the way to the {1}",
        holes: &[Place, Place, Words],
        id: Some(1),
        told: &[
            "the {0} {2:on} leads to the {1}",
            "the {1} is reached by the {0} {2:on}",
            "whoever follows the {0} {2:on} to its end stands before the {1}",
            "at the end of the {0} {2:on} is the {1}",
        ],
        said: &[
            "the {0} {2:on} leads to the {1}",
            "the {0} ends {2:on} at the {1}",
            "by the {0} {2:on} you get to the {1}",
        ],
        so: &[
            "there is a way in that never touches the street",
            "the {2} has a back door",
            "we could be gone without passing a single office",
            "the {1} is nearer to the money than anybody likes to say",
        ],
    },
    Kind {
        key: "above",
        subject: Layout,
        label: "the place of the {0}",
        holes: &[Place, Place],
        id: Some(0),
        told: &[
            "the {0} opens above the {1}",
            "access to the {0} is by way of the {1}",
            "through the {1} you come to the {0}",
            "the {0} is next to the {1}",
        ],
        said: &[
            "the {0} is reached through the {1}",
            "the {0} is right by the {1}",
            "you get from the {0} straight into the {1}",
        ],
        so: &[
            "the {0} is good for the wires and bad for the vault",
            "from the {0} you have the whole house to cross",
            "whoever comes by the {0} comes through the {1}",
        ],
    },
    Kind {
        key: "exits",
        subject: Layout,
        label: "the number of exits",
        holes: &[Number, List],
        id: None,
        told: &[
            "there are {0:w} exits: {1}",
            "the premises may be left by {0:w} exits, which are {1}",
            "there are {0:w} ways to leave the house: {1}",
            "{0:w} exits are entered in the fire plan: {1}",
        ],
        said: &["there are {0:w} exits, {1}", "the bank has {0:w} exits, {1}", "you can get out by {0:w} exits: {1}"],
        so: &[
            "one of them is ours, and we should soon say which",
            "every one of them has a road, and every road has a catch",
            "what lets us out lets us in as well",
        ],
    },
    Kind {
        key: "walk",
        subject: Layout,
        label: "the walk to the {0}",
        holes: &[Place, Minutes, Number],
        id: Some(0),
        told: &[
            "the walk from the vault to the {0} takes {1} minutes ({2} metres)",
            "from the vault to the {0} it is {2} metres, and the time to be allowed is {1} minutes",
            "you are at the {0} {1} minutes after you leave the vault, a matter of {2} metres",
            "vault to {0}: {2} metres, {1} minutes",
        ],
        said: &[
            "the walk from the vault to the {0} takes {1} minutes",
            "from the vault to the {0} the walk takes {1} minutes, {2} metres",
            "the walk from the vault to the {0} is {2} metres and takes {1} minutes",
        ],
        so: &[
            "with a full bag I would not count on less than {1} there",
            "the work at the door and the walk to the {0} belong together in the sum",
            "whoever carries the bags should have walked it once without",
            "those minutes come off the end, where they are dear",
        ],
    },
];

/// Adds what is known of the building.
pub(super) fn gather(bank: &Bank, facts: &mut Gather) {
    let floors = bank.floors_from_street();
    let names: Vec<_> = floors.iter().map(|floor| format!("the {}", bank.floor(*floor))).collect();
    facts.tell("floors", values![names.len(), list(&names)]);
    let vault = bank.vault.at;
    let floor_of = |place: usize| bank.places.get(place).map_or("", |place| bank.floor(place.floor));
    facts.tell("vault_place", values![floor_of(vault), bank.name_of_part(Part::Anteroom), bank.name_of(vault)]);

    let exits: Vec<usize> = bank.exits();
    let street = floors.first().copied();
    let off_street = |exit: &usize| bank.places.get(*exit).is_some_and(|place| Some(place.floor) != street);
    let far: Vec<usize> = exits.iter().copied().filter(off_street).collect();
    // An exit above the street is told by the room below it, one below by the way that leads to it.
    let ways: Vec<(usize, usize)> =
        far.iter().filter_map(|exit| Some((*exit, bank.neighbours(*exit).first().copied()?))).collect();
    let is_below =
        |exit: usize| bank.places.get(exit).is_some_and(|place| street.is_some_and(|street| place.floor > street));
    for floor in &floors {
        let on_it = bank.places.iter().enumerate().filter(|(_, place)| place.floor == *floor);
        let rooms = on_it.filter(|(number, place)| match place.part {
            Part::Room => ways.iter().all(|(exit, way)| way != number || !is_below(*exit)),
            Part::Hall | Part::GuardRoom | Part::Server => true,
            // Of the first exit, where customers come in, nobody needs to be told.
            Part::Exit => !far.contains(number) && exits.first() != Some(number),
            Part::Vault | Part::Anteroom | Part::Desk | Part::Stair => false,
        });
        let rooms: Vec<_> = rooms.map(|(_, place)| format!("the {}", place.name)).collect();
        if !rooms.is_empty() {
            facts.tell("holds", values![bank.floor(*floor), list(&rooms)]);
        }
    }
    for (exit, way) in ways.iter().filter(|(exit, _)| !is_below(*exit)) {
        facts.tell("above", values![bank.name_of(*exit), bank.name_of(*way)]);
    }
    for (stair, place) in bank.places.iter().enumerate().filter(|(_, place)| place.part == Part::Stair) {
        let reached = bank.neighbours(stair).into_iter().filter_map(|other| Some(bank.places.get(other)?.floor));
        if let Some(other) = reached.filter(|floor| *floor != place.floor).max() {
            facts.tell("joins", values![place.name, bank.floor(place.floor), bank.floor(other)]);
        }
    }
    for (exit, way) in ways.iter().filter(|(exit, _)| is_below(*exit)) {
        facts.tell("leads_to", values![bank.name_of(*way), bank.name_of(*exit), floor_of(*exit)]);
    }

    let names: Vec<_> = exits.iter().map(|exit| format!("the {}", bank.name_of(*exit))).collect();
    facts.tell("exits", values![names.len(), list(&names)]);
    for exit in exits {
        if let Some(walk) = bank.walk(vault, exit) {
            facts.tell("walk", values![bank.name_of(exit), walk.minutes, walk.metres]);
        }
    }
}

impl Bank {
    /// The name of a floor, of [`Bank::floors`].
    pub(crate) fn floor(&self, floor: usize) -> &str {
        self.floors.get(floor).map_or("", String::as_str)
    }

    /// The floors as one tells them: the one where customers come in, those above it from there up, those below it.
    pub(crate) fn floors_from_street(&self) -> Vec<usize> {
        let hall = self.places.iter().find(|place| place.part == Part::Hall);
        let street = hall.map_or(0, |hall| hall.floor).min(self.floors.len());
        let below = (street + 1)..self.floors.len();
        (0..=street).rev().chain(below).filter(|floor| *floor < self.floors.len()).collect()
    }

    /// The exits, by floor as one tells them.
    pub(crate) fn exits(&self) -> Vec<usize> {
        let places = |floor: usize| {
            let here = self.places.iter().enumerate();
            here.filter(move |(_, place)| place.floor == floor && place.part == Part::Exit).map(|(number, _)| number)
        };
        self.floors_from_street().into_iter().flat_map(places).collect()
    }

    /// The places beside a place.
    pub(crate) fn neighbours(&self, place: usize) -> Vec<usize> {
        let beside = |passage: &crate::Passage| match (passage.from, passage.to) {
            (from, to) if from == place => Some(to),
            (from, to) if to == place => Some(from),
            _ => None,
        };
        self.passages.iter().filter_map(beside).collect()
    }

    /// The name of the first place that is this for a job.
    pub(crate) fn name_of_part(&self, part: Part) -> &str {
        self.places.iter().find(|place| place.part == part).map_or("", |place| &place.name)
    }
}
