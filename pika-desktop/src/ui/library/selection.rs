//! Which tracks are chosen, by id, so that sorting and scanning change nothing of it.

use std::collections::HashSet;

use eframe::egui::Modifiers;
use pika_engine::library::{TrackId, browse::Listing};

/// The chosen tracks and the one that has the focus.
#[derive(Debug, Default)]
pub struct Selection {
    chosen: HashSet<TrackId>,
    focus: Option<TrackId>,
    /// Where a range begins.
    anchor: Option<TrackId>,
    /// The focus' place in the listing of this generation.
    place: Option<(u64, usize)>,
}

/// How a row is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    /// Only this.
    Only,
    /// This too, or not any more.
    Toggle,
    /// From the last one to this.
    Range,
}

impl Choice {
    /// What a click with these keys held means.
    pub(super) fn by(modifiers: Modifiers) -> Self {
        if modifiers.shift {
            Self::Range
        } else if modifiers.command {
            Self::Toggle
        } else {
            Self::Only
        }
    }
}

impl Selection {
    /// The track that the detail panel shows.
    pub fn focus(&self) -> Option<TrackId> {
        self.focus
    }

    /// How many are chosen.
    pub fn len(&self) -> usize {
        self.chosen.len()
    }

    /// Whether none is chosen.
    pub fn is_empty(&self) -> bool {
        self.chosen.is_empty()
    }

    /// Whether a track is chosen.
    pub fn contains(&self, track: TrackId) -> bool {
        self.chosen.contains(&track)
    }

    /// The chosen tracks that the list shows, in its order.
    pub fn in_order(&self, listing: &Listing) -> Vec<TrackId> {
        match (self.chosen.len(), self.focus) {
            (1, Some(focus)) if self.chosen.contains(&focus) => vec![focus],
            _ => listing
                .ids()
                .filter(|track| self.chosen.contains(track))
                .collect(),
        }
    }

    /// Whether the list shows more than one of the chosen tracks.
    pub(super) fn shows_several(&self, listing: &Listing) -> bool {
        let mut shown = listing.ids().filter(|track| self.chosen.contains(track));
        self.chosen.len() > 1 && shown.nth(1).is_some()
    }

    /// Chooses none.
    pub fn clear(&mut self) {
        self.chosen.clear();
        self.chosen.extend(self.focus);
    }

    pub(super) fn choose(&mut self, listing: &Listing, place: usize, choice: Choice) {
        let Some(track) = listing.row(place).map(|row| row.id) else {
            return;
        };
        match choice {
            Choice::Only => {
                self.chosen.clear();
                self.chosen.insert(track);
                self.anchor = Some(track);
            }
            Choice::Toggle => {
                if !self.chosen.remove(&track) {
                    self.chosen.insert(track);
                }
                self.anchor = Some(track);
            }
            Choice::Range => {
                let from = self
                    .anchor
                    .and_then(|anchor| listing.place_of(anchor))
                    .unwrap_or(place);
                let range = from.min(place)..=from.max(place);
                self.chosen = range
                    .filter_map(|place| listing.row(place).map(|row| row.id))
                    .collect();
            }
        }
        self.focus = Some(track);
        self.place = Some((listing.generation, place));
    }

    pub(super) fn choose_all(&mut self, listing: &Listing) {
        self.chosen = listing.ids().collect();
        if self.focus.is_none_or(|focus| !self.chosen.contains(&focus)) {
            self.focus = listing.row(0).map(|row| row.id);
        }
    }

    /// The place of the focus in the list.
    pub(super) fn place(&mut self, listing: &Listing) -> Option<usize> {
        let focus = self.focus?;
        match self.place {
            Some((generation, place)) if generation == listing.generation => {
                (place < listing.len()).then_some(place)
            }
            _ => {
                let place = listing.place_of(focus);
                self.place = Some((listing.generation, place.unwrap_or(usize::MAX)));
                place
            }
        }
    }

    /// Moves the focus by rows; returns the new place.
    pub(super) fn step(&mut self, listing: &Listing, by: isize, extend: bool) -> Option<usize> {
        if listing.is_empty() {
            return None;
        }
        let last = listing.len() - 1;
        let place = match self.place(listing) {
            Some(place) => place.saturating_add_signed(by).min(last),
            None if by < 0 => last,
            None => 0,
        };
        let choice = if extend { Choice::Range } else { Choice::Only };
        self.choose(listing, place, choice);
        Some(place)
    }
}
