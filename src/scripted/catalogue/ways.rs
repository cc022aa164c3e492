//! The routes away from the bank.

use super::Entry;
use crate::scripted::subjects::Subject::Routes;

const fn route(
    key: &'static str,
    label: &'static str,
    source: &'static str,
    said: &'static [&'static str],
    so: &'static [&'static str],
) -> Entry {
    Entry::new(key, Routes, label, source, said, so)
}

pub(super) const ENTRIES: &[Entry] = &[
    route(
        "dock",
        "the dock route",
        "The dock route takes {m} minutes by car ({n} kilometres), from the loading dock along {w} to the {w}",
        &[
            "the dock route takes {0} minutes by car, from the loading dock along {2} to the {3}",
            "along {2} to the {3} the dock route takes {0} minutes by car",
        ],
        &[
            "it is the longest drive and the shortest walk",
            "the car can stand at the ramp, out of the picture",
            "{0} minutes is not quick, but nobody lives there",
        ],
    )
    .confused(2, &["Mint Street", "Quill Row"]),
    route(
        "staff",
        "the staff route",
        "The staff route takes {m} minutes by car ({n} kilometres), from the staff door along {w} to the {w}",
        &[
            "the staff route takes {0} minutes by car, from the staff door along {2} to the {3}",
            "along {2} to the {3} the staff route takes {0} minutes by car",
        ],
        &[
            "short is only good if nobody is standing on it",
            "it is the quickest by car, and everybody knows it",
            "{2} has an address on it that I avoid",
        ],
    )
    .confused(2, &["Alder Lane", "Market Square"]),
    route(
        "front",
        "the front route",
        "The front route takes {m} minutes by car ({n} kilometres), from the front door across {w} to the {w}",
        &[
            "the front route takes {0} minutes by car, from the front door across {2} to the {3}",
            "across {2} to the {3} the front route takes {0} minutes by car",
        ],
        &[
            "out by the front door is how films end",
            "a square at night is a stage",
            "it is easy to drive and hard to leave unseen",
        ],
    )
    .confused(2, &["Quill Row", "Mint Street"]),
    route(
        "roof",
        "the roof route",
        "The roof route takes {m} minutes on foot ({n} kilometres), from the roof hatch over {w} to a car park",
        &[
            "the roof route takes {0} minutes on foot, from the roof hatch over {2} to a car park",
            "over {2} to a car park the roof route takes {0} minutes on foot",
        ],
        &[
            "with bags on our backs it is an accident",
            "on foot is for people who carry nothing",
            "nobody looks up, that much is true",
        ],
    )
    .confused(2, &["Alder Lane", "Market Square"]),
    route(
        "tunnel",
        "the tunnel route",
        "The tunnel route takes {m} minutes on foot ({n} kilometres), from the service tunnel to the landing at {w}",
        &[
            "the tunnel route takes {0} minutes on foot, from the service tunnel to the landing at {2}",
            "to the landing at {2} the tunnel route takes {0} minutes on foot",
        ],
        &[
            "nobody follows us in there, and nobody helps us either",
            "it is slow and unseen, and one has to like that",
            "it begins next to the vault, and that counts for a lot",
        ],
    )
    .confused(2, &["Mint Street", "the north yard"]),
    route(
        "risk_staff",
        "the staff route's risk",
        "The staff route passes the {w}",
        &["the staff route passes the {0}"],
        &[
            "the quickest way is the one past their window",
            "I would need a very good reason to drive it",
            "I would drive round the block twice to avoid that",
        ],
    )
    .confused(0, &["market", "fire station"]),
    route(
        "risk_dock",
        "the dock route's risk",
        "The dock route has one {w}",
        &["the dock route has one {0}"],
        &[
            "one red light is the whole risk",
            "a light can be timed, a patrol cannot",
            "I know what to do about that at night",
        ],
    )
    .confused(0, &["toll gate", "level crossing"]),
    route(
        "risk_front",
        "the front route's risk",
        "The front route is seen by {w} cameras",
        &["the front route is seen by {0} cameras"],
        &["that is more pictures than we can freeze", "the front is for customers"],
    )
    .confused(0, &["two", "nine"]),
    route(
        "risk_roof",
        "the roof route's risk",
        "The roof route has this risk: {w}",
        &["the roof route has this risk: {0}"],
        &["the roof rings before we are on it", "they have had false alarms from there, which cuts both ways"],
    ),
    route(
        "risk_tunnel",
        "the tunnel route's risk",
        "The tunnel route is wet and narrow, and {w} at a time gets through",
        &[
            "the tunnel route is wet and narrow, and {0} at a time gets through",
            "the tunnel route is wet and narrow; {0} at a time gets through",
        ],
        &[
            "a queue underground with bags is not what I dream of",
            "the last of us waits a long time",
            "in there nobody turns back",
        ],
    )
    .confused(0, &["a pair", "three people"]),
];
