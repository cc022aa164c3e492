//! The roads away: what can be known of their length and risks.

use super::Hole::{Minutes, Number, Place, Words};
use super::Kind;
use super::Subject::Routes;
use super::gather::{Gather, values};
use super::words::in_words;
use crate::{Bank, Risk, Road, Travel};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        key: "routes",
        subject: Routes,
        label: "the number of routes",
        holes: &[Number],
        id: None,
        told: &[
            "there are {0:w} routes away from the bank",
            "{0:w} routes lead away from the premises",
            "anybody who wants to get away has {0:w} routes to choose from",
            "routes away: {0:w}",
        ],
        said: &[
            "there are {0:w} routes away from the bank",
            "we have {0:w} routes to choose from",
            "the bank has {0:w} routes away from it",
        ],
        so: &[
            "we drive one of them and talk of the others",
            "the best of them is the one nobody thinks of",
            "I want one and a second one, and no more",
        ],
    },
    Kind {
        key: "route",
        subject: Routes,
        label: "the {0} route",
        holes: &[Words, Minutes, Words, Number, Place, Words, Words],
        id: Some(0),
        told: &[
            "the {0} route takes {1} minutes {2:by} ({3} kilometres), from the {4} {_} {5} to {6:the}",
            "the {0} route takes {1} minutes {2:by} ({3} kilometres), from the {4} {_} {5} to {6:a}",
            "the {0} route runs from the {4} {_} {5} to {6:the}, a distance of {3} kilometres or {1} minutes {2:by}",
            "{2:by} you are at {6:the} in {1} minutes when you take the {0} route, which starts at the {4} and goes {_} {5} for {3} kilometres",
            "{0} route, from the {4} {_} {5} to {6:the}: {3} kilometres, {1} minutes {2:by}",
            "the {0} route takes {1} minutes {2:by} ({3} kilometres), from the {4} to the landing at {6}",
            "the {0} route takes {1} minutes {2:by} ({3} kilometres), through the {4} to {6:the}",
            "the {0} route runs through the {4} itself and ends at {6:the}, a distance of {3} kilometres or {1} minutes {2:by}",
            "{2:by} you are at {6:the} in {1} minutes when you take the {0} route, which is nothing but the {4} for {3} kilometres",
            "{0} route, through the {4} to {6:the}: {3} kilometres, {1} minutes {2:by}",
        ],
        said: &[
            "the {0} route takes {1} minutes {2:by}, from the {4} by way of {5} to {6:the}",
            "the {0} route ends at {6:the} and takes {1} minutes {2:by}",
            "the {0} route is {3} kilometres and takes {1} minutes {2:by}",
        ],
        so: &[
            "it begins at the {4}, and the walk there belongs in the sum",
            "{1} minutes is what it takes when nothing is in the way",
            "somebody has to stand ready at the {4} before we come out",
            "nobody should follow us as far as {6:the}",
        ],
    },
    Kind {
        key: "risk_police",
        subject: Routes,
        label: "the risk of the {0} route",
        holes: &[Words],
        id: Some(0),
        told: &[
            "the {0} route passes the police station",
            "it must be borne in mind that the {0} route passes the police station",
            "on the {0} route you have to wave to the police, whose station it passes",
            "{0} route: past the police station",
        ],
        said: &["the {0} route passes the police station", "the {0} route goes right past the police station"],
        so: &[
            "I would need a very good reason to take it",
            "with an alarm out they come the other way on that very street",
            "I would go round the block twice to avoid that",
        ],
    },
    Kind {
        key: "risk_wait",
        subject: Routes,
        label: "the risk of the {0} route",
        holes: &[Words, Words, Minutes],
        id: Some(0),
        told: &[
            "the {0} route has one {1}, which can cost {2} minutes",
            "on the {0} route an allowance of {2} minutes is to be made for the {1}",
            "the {1} on the {0} route always keeps you waiting, and {2} minutes go by",
            "{0} route: {1}, {2} minutes lost",
        ],
        said: &[
            "the {0} route has one {1}, which costs {2} minutes",
            "on the {0} route the {1} costs {2} minutes",
            "the {0} route loses {2} minutes at the {1}",
        ],
        so: &[
            "the {1} is the whole risk",
            "a wait can be planned for, a patrol cannot",
            "I know what to do about that at night",
        ],
    },
    Kind {
        key: "risk_seen",
        subject: Routes,
        label: "the risk of the {0} route",
        holes: &[Words, Number],
        id: Some(0),
        told: &[
            "the {0} route is seen by {1:w} cameras",
            "the {0} route is observed by {1:w} cameras of the city",
            "the city has hung {1:w} cameras over the {0} route",
            "{0} route: {1:w} cameras of the city",
        ],
        said: &[
            "the {0} route is seen by {1:w} cameras",
            "the city has {1:w} cameras on the {0} route",
            "on the {0} route there are {1:w} cameras of the city",
        ],
        so: &[
            "that is more pictures than we can freeze",
            "whoever is on it soon after an alarm will be followed",
            "nothing on that road is ever forgotten",
        ],
    },
    Kind {
        key: "risk_narrow",
        subject: Routes,
        label: "the risk of the {0} route",
        holes: &[Words],
        id: Some(0),
        told: &[
            "the {0} route is wet and narrow, and one person at a time gets through",
            "the {0} route is so narrow that it admits one person at a time",
            "on the {0} route you go one person at a time, and with your shoulders in",
            "{0} route: one person at a time",
        ],
        said: &[
            "on the {0} route one person at a time gets through",
            "the {0} route lets one person through at a time",
        ],
        so: &[
            "a queue with bags is not what I dream of",
            "the last of us waits a long time",
            "in there nobody turns back",
        ],
    },
    Kind {
        key: "risk_alarm",
        subject: Routes,
        label: "the risk of the {0} route",
        holes: &[Words, Place],
        id: Some(0),
        told: &[],
        said: &["the {0} route starts at the alarm of the {1}", "on the {0} route the alarm of the {1} comes first"],
        so: &[
            "it rings before we are on the road",
            "somebody has to deal with the {1} first",
            "that is a road for people who have thought about the line",
        ],
    },
];

/// Adds what is known of the roads.
pub(super) fn gather(bank: &Bank, facts: &mut Gather) {
    facts.tell("routes", values![bank.roads.len()]);
    for road in &bank.roads {
        let exit = bank.name_of(road.exit);
        let travel = travel(road.travel);
        let values = values![road.name, road.minutes, travel, kilometres(road), exit, road.along, road.leads_to];
        facts.add("route", values, TABLE, true);
    }
    for road in &bank.roads {
        let (name, told) = (&road.name, !matches!(road.risk, Risk::Alarm));
        let (key, values) = match &road.risk {
            Risk::Police => ("risk_police", values![name]),
            Risk::Wait { what, minutes } => ("risk_wait", values![name, what, minutes]),
            Risk::Seen { cameras } => ("risk_seen", values![name, cameras]),
            Risk::Narrow => ("risk_narrow", values![name]),
            Risk::Alarm => ("risk_alarm", values![name, bank.name_of(road.exit)]),
        };
        facts.add(key, values, TABLE, told);
    }
}

const TABLE: &[&str] = &["escape_routes"];

/// How one travels, in a word.
pub(crate) const fn travel(travel: Travel) -> &'static str {
    match travel {
        Travel::Car => "car",
        Travel::Foot => "foot",
        Travel::Boat => "boat",
    }
}

/// How long a road is, as it is written: `4.2`.
fn kilometres(road: &Road) -> String {
    format!("{}.{}", road.hectometres / 10, road.hectometres % 10)
}

/// A road's risk in few words, as it stands in the table.
pub(crate) fn risk(road: &Road, exit: &str) -> String {
    match &road.risk {
        Risk::Police => POLICE.to_owned(),
        Risk::Wait { what, minutes: 1 } => format!("one {what}, 1 minute"),
        Risk::Wait { what, minutes } => format!("one {what}, {minutes} minutes"),
        Risk::Seen { cameras } => format!("seen by {} cameras", in_words(&cameras.to_string())),
        Risk::Narrow => NARROW.to_owned(),
        Risk::Alarm => format!("{exit} alarm"),
    }
}

const POLICE: &str = "passes the police station";
const NARROW: &str = "one person at a time";

/// What a risk in the table tells of a road: a kind's key and values.
pub(super) fn read_risk(road: &str, risk: &str) -> Option<(&'static str, Vec<String>)> {
    if risk == POLICE {
        return Some(("risk_police", values![road]));
    }
    if risk == NARROW {
        return Some(("risk_narrow", values![road]));
    }
    if let Some(exit) = risk.strip_suffix(" alarm") {
        return Some(("risk_alarm", values![road, exit]));
    }
    if let Some(seen) = risk.strip_prefix("seen by ") {
        let cameras = seen.strip_suffix(" cameras")?;
        return Some(("risk_seen", values![road, super::words::number(cameras).unwrap_or_else(|| cameras.to_owned())]));
    }
    let (what, minutes) = risk.strip_prefix("one ")?.split_once(", ")?;
    Some(("risk_wait", values![road, what, minutes.split(' ').next()?]))
}
