//! What the mouse does, on screens of all sizes.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::story::{to_the_guess, two_rounds};
use super::{model_of, shown};
use crate::tui::model::{Action, Model, Msg, Page};
use crate::tui::update::update;

/// Rows that a notch of the wheel goes.
const NOTCH: usize = 3;

/// Points at the first character of some words on the screen.
fn mouse(model: &mut Model, kind: MouseEventKind, words: &str) -> Vec<Action> {
    let picture = shown(model);
    let mut rows = picture.lines().enumerate();
    let (row, line, byte) = rows.find_map(|(row, line)| Some((row, line, line.find(words)?))).unwrap();
    // Lines of a picture begin with a quotation mark.
    let column = unicode_width::UnicodeWidthStr::width(&line[..byte]) - 1;
    let (row, column) = (u16::try_from(row).unwrap(), u16::try_from(column).unwrap());
    update(model, Msg::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }))
}

const CLICK: MouseEventKind = MouseEventKind::Down(MouseButton::Left);

#[test]
fn a_click_chooses_an_agent_wherever_the_crew_stands() {
    for (width, height) in [(60, 20), (80, 24), (120, 40), (200, 60), (100, 20)] {
        let mut model = model_of(width, height, two_rounds().tell());
        for index in [3, 1, 5, 0] {
            let label = &model.seen.crew[index].label;
            let doing = [" ", "…", "›", "»"].map(|mark| format!("{}{mark}{label}", index + 1));
            let picture = shown(&model);
            let words = doing.iter().find(|words| picture.contains(*words)).unwrap();
            mouse(&mut model, CLICK, words);
            assert_eq!(model.selected, index, "{words} at {width}x{height}");
        }
    }
}

#[test]
fn a_click_names_an_agent_or_nobody_and_never_confirms() {
    for (width, height) in [(60, 20), (80, 24), (120, 40), (200, 60)] {
        let mut model = model_of(width, height, to_the_guess().tell());
        for (index, words) in [(2, "3 safecracker"), (6, "0 nobody"), (0, "1 planner"), (0, "1 planner")] {
            assert!(mouse(&mut model, CLICK, words).is_empty());
            assert_eq!(model.page, Page::Guess { cursor: index, asking: false }, "{words} at {width}x{height}");
        }
        mouse(&mut model, CLICK, "Who is the mole?");
        assert_eq!(model.page, Page::Guess { cursor: 0, asking: false });
        mouse(&mut model, MouseEventKind::ScrollDown, "Who is the mole?");
        assert_eq!(model.page, Page::Guess { cursor: 1, asking: false });
    }
}

#[test]
fn the_wheel_scrolls_the_talk_and_comes_back_to_following_it() {
    let mut model = model_of(80, 24, two_rounds().tell());
    let at = |kind| Msg::Mouse(MouseEvent { kind, column: 30, row: 10, modifiers: KeyModifiers::NONE });
    let last = model.last_top();
    update(&mut model, at(MouseEventKind::ScrollUp));
    assert_eq!(model.top, Some(last - NOTCH));
    update(&mut model, at(MouseEventKind::ScrollDown));
    assert_eq!(model.top, None);
    update(&mut model, at(MouseEventKind::Moved));
    update(&mut model, at(MouseEventKind::Down(MouseButton::Right)));
    assert_eq!(model.top, None);
}
