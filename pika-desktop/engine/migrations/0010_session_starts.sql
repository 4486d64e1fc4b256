-- Where in the logbook the last live session began: after this play. What was played in it is told by the order in which
-- it came, since clocks are set meanwhile. By the play's id: only an INTEGER PRIMARY KEY outlives a VACUUM.
CREATE TABLE session_starts (
    mark       TEXT PRIMARY KEY, -- the session's own, made when the DJ went live
    after_play TEXT -- null: it is the first thing in the logbook
) STRICT, WITHOUT ROWID;
