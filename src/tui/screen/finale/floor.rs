//! The floor plan of the finale: where the crew is and came by, guards, cameras, and where something happens.

use heist_bank::{FloorPlan, Size, Spot, Watch};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::heist::Colour;
use crate::tui::finale::{Finale, Moment};
use crate::tui::model::Model;
use crate::tui::theme::{chosen, quiet, strong};

const CREW: &str = "●";
const GUARD: &str = "▲";
const SEES: &str = "◉";
const BLIND: &str = "◌";

/// What the marks mean.
pub(super) fn legend(model: &Model, width: u16) -> Line<'static> {
    let marks = [
        (CREW, strong(), "crew"),
        (GUARD, model.theme.alarm(), "guard"),
        (SEES, strong(), "camera"),
        (BLIND, quiet(), "blind"),
    ];
    let air = if width < 50 { "  " } else { "    " };
    let spans = marks
        .into_iter()
        .flat_map(|(mark, style, words)| [Span::styled(mark, style), Span::styled(format!(" {words}{air}"), quiet())]);
    Line::from(spans.collect::<Vec<_>>())
}

/// Draws the floor plan of a size, as it is at a moment; where there is no room for all of it, the part where the crew is.
pub(super) fn draw(model: &Model, finale: &Finale, moment: Moment, size: Size, frame: &mut Frame, area: Rect) {
    let plan = finale.floor(size);
    let top = first_row(finale, moment, plan, area.height);
    let rows: Vec<_> = plan.rows.iter().skip(top).map(|row| Line::styled(row.as_str(), quiet())).collect();
    frame.render_widget(Paragraph::new(rows), area);
    let Some(film) = &finale.film else { return };
    let mut drawing = Drawing { plan, top, area, buffer: frame.buffer_mut() };
    let been = film.stands.iter().take(moment.stand + 1).filter_map(|stand| stand.place);
    been.for_each(|place| drawing.style(place, strong()));
    let here = film.stands.get(moment.stand);
    let at = here.and_then(|stand| stand.place);
    // Where something happens, and the crew is not.
    let newest = moment.told.checked_sub(1).and_then(|last| finale.steps.get(last).zip(film.places.get(last)));
    let mut standing = strong();
    if let Some((step, Some(place))) = newest {
        let style = if step.ok { strong() } else { model.theme.alarm() };
        drawing.style(*place, style.add_modifier(Modifier::UNDERLINED));
        standing = if Some(*place) == at { style } else { standing };
    }
    // Before the first shot of a minute is over, its guards and cameras are those of the minute.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // minutes of a night
    let watch = film.watch.get(moment.minute as usize).or(film.watch.last());
    let watch = || watch.into_iter().flatten();
    for guard in watch() {
        match guard {
            Watch::Guard { place } => drawing.before(*place, GUARD, model.theme.alarm()),
            Watch::Floor { floor } => {
                if let Some(name) = finale.bank.floors.get(*floor) {
                    drawing.floor(name, GUARD, model.theme.alarm());
                }
            }
            Watch::Camera { .. } => {}
        }
    }
    if let Some(place) = at {
        drawing.style(place, chosen(standing));
        drawing.crew(place, &finale.crew, |colour| model.theme.agent(colour));
    }
    for camera in watch() {
        if let Watch::Camera { place, sees } = camera {
            let (mark, style) = if *sees { (SEES, strong()) } else { (BLIND, quiet()) };
            drawing.after(*place, mark, style);
        }
    }
}

/// The first row that is seen of a floor plan, where there is room for so many: the crew, or where it was seen last, stands in
/// the middle of them as far as that can be.
fn first_row(finale: &Finale, moment: Moment, plan: &FloorPlan, height: u16) -> usize {
    let height = usize::from(height);
    let mut been = finale.film.iter().flat_map(|film| film.stands.iter().take(moment.stand + 1).rev());
    let at = been.find_map(|stand| stand.place);
    let spot = plan.spots.iter().find(|spot| Some(spot.place) == at);
    let middle = spot.map_or(0, |spot| spot.room.row + spot.room.rows / 2);
    middle.saturating_sub(height / 2).min(plan.rows.len().saturating_sub(height))
}

/// A floor plan on the screen, to be marked.
struct Drawing<'a> {
    plan: &'a FloorPlan,
    /// The first row that is seen.
    top: usize,
    area: Rect,
    buffer: &'a mut Buffer,
}

impl Drawing<'_> {
    fn spot(&self, place: usize) -> Option<Spot> {
        self.plan.spots.iter().find(|spot| spot.place == place).copied()
    }

    /// Where a row and column of the plan are on the screen, if they are.
    fn on_screen(&self, row: usize, column: usize) -> Option<(u16, u16)> {
        let (x, y) = (u16::try_from(column).ok()?, u16::try_from(row.checked_sub(self.top)?).ok()?);
        (x < self.area.width && y < self.area.height).then(|| (self.area.x + x, self.area.y + y))
    }

    /// Whether so many cells are in a room and empty.
    fn is_free(&self, spot: &Spot, row: usize, column: usize, count: usize) -> bool {
        let room = spot.room;
        let inside = (room.row..room.row + room.rows).contains(&row)
            && column >= room.column
            && column + count <= room.column + room.columns;
        let sign = |column: usize| {
            let cell = self.on_screen(row, column).and_then(|at| self.buffer.cell(at))?;
            cell.symbol().chars().next()
        };
        // A space between two words is no free place.
        let is_letter = |column: Option<usize>| column.and_then(sign).is_some_and(char::is_alphanumeric);
        let parts = is_letter(column.checked_sub(1)) && is_letter(Some(column + count));
        inside && !parts && (column..column + count).all(|column| sign(column) == Some(' '))
    }

    fn put(&mut self, row: usize, column: usize, mark: &str, style: Style) {
        if let Some(cell) = self.on_screen(row, column).and_then(|at| self.buffer.cell_mut(at)) {
            cell.set_symbol(mark);
            cell.set_style(Style::reset().patch(style));
        }
    }

    /// Changes how the name of a place looks.
    fn style(&mut self, place: usize, style: Style) {
        let Some(spot) = self.spot(place) else { return };
        for column in spot.column..spot.column + spot.width {
            if let Some(cell) = self.on_screen(spot.row, column).and_then(|at| self.buffer.cell_mut(at)) {
                cell.set_style(Style::reset().patch(style));
            }
        }
    }

    /// A mark before the name of a place, or where else there is room in it.
    fn before(&mut self, place: usize, mark: &str, style: Style) {
        let Some(spot) = self.spot(place) else { return };
        let left = [2, 1].into_iter().filter_map(|by| spot.column.checked_sub(by));
        self.first_free(&spot, left.collect(), mark, style);
    }

    /// A mark after the name of a place, or where else there is room in it.
    fn after(&mut self, place: usize, mark: &str, style: Style) {
        let Some(spot) = self.spot(place) else { return };
        let right = spot.column + spot.width;
        self.first_free(&spot, vec![right + 1, right, right + 2], mark, style);
    }

    /// A mark in the first of these columns of the name's row that is free, else anywhere in the room.
    fn first_free(&mut self, spot: &Spot, columns: Vec<usize>, mark: &str, style: Style) {
        let room = spot.room;
        let rows = room.row..room.row + room.rows;
        let others = rows.flat_map(|row| (room.column..room.column + room.columns).map(move |column| (row, column)));
        let all = columns.into_iter().map(|column| (spot.row, column)).chain(others);
        if let Some((row, column)) = all.into_iter().find(|(row, column)| self.is_free(spot, *row, *column, 1)) {
            self.put(row, column, mark, style);
        }
    }

    /// The crew in a room: all of them side by side where there is room, else one for all.
    fn crew(&mut self, place: usize, crew: &[Colour], style: impl Fn(Colour) -> Style) {
        let Some(spot) = self.spot(place) else { return };
        let room = spot.room;
        let near = |row: &usize| (row.abs_diff(spot.row), *row < spot.row);
        let mut rows: Vec<_> = (room.row..room.row + room.rows).collect();
        rows.sort_by_key(near);
        let middle = room.column + room.columns.saturating_sub(crew.len() + 2) / 2;
        let columns = |row: usize| {
            let mut columns: Vec<_> = (room.column..room.column + room.columns).collect();
            let centre = if row == spot.row { spot.column } else { middle };
            columns.sort_by_key(|column| column.abs_diff(centre));
            columns
        };
        let found = |count: usize| {
            let all = rows.iter().flat_map(|row| columns(*row).into_iter().map(move |column| (*row, column)));
            all.into_iter().find(|(row, column)| self.is_free(&spot, *row, *column, count))
        };
        // With air at both sides, if there is room.
        let airy = || found(crew.len() + 2).map(|(row, column)| (row, column + 1));
        let whole = airy().or_else(|| (!crew.is_empty()).then(|| found(crew.len())).flatten());
        if let Some((row, first)) = whole {
            for (column, colour) in (first..).zip(crew) {
                self.put(row, column, CREW, style(*colour));
            }
        } else if let Some((row, column)) = found(1) {
            self.put(row, column, CREW, strong());
        }
    }

    /// A mark before the name of a floor.
    fn floor(&mut self, name: &str, mark: &str, style: Style) {
        let found = self.plan.rows.iter().enumerate().find_map(|(row, text)| {
            let at = text.find(name)?;
            Some((row, text.get(..at)?.chars().count()))
        });
        if let Some((row, column)) = found {
            self.put(row, column.saturating_sub(1), mark, style);
        }
    }
}
