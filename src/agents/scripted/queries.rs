//! What can be asked of the bank's database, by subject: of any bank's, and more closely once something of it is known.

use heist_bank::Subject;

use super::board::Board;

/// Queries about a subject, and bare names of tables.
pub(super) fn queries(subject: Subject, board: &Board) -> Vec<String> {
    let always: &[&str] = match subject {
        Subject::Guards => &[
            "shifts",
            "SELECT shift, starts, ends, gap_minutes FROM shifts",
            "SELECT shift, guards, starts, ends, gap_minutes FROM shifts",
            "SELECT name, shift, post FROM guards WHERE shift = 'night'",
            "SELECT name, shift, post FROM guards WHERE shift <> 'day'",
            "guards",
        ],
        Subject::Cameras => &[
            "SELECT id, place, blind_spot FROM cameras WHERE blind_spot IS NOT NULL",
            "SELECT id, place, state FROM cameras WHERE state <> 'works'",
            "SELECT id, floor, place, blind_spot FROM cameras WHERE state = 'works' AND blind_spot IS NOT NULL",
            "cameras",
        ],
        Subject::Alarms => &[
            "alarms",
            "SELECT sensor, place, calls, response_minutes FROM alarms ORDER BY response_minutes",
            "SELECT sensor, place, calls, response_minutes FROM alarms WHERE calls = 'police'",
            "SELECT sensor, place, calls, response_minutes FROM alarms WHERE calls <> 'police'",
        ],
        Subject::Routes | Subject::Layout => &[
            "escape_routes",
            "SELECT route, minutes, travel, exit, along, leads_to, kilometres FROM escape_routes ORDER BY minutes",
            "SELECT * FROM escape_routes WHERE travel = 'car'",
            "SELECT * FROM escape_routes WHERE minutes < 10",
            "SELECT route, risk FROM escape_routes",
        ],
        Subject::Staff | Subject::Vault => &[
            "SELECT name, job, access_level, keeps FROM personnel WHERE access_level = 5",
            "SELECT name, access_level, keeps, leaves_at FROM personnel WHERE access_level >= 4",
            "SELECT name, keeps, leaves_at FROM personnel WHERE keeps IS NOT NULL",
            "personnel",
        ],
        Subject::Network => &[
            "SELECT who, door, at, note FROM door_log WHERE note <> 'closed'",
            "SELECT at, door, who, note FROM door_log WHERE at LIKE 'Mon%'",
            "SELECT at, door, who, note FROM door_log WHERE who = 'nobody'",
            "door_log",
        ],
    };
    let mut all: Vec<String> = always.iter().map(|query| (*query).to_owned()).collect();
    let quoted = |words: &str| words.replace('\'', "''");
    if subject == Subject::Cameras
        && let Some(place) = board.fact("vault_place")
    {
        let floor = quoted(place.text(0));
        all.push(format!("SELECT id, place, state, blind_spot FROM cameras WHERE floor = '{floor}'"));
    }
    if subject == Subject::Alarms
        && let Some(alarm) = board.fact("calls")
    {
        let place = quoted(alarm.text(1));
        all.push(format!("SELECT sensor, place, calls, response_minutes FROM alarms WHERE place = '{place}'"));
    }
    all
}

/// A query as somebody in a hurry would get it wrong.
pub(super) fn misspelt(query: &str) -> &'static str {
    const WRONG: [(&str, &str); 6] = [
        ("shifts", "SELECT shift, begins, ends FROM shifts"),
        ("guards", "SELECT name, post FROM guard"),
        ("cameras", "SELECT * FROM camera WHERE blind = 1"),
        ("alarms", "SELECT kind, minutes FROM alarms"),
        ("escape_routes", "SELECT * FROM routes"),
        ("personnel", "SELECT name, level FROM personnel"),
    ];
    WRONG.iter().find(|(table, _)| query.contains(table)).map_or("SELECT * FROM doors", |(_, wrong)| wrong)
}

/// A document's name as somebody in a hurry would get it wrong: half of it.
pub(super) fn misnamed(document: &str) -> &str {
    document.split_once('_').map_or(document, |(_, half)| half)
}
