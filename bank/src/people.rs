//! Who works in the offices, who cleans, what the doors have noted, and what is of no use.

use serde::Serialize;

use crate::Clock;

/// Somebody who works in the offices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The whole name.
    pub name: String,
    /// `branch manager`, `teller`, …
    pub job: String,
    /// What the card opens, 1 to 5: 4 the anteroom and the server room, 5 the vault too.
    pub level: u32,
    /// What is in this pocket: `manager's code`.
    pub keeps: Option<String>,
    /// When the day ends.
    pub leaves: Clock,
    /// A day of the week on which it ends later, and when: `Thursdays`.
    pub late: Option<(String, Clock)>,
}

/// Who cleans, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cleaners {
    /// On which days: `Tuesdays and Fridays`.
    pub days: String,
    /// From when.
    pub from: Clock,
    /// Until when.
    pub to: Clock,
}

/// A line of the door log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogEntry {
    /// The day of the week, `Mon` to `Sun`.
    pub day: String,
    /// When.
    pub at: Clock,
    /// Which door: a place, or words that name one (`dock door`, `vault`).
    pub door: String,
    /// Who: a name, `nobody`, `cleaners`, `time lock`.
    pub who: String,
    /// What: `left`, `found open`, `false alarm`, `handover`, …
    pub note: String,
}

/// What is of no use to anybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trivia {
    /// What is broken in the guard room: `coffee machine`.
    pub broken: String,
    /// What happens on the last such day of a month, and the day: `staff party`, `Friday`.
    pub party: (String, String),
    /// What else hangs on the network: `printers`.
    pub network: String,
    /// Within how many seconds the door log notes a card.
    pub log_seconds: u32,
    /// An exit's door that was found open so often this month, of [`crate::Bank::places`].
    pub found_open: (usize, u32),
    /// What behind the bank is empty after which hour: `car park`.
    pub empty: (String, Clock),
}
