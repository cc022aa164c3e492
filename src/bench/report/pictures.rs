//! The report's drawings, as SVG. Everything that is drawn is told on pointing at it, and stands in a table too.

use maud::{Markup, html};

use super::intervals::{Estimate, share};
use super::section::{count, figure, percent};
use crate::bench::outcome::float;
use crate::page::svg::{num, spread};
use crate::text::{harmless, shortened};

/// The width of all drawings.
const WIDTH: f64 = 560.0;

/// How far the names at lines' ends are apart.
const LABELS: f64 = 18.0;

/// What is drawn in one colour and with one mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Series {
    pub name: &'static str,
    /// The class of its colour.
    pub colour: &'static str,
    /// The mark that stands for it in words.
    pub sign: &'static str,
    mark: Mark,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Dot,
    Square,
    Diamond,
}

pub(super) const DETECTOR: Series = Series { name: "detector", colour: "c-blue", sign: "●", mark: Mark::Dot };
pub(super) const JUDGE: Series = Series { name: "judge", colour: "c-bright-yellow", sign: "■", mark: Mark::Square };
pub(super) const MOLE: Series = Series { name: "mole", colour: "c-bright-yellow", sign: "■", mark: Mark::Square };
pub(super) const PLAYED: Series = Series { name: "as played", colour: "c-plain", sign: "◆", mark: Mark::Diamond };
pub(super) const STOOD: Series =
    Series { name: "as it stood", colour: "c-bright-yellow", sign: "■", mark: Mark::Square };
pub(super) const SET_RIGHT: Series = Series { name: "set right", colour: "c-blue", sign: "●", mark: Mark::Dot };

/// The field of a drawing, of which both axes are shares.
struct Field {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Field {
    fn x(&self, share: f64) -> f64 {
        self.left + (self.right - self.left) * share.clamp(0.0, 1.0)
    }

    fn y(&self, share: f64) -> f64 {
        self.bottom - (self.bottom - self.top) * share.clamp(0.0, 1.0)
    }

    /// The lines of its percents from side to side.
    fn levels(&self) -> Markup {
        html! {
            @for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
                line.grid x1=(num(self.left)) x2=(num(self.right)) y1=(num(self.y(share))) y2=(num(self.y(share))) {}
                text.quiet x=(num(self.left - 6.0)) y=(num(self.y(share) + 4.0)) text-anchor="end" { (whole(share)) }
            }
        }
    }
}

/// A percentage in a drawing.
fn whole(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

fn drawing(height: f64, label: &str, parts: &Markup) -> Markup {
    html! {
        svg viewBox={ "0 0 " (num(WIDTH)) " " (num(height)) } role="img" aria-label=(label) { (parts) }
    }
}

fn mark(series: Series, x: f64, y: f64, told: &str) -> Markup {
    const R: f64 = 4.5;
    html! {
        @match series.mark {
            Mark::Dot => circle.dot.(series.colour) cx=(num(x)) cy=(num(y)) r=(num(R)) { title { (told) } },
            Mark::Square => {
                rect.dot.(series.colour) x=(num(x - R + 0.5)) y=(num(y - R + 0.5)) width=(num(2.0 * R - 1.0))
                    height=(num(2.0 * R - 1.0)) { title { (told) } }
            }
            Mark::Diamond => {
                polygon.dot.(series.colour) points={
                    (num(x)) "," (num(y - R - 1.0)) " " (num(x + R + 1.0)) "," (num(y)) " "
                    (num(x)) "," (num(y + R + 1.0)) " " (num(x - R - 1.0)) "," (num(y))
                } { title { (told) } }
            }
        }
    }
}

/// A share with its interval, in words.
fn told(estimate: Estimate) -> String {
    let cell = percent(Some(estimate));
    format!("{} ({})", cell.text, cell.range)
}

/// How often the mole is the first suspect, round by round, with what that may be; and what chance would give.
pub(super) fn rounds(lines: &[(Series, Vec<(usize, Estimate)>)], chance: f64) -> Markup {
    let field = Field { left: 54.0, right: 404.0, top: 14.0, bottom: 244.0 };
    let most = lines.iter().flat_map(|(_, points)| points).map(|(round, _)| *round).max().unwrap_or(1);
    // A round alone stands in the middle.
    let x = |round: usize| field.x(if most > 1 { float(round - 1) / float(most - 1) } else { 0.5 });
    let every = most.div_ceil(12);
    let points = |points: &mut dyn Iterator<Item = (usize, f64)>| {
        let points: Vec<_> = points.map(|(round, y)| format!("{},{}", num(x(round)), num(field.y(y)))).collect();
        points.join(" ")
    };
    let bounds = |(round, it): &(usize, Estimate)| (*round, it.range.unwrap_or((it.value, it.value)));
    let mut ends: Vec<_> = lines
        .iter()
        .filter_map(|(series, points)| Some((series.name, series.colour, points.last()?.1.value)))
        .chain([("chance", "quiet", chance)])
        .collect();
    ends.sort_by(|one, other| other.2.total_cmp(&one.2));
    let mut heights: Vec<_> = ends.iter().map(|end| field.y(end.2)).collect();
    spread(&mut heights, LABELS, (field.top, field.bottom));
    let parts = html! {
        (field.levels())
        line.chance x1=(num(field.left)) x2=(num(field.right)) y1=(num(field.y(chance))) y2=(num(field.y(chance))) {}
        @for (series, line) in lines {
            polygon.band.(series.colour) points={
                (points(&mut line.iter().map(bounds).map(|(round, range)| (round, range.0)))) " "
                (points(&mut line.iter().rev().map(bounds).map(|(round, range)| (round, range.1))))
            } {}
            polyline.line.(series.colour) points=(points(&mut line.iter().map(|(round, it)| (*round, it.value)))) {}
            @for (round, it) in line {
                (mark(*series, x(*round), field.y(it.value), &format!("round {round}, {}: {}", series.name, told(*it))))
            }
        }
        @for ((name, class, value), height) in ends.iter().zip(&heights) {
            text.(class) x=(num(field.right + 12.0)) y=(num(height + 4.0)) { (name) " " (whole(*value)) }
        }
        @for round in (1..=most).step_by(every) {
            text.quiet x=(num(x(round))) y=(num(field.bottom + 20.0)) text-anchor="middle" { (round) }
        }
        text.quiet x=(num(field.right + 12.0)) y=(num(field.bottom + 20.0)) { "round" }
    };
    drawing(field.bottom + 30.0, "How often the mole is the first suspect, round by round", &parts)
}

/// Agents of whom like probabilities were said: how many, the mean of these, and the share of moles among them.
pub(super) type Groups = Vec<(usize, f64, f64)>;

/// What came true of what was said, in groups of like probabilities, with what that may be.
pub(super) fn reliability(lines: &[(Series, Groups)]) -> Markup {
    let field = Field { left: 54.0, right: 334.0, top: 14.0, bottom: 294.0 };
    let point = |series: Series, (agents, said, so): &(usize, f64, f64)| {
        let [x, y] = [field.x(*said), field.y(*so)];
        let true_share = share(so * float(*agents), *agents);
        let (low, high) = true_share.and_then(|it| it.range).unwrap_or((*so, *so));
        let words = true_share.map(told).unwrap_or_default();
        html! {
            line.whisker.(series.colour) x1=(num(x)) x2=(num(x)) y1=(num(field.y(low))) y2=(num(field.y(high))) {}
            (mark(series, x, y, &format!("{} said {}: so in {words} of {} agents", series.name, whole(*said), count(*agents))))
        }
    };
    let parts = html! {
        (field.levels())
        line.chance x1=(num(field.left)) x2=(num(field.right)) y1=(num(field.bottom)) y2=(num(field.top)) {}
        text.quiet x=(num(field.right + 8.0)) y=(num(field.top + 4.0)) { "as it should be" }
        @for (series, groups) in lines { @for group in groups { (point(*series, group)) } }
        @for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
            text.quiet x=(num(field.x(share))) y=(num(field.bottom + 20.0)) text-anchor="middle" { (whole(share)) }
        }
        text.quiet x=(num(field.right + 34.0)) y=(num(field.bottom + 20.0)) { "it said" }
    };
    drawing(field.bottom + 30.0, "What came true of what was said", &parts)
}

/// Shares of two things that meet: darker where it is more.
pub(super) fn heat(
    label: &str,
    rows: &[String],
    columns: &[String],
    cells: &[Vec<Option<(Estimate, usize)>>],
) -> Markup {
    const TALL: f64 = 44.0;
    let (left, top) = (168.0, 24.0);
    let wide = ((WIDTH - left) / float(columns.len().max(1))).min(136.0);
    let x = |column: usize| left + float(column) * wide;
    let y = |row: usize| top + float(row) * TALL;
    let cell = |row: usize, column: usize, (estimate, games): &(Estimate, usize)| {
        let (name, other) = (rows.get(row).map_or("", |it| it), columns.get(column).map_or("", |it| it));
        let [x, y] = [x(column), y(row)];
        html! {
            g {
                rect.heat x=(num(x + 1.0)) y=(num(y + 1.0)) width=(num(wide - 2.0)) height=(num(TALL - 2.0)) rx="3"
                    fill-opacity=(format!("{:.2}", 0.04 + 0.5 * estimate.value)) {}
                text.number x=(num(x + wide / 2.0)) y=(num(y + 19.0)) text-anchor="middle" { (whole(estimate.value)) }
                text.quiet.small x=(num(x + wide / 2.0)) y=(num(y + 35.0)) text-anchor="middle" { "of " (count(*games)) }
                title { (harmless(name)) ", " (harmless(other)) ": " (told(*estimate)) " of " (count(*games)) }
            }
        }
    };
    let parts = html! {
        @for (at, column) in columns.iter().enumerate() {
            text.quiet x=(num(x(at) + wide / 2.0)) y=(num(top - 8.0)) text-anchor="middle" { (harmless(column)) }
        }
        @for (at, row) in rows.iter().enumerate() {
            text x=(num(left - 10.0)) y=(num(y(at) + TALL / 2.0 + 5.0)) text-anchor="end" { (harmless(row)) }
        }
        @for (row, cells) in cells.iter().enumerate() {
            @for (column, it) in cells.iter().enumerate() { @if let Some(it) = it { (cell(row, column, it)) } }
        }
    };
    drawing(top + TALL * float(rows.len()), label, &parts)
}

/// What a drawing of estimates has on its axis.
pub(super) struct Axis {
    pub least: f64,
    pub most: f64,
    pub ticks: Vec<f64>,
    /// How a place on it is told.
    pub tick: fn(f64) -> String,
}

impl Axis {
    /// From nothing to all.
    pub fn of_shares() -> Self {
        Self { least: 0.0, most: 1.0, ticks: vec![0.0, 0.25, 0.5, 0.75, 1.0], tick: whole }
    }

    /// From the least of ratings to the highest, in even steps.
    pub fn of_ratings(rated: &[Estimate]) -> Self {
        let ends = rated.iter().map(|it| it.range.unwrap_or((it.value, it.value)));
        let (low, high) = ends.fold((f64::MAX, f64::MIN), |(low, high), end| (low.min(end.0), high.max(end.1)));
        let steps = [20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0];
        let step = steps.into_iter().find(|step| (high - low) / step <= 6.0).unwrap_or(2_000.0);
        let (least, most) = ((low / step).floor() * step, (high / step).ceil() * step);
        let ticks = (0..20).map(|at| least + step * f64::from(at)).take_while(|tick| *tick <= most + 1.0).collect();
        Self { least, most, ticks, tick: |rating| format!("{rating:.0}") }
    }
}

/// A row of estimates under its name.
pub(super) type Row = (String, Vec<(Series, Estimate)>);

/// Estimates with what they may be, row under row.
pub(super) fn dots(label: &str, axis: &Axis, rows: &[Row]) -> Markup {
    const NAME: usize = 44;
    let (left, right) = (22.0, WIDTH - 32.0);
    let x = |value: f64| left + (right - left) * ((value - axis.least) / (axis.most - axis.least)).clamp(0.0, 1.0);
    let mut y = 24.0;
    let mut placed = Vec::new();
    for row in rows {
        placed.push((y, row));
        y += 26.0 + 13.0 * float(row.1.len());
    }
    let words = |series: Series, name: &str, it: Estimate| {
        let cell = if axis.most <= 1.0 { percent(Some(it)) } else { figure(Some(it), 0) };
        format!("{}, {}: {} ({})", harmless(name), series.name, cell.text, cell.range)
    };
    let parts = html! {
        @for tick in &axis.ticks {
            line.grid x1=(num(x(*tick))) x2=(num(x(*tick))) y1="4" y2=(num(y - 6.0)) {}
            text.quiet x=(num(x(*tick))) y=(num(y + 12.0)) text-anchor="middle" { ((axis.tick)(*tick)) }
        }
        @for (y, (name, estimates)) in &placed {
            text.halo x=(num(left)) y=(num(*y)) { (harmless(&shortened(name, NAME))) }
            @for (at, (series, it)) in estimates.iter().enumerate() {
                @let y = y + 13.0 + 13.0 * float(at);
                @if let Some((low, high)) = it.range {
                    line.whisker.(series.colour) x1=(num(x(low))) x2=(num(x(high))) y1=(num(y)) y2=(num(y)) {}
                }
                (mark(*series, x(it.value), y, &words(*series, name, *it)))
            }
        }
    };
    drawing(y + 20.0, label, &parts)
}
