//! A recorded heist as a Markdown document: the same story as the web page tells, in short, and the ending last too.

use std::fmt::Write as _;

use heist_bank::Bank;

use super::report::Report;
use super::sessions::{self, duration, guesser, percent, seal, weighty};
use crate::heist::{
    AgentName, Event, EventKind, Guess, JobStep, Part, PlanChange, PlanNews, Played, ToolCall, Verdict,
};
use crate::page::markdown::{code, line, table};
use crate::text::shortened;

/// Characters of a tool's answer that are told.
const ANSWER: usize = 120;

/// The whole heist: who took part, what was said and done, the plan; and in folds what the detector made of it, and how it
/// came out.
pub(super) fn document(report: &Report, events: &[Event]) -> String {
    let guess = events.iter().position(|event| matches!(event.kind, EventKind::GuessMade(_)));
    let before = guess.and_then(|guess| events.get(..guess)).unwrap_or(events);
    let mut text = format!("# {}\n\n{}\n", line(&report.title()), line(&report.opening_words()));
    let crew: Vec<_> = report.agents.iter().map(|it| vec![it.agent.to_string(), it.role.clone()]).collect();
    let _ = write!(text, "\n{}", table(&["agent", "role"], &crew));
    let mut news = PlanNews::default();
    for event in before {
        match &event.kind {
            EventKind::PlanChanged(change) if news.decides(change) => {
                let _ = write!(text, "\n*{}.*\n", line(&change.words()));
            }
            kind => text.push_str(&told(kind, before)),
        }
    }
    if let Some(reason) = report.reason.as_ref().filter(|_| report.guess.is_none()) {
        let _ = write!(text, "\n*Here it was cut off: {}.*\n", line(reason));
    }
    text.push_str(&plan(report));
    text.push_str(&detector(report, before));
    text.push_str(&ending(report));
    let _ = write!(
        text,
        "\n---\n\nSeed {}, {} rounds, {}. {} turns in {}. Speaking: {}. Tools: {}. Recorded by heist-tui as {}.\n",
        report.seed,
        report.rounds,
        report.difficulty,
        report.turns,
        duration(report.ms),
        line(&report.speaker()),
        report.tools.backend,
        line(&report.session)
    );
    text
}

/// An event of the talk as it is told; empty if it says nothing to a reader. Hints tell whom the detector suspects, and stand
/// with it.
fn told(event: &EventKind, events: &[Event]) -> String {
    match event {
        EventKind::RoundStarted { round, phase } => format!("\n## Round {round}: {}\n", phase.title()),
        EventKind::MessageCompleted(it) => {
            format!("\n**{}** ({}): {}\n", line(&it.agent), line(&it.id), line(&it.text))
        }
        EventKind::ToolCalled(call) => called(call, events),
        EventKind::CommandSent { agent, text } => format!("\n*The player to {}*: {}\n", line(agent), line(text)),
        EventKind::HintGiven(_) => "\n*The player takes a hint.*\n".to_owned(),
        EventKind::FaultRaised(fault) => format!("\n*Fault* at {}: {}\n", line(&fault.place), line(&fault.message)),
        _ => String::new(),
    }
}

/// A tool call, and the beginning of what came back.
fn called(call: &ToolCall, events: &[Event]) -> String {
    let answer = events.iter().find_map(|event| match &event.kind {
        EventKind::ToolReturned(it) if it.id == call.id => Some(match &it.result {
            Some(result) => format!("gives {}", code(&shortened(result, ANSWER))),
            None => format!("fails: {}", line(it.error.as_deref().unwrap_or("no answer"))),
        }),
        EventKind::ToolDenied(it) if it.id == call.id => Some(format!("is denied: {}", line(&it.reason))),
        _ => None,
    });
    let (agent, tool, arguments) = (line(&call.agent), line(&call.tool), code(&call.arguments));
    format!("\n> {agent} uses {tool}: {arguments} {}\n", answer.unwrap_or_default())
}

/// The plan as it was left; empty if nobody brought anything forward.
fn plan(report: &Report) -> String {
    if report.plan.is_empty() {
        return String::new();
    }
    let names = |agents: &[AgentName]| agents.iter().map(|agent| &**agent).collect::<Vec<_>>().join(", ");
    let row = |change: &PlanChange| {
        let how = format!("{} {} ({})", sessions::stands(change.state), change.by, change.message);
        let votes = [&change.supporters, &change.opponents].map(|agents| names(agents));
        [change.slot.name().to_owned(), change.value.clone(), how].into_iter().chain(votes).collect()
    };
    let rows: Vec<_> = report.plan.iter().map(row).collect();
    format!("\n## The plan\n\n{}", table(&["slot", "value", "how it stands", "for", "against"], &rows))
}

/// A part that a reader opens; empty if it is.
fn fold(title: &str, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("\n<details><summary>{title}</summary>\n{text}\n</details>\n")
}

/// How suspicious everybody was at the end, what weighed most, and the hints that were taken.
fn detector(report: &Report, events: &[Event]) -> String {
    let mut text = String::new();
    let mut agents: Vec<_> = report.agents.iter().filter_map(|it| Some((&it.agent, it.score?))).collect();
    agents.sort_by(|one, other| other.1.total_cmp(&one.1));
    if !agents.is_empty() {
        let rows: Vec<_> = agents.iter().map(|(agent, score)| vec![agent.to_string(), percent(*score)]).collect();
        let _ = write!(text, "\n{}\n", table(&["agent", "suspicion"], &rows));
    }
    for it in weighty(report) {
        let _ = writeln!(text, "- {} {:+.1}: {} ({})", line(&it.agent), it.weight, line(&it.note), line(&it.message));
    }
    let hints = events.iter().filter_map(|event| match &event.kind {
        EventKind::HintGiven(hint) => Some(hint),
        _ => None,
    });
    for hint in hints {
        let _ = writeln!(text, "- A hint that was taken: {}, {}", line(&hint.agent), percent(hint.score));
    }
    fold("What the detector thought", &text)
}

/// How it ended; empty if it did not come to a verdict.
fn ending(report: &Report) -> String {
    let Some((guess, verdict)) = report.guess.as_ref().zip(report.verdict.as_ref()) else { return String::new() };
    let mut text = format!("\n{} **{}.**\n", guessed(guess), line(&report.outcome()));
    if let Some(score) = verdict.score {
        let _ = write!(text, "\nScore: {score}.\n");
    }
    text.push_str(&sabotage(report, verdict));
    if let Some(played) = &report.job {
        text.push_str(&job(played, &report.bank.bank()));
    }
    let _ = write!(text, "\n### The seal\n\nIt {}. Nonce: {}.\n", seal(report), code(&verdict.nonce));
    fold("How it ended", &text)
}

fn guessed(guess: &Guess) -> String {
    let agent = guess.agent.as_deref().unwrap_or("nobody");
    let sure = guess.sureness.map_or_else(String::new, |sureness| format!(", {} % sure", sureness.percent()));
    format!("{} names {}{sure}.", guesser(guess.by), line(agent))
}

/// What the mole did, act by act; empty without a mole.
fn sabotage(report: &Report, verdict: &Verdict) -> String {
    let Some(told) = &report.sabotage else { return String::new() };
    let mut text = format!("\n### What the mole did\n\nThe sabotage: {}.\n\n", told.summary);
    for act in &told.acts {
        let (deed, truth) = (line(&act.deed), line(&act.whole_truth()));
        let _ = writeln!(text, "- {}, round {}: **{deed}**; {truth}.", line(&act.message), act.round);
    }
    if let Some(orders) = &verdict.orders {
        let _ = write!(text, "\nIts orders: {}\n", line(orders));
    }
    text
}

/// The job: what it came to, the plan that was carried out, and its steps with what they depended on.
fn job(played: &Played, bank: &Bank) -> String {
    let told: Vec<_> = played.told().iter().map(|told| line(told)).collect();
    let part = |part: &Part| format!("- {}\n", line(&part.words()));
    let plan = played.plan.iter().map(part).collect::<String>();
    let step = |step: &JobStep| {
        let mark = if step.ok { "" } else { "**(!)** " };
        let fact = step.depended_on(bank).map_or_else(String::new, |fact| format!(" *({})*", line(&fact)));
        format!("- {} {}: {mark}{}{fact}\n", step.at, line(&step.who), line(&step.what))
    };
    let steps = played.steps.iter().map(step).collect::<String>();
    let told = told.join(" ");
    format!("\n### The job\n\n{told}\n\nThe plan that was carried out:\n\n{plan}\nMinute by minute:\n\n{steps}")
}
