//! The network: recorder, loop, alarm line, door log.

use super::Entry;
use crate::scripted::subjects::Subject::Network;

const fn network(
    key: &'static str,
    label: &'static str,
    source: &'static str,
    said: &'static [&'static str],
    so: &'static [&'static str],
) -> Entry {
    Entry::new(key, Network, label, source, said, so)
}

pub(super) const ENTRIES: &[Entry] = &[
    network(
        "restart",
        "the recorder's restart",
        "The camera recorder restarts every night at {t} and is blind for {m} minutes",
        &[
            "the camera recorder restarts every night at {0} and is blind for {1} minutes",
            "every night at {0} the camera recorder restarts and is blind for {1} minutes",
        ],
        &[
            "what happens between {0} and the restart's end is on no tape",
            "crossing the corridor belongs into those {1} minutes",
            "we have {1} minutes of not existing",
            "the walk to the door should begin at {0}",
        ],
    ),
    network(
        "loop",
        "the picture loop",
        "A picture loop can stand for {m} minutes before the control desk is warned",
        &[
            "a picture loop can stand for {0} minutes before the control desk is warned",
            "the control desk is warned once a picture loop has stood for {0} minutes",
        ],
        &[
            "the loop starts late and ends before the desk wonders",
            "a slow way into the vault outlives the loop",
            "after {0} minutes I need another trick or an open door",
            "the loop and the restart should not overlap, or we waste one",
        ],
    ),
    network(
        "line_test",
        "the alarm line test",
        "The alarm line is tested every night for {m} minutes, from {t} to {t}",
        &[
            "the alarm line is tested every night for {0} minutes, from {1} to {2}",
            "from {1} to {2} the alarm line is tested, {0} minutes every night",
        ],
        &[
            "until {2} an alarm is only a lamp",
            "whatever wakes a sensor should wake it before {2}",
            "the test is longer than the gap, which is the best news so far",
            "at {2} the street begins to hear us",
        ],
    ),
    network(
        "test_reach",
        "the reach of the test",
        "During the test an alarm reaches only the {w}",
        &["during the test an alarm reaches only the {0}", "an alarm reaches only the {0} during the test"],
        &[
            "one man at one desk is the whole alarm",
            "somebody has to keep that desk busy",
            "the desk is the thing to worry about, and not the street",
        ],
    )
    .confused(0, &["guard room's radio", "private patrol", "police station"]),
    network(
        "radio",
        "the radio fallback",
        "The alarm line falls back to radio after {m} minutes of silence",
        &[
            "the alarm line falls back to radio after {0} minutes of silence",
            "after {0} minutes of silence the alarm line falls back to radio",
        ],
        &[
            "cutting the line buys {0} minutes and no more",
            "nobody cuts anything, we let the test do it",
            "a cut line is worse than a quiet one",
        ],
    ),
    network(
        "server_room",
        "the server room",
        "The server room opens for access level {n} and above",
        &[
            "the server room opens for access level {0} and above",
            "one needs access level {0} or above for the server room",
        ],
        &[
            "somebody's card has to open it, or we stay out",
            "the wires are behind a better door than the vault's stairs",
            "whoever works late up there is the one to know",
        ],
    ),
    network(
        "battery",
        "the spare battery",
        "A spare battery keeps the cameras alive for {m} minutes",
        &[
            "a spare battery keeps the cameras alive for {0} minutes",
            "the cameras stay alive for {0} minutes on a spare battery",
        ],
        &[
            "pulling the plug is no plan",
            "the power is not our friend here",
            "the dark does not help us, the loop does",
        ],
    ),
    network(
        "door_seconds",
        "the door log",
        "The door log notes every card within {n} seconds",
        &["the door log notes every card within {0} seconds", "every card is in the door log within {0} seconds"],
        &[
            "a borrowed card is known as soon as it is used",
            "we use a card once, and late",
            "each door we open by card signs our names",
        ],
    ),
    network(
        "override_desk",
        "the card's reach",
        "The override card works only at the {w}",
        &["the override card works only at the {0}", "the override card works nowhere but at the {0}"],
        &[
            "somebody has to stand where the guards sit",
            "the silent way begins in the least silent room",
            "the card is worth nothing downstairs",
        ],
    )
    .confused(0, &["anteroom", "vault door", "server room"]),
];
