-- Sessions and all that belongs to them. Ids are 16 bytes, times are Unix milliseconds.

CREATE TABLE secrets (
    name  TEXT NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL
);

CREATE TABLE sessions (
    id               BYTEA NOT NULL PRIMARY KEY,
    code             TEXT NOT NULL UNIQUE,
    owner            BYTEA NOT NULL,
    dj_name          TEXT NOT NULL,
    name             TEXT NOT NULL,
    listed           BOOLEAN NOT NULL,
    pin              TEXT,
    device_id        BYTEA NOT NULL,
    device_name      TEXT,
    register_action  BYTEA NOT NULL,
    started_at       BIGINT NOT NULL,
    ended_at         BIGINT,
    end_reason       TEXT,
    epoch            BYTEA NOT NULL,
    last_offset      BIGINT NOT NULL,
    dj_online        BOOLEAN NOT NULL,
    last_activity_at BIGINT NOT NULL,
    playing          BYTEA,
    peak_listeners   INTEGER NOT NULL
);
-- An account has one live session; also finds all live ones.
CREATE UNIQUE INDEX sessions_live ON sessions (owner) WHERE ended_at IS NULL;
CREATE INDEX sessions_of_owner ON sessions (owner, started_at);
CREATE INDEX sessions_recent ON sessions (ended_at) WHERE listed AND ended_at IS NOT NULL;

CREATE TABLE plays (
    session_id   BYTEA NOT NULL,
    id           BYTEA NOT NULL,
    title        TEXT NOT NULL,
    artist       TEXT NOT NULL,
    bpm          DOUBLE PRECISION,
    musical_key  TEXT,
    camelot      TEXT,
    energy       SMALLINT,
    danceability SMALLINT,
    brightness   SMALLINT,
    duration_ms  BIGINT,
    started_at   BIGINT NOT NULL,
    stopped_at   BIGINT,
    removed      BOOLEAN NOT NULL,
    PRIMARY KEY (session_id, id)
);
CREATE INDEX plays_by_start ON plays (session_id, started_at, id);

-- What dancers answered: likes, tempo votes, votes in polls, thanks. One row per dancer and
-- target, so nothing counts twice; choice is NULL when it was taken back.
CREATE TABLE answers (
    session_id BYTEA NOT NULL,
    kind       SMALLINT NOT NULL,
    target     BYTEA NOT NULL,
    dancer     BYTEA NOT NULL,
    choice     SMALLINT,
    counter    BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (session_id, kind, target, dancer)
);

CREATE TABLE polls (
    session_id BYTEA NOT NULL,
    id         BYTEA NOT NULL,
    question   TEXT NOT NULL,
    options    TEXT NOT NULL,
    closes     TEXT NOT NULL,
    opened_at  BIGINT NOT NULL,
    closes_at  BIGINT,
    closed_at  BIGINT,
    cancelled  BOOLEAN NOT NULL,
    PRIMARY KEY (session_id, id)
);

CREATE TABLE announcements (
    session_id   BYTEA NOT NULL,
    id           BYTEA NOT NULL,
    text         TEXT NOT NULL,
    at           BIGINT NOT NULL,
    ends_at      BIGINT,
    cancelled_at BIGINT,
    PRIMARY KEY (session_id, id)
);

-- State messages as they were sent, for resuming.
CREATE TABLE messages (
    session_id     BYTEA NOT NULL,
    message_offset BIGINT NOT NULL,
    body           TEXT NOT NULL,
    PRIMARY KEY (session_id, message_offset)
);

-- Actions of the DJ that were done, so that repeats change nothing.
CREATE TABLE dj_actions (
    session_id BYTEA NOT NULL,
    id         BYTEA NOT NULL,
    PRIMARY KEY (session_id, id)
);

-- Dancers who were let in, by keyed hash of pass and session.
CREATE TABLE dancers (
    session_id BYTEA NOT NULL,
    dancer     BYTEA NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (session_id, dancer)
);

CREATE TABLE listener_samples (
    session_id BYTEA NOT NULL,
    at         BIGINT NOT NULL,
    listeners  INTEGER NOT NULL,
    PRIMARY KEY (session_id, at)
);

-- What happened to connections, never whose they were; kept for some weeks.
CREATE TABLE session_events (
    id             BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session_id     BYTEA NOT NULL,
    at             BIGINT NOT NULL,
    kind           TEXT NOT NULL,
    role           TEXT NOT NULL,
    transport      TEXT NOT NULL,
    duration_ms    BIGINT,
    close_code     INTEGER,
    client_version TEXT
);
CREATE INDEX session_events_by_time ON session_events (at);
CREATE INDEX session_events_by_session ON session_events (session_id);
