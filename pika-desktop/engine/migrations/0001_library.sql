-- The library: folders, tracks, what the analysis found, the logbook.
-- Times are milliseconds since 1970 UTC. Paths are stored twice: as the system's own bytes
-- (they need not be text) and as text for people and searching.

CREATE TABLE folders (
    id         INTEGER PRIMARY KEY,
    path       BLOB NOT NULL UNIQUE,
    path_text  TEXT NOT NULL,
    added_at   INTEGER NOT NULL,
    away_since INTEGER -- the drive is not there; its tracks keep everything
) STRICT;

CREATE TABLE tracks (
    id            INTEGER PRIMARY KEY,
    folder_id     INTEGER REFERENCES folders (id) ON DELETE SET NULL, -- null: played from elsewhere
    path          BLOB NOT NULL UNIQUE,
    path_text     TEXT NOT NULL,
    path_key      TEXT NOT NULL, -- NFC, forward slashes, upper-case drive letter, case kept
    path_fold     TEXT NOT NULL, -- the same in lower case
    name_fold     TEXT NOT NULL, -- file name, NFC, lower case
    text_fold     TEXT NOT NULL, -- artist and title folded; empty without a title
    size          INTEGER NOT NULL,
    modified_ns   INTEGER NOT NULL,
    content_id    BLOB NOT NULL, -- identity of the sound, not of the path or the tags
    title         TEXT NOT NULL DEFAULT '', -- the file's name when the tags have none
    is_titled     INTEGER NOT NULL DEFAULT 0,
    artist        TEXT NOT NULL DEFAULT '',
    album         TEXT NOT NULL DEFAULT '',
    genre         TEXT NOT NULL DEFAULT '',
    comment       TEXT NOT NULL DEFAULT '',
    title_sort    TEXT NOT NULL DEFAULT '', -- lower case, no accents, words only
    artist_sort   TEXT NOT NULL DEFAULT '',
    album_sort    TEXT NOT NULL DEFAULT '',
    year          INTEGER,
    tag_bpm       REAL,
    tag_key       TEXT NOT NULL DEFAULT '',
    notes         TEXT NOT NULL DEFAULT '',
    labels        TEXT NOT NULL DEFAULT '', -- the DJ's own tags, one a line
    added_at      INTEGER NOT NULL,
    missing_since INTEGER,
    failure_kind    TEXT, -- why the analysis failed, with the version that tried
    failure_text    TEXT,
    failure_version INTEGER
) STRICT;
CREATE INDEX tracks_by_folder ON tracks (folder_id);
CREATE INDEX tracks_by_path_key ON tracks (path_key);
CREATE INDEX tracks_by_path_fold ON tracks (path_fold);
CREATE INDEX tracks_by_name ON tracks (name_fold, size);
CREATE INDEX tracks_by_text ON tracks (text_fold);
CREATE INDEX tracks_by_content ON tracks (content_id);

CREATE TABLE analyses (
    track_id        INTEGER PRIMARY KEY REFERENCES tracks (id) ON DELETE CASCADE,
    version         INTEGER NOT NULL,
    profile         TEXT NOT NULL,
    analysed_at     INTEGER NOT NULL,
    duration_s      REAL NOT NULL,
    bpm             REAL,
    bpm_confidence  REAL,
    bpm_alternative REAL,
    key_tonic       INTEGER, -- semitones above C
    key_minor       INTEGER, -- 1 minor, 0 major
    key_confidence  REAL,
    energy          REAL,
    danceability    REAL,
    brightness      REAL,
    loudness_lufs   REAL
) STRICT;

-- The rest of the record, apart, so that lists never read it.
CREATE TABLE analysis_data (
    track_id    INTEGER PRIMARY KEY REFERENCES analyses (track_id) ON DELETE CASCADE,
    record      TEXT NOT NULL, -- JSON without the three series below
    beats       BLOB NOT NULL, -- little-endian f64, seconds
    waveform    BLOB NOT NULL, -- peak, low, mid, high: one byte each per bin
    fingerprint BLOB NOT NULL  -- little-endian u32
) STRICT;

-- Files and folders that the last scan could not read.
CREATE TABLE unreadable (
    path      BLOB PRIMARY KEY,
    folder_id INTEGER REFERENCES folders (id) ON DELETE CASCADE,
    path_text TEXT NOT NULL,
    reason    TEXT NOT NULL,
    seen_at   INTEGER NOT NULL
) STRICT;

-- The logbook. A play keeps its own text: it outlives the track.
CREATE TABLE plays (
    id         TEXT PRIMARY KEY, -- UUID, the same as on the wire
    track_id   INTEGER REFERENCES tracks (id) ON DELETE SET NULL,
    title      TEXT NOT NULL,
    artist     TEXT NOT NULL,
    path_text  TEXT NOT NULL,
    source     TEXT NOT NULL,
    matched_by TEXT, -- null: not in the library
    started_at INTEGER NOT NULL,
    logged_at  INTEGER NOT NULL,
    removed_at INTEGER -- the DJ said it was not played
) STRICT;
CREATE INDEX plays_by_time ON plays (started_at);
CREATE INDEX plays_by_track ON plays (track_id);

-- Search as you type over everything a DJ would type.
CREATE VIRTUAL TABLE track_text USING fts5 (
    title, artist, album, genre, comment, notes, labels, path_text,
    content = 'tracks', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);
CREATE TRIGGER track_text_insert AFTER INSERT ON tracks BEGIN
    INSERT INTO track_text (rowid, title, artist, album, genre, comment, notes, labels, path_text)
    VALUES (new.id, new.title, new.artist, new.album, new.genre, new.comment, new.notes, new.labels, new.path_text);
END;
CREATE TRIGGER track_text_delete AFTER DELETE ON tracks BEGIN
    INSERT INTO track_text (track_text, rowid, title, artist, album, genre, comment, notes, labels, path_text)
    VALUES ('delete', old.id, old.title, old.artist, old.album, old.genre, old.comment, old.notes, old.labels, old.path_text);
END;
CREATE TRIGGER track_text_update
AFTER UPDATE OF title, artist, album, genre, comment, notes, labels, path_text ON tracks BEGIN
    INSERT INTO track_text (track_text, rowid, title, artist, album, genre, comment, notes, labels, path_text)
    VALUES ('delete', old.id, old.title, old.artist, old.album, old.genre, old.comment, old.notes, old.labels, old.path_text);
    INSERT INTO track_text (rowid, title, artist, album, genre, comment, notes, labels, path_text)
    VALUES (new.id, new.title, new.artist, new.album, new.genre, new.comment, new.notes, new.labels, new.path_text);
END;

-- What the DJ corrected; null: as measured. It survives every new analysis.
CREATE TABLE corrections (
    track_id   INTEGER PRIMARY KEY REFERENCES tracks (id) ON DELETE CASCADE,
    bpm        REAL,
    key_tonic  INTEGER,
    key_minor  INTEGER,
    energy     REAL,
    grid_shift_s REAL,    -- added to every beat
    bar_shift_beats INTEGER, -- added to the place of the first downbeat
    updated_at INTEGER NOT NULL
) STRICT;

-- For undoing: the row as it was, one step for all tracks corrected at once.
CREATE TABLE correction_log (
    id       INTEGER PRIMARY KEY,
    step     INTEGER NOT NULL,
    track_id INTEGER NOT NULL REFERENCES tracks (id) ON DELETE CASCADE,
    before   TEXT -- JSON; null: there was no correction
) STRICT;
CREATE INDEX correction_log_by_step ON correction_log (step);
