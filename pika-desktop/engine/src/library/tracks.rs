//! Tracks as lists and pages show them: corrected where the DJ corrected them.

use std::path::PathBuf;

use anyhow::Result;
use pika_analysis::{Mode, MusicalKey};
use rusqlite::{OptionalExtension, Row};

use super::{Library, ids::TrackId, os_path};

/// The musical values that are shown: corrected where the DJ corrected them.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Values {
    /// Length in seconds.
    pub duration_s: Option<f64>,
    /// Tempo in BPM.
    pub bpm: Option<f64>,
    /// Confidence in the tempo, 0 to 1; 1 when corrected.
    pub bpm_confidence: Option<f64>,
    /// The other tempo a listener might tap.
    pub bpm_alternative: Option<f64>,
    /// Key.
    pub key: Option<MusicalKey>,
    /// Confidence in the key, 0 to 1; 1 when corrected.
    pub key_confidence: Option<f64>,
    /// Energy, 0 to 100.
    pub energy: Option<f64>,
    /// Danceability, 0 to 100.
    pub danceability: Option<f64>,
    /// Brightness, 0 to 100.
    pub brightness: Option<f64>,
    /// Integrated loudness in LUFS.
    pub loudness_lufs: Option<f64>,
}

/// A track as lists and pages show it.
#[derive(Debug, Clone, PartialEq)]
pub struct Track {
    /// Its number.
    pub id: TrackId,
    /// Where its file is.
    pub path: PathBuf,
    /// Title; the file's name without its suffix when the tags have none.
    pub title: String,
    /// Whether the tags have a title.
    pub is_titled: bool,
    /// Artist; may be empty.
    pub artist: String,
    /// Album; may be empty.
    pub album: String,
    /// Genre; may be empty.
    pub genre: String,
    /// Year of release.
    pub year: Option<u16>,
    /// Values; all `None` before the analysis.
    pub values: Values,
    /// Which of the values the DJ corrected.
    pub corrected: bool,
    /// Version of the analysis; `None` before the first.
    pub analysis_version: Option<u32>,
    /// Why the analysis failed.
    pub failure: Option<String>,
    /// Whether the file is not there at the moment.
    pub missing: bool,
}

/// Columns of [`Track`], in the order of [`track_from_row`]; corrections come before measurements.
pub(super) const TRACK_COLUMNS: &str = "t.id, t.path, t.title, t.artist, t.album, t.genre, t.year,
    a.duration_s, coalesce(c.bpm, a.bpm), iif(c.bpm IS NULL, a.bpm_confidence, 1.0), a.bpm_alternative,
    coalesce(c.key_tonic, a.key_tonic), coalesce(c.key_minor, a.key_minor),
    iif(c.key_tonic IS NULL, a.key_confidence, 1.0),
    coalesce(c.energy, a.energy), a.danceability, a.brightness, a.loudness_lufs,
    c.track_id IS NOT NULL, a.version, t.failure_text, t.missing_since IS NOT NULL, t.is_titled";
/// The tables those columns come from.
pub(super) const TRACK_TABLES: &str =
    "tracks t LEFT JOIN analyses a ON a.track_id = t.id LEFT JOIN corrections c ON c.track_id = t.id";

pub(super) fn track_from_row(row: &Row<'_>) -> rusqlite::Result<Track> {
    let path: Vec<u8> = row.get(1)?;
    let path = os_path::from_bytes(&path);
    Ok(Track {
        id: TrackId(row.get(0)?),
        title: row.get(2)?,
        artist: row.get(3)?,
        album: row.get(4)?,
        genre: row.get(5)?,
        year: row.get(6)?,
        values: Values {
            duration_s: row.get(7)?,
            bpm: row.get(8)?,
            bpm_confidence: row.get(9)?,
            bpm_alternative: row.get(10)?,
            key: key_from_columns(row.get(11)?, row.get(12)?),
            key_confidence: row.get(13)?,
            energy: row.get(14)?,
            danceability: row.get(15)?,
            brightness: row.get(16)?,
            loudness_lufs: row.get(17)?,
        },
        corrected: row.get(18)?,
        analysis_version: row.get(19)?,
        failure: row.get(20)?,
        missing: row.get(21)?,
        is_titled: row.get(22)?,
        path,
    })
}

pub(super) fn key_from_columns(tonic: Option<u8>, minor: Option<bool>) -> Option<MusicalKey> {
    Some(MusicalKey::new(
        tonic?,
        if minor? { Mode::Minor } else { Mode::Major },
    ))
}

impl Library {
    /// These tracks in this order; what is not in the library any more is left out.
    pub fn tracks(&self, ids: &[TrackId]) -> Result<Vec<Track>> {
        let mut tracks = Vec::with_capacity(ids.len());
        for id in ids {
            tracks.extend(self.track(*id)?);
        }
        Ok(tracks)
    }

    /// One track; `None` when there is none of that number.
    pub fn track(&self, id: TrackId) -> Result<Option<Track>> {
        let sql = format!("SELECT {TRACK_COLUMNS} FROM {TRACK_TABLES} WHERE t.id = ?");
        Ok(self
            .connection
            .prepare_cached(&sql)?
            .query_row([id.0], track_from_row)
            .optional()?)
    }

    /// How many tracks are there, and how many of them are analysed.
    pub fn counts(&self) -> Result<(u32, u32)> {
        Ok(self.connection.query_row(
            "SELECT count(*), count(a.track_id) FROM tracks t LEFT JOIN analyses a ON a.track_id = t.id
             WHERE t.missing_since IS NULL",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?)
    }
}
