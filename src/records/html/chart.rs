//! The detector's view up to the guess: how suspicious each agent looked turn by turn, and what weighed most.

use maud::{Markup, html};

use super::Heist;
use crate::heist::{AgentName, Event, EventKind, Hint};
use crate::page::svg::{len, num, spread};
use crate::records::sessions::{percent, weighty};
use crate::text::{harmless, shortened};

/// The drawing, and in it the field with the lines.
const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 58.0;
const RIGHT: f64 = 398.0;
const TOP: f64 = 24.0;
const BOTTOM: f64 = 275.0;

/// How far the names at the lines' ends are apart.
const LABELS: f64 = 17.0;

/// The longest name that stands there whole, in characters.
const LABEL: usize = 12;

/// The fold with the detector's view; empty if it had none.
pub(super) fn fold(heist: &Heist) -> Markup {
    let course = Course::of(heist);
    let hints = heist.before.iter().filter_map(|event| match &event.kind {
        EventKind::HintGiven(hint) => Some(hint),
        _ => None,
    });
    html! {
        @if course.lines.iter().any(|(_, points)| points.len() > 1) {
            details.fold #detector {
                summary { "What the detector thought" span { "How suspicious each of them looked, turn by turn, up to the guess." } }
                (chart(heist, &course))
                @for hint in hints { (hinted(heist, hint)) }
                @if weighty(heist.report).next().is_some() {
                    h3 { "What weighed most" }
                    ul {
                        @for it in weighty(heist.report) {
                            li {
                                (heist.name(&it.agent)) " " (format!("{:+.1}", it.weight)) ": " (harmless(&it.note))
                                " (" a href={ "#" (it.message) } { (it.message) } ")"
                            }
                        }
                    }
                }
            }
        }
    }
}

fn hinted(heist: &Heist, hint: &Hint) -> Markup {
    html! {
        p {
            "A hint that was taken: " (heist.name(&hint.agent)) ", " (percent(hint.score))
            @if let Some(evidence) = &hint.evidence { ", for it " (harmless(&evidence.note)) }
            "."
        }
    }
}

/// How suspicion went.
struct Course<'a> {
    /// For each agent its points: after which turn, and how suspicious from 0 to 1.
    lines: Vec<(&'a AgentName, Vec<(u32, f64)>)>,
    /// The turn before each round, and the round.
    rounds: Vec<(u32, u32)>,
    turns: u32,
}

impl<'a> Course<'a> {
    fn of(heist: &'a Heist) -> Self {
        let even = 1.0 / len(heist.crew.len().max(1));
        let lines = heist.crew.iter().map(|(agent, _)| (agent, vec![(0, even)])).collect();
        let mut course = Self { lines, rounds: Vec::new(), turns: 0 };
        heist.before.iter().for_each(|event| course.take(event));
        course
    }

    fn take(&mut self, event: &Event) {
        match &event.kind {
            EventKind::RoundStarted { round, .. } => self.rounds.push((self.turns, *round)),
            EventKind::TurnStarted { turn, .. } => self.turns = *turn,
            EventKind::SuspicionChanged(found) => {
                for it in &found.agents {
                    let line = self.lines.iter_mut().find(|(agent, _)| **agent == it.agent);
                    let Some((_, points)) = line else { continue };
                    // Of a turn's points its last.
                    points.retain(|(turn, _)| *turn < self.turns.max(1));
                    points.push((self.turns.max(1), it.score));
                }
            }
            _ => {}
        }
    }
}

fn chart(heist: &Heist, course: &Course) -> Markup {
    let x = |turn: u32| LEFT + (RIGHT - LEFT) * f64::from(turn) / f64::from(course.turns.max(1));
    let y = |score: f64| BOTTOM - (BOTTOM - TOP) * score.clamp(0.0, 1.0);
    let mut ends: Vec<_> = course.lines.iter().filter_map(|(agent, points)| Some((*agent, points.last()?.1))).collect();
    ends.sort_by(|one, other| other.1.total_cmp(&one.1));
    let mut heights: Vec<_> = ends.iter().map(|(_, score)| y(*score)).collect();
    spread(&mut heights, LABELS, (TOP, BOTTOM));
    html! {
        figure {
            svg viewBox={ "0 0 " (num(WIDTH)) " " (num(HEIGHT)) } role="img" aria-label="Suspicion of each agent, turn by turn" {
                @for score in [0.0, 0.25, 0.5, 0.75, 1.0] {
                    line.grid x1=(num(LEFT)) x2=(num(RIGHT)) y1=(num(y(score))) y2=(num(y(score))) {}
                    text.quiet x=(num(LEFT - 6.0)) y=(num(y(score) + 4.0)) text-anchor="end" { (percent(score)) }
                }
                text.quiet x=(num(LEFT - 6.0)) y=(num(TOP - 9.0)) text-anchor="end" { "round" }
                @for (turn, round) in &course.rounds {
                    line.grid x1=(num(x(*turn))) x2=(num(x(*turn))) y1=(num(TOP)) y2=(num(BOTTOM)) {}
                    text.quiet x=(num(x(*turn) + 3.0)) y=(num(TOP - 9.0)) { (round) }
                }
                @for (number, (agent, points)) in course.lines.iter().enumerate() {
                    polyline.line.(heist.class(agent)).{ "dash-" (number % 3) } points=(path(points, x, y)) {}
                }
                @for ((agent, score), height) in ends.iter().zip(&heights) {
                    text.(heist.class(agent)) x=(num(RIGHT + 8.0)) y=(num(height + 4.0)) {
                        (harmless(&shortened(agent, LABEL))) " " (percent(*score))
                    }
                }
                text.quiet x=(num(LEFT)) y=(num(HEIGHT - 6.0)) { "start" }
                text.quiet x=(num(RIGHT)) y=(num(HEIGHT - 6.0)) text-anchor="end" { "turn " (course.turns) }
            }
        }
    }
}

/// The points of a line as an attribute.
fn path(points: &[(u32, f64)], x: impl Fn(u32) -> f64, y: impl Fn(f64) -> f64) -> String {
    let points: Vec<_> = points.iter().map(|(turn, score)| format!("{},{}", num(x(*turn)), num(y(*score)))).collect();
    points.join(" ")
}
