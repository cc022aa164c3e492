//! The drawings are well-formed and stay within their frames, and what comes from elsewhere is no mark-up.

use heist_bank::{Part as Use, Plan, Size, job};
use roxmltree::{Document, Node};
use serde_json::{Value, json};

use super::*;
use crate::heist::{Blame, Ending, JobStep, Part, Played, Why};
use crate::page::drawn::{number, of_class, parsed};

/// The banks that are drawn.
fn banks() -> impl Iterator<Item = Bank> {
    (0..25).map(Bank::of).chain([Bank::first_meridian()])
}

#[test]
fn a_floor_plan_has_every_room_every_name_and_every_exit_but_the_cameras_only_after_the_job() {
    for bank in banks() {
        let plan = bank.floor_plan(Size::Large);
        let figure = floor::figure(&bank, None).into_string();
        let document = parsed(&figure);
        let mut rooms: Vec<_> = plan.spots.iter().map(|spot| spot.room).map(|room| (room.row, room.column)).collect();
        rooms.sort_unstable();
        rooms.dedup();
        assert_eq!(of_class(&document, "room").count(), rooms.len());
        assert_eq!(of_class(&document, "vault").count(), 1);
        assert_eq!(of_class(&document, "door").count(), 1, "{figure}");
        let exits = bank.places.iter().filter(|place| place.part == Use::Exit).count();
        assert_eq!(of_class(&document, "exit").count(), exits, "{}", plan.rows.join("\n"));
        let texts: Vec<_> =
            document.descendants().filter(|node| node.has_tag_name("text")).filter_map(|node| node.text()).collect();
        for place in &bank.places {
            assert!(texts.contains(&&*place.name) || texts.contains(&&*place.label), "{} in {texts:?}", place.name);
        }
        assert!(bank.floors.iter().all(|floor| texts.contains(&&**floor)), "{texts:?}");
        assert_eq!(of_class(&document, "camera").count() + of_class(&document, "way").count(), 0);

        let figure = floor::figure(&bank, Some(&played(&bank, 0))).into_string();
        let document = parsed(&figure);
        assert_eq!(of_class(&document, "camera").count(), bank.cameras.all.len());
        let broken = bank.cameras.all.iter().filter(|camera| !camera.works).count();
        assert_eq!(of_class(&document, "off").count(), broken);
        assert!(of_class(&document, "way").count() > 1);
    }
}

/// A job by what a bank offers, as the choice says.
fn played(bank: &Bank, choice: usize) -> Played {
    let mut plan = Plan::default();
    for (number, slot) in Slot::ALL.into_iter().enumerate() {
        let options = bank.options(slot);
        plan.set(bank, slot, &options[(choice / (number + 1)) % options.len()]).unwrap();
    }
    let timeline = job(bank, &plan);
    let ending = Ending { outcome: timeline.outcome, loot: timeline.loot };
    let part = |slot| Part { slot, value: plan.words(bank, slot), why: Why::Settled, was: None };
    let step = |step: heist_bank::Step| JobStep {
        at: step.at,
        who: step.who.into(),
        what: step.what,
        ok: step.ok,
        because: step.because,
    };
    Played {
        outcome: timeline.outcome,
        loot: timeline.loot,
        plan: Slot::ALL.map(part).into(),
        cause: timeline.cause.map(|step| Blame { step, message: Some("m2".into()), agent: Some("hacker".into()) }),
        steps: timeline.steps.into_iter().map(step).collect(),
        stood: ending,
        honest: ending,
    }
}

/// A short heist, with these events at its end.
fn heist(more: &[Value]) -> Vec<Event> {
    let commitment = crate::heist::commitment(Some("hacker"), Some(crate::heist::Strategy::FalseInfo), "00");
    let member = |name: &str| json!({ "name": name, "role": "a role", "tools": [] });
    let scores = |scores: [f64; 2]| {
        let agent = |(agent, score)| json!({ "agent": agent, "score": score, "delta": 0.0 });
        ["planner", "hacker"].into_iter().zip(scores).map(agent).collect::<Vec<_>>()
    };
    let suspicion = |message: &str, now: [f64; 2]| {
        let evidence = json!([{
            "agent": "hacker", "family": "timing", "weight": 1.5, "note": "<i>late</i>", "message": message
        }]);
        json!({ "kind": "suspicion.changed", "cause": { "message": message }, "agents": scores(now), "evidence": evidence })
    };
    let tokens = json!({ "prompt": 0, "evaluated": 0, "generated": 0 });
    let message = |turn: u32, agent: &str, text: &str| {
        let (kind, id) = ("message.completed", format!("m{turn}"));
        json!({ "kind": kind, "id": id, "round": 1, "turn": turn, "agent": agent, "text": text, "tokens": tokens, "ms": 0 })
    };
    let told = [
        json!({
            "kind": "session.started", "seed": 3, "crew": [member("planner"), member("hacker")], "rounds": 1,
            "llm": { "backend": "scripted", "url": null, "model": null }, "tools": { "backend": "embedded" },
            "commitment": commitment
        }),
        json!({ "kind": "round.started", "round": 1, "phase": "final_plan" }),
        json!({ "kind": "turn.started", "round": 1, "turn": 1, "agent": "planner" }),
        json!({ "kind": "tool.called", "id": "t1", "turn": 1, "agent": "planner", "tool": "file_reader", "arguments": "<a>" }),
        json!({
            "kind": "tool.returned", "id": "t1", "turn": 1, "agent": "planner", "tool": "file_reader", "ok": true,
            "result": "one\n<script>two</script>", "ms": 1
        }),
        message(1, "planner", "</article></details><script>alert(1)</script> & \u{202e}so on"),
        suspicion("m1", [0.25, 0.75]),
        json!({ "kind": "turn.started", "round": 1, "turn": 2, "agent": "hacker" }),
        message(2, "hacker", "the gap is long"),
        suspicion("m2", [0.0, 1.0]),
    ];
    let event = |(seq, event): (usize, &Value)| {
        let mut event = event.clone();
        event["seq"] = json!(seq + 1);
        event["at"] = json!("2026-01-31T12:00:00.000Z");
        event["session"] = json!("20260131-120000-000");
        serde_json::from_value(event).unwrap()
    };
    told.iter().chain(more).enumerate().map(event).collect()
}

fn ended() -> Vec<Event> {
    heist(&[
        json!({ "kind": "guess.made", "by": "player", "agent": "planner", "sureness": 0.7 }),
        json!({
            "kind": "verdict.reached", "mole": "hacker", "strategy": "false_info", "nonce": "00", "outcome": "failure",
            "detector": { "agent": "hacker", "score": 1.0 },
            "sabotage": [{ "message": "m2", "turn": 2, "kind": "deferred", "about": "load", "said": "it can wait", "truth": "x" }]
        }),
    ])
}

#[test]
fn a_timeline_has_every_step_within_it_and_no_dot_upon_another() {
    let events = ended();
    let report = Report::of(&events).unwrap();
    for (bank, choice) in banks().flat_map(|bank| (0..4).map(move |choice| (bank.clone(), choice))) {
        let job = played(&bank, choice);
        let heist = Heist { bank, ..Heist::of(&report, &events) };
        let section = format!("<div>{}</div>", job::section(&heist, &job).into_string());
        let figure = section.split_once("<figure>").unwrap().1.split_once("</figure>").unwrap().0;
        let figure = format!("<figure>{figure}</figure>");
        let document = parsed(&figure);
        assert_eq!(of_class(&document, "on-dot").count(), job.steps.len());
        let at = |node: Node| (number(node, "x").unwrap(), number(node, "y").unwrap());
        let dots: Vec<_> = of_class(&document, "on-dot").map(at).collect();
        for (place, (x, y)) in dots.iter().enumerate() {
            let apart = |(other_x, other_y): &(f64, f64)| (x - other_x).abs() > 18.0 || (y - other_y).abs() > 18.0;
            assert!(dots[..place].iter().all(apart), "{figure}");
        }
        Document::parse(&section).unwrap();
    }
}

#[test]
fn the_chart_is_within_its_frame_and_ends_where_suspicion_did() {
    let events = ended();
    let report = Report::of(&events).unwrap();
    let fold = chart::fold(&Heist::of(&report, &events)).into_string();
    let figure = fold.split_once("<figure>").unwrap().1.split_once("</figure>").unwrap().0;
    let figure = format!("<figure>{figure}</figure>");
    let document = parsed(&figure);
    let lines: Vec<_> = of_class(&document, "line").filter_map(|line| line.attribute("points")).collect();
    assert_eq!(lines, ["58,149.5 228,212.2 398,275", "58,149.5 228,86.8 398,24"]);
    let is_label = |node: &Node| node.attribute("class").is_some_and(|class| class.starts_with("c-"));
    let labels: Vec<_> = document.descendants().filter(is_label).filter_map(|node| node.text()).collect();
    assert_eq!(labels, ["hacker 100 %", "planner 0 %"]);
}

#[test]
fn the_ending_is_the_last_fold_and_what_was_cut_off_has_none() {
    let events = ended();
    let page = page(&Report::of(&events).unwrap(), &events);
    let (before, ending) = page.split_once("<details class=\"fold\" id=\"ending\">").unwrap();
    assert!(ending.contains("The player names") && ending.contains("put the load off") && ending.contains(":is(#m2)"));
    assert!(ending.contains("Wrong: <b class=\"c-green\">hacker</b> was the mole, by false info."), "{ending}");
    assert!(!before.contains("sabotage") && !before.contains("false_info") && before.contains("#ending"));
    assert!(!ending.contains("The job<"), "an older version recorded none");
    let cut = heist(&[
        json!({ "kind": "session.failed", "reason": "the <server> is gone", "resumable": true, "stopped": false }),
    ]);
    let page = super::page(&Report::of(&cut).unwrap(), &cut);
    assert!(page.contains("the &lt;server&gt; is gone"), "{page}");
    assert!(!page.contains("id=\"ending\"") && !page.contains("href=\"#ending\""), "{page}");
}

#[test]
fn nothing_that_comes_from_elsewhere_is_mark_up() {
    let events = ended();
    let page = page(&Report::of(&events).unwrap(), &events);
    assert!(!page.contains("<script") && !page.contains("<i>") && !page.contains('\u{202e}'));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; \u{fffd}so on"));
    assert_eq!(page.matches("<article").count(), page.matches("</article>").count());
}
