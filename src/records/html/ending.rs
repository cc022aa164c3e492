//! How it ended, in a fold of its own: the guess, the truth, what the mole did, and the job.

use maud::{Markup, PreEscaped, html};

use super::{Heist, job};
use crate::heist::{ActTold, EventKind, Guess, Outcome, SabotageTold, Verdict};
use crate::records::sessions::{guesser, seal};
use crate::text::harmless;

/// The fold; empty if it did not come to a verdict.
pub(super) fn fold(heist: &Heist) -> Markup {
    let report = heist.report;
    let Some((guess, verdict)) = report.guess.as_ref().zip(report.verdict.as_ref()) else { return html! {} };
    html! {
        details.fold #ending {
            summary { "How it ended" span { "Who was named, who it was, and how the job went." } }
            h2 { "The guess" }
            p { (guessed(heist, guess)) }
            p.verdict { (truth(heist, verdict)) }
            @if let Some(score) = verdict.score { p { "Score: " (score) "." } }
            @if let Some(told) = &report.sabotage { (sabotage(heist, verdict, told)) }
            @if let Some(played) = &report.job { (job::section(heist, played)) }
            h2 { "The seal" }
            p { "It " (seal(report)) ". Nonce: " code { (harmless(&verdict.nonce)) } "." }
        }
    }
}

fn guessed(heist: &Heist, guess: &Guess) -> Markup {
    html! {
        (guesser(guess.by)) " names "
        @match &guess.agent { Some(agent) => { (heist.name(agent)) } None => { "nobody" } }
        @if let Some(sureness) = guess.sureness { ", " (sureness.percent()) " % sure" }
        @if guess.blind { ", without having seen the detector's suspicion" }
        "."
    }
}

/// Whether the guess was right, and who it was.
fn truth(heist: &Heist, verdict: &Verdict) -> Markup {
    let so = match verdict.outcome {
        Outcome::Success => "Right",
        Outcome::Failure => "Wrong",
        Outcome::Busted => "It got away",
    };
    html! {
        (so) ": "
        @match &verdict.mole {
            Some(mole) => { (heist.name(mole)) " was the mole" }
            None => { "there was no mole" }
        }
        @if let Some(strategy) = verdict.strategy { ", by " (strategy.name().replace('_', " ")) }
        "."
    }
}

/// What the mole did, act by act, and what it was told to do.
fn sabotage(heist: &Heist, verdict: &Verdict, told: &SabotageTold) -> Markup {
    html! {
        h2 { "What the mole did" }
        p { "The sabotage: " (told.summary) "." }
        @if !told.acts.is_empty() {
            (marks(&told.acts))
            ul {
                @for acts in told.acts.chunk_by(|one, other| one.message == other.message) { (acts_of(heist, acts)) }
            }
        }
        @if let Some(orders) = &verdict.orders { h3 { "Its orders" } blockquote { (harmless(orders)) } }
    }
}

/// A message with all that was wrong with it.
fn acts_of(heist: &Heist, acts: &[ActTold]) -> Markup {
    let Some(ActTold { message, round, .. }) = acts.first() else { return html! {} };
    html! {
        li {
            a href={ "#" (message) } { (message) } ", round " (round)
            @if let Some(text) = text_of(heist, message) { blockquote { (harmless(text)) } }
            @for act in acts { p { strong { (harmless(&act.deed)) } "; " (harmless(&act.whole_truth())) "." } }
        }
    }
}

fn text_of<'a>(heist: &'a Heist, id: &str) -> Option<&'a str> {
    heist.before.iter().find_map(|event| match &event.kind {
        EventKind::MessageCompleted(message) if message.id == id => Some(message.text.as_str()),
        _ => None,
    })
}

/// Marks the mole's messages in the talk while the fold is open. The rule stands in the fold, so that nobody who reads the
/// page from its beginning, as text too, meets it before.
fn marks(acts: &[ActTold]) -> Markup {
    let is_id = |id: &&String| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let ids = acts.iter().map(|act| &act.message).filter(is_id).map(|id| format!("#{id}")).collect::<Vec<_>>();
    let all = ids.join(",");
    html! {
        @if !ids.is_empty() {
            style {
                (PreEscaped(format!(
                    "body:has(#ending[open]) :is({all}){{background:var(--marked)}}\
                     body:has(#ending[open]) :is({all}) > .id::before{{content:\"sabotage \";color:var(--alarm)}}"
                )))
            }
        }
    }
}
