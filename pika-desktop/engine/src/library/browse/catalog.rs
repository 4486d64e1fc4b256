//! All rows in memory, sorted and filtered there. Knows no database.

use std::{
    collections::{HashMap, HashSet},
    iter::Peekable,
    sync::Arc,
};

use super::{
    BrowseQuery, Filters,
    load::LoadedRow,
    table::{RowStatus, TrackRow, TrackTable},
};
use crate::library::{
    SortColumn, TrackId, fold,
    search::{Field, Term},
};

/// What rows are sorted by, by slot.
#[derive(Default)]
struct SortTexts {
    title: Vec<Box<str>>,
    artist: Vec<Box<str>>,
    album: Vec<Box<str>>,
}

/// Places in alphabetical order, by slot; each is made when it is first asked for, or before in a quiet moment.
#[derive(Default)]
struct Ranks {
    title: Option<Vec<u32>>,
    artist: Option<Vec<u32>>,
    album: Option<Vec<u32>>,
    genre: Option<Vec<u32>>,
}

impl Ranks {
    fn of(&self, sort: SortColumn) -> Option<&[u32]> {
        match sort {
            SortColumn::Title => self.title.as_deref(),
            SortColumn::Artist => self.artist.as_deref(),
            SortColumn::Album => self.album.as_deref(),
            SortColumn::Genre => self.genre.as_deref(),
            _ => None,
        }
    }
}

/// The columns that are sorted alphabetically; the title first, since it decides between equal ones.
const TEXTS: [SortColumn; 4] = [
    SortColumn::Title,
    SortColumn::Artist,
    SortColumn::Album,
    SortColumn::Genre,
];

/// All tracks, ready for questions.
#[derive(Default)]
pub(super) struct Catalog {
    table: TrackTable,
    texts: SortTexts,
    /// Made anew after texts changed.
    ranks: Ranks,
    plays: HashMap<TrackId, u32>,
    doubted: HashSet<TrackId>,
}

impl Catalog {
    /// A catalog of these rows, which come by id.
    pub(super) fn new(rows: Vec<LoadedRow>, plays: HashMap<TrackId, u32>, doubted: HashSet<TrackId>) -> Self {
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
    pub(super) fn update(&mut self, rows: Vec<LoadedRow>) -> bool {
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
                self.ranks = Ranks::default();
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

    /// The slots that fit, in order. `among`: only these tracks, by id; `None` for all. `without`: none of these, by
    /// id.
    pub(super) fn order(
        &mut self,
        query: &BrowseQuery,
        terms: &[Term],
        among: Option<&[TrackId]>,
        without: &[TrackId],
    ) -> Arc<[u32]> {
        let fits = |row: &TrackRow| {
            !row.is_gone && fits_filters(row, &query.filters) && terms.iter().all(|term| fits_term(row, term))
        };
        // Rows go by id, and so do both lists.
        let mut among = among.map(|tracks| tracks.iter().copied().peekable());
        let mut without = without.iter().copied().peekable();
        let slots: Vec<u32> = self
            .table
            .rows()
            .filter(|(_, row)| {
                let asked = among.as_mut().is_none_or(|tracks| is_next(tracks, row.id));
                let unwanted = is_next(&mut without, row.id);
                asked && !unwanted && fits(row)
            })
            .map(|(slot, _)| slot)
            .collect();
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
        self.rank(sort);
        let (table, ranks) = (&self.table, self.ranks.of(sort));
        slots.into_iter().map(move |slot| {
            let key = match (ranks, sort) {
                (Some(ranks), _) => ranks.get(slot as usize).copied().filter(|rank| *rank != u32::MAX),
                // Ids grow with time, and the slots with the ids.
                // What cannot be read is not what a new library begins with.
                (None, SortColumn::Added) => table
                    .get(slot)
                    .filter(|row| !matches!(row.status, RowStatus::Failed(_)))
                    .map(|_| slot),
                (None, other) => table
                    .get(slot)
                    .and_then(|row| number(row, other))
                    .map(ordered_bits),
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

    /// Does a piece of work that a later question would have to wait for. Returns false when there is none.
    pub(super) fn prepare(&mut self) -> bool {
        match TEXTS.into_iter().find(|sort| self.ranks.of(*sort).is_none()) {
            Some(sort) => {
                self.rank(sort);
                true
            }
            None => false,
        }
    }

    /// Sees to it that a column of texts has its ranks.
    fn rank(&mut self, sort: SortColumn) {
        if !TEXTS.contains(&sort) || self.ranks.of(sort).is_some() {
            return;
        }
        if sort != SortColumn::Title {
            self.rank(SortColumn::Title);
        }
        let titles = self.ranks.of(SortColumn::Title).unwrap_or_default();
        match sort {
            SortColumn::Artist => self.ranks.artist = Some(ranked(&self.texts.artist, titles)),
            SortColumn::Album => self.ranks.album = Some(ranked(&self.texts.album, titles)),
            SortColumn::Genre => {
                let rows = self.table.rows();
                let genres: Vec<Box<str>> = rows.map(|(_, row)| fold::words(&row.genre).into()).collect();
                self.ranks.genre = Some(ranked(&genres, titles));
            }
            _ => {
                let mut ranks = ranked(&self.texts.title, &[]);
                // A track without a title is a track; it has a place.
                let last = ranks.iter().filter(|rank| **rank != u32::MAX).count() as u32;
                let untitled = ranks.iter_mut().filter(|rank| **rank == u32::MAX);
                untitled.zip(last..).for_each(|(rank, place)| *rank = place);
                self.ranks.title = Some(ranks);
            }
        }
    }
}

/// Whether a track is in a list that goes by id; what comes before it is passed over.
fn is_next(tracks: &mut Peekable<impl Iterator<Item = TrackId>>, track: TrackId) -> bool {
    while tracks.next_if(|other| *other < track).is_some() {}
    tracks.next_if_eq(&track).is_some()
}

/// The place of each text in order, `second` deciding between equal ones; `u32::MAX` for an empty one.
fn ranked(texts: &[Box<str>], second: &[u32]) -> Vec<u32> {
    let mut order: Vec<(u64, u32)> = texts
        .iter()
        .zip(0u32..)
        .filter(|(text, _)| !text.is_empty())
        .map(|(text, slot)| (beginning(text), slot))
        .collect();
    let second = |slot: u32| second.get(slot as usize).copied().unwrap_or(slot);
    // Most pairs are told apart by their first eight bytes, which lie here; the texts lie all over the memory.
    order.sort_unstable_by(|a, b| {
        let ((first, a), (other, b)) = (*a, *b);
        first
            .cmp(&other)
            .then_with(|| texts[a as usize].cmp(&texts[b as usize]))
            .then_with(|| second(a).cmp(&second(b)))
            .then(a.cmp(&b))
    });
    let mut ranks = vec![u32::MAX; texts.len()];
    for (rank, (_, slot)) in (0u32..).zip(order) {
        ranks[slot as usize] = rank;
    }
    ranks
}

/// The first eight bytes as a number that compares as they do.
fn beginning(text: &str) -> u64 {
    let mut bytes = [0; 8];
    let length = text.len().min(8);
    bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
    u64::from_be_bytes(bytes)
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
