//! What somebody in a hurry gets wrong: a name, a sum, what a call is for, and whose business it is.

use heist_tools::table::{Gives, calculates, gives};

use crate::crew::{Ability, Brief};
use crate::heist::Entry;

use super::dice::Dice;

/// A tool and its argument.
type Call = (String, String);

/// The call with its argument got wrong: half a document's name, a table or a column that there is not, a slipped sign.
pub(super) fn mistaken((tool, argument): Call) -> Call {
    let wrong = match gives(&tool) {
        Some(Gives::Document) => misnamed(&argument).to_owned(),
        Some(Gives::Rows) => misspelt(&argument).to_owned(),
        _ if calculates(&tool) => argument.replacen(['-', '+', '*'], "//", 1),
        _ => argument,
    };
    (tool, wrong)
}

fn misspelt(query: &str) -> &'static str {
    const WRONG: [(&str, &str); 7] = [
        ("shifts", "SELECT shift, begins, ends FROM shifts"),
        ("guards", "SELECT name, post FROM guard"),
        ("cameras", "SELECT * FROM camera WHERE blind = 1"),
        ("alarms", "SELECT kind, minutes FROM alarms"),
        ("escape_routes", "SELECT * FROM routes"),
        ("personnel", "SELECT name, level FROM personnel"),
        ("vault_contents", "SELECT item, worth FROM vault"),
    ];
    WRONG.iter().find(|(table, _)| query.contains(table)).map_or("SELECT * FROM doors", |(_, wrong)| wrong)
}

fn misnamed(document: &str) -> &str {
    document.split_once('_').map_or(document, |(_, half)| half)
}

/// A call for nothing that matters.
pub(super) fn idle(brief: &Brief, dice: &Dice) -> Option<Call> {
    let able = Ability::all().filter(|ability| brief.me.abilities.contains(ability));
    let mut calls: Vec<(Ability, &str)> = Vec::new();
    for ability in able {
        let arguments: &[&str] = match ability.gives() {
            Gives::Figure => &["365*24", "24*30", "52*7", "60*60*24", "9*8*7", "24*42", "18*18", "2*2*2*2", "31*24"],
            Gives::Document => &["staff_notes.txt", "network_plan.txt", "bank_layout.txt"],
            Gives::Rows => &[
                "SELECT name, leaves_at FROM personnel WHERE access_level < 3",
                "SELECT name, post FROM guards WHERE shift = 'day'",
                "SELECT who, door, at, note FROM door_log WHERE who = 'cleaners'",
                "SELECT id, place FROM cameras WHERE id > 12",
                "SELECT COUNT(*) AS tellers FROM personnel WHERE job = 'teller'",
            ],
        };
        calls.extend(arguments.iter().map(|argument| (ability, *argument)));
    }
    let is_made = |ability: Ability, argument: &str| {
        brief.transcript.iter().any(|entry| {
            matches!(entry, Entry::Used(used) if used.call.tool == ability.tool() && used.call.arguments == argument)
        })
    };
    calls.retain(|(ability, argument)| !is_made(*ability, argument));
    dice.pick("idle", &calls).map(|(ability, argument)| (ability.tool().into(), argument.into()))
}

/// A call that the agent has no right to: somebody forgot whose business it is.
pub(super) fn beyond(brief: &Brief, dice: &Dice) -> Option<Call> {
    let foreign: Vec<_> = Ability::all().filter(|ability| !brief.me.abilities.contains(ability)).collect();
    dice.pick("foreign", &foreign).map(|ability| {
        let argument = match ability.gives() {
            Gives::Figure => "22-9",
            Gives::Document => "guard_rotation.txt",
            Gives::Rows => "SELECT * FROM door_log",
        };
        (ability.tool().into(), argument.into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_mistaken_is_another_call() {
        for (tool, argument) in [
            ("file_reader", "guard_rotation.txt"),
            ("database_query", "SELECT * FROM cameras"),
            ("database_query", "anything"),
            ("calculator", "12 min - 9 min"),
        ] {
            let (same, wrong) = mistaken((tool.to_owned(), argument.to_owned()));
            assert!(same == tool && wrong != argument, "{wrong}");
        }
    }
}
