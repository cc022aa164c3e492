//! What an agent would rather do, and why: its taste at first, and what has become known since.

use super::board::Board;
use super::dice::Dice;

/// What the crew has to settle.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Matter {
    /// How to open the vault.
    Method,
    /// How to get away.
    Route,
    /// How to get in.
    Entry,
}

/// The ways to open the vault, in the bank's own words.
pub(super) const METHODS: [&str; 3] = ["override", "thermal", "drill"];
/// The routes away from the bank.
pub(super) const ROUTES: [&str; 5] = ["dock", "staff", "tunnel", "front", "roof"];
/// The ways in.
pub(super) const ENTRIES: [&str; 5] =
    ["the ramp of the loading dock", "the east stairwell", "the staff door", "the boiler corridor", "the roof hatch"];

impl Matter {
    pub(super) const fn options(self) -> &'static [&'static str] {
        match self {
            Self::Method => &METHODS,
            Self::Route => &ROUTES,
            Self::Entry => &ENTRIES,
        }
    }

    /// An option as one speaks of it.
    pub(super) fn named(self, option: &str) -> String {
        match self {
            Self::Method => format!("the {option} method"),
            Self::Route => format!("the {option} route"),
            Self::Entry => option.to_owned(),
        }
    }
}

/// A reason for or against an option.
pub(super) struct Reason {
    /// How much it weighs; below 0 it speaks against.
    pub(super) weight: i32,
    /// A clause that can follow "because"; `it` is the option.
    pub(super) text: String,
}

/// What an agent would do; the same agent with the same knowledge always the same.
pub(super) fn pick(seed: u64, agent: &str, matter: Matter, board: &Board) -> &'static str {
    let dice = Dice::new(seed, 0, agent);
    let score = |option: &&'static str| {
        let taste = i32::try_from(dice.between(&format!("taste {option}"), 0, 44)).unwrap_or(0);
        taste + prior(option) + reasons(matter, option, board).iter().map(|reason| reason.weight).sum::<i32>()
    };
    matter.options().iter().copied().max_by_key(score).unwrap_or(matter.options()[0])
}

/// What speaks for an option before anything is known.
fn prior(option: &str) -> i32 {
    match option {
        "override" => 5,
        "dock" => 4,
        "thermal" => 9,
        _ => 0,
    }
}

/// What is known for and against an option.
pub(super) fn reasons(matter: Matter, option: &str, board: &Board) -> Vec<Reason> {
    match matter {
        Matter::Method => method(option, board),
        Matter::Route => route(option, board),
        Matter::Entry => entry(option, board),
    }
}

struct Reasons<'a> {
    board: &'a Board,
    found: Vec<Reason>,
}

impl Reasons<'_> {
    /// A reason that a fact gives; its numbered holes are filled from the fact.
    fn from(&mut self, key: &str, weight: i32, text: &str) {
        if let Some(fact) = self.board.fact(key) {
            self.found.push(Reason { weight, text: fact.said(text) });
        }
    }

    /// The same with a fact about a certain camera or person.
    fn about(&mut self, key: &str, id: &str, weight: i32, text: &str) {
        if self.board.knows(key, id) {
            self.found.push(Reason { weight, text: text.to_owned() });
        }
    }
}

fn method(option: &str, board: &Board) -> Vec<Reason> {
    let mut why = Reasons { board, found: Vec::new() };
    let minutes = board.number(option, 0);
    if let Some((gap, minutes)) = board.number("gap", 0).zip(minutes) {
        let (weight, text) = if minutes <= gap {
            (14, format!("it needs {minutes} minutes and the gap has {gap}"))
        } else {
            (-9, format!("it needs {minutes} minutes and the gap has only {gap}"))
        };
        why.found.push(Reason { weight, text });
    }
    if board.number("line_test", 0).zip(minutes).is_some_and(|(test, need)| need > test) {
        why.found.push(Reason { weight: -6, text: "it goes on after the line test is over".to_owned() });
    }
    match option {
        "override" => {
            why.from("override", 8, "it is silent");
            why.from("override", -14, "it needs the manager's code and the card of the {1}");
            why.from("override_desk", -8, "somebody has to get to the {0} first");
            why.from("thermal", 1, "the thermal method wakes the {1} and this one wakes nobody");
            why.from("drill", 1, "the drill method takes {0} minutes");
            why.from("police", 1, "nothing in it calls the police");
            why.about("keeps", "Odile Marchetti", 5, "we know who keeps the code");
            why.about("keeps", "Henrik Vale", 4, "we know whose card it takes");
        }
        "thermal" => {
            why.from("thermal", -8, "it is noisy and wakes the {1}");
            why.from("thermal", 5, "it needs nobody's code and nobody's card");
            why.from("override", 1, "the override method needs the card of the {1}");
            why.from("drill", 1, "the drill method takes {0} minutes");
            why.from("door", 1, "{0} centimetres of steel ask for heat");
            why.from("test_reach", 8, "during the line test the alarm only reaches the {0}");
        }
        _ => {
            why.from("drill", -16, "it is very loud and wakes the {1}");
            why.from("drill", 3, "it needs nothing but muscle and a socket");
            why.from("override", 1, "the override method needs a code and a card that we do not have");
            why.from("thermal", 1, "it leaves the {1} alone");
        }
    }
    why.found
}

fn route(option: &str, board: &Board) -> Vec<Reason> {
    let mut why = Reasons { board, found: Vec::new() };
    let how = if matches!(option, "roof" | "tunnel") { "on foot" } else { "by car" };
    if let Some(minutes) = board.number(option, 0) {
        let weight = 10 - i32::try_from(minutes).unwrap_or(10);
        why.found.push(Reason { weight, text: format!("it takes {minutes} minutes {how}") });
    }
    if let Some(minutes) = board.number(&format!("walk_{option}"), 0) {
        let weight = 2 * (2 - i32::try_from(minutes).unwrap_or(2)) + 1;
        let unit = if minutes == 1 { "minute" } else { "minutes" };
        why.found.push(Reason { weight, text: format!("the walk to it takes {minutes} {unit} inside") });
    }
    match option {
        "dock" => {
            why.from("risk_dock", -3, "it has one {0}");
            why.from("dock_open", 8, "its door was found open {0} this month");
            why.from("risk_staff", 1, "the staff route passes the {0}");
            why.from("risk_front", 1, "the front route is seen by {0} cameras");
            why.from("risk_tunnel", 1, "the tunnel route is wet and narrow");
            why.about("blind", "7", 3, "the ramp there is out of camera 7's sight");
        }
        "staff" => {
            why.from("dock", 1, "the dock route takes {0} minutes");
            why.from("risk_front", 1, "the front route is seen by {0} cameras");
            why.from("risk_staff", -22, "it passes the {0}");
            why.from("staff_lock", -8, "its door locks itself after an alarm");
            why.from("staff_cameras", -6, "two cameras see its door");
        }
        "front" => {
            why.from("risk_front", -18, "it is seen by {0} cameras");
            why.from("risk_staff", 1, "the staff route passes the {0}");
            why.from("risk_dock", 1, "the dock route has one {0}");
        }
        "roof" => {
            why.from("roof_camera", -8, "camera {0} sees the roof hatch");
            why.from("risk_roof", -6, "it has the {0} against it");
            why.from("false_alarms", 6, "nobody believes an alarm from there any more");
        }
        _ => {
            why.from("risk_tunnel", -14, "it is wet and narrow and {0} at a time gets through");
            why.from("boiler", 6, "it begins on the lower level");
            why.from("risk_staff", 1, "the staff route passes the {0}");
            why.from("risk_front", 1, "the front route is seen by {0} cameras");
            why.from("first_round", 2, "whoever comes down at {1} finds nobody on the stair");
        }
    }
    why.found
}

fn entry(option: &str, board: &Board) -> Vec<Reason> {
    let mut why = Reasons { board, found: Vec::new() };
    match option {
        "the ramp of the loading dock" => {
            why.about("blind", "7", 14, "it is out of camera 7's sight");
            why.from("dock_open", 8, "the dock door was found open {0} this month");
            why.from("walk_dock", 2, "the walk from there to the vault is {1} metres");
        }
        "the east stairwell" => {
            why.about("blind", "17", 14, "its landing is out of camera 17's sight");
            why.from("first_round", -6, "the first round comes down there at {1}");
        }
        "the staff door" => {
            why.from("staff_cameras", -14, "cameras {0} and {1} both see it");
            why.from("staff_lock", -6, "it locks itself after an alarm");
        }
        "the boiler corridor" => {
            why.about("blind", "21", 14, "its bend is out of camera 21's sight");
            why.from("risk_tunnel", -6, "the tunnel before it is wet and narrow");
        }
        _ => {
            why.from("roof_camera", -10, "camera {0} sees it");
            why.from("false_alarms", 8, "nobody believes an alarm from there any more");
            why.from("walk_roof", -6, "from there it is {0} minutes to the vault");
        }
    }
    why.found
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::heist::{Entry, ToolCall, ToolUse};

    fn board(result: &str) -> Board {
        let call = ToolCall {
            id: "t1".into(),
            turn: 1,
            agent: "intel".into(),
            tool: "file_reader".into(),
            arguments: "a.txt".into(),
        };
        Board::of(&[Entry::Used(ToolUse { call, outcome: Ok(format!("x\n\n{result}")) })])
    }

    #[test]
    fn knowledge_changes_minds() {
        let (empty, police) = (board(""), board("The staff route passes the police station."));
        let staff =
            |board: &Board| (0..300).filter(|seed| pick(*seed, "driver", Matter::Route, board) == "staff").count();
        assert!(staff(&empty) > 20);
        assert!(staff(&police) < staff(&empty) / 4);
        let picks: BTreeSet<_> = (0..300).map(|seed| pick(seed, "intel", Matter::Entry, &empty)).collect();
        assert_eq!(picks.len(), ENTRIES.len(), "tastes differ");
    }

    #[test]
    fn reasons_speak_of_what_is_known() {
        let known = board("The staff route passes the police station.");
        assert_eq!(reasons(Matter::Route, "staff", &known)[0].text, "it passes the police station");
        assert!(reasons(Matter::Route, "staff", &board("")).is_empty());
    }
}
