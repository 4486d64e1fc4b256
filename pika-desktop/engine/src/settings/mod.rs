//! What the DJ chose, in one JSON file with a version.

mod change;
mod place;
mod table;
pub mod writer;

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use pika_analysis::Profile;
use pika_protocol::limits;
use serde::{Deserialize, Serialize};

use crate::{own_files, report::Failure};

pub use change::SettingsChange;
pub use place::WindowPlace;
pub use table::{Column, TableSettings};

/// Version of the file; rises when an old file needs more than default values for new fields.
const SETTINGS_VERSION: u32 = 1;
/// A settings file is some hundred bytes; anything near this is not ours.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// Which of the two looks the window has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Appearance {
    /// "Booth dark", whatever the system says: a DJ's room is dark.
    #[default]
    Dark,
    /// "Daylight".
    Light,
    /// As the system is set; dark where it does not say.
    System,
}

/// A poll that is asked more than once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollTemplate {
    /// The question.
    pub question: String,
    /// The answers.
    pub options: Vec<String>,
}

/// Polls that are kept; with more the oldest goes.
pub const MAX_POLL_TEMPLATES: usize = 12;

/// Everything the DJ can choose. Fields missing in a file get their defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// `SETTINGS_VERSION` of the program that wrote the file.
    pub version: u32,
    /// The dance floor that the analysis settles tempo octaves for.
    pub profile: Profile,
    /// Threads of the analysis; `None` for all cores.
    pub analysis_threads: Option<usize>,
    /// VirtualDJ's folder, when the DJ chose it by hand.
    pub virtualdj_folder: Option<PathBuf>,
    /// A text file or `.m3u` that another program writes.
    pub now_playing_file: Option<PathBuf>,
    /// Look of the window.
    pub appearance: Appearance,
    /// Scale of the window, 0.9 to 2.
    pub scale: f32,
    /// Nothing moves that need not.
    pub less_motion: bool,
    /// On Live everything but the playing song goes dim when nobody touches anything for two minutes.
    pub dim_when_idle: bool,
    /// Polls that the DJ keeps for other nights, oldest first.
    pub poll_templates: Vec<PollTemplate>,
    /// Columns and order of the library's table.
    pub table: TableSettings,
    /// Whether the first run was gone through, or skipped.
    pub is_set_up: bool,
    /// Whether VirtualDJ's history is followed.
    pub follow_virtualdj: bool,
    /// The relay that sessions go to; its token is in the keychain.
    pub relay_address: Option<String>,
    /// Sound output for auditioning; `None` for the system's own choice.
    pub audio_output: Option<String>,
    /// Loudness of auditioning, 0 to 1.
    pub audition_volume: f32,
    /// Name of the last session, for the next one.
    pub session_name: String,
    /// The DJ's name for dancers, where there is no account that knows it.
    pub dj_name: String,
    /// Whether sessions stand in the relay's public list.
    pub session_listed: bool,
    /// Whether dancers see tempo, key and character beside the song.
    pub show_values_to_dancers: bool,
    /// Where the window was when it was last closed.
    pub window: Option<WindowPlace>,
    /// Whether dancers are served from this computer.
    pub serve_here: bool,
    /// Whether the project may be asked, once a day, for a newer version.
    pub check_for_updates: bool,
}

/// Sizes that [`Settings::scale`] may have.
pub const SCALES: std::ops::RangeInclusive<f32> = 0.9..=2.0;

impl Default for Settings {
    fn default() -> Self {
        Self {
            version: SETTINGS_VERSION,
            profile: Profile::default(),
            analysis_threads: None,
            virtualdj_folder: None,
            now_playing_file: None,
            appearance: Appearance::default(),
            scale: 1.0,
            less_motion: false,
            dim_when_idle: true,
            poll_templates: Vec::new(),
            table: TableSettings::default(),
            is_set_up: false,
            follow_virtualdj: true,
            relay_address: None,
            audio_output: None,
            audition_volume: 0.8,
            session_name: String::new(),
            dj_name: String::new(),
            session_listed: true,
            show_values_to_dancers: true,
            window: None,
            serve_here: false,
            check_for_updates: true,
        }
    }
}

/// Why settings could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read or written.
    #[error("cannot access the settings: {0}")]
    Io(#[from] io::Error),
    /// The file is not what this program writes. It is left as it is.
    #[error("the settings file is damaged: {0}")]
    Damaged(String),
    /// A newer program wrote the file.
    #[error("the settings were written by a newer version of Pika!")]
    Newer,
}

impl Settings {
    /// Reads the file at `path`; defaults when there is none.
    pub fn load(path: &Path) -> Result<Self, SettingsError> {
        let Some(text) = own_files::read_text(path, MAX_FILE_BYTES)? else {
            return Ok(Self::default());
        };
        let settings: Self =
            serde_json::from_slice(&text).map_err(|error| SettingsError::Damaged(error.to_string()))?;
        if settings.version > SETTINGS_VERSION {
            return Err(SettingsError::Newer);
        }
        Ok(settings.in_range())
    }

    /// Reads the file at `path` whatever stands in it: one that cannot be used is put aside, and what can be read of it
    /// holds all the same. Returns what the DJ is to be told then.
    pub fn load_anyway(path: &Path) -> (Self, Option<Failure>) {
        let what = "read all of the settings";
        let error = match Self::load(path) {
            Ok(settings) => return (settings, None),
            Err(error) => error,
        };
        let salvaged = own_files::read_text(path, MAX_FILE_BYTES).ok().flatten();
        let salvaged = salvaged.and_then(|text| salvage(&text));
        let meaning = match (&error, &salvaged) {
            (SettingsError::Newer, Some(_)) => "A newer version wrote it; what this one understands holds.",
            (_, Some(_)) => "What could be read of it holds.",
            (_, None) => "Everything is set as at the first start.",
        };
        let note = own_files::aside_with_note(path, what, meaning);
        (salvaged.unwrap_or_default(), Some(note))
    }

    /// A file may have been edited by hand.
    fn in_range(mut self) -> Self {
        let settings = &mut self;
        settings.version = SETTINGS_VERSION;
        settings.scale = within(settings.scale, &SCALES, 1.0);
        settings.audition_volume = within(settings.audition_volume, &(0.0..=1.0), 0.8);
        settings.analysis_threads = settings.analysis_threads.map(|threads| threads.clamp(1, 64));
        settings.window = settings.window.filter(WindowPlace::is_possible);
        settings.poll_templates.truncate(MAX_POLL_TEMPLATES);
        settings.poll_templates.retain(|poll| {
            let short = |text: &String, most: usize| (1..=most).contains(&text.trim().chars().count());
            short(&poll.question, limits::POLL_QUESTION_CHARS)
                && limits::POLL_OPTIONS.contains(&poll.options.len())
                && poll
                    .options
                    .iter()
                    .all(|option| short(option, limits::POLL_OPTION_CHARS))
        });
        self
    }

    /// Writes the file at `path` by renaming, so that a crash leaves the old one or the new one.
    pub fn save(&self, path: &Path) -> Result<(), SettingsError> {
        let text = serde_json::to_vec_pretty(self).map_err(io::Error::from)?;
        let temporary = path.with_extension("json.new");
        let mut file = fs::File::create(&temporary)?;
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(&temporary, path)?;
        Ok(())
    }
}

/// What makes sense in settings that make no sense as a whole: each setting by itself. `None` when nothing does.
fn salvage(text: &[u8]) -> Option<Settings> {
    let serde_json::Value::Object(found) = serde_json::from_slice(text).ok()? else {
        return None;
    };
    let serde_json::Value::Object(mut good) = serde_json::to_value(Settings::default()).ok()? else {
        return None;
    };
    for (name, value) in found {
        let Some(usual) = good.insert(name.clone(), value) else {
            good.remove(&name);
            continue;
        };
        if serde_json::from_value::<Settings>(good.clone().into()).is_err() {
            good.insert(name, usual);
        }
    }
    let settings: Settings = serde_json::from_value(good.into()).ok()?;
    Some(settings.in_range())
}

/// `value` brought into `range`; `default` for what is no number.
fn within(value: f32, range: &std::ops::RangeInclusive<f32>, default: f32) -> f32 {
    if value.is_nan() {
        default
    } else {
        value.clamp(*range.start(), *range.end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_survive_saving_and_loading() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        assert_eq!(Settings::load(&path).unwrap(), Settings::default());
        let settings = Settings {
            profile: Profile::General,
            analysis_threads: Some(3),
            ..Settings::default()
        };
        settings.save(&path).unwrap();
        assert_eq!(Settings::load(&path).unwrap(), settings);
    }

    #[test]
    fn an_old_file_gets_the_new_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        fs::write(&path, r#"{"version":1,"profile":"electronic","gone":true}"#).unwrap();
        let expected = Settings {
            profile: Profile::Electronic,
            ..Settings::default()
        };
        assert_eq!(Settings::load(&path).unwrap(), expected);
    }

    #[test]
    fn values_out_of_range_are_brought_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        fs::write(
            &path,
            r#"{"version":1,"scale":40.0,"audition_volume":-3,"analysis_threads":0}"#,
        )
        .unwrap();
        let settings = Settings::load(&path).unwrap();
        assert_eq!(
            (
                settings.scale,
                settings.audition_volume,
                settings.analysis_threads
            ),
            (2.0, 0.0, Some(1))
        );
    }

    #[test]
    fn damaged_and_newer_files_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        fs::write(&path, "{").unwrap();
        assert!(matches!(Settings::load(&path), Err(SettingsError::Damaged(_))));
        fs::write(&path, r#"{"version":99}"#).unwrap();
        assert!(matches!(Settings::load(&path), Err(SettingsError::Newer)));
    }

    #[test]
    fn what_makes_sense_in_a_file_holds_and_the_file_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        let odd = r#"{"version":1,"scale":"large","dj_name":"Ada","profile":17,"listed":{}}"#;
        fs::write(&path, odd).unwrap();
        let (settings, note) = Settings::load_anyway(&path);
        let expected = Settings {
            dj_name: "Ada".into(),
            ..Settings::default()
        };
        assert_eq!(settings, expected);
        assert!(note.unwrap().error.contains("settings.json.damaged-"));
        let kept = fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap();
        assert_eq!(fs::read_to_string(kept.path()).unwrap(), odd);
        fs::write(&path, r#"{"version":99,"dj_name":"Ada"}"#).unwrap();
        assert_eq!(Settings::load_anyway(&path).0, expected);
        assert_eq!(Settings::load_anyway(&path), (Settings::default(), None));
    }

    #[test]
    fn a_byte_order_mark_is_skipped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        fs::write(&path, "\u{feff}{\"dj_name\":\"Ada\"}").unwrap();
        assert_eq!(Settings::load(&path).unwrap().dj_name, "Ada");
    }
}
