-- How the floor answered a play in each session: absolute numbers, the latest word of that session's relay. A play that
-- is told to two sessions has answers of both; `play_answers` holds their sum.
CREATE TABLE session_answers (
    play_id    TEXT NOT NULL,
    session_id TEXT NOT NULL, -- empty: not known any more
    likes      INTEGER NOT NULL,
    faster     INTEGER NOT NULL,
    perfect    INTEGER NOT NULL,
    slower     INTEGER NOT NULL,
    PRIMARY KEY (play_id, session_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_answers_by_session ON session_answers (session_id);

INSERT INTO session_answers (play_id, session_id, likes, faster, perfect, slower)
SELECT a.play_id,
    coalesce((SELECT n.session_id FROM nights n JOIN plays p ON p.id = a.play_id
        WHERE p.started_at BETWEEN n.started_at AND coalesce(n.ended_at, n.started_at + 86400000)
            OR EXISTS (SELECT 1 FROM night_early_plays e
                WHERE e.session_id = n.session_id AND e.play_id = a.play_id)
        ORDER BY n.started_at DESC LIMIT 1), ''),
    a.likes, a.faster, a.perfect, a.slower
FROM play_answers a;
