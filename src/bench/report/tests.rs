//! A report of games that are made by hand: its figures, its text, and a page that is well-formed.

use serde_json::{Value, json};

use super::*;
use crate::bench::file::Reader;
use crate::page::drawn::{of_class, parsed};

/// The crew of all games.
const CREW: [&str; 3] = ["planner", "hacker", "driver"];

/// A game as it stands in a file: who is suspected first in the first round and in the second, and who it was.
struct Line {
    seed: u64,
    mole: Option<&'static str>,
    suspects: [&'static str; 2],
    with: &'static str,
    judge: Option<(&'static str, &'static str)>,
}

fn scores(suspect: &str) -> Vec<f64> {
    CREW.map(|agent| if agent == suspect { 0.6 } else { 0.2 }).to_vec()
}

fn line(of: &Line, difficulty: &str, strategy: &str) -> Value {
    let Line { seed, mole, suspects, with, judge } = of;
    let talk = json!({ "acts": 2, "heard": 1, "of_mole": 4, "acting": 1 + seed % 2, "honest": 8, "contradictions": 1 });
    json!({
        "number": if mole.is_some() { *seed } else { 100 + seed },
        "bench": {
            "version": "0.1.0", "first": 0, "with": 100, "without": 10, "mole": "random", "strategy": null,
            "mole_model": with, "judge_model": judge.map(|it| it.0), "terms": format!("{difficulty} terms")
        },
        "game": {
            "seed": seed, "bank": format!("Bank {}", seed % 2), "bank_seed": seed % 2, "rounds": 2,
            "difficulty": difficulty, "crew": CREW, "model": "crew-1b", "mole": mole,
            "strategy": mole.map(|_| strategy), "scores": suspects.map(scores).to_vec(),
            "judge": judge.map(|(_, suspect)| scores(suspect)),
            "judge_by_round": judge.map_or_else(Vec::new, |(_, suspect)| vec![vec![], scores(suspect)]),
            "messages": 12, "talk": talk,
            "job": { "escaped": true, "loot": 5, "as_stood": seed % 2 == 0, "set_right": true }
        }
    })
}

/// Of a mole that hides well from the detector and one that hides badly, with a judge that finds the one of them.
fn lines() -> Vec<Value> {
    let mut lines = Vec::new();
    for (difficulty, strategy) in [("easy", "false_info"), ("hard", "false_info"), ("hard", "subtle_delays")] {
        let seeds = if strategy == "false_info" { 0..4 } else { 4..8 };
        for seed in seeds {
            let own = CREW[usize::try_from(seed % 3).unwrap()];
            let mole = Some(own);
            let other = CREW[usize::try_from((seed + 1) % 3).unwrap()];
            let judge = |who: &'static str| (seed < 6).then_some(("judge|*2b*", who));
            let hides = Line { seed, mole, suspects: [other, other], with: "sly-3b", judge: judge(own) };
            let shows = Line { seed, mole, suspects: [other, own], with: "plain-<b>", judge: judge(other) };
            lines.extend([line(&hides, difficulty, strategy), line(&shows, difficulty, strategy)]);
        }
    }
    let without = Line { seed: 0, mole: None, suspects: ["driver", "driver"], with: "sly-3b", judge: None };
    lines.push(line(&without, "easy", "false_info"));
    lines
}

fn sweep(files: &[Vec<Value>]) -> Result<Sweep, BenchError> {
    let names: Vec<PathBuf> = (0..files.len()).map(|file| PathBuf::from(format!("file{file}"))).collect();
    let mut games = Vec::new();
    for (place, lines) in files.iter().enumerate() {
        let text = lines.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
        let mut reader = Reader::new(text.as_bytes(), names[place].clone());
        while let Some(game) = reader.next()? {
            games.push((place, game));
        }
    }
    Sweep::of(&names, games)
}

fn markdown(files: &[Vec<Value>]) -> String {
    let sweep = sweep(files).unwrap();
    section::document(&contents::title(&sweep), &contents::sections(&sweep))
}

fn html(files: &[Vec<Value>]) -> String {
    let sweep = sweep(files).unwrap();
    page::page(&contents::title(&sweep), &contents::sections(&sweep))
}

#[test]
fn a_report_tells_who_hides_and_who_detects() {
    insta::assert_snapshot!(markdown(&[lines()]));
}

#[test]
fn the_order_of_files_and_of_games_does_not_matter() {
    let lines = lines();
    let mut turned = lines.clone();
    turned.reverse();
    let (one, other) = turned.split_at(7);
    let files = [other.to_vec(), one.to_vec()];
    assert_eq!(markdown(&files), markdown(std::slice::from_ref(&lines)));
    assert_eq!(html(&files), html(&[lines]));
}

#[test]
fn a_game_counts_once() {
    let lines = lines();
    let refused = |files: &[Vec<Value>]| sweep(files).unwrap_err().to_string();
    let twice = refused(&[lines.clone(), lines[3..4].to_vec()]);
    assert_eq!(twice, "file1, line 1: the game of seed 1 stands in these files twice: give each only once");
    // Also where a longer bench of the same terms has it.
    let mut longer = lines[24..].to_vec();
    longer[0]["bench"]["with"] = json!(200);
    longer[0]["number"] = json!(200);
    let twice = refused(&[lines, longer]);
    assert!(twice.contains("the game of seed 0 without a mole stands in these files twice"), "{twice}");
}

#[test]
fn what_cannot_be_is_refused_with_its_line() {
    for (pointer, value, why) in [
        ("/game/scores/0/1", json!(1.5), "its scores are not a probability for each of the crew"),
        ("/game/scores/1", json!([0.5, 0.5]), "its scores are not a probability for each of the crew"),
        ("/game/judge", json!([0.5]), "its scores are not a probability for each of the crew"),
        ("/game/mole", json!("nobody"), "its mole is not in its crew"),
        ("/game/scores", json!(vec![Vec::<f64>::new(); 51]), "it tells of more agents or rounds than a heist can have"),
    ] {
        let mut lines = lines();
        *lines[2].pointer_mut(pointer).unwrap() = value;
        assert_eq!(sweep(&[lines]).unwrap_err().to_string(), format!("file0, line 3: {why}"), "{pointer}");
    }
    assert!(matches!(sweep(&[vec![]]), Err(BenchError::NoGames)));
}

#[test]
fn a_page_is_well_formed_its_drawings_keep_within_their_frames_and_names_are_no_mark_up() {
    let page = html(&[lines()]);
    assert!(!page.contains("<script") && !page.contains("://") && !page.contains("plain-<b>"), "{page}");
    assert!(page.contains("plain-&lt;b&gt;"));
    let sections: Vec<&str> =
        page.split("<section ").skip(1).map(|rest| rest.split_once("</section>").unwrap().0).collect();
    assert_eq!(sections.len(), 9);
    let mut figures = Vec::new();
    for section in sections {
        let section = format!("<section {section}</section>");
        roxmltree::Document::parse(&section).unwrap_or_else(|error| panic!("{error} in {section}"));
        for figure in section.split("<figure>").skip(1) {
            figures.push(format!("<figure>{}</figure>", figure.split_once("</figure>").unwrap().0));
        }
    }
    let drawings: Vec<_> = figures.iter().map(|figure| parsed(figure)).collect();
    let [rounds, heat, _, reliability, ratings, jobs] = drawings.as_slice() else {
        panic!("{} drawings", drawings.len());
    };
    let count = |drawing, class| of_class(drawing, class).count();
    assert_eq!((count(rounds, "line"), count(rounds, "band"), count(rounds, "dot")), (2, 2, 3));
    assert_eq!(count(heat, "heat"), 3, "nobody stalled in an easy game");
    // The detector said 20 % and 60 %, and so did the judge.
    assert_eq!((count(reliability, "dot"), count(reliability, "whisker")), (4, 4));
    assert_eq!((count(ratings, "dot"), count(ratings, "whisker")), (4, 4));
    // All, two models, two strategies and two difficulties.
    assert_eq!(count(jobs, "dot"), 7 * 3);
}

#[test]
fn one_mole_and_one_detective_are_not_rated() {
    let of_one: Vec<Value> = lines().into_iter().filter(|line| line["bench"]["mole_model"] == "sly-3b").collect();
    let without_judge = of_one.into_iter().map(|mut line| {
        line["game"]["judge"] = Value::Null;
        line["game"]["judge_by_round"] = json!([]);
        line
    });
    let text = markdown(&[without_judge.collect()]);
    assert!(text.contains("one mole (sly-3b) met one detective (detector)"), "{text}");
    assert!(!text.contains("| rating |"), "{text}");
}

#[test]
fn a_report_is_a_page_or_markdown() {
    for (name, form) in [("a.html", Form::Page), ("b/C.HTM", Form::Page), ("x.y.md", Form::Markdown)] {
        assert_eq!(name.parse::<ReportFile>().unwrap(), ReportFile { path: name.into(), form });
    }
    for name in ["report", "report.pdf", "-", ".md"] {
        assert!(name.parse::<ReportFile>().is_err(), "{name}");
    }
}
