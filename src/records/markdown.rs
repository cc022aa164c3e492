//! A recorded heist as a Markdown document.

use std::fmt::Write as _;

use super::report::Report;
use super::sessions::{self, duration, percent};
use crate::heist::{ActTold, Event, EventKind, Evidence, PlanNews};
use crate::text::harmless;

/// The whole heist: how it came out, who took part, what was said and done, and what the detector made of it.
pub(super) fn document(report: &Report, events: &[Event]) -> String {
    let mut text = format!("# Heist {}\n\n{}.\n\n", report.session, line(&report.outcome()));
    let _ = write!(
        text,
        "{}. Seed {}, {} rounds, {} turns in {}. Speaking: {}. Tools: {}.\n\n",
        line(&report.bank.name),
        report.seed,
        report.rounds,
        report.turns,
        duration(report.ms),
        line(&report.speaker()),
        report.tools.backend
    );
    text.push_str("| agent | role | suspicion | messages | calls | failed | denied |\n|---|---|--:|--:|--:|--:|--:|\n");
    for it in &report.agents {
        let score = it.score.map(percent).unwrap_or_default();
        let _ = writeln!(
            text,
            "| {} | {} | {score} | {} | {} | {} | {} |",
            it.agent,
            line(&it.role).replace('|', "\\|"),
            it.messages,
            it.calls_ok,
            it.calls_failed,
            it.calls_denied
        );
    }
    let mut news = PlanNews::default();
    for event in events {
        if matches!(event.kind, EventKind::GuessMade(_)) {
            text.push_str(&plan(report));
        }
        match &event.kind {
            EventKind::PlanChanged(change) if news.decides(change) => {
                let _ = write!(text, "\n*{}*\n", line(&change.words()));
            }
            kind => text.push_str(&told(kind, report)),
        }
    }
    if report.guess.is_none() {
        text.push_str(&plan(report));
    }
    text
}

/// The plan as it was left; empty if nobody brought anything forward.
fn plan(report: &Report) -> String {
    if report.plan.is_empty() {
        return String::new();
    }
    let headings = ["slot", "value", "how it stands", "by", "votes"].map(ToOwned::to_owned);
    format!("\n## The plan\n\n{}", table(&headings, &sessions::plan(report)))
}

/// What the mole did, act by act; empty without a mole.
fn sabotage(report: &Report) -> String {
    let Some(told) = &report.sabotage else { return String::new() };
    let mut text = format!("\nThe sabotage: {}.\n", told.summary);
    if !told.acts.is_empty() {
        let headings = ["message", "round", "what it did", "in truth"].map(ToOwned::to_owned);
        let row = |act: &ActTold| vec![act.message.clone(), act.round.to_string(), act.deed.clone(), act.whole_truth()];
        text.push('\n');
        text.push_str(&table(&headings, &told.acts.iter().map(row).collect::<Vec<_>>()));
    }
    text
}

fn table(headings: &[String], rows: &[Vec<String>]) -> String {
    let row = |cells: &[String]| {
        let cells: Vec<_> = cells.iter().map(|cell| line(cell).replace('|', "\\|")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rule = format!("|{}\n", "---|".repeat(headings.len()));
    let rows = rows.iter().map(|cells| row(cells));
    [row(headings), rule].into_iter().chain(rows).collect()
}

/// An event as it is told in the document; empty if it says nothing to a reader.
fn told(event: &EventKind, report: &Report) -> String {
    match event {
        EventKind::RoundStarted { round, phase } => format!("\n## Round {round}: {}\n", phase.title()),
        EventKind::MessageCompleted(message) => format!("\n**{}**: {}\n", message.agent, line(&message.text)),
        EventKind::ToolCalled(call) => {
            format!("\n> {} uses {}: {}\n", call.agent, line(&call.tool), code(&call.arguments))
        }
        EventKind::ToolReturned(answer) => {
            let text = answer.result.as_ref().or(answer.error.as_ref()).map_or("", String::as_str);
            let how = if answer.ok { "" } else { "failed: " };
            quoted(&format!("{how}{}", harmless(text)))
        }
        EventKind::ToolDenied(denial) => quoted(&format!("denied: {}", harmless(&denial.reason))),
        EventKind::SuspicionChanged(suspicion) => suspicion.evidence.iter().map(evidence).collect(),
        EventKind::CommandSent { agent, text } => format!("\n*You to {agent}*: {}\n", line(text)),
        EventKind::HintGiven(hint) => format!("\n*Hint*: {}, {}\n", hint.agent, percent(hint.score)),
        EventKind::FaultRaised(fault) => format!("\n*Fault* at {}: {}\n", line(&fault.place), line(&fault.message)),
        EventKind::GuessMade(guess) => {
            format!("\n## Guess\n\n{} is accused.\n", guess.agent.as_deref().unwrap_or("Nobody"))
        }
        EventKind::VerdictReached(verdict) => {
            let mole = verdict.mole.as_deref().unwrap_or("nobody");
            let strategy = verdict.strategy.map(|it| format!(", by {}", it.name())).unwrap_or_default();
            let orders = verdict.orders.as_ref().map(|it| format!("\nIts orders: {}\n", line(it))).unwrap_or_default();
            let score = verdict.score.map(|it| format!("\nScore: {it}.\n")).unwrap_or_default();
            format!(
                "\n## Verdict\n\nThe mole: {mole}{strategy}. Nonce of the seal: `{}`.\n{}{orders}{score}",
                verdict.nonce,
                sabotage(report)
            )
        }
        EventKind::HeistPlayed(played) => {
            let steps = played.steps.iter().map(|step| {
                let mark = if step.ok { "" } else { " (!)" };
                format!("- {} {}: {}{mark}\n", step.at, step.who, line(&step.what))
            });
            let told = played.told().iter().map(|told| line(told)).collect::<Vec<_>>().join(" ");
            format!("\n## The job\n\n{}\n{told}\n", steps.collect::<String>())
        }
        _ => String::new(),
    }
}

fn evidence(it: &Evidence) -> String {
    format!("\n<sub>{} {:+.1}: {} ({})</sub>\n", it.agent, it.weight, line(&it.note), it.message)
}

/// One line of text in which nothing is mark-up.
fn line(text: &str) -> String {
    let text = harmless(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '#') {
            safe.push('\\');
        }
        safe.push(character);
    }
    safe
}

/// Code in a line: fenced by more backticks than it has itself.
fn code(text: &str) -> String {
    let text = harmless(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    format!("{fence} {text} {fence}")
}

/// A block of code that a quotation holds.
fn quoted(text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let lines = text.replace('\n', "\n> ");
    format!(">\n> {fence}\n> {lines}\n> {fence}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_was_said_is_mark_up() {
        assert_eq!(line("<b>*now*</b>\n# [x](y)"), r"\<b\>\*now\*\</b\> \# \[x\](y)");
        assert_eq!(code("a `` b"), "``` a `` b ```");
        assert_eq!(quoted("x\n```\ny"), ">\n> ````\n> x\n> ```\n> y\n> ````\n");
    }
}
