//! Every screen at three sizes, as pictures made of text, and in the awkward states.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use heist_bank::{Bank, Part};
use insta::assert_snapshot;
use ratatui::buffer::Cell;
use ratatui::layout::Size;
use ratatui::style::{Color, Modifier};

use super::planned::{planned, told_by};
use super::story::{Teller, to_the_guess, twelve, two_rounds};
use super::{drawn, model_of, shown};
use crate::agents::Reading;
use crate::heist::{BankInfo, Phase, ServiceState};
use crate::session::Signal;
use crate::store::{Jobs, Totals};
use crate::tui::keys::BINDINGS;
use crate::tui::model::{Model, Msg, Over, Page};
use crate::tui::theme::Theme;
use crate::tui::update::update;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];
/// Where the log is, as a screen tells it.
const LOG: &str = "~/.local/state/heist-tui/heist-tui.log";

/// Takes a picture at each size. Whatever is on it must say the same without colours, and be sayable in ASCII.
fn snap(name: &str, signals: &[Signal], steer: impl Fn(&mut Model)) {
    for (width, height) in SIZES {
        let mut model = model_of(width, height, signals.iter().cloned());
        steer(&mut model);
        let picture = shown(&model);
        let plain = themed(Theme::new(false), width, height, signals, &steer);
        assert_eq!(shown(&plain), picture, "{name} at {width}x{height} says less without colours");
        let colourless = |cell: &Cell| (cell.fg, cell.bg) == (Color::Reset, Color::Reset);
        assert!(drawn(&plain).backend().buffer().content.iter().all(colourless), "{name} at {width}x{height}");
        let ascii = themed(Theme::new(true).ascii(true), width, height, signals, &steer);
        assert!(shown(&ascii).is_ascii(), "{name} at {width}x{height}: {}", shown(&ascii));
        assert_snapshot!(format!("{name}_{width}x{height}"), picture);
    }
}

/// Takes a picture in ASCII at each size.
fn snap_ascii(name: &str, signals: &[Signal], steer: impl Fn(&mut Model)) {
    for (width, height) in SIZES {
        let model = themed(Theme::new(false).ascii(true), width, height, signals, &steer);
        assert_snapshot!(format!("ascii_{name}_{width}x{height}"), shown(&model));
    }
}

fn themed(theme: Theme, width: u16, height: u16, signals: &[Signal], steer: &impl Fn(&mut Model)) -> Model {
    let mut model = Model::new(theme, Size { width, height });
    model.begin = true;
    for signal in signals {
        update(&mut model, Msg::Signal(signal.clone()));
    }
    steer(&mut model);
    model
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
    let mut down = Teller::new();
    down.opens(Some("qwen2.5-1.5b-instruct"), "docker");
    for service in ["oauth", "calculator", "file-reader", "database-query", "memory"] {
        down.service(
            service,
            ServiceState::Exited,
            "exit code 1; its last words:\ncannot write to /data: no space left",
        );
    }
    snap("boot_all_down", &down.tell(), |_| {});
}

#[test]
fn asking_turn_by_turn_and_what_help_costs() {
    let told = two_rounds().tell();
    snap("question", &told, |model| press(model, "3c\t"));
    snap("question_typed", &told, |model| press(model, "3croute\t"));
    snap_ascii("question", &told, |model| press(model, "3croute\t"));
    let blind = |model: &mut Model| {
        // What was weighed before is forgotten.
        model.seen.turn_blind();
        model.seen.begin_blind(true);
    };
    snap("blind_hint_asked", &told, |model| {
        blind(model);
        press(model, "h");
    });
    let waits = two_rounds().says("driver", "I stand ready in Foundry Street at 00:10.").paused().tell();
    snap("turn_by_turn", &waits, |model| {
        press(model, "e");
        model.notice = None;
    });
    let hinted = two_rounds().says("driver", "I stand ready in Foundry Street at 00:10.").tell();
    snap("blind_hinted", &hinted, |model| {
        blind(model);
        let hint = two_rounds().hint().tell().pop().unwrap();
        update(model, Msg::Signal(hint));
        model.notice = None;
    });
}

#[test]
fn a_prompt_that_is_read_for_long_is_shown_while_it_is_waited_for() {
    let reads = |seconds, percent| Signal::Reading(Some(Reading { time: Duration::from_secs(seconds), percent }));
    let mut told = Teller::new();
    told.opens(Some("qwen2.5-1.5b-instruct"), "embedded").services();
    told.service("model", ServiceState::Starting, "waking qwen2.5-1.5b-instruct");
    let mut signals = told.tell();
    let mut shows = |more: &[Signal], words: Option<&str>| {
        signals.extend_from_slice(more);
        for (width, height) in SIZES {
            let picture = shown(&model_of(width, height, signals.iter().cloned()));
            let is_right = words.map_or_else(|| !picture.contains("reading the prompt"), |it| picture.contains(it));
            assert!(is_right, "{words:?} at {width}x{height}: {picture}");
        }
    };
    shows(&[reads(84, None), reads(85, None)], Some("reading the prompt, 85 s"));
    shows(&[reads(86, Some(40))], Some("reading the prompt, 40 % in 86 s"));
    shows(&[Signal::Reading(None)], None);
    let turn = Teller::new().round(Phase::Reconnaissance).turn("hacker").tell();
    shows(&turn, None);
    shows(&[reads(85, None)], Some("reading the prompt, 85 s"));
    let said = Teller::new().says("hacker", "The vault has 2 doors.").tell();
    shows(&said, None);
}

#[test]
fn heist() {
    snap("heist", &two_rounds().tell(), |model| press(model, "2"));
    let paused = two_rounds().event(5, crate::heist::EventKind::SessionPaused).tell();
    snap("heist_paused_scrolled_back", &paused, |model| press(model, "kkkk"));
}

#[test]
fn heist_side_panes() {
    let signals = two_rounds().tell();
    snap("side_evidence", &signals, |model| press(model, "2\nj"));
    snap("side_evidence_shown", &signals, |model| press(model, "2\n\n"));
    snap("side_tools", &signals, |model| press(model, "vvv"));
    snap("side_tools_open", &signals, |model| press(model, "vvv\njj"));
    snap("side_floor", &signals, |model| press(model, "vvvv"));
    snap("side_floor_open", &signals, |model| press(model, "vvvv\nj"));
    let mut told = Teller::new();
    told.opens(None, "embedded").services().service("memory", ServiceState::Unhealthy, "no answer");
    let empty = told.round(Phase::Reconnaissance).turn("planner").tell();
    snap("side_tools_empty", &empty, |model| press(model, "vvv\n"));
    snap("side_floor_empty", &empty, |model| press(model, "vvvv\n"));
    snap("side_plan_empty", &empty, |model| press(model, "v\n"));
    snap("side_sources_empty", &empty, |model| press(model, "vv\n"));
}

#[test]
fn plan_and_sources() {
    let signals = planned().tell();
    snap("side_plan", &signals, |model| press(model, "v"));
    snap("side_plan_open", &signals, |model| press(model, "v\njjj"));
    snap("side_sources", &signals, |model| press(model, "vv"));
    snap("side_sources_open", &signals, |model| press(model, "vv\njjj"));
    snap("source_document", &signals, |model| press(model, "vv\njjj\njjjjjj"));
    snap("source_table", &signals, |model| press(model, "vv\n\njj"));
    snap("source_searched", &signals, |model| press(model, "vv\njjj\n/takes\nn"));
    snap("source_of_a_claim", &signals, |model| press(model, "mmmmmms"));
    snap("source_to_be_read", &signals, |model| press(model, "vv\njjjjj\n"));
    // Nothing of it tells whom the detector suspects.
    for (width, height) in SIZES {
        let mut model = model_of(width, height, []);
        model.seen.begin_blind(true);
        for signal in signals.clone() {
            update(&mut model, Msg::Signal(signal));
        }
        press(&mut model, "mmmmmms");
        assert_snapshot!(format!("source_of_a_claim_blind_{width}x{height}"), shown(&model));
    }
}

#[test]
fn plan_and_sources_of_twelve_with_long_names() {
    let names: Vec<_> = (1..=12).map(|n| format!("counterfeiter-no-{n:03}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let signals = told_by(&names).tell();
    snap("twelve_plan", &signals, |model| press(model, "v\njjj"));
    snap("twelve_sources", &signals, |model| press(model, "vv\n"));
    snap("twelve_source", &signals, |model| press(model, "mmmmmms"));
}

#[test]
fn the_floor_plan_is_the_banks_own() {
    for seed in [4, 12] {
        let bank = Bank::of(seed);
        let mut told = Teller::new();
        told.bank = BankInfo::of(&bank);
        told.opens(None, "embedded").services().round(Phase::Reconnaissance);
        let place = |part: Part| &bank.places.iter().find(|place| place.part == part).unwrap().name;
        let way = format!("We come in by the {} and cross the {}.", place(Part::Exit), place(Part::Hall));
        told.turn("driver").says("driver", &way);
        let vault =
            format!("Then down to the {}, where the {} is in the way.", place(Part::Stair), place(Part::Anteroom));
        told.turn("safecracker").says("safecracker", &vault);
        snap(&format!("side_floor_of_{seed}"), &told.tell(), |model| press(model, "vvvv\n"));
    }
}

#[test]
fn of_a_floor_plan_that_is_too_tall_the_part_that_is_spoken_of_is_shown() {
    let bank = Bank::of(4);
    for part in [Part::GuardRoom, Part::Vault] {
        let place = bank.places.iter().find(|place| place.part == part).unwrap();
        let mut told = Teller::new();
        told.bank = BankInfo::of(&bank);
        told.opens(None, "embedded").services().round(Phase::Reconnaissance);
        told.turn("driver").says("driver", &format!("To the {}!", place.name));
        let mut model = model_of(60, 20, told.tell());
        press(&mut model, "vvvv\n");
        let picture = shown(&model);
        assert!(model.seen.floor.drawing(heist_bank::Size::Small).rows.len() > 12);
        let drawn: String =
            picture.lines().map(|row| row.chars().skip(1).take(38).collect::<String>() + "\n").collect();
        assert!(drawn.contains(&place.label), "{} in\n{picture}", place.label);
    }
}

#[test]
fn heist_filtered_searched_and_unfolded() {
    let signals = two_rounds().tell();
    snap("only_hacker", &signals, |model| press(model, "2a"));
    snap("only_lookout", &signals, |model| press(model, "6a"));
    snap("search_typed", &signals, |model| press(model, "/the v"));
    snap("search_kept", &signals, |model| press(model, "/vault\nN"));
    snap("search_nowhere", &signals, |model| press(model, "/helicopter\n"));
    snap("search_only_hacker", &signals, |model| press(model, "2a/camera\n"));
    snap("unfolded", &signals, |model| press(model, "o"));
}

#[test]
fn heist_with_hint_command_and_question() {
    snap("heist_hint", &two_rounds().hint().tell(), |_| {});
    snap("heist_command", &two_rounds().tell(), |model| press(model, "4cCheck the shifts again, please"));
    snap("heist_leaving", &two_rounds().tell(), |model| press(model, "q"));
    let fault = "The model server did not answer for 60 s. Look whether it still runs.";
    let (before, after) = (two_rounds().tell(), two_rounds().fault(fault).tell());
    snap("heist_fault", &before, |model| {
        model.seen.log = Some(LOG.into());
        for signal in &after[before.len()..] {
            update(model, Msg::Signal(signal.clone()));
        }
    });
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
    snap("guess_asking", &to_the_guess().tell(), |model| press(model, "2+++\n"));
    for (width, height) in SIZES {
        let mut model = model_of(width, height, []);
        model.seen.begin_blind(true);
        for signal in two_rounds().tell() {
            update(&mut model, Msg::Signal(signal));
        }
        press(&mut model, "g4--");
        assert_snapshot!(format!("guess_early_and_blind_{width}x{height}"), shown(&model));
    }
}

#[test]
fn reveal() {
    let totals = Totals {
        games: 12,
        right: 8,
        caught: 8,
        streak: 3,
        best_streak: 5,
        scored: 11,
        points: 1964,
        average: Some(178.5),
        best: Some(731),
        beat: 2,
        beaten: 1,
        jobs: Jobs { played: 12, escaped: 7, loot: 5420 },
        best_loot: Some(1280),
        repeats: 1,
    };
    let with_totals = |model: &mut Model| {
        update(model, Msg::Signal(Signal::Totals(totals.clone())));
    };
    let right = to_the_guess().hint().verdict(Some("hacker"), "5eed").tell();
    snap("reveal_right", &right, with_totals);
    snap("reveal_scrolled", &right, |model| {
        with_totals(model);
        update(model, Msg::Key(KeyEvent::new(KeyCode::PageDown, KeyModifiers::NONE)));
    });
    snap("reveal_end", &right, |model| {
        with_totals(model);
        update(model, Msg::Key(KeyEvent::new(KeyCode::End, KeyModifiers::NONE)));
    });
    snap("reveal_wrong", &to_the_guess().hint().verdict(Some("driver"), "5eed").tell(), with_totals);
    snap("reveal_act_in_the_talk", &right, |model| press(model, "1"));
    snap("reveal_older", &to_the_guess().hint().verdict(None, "5eed").as_older().tell(), |_| {});
    snap("reveal_bent", &to_the_guess().hint().verdict(None, "another nonce").tell(), |_| {});
}

#[test]
fn the_reveal_tells_the_acts_and_nothing_of_what_only_seemed_wrong() {
    let right = to_the_guess().verdict(Some("hacker"), "5eed").tell();
    for (width, height) in SIZES {
        let mut model = model_of(width, 300, right.clone());
        let all = shown(&model);
        for words in
            ["2 acts, in 2 of its 2 messages", "said 2 for the number of cameras", "the truth is 24", "In truth the"]
        {
            assert!(all.contains(words), "{words} at {width}: {all}");
        }
        // What the detector found in the mole's words is no act.
        assert!(!all.contains("quotes a document that it could not read"), "{all}");
        model.resize(Size { width, height });
        press(&mut model, "2");
        assert!(model.page == Page::Heist && shown(&model).contains("▌"), "{}", shown(&model));
        assert!(shown(&model).contains("m6: it said 30 minutes for the alarm line test"), "{}", shown(&model));
        press(&mut model, "\u{1b}\u{1b}");
        assert!(matches!(model.page, Page::Reveal { .. }));
        press(&mut model, "9");
        assert!(matches!(model.page, Page::Reveal { .. }), "there is no such act");
    }
    let older = to_the_guess().verdict(Some("hacker"), "5eed").as_older().tell();
    let all = shown(&model_of(120, 300, older));
    assert!(all.contains("An older version of the program") && all.contains("quotes a document"), "{all}");
    let mut early = Teller::new();
    early.opens(None, "embedded").services().round(Phase::Reconnaissance).turn("hacker").says("hacker", "Hello.");
    let all = shown(&model_of(80, 300, early.guess_wanted().verdict(None, "5eed").tell()));
    assert!(all.contains("None: it had not sabotaged anything yet."), "{all}");
}

#[test]
fn help() {
    snap("help", &two_rounds().tell(), |model| press(model, "?"));
}

#[test]
fn failed() {
    let reason = "The model server at http://127.0.0.1:1234/v1 closed the connection twice in a row.";
    snap("failed", &two_rounds().failed(reason).tell(), |model| {
        model.seen.log = Some(LOG.into());
    });
}

#[test]
fn ascii() {
    snap_ascii("boot", &booting(), |_| {});
    let signals = two_rounds().tell();
    snap_ascii("heist", &signals, |model| press(model, "2"));
    snap_ascii("side_evidence", &signals, |model| press(model, "2\nj"));
    snap_ascii("side_floor", &signals, |model| press(model, "vvvv\nj"));
    snap_ascii("side_plan", &planned().tell(), |model| press(model, "v\njjj"));
    snap_ascii("source_of_a_claim", &planned().tell(), |model| press(model, "mmmmmms"));
    snap_ascii("guess", &to_the_guess().tell(), |model| press(model, "3"));
    snap_ascii("reveal", &to_the_guess().hint().verdict(Some("hacker"), "5eed").tell(), |_| {});
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
        if (width, height) == (60, 20) {
            for (name, signals) in [
                ("small_guess", to_the_guess().tell()),
                ("small_guess_of_twelve", twelve().guess_wanted().tell()),
                ("small_reveal", to_the_guess().verdict(None, "5eed").tell()),
            ] {
                assert_snapshot!(name, shown(&model_of(width, height, signals)));
            }
        }
        for signals in [booting(), to_the_guess().tell(), to_the_guess().verdict(None, "x").tell()] {
            shown(&model_of(width, height, signals));
        }
        for keys in ["\n", "v", "v\n", "vv", "vv\n", "vvv", "vvv\n", "vvvv", "vvvv\n", "a", "/the\n", "o", "2\n\n"] {
            let mut model = model_of(width, height, two_rounds().tell());
            press(&mut model, keys);
            let picture = shown(&model);
            if (width, height) == (60, 20) {
                let name = keys.replace('\n', "_").replace('/', "search_");
                assert_snapshot!(format!("small_{name}_{width}x{height}"), picture);
            }
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
    let mut model = model_of(120, 140, two_rounds().tell());
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
fn nobody_is_pointed_at_while_all_are_suspected_alike() {
    let pointed = |gains: &[(usize, f64)]| {
        let mut told = Teller::new();
        told.opens(None, "embedded").services().round(Phase::Reconnaissance);
        told.turn("planner").says("planner", "We begin with the cameras.").weighed(gains, vec![]);
        let terminal = drawn(&model_of(120, 40, told.tell()));
        terminal.backend().buffer().content().iter().any(|cell| cell.fg == Color::Red)
    };
    assert!(!pointed(&[]));
    assert!(pointed(&[(3, 0.2)]));
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
