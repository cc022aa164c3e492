//! The guards: what can be known of their shifts, rounds and habits.

use super::Hole::{Clock, Minutes, Number, Person, Place, Words};
use super::Kind;
use super::Subject::{Guards, Staff};
use super::gather::{Gather, values};
use crate::{Bank, Part};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        key: "guards",
        subject: Guards,
        label: "the number of guards",
        holes: &[Number],
        id: None,
        told: &[
            "{0:w} guards work at the bank in three shifts",
            "the guard consists of {0:w} guards, who are divided into three shifts",
            "we get by with {0:w} guards and three shifts",
            "strength of the guard: {0:w} guards in three shifts",
        ],
        said: &[
            "there are {0:w} guards in three shifts",
            "they have {0:w} guards for three shifts",
            "in three shifts there are {0:w} guards",
        ],
        so: &[
            "not all of them at once, and that is the point",
            "we only ever meet two of those shifts",
            "I would like to know each by face",
        ],
    },
    Kind {
        key: "shift",
        subject: Guards,
        label: "the {0} shift",
        holes: &[Words, Clock, Clock],
        id: Some(0),
        told: &[],
        said: &[
            "the {0} shift runs from {1} to {2}",
            "the {0} shift comes at {1} and goes at {2}",
            "the {0} shift is on duty from {1} to {2}",
        ],
        so: &[
            "that fixes who we meet",
            "by the clock alone I know how many to expect",
            "a minute either way brings us the wrong people",
        ],
    },
    Kind {
        key: "shift_size",
        subject: Guards,
        label: "the size of the {0} shift",
        holes: &[Words, Number],
        id: Some(0),
        told: &[
            "the {0} shift has {1:w} guards, from {shift.1} to {shift.2}",
            "on duty in the {0} shift, from {shift.1} to {shift.2}, are {1:w} guards",
            "the {0} shift comes at {shift.1} and goes at {shift.2} and has {1:w} guards",
            "the {0} shift, {shift.1} to {shift.2}: {1:w} guards",
        ],
        said: &[
            "the {0} shift has {1:w} guards",
            "the {0} shift is {1:w} guards strong",
            "the {0} shift counts {1:w} guards",
        ],
        so: &[
            "that is how many pairs of eyes we have to count on",
            "they are fewer than I feared",
            "each of them has to be somewhere, and I want to know where",
        ],
    },
    Kind {
        key: "gap",
        subject: Guards,
        label: "the gap",
        holes: &[Minutes, Clock, Clock],
        id: None,
        told: &[
            "the gap between the evening shift and the night shift lasts {0} minutes, from {1} to {2}",
            "between the end of the evening shift and the start of the night shift there is an interval of {0} minutes, from {1} to {2}",
            "from {1} to {2} there is nobody on, for the night shift comes {0} minutes after the evening shift goes",
            "evening to night: no shift for {0} minutes, {1} to {2}",
        ],
        said: &[
            "the gap between the evening shift and the night shift lasts {0} minutes, from {1} to {2}",
            "between the evening shift and the night shift there is a gap of {0} minutes, from {1} to {2}",
            "from {1} to {2} there is a gap between the evening shift and the night shift, {0} minutes",
        ],
        so: &[
            "the job lives or dies between {1} and {2}",
            "whatever takes longer than {0} minutes has to be quiet as well",
            "{0} minutes is all the peace we get",
            "we are at the stair when it strikes {1}",
            "nobody should plan a step down there after {2} that makes noise",
        ],
    },
    Kind {
        key: "handover",
        subject: Guards,
        label: "the handover",
        holes: &[Place, Words, Words],
        id: None,
        told: &[
            "in the gap the guards hand over in the {0} {1:on}, and nobody walks the {2}",
            "the handover takes place in the {0} {1:on}, and the {2} is not patrolled meanwhile",
            "they all meet in the {0} {1:on} for the handover, and the {2} has to look after itself",
            "handover in the {0} {1:on}, the {2} unattended",
        ],
        said: &[
            "in the gap the guards hand over in the {0} {1:on}, and nobody walks the {2}",
            "nobody walks the {2} in the gap, because the guards hand over in the {0} {1:on}",
            "the guards are in the {0} {1:on} for the handover, and nobody walks the {2}",
        ],
        so: &[
            "they are all in one room and it is the wrong one",
            "a single pair of eyes on the {0} tells us everything",
            "we have the {2} to ourselves for that long",
        ],
    },
    Kind {
        key: "overlap",
        subject: Guards,
        label: "the change of the other shifts",
        holes: &[],
        id: None,
        told: &[
            "at the other two shift changes the shifts overlap, so there is no gap",
            "the other two changes of shift overlap, as they should",
            "the other shifts wait for one another, so no other gap is to be found",
            "both other shift changes: overlapping",
        ],
        said: &[
            "at the other two shift changes the shifts overlap, so there is no gap",
            "the other two shift changes overlap and leave no gap",
        ],
        so: &[
            "there is one chance in a night and not three",
            "anybody who speaks of a second gap has not read it",
            "we have one change to work with",
        ],
    },
    Kind {
        key: "rounds",
        subject: Guards,
        label: "the rhythm of the rounds",
        holes: &[Minutes, Minutes],
        id: None,
        told: &[
            "the night shift walks a round every {0} minutes, and a round takes {1} minutes",
            "at night a round is to be walked every {0} minutes, {1} minutes being allowed for it",
            "every {0} minutes somebody from the night shift goes round, and is back {1} minutes later",
            "night rounds: one every {0} minutes, of {1} minutes each",
        ],
        said: &[
            "the night shift walks a round every {0} minutes, and a round takes {1} minutes",
            "a round takes {1} minutes, and the night shift walks a round every {0} minutes",
            "every {0} minutes the night shift walks a round of {1} minutes",
        ],
        so: &[
            "between two of them there is time to work",
            "once the first one has passed, the next is far away",
            "we could also sit one out in the dark",
        ],
    },
    Kind {
        key: "first_round",
        subject: Guards,
        label: "the first night round",
        holes: &[Clock, Place, Words, Clock],
        id: None,
        told: &[
            "the first night round begins at {0} {1:in} and reaches the {2} at {3}",
            "the first round of the night sets out {1:in} at {0} and is due {2:on} at {3}",
            "they start the first night round {1:in} at {0} and come to the {2} at {3}",
            "first night round: {1:in} at {0}, then the {2} at {3}",
        ],
        said: &[
            "the first night round begins at {0} {1:in} and reaches the {2} at {3}",
            "the first night round reaches the {2} at {3} and begins at {0} {1:in}",
            "at {3} the first night round reaches the {2}, having begun at {0} {1:in}",
        ],
        so: &[
            "at {3} somebody stands in front of our door",
            "the gap does not end our time, {3} does",
            "we are gone by {3} or we are found at {3}",
            "that leaves us longer than the gap itself",
        ],
    },
    Kind {
        key: "desk_guard",
        subject: Guards,
        label: "the guard at the desk",
        holes: &[Number, Place, Place],
        id: None,
        told: &[
            "one of the {0:w} night guards stays at the {1} in the {2}",
            "of the {0:w} night guards one is to remain at the {1} in the {2} at all times",
            "there are {0:w} night guards, and one of them never leaves the {1} in the {2}",
            "the {1} in the {2} is manned all night by one of {0:w} night guards",
        ],
        said: &[
            "one of the {0:w} night guards stays at the {1} in the {2}",
            "of the {0:w} night guards one stays at the {1} in the {2}",
            "one guard of {0:w} stays at the {1} in the {2} all night",
        ],
        so: &[
            "at night one of them has eyes and no legs",
            "somebody walks and somebody looks, and they are not the same",
            "the one at the desk is the one to keep happy",
        ],
    },
    Kind {
        key: "guard",
        subject: Guards,
        label: "the post of {0}",
        holes: &[Person, Words, Words],
        id: Some(0),
        told: &[],
        said: &["{0} works the {1} shift, post: {2}", "{0} is on the {1} shift, post: {2}"],
        so: &[
            "{0} is the name to listen for on the radio",
            "where {0} is, we are not",
            "now I know who I'm looking at",
        ],
    },
    Kind {
        key: "coffee",
        subject: Staff,
        label: "the coffee run",
        holes: &[Clock, Place, Words, Place],
        id: None,
        told: &[
            "the {2} in the {3} is broken, so the night guards fetch coffee from the {1} at {0}",
            "until the {2} in the {3} is repaired, the night guards have leave to fetch a drink from the {1} at {0}",
            "ever since the {2} in the {3} gave up, the night guards go to the {1} for a hot drink at {0}",
            "the {2} in the {3} is still out of use: night guards drink in the {1} at {0}",
        ],
        said: &[
            "the {2} in the {3} is broken, so the night guards fetch coffee from the {1} at {0}",
            "the night guards fetch coffee from the {1} at {0}, as the {2} in the {3} is broken",
            "at {0} the night guards go to the {1} for coffee, as the {2} in the {3} is broken",
        ],
        so: &[
            "at {0} somebody is on the move who should not be",
            "the {1} is no place to be at {0}",
            "a broken machine tells us more than a schedule",
        ],
    },
];

/// Adds what is known of the guards.
pub(super) fn gather(bank: &Bank, facts: &mut Gather) {
    let guards = &bank.guards;
    facts.tell("guards", values![guards.all.len()]);
    let size = |shift: usize| guards.all.iter().filter(|guard| guard.shift == shift).count();
    for (number, shift) in guards.shifts.iter().enumerate() {
        facts.add("shift_size", values![shift.name, size(number)], &["shifts"], true);
        facts.add("shift", values![shift.name, shift.starts, shift.ends], &["shifts"], true);
    }
    let [_, evening, night] = &guards.shifts;
    facts.add("gap", values![guards.gap(), evening.ends, night.starts], &["shifts"], true);
    let room = bank.places.iter().find(|place| place.part == Part::GuardRoom);
    let room_name = bank.name_of_part(Part::GuardRoom);
    let left_alone = bank.floor(guards.left_alone);
    facts.tell("handover", values![room_name, room.map_or("", |room| bank.floor(room.floor)), left_alone]);
    facts.tell("overlap", Vec::new());
    let rounds = guards.rounds;
    facts.tell("rounds", values![rounds.every, rounds.takes]);
    let reaches = rounds.first.plus(rounds.reaches);
    facts.tell("first_round", values![rounds.first, bank.name_of(rounds.from), left_alone, reaches]);
    facts.tell("desk_guard", values![size(2), bank.name_of_part(Part::Desk), room_name]);
    for guard in &guards.all {
        let shift = guards.shifts.get(guard.shift).map_or("", |shift| &shift.name);
        facts.add("guard", values![guard.name, shift, guard.post], &["guards"], false);
    }
    let (at, from) = guards.coffee;
    facts.tell("coffee", values![at, bank.name_of(from), bank.trivia.broken, room_name]);
}
