//! Recorded heists: the timeline, what its keys do, and the list of all sessions.

use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use insta::assert_snapshot;
use jiff::tz::TimeZone;
use ratatui::layout::Size;
use ratatui::{Terminal, backend::TestBackend};

use super::planned::planned;
use super::story::{to_the_guess, twelve, two_rounds};
use crate::agents::scripted::Pace;
use crate::heist::{BankInfo, Event};
use crate::session::Signal;
use crate::store::{GameRow, SessionRow};
use crate::tui::Look;
use crate::tui::keymap::Keymap;
use crate::tui::keys::{BINDINGS, Place};
use crate::tui::model::{Action, Model, Msg, Next, Over, Page};
use crate::tui::theme::Theme;
use crate::tui::update::update;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

pub(super) fn look(blind: bool) -> Look {
    let pace = Pace::default();
    let (theme, keymap) = (Theme::new(true), Keymap::default());
    Look {
        theme,
        keymap,
        blind,
        pace,
        by_turn: false,
        before: None,
        zone: TimeZone::UTC,
        mouse: false,
        locale: None,
        log: None,
    }
}

/// The events of a story.
fn events(signals: Vec<Signal>) -> Vec<Event> {
    let events = signals.into_iter().filter_map(|signal| match signal {
        Signal::Recorded(event) => Some(event),
        _ => None,
    });
    events.collect()
}

fn whole() -> Vec<Event> {
    events(to_the_guess().verdict(Some("hacker"), "5eed").tell())
}

fn replay(width: u16, height: u16, events: Vec<Event>) -> Model {
    Model::replay(events, look(false), Size { width, height })
}

/// What stands on a terminal of this size.
fn shown(model: &Model, (width, height): (u16, u16)) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| crate::tui::screen::view(model, frame)).unwrap();
    terminal.backend().to_string()
}

/// Presses keys; `<` and `>` stand for the arrows, `{` and `}` for them with Shift. Gives what the last one asks for.
fn press(model: &mut Model, keys: &str) -> Vec<Action> {
    let mut asked = Vec::new();
    for c in keys.chars() {
        let (code, modifiers) = match c {
            '\n' => (KeyCode::Enter, KeyModifiers::NONE),
            '\u{1b}' => (KeyCode::Esc, KeyModifiers::NONE),
            '\u{8}' => (KeyCode::Backspace, KeyModifiers::NONE),
            '<' => (KeyCode::Left, KeyModifiers::NONE),
            '>' => (KeyCode::Right, KeyModifiers::NONE),
            '{' => (KeyCode::Left, KeyModifiers::SHIFT),
            '}' => (KeyCode::Right, KeyModifiers::SHIFT),
            c => (KeyCode::Char(c), KeyModifiers::NONE),
        };
        asked = update(model, Msg::Key(KeyEvent::new(code, modifiers)));
    }
    asked
}

#[test]
fn going_back_takes_back_what_was_planned_and_read() {
    let mut model = replay(120, 40, events(planned().tell()));
    let stands = |model: &Model| (model.seen.plan.counts(), model.seen.sources.counts().0);
    press(&mut model, "G");
    assert_eq!(stands(&model), ((1, 1), 4));
    press(&mut model, "<<");
    assert_eq!(stands(&model), ((2, 0), 4));
    press(&mut model, "[");
    assert_eq!(stands(&model), ((0, 0), 4));
    press(&mut model, "vv\n\n");
    assert!(model.pane.reads().is_some());
    press(&mut model, "[");
    assert_eq!(stands(&model), ((0, 0), 0));
    assert!(shown(&model, (120, 40)).contains("Nobody has read"), "{}", shown(&model, (120, 40)));
    press(&mut model, "]");
    assert!(!shown(&model, (120, 40)).contains("Nobody has read"));
    // What nobody has read in a recorded heist nobody can be sent to read.
    press(&mut model, "\u{1b}jjjjjjjj\n");
    assert_eq!(model.over, Over::Nothing);
    assert!(shown(&model, (120, 40)).contains("Nobody has read"), "{}", shown(&model, (120, 40)));
}

fn wait(model: &mut Model, ms: u64) {
    update(model, Msg::Tick(Duration::from_millis(ms)));
}

/// The line of the round or message that is shown last.
fn says(model: &Model, text: &str) -> bool {
    shown(model, (120, 60)).contains(text)
}

#[test]
fn replays() {
    let snap = |name: &str, events: &[Event], keys: &str| {
        for size in SIZES {
            let mut model = replay(size.0, size.1, events.to_vec());
            press(&mut model, keys);
            assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), shown(&model, size));
        }
    };
    snap("replay_start", &whole(), "");
    snap("replay_middle", &whole(), "]]>>");
    snap("replay_end", &whole(), "G");
    snap("replay_talk", &whole(), "Gt");
    snap("replay_cut_off", &events(two_rounds().failed("The model server closed the connection.").tell()), "G");
    snap("replay_killed", &events(two_rounds().tell()), "G");
    snap("replay_of_twelve", &events(twelve().tell()), "]>>>+ ");
}

#[test]
fn the_smallest_terminal_has_room_for_the_time_line() {
    let mut model = replay(60, 20, whole());
    press(&mut model, "]]>>");
    assert_snapshot!("replay_60x20", shown(&model, (60, 20)));
    for size in [(59, 20), (60, 19), (1, 1), (300, 100)] {
        update(&mut model, Msg::Resize(Size { width: size.0, height: size.1 }));
        for keys in ["g", "G", "t", "?"] {
            press(&mut model, keys);
            shown(&model, size);
        }
    }
}

#[test]
fn stepping_back_and_on_comes_to_the_same() {
    let size = (120, 40);
    let mut model = replay(size.0, size.1, whole());
    let mut seen = Vec::new();
    loop {
        let before = shown(&model, size);
        press(&mut model, ">");
        if model.notice.as_ref().is_some_and(|notice| notice.text.contains("ended")) {
            break;
        }
        seen.push(before);
    }
    assert!(seen.len() > 12, "{} steps", seen.len());
    press(&mut model, "G");
    for (steps, before) in seen.iter().enumerate().rev() {
        press(&mut model, "<");
        // The first was seen while it played.
        let paused = before.replace("playing 1x", "paused  1x").replace("space pause", "space play");
        let now = shown(&model, size);
        let line = |text: &str, row: usize| text.lines().nth(row).unwrap().to_owned();
        for row in 0..37 {
            assert_eq!(line(&now, row), line(&paused, row), "step {steps}, row {row}");
        }
    }
}

#[test]
fn the_mole_is_shown_from_the_verdict_on_and_not_before() {
    let mut model = replay(120, 40, whole());
    press(&mut model, "G");
    assert!(matches!(model.page, Page::Reveal { .. }) && says(&model, "was the mole"));
    press(&mut model, "<");
    assert_eq!(model.page, Page::Heist);
    assert!(model.seen.truth.is_none() && !says(&model, "was the mole"));
    press(&mut model, "Gt");
    assert_eq!(model.page, Page::Heist);
    press(&mut model, "\u{1b}");
    assert!(matches!(model.page, Page::Reveal { .. }));
    assert_eq!(press(&mut model, "\u{1b}"), [Action::Leave(Next::Back)]);
}

#[test]
fn blind_replays_hide_suspicion_until_the_guess() {
    let mut model = Model::replay(whole(), look(true), Size { width: 120, height: 40 });
    press(&mut model, "]]>>");
    assert!(model.seen.hides() && model.seen.suspect().is_none());
    press(&mut model, "Gg]");
    assert!(model.seen.hides());
    press(&mut model, "G");
    assert!(!model.seen.hides() && model.seen.suspect().is_some());
}

#[test]
fn it_plays_at_the_speed_that_is_chosen_and_stands_still_when_told() {
    let mut model = replay(120, 40, whole());
    let (start, all) = model.replay.as_ref().unwrap().position();
    wait(&mut model, 4_000);
    let (at, _) = model.replay.as_ref().unwrap().position();
    assert!(at > start && at <= start + 4_000, "{at} of {all}");
    press(&mut model, " ");
    assert_eq!(model.beat(), None);
    wait(&mut model, 60_000);
    assert_eq!(model.replay.as_ref().unwrap().position(), (at, all));
    press(&mut model, "+++ ");
    assert!(says(&model, "playing 10x"));
    assert!(model.beat().is_some());
    wait(&mut model, all / 10 + 500);
    assert!(model.replay.as_ref().unwrap().at_end());
    wait(&mut model, 6_000);
    assert_eq!(model.beat(), None, "what was told of the guess is gone");
    assert!(matches!(model.page, Page::Reveal { .. }));
    press(&mut model, " ");
    assert!(model.replay.as_ref().unwrap().playing);
    assert_eq!(model.page, Page::Boot);
}

#[test]
fn rounds_are_stepped_over_with_shift_or_brackets() {
    let mut model = replay(120, 40, whole());
    for keys in ["}", "g]"] {
        press(&mut model, keys);
        assert_eq!(model.seen.round, 1, "{keys:?}");
    }
    press(&mut model, "}");
    assert_eq!(model.seen.round, 2);
    press(&mut model, ">>{");
    assert_eq!((model.seen.round, model.seen.turn), (2, 4));
    press(&mut model, "[");
    assert_eq!(model.seen.round, 1);
    press(&mut model, "[");
    assert_eq!((model.seen.round, &model.page), (0, &Page::Boot));
}

#[test]
fn nothing_steers_a_recorded_heist() {
    let mut model = replay(120, 40, whole());
    for moment in ["g", "]]", "G", "Gt"] {
        press(&mut model, moment);
        let page = model.page.clone();
        for key in ["c", "h", "s", "r", "b"] {
            assert!(press(&mut model, key).is_empty(), "{key} after {moment}");
            assert_eq!(model.over, Over::Nothing);
            assert_eq!(model.page, page);
        }
    }
    assert_eq!(press(&mut model, "q"), [Action::Leave(Next::Quit)]);
}

#[test]
fn scrubbing_back_through_a_usual_heist_takes_no_time() {
    let mut events = events(two_rounds().tell());
    let (opening, talk) = events.split_at(6);
    let talk = talk.to_vec();
    let mut long = opening.to_vec();
    while long.len() < 200 {
        long.extend(talk.iter().cloned());
    }
    long.truncate(200);
    events = long;
    let mut model = replay(200, 60, events);
    press(&mut model, "G");
    let began = Instant::now();
    press(&mut model, "<");
    let took = began.elapsed();
    // 16 ms is meant for the program as it is delivered; this one is not optimized, on a machine that is busy.
    eprintln!("200 events are told again in {took:?}");
    assert!(took < Duration::from_millis(500), "{took:?}");
}

fn row(number: u32, status: &str, game: Option<(&str, Option<&str>, Option<&str>)>) -> SessionRow {
    let game = game.map(|(outcome, mole, guess)| GameRow {
        guessed_by: Some("player".into()),
        guess: guess.map(Into::into),
        mole: mole.map(Into::into),
        strategy: mole.map(|_| "false_info".into()),
        outcome: outcome.into(),
        detector: Some("hacker".into()),
        detector_score: 0.41,
        sureness: Some(0.7),
        score: Some(320),
        blind: Some(number.is_multiple_of(3)),
        acts: Some(3),
        job: Some(if outcome == "success" { "escaped" } else { "caught" }.into()),
        loot: Some(if outcome == "success" { 680 } else { 0 }),
    });
    SessionRow {
        session: format!("202601{:02}-120000-{number:03}", 1 + number % 28),
        started_at: format!("2026-01-{:02}T12:00:00.000Z", 1 + number % 28),
        ended_at: None,
        status: status.into(),
        reason: (status == "failed").then(|| "The model server closed the connection twice in a row.".into()),
        seed: Some(u64::from(number) * 37),
        bank: Some(BankInfo { name: "Bank of Test".into(), seed: Some(u64::from(number) * 37) }),
        rounds: Some(5),
        difficulty: Some(["easy", "normal", "hard"][number as usize % 3].into()),
        turns: 31,
        model: number.is_multiple_of(2).then(|| "qwen2.5-1.5b-instruct".into()),
        tools: Some("docker".into()),
        messages: 31,
        tool_calls: 24,
        ms: Some(u64::from(number) * 61_000),
        resumable: game.is_none() && status != "completed",
        game,
    }
}

fn rows() -> Vec<SessionRow> {
    vec![
        row(9, "running", None),
        row(8, "completed", Some(("success", Some("hacker"), Some("hacker")))),
        row(7, "completed", Some(("failure", Some("driver"), Some("hacker")))),
        row(6, "completed", Some(("busted", Some("planner"), None))),
        row(5, "completed", Some(("success", None, None))),
        row(4, "failed", None),
        row(3, "stopped", None),
    ]
}

fn browser(width: u16, height: u16, rows: Vec<SessionRow>) -> Model {
    Model::browser(rows, look(false), Size { width, height })
}

/// A comparison as it is made from two reports.
fn figures() -> Vec<Vec<String>> {
    let rows = [["", "20260109-120000-009", "20260108-120000-008"], ["seed", "333", "296"], ["rounds", "5", "5"]];
    let rows =
        rows.into_iter().chain([["mole", "?", "hacker"], ["speaking", "scripted crew", "qwen2.5-1.5b-instruct"]]);
    rows.map(|row| row.map(str::to_owned).to_vec()).collect()
}

#[test]
fn sessions() {
    let snap = |name: &str, rows: &[SessionRow], keys: &str| {
        for size in SIZES {
            let mut model = browser(size.0, size.1, rows.to_vec());
            press(&mut model, keys);
            assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), shown(&model, size));
        }
    };
    snap("sessions", &rows(), "j");
    snap("sessions_cut_off", &rows(), "jjjjjc");
    snap("sessions_filter", &rows(), "/hacker");
    snap("sessions_no_match", &rows(), "/xyz");
    snap("sessions_deleting", &rows(), "jd");
    snap("sessions_empty", &[], "");
    let many: Vec<_> = (0..100).map(|number| row(number, "completed", Some(("busted", Some("intel"), None)))).collect();
    snap("sessions_many", &many, &"j".repeat(60));
    for size in SIZES {
        let mut model = browser(size.0, size.1, rows());
        model.compare(figures());
        assert_snapshot!(format!("sessions_compare_{}x{}", size.0, size.1), shown(&model, size));
    }
    assert_snapshot!("sessions_60x20", shown(&browser(60, 20, rows()), (60, 20)));
}

#[test]
fn no_session_without_a_verdict_tells_its_mole() {
    for size in [(60, 20), (80, 24), (120, 40), (200, 60)] {
        let rows: Vec<_> = rows().into_iter().filter(|row| row.game.is_none()).collect();
        let mut model = browser(size.0, size.1, rows);
        for _ in 0..3 {
            let picture = shown(&model, size);
            assert!(!picture.contains("hacker") && !picture.contains("false_info"), "{picture}");
            press(&mut model, "j");
        }
    }
}

#[test]
fn what_is_typed_narrows_the_list_and_esc_widens_it_again() {
    let mut model = browser(120, 40, rows());
    press(&mut model, "/Caught q");
    let browser = model.browser.as_ref().unwrap();
    assert_eq!(browser.filter, "Caught q");
    assert_eq!(browser.counts(), (7, 1));
    assert_eq!(browser.chosen().unwrap().0, 1);
    press(&mut model, "\u{8}\u{8}\n");
    assert_eq!(model.place(), Place::Sessions);
    assert_eq!(press(&mut model, "\n"), [Action::Leave(Next::Open(1))]);
    assert!(press(&mut model, "\u{1b}").is_empty());
    assert_eq!(model.browser.as_ref().unwrap().counts(), (7, 7));
    assert_eq!(press(&mut model, "\u{1b}"), [Action::Leave(Next::Back)]);
    press(&mut model, "/nothing like it\n");
    for key in ["\n", "d", "c", "r", "j", "k"] {
        assert!(press(&mut model, key).is_empty());
        assert_eq!(model.over, Over::Nothing);
    }
}

#[test]
fn two_are_compared_and_the_same_one_twice_is_not() {
    let mut model = browser(120, 40, rows());
    assert!(press(&mut model, "c").is_empty());
    assert_eq!(model.browser.as_ref().unwrap().marked().unwrap().session, "20260110-120000-009");
    assert!(press(&mut model, "c").is_empty());
    assert!(model.browser.as_ref().unwrap().marked().is_none());
    assert_eq!(press(&mut model, "cjjc"), [Action::Leave(Next::Compare(0, 2))]);
    model.compare(figures());
    assert_eq!(model.place(), Place::Compare);
    assert!(press(&mut model, "\u{1b}").is_empty());
    assert_eq!(model.place(), Place::Sessions);
    assert_eq!(model.browser.as_ref().unwrap().chosen().unwrap().0, 2);
}

#[test]
fn deleting_asks_first_and_takes_the_one_that_was_chosen() {
    let mut model = browser(120, 40, rows());
    press(&mut model, "jd");
    assert_eq!(model.place(), Place::Deleting);
    assert!(press(&mut model, "n").is_empty());
    assert_eq!(press(&mut model, "dy"), [Action::Leave(Next::Remove(1))]);
    model.removed(1);
    let browser = model.browser.as_ref().unwrap();
    assert_eq!(browser.counts(), (6, 6));
    assert_eq!(browser.chosen().unwrap().1.session, rows()[2].session);
    for _ in 0..6 {
        model.removed(0);
    }
    assert!(shown(&model, (120, 40)).contains("No heist has been recorded yet."));
}

#[test]
fn only_what_was_cut_off_can_be_gone_on_with() {
    let mut model = browser(120, 40, rows());
    assert_eq!(press(&mut model, "r"), [Action::Leave(Next::GoOn(0))]);
    assert!(press(&mut model, "jr").is_empty());
}

#[test]
fn text_from_a_database_reaches_no_cell_as_it_is() {
    let evil = "\x1b[2J\u{202e}x\n\u{9b}31m";
    let mut bad = row(4, evil, Some((evil, Some(evil), Some(evil))));
    (bad.session, bad.started_at, bad.model, bad.tools) =
        (evil.into(), evil.into(), Some(evil.into()), Some(evil.into()));
    let mut open = row(2, "failed", None);
    (open.session, open.reason, open.model) = (evil.into(), Some(evil.into()), Some(evil.into()));
    let mut model = browser(200, 60, vec![bad, open]);
    for keys in ["", "j", "c", "/x", "\n", "d"] {
        press(&mut model, keys);
        let mut terminal = Terminal::new(TestBackend::new(200, 60)).unwrap();
        terminal.draw(|frame| crate::tui::screen::view(&model, frame)).unwrap();
        for cell in terminal.backend().buffer().content() {
            assert!(cell.symbol().chars().all(|c| !c.is_control() && c != '\u{202e}'), "{:?}", cell.symbol());
        }
    }
}

#[test]
fn in_the_new_places_too_every_key_is_bound_once_and_the_program_can_be_left() {
    for place in [Place::Sessions, Place::Filter, Place::Deleting, Place::Compare, Place::Replay] {
        let bound: Vec<_> = BINDINGS.iter().filter(|binding| binding.places.contains(&place)).collect();
        for (index, binding) in bound.iter().enumerate() {
            assert!(!bound[..index].iter().any(|other| other.shares(binding)), "{binding:?} in {place:?}");
        }
        let leaves = Keymap::default().find(place, KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL));
        assert_eq!(leaves.is_some(), place != Place::Replay, "{place:?}");
    }
}
