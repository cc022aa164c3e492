//! What can be asked of the database of any bank, by subject.

use heist_bank::Subject;

/// Queries about a subject, and bare names of tables.
pub(super) const fn queries(subject: Subject) -> &'static [&'static str] {
    match subject {
        Subject::Guards => &[
            "shifts",
            "SELECT shift, guards, starts, ends, gap_minutes FROM shifts",
            "SELECT name, shift, post FROM guards WHERE shift <> 'day'",
        ],
        Subject::Cameras => &[
            "SELECT id, place, state, blind_spot FROM cameras WHERE blind_spot IS NOT NULL OR state <> 'works'",
            "SELECT id, place, blind_spot FROM cameras WHERE blind_spot IS NOT NULL",
            "cameras",
        ],
        Subject::Alarms => &[
            "alarms",
            "SELECT sensor, place, calls, response_minutes FROM alarms ORDER BY response_minutes",
            "SELECT sensor, place, calls, response_minutes FROM alarms WHERE calls = 'police'",
        ],
        Subject::Routes | Subject::Layout => &[
            "escape_routes",
            "SELECT route, minutes, travel, exit, along, leads_to, kilometres, risk FROM escape_routes ORDER BY minutes",
            "SELECT route, risk FROM escape_routes",
        ],
        Subject::Vault => &["vault_contents", "SELECT content, minutes, worth FROM vault_contents ORDER BY worth"],
        Subject::Staff => &[
            "SELECT name, job, access_level, keeps FROM personnel WHERE access_level = 5",
            "SELECT name, keeps, leaves_at FROM personnel WHERE keeps IS NOT NULL",
            "SELECT name, leaves_at FROM personnel ORDER BY leaves_at",
        ],
        Subject::Network => &[
            "SELECT at, door, who, note FROM door_log WHERE note <> 'closed'",
            "SELECT at, door, who, note FROM door_log WHERE who = 'nobody'",
        ],
    }
}

/// The table that a query asks.
pub(super) fn table(query: &str) -> &str {
    let mut words = query.split_whitespace().skip_while(|word| *word != "FROM");
    words.nth(1).unwrap_or(query)
}
