-- DJs, their tokens and their logins in browsers. Secrets are kept as hashes only.

CREATE TABLE djs (
    id             BLOB NOT NULL PRIMARY KEY,
    slug           TEXT NOT NULL UNIQUE,
    name           TEXT NOT NULL,
    email          TEXT NOT NULL UNIQUE, -- case-folded
    password_hash  TEXT NOT NULL,
    public_profile INTEGER NOT NULL,
    created_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
    id           BLOB NOT NULL PRIMARY KEY,
    dj           BLOB NOT NULL REFERENCES djs (id) ON DELETE CASCADE,
    token_hash   TEXT NOT NULL UNIQUE,
    name         TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL -- creation counts as a use
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_of_dj ON tokens (dj, created_at);
CREATE INDEX tokens_by_use ON tokens (last_used_at);

CREATE TABLE web_sessions (
    token_hash TEXT NOT NULL PRIMARY KEY,
    dj         BLOB NOT NULL REFERENCES djs (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX web_sessions_of_dj ON web_sessions (dj);
CREATE INDEX web_sessions_by_end ON web_sessions (expires_at);
