-- What a DJ program's own database says of a track: never shown as ours, compared with it.

CREATE TABLE second_opinions (
    track_id        INTEGER NOT NULL REFERENCES tracks (id) ON DELETE CASCADE,
    source          TEXT NOT NULL, -- 'virtualdj'
    tag_bpm         REAL,
    scan_bpm        REAL,
    alternative_bpm REAL,
    key_tonic       INTEGER,
    key_minor       INTEGER,
    play_count      INTEGER,
    imported_at     INTEGER NOT NULL,
    PRIMARY KEY (track_id, source)
) STRICT;
