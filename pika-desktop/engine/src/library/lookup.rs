//! Finding the one track that is meant. More than one hit is no hit.

use std::path::Path;

use anyhow::Result;
use rusqlite::{ToSql, params};

use super::{Library, TrackId, fold, os_path};

/// Lengths of the same song differ by no more, in seconds.
const LENGTH_TOLERANCE_S: f64 = 1.0;
/// Hits looked at: with more of them nothing is certain anyway.
const MAX_HITS: u32 = 16;

/// How well a track fits what was typed, the smallest best: first its title, then its artist, then the rest.
pub fn relevance(typed: &str, title: &str, artist: &str) -> u8 {
    let (typed, title, artist) = (fold::words(typed), fold::words(title), fold::words(artist));
    let all_in = |text: &str| typed.split(' ').all(|word| text.contains(word));
    if title.starts_with(&typed) {
        0
    } else if all_in(&title) {
        1
    } else if all_in(&artist) {
        2
    } else if all_in(&format!("{title} {artist}")) {
        3
    } else {
        4
    }
}

impl Library {
    /// The track with this very path.
    pub fn track_at(&self, path: &Path) -> Result<Option<TrackId>> {
        self.only("path = ?", params![os_path::to_bytes(path)])
    }

    /// The track with this path after [`super::fold::path_key`].
    pub fn track_by_path_key(&self, path_key: &str) -> Result<Option<TrackId>> {
        self.only("path_key = ?", params![path_key])
    }

    /// The track with this path after [`super::fold::path_key`] in lower case.
    pub fn track_by_path_fold(&self, path_fold: &str) -> Result<Option<TrackId>> {
        self.only("path_fold = ?", params![path_fold])
    }

    /// The track with this file name (lower case) and size in bytes.
    pub fn track_by_name_and_size(&self, name_fold: &str, size: u64) -> Result<Option<TrackId>> {
        self.only(
            "name_fold = ? AND size = ?",
            params![name_fold, size.cast_signed()],
        )
    }

    /// The track with this file name (lower case) and length, within a second.
    pub fn track_by_name_and_duration(&self, name_fold: &str, duration_s: f64) -> Result<Option<TrackId>> {
        self.only(
            "name_fold = ?1 AND id IN (SELECT track_id FROM analyses WHERE abs(duration_s - ?2) <= ?3)",
            params![name_fold, duration_s, LENGTH_TOLERANCE_S],
        )
    }

    /// The track with this artist and title after [`super::fold::text_fold`].
    pub fn track_by_text(&self, text_fold: &str) -> Result<Option<TrackId>> {
        self.only("text_fold = ?", params![text_fold])
    }

    /// The same with a length within a second, for titles that exist in several versions.
    pub fn track_by_text_and_duration(&self, text_fold: &str, duration_s: f64) -> Result<Option<TrackId>> {
        self.only(
            "text_fold = ?1 AND id IN (SELECT track_id FROM analyses WHERE abs(duration_s - ?2) <= ?3)",
            params![text_fold, duration_s, LENGTH_TOLERANCE_S],
        )
    }

    /// Copies of one recording are one hit; a file that is there goes before one that is gone.
    fn only(&self, condition: &str, values: &[&dyn ToSql]) -> Result<Option<TrackId>> {
        let sql = format!(
            "SELECT id, content_id, missing_since IS NOT NULL FROM tracks WHERE {condition} LIMIT {MAX_HITS}"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(values, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let mut hits: Vec<(i64, Vec<u8>, bool)> = rows.collect::<rusqlite::Result<_>>()?;
        if hits.iter().any(|(_, _, missing)| !missing) {
            hits.retain(|(_, _, missing)| !missing);
        }
        let Some((first, content, _)) = hits.first() else {
            return Ok(None);
        };
        let same = hits.iter().all(|(_, other, _)| other == content);
        Ok(same.then_some(TrackId(*first)))
    }
}

#[cfg(test)]
mod tests {
    use super::relevance;

    #[test]
    fn a_title_goes_before_an_artist_and_both_before_the_rest() {
        let songs = [
            ("Broken Coffee", "Ida Moss"),
            ("Low Tide", "The Velvet Hours"),
            ("Blue Velvet", "Ida Moss"),
            ("Velvet Rope", "Ida Moss"),
        ];
        let mut sorted = songs;
        sorted.sort_by_key(|(title, artist)| relevance("vélvet", title, artist));
        assert_eq!(sorted, [songs[3], songs[2], songs[1], songs[0]]);
        assert!(relevance("tide velvet", "Low Tide", "The Velvet Hours") < relevance("tide", "Bad", "Heart"));
        assert_eq!(
            relevance("", "Low Tide", ""),
            0,
            "nothing typed: as the library has them"
        );
    }
}
