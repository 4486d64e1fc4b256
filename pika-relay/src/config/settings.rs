//! Where settings come from: flags, then the environment, then a file; all of them texts still.

use std::{collections::BTreeMap, fmt};

use super::limits::Limits;

/// A setting that is no limit.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Name as environment variable; the flag is its lower-case form with dashes.
    pub key: &'static str,
    /// Shown in the help; what happens when it is not set.
    pub default: &'static str,
    /// What it is for.
    pub help: &'static str,
}

/// All settings except the limits.
pub const SETTINGS: &[Setting] = &[
    Setting {
        key: "PORT",
        default: "3001",
        help: "port to listen on",
    },
    Setting {
        key: "HOST",
        default: "127.0.0.1",
        help: "address to listen on; 0.0.0.0 for every network",
    },
    Setting {
        key: "DATABASE_URL",
        default: "sqlite:pika.db",
        help: "sqlite:FILE, or postgres://USER:PASSWORD@HOST/NAME?sslmode=verify-full",
    },
    Setting {
        key: "PUBLIC_URL",
        default: "",
        help: "address under which dancers reach this relay",
    },
    Setting {
        key: "ALLOWED_ORIGINS",
        default: "",
        help: "other sites whose pages may ask, with commas",
    },
    Setting {
        key: "TRUSTED_PROXIES",
        default: "",
        help: "addresses or networks of proxies whose X-Forwarded-For counts, with commas; loopback and private are known words",
    },
    Setting {
        key: "REGISTRATION",
        default: "open",
        help: "open, invite or closed",
    },
    Setting {
        key: "INVITE_CODE",
        default: "",
        help: "what REGISTRATION=invite asks for",
    },
    Setting {
        key: "LOG_FORMAT",
        default: "text",
        help: "text or json",
    },
    Setting {
        key: "RELEASE_FEED",
        default: "the project's",
        help: "address asked once a day for a newer version; off asks nobody",
    },
    Setting {
        key: "LIMIT_PROFILE",
        default: "standard",
        help: "standard or load-test",
    },
];

/// Names of all settings, limits included.
pub fn setting_keys() -> impl Iterator<Item = &'static str> {
    SETTINGS
        .iter()
        .map(|setting| setting.key)
        .chain(Limits::SETTINGS.iter().map(|limit| limit.key))
}

/// Where a setting's text was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A flag of the command.
    Flag,
    /// An environment variable.
    Environment,
    /// The settings file of this name.
    File(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Environment => f.write_str("environment"),
            Self::File(name) => f.write_str(name),
        }
    }
}

/// Settings as texts, each with its source. Has no `Debug`: a database address holds a password.
#[derive(Clone, Default)]
pub struct RawConfig {
    values: BTreeMap<&'static str, (String, Source)>,
}

impl RawConfig {
    /// Takes each setting from the first of flags, environment and file that names it.
    /// An empty text counts as not set, as compose files write it.
    pub fn collect(
        flag: impl Fn(&str) -> Option<String>,
        environment: impl Fn(&str) -> Option<String>,
        file: Option<&SettingsFile>,
    ) -> Self {
        let found = |key: &'static str| {
            let from_file = || {
                let file = file?;
                Some((file.get(key)?.to_owned(), Source::File(file.name.clone())))
            };
            flag(key)
                .map(|text| (text, Source::Flag))
                .or_else(|| {
                    environment(key)
                        .filter(|text| !text.is_empty())
                        .map(|text| (text, Source::Environment))
                })
                .or_else(from_file)
                .filter(|(text, _)| !text.is_empty())
                .map(|found| (key, found))
        };
        Self {
            values: setting_keys().filter_map(found).collect(),
        }
    }

    /// The text of a setting, if it was set.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(|(text, _)| text.trim())
    }

    /// Where it was set.
    pub fn source(&self, key: &str) -> Option<&Source> {
        self.values.get(key).map(|(_, source)| source)
    }
}

/// A settings file: `KEY=value` lines, `#` comments, values bare or in quotes.
#[derive(Clone, Default)]
pub struct SettingsFile {
    name: String,
    values: BTreeMap<String, String>,
}

impl SettingsFile {
    /// Reads the text of a file called `name`. Keys of other programs are kept out of the way;
    /// a limit that does not exist is an error, since it would silently limit nothing.
    pub fn parse(name: &str, text: &str) -> Result<Self, String> {
        let mut values = BTreeMap::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let line = line.strip_prefix("export ").unwrap_or(line);
            let Some((key, value)) = line.split_once('=') else {
                return Err(format!("{name}, line {}: no KEY=value", index + 1));
            };
            let key = key.trim();
            if key.starts_with("LIMIT_") && !setting_keys().any(|known| known == key) {
                return Err(format!(
                    "{name}, line {}: there is no limit called {key}",
                    index + 1
                ));
            }
            values.insert(key.to_owned(), unquote(value.trim()).to_owned());
        }
        Ok(Self {
            name: name.to_owned(),
            values,
        })
    }

    fn get(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(String::as_str)
    }
}

/// Takes quotes off, or a trailing comment from a bare value.
fn unquote(value: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some((inside, _)) = value.strip_prefix(quote).and_then(|rest| rest.split_once(quote)) {
            return inside;
        }
    }
    value
        .split_once(" #")
        .map_or(value, |(value, _)| value.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flag_wins_over_environment_over_file() {
        let file = SettingsFile::parse(".env", "PORT=1\nHOST=h1\nLOG_FORMAT=json\n").expect("a file");
        let raw = RawConfig::collect(
            |key| (key == "PORT").then(|| "3".to_owned()),
            |key| ["PORT", "HOST"].contains(&key).then(|| "2".to_owned()),
            Some(&file),
        );
        assert_eq!(
            (raw.get("PORT"), raw.source("PORT")),
            (Some("3"), Some(&Source::Flag))
        );
        assert_eq!(
            (raw.get("HOST"), raw.source("HOST")),
            (Some("2"), Some(&Source::Environment))
        );
        assert_eq!(raw.get("LOG_FORMAT"), Some("json"));
        assert_eq!(raw.source("LOG_FORMAT"), Some(&Source::File(".env".to_owned())));
        assert_eq!(raw.get("PUBLIC_URL"), None);
    }

    #[test]
    fn empty_counts_as_not_set() {
        let file = SettingsFile::parse(".env", "PUBLIC_URL=https://pika.example\nHOST=").expect("a file");
        let raw = RawConfig::collect(|_| None, |_| Some(String::new()), Some(&file));
        assert_eq!(raw.get("PUBLIC_URL"), Some("https://pika.example"));
        assert_eq!(raw.get("HOST"), None);
    }

    #[test]
    fn reads_quotes_comments_and_export() {
        let text =
            "# first\n\nexport PORT=4000 # mine\nPUBLIC_URL=\"https://a # b\"\nINVITE_CODE='x y'\nOTHER=1\n";
        let file = SettingsFile::parse("f", text).expect("a file");
        assert_eq!(file.get("PORT"), Some("4000"));
        assert_eq!(file.get("PUBLIC_URL"), Some("https://a # b"));
        assert_eq!(file.get("INVITE_CODE"), Some("x y"));
    }

    #[test]
    fn names_the_wrong_line() {
        let error = |text| SettingsFile::parse("f", text).err();
        assert_eq!(
            error("PORT=1\nnonsense").as_deref(),
            Some("f, line 2: no KEY=value")
        );
        assert_eq!(
            error("LIMIT_MISSPELT=1").as_deref(),
            Some("f, line 1: there is no limit called LIMIT_MISSPELT")
        );
    }
}
