//! The relay's settings, checked: texts from [`RawConfig`] become a [`Config`], or one line
//! that says which setting is wrong and why.

mod address;
mod limits;
mod settings;
mod value;

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};

pub use address::{Origin, PublicUrl};
pub use limits::{LimitProfile, LimitSetting, Limits};
use pika_update::{FeedError, FeedUrl};
pub use settings::{RawConfig, SETTINGS, Setting, SettingsFile, Source, setting_keys};

use crate::{
    auth::TrustedProxies,
    base::{Secret, items},
};
pub use crate::{rate_limit::Rate, telemetry::LogFormat};

/// How the relay runs. Fields are free to be set by an embedding program.
#[derive(Clone, Debug)]
pub struct Config {
    /// Address to listen on.
    pub host: IpAddr,
    /// Port to listen on; 0 lets the system choose.
    pub port: u16,
    /// Where the data is kept.
    pub database: DatabaseUrl,
    /// Address under which dancers reach this relay; without it the request's own is used.
    pub public_url: Option<PublicUrl>,
    /// Other sites whose pages may ask.
    pub allowed_origins: Vec<Origin>,
    /// Whose word about a client's address counts.
    pub trusted_proxies: TrustedProxies,
    /// Who may open an account.
    pub registration: Registration,
    /// How logs are written.
    pub log_format: LogFormat,
    /// Asked once a day for a newer version; nobody is asked without one.
    pub release_feed: Option<FeedUrl>,
    /// All limits.
    pub limits: Limits,
    /// A key that the embedding program made for itself: who shows it publishes as the
    /// relay's own DJ, without an account.
    pub publisher_key: Option<Secret>,
    /// Whether accounts are served; the local relay inside the desktop goes without.
    pub account_routes: bool,
}

/// Where the data is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file of the embedded database.
    Sqlite(PathBuf),
    /// The address of a Postgres server, password included.
    Postgres(Secret),
}

/// Who may open an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Registration {
    /// Everyone.
    Open,
    /// Who knows the code.
    Invite(Secret),
    /// Nobody; the operator adds accounts by command.
    Closed,
}

/// A setting that stops the start. Shown in one line.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{key} (from {from}): {why}", from = .set_by.as_ref().map_or_else(|| "its default".to_owned(), ToString::to_string))]
pub struct ConfigError {
    /// The setting's name.
    pub key: &'static str,
    /// Where it was set.
    pub set_by: Option<Source>,
    /// Why it was refused.
    pub why: String,
}

impl Config {
    /// Checks all settings; stops at the first that is wrong.
    pub fn from_raw(raw: &RawConfig) -> Result<Self, ConfigError> {
        let defaults = Self::default();
        let profile = read(raw, "LIMIT_PROFILE", LimitProfile::Standard, limit_profile)?;
        let invite = raw.get("INVITE_CODE").map(Secret::new);
        Ok(Self {
            host: read(raw, "HOST", defaults.host, |text| {
                text.parse()
                    .map_err(|_| format!("“{text}” is not an IP address such as 127.0.0.1 or 0.0.0.0"))
            })?,
            port: read(raw, "PORT", defaults.port, |text| {
                text.parse()
                    .map_err(|_| format!("“{text}” is not a port from 0 to 65535"))
            })?,
            database: read(raw, "DATABASE_URL", defaults.database, DatabaseUrl::parse)?,
            public_url: read(raw, "PUBLIC_URL", None, |text| PublicUrl::parse(text).map(Some))?,
            allowed_origins: read(raw, "ALLOWED_ORIGINS", Vec::new(), |text| {
                items(text).map(Origin::parse).collect()
            })?,
            trusted_proxies: read(
                raw,
                "TRUSTED_PROXIES",
                defaults.trusted_proxies,
                TrustedProxies::parse,
            )?,
            registration: read(raw, "REGISTRATION", Registration::Open, |text| {
                registration(text, invite.as_ref())
            })?,
            log_format: read(raw, "LOG_FORMAT", LogFormat::Text, log_format)?,
            release_feed: read(raw, "RELEASE_FEED", project_feed(), |text| match text {
                "off" => Ok(None),
                _ => text
                    .parse()
                    .map(Some)
                    .map_err(|error: FeedError| error.to_string()),
            })?,
            limits: Limits::read(profile, |key| raw.get(key)).map_err(|(key, why)| wrong(raw, key, why))?,
            publisher_key: None,
            account_routes: true,
        })
    }

    /// Where to listen.
    pub fn socket_address(&self) -> SocketAddr {
        SocketAddr::new(self.host, self.port)
    }

    /// For a program that carries the relay inside: its own publisher key, no accounts.
    pub fn embedded(database: PathBuf, publisher_key: Secret) -> Self {
        Self {
            database: DatabaseUrl::Sqlite(database),
            publisher_key: Some(publisher_key),
            account_routes: false,
            registration: Registration::Closed,
            ..Self::default()
        }
    }
}

/// One setting, or its default where nobody set it.
fn read<T>(
    raw: &RawConfig,
    key: &'static str,
    default: T,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<T, ConfigError> {
    raw.get(key)
        .map_or(Ok(default), parse)
        .map_err(|why| wrong(raw, key, why))
}

fn wrong(raw: &RawConfig, key: &'static str, why: String) -> ConfigError {
    ConfigError {
        key,
        set_by: raw.source(key).cloned(),
        why,
    }
}

fn limit_profile(text: &str) -> Result<LimitProfile, String> {
    match text {
        "standard" => Ok(LimitProfile::Standard),
        "load-test" => Ok(LimitProfile::LoadTest),
        _ => Err(format!("“{text}” is neither standard nor load-test")),
    }
}

fn registration(text: &str, invite: Option<&Secret>) -> Result<Registration, String> {
    match (text, invite) {
        ("open", _) => Ok(Registration::Open),
        ("closed", _) => Ok(Registration::Closed),
        ("invite", Some(code)) => Ok(Registration::Invite(code.clone())),
        ("invite", None) => Err("invite also needs INVITE_CODE, which is not set".to_owned()),
        _ => Err(format!("“{text}” is neither open, invite nor closed")),
    }
}

fn log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(format!("“{text}” is neither text nor json")),
    }
}

/// What a release was built to ask; nothing in any other build.
fn project_feed() -> Option<FeedUrl> {
    pika_update::PROJECT_FEED?.parse().ok()
}

impl Default for Config {
    fn default() -> Self {
        Self {
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 3001,
            database: DatabaseUrl::Sqlite(PathBuf::from("pika.db")),
            public_url: None,
            allowed_origins: Vec::new(),
            trusted_proxies: TrustedProxies::default(),
            registration: Registration::Open,
            log_format: LogFormat::Text,
            release_feed: None,
            limits: Limits::default(),
            publisher_key: None,
            account_routes: true,
        }
    }
}

impl DatabaseUrl {
    /// Reads `sqlite:FILE` or `postgres://…`; the text is never repeated in the error, as it
    /// may hold a password.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            if cfg!(feature = "postgres") {
                return Ok(Self::Postgres(Secret::new(text)));
            }
            return Err("this program was built without Postgres".to_owned());
        }
        let Some(path) = text.strip_prefix("sqlite:") else {
            return Err("it starts with neither sqlite: nor postgres://".to_owned());
        };
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() || path == ":memory:" || path.contains('?') {
            return Err("sqlite: is followed by the name of a file, such as sqlite:pika.db".to_owned());
        }
        Ok(Self::Sqlite(PathBuf::from(path)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(settings: &[(&str, &str)]) -> Result<Config, String> {
        let environment = |key: &str| {
            settings
                .iter()
                .find(|(name, _)| *name == key)
                .map(|(_, value)| (*value).to_owned())
        };
        Config::from_raw(&RawConfig::collect(|_| None, environment, None)).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_set_gives_the_defaults() {
        let config = config(&[]).expect("defaults");
        assert_eq!(config.socket_address().to_string(), "127.0.0.1:3001");
        assert_eq!(config.database, DatabaseUrl::Sqlite("pika.db".into()));
        assert_eq!(config.registration, Registration::Open);
        assert!(config.account_routes && config.publisher_key.is_none());
    }

    #[test]
    fn a_wrong_setting_is_one_line_with_its_name_and_reason() {
        for (key, value, why) in [
            ("PORT", "70000", "“70000” is not a port from 0 to 65535"),
            (
                "HOST",
                "localhost",
                "“localhost” is not an IP address such as 127.0.0.1 or 0.0.0.0",
            ),
            (
                "DATABASE_URL",
                "mysql://root:secret@h",
                "it starts with neither sqlite: nor postgres://",
            ),
            (
                "REGISTRATION",
                "invite",
                "invite also needs INVITE_CODE, which is not set",
            ),
            ("LOG_FORMAT", "xml", "“xml” is neither text nor json"),
            (
                "LIMIT_TEXT_CHARS",
                "0",
                "“0” is not a number from 1 to 4294967295",
            ),
        ] {
            assert_eq!(
                config(&[(key, value)]).err(),
                Some(format!("{key} (from environment): {why}"))
            );
        }
        for (key, value) in [
            ("PUBLIC_URL", "pika.example"),
            ("PUBLIC_URL", "https://pika.example/path"),
            ("ALLOWED_ORIGINS", "*"),
            ("TRUSTED_PROXIES", "10.0.0.0/99"),
            ("DATABASE_URL", "sqlite:"),
        ] {
            let error = config(&[(key, value)]).expect_err(value);
            assert!(error.starts_with(key) && !error.contains('\n'), "{error}");
        }
    }

    #[test]
    fn no_secret_shows_in_debug() {
        let mut config = config(&[
            ("DATABASE_URL", "postgres://pika:hunter2@db/pika"),
            ("REGISTRATION", "invite"),
            ("INVITE_CODE", "hunter3"),
        ])
        .expect("settings");
        config.publisher_key = Some(Secret::new("hunter4"));
        let shown = format!("{config:?}");
        assert!(!shown.contains("hunter"), "{shown}");
    }

    #[test]
    fn the_load_test_profile_lifts_limits_and_single_limits_still_count() {
        let config = config(&[("LIMIT_PROFILE", "load-test"), ("LIMIT_TEXT_CHARS", "7")]).expect("settings");
        assert!(config.limits.dancer_actions.burst > 1000);
        assert_eq!(config.limits.text_chars, 7);
    }
}
