//! All rows in memory, sorted and filtered there. Knows no database.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{
    BrowseQuery, Filters,
    load::Loaded,
    table::{RowStatus, TrackRow, TrackTable},
};
use crate::library::{
    SortColumn, TrackId,
    search::{Field, Term},
};

/// What rows are sorted by, by slot.
#[derive(Default)]
struct SortTexts {
    title: Vec<Box<str>>,
    artist: Vec<Box<str>>,
    album: Vec<Box<str>>,
}

/// Places in alphabetical order, by slot.
#[derive(Default)]
struct Ranks {
    title: Vec<u32>,
    artist: Vec<u32>,
    album: Vec<u32>,
    genre: Vec<u32>,
}

/// All tracks, ready for questions.
#[derive(Default)]
pub(super) struct Catalog {
    table: TrackTable,
    texts: SortTexts,
    /// Made anew after texts changed.
    ranks: Option<Ranks>,
    plays: HashMap<TrackId, u32>,
    doubted: HashSet<TrackId>,
}

impl Catalog {
    /// A catalog of these rows, which come by id.
    pub(super) fn new(rows: Vec<Loaded>, plays: HashMap<TrackId, u32>, doubted: HashSet<TrackId>) -> Self {
        let mut catalog = Self {
            plays,
            doubted,
            ..Self::default()
        };
        catalog.update(rows);
        catalog
    }

    /// Takes in changed and new rows, by id. Returns false when one of them fits nowhere, since it came back
    /// from being gone: everything is to be read again.
    pub(super) fn update(&mut self, rows: Vec<Loaded>) -> bool {
        let mut all_fit = true;
        for loaded in rows {
            let mut row = loaded.row;
            row.plays = self.plays.get(&row.id).copied().unwrap_or(0);
            if row.status == RowStatus::Analyzed && self.doubted.contains(&row.id) {
                row.status = RowStatus::NeedsLook;
            }
            let texts = [loaded.title_sort, loaded.artist_sort, loaded.album_sort];
            let genre = Arc::clone(&row.genre);
            let known = self.table.find(row.id).map(|old| Arc::clone(&old.genre));
            let Some(slot) = self.table.put(row) else {
                all_fit = false;
                continue;
            };
            let slot = slot as usize;
            let columns = [
                &mut self.texts.title,
                &mut self.texts.artist,
                &mut self.texts.album,
            ];
            let mut changed = known.is_none_or(|known| known != genre);
            for (column, text) in columns.into_iter().zip(texts) {
                if slot == column.len() {
                    column.push(text);
                } else if column[slot] != text {
                    changed = true;
                    column[slot] = text;
                }
            }
            if changed {
                self.ranks = None;
            }
        }
        all_fit
    }

    /// Songs were played, or were not after all.
    pub(super) fn set_plays(&mut self, plays: HashMap<TrackId, u32>) {
        let changed: Vec<TrackId> = self
            .plays
            .keys()
            .chain(plays.keys())
            .filter(|id| self.plays.get(id) != plays.get(id))
            .copied()
            .collect();
        self.plays = plays;
        for id in changed {
            if let Some(row) = self.table.find(id) {
                let mut row = row.clone();
                row.plays = self.plays.get(&id).copied().unwrap_or(0);
                self.table.put(row);
            }
        }
    }

    /// The highest id.
    pub(super) fn last_id(&self) -> TrackId {
        let last = u32::try_from(self.table.len()).unwrap_or(u32::MAX).checked_sub(1);
        last.and_then(|slot| self.table.get(slot))
            .map_or(TrackId(0), |row| row.id)
    }

    /// The rows as they are now.
    pub(super) fn table(&self) -> TrackTable {
        self.table.clone()
    }

    /// How many need a look, and how many failed.
    pub(super) fn troubles(&self) -> (usize, usize) {
        self.table
            .rows()
            .filter(|(_, row)| !row.is_gone)
            .fold((0, 0), |(look, failed), (_, row)| match row.status {
                RowStatus::NeedsLook => (look + 1, failed),
                RowStatus::Failed(_) => (look, failed + 1),
                _ => (look, failed),
            })
    }

    /// The slots that fit, in order. `among`: only these tracks; `None` for all.
    pub(super) fn order(
        &mut self,
        query: &BrowseQuery,
        terms: &[Term],
        among: Option<&[TrackId]>,
    ) -> Arc<[u32]> {
        let fits = |row: &TrackRow| {
            !row.is_gone && fits_filters(row, &query.filters) && terms.iter().all(|term| fits_term(row, term))
        };
        let slots: Vec<u32> = match among {
            None => self
                .table
                .rows()
                .filter(|(_, row)| fits(row))
                .map(|(slot, _)| slot)
                .collect(),
            Some(tracks) => tracks
                .iter()
                .filter_map(|track| self.table.slot_of(*track))
                .filter(|slot| self.table.get(*slot).is_some_and(&fits))
                .collect(),
        };
        // A number of 32 bits and the slot make one of 64: nothing sorts faster.
        let mut keyed: Vec<u64> = self.sort_keys(slots, query.sort, query.descending).collect();
        keyed.sort_unstable();
        keyed.into_iter().map(|keyed| keyed as u32).collect()
    }

    fn sort_keys(
        &mut self,
        slots: Vec<u32>,
        sort: SortColumn,
        descending: bool,
    ) -> impl Iterator<Item = u64> {
        if matches!(
            sort,
            SortColumn::Title | SortColumn::Artist | SortColumn::Album | SortColumn::Genre
        ) && self.ranks.is_none()
        {
            self.ranks = Some(self.make_ranks());
        }
        let (table, ranks) = (&self.table, &self.ranks);
        let rank = move |slot: u32| -> Option<u32> {
            let ranks = ranks.as_ref()?;
            let column = match sort {
                SortColumn::Title => &ranks.title,
                SortColumn::Artist => &ranks.artist,
                SortColumn::Album => &ranks.album,
                _ => &ranks.genre,
            };
            column
                .get(slot as usize)
                .copied()
                .filter(|rank| *rank != u32::MAX)
        };
        slots.into_iter().map(move |slot| {
            let row = table.get(slot);
            let key = match sort {
                SortColumn::Title | SortColumn::Artist | SortColumn::Album | SortColumn::Genre => rank(slot),
                // Ids grow with time, and the slots with the ids.
                SortColumn::Added => Some(slot),
                other => row.and_then(|row| number(row, other)).map(ordered_bits),
            };
            // Tracks without a value come last either way.
            let key = match key {
                None => u32::MAX,
                Some(key) if descending => u32::MAX - 1 - key.min(u32::MAX - 1),
                Some(key) => key.min(u32::MAX - 1),
            };
            u64::from(key) << 32 | u64::from(slot)
        })
    }

    fn make_ranks(&self) -> Ranks {
        let title = ranked(
            self.texts.title.len(),
            |a, b| self.texts.title[a].cmp(&self.texts.title[b]).then(a.cmp(&b)),
            |_| false,
        );
        let by = |texts: &[Box<str>]| {
            ranked(
                texts.len(),
                |a, b| texts[a].cmp(&texts[b]).then_with(|| title[a].cmp(&title[b])),
                |slot| texts[slot].is_empty(),
            )
        };
        let genres: Vec<Box<str>> = self
            .table
            .rows()
            .map(|(_, row)| row.genre.to_lowercase().into_boxed_str())
            .collect();
        Ranks {
            artist: by(&self.texts.artist),
            album: by(&self.texts.album),
            genre: by(&genres),
            title,
        }
    }
}

/// The place of each of `len` slots in order; `u32::MAX` for an empty one.
fn ranked(
    len: usize,
    mut compare: impl FnMut(usize, usize) -> std::cmp::Ordering,
    is_empty: impl Fn(usize) -> bool,
) -> Vec<u32> {
    let mut slots: Vec<u32> = (0..len as u32).collect();
    slots.sort_unstable_by(|a, b| compare(*a as usize, *b as usize));
    let mut ranks = vec![0; len];
    for (rank, slot) in (0u32..).zip(slots) {
        ranks[slot as usize] = if is_empty(slot as usize) { u32::MAX } else { rank };
    }
    ranks
}

/// The number that a column sorts by.
fn number(row: &TrackRow, sort: SortColumn) -> Option<f32> {
    match sort {
        SortColumn::Bpm => row.bpm,
        // Round the wheel, minor before major.
        SortColumn::Key => row.key.map(|key| {
            f32::from(key.camelot_number() * 2 + u8::from(key.mode() == pika_analysis::Mode::Major))
        }),
        SortColumn::Energy => row.energy,
        SortColumn::Danceability => row.danceability,
        SortColumn::Brightness => row.brightness,
        SortColumn::Loudness => row.loudness_lufs,
        SortColumn::Duration => row.duration_s,
        SortColumn::Year => row.year.map(f32::from),
        SortColumn::Status => Some(row.status.rank()),
        SortColumn::Title
        | SortColumn::Artist
        | SortColumn::Album
        | SortColumn::Genre
        | SortColumn::Added => None,
    }
}

/// Bits of a number that compare as it does.
fn ordered_bits(value: f32) -> u32 {
    let bits = value.to_bits();
    if bits >> 31 == 0 { bits | 1 << 31 } else { !bits }
}

fn fits_filters(row: &TrackRow, filters: &Filters) -> bool {
    let within = |value: Option<f32>, range: Option<(f64, f64)>| {
        range.is_none_or(|(low, high)| value.is_some_and(|value| (low..=high).contains(&f64::from(value))))
    };
    within(row.bpm, filters.bpm)
        && within(row.energy, filters.energy)
        && within(row.danceability, filters.danceability)
        && (filters.keys.is_empty() || row.key.is_some_and(|key| filters.keys.contains(&key)))
        && (!filters.never_played || row.plays == 0)
        && (!filters.needs_look || matches!(row.status, RowStatus::NeedsLook))
}

/// Terms that only the database can answer fit here: it answered them.
fn fits_term(row: &TrackRow, term: &Term) -> bool {
    match term {
        Term::Key(key) => row.key == Some(*key),
        Term::Bpm(low, high) => row
            .bpm
            .is_some_and(|bpm| (*low..=*high).contains(&f64::from(bpm))),
        Term::Compare {
            field,
            comparison,
            value,
        } => field_of(row, *field).is_some_and(|own| comparison.holds(f64::from(own), *value)),
        Term::Word { .. }
        | Term::Tag(_)
        | Term::NotPlayedFor(_)
        | Term::PlayedWithin(_)
        | Term::Doubted(_) => true,
    }
}

fn field_of(row: &TrackRow, field: Field) -> Option<f32> {
    match field {
        Field::Energy => row.energy,
        Field::Danceability => row.danceability,
        Field::Brightness => row.brightness,
        Field::Bpm => row.bpm,
        Field::Loudness => row.loudness_lufs,
        Field::Year => row.year.map(f32::from),
    }
}

/// Whether the database has to answer a term.
pub(super) fn needs_database(term: &Term) -> bool {
    matches!(
        term,
        Term::Word { .. } | Term::Tag(_) | Term::NotPlayedFor(_) | Term::PlayedWithin(_) | Term::Doubted(_)
    )
}
