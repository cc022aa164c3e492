//! The side pane, the filter, the search and the folds: keys go in, and what is seen changes.

use std::time::Duration;

use crossterm::event::KeyCode;
use ratatui::layout::Size;

use super::steering::hit;
use super::story::{Teller, two_rounds};
use super::{drawn, model_of, shown};
use crate::heist::{MessageDelta, Phase};
use crate::session::Signal;
use crate::tui::keys::Place;
use crate::tui::model::{Model, Msg, Over};
use crate::tui::side::Side;
use crate::tui::update::update;

pub(super) fn press(model: &mut Model, keys: &str) {
    for c in keys.chars() {
        let code = match c {
            '\n' => KeyCode::Enter,
            '\u{1b}' => KeyCode::Esc,
            '\u{8}' => KeyCode::Backspace,
            c => KeyCode::Char(c),
        };
        assert!(hit(model, code).is_empty());
    }
}

fn hear(model: &mut Model, told: &mut Teller) {
    for signal in told.tell() {
        update(model, Msg::Signal(signal));
    }
}

/// The story and the rest of it, so that the numbers go on.
fn story(width: u16, height: u16) -> (Model, Teller) {
    let mut told = two_rounds();
    (model_of(width, height, told.tell()), told)
}

/// A heist of so many messages.
fn long(messages: usize, width: u16, height: u16) -> (Model, Teller) {
    let mut told = Teller::new();
    told.opens(Some("a-model"), "docker").services().round(Phase::Reconnaissance);
    for index in 0..messages {
        let agent = super::story::NAMES[index % 6];
        told.turn(agent);
        if index % 3 == 0 {
            told.calls(agent, "file_reader", "bank_layout.txt").returns(agent, "file_reader", Ok("one\ntwo\nthree"));
        }
        told.says(
            agent,
            &format!(
                "Message {index}: the way from the vault to the loading dock takes two minutes and \
            is seen by camera {} unless somebody has the loop running before that.",
                index % 24
            ),
        );
        if index % 4 == 0 {
            let found = told.evidence(agent, crate::heist::Family::Timing, 0.4, "names a time", "two minutes");
            told.weighed(&[(index % 6, 0.01)], vec![found]);
        }
    }
    told.turn("driver");
    (model_of(width, height, told.tell()), told)
}

#[test]
fn the_side_pane_has_five_views() {
    let mut model = model_of(120, 40, two_rounds().tell());
    for (side, words, next) in [
        (Side::Evidence, "Why planner", "v plan"),
        (Side::Plan, "Plan · ", "v sources"),
        (Side::Sources, "Sources · ", "v tools"),
        (Side::Tools, "Tools · 5 calls, 1 failed, 1 denied", "v floor"),
        (Side::Floor, "Floor plan · ", "v evidence"),
    ] {
        assert_eq!(model.pane.view, side);
        let picture = shown(&model);
        assert!(picture.contains(words) && picture.contains(next), "{picture}");
        press(&mut model, "v");
    }
    assert_eq!(model.pane.view, Side::Evidence);
}

#[test]
fn evidence_leads_to_its_message() {
    for (width, height) in [(60, 20), (80, 24), (120, 40), (200, 60)] {
        let (mut model, _) = story(width, height);
        press(&mut model, "2\n");
        assert_eq!(model.place(), Place::Pane);
        assert!(shown(&model).contains('▸'), "{}", shown(&model));
        press(&mut model, "\n");
        assert!(shown(&model).contains("\"▌"), "{}", shown(&model));
        assert_eq!(model.pane.open, width >= 100, "a narrow pane makes way");
        // Out of the pane if it is still there, then the mark goes.
        press(&mut model, if width >= 100 { "\u{1b}\u{1b}" } else { "\u{1b}" });
        assert!(!shown(&model).contains("\"▌"));
    }
}

#[test]
fn a_marked_message_stays_in_view_while_the_talk_goes_on() {
    let (mut model, mut told) = story(80, 24);
    press(&mut model, "2\nj\n");
    let top = model.top;
    assert!(top.is_some());
    told.says("driver", &"and much more of it ".repeat(40)).turn("lookout").says("lookout", "Nobody in the street.");
    hear(&mut model, &mut told);
    assert_eq!(model.top, top);
    assert!(shown(&model).contains("▌") && shown(&model).contains("f follows"), "{}", shown(&model));
}

#[test]
fn evidence_of_one_who_is_not_heard_is_shown_all_the_same() {
    let (mut model, _) = story(120, 40);
    // A call of the hacker's, in the tools view, while only the planner is heard.
    press(&mut model, "1avvv");
    press(&mut model, "\n\n");
    assert!(!model.only && shown(&model).contains("\"▌hacker"), "{}", shown(&model));
}

#[test]
fn the_cursor_stays_on_its_piece_when_newer_ones_come() {
    let (mut model, mut told) = story(120, 40);
    press(&mut model, "vvv\nj");
    let before = shown(&model).lines().find(|line| line.contains('▸')).map(str::to_owned);
    told.calls("driver", "calculator", "2+2").returns("driver", "calculator", Ok("4"));
    hear(&mut model, &mut told);
    assert_eq!(model.pane.cursor, 2);
    let after = shown(&model).lines().find(|line| line.contains('▸')).map(str::to_owned);
    let pane = |line: Option<String>| line.unwrap().split('▸').nth(1).unwrap().to_owned();
    assert_eq!(pane(before), pane(after));
}

#[test]
fn an_empty_pane_says_so() {
    let mut told = Teller::new();
    told.opens(None, "embedded").services().round(Phase::Reconnaissance).turn("planner");
    let mut model = model_of(80, 24, told.tell());
    for (views, words) in [
        ("", "Nothing speaks for or against it yet"),
        ("vvv", "No tool has been called yet"),
        ("v", "No place has been named yet"),
    ] {
        press(&mut model, views);
        assert!(shown(&model).contains(words), "{}", shown(&model));
        press(&mut model, "\n\n");
        assert!(shown(&model).contains("nothing here yet"), "{}", shown(&model));
        press(&mut model, "\u{1b}");
    }
}

#[test]
fn the_filter_follows_the_chosen_agent() {
    let (mut model, _) = story(80, 24);
    press(&mut model, "2a");
    let picture = shown(&model);
    assert!(picture.contains("Only hacker · 2 messages, 2 calls") && picture.contains("Esc everyone"), "{picture}");
    assert!(!picture.contains("We begin at 23:40"));
    press(&mut model, "1");
    assert!(shown(&model).contains("Only planner") && shown(&model).contains("We begin at 23:40"));
    press(&mut model, "\u{1b}");
    assert!(!shown(&model).contains("Only planner"));
    press(&mut model, "aa");
    assert!(!model.only);
}

#[test]
fn a_narrow_pane_makes_way_for_what_a_key_changes() {
    for key in ["a", "o", "/"] {
        let (mut model, _) = story(80, 24);
        press(&mut model, "\n");
        press(&mut model, key);
        assert!(!model.pane.open && shown(&model).contains("We begin at 23:40"), "{}", shown(&model));
    }
}

#[test]
fn a_search_counts_walks_and_ends() {
    let (mut model, mut told) = story(80, 24);
    press(&mut model, "/");
    assert_eq!(model.place(), Place::Search);
    press(&mut model, "vaultx\u{8}");
    assert!(shown(&model).contains("search › vault▌  4 of 4"), "{}", shown(&model));
    press(&mut model, "\n");
    assert!(matches!(model.over, Over::Nothing));
    assert!(shown(&model).contains("“vault” 4 of 4") && shown(&model).contains("n next"), "{}", shown(&model));
    press(&mut model, "n");
    assert!(shown(&model).contains("“vault” 1 of 4"));
    press(&mut model, "N");
    assert!(shown(&model).contains("“vault” 4 of 4"));
    told.says("driver", "The vault.");
    hear(&mut model, &mut told);
    assert!(shown(&model).contains("“vault” 4 of 5"));
    press(&mut model, "\u{1b}");
    assert!(!shown(&model).contains("“vault”"));
    // Without a search the keys for it do nothing and are not offered.
    assert!(!shown(&model).contains("n next"));
}

#[test]
fn a_search_that_is_broken_off_leaves_the_place() {
    let (mut model, _) = story(80, 24);
    press(&mut model, "kk");
    let before = model.top;
    press(&mut model, "/cameras\u{1b}");
    assert_eq!(model.top, before);
    assert!(model.seen.talk.searched().is_none());
    press(&mut model, "/\n");
    assert!(model.seen.talk.searched().is_none() && matches!(model.over, Over::Nothing));
}

#[test]
fn a_search_stands_out_without_colour() {
    let (mut model, _) = story(120, 40);
    press(&mut model, "/corridor\n");
    let terminal = drawn(&model);
    let cells = terminal.backend().buffer().content();
    let marked = |modifier| cells.iter().filter(|cell| cell.modifier.contains(modifier)).count();
    assert!(marked(ratatui::style::Modifier::UNDERLINED) >= "corridor".len() * 2);
    assert!(marked(ratatui::style::Modifier::REVERSED) >= "corridor".len());
}

#[test]
fn results_unfold_and_the_first_row_stays() {
    let (mut model, _) = story(80, 24);
    press(&mut model, "kkkkkk");
    let first = |model: &Model| shown(model).lines().nth(4).map(str::to_owned);
    let before = first(&model);
    press(&mut model, "o");
    assert_eq!(first(&model), before);
    assert!(shown(&model).contains("o fold") || shown(&model).contains("Results are shown in full"));
    press(&mut model, "o");
    assert_eq!(first(&model), before);
}

#[test]
fn a_new_width_keeps_the_first_row() {
    let (mut model, _) = long(200, 120, 40);
    for _ in 0..5 {
        hit(&mut model, KeyCode::PageUp);
    }
    let words = |model: &Model| {
        let picture = shown(model);
        let number =
            |line: &str| line.split("Message ").nth(1).and_then(|rest| rest.split(':').next()).map(str::to_owned);
        picture.lines().find_map(number).unwrap()
    };
    let before = words(&model);
    for (width, height) in [(80, 24), (200, 60), (120, 40)] {
        update(&mut model, Msg::Resize(Size { width, height }));
        let (now, before) = (words(&model).parse::<i64>().unwrap(), before.parse::<i64>().unwrap());
        assert!((now - before).abs() <= 1, "{now} {before}");
    }
}

#[test]
fn a_model_shows_its_tokens_a_second() {
    let mut told = two_rounds();
    let mut model = model_of(120, 40, told.tell());
    let speak = |model: &mut Model| {
        for _ in 0..12 {
            let delta = MessageDelta { turn: 7, agent: "driver".into(), text: " and".into(), restart: false };
            update(model, Msg::Signal(Signal::Delta(delta)));
        }
        update(model, Msg::Tick(Duration::from_secs(1)));
    };
    assert!(!shown(&model).contains("tok/s"));
    speak(&mut model);
    speak(&mut model);
    assert!(shown(&model).contains("12 tok/s"), "{}", shown(&model));
    told.says("driver", "and");
    hear(&mut model, &mut told);
    assert!(!shown(&model).contains("tok/s"));
}

#[test]
fn blind_shows_no_history() {
    let mut model = model_of(120, 40, []);
    model.seen.begin_blind(true);
    for signal in two_rounds().tell() {
        update(&mut model, Msg::Signal(signal));
    }
    assert!(!shown(&model).contains(['▄', '▆', '█']), "{}", shown(&model));
    press(&mut model, "\n\n");
    assert!(shown(&model).contains("You play blind"));
}
