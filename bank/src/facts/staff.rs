//! The people: what can be known of who works there, of their keys, hours and habits.

use super::Hole::{Clock, Number, Person, Place, Words};
use super::Kind;
use super::Subject::Staff;
use super::gather::{Gather, values};
use crate::{Bank, Part};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        key: "people",
        subject: Staff,
        label: "the number of people",
        holes: &[Number],
        id: None,
        told: &[
            "{0:w} people work in the offices",
            "the staff of the offices numbers {0:w} people",
            "there are {0:w} people in the offices, not counting the guards",
            "office staff: {0:w} people",
        ],
        said: &[
            "there are {0:w} people in the offices",
            "the offices have {0:w} people in them by day",
            "by day there are {0:w} people at work in the offices",
        ],
        so: &[
            "that is how many coats there are to think of",
            "only a few of them matter to us",
            "every one of them goes home before we come, or should",
        ],
    },
    Kind {
        key: "job",
        subject: Staff,
        label: "the work of {0}",
        holes: &[Person, Words],
        id: Some(0),
        told: &[
            "drawn up by {0}, {1}",
            "certified correct: {0}, {1}",
            "with apologies for the handwriting, {0}, {1}",
            "signed: {0}, {1}",
        ],
        said: &["in that building {0} is the {1}", "{0} works there as {1:a}", "{0} is employed as {1:a}"],
        so: &[
            "that tells me what is on that desk",
            "a job like that has keys",
            "I know how such people spend their evenings",
        ],
    },
    Kind {
        key: "keeps",
        subject: Staff,
        label: "what {0} keeps",
        holes: &[Person, Words],
        id: Some(0),
        told: &[
            "the {job.1} {0} keeps the {1} and leaves at {leaves.1}",
            "the {1} is entrusted to the {job.1} {0}, whose hours end at {leaves.1}",
            "if you need the {1}, ask the {job.1} {0} before {leaves.1}",
            "the {job.1} {0}: the {1}, in the house until {leaves.1}",
        ],
        said: &["{0} keeps the {1}", "it is {0} who keeps the {1}", "{0} is the one with the {1}"],
        so: &[
            "{0} is somebody we should get to know",
            "the {1} has an owner with habits",
            "we need an evening with {0}, or at least with the coat",
            "that is one pocket to think about",
        ],
    },
    Kind {
        key: "leaves",
        subject: Staff,
        label: "the working day of {0}",
        holes: &[Person, Clock],
        id: Some(0),
        told: &[
            "the {job.1} {0} leaves at {1}",
            "the hours of the {job.1} {0} end at {1}",
            "do not look for the {job.1} {0} after {1}",
            "the {job.1} {0}: in the house until {1}",
        ],
        said: &["{0} leaves at {1}", "{0} leaves the bank at {1}", "{0} goes home at {1}"],
        so: &[
            "after {1} that is one face fewer",
            "what {0} carries goes home at {1} too",
            "the errand with {0} has to be run before the evening",
        ],
    },
    Kind {
        key: "level",
        subject: Staff,
        label: "the access level of {0}",
        holes: &[Person, Number],
        id: Some(0),
        told: &[],
        said: &["{0} has access level {1}", "{0} is on access level {1}", "the card of {0} has access level {1}"],
        so: &[
            "level {1} opens some doors and not all of them",
            "that name goes on my list",
            "I would not build a plan on {0} alone",
        ],
    },
    Kind {
        key: "top_level",
        subject: Staff,
        label: "the highest access level",
        holes: &[Number, Number],
        id: None,
        told: &[
            "only these {0:w} people have access level {1}",
            "no more than {0:w} people hold access level {1}",
            "access level {1} is for these {0:w} people and nobody else",
            "access level {1}: these {0:w} people",
        ],
        said: &[
            "only {0:w} people have access level {1}",
            "access level {1} is in the hands of {0:w} people",
            "no more than {0:w} people have access level {1}",
        ],
        so: &[
            "those are the people to study, and each is a chance to be noticed",
            "nobody else in that house can help us with the vault",
            "the list of useful people is short",
        ],
    },
    Kind {
        key: "next_level",
        subject: Staff,
        label: "the second access level",
        holes: &[Number, Number, Place, Place],
        id: None,
        told: &[
            "{0:w} people have access level {1}, which opens the {2} and the {3} but not the vault",
            "access level {1}, granted to {0:w} people, extends to the {2} and the {3} but not to the vault",
            "with access level {1}, which {0:w} people have, you get into the {2} and the {3} and stop before the vault",
            "access level {1}: {0:w} people, the {2} and the {3}, no vault",
        ],
        said: &[
            "access level {1}, which {0:w} people have, opens the {2} and the {3} but not the vault",
            "access level {1} opens the {2} and the {3} but not the vault, and {0:w} people have it",
            "with access level {1}, and that is {0:w} people, you get into the {2} and the {3} but not into the vault",
        ],
        so: &[
            "a card like that gets us as far as the last door",
            "a card that several people have is easier to borrow",
            "that is the card for the wires",
        ],
    },
    Kind {
        key: "late",
        subject: Staff,
        label: "the overtime of {0}",
        holes: &[Person, Words, Clock],
        id: Some(0),
        told: &[
            "the {job.1} {0} works until {2} on {1}",
            "on {1} the {job.1} {0} has permission to stay until {2}",
            "do not lock up on {1} before {2}, for the {job.1} {0} is still at it",
            "late on {1}: the {job.1} {0}, until {2}",
        ],
        said: &["{0} works until {2} on {1}", "on {1} {0} works until {2}", "{0} stays until {2} on {1}"],
        so: &["{1} are bad for us", "any day but {1} would be kinder", "that is close to the hour we come"],
    },
    Kind {
        key: "cleaners",
        subject: Staff,
        label: "the cleaners' evenings",
        holes: &[Words, Clock, Clock],
        id: None,
        told: &[
            "the cleaners come on {0} from {1} to {2}",
            "cleaning is done on {0} between {1} and {2}",
            "on {0} mind the wet floors from {1} to {2}, when the cleaners are in",
            "cleaners: {0}, {1} to {2}",
        ],
        said: &[
            "the cleaners come on {0} from {1} to {2}",
            "on {0} the cleaners come from {1} to {2}",
            "the cleaners are there from {1} to {2} on {0}",
        ],
        so: &[
            "on those evenings the doors are open more than once",
            "a bucket is as good as a card",
            "they should be gone before it matters",
        ],
    },
    Kind {
        key: "found_open",
        subject: Staff,
        label: "the carelessness at the {0}",
        holes: &[Words, Number],
        id: Some(0),
        told: &[
            "the {0} was found open {1:times} this month",
            "it has been observed {1:times} this month that the {0} was left open",
            "somebody has left the {0} open {1:times} this month and says it was somebody else",
            "{0} found open: {1:times} this month",
        ],
        said: &[
            "the {0} was found open {1:times} this month",
            "they found the {0} open {1:times} this month",
            "this month the {0} was found open {1:times}",
        ],
        so: &[
            "nobody would wonder if it happened again",
            "somebody there is careless, and I like careless",
            "the {0} is the bank's bad habit",
        ],
    },
    Kind {
        key: "empty_after",
        subject: Staff,
        label: "the quiet of the {0}",
        holes: &[Words, Clock],
        id: None,
        told: &[
            "the {0} behind the bank is empty after {1}",
            "after {1} the {0} behind the bank is no longer in use",
            "nobody is left {0:in} behind the bank once it is past {1}",
            "{0} behind the bank: empty from {1}",
        ],
        said: &[
            "the {0} behind the bank is empty after {1}",
            "after {1} the {0} behind the bank is empty",
            "nobody is at the {0} behind the bank after {1}",
        ],
        so: &[
            "a lone car stands out there",
            "we wait where others wait, and not behind the bank",
            "there is room, and no crowd to hide in",
        ],
    },
    Kind {
        key: "party",
        subject: Staff,
        label: "the date of the {0}",
        holes: &[Words, Words],
        id: None,
        told: &[
            "the {0} is on the last {1} of the month",
            "staff are reminded of the {0} on the last {1} of the month",
            "everybody is in a good mood on the last {1} of the month, because of the {0}",
            "last {1} of the month: {0}",
        ],
        said: &[
            "the {0} is on the last {1} of the month",
            "they have their {0} on the last {1} of the month",
            "on the last {1} of the month it is time for the {0}",
        ],
        so: &[
            "a night like that means late people and loose coats",
            "I would rather not meet them then",
            "it is either the best night or the worst",
        ],
    },
];

/// What the highest access level is.
const TOP: u32 = 5;

/// Adds what is known of the people.
pub(super) fn gather(bank: &Bank, facts: &mut Gather) {
    let of_level = |level: u32| bank.people.iter().filter(|person| person.level == level).count();
    facts.tell("people", values![bank.people.len()]);
    for person in &bank.people {
        let (top, late) = (person.level == TOP, person.late.is_some());
        let table = &["personnel"];
        facts.add("job", values![person.name, person.job], table, top || late);
        if let Some(keeps) = &person.keeps {
            facts.add("keeps", values![person.name, keeps], table, top);
        }
        facts.add("leaves", values![person.name, person.leaves], table, top);
        facts.add("level", values![person.name, person.level], table, false);
        if let Some((days, until)) = &person.late {
            facts.tell("late", values![person.name, days, until]);
        }
    }
    facts.tell("top_level", values![of_level(TOP), TOP]);
    let next = TOP - 1;
    let (room, server) = (bank.name_of_part(Part::Anteroom), bank.name_of_part(Part::Server));
    facts.tell("next_level", values![of_level(next), next, room, server]);
    let cleaners = &bank.cleaners;
    facts.tell("cleaners", values![cleaners.days, cleaners.from, cleaners.to]);
    let (exit, times) = bank.trivia.found_open;
    facts.tell("found_open", values![bank.places.get(exit).map_or("", |place| &place.door), times]);
    let (empty, after) = &bank.trivia.empty;
    facts.tell("empty_after", values![empty, after]);
    let (party, day) = &bank.trivia.party;
    facts.tell("party", values![party, day]);
}
