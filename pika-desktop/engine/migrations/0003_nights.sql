-- How the floor answered a play: absolute numbers, the latest word of the relay. Beside `plays`, since an
-- answer may be stored before the play it belongs to.
CREATE TABLE play_answers (
    play_id    TEXT PRIMARY KEY,
    likes      INTEGER NOT NULL,
    faster     INTEGER NOT NULL,
    perfect    INTEGER NOT NULL,
    slower     INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- The live sessions of this computer.
CREATE TABLE nights (
    session_id TEXT PRIMARY KEY,
    place      TEXT NOT NULL, -- 'relay', or 'local' for the one inside the program
    code       TEXT NOT NULL,
    address    TEXT NOT NULL,
    name       TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at   INTEGER, -- null: it goes on, or its end was not seen
    recap      TEXT -- the relay's account of it as JSON; null until it could be asked
) STRICT;
CREATE INDEX nights_by_time ON nights (started_at);
