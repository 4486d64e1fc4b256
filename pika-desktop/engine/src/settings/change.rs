//! A change of one setting. Whoever changes something says what, not how all of the settings are then: of two
//! changes in one frame the second would otherwise take the first one back.

use std::path::PathBuf;

use pika_analysis::Profile;

use super::{Appearance, PollTemplate, Settings, TableSettings, WindowPlace};

/// One setting and its new value.
#[derive(Debug, Clone, PartialEq)]
pub enum SettingsChange {
    /// The dance floor that the analysis settles tempo octaves for.
    Profile(Profile),
    /// Threads of the analysis; `None` for all cores.
    AnalysisThreads(Option<usize>),
    /// VirtualDJ's folder; `None`: found by itself.
    VirtualDjFolder(Option<PathBuf>),
    /// A text file or `.m3u` that another program writes.
    NowPlayingFile(Option<PathBuf>),
    /// Look of the window.
    Appearance(Appearance),
    /// Scale of the window, in [`super::SCALES`].
    Scale(f32),
    /// Nothing moves that need not.
    LessMotion(bool),
    /// Live goes dim when nobody touches anything.
    DimWhenIdle(bool),
    /// Polls that the DJ keeps, oldest first.
    PollTemplates(Vec<PollTemplate>),
    /// Columns and order of the library's table.
    Table(TableSettings),
    /// Whether the first run was gone through, or skipped.
    SetUp(bool),
    /// Whether VirtualDJ's history is followed.
    FollowVirtualDj(bool),
    /// The relay that sessions go to.
    RelayAddress(Option<String>),
    /// Sound output for auditioning; `None` for the system's own choice.
    AudioOutput(Option<String>),
    /// Loudness of auditioning, 0 to 1.
    AuditionVolume(f32),
    /// Name of the last session.
    SessionName(String),
    /// The DJ's name for dancers.
    DjName(String),
    /// Whether sessions stand in the relay's public list.
    SessionListed(bool),
    /// Whether dancers see tempo, key and character.
    ShowValuesToDancers(bool),
    /// Where the window is.
    Window(WindowPlace),
    /// Whether dancers are served from this computer.
    ServeHere(bool),
    /// Whether the project may be asked for a newer version.
    CheckForUpdates(bool),
}

impl Settings {
    /// Makes one change.
    pub fn apply(&mut self, change: SettingsChange) {
        match change {
            SettingsChange::Profile(it) => self.profile = it,
            SettingsChange::AnalysisThreads(it) => self.analysis_threads = it,
            SettingsChange::VirtualDjFolder(it) => self.virtualdj_folder = it,
            SettingsChange::NowPlayingFile(it) => self.now_playing_file = it,
            SettingsChange::Appearance(it) => self.appearance = it,
            SettingsChange::Scale(it) => self.scale = it,
            SettingsChange::LessMotion(it) => self.less_motion = it,
            SettingsChange::DimWhenIdle(it) => self.dim_when_idle = it,
            SettingsChange::PollTemplates(it) => self.poll_templates = it,
            SettingsChange::Table(it) => self.table = it,
            SettingsChange::SetUp(it) => self.is_set_up = it,
            SettingsChange::FollowVirtualDj(it) => self.follow_virtualdj = it,
            SettingsChange::RelayAddress(it) => self.relay_address = it,
            SettingsChange::AudioOutput(it) => self.audio_output = it,
            SettingsChange::AuditionVolume(it) => self.audition_volume = it,
            SettingsChange::SessionName(it) => self.session_name = it,
            SettingsChange::DjName(it) => self.dj_name = it,
            SettingsChange::SessionListed(it) => self.session_listed = it,
            SettingsChange::ShowValuesToDancers(it) => self.show_values_to_dancers = it,
            SettingsChange::Window(it) => self.window = Some(it),
            SettingsChange::ServeHere(it) => self.serve_here = it,
            SettingsChange::CheckForUpdates(it) => self.check_for_updates = it,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_changes_of_one_frame_both_stay() {
        let mut settings = Settings::default();
        settings.apply(SettingsChange::LessMotion(true));
        settings.apply(SettingsChange::Scale(1.5));
        let expected = Settings {
            less_motion: true,
            scale: 1.5,
            ..Settings::default()
        };
        assert_eq!(settings, expected);
    }
}
