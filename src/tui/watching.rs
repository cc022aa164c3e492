//! Keys while the heist is watched: steering it, the conversation's filter, search and folds, and the side pane.

use crate::heist::AgentName;
use crate::session::Control;

use super::keys::Act;
use super::model::{Action, Help, Model, Over, Page, scrolled};
use super::reading;
use super::seen::Sight;
use super::side::{Pieces, Side};
use super::talk::alone;

/// Keys on the heist itself and in its side pane.
pub(super) fn watch(model: &mut Model, act: Act) -> Vec<Action> {
    let crew = model.seen.crew.len();
    if model.pane.open
        && model.pane.view == Side::Sources
        && let Some(actions) = reading::read(model, act)
    {
        return actions;
    }
    if let Act::Only | Act::Unfold | Act::Follow | Act::Search | Act::Next | Act::Previous | Act::Older | Act::Newer =
        act
    {
        // On a narrow terminal the pane would hide what changes.
        model.pane.open &= model.panes().wide;
    }
    match act {
        Act::Pause if model.is_by_turn() && !model.tempo.waits(&model.seen) => {
            model.tell("The heist waits after this turn; e lets it go on by itself.");
        }
        Act::Pause => {
            model.tell(if model.seen.paused { "Going on…" } else { "Pausing after this turn…" });
            return vec![Action::Send(if model.seen.paused { Control::Resume } else { Control::Pause })];
        }
        Act::NextAgent if crew > 0 => choose(model, (model.selected + 1) % crew),
        Act::PreviousAgent if crew > 0 => choose(model, (model.selected + crew - 1) % crew),
        Act::Agent(index) if index < crew => choose(model, index),
        Act::Agent(_) => model.tell("There is no agent with that number."),
        Act::Command if listener(model).is_some() => model.over = Over::Editor(String::new()),
        Act::Hint if !model.seen.has_suspect() => {
            model.tell("No hint yet, and nothing to pay: the detector suspects nobody more than the others.");
        }
        Act::Hint => model.over = Over::Costs(Help::Hint),
        // In a recorded heist nothing is at stake.
        Act::Blind if model.seen.sight == Sight::Blind && model.replay.is_none() => {
            model.over = Over::Costs(Help::Sight);
        }
        Act::Blind => show_suspicion(model),
        Act::Guess => model.page = Page::Guess { cursor: model.selected, asking: false },
        Act::View => {
            model.pane.view = model.pane.view.next();
            model.pane.cursor = 0;
            model.pane.text = None;
        }
        Act::Older | Act::Newer => mark_beside(model, act == Act::Newer),
        Act::Source => reading::check(model),
        Act::Pick => model.pane.open = true,
        Act::Confirm => show_piece(model),
        Act::Only => {
            model.only = !model.only;
            if !model.only {
                model.tell("Showing everyone.");
            }
        }
        Act::Unfold => {
            let unfolded = !model.seen.talk.unfolded();
            still(model, |model| model.seen.talk.unfold(unfolded));
            model.tell(if unfolded { "Results are shown in full." } else { "Results take one row each." });
        }
        Act::Search => {
            model.over = Over::Search { words: String::new(), back: model.top };
            look_for(model);
        }
        Act::Next | Act::Previous => {
            still(model, |model| model.seen.talk.step(act == Act::Next));
            show_hit(model);
        }
        Act::Back => back(model),
        Act::Follow => model.top = None,
        Act::Up | Act::Down | Act::PageUp | Act::PageDown | Act::Top | Act::End if model.pane.open => {
            let last = Pieces::of(model).len().saturating_sub(1);
            model.pane.cursor = scrolled(model.pane.cursor, act, model.panes().side.height / 3).min(last);
        }
        Act::Up | Act::Down | Act::PageUp | Act::PageDown | Act::Top | Act::End => {
            let last = model.last_top();
            let top = scrolled(model.top.unwrap_or(last), act, model.panes().talk.height);
            model.top = (top < last).then_some(top);
        }
        _ => {}
    }
    Vec::new()
}

/// Takes what costs something of the stake, now that the person has agreed.
pub(super) fn pay(model: &mut Model) -> Vec<Action> {
    if std::mem::replace(&mut model.over, Over::Nothing) == Over::Costs(Help::Hint) {
        model.tell("Asking the detector…");
        return vec![Action::Send(Control::Hint)];
    }
    show_suspicion(model);
    Vec::new()
}

/// Shows the suspicion, or hides it again.
fn show_suspicion(model: &mut Model) {
    model.seen.turn_blind();
    model.tell(if model.seen.hides() {
        "The suspicion is hidden until you have guessed. It was in view, so your stake stays halved."
    } else {
        "The suspicion is in view, so your stake is halved."
    });
}

/// Keys while somebody is asked something.
pub(super) fn ask(model: &mut Model, act: Act) -> Vec<Action> {
    let (crew, height) = (model.seen.crew.len(), model.panes().talk.height);
    let Over::Question { words, cursor } = &mut model.over else { return Vec::new() };
    match act {
        Act::Erase => {
            words.pop();
            *cursor = 0;
        }
        Act::NextAgent if crew > 0 => choose(model, (model.selected + 1) % crew),
        Act::PreviousAgent if crew > 0 => choose(model, (model.selected + crew - 1) % crew),
        Act::Confirm => {
            let topics = model.seen.topics.matching(words);
            let Some(text) = topics.get(*cursor).map(|topic| topic.question.clone()) else { return Vec::new() };
            model.over = Over::Nothing;
            let Some((agent, label)) = listener(model) else { return Vec::new() };
            model.tell(&format!("Asked. {label} answers in its next turn."));
            return vec![Action::Send(Control::Command { agent, text })];
        }
        act => {
            let last = model.seen.topics.matching(words).len().saturating_sub(1);
            *cursor = scrolled(*cursor, act, height).min(last);
        }
    }
    Vec::new()
}

/// Keys while the words of a search are typed.
pub(super) fn search(model: &mut Model, act: Act) {
    let Over::Search { words, back } = &mut model.over else { return };
    match act {
        Act::Erase => {
            words.pop();
            look_for(model);
        }
        Act::Confirm if !words.is_empty() => model.over = Over::Nothing,
        _ => {
            model.top = *back;
            model.over = Over::Nothing;
            if is_read(model) {
                reading::end_search(model);
            } else {
                model.seen.talk.end_search();
            }
        }
    }
}

/// Searches for the words that are typed, from where the person was when the search began.
pub(super) fn look_for(model: &mut Model) {
    let Over::Search { words, back } = &model.over else { return };
    let (words, back) = (words.clone(), *back);
    if is_read(model) {
        return reading::look_for(model, &words);
    }
    let from = back.unwrap_or_else(|| model.last_top());
    still(model, |model| model.seen.talk.search(&words, from));
    if model.seen.talk.hit_row().is_none() {
        model.top = back;
    }
    show_hit(model);
}

/// Whether keys go to a source that is read, and not to the talk.
fn is_read(model: &Model) -> bool {
    model.pane.open && model.pane.reads().is_some()
}

/// Brings the hit that is looked at into view, and holds it there.
fn show_hit(model: &mut Model) {
    let Some(row) = model.seen.talk.hit_row() else { return };
    let height = usize::from(model.panes().talk.height);
    let top = model.top.unwrap_or_else(|| model.last_top());
    let seen = (top..top + height).contains(&row);
    model.top = Some(if seen { top } else { row.saturating_sub(height / 3).min(model.last_top()) });
}

/// Changes the conversation and leaves its first row where it is.
fn still(model: &mut Model, change: impl FnOnce(&mut Model)) {
    let anchor = model.top.map(|top| model.seen.talk.anchor(top));
    change(model);
    model.top = anchor.map(|anchor| model.seen.talk.row_of(anchor).min(model.last_top()));
}

/// The chosen agent with its label, if it has a turn left in which it can hear the person; otherwise that is told.
pub(super) fn listener(model: &mut Model) -> Option<(AgentName, String)> {
    let agent = model.seen.crew.get(model.selected)?;
    let (name, label) = (agent.name.clone(), agent.label.clone());
    if model.seen.has_turn(model.selected) {
        return Some((name, label));
    }
    let others = (0..model.seen.crew.len()).any(|place| model.seen.has_turn(place));
    let how = if others { " Tab chooses another." } else { "" };
    model.tell(&format!("{label} has no turn left; nobody will answer.{how}"));
    None
}

fn choose(model: &mut Model, agent: usize) {
    model.selected = agent;
    if model.pane.view == Side::Evidence {
        model.pane.cursor = 0;
    }
}

/// Leads to the message or call that the piece under the cursor is about.
fn show_piece(model: &mut Model) {
    let Some((id, words)) = Pieces::of(model).target(model.pane.cursor) else {
        return model.tell("There is nothing here yet that could be shown.");
    };
    let (id, words) = (id.to_owned(), words.to_owned());
    lead(model, &id, &words, "");
}

/// Leads from the reveal to the message of an act.
pub(super) fn show_act(model: &mut Model, act: usize) {
    let told = model.seen.truth.as_ref().and_then(|truth| truth.sabotage.as_ref());
    let Some(act) = told.and_then(|told| told.acts.get(act)).cloned() else {
        return model.tell(&format!("There is no act {}.", act + 1));
    };
    let mole = model.seen.truth.as_ref().and_then(|truth| truth.mole.as_ref());
    if let Some(mole) = mole.and_then(|mole| model.seen.place(mole)) {
        choose(model, mole);
    }
    let said = model.seen.talk.said(&act.message).unwrap_or_default();
    let words = act.words.iter().find(|words| alone(said, words).is_some()).map_or("", String::as_str);
    model.page = Page::Heist;
    model.pane.open = false;
    // The talk has other rows than the reveal.
    model.shape();
    lead(model, &act.message, words, &format!(": it {}", act.line()));
}

/// Leads from the end of the job to the message that it failed for.
pub(super) fn show_blamed(model: &mut Model, id: &str) {
    model.page = Page::Heist;
    model.pane.open = false;
    // The talk has other rows than the job.
    model.shape();
    lead(model, id, "", ": without it the job would have gone well. Esc goes back to the job.");
}

/// Marks the message after the marked one, or before it, and tells what can be done with it.
fn mark_beside(model: &mut Model, on: bool) {
    if model.top.is_none() {
        // Whoever follows the talk begins with its newest message.
        model.seen.talk.unmark();
    }
    let height = usize::from(model.panes().talk.height);
    let bottom = model.top.unwrap_or_else(|| model.last_top()) + height;
    let Some(id) = model.seen.talk.message_beside(on, bottom).map(ToOwned::to_owned) else {
        return model.tell(if on { "This is the newest message." } else { "This is the first message." });
    };
    mark(model, &id);
    let claims = !model.seen.sources.facts.claims_of(&id).is_empty();
    let how = if claims { "s shows what it rests on." } else { "It tells no fact that a source could prove." };
    model.tell(&format!("{id} is marked. {how}"));
}

/// Marks words of a message or call, and gives its first row.
fn find(model: &mut Model, id: &str, words: &str) -> Option<usize> {
    let row = model.seen.talk.lead_to(id, words);
    if row.is_none() && std::mem::take(&mut model.only) {
        model.seen.talk.hear_only(None);
        return model.seen.talk.lead_to(id, words);
    }
    row
}

/// Marks a message, and brings it into view if it is not there.
pub(super) fn mark(model: &mut Model, id: &str) {
    let top = model.top.unwrap_or_else(|| model.last_top());
    let Some(row) = find(model, id, "") else { return };
    let height = usize::from(model.panes().talk.height);
    // All of it can be seen only where it does not begin in the last rows.
    let seen = (top..top + height * 3 / 4).contains(&row);
    model.top = Some(if seen { top } else { row.saturating_sub(height / 3) }.min(model.last_top()));
}

/// Marks words of a message or call, brings it into view, and tells what of it is worth telling.
pub(super) fn lead(model: &mut Model, id: &str, words: &str, told: &str) {
    let Some(row) = find(model, id, words) else { return model.tell(&format!("{id} is not in the talk.")) };
    model.pane.open &= model.panes().wide;
    // A row or two of what came before it, and more where there is room.
    let above = usize::from(model.panes().talk.height / 6);
    model.top = Some(row.saturating_sub(above).min(model.last_top()));
    let how = if told.is_empty() { " is marked. Esc takes the mark away, f follows the talk again." } else { told };
    model.tell(&format!("{id}{how}"));
}

/// One step back: out of the pane, the search, the filter, the mark; at last to the page at the end.
fn back(model: &mut Model) {
    if model.pane.open {
        model.pane.open = false;
    } else if model.seen.talk.searched().is_some() {
        still(model, |model| model.seen.talk.end_search());
    } else if model.only {
        model.only = false;
    } else if model.seen.talk.marked() {
        still(model, |model| model.seen.talk.unmark());
    } else if model.finale.as_mut().is_some_and(|finale| std::mem::take(&mut finale.left)) {
        model.page = Page::Finale { top: 0 };
    } else if model.seen.truth.is_some() {
        model.page = Page::Reveal { top: 0 };
    } else {
        model.page = Page::Failed;
    }
}
