//! What the hand is doing in the library.

use std::path::PathBuf;

use pika_engine::{
    library::{
        TrackId,
        browse::{BrowseQuery, Filters, Listing},
    },
    settings::{Column, TableSettings},
};

use super::selection::{Choice, Selection};
use crate::ui::detail::DetailScreen;

/// What the foot remembers.
#[derive(Debug, Default)]
pub(super) struct Footer {
    pub(super) was_working: bool,
    pub(super) ready_until: Option<f64>,
}

/// What the hand is doing in the library.
#[derive(Debug, Default)]
pub struct LibraryScreen {
    /// What is typed into the search.
    pub text: String,
    /// The chips that are set.
    pub filters: Filters,
    /// Which tracks are chosen.
    pub selection: Selection,
    /// The panel of the chosen track.
    pub detail: DetailScreen,
    /// The table as it is being dragged; what is kept is in the settings.
    pub(super) table: Option<TableSettings>,
    /// What was last asked of the list.
    pub(super) asked: Option<BrowseQuery>,
    /// The row to bring into view.
    pub(super) scroll_to: Option<usize>,
    /// Columns that have room, as they were drawn last.
    pub(super) in_view: Vec<Column>,
    /// Rows that fit on screen.
    pub(super) page: usize,
    /// Tracks that wait for the place they are written to, and that place.
    pub(super) exporting: Vec<TrackId>,
    pub(super) export_to: Option<PathBuf>,
    pub(super) failed_open: bool,
    /// The first run just ended here.
    pub(super) welcome: bool,
    pub(super) progress: Footer,
}

impl LibraryScreen {
    /// The track that the detail panel shows.
    pub fn focused(&self) -> Option<TrackId> {
        self.selection.focus()
    }

    /// The track whose panel is shown: several tracks have the whole width.
    pub(super) fn in_panel(&self) -> Option<TrackId> {
        self.focused().filter(|_| self.selection.len() <= 1)
    }

    /// The first row is chosen, from the search.
    pub(super) fn choose_first(&mut self, listing: &Listing) {
        self.selection.choose(listing, 0, Choice::Only);
        self.scroll_to = Some(0);
    }

    /// The panel goes, and nothing is chosen any more.
    pub(super) fn close_panel(&mut self) {
        self.selection = Selection::default();
    }

    /// The first run ends here: says what goes on.
    pub(in crate::ui) fn welcome(&mut self) {
        self.welcome = true;
    }

    /// Opens the list of files that could not be read.
    pub(in crate::ui) fn show_failed(&mut self) {
        self.failed_open = true;
    }

    /// A place to write the list to was chosen.
    pub(in crate::ui) fn export_chosen(&mut self, path: PathBuf) {
        self.export_to = Some(path);
    }

    /// The query that the hand stands for.
    pub(super) fn query(&self, table: &TableSettings) -> BrowseQuery {
        BrowseQuery {
            text: self.text.clone(),
            filters: self.filters.clone(),
            sort: table.sort,
            descending: table.descending,
        }
    }
}
