//! What the conversation shows, row by row.

use super::*;
use crate::heist::Colour;

fn of(index: usize) -> Speaker {
    Speaker { label: ["planner", "hacker"][index].into(), index, colour: Colour::Green }
}

fn hacker() -> Speaker {
    of(1)
}

fn said(turn: u32, text: &str) -> What {
    What::Said { speaker: hacker(), turn, round: 1, id: format!("m{turn}"), text: text.into() }
}

fn shown(talk: &Talk) -> Vec<String> {
    talk.lines(0, usize::MAX).iter().map(ToString::to_string).collect()
}

#[test]
fn text_that_streams_wraps_as_the_whole_text_does() {
    let text = "Camera three looks at the vault door, and it is blind for ninety seconds after each sweep; 金庫の扉は\
                鋼鉄です, as the layout says, so that a-very-long-word-with-hyphens-in-it fits nowhere.";
    for width in [30, 47, 80] {
        let mut streamed = Talk::new(Theme::new(true));
        streamed.fit(width);
        for c in text.chars() {
            streamed.speak(hacker(), 1, &c.to_string());
        }
        let live: Vec<_> = shown(&streamed).iter().map(|row| row.replace('▌', "").trim_end().to_owned()).collect();
        let mut whole = Talk::new(Theme::new(true));
        whole.fit(width);
        whole.push(What::Premise("x"));
        whole.push(said(1, text));
        // What is still spoken has no id yet.
        let whole: Vec<_> = shown(&whole).iter().skip(1).map(|row| row.replace(" m1 ", "    ")).collect();
        let whole: Vec<_> = whole.iter().map(|row| row.trim_end().to_owned()).collect();
        assert_eq!(live, whole);
    }
}

#[test]
fn a_note_in_the_middle_of_a_message_leaves_it_whole() {
    let mut talk = Talk::new(Theme::new(true));
    talk.fit(40);
    talk.push(said(1, "first this"));
    talk.speak(hacker(), 1, "and then much more than fits on a line");
    let before = shown(&talk);
    talk.push(What::Note { text: "a hint".into(), alarm: false });
    talk.speak(hacker(), 1, " of it");
    let after = shown(&talk);
    assert_eq!(after.iter().filter(|row| row.contains("hacker")).count(), 1, "{after:?}");
    assert_eq!(before[1], after[3]);
}

#[test]
fn any_window_is_the_same_rows_as_the_whole() {
    let mut talk = Talk::new(Theme::new(true));
    talk.fit(40);
    for turn in 1..40 {
        talk.push(said(turn, &"words and words ".repeat(usize::try_from(turn).unwrap() % 7 + 1)));
    }
    talk.speak(hacker(), 40, "and now this");
    let all = shown(&talk);
    assert_eq!(all.len(), talk.height());
    for top in 0..all.len() {
        let window: Vec<_> = talk.lines(top, 5).iter().map(ToString::to_string).collect();
        assert_eq!(window, all[top..(top + 5).min(all.len())]);
    }
}

fn call(id: &str, turn: u32) -> What {
    What::Tool {
        speaker: hacker(),
        turn,
        id: id.into(),
        tool: "calculator".into(),
        arguments: "45*60".into(),
        outcome: Outcome::Pending,
        ms: None,
    }
}

#[test]
fn an_answer_finds_its_call() {
    let mut talk = Talk::new(Theme::new(true));
    talk.push(call("t1", 1));
    talk.push(call("t2", 2));
    talk.settle("t1", Outcome::Result("2700".into()), Some(3));
    let rows = shown(&talk);
    assert!(rows[1].contains("= 2700"), "{rows:?}");
    assert!(rows.last().unwrap().contains('…'));
    assert_eq!(rows.len(), talk.height());
}

/// Forty turns of two agents, each with a call of three lines.
fn long() -> Talk {
    let mut talk = Talk::new(Theme::new(true));
    talk.fit(40);
    for turn in 1..=40 {
        let id = format!("t{turn}");
        if turn % 2 == 0 {
            talk.push(call(&id, turn));
            talk.settle(&id, Outcome::Result(format!("one\ntwo {turn}\nthree")), Some(1));
        }
        let speaker = of(usize::try_from(turn % 2).unwrap());
        let text = format!("word {turn} and words that take more than a row of it");
        talk.push(What::Said { speaker, turn, round: 1, id: format!("m{turn}"), text });
    }
    talk
}

#[test]
fn a_folded_result_has_one_row_and_an_unfolded_one_all() {
    let mut talk = long();
    let folded = talk.height();
    assert!(shown(&talk).iter().any(|row| row.contains("= one two 40 three")));
    talk.unfold(true);
    assert_eq!(talk.height(), folded + 40);
    assert!(shown(&talk).iter().any(|row| row.contains("= one") && !row.contains("two")));
    talk.unfold(false);
    assert_eq!(talk.height(), folded);
}

#[test]
fn rows_find_themselves_again_when_others_come_and_go() {
    let mut talk = long();
    for row in 0..talk.height() {
        let (anchor, before) = (talk.anchor(row), shown(&talk)[row].clone());
        assert_eq!(talk.row_of(anchor), row);
        talk.unfold(true);
        let after = shown(&talk)[talk.row_of(anchor)].clone();
        assert!(after == before || before.contains("= one"), "{before} / {after}");
        talk.unfold(false);
    }
}

#[test]
fn only_one_agent_is_heard_and_then_everybody_again() {
    let mut talk = long();
    let all = shown(&talk);
    talk.hear_only(Some(0));
    let some = shown(&talk);
    assert!(!some.is_empty() && some.iter().all(|row| !row.contains("hacker")), "{some:?}");
    talk.speak(hacker(), 41, "not heard");
    assert_eq!(shown(&talk), some);
    talk.hush();
    talk.hear_only(None);
    assert_eq!(shown(&talk), all);
}

#[test]
fn what_is_searched_for_is_found_in_what_is_folded_too() {
    let mut talk = long();
    let folded = talk.height();
    talk.search("THREE", 0);
    assert_eq!(talk.searched(), Some(("THREE", 1, 20)));
    assert_eq!(talk.height(), folded + 2, "it is shown whole");
    let row = talk.hit_row().unwrap();
    assert!(shown(&talk)[row].contains("three"), "{:?}", shown(&talk)[row]);
    talk.step(false);
    assert_eq!(talk.searched(), Some(("THREE", 20, 20)));
    talk.hear_only(Some(0));
    assert_eq!(talk.searched(), Some(("THREE", 0, 0)));
    talk.hear_only(None);
    talk.push(said(41, "three more"));
    assert_eq!(talk.searched().unwrap().2, 21);
    talk.end_search();
    assert_eq!(talk.height(), folded + 2);
}

#[test]
fn a_message_that_one_is_led_to_is_marked() {
    let mut talk = long();
    let row = talk.lead_to("m7", "more than").unwrap();
    assert!(shown(&talk)[row].starts_with("▌hacker"), "{:?}", shown(&talk)[row]);
    talk.unmark();
    assert!(shown(&talk)[row].starts_with(" hacker"));
    talk.hear_only(Some(0));
    assert_eq!(talk.lead_to("m7", ""), None);
    assert_eq!(talk.lead_to("m999", ""), None);
}
