//! The vault: what can be known of its door, of the ways to open it, and of what lies in it.

use super::Hole::{Clock, List, Minutes, Number, Place, Words};
use super::Kind;
use super::Subject::Vault;
use super::gather::{Gather, values};
use super::words::list;
use crate::{Bank, Method, Noise, Part};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        key: "vault_floor",
        subject: Vault,
        label: "the vault's floor",
        holes: &[Place, Words],
        id: None,
        told: &[
            "the {0} stands {1:on}",
            "this sheet concerns the {0} {1:on}",
            "we are speaking of the {0} {1:on}",
            "subject: the {0} {1:on}",
        ],
        said: &["our vault is the {0} {1:on}", "what we want is the {0} {1:on}", "the vault to open is the {0} {1:on}"],
        so: &[
            "that is where we have to be, and nowhere else",
            "every minute counts from there",
            "the way there and the way back are two different things",
        ],
    },
    Kind {
        key: "door",
        subject: Vault,
        label: "the thickness of the vault door",
        holes: &[Number],
        id: None,
        told: &[
            "the vault door is {0} centimetres thick",
            "the vault door has a thickness of {0} centimetres",
            "between you and the money are {0} centimetres of door",
            "door: {0} centimetres",
        ],
        said: &[
            "the vault door is {0} centimetres thick",
            "the vault door is a full {0} centimetres thick",
            "the vault door measures {0} centimetres",
        ],
        so: &["force is the long way round", "you don't argue with a door like that", "nobody kicks that in"],
    },
    Kind {
        key: "time_lock",
        subject: Vault,
        label: "the time lock",
        holes: &[Clock, Clock, Place],
        id: None,
        told: &[
            "the time lock is shut from {0} to {1} and refuses every code in that time, unless the override is switched on at the {2}",
            "codes are refused by the time lock from {0} to {1}, except where the override has been switched on at the {2}",
            "from {0} to {1} the time lock takes no code from anybody, unless somebody at the {2} switches the override on",
            "time lock: {0} to {1}, no code valid without the override from the {2}",
        ],
        said: &[
            "the time lock is shut from {0} to {1} and refuses every code in that time, unless the override is switched on at the {2}",
            "from {0} to {1} the time lock is shut, unless the override is switched on at the {2}",
            "the time lock refuses every code from {0} to {1} without the override at the {2}",
        ],
        so: &[
            "a code alone is worth nothing at night",
            "somebody has to be at the {2} before anybody turns a wheel",
            "the lock keeps office hours and we do not",
            "it is the {2} that opens the vault, not the code",
        ],
    },
    Kind {
        key: "methods",
        subject: Vault,
        label: "the number of ways to open the vault",
        holes: &[Number],
        id: None,
        told: &[
            "there are {0:w} ways to open the vault",
            "{0:w} ways to open the vault are known to the makers",
            "the makers admit to {0:w} ways of opening it out of hours",
            "known ways to open it: {0:w}",
        ],
        said: &[
            "there are {0:w} ways to open the vault",
            "we can choose among {0:w} ways to open the vault",
            "the vault can be opened in {0:w} ways",
        ],
        so: &[
            "each of them has its price, and we had better read it",
            "one of them fits into the time we have",
            "I know which one I would take, and I want to be told why not",
        ],
    },
    Kind {
        key: "method_loud",
        subject: Vault,
        label: "the {0} method",
        holes: &[Words, Minutes, Words, Words],
        id: Some(0),
        told: &[
            "the {0} method takes {1} minutes, is {2} and wakes the {3}",
            "the {0} method is {2}, requires {1} minutes and is detected by the {3}",
            "the {0} method is a matter of {1} minutes, is {2} and sets off the {3}",
            "{0} method: {1} minutes, {2}, sets off the {3}",
        ],
        said: &[
            "the {0} method takes {1} minutes, is {2} and wakes the {3}",
            "with the {0} method it takes {1} minutes, it is {2}, and it wakes the {3}",
            "the {0} method wakes the {3}, is {2} and takes {1} minutes",
        ],
        so: &[
            "it is honest work, and the {3} notices",
            "that has to be over before the line test is",
            "it asks for nobody's card, which is its whole charm",
            "{1} minutes of that is a long time in a small room",
        ],
    },
    Kind {
        key: "method_quiet",
        subject: Vault,
        label: "the {0} method",
        holes: &[Words, Minutes, List],
        id: Some(0),
        told: &[
            "the {0} method takes {1} minutes and is silent, but it needs {2}",
            "the {0} method is silent and requires {1} minutes as well as {2}",
            "nobody hears the {0} method, which takes {1} minutes once you have {2}",
            "{0} method: {1} minutes, silent, to be had only with {2}",
        ],
        said: &[
            "the {0} method takes {1} minutes and is silent, but it needs {2}",
            "the {0} method is silent and takes {1} minutes, and it needs {2}",
            "for the {0} method you need {1} minutes and {2}",
        ],
        so: &[
            "somebody has to lose something before we begin",
            "what it saves in noise it costs in errands",
            "the work for it is done before the night begins",
            "it depends on people, and people are late",
        ],
    },
    Kind {
        key: "boxes",
        subject: Vault,
        label: "the number of boxes",
        holes: &[Number],
        id: None,
        told: &[
            "the vault holds {0} deposit boxes",
            "the number of deposit boxes is {0}",
            "our customers have {0} deposit boxes in there",
            "deposit boxes: {0}",
        ],
        said: &[
            "the vault holds {0} deposit boxes",
            "there are {0} deposit boxes in the vault",
            "the vault has {0} deposit boxes",
        ],
        so: &[
            "we shall not see them all",
            "somebody has to choose before we stand there",
            "a list of numbers is worth more than another pair of hands",
        ],
    },
    Kind {
        key: "empty",
        subject: Vault,
        label: "the speed at the boxes",
        holes: &[Number],
        id: None,
        told: &[
            "two people empty {0} boxes in a minute",
            "at an inspection two people were found to empty {0} boxes in a minute",
            "when we move house, two people manage {0} boxes in a minute",
            "two people, one minute: {0} boxes",
        ],
        said: &[
            "two people empty {0} boxes in a minute",
            "in a minute two people empty {0} boxes",
            "a minute is {0} boxes for two people",
        ],
        so: &[
            "a few minutes at the boxes are enough",
            "it can be done with a watch in one hand",
            "it wants four hands and no conversation",
        ],
    },
    Kind {
        key: "bag",
        subject: Vault,
        label: "the weight of a bag",
        holes: &[Number],
        id: None,
        told: &[
            "one bag holds {0} kilograms, and each person carries one bag",
            "a money bag may be loaded with {0} kilograms, and each person carries one bag",
            "nobody carries more than one bag, and one bag takes {0} kilograms",
            "one bag to a person, {0} kilograms to a bag",
        ],
        said: &[
            "one bag holds {0} kilograms, and each person carries one bag",
            "each person carries one bag, and one bag holds {0} kilograms",
            "a bag holds {0} kilograms and everybody has one",
        ],
        so: &[
            "weight decides what we take, not wishes",
            "coins stay where they are",
            "we take paper and stones and nothing that clinks",
        ],
    },
    Kind {
        key: "shut",
        subject: Vault,
        label: "the door falling shut",
        holes: &[Minutes],
        id: None,
        told: &[
            "the open vault door falls shut by itself after {0} minutes",
            "the door of the vault closes without help when it has been open for {0} minutes",
            "leave the vault open and after {0} minutes the door falls shut, with you in it or not",
            "open door: falls shut after {0} minutes",
        ],
        said: &[
            "the open vault door falls shut by itself after {0} minutes",
            "after {0} minutes the open vault door falls shut by itself",
            "the vault door stays open for {0} minutes and then falls shut",
        ],
        so: &[
            "whoever is inside then has breakfast there",
            "the door gives us {0} minutes, and the guards may give us fewer",
            "one of us keeps the time and does nothing else",
        ],
    },
    Kind {
        key: "loot",
        subject: Vault,
        label: "the {0}",
        holes: &[Words, Minutes, Number],
        id: Some(0),
        told: &[
            "the {0} take {1} minutes to load and are worth {2} thousand",
            "the {0} are insured for {2} thousand and can be cleared in {1} minutes",
            "there are {0} worth {2} thousand, which take {1} minutes to carry out",
            "{0}: worth {2} thousand, {1} minutes to load",
        ],
        said: &[
            "the {0} take {1} minutes to load and are worth {2} thousand",
            "the {0} are worth {2} thousand and take {1} minutes to load",
            "it takes {1} minutes to load the {0}, worth {2} thousand",
        ],
        so: &[
            "somebody has to say whether the {0} are worth the time",
            "{1} minutes for {2} thousand is a price like any other",
            "we take the {0} or we leave them, but we do not stand there and think",
        ],
    },
];

/// Adds what is known of the vault.
pub(super) fn gather(bank: &Bank, facts: &mut Gather) {
    let vault = &bank.vault;
    let floor = bank.places.get(vault.at).map_or("", |place| bank.floor(place.floor));
    facts.tell("vault_floor", values![bank.name_of(vault.at), floor]);
    facts.tell("door", values![vault.door]);
    let (from, to) = vault.shut;
    facts.tell("time_lock", values![from, to, bank.name_of_part(Part::Desk)]);
    facts.tell("methods", values![vault.methods.len()]);
    for method in &vault.methods {
        let sensor = method.wakes.and_then(|sensor| bank.alarms.all.get(sensor));
        match sensor {
            Some(sensor) => {
                facts.tell("method_loud", values![method.name, method.minutes, noise(method.noise), sensor.sensor]);
            }
            None => facts.tell("method_quiet", values![method.name, method.minutes, list(&bank.needs(method))]),
        }
    }
    facts.tell("boxes", values![vault.boxes]);
    facts.tell("empty", values![vault.boxes_a_minute]);
    facts.tell("bag", values![vault.bag]);
    facts.tell("shut", values![vault.falls_shut]);
    for loot in &vault.loot {
        facts.add("loot", values![loot.name, loot.minutes, loot.worth], &["vault_contents"], true);
    }
}

/// How loud something is, in words.
pub(super) const fn noise(noise: Noise) -> &'static str {
    match noise {
        Noise::Silent => "silent",
        Noise::Noisy => "noisy",
        Noise::VeryLoud => "very loud",
    }
}

impl Bank {
    /// What a method needs, each with an article.
    pub(super) fn needs(&self, method: &Method) -> Vec<String> {
        let keepers = method.needs.iter().filter_map(|keeper| self.people.get(*keeper));
        keepers.filter_map(|keeper| keeper.keeps.as_deref().map(|keeps| needed(keeps, &keeper.job))).collect()
    }
}

/// What somebody with a job keeps, as one speaks of it where it is needed.
pub(super) fn needed(keeps: &str, job: &str) -> String {
    if keeps == super::network::OVERRIDE_CARD { format!("the card of the {job}") } else { format!("the {keeps}") }
}
