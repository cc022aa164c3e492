//! The talk: who said what in which round, what the tools were asked and answered, and what was decided.

use maud::{Markup, html};

use super::Heist;
use crate::heist::{Event, EventKind, Message, PlanNews, ToolCall};
use crate::text::harmless;

/// Longer answers of tools are folded, and so is whatever has more than a line.
const SHORT: usize = 60;

/// Everything that was said and done before the guess.
pub(super) fn talk(heist: &Heist) -> Markup {
    let mut news = PlanNews::default();
    html! {
        @for event in heist.before {
            @if let EventKind::PlanChanged(change) = &event.kind {
                @if news.decides(change) { p.aside.decided { (harmless(&change.words())) "." } }
            } @else {
                (told(heist, &event.kind))
            }
        }
        @if let Some(reason) = heist.report.reason.as_ref().filter(|_| heist.report.guess.is_none()) {
            p.aside { "Here it was cut off: " (harmless(reason)) "." }
        }
    }
}

/// An event as it is told; empty if it says nothing to a reader. Hints tell whom the detector suspects, and stand with it.
fn told(heist: &Heist, event: &EventKind) -> Markup {
    match event {
        EventKind::RoundStarted { round, phase } => {
            html! { h2 id={ "round-" (round) } { "Round " (round) ": " (phase.title()) } }
        }
        EventKind::MessageCompleted(message) => said(heist, message),
        EventKind::ToolCalled(call) => called(heist, call),
        EventKind::CommandSent { agent, text } => {
            html! { p.aside { "The player to " (heist.name(agent)) ": " (harmless(text)) } }
        }
        EventKind::HintGiven(_) => html! { p.aside { "The player takes a hint." } },
        EventKind::FaultRaised(fault) => {
            html! { p.aside { "Fault at " (harmless(&fault.place)) ": " (harmless(&fault.message)) } }
        }
        _ => html! {},
    }
}

fn said(heist: &Heist, message: &Message) -> Markup {
    let Message { id, agent, text, .. } = message;
    html! {
        article.said.(heist.class(agent)) id=(id) {
            a.id href={ "#" (id) } { (id) }
            (heist.name(agent))
            p { (harmless(text)) }
        }
    }
}

/// A tool call with what came back.
fn called(heist: &Heist, call: &ToolCall) -> Markup {
    let ToolCall { id, agent, tool, arguments, .. } = call;
    let (sign, answer) = answer(heist.before, id);
    let asked = html! { (heist.name(agent)) " uses " (harmless(tool)) ": " code { (harmless(arguments)) } };
    html! {
        @if answer.chars().count() <= SHORT && !answer.contains('\n') {
            p.call id=(id) { (asked) " " (sign) " " (harmless(answer)) }
        } @else {
            details.call id=(id) { summary { (asked) } pre { (harmless(answer)) } }
        }
    }
}

/// What came back from a call, and the sign between the two; nothing if the session was cut off before.
fn answer<'a>(events: &'a [Event], id: &str) -> (&'static str, &'a str) {
    let found = events.iter().find_map(|event| match &event.kind {
        EventKind::ToolReturned(answer) if answer.id == id => Some(match &answer.result {
            Some(result) => ("=", result.as_str()),
            None => ("failed:", answer.error.as_deref().unwrap_or("no answer")),
        }),
        EventKind::ToolDenied(denial) if denial.id == id => Some(("denied:", denial.reason.as_str())),
        _ => None,
    });
    found.unwrap_or(("", "…"))
}
