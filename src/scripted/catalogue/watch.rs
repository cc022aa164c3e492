//! Guards, shifts and alarms.

use super::Entry;
use crate::scripted::subjects::Subject::{Alarms, Guards, Network};

const fn guards(
    key: &'static str,
    label: &'static str,
    source: &'static str,
    said: &'static [&'static str],
    so: &'static [&'static str],
) -> Entry {
    Entry::new(key, Guards, label, source, said, so)
}

const fn alarms(
    key: &'static str,
    label: &'static str,
    source: &'static str,
    said: &'static [&'static str],
    so: &'static [&'static str],
) -> Entry {
    Entry::new(key, Alarms, label, source, said, so)
}

pub(super) const ENTRIES: &[Entry] = &[
    guards(
        "gap",
        "the gap",
        "The gap between the evening shift and the night shift lasts {m} minutes, from {t} to {t}",
        &[
            "the gap between the evening shift and the night shift lasts {0} minutes, from {1} to {2}",
            "between the evening shift and the night shift there is a gap of {0} minutes, from {1} to {2}",
            "from {1} to {2} there is a gap between the evening shift and the night shift, {0} minutes",
        ],
        &[
            "the job lives or dies between {1} and {2}",
            "whatever takes longer than {0} minutes has to be quiet as well",
            "{0} minutes is all the peace we get",
            "we are at the stair when it strikes {1}",
            "nobody should plan a step down there after {2} that makes noise",
        ],
    ),
    guards(
        "handover",
        "the handover",
        "In the gap the guards hand over in the {w} on the upper floor, and nobody walks the lower level",
        &[
            "in the gap the guards hand over in the {0} on the upper floor, and nobody walks the lower level",
            "nobody walks the lower level in the gap, because the guards hand over in the {0} on the upper floor",
        ],
        &[
            "they are all in one room and it is the wrong one",
            "a single pair of eyes on that door tells us everything",
            "we have the lower level to ourselves for that long",
        ],
    )
    .confused(0, &["lobby", "teller hall", "server room"]),
    guards(
        "shift",
        "the shift roster",
        "The {w} shift runs from {t} to {t}",
        &["the {0} shift runs from {1} to {2}", "from {1} to {2} it is the {0} shift"],
        &[
            "that fixes who we meet",
            "by the clock alone I know how many to expect",
            "a minute either way brings us the wrong people",
        ],
    )
    .told_by(0),
    guards(
        "shift_size",
        "the size of the shifts",
        "The {w} shift has {w} guards",
        &["the {0} shift has {1} guards", "there are {1} guards on the {0} shift"],
        &[
            "that is how many pairs of eyes we count with",
            "they are fewer than I feared",
            "each of them has to be somewhere, and I want to know where",
        ],
    )
    .told_by(0)
    .confused(1, &["five", "six", "seven"]),
    guards(
        "overlap",
        "the change of the other shifts",
        "At the other two shift changes the shifts {w}, so there is no gap",
        &["at the other two shift changes the shifts {0}, so there is no gap"],
        &["there is one chance in a night and not three", "anybody who speaks of a second gap has not read it"],
    ),
    guards(
        "rounds",
        "the rhythm of the rounds",
        "The night shift walks a round every {m} minutes, and a round takes {m} minutes",
        &[
            "the night shift walks a round every {0} minutes, and a round takes {1} minutes",
            "a round takes {1} minutes, and the night shift walks a round every {0} minutes",
        ],
        &[
            "between two of them there is more time than in the gap",
            "after the first one has passed, the next is far away",
            "we could also sit one out in the dark",
        ],
    ),
    guards(
        "first_round",
        "the first night round",
        "The first night round begins at {t} in the lobby and reaches the lower level at {t}",
        &[
            "the first night round begins at {0} in the lobby and reaches the lower level at {1}",
            "the first night round reaches the lower level at {1} and begins at {0} in the lobby",
        ],
        &[
            "at {1} somebody stands in front of our door",
            "the gap does not end our time, {1} does",
            "we are gone by {1} or we are found at {1}",
            "that leaves us longer than the gap itself",
        ],
    ),
    guards(
        "desk_guard",
        "the guard at the desk",
        "One of the two night guards stays at the control desk in the {w}",
        &[
            "one of the two night guards stays at the control desk in the {0}",
            "of the two night guards one stays at the control desk in the {0}",
        ],
        &[
            "at night only one of them has legs",
            "it is one man who walks and one who looks",
            "the one at the desk is the one to keep happy",
        ],
    )
    .confused(0, &["lobby", "server room", "teller hall"]),
    guards(
        "guard",
        "the post of each guard",
        "Guard {w} works the {w} shift at this post: {w}",
        &["{0} works the {1} shift, post: {2}", "on the {1} shift there is {0}, post: {2}"],
        &["{0} is the name to listen for on the radio", "where {0} is, we are not", "I know now whom I am looking at"],
    )
    .told_by(0)
    .confused(2, &["archive", "roof", "anteroom"]),
    guards(
        "coffee",
        "the coffee run",
        "The coffee machine in the guard room is broken, so the night guards fetch coffee from the lobby at {t}",
        &[
            "the coffee machine in the guard room is broken, so the night guards fetch coffee from the lobby at {0}",
            "the night guards fetch coffee from the lobby at {0}, as the coffee machine in the guard room is broken",
        ],
        &[
            "at {0} somebody is on the move who should not be",
            "the lobby is no place to be at {0}",
            "a broken machine tells us more than a schedule",
        ],
    ),
    Entry::new(
        "log_open",
        Network,
        "the open dock door",
        "On {w} at {t} the {w} was found open",
        &["on {0} at {1} the {2} was found open", "the door log has the {2} found open on {0} at {1}"],
        &[
            "somebody is careless with the {2}",
            "a door that was found open twice can be found open a third time",
            "nobody would be surprised at it once more",
        ],
    )
    .told_by(0),
    Entry::new(
        "log_false",
        Network,
        "the log of false alarms",
        "On {w} at {t} the {w} gave a false alarm",
        &["on {0} at {1} the {2} gave a false alarm", "the door log notes a false alarm of the {2} on {0} at {1}"],
        &[
            "they are used to not believing it",
            "the next one from there will be yawned at",
            "nobody runs for the third false alarm",
        ],
    )
    .told_by(0),
    Entry::new(
        "log_round",
        Network,
        "the round in the log",
        "On {w} at {t} guard {w} passed the {w} on his round",
        &["on {0} at {1} {2} passed the {3} on his round", "the door log has {2} at the {3} on {0} at {1}"],
        &[
            "he keeps to the minute, and so can we",
            "the book and the log agree, which is rare",
            "he is punctual, and that is a gift",
        ],
    )
    .told_by(0),
    Entry::new(
        "log_handover",
        Network,
        "the handover in the log",
        "On {w} at {t} guard {w} went to the {w} for the handover",
        &[
            "on {0} at {1} {2} went to the {3} for the handover",
            "the door log puts {2} in the {3} for the handover on {0} at {1}",
        ],
        &["they really do go upstairs", "one minute after the bell they are out of our way"],
    )
    .told_by(0),
    Entry::new(
        "log_left",
        Network,
        "the log of departures",
        "On {w} at {t} {w} left by the {w}",
        &["on {0} at {1} {2} left by the {3}", "the door log has {2} leaving by the {3} on {0} at {1}"],
        &[
            "the habit is as good as a timetable",
            "the building is empty of them well before we come",
            "that is the real hour and not the one on paper",
        ],
    )
    .told_by(2),
    alarms(
        "response",
        "the response to an alarm",
        "The response to an alarm takes {m} to {m} minutes",
        &["the response to an alarm takes {0} to {1} minutes"],
        &["if one thing goes wrong we have {0} minutes and not {1}", "nothing we do with a drill is that quick"],
    ),
    alarms(
        "guards_need",
        "the guards' response",
        "The guards in the building need {m} minutes",
        &["the guards in the building need {0} minutes", "the guards need {0} minutes to anywhere in the building"],
        &[
            "they are the first to arrive, not the police",
            "from the first lamp on the desk we have {0} minutes",
            "that is less than the walk with bags and a door to close",
        ],
    ),
    alarms(
        "police",
        "the police response",
        "The police need {m} minutes from the station on {w}",
        &["the police need {0} minutes from the station on {1}", "from the station on {1} the police need {0} minutes"],
        &[
            "{1} is a street we do not drive through",
            "once they are called we drop what we hold",
            "a called alarm ends it, whatever method we use",
            "every loud idea has {0} minutes to live",
        ],
    )
    .confused(1, &["Alder Lane", "Quill Row", "Market Square"]),
    alarms(
        "patrol",
        "the private patrol",
        "The private patrol needs {m} minutes",
        &["the private patrol needs {0} minutes", "it takes the private patrol {0} minutes to come"],
        &[
            "they are the slowest of the three",
            "roof and glass are the cheapest mistakes",
            "if we must trip something, then something of theirs",
        ],
    ),
    alarms(
        "calls_police",
        "the call to the police",
        "The vault door contact, the heat sensor, the vibration sensor and the {w} call the police",
        &[
            "the vault door contact, the heat sensor, the vibration sensor and the {0} call the police",
            "the police are called by the vault door contact, the heat sensor, the vibration sensor and the {0}",
        ],
        &[
            "the door itself calls them, not only the noise",
            "every way through that door touches one of these",
            "opening it outside the test is asking for a siren",
        ],
    )
    .confused(0, &["motion detector", "glass sensor"]),
    alarms(
        "calls",
        "the chain of alarm calls",
        "The {w} in the {w} calls the {w}",
        &["the {0} in the {1} calls the {2}", "trouble at the {0} in the {1} calls the {2}"],
        &[
            "whoever touches that meets the {2}",
            "the {1} is not free either",
            "it matters less what rings than who comes",
        ],
    )
    .told_by(0)
    .confused(2, &["control desk"]),
    alarms(
        "false_alarms",
        "the matter of the false alarms",
        "Two false alarms were noted this month, both from the {w}",
        &["two false alarms were noted this month, both from the {0}"],
        &[
            "they will believe the next one from there the least",
            "a third would be a shrug",
            "if anything has to ring, let it ring there",
        ],
    )
    .confused(0, &["loading dock", "lobby", "vault door"]),
    alarms(
        "staff_lock",
        "the staff door's lock",
        "After an alarm the staff door locks itself within {m} minutes",
        &[
            "after an alarm the staff door locks itself within {0} minutes",
            "the staff door locks itself within {0} minutes after an alarm",
        ],
        &[
            "the staff door is the first way out to vanish",
            "anybody who counts on the staff door counts on silence",
            "the walk there is longer than that",
        ],
    ),
];
