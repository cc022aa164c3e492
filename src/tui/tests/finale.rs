//! The finale: what its pages look like, what its keys do, and how long it takes.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use insta::assert_snapshot;
use proptest::prelude::*;
use ratatui::layout::Size;
use ratatui::style::Color;

use super::records::look;
use super::story::{GOOD, Teller, to_the_guess, twelve};
use super::{model_of, shown};
use crate::heist::{Event, EventKind, Played};
use crate::session::Signal;
use crate::tui::keys::{Act, Place};
use crate::tui::model::{Action, Model, Msg, Next, Over, Page};
use crate::tui::theme::Theme;
use crate::tui::update::{can, update};

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];
/// It goes wrong on the road: the dock's contact rings when the line's test is over.
const LATE: [&str; 6] = ["22:06", "loading dock", "line test", "override", "bearer bonds", "dock"];
/// It goes wrong at the vault: the heat sensor rings for longer than the test.
const LOUD: [&str; 6] = ["22:05", "loading dock", "line test", "thermal", "bearer bonds", "dock"];

/// The signals of a heist whose job is played with such a plan, the hacker named or not.
fn played(named: Option<&str>, plan: [&str; 6]) -> Vec<Signal> {
    to_the_guess().verdict(named, "5eed").played(plan, Some(("m6", "hacker"))).tell()
}

fn hit(model: &mut Model, code: KeyCode) -> Vec<Action> {
    update(model, Msg::Key(KeyEvent::new(code, KeyModifiers::NONE)))
}

/// Steps on until so many steps are told.
fn step(model: &mut Model, steps: usize) {
    (0..steps).for_each(|_| drop(hit(model, KeyCode::Right)));
}

fn wait(model: &mut Model, ms: u64) {
    update(model, Msg::Tick(Duration::from_millis(ms)));
}

fn told(model: &Model) -> usize {
    model.finale.as_ref().unwrap().moment().told
}

/// Takes pictures at each size; without colours they say the same, and in ASCII something like it.
fn snap(name: &str, signals: &[Signal], steer: impl Fn(&mut Model)) {
    for (width, height) in SIZES {
        let themed = |theme: Theme| {
            let mut model = Model::new(theme, Size { width, height });
            model.begin = true;
            for signal in signals {
                update(&mut model, Msg::Signal(signal.clone()));
            }
            steer(&mut model);
            model
        };
        let picture = shown(&themed(Theme::new(true)));
        let plain = themed(Theme::new(false));
        assert_eq!(shown(&plain), picture, "{name} at {width}x{height} says less without colours");
        let cells = super::drawn(&plain).backend().buffer().content.clone();
        assert!(cells.iter().all(|cell| (cell.fg, cell.bg) == (Color::Reset, Color::Reset)));
        assert!(shown(&themed(Theme::new(true).ascii(true))).is_ascii(), "{name} at {width}x{height}");
        assert_snapshot!(format!("finale_{name}_{width}x{height}"), picture);
    }
}

#[test]
fn the_job_goes_on_on_the_floor_plan() {
    let right = played(Some("hacker"), GOOD);
    snap("caption", &right, |_| {});
    snap("loading", &right, |model| {
        step(model, 9);
        hit(model, KeyCode::Char(' '));
        wait(model, 2_600);
    });
    snap("escaped", &right, |model| {
        wait(model, 39_000);
        hit(model, KeyCode::Left);
        hit(model, KeyCode::Char(' '));
        wait(model, 4_000);
    });
    let late = played(Some("driver"), LATE);
    snap("chase", &late, |model| {
        step(model, model.finale.as_ref().unwrap().steps.len() - 1);
        hit(model, KeyCode::Char(' '));
        wait(model, 2_600);
    });
    snap("held", &played(None, LOUD), |model| step(model, 7));
}

#[test]
fn what_came_of_it_stands_still() {
    let end = |model: &mut Model| drop(hit(model, KeyCode::Enter));
    snap("ending_escaped", &played(Some("hacker"), GOOD), end);
    snap("ending_caught", &played(None, LOUD), end);
    snap("ending_scrolled", &played(Some("driver"), LATE), |model| {
        end(model);
        hit(model, KeyCode::PageDown);
    });
}

#[test]
fn long_names_and_small_terminals_have_room() {
    let mut many = twelve();
    let many = many.guess_wanted().verdict(None, "5eed").played(LATE, None).tell();
    snap("twelve", &many, |model| step(model, 4));
    for name in ["small", "small_ending"] {
        let mut model = model_of(60, 20, many.clone());
        step(&mut model, if name == "small" { 4 } else { 40 });
        assert_snapshot!(format!("finale_{name}_60x20"), shown(&model));
    }
    for (width, height) in [(59, 24), (61, 21), (99, 24), (100, 30), (300, 100), (10, 3), (1, 1)] {
        let mut model = model_of(width, height, many.clone());
        for _ in 0..30 {
            hit(&mut model, KeyCode::Right);
            shown(&model);
        }
        assert_eq!(model.place(), Place::Ending);
    }
}

#[test]
fn the_crew_is_seen_on_the_floor_plan_however_small_the_terminal() {
    for (width, height) in [(60, 20), (60, 24), (70, 40), (78, 21), (80, 20), (80, 21)] {
        for plan in [GOOD, LATE, LOUD] {
            let mut model = model_of(width, height, played(None, plan));
            for _ in 0..model.finale.as_ref().unwrap().steps.len() {
                step(&mut model, 1);
                let finale = model.finale.as_ref().unwrap();
                let at = finale.film.as_ref().unwrap().stands[finale.moment().stand].place;
                let picture = shown(&model);
                // Rows of walls, and in them the crew.
                let rows = picture.lines().filter(|line| line.starts_with("\"  ") && line.contains(['│', '┃', '├']));
                assert!(rows.clone().count() >= 4, "{width}x{height}\n{picture}");
                assert!(at.is_none() || rows.clone().any(|row| row.contains('●')), "{width}x{height}\n{picture}");
            }
        }
    }
}

#[test]
fn ascii() {
    for (width, height) in SIZES {
        let mut model = Model::new(Theme::new(false).ascii(true), Size { width, height });
        model.begin = true;
        for signal in played(Some("driver"), LATE) {
            update(&mut model, Msg::Signal(signal));
        }
        let last = model.finale.as_ref().unwrap().steps.len();
        step(&mut model, last - 1);
        assert_snapshot!(format!("ascii_finale_{width}x{height}"), shown(&model));
        hit(&mut model, KeyCode::Enter);
        assert_snapshot!(format!("ascii_finale_ending_{width}x{height}"), shown(&model));
    }
}

#[test]
fn after_the_guess_comes_the_job_and_then_the_reveal() {
    let mut model = model_of(120, 40, played(Some("hacker"), GOOD));
    assert_eq!((model.place(), told(&model)), (Place::Finale, 0));
    assert!(shown(&model).contains("You named hacker, and rightly"));
    hit(&mut model, KeyCode::Enter);
    assert_eq!(model.place(), Place::Ending);
    assert!(shown(&model).contains("The crew escapes with 680,000."), "{}", shown(&model));
    assert_eq!(model.beat(), None);
    hit(&mut model, KeyCode::Enter);
    assert!(matches!(model.page, Page::Reveal { .. }) && shown(&model).contains("hacker was the mole"));
    hit(&mut model, KeyCode::Char('f'));
    assert_eq!(model.place(), Place::Ending);
    hit(&mut model, KeyCode::Char(' '));
    assert_eq!((model.place(), told(&model)), (Place::Finale, 0));
    hit(&mut model, KeyCode::Esc);
    assert_eq!(model.place(), Place::Ending);
    hit(&mut model, KeyCode::Esc);
    assert!(matches!(model.page, Page::Reveal { .. }));
    assert_eq!(hit(&mut model, KeyCode::Char('n')), [Action::Leave(Next::Again)]);
}

#[test]
fn nothing_of_the_mole_is_seen_between_the_guess_and_the_job() {
    let mut model = model_of(120, 40, []);
    let mut is_named = false;
    for signal in played(Some("driver"), LATE) {
        is_named |= matches!(&signal, Signal::Recorded(Event { kind: EventKind::GuessMade(_), .. }));
        update(&mut model, Msg::Signal(signal));
        assert!(!is_named || !shown(&model).contains("was the mole"));
    }
    assert!(is_named && model.place() == Place::Finale);
    let caption = shown(&model);
    assert!(caption.contains("You named driver, and wrongly") && !caption.contains("hacker was"), "{caption}");
}

#[test]
fn a_heist_whose_job_was_not_played_goes_to_the_reveal() {
    let mut model = model_of(120, 40, to_the_guess().verdict(None, "5eed").tell());
    assert!(matches!(model.page, Page::Reveal { .. }) && !can(&model, Act::Job));
    hit(&mut model, KeyCode::Char('f'));
    assert!(matches!(model.page, Page::Reveal { .. }));
}

#[test]
fn it_can_be_held_and_goes_at_the_speed_that_is_chosen() {
    let mut model = model_of(120, 40, played(None, GOOD));
    assert!(model.beat().is_some());
    wait(&mut model, 5_000);
    let before = told(&model);
    hit(&mut model, KeyCode::Char(' '));
    assert!(shown(&model).contains("held") && model.beat().is_none());
    wait(&mut model, 60_000);
    assert_eq!((told(&model), model.place()), (before, Place::Finale));
    hit(&mut model, KeyCode::Right);
    assert_eq!(told(&model), before + 1);
    hit(&mut model, KeyCode::Left);
    assert_eq!(told(&model), before);
    hit(&mut model, KeyCode::Char(' '));
    hit(&mut model, KeyCode::Char('?'));
    wait(&mut model, 60_000);
    assert!(matches!(model.over, Over::Help { .. }), "the job waits for who reads the help");
    hit(&mut model, KeyCode::Esc);
    assert_eq!(told(&model), before);
    hit(&mut model, KeyCode::Char('+'));
    hit(&mut model, KeyCode::Char('+'));
    assert!(shown(&model).contains("4x"));
    wait(&mut model, 10_000);
    assert_eq!(model.place(), Place::Ending);
}

#[test]
fn a_key_leads_to_the_message_that_is_to_blame_and_back() {
    let mut model = model_of(120, 40, played(None, LOUD));
    hit(&mut model, KeyCode::Enter);
    let ending = shown(&model);
    assert!(ending.contains("It goes back to what hacker said in m6.") && ending.contains("m whose words"), "{ending}");
    hit(&mut model, KeyCode::Char('m'));
    assert!(model.page == Page::Heist && shown(&model).contains("m6: without it"), "{}", shown(&model));
    hit(&mut model, KeyCode::Esc);
    hit(&mut model, KeyCode::Esc);
    assert_eq!(model.place(), Place::Ending);
    let mut well = model_of(120, 40, played(Some("hacker"), GOOD));
    hit(&mut well, KeyCode::Enter);
    assert!(!can(&well, Act::Blame) && !shown(&well).contains("whose words"));
}

#[test]
fn a_step_tells_who_told_the_fact_and_who_bent_it() {
    let mut model = model_of(120, 60, played(None, LOUD));
    hit(&mut model, KeyCode::Enter);
    let ending = shown(&model);
    assert!(ending.contains("But hacker said in m6:") && ending.contains("30 minutes"), "{ending}");
    assert!(ending.contains("this is what it failed for"), "{ending}");
    assert!(ending.contains("▌ “The alarm line can be kept silent"), "the words themselves: {ending}");
}

#[test]
fn a_job_that_other_rules_have_played_is_told_without_movements() {
    let mut signals = played(None, LATE);
    for signal in &mut signals {
        if let Signal::Recorded(Event { kind: EventKind::HeistPlayed(job), .. }) = signal {
            job.steps[1].what = "\x1b[2JThe dog\u{202e} barks.".into();
            job.steps[1].because = Some("dog".into());
        }
    }
    for (width, height) in SIZES {
        let mut model = model_of(width, height, signals.clone());
        assert!(model.finale.as_ref().unwrap().film.is_none());
        step(&mut model, 2);
        let picture = shown(&model);
        assert!(picture.contains("barks.") && !picture.contains('\x1b') && !picture.contains('\u{202e}'), "{picture}");
        wait(&mut model, 1);
        hit(&mut model, KeyCode::Char(' '));
        wait(&mut model, 40_000);
        assert_eq!(model.place(), Place::Ending);
        shown(&model);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn however_time_is_cut_it_is_over_in_time(cuts in proptest::collection::vec(1..3_000_u64, 1..60)) {
        let mut model = model_of(80, 24, played(None, LATE));
        let (mut passed, mut before) = (0, 0);
        for cut in cuts {
            passed += cut;
            wait(&mut model, cut);
            prop_assert!(told(&model) >= before);
            before = told(&model);
        }
        let mut whole = model_of(80, 24, played(None, LATE));
        wait(&mut whole, passed);
        prop_assert_eq!(told(&model), told(&whole));
        wait(&mut model, 40_000_u64.saturating_sub(passed));
        prop_assert_eq!(model.place(), Place::Ending);
    }
}

fn replay() -> Model {
    let events = played(Some("hacker"), LATE).into_iter().filter_map(|signal| match signal {
        Signal::Recorded(event) => Some(event),
        _ => None,
    });
    Model::replay(events.collect(), look(false), Size { width: 120, height: 40 })
}

#[test]
fn a_replay_steps_through_the_job() {
    let mut model = replay();
    hit(&mut model, KeyCode::Char('G'));
    assert!(matches!(model.page, Page::Reveal { .. }));
    let steps = model.finale.as_ref().unwrap().steps.len();
    hit(&mut model, KeyCode::Left);
    assert_eq!((model.place(), told(&model)), (Place::Ending, steps));
    for left in (0..steps).rev() {
        hit(&mut model, KeyCode::Left);
        assert_eq!((model.place(), told(&model)), (Place::Finale, left + 1));
    }
    hit(&mut model, KeyCode::Left);
    assert_eq!((model.place(), told(&model)), (Place::Finale, 0));
    hit(&mut model, KeyCode::Left);
    assert!(model.page == Page::Heist && model.seen.truth.is_none() && model.finale.is_none());
    hit(&mut model, KeyCode::Right);
    assert_eq!((model.place(), told(&model)), (Place::Finale, 0));
    step(&mut model, steps + 1);
    assert_eq!(model.place(), Place::Ending);
    hit(&mut model, KeyCode::Right);
    assert!(matches!(model.page, Page::Reveal { .. }));
}

#[test]
fn a_replay_plays_the_job_at_its_own_speed_and_goes_on_to_the_reveal() {
    let mut model = replay();
    hit(&mut model, KeyCode::Char('G'));
    step(&mut model, 0);
    hit(&mut model, KeyCode::Left);
    let end = model.replay.as_ref().unwrap().position().0;
    while told(&model) > 0 {
        hit(&mut model, KeyCode::Left);
    }
    let begins = model.replay.as_ref().unwrap().position().0;
    assert_eq!(u128::from(end - begins), model.finale.as_ref().unwrap().length().as_millis());
    hit(&mut model, KeyCode::Char(' '));
    assert!(model.beat().is_some_and(|beat| beat < Duration::from_millis(200)));
    wait(&mut model, 8_000);
    let slow = told(&model);
    assert!(slow > 0 && model.place() == Place::Finale);
    hit(&mut model, KeyCode::Char('+'));
    wait(&mut model, 4_000);
    assert!(told(&model) > slow);
    hit(&mut model, KeyCode::Enter);
    assert_eq!(model.place(), Place::Ending);
    assert!(!model.replay.as_ref().unwrap().playing, "whoever skips wants to read");
    hit(&mut model, KeyCode::Char(' '));
    wait(&mut model, 10_000);
    assert!(matches!(model.page, Page::Reveal { .. }));
    // From the end of the record a key leads back to what came of the job, and on.
    hit(&mut model, KeyCode::Char('f'));
    assert_eq!(model.place(), Place::Ending);
    hit(&mut model, KeyCode::Enter);
    assert!(matches!(model.page, Page::Reveal { .. }));
    assert_eq!(hit(&mut model, KeyCode::Esc), [Action::Leave(Next::Back)]);
}

#[test]
fn nobody_comes_before_it_is_told_what_calls_them() {
    let mut model = model_of(120, 40, played(None, LATE));
    let rings = model.finale.as_ref().unwrap().steps.iter().position(|step| !step.ok).unwrap();
    step(&mut model, rings);
    let before = shown(&model);
    assert!(!before.contains("ALARM") && !before.contains("! the guards"), "{before}");
    step(&mut model, 1);
    let after = shown(&model);
    assert!(after.contains("ALARM") && after.contains("! the guards") && after.contains("3 of 3 min"), "{after}");
}

#[test]
fn the_crew_begins_at_its_door() {
    let model = model_of(120, 40, played(None, GOOD));
    let finale = model.finale.as_ref().unwrap();
    let place = |model: &Model| {
        let finale = model.finale.as_ref().unwrap();
        let stand = finale.film.as_ref().unwrap().stands[finale.moment().stand];
        stand.place.map(|place| finale.bank.name_of(place).to_owned())
    };
    assert_eq!((place(&model).as_deref(), finale.moment().minute), (Some("loading dock"), 0.0));
    let mut model = model_of(120, 40, played(None, GOOD));
    step(&mut model, 1);
    assert_eq!(place(&model).as_deref(), Some("loading dock"), "{}", shown(&model));
    step(&mut model, 2);
    assert_eq!(place(&model).as_deref(), Some("teller hall"), "{}", shown(&model));
}

#[test]
fn whoever_was_named_takes_no_step() {
    let mut model = model_of(200, 60, played(Some("hacker"), GOOD));
    hit(&mut model, KeyCode::Enter);
    let ending = shown(&model);
    assert!(ending.contains("crew: A loop runs") && !ending.contains("hacker: "), "{ending}");
    assert_eq!(model.finale.as_ref().unwrap().crew.len(), 5);
}

#[test]
fn the_keys_of_the_footer_do_something() {
    let model = || model_of(120, 40, played(None, LOUD));
    for (place, code, act) in [
        (Place::Finale, KeyCode::Enter, Act::Confirm),
        (Place::Finale, KeyCode::Char(' '), Act::Play),
        (Place::Finale, KeyCode::Right, Act::StepOn),
        (Place::Finale, KeyCode::Char('+'), Act::Faster),
        (Place::Ending, KeyCode::Enter, Act::Confirm),
        (Place::Ending, KeyCode::Char('m'), Act::Blame),
        (Place::Ending, KeyCode::Char(' '), Act::Play),
    ] {
        let mut model = model();
        if place == Place::Ending {
            hit(&mut model, KeyCode::Enter);
        }
        assert!(model.place() == place && can(&model, act));
        let before = shown(&model);
        hit(&mut model, code);
        assert_ne!(shown(&model), before, "{act:?} in {place:?}");
    }
}

/// A job as it is recorded, without the rest of a heist.
#[test]
fn the_story_tells_a_real_job() {
    let told = Teller::new().opens(None, "embedded").played(LATE, None).tell();
    let job: Vec<&Played> = told
        .iter()
        .filter_map(|signal| match signal {
            Signal::Recorded(Event { kind: EventKind::HeistPlayed(job), .. }) => Some(&**job),
            _ => None,
        })
        .collect();
    assert!(job.len() == 1 && job[0].cause.is_some() && !job[0].ending().escaped());
}
