//! What is worth remarking, in a few sentences.

use ratatui::text::Line;

use crate::tui::screen::heading;
use crate::tui::seen::Truth;
use crate::tui::wrap::wrap;

/// The remarks, if there are some.
pub(super) fn lines(truth: &Truth, width: u16) -> Vec<Line<'static>> {
    if truth.remarks.is_empty() {
        return Vec::new();
    }
    let remarks = truth.remarks.iter().flat_map(|remark| wrap(remark, width)).map(Line::from);
    [Line::default(), heading("Looking back", width)].into_iter().chain(remarks).collect()
}
