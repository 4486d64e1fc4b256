//! The library as lists show it: one compact row a track in memory, sorted and filtered on a thread of its
//! own with a reading connection of its own, so that typing never waits for a scan.

mod catalog;
mod load;
mod table;
mod worker;

use std::sync::Arc;

use pika_analysis::MusicalKey;

pub use table::{RowStatus, TrackRow, TrackTable};
pub use worker::{BrowseCommand, BrowseHandle, spawn};

use super::{SortColumn, TrackId};

/// Filters beside the text: the chips.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filters {
    /// Tempo from and to, in BPM.
    pub bpm: Option<(f64, f64)>,
    /// One of these keys; empty for all.
    pub keys: Vec<MusicalKey>,
    /// Energy from and to, 0 to 100.
    pub energy: Option<(f64, f64)>,
    /// Danceability from and to, 0 to 100.
    pub danceability: Option<(f64, f64)>,
    /// Only what was never played.
    pub never_played: bool,
    /// Only what needs a look.
    pub needs_look: bool,
}

impl Filters {
    /// Whether none is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What a list is to show, and in which order.
#[derive(Debug, Clone, PartialEq)]
pub struct BrowseQuery {
    /// What was typed.
    pub text: String,
    /// The chips.
    pub filters: Filters,
    /// The column that orders.
    pub sort: SortColumn,
    /// Largest first.
    pub descending: bool,
}

impl Default for BrowseQuery {
    /// Everything, what came last first.
    fn default() -> Self {
        Self {
            text: String::new(),
            filters: Filters::default(),
            sort: SortColumn::Added,
            descending: true,
        }
    }
}

/// The answer to a query: which rows in which order, and the table they are in.
#[derive(Debug, Clone)]
pub struct Listing {
    /// What was asked.
    pub query: BrowseQuery,
    /// Rises with every answer.
    pub generation: u64,
    /// All tracks.
    pub table: TrackTable,
    /// Places in the table, in order.
    pub order: Arc<[u32]>,
    /// Tracks that need a look, in the whole library.
    pub need_look: usize,
    /// Tracks that could not be analysed, in the whole library.
    pub failed: usize,
}

impl PartialEq for Listing {
    fn eq(&self, other: &Self) -> bool {
        self.generation == other.generation
    }
}

impl Listing {
    /// How many rows it shows.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether it shows none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The row at a place of the list.
    pub fn row(&self, place: usize) -> Option<&TrackRow> {
        self.table.get(*self.order.get(place)?)
    }

    /// The ids in order.
    pub fn ids(&self) -> impl Iterator<Item = TrackId> {
        self.order
            .iter()
            .filter_map(|slot| self.table.get(*slot).map(|row| row.id))
    }

    /// The place of a track in the list. Cost: looks at each.
    pub fn place_of(&self, track: TrackId) -> Option<usize> {
        let slot = self.table.slot_of(track)?;
        self.order.iter().position(|other| *other == slot)
    }
}

#[cfg(test)]
mod tests;
