//! What facts bear on: the slots of a plan that are chosen by them.

use super::Fact;
use crate::Slot;

impl Fact {
    /// The slots of a plan that are chosen by this fact, and how much it has to say there, 2 to 12; the first is mostly the one
    /// it says most of. Empty if a plan doesn't hang on it.
    #[must_use]
    pub fn bears_on(&self) -> &'static [(Slot, i32)] {
        use Slot::{Alarm, Entry, Load, Method, Route, Start};
        match self.kind.key {
            "gap" => &[(Start, 10), (Method, 8)],
            "line_test" => &[(Alarm, 10), (Start, 7), (Method, 4)],
            "first_round" => &[(Start, 9), (Load, 4)],
            "rounds" => &[(Start, 9), (Route, 4)],
            "restart" => &[(Start, 9), (Entry, 5), (Route, 4)],
            "time_lock" => &[(Method, 9), (Start, 4)],
            "handover" => &[(Method, 8), (Start, 5)],
            "desk_guard" => &[(Method, 4), (Alarm, 3)],
            "coffee" | "late" => &[(Start, 4)],
            "leaves" | "shift" | "cleaners" => &[(Start, 3)],
            "test_reach" | "radio" => &[(Alarm, 8)],
            "response" => &[(Alarm, 5), (Route, 4)],
            "police" => &[(Alarm, 5), (Route, 6)],
            "guards_need" => &[(Alarm, 9), (Method, 4)],
            "patrol" => &[(Alarm, 3)],
            "callers" => &[(Alarm, 9), (Entry, 8)],
            "calls" => &[(Alarm, 6), (Entry, 8), (Route, 6)],
            "false_alarms" => &[(Entry, 6), (Alarm, 4)],
            "locks" => &[(Route, 8)],
            "loop" => &[(Method, 12), (Load, 11), (Alarm, 10)],
            "blind" | "broken" => &[(Entry, 7), (Route, 4)],
            "seen_by" => &[(Entry, 9), (Route, 7)],
            "walk" => &[(Entry, 9), (Route, 8)],
            "found_open" => &[(Entry, 5)],
            "leads_to" => &[(Entry, 4)],
            "above" | "exits" | "log_open" | "log_false" => &[(Entry, 3)],
            "method_loud" | "method_quiet" => &[(Method, 10)],
            "keeps" => &[(Method, 5)],
            "override_desk" => &[(Method, 6)],
            "vault_place" => &[(Method, 3), (Entry, 3)],
            "door" | "methods" => &[(Method, 2)],
            "loot" => &[(Load, 10)],
            "shut" => &[(Load, 9)],
            "bag" | "empty" | "boxes" => &[(Load, 3)],
            "route" => &[(Route, 10)],
            "risk_police" | "risk_wait" | "risk_seen" | "risk_narrow" | "risk_alarm" => &[(Route, 9)],
            "empty_after" | "routes" => &[(Route, 2)],
            "heart" | "server_room" => &[(Alarm, 2)],
            _ => &[],
        }
    }

    /// The slots of a plan with which it has to do at all; a fact that a slot is chosen by is among them.
    pub fn touches(&self) -> impl Iterator<Item = Slot> {
        let key = self.kind.key;
        Slot::ALL.into_iter().filter(move |slot| matters_to(*slot).contains(&key))
    }
}

/// The kinds of facts that have to do with a slot.
#[rustfmt::skip]
const fn matters_to(slot: Slot) -> &'static [&'static str] {
    match slot {
        Slot::Start => &[
            "gap", "line_test", "restart", "rounds", "first_round", "shift", "time_lock", "handover", "coffee", "leaves", "late",
            "cleaners", "overlap",
        ],
        Slot::Entry => &[
            "exits", "walk", "leads_to", "above", "seen_by", "blind", "broken", "calls", "callers", "false_alarms", "found_open",
            "guard", "desk_guard", "restart", "recordings", "joins", "holds", "vault_place",
        ],
        Slot::Alarm => &[
            "line_test", "test_reach", "radio", "calls", "callers", "response", "guards_need", "police", "patrol", "alarms",
            "false_alarms", "heart", "battery", "desk_guard", "method_loud",
        ],
        Slot::Method => &[
            "methods", "method_loud", "method_quiet", "door", "time_lock", "override_desk", "keeps", "loop", "leaves", "late",
            "job", "level", "top_level", "gap", "line_test", "rounds", "first_round", "calls", "callers",
        ],
        Slot::Load => &["loot", "boxes", "empty", "bag", "shut", "response", "gap", "first_round"],
        Slot::Route => &[
            "routes", "route", "risk_police", "risk_wait", "risk_seen", "risk_narrow", "risk_alarm", "walk", "locks", "exits",
            "leads_to", "above", "police", "response", "empty_after",
        ],
    }
}
