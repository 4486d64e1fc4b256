-- What a play was noticed by, so that the same line of a DJ program is known again, whenever and wherever it is read.
ALTER TABLE plays ADD COLUMN identity TEXT NOT NULL DEFAULT ''; -- a path in one form, else artist and title folded
ALTER TABLE plays ADD COLUMN line_at INTEGER; -- the time that its line bears; null: it bears none
CREATE INDEX plays_by_line ON plays (line_at);
CREATE INDEX plays_by_log ON plays (logged_at);
-- Ids of plays follow from their lines and this key: a play that could not be written down (the disk was full) has the
-- same id after a crash, and nobody who sees an id can try out which path it came from.
CREATE TABLE play_key (key BLOB NOT NULL) STRICT;
INSERT INTO play_key VALUES (randomblob(32));
