//! Whether what the database says in one place is what it says in another. All of it is written in one transaction, so
//! where it does not fit together, a part is lost or not ours.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, Result};

use crate::heist::{Event, EventKind};

/// What does not fit in a session; none if all does.
pub(super) fn session(db: &Connection, session: &str, events: &[Event]) -> Result<Option<String>> {
    let numbered = events.iter().zip(1..).find(|(event, seq)| event.seq != *seq);
    if let Some((event, seq)) = numbered {
        return Ok(Some(format!("event {} comes where event {seq} should", event.seq)));
    }
    let sql = "SELECT seed IS NOT NULL, turns, (SELECT count(*) FROM messages WHERE messages.session = ?1),
                      (SELECT count(*) FROM tool_calls WHERE tool_calls.session = ?1),
                      (SELECT count(*) FROM games WHERE games.session = ?1), status = 'completed',
                      (SELECT coalesce(sum(json_array_length(moves)), 0) FROM messages WHERE messages.session = ?1),
                      (SELECT coalesce(sum(acts), 0) FROM games WHERE games.session = ?1),
                      (SELECT count(job) FROM games WHERE games.session = ?1)
               FROM sessions WHERE session = ?1";
    let told: Option<[i64; 9]> = db
        .query_row(sql, [session], |row| {
            let mut told = [0; 9];
            for (column, place) in told.iter_mut().enumerate() {
                *place = row.get(column)?;
            }
            Ok(told)
        })
        .optional()?;
    let Some(told) = told else {
        let lost = format!("it has {} events and no line in the table of sessions", events.len());
        return Ok((!events.is_empty()).then_some(lost));
    };
    let mut logged = [i64::from(!events.is_empty()), 0, 0, 0, 0, 0, 0, 0, 0];
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    for event in events {
        match &event.kind {
            EventKind::TurnStarted { turn, .. } => logged[1] = i64::from(*turn),
            EventKind::MessageCompleted(message) => {
                logged[2] += 1;
                logged[6] += count(message.moves.len());
            }
            EventKind::ToolCalled(_) => logged[3] += 1,
            EventKind::VerdictReached(verdict) => {
                logged[4] += 1;
                logged[7] += count(verdict.sabotage.len());
            }
            EventKind::HeistPlayed(_) => logged[8] += 1,
            EventKind::SessionCompleted(_) => logged[5] = 1,
            _ => {}
        }
    }
    let what = ["beginnings", "turns", "messages", "tool calls", "verdicts", "ends", "moves", "acts", "jobs"];
    let apart = what.iter().zip(told).zip(logged).find(|((_, told), logged)| told != logged);
    Ok(apart.map(|((what, told), logged)| format!("its tables tell of {told} {what}, its events of {logged}")))
}

/// How many events each session has, and what does not fit in their numbers. This looks at indices alone.
pub(super) fn all(db: &Connection) -> Result<BTreeMap<String, (u64, Option<String>)>> {
    let sql = "SELECT session, count(seq), coalesce(max(seq), 0), seed IS NOT NULL
               FROM sessions LEFT JOIN events USING (session) GROUP BY session
               UNION ALL
               SELECT session, count(*), max(seq), NULL FROM events
               WHERE NOT EXISTS (SELECT 1 FROM sessions WHERE sessions.session = events.session) GROUP BY session";
    let mut select = db.prepare(sql)?;
    let rows = select.query_map([], |row| {
        let (count, last): (u64, u64) = (row.get(1)?, row.get(2)?);
        let what = match row.get::<_, Option<bool>>(3)? {
            _ if count != last => Some(format!("it has {count} events, and the last is number {last}")),
            None => Some(format!("it has {count} events and no line in the table of sessions")),
            Some(began) if began != (count > 0) => {
                Some(format!("its tables tell of a beginning, and it has {count} events"))
            }
            Some(_) => None,
        };
        Ok((row.get(0)?, (last, what)))
    })?;
    rows.collect()
}
