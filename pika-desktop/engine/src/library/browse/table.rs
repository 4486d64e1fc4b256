//! Rows of tracks in chunks that are shared until they change: handing the table to the window costs a few
//! hundred reference counts, changing a row copies one chunk.

use std::sync::Arc;

use pika_analysis::MusicalKey;

use crate::library::TrackId;

/// Rows in a chunk.
const CHUNK: usize = 256;

/// How it stands with a track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowStatus {
    /// Could not be analysed. Holds why, in one sentence.
    Failed(Arc<str>),
    /// Analysed, but doubtful: a low confidence, or the DJ program says something else.
    NeedsLook,
    /// Waits for its analysis.
    Waiting,
    /// Analysed.
    Analyzed,
    /// The DJ corrected it; the analysis keeps off.
    Corrected,
}

impl RowStatus {
    /// What needs the DJ first.
    pub(super) fn rank(&self) -> f32 {
        match self {
            Self::Failed(_) => 0.0,
            Self::NeedsLook => 1.0,
            Self::Waiting => 2.0,
            Self::Analyzed => 3.0,
            Self::Corrected => 4.0,
        }
    }
}

/// A track in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct TrackRow {
    /// Which.
    pub id: TrackId,
    /// Title; the file's name when the tags have none.
    pub title: Arc<str>,
    /// Artist; may be empty.
    pub artist: Arc<str>,
    /// Album; may be empty.
    pub album: Arc<str>,
    /// Genre; may be empty.
    pub genre: Arc<str>,
    /// Year of release.
    pub year: Option<u16>,
    /// Tempo in BPM.
    pub bpm: Option<f32>,
    /// Key.
    pub key: Option<MusicalKey>,
    /// Energy, 0 to 100.
    pub energy: Option<f32>,
    /// Danceability, 0 to 100.
    pub danceability: Option<f32>,
    /// Brightness, 0 to 100.
    pub brightness: Option<f32>,
    /// Integrated loudness in LUFS.
    pub loudness_lufs: Option<f32>,
    /// Length in seconds.
    pub duration_s: Option<f32>,
    /// When it came into the library, in milliseconds since 1970.
    pub added_at_ms: i64,
    /// How often it was played.
    pub plays: u32,
    /// How it stands.
    pub status: RowStatus,
    /// Its drive is not there.
    pub is_away: bool,
    /// Its file is gone: it is in no list.
    pub is_gone: bool,
}

/// All tracks of the library, by slot: in the order of their ids.
#[derive(Debug, Clone, Default)]
pub struct TrackTable {
    chunks: Vec<Arc<Vec<TrackRow>>>,
    len: usize,
}

impl TrackTable {
    /// A table of these rows, whose ids must rise; one that does not is left out.
    pub fn from_rows(rows: impl IntoIterator<Item = TrackRow>) -> Self {
        let mut table = Self::default();
        for row in rows {
            table.put(row);
        }
        table
    }

    /// Rows in the table, gone ones included.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The row in a slot.
    pub fn get(&self, slot: u32) -> Option<&TrackRow> {
        let slot = slot as usize;
        self.chunks.get(slot / CHUNK)?.get(slot % CHUNK)
    }

    /// The slot of a track.
    pub fn slot_of(&self, track: TrackId) -> Option<u32> {
        // Ids grow with the slots.
        let chunk = self
            .chunks
            .partition_point(|chunk| chunk.first().is_some_and(|row| row.id <= track))
            .checked_sub(1)?;
        let place = self.chunks[chunk]
            .binary_search_by_key(&track, |row| row.id)
            .ok()?;
        u32::try_from(chunk * CHUNK + place).ok()
    }

    /// The row of a track.
    pub fn find(&self, track: TrackId) -> Option<&TrackRow> {
        self.get(self.slot_of(track)?)
    }

    /// All rows with their slots.
    pub fn rows(&self) -> impl Iterator<Item = (u32, &TrackRow)> {
        (0u32..).zip(self.chunks.iter().flat_map(|chunk| chunk.iter()))
    }

    /// Puts a row in its track's place; a new one, whose id must be the highest, at the end.
    /// Returns its slot; `None` for a new one out of order.
    pub(super) fn put(&mut self, row: TrackRow) -> Option<u32> {
        if let Some(slot) = self.slot_of(row.id) {
            let chunk = &mut self.chunks[slot as usize / CHUNK];
            Arc::make_mut(chunk)[slot as usize % CHUNK] = row;
            return Some(slot);
        }
        let last = self.chunks.last().and_then(|chunk| chunk.last());
        if last.is_some_and(|last| last.id > row.id) {
            return None;
        }
        let slot = u32::try_from(self.len).ok()?;
        match self.chunks.last_mut() {
            Some(chunk) if chunk.len() < CHUNK => Arc::make_mut(chunk).push(row),
            _ => {
                let mut chunk = Vec::with_capacity(CHUNK);
                chunk.push(row);
                self.chunks.push(Arc::new(chunk));
            }
        }
        self.len += 1;
        Some(slot)
    }
}
