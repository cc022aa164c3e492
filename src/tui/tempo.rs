//! How fast the heist goes on: the scripted crew's pace, and whether the heist waits after each turn.

use super::keys::Act;
use super::model::{Action, Model};
use super::seen::Seen;
use crate::heist::{Event, EventKind};
use crate::session::Control;

/// Paces between which a person chooses, in words a minute.
const PACES: [u32; 9] = [80, 120, 160, 200, 240, 320, 440, 600, 900];

/// How fast the heist goes on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tempo {
    /// The scripted crew's words a minute.
    pub(super) words: u32,
    /// Whether the heist waits after each turn.
    pub(super) by_turn: bool,
    /// The number of the last event that happened before the session was gone on with.
    pub(super) past: u64,
}

impl Tempo {
    /// Whether the heist waits for the next turn to be asked for.
    pub(super) fn waits(&self, seen: &Seen) -> bool {
        self.by_turn && seen.paused && seen.active().is_none() && !seen.over() && !seen.guess_wanted
    }

    /// What is to be done when this has happened: as soon as a turn runs, no other may follow it by itself.
    pub(super) fn after(&self, event: &Event) -> Vec<Action> {
        let begins = matches!(event.kind, EventKind::TurnStarted { .. }) && event.seq > self.past;
        if begins && self.by_turn { vec![Action::Send(Control::Pause)] } else { Vec::new() }
    }
}

/// Keys that change how fast the heist goes on.
pub(super) fn change(model: &mut Model, act: Act) -> Vec<Action> {
    match act {
        Act::Faster | Act::Slower => pace(model, act == Act::Faster),
        Act::ByTurn => by_turn(model),
        _ => vec![Action::Send(Control::Resume)],
    }
}

fn pace(model: &mut Model, faster: bool) -> Vec<Action> {
    let now = model.tempo.words;
    let next = if faster {
        PACES.into_iter().find(|pace| *pace > now)
    } else {
        PACES.into_iter().rev().find(|pace| *pace < now)
    };
    let Some(words) = next else {
        model.tell(&format!("{now} words a minute is as {} as it gets.", if faster { "fast" } else { "slow" }));
        return Vec::new();
    };
    model.tempo.words = words;
    model.tell(&format!("{words} words a minute."));
    vec![Action::Pace(words)]
}

fn by_turn(model: &mut Model) -> Vec<Action> {
    model.tempo.by_turn = !model.tempo.by_turn;
    let paused = model.seen.paused;
    if model.tempo.by_turn {
        model.tell("Turn by turn: the heist waits after each turn for Enter.");
        return if paused { Vec::new() } else { vec![Action::Send(Control::Pause)] };
    }
    model.tell("The heist goes on by itself again.");
    if paused { vec![Action::Send(Control::Resume)] } else { Vec::new() }
}
