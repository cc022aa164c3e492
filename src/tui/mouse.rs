//! The mouse, where the person has switched it on: what a click and a turn of the wheel mean. All of it can be done by
//! keys too.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::keys::{Act, Place};
use super::layout;
use super::model::{Action, Model, Page, scrolled};
use super::screen;
use super::update::perform;

/// Rows that a notch of the wheel goes.
const NOTCH: usize = 3;

/// Takes in what the mouse did.
pub(super) fn point(model: &mut Model, MouseEvent { kind, column, row, .. }: MouseEvent) -> Vec<Action> {
    let at = Position { x: column, y: row };
    match kind {
        MouseEventKind::ScrollUp => turn(model, Act::Up, at),
        MouseEventKind::ScrollDown => turn(model, Act::Down, at),
        MouseEventKind::Down(MouseButton::Left) => return click(model, at),
        _ => {}
    }
    Vec::new()
}

/// Moves what is under the mouse: the talk, also while keys move in the pane beside it, a list's cursor, or a text.
fn turn(model: &mut Model, act: Act, at: Position) {
    let place = model.place();
    match place {
        Place::Heist | Place::Pane | Place::Search | Place::Editor if model.page == Page::Heist => {
            let panes = model.panes();
            if place == Place::Pane && panes.side.contains(at) {
                perform(model, place, act);
            } else if panes.talk.contains(at) {
                let last = model.last_top();
                let top = (0..NOTCH).fold(model.top.unwrap_or(last), |top, _| scrolled(top, act, panes.talk.height));
                model.top = (top < last).then_some(top);
            }
        }
        Place::Guess | Place::Sessions => {
            perform(model, place, act);
        }
        Place::Ending | Place::Reveal | Place::Help | Place::Compare => {
            for _ in 0..NOTCH {
                perform(model, place, act);
            }
        }
        _ => {}
    }
}

/// Chooses what is under the mouse.
fn click(model: &mut Model, at: Position) -> Vec<Action> {
    let body = layout::page(model.size).body;
    match model.place() {
        place @ (Place::Heist | Place::Pane) => {
            let panes = model.panes();
            if let Some(agent) = screen::crew_at(model, panes.crew, at) {
                return perform(model, place, Act::Agent(agent));
            }
            if place == Place::Heist && panes.side.contains(at) {
                return perform(model, place, Act::Pick);
            }
            if place == Place::Pane && panes.wide && panes.talk.contains(at) {
                return perform(model, place, Act::Back);
            }
        }
        place @ (Place::Guess | Place::Asking) => {
            let crew = model.seen.crew.len();
            match screen::guess_at(model, body, at) {
                Some(agent) if agent < crew => return perform(model, place, Act::Agent(agent)),
                Some(_) => return perform(model, place, Act::Nobody),
                None => {}
            }
        }
        Place::Sessions => {
            let list = Rect { y: body.y + 1, height: body.height.saturating_sub(1), ..body };
            if let Some(browser) = model.browser.as_mut().filter(|_| list.contains(at)) {
                browser.choose(usize::from(at.y - list.y), screen::session_rows(body.height));
            }
        }
        _ => {}
    }
    Vec::new()
}
