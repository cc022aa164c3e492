//! A recorded heist as one web page that needs nothing else. A reader can guess along: how it ended stands in its last fold,
//! and nothing before that tells it.

mod chart;
mod ending;
mod floor;
mod job;
mod talk;
#[cfg(test)]
mod tests;

use heist_bank::{Bank, Slot};
use maud::{Markup, html};

use super::report::Report;
use super::sessions::{self, duration};
use crate::heist::{AgentName, Colour, Event, EventKind, PlanChange};
use crate::text::harmless;

/// What its style has beside that of all pages.
const STYLE: &str = include_str!("style.css");

/// The whole heist as a page.
pub(super) fn page(report: &Report, events: &[Event]) -> String {
    let heist = Heist::of(report, events);
    crate::page::page(&report.title(), STYLE, &body(&heist))
}

/// What the parts of the page are made from.
struct Heist<'a> {
    report: &'a Report,
    /// The events before the guess.
    before: &'a [Event],
    bank: Bank,
    crew: Vec<(AgentName, Colour)>,
}

impl<'a> Heist<'a> {
    fn of(report: &'a Report, events: &'a [Event]) -> Self {
        let guess = events.iter().position(|event| matches!(event.kind, EventKind::GuessMade(_)));
        let before = guess.and_then(|guess| events.get(..guess)).unwrap_or(events);
        let members = match events.first().map(|event| &event.kind) {
            Some(EventKind::SessionStarted(started)) => started.crew.as_slice(),
            _ => &[],
        };
        // Those whose colour was not told, in events of older versions.
        let crew = members.iter().zip(Colour::ALL.into_iter().cycle());
        let crew = crew.map(|(member, colour)| (member.name.clone(), member.colour.unwrap_or(colour)));
        Self { report, before, bank: report.bank.bank(), crew: crew.collect() }
    }

    /// The class that gives an element an agent's colour.
    fn class(&self, agent: &str) -> String {
        let colour = self.crew.iter().find(|(name, _)| **name == *agent).map_or(Colour::Plain, |(_, colour)| *colour);
        format!("c-{}", colour.name())
    }

    /// An agent's name in its colour.
    fn name(&self, agent: &str) -> Markup {
        html! { b.(self.class(agent)) { (harmless(agent)) } }
    }

    /// Agents' names one after another.
    fn names(&self, agents: &[AgentName]) -> Markup {
        html! { @for (number, agent) in agents.iter().enumerate() { @if number > 0 { ", " } (self.name(agent)) } }
    }
}

fn body(heist: &Heist) -> Markup {
    let report = heist.report;
    html! {
        header {
            h1 { (harmless(&report.title())) }
            p.lead { (harmless(&report.opening_words())) }
            (contents(heist))
        }
        main {
            section id="crew" {
                h2 { "The crew" }
                dl.crew {
                    @for it in &report.agents { div { dt { (heist.name(&it.agent)) } dd { (harmless(&it.role)) } } }
                }
            }
            section id="bank" { h2 { "The bank" } (floor::figure(&heist.bank, None)) }
            (talk::talk(heist))
            (plan(heist))
            (chart::fold(heist))
            (ending::fold(heist))
        }
        footer {
            p {
                "Seed " (report.seed) ", " (report.rounds) " rounds, " (report.difficulty) ". "
                (report.turns) " turns in " (duration(report.ms)) ". Speaking: " (harmless(&report.speaker()))
                ". Tools: " (report.tools.backend) ". Recorded by heist-tui as " (harmless(&report.session)) "."
            }
        }
    }
}

/// The way through the page.
fn contents(heist: &Heist) -> Markup {
    let rounds = heist.before.iter().filter_map(|event| match event.kind {
        EventKind::RoundStarted { round, .. } => Some(round),
        _ => None,
    });
    html! {
        nav aria-label="Contents" {
            a href="#crew" { "Crew" } " " a href="#bank" { "Bank" } " "
            @for round in rounds { a href={ "#round-" (round) } { "Round " (round) } " " }
            @if !heist.report.plan.is_empty() { a href="#plan" { "Plan" } " " }
            @if heist.report.verdict.is_some() { a href="#ending" { "Ending" } }
        }
    }
}

/// The plan as the crew left it.
fn plan(heist: &Heist) -> Markup {
    let all = &heist.report.plan;
    let of = |slot: Slot| all.iter().find(|change| change.slot == slot);
    html! {
        @if !all.is_empty() {
            section id="plan" {
                h2 { "The plan" }
                table.cards {
                    thead { tr { th { "slot" } th { "value" } th { "how it stands" } th { "for" } th { "against" } } }
                    tbody { @for slot in Slot::ALL { (slot_row(heist, slot, of(slot))) } }
                }
            }
        }
    }
}

fn slot_row(heist: &Heist, slot: Slot, change: Option<&PlanChange>) -> Markup {
    html! {
        tr {
            th scope="row" { (slot.name()) }
            @if let Some(it) = change {
                td data-label="value" { strong { (harmless(&it.value)) } }
                td data-label="how it stands" {
                    (sessions::stands(it.state)) " " (heist.name(&it.by))
                    " (" a href={ "#" (it.message) } { (it.message) } ")"
                }
                td data-label="for" { (heist.names(&it.supporters)) }
                td data-label="against" { (heist.names(&it.opponents)) }
            } @else {
                td data-label="value" { "nothing" }
                td data-label="how it stands" { "nobody spoke of it" }
                td data-label="for" {}
                td data-label="against" {}
            }
        }
    }
}
