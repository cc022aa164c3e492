//! The plan pane: what the moves make of the plan, and what follows from it in minutes as far as anybody has told.

use heist_bank::Slot;
use proptest::prelude::*;

use super::planned::{opened, planned, propose, settle, tells};
use super::story::{NAMES, two_rounds};
use super::watching::press;
use super::{model_of, shown};
use crate::heist::{EventKind, Move, SlotState};
use crate::session::Signal;
use crate::tui::model::Model;
use crate::tui::side::Side;
use crate::views::plan::{Step, course};

fn steps(model: &Model) -> [Step; 4] {
    course(model.seen.plan.draft(), &model.seen.sources.facts)
}

fn whens(signals: &[Signal]) -> Vec<String> {
    steps(&model_of(80, 24, signals.to_vec())).iter().map(Step::when).collect()
}

#[test]
fn the_plan_is_what_the_moves_make_it() {
    let model = model_of(80, 24, planned().tell());
    let plan = &model.seen.plan;
    assert_eq!(plan.counts(), (1, 1));
    let states = Slot::ALL.map(|slot| plan.slot(slot).state());
    let (open, settled, again) = (Some(SlotState::Proposed), Some(SlotState::Settled), Some(SlotState::Reopened));
    assert_eq!(states, [again, settled, None, open, open, open]);
    let undone = plan.undone(Slot::Start).unwrap();
    assert_eq!((&*undone.by, &*undone.message, &*undone.was), ("safecracker", "m8", "22:00"));
    assert_eq!(plan.settled(Slot::Entry), Some("m7"));
    let entry = plan.slot(Slot::Entry).leading().unwrap();
    assert_eq!(plan.brought(Slot::Entry, entry), Some("m5"));
    let news: Vec<_> = Slot::ALL.into_iter().filter(|slot| plan.is_news(*slot)).collect();
    assert_eq!(news, [Slot::Start, Slot::Load]);
}

#[test]
fn a_reopened_slot_that_is_settled_again_is_no_more_open() {
    let mut told = planned();
    told.turn("planner").does("planner", "At 22:05, then.", vec![settle(Slot::Start, "22:05")]);
    let model = model_of(80, 24, told.tell());
    assert_eq!(model.seen.plan.undone(Slot::Start), None);
    assert_eq!(model.seen.plan.counts(), (2, 0));
}

#[test]
fn minutes_follow_from_what_was_told_and_from_nothing_else() {
    let mut told = opened(&NAMES);
    told.turn("planner").does(
        "planner",
        "Everything at once.",
        vec![propose(Slot::Start, "22:00", None), propose(Slot::Entry, "loading dock", None)],
    );
    told.turn("hacker").does(
        "hacker",
        "Thermal, the cash cages, the dock route.",
        vec![
            propose(Slot::Method, "thermal", None),
            propose(Slot::Load, "cash cages", None),
            propose(Slot::Route, "dock", None),
        ],
    );
    assert_eq!(whens(&told.told), ["22:00", "?", "?", "?"]);
    told.turn("driver").does("driver", "2 minutes to walk.", vec![tells("walk:loading dock", "", None)]);
    assert_eq!(whens(&told.told), ["22:00", "?", "?", "?"]);
    told.turn("hacker").reads("hacker", "vault_specs.txt");
    assert_eq!(whens(&told.told)[1], "22:24");
    told.does("hacker", "It takes 10.", vec![tells("method:thermal", "vault_specs.txt", Some((1, "10")))]);
    told.turn("intel").queries("intel", "escape_routes").turn("driver");
    let told = whens(&told.told);
    assert_eq!(told[1..3], ["22:24 or 22:12", "22:30 or 22:18"]);
    assert!(told[3].contains(" or ") && !told[3].contains("later"), "the risk of the road is told too: {told:?}");
}

#[test]
fn what_was_taken_back_counts_no_more() {
    let mut told = opened(&NAMES);
    for value in ["10", "16", "22"] {
        told.turn("hacker").does("hacker", "So long.", vec![tells("method:thermal", "", Some((1, value)))]);
    }
    told.turn("driver").does("driver", "Less.", vec![tells("method:thermal", "", Some((1, "9")))]);
    let model = model_of(80, 24, told.tell());
    assert_eq!(model.seen.sources.facts.numbers("method:thermal", 1), [22, 9]);
}

#[test]
fn reasons_are_told_as_they_were_said() {
    let picture = shown(&open(120, 60, planned().tell()));
    let flat: String = picture
        .lines()
        .map(|line| line.split('│').next_back().unwrap().trim_matches(['"', ' ', '▸']))
        .collect::<Vec<_>>()
        .join(" ");
    assert!(
        flat.contains("thermal method takes 10 minutes"),
        "what the safecracker has said, not what is true: {picture}"
    );
    assert!(flat.contains("22 or 10"), "{picture}");
}

/// The plan pane, opened.
fn open(width: u16, height: u16, signals: Vec<Signal>) -> Model {
    let mut model = model_of(width, height, signals);
    press(&mut model, "v\n");
    model
}

#[test]
fn a_heist_of_an_older_version_has_no_plan() {
    for (width, height) in [(80, 24), (120, 40)] {
        let picture = shown(&open(width, height, two_rounds().as_older().tell()));
        assert!(picture.contains("No plan was written"), "{picture}");
    }
}

proptest! {
    /// The screens hold nothing that only the bank knows: of two banks that differ in what nobody told they show the same.
    #[test]
    fn nothing_is_shown_that_nobody_told(cut in 0..60_usize) {
        let signals = planned().tell();
        let signals = &signals[..signals.len().min(cut + 1)];
        let figures: String = signals.iter().filter_map(|signal| match signal {
            Signal::Recorded(event) => match &event.kind {
                EventKind::ToolReturned(answer) => answer.result.clone(),
                EventKind::MessageCompleted(message) => Some(serde_json::to_string(&message.moves).unwrap()),
                _ => None,
            },
            _ => None,
        }).collect();
        let model = open(200, 60, signals.to_vec());
        for (key, hole) in [("police", 0), ("guards_need", 0), ("patrol", 0), ("gap", 0), ("method:thermal", 1), ("route:dock", 1)] {
            for value in model.seen.sources.facts.values(key, hole) {
                prop_assert!(figures.contains(value), "{key}: {value}");
            }
        }
        for step in steps(&model) {
            let known = step.parts.iter().all(|part| !part.minutes.is_empty());
            prop_assert!(known || step.at.is_empty(), "{step:?}");
        }
    }
}

#[test]
fn all_slots_are_in_view_where_they_fit() {
    let mut model = open(200, 60, planned().tell());
    press(&mut model, "jjjjj");
    let picture = shown(&model);
    assert!(picture.contains("start  22:00") && picture.contains("▸  route"), "{picture}");
}

#[test]
fn who_sees_to_a_slot_is_told() {
    let mut told = opened(&NAMES);
    let assigns = Move::Assign { agent: "hacker".into(), slot: Slot::Alarm };
    told.turn("planner").does("planner", "Hacker sees to the alarm line.", vec![assigns]);
    let model = open(80, 24, told.tell());
    assert!(model.seen.plan.is_news(Slot::Alarm) && shown(&model).contains("hacker sees to it"), "{}", shown(&model));
}

#[test]
fn a_slot_s_reason_leads_to_the_line_that_tells_it_and_back() {
    for (width, height) in [(60, 20), (80, 24), (120, 40)] {
        let mut model = open(width, height, planned().tell());
        press(&mut model, "jjjs");
        let picture = shown(&model);
        assert!(picture.contains("▸ The thermal") && picture.contains("m3 safecracker: "), "{picture}");
        assert!(picture.contains("safecracker names vault_specs.txt"), "{picture}");
        assert_eq!(model.pane.reads().unwrap().source, "vault_specs.txt");
        assert_eq!(model.seen.talk.marked_message(), Some("m3"));
        // One's own reason, with the source that was read for it.
        press(&mut model, "\u{1b}");
        assert_eq!((model.pane.view, model.pane.open, model.pane.cursor), (Side::Plan, true, 3));
        press(&mut model, "kks");
        let picture = shown(&model);
        assert!(picture.contains("driver read it in turn 5 (t3)"), "{picture}");
    }
}

#[test]
fn a_slot_without_a_source_says_why_it_leads_nowhere() {
    let mut told = planned();
    let because = propose(Slot::Alarm, "line test", Some("line_test"));
    told.turn("hacker").does("hacker", "The line test, for it is long enough.", vec![because]);
    let mut model = open(120, 40, told.tell());
    press(&mut model, "s");
    assert!(shown(&model).contains("planner gave no reason for the start."), "{}", shown(&model));
    press(&mut model, "jjs");
    assert!(shown(&model).contains("m9 names no source for"), "{}", shown(&model));
    let mut model = open(120, 40, planned().tell());
    press(&mut model, "jjs");
    assert!(shown(&model).contains("Nothing stands in the plan for the alarm line yet."), "{}", shown(&model));
    assert_eq!((model.pane.view, model.pane.cursor), (Side::Plan, 2));
}

#[test]
fn a_slot_leads_to_the_message_that_changed_it_last() {
    let mut model = open(120, 40, planned().tell());
    press(&mut model, "j\n");
    assert_eq!(model.seen.talk.marked_message(), Some("m7"));
    let reopened = Move::Reopen { slot: Slot::Entry };
    let mut told = planned();
    told.does("driver", "The dock is not good.", vec![reopened]);
    let mut model = open(120, 40, told.tell());
    press(&mut model, "j");
    assert!(shown(&model).contains("reopened by driver in m9"), "{}", shown(&model));
}
