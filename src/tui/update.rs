//! The one pure step of the terminal: a message comes in, the model changes, actions come out.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::heist::EventKind;
use crate::session::{Control, Signal};

use super::keys::{self, Act, Place};
use super::layout;
use super::model::{Action, Model, Msg, Next, Notice, Over, Page};
use super::screen;
use super::seen::label;
use super::text::{clean, one_line, percent};

/// How long the boot page stays at least, so that it can be read.
pub(super) const BOOT: Duration = Duration::from_secs(6);
/// The longest command to an agent, in characters.
const COMMAND: usize = 300;

/// Takes one message in.
pub(super) fn update(model: &mut Model, msg: Msg) -> Vec<Action> {
    let actions = match msg {
        Msg::Signal(signal) => {
            heard(model, &signal);
            Vec::new()
        }
        Msg::Ended => {
            if !model.seen.over() {
                model.seen.fail("The session ended without a verdict.", false);
                model.page = Page::Failed;
            }
            Vec::new()
        }
        Msg::Busy => {
            tell(model, "The heist is busy; press the key again.");
            model.guessed = false;
            Vec::new()
        }
        Msg::Left(next) => {
            model.over = Over::Nothing;
            tell(model, if next == Next::Again { "Dealing anew…" } else { "Closing the session…" });
            Vec::new()
        }
        Msg::Key(key) if key.kind == KeyEventKind::Press => pressed(model, key),
        Msg::Key(_) => Vec::new(),
        Msg::Paste(text) => {
            typed(model, &text);
            Vec::new()
        }
        Msg::Resize(size) => {
            model.size = size;
            Vec::new()
        }
        Msg::Tick(passed) => {
            ticked(model, passed);
            Vec::new()
        }
    };
    if model.page == Page::Boot && model.seen.round > 0 && (model.begin || model.boot >= BOOT) {
        model.page = Page::Heist;
    }
    model.shape();
    actions
}

fn heard(model: &mut Model, signal: &Signal) {
    match signal {
        Signal::Delta(delta) => model.seen.hear(delta),
        Signal::GuessWanted => {
            model.seen.guess_wanted = true;
            if model.page == Page::Heist {
                model.page = Page::Guess { cursor: model.selected, asking: false };
                // A half-written command has nobody left to go to.
                if matches!(model.over, Over::Editor(_)) {
                    model.over = Over::Nothing;
                }
            }
        }
        Signal::Recorded(event) => {
            model.seen.apply(event);
            match &event.kind {
                EventKind::HintGiven(hint) => {
                    let (suspect, share) = (label(&hint.agent), percent(hint.score));
                    let why = hint.evidence.as_ref().map(|found| format!(": {}", one_line(&found.note, 200)));
                    let text = format!("The detector suspects {suspect}, {share} %{}", why.unwrap_or_default());
                    model.selected = model.seen.place(&hint.agent).unwrap_or(model.selected);
                    model.notice = Some(Notice { text, left: Duration::from_secs(15) });
                }
                EventKind::SessionPaused | EventKind::SessionResumed => {
                    model.notice = None;
                    // It was cut off and goes on: the services come up again.
                    if model.page == Page::Failed {
                        model.page = Page::Boot;
                    }
                }
                EventKind::FaultRaised(fault) => tell(model, &one_line(&fault.message, 200)),
                EventKind::VerdictReached(_) => {
                    model.page = Page::Reveal { top: 0 };
                    model.over = Over::Nothing;
                    model.notice = None;
                }
                EventKind::SessionFailed(_) => {
                    model.page = Page::Failed;
                    model.over = Over::Nothing;
                    model.notice = None;
                }
                _ => {}
            }
        }
    }
}

fn ticked(model: &mut Model, passed: Duration) {
    model.seen.tick(u64::try_from(passed.as_millis()).unwrap_or(u64::MAX));
    if model.page == Page::Boot && model.over == Over::Nothing {
        model.boot += passed;
    }
    if let Some(notice) = &mut model.notice {
        notice.left = notice.left.saturating_sub(passed);
    }
    model.notice.take_if(|notice| notice.left.is_zero());
}

fn pressed(model: &mut Model, key: KeyEvent) -> Vec<Action> {
    let place = model.place();
    if let Some(act) = keys::find(place, key) {
        return perform(model, place, act);
    }
    let plain = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    if let (KeyCode::Char(c), true) = (key.code, plain) {
        typed(model, c.encode_utf8(&mut [0; 4]));
    }
    Vec::new()
}

/// Adds text to the command that is written, as far as it is fit for a prompt and a terminal.
fn typed(model: &mut Model, text: &str) {
    let Over::Editor(line) = &mut model.over else { return };
    let room = COMMAND.saturating_sub(line.chars().count());
    let text = clean(text, COMMAND * 4);
    line.extend(text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).take(room));
}

/// Whether the act does anything now; the footer shows only what does.
pub(super) fn can(model: &Model, act: Act) -> bool {
    let seen = &model.seen;
    match act {
        Act::Pause | Act::Command => !seen.over() && !seen.guess_wanted && !model.guessed,
        Act::Hint => !seen.over() && !model.guessed,
        Act::Guess => !seen.over() && !seen.crew.is_empty() && !model.guessed,
        Act::Follow => model.top.is_some(),
        Act::Back if model.place() == Place::Heist => seen.over(),
        Act::Begin => !model.begin,
        Act::Down if matches!(model.place(), Place::Reveal | Place::Help) => {
            let rows = if model.place() == Place::Help { screen::help_rows(model) } else { screen::reveal_rows(model) };
            rows > usize::from(layout::page(model.size).body.height)
        }
        _ => true,
    }
}

fn perform(model: &mut Model, place: Place, act: Act) -> Vec<Action> {
    if !can(model, act) {
        match act {
            Act::Pause | Act::Command | Act::Guess | Act::Hint => tell(model, "There is nothing left to steer."),
            _ => {}
        }
        return Vec::new();
    }
    match (place, act) {
        (_, Act::Quit) => return quit(model, place),
        (_, Act::Help) => model.over = Over::Help { top: 0 },
        (_, Act::Again) => return vec![Action::Leave(Next::Again)],
        (Place::Leaving, Act::Confirm) => return leave(),
        (Place::Leaving | Place::Help | Place::Editor, Act::Back) => model.over = Over::Nothing,
        (Place::Help, act) => {
            if let Over::Help { top } = &mut model.over {
                *top = scrolled(*top, act, layout::page(model.size).body.height);
            }
        }
        (Place::Editor, act) => return edit(model, act),
        (Place::Boot, Act::Begin) => model.begin = true,
        (Place::Heist, act) => return watch(model, act),
        (Place::Guess | Place::Asking, act) => return guess(model, act),
        (Place::Reveal | Place::Failed, Act::Talk) => {
            model.page = Page::Heist;
            model.top = None;
        }
        (Place::Reveal, act) => {
            if let Page::Reveal { top } = &mut model.page {
                *top = scrolled(*top, act, layout::page(model.size).body.height);
            }
        }
        _ => {}
    }
    Vec::new()
}

fn quit(model: &mut Model, place: Place) -> Vec<Action> {
    let running = model.seen.opening.is_some() && !model.seen.over();
    if place == Place::Help && running {
        model.over = Over::Leaving;
        return Vec::new();
    }
    if running && place != Place::Leaving {
        model.over = Over::Leaving;
        return Vec::new();
    }
    if model.seen.over() { vec![Action::Leave(Next::Quit)] } else { leave() }
}

fn leave() -> Vec<Action> {
    vec![Action::Send(Control::Stop), Action::Leave(Next::Quit)]
}

/// Keys on the heist itself.
fn watch(model: &mut Model, act: Act) -> Vec<Action> {
    let crew = model.seen.crew.len();
    match act {
        Act::Pause => {
            tell(model, if model.seen.paused { "Going on…" } else { "Pausing after this turn…" });
            return vec![Action::Send(if model.seen.paused { Control::Resume } else { Control::Pause })];
        }
        Act::NextAgent if crew > 0 => model.selected = (model.selected + 1) % crew,
        Act::PreviousAgent if crew > 0 => model.selected = (model.selected + crew - 1) % crew,
        Act::Agent(index) if index < crew => model.selected = index,
        Act::Agent(_) => tell(model, "There is no agent with that number."),
        Act::Command if crew > 0 => model.over = Over::Editor(String::new()),
        Act::Hint if model.seen.suspect().is_none() => {
            tell(model, "No hint yet: the detector has not weighed anything.");
        }
        Act::Hint => {
            tell(model, "Asking the detector…");
            return vec![Action::Send(Control::Hint)];
        }
        Act::Guess => model.page = Page::Guess { cursor: model.selected, asking: false },
        Act::Back if model.seen.truth.is_some() => model.page = Page::Reveal { top: 0 },
        Act::Back => model.page = Page::Failed,
        Act::Follow => model.top = None,
        Act::Up | Act::Down | Act::PageUp | Act::PageDown | Act::Top | Act::End => {
            let last = model.last_top();
            let top = scrolled(model.top.unwrap_or(last), act, model.panes().talk.height);
            model.top = (top < last).then_some(top);
        }
        _ => {}
    }
    Vec::new()
}

fn edit(model: &mut Model, act: Act) -> Vec<Action> {
    let Over::Editor(line) = &mut model.over else { return Vec::new() };
    match act {
        Act::Erase => {
            line.pop();
        }
        Act::Confirm => {
            let text = line.trim().to_owned();
            model.over = Over::Nothing;
            let Some(agent) = model.seen.crew.get(model.selected) else { return Vec::new() };
            if text.is_empty() {
                tell(model, "Nothing was sent: the command was empty.");
                return Vec::new();
            }
            let (agent, label) = (agent.name.clone(), agent.label.clone());
            tell(model, &format!("Sent. {label} sees it in its next turn."));
            return vec![Action::Send(Control::Command { agent, text })];
        }
        _ => {}
    }
    Vec::new()
}

fn guess(model: &mut Model, act: Act) -> Vec<Action> {
    let crew = model.seen.crew.len();
    if model.guessed {
        return Vec::new();
    }
    let Page::Guess { cursor, asking } = &mut model.page else { return Vec::new() };
    // Another choice takes the question back.
    let asked = std::mem::take(asking);
    match act {
        Act::Up => *cursor = (*cursor + crew) % (crew + 1),
        Act::Down => *cursor = (*cursor + 1) % (crew + 1),
        Act::Agent(index) if index < crew => *cursor = index,
        Act::Nobody => *cursor = crew,
        Act::Back if asked => {}
        Act::Back => model.page = Page::Heist,
        Act::Confirm if asked => {
            let named = model.seen.crew.get(*cursor).map(|agent| agent.name.clone());
            model.guessed = true;
            return vec![Action::Send(Control::Guess(named))];
        }
        Act::Confirm => *asking = true,
        _ => {}
    }
    Vec::new()
}

/// The first visible row after a key, before it is held to what there is.
fn scrolled(top: usize, act: Act, height: u16) -> usize {
    let page = usize::from(height).saturating_sub(2).max(1);
    match act {
        Act::Up => top.saturating_sub(1),
        Act::Down => top + 1,
        Act::PageUp => top.saturating_sub(page),
        Act::PageDown => top + page,
        Act::Top => 0,
        Act::End => usize::MAX,
        _ => top,
    }
}

fn tell(model: &mut Model, text: &str) {
    model.notice = Some(Notice { text: text.to_owned(), left: Duration::from_secs(5) });
}
