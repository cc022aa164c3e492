//! Which tool an agent of the scripted crew turns to, and with what.

use crate::crew::{Ability, Brief};
use crate::heist::{Entry, Phase, Strategy};

use super::dice::Dice;
use super::figures::Board;
use super::plan::Plan;
use super::reckon::{Sum, Trade, sums};
use super::sabotage;
use super::this_turn;

/// Something to look into.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Subject {
    Layout,
    Guards,
    Cameras,
    Vault,
    Alarms,
    Routes,
    Staff,
    Network,
}

use Subject::{Alarms, Cameras, Guards, Layout, Network, Routes, Staff, Vault};

impl Subject {
    const ALL: [Self; 8] = [Layout, Guards, Cameras, Vault, Alarms, Routes, Staff, Network];

    const fn document(self) -> &'static str {
        match self {
            Layout => "bank_layout.txt",
            Guards => "guard_rotation.txt",
            Cameras => "camera_system.txt",
            Vault => "vault_specs.txt",
            Alarms => "alarm_response.txt",
            Routes => "escape_routes.txt",
            Staff => "staff_notes.txt",
            Network => "network_plan.txt",
        }
    }

    /// A name for the document that somebody in a hurry would try, and that is wrong.
    const fn misnamed(self) -> &'static str {
        match self {
            Layout => "layout.txt",
            Guards => "guards_rotation.txt",
            Cameras => "cameras.txt",
            Vault => "vault_spec.txt",
            Alarms => "alarms.txt",
            Routes => "escape_route.txt",
            Staff => "staff.txt",
            Network => "network.txt",
        }
    }

    const fn queries(self) -> &'static [&'static str] {
        match self {
            Guards => &[
                "shifts",
                "SELECT shift, starts, ends, gap_minutes FROM shifts",
                "SELECT shift, guards, starts, ends, gap_minutes FROM shifts",
                "SELECT name, shift, post FROM guards WHERE shift = 'night'",
                "SELECT name, shift, post FROM guards WHERE shift <> 'day'",
                "guards",
            ],
            Cameras => &[
                "SELECT id, place, blind_spot FROM cameras WHERE blind_spot IS NOT NULL",
                "SELECT id, place, state FROM cameras WHERE state <> 'works'",
                "SELECT COUNT(*) AS cameras FROM cameras",
                "SELECT id, place, state, blind_spot FROM cameras WHERE floor = 'lower level'",
                "cameras",
            ],
            Alarms => &[
                "alarms",
                "SELECT sensor, calls, response_minutes FROM alarms ORDER BY response_minutes",
                "SELECT sensor, calls, response_minutes FROM alarms WHERE place = 'main vault'",
                "SELECT sensor, calls, response_minutes FROM alarms WHERE calls <> 'police'",
            ],
            Routes | Layout => &[
                "escape_routes",
                "SELECT route, minutes, travel, leads_to FROM escape_routes ORDER BY minutes",
                "SELECT route, minutes, travel, leads_to FROM escape_routes WHERE travel = 'car'",
                "SELECT route, risk FROM escape_routes",
            ],
            Staff | Vault => &[
                "SELECT name, job, access_level, keeps FROM personnel WHERE access_level = 5",
                "SELECT name, access_level, keeps, leaves_at FROM personnel WHERE access_level >= 4",
                "SELECT name, keeps, leaves_at FROM personnel WHERE keeps IS NOT NULL",
                "personnel",
            ],
            Network => &["SELECT who, door, at, note FROM door_log WHERE note <> 'closed'", "door_log"],
        }
    }

    /// Words by which somebody speaks of it.
    pub(super) const fn words(self) -> &'static [&'static str] {
        match self {
            Layout => &["layout", "floor", "stairwell", "walk", "exit"],
            Guards => &["guard", "shift", "gap", "round"],
            Cameras => &["camera", "blind", "recorder", "picture"],
            Vault => &["vault", "method", "time lock", "door", "box"],
            Alarms => &["alarm", "police", "patrol", "sensor", "response"],
            Routes => &["route", "escape", "street", "way out", "car", "exit"],
            Staff => &["staff", "manager", "code", "card", "access", "personnel", "people"],
            Network => &["network", "line", "loop", "battery", "server", "log"],
        }
    }
}

/// What an agent looks into in a phase, the most fitting first.
pub(super) fn subjects(name: &str, phase: Phase) -> &'static [Subject] {
    use Phase::{EntryAndVault, FinalPlan, Getaway, Reconnaissance, Timing};
    match (name, phase) {
        ("hacker", Reconnaissance) => &[Cameras, Layout, Network],
        ("hacker", Timing) => &[Vault, Network, Cameras],
        ("hacker", EntryAndVault) => &[Vault, Alarms, Network],
        ("hacker", Getaway) => &[Cameras, Layout, Routes],
        ("hacker", FinalPlan) => &[Network, Alarms, Layout],
        ("lookout", Reconnaissance) => &[Cameras, Guards],
        ("lookout", Timing) => &[Guards, Cameras],
        ("lookout", EntryAndVault) => &[Alarms, Network],
        ("lookout", Getaway) => &[Routes, Cameras],
        ("intel", Reconnaissance) => &[Staff, Layout, Vault],
        ("safecracker", Reconnaissance | Timing | EntryAndVault) => &[Vault],
        ("driver", Reconnaissance | Getaway) => &[Routes],
        ("intel", Timing) => &[Guards, Staff],
        ("intel", EntryAndVault) => &[Staff, Vault, Alarms],
        (_, Reconnaissance) => &[Layout, Cameras, Staff],
        ("lookout", FinalPlan) | (_, Timing) => &[Guards, Alarms],
        (_, EntryAndVault) => &[Vault, Alarms],
        (_, Getaway) => &[Routes, Layout],
        (_, FinalPlan) => &[Guards, Routes, Alarms],
    }
}

type Call = (String, String);

/// The agent's tool and its argument, or none.
pub(super) fn choose(seed: u64, brief: &Brief) -> Option<Call> {
    let dice = Dice::new(seed, brief.turn, &brief.me.name);
    let first_try = this_turn(brief).is_empty();
    if first_try && dice.chance("beyond", 2) {
        return beyond(brief, &dice);
    }
    if sabotage::act(seed, brief) == Some(Strategy::WrongTools) || dice.chance("idle call", 4) {
        return idle(brief, &dice);
    }
    if let Some(call) = commanded(brief, &dice) {
        return Some(call);
    }
    let reckons = able(brief, Ability::Calculate);
    let looks = able(brief, Ability::Read) || able(brief, Ability::Query);
    if reckons
        && (!looks || dice.chance("reckon", 20))
        && let Some(sum) = sum(seed, brief)
    {
        let typo = first_try && dice.chance("typo", 4);
        let expression = if typo { sum.expression.replacen(['-', '+', '*'], "//", 1) } else { sum.expression };
        return Some((Ability::Calculate.tool().into(), expression));
    }
    look(brief, &dice, subjects(&brief.me.name, brief.phase), first_try && dice.chance("slip", 7))
}

fn able(brief: &Brief, ability: Ability) -> bool {
    brief.me.abilities.contains(&ability)
}

/// Whether the crew has had an answer to this call already.
fn made(brief: &Brief, tool: &str, argument: &str) -> bool {
    before(brief).iter().any(|entry| {
        matches!(entry, Entry::Used(used) if used.outcome.is_ok() && used.call.tool == tool && used.call.arguments == argument)
    })
}

/// What the crew had seen before this turn.
fn before(brief: &Brief) -> &[Entry] {
    &brief.transcript[..brief.transcript.len() - this_turn(brief).len()]
}

/// Reads or queries about the subjects, what nobody has asked first; `slip` gets a name wrong.
fn look(brief: &Brief, dice: &Dice, subjects: &[Subject], slip: bool) -> Option<Call> {
    let mut calls: Vec<(Call, &'static str)> = Vec::new();
    for subject in subjects {
        if able(brief, Ability::Read) {
            calls.push(((Ability::Read.tool().into(), subject.document().into()), subject.misnamed()));
        }
        if able(brief, Ability::Query) {
            let query = dice.pick("query", subject.queries())?;
            calls.push(((Ability::Query.tool().into(), query.into()), misspelt(query)));
        }
    }
    // The most fitting subject nearly always comes first, whichever tool opens it.
    let from = if dice.chance("aside", 25) { calls.len().min(1) } else { 0 };
    calls.rotate_left(from);
    if able(brief, Ability::Read) && able(brief, Ability::Query) && dice.chance("query rather", 45) && calls.len() > 1 {
        calls.swap(0, 1);
    }
    let new = calls.iter().find(|((tool, argument), _)| !made(brief, tool, argument)).or(calls.first())?;
    let ((tool, argument), wrong) = new.clone();
    Some((tool, if slip { wrong.to_owned() } else { argument }))
}

/// A query as somebody in a hurry would get it wrong.
fn misspelt(query: &str) -> &'static str {
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

/// A sum for the agent in this turn; the same before and after the call.
pub(super) fn sum(seed: u64, brief: &Brief) -> Option<Sum> {
    let dice = Dice::new(seed, brief.turn, &brief.me.name);
    let board = Board::of(before(brief));
    let trusting = dice.chance("trust", 25);
    let plan = Plan::of(seed, brief, &board, trusting);
    let bends = sabotage::act(seed, brief) == Some(Strategy::TimingErrors);
    let bent = if bends { dice.between("bend", 5, 15) } else { 0 };
    let all = sums(&plan, &|name| board.believed(name, trusting), bent);
    let new: Vec<_> =
        all.iter().filter(|sum| !made(brief, Ability::Calculate.tool(), &sum.expression)).cloned().collect();
    let fitting: Vec<_> = new.iter().filter(|sum| sum.trade == trade(brief)).cloned().collect();
    let chosen: Vec<_> = fitting.iter().filter(|sum| sum.chosen).cloned().collect();
    if !chosen.is_empty() && dice.chance("to the point", 70) {
        return dice.pick("sum", &chosen);
    }
    let aside = fitting.is_empty() && dice.chance("aside sum", 40);
    dice.pick("sum", if aside { &new } else { &fitting })
}

/// Which sums are an agent's business.
fn trade(brief: &Brief) -> Trade {
    match (&*brief.me.name, brief.phase) {
        ("safecracker", _) | ("planner", Phase::EntryAndVault) => Trade::Vault,
        ("hacker", _) => Trade::Wire,
        ("driver", _) | (_, Phase::Getaway | Phase::FinalPlan) => Trade::Road,
        _ => Trade::Watch,
    }
}

/// A call that answers the player's command.
fn commanded(brief: &Brief, dice: &Dice) -> Option<Call> {
    let command = brief.command.as_deref()?.to_lowercase();
    let named = |subject: &&Subject| command.contains(subject.document());
    let subjects = Subject::ALL;
    if able(brief, Ability::Read)
        && let Some(subject) = subjects.iter().find(named)
    {
        return Some((Ability::Read.tool().into(), subject.document().into()));
    }
    if able(brief, Ability::Calculate)
        && let Some(expression) = expression(&command)
    {
        return Some((Ability::Calculate.tool().into(), expression));
    }
    let subject = about(&command)?;
    look(brief, dice, &[subject], false)
}

/// The subject that a text speaks of.
pub(super) fn about(text: &str) -> Option<Subject> {
    let text = text.to_lowercase();
    let hits = |subject: &Subject| subject.words().iter().filter(|word| text.contains(**word)).count();
    Subject::ALL.into_iter().filter(|subject| hits(subject) > 0).max_by_key(hits)
}

/// The first sum in a text, such as `45*60`.
fn expression(text: &str) -> Option<String> {
    let runs = text.split(|letter: char| !(letter.is_ascii_digit() || "+-*/.() ".contains(letter)));
    let sum = runs.map(str::trim).find(|run| {
        run.len() <= 80
            && run.starts_with(|first: char| first.is_ascii_digit() || first == '(')
            && run.ends_with(|last: char| last.is_ascii_digit() || last == ')')
            && run.contains(['+', '-', '*', '/'])
    })?;
    Some(sum.to_owned())
}

/// A call for nothing that matters.
fn idle(brief: &Brief, dice: &Dice) -> Option<Call> {
    let mut calls: Vec<(Ability, &str)> = Vec::new();
    for ability in &brief.me.abilities {
        let arguments: &[&str] = match ability {
            Ability::Calculate => {
                &["365*24", "24*30", "120/7", "60*60*24", "9*8*7", "1000/24", "18*18", "2*2*2*2", "30*24/9"]
            }
            Ability::Read => &["staff_notes.txt", "network_plan.txt", "bank_layout.txt"],
            Ability::Query => &[
                "SELECT name, leaves_at FROM personnel WHERE access_level < 3",
                "SELECT name, post FROM guards WHERE shift = 'day'",
                "SELECT who, door, at, note FROM door_log WHERE who = 'cleaners'",
                "SELECT id, place FROM cameras WHERE floor = 'upper floor'",
                "SELECT COUNT(*) AS tellers FROM personnel WHERE job = 'teller'",
            ],
        };
        calls.extend(arguments.iter().map(|argument| (*ability, *argument)));
    }
    let unused: Vec<_> =
        calls.into_iter().filter(|(ability, argument)| !made(brief, ability.tool(), argument)).collect();
    dice.pick("idle", &unused).map(|(ability, argument)| (ability.tool().into(), argument.into()))
}

/// A call that the agent has no right to: somebody forgot whose business it is.
fn beyond(brief: &Brief, dice: &Dice) -> Option<Call> {
    let foreign: Vec<_> = Ability::ALL.into_iter().filter(|ability| !able(brief, *ability)).collect();
    let subject = subjects(&brief.me.name, brief.phase).first()?;
    dice.pick("foreign", &foreign).map(|ability| {
        let argument = match ability {
            Ability::Calculate => "22-9",
            Ability::Read => subject.document(),
            Ability::Query => subject.queries()[0],
        };
        (ability.tool().into(), argument.into())
    })
}
