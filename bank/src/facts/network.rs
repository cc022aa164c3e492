//! The network: what can be known of the recorder, the alarm line and the door log.

use super::Hole::{Clock, Minutes, Number, Person, Place, Words};
use super::Kind;
use super::Subject::Network;
use super::gather::{Gather, values};
use crate::{Bank, Part, Subject};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        key: "heart",
        subject: Network,
        label: "the heart of the network",
        holes: &[Place, Words],
        id: None,
        told: &[
            "cameras, alarms and doors share one network, and its heart is the {0} {1:on}",
            "the network of cameras, alarms and doors is administered from the {0} {1:on}",
            "everything with a wire in this house ends up in the {0} {1:on}",
            "all lines of the house meet in the {0} {1:on}",
        ],
        said: &[
            "cameras, alarms and doors share one network, and its heart is the {0} {1:on}",
            "the heart of the network is the {0} {1:on}",
            "all the lines meet in the {0} {1:on}",
        ],
        so: &[
            "one room decides what they see and hear",
            "whoever stands in the {0} holds all the strings",
            "the {0} is worth a visit, if only there were a quiet way to it",
        ],
    },
    Kind {
        key: "server_room",
        subject: Network,
        label: "the door of the {0}",
        holes: &[Place, Number],
        id: None,
        told: &[
            "the {0} opens for access level {1} and above",
            "entry to the {0} is restricted to access level {1} and above",
            "the {0} will not let you in below access level {1}",
            "for the {0} a card needs access level {1}",
        ],
        said: &[
            "the {0} opens for access level {1} and above",
            "you need access level {1} or above for the {0}",
            "below access level {1} nobody gets into the {0}",
        ],
        so: &[
            "somebody's card has to open it, or we stay out",
            "the wires are behind a better door than the stairs",
            "whoever has a card like that is worth knowing",
        ],
    },
    Kind {
        key: "restart",
        subject: Network,
        label: "the recorder's restart",
        holes: &[Clock, Minutes],
        id: None,
        told: &[
            "the camera recorder restarts every night at {0} and is blind for {1} minutes",
            "a restart of the camera recorder is scheduled for {0} every night and leaves it blind for {1} minutes",
            "at {0} every night the camera recorder goes down for {1} minutes, whatever one tries",
            "recorder restart: nightly at {0}, {1} minutes without pictures",
        ],
        said: &[
            "the camera recorder restarts every night at {0} and is blind for {1} minutes",
            "every night at {0} the camera recorder restarts and is blind for {1} minutes",
            "the cameras record nothing for {1} minutes when the recorder restarts at {0}",
        ],
        so: &[
            "what happens between {0} and the restart's end is on no tape",
            "the walk past the cameras belongs in those {1} minutes",
            "we have {1} minutes of not existing",
            "the walk to the door should begin at {0}",
        ],
    },
    Kind {
        key: "loop",
        subject: Network,
        label: "the picture loop",
        holes: &[Minutes, Place],
        id: None,
        told: &[
            "a picture loop can run for {0} minutes before the {1} is warned",
            "should a picture repeat itself, the {1} is warned after {0} minutes",
            "the {1} notices a looped picture after {0} minutes and no sooner",
            "looped pictures: warning at the {1} after {0} minutes",
        ],
        said: &[
            "a picture loop can run for {0} minutes before the {1} is warned",
            "the {1} is warned once a picture loop has run for {0} minutes",
            "a picture loop holds for {0} minutes, then the {1} is warned",
        ],
        so: &[
            "the loop starts late and ends before the desk wonders",
            "a slow way into the vault outlives the loop",
            "after {0} minutes I need another trick or an open door",
            "the loop and the restart should not overlap, or we waste one",
        ],
    },
    Kind {
        key: "line_test",
        subject: Network,
        label: "the alarm line test",
        holes: &[Minutes, Clock, Clock],
        id: None,
        told: &[
            "the alarm line is tested every night for {0} minutes, from {1} to {2}",
            "a nightly test of the alarm line is carried out from {1} to {2}, that is for {0} minutes",
            "every night from {1} to {2} they try the alarm line, {0} minutes of it",
            "line test: nightly, {1} to {2}, {0} minutes",
        ],
        said: &[
            "the alarm line is tested every night for {0} minutes, from {1} to {2}",
            "from {1} to {2} the alarm line is tested, {0} minutes every night",
            "the test of the alarm line takes {0} minutes, from {1} to {2}",
        ],
        so: &[
            "until {2} an alarm is only a lamp",
            "whatever wakes a sensor should wake it before {2}",
            "that is the best news so far",
            "at {2} the street begins to hear us",
        ],
    },
    Kind {
        key: "test_reach",
        subject: Network,
        label: "the reach of the test",
        holes: &[Place],
        id: None,
        told: &[
            "during the test an alarm reaches only the {0}",
            "for the length of the test alarms are passed on to the {0} only",
            "while they test, nobody but the {0} hears an alarm",
            "in the test, alarms end at the {0}",
        ],
        said: &[
            "during the test an alarm reaches only the {0}",
            "an alarm reaches only the {0} during the test",
            "as long as they test, an alarm gets no further than the {0}",
        ],
        so: &[
            "one pair of eyes at one desk is the whole alarm",
            "somebody has to keep that desk busy",
            "the desk is the thing to worry about, and not the street",
        ],
    },
    Kind {
        key: "radio",
        subject: Network,
        label: "the radio fallback",
        holes: &[Minutes],
        id: None,
        told: &[
            "the alarm line falls back to radio after {0} minutes of silence",
            "should the alarm line be silent for {0} minutes, radio takes over",
            "cut the alarm line and radio steps in after {0} minutes",
            "radio replaces a silent alarm line within {0} minutes",
        ],
        said: &[
            "the alarm line falls back to radio after {0} minutes of silence",
            "after {0} minutes of silence the alarm line falls back to radio",
            "a cut alarm line is replaced by radio after {0} minutes",
        ],
        so: &[
            "cutting the line buys {0} minutes and no more",
            "a cut line is worth something only to people in a hurry",
            "a cut line is worse than a quiet one",
        ],
    },
    Kind {
        key: "battery",
        subject: Network,
        label: "the spare battery",
        holes: &[Minutes],
        id: None,
        told: &[
            "a spare battery keeps the cameras alive for {0} minutes",
            "in a power failure the cameras are supplied from a battery for {0} minutes",
            "without mains the cameras live on their battery for {0} minutes",
            "camera battery: {0} minutes",
        ],
        said: &[
            "a spare battery keeps the cameras alive for {0} minutes",
            "the cameras stay alive for {0} minutes on a spare battery",
            "without power the cameras go on for {0} minutes",
        ],
        so: &[
            "pulling the plug is no plan",
            "the power is not our friend here",
            "the dark does not help us, the loop does",
        ],
    },
    Kind {
        key: "door_seconds",
        subject: Network,
        label: "the door log",
        holes: &[Number],
        id: None,
        told: &[
            "the door log notes every card within {0} seconds",
            "cards are entered in the door log {0} seconds after use",
            "it takes the door log {0} seconds to know whose card it was",
            "door log: an entry within {0} seconds of every card",
        ],
        said: &[
            "the door log notes every card within {0} seconds",
            "every card is in the door log within {0} seconds",
            "the door log has every card after {0} seconds",
        ],
        so: &[
            "a borrowed card is known as soon as it is used",
            "we use a card once, and late",
            "each door we open by card signs our names",
        ],
    },
    Kind {
        key: "override_desk",
        subject: Network,
        label: "the reach of the {0}",
        holes: &[Words, Place],
        id: None,
        told: &[
            "the {0} works only at the {1}",
            "use of the {0} is confined to the {1}",
            "the {0} is good for nothing except at the {1}",
            "there is one place for the {0}, the {1}",
        ],
        said: &[
            "the {0} works only at the {1}",
            "the {0} works nowhere but at the {1}",
            "the {0} has to be used at the {1}",
        ],
        so: &[
            "somebody has to stand where the guards sit",
            "the silent way begins in the least silent room",
            "the {0} is worth nothing at the vault",
        ],
    },
    Kind {
        key: "hanger_on",
        subject: Network,
        label: "the rest of the network",
        holes: &[Words],
        id: None,
        told: &[
            "the {0} are on the same network and are of no use to anybody",
            "the {0} are connected as well, a matter which is under review",
            "somebody has put the {0} on the same network, and nobody knows why",
            "also connected, for no reason: the {0}",
        ],
        said: &[
            "the {0} are on the same network",
            "the same network has the {0} on it",
            "they have put the {0} on the same network",
        ],
        so: &[
            "that helps nobody, and I say it only because it says so there",
            "I mention it and forget it again",
            "a network with such things on it is not looked after well",
        ],
    },
    Kind {
        key: "log_open",
        subject: Network,
        label: "the open door in the log",
        holes: &[Words, Clock, Words],
        id: Some(0),
        told: &[],
        said: &["on {0} at {1} the {2} was found open", "the door log of {0} has the {2} found open at {1}"],
        so: &[
            "somebody is careless with the {2}",
            "a door that was found open once can be found open again",
            "nobody would be surprised at it once more",
        ],
    },
    Kind {
        key: "log_false",
        subject: Network,
        label: "the log of false alarms",
        holes: &[Words, Clock, Words],
        id: Some(0),
        told: &[],
        said: &[
            "on {0} at {1} the {2} gave a false alarm",
            "the door log of {0} notes a false alarm of the {2} at {1}",
        ],
        so: &[
            "they are used to not believing it",
            "the next one from there will be yawned at",
            "nobody runs for a false alarm twice",
        ],
    },
    Kind {
        key: "log_round",
        subject: Network,
        label: "the round in the log",
        holes: &[Words, Clock, Person, Words],
        id: Some(0),
        told: &[],
        said: &["on {0} at {1} guard {2} passed the {3} on a round", "the door log of {0} has {2} at the {3} at {1}"],
        so: &[
            "that guard keeps to the minute, and so can we",
            "the book and the log agree, which is rare",
            "they are punctual, and that is a gift",
        ],
    },
    Kind {
        key: "log_handover",
        subject: Network,
        label: "the handover in the log",
        holes: &[Words, Clock, Person, Words],
        id: Some(0),
        told: &[],
        said: &[
            "on {0} at {1} guard {2} went to the {3} for the handover",
            "the door log of {0} puts {2} in the {3} for the handover at {1}",
        ],
        so: &[
            "they really do leave their posts for it",
            "a minute after the bell they are out of our way",
            "that is one guard fewer to think about at {1}",
        ],
    },
    Kind {
        key: "log_left",
        subject: Network,
        label: "the log of departures",
        holes: &[Person, Words, Clock, Words],
        id: Some(0),
        told: &[],
        said: &["on {1} at {2} {0} left by the {3}", "the door log has {0} leaving by the {3} on {1} at {2}"],
        so: &[
            "the habit is as good as a timetable",
            "the building is empty of them well before we come",
            "that is the real hour and not the one on paper",
        ],
    },
];

/// Adds what is known of the network.
pub(super) fn gather(bank: &Bank, facts: &mut Gather) {
    let server = bank.places.iter().find(|place| place.part == Part::Server);
    let desk = bank.name_of_part(Part::Desk);
    let test = bank.alarms.test;
    if let Some(server) = server {
        facts.tell("heart", values![server.name, bank.floor(server.floor)]);
        facts.tell("server_room", values![server.name, SERVER_LEVEL]);
    }
    facts.tell("restart", values![bank.cameras.restart, bank.cameras.blind]);
    facts.also_told_by(Subject::Cameras.document());
    facts.tell("loop", values![bank.cameras.looped, desk]);
    facts.tell("line_test", values![test.minutes, test.starts, test.starts.plus(test.minutes)]);
    facts.also_told_by(Subject::Alarms.document());
    facts.add("test_reach", values![desk], &[], false);
    facts.also_told_by(Subject::Alarms.document());
    facts.tell("radio", values![bank.alarms.radio]);
    facts.tell("battery", values![bank.cameras.battery]);
    facts.tell("door_seconds", values![bank.trivia.log_seconds]);
    let kept = bank.people.iter().any(|person| person.keeps.as_deref() == Some(OVERRIDE_CARD));
    facts.tell("override_desk", values![if kept { OVERRIDE_CARD } else { "override switch" }, desk]);
    facts.tell("hanger_on", values![bank.trivia.network]);
    for entry in &bank.log {
        if let Some((key, values)) = logged(&entry.day, &entry.at.to_string(), &entry.door, &entry.who, &entry.note) {
            facts.add(key, values, &["door_log"], false);
        }
    }
}

/// What switches the override on, where somebody keeps such a thing.
pub(crate) const OVERRIDE_CARD: &str = "override card";
/// From which access level on the server room opens.
pub(crate) const SERVER_LEVEL: u32 = 4;

/// What a line of the door log tells: a kind's key and values.
pub(super) fn logged(day: &str, at: &str, door: &str, who: &str, note: &str) -> Option<(&'static str, Vec<String>)> {
    match note {
        "found open" => Some(("log_open", values![day, at, door])),
        "false alarm" => Some(("log_false", values![day, at, door])),
        "handover" => Some(("log_handover", values![day, at, who, door])),
        "left" if who.starts_with(char::is_uppercase) => Some(("log_left", values![who, day, at, door])),
        _ if note.starts_with("round, ") => Some(("log_round", values![day, at, who, door])),
        _ => None,
    }
}
