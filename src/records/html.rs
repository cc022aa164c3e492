//! A recorded heist as one web page that needs nothing else.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::report::Report;
use super::sessions::{self, duration, percent};
use crate::heist::{Event, EventKind, Evidence, PlanNews};
use crate::text::harmless;

/// Colours that read on light and dark; the text never depends on them.
const STYLE: &str = "
:root{color-scheme:light dark}body{max-width:46rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif}
h1,h2{line-height:1.2}h2{margin-top:2.5rem;border-bottom:1px solid;padding-bottom:.2rem}
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.15rem .6rem .15rem 0}
.call{margin:.4rem 0 .4rem 1.2rem;font-size:.9rem;opacity:.85}pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:.3rem 0}
.why{margin:.1rem 0 .1rem 1.2rem;font-size:.85rem;opacity:.75}meter{width:8rem}.aside{font-style:italic}
";

/// The whole heist as a page.
pub(super) fn page(report: &Report, events: &[Event]) -> String {
    let mut news = PlanNews::default();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { "Heist " (report.session) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { "Heist " (report.session) }
                p { strong { (harmless(&report.outcome())) "." } }
                p {
                    (harmless(&report.bank.name)) ". Seed " (report.seed) ", " (report.rounds) " rounds, " (report.turns) " turns in "
                    (duration(report.ms)) ". Speaking: " (harmless(&report.speaker())) ". Tools: " (report.tools.backend) "."
                }
                (crew(report))
                @for event in events {
                    @if let EventKind::PlanChanged(change) = &event.kind && news.decides(change) {
                        p.aside { (harmless(&change.words())) }
                    }
                    @if matches!(event.kind, EventKind::GuessMade(_)) { (plan(report)) }
                    (told(&event.kind, report))
                }
                @if report.guess.is_none() { (plan(report)) }
            }
        }
    }
    .into_string()
}

fn crew(report: &Report) -> Markup {
    html! {
        table {
            tr { th { "agent" } th { "role" } th { "suspicion" } th { "messages" } th { "calls" } }
            @for it in &report.agents {
                tr {
                    td { strong { (it.agent) } }
                    td { (harmless(&it.role)) }
                    td { @if let Some(score) = it.score { meter value=(score) {} " " (percent(score)) } }
                    td { (it.messages) }
                    td { (it.calls_ok + it.calls_failed + it.calls_denied) }
                }
            }
        }
    }
}

/// The plan as it was left.
fn plan(report: &Report) -> Markup {
    html! {
        @if !report.plan.is_empty() {
            h2 { "The plan" }
            table {
                tr { th { "slot" } th { "value" } th { "how it stands" } th { "by" } th { "votes" } }
                @for row in sessions::plan(report) { tr { @for cell in row { td { (harmless(&cell)) } } } }
            }
        }
    }
}

/// What the mole did, act by act.
fn sabotage(report: &Report) -> Markup {
    html! {
        @if let Some(told) = &report.sabotage {
            p { "The sabotage: " (told.summary) "." }
            @if !told.acts.is_empty() {
                table {
                    tr { th { "message" } th { "round" } th { "what it did" } th { "in truth" } }
                    @for act in &told.acts {
                        tr {
                            td { a href={ "#" (act.message) } { (act.message) } }
                            td { (act.round) }
                            td { (harmless(&act.deed)) }
                            td { (harmless(&act.whole_truth())) }
                        }
                    }
                }
            }
        }
    }
}

/// An event as it is told on the page; empty if it says nothing to a reader.
fn told(event: &EventKind, report: &Report) -> Markup {
    match event {
        EventKind::RoundStarted { round, phase } => html! { h2 { "Round " (round) ": " (phase.title()) } },
        EventKind::MessageCompleted(it) => {
            html! { p id=(it.id) { strong { (it.agent) ": " } (harmless(&it.text)) } }
        }
        EventKind::ToolCalled(it) => {
            html! { div.call id=(it.id) { (it.agent) " uses " (harmless(&it.tool)) ": " code { (harmless(&it.arguments)) } } }
        }
        EventKind::ToolReturned(it) => {
            let text = it.result.as_ref().or(it.error.as_ref()).map_or("", String::as_str);
            html! { div.call { @if !it.ok { "failed: " } pre { (harmless(text)) } } }
        }
        EventKind::ToolDenied(it) => html! { div.call { "denied: " (harmless(&it.reason)) } },
        EventKind::SuspicionChanged(it) => html! { @for piece in &it.evidence { (evidence(piece)) } },
        EventKind::CommandSent { agent, text } => html! { p.aside { "You to " (agent) ": " (harmless(text)) } },
        EventKind::HintGiven(it) => html! { p.aside { "Hint: " (it.agent) ", " (percent(it.score)) } },
        EventKind::FaultRaised(it) => html! { p.aside { "Fault at " (it.place) ": " (harmless(&it.message)) } },
        EventKind::GuessMade(it) => {
            html! { h2 { "Guess" } p { (it.agent.as_deref().unwrap_or("Nobody")) " is accused." } }
        }
        EventKind::VerdictReached(it) => html! {
            h2 { "Verdict" }
            p {
                "The mole: " strong { (it.mole.as_deref().unwrap_or("nobody")) }
                @if let Some(strategy) = it.strategy { ", by " (strategy.name()) }
                ". Nonce of the seal: " code { (it.nonce) } "."
            }
            (sabotage(report))
            @if let Some(orders) = &it.orders { p { "Its orders: " (harmless(orders)) } }
            @if let Some(score) = it.score { p { "Score: " (score) "." } }
        },
        EventKind::HeistPlayed(it) => html! {
            h2 { "The job" }
            table {
                @for row in sessions::job(it) { tr { @for cell in row { td { (harmless(&cell)) } } } }
            }
            @for line in it.told() { p { (harmless(&line)) } }
        },
        _ => html! {},
    }
}

fn evidence(it: &Evidence) -> Markup {
    html! {
        div.why {
            (it.agent) " " (format!("{:+.1}", it.weight)) ": " (harmless(&it.note)) " ("
            a href={ "#" (it.message) } { (it.message) } ")"
        }
    }
}
