//! What the hand is doing in the settings.

use std::path::Path;

use pika_engine::{
    library::FolderId,
    scanner::{ScanNotice, ScanReport},
};

/// One part of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Account,
    Local,
    Sources,
    Folders,
    Library,
    Appearance,
    Analysis,
    Sound,
    Privacy,
    About,
}

impl Section {
    pub(super) const LEFT: &[Self] = &[
        Self::Account,
        Self::Local,
        Self::Sources,
        Self::Folders,
        Self::Library,
    ];
    pub(super) const RIGHT: &[Self] = &[
        Self::Appearance,
        Self::Analysis,
        Self::Sound,
        Self::Privacy,
        Self::About,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Account => "Account",
            Self::Local => "Without internet",
            Self::Sources => "Now-playing source",
            Self::Folders => "Music folders",
            Self::Library => "Library file",
            Self::Appearance => "Appearance",
            Self::Analysis => "Analysis",
            Self::Sound => "Preview sound",
            Self::Privacy => "Dancer page and privacy",
            Self::About => "About",
        }
    }
}

/// What is asked before it is done.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Confirmation {
    /// Forget the token.
    Disconnect,
    /// Use another relay, which forgets the token.
    OtherRelay(String),
    /// Forget a music folder. Its name.
    RemoveFolder(FolderId, String),
    /// Analyse everything again for another dance floor.
    Profile(pika_analysis::Profile),
    /// Put the last good copy in the library's place.
    GoBack,
}

/// What the hand is doing in the settings.
#[derive(Debug, Default)]
pub struct SettingsScreen {
    /// The section that was pressed last in the list.
    pub(super) section: Option<Section>,
    /// To be scrolled to in this frame.
    pub(super) jump: bool,
    /// What was pressed is not in view yet.
    pub(super) is_awaited: bool,
    /// Sections whose heading is in view in this frame.
    pub(super) in_view: Vec<Section>,
    /// The relay's address while it is typed.
    pub(super) relay: Option<String>,
    /// The token while it is typed or pasted.
    pub(super) token: Option<String>,
    pub(super) question: Option<Confirmation>,
    /// Volume while it is dragged, 0 to 1.
    pub(super) volume: Option<f32>,
    /// Whether the outputs were asked for.
    pub(super) outputs_asked: bool,
    /// What the DJ should know of the music folders, while it is so.
    pub(super) notices: Vec<ScanNotice>,
}

/// Notices that are kept; a DJ has a handful of folders and databases.
const MAX_NOTICES: usize = 32;

impl SettingsScreen {
    /// What a scan tells: a notice stays until what it is about was read without that.
    pub(in crate::ui) fn scan_told(&mut self, report: &ScanReport) {
        match report {
            ScanReport::Notice(notice) => {
                self.notices.retain(|other| path_of(other) != path_of(notice));
                self.notices.truncate(MAX_NOTICES - 1);
                self.notices.push(notice.clone());
            }
            ScanReport::Over(path) => self.notices.retain(|notice| path_of(notice) != path),
            ScanReport::OpinionsImported { path, counts } => self.notices.retain_mut(|notice| match notice {
                ScanNotice::DamagedSongs { path: of, count } if of == path => {
                    *count = counts.damaged;
                    *count > 0
                }
                ScanNotice::DamagedDatabase { path: of } => of != path,
                _ => true,
            }),
            _ => {}
        }
    }

    /// The list of sections follows the page: what is chosen is in view, where any heading is.
    pub(super) fn follow(&mut self) {
        let in_view = std::mem::take(&mut self.in_view);
        let is_in_view = self.section.is_some_and(|section| in_view.contains(&section));
        // One that was pressed is on its way into view.
        if !is_in_view && !self.is_awaited {
            self.section = in_view.first().copied().or(self.section);
        }
        self.is_awaited &= !is_in_view;
    }
}

/// What a notice is about.
pub(super) fn path_of(notice: &ScanNotice) -> &Path {
    match notice {
        ScanNotice::DamagedSongs { path, .. } | ScanNotice::DamagedDatabase { path } => path,
        ScanNotice::NotWatched { folder, .. } => folder,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_sections_follows_the_page() {
        let mut screen = SettingsScreen::default();
        let mut after = |in_view: &[Section]| {
            screen.in_view = in_view.to_vec();
            screen.follow();
            screen.section
        };
        assert_eq!(
            after(&[Section::Account, Section::Appearance]),
            Some(Section::Account)
        );
        assert_eq!(after(&[Section::Folders, Section::Sound]), Some(Section::Folders));
        assert_eq!(
            after(&[Section::Sources, Section::Folders]),
            Some(Section::Folders),
            "still in view"
        );
        assert_eq!(after(&[]), Some(Section::Folders), "between two headings");
        (screen.section, screen.is_awaited) = (Some(Section::About), true);
        let mut after = |in_view: &[Section]| {
            screen.in_view = in_view.to_vec();
            screen.follow();
            screen.section
        };
        assert_eq!(after(&[Section::Account]), Some(Section::About), "on its way");
        assert_eq!(after(&[Section::Library, Section::About]), Some(Section::About));
        assert_eq!(after(&[Section::Account]), Some(Section::Account));
    }
}
