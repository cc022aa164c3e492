//! The bank's documents and its database tell of one and the same bank.
//!
//! Documents are written for a reader with little context: short, in plain sentences that each stand alone.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

fn bank() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("bank")
}

fn database() -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(&fs::read_to_string(bank().join("bank.sql")).unwrap()).unwrap();
    db
}

fn document(name: &str) -> String {
    fs::read_to_string(bank().join("documents").join(name)).unwrap()
}

fn rows(db: &Connection, query: &str) -> Vec<Vec<String>> {
    let mut statement = db.prepare(query).unwrap();
    let width = statement.column_count();
    let cell = |row: &rusqlite::Row<'_>, at| {
        Ok(match row.get_ref(at)? {
            rusqlite::types::ValueRef::Null => String::new(),
            rusqlite::types::ValueRef::Integer(number) => number.to_string(),
            rusqlite::types::ValueRef::Real(number) => format!("{number:.1}"),
            other => other.as_str()?.to_owned(),
        })
    };
    let rows = statement.query_map([], |row| (0..width).map(|at| cell(row, at)).collect()).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

fn one(db: &Connection, query: &str) -> String {
    rows(db, query)[0][0].clone()
}

/// The document holds a sentence made of this pattern and these values, in their order, for each `{}`.
fn says(name: &str, pattern: &str, values: &[&str]) {
    let sentence = values.iter().fold(pattern.to_owned(), |text, value| text.replacen("{}", value, 1));
    assert!(document(name).contains(&sentence), "{name} does not say: {sentence}");
}

fn in_words(number: &str) -> &str {
    const WORDS: [&str; 11] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    WORDS[number.parse::<usize>().unwrap()]
}

#[test]
fn documents_are_short_enough_for_a_small_model() {
    let mut names = BTreeSet::new();
    for file in fs::read_dir(bank().join("documents")).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        assert!((500..=1000).contains(&text.chars().count()), "{}: {} characters", path.display(), text.len());
        assert!(text.starts_with("First Meridian Bank: "), "{}", path.display());
        names.insert(path.file_name().unwrap().to_str().unwrap().to_owned());
    }
    assert_eq!(names.len(), 8);
    for name in &names {
        assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || b"_.".contains(&byte)), "{name}");
    }
}

#[test]
fn the_database_has_small_tables() {
    let db = database();
    let tables = rows(&db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    let names: Vec<_> = tables.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(names, ["alarms", "cameras", "door_log", "escape_routes", "guards", "personnel", "shifts"]);
    for name in names {
        let count: usize = one(&db, &format!("SELECT COUNT(*) FROM {name}")).parse().unwrap();
        assert!((1..=24).contains(&count), "{name}: {count} rows");
    }
}

#[test]
fn cameras_agree() {
    let db = database();
    let count = |condition: &str| one(&db, &format!("SELECT COUNT(*) FROM cameras WHERE {condition}"));
    let floor = |name: &str| count(&format!("floor = '{name}'"));
    assert_eq!(count("true"), "24");
    says(
        "camera_system.txt",
        "The bank has {} cameras: {} on the street level, {} on the upper floor and {} on the lower level.",
        &[
            &count("true"),
            in_words(&floor("street level")),
            in_words(&floor("upper floor")),
            in_words(&floor("lower level")),
        ],
    );
    let broken = rows(&db, "SELECT id, place FROM cameras WHERE state <> 'works'");
    assert_eq!(broken.len(), 1);
    says(
        "camera_system.txt",
        "Camera {} in the {} is out of order, so {} cameras work.",
        &[&broken[0][0], &broken[0][1], &count("state = 'works'")],
    );
    let blind = rows(&db, "SELECT blind_spot, id FROM cameras WHERE blind_spot IS NOT NULL ORDER BY id");
    says("camera_system.txt", "There are {} blind spots.", &[in_words(&blind.len().to_string())]);
    for (spot, ordinal) in blind.iter().zip(["first", "second", "third"]) {
        says("camera_system.txt", "The {} blind spot is the {}, beside camera {}.", &[ordinal, &spot[0], &spot[1]]);
    }
    for (id, place) in [
        (3, "staff door outside"),
        (4, "staff door inside"),
        (16, "roof hatch"),
        (22, "anteroom door"),
        (23, "anteroom"),
    ] {
        assert_eq!(one(&db, &format!("SELECT place FROM cameras WHERE id = {id}")), place);
    }
    for name in ["camera_system.txt", "network_plan.txt"] {
        says(name, "The camera recorder restarts every night at 22:05 and is blind for 6 minutes.", &[]);
    }
}

#[test]
fn guards_and_shifts_agree() {
    let db = database();
    says("guard_rotation.txt", "{} guards work at the bank in {} shifts.", &["Nine", "three"]);
    assert_eq!(one(&db, "SELECT COUNT(*) FROM guards"), "9");
    for shift in rows(&db, "SELECT shift, guards, starts, ends FROM shifts") {
        assert_eq!(one(&db, &format!("SELECT COUNT(*) FROM guards WHERE shift = '{}'", shift[0])), shift[1]);
        let values = [shift[0].as_str(), in_words(&shift[1]), &shift[2], &shift[3]];
        says("guard_rotation.txt", "The {} shift has {} guards, from {} to {}.", &values);
    }
    let gap = rows(
        &db,
        "SELECT a.gap_minutes, a.ends, b.starts FROM shifts a, shifts b WHERE a.shift = 'evening' AND b.shift = 'night'",
    );
    let minutes: u32 = gap[0][0].parse().unwrap();
    assert!((10..=15).contains(&minutes));
    assert_eq!(clock(&gap[0][2]) - clock(&gap[0][1]), minutes);
    says("guard_rotation.txt", "lasts {} minutes, from {} to {}.", &[&gap[0][0], &gap[0][1], &gap[0][2]]);
    assert_eq!(one(&db, "SELECT COUNT(*) FROM shifts WHERE gap_minutes > 0"), "1");
    assert_eq!(one(&db, "SELECT at FROM door_log WHERE note = 'round, lower level'"), "Mon 22:38");
    says("guard_rotation.txt", "reaches the lower level at {}.", &["22:38"]);
}

fn clock(text: &str) -> u32 {
    let (hours, minutes) = text.split_once(':').unwrap();
    hours.parse::<u32>().unwrap() * 60 + minutes.parse::<u32>().unwrap()
}

#[test]
fn vault_and_staff_agree() {
    let db = database();
    let vault = document("vault_specs.txt");
    says("vault_specs.txt", "The time lock is shut from {} to {}", &["18:00", "06:00"]);
    for (at, note) in [("18:00", "shut"), ("06:00", "released")] {
        let days = rows(&db, &format!("SELECT at FROM door_log WHERE who = 'time lock' AND note = '{note}'"));
        assert!(!days.is_empty() && days.iter().all(|day| day[0].ends_with(at)), "{days:?}");
    }
    says("vault_specs.txt", "There are three ways to open the vault.", &[]);
    for (method, minutes) in [("thermal", 22), ("drill", 40), ("override", 9)] {
        assert!(vault.contains(&format!("The {method} method takes {minutes} minutes")), "{method}");
    }
    for name in ["bank_layout.txt", "vault_specs.txt"] {
        says(name, "The main vault stands on the lower level", &[]);
    }
    let top = rows(&db, "SELECT job, name, keeps, leaves_at FROM personnel WHERE access_level = 5 ORDER BY id");
    assert_eq!(top.len(), 2);
    for person in &top {
        let values: Vec<_> = person.iter().map(String::as_str).collect();
        says("staff_notes.txt", "The {} {} keeps the {} and leaves at {}.", &values);
    }
    assert_eq!(one(&db, "SELECT COUNT(*) FROM personnel"), "10");
    assert_eq!(one(&db, "SELECT COUNT(*) FROM personnel WHERE access_level = 4"), "3");
    assert_eq!(rows(&db, "SELECT 1 FROM door_log WHERE door = 'dock door' AND note = 'found open'").len(), 2);
    says("staff_notes.txt", "The dock door was found open twice this month.", &[]);
}

#[test]
fn alarms_agree() {
    let db = database();
    assert_eq!(one(&db, "SELECT COUNT(*) FROM alarms"), "8");
    says("alarm_response.txt", "The bank has eight alarms.", &[]);
    let range = &rows(&db, "SELECT MIN(response_minutes), MAX(response_minutes) FROM alarms")[0];
    says("alarm_response.txt", "The response to an alarm takes {} to {} minutes.", &[&range[0], &range[1]]);
    let who = rows(&db, "SELECT DISTINCT calls, response_minutes FROM alarms ORDER BY 2");
    assert_eq!(who.len(), 3);
    for (caller, need) in
        who.iter().zip(["The guards in the building need", "The police need", "The private patrol needs"])
    {
        assert!(need.contains(&caller[0]), "{caller:?}");
        says("alarm_response.txt", "{} {} minutes", &[need, &caller[1]]);
    }
    for alarm in rows(&db, "SELECT sensor, calls FROM alarms") {
        let text = document("alarm_response.txt");
        // The document puts the dock door and the roof hatch in its own words.
        let place = alarm[0].strip_suffix(" contact").filter(|place| *place != "vault door").unwrap_or(&alarm[0]);
        let sentence = text.split(". ").find(|sentence| sentence.contains(place) && sentence.contains(" call "));
        assert!(sentence.is_some_and(|sentence| sentence.contains(&format!("call the {}", alarm[1]))), "{alarm:?}");
    }
    assert_eq!(one(&db, "SELECT SUM(false_alarms) FROM alarms"), "2");
    assert_eq!(rows(&db, "SELECT 1 FROM door_log WHERE note = 'false alarm' AND door = 'roof hatch'").len(), 2);
    let test = "The alarm line is tested every night for 20 minutes, from 22:00 to 22:20.";
    says("alarm_response.txt", test, &[]);
    says("network_plan.txt", test, &[]);
}

#[test]
fn routes_agree() {
    let db = database();
    let routes = rows(&db, "SELECT route, minutes, travel, kilometres, exit, along, leads_to, risk FROM escape_routes");
    let text = document("escape_routes.txt");
    says("escape_routes.txt", "There are {} routes", &[in_words(&routes.len().to_string())]);
    says("bank_layout.txt", "There are {} exits", &[in_words(&routes.len().to_string())]);
    for route in &routes {
        let values =
            [route[0].as_str(), &route[1], if route[2] == "car" { "by car" } else { "on foot" }, &route[3], &route[4]];
        says("escape_routes.txt", "The {} route takes {} minutes {} ({} kilometres), from the {} ", &values);
        let sentence =
            text.split(". ").find(|sentence| sentence.contains(&format!("{} route takes", route[0]))).unwrap();
        assert!(sentence.contains(&route[6]), "{route:?}");
        assert!(route[0] == "tunnel" || sentence.contains(&route[5]), "{route:?}");
        assert!(document("bank_layout.txt").contains(&route[4]), "{route:?}");
    }
    for (route, risk) in [(0, "one traffic light"), (1, "passes the police station"), (2, "seen by five cameras")] {
        assert_eq!(routes[route][7], risk);
        assert!(text.contains(risk));
    }
    assert!(text.contains("one person at a time") && routes[4][7] == "one person at a time");
}
