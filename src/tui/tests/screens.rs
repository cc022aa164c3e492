//! Every screen at three sizes, as pictures made of text, and in the awkward states.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use insta::assert_snapshot;
use ratatui::layout::Size;
use ratatui::style::{Color, Modifier};

use super::story::{Teller, to_the_guess, twelve, two_rounds};
use super::{drawn, model_of, shown};
use crate::heist::{Phase, ServiceState};
use crate::session::Signal;
use crate::tui::keys::BINDINGS;
use crate::tui::model::{Model, Msg, Over, Page};
use crate::tui::theme::Theme;
use crate::tui::update::update;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

fn snap(name: &str, signals: &[Signal], steer: impl Fn(&mut Model)) {
    for (width, height) in SIZES {
        let mut model = model_of(width, height, signals.iter().cloned());
        steer(&mut model);
        assert_snapshot!(format!("{name}_{width}x{height}"), shown(&model));
    }
}

fn press(model: &mut Model, keys: &str) {
    for c in keys.chars() {
        let code = match c {
            '\n' => KeyCode::Enter,
            '\u{1b}' => KeyCode::Esc,
            '\t' => KeyCode::Tab,
            c => KeyCode::Char(c),
        };
        update(model, Msg::Key(KeyEvent::new(code, KeyModifiers::NONE)));
    }
}

fn booting() -> Vec<Signal> {
    let mut told = Teller::new();
    told.opens(Some("qwen2.5-1.5b-instruct"), "docker");
    told.service("oauth", ServiceState::Healthy, "http://127.0.0.1:8001");
    told.service("calculator", ServiceState::Building, "step 3 of 4: COPY heist-tools /");
    told.service("file-reader", ServiceState::Starting, "");
    told.service("memory", ServiceState::Exited, "exit code 1: the volume is full; free some space and start again");
    told.tell()
}

#[test]
fn boot() {
    snap("boot", &booting(), |_| {});
    snap("boot_before_anything", &[], |model| model.begin = false);
    let scripted = Teller::new().opens(None, "embedded").services().tell();
    snap("boot_scripted", &scripted, |_| {});
}

#[test]
fn heist() {
    snap("heist", &two_rounds().tell(), |model| press(model, "2"));
    let paused = two_rounds().event(5, crate::heist::EventKind::SessionPaused).tell();
    snap("heist_paused_scrolled_back", &paused, |model| press(model, "kkkk"));
}

#[test]
fn heist_with_hint_command_and_question() {
    snap("heist_hint", &two_rounds().hint().tell(), |_| {});
    snap("heist_command", &two_rounds().tell(), |model| press(model, "4cCheck the shifts again, please"));
    snap("heist_leaving", &two_rounds().tell(), |model| press(model, "q"));
    let fault = "The model server did not answer for 60 s. Look whether it still runs.";
    snap("heist_fault", &two_rounds().fault(fault).tell(), |_| {});
}

#[test]
fn a_crew_of_twelve() {
    snap("twelve_boot", &twelve().tell()[..6], |_| {});
    snap("twelve_heist", &twelve().tell(), |model| press(model, "3"));
    snap("twelve_guess", &twelve().guess_wanted().tell(), |model| press(model, "9"));
}

#[test]
fn guess() {
    snap("guess", &to_the_guess().tell(), |model| press(model, "3"));
    snap("guess_asking", &to_the_guess().tell(), |model| press(model, "2\n"));
}

#[test]
fn reveal() {
    snap("reveal_right", &to_the_guess().verdict(Some("hacker"), "5eed").tell(), |_| {});
    snap("reveal_wrong", &to_the_guess().verdict(Some("driver"), "5eed").tell(), |_| {});
    snap("reveal_bent", &to_the_guess().verdict(None, "another nonce").tell(), |_| {});
}

#[test]
fn help() {
    snap("help", &two_rounds().tell(), |model| press(model, "?"));
}

#[test]
fn failed() {
    let reason = "The model server at http://127.0.0.1:1234/v1 closed the connection twice in a row.";
    snap("failed", &two_rounds().failed(reason).tell(), |_| {});
}

#[test]
fn awkward_sizes() {
    for (width, height) in [(60, 20), (59, 24), (99, 24), (100, 20), (300, 100), (10, 3), (1, 1)] {
        let mut model = model_of(width, height, two_rounds().tell());
        press(&mut model, "2");
        let picture = shown(&model);
        if (width, height) == (60, 20) || (width, height) == (59, 24) {
            assert_snapshot!(format!("small_{width}x{height}"), picture);
        }
        for signals in [booting(), to_the_guess().tell(), to_the_guess().verdict(None, "x").tell()] {
            shown(&model_of(width, height, signals));
        }
    }
}

#[test]
fn a_new_size_keeps_the_page_and_the_place() {
    let mut model = model_of(120, 40, two_rounds().tell());
    update(&mut model, Msg::Resize(Size { width: 80, height: 24 }));
    assert_eq!(shown(&model), shown(&model_of(80, 24, two_rounds().tell())));
}

#[test]
fn every_key_in_the_table_is_in_the_help() {
    let mut model = model_of(120, 100, two_rounds().tell());
    model.over = Over::Help { top: 0 };
    let picture = shown(&model);
    for binding in BINDINGS {
        assert!(
            picture.lines().any(|line| line.contains(binding.shown) && line.contains(binding.help)),
            "{binding:?}\n{picture}"
        );
    }
}

#[test]
fn without_colour_nothing_is_coloured_and_the_chosen_still_stands_out() {
    for signals in [booting(), two_rounds().tell(), to_the_guess().tell(), to_the_guess().verdict(None, "x").tell()] {
        let mut model = Model::new(Theme::new(false), Size { width: 120, height: 40 });
        for signal in signals {
            update(&mut model, Msg::Signal(signal));
        }
        update(&mut model, Msg::Tick(Duration::from_mins(1)));
        let terminal = drawn(&model);
        let cells = terminal.backend().buffer().content();
        assert!(cells.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset));
        assert!(cells.iter().any(|cell| cell.modifier.contains(Modifier::REVERSED)));
    }
}

#[test]
fn only_sixteen_colours_are_used() {
    let model = model_of(120, 40, two_rounds().hint().tell());
    for cell in drawn(&model).backend().buffer().content() {
        assert!(!matches!(cell.fg, Color::Rgb(..) | Color::Indexed(_)) && cell.bg == Color::Reset, "{cell:?}");
    }
}

#[test]
fn hostile_text_reaches_no_cell() {
    let evil = "\x1b[2J\x1b]0;owned\x07\u{9b}31m\u{202e}drowssap\u{200b}\r\n\tend";
    let mut told = Teller::new();
    told.opens(Some(evil), evil).service(evil, ServiceState::Unhealthy, evil).services().round(Phase::Reconnaissance);
    told.turn("hacker").calls("hacker", evil, evil).returns("hacker", evil, Ok(evil)).calls("hacker", evil, evil);
    told.denied("hacker", evil, evil).says("hacker", evil);
    let found = told.evidence("hacker", crate::heist::Family::Timing, 1.0, evil, evil);
    told.weighed(&[(1, 0.1)], vec![found]).fault(evil).turn("driver").speaks("driver", evil);
    let watching = told.told.clone();
    let failed = told.failed(evil).tell();
    for signals in [watching[..8].to_vec(), watching, failed] {
        let mut model = model_of(120, 40, signals);
        press(&mut model, "2");
        for cell in drawn(&model).backend().buffer().content() {
            let clean = cell.symbol().chars().all(|c| !c.is_control() && c != '\u{202e}' && c != '\u{200b}');
            assert!(clean, "{:?}", cell.symbol());
        }
    }
}

#[test]
fn wide_characters_do_not_break_the_columns() {
    let mut told = Teller::new();
    told.opens(Some("大規模言語モデル"), "docker").services().round(Phase::Reconnaissance);
    told.turn("hacker").says("hacker", &"金庫の扉は鋼鉄です。".repeat(20));
    let model = model_of(120, 40, told.tell());
    for line in shown(&model).lines().skip(2).take(35) {
        assert!(line.contains('│'), "{line}");
    }
    assert!(matches!(model.page, Page::Heist));
}
