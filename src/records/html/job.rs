//! The job as it went: the plan that was carried out, the minutes as a drawing, and the steps with what they depended on.

use heist_bank::{Bank, Clock};
use maud::{Markup, html};

use super::{Heist, floor};
use crate::heist::{Blame, JobOutcome, JobStep, Played};
use crate::page::svg::{len, num};
use crate::text::{harmless, shortened};

/// The drawing, and in it the field with the minutes.
const WIDTH: f64 = 560.0;
const LEFT: f64 = 146.0;
const RIGHT: f64 = 532.0;
const TOP: f64 = 10.0;

/// The height of a lane, the radius of a step's dot, and how far dots in one lane are apart at least.
const LANE: f64 = 24.0;
const DOT: f64 = 9.0;
const APART: f64 = 20.0;

/// The longest name of a lane, in characters.
const LABEL: usize = 13;

/// Minutes between two times on the axis, and how many times fit it.
const TICKS: [u32; 8] = [1, 2, 5, 10, 15, 30, 60, 120];
const MOST_TICKS: u32 = 7;

/// The whole job.
pub(super) fn section(heist: &Heist, played: &Played) -> Markup {
    html! {
        h2 { "The job" }
        @for (number, line) in played.told().iter().enumerate() { p.verdict[number == 0] { (harmless(line)) } }
        h3 { "The plan that was carried out" }
        (plan(played))
        h3 { "Minute by minute" }
        (timeline(heist, played))
        ol.steps {
            @for (number, it) in played.steps.iter().enumerate() {
                (step(heist, it, played.cause.as_ref().filter(|cause| cause.step == number)))
            }
        }
        h3 { "The way" }
        (floor::figure(&heist.bank, Some(played)))
    }
}

/// The plan that was carried out, with what stood there before where that is known.
fn plan(played: &Played) -> Markup {
    let is_changed = played.plan.iter().any(|part| part.was.is_some());
    html! {
        table.cards {
            thead {
                tr {
                    th { "slot" } th { "value" } th { "why" }
                    @if is_changed { th { "in place of" } }
                }
            }
            tbody {
                @for part in &played.plan {
                    tr {
                        th scope="row" { (part.slot.name()) }
                        td data-label="value" { strong { (harmless(part.value.as_deref().unwrap_or("nothing"))) } }
                        td data-label="why" { (part.why.words()) }
                        @if is_changed {
                            td data-label="in place of" { (harmless(part.was.as_deref().unwrap_or_default())) }
                        }
                    }
                }
            }
        }
    }
}

/// A step, and who is to blame if the job failed for it.
fn step(heist: &Heist, it: &JobStep, cause: Option<&Blame>) -> Markup {
    html! {
        li {
            time { (it.at) } " " (heist.name(&it.who)) ": "
            span.bad[!it.ok] { (harmless(&it.what)) }
            @if let Some(fact) = it.depended_on(&heist.bank) { span.on { (harmless(&fact)) } }
            @if let Some(cause) = cause {
                span.on {
                    strong { "It failed for this" }
                    @if let Some((agent, message)) = cause.agent.as_ref().zip(cause.message.as_ref()) {
                        ", and that goes back to what " (heist.name(agent)) " said in " a href={ "#" (message) } { (message) }
                    }
                    "."
                }
            }
        }
    }
}

/// A part of the drawing: whoever takes steps, and these.
struct Lane<'a> {
    name: &'a str,
    dots: Vec<Dot<'a>>,
}

/// A step in the drawing.
struct Dot<'a> {
    /// From 1 on, as in the list.
    number: usize,
    minute: u32,
    /// The row of its lane in which it stands.
    row: usize,
    step: &'a JobStep,
}

impl Lane<'_> {
    fn rows(&self) -> usize {
        1 + self.dots.iter().map(|dot| dot.row).max().unwrap_or(0)
    }
}

/// The job's minutes from left to right: what of the bank's hours falls into them, and each agent's steps by their numbers.
fn timeline(heist: &Heist, played: &Played) -> Markup {
    let Some((first, last)) = played.steps.first().zip(played.steps.last()) else { return html! {} };
    let minutes = last.at.since(first.at).max(1);
    let x = |minute: u32| LEFT + (RIGHT - LEFT) * f64::from(minute) / f64::from(minutes);
    let spans = spans(&heist.bank, first.at, minutes);
    let chase = chase(played, first.at);
    let lanes = lanes(played, first.at, x);
    let bars = len(spans.len() + usize::from(chase.is_some())) * LANE;
    let rows: f64 = lanes.iter().map(|lane| len(lane.rows()) * LANE).sum();
    let bottom = TOP + bars + rows;
    let mut top = TOP;
    let mut next = |rows: usize| {
        let middle = top + LANE / 2.0;
        top += len(rows) * LANE;
        middle
    };
    html! {
        figure {
            svg viewBox={ "0 0 " (num(WIDTH)) " " (num(bottom + 24.0)) } role="img" aria-label="The job, minute by minute" {
                @for tick in ticks(first.at, minutes) {
                    line.grid x1=(num(x(tick))) x2=(num(x(tick))) y1=(num(TOP)) y2=(num(bottom)) {}
                    text.quiet x=(num(x(tick))) y=(num(bottom + 17.0)) text-anchor="middle" { (first.at.plus(tick)) }
                }
                @for (name, from, until) in spans { (bar("span", name, (x(from), x(until)), next(1))) }
                @if let Some((from, until)) = chase { (bar("chase", "until they come", (x(from), x(until)), next(1))) }
                @for lane in &lanes { (drawn(heist, lane, next(lane.rows()), x)) }
            }
            figcaption { "A circle is a step by its number in the list; a square is one that went wrong." }
        }
    }
}

fn bar(class: &str, name: &str, (from, until): (f64, f64), middle: f64) -> Markup {
    html! {
        text.quiet x=(num(LEFT - 18.0)) y=(num(middle + 4.0)) text-anchor="end" { (name) }
        rect.(class) x=(num(from)) y=(num(middle - 6.0)) width=(num((until - from).max(2.0))) height="12" rx="3" {}
    }
}

fn drawn(heist: &Heist, lane: &Lane, middle: f64, x: impl Fn(u32) -> f64) -> Markup {
    let class = heist.class(lane.name);
    html! {
        text.(class) x=(num(LEFT - 18.0)) y=(num(middle + 4.0)) text-anchor="end" {
            (harmless(&shortened(lane.name, LABEL)))
        }
        @for Dot { number, minute, row, step } in &lane.dots {
            @let (x, y) = (x(*minute), middle + LANE * len(*row));
            @if step.ok {
                circle.dot.(class) cx=(num(x)) cy=(num(y)) r=(num(DOT)) {}
            } @else {
                rect.dot.bad x=(num(x - DOT)) y=(num(y - DOT)) width=(num(2.0 * DOT)) height=(num(2.0 * DOT)) {}
            }
            text.on-dot x=(num(x)) y=(num(y + 4.0)) text-anchor="middle" { (number) }
        }
    }
}

/// A lane for each who takes a step, in the order in which they first do. Dots that would touch stand one under the other.
fn lanes(played: &Played, start: Clock, x: impl Fn(u32) -> f64) -> Vec<Lane<'_>> {
    let mut lanes: Vec<Lane> = Vec::new();
    for (number, step) in (1..).zip(&played.steps) {
        let minute = step.at.since(start);
        if !lanes.iter().any(|lane| *lane.name == *step.who) {
            lanes.push(Lane { name: &step.who, dots: Vec::new() });
        }
        let Some(lane) = lanes.iter_mut().find(|lane| *lane.name == *step.who) else { continue };
        let is_free = |row: &usize| {
            let before = lane.dots.iter().filter(|dot| dot.row == *row);
            before.map(|dot| x(minute) - x(dot.minute)).all(|apart| apart >= APART)
        };
        // With a row more than there are dots one is free.
        let row = (0..=lane.dots.len()).find(is_free).unwrap_or(0);
        lane.dots.push(Dot { number, minute, row, step });
    }
    lanes
}

/// What of the bank's hours falls into the job: its name, and from which minute to which.
fn spans(bank: &Bank, start: Clock, minutes: u32) -> Vec<(&'static str, u32, u32)> {
    let spans = [
        ("guards' gap", bank.guards.gap_starts(), bank.guards.gap()),
        ("recorder blind", bank.cameras.restart, bank.cameras.blind),
        ("line test", bank.alarms.test.starts, bank.alarms.test.minutes),
    ];
    let within = |(name, from, takes): (&'static str, Clock, u32)| {
        let begun = start.since(from);
        let (from, until) =
            if begun < takes { (0, takes - begun) } else { (from.since(start), from.since(start) + takes) };
        (from < minutes).then_some((name, from, until.min(minutes)))
    };
    spans.into_iter().filter_map(within).collect()
}

/// From what the crew was caught for until somebody is there, if somebody had to come.
fn chase(played: &Played, start: Clock) -> Option<(u32, u32)> {
    let cause = played.cause.as_ref().filter(|_| played.outcome == JobOutcome::Caught)?;
    let (called, there) = (played.steps.get(cause.step)?.at.since(start), played.steps.last()?.at.since(start));
    (called < there).then_some((called, there))
}

/// The minutes that have a time on the axis: round ones.
fn ticks(start: Clock, minutes: u32) -> impl Iterator<Item = u32> {
    let every = TICKS.into_iter().find(|every| minutes / every < MOST_TICKS).unwrap_or(240);
    (0..=minutes).filter(move |minute| start.plus(*minute).after_midnight().is_multiple_of(every))
}
