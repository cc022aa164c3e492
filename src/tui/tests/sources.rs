//! The sources: who has read what, and the ways from a claim to its source and back.

use crossterm::event::KeyCode;

use super::planned::{holds, opened, planned, tells};
use super::steering::hit;
use super::story::NAMES;
use super::watching::press;
use super::{model_of, shown};
use crate::heist::Move;
use crate::session::Control;
use crate::tui::keys::Place;
use crate::tui::model::{Action, Model, Msg, Over};
use crate::tui::side::Side;
use crate::tui::update::update;

/// The text of the line that is looked at.
fn line(model: &Model) -> &str {
    let text = model.pane.reads().unwrap();
    let source = model.seen.sources.named(&text.source).unwrap();
    &source.lines().nth(text.line).unwrap().text
}

/// The story, with the message of that number marked.
fn marked(width: u16, height: u16, message: &str) -> Model {
    let mut model = model_of(width, height, planned().tell());
    while model.seen.talk.marked_message() != Some(message) {
        press(&mut model, "m");
    }
    model
}

#[test]
fn what_was_read_is_told_and_what_was_not_is_closed() {
    let model = model_of(80, 24, planned().tell());
    assert_eq!(model.seen.sources.counts(), (4, 16));
    let names: Vec<_> = model.seen.sources.listed().iter().map(|source| source.name.as_str()).take(5).collect();
    assert_eq!(names, ["escape_routes", "bank_layout.txt", "shifts", "vault_specs.txt", "guard_rotation.txt"]);
    let vault = model.seen.sources.named("vault_specs.txt").unwrap();
    let reader = vault.readers()[0];
    assert_eq!((&*reader.agent, reader.turn, &*reader.call), ("hacker", 2, "t1"));
    let words = |text: &str| text.split_whitespace().map(ToOwned::to_owned).collect::<Vec<_>>();
    let all: Vec<_> = vault.lines().flat_map(|line| words(&line.text)).collect();
    assert_eq!(all, words(&holds("vault_specs.txt")), "in full");
    for source in model.seen.sources.listed().into_iter().skip(4) {
        assert!(source.is_closed() && source.lines().count() == 0, "{}", source.name);
    }
}

#[test]
fn the_same_answer_is_there_once_and_others_stand_below_it() {
    let mut told = opened(&NAMES);
    told.turn("intel").queries("intel", "shifts").turn("lookout").queries("lookout", "shifts");
    let part = "shift | starts\nnight | 22:12";
    told.turn("intel").calls("intel", "database_query", "SELECT shift, starts FROM shifts WHERE shift = 'night'");
    told.returns("intel", "database_query", Ok(part));
    let model = model_of(80, 24, told.tell());
    let shifts = model.seen.sources.named("shifts").unwrap();
    assert_eq!(shifts.answers.iter().map(|answer| answer.readers.len()).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(model.seen.sources.counts().0, 1);
}

#[test]
fn what_failed_or_was_denied_was_not_read() {
    let mut told = opened(&NAMES);
    told.turn("hacker").calls("hacker", "file_reader", "vault_specs.txt").returns("hacker", "file_reader", Err("gone"));
    told.turn("driver").calls("driver", "file_reader", "vault_specs.txt").denied("driver", "file_reader", "no scope");
    told.turn("driver").calls("driver", "calculator", "1+1").returns("driver", "calculator", Ok("2"));
    assert_eq!(model_of(80, 24, told.tell()).seen.sources.counts().0, 0);
}

#[test]
fn a_claim_leads_to_the_line_that_it_rests_on_and_back() {
    for (width, height) in [(60, 20), (80, 24), (120, 40), (200, 60)] {
        let mut model = marked(width, height, "m2");
        press(&mut model, "s");
        assert_eq!((model.pane.view, model.place()), (Side::Sources, Place::Pane));
        assert!(line(&model).starts_with("The thermal method takes 22 minutes"));
        let picture = shown(&model);
        assert!(picture.contains("▸ The thermal") && picture.contains("hacker read it in turn 2 (t1)"), "{picture}");
        press(&mut model, "\u{1b}");
        assert_eq!((model.pane.view, model.place()), (Side::Evidence, Place::Heist));
        assert_eq!(model.seen.talk.marked_message(), Some("m2"));
        assert!(shown(&model).contains("\"▌"), "{}", shown(&model));
    }
}

#[test]
fn who_names_a_source_that_it_has_not_read_is_told_so() {
    for (width, height) in [(80, 24), (120, 40)] {
        let mut model = marked(width, height, "m3");
        press(&mut model, "s");
        let flat = shown(&model).replace(['"', '\n'], " ");
        let flat: Vec<_> = flat.split_whitespace().collect();
        let flat = flat.join(" ");
        assert!(flat.contains("m3 safecracker:") && flat.contains("10 minutes"), "{flat}");
        assert!(flat.contains("has not read it"), "{flat}");
        assert!(line(&model).contains("22 minutes"), "the source has another figure");
    }
}

#[test]
fn who_reads_a_source_after_it_has_spoken_had_not_read_it() {
    let mut told = planned();
    told.reads("driver", "guard_rotation.txt").says("driver", "There it stands.");
    told.turn("driver").does("driver", "And there.", vec![tells("gap", "guard_rotation.txt", None)]);
    told.turn("lookout").does("lookout", "I know.", vec![tells("shut", "vault_specs.txt", None)]);
    told.turn("lookout").reads("lookout", "vault_specs.txt");
    let mut model = model_of(200, 60, told.tell());
    press(&mut model, "ms");
    assert!(shown(&model).contains("lookout had not read it then"), "{}", shown(&model));
    press(&mut model, "\u{1b}ms");
    assert!(shown(&model).contains("driver read it in turn 9"), "{}", shown(&model));
}

#[test]
fn a_claim_without_a_source_leads_to_one_that_tells_it() {
    let mut model = marked(120, 40, "m8");
    press(&mut model, "s");
    assert_eq!(line(&model), "The cash cages take 4 minutes to load and are worth 420 thousand.");
    assert!(shown(&model).contains("names no source"), "{}", shown(&model));
}

#[test]
fn a_source_that_nobody_has_read_stays_closed_to_a_claim_too() {
    let mut told = planned();
    told.does("driver", "alarm_response.txt says so.", vec![tells("police", "alarm_response.txt", Some((0, "3")))]);
    told.does("driver", "Somebody said so.", vec![tells("radio", "", None)]);
    let mut model = model_of(120, 40, told.tell());
    press(&mut model, "ms");
    assert!(shown(&model).contains("m10 names no source for"), "{}", shown(&model));
    press(&mut model, "ms");
    let picture = shown(&model);
    assert!(picture.contains("Nobody has read") && picture.contains("has not read it"), "{picture}");
    let truth = heist_bank::Bank::first_meridian().fact("police").unwrap();
    let pane: String = picture.lines().filter_map(|row| row.split('│').nth(1)).collect();
    assert!(pane.contains("need 3 minutes") && !pane.contains(&format!("need {} ", truth.text(0))), "{picture}");
    press(&mut model, "\u{1b}m");
    assert_eq!(model.seen.talk.marked_message(), Some("m8"));
}

#[test]
fn claims_of_one_message_come_in_turn() {
    let mut told = planned();
    let moves = vec![tells("method:drill", "vault_specs.txt", None), tells("gap", "shifts", None)];
    told.does("intel", "Two things.", moves);
    let mut model = model_of(120, 40, told.tell());
    press(&mut model, "s");
    assert!(line(&model).contains("drill") && shown(&model).contains("its claim 2 of 2"), "{}", shown(&model));
    press(&mut model, "s");
    assert!(line(&model).contains("evening"));
    press(&mut model, "s");
    assert!(line(&model).contains("drill"));
    // Another message is another matter.
    press(&mut model, "ms");
    assert_eq!(model.pane.reads().unwrap().check.as_ref().unwrap().claim.message, "m8");
    press(&mut model, "\u{1b}");
    assert_eq!((model.pane.view, model.pane.open), (Side::Evidence, false), "as it was before the first");
}

#[test]
fn a_line_leads_to_the_messages_that_speak_of_it() {
    let mut model = marked(120, 40, "m2");
    press(&mut model, "s");
    assert!(shown(&model).contains("m2 m3"), "{}", shown(&model));
    for expected in ["m2", "m3", "m2"] {
        press(&mut model, "\n");
        assert_eq!(model.seen.talk.marked_message(), Some(expected));
        assert!(model.pane.open && shown(&model).contains("speaks of it"), "{}", shown(&model));
    }
    // On a narrow terminal the talk is shown, and Enter goes on.
    let mut model = marked(80, 24, "m2");
    press(&mut model, "s\n");
    assert!(!model.pane.open && shown(&model).contains("\"▌"), "{}", shown(&model));
    press(&mut model, "\n\n");
    assert_eq!(model.seen.talk.marked_message(), Some("m3"));
    // Of most lines nobody has spoken.
    let mut model = model_of(120, 40, planned().tell());
    press(&mut model, "vv\njjj\n\n");
    assert!(
        model.seen.talk.marked_message().is_none()
            && shown(&model).contains("Nobody has said anything about this line")
    );
}

#[test]
fn a_closed_source_is_read_at_a_command() {
    let mut model = model_of(120, 40, planned().tell());
    press(&mut model, "vv\njjjj");
    assert!(shown(&model).contains("have it read"), "{}", shown(&model));
    press(&mut model, "\n");
    assert_eq!(model.over, Over::Editor("read guard_rotation.txt".into()));
    let sent = Control::Command { agent: "hacker".into(), text: "read guard_rotation.txt".into() };
    assert_eq!(hit(&mut model, KeyCode::Enter), [Action::Send(sent)]);
    // Whoever is chosen does it, if it can.
    press(&mut model, "4\u{1b}");
    assert_eq!(model.selected, 3);
    press(&mut model, "\n");
    for _ in 0..20 {
        press(&mut model, "j");
    }
    press(&mut model, "\n");
    assert_eq!(model.over, Over::Editor("query the vault_contents table".into()));
    assert_eq!(model.selected, 3);
}

#[test]
fn words_are_searched_for_in_the_source_that_is_read() {
    let mut model = model_of(80, 24, planned().tell());
    press(&mut model, "vv\njjj\n/drill");
    assert!(shown(&model).contains("search › drill▌  1 of 1"), "{}", shown(&model));
    assert!(line(&model).contains("drill method"));
    press(&mut model, "\n");
    assert!(model.seen.talk.searched().is_none() && model.pane.open);
    press(&mut model, "/minutes\nn");
    assert!(shown(&model).contains("“minutes” "), "{}", shown(&model));
    let before = line(&model).to_owned();
    press(&mut model, "nN");
    assert_eq!(line(&model), before);
    press(&mut model, "\u{1b}");
    assert!(model.pane.reads().unwrap().search.is_none());
    press(&mut model, "/xyz\u{1b}\u{1b}");
    assert!(model.pane.reads().is_none() && model.pane.open, "back in the list");
    press(&mut model, "\u{1b}");
    assert_eq!(model.place(), Place::Heist);
}

#[test]
fn what_comes_in_does_not_move_the_reader() {
    let mut told = planned();
    let mut model = model_of(120, 40, told.tell());
    press(&mut model, "vv\njj");
    assert!(shown(&model).lines().any(|line| line.contains("▸") && line.contains("shifts")), "{}", shown(&model));
    told.turn("lookout").queries("lookout", "cameras").says("lookout", "Some are blind.");
    for signal in told.tell() {
        update(&mut model, Msg::Signal(signal));
    }
    assert!(shown(&model).lines().any(|line| line.contains("▸") && line.contains("shifts")), "{}", shown(&model));
    press(&mut model, "\n");
    assert_eq!(model.pane.reads().unwrap().source, "shifts");
}

#[test]
fn messages_are_marked_one_by_one() {
    let mut model = model_of(80, 24, planned().tell());
    for expected in ["m8", "m7", "m6"] {
        press(&mut model, "m");
        assert_eq!(model.seen.talk.marked_message(), Some(expected));
    }
    press(&mut model, "M");
    assert_eq!(model.seen.talk.marked_message(), Some("m7"));
    press(&mut model, "MM");
    assert!(shown(&model).contains("newest message"), "{}", shown(&model));
    press(&mut model, "mmmmmmmmmm");
    assert_eq!(model.seen.talk.marked_message(), Some("m1"));
    assert!(shown(&model).contains("first message"), "{}", shown(&model));
    press(&mut model, "s");
    assert!(shown(&model).contains("m1 tells no fact"), "{}", shown(&model));
}

#[test]
fn moves_and_names_from_outside_are_made_harmless() {
    let evil = "\x1b[2J\u{202e}\u{200b}\nx";
    let mut told = opened(&NAMES);
    told.turn("hacker").calls("hacker", "file_reader", evil).returns("hacker", "file_reader", Ok(evil));
    told.does("hacker", "So.", vec![Move::Report { fact: "gap".into(), value: evil.into(), source: evil.into() }]);
    let mut model = model_of(120, 40, told.tell());
    for keys in ["s", "\u{1b}vv\n", "\n", "\u{1b}\u{1b}"] {
        press(&mut model, keys);
        let picture = shown(&model);
        assert!(
            !picture.chars().any(|c| c != '\n' && c.is_control() || c == '\u{202e}' || c == '\u{200b}'),
            "{picture:?}"
        );
    }
}
