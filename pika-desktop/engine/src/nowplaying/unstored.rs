//! What was announced and is still to be written down: the disk was full, or the database busy.

use std::collections::VecDeque;

use anyhow::Result;

use crate::library::{Library, MatchedBy, NoticedBy, Play, PlayUuid};

/// Entries that wait; an evening has a few hundred.
const MOST: usize = 2_000;
/// Bytes of text that wait.
const MOST_BYTES: usize = 16 << 20;

/// One line of the logbook that is to be written.
#[derive(Debug, Clone)]
pub(super) enum Entry {
    /// A play, or what is better known of it.
    Play {
        play: Box<Play>,
        matched_by: Option<MatchedBy>,
        noticed_by: NoticedBy,
    },
    /// A play did not happen.
    Removal(PlayUuid),
}

impl Entry {
    fn bytes(&self) -> usize {
        match self {
            Self::Play { play, noticed_by, .. } => {
                play.title.len() + play.artist.len() + play.path_text.len() + noticed_by.identity.len()
            }
            Self::Removal(_) => 0,
        }
    }

    fn store(&self, library: &mut Library) -> Result<()> {
        match self {
            Self::Play {
                play,
                matched_by,
                noticed_by,
            } => library.record_noticed(play, *matched_by, noticed_by),
            Self::Removal(id) => library.remove_play(*id),
        }
    }
}

/// What waits, oldest first, bounded: when there is no more room the oldest is given up.
#[derive(Debug, Clone, Default)]
pub(super) struct Unstored {
    entries: VecDeque<Entry>,
    bytes: usize,
}

impl Unstored {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Tracks have other ids now; the words of a play stay.
    pub(super) fn forget_tracks(&mut self) {
        for entry in &mut self.entries {
            if let Entry::Play { play, .. } = entry {
                play.track = None;
            }
        }
    }

    pub(super) fn push(&mut self, entry: Entry) {
        self.bytes += entry.bytes();
        self.entries.push_back(entry);
        while self.entries.len() > MOST || (self.bytes > MOST_BYTES && self.entries.len() > 1) {
            self.pop();
            tracing::error!("too much waits to be written down: the oldest is given up");
        }
    }

    fn pop(&mut self) {
        if let Some(entry) = self.entries.pop_front() {
            self.bytes -= entry.bytes();
        }
    }

    /// Writes down what waits, in order.
    ///
    /// Errors: the library cannot take the next one now; it and what follows go on waiting.
    pub(super) fn settle(&mut self, library: &mut Library) -> Result<()> {
        while let Some(entry) = self.entries.front() {
            entry.store(library)?;
            self.pop();
        }
        Ok(())
    }
}
