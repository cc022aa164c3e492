//! The sessions that are kept: listed, shown, compared.

use heist_bank::{Bank, Slot};
use jiff::tz::TimeZone;

use super::report::Report;
use crate::heist::{Evidence, Guesser, JobStep, Part, PlanChange, Played, SlotState};
use crate::store::SessionRow;
use crate::table::table;
use crate::text::{NAME, harmless, shortened, width_of};
use crate::zone::{local, zone};

/// The list, the newest first, with times as the clock of a zone shows them. Where there is room for so many columns only,
/// what matters least is left out.
pub(super) fn list(sessions: &[SessionRow], width: Option<usize>, zone: &TimeZone) -> String {
    if sessions.is_empty() {
        return "No heist has been recorded yet.\n".to_owned();
    }
    let drawn = |columns: &[Column]| {
        let headings: Vec<_> = columns.iter().map(|column| column.heading()).collect();
        let row =
            |session: &SessionRow| -> Vec<String> { columns.iter().map(|column| column.cell(session, zone)).collect() };
        table(&headings, &sessions.iter().map(row).collect::<Vec<_>>())
    };
    let fits = |table: &String| width.is_none_or(|width| table.lines().all(|line| width_of(line) <= width));
    let last = || COLUMNS.last().map(|columns| drawn(columns)).unwrap_or_default();
    COLUMNS.iter().map(|columns| drawn(columns)).find(fits).unwrap_or_else(last)
}

/// Which columns the list has, where there is much room and where there is ever less.
const COLUMNS: [&[Column]; 5] = {
    use Column::{Began, Calls, Ended, Outcome, Seed, Session, Speaker, Status, Turns, When};
    [
        &[Session, Began, Status, Seed, Turns, Calls, Speaker, Outcome],
        &[Session, When, Status, Seed, Speaker, Outcome],
        &[Session, When, Status, Seed, Outcome],
        &[Session, When, Status, Seed, Ended],
        &[Session, When, Ended],
    ]
};

/// A column of the list.
#[derive(Clone, Copy, Debug)]
enum Column {
    Session,
    /// When it began, with the year and without.
    Began,
    When,
    Status,
    Seed,
    Turns,
    Calls,
    Speaker,
    /// How it came out, at length and in short.
    Outcome,
    Ended,
}

impl Column {
    const fn heading(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Began | Self::When => "began",
            Self::Status => "status",
            Self::Seed => " seed",
            Self::Turns => " turns",
            Self::Calls => " calls",
            Self::Speaker => "speaker",
            Self::Outcome | Self::Ended => "outcome",
        }
    }

    fn cell(self, session: &SessionRow, zone: &TimeZone) -> String {
        let began = || local(&session.started_at, zone).unwrap_or_else(|| session.started_at.clone());
        match self {
            Self::Session => session.session.clone(),
            Self::Began => began(),
            Self::When => began().chars().skip(5).take(11).collect(),
            Self::Status => session.status.clone(),
            Self::Seed => session.seed.map(|seed| seed.to_string()).unwrap_or_default(),
            Self::Turns => session.turns.to_string(),
            Self::Calls => session.tool_calls.to_string(),
            Self::Speaker => {
                session.model.as_deref().map_or("scripted crew".into(), |model| shortened(model, NAME)).into_owned()
            }
            Self::Outcome | Self::Ended => {
                let Some(game) = &session.game else { return session.reason.clone().unwrap_or_default() };
                let mole = game.mole.as_deref().unwrap_or("nobody");
                let named = game.guess.as_deref().unwrap_or("nobody");
                match self {
                    Self::Ended => format!("{}, mole {mole}", game.outcome),
                    _ => format!("{}: {named} named, mole {mole}", game.outcome),
                }
            }
        }
    }
}

/// One session at length.
pub(super) fn show(report: &Report) -> String {
    let facts = [
        ("session", report.session.clone()),
        ("began", began(report)),
        ("bank", report.bank.name.clone()),
        ("game", format!("seed {}, {} rounds, {}", report.seed, report.rounds, report.difficulty)),
        ("speaking", report.speaker().into_owned()),
        ("tools", report.tools.backend.clone()),
        ("took", format!("{}, {} turns", duration(report.ms), report.turns)),
        ("tokens", tokens(report)),
        ("steered", format!("{} commands, {} hints", report.commands, report.hints)),
        ("faults", report.faults.to_string()),
        ("outcome", report.outcome()),
        (
            "score",
            report
                .verdict
                .as_ref()
                .and_then(|verdict| verdict.score)
                .map(|score| score.to_string())
                .unwrap_or_default(),
        ),
        ("seal", seal(report).to_owned()),
        ("sabotage", report.sabotage.as_ref().map(|told| told.summary.clone()).unwrap_or_default()),
    ];
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
    let facts: Vec<_> = facts.map(|(name, value)| vec![name.to_owned(), value]).collect();
    let mut text = table(&["", ""], &facts).trim_start().to_owned();
    text.push('\n');
    let agents: Vec<_> = report
        .agents
        .iter()
        .map(|it| {
            let score = it.score.map(percent).unwrap_or_default();
            let calls = [it.calls_ok, it.calls_failed, it.calls_denied].map(|calls| calls.to_string());
            let mut row = vec![it.agent.to_string(), score, it.messages.to_string(), it.words.to_string()];
            row.extend(calls);
            row.push(it.role.clone());
            row
        })
        .collect();
    let headings = ["agent", " suspicion", " messages", " words", " calls", " failed", " denied", "role"];
    text.push_str(&table(&headings, &agents));
    if !report.plan.is_empty() {
        text.push_str("\nThe plan\n");
        text.push_str(&table(&["slot", "value", "how it stands", "by", "votes"], &plan(report)));
    }
    if let Some(told) = report.sabotage.as_ref().filter(|told| !told.acts.is_empty()) {
        text.push_str("\nWhat the mole did\n");
        let acts: Vec<_> = told
            .acts
            .iter()
            .map(|act| vec![act.message.clone(), act.round.to_string(), act.deed.clone(), act.truth.clone()])
            .collect();
        text.push_str(&table(&["in", " round", "what it did", "in truth"], &acts));
    }
    if let Some(played) = &report.job {
        text.push_str("\nThe plan that was carried out\n");
        text.push_str(&table(&["slot", "value", "why", "in place of"], &carried_out(played)));
        text.push_str("\nThe job\n");
        text.push_str(&table(&["at", "who", "", "what"], &job(played, &report.bank.bank())));
        text.extend(played.told().into_iter().map(|line| line + "\n"));
    }
    if !report.remarks.is_empty() {
        text.push_str("\nLooking back\n");
        text.extend(report.remarks.iter().map(|remark| format!("{}\n", harmless(remark))));
    }
    if weighty(report).next().is_some() {
        text.push_str("\nWhat weighed most\n");
        let evidence: Vec<_> = weighty(report)
            .map(|it| vec![format!("{:+.1}", it.weight), it.agent.to_string(), it.message.clone(), it.note.clone()])
            .collect();
        text.push_str(&table(&[" weight", "agent", "in", "why"], &evidence));
    }
    text
}

/// The evidence that is worth a line: not what would be told as +0.0.
pub(super) fn weighty(report: &Report) -> impl Iterator<Item = &Evidence> {
    report.evidence.iter().filter(|piece| piece.weight >= 0.05)
}

/// The plan as it was left: slot, value, how it stands, by whom, and who was for it.
fn plan(report: &Report) -> Vec<Vec<String>> {
    let row = |change: &PlanChange| {
        let PlanChange { slot, value, by, state, .. } = change;
        vec![slot.name().to_owned(), value.clone(), state.words().to_owned(), by.to_string(), change.votes()]
    };
    report.plan.iter().map(row).collect()
}

/// How a slot stands, to go before the name of whoever made it so.
pub(super) const fn stands(state: SlotState) -> &'static str {
    match state {
        SlotState::Proposed => "proposed by",
        SlotState::Settled => "settled by",
        SlotState::Reopened => "opened again by",
    }
}

/// The plan that was carried out: slot, value, why it was that, and what stood there before.
fn carried_out(played: &Played) -> Vec<Vec<String>> {
    let row = |part: &Part| {
        let Part { slot, value, why, was } = part;
        let value = value.as_deref().unwrap_or("nothing");
        [slot.name(), value, why.words(), was.as_deref().unwrap_or_default()].map(ToOwned::to_owned).into()
    };
    played.plan.iter().map(row).collect()
}

/// The job's steps: when, who, whether it went well, and what; and under each the fact on which it depended.
fn job(played: &Played, bank: &Bank) -> Vec<Vec<String>> {
    let rows = |step: &JobStep| {
        let mark = if step.ok { "" } else { "!" };
        let told = vec![step.at.to_string(), step.who.to_string(), mark.to_owned(), step.what.clone()];
        let under = |fact| vec![String::new(), String::new(), String::new(), format!("({fact})")];
        [Some(told), step.depended_on(bank).map(under)].into_iter().flatten()
    };
    played.steps.iter().flat_map(rows).collect()
}

/// Who guessed, at the beginning of a sentence.
pub(super) const fn guesser(by: Guesser) -> &'static str {
    match by {
        Guesser::Player => "The player",
        Guesser::Detector => "The detector",
        Guesser::Random => "Chance",
    }
}

/// Several sessions beside each other: one column each.
pub(super) fn compare(reports: &[Report]) -> String {
    let headings: Vec<&str> = [""].into_iter().chain(reports.iter().map(|report| report.session.as_str())).collect();
    table(&headings, &figures(reports))
}

/// What is compared: a name, and the value of each session.
pub(super) fn figures(reports: &[Report]) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut add = |name: &str, value: &dyn Fn(&Report) -> String| {
        rows.push([name.to_owned()].into_iter().chain(reports.iter().map(value)).collect());
    };
    add("seed", &|it| it.seed.to_string());
    add("bank", &|it| it.bank.name.clone());
    add("rounds", &|it| it.rounds.to_string());
    add("difficulty", &|it| it.difficulty.to_string());
    add("speaking", &|it| it.speaker().into_owned());
    add("tools", &|it| it.tools.backend.clone());
    add("status", &|it| it.status.to_owned());
    add("took", &|it| duration(it.ms));
    add("messages", &|it| it.agents.iter().map(|agent| agent.messages).sum::<u32>().to_string());
    add("words", &|it| it.agents.iter().map(|agent| agent.words).sum::<usize>().to_string());
    add("calls", &|it| it.agents.iter().map(|agent| agent.calls_ok).sum::<u32>().to_string());
    add("failed", &|it| it.agents.iter().map(|agent| agent.calls_failed).sum::<u32>().to_string());
    add("denied", &|it| it.agents.iter().map(|agent| agent.calls_denied).sum::<u32>().to_string());
    add("evaluated", &|it| it.tokens.evaluated.to_string());
    add("faults", &|it| it.faults.to_string());
    add("mole", &|it| it.verdict.as_ref().map_or("?", |it| it.mole.as_deref().unwrap_or("nobody")).to_owned());
    add("strategy", &|it| {
        it.verdict.as_ref().and_then(|it| it.strategy).map(|it| it.name().to_owned()).unwrap_or_default()
    });
    add("acts", &|it| match &it.sabotage {
        Some(told) if !told.is_older => told.acts.len().to_string(),
        _ => String::new(),
    });
    add("settled", &|it| {
        let settled = it.plan.iter().filter(|change| change.state == SlotState::Settled).count();
        format!("{settled} of {}", Slot::ALL.len())
    });
    add("job", &|it| it.job.as_ref().map_or_else(String::new, |played| played.ending().words()));
    add("named", &|it| it.guess.as_ref().map_or("?", |it| it.agent.as_deref().unwrap_or("nobody")).to_owned());
    let guess = |it: &Report| it.guess.clone().filter(|_| it.verdict.is_some());
    add("sure", &|it| {
        guess(it).and_then(|it| it.sureness).map_or_else(String::new, |it| format!("{} %", it.percent()))
    });
    add("blind", &|it| guess(it).map_or_else(String::new, |it| if it.blind { "yes" } else { "no" }.to_owned()));
    add("points", &|it| {
        let score = it.verdict.as_ref().and_then(|it| it.score);
        score.map_or_else(String::new, |it| format!("{:+}", it.points))
    });
    add("detector", &|it| {
        let top = it.agents.iter().filter_map(|agent| Some((agent.score?, &agent.agent)));
        top.max_by(|one, other| one.0.total_cmp(&other.0))
            .map(|(score, agent)| format!("{agent} {}", percent(score)))
            .unwrap_or_default()
    });
    rows
}

/// When it began, by the person's clock.
fn began(report: &Report) -> String {
    let at = report.started_at.to_string();
    local(&at, &zone()).unwrap_or(at)
}

fn tokens(report: &Report) -> String {
    let tokens = report.tokens;
    if tokens == <_>::default() {
        return "not counted".to_owned();
    }
    format!("{} sent, {} evaluated, {} generated", tokens.prompt, tokens.evaluated, tokens.generated)
}

/// Whether the verdict is what was sealed at the start.
pub(super) fn seal(report: &Report) -> &'static str {
    match report.seal_holds {
        Some(true) => "holds: mole and strategy are those of the start",
        Some(false) => "BROKEN: mole and strategy are not those of the start",
        None => "closed",
    }
}

/// A time as `1:02` minutes, or seconds with a decimal below one minute.
pub(super) fn duration(ms: u64) -> String {
    if ms < 60_000 {
        format!("{}.{} s", ms / 1000, ms % 1000 / 100)
    } else {
        format!("{}:{:02} min", ms / 60_000, ms % 60_000 / 1000)
    }
}

/// A probability in whole per cent.
pub(super) fn percent(score: f64) -> String {
    format!("{:.0} %", score * 100.0)
}

#[cfg(test)]
mod tests {
    use jiff::tz::Offset;

    use super::*;
    use crate::store::GameRow;

    fn row() -> SessionRow {
        SessionRow {
            session: "20260131-233000-062".into(),
            started_at: "2026-01-31T23:30:00.000Z".into(),
            ended_at: None,
            status: "completed".into(),
            reason: None,
            seed: Some(123_456),
            bank: None,
            rounds: Some(5),
            difficulty: None,
            turns: 31,
            model: None,
            tools: None,
            messages: 31,
            tool_calls: 40,
            ms: None,
            resumable: false,
            game: Some(GameRow {
                guessed_by: None,
                guess: Some("hacker".into()),
                mole: Some("safecracker".into()),
                strategy: None,
                outcome: "failure".into(),
                detector: None,
                detector_score: 0.0,
                sureness: None,
                score: None,
                blind: None,
                acts: None,
                job: None,
                loot: None,
            }),
        }
    }

    #[test]
    fn the_list_says_when_by_the_person_s_clock_and_fits_into_the_terminal() {
        let east = TimeZone::fixed(Offset::constant(1));
        let all = list(&[row()], None, &east);
        assert!(all.contains("began") && all.contains("2026-02-01 00:30") && all.contains("scripted crew"), "{all}");
        for width in [60, 80, 100, 120, 200] {
            let list = list(&[row()], Some(width), &east);
            assert!(list.lines().all(|line| width_of(line) <= width), "{width}:\n{list}");
            assert!(list.contains("02-01 00:30") && list.contains("failure") && list.contains("safecracker"), "{list}");
        }
        assert_eq!(list(&[row()], Some(10), &east), list(&[row()], Some(60), &east), "there is no less");
        assert!(list(&[row()], Some(120), &east).contains("hacker named"));
    }
}
