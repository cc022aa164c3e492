//! Tests of the terminal: a fixed heist, the screens it gives, and what the keys do.

mod finale;
mod mouse;
mod plan;
mod planned;
mod records;
mod screens;
mod sources;
mod steering;
mod story;
mod tally;
mod watching;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Size;

use super::model::{Model, Msg};
use super::theme::Theme;
use super::update::update;
use crate::session::Signal;

/// A model that has heard these signals, on a terminal of this size.
fn model_of(width: u16, height: u16, signals: impl IntoIterator<Item = Signal>) -> Model {
    let mut model = Model::new(Theme::new(true), Size { width, height });
    model.begin = true;
    for signal in signals {
        assert!(update(&mut model, Msg::Signal(signal)).is_empty());
    }
    model
}

/// The model as it is drawn.
fn drawn(model: &Model) -> Terminal<TestBackend> {
    let mut terminal = Terminal::new(TestBackend::new(model.size.width, model.size.height)).unwrap();
    terminal.draw(|frame| super::screen::view(model, frame)).unwrap();
    terminal
}

/// The model as text.
fn shown(model: &Model) -> String {
    drawn(model).backend().to_string()
}
