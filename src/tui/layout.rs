//! Where things stand, for every size of terminal.

use ratatui::layout::{Rect, Size};

/// The smallest terminal that is drawn on.
pub(super) const SMALLEST: Size = Size { width: 60, height: 20 };
/// From this height on there is air between what stands below each other.
pub(super) const ROOMY: u16 = 30;
/// From this width on the crew and the evidence stand beside the conversation.
const WIDE: u16 = 100;
/// Columns of the conversation that are enough: its lines then have about a hundred beside the names.
const TALK: u16 = 116;
/// Columns of an agent in the strip above the conversation.
pub(super) const CELL: u16 = 26;

/// What every page has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    pub(super) status: Rect,
    pub(super) body: Rect,
    /// One line of what happens, was asked or is typed.
    pub(super) notice: Rect,
    /// The keys.
    pub(super) footer: Rect,
}

/// The panes of the heist.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heist {
    pub(super) wide: bool,
    pub(super) crew: Rect,
    /// A thin line between the conversation and the rest: upright if wide, lying above the conversation if not.
    pub(super) rule: Rect,
    pub(super) talk: Rect,
    /// A line above the conversation that says what of it is shown; empty if all of it is.
    pub(super) bar: Rect,
    /// The side pane. On a narrow terminal it has a few rows under the conversation; opened, it lies over it.
    pub(super) side: Rect,
}

/// What the panes of the heist depend on besides their room.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// How many agents there are.
    pub(super) crew: usize,
    /// Whether the conversation is filtered or searched.
    pub(super) bar: bool,
    /// Whether the person moves in the side pane.
    pub(super) open: bool,
    /// Whether the side pane wants as many rows as the crew can spare.
    pub(super) tall: bool,
}

/// The rows of every page; the body has air above and below where there is room.
pub(super) fn page(size: Size) -> Page {
    let row = |y: u16| Rect::new(0, y, size.width, 1);
    let air = u16::from(size.height >= ROOMY);
    Page {
        status: row(0),
        body: Rect::new(0, 1 + air, size.width, size.height.saturating_sub(3 + 2 * air)),
        notice: row(size.height.saturating_sub(2)),
        footer: row(size.height.saturating_sub(1)),
    }
}

/// The panes of the heist.
pub(super) fn heist(body: Rect, shape: Shape) -> Heist {
    let crew = u16::try_from(shape.crew).unwrap_or(u16::MAX);
    let bar = u16::from(shape.bar);
    if body.width >= WIDE {
        // What would make the lines of the talk too long to read goes to the side, as far as it has a use for it.
        let side = (body.width / 3).clamp(40, 64).max(body.width.saturating_sub(TALK).min(TALK));
        let left = body.width - side;
        // Room for the evidence comes before room between the agents.
        let each = if shape.tall { 1 } else { (body.height / 2 / crew.max(1)).clamp(1, 3) };
        let tall = (each * crew + 1).min(body.height);
        Heist {
            wide: true,
            bar: Rect { width: left - 1, height: bar, ..body },
            talk: Rect { y: body.y + bar, width: left - 1, height: body.height - bar, ..body },
            rule: Rect { x: body.x + left, width: 1, ..body },
            crew: Rect { x: body.x + left + 2, y: body.y, width: side - 2, height: tall },
            side: Rect { x: body.x + left + 2, y: body.y + tall, width: side - 2, height: body.height - tall },
        }
    } else {
        let across = (body.width / CELL).clamp(1, 3);
        let rows = crew.div_ceil(across).min(body.height / 4);
        let below = if body.height >= ROOMY - 3 { 4 } else { 3 };
        let talk = body.height.saturating_sub(rows + 1 + below);
        let over = Rect { y: body.y + rows + 1, height: talk + below, ..body };
        let under = Rect { y: over.y + talk, height: below, ..body };
        Heist {
            wide: false,
            crew: Rect { height: rows, ..body },
            rule: Rect { y: body.y + rows, height: 1, ..body },
            bar: Rect { height: bar, ..over },
            talk: Rect { y: over.y + bar, height: talk.saturating_sub(bar), ..over },
            side: if shape.open { over } else { under },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_terminals_give_the_side_what_the_talk_has_no_use_for() {
        let widths = |width| {
            let shape = Shape { crew: 6, bar: false, open: false, tall: false };
            let panes = heist(page(Size { width, height: 60 }).body, shape);
            (panes.talk.width, panes.side.width)
        };
        assert_eq!([100, 120, 180, 200, 230].map(widths), [(59, 38), (79, 38), (115, 62), (115, 82), (115, 112)]);
    }
}
