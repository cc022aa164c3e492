//! The alarms: what can be known of the sensors, and of who comes.

use super::Hole::{List, Minutes, Number, Place, Words};
use super::Kind;
use super::Subject::Alarms;
use super::gather::{Gather, values};
use super::words::{list, within};
use crate::{Alarm, Bank, Responder};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        key: "alarms",
        subject: Alarms,
        label: "the number of alarms",
        holes: &[Number],
        id: None,
        told: &[
            "the bank has {0:w} alarms",
            "alarms are installed at {0:w} points, each with a sensor of its own",
            "we have {0:w} alarms in the house, and now and then one of them rings",
            "alarms in the house: {0:w}",
        ],
        said: &[
            "the bank has {0:w} alarms",
            "there are {0:w} alarms in that building",
            "we have to get past {0:w} alarms",
        ],
        so: &[
            "most of them have nothing to do with us if we walk the right way",
            "one is enough to end it",
            "I want a list of those on our way, and only those",
        ],
    },
    Kind {
        key: "response",
        subject: Alarms,
        label: "the response to an alarm",
        holes: &[Minutes, Minutes],
        id: None,
        told: &[
            "the response to an alarm takes {0} to {1} minutes",
            "any alarm is to be answered in {0} to {1} minutes",
            "somebody turns up {0} to {1} minutes after an alarm",
            "response: {0} to {1} minutes",
        ],
        said: &[
            "the response to an alarm takes {0} to {1} minutes",
            "an alarm brings somebody within {0} to {1} minutes",
            "after an alarm somebody is there in {0} to {1} minutes",
        ],
        so: &[
            "if one thing goes wrong we have {0} minutes and not {1}",
            "nothing that we do with a loud tool is that quick",
            "that is not enough time to pack",
        ],
    },
    Kind {
        key: "guards_need",
        subject: Alarms,
        label: "the guards' response",
        holes: &[Minutes],
        id: None,
        told: &[
            "the guards in the building need {0} minutes",
            "the guards in the building are allowed {0} minutes to reach any alarm",
            "from inside the building the guards come in {0} minutes",
            "guards in the building: {0} minutes",
        ],
        said: &[
            "the guards in the building need {0} minutes",
            "the guards need {0} minutes to get anywhere in the building",
            "within {0} minutes the guards in the building are there",
        ],
        so: &[
            "from the first lamp on the desk we have {0} minutes",
            "they do not even have to put their coats on",
            "that is less than a walk with bags and a door to close",
        ],
    },
    Kind {
        key: "police",
        subject: Alarms,
        label: "the police response",
        holes: &[Minutes, Words],
        id: None,
        told: &[
            "the police need {0} minutes from the station on {1}",
            "from the station on {1} the police have agreed to be here in {0} minutes",
            "the police sit on {1} and need {0} minutes from there",
            "police, station on {1}: {0} minutes",
        ],
        said: &[
            "the police need {0} minutes from the station on {1}",
            "from the station on {1} the police need {0} minutes",
            "the police come from the station on {1} in {0} minutes",
        ],
        so: &[
            "{1} is a street we do not drive through",
            "once they are called we drop what we hold",
            "a called alarm ends it, whatever method we use",
            "every loud idea has {0} minutes to live",
        ],
    },
    Kind {
        key: "patrol",
        subject: Alarms,
        label: "the private patrol",
        holes: &[Minutes],
        id: None,
        told: &[
            "the private patrol needs {0} minutes",
            "the private patrol is bound by its contract to come in {0} minutes",
            "the private patrol takes {0} minutes, and sends a bill",
            "private patrol: {0} minutes",
        ],
        said: &[
            "the private patrol needs {0} minutes",
            "it takes the private patrol {0} minutes to come",
            "the private patrol comes within {0} minutes",
        ],
        so: &[
            "they are paid by the visit and not by the thief",
            "an alarm that calls only the patrol is the cheapest mistake",
            "if we must trip something, let it be something of theirs",
        ],
    },
    Kind {
        key: "callers",
        subject: Alarms,
        label: "the call to the {0}",
        holes: &[Words, List],
        id: Some(0),
        told: &[
            "{1} call the {0}",
            "the {0} is called by {1}",
            "wake one of these and you meet the {0}: {1}",
            "calls to the {0}: {1}",
        ],
        said: &["the {0} is called by {1}", "the {0} gets its calls from {1}", "calls to the {0} come from {1}"],
        so: &[
            "whatever we touch of these brings the {0}",
            "I want none of these on our way",
            "outside the test each of these is asking for a siren",
        ],
    },
    Kind {
        key: "calls",
        subject: Alarms,
        label: "the alarm of the {0}",
        holes: &[Words, Place, Words],
        id: Some(0),
        told: &[],
        said: &[
            "the {0} {1:in} calls the {2}",
            "trouble at the {0} {1:in} calls the {2}",
            "the {0} {1:in} is wired to call the {2}",
        ],
        so: &[
            "whoever touches that meets the {2}",
            "the {1} has its price too",
            "it matters less what rings than who comes",
        ],
    },
    Kind {
        key: "false_alarms",
        subject: Alarms,
        label: "the trust in alarms",
        holes: &[Number, Place],
        id: Some(1),
        told: &[
            "{0:w} false alarms were noted this month, both from the {1}",
            "{0:w} false alarms were noted this month, all from the {1}",
            "{0:w} false alarms were noted this month, from the {1}",
            "{0:w} false alarms are on record for this month, the cause being the {1}",
            "the {1} has given {0:w} false alarms this month",
            "false alarms this month: {0:w}, from the {1}",
        ],
        said: &[
            "the {1} had {0:w} false alarms this month",
            "the {1} gave {0:w} false alarms this month",
            "this month the {1} has given {0:w} false alarms",
        ],
        so: &[
            "they will believe the next one from there the least",
            "one more would be a shrug",
            "if anything has to ring, let it ring there",
        ],
    },
    Kind {
        key: "locks",
        subject: Alarms,
        label: "the lock of the {0}",
        holes: &[Place, Minutes],
        id: Some(0),
        told: &[
            "after an alarm the {0} locks itself within {1} minutes",
            "within {1} minutes of any alarm the {0} is locked from the desk",
            "the {0} locks itself {1} minutes after an alarm, whoever stands in it",
            "the {0} locks itself: {1} minutes after an alarm",
        ],
        said: &[
            "after an alarm the {0} locks itself within {1} minutes",
            "the {0} locks itself within {1} minutes after an alarm",
            "the {0} is locked {1} minutes after an alarm",
        ],
        so: &[
            "the {0} is the first way out to vanish",
            "anybody who counts on the {0} counts on silence",
            "whoever is {1} minutes away from it then stays for breakfast",
        ],
    },
];

/// Adds what is known of the alarms.
pub(super) fn gather(bank: &Bank, facts: &mut Gather) {
    let alarms = &bank.alarms;
    let needed = Responder::ALL.map(|responder| alarms.minutes(responder));
    facts.tell("alarms", values![alarms.all.len()]);
    let (least, most) = (needed.iter().min(), needed.iter().max());
    facts.tell("response", values![least.unwrap_or(&0), most.unwrap_or(&0)]);
    facts.add("guards_need", values![alarms.guards], &["alarms"], true);
    facts.tell("police", values![alarms.police, alarms.station]);
    facts.add("patrol", values![alarms.patrol], &["alarms"], true);
    for responder in [Responder::Police, Responder::Guards, Responder::Patrol] {
        let called = alarms.all.iter().filter(|alarm| alarm.calls == responder);
        let sensors: Vec<_> = called.map(|alarm| bank.sensor(alarm)).collect();
        if !sensors.is_empty() {
            facts.tell("callers", values![responder.name(), list(&sensors)]);
        }
    }
    for alarm in &alarms.all {
        let values = values![alarm.sensor, bank.name_of(alarm.at), alarm.calls.name()];
        facts.add("calls", values, &["alarms"], false);
    }
    if let Some(alarm) = alarms.all.iter().find(|alarm| alarm.false_alarms > 0) {
        facts.tell("false_alarms", values![alarm.false_alarms, bank.name_of(alarm.at)]);
    }
    let (exit, minutes) = alarms.locks;
    facts.tell("locks", values![bank.name_of(exit), minutes]);
}

impl Bank {
    /// An alarm's sensor with where it is: `the contact on the dock door`. Where those are that call the police need not be
    /// said.
    fn sensor(&self, alarm: &Alarm) -> String {
        let door = self.places.get(alarm.at).map_or("", |place| &place.door);
        match alarm.sensor.strip_prefix(door).and_then(|rest| rest.strip_prefix(' ')) {
            _ if alarm.calls == Responder::Police => format!("the {}", alarm.sensor),
            Some(rest) if !door.is_empty() => format!("the {rest} on the {door}"),
            _ => format!("the {} {}", alarm.sensor, within(self.name_of(alarm.at))),
        }
    }
}
