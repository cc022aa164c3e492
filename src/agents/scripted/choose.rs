//! Which tool an agent of the scripted crew turns to, and with what: one of the calls worth making, and now and then a
//! mistake.

use crate::agents::menu::{self, Call};
use crate::crew::{Ability, Brief};
use crate::heist::ToolUse;

use super::dice::Dice;
use super::mistakes;

/// A tool and its argument.
type Chosen = (String, String);

/// An agent makes at most so many calls in a turn.
const MOST_CALLS: usize = 3;
/// In so many of a hundred turns whoever can look things up does so twice.
const LOOKS_TWICE: u32 = 85;
/// A call counts so much of the one before it on the list, in hundredths.
const NEXT: u32 = 60;

/// The agent's tool and its argument; none when it has enough.
pub(super) fn choose(seed: u64, brief: &Brief) -> Option<Chosen> {
    let made = brief.calls();
    let dice = Dice::new(seed, brief.turn, &format!("{}/{}", brief.me.name, made.len()));
    let again = || pick(&menu::calls(brief), &made, &dice);
    let next = match made[..] {
        [] => first(brief, &dice),
        [.., last] if last.outcome.is_err() => (made.len() < MOST_CALLS).then(again)?,
        // What came back asks for a second look, above all from whoever can look things up.
        [_] if dice.chance("more", if looks_up(brief) { LOOKS_TWICE } else { 20 }) => again(),
        _ => None,
    };
    next.filter(|call| !is_made(&made, call))
}

/// Whether the agent can open documents or tables.
fn looks_up(brief: &Brief) -> bool {
    [Ability::READ, Ability::QUERY].iter().any(|ability| brief.me.abilities.contains(ability))
}

/// The first call of a turn: now and then a mistake, for nothing, or beyond what the agent may.
fn first(brief: &Brief, dice: &Dice) -> Option<Chosen> {
    let calls = menu::calls(brief);
    if brief.command.is_some() {
        return calls.into_iter().next().map(chosen);
    }
    if dice.chance("beyond", 2) {
        return mistakes::beyond(brief, dice);
    }
    if dice.chance("idle", 4) {
        return mistakes::idle(brief, dice);
    }
    let call = pick(&calls, &[], dice)?;
    Some(if dice.chance("mistake", 6) { mistakes::mistaken(call) } else { call })
}

/// One of the calls that the agent has not made, the best most often.
fn pick(calls: &[Call], made: &[&ToolUse], dice: &Dice) -> Option<Chosen> {
    let new: Vec<Chosen> = calls.iter().cloned().map(chosen).filter(|call| !is_made(made, call)).collect();
    let weights = new.iter().scan(1000, |weight, _| {
        let own = *weight;
        *weight = *weight * NEXT / 100;
        Some(own)
    });
    let place = dice.weighed("call", &weights.collect::<Vec<_>>())?;
    new.into_iter().nth(place)
}

fn chosen(call: Call) -> Chosen {
    (call.tool.into(), call.argument)
}

/// Whether the call is among these.
fn is_made(made: &[&ToolUse], (tool, argument): &Chosen) -> bool {
    made.iter().any(|used| used.call.tool == *tool && used.call.arguments == *argument)
}
