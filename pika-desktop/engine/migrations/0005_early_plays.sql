-- Plays that belong to a session though they began before it: the one that was on when it began, and those that
-- waited for the relay. All others belong to a night by their time.
CREATE TABLE night_early_plays (
    session_id TEXT NOT NULL,
    play_id    TEXT NOT NULL,
    PRIMARY KEY (session_id, play_id)
) STRICT, WITHOUT ROWID;

-- Most dancers at once, as far as this program saw; the recap may know of more.
ALTER TABLE nights ADD COLUMN peak INTEGER NOT NULL DEFAULT 0;
