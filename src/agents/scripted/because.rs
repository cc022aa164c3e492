//! Why somebody is for or against something: the fact that it is for, turned into a reason.

use heist_bank::{Fact, Slot};

/// Clauses that can follow "because"; their holes are the fact's, and "it" is what one is for or against. None if nothing
/// better is known than the fact itself.
pub(super) fn reasons(slot: Slot, fact: &Fact, is_for: bool) -> Vec<String> {
    let clauses: &[&'static str] = if is_for { speaks_for(slot, fact) } else { speaks_against(slot, fact) };
    clauses.iter().map(|clause| fact.phrase(clause)).filter(|text| !text.is_empty()).collect()
}

fn speaks_for(slot: Slot, fact: &Fact) -> &'static [&'static str] {
    match (fact.kind.key, slot) {
        ("gap", Slot::Start) => &[
            "from {1} to {2} there is nobody on",
            "the gap lasts {0} minutes, from {1} to {2}, and it is the only one",
            "the evening shift leaves at {1} and the night shift comes at {2}",
        ],
        ("gap", _) => &[
            "it fits the gap from {1} to {2}",
            "the gap gives us {0} minutes, from {1} to {2}",
            "nobody is on from {1} to {2}",
        ],
        ("first_round", _) => {
            &["the first round reaches the {2} at {3}, and by then we are done", "until {3} nobody comes to the {2}"]
        }
        ("rounds", _) => &[
            "there is a round every {0} minutes, and there is time between two of them",
            "a round takes {1} minutes and the next comes {0} minutes later",
        ],
        ("line_test", _) => &[
            "the line test runs from {1} to {2} and swallows an alarm",
            "between {1} and {2} an alarm counts as part of the line test",
            "the line test gives us {0} minutes, from {1} to {2}",
        ],
        ("handover", _) => &["the guards are in the {0} then, and nobody walks the {2}"],
        ("restart", _) => &[
            "the recorder restarts at {0} and sees nothing for {1} minutes",
            "for {1} minutes from {0} on the recorder is blind",
        ],
        ("loop", _) => &["the loop holds for {0} minutes, and that is enough", "a loop of {0} minutes covers it"],
        ("radio", _) => &["a cut line is quiet for {0} minutes", "the radio only takes over after {0} minutes"],
        ("walk", Slot::Entry) => &[
            "from there it is {1} minutes to the vault",
            "it is {2} metres from there to the vault",
            "the walk from there takes {1} minutes",
        ],
        ("walk", _) => &["the walk to the {0} takes {1} minutes", "the {0} is {2} metres from the vault"],
        ("blind" | "broken", _) => &["camera {0} can't see the {1}", "nobody sees the {1} on camera {0}"],
        ("false_alarms", _) => &["nobody believes an alarm from the {1} any more"],
        ("method_loud", _) => &[
            "it takes {1} minutes and needs nobody's card",
            "{1} minutes are enough for it",
            "it wants nothing from anybody and takes {1} minutes",
        ],
        ("method_quiet", _) => &["it is silent and takes {1} minutes", "nobody hears it and it takes {1} minutes"],
        ("loot", _) => &[
            "the {0} are worth {2} thousand and take {1} minutes",
            "we get {2} thousand out of {1} minutes of loading",
        ],
        ("shut", _) => &["the door only falls shut after {0} minutes", "the door gives us {0} minutes for it"],
        ("route", _) => &[
            "it takes {1} minutes {2:by}",
            "it is {3} kilometres long and takes {1} minutes",
            "we are away in {1} minutes {2:by}",
        ],
        _ => &[],
    }
}

fn speaks_against(slot: Slot, fact: &Fact) -> &'static [&'static str] {
    match (fact.kind.key, slot) {
        ("gap", Slot::Start) => &["the gap is from {1} to {2}, and outside it somebody is on"],
        ("gap", _) => &["it does not fit a gap of {0} minutes, from {1} to {2}", "the gap is over at {2}"],
        ("first_round", _) => &[
            "the first round reaches the {2} at {3}, and we would still be there",
            "at {3} the first round is standing in front of us",
        ],
        ("rounds", _) => &["there is a round every {0} minutes, and one of them meets us"],
        ("line_test", _) => &[
            "the line test only runs from {1} to {2}, and an alarm outside it counts",
            "at {2} the line test is over, and the alarm is not",
        ],
        ("handover", _) => &["the guards hand over in the {0}, and they would hear it"],
        ("time_lock", _) => &["the time lock is shut from {0} to {1}"],
        ("loop", _) => &["the loop only holds for {0} minutes", "after {0} minutes the loop gives us away"],
        ("radio", _) => &["a cut line falls back to radio after {0} minutes"],
        ("walk", Slot::Entry) => {
            &["from there it is {1} minutes to the vault", "it is {2} metres from there to the vault"]
        }
        ("walk", _) => &["the walk to the {0} alone takes {1} minutes"],
        ("seen_by", Slot::Entry) => &["it is in view of {1:cameras}", "we would be in view of {1:cameras}"],
        ("seen_by", _) => &["it begins at the {0}, in view of {1:cameras}", "at the {0} we are in view of {1:cameras}"],
        ("method_loud", _) => &["it is {2} and wakes the {3}", "it wakes the {3}, and it is {2}"],
        ("method_quiet", _) => &["it needs {2}"],
        ("loot", _) => &["loading the {0} takes {1} minutes", "{1} minutes for {2} thousand is too long"],
        ("shut", _) => &["the door falls shut after {0} minutes, with us in it"],
        ("route", _) => &["it takes {1} minutes", "it is {3} kilometres long"],
        ("risk_police", _) => &["it passes the police station"],
        ("risk_wait", _) => &["the {1} on it costs {2} minutes"],
        ("risk_seen", _) => &["{1} cameras of the city see it"],
        ("risk_narrow", _) => &["only one person at a time gets through"],
        ("risk_alarm", _) => &["the alarm of the {1} comes first"],
        ("locks", _) => &["the {0} locks itself {1} minutes after an alarm"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use heist_bank::{Bank, Kind};

    #[test]
    fn a_reason_is_a_clause_with_figures_of_its_fact_alone() {
        for seed in 0..30 {
            for fact in Bank::of(seed).facts() {
                for slot in Slot::ALL {
                    for text in [reasons(slot, &fact, true), reasons(slot, &fact, false)].concat() {
                        assert!(!text.ends_with('.') && !text.contains(['{', '}']) && !text.contains("  "), "{text}");
                        let numbers = text.split(|letter: char| !letter.is_ascii_digit() && !":.".contains(letter));
                        for number in numbers.filter(|number| !number.is_empty()) {
                            let known = fact.values.iter().any(|value| value.contains(number));
                            assert!(known, "{text} has {number}, {:?} has not", fact.values);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn every_clause_goes_with_its_kind() {
        for kind in Kind::all() {
            let values = vec!["7".to_owned(); kind.holes.len()];
            let fact = Fact { kind, values, sources: Vec::new() };
            for slot in Slot::ALL {
                for is_for in [true, false] {
                    let clauses = if is_for { speaks_for(slot, &fact) } else { speaks_against(slot, &fact) };
                    assert_eq!(reasons(slot, &fact, is_for).len(), clauses.len(), "{}", kind.key);
                }
            }
        }
    }
}
