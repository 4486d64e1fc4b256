//! What the hand is doing in History.

use pika_engine::{app::Command, library::LibraryCommand};
use pika_protocol::SessionId;

/// Which songs are listed first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Order {
    #[default]
    MostLoved,
    AsPlayed,
}

/// What the hand is doing in History.
#[derive(Debug, Default)]
pub struct HistoryScreen {
    /// The list was asked for.
    pub(super) is_asked: bool,
    /// The night that is looked at.
    pub(super) chosen: Option<SessionId>,
    /// In one column: the night stands in the place of the list.
    pub(super) is_open: bool,
    /// The night that was asked for.
    pub(super) shown: Option<SessionId>,
    /// What the file that is being chosen is for.
    pub(super) exporting: Option<SessionId>,
    pub(super) order: Order,
    pub(super) to_write: Option<Command>,
    /// What the running night had when the list was last asked for: songs, likes, most dancers.
    pub(super) told: Option<(usize, u32, u32)>,
    /// When that was, in the window's seconds.
    pub(super) told_at: f64,
}

impl HistoryScreen {
    /// The list of nights changed: the one that is looked at may have, too.
    pub(in crate::ui) fn nights_changed(&mut self) {
        self.shown = None;
    }

    /// Where a night is to be written was chosen.
    pub(in crate::ui) fn chosen_file(&mut self, path: &std::path::Path) {
        if let Some(session) = self.exporting.take() {
            self.to_write = Some(Command::Library(LibraryCommand::ExportNight {
                session,
                path: path.to_owned(),
            }));
        }
    }
}
