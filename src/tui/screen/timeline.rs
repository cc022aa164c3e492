//! The timeline of a recorded heist: whether it plays and how fast, where in it we are, and where its rounds begin.

use ratatui::text::{Line, Span};

use crate::tui::replay::Replay;
use crate::tui::text::clock;
use crate::tui::theme::{quiet, strong};

/// The line, in so many columns.
pub(super) fn line(replay: &Replay, width: u16) -> Line<'static> {
    let (at, all) = replay.position();
    let state = if replay.playing {
        "playing"
    } else if replay.at_end() {
        "the end"
    } else {
        "paused"
    };
    let before = format!(" {state:<7} {:<5}", replay.speed());
    let after = format!("  {} of {} ", clock(at), clock(all));
    let room = usize::from(width).saturating_sub(before.len() + after.len()).max(1);
    let column = |time: u64| {
        let last = u64::try_from(room - 1).unwrap_or(0);
        usize::try_from(time.saturating_mul(last) / all.max(1)).unwrap_or(0).min(room - 1)
    };
    let mut bar: Vec<(char, bool)> =
        (0..room).map(|index| (if index < column(at) { '━' } else { '─' }, index <= column(at))).collect();
    // A round's number stands where it begins, if there is room for it before the next.
    let mut free = 0;
    for (round, time) in replay.rounds() {
        let number = round.to_string();
        let first = column(time);
        if first >= free && first + number.len() <= room {
            number.chars().zip(&mut bar[first..]).for_each(|(digit, cell)| cell.0 = digit);
            free = first + number.len() + 1;
        }
    }
    bar[column(at)] = ('●', true);
    let bar = bar.into_iter().map(|(c, passed)| Span::styled(c.to_string(), if passed { strong() } else { quiet() }));
    [Span::styled(before, strong())].into_iter().chain(bar).chain([Span::raw(after)]).collect()
}
