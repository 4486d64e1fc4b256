-- The words of tracks, folded (`library/fold.rs`): ł is found as l, ß as ss. Who changes a text of a track writes its
-- words (`library/text_index.rs`); the texts themselves stand in `tracks` alone.
DROP TRIGGER IF EXISTS track_text_insert;
DROP TRIGGER IF EXISTS track_text_delete;
DROP TRIGGER IF EXISTS track_text_update;
DROP TABLE IF EXISTS track_text;
CREATE VIRTUAL TABLE track_text USING fts5 (
    title, artist, album, genre, comment, notes, labels, path_text,
    content = '', contentless_delete = 1,
    tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);
