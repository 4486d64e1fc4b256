//! The index that is searched as one types: the words of every track, folded, so that nobody needs to type letters that
//! their keyboard does not have.

use std::path::Path;

use anyhow::Result;
use pika_protocol::limits::clean_text;
use rusqlite::{Connection, params};

use super::fold;

/// Tracks in one go.
const BATCH: i64 = 500;

/// Writes the words of a track anew: one of its texts has changed.
pub(super) fn write(connection: &Connection, track: i64) -> rusqlite::Result<()> {
    let texts: [String; 8] = connection
        .prepare_cached(
            "SELECT title, artist, album, genre, comment, notes, labels, path_text FROM tracks WHERE id = ?",
        )?
        .query_row([track], |row| {
            let mut texts: [String; 8] = Default::default();
            for (column, text) in texts.iter_mut().enumerate() {
                *text = fold::letters(row.get_ref(column)?.as_str()?);
            }
            Ok(texts)
        })?;
    connection
        .prepare_cached("DELETE FROM track_text WHERE rowid = ?")?
        .execute([track])?;
    let [title, artist, album, genre, comment, notes, labels, path_text] = texts;
    connection
        .prepare_cached(
            "INSERT INTO track_text (rowid, title, artist, album, genre, comment, notes, labels, path_text)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            track, title, artist, album, genre, comment, notes, labels, path_text
        ])?;
    Ok(())
}

/// One step of the library's layout: all words and all keys of sorting and matching are folded anew, and titles that
/// nobody can see give way to the file's name. In one transaction; done again it changes nothing.
///
/// Errors: the database refused.
pub(super) fn fold_anew(connection: &mut Connection) -> Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(include_str!("../../migrations/0007_folded.sql"))?;
    let mut last = i64::MIN;
    loop {
        let rows: Vec<(i64, [String; 4], bool)> = transaction
            .prepare_cached(
                "SELECT id, title, artist, album, path_text, is_titled FROM tracks WHERE id > ? ORDER BY id LIMIT ?",
            )?
            .query_map([last, BATCH], |row| {
                let texts = [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
                Ok((row.get(0)?, texts, row.get(5)?))
            })?
            .collect::<rusqlite::Result<_>>()?;
        let Some((end, ..)) = rows.last() else { break };
        last = *end;
        for (id, [title, artist, album, path], is_titled) in rows {
            let is_titled = is_titled && !clean_text(&title).is_empty();
            let stem = Path::new(fold::file_name(&path)).file_stem().unwrap_or_default();
            let title = if is_titled {
                title
            } else {
                stem.to_string_lossy().into_owned()
            };
            let text_fold = if is_titled {
                fold::text_fold(&artist, &title)
            } else {
                String::new()
            };
            transaction
                .prepare_cached(
                    "UPDATE tracks SET title = ?, is_titled = ?, text_fold = ?, title_sort = ?, artist_sort = ?,
                         album_sort = ? WHERE id = ?",
                )?
                .execute(params![
                    title,
                    is_titled,
                    text_fold,
                    fold::words(&title),
                    fold::words(&artist),
                    fold::words(&album),
                    id
                ])?;
            write(&transaction, id)?;
        }
    }
    transaction.commit()?;
    Ok(())
}
