-- Sessions and all that belongs to them. Ids are 16 bytes, times are Unix milliseconds.

CREATE TABLE secrets (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    id               BLOB NOT NULL PRIMARY KEY,
    code             TEXT NOT NULL UNIQUE,
    owner            BLOB NOT NULL,
    dj_name          TEXT NOT NULL,
    name             TEXT NOT NULL,
    listed           INTEGER NOT NULL,
    pin              TEXT,
    device_id        BLOB NOT NULL,
    device_name      TEXT,
    register_action  BLOB NOT NULL,
    started_at       INTEGER NOT NULL,
    ended_at         INTEGER,
    end_reason       TEXT,
    epoch            BLOB NOT NULL,
    last_offset      INTEGER NOT NULL,
    dj_online        INTEGER NOT NULL,
    last_activity_at INTEGER NOT NULL,
    playing          BLOB,
    peak_listeners   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- An account has one live session; also finds all live ones.
CREATE UNIQUE INDEX sessions_live ON sessions (owner) WHERE ended_at IS NULL;
CREATE INDEX sessions_of_owner ON sessions (owner, started_at);
CREATE INDEX sessions_recent ON sessions (ended_at) WHERE listed = 1 AND ended_at IS NOT NULL;

CREATE TABLE plays (
    session_id   BLOB NOT NULL,
    id           BLOB NOT NULL,
    title        TEXT NOT NULL,
    artist       TEXT NOT NULL,
    bpm          REAL,
    musical_key  TEXT,
    camelot      TEXT,
    energy       INTEGER,
    danceability INTEGER,
    brightness   INTEGER,
    duration_ms  INTEGER,
    started_at   INTEGER NOT NULL,
    stopped_at   INTEGER,
    removed      INTEGER NOT NULL,
    PRIMARY KEY (session_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX plays_by_start ON plays (session_id, started_at, id);

-- What dancers answered: likes, tempo votes, votes in polls, thanks. One row per dancer and
-- target, so nothing counts twice; choice is NULL when it was taken back.
CREATE TABLE answers (
    session_id BLOB NOT NULL,
    kind       INTEGER NOT NULL,
    target     BLOB NOT NULL,
    dancer     BLOB NOT NULL,
    choice     INTEGER,
    counter    INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (session_id, kind, target, dancer)
) STRICT, WITHOUT ROWID;

CREATE TABLE polls (
    session_id BLOB NOT NULL,
    id         BLOB NOT NULL,
    question   TEXT NOT NULL,
    options    TEXT NOT NULL,
    closes     TEXT NOT NULL,
    opened_at  INTEGER NOT NULL,
    closes_at  INTEGER,
    closed_at  INTEGER,
    cancelled  INTEGER NOT NULL,
    PRIMARY KEY (session_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE announcements (
    session_id   BLOB NOT NULL,
    id           BLOB NOT NULL,
    text         TEXT NOT NULL,
    at           INTEGER NOT NULL,
    ends_at      INTEGER,
    cancelled_at INTEGER,
    PRIMARY KEY (session_id, id)
) STRICT, WITHOUT ROWID;

-- State messages as they were sent, for resuming.
CREATE TABLE messages (
    session_id     BLOB NOT NULL,
    message_offset INTEGER NOT NULL,
    body           TEXT NOT NULL,
    PRIMARY KEY (session_id, message_offset)
) STRICT, WITHOUT ROWID;

-- Actions of the DJ that were done, so that repeats change nothing.
CREATE TABLE dj_actions (
    session_id BLOB NOT NULL,
    id         BLOB NOT NULL,
    PRIMARY KEY (session_id, id)
) STRICT, WITHOUT ROWID;

-- Dancers who were let in, by keyed hash of pass and session.
CREATE TABLE dancers (
    session_id BLOB NOT NULL,
    dancer     BLOB NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (session_id, dancer)
) STRICT, WITHOUT ROWID;

CREATE TABLE listener_samples (
    session_id BLOB NOT NULL,
    at         INTEGER NOT NULL,
    listeners  INTEGER NOT NULL,
    PRIMARY KEY (session_id, at)
) STRICT, WITHOUT ROWID;

-- What happened to connections, never whose they were; kept for some weeks.
CREATE TABLE session_events (
    id             INTEGER PRIMARY KEY,
    session_id     BLOB NOT NULL,
    at             INTEGER NOT NULL,
    kind           TEXT NOT NULL,
    role           TEXT NOT NULL,
    transport      TEXT NOT NULL,
    duration_ms    INTEGER,
    close_code     INTEGER,
    client_version TEXT
) STRICT;
CREATE INDEX session_events_by_time ON session_events (at);
CREATE INDEX session_events_by_session ON session_events (session_id);
