//! Writes an event into the tables that people query, in the transaction that writes it into the log.

use rusqlite::{Error, Params, Result, Transaction, params};

use crate::heist::{
    Cause, Event, EventKind, Evidence, Message, Played, SessionStarted, Suspicion, ToolCall, ToolDenial, ToolReturn,
    Verdict,
};

/// Brings the tables up to an event that the log already has.
///
/// # Errors
///
/// Whatever `SQLite` says; also an event that speaks of a session or call that the tables do not have, because then
/// they would disagree with the log.
pub(super) fn project(tx: &Transaction<'_>, event: &Event) -> Result<()> {
    match &event.kind {
        EventKind::SessionStarted(started) => session_started(tx, event, started),
        EventKind::TurnStarted { turn, .. } => {
            one_row(tx, "UPDATE sessions SET turns = ?2 WHERE session = ?1", params![event.session, turn])
        }
        EventKind::MessageCompleted(message) => message_completed(tx, event, message),
        EventKind::ToolCalled(call) => tool_called(tx, event, call),
        EventKind::ToolReturned(answer) => tool_returned(tx, event, answer),
        EventKind::ToolDenied(denial) => tool_denied(tx, event, denial),
        EventKind::SuspicionChanged(suspicion) => suspicion_changed(tx, event, suspicion),
        EventKind::SessionPaused => status(tx, event, "paused"),
        EventKind::SessionResumed => status(tx, event, "running"),
        EventKind::VerdictReached(verdict) => verdict_reached(tx, event, verdict),
        EventKind::HeistPlayed(played) => heist_played(tx, event, played),
        EventKind::SessionCompleted(_) => ended(tx, event, "completed", None, None),
        EventKind::SessionFailed(failure) => {
            let status = if failure.stopped { "stopped" } else { "failed" };
            ended(tx, event, status, Some(&failure.reason), Some(failure.resumable))
        }
        // These are only in the log. A guess goes into `games` with the verdict.
        EventKind::ServiceChanged { .. }
        | EventKind::PlanChanged(_)
        | EventKind::RoundStarted { .. }
        | EventKind::JudgeAnswered(_)
        | EventKind::CommandSent { .. }
        | EventKind::HintGiven(_)
        | EventKind::GuessMade(_)
        | EventKind::FaultRaised(_) => Ok(()),
    }
}

fn one_row(tx: &Transaction<'_>, sql: &str, params: impl Params) -> Result<()> {
    match tx.prepare_cached(sql)?.execute(params)? {
        1 => Ok(()),
        rows => Err(Error::StatementChangedRows(rows)),
    }
}

fn json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::ToSqlConversionFailure(error.into()))
}

fn session_started(tx: &Transaction<'_>, event: &Event, started: &SessionStarted) -> Result<()> {
    one_row(
        tx,
        "UPDATE sessions SET started_at = ?2, seed = ?3, rounds = ?4, crew = ?5, llm_backend = ?6, llm_url = ?7,
             llm_model = ?8, tools_backend = ?9, commitment = ?10, bank = ?11, bank_seed = ?12, difficulty = ?13
         WHERE session = ?1",
        params![
            event.session,
            event.at.to_string(),
            started.seed.to_string(),
            started.rounds,
            json(&started.crew)?,
            started.llm.backend,
            started.llm.url,
            started.llm.model,
            started.tools.backend,
            started.commitment,
            started.bank.name,
            started.bank.seed.map(|seed| seed.to_string()),
            started.difficulty.name(),
        ],
    )
}

/// A session that is paused or goes on has not ended, also if it was cut off before.
fn status(tx: &Transaction<'_>, event: &Event, status: &str) -> Result<()> {
    one_row(
        tx,
        "UPDATE sessions SET status = ?2, ended_at = NULL, reason = NULL, resumable = NULL WHERE session = ?1",
        params![event.session, status],
    )
}

fn ended(
    tx: &Transaction<'_>,
    event: &Event,
    status: &str,
    reason: Option<&str>,
    resumable: Option<bool>,
) -> Result<()> {
    one_row(
        tx,
        "UPDATE sessions SET status = ?2, ended_at = ?3, reason = ?4, resumable = ?5 WHERE session = ?1",
        params![event.session, status, event.at.to_string(), reason, resumable],
    )
}

fn message_completed(tx: &Transaction<'_>, event: &Event, message: &Message) -> Result<()> {
    one_row(
        tx,
        "INSERT INTO messages (session, id, seq, at, round, turn, agent, text, prompt_tokens, evaluated_tokens,
             generated_tokens, ms, moves)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        params![
            event.session,
            message.id,
            event.seq,
            event.at.to_string(),
            message.round,
            message.turn,
            &*message.agent,
            message.text,
            message.tokens.prompt,
            message.tokens.evaluated,
            message.tokens.generated,
            message.ms,
            json(&message.moves)?,
        ],
    )
}

fn tool_called(tx: &Transaction<'_>, event: &Event, call: &ToolCall) -> Result<()> {
    one_row(
        tx,
        "INSERT INTO tool_calls (session, id, seq, at, turn, agent, tool, arguments, status)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'pending')",
        params![
            event.session,
            call.id,
            event.seq,
            event.at.to_string(),
            call.turn,
            &*call.agent,
            call.tool,
            call.arguments
        ],
    )
}

fn tool_returned(tx: &Transaction<'_>, event: &Event, answer: &ToolReturn) -> Result<()> {
    one_row(
        tx,
        "UPDATE tool_calls SET status = iif(?3, 'ok', 'error'), result = ?4, error = ?5, ms = ?6
         WHERE session = ?1 AND id = ?2",
        params![event.session, answer.id, answer.ok, answer.result, answer.error, answer.ms],
    )
}

fn tool_denied(tx: &Transaction<'_>, event: &Event, denial: &ToolDenial) -> Result<()> {
    one_row(
        tx,
        "UPDATE tool_calls SET status = 'denied', error = ?3 WHERE session = ?1 AND id = ?2",
        params![event.session, denial.id, denial.reason],
    )
}

fn suspicion_changed(tx: &Transaction<'_>, event: &Event, suspicion: &Suspicion) -> Result<()> {
    let (cause_kind, cause) = match &suspicion.cause {
        Cause::Message(id) => ("message", id),
        Cause::Tool(id) => ("tool", id),
    };
    let at = event.at.to_string();
    for agent in &suspicion.agents {
        let evidence: Vec<&Evidence> = suspicion.evidence.iter().filter(|piece| piece.agent == agent.agent).collect();
        one_row(
            tx,
            "INSERT INTO suspicion (session, seq, agent, at, cause_kind, cause, score, delta, evidence)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                event.session,
                event.seq,
                &*agent.agent,
                at,
                cause_kind,
                cause,
                agent.score,
                agent.delta,
                json(&evidence)?
            ],
        )?;
    }
    Ok(())
}

fn verdict_reached(tx: &Transaction<'_>, event: &Event, verdict: &Verdict) -> Result<()> {
    one_row(
        tx,
        "INSERT INTO games (session, seq, at, guessed_by, guess, mole, strategy, nonce, outcome, detector_agent,
             detector_score, sureness, score, acts, blind)
         SELECT ?1, ?2, ?3, guess.body ->> '$.by', guess.body ->> '$.agent', ?4, ?5, ?6, ?7, ?8, ?9,
             guess.body ->> '$.sureness', ?10, ?11,
             iif(guess.body IS NULL, NULL, coalesce(guess.body ->> '$.blind', 0))
         FROM (SELECT 1) LEFT JOIN events AS guess ON guess.session = ?1 AND guess.kind = 'guess.made'
         ORDER BY guess.seq DESC LIMIT 1",
        params![
            event.session,
            event.seq,
            event.at.to_string(),
            verdict.mole.as_deref(),
            verdict.strategy.map(crate::heist::Strategy::name),
            verdict.nonce,
            json(&verdict.outcome)?.trim_matches('"'),
            verdict.detector.agent.as_deref(),
            verdict.detector.score,
            verdict.score.map(|score| score.points),
            verdict.sabotage.len(),
        ],
    )
}

fn heist_played(tx: &Transaction<'_>, event: &Event, played: &Played) -> Result<()> {
    one_row(
        tx,
        "UPDATE games SET job = ?2, loot = ?3, honest_job = ?4, honest_loot = ?5 WHERE session = ?1",
        params![
            event.session,
            json(&played.outcome)?.trim_matches('"'),
            played.loot,
            json(&played.honest.outcome)?.trim_matches('"'),
            played.honest.loot,
        ],
    )
}
