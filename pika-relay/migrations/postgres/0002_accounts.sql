-- DJs, their tokens and their logins in browsers. Secrets are kept as hashes only.

CREATE TABLE djs (
    id             BYTEA NOT NULL PRIMARY KEY,
    slug           TEXT NOT NULL UNIQUE,
    name           TEXT NOT NULL,
    email          TEXT NOT NULL UNIQUE, -- case-folded
    password_hash  TEXT NOT NULL,
    public_profile BOOLEAN NOT NULL,
    created_at     BIGINT NOT NULL
);

CREATE TABLE tokens (
    id           BYTEA NOT NULL PRIMARY KEY,
    dj           BYTEA NOT NULL REFERENCES djs (id) ON DELETE CASCADE,
    token_hash   TEXT NOT NULL UNIQUE,
    name         TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL -- creation counts as a use
);
CREATE INDEX tokens_of_dj ON tokens (dj, created_at);
CREATE INDEX tokens_by_use ON tokens (last_used_at);

CREATE TABLE web_sessions (
    token_hash TEXT NOT NULL PRIMARY KEY,
    dj         BYTEA NOT NULL REFERENCES djs (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX web_sessions_of_dj ON web_sessions (dj);
CREATE INDEX web_sessions_by_end ON web_sessions (expires_at);
