//! Thoughts in all the forms in which models write them, cut anywhere.

use crate::llm::think::{Piece, ThinkFilter};
use proptest::prelude::*;

fn run_with(mut filter: ThinkFilter, pieces: &[&str]) -> (String, String, Vec<String>) {
    let (mut text, mut shown) = (String::new(), Vec::new());
    let mut take = |piece: Piece| {
        if piece.restart {
            text.clear();
        }
        text.push_str(&piece.visible);
        shown.push(piece.visible);
    };
    for piece in pieces {
        take(filter.push(piece));
    }
    take(filter.finish());
    (text, filter.reasoning, shown)
}

fn run(pieces: &[&str]) -> (String, String) {
    let (text, reasoning, _) = run_with(ThinkFilter::default(), pieces);
    (text, reasoning)
}

fn said(whole: &str) -> String {
    run(&[whole]).0
}

#[test]
fn cuts_reasoning_out() {
    assert_eq!(run(&["<think>a b</think>\n\nHi"]), ("Hi".into(), "a b".into()));
    assert_eq!(run(&["One <think>x</think>two"]), ("One two".into(), "x".into()));
    assert_eq!(run(&["so it is", " then</think> \n", " Hi"]), ("Hi".into(), " then".into()));
    assert_eq!(run(&["<think>never ", "done </th"]), (String::new(), "never done </th".into()));
    assert_eq!(run(&["a < b <thin", " ice <th"]), ("a < b <thin ice <th".into(), String::new()));
}

/// What opens and what closes thoughts, as models are known to write it.
const MARKS: [(&str, &str); 24] = [
    ("<think>", "</think>"),
    ("<THINK>", "</Think>"),
    ("<thinking>", "</thinking>"),
    ("< think >", "</ think >"),
    ("<think time=\"3\" deep>", "</think>"),
    ("<thought>", "</thought>"),
    ("<Thoughts>", "</Thoughts>"),
    ("<reasoning>", "</reasoning>"),
    ("<reflection>", "</reflection>"),
    ("<scratchpad>", "</scratchpad>"),
    ("<analysis>", "</analysis>"),
    ("<antThinking>", "</antThinking>"),
    ("<inner_monologue>", "</inner_monologue>"),
    ("<seed:think>", "</seed:think>"),
    ("[THINK]", "[/THINK]"),
    ("[BEGIN REASONING]", "[END REASONING]"),
    ("◁think▷", "◁/think▷"),
    ("<|think|>", "<|/think|>"),
    ("<|START_THINKING|>", "<|END_THINKING|><|START_RESPONSE|>"),
    ("<|begin_of_thought|>", "<|end_of_thought|>\n<|begin_of_solution|>"),
    ("<|inner_prefix|>", "<|inner_suffix|>"),
    ("<unused94>", "<unused95>"),
    ("<|channel>thought\n", "<channel|>"),
    ("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
];

#[test]
fn every_mark_begins_and_ends_thoughts() {
    for (open, close) in MARKS {
        let whole = format!("{open}It is me.\n\nI lie.{close}\n\nWe climb.");
        assert_eq!(said(&whole), "We climb.", "{open}");
        assert_eq!(said(&format!("{open}It is me.\n\nI lie.")), "", "{open} that never ends");
        assert_eq!(said(&format!("It is me. I lie.{close} We climb.")), "We climb.", "{close} alone");
        let shown = run_with(ThinkFilter::default(), &[&format!("{open}I lie"), ".", close, "We climb."]).2;
        assert!(!shown.concat().contains("lie"), "{shown:?}");
    }
}

#[test]
fn channels_are_told_apart_by_their_names() {
    let call = "<|start|>assistant<|channel|>commentary to=functions.x <|constrain|>json<|message|>{}<|call|>";
    let answer = "<|start|>assistant<|channel|>final <|constrain|>json<|message|>{\"a\":1}<|return|>";
    assert_eq!(said(&format!("<|channel|>analysis<|message|>Me.<|end|>{call}{answer}")), "{\"a\":1}");
    assert_eq!(said("<|channel|>final<|message|>We climb.<|end|>"), "We climb.");
    assert_eq!(
        said("<|channel|>final<|message|>We <|end|><|start|>assistant<|channel|>final<|message|>climb."),
        "We climb."
    );
    assert_eq!(said("<|channel>final\nWe climb.<channel|>"), "We climb.");
    assert_eq!(said("<|channel>thought<channel|>We climb."), "We climb.");
    assert_eq!(said("<|channel|>analysis to nobody"), "");
    // The first token is left out, or all are.
    assert_eq!(
        said("analysis<|message|>Me.<|end|><|start|>assistant<|channel|>final<|message|>We climb."),
        "We climb."
    );
    assert_eq!(said("final<|message|>We climb."), "We climb.");
    assert_eq!(said("analysisIt is me.assistantfinalWe climb."), "We climb.");
    assert_eq!(said("analysisIt is me."), "");
    assert_eq!(said("analysis of the plan: final."), "analysis of the plan: final.");
    // The end of a turn, where there is no channel.
    assert_eq!(said("We climb.<|end|>"), "We climb.");
}

#[test]
fn thoughts_within_thoughts_end_with_the_outermost() {
    assert_eq!(run(&["<thinking>a <reflection>b</reflection> c</thinking>Hi"]), ("Hi".into(), "a b c".into()));
    assert_eq!(said("<think><think>a</think>Hi"), "Hi");
    assert_eq!(said("<thinking>a</think>Hi"), "Hi");
    assert_eq!(said("<think>a <reasoning> b</think>Hi"), "Hi");
    assert_eq!(said("<think>a</think>b</think>Hi"), "Hi");
}

#[test]
fn what_is_no_mark_is_said() {
    for text in [
        "the tag `<think>` opens a thought, and \"</think>\" ends it.",
        "{\"argument\":\"<thinking>\"}",
        "<b>so</b> [thinking about it] <thoughtful pause> [1] a<b> <no_think> <|im_end|> [",
        "assistants, assistant final",
    ] {
        assert_eq!(said(text), text);
    }
    assert_eq!(said("<think>the tag \"</think>\" ends it.</think>We climb."), "We climb.");
    assert_eq!(said("<think>he said \"go\"</think>\"We climb.\""), "\"We climb.\"");
    assert_eq!(said("<think>I say </think>\"We climb.\""), "\"We climb.\"");
}

#[test]
fn a_text_of_nothing_but_marks_costs_no_time() {
    // Long, if each mark moved all that is behind it.
    assert_eq!(said(&("<think>".repeat(50_000) + "</think>We climb.")), "We climb.");
}

#[test]
fn a_model_that_is_known_to_open_nothing_is_waited_for() {
    let wary = |pieces: &[&str]| run_with(ThinkFilter::wary(), pieces);
    assert_eq!(wary(&["It is", " me.</think>", "We", " climb."]).2, ["", "", "We", " climb.", ""]);
    assert_eq!(wary(&["We", " climb."]).2, ["", "", "We climb."]);
    assert_eq!(wary(&["<think>It is me.</think>We", " climb."]).2, ["We", " climb.", ""]);
}

/// The text in pieces of these numbers of characters.
fn cut(whole: &str, sizes: &[usize]) -> Vec<String> {
    let mut chars = whole.chars();
    let mut pieces: Vec<String> = sizes.iter().map(|&n| chars.by_ref().take(n).collect()).collect();
    pieces.push(chars.collect());
    pieces
}

proptest! {
    #[test]
    fn pieces_of_any_size_give_the_same_text(sizes in prop::collection::vec(1usize..6, 1..60)) {
        let whole = " \n<think>Über <b> </thin</think> Ja, <i>so</i> < 3 <think></think>ü.";
        let pieces = cut(whole, &sizes);
        let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
        prop_assert_eq!(run(&pieces).0, "Ja, <i>so</i> < 3 ü.");
    }

    #[test]
    fn marks_in_any_order_give_the_same_however_cut(
        words in prop::collection::vec((0..MARKS.len(), 0..6), 0..6),
        sizes in prop::collection::vec(1usize..9, 0..60),
    ) {
        let whole: String = words.into_iter().map(|(mark, kind)| match kind {
            0 => MARKS[mark].0.to_owned(),
            1 => MARKS[mark].1.to_owned(),
            2 => format!("\"{}\" ", MARKS[mark].1),
            3 => "analysis".to_owned(),
            4 => "We climb [1] < 2.\n".to_owned(),
            _ => "assistantfinal".to_owned(),
        }).collect();
        let pieces = cut(&whole, &sizes);
        let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
        prop_assert_eq!(run(&pieces).0, run(&[&whole]).0);
    }
}
