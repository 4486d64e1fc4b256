//! Music folders and the list of what could not be read.

use std::path::{Path, PathBuf};

use anyhow::Result;
use rusqlite::params;

use super::{
    Library,
    fold::path_text,
    ids::{FolderId, TrackId},
    made, os_path,
};
use crate::{clock::now_ms, foreign::file};

/// A folder that the DJ chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Its number.
    pub id: FolderId,
    /// Where it is.
    pub path: PathBuf,
    /// Since when its drive is not there, in milliseconds since 1970.
    pub away_since: Option<i64>,
}

/// A file or folder that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableFile {
    /// Which.
    pub path: PathBuf,
    /// Why, in one sentence.
    pub reason: String,
}

impl Library {
    /// Adds a music folder; one that is there already, by this name or another, is returned as it is.
    pub fn add_folder(&mut self, path: &Path) -> Result<Folder> {
        let real = file::real_folder(path);
        let folders = self.folders()?;
        let is_same = |folder: &&Folder| real.is_some() && file::real_folder(&folder.path) == real;
        if let Some(same) = folders.iter().find(is_same) {
            return Ok(same.clone());
        }
        self.connection.execute(
            "INSERT OR IGNORE INTO folders (path, path_text, added_at) VALUES (?, ?, ?)",
            params![os_path::to_bytes(path), path_text(path), now_ms()],
        )?;
        let id = self.connection.query_row(
            "SELECT id FROM folders WHERE path = ?",
            [os_path::to_bytes(path)],
            |row| row.get(0),
        )?;
        Ok(Folder {
            id: FolderId(id),
            path: path.to_owned(),
            away_since: None,
        })
    }

    /// Forgets a folder. Its tracks keep their data and are hidden until they are found again.
    pub fn remove_folder(&mut self, folder: FolderId) -> Result<()> {
        let transaction = self.connection.transaction()?;
        transaction.execute(
            "UPDATE tracks SET missing_since = coalesce(missing_since, ?) WHERE folder_id = ?",
            params![now_ms(), folder.0],
        )?;
        let copied: Vec<i64> = transaction
            .prepare(
                "SELECT id FROM tracks t WHERE folder_id = ? AND EXISTS (SELECT 1 FROM tracks o
                     WHERE o.content_id = t.content_id AND o.id <> t.id AND o.missing_since IS NULL)",
            )?
            .query_map([folder.0], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for track in copied {
            made::bequeath(&transaction, TrackId(track))?;
        }
        transaction.execute("DELETE FROM folders WHERE id = ?", [folder.0])?;
        transaction.commit()?;
        Ok(())
    }

    /// All music folders, oldest first.
    pub fn folders(&self) -> Result<Vec<Folder>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT id, path, away_since FROM folders ORDER BY id")?;
        let rows = statement.query_map([], |row| {
            let path: Vec<u8> = row.get(1)?;
            Ok(Folder {
                id: FolderId(row.get(0)?),
                path: os_path::from_bytes(&path),
                away_since: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Notes that a folder's drive is gone, or there again. Its tracks are not touched.
    pub fn set_folder_away(&mut self, folder: FolderId, away: bool) -> Result<()> {
        self.connection.execute(
            "UPDATE folders SET away_since = CASE WHEN ? THEN coalesce(away_since, ?) END WHERE id = ?",
            params![away, now_ms(), folder.0],
        )?;
        Ok(())
    }

    /// Replaces the list of what could not be read in a folder.
    pub fn set_unreadable(&mut self, folder: FolderId, files: &[UnreadableFile]) -> Result<()> {
        let transaction = self.connection.transaction()?;
        transaction.execute("DELETE FROM unreadable WHERE folder_id = ?", [folder.0])?;
        {
            let mut insert = transaction.prepare(
                "INSERT OR REPLACE INTO unreadable (path, folder_id, path_text, reason, seen_at) VALUES (?, ?, ?, ?, ?)",
            )?;
            for file in files {
                insert.execute(params![
                    os_path::to_bytes(&file.path),
                    folder.0,
                    path_text(&file.path),
                    file.reason,
                    now_ms()
                ])?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// Everything that cannot be used, with the reason: unreadable files first, then failed analyses.
    pub fn unreadable(&self) -> Result<Vec<UnreadableFile>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT path, reason FROM unreadable
             UNION ALL
             SELECT path, failure_text FROM tracks WHERE failure_text IS NOT NULL AND missing_since IS NULL",
        )?;
        let rows = statement.query_map([], |row| {
            let path: Vec<u8> = row.get(0)?;
            Ok(UnreadableFile {
                path: os_path::from_bytes(&path),
                reason: row.get(1)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
