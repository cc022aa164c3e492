//! What the keys do: keys go in, actions come out.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::story::{NAMES, Teller, to_the_guess, two_rounds};
use super::{model_of, shown};
use crate::heist::{EventKind, Guess, Guesser, MessageDelta, Phase, SessionFailure, Sureness};
use crate::session::{Control, Signal};
use crate::store::Totals;
use crate::tui::keys::BINDINGS;
use crate::tui::model::{Action, Model, Msg, Next, Over, Page};
use crate::tui::update::update;

pub(super) fn hit(model: &mut Model, code: KeyCode) -> Vec<Action> {
    update(model, Msg::Key(KeyEvent::new(code, KeyModifiers::NONE)))
}

fn ctrl_c(model: &mut Model) -> Vec<Action> {
    update(model, Msg::Key(KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL)))
}

fn watching() -> Model {
    model_of(80, 24, two_rounds().tell())
}

fn record(model: &mut Model, kind: EventKind) {
    let signal = Teller::new().event(0, kind).tell().remove(0);
    update(model, Msg::Signal(signal));
}

#[test]
fn space_pauses_and_then_goes_on() {
    let mut model = watching();
    assert_eq!(hit(&mut model, KeyCode::Char(' ')), [Action::Send(Control::Pause)]);
    assert!(shown(&model).contains("Pausing"));
    record(&mut model, EventKind::SessionPaused);
    assert!(shown(&model).contains("PAUSED") && shown(&model).contains("space go on"));
    assert_eq!(hit(&mut model, KeyCode::Char(' ')), [Action::Send(Control::Resume)]);
    record(&mut model, EventKind::SessionResumed);
    assert!(!shown(&model).contains("PAUSED"));
}

#[test]
fn a_heist_that_was_cut_off_goes_on() {
    let mut model = watching();
    let failure = SessionFailure { reason: "the model is gone".into(), resumable: true, stopped: false };
    record(&mut model, EventKind::SessionFailed(failure));
    assert!(shown(&model).contains("the model is gone"));
    record(&mut model, EventKind::SessionResumed);
    assert!(!shown(&model).contains("the model is gone"));
    assert!(shown(&model).contains("Round 2"));
}

#[test]
fn agents_are_chosen_by_tab_arrow_and_number() {
    let mut model = watching();
    for (code, expected) in [
        (KeyCode::Tab, 1),
        (KeyCode::Right, 2),
        (KeyCode::Left, 1),
        (KeyCode::BackTab, 0),
        (KeyCode::BackTab, 5),
        (KeyCode::Char('3'), 2),
        (KeyCode::Char('9'), 2),
    ] {
        assert!(hit(&mut model, code).is_empty());
        assert_eq!(model.selected, expected, "{code:?}");
    }
}

fn guess(agent: Option<&str>, percent: u8) -> Action {
    let (agent, sureness) = (agent.map(Into::into), Sureness::of_percent(percent));
    Action::Send(Control::Guess { agent, sureness, blind: false })
}

#[test]
fn a_guess_needs_a_second_key() {
    let mut model = model_of(80, 24, to_the_guess().tell());
    assert!(matches!(model.page, Page::Guess { .. }));
    assert!(hit(&mut model, KeyCode::Char('2')).is_empty());
    assert!(hit(&mut model, KeyCode::Enter).is_empty());
    assert!(shown(&model).contains("Name hacker, 50 % sure?"));
    assert!(hit(&mut model, KeyCode::Esc).is_empty());
    assert_eq!(model.page, Page::Guess { cursor: 1, asking: false });
    hit(&mut model, KeyCode::Right);
    hit(&mut model, KeyCode::Enter);
    assert_eq!(hit(&mut model, KeyCode::Char('y')), [guess(Some("hacker"), 60)]);
    // It counts once.
    assert!(hit(&mut model, KeyCode::Enter).is_empty());
    assert!(hit(&mut model, KeyCode::Enter).is_empty());
    for signal in Teller::new().verdict(Some("hacker"), "5eed").tell() {
        update(&mut model, Msg::Signal(signal));
    }
    assert!(shown(&model).contains("Right. hacker was the mole"));
    assert_eq!(hit(&mut model, KeyCode::Char('n')), [Action::Leave(Next::Again)]);
    assert_eq!(hit(&mut model, KeyCode::Char('r')), [Action::Leave(Next::Rematch)]);
    assert_eq!(hit(&mut model, KeyCode::Char('q')), [Action::Leave(Next::Quit)]);
}

#[test]
fn how_sure_one_is_changes_what_the_guess_can_win_and_lose() {
    let mut model = model_of(80, 24, to_the_guess().tell());
    // 24 of 31 turns are left, and the detector is in view: 444 are at stake.
    assert!(shown(&model).contains("+333") && shown(&model).contains("-111"), "{}", shown(&model));
    hit(&mut model, KeyCode::Char('+'));
    assert!(shown(&model).contains("60 %") && shown(&model).contains("+373") && shown(&model).contains("-160"));
    for _ in 0..9 {
        hit(&mut model, KeyCode::Left);
    }
    assert!(shown(&model).contains("10 %") && shown(&model).contains("a stab in the dark"));
    // It is kept while the person thinks again, and a question is taken back by it.
    hit(&mut model, KeyCode::Esc);
    hit(&mut model, KeyCode::Char('g'));
    hit(&mut model, KeyCode::Enter);
    hit(&mut model, KeyCode::Right);
    assert!(matches!(model.page, Page::Guess { asking: false, .. }));
    hit(&mut model, KeyCode::Enter);
    assert!(matches!(hit(&mut model, KeyCode::Enter)[..], [Action::Send(Control::Guess { sureness, .. })]
        if sureness.percent() == 20));
}

#[test]
fn a_hint_costs_and_playing_blind_pays() {
    let mut model = model_of(120, 40, to_the_guess().hint().guess_wanted().tell());
    assert!(shown(&model).contains("+249") && shown(&model).contains("a hint"), "{}", shown(&model));
    model.seen.begin_blind(true);
    assert!(shown(&model).contains("+499") && shown(&model).contains("blind"), "{}", shown(&model));
}

#[test]
fn the_totals_are_told_when_they_come() {
    let mut model = model_of(80, 60, to_the_guess().verdict(Some("hacker"), "5eed").tell());
    assert!(!shown(&model).contains("All your games"));
    let totals = Totals { games: 3, right: 2, streak: 2, average: Some(88.0), best: Some(333), ..Totals::default() };
    update(&mut model, Msg::Signal(Signal::Totals(totals)));
    let shown = shown(&model);
    assert!(shown.contains("All your games") && shown.contains("2 of 3 guesses (67 %)"), "{shown}");
    let mut model = model_of(80, 60, to_the_guess().verdict(Some("hacker"), "5eed").tell());
    update(&mut model, Msg::Signal(Signal::Totals(Totals { repeats: 1, ..Totals::default() })));
    let shown = self::shown(&model);
    assert!(shown.contains("1 not counted: the answer was known") && !shown.contains("0 of 0"), "{shown}");
}

#[test]
fn nobody_can_be_named_and_arrows_go_round() {
    let mut model = model_of(80, 24, to_the_guess().tell());
    hit(&mut model, KeyCode::Up);
    assert_eq!(model.page, Page::Guess { cursor: NAMES.len(), asking: false });
    hit(&mut model, KeyCode::Down);
    assert_eq!(model.page, Page::Guess { cursor: 0, asking: false });
    hit(&mut model, KeyCode::Char('0'));
    hit(&mut model, KeyCode::Enter);
    assert_eq!(hit(&mut model, KeyCode::Enter), [guess(None, 50)]);
}

#[test]
fn one_may_guess_early_and_think_better_of_it() {
    let mut model = watching();
    assert!(hit(&mut model, KeyCode::Char('g')).is_empty());
    assert!(shown(&model).contains("the heist ends with your guess"));
    hit(&mut model, KeyCode::Esc);
    assert_eq!(model.page, Page::Heist);
}

#[test]
fn a_guess_that_could_not_be_taken_can_be_made_again() {
    let mut model = model_of(80, 24, to_the_guess().tell());
    hit(&mut model, KeyCode::Enter);
    assert_eq!(hit(&mut model, KeyCode::Enter).len(), 1);
    update(&mut model, Msg::Busy);
    hit(&mut model, KeyCode::Enter);
    assert_eq!(hit(&mut model, KeyCode::Enter).len(), 1);
}

#[test]
fn a_command_is_written_sent_and_shown() {
    let mut model = watching();
    hit(&mut model, KeyCode::Char('4'));
    hit(&mut model, KeyCode::Char('c'));
    for c in "Check q!x".chars() {
        hit(&mut model, KeyCode::Char(c));
    }
    hit(&mut model, KeyCode::Backspace);
    assert!(shown(&model).contains("to intel › Check q!"));
    let sent = Control::Command { agent: "intel".into(), text: "Check q!".into() };
    assert_eq!(hit(&mut model, KeyCode::Enter), [Action::Send(sent)]);
    assert!(shown(&model).contains("Sent. intel sees it"));
    record(&mut model, EventKind::CommandSent { agent: "intel".into(), text: "Check q!".into() });
    assert!(shown(&model).contains("You to intel: Check q!"));
}

#[test]
fn what_is_pasted_is_cleaned_and_cut() {
    let mut model = watching();
    hit(&mut model, KeyCode::Char('c'));
    update(&mut model, Msg::Paste(format!("a\x1b[31m\r\nb\u{202e}{}", "x".repeat(100_000))));
    let Over::Editor(line) = &model.over else { panic!("{:?}", model.over) };
    assert!(line.starts_with("a\u{241b}[31m b\u{fffd}xxx"), "{line}");
    assert_eq!(line.chars().count(), 300);
    hit(&mut model, KeyCode::Esc);
    assert_eq!(model.over, Over::Nothing);
    // Elsewhere a paste is not a row of keys.
    assert!(update(&mut model, Msg::Paste("q\ny".into())).is_empty());
    assert_eq!(model.over, Over::Nothing);
}

#[test]
fn an_empty_command_is_not_sent() {
    let mut model = watching();
    hit(&mut model, KeyCode::Char('c'));
    hit(&mut model, KeyCode::Char(' '));
    assert!(hit(&mut model, KeyCode::Enter).is_empty());
    assert!(shown(&model).contains("empty"));
}

#[test]
fn leaving_a_running_heist_is_asked_first() {
    let mut model = watching();
    assert!(hit(&mut model, KeyCode::Char('q')).is_empty());
    assert!(shown(&model).contains("Leave the heist?"));
    assert!(hit(&mut model, KeyCode::Char('n')).is_empty());
    assert_eq!(model.over, Over::Nothing);
    let left = [Action::Send(Control::Stop), Action::Leave(Next::Quit)];
    assert!(ctrl_c(&mut model).is_empty());
    assert_eq!(ctrl_c(&mut model), left);
    hit(&mut model, KeyCode::Esc);
    hit(&mut model, KeyCode::Char('q'));
    assert_eq!(hit(&mut model, KeyCode::Char('y')), left);
}

#[test]
fn ctrl_c_reaches_the_question_from_everywhere() {
    for open in ["c", "?", "g", "g\n"] {
        let mut model = watching();
        for c in open.chars() {
            hit(&mut model, if c == '\n' { KeyCode::Enter } else { KeyCode::Char(c) });
        }
        assert!(ctrl_c(&mut model).is_empty());
        assert_eq!(model.over, Over::Leaving, "{open}");
    }
    // Before the session there is nothing to ask about.
    assert_eq!(ctrl_c(&mut model_of(80, 24, [])).last(), Some(&Action::Leave(Next::Quit)));
}

#[test]
fn a_hint_is_asked_for_and_shown() {
    // Where the suspicion is in view a hint would tell nothing, and costs nothing.
    let mut open = watching();
    assert!(hit(&mut open, KeyCode::Char('h')).is_empty() && open.over == Over::Nothing);
    assert!(shown(&open).contains("a hint would tell you nothing new"));
    let mut model = model_of(80, 24, []);
    model.seen.begin_blind(true);
    for signal in two_rounds().tell() {
        update(&mut model, Msg::Signal(signal));
    }
    for answer in [KeyCode::Esc, KeyCode::Char('n')] {
        assert!(hit(&mut model, KeyCode::Char('h')).is_empty());
        // 24 of 31 turns are left.
        assert!(shown(&model).contains("Your stake goes from 887 to 665."), "{}", shown(&model));
        assert!(hit(&mut model, answer).is_empty() && model.over == Over::Nothing);
    }
    hit(&mut model, KeyCode::Char('h'));
    assert_eq!(hit(&mut model, KeyCode::Enter), [Action::Send(Control::Hint)]);
    assert!(model.seen.signs_of(&NAMES[1].into()).is_empty());
    for signal in two_rounds().hint().tell().into_iter().rev().take(1) {
        update(&mut model, Msg::Signal(signal));
    }
    assert!(shown(&model).contains("The detector suspects hacker, 43 %"));
    assert_eq!(model.selected, 1);
    // Of all the evidence the hint's alone is to be seen.
    assert_eq!(model.seen.signs_of(&NAMES[1].into()).len(), 1);
    assert!(model.seen.hides() && model.seen.moment().hints == 1);
    let mut early = model_of(80, 24, Teller::new().opens(None, "embedded").round(Phase::Timing).tell());
    early.seen.begin_blind(true);
    assert!(hit(&mut early, KeyCode::Char('h')).is_empty());
    assert!(shown(&early).contains("No hint yet"));
}

#[test]
fn an_agent_is_asked_about_what_is_chosen() {
    let mut model = watching();
    for key in [KeyCode::Char('3'), KeyCode::Char('c')] {
        hit(&mut model, key);
    }
    assert!(shown(&model).contains("Tab ask about…"), "{}", shown(&model));
    for c in "gap".chars() {
        hit(&mut model, KeyCode::Char(c));
    }
    hit(&mut model, KeyCode::Tab);
    let picture = shown(&model);
    assert!(picture.contains("Ask safecracker about…") && picture.contains("▸ the gap"), "{picture}");
    // What is typed narrows the list, and the arrows go through it.
    for _ in 0..3 {
        hit(&mut model, KeyCode::Backspace);
    }
    assert!(shown(&model).contains("▸ the start") && shown(&model).contains("the number of cameras"));
    hit(&mut model, KeyCode::Down);
    hit(&mut model, KeyCode::Tab);
    let command = |agent: &str, text: &str| Action::Send(Control::Command { agent: agent.into(), text: text.into() });
    assert_eq!(hit(&mut model, KeyCode::Enter), [command("intel", "What would you do about the way in?")]);
    assert!(shown(&model).contains("intel answers in its next turn") && model.over == Over::Nothing);
    for code in "cthermal method".chars().map(KeyCode::Char).chain([KeyCode::Tab]) {
        hit(&mut model, code);
    }
    assert_eq!(hit(&mut model, KeyCode::Enter), [command("intel", "What do you know about the thermal method?")]);
    // Nothing is sent about nothing.
    for code in "cxyz".chars().map(KeyCode::Char).chain([KeyCode::Tab]) {
        hit(&mut model, code);
    }
    assert!(hit(&mut model, KeyCode::Enter).is_empty() && shown(&model).contains("Nothing has that name"));
    hit(&mut model, KeyCode::Esc);
    assert_eq!(model.over, Over::Nothing);
}

#[test]
fn whoever_has_no_turn_left_is_told_nothing() {
    let mut told = Teller::new();
    told.opens(None, "embedded");
    for round in 1..=5 {
        told.round(Phase::Timing);
        for agent in NAMES.iter().take(if round == 5 { 3 } else { 6 }) {
            told.turn(agent).says(agent, "So be it.");
        }
    }
    let signals = told.tell();
    let model = || model_of(80, 24, signals.clone());
    // The planner closes the last round, and the hacker had its last turn.
    for (agent, hears) in [('1', true), ('2', false), ('3', false), ('4', true)] {
        let mut model = model();
        hit(&mut model, KeyCode::Char(agent));
        hit(&mut model, KeyCode::Char('c'));
        assert_eq!(matches!(model.over, Over::Editor(_)), hears, "{agent}");
        assert_eq!(shown(&model).contains("has no turn left; nobody will answer. Tab chooses another."), !hears);
    }
    // What is asked may be overtaken by the turn, and another asked instead.
    let mut model = model();
    for code in ['4', 'c'].map(KeyCode::Char).into_iter().chain([KeyCode::Tab]) {
        hit(&mut model, code);
    }
    let last = told.turn("intel").tell();
    update(&mut model, Msg::Signal(last.last().unwrap().clone()));
    assert!(shown(&model).contains("intel has no turn left; Tab: ask another"), "{}", shown(&model));
    let mut asked = Vec::new();
    for code in [KeyCode::Enter, KeyCode::Char('5'), KeyCode::Char('c'), KeyCode::Tab, KeyCode::Enter] {
        asked.push(hit(&mut model, code).len());
    }
    assert_eq!(asked, [0, 0, 0, 0, 1], "{}", shown(&model));
    // What was on its way already stands in the talk as what it is.
    record(&mut model, EventKind::CommandSent { agent: "intel".into(), text: "Read.".into() });
    assert!(shown(&model).contains("too late: it had no turn left"), "{}", shown(&model));
}

#[test]
fn the_pace_is_changed_and_a_model_has_none() {
    let mut model = model_of(80, 24, Teller::new().opens(None, "embedded").round(Phase::Timing).tell());
    model.tempo.words = 240;
    assert_eq!(hit(&mut model, KeyCode::Char('+')), [Action::Pace(320)]);
    assert_eq!(hit(&mut model, KeyCode::Char('-')), [Action::Pace(240)]);
    assert_eq!(hit(&mut model, KeyCode::Char('-')), [Action::Pace(200)]);
    assert!(shown(&model).contains("200 words a minute"));
    model.tempo.words = 10_000;
    assert!(hit(&mut model, KeyCode::Char('=')).is_empty() && shown(&model).contains("as fast as it gets"));
    assert_eq!(hit(&mut model, KeyCode::Char('-')), [Action::Pace(900)]);
    let mut of_model = watching();
    assert!(hit(&mut of_model, KeyCode::Char('+')).is_empty());
    assert!(shown(&of_model).contains("a model speaks as fast as it can"));
}

#[test]
fn turn_by_turn_each_turn_waits_for_enter() {
    let pause = || [Action::Send(Control::Pause)];
    let mut model = watching();
    assert_eq!(hit(&mut model, KeyCode::Char('e')), pause());
    record(&mut model, EventKind::SessionPaused);
    // The turn that runs may end; until then Enter does what it did.
    assert!(shown(&model).contains("turn by turn") && !shown(&model).contains("next turn"));
    assert!(hit(&mut model, KeyCode::Char(' ')).is_empty());
    for signal in two_rounds().says("driver", "I stand ready.").tell().into_iter().rev().take(1) {
        update(&mut model, Msg::Signal(signal));
    }
    model.notice = None;
    assert!(shown(&model).contains("Enter: next turn") && shown(&model).contains("Enter next turn"));
    assert_eq!(hit(&mut model, KeyCode::Enter), [Action::Send(Control::Resume)]);
    record(&mut model, EventKind::SessionResumed);
    let begins = Teller::new().turn("lookout").tell().remove(0);
    assert_eq!(update(&mut model, Msg::Signal(begins.clone())), pause());
    // What happened before a session was gone on with asks for nothing.
    model.tempo.past = 1;
    assert!(update(&mut model, Msg::Signal(begins)).is_empty());
    record(&mut model, EventKind::SessionPaused);
    assert_eq!(hit(&mut model, KeyCode::Char('e')), [Action::Send(Control::Resume)]);
    assert!(!model.is_by_turn());
}

#[test]
fn scrolling_back_holds_the_place_and_following_finds_the_end() {
    let mut model = watching();
    hit(&mut model, KeyCode::PageUp);
    let before = shown(&model);
    let Some(top) = model.top else { panic!("it follows") };
    update(
        &mut model,
        Msg::Signal(Signal::Delta(MessageDelta {
            turn: 7,
            agent: "driver".into(),
            text: " more and more words, ".repeat(40),
            restart: false,
        })),
    );
    assert_eq!(model.top, Some(top));
    assert_ne!(shown(&model), before, "the rows below are counted");
    hit(&mut model, KeyCode::Home);
    assert_eq!(model.top, Some(0));
    hit(&mut model, KeyCode::Char('f'));
    assert_eq!(model.top, None);
    hit(&mut model, KeyCode::Char('k'));
    hit(&mut model, KeyCode::Char('j'));
    assert_eq!(model.top, None, "the end is followed again");
}

#[test]
fn a_message_that_begins_anew_replaces_what_was_shown() {
    let mut model = watching();
    let delta = MessageDelta { turn: 7, agent: "driver".into(), text: "Once more:".into(), restart: true };
    update(&mut model, Msg::Signal(Signal::Delta(delta)));
    assert!(shown(&model).contains("Once more:▌") && !shown(&model).contains("Foundry Street"));
}

#[test]
fn leaving_is_answered_at_once() {
    let mut model = watching();
    ctrl_c(&mut model);
    update(&mut model, Msg::Left(Next::Quit));
    assert!(shown(&model).contains("Closing the session"));
}

#[test]
fn keys_act_when_pressed_not_when_let_go() {
    let mut model = watching();
    for kind in [KeyEventKind::Release, KeyEventKind::Repeat] {
        let key = KeyEvent::new_with_kind(KeyCode::Char(' '), KeyModifiers::NONE, kind);
        assert!(update(&mut model, Msg::Key(key)).is_empty());
    }
}

#[test]
fn every_key_of_the_footer_is_seen_to_do_something() {
    for binding in BINDINGS.iter().filter(|binding| !binding.label.is_empty()) {
        let mut told = to_the_guess();
        for (place, mut model) in [
            (crate::tui::keys::Place::Heist, watching()),
            (crate::tui::keys::Place::Pane, {
                let mut model = watching();
                hit(&mut model, KeyCode::Char('2'));
                hit(&mut model, KeyCode::Enter);
                model
            }),
            (crate::tui::keys::Place::Guess, model_of(80, 24, told.told.clone())),
            (crate::tui::keys::Place::Reveal, model_of(80, 24, told.verdict(None, "x").tell())),
        ] {
            assert_eq!(model.place(), place);
            let can = crate::tui::update::can(&model, binding.act);
            if !binding.places.contains(&place) || !can {
                continue;
            }
            let before = shown(&model);
            let code = match binding.shown.split(' ').next().unwrap() {
                "space" => KeyCode::Char(' '),
                "1-9" => KeyCode::Char('3'),
                "Tab" => KeyCode::Tab,
                "→" => KeyCode::Right,
                "←" => KeyCode::Left,
                "Enter" => KeyCode::Enter,
                "Esc" => KeyCode::Esc,
                key => KeyCode::Char(key.chars().next().unwrap()),
            };
            let actions = hit(&mut model, code);
            let left = actions.iter().any(|action| matches!(action, Action::Leave(_)));
            assert!(left || shown(&model) != before, "{binding:?}");
        }
    }
}

#[test]
fn the_boot_page_can_be_read_and_skipped() {
    let signals = || Teller::new().opens(None, "embedded").services().round(Phase::Reconnaissance).tell();
    let mut model = model_of(80, 24, []);
    model.begin = false;
    for signal in signals() {
        update(&mut model, Msg::Signal(signal));
    }
    assert_eq!(model.page, Page::Boot);
    update(&mut model, Msg::Tick(Duration::from_secs(3)));
    assert_eq!(model.page, Page::Boot);
    hit(&mut model, KeyCode::Enter);
    assert_eq!(model.page, Page::Heist);
    let mut patient = model_of(80, 24, []);
    patient.begin = false;
    for signal in signals() {
        update(&mut patient, Msg::Signal(signal));
    }
    update(&mut patient, Msg::Tick(Duration::from_secs(6)));
    assert_eq!(patient.page, Page::Heist);
}

#[test]
fn a_heist_that_is_quicker_than_the_reader_waits() {
    let mut model = model_of(80, 24, []);
    model.begin = false;
    for signal in to_the_guess().tell() {
        update(&mut model, Msg::Signal(signal));
    }
    assert_eq!(model.page, Page::Boot);
    hit(&mut model, KeyCode::Enter);
    assert_eq!(model.page, Page::Heist);
    update(&mut model, Msg::Tick(Duration::from_mins(1)));
    assert!(shown(&model).contains("Press g and name the mole"));
}

#[test]
fn a_session_that_ends_without_a_word_is_told() {
    let mut model = watching();
    update(&mut model, Msg::Ended);
    assert!(shown(&model).contains("ended without a verdict"));
    hit(&mut model, KeyCode::Char('t'));
    assert!(shown(&model).contains("From half past eleven"));
    hit(&mut model, KeyCode::Esc);
    assert_eq!(model.page, Page::Failed);
    assert_eq!(hit(&mut model, KeyCode::Char('q')), [Action::Leave(Next::Quit)]);
    let mut done = model_of(80, 24, to_the_guess().verdict(None, "5eed").tell());
    update(&mut done, Msg::Ended);
    assert!(shown(&done).contains("Busted"));
}

#[test]
fn the_clock_goes_on_between_events_and_stands_at_the_end() {
    let mut model = watching();
    let before = model.seen.elapsed();
    update(&mut model, Msg::Tick(Duration::from_secs(2)));
    assert_eq!(model.seen.elapsed(), before + 2000);
    let done = model_of(80, 24, to_the_guess().verdict(None, "5eed").tell());
    assert_eq!(done.beat(), None);
}

#[test]
fn blind_means_no_suspicion_before_the_guess_and_all_of_it_after() {
    for (width, height) in [(80, 24), (120, 40)] {
        let mut model = model_of(width, height, []);
        model.seen.begin_blind(true);
        let mut heist = to_the_guess();
        heist.guess_wanted();
        for signal in heist.tell() {
            update(&mut model, Msg::Signal(signal));
        }
        assert!(matches!(model.page, Page::Guess { .. }));
        // But for how sure one is.
        let told = shown(&model).replace("50 %", "");
        assert!(!told.contains('%') && !told.contains("nothing against") && !told.contains("+1.4"), "{told}");
        hit(&mut model, KeyCode::Esc);
        assert!(shown(&model).contains("You play blind"), "{}", shown(&model));
        assert!(!shown(&model).contains('%'), "{}", shown(&model));
        let guess = EventKind::GuessMade(Guess { by: Guesser::Player, agent: None, sureness: None, blind: true });
        record(&mut model, guess);
        assert!(shown(&model).contains('%'), "{}", shown(&model));
    }
}

#[test]
fn what_was_not_there_can_be_looked_for_again_or_done_without() {
    let mut model = model_of(80, 24, Teller::new().opens(None, "docker").tell());
    assert_eq!(hit(&mut model, KeyCode::Char('r')), [Action::Leave(Next::LookAgain)]);
    assert_eq!(hit(&mut model, KeyCode::Char('b')), [Action::Leave(Next::BuiltIn)]);
    let mut model = model_of(80, 24, Teller::new().opens(Some("a-model"), "docker").tell());
    assert_eq!(hit(&mut model, KeyCode::Char('r')), [], "nothing was missed");
    let mut model = model_of(80, 24, two_rounds().failed("The server went away.").tell());
    assert_eq!(hit(&mut model, KeyCode::Char('r')), [Action::Leave(Next::Resume)]);
    assert_eq!(hit(&mut model, KeyCode::Char('b')), [Action::Leave(Next::BuiltIn)]);
    let mut model = model_of(80, 24, Teller::new().opens(None, "embedded").failed("The disk is full.").tell());
    assert_eq!(hit(&mut model, KeyCode::Char('b')), [], "it was built in already");
}

#[test]
fn suspicion_is_hidden_and_shown_and_who_has_seen_it_is_not_blind() {
    let sent = |model: &mut Model| {
        hit(model, KeyCode::Char('g'));
        hit(model, KeyCode::Enter);
        let [Action::Send(Control::Guess { blind, .. })] = hit(model, KeyCode::Enter)[..] else { panic!("no guess") };
        blind
    };
    let mut model = watching();
    hit(&mut model, KeyCode::Char('b'));
    assert!(model.seen.hides() && !shown(&model).contains('%'), "{}", shown(&model));
    assert!(!sent(&mut model), "it was in view before");
    let blind = || {
        let mut model = watching();
        model.seen.begin_blind(true);
        model
    };
    assert!(sent(&mut blind()));
    let mut model = blind();
    for answer in [KeyCode::Esc, KeyCode::Char('n')] {
        hit(&mut model, KeyCode::Char('b'));
        assert!(shown(&model).contains("goes from 887 to 444."), "{}", shown(&model));
        hit(&mut model, answer);
        assert!(model.seen.hides());
    }
    hit(&mut model, KeyCode::Char('b'));
    hit(&mut model, KeyCode::Char('y'));
    assert!(!model.seen.hides() && shown(&model).contains('%'));
    hit(&mut model, KeyCode::Char('b'));
    assert!(!sent(&mut model));
}
