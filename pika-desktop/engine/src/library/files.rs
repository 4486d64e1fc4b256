//! Files as scans find them: what became of each, and which are gone.

use std::path::{Path, PathBuf};

use anyhow::Result;
use pika_analysis::Tags;
use pika_protocol::limits::clean_text;
use rusqlite::{OptionalExtension, Transaction, params};

use super::{
    ContentId, Identities, Library,
    content::IDENTITY_VERSION,
    fold,
    ids::{FolderId, TrackId},
    made, os_path, text_index,
};
use crate::clock::now_ms;

/// What a scan learned about one file.
#[derive(Debug, Clone, PartialEq)]
pub struct FileFacts {
    /// Where it is.
    pub path: PathBuf,
    /// Length in bytes.
    pub size: u64,
    /// Time of the last change, nanoseconds since 1970.
    pub modified_ns: i64,
    /// Identity of its sound.
    pub content_id: ContentId,
    /// Its tags.
    pub tags: Tags,
}

/// A file that the library knows, as a scan compares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownFile {
    /// Its track.
    pub id: TrackId,
    /// Length in bytes when it was last read.
    pub size: u64,
    /// Time of the last change when it was last read, nanoseconds since 1970.
    pub modified_ns: i64,
    /// Whether the last scan did not find it.
    pub missing: bool,
    /// Whether its identity was reckoned by an earlier version.
    pub is_outdated: bool,
}

/// What became of a file that was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// Seen for the first time.
    New(TrackId),
    /// Known under another path, and that file is gone: it kept all its data.
    Moved(TrackId),
    /// Known under this path; only tags changed.
    Updated(TrackId),
    /// Another sound was known under this path. What the DJ made of that one is kept beside it.
    Replaced(TrackId),
}

impl Placement {
    /// The track.
    pub fn track(self) -> TrackId {
        match self {
            Self::New(id) | Self::Moved(id) | Self::Updated(id) | Self::Replaced(id) => id,
        }
    }
}

impl Library {
    /// Every file of a folder that the library knows, by path.
    pub fn known_files(&self, folder: FolderId) -> Result<Vec<(PathBuf, KnownFile)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT path, id, size, modified_ns, missing_since IS NOT NULL, identity < ? FROM tracks WHERE folder_id = ?",
        )?;
        let rows = statement.query_map([IDENTITY_VERSION.into(), folder.0], |row| {
            let path: Vec<u8> = row.get(0)?;
            let known = KnownFile {
                id: TrackId(row.get(1)?),
                size: row.get::<_, i64>(2)?.cast_unsigned(),
                modified_ns: row.get(3)?,
                missing: row.get(4)?,
                is_outdated: row.get(5)?,
            };
            Ok((os_path::from_bytes(&path), known))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Stores files in one transaction and says what became of each. `folder`: where the scan found
    /// them; `None` for a file played from elsewhere.
    ///
    /// `is_there` says whether a path exists now: a known sound whose file is gone has moved.
    pub fn store_files(
        &mut self,
        folder: Option<FolderId>,
        files: &[FileFacts],
        is_there: impl Fn(&Path) -> bool,
    ) -> Result<Vec<Placement>> {
        let transaction = self.connection.transaction()?;
        let mut placements = Vec::with_capacity(files.len());
        for file in files {
            placements.push(store_file(&transaction, folder, file, &is_there)?);
        }
        transaction.commit()?;
        Ok(placements)
    }

    /// Brings identities up to date that an earlier version reckoned: whoever has the former one of a file has the
    /// same sound, wherever it is now.
    /// The track of a file that has not changed is up to date afterwards.
    pub fn renew_identities(&mut self, files: &[(Option<TrackId>, Identities)]) -> Result<()> {
        let transaction = self.connection.transaction()?;
        for (track, file) in files {
            transaction
                .prepare_cached(
                    "UPDATE tracks SET content_id = ?, identity = ? WHERE content_id = ? AND identity < ?2",
                )?
                .execute(params![file.current.0, IDENTITY_VERSION, file.former.0])?;
            if let Some(track) = track {
                transaction
                    .prepare_cached("UPDATE tracks SET identity = ? WHERE id = ?")?
                    .execute(params![IDENTITY_VERSION, track.0])?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// Notes which files a scan did not find, and which are there again.
    pub fn set_missing(&mut self, gone: &[TrackId], back: &[TrackId]) -> Result<()> {
        let transaction = self.connection.transaction()?;
        {
            let mut set_gone = transaction
                .prepare("UPDATE tracks SET missing_since = coalesce(missing_since, ?) WHERE id = ?")?;
            for id in gone {
                set_gone.execute(params![now_ms(), id.0])?;
            }
            for id in gone {
                made::bequeath(&transaction, *id)?;
            }
            let mut set_back = transaction.prepare("UPDATE tracks SET missing_since = NULL WHERE id = ?")?;
            for id in back {
                set_back.execute([id.0])?;
            }
        }
        transaction.commit()?;
        Ok(())
    }
}

#[cfg(test)]
impl Library {
    /// As if there were no room on the disk.
    pub(crate) fn refuse_writes(&mut self, refuse: bool) -> Result<()> {
        Ok(self.connection.pragma_update(None, "query_only", refuse)?)
    }

    /// Files as version 0.1.0 knew them.
    pub(crate) fn back_to_first_identities(&mut self, files: &[(PathBuf, Identities)]) -> Result<()> {
        for (path, identities) in files {
            self.connection.execute(
                "UPDATE tracks SET content_id = ?, identity = 1 WHERE path = ?",
                params![identities.former.0, os_path::to_bytes(path)],
            )?;
        }
        Ok(())
    }
}

/// Finds the file's track, or makes one, and writes down what the scan learned.
fn store_file(
    transaction: &Transaction<'_>,
    folder: Option<FolderId>,
    file: &FileFacts,
    is_there: &impl Fn(&Path) -> bool,
) -> Result<Placement> {
    let placement = place(transaction, file, is_there)?;
    write_facts(transaction, placement.track(), folder, file)?;
    // One that was of this sound before has its own, and what the DJ took away there stays away.
    if !matches!(placement, Placement::Updated(_)) {
        made::inherit(transaction, placement.track(), file.content_id)?;
    }
    text_index::write(transaction, placement.track().0)?;
    Ok(placement)
}

/// A track, as its path leads to it.
struct Known {
    track: TrackId,
    sound: ContentId,
    identity: u32,
}

/// Which track this file is: the one of its path when that is of its sound, else one of its sound whose file is gone,
/// else a new one.
fn place(
    transaction: &Transaction<'_>,
    file: &FileFacts,
    is_there: &impl Fn(&Path) -> bool,
) -> Result<Placement> {
    let bytes = os_path::to_bytes(&file.path);
    let known = transaction
        .prepare_cached("SELECT id, content_id, identity FROM tracks WHERE path = ?")?
        .query_row([&bytes], |row| {
            Ok(Known {
                track: TrackId(row.get(0)?),
                sound: ContentId(row.get(1)?),
                identity: row.get(2)?,
            })
        })
        .optional()?;
    let Some(known) = known else {
        return Ok(match vanished_twin(transaction, file, is_there)? {
            Some(track) => Placement::Moved(track),
            None => Placement::New(add_track(transaction, &bytes)?),
        });
    };
    if known.sound == file.content_id {
        return Ok(Placement::Updated(known.track));
    }
    if known.identity < IDENTITY_VERSION && is_ogg(&file.path) {
        // The former identity held the tags: nobody can tell new tags from a new sound. What the DJ made stays; it is
        // measured again.
        forget_measured(transaction, known.track)?;
        return Ok(Placement::Updated(known.track));
    }
    replace(transaction, &known, file, &bytes, is_there)
}

/// Another sound is at the path of a known track.
fn replace(
    transaction: &Transaction<'_>,
    known: &Known,
    file: &FileFacts,
    path: &[u8],
    is_there: &impl Fn(&Path) -> bool,
) -> Result<Placement> {
    let back = vanished_twin(transaction, file, is_there)?;
    if back.is_none() && !made::has_any(transaction, known.track)? {
        forget_measured(transaction, known.track)?;
        return Ok(Placement::Replaced(known.track));
    }
    give_path_up(transaction, known.track, path)?;
    let track = match back {
        Some(track) => track,
        None => add_track(transaction, path)?,
    };
    Ok(Placement::Replaced(track))
}

/// A track whose file is another sound now: it waits, hidden, for its own to come back under whatever name.
fn give_path_up(transaction: &Transaction<'_>, track: TrackId, path: &[u8]) -> Result<()> {
    transaction
        .prepare_cached(
            "UPDATE tracks SET path = ?, path_key = '', path_fold = '', name_fold = '',
                 missing_since = coalesce(missing_since, ?) WHERE id = ?",
        )?
        .execute(params![os_path::given_up(path, track.0), now_ms(), track.0])?;
    made::bequeath(transaction, track)?;
    Ok(())
}

fn is_ogg(path: &Path) -> bool {
    path.extension().is_some_and(|suffix| {
        ["ogg", "oga", "opus"]
            .iter()
            .any(|known| suffix.eq_ignore_ascii_case(known))
    })
}

/// A track of which nothing is known yet but its path.
fn add_track(transaction: &Transaction<'_>, path: &[u8]) -> Result<TrackId> {
    transaction
        .prepare_cached(
            "INSERT INTO tracks (path, path_text, path_key, path_fold, name_fold, text_fold, size,
                 modified_ns, content_id, added_at) VALUES (?, '', '', '', '', '', 0, 0, x'', ?)",
        )?
        .execute(params![path, now_ms()])?;
    Ok(TrackId(transaction.last_insert_rowid()))
}

/// What was measured no longer holds.
fn forget_measured(transaction: &Transaction<'_>, track: TrackId) -> Result<()> {
    for sql in [
        "DELETE FROM analyses WHERE track_id = ?",
        "UPDATE tracks SET failure_kind = NULL, failure_text = NULL, failure_version = NULL WHERE id = ?",
    ] {
        transaction.prepare_cached(sql)?.execute([track.0])?;
    }
    Ok(())
}

fn write_facts(
    transaction: &Transaction<'_>,
    track: TrackId,
    folder: Option<FolderId>,
    file: &FileFacts,
) -> Result<()> {
    let text = fold::path_text(&file.path);
    let key = fold::path_key(&text);
    let path_fold = fold::lower(&key);
    let tags = &file.tags;
    let stem = file.path.file_stem().unwrap_or_default().to_string_lossy();
    // What nobody can see is no title.
    let shown = |text: &Option<String>| clean_text(text.as_deref().unwrap_or_default());
    let (title, artist, album) = (shown(&tags.title), shown(&tags.artist), shown(&tags.album));
    let is_titled = !title.is_empty();
    let text_fold = if is_titled {
        fold::text_fold(&artist, &title)
    } else {
        String::new()
    };
    let title = if is_titled { &*title } else { &*stem };
    transaction
        .prepare_cached(
            "UPDATE tracks SET folder_id = coalesce(?, folder_id), path = ?, path_text = ?, path_key = ?, path_fold = ?,
                 name_fold = ?, text_fold = ?, size = ?, modified_ns = ?, content_id = ?, identity = ?, title = ?, artist = ?,
                 album = ?, genre = ?, comment = ?, year = ?, tag_bpm = ?, tag_key = ?, is_titled = ?, title_sort = ?,
                 artist_sort = ?, album_sort = ?, missing_since = NULL
             WHERE id = ?",
        )?
        .execute(params![
            folder.map(|folder| folder.0),
            os_path::to_bytes(&file.path),
            text,
            key,
            path_fold,
            fold::file_name(&path_fold),
            text_fold,
            file.size.cast_signed(),
            file.modified_ns,
            file.content_id.0,
            IDENTITY_VERSION,
            title,
            artist,
            album,
            shown(&tags.genre),
            tags.comment.as_deref().unwrap_or_default(),
            tags.year,
            tags.bpm,
            tags.key.as_deref().unwrap_or_default(),
            is_titled,
            fold::words(title),
            fold::words(&artist),
            fold::words(&album),
            track.0
        ])?;
    Ok(())
}

/// A track with the same sound whose file is gone.
fn vanished_twin(
    transaction: &Transaction<'_>,
    file: &FileFacts,
    is_there: &impl Fn(&Path) -> bool,
) -> Result<Option<TrackId>> {
    let mut statement =
        transaction.prepare_cached("SELECT id, path FROM tracks WHERE content_id = ? ORDER BY id")?;
    let twins: Vec<(i64, Vec<u8>)> = statement
        .query_map([file.content_id.0], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(twins
        .into_iter()
        .find(|(_, path)| !is_there(&os_path::from_bytes(path)))
        .map(|(id, _)| TrackId(id)))
}
