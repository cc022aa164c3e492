//! The bank's floors from above, drawn from the same plan as in the terminal: walls, doors, stairs, exits and names; after the
//! job also the cameras, and the crew's way.

use heist_bank::{Bank, FloorPlan, Room, Size, Slot, Spot};
use maud::{Markup, html};

use crate::heist::Played;
use crate::page::svg::{len, num};
use crate::text::harmless;

/// How wide and high a character of the plan is drawn.
const COLUMN: f64 = 10.0;
const ROW: f64 = 20.0;

/// What is around the plan, for the arrows of the exits.
const MARGIN: f64 = 14.0;

/// The radius of a camera.
const CAMERA: f64 = 8.5;

/// How much of a wall is taken away where it is open: a little more than its thickness.
const OPENING: f64 = 3.0;

/// The floors; with a job also the cameras, and the way in and out by its plan.
pub(super) fn figure(bank: &Bank, job: Option<&Played>) -> Markup {
    let plan = bank.floor_plan(Size::Large);
    let signs = Signs::of(&plan);
    let way = job.map_or_else(Vec::new, |job| way(bank, job));
    let mut rooms = rooms(&plan);
    // Its thick walls are drawn over those of its neighbours.
    rooms.sort_by_key(|(_, places)| places.contains(&bank.vault.at));
    let (width, height) = (len(Size::Large.columns()) * COLUMN, len(plan.rows.len()) * ROW);
    let view = [-MARGIN, -MARGIN, width + 2.0 * MARGIN, height + 2.0 * MARGIN].map(num).join(" ");
    let label = format!("Floor plan of the {}", bank.name);
    html! {
        figure.floor {
            svg viewBox=(view) role="img" aria-label=(harmless(&label)) {
                @for (room, places) in &rooms { (walls(bank, *room, places, &way)) }
                @for opening in signs.openings() { (opening) }
                @for (row, name) in storeys(bank, &plan) { (name_of_storey(row, name, &plan)) }
                @for (room, _) in &rooms { (writing(&plan, &signs, *room)) }
                @if job.is_some() { (cameras(bank, &plan, &signs)) }
            }
            @if job.is_some() {
                figcaption {
                    "Shaded is the way in and out by the plan. A circle is a camera with its number, struck out if it was out of order."
                }
            }
        }
    }
}

/// The places that the crew goes through by the plan that was carried out: in by the entry, and out where the route begins.
fn way(bank: &Bank, job: &Played) -> Vec<usize> {
    let value = |slot: Slot| job.plan.iter().find(|part| part.slot == slot)?.value.as_deref();
    let entry = value(Slot::Entry).and_then(|name| bank.place(name));
    let road = value(Slot::Route).and_then(|name| bank.roads.iter().find(|road| road.name == name));
    let ends = [entry, road.map(|road| road.exit)];
    let walks = ends.into_iter().flatten().filter_map(|end| bank.walk(bank.vault.at, end));
    walks.flat_map(|walk| walk.places.into_iter().map(|(place, _)| place)).collect()
}

/// Each room once, with the places in it.
fn rooms(plan: &FloorPlan) -> Vec<(Room, Vec<usize>)> {
    let mut rooms: Vec<(Room, Vec<usize>)> = Vec::new();
    for Spot { place, room, .. } in &plan.spots {
        match rooms.iter_mut().find(|(known, _)| known == room) {
            Some((_, places)) => places.push(*place),
            None => rooms.push((*room, vec![*place])),
        }
    }
    rooms
}

/// A room with its walls, which stand in the middle of the characters around it.
fn walls(bank: &Bank, room: Room, places: &[usize], way: &[usize]) -> Markup {
    let (x, y) = ((len(room.column) - 0.5) * COLUMN, (len(room.row) - 0.5) * ROW);
    let (width, height) = ((len(room.columns) + 1.0) * COLUMN, (len(room.rows) + 1.0) * ROW);
    let is_vault = places.contains(&bank.vault.at);
    let is_on_way = places.iter().any(|place| way.contains(place));
    html! { rect.room.vault[is_vault].way[is_on_way] x=(num(x)) y=(num(y)) width=(num(width)) height=(num(height)) {} }
}

/// What is written in a room, line by line.
fn writing(plan: &FloorPlan, signs: &Signs, room: Room) -> Markup {
    let line = |row: usize| {
        let (column, text) = signs.written(room, row)?;
        let middle = len(column) + len(text.chars().count()) / 2.0;
        let is_name = plan.spots.iter().any(|spot| spot.row == row && spot.room == room);
        Some(html! {
            text.street[!is_name] x=(num(middle * COLUMN)) y=(num((len(row) + 0.5) * ROW + 5.0)) text-anchor="middle" { (text) }
        })
    };
    html! { @for line in (room.row..room.row + room.rows).filter_map(line) { (line) } }
}

/// Each floor's name with the row of the border in which it stands.
fn storeys<'a>(bank: &'a Bank, plan: &FloorPlan) -> Vec<(usize, &'a str)> {
    let in_room =
        |row: usize| plan.spots.iter().any(|spot| (spot.room.row..spot.room.row + spot.room.rows).contains(&row));
    let row = |name: &str| {
        (0..).zip(&plan.rows).find(|(row, text)| !in_room(*row) && text.contains(name)).map(|(row, _)| row)
    };
    bank.floors.iter().filter_map(|name| Some((row(name)?, name.as_str()))).collect()
}

fn name_of_storey(row: usize, name: &str, plan: &FloorPlan) -> Markup {
    let before =
        plan.rows.get(row).and_then(|text| text.split_once(name)).map_or(0, |(before, _)| before.chars().count());
    let middle = len(before) + len(name.chars().count()) / 2.0;
    html! { text.storey x=(num(middle * COLUMN)) y=(num((len(row) + 0.5) * ROW + 5.0)) text-anchor="middle" { (harmless(name)) } }
}

/// The cameras, each at the end of its room's emptiest row, further ones beside it.
fn cameras(bank: &Bank, plan: &FloorPlan, signs: &Signs) -> Markup {
    let mut hung: Vec<Room> = Vec::new();
    let mut drawn = Vec::new();
    for (number, camera) in (1..).zip(&bank.cameras.all) {
        let Some(Spot { room, .. }) = plan.spots.iter().find(|spot| spot.place == camera.at) else { continue };
        let others = hung.iter().filter(|other| *other == room).count();
        hung.push(*room);
        let aside = CAMERA * (1.2 + 2.1 * len(others));
        let (row, is_left) = signs.emptiest(*room);
        let (left, right) = (len(room.column) * COLUMN, len(room.column + room.columns) * COLUMN);
        let (x, y) = (if is_left { left + aside } else { right - aside }, (len(row) + 0.5) * ROW);
        drawn.push(html! {
            circle.camera cx=(num(x)) cy=(num(y)) r=(num(CAMERA)) {}
            text.number x=(num(x)) y=(num(y + 4.0)) text-anchor="middle" { (number) }
            @if !camera.works {
                line.off x1=(num(x - CAMERA)) x2=(num(x + CAMERA)) y1=(num(y + CAMERA)) y2=(num(y - CAMERA)) {}
            }
        });
    }
    html! { @for camera in drawn { (camera) } }
}

/// A character of the plan, and whether it is within a room.
#[derive(Clone, Copy)]
struct Sign {
    sign: char,
    inside: bool,
}

/// What a character in a wall says.
#[derive(Clone, Copy, PartialEq)]
enum Mark {
    Wall,
    Opening,
    Stairs,
    VaultDoor,
    Exit,
}

impl Sign {
    fn mark(self) -> Mark {
        match self.sign {
            _ if self.inside => Mark::Wall,
            '≡' => Mark::Stairs,
            '▒' => Mark::VaultDoor,
            '╡' | '╞' | '╨' => Mark::Exit,
            '\u{2500}'..='\u{257f}' => Mark::Wall,
            _ => Mark::Opening,
        }
    }
}

/// The plan's characters.
struct Signs {
    rows: Vec<Vec<Sign>>,
}

impl Signs {
    fn of(plan: &FloorPlan) -> Self {
        let within = |row: usize, column: usize| {
            let holds = |Room { row: top, column: left, rows, columns }: Room| {
                (top..top + rows).contains(&row) && (left..left + columns).contains(&column)
            };
            plan.spots.iter().any(|spot| holds(spot.room))
        };
        let row = |(row, text): (usize, &String)| {
            let signs = text.chars().enumerate();
            signs.map(|(column, sign)| Sign { sign, inside: within(row, column) }).collect()
        };
        Self { rows: (0..).zip(&plan.rows).map(row).collect() }
    }

    /// The column in which the writing in a room's row begins, and the writing; none if there is none.
    fn written(&self, room: Room, row: usize) -> Option<(usize, String)> {
        let signs = self.rows.get(row)?.iter().skip(room.column).take(room.columns);
        let text: String = signs.map(|sign| sign.sign).collect();
        let before = text.chars().take_while(|sign| *sign == ' ').count();
        let text = text.trim();
        (!text.is_empty()).then(|| (room.column + before, text.to_owned()))
    }

    /// The row of a room in which most is free on one side of the writing, and whether that is its left side.
    fn emptiest(&self, room: Room) -> (usize, bool) {
        let free = |row: usize| {
            let Some((column, text)) = self.written(room, row) else { return (room.columns, false) };
            let before = column - room.column;
            let after = (room.columns - before).saturating_sub(text.chars().count());
            (before.max(after), before > after)
        };
        let rows = (room.row..room.row + room.rows).rev().map(|row| (row, free(row)));
        rows.max_by_key(|(_, (free, _))| *free).map_or((room.row, false), |(row, (_, is_left))| (row, is_left))
    }

    fn is_inside(&self, row: usize, column: usize) -> bool {
        self.rows.get(row).and_then(|signs| signs.get(column)).is_some_and(|sign| sign.inside)
    }

    fn is_exit(&self, row: usize, column: usize) -> bool {
        self.rows.get(row).and_then(|signs| signs.get(column)).is_some_and(|sign| sign.mark() == Mark::Exit)
    }

    /// What is drawn over the walls: characters that say the same beside each other are one thing.
    fn openings(&self) -> Vec<Markup> {
        let mut drawn = Vec::new();
        for (row, signs) in self.rows.iter().enumerate() {
            let mut column = 0;
            for same in signs.chunk_by(|one, other| one.mark() == other.mark()) {
                if let Some(first) = same.first() {
                    drawn.extend(self.opening(*first, row, column, same.len()));
                }
                column += same.len();
            }
        }
        drawn
    }

    fn opening(&self, first: Sign, row: usize, column: usize, columns: usize) -> Option<Markup> {
        let (x, y, width) = (len(column) * COLUMN, len(row) * ROW, len(columns) * COLUMN);
        let (middle_x, middle_y) = (x + width / 2.0, y + ROW / 2.0);
        let is_upright = self.is_inside(row, column.wrapping_sub(1)) || self.is_inside(row, column + columns);
        let half = OPENING / 2.0;
        let gap = if is_upright {
            html! { rect.opening x=(num(middle_x - half)) y=(num(y)) width=(num(OPENING)) height=(num(ROW)) {} }
        } else {
            html! { rect.opening x=(num(x)) y=(num(middle_y - half)) width=(num(width)) height=(num(OPENING)) {} }
        };
        let over = match first.mark() {
            Mark::Wall => return None,
            Mark::Opening => html! {},
            Mark::Stairs => {
                let step = |number: usize| format!("M{} {}v10", num(x + 2.5 + 5.0 * len(number)), num(middle_y - 5.0));
                html! { path.stairs d=((0..2 * columns).map(step).collect::<String>()) {} }
            }
            Mark::VaultDoor if is_upright => {
                html! { rect.door x=(num(middle_x - 4.0)) y=(num(y)) width="8" height=(num(ROW)) {} }
            }
            Mark::VaultDoor => html! { rect.door x=(num(x)) y=(num(middle_y - 4.0)) width=(num(width)) height="8" {} },
            // A door is as high as what is written at it, and has one arrow.
            Mark::Exit if self.is_exit(row.wrapping_sub(1), column) => html! {},
            Mark::Exit => {
                let arrow = match first.sign {
                    '╡' => "l-11 8 11 8z",
                    '╞' => "l11 8-11 8z",
                    _ => "l8-11 8 11z",
                };
                let (x, y) = if first.sign == '╨' { (middle_x - 8.0, middle_y) } else { (middle_x, middle_y - 8.0) };
                html! { path.exit d={ "M" (num(x)) " " (num(y)) (arrow) } {} }
            }
        };
        Some(html! { (gap) (over) })
    }
}
