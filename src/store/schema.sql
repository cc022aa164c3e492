-- The first version of the database. `events` is the truth: one row per recorded event, `body` being the very line
-- that `--ci --json` prints. The other tables say the same in columns and are written together with it.
-- Nothing here needs an sqlite3 newer than 3.37, so that what systems ship can query it.
-- Times are UTC with milliseconds (2026-01-31T12:00:00.000Z), durations (`ms`) milliseconds, scores probabilities.

-- "HEIS": tells this program's databases from others'.
PRAGMA application_id = 0x48454953;

CREATE TABLE sessions (
    session       TEXT PRIMARY KEY NOT NULL,
    started_at    TEXT NOT NULL,
    ended_at      TEXT,
    status        TEXT NOT NULL CHECK (status IN ('running', 'paused', 'completed', 'failed', 'stopped')),
    reason        TEXT,                                         -- why it failed or was stopped
    resumable     INTEGER CHECK (resumable IN (0, 1)),          -- whether a failed or stopped one could go on
    seed          TEXT,                                         -- text, because it may be as large as 2^64 - 1
    rounds        INTEGER,
    turns         INTEGER NOT NULL DEFAULT 0,                   -- turns begun
    crew          TEXT CHECK (json_valid(crew)),                -- [{name, role, tools}]
    llm_backend   TEXT,
    llm_url       TEXT,
    llm_model     TEXT,
    tools_backend TEXT,
    commitment    TEXT
) STRICT;

CREATE TABLE events (
    session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
    seq     INTEGER NOT NULL,
    at      TEXT NOT NULL GENERATED ALWAYS AS (json_extract(body, '$.at')) STORED,
    kind    TEXT NOT NULL GENERATED ALWAYS AS (json_extract(body, '$.kind')) STORED,
    body    TEXT NOT NULL,
    PRIMARY KEY (session, seq)
) STRICT;

CREATE TRIGGER events_have_no_gap BEFORE INSERT ON events
WHEN NEW.seq <> 1 + coalesce((SELECT max(seq) FROM events WHERE session = NEW.session), 0)
BEGIN
    SELECT RAISE(ABORT, 'events.seq counts up by one from 1 within a session');
END;

CREATE TRIGGER events_stay_as_they_are BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are never changed');
END;

CREATE TABLE messages (
    session          TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
    id               TEXT NOT NULL,                             -- m1, m2, ...
    seq              INTEGER NOT NULL,                          -- the event that it came with
    at               TEXT NOT NULL,
    round            INTEGER NOT NULL,
    turn             INTEGER NOT NULL,
    agent            TEXT NOT NULL,
    text             TEXT NOT NULL,
    prompt_tokens    INTEGER NOT NULL,                          -- sent
    evaluated_tokens INTEGER NOT NULL,                          -- of those, really read by the server
    generated_tokens INTEGER NOT NULL,
    ms               INTEGER NOT NULL,
    PRIMARY KEY (session, id)
) STRICT;

CREATE TABLE tool_calls (
    session   TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
    id        TEXT NOT NULL,                                    -- t1, t2, ...
    seq       INTEGER NOT NULL,                                 -- the event of the call
    at        TEXT NOT NULL,
    turn      INTEGER NOT NULL,
    agent     TEXT NOT NULL,
    tool      TEXT NOT NULL,
    arguments TEXT NOT NULL,
    status    TEXT NOT NULL CHECK (status IN ('pending', 'ok', 'error', 'denied')),
    result    TEXT,
    error     TEXT,                                             -- what went wrong, or why it was denied
    ms        INTEGER,
    PRIMARY KEY (session, id)
) STRICT;

CREATE TABLE suspicion (
    session    TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
    seq        INTEGER NOT NULL,                                -- the event; it has one row per agent
    agent      TEXT NOT NULL,
    at         TEXT NOT NULL,
    cause_kind TEXT NOT NULL CHECK (cause_kind IN ('message', 'tool')),
    cause      TEXT NOT NULL,                                   -- the id of the message or of the tool call
    score      REAL NOT NULL,
    delta      REAL NOT NULL,
    evidence   TEXT NOT NULL CHECK (json_valid(evidence)),      -- what was found about this agent: [{family, weight, ...}]
    PRIMARY KEY (session, seq, agent)
) STRICT, WITHOUT ROWID;

-- Only heists that came to a verdict: until then nothing here tells the mole.
CREATE TABLE games (
    session        TEXT PRIMARY KEY NOT NULL REFERENCES sessions ON DELETE CASCADE,
    seq            INTEGER NOT NULL,                            -- the event of the verdict
    at             TEXT NOT NULL,
    guessed_by     TEXT CHECK (guessed_by IN ('player', 'detector', 'random')),
    guess          TEXT,                                        -- null: nobody was named
    mole           TEXT,                                        -- null: there was none
    strategy       TEXT,
    nonce          TEXT NOT NULL,
    outcome        TEXT NOT NULL CHECK (outcome IN ('success', 'failure', 'busted')),
    detector_agent TEXT,
    detector_score REAL NOT NULL
) STRICT;
