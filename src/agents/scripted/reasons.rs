//! What speaks for and against an option: it follows from the kinds of what is known, whatever the bank.

use heist_bank::{Bank, Fact};

use super::board::Board;
use super::stance::{Matter, exit};

/// A reason for or against an option.
pub(super) struct Reason {
    /// How much it weighs; below 0 it speaks against.
    pub(super) weight: i32,
    /// A clause that can follow "because"; `it` is the option.
    pub(super) text: String,
}

/// What is known for and against an option.
pub(super) fn reasons(matter: Matter, option: &str, bank: &Bank, board: &Board) -> Vec<Reason> {
    let mut why = Reasons { board, found: Vec::new() };
    match matter {
        Matter::Method => method(&mut why, option, bank),
        Matter::Route => route(&mut why, option, bank),
        Matter::Entry => entry(&mut why, option, bank),
    }
    why.found
}

struct Reasons<'a> {
    board: &'a Board,
    found: Vec<Reason>,
}

impl<'a> Reasons<'a> {
    fn add(&mut self, weight: i32, text: impl Into<String>) {
        self.found.push(Reason { weight, text: text.into() });
    }

    /// A reason that a fact gives; its numbered holes are filled from the fact.
    fn of(&mut self, fact: &Fact, weight: i32, text: &'static str) {
        self.add(weight, fact.phrase(text));
    }

    /// The same with the fact of that key, if it is known.
    fn from(&mut self, key: &str, weight: i32, text: &'static str) {
        if let Some(fact) = self.board.fact(key) {
            self.of(fact, weight, text);
        }
    }

    /// The way in the house that leads to an exit.
    fn way_to(&self, exit: &str) -> Option<&'a Fact> {
        self.board.all("leads_to").find(|way| way.text(1) == exit)
    }

    /// The blind spots in whose words a place is named.
    fn blind_spots(&self, place: &str) -> Vec<&'a Fact> {
        self.board.all("blind").filter(|fact| fact.text(1).contains(place)).collect()
    }
}

/// The minutes of a walk or a route, as a weight.
fn minutes(fact: &Fact) -> i32 {
    fact.number(1).and_then(|minutes| i32::try_from(minutes).ok()).unwrap_or(0).min(99)
}

fn method(why: &mut Reasons<'_>, option: &str, bank: &Bank) {
    let board = why.board;
    let minutes = board.number(&format!("method:{option}"), 1);
    let (gap, tested) = (board.number("gap", 0), board.number("line_test", 0));
    if let Some((gap, minutes)) = gap.zip(minutes) {
        if minutes <= gap {
            why.add(14, format!("it needs {minutes} minutes and the gap has {gap}"));
        } else {
            why.add(-9, format!("it needs {minutes} minutes and the gap has only {gap}"));
        }
    }
    let in_test = tested.zip(minutes).is_none_or(|(tested, minutes)| minutes <= tested);
    if !in_test {
        why.add(-6, "it goes on after the line test is over");
    }
    match board.fact(&format!("method:{option}")) {
        Some(own) if own.kind.key == "method_loud" => {
            let (weight, clause) = match own.text(2) {
                "very loud" => (-16, "it is {2} and wakes the {3}"),
                "silent" => (-4, "it is {2} but wakes the {3}"),
                _ => (-8, "it is {2} and wakes the {3}"),
            };
            why.of(own, weight, clause);
            why.add(4, "it needs nobody's code and nobody's card");
            why.from("door", 1, "{0} centimetres of steel do not open for good words");
            if in_test {
                why.from("test_reach", 8, "during the line test the alarm only reaches {0:the}");
            }
        }
        Some(own) => {
            why.of(own, 8, "it is silent");
            why.of(own, -14, "it needs {2}");
            // Only an override is switched on elsewhere.
            if own.text(2).contains("the card of the") {
                why.from("override_desk", -8, "somebody has to get to {1:the} first");
            }
            why.from("police", 1, "nothing in it calls the police");
            for keeper in board.all("keeps").filter(|keeper| own.text(2).contains(keeper.text(1))) {
                why.of(keeper, 5, "we know who keeps {1:the}");
            }
        }
        None => {}
    }
    for other in others(Matter::Method, option, bank) {
        let Some(fact) = board.fact(&format!("method:{other}")) else { continue };
        if minutes.zip(fact.number(1)).is_none_or(|(own, other)| own < other) {
            why.of(fact, 1, "the {0} method takes {1} minutes");
        }
        if fact.kind.key == "method_loud" {
            why.of(fact, 1, "the {0} method wakes the {3}");
        } else {
            why.of(fact, 1, "the {0} method needs what others keep");
        }
    }
}

/// The other options.
fn others<'a>(matter: Matter, option: &str, bank: &'a Bank) -> Vec<&'a str> {
    let mut options = matter.options(bank);
    options.retain(|other| *other != option);
    options
}

fn route(why: &mut Reasons<'_>, option: &str, bank: &Bank) {
    let (board, exit) = (why.board, exit(bank, option));
    if let Some(fact) = board.fact(&format!("route:{option}")) {
        why.of(fact, 10 - minutes(fact), "it takes {1} minutes {2:by}");
    }
    if let Some(fact) = board.fact(&format!("walk:{exit}")) {
        why.of(fact, 5 - 2 * minutes(fact), "the walk to it takes {1} minutes inside");
    }
    if let Some(risk) = board.fact(&format!("risk:{option}")) {
        let (weight, text) = match risk.kind.key {
            "risk_police" => (-22, "it passes the police station"),
            "risk_wait" => (-3, "it has {1:a} on it"),
            "risk_seen" => (-18, "it is seen by {1} cameras"),
            "risk_narrow" => (-14, "it is narrow and one person at a time gets through"),
            _ => (-6, "the alarm of {1:the} stands before it"),
        };
        why.of(risk, weight, text);
    }
    door(why, exit, bank, -6);
    for spot in why.blind_spots(exit) {
        why.of(spot, 3, "camera {0} does not see {1:the}");
    }
    if let Some(way) = why.way_to(exit) {
        why.of(way, 6, "it begins where {0:the} ends");
    }
    for other in others(Matter::Route, option, bank) {
        let Some(risk) = board.fact(&format!("risk:{other}")) else { continue };
        let text = match risk.kind.key {
            "risk_police" => "the {0} route passes the police station",
            "risk_wait" => "the {0} route has {1:a} on it",
            "risk_seen" => "the {0} route is seen by {1} cameras",
            "risk_narrow" => "the {0} route is narrow",
            _ => "the {0} route has an alarm before it",
        };
        why.of(risk, 1, text);
    }
}

/// What is known of an exit's door; seen by cameras it weighs so much.
fn door(why: &mut Reasons<'_>, exit: &str, bank: &Bank, seen: i32) {
    let called = bank.place(exit).and_then(|place| bank.places.get(place)).map_or(exit, |place| &*place.door);
    why.from(&format!("found_open:{called}"), 8, "its door was found open {1:times} this month");
    why.from(&format!("locks:{exit}"), -7, "its door locks itself after an alarm");
    why.from(&format!("seen_by:{exit}"), seen, "its door has eyes on it");
    if let Some(fact) = why.board.fact("false_alarms").filter(|fact| fact.text(1) == exit) {
        why.of(fact, 7, "nobody believes an alarm from there any more");
    }
}

fn entry(why: &mut Reasons<'_>, option: &str, bank: &Bank) {
    let board = why.board;
    for spot in why.blind_spots(option) {
        why.of(spot, 14, "camera {0} does not see {1:the}");
    }
    // What lies behind the exit is a part of the way.
    if let Some(way) = why.way_to(option) {
        for spot in why.blind_spots(way.text(0)) {
            why.of(spot, 14, "camera {0} does not see {1:the}");
        }
    }
    door(why, option, bank, -12);
    if let Some(fact) = board.fact(&format!("walk:{option}")) {
        let far = minutes(fact) > 3;
        let text = if far {
            "from there it is {1} minutes to the vault"
        } else {
            "the walk from there to the vault is {2} metres"
        };
        why.of(fact, 6 - 2 * minutes(fact), text);
    }
    for road in bank.roads.iter().filter(|road| bank.name_of(road.exit) == option) {
        match board.fact(&format!("risk:{}", road.name)) {
            Some(risk) if risk.kind.key == "risk_narrow" => why.of(risk, -6, "the way to it is narrow"),
            Some(risk) if risk.kind.key == "risk_alarm" => why.of(risk, -6, "it has an alarm of its own"),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agents::scripted::stance::pick;
    use crate::heist::{Entry, ToolCall, ToolUse};
    use std::collections::BTreeSet;

    fn board(result: &str) -> Board {
        let call = ToolCall {
            id: "t1".into(),
            turn: 1,
            agent: "intel".into(),
            tool: "file_reader".into(),
            arguments: "a.txt".into(),
        };
        Board::of_tools(&[Entry::Used(ToolUse { call, outcome: Ok(format!("x\n\n{result}")) })])
    }

    #[test]
    fn knowledge_changes_minds() {
        let bank = Bank::first_meridian();
        let (empty, police) = (board(""), board("The staff route passes the police station."));
        let staff = |board: &Board| {
            (0..300).filter(|seed| pick(*seed, "driver", Matter::Route, &bank, board) == "staff").count()
        };
        assert!(staff(&empty) > 20);
        assert!(staff(&police) < staff(&empty) / 4);
        let picks: BTreeSet<_> = (0..300).map(|seed| pick(seed, "intel", Matter::Entry, &bank, &empty)).collect();
        assert_eq!(picks.len(), Matter::Entry.options(&bank).len(), "tastes differ");
    }

    #[test]
    fn reasons_speak_of_what_is_known() {
        let bank = Bank::first_meridian();
        let known = board("The staff route passes the police station.");
        assert_eq!(reasons(Matter::Route, "staff", &bank, &known)[0].text, "it passes the police station");
        assert!(reasons(Matter::Route, "staff", &bank, &board("")).is_empty());
    }
}
