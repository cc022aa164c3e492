//! Which tool an agent of the scripted crew turns to, and with what.

use heist_bank::{Kind as FactKind, Subject};
use heist_tools::table::{Gives, calculates};

use crate::crew::{Ability, Brief};
use crate::heist::{AgentName, Entry, Phase, Strategy};

use super::board::Board;
use super::dice::Dice;
use super::plan::Plan;
use super::queries::{misnamed, misspelt, queries};
use super::reckon::{Style, Sum, Trade, sums};
use super::subjects::{about, subjects};
use super::this_turn;
use super::voices::{Kind, kind};

type Call = (String, String);

/// An agent makes at most so many calls in a turn.
const MOST_CALLS: usize = 3;

/// The agent's tool and its argument; none when it has enough.
pub(super) fn choose(seed: u64, brief: &Brief) -> Option<Call> {
    let made = this_turn(brief);
    let dice = Dice::new(seed, brief.turn, &format!("{}/{}", brief.me.name, made.len()));
    let board = || Board::of_tools(&brief.transcript);
    let next = match made {
        [] => first(seed, brief, &board(), &dice),
        [.., Entry::Used(last)] if last.outcome.is_err() => {
            (made.len() < MOST_CALLS).then(|| again(seed, brief, &board(), &dice))?
        }
        // Sometimes what came back asks for a second look.
        [_] if dice.chance("more", 20) => again(seed, brief, &board(), &dice),
        _ => None,
    };
    let repeats = |(tool, argument): &Call| made.iter().any(|entry| is_same(entry, tool, argument));
    next.filter(|call| !repeats(call))
}

/// The first call of a turn: now and then a slip, for nothing, or beyond what the agent may.
fn first(seed: u64, brief: &Brief, board: &Board, dice: &Dice) -> Option<Call> {
    if let Some(call) = commanded(brief, board, dice) {
        return Some(call);
    }
    if dice.chance("beyond", 2) {
        return beyond(brief, dice);
    }
    if brief.orders.as_ref().is_some_and(|orders| orders.due && orders.strategy == Strategy::WrongTools) {
        return idle(brief, dice);
    }
    if dice.chance("idle call", 4) {
        return idle(brief, dice);
    }
    let asked = asked(brief, board).map(|(_, subject)| subject);
    if let Some(subject) = asked.filter(|_| dice.chance("answer", 70))
        && let Some(call) =
            look(brief, board, dice, &[subject], false).filter(|(tool, argument)| !is_made(brief, tool, argument))
    {
        return Some(call);
    }
    let reckons = able(brief, Ability::CALCULATE);
    let looks = able(brief, Ability::READ) || able(brief, Ability::QUERY);
    if reckons
        && (!looks || dice.chance("reckon", 20))
        && let Some(sum) = sum(seed, brief, board, 0)
    {
        let typo = dice.chance("typo", 4);
        let expression = if typo { sum.expression.replacen(['-', '+', '*'], "//", 1) } else { sum.expression };
        return Some((Ability::CALCULATE.tool().into(), expression));
    }
    look(brief, board, dice, &subjects(brief), dice.chance("slip", 7))
}

/// A further call of a turn, without a slip.
fn again(seed: u64, brief: &Brief, board: &Board, dice: &Dice) -> Option<Call> {
    let made = this_turn(brief);
    let reckons = able(brief, Ability::CALCULATE);
    let failed = made.iter().any(|entry| matches!(entry, Entry::Used(used) if used.outcome.is_err()));
    if reckons
        && !failed
        && let Some(sum) = sum(seed, brief, board, made.len())
    {
        return Some((Ability::CALCULATE.tool().into(), sum.expression));
    }
    commanded(brief, board, dice).or_else(|| look(brief, board, dice, &subjects(brief), false)).or_else(|| {
        let sum = sum(seed, brief, &Board::of_tools(before(brief, 0)), 0).filter(|_| reckons);
        sum.map(|sum| (Ability::CALCULATE.tool().into(), sum.expression))
    })
}

/// Who has asked the agent something since its last turn, and about what.
pub(super) fn asked(brief: &Brief, board: &Board) -> Option<(AgentName, Subject)> {
    let me = brief.me.name.to_lowercase();
    let mut since = brief.transcript.iter().rev().map_while(|entry| match entry {
        Entry::Said(message) if message.agent == brief.me.name => None,
        other => Some(other),
    });
    let question = |text: &str| {
        let text = text.to_lowercase();
        let mut sentences = text.split_inclusive(['.', '!', '?']);
        let to_me = |sentence: &&str| sentence.ends_with('?') && sentence.contains(&me);
        sentences.find(to_me).and_then(|sentence| {
            let known = board.finds.iter().map(|find| &find.fact);
            let known = known.into_iter().find(|fact| sentence.contains(&fact.label())).map(|fact| fact.kind.subject);
            let open = || FactKind::all().find(|kind| sentence.contains(kind.label)).map(|kind| kind.subject);
            known.or_else(open).or_else(|| about(sentence))
        })
    };
    since.find_map(|entry| match entry {
        Entry::Said(message) => question(&message.text).map(|subject| (message.agent.clone(), subject)),
        _ => None,
    })
}

fn able(brief: &Brief, ability: Ability) -> bool {
    brief.me.abilities.contains(&ability)
}

/// Whether the crew has had an answer to this call already.
fn is_made(brief: &Brief, tool: &str, argument: &str) -> bool {
    let answered = |entry: &&Entry| matches!(entry, Entry::Used(used) if used.outcome.is_ok());
    before(brief, 0).iter().filter(answered).any(|entry| is_same(entry, tool, argument))
}

/// Whether it is this call that was made. A sum is the same with its units and without.
fn is_same(entry: &Entry, tool: &str, argument: &str) -> bool {
    let plain = |argument: &str| argument.replace([' ', 'm', 'i', 'n'], "");
    let same = |made: &str| made == argument || calculates(tool) && plain(made) == plain(argument);
    matches!(entry, Entry::Used(used) if used.call.tool == tool && same(&used.call.arguments))
}

/// What the crew had seen before the agent's `calls`th call of this turn.
fn before(brief: &Brief, calls: usize) -> &[Entry] {
    let made = this_turn(brief).len();
    &brief.transcript[..brief.transcript.len() - made.saturating_sub(calls)]
}

/// Reads or queries about the subjects, what nobody has asked first; `slip` gets a name wrong.
fn look(brief: &Brief, board: &Board, dice: &Dice, subjects: &[Subject], slip: bool) -> Option<Call> {
    let mut calls: Vec<(Call, &'static str)> = Vec::new();
    for subject in subjects {
        if able(brief, Ability::READ) {
            let document = subject.document();
            calls.push(((Ability::READ.tool().into(), document.into()), misnamed(document)));
        }
        if able(brief, Ability::QUERY) {
            let query = dice.pick("query", &queries(*subject, board))?;
            let wrong = misspelt(&query);
            calls.push(((Ability::QUERY.tool().into(), query), wrong));
        }
    }
    // The most fitting subject nearly always comes first, whichever tool opens it.
    let from = if dice.chance("aside", 25) { calls.len().min(1) } else { 0 };
    calls.rotate_left(from);
    if able(brief, Ability::READ) && able(brief, Ability::QUERY) && dice.chance("query rather", 45) && calls.len() > 1 {
        calls.swap(0, 1);
    }
    let by_me = |tool: &str, argument: &str| {
        brief.transcript.iter().any(|entry| {
            matches!(entry, Entry::Used(used) if used.call.agent == brief.me.name
                && used.call.tool == tool && used.call.arguments == argument)
        })
    };
    let new = calls.iter().find(|((tool, argument), _)| !is_made(brief, tool, argument));
    let new = new.or_else(|| calls.iter().find(|((tool, argument), _)| !by_me(tool, argument)))?;
    let ((tool, argument), wrong) = new.clone();
    Some((tool, if slip { wrong.to_owned() } else { argument }))
}

/// The sum that the agent did as its `calls`th call of this turn, if that was one.
pub(super) fn sum_done(seed: u64, brief: &Brief, calls: usize) -> Option<Sum> {
    sum(seed, brief, &Board::of_tools(before(brief, calls)), calls)
}

/// A sum for the agent after so many calls of this turn, with the board as it stood then.
fn sum(seed: u64, brief: &Brief, board: &Board, calls: usize) -> Option<Sum> {
    let dice = Dice::new(seed, brief.turn, &format!("{}/{calls}", brief.me.name));
    let plan = Plan::of(seed, brief, board);
    let all = sums(&brief.bank, &plan, &|key, hole| board.number(key, hole), 0, style(brief, dice.chance("units", 50)));
    let new: Vec<_> =
        all.iter().filter(|sum| !is_made(brief, Ability::CALCULATE.tool(), &sum.expression)).cloned().collect();
    let fitting: Vec<_> = new.iter().filter(|sum| sum.trade == trade(brief)).cloned().collect();
    let chosen: Vec<_> = fitting.iter().filter(|sum| sum.chosen).cloned().collect();
    let last = brief.phase == Phase::FinalPlan;
    if !chosen.is_empty() && (last || dice.chance("to the point", 70)) {
        return dice.pick("sum", &chosen);
    }
    let aside = fitting.is_empty() && dice.chance("aside sum", 40);
    dice.pick("sum", if aside { &new } else { &fitting })
}

fn style(brief: &Brief, units: bool) -> Style {
    Style { units, crew: u32::try_from(brief.crew.len()).unwrap_or(u32::MAX) }
}

/// A sum that is none of the agent's business, if it can do any.
pub(super) fn sum_of_others(seed: u64, brief: &Brief) -> Option<Sum> {
    if !able(brief, Ability::CALCULATE) {
        return None;
    }
    let board = Board::of_tools(before(brief, 0));
    let plan = Plan::of(seed, brief, &board);
    let mut all = sums(&brief.bank, &plan, &|key, hole| board.number(key, hole), 0, style(brief, false));
    all.retain(|sum| {
        !sum.chosen && sum.trade != trade(brief) && !is_made(brief, Ability::CALCULATE.tool(), &sum.expression)
    });
    Dice::new(seed, brief.turn, &brief.me.name).pick("others' sum", &all)
}

/// Which sums are an agent's business.
fn trade(brief: &Brief) -> Trade {
    match (kind(brief), brief.phase) {
        (Kind::Safecracker, _) | (Kind::Planner, Phase::EntryAndVault) => Trade::Vault,
        (Kind::Hacker, _) => Trade::Wire,
        (Kind::Driver, _) | (_, Phase::Getaway | Phase::FinalPlan) => Trade::Road,
        _ => Trade::Watch,
    }
}

/// A call that answers the player's command.
fn commanded(brief: &Brief, board: &Board, dice: &Dice) -> Option<Call> {
    let command = brief.command.as_deref()?.to_lowercase();
    let named = |subject: &&Subject| command.contains(subject.document());
    let subjects = Subject::ALL;
    if able(brief, Ability::READ)
        && let Some(subject) = subjects.iter().find(named)
    {
        return Some((Ability::READ.tool().into(), subject.document().into()));
    }
    if able(brief, Ability::CALCULATE)
        && let Some(expression) = expression(&command)
    {
        return Some((Ability::CALCULATE.tool().into(), expression));
    }
    let subject = about(&command)?;
    look(brief, board, dice, &[subject], false)
}

/// The first sum in a text, such as `45*60` or `22:30 + 45 min`.
fn expression(text: &str) -> Option<String> {
    // Words that the calculator knows go on with a sum, all others end it.
    const UNITS: [&str; 9] = ["min", "mins", "minute", "minutes", "h", "hour", "hours", "s", "sec"];
    let spaced = text.split_whitespace().map(|word| {
        let bare = word.trim_end_matches(['?', '!', ',', ';', '.', '"']);
        let sums = bare.chars().any(|c| c.is_ascii_digit()) || bare.starts_with(['+', '-', '*', '/', '%', '(', ')']);
        let fits = bare.chars().all(|c| c.is_ascii_alphanumeric() || "+-*/%.:()".contains(c));
        let units = bare.split(|c: char| !c.is_ascii_alphabetic()).all(|word| word.is_empty() || UNITS.contains(&word));
        ((sums || UNITS.contains(&bare)) && fits && units, bare, bare.len() < word.len())
    });
    let mut run: Vec<&str> = Vec::new();
    let mut runs: Vec<String> = Vec::new();
    for (belongs, word, ends) in spaced {
        if belongs {
            run.push(word);
        }
        if !belongs || ends {
            runs.push(std::mem::take(&mut run).join(" "));
        }
    }
    runs.push(run.join(" "));
    let is_sum = |run: &String| {
        let trimmed = run.trim_start_matches(|c: char| !c.is_ascii_digit() && c != '(');
        run.len() <= 80
            && trimmed.len() == run.len()
            && run.contains(['+', '-', '*', '/', '%'])
            && run.chars().filter(char::is_ascii_digit).count() > 1
            && run.ends_with(|c: char| c.is_ascii_alphanumeric() || c == ')')
    };
    runs.into_iter().find(is_sum)
}

/// A call for nothing that matters.
fn idle(brief: &Brief, dice: &Dice) -> Option<Call> {
    let able = Ability::all().filter(|ability| able(brief, *ability));
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
    let unused: Vec<_> =
        calls.into_iter().filter(|(ability, argument)| !is_made(brief, ability.tool(), argument)).collect();
    dice.pick("idle", &unused).map(|(ability, argument)| (ability.tool().into(), argument.into()))
}

/// A call that the agent has no right to: somebody forgot whose business it is.
fn beyond(brief: &Brief, dice: &Dice) -> Option<Call> {
    let foreign: Vec<_> = Ability::all().filter(|ability| !able(brief, *ability)).collect();
    let subject = *subjects(brief).first()?;
    dice.pick("foreign", &foreign).map(|ability| {
        let argument = match ability.gives() {
            Gives::Figure => "22-9",
            Gives::Document => subject.document(),
            Gives::Rows => "SELECT * FROM door_log",
        };
        (ability.tool().into(), argument.into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_found_whole_or_not_at_all() {
        for (text, sum) in [
            ("what is 7*6?", Some("7*6")),
            ("When is 22:30 + 45 min, please?", Some("22:30 + 45 min")),
            ("reckon (06:00 - 22:12) % 24 h and tell us", Some("(06:00 - 22:12) % 24 h")),
            ("we have 12 min - 9 min. Right?", Some("12 min - 9 min")),
            ("Go at 22:30, not at 22:45", None),
            ("Take the first-floor door and camera 7", None),
            ("read vault_specs.txt - now", None),
            ("-", None),
            ("", None),
        ] {
            assert_eq!(expression(text).as_deref(), sum, "{text}");
        }
    }
}
