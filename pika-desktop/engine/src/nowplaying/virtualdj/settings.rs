//! The two settings of VirtualDJ that matter here, out of its `settings.xml`.

use std::{io, path::Path};

use crate::foreign::{file, text};

/// Bytes read of the file; a real one has some tens of kilobytes.
const MAX_BYTES: u64 = 4 << 20;
/// Seconds of play before a line is written, unless set otherwise.
const DEFAULT_DELAY_S: u32 = 45;
/// A longer delay is a broken file.
const MAX_DELAY_S: u32 = 3600;

/// How VirtualDJ writes its history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistorySettings {
    /// Seconds of play before a song is written down.
    pub history_delay_s: u32,
    /// Whether it writes at all.
    pub writes_history: bool,
}

impl Default for HistorySettings {
    fn default() -> Self {
        Self {
            history_delay_s: DEFAULT_DELAY_S,
            writes_history: true,
        }
    }
}

impl HistorySettings {
    /// Reads `settings.xml`. What it does not say has VirtualDJ's default.
    ///
    /// Errors: the file cannot be read.
    pub fn read(path: &Path) -> io::Result<Self> {
        Ok(Self::parse(&text::decode(&file::beginning(path, MAX_BYTES)?)))
    }

    /// What the text of `settings.xml` says.
    pub(super) fn parse(xml: &str) -> Self {
        let default = Self::default();
        Self {
            history_delay_s: element(xml, "historyDelay")
                .and_then(|text| text.parse().ok())
                .filter(|delay| *delay <= MAX_DELAY_S)
                .unwrap_or(default.history_delay_s),
            writes_history: element(xml, "writeHistory").map_or(default.writes_history, |text| {
                matches!(text.to_ascii_lowercase().as_str(), "yes" | "on" | "true" | "1")
            }),
        }
    }
}

/// Text of the first element of that name; the file is flat and its values are plain words.
fn element<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let after_name = xml.match_indices('<').find_map(|(at, _)| {
        let after_name = xml[at + 1..].strip_prefix(name)?;
        after_name
            .starts_with(['>', ' ', '\t', '\n', '\r'])
            .then_some(after_name)
    })?;
    // Where the first one does not end, no later one does: nothing is looked through twice.
    let (_, content) = after_name.split_once('>')?;
    Some(content.split('<').next()?.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(xml: &str, history_delay_s: u32, writes_history: bool) {
        assert_eq!(
            HistorySettings::parse(xml),
            HistorySettings {
                history_delay_s,
                writes_history
            },
            "{xml}"
        );
    }

    #[test]
    fn settings_are_read_with_and_without_attributes() {
        check(
            "<settings><historyDelay>10</historyDelay><writeHistory>yes</writeHistory></settings>",
            10,
            true,
        );
        check(
            "<historyDelay modified=\"yes\">\n 15 </historyDelay><writeHistory modified=\"yes\">no</writeHistory>",
            15,
            false,
        );
        check("<historyDelayed>3</historyDelayed>", 45, true);
    }

    #[test]
    fn broken_files_give_the_defaults() {
        for xml in [
            "",
            "<",
            "<historyDelay",
            "<historyDelay>",
            "<historyDelay>soon</historyDelay>",
            "<historyDelay>99999999</historyDelay>",
        ] {
            check(xml, 45, true);
        }
    }
}
