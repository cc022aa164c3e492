//! `bench report`, as a person runs it: of real benches, and of lines that tell of other models.

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests are outside of tests for clippy")]

mod support;

use std::io::Write as _;
use std::process::{Output, Stdio};

use serde_json::{Value, json};
use support::Place;

/// A folder with the files of benches.
struct Benches {
    place: Place,
}

impl Benches {
    fn file(&self, name: &str) -> String {
        self.place.path().join(name).to_str().unwrap().to_owned()
    }

    fn bench(&self, args: &[&str]) -> Output {
        self.place.bare(&[&["bench"], args].concat()).output().unwrap()
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.file(name)).unwrap()
    }

    /// Plays ten games into a file; gives the bench's own figures.
    fn played(&self, name: &str, args: &[&str]) -> Value {
        let file = self.file(name);
        let form = if name.starts_with("events") { "-o" } else { "--results" };
        let own = ["--games", "10", "--seed", "30", "--rounds", "2", "--json", form, &file];
        let output = self.bench(&[&own, args].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// The report on these files, in Markdown.
    fn report(&self, names: &[&str]) -> String {
        let files: Vec<String> = names.iter().map(|name| self.file(name)).collect();
        let output = self.bench(&["report"].into_iter().chain(files.iter().map(String::as_str)).collect::<Vec<_>>());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn refused(&self, args: &[&str]) -> (Option<i32>, String) {
        let output = self.bench(&[&["report"], args].concat());
        assert!(output.stdout.is_empty());
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    }
}

/// The cells of the row that begins so, in the table under a heading or a title.
fn row<'a>(report: &'a str, under: &str, name: &str) -> Vec<&'a str> {
    let (_, below) = report.split_once(&format!("\n{under}\n")).unwrap_or_else(|| panic!("no {under} in {report}"));
    let line = below.lines().find(|line| line.starts_with(&format!("| {name} |")));
    let line = line.unwrap_or_else(|| panic!("no {name} under {under} in {report}"));
    line.trim_matches('|').split('|').map(str::trim).collect()
}

fn percent(share: &Value) -> String {
    format!("{:.1} % (", 100.0 * share.as_f64().unwrap())
}

#[test]
fn benches_of_strategies_and_difficulties_are_told_side_by_side() {
    let benches = Benches { place: Place::new() };
    let easy = benches.played("easy", &["--difficulty", "easy"]);
    let hard = benches.played("events-hard", &["--difficulty", "hard"]);
    let lies = benches.played("lies", &["--difficulty", "hard", "--strategy", "false_info"]);
    let report = benches.report(&["easy", "events-hard", "lies"]);
    assert!(report.starts_with("# 33 heists of 3 benches\n"), "{report}");
    let of_easy = row(&report, "**By difficulty**", "easy");
    assert_eq!(of_easy[1], "10");
    assert!(of_easy[2].starts_with(&percent(&easy["top1"])), "{of_easy:?}, {easy}");
    assert_eq!(row(&report, "**By difficulty**", "hard")[1], "20");
    let found = |figures: &Value| figures["by_round"][0]["top1"].as_f64().unwrap();
    let after_first = json!((found(&easy) + found(&hard) + found(&lies)) / 3.0);
    assert!(row(&report, "## Round by round", "1")[2].starts_with(&percent(&after_first)), "{report}");
    let stood = |figures: &Value| figures["escaped"]["as_played"].as_f64().unwrap();
    let all = json!((stood(&easy) + stood(&hard) + stood(&lies)) / 3.0);
    assert!(row(&report, "## The job", "all")[3].starts_with(&percent(&all)), "{report}");
    assert!(report.contains("one mole (scripted crew) met one detective (detector)"), "{report}");
    let lies = row(&report, "## What was played", "scripted crew");
    assert_eq!(lies.len(), 9, "{lies:?}");
    assert_eq!(report.matches("| 30 | 11 |").count(), 3, "each bench has ten games, and one without a mole: {report}");
    // In any order, from files or from a pipe.
    assert_eq!(benches.report(&["lies", "easy", "events-hard"]), report);
    let (lies, easy) = (benches.file("lies"), benches.file("easy"));
    let mut piped = benches.place.bare(&["bench", "report", &lies, "-", &easy]);
    let mut piped = piped.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    piped.stdin.take().unwrap().write_all(benches.read("events-hard").as_bytes()).unwrap();
    assert_eq!(String::from_utf8(piped.wait_with_output().unwrap().stdout).unwrap(), report);
}

#[test]
fn models_are_rated_and_a_page_needs_nothing_else() {
    let benches = Benches { place: Place::new() };
    benches.played("real", &["--difficulty", "hard"]);
    // As if models had played: one mole is always suspected first, and one never.
    let mut lines = String::new();
    for (model, is_found) in [("open-book-1b", true), ("<i>sly</i>-70b", false)] {
        for line in benches.read("real").lines() {
            let mut line: Value = serde_json::from_str(line).unwrap();
            line["bench"]["mole_model"] = json!(model);
            line["game"]["model"] = json!("crew-8b");
            let crew = line["game"]["crew"].as_array().unwrap().clone();
            let scores = crew.iter().map(|agent| {
                let is_suspect = (*agent == line["game"]["mole"]) == is_found;
                json!(if is_suspect { 0.9 } else { 0.02 })
            });
            line["game"]["scores"] = json!([scores.collect::<Vec<_>>()]);
            lines.push_str(&line.to_string());
            lines.push('\n');
        }
    }
    std::fs::write(benches.file("models"), lines).unwrap();
    let report = benches.report(&["models"]);
    let rating = |name: &str| -> f64 {
        let row = row(&report, "**As the mole**", name);
        row[3].split_once(' ').unwrap().0.parse().unwrap()
    };
    assert!(rating("\\<i\\>sly\\</i\\>-70b") > rating("open-book-1b") + 400.0, "{report}");
    assert!(row(&report, "**By the mole's model**", "open-book-1b")[2].starts_with("100.0 % (72."), "{report}");
    // Written to files, each in its form.
    let [models, page, text] = ["models", "report.html", "report.md"].map(|name| benches.file(name));
    for file in [&page, &text] {
        let output = benches.bench(&["report", &models, "-o", file]);
        assert!(output.status.success() && output.stdout.is_empty(), "{output:?}");
    }
    assert_eq!(benches.read("report.md"), report);
    let page = benches.read("report.html");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("prefers-color-scheme: dark"));
    assert!(!page.contains("<script") && !page.contains("://") && !page.contains("<i>"), "the page needs nothing else");
    assert!(page.contains("&lt;i&gt;sly&lt;/i&gt;-70b"));
}

#[test]
fn what_is_no_report_is_refused() {
    let benches = Benches { place: Place::new() };
    benches.played("real", &[]);
    let text = benches.read("real");
    std::fs::write(benches.file("part"), text.lines().nth(4).unwrap()).unwrap();
    std::fs::write(benches.file("nonsense"), "{\"number\":1}\n").unwrap();
    std::fs::write(benches.file("nothing"), "").unwrap();
    let [real, part, nonsense, nothing, missing, pdf] =
        ["real", "part", "nonsense", "nothing", "missing", "a.pdf"].map(|name| benches.file(name));
    for (args, code, words) in [
        (&[real.as_str(), &part][..], 2, "the game of seed 34 stands in these files twice"),
        (&[&real, &real], 2, "stands in these files twice"),
        (&[&nonsense], 2, "line 1: it is of no bench"),
        (&[&nothing], 2, "there are no games of a bench in these files"),
        (&[&missing], 3, "cannot use"),
        (&[&real, "-o", &pdf], 2, "name a file that ends in .html or .md"),
        (&[], 2, "FILE"),
    ] {
        let (status, said) = benches.refused(args);
        assert_eq!((status, said.contains(words)), (Some(code), true), "{args:?}: {said}");
    }
    assert!(!benches.place.path().join("a.pdf").exists());
}
