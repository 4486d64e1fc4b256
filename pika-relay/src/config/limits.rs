//! Every limit of the relay in one table: name, default, value for load tests, what it bounds.
//!
//! A limit is read with [`Limits`]'s fields and set as `LIMIT_…`; the texts below are parsed
//! by the same code as an operator's setting.

use std::time::Duration;

use super::value::SettingValue;
use crate::rate_limit::Rate;

/// One line of the table of limits, for the command's help and the documentation.
#[derive(Clone, Copy, Debug)]
pub struct LimitSetting {
    /// Name as environment variable.
    pub key: &'static str,
    /// Text of the default.
    pub default: &'static str,
    /// Text used with `LIMIT_PROFILE=load-test`.
    pub load_test: &'static str,
    /// What it bounds.
    pub help: &'static str,
}

/// Which values the limits start from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LimitProfile {
    /// For real nights.
    #[default]
    Standard,
    /// Lifted, so that one machine can play thousands of dancers.
    LoadTest,
}

macro_rules! limits {
    ($($field:ident: $type:ty, $key:literal, $default:literal, $load_test:literal, $help:literal;)*) => {
        /// The limits in force; see [`Limits::SETTINGS`] for the table.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Limits {
            $(#[doc = $help] pub $field: $type,)*
        }

        impl Limits {
            /// The table of all limits.
            pub const SETTINGS: &'static [LimitSetting] = &[
                $(LimitSetting { key: $key, default: $default, load_test: $load_test, help: $help },)*
            ];

            /// Reads each limit with `get`; what `get` does not know comes from `profile`.
            /// The error holds the key and why its value was refused.
            pub fn read<'a>(
                profile: LimitProfile,
                get: impl Fn(&str) -> Option<&'a str>,
            ) -> Result<Self, (&'static str, String)> {
                let preset = |default: &'static str, load_test: &'static str| match profile {
                    LimitProfile::Standard => default,
                    LimitProfile::LoadTest => load_test,
                };
                Ok(Self {
                    $($field: <$type>::parse(get($key).unwrap_or(preset($default, $load_test)))
                        .map_err(|why| ($key, why))?,)*
                })
            }
        }
    };
}

limits! {
    message_bytes: u32, "LIMIT_MESSAGE_BYTES", "10240", "10240",
        "longest message of a client, bytes";
    text_chars: u32, "LIMIT_TEXT_CHARS", "500", "500",
        "longest title or artist, characters";
    poll_question_chars: u32, "LIMIT_POLL_QUESTION_CHARS", "200", "200",
        "longest question of a poll, characters";
    poll_options: u32, "LIMIT_POLL_OPTIONS", "10", "10",
        "most options of a poll";
    poll_option_chars: u32, "LIMIT_POLL_OPTION_CHARS", "100", "100",
        "longest option of a poll, characters";
    poll_shortest: Duration, "LIMIT_POLL_SHORTEST", "15s", "1s",
        "shortest time of a timed poll";
    poll_longest: Duration, "LIMIT_POLL_LONGEST", "600s", "600s",
        "longest time of a timed poll";
    announcement_chars: u32, "LIMIT_ANNOUNCEMENT_CHARS", "140", "140",
        "longest announcement, characters";
    announcement_shortest: Duration, "LIMIT_ANNOUNCEMENT_SHORTEST", "15s", "1s",
        "shortest time of an announcement";
    announcement_longest: Duration, "LIMIT_ANNOUNCEMENT_LONGEST", "3600s", "3600s",
        "longest time of an announcement";
    new_sessions: Rate, "LIMIT_NEW_SESSIONS", "10,20/h", "100000,100000/s",
        "new sessions of an account";
    announcements: Rate, "LIMIT_ANNOUNCEMENTS", "5,5/min", "100000,100000/s",
        "announcements of a session";
    dancer_actions: Rate, "LIMIT_DANCER_ACTIONS", "10,30/min", "100000,100000/s",
        "likes, votes and thanks of a dancer";
    dj_messages: Rate, "LIMIT_DJ_MESSAGES", "10,2/s", "100000,100000/s",
        "messages of a DJ";
    new_passes: Rate, "LIMIT_NEW_PASSES", "1000,2/s", "1000000,100000/s",
        "new dancers of an address (IPv6: of a /64)";
    passes_per_session: u32, "LIMIT_PASSES_PER_SESSION", "5000", "1000000",
        "new dancers of one session from one address";
    pin_tries: Rate, "LIMIT_PIN_TRIES", "5,1/min", "5,1/min",
        "wrong PINs of a dancer";
    pin_tries_address: Rate, "LIMIT_PIN_TRIES_ADDRESS", "30,10/min", "30,10/min",
        "wrong PINs of newcomers from one address";
    pin_session_failures: Rate, "LIMIT_PIN_SESSION_FAILURES", "50,50/min", "50,50/min",
        "wrong PINs of a session, after which newcomers wait";
    unknown_codes: Rate, "LIMIT_UNKNOWN_CODES", "30,30/min", "30,30/min",
        "codes that no session has, asked for by an address";
    login_failures: Rate, "LIMIT_LOGIN_FAILURES", "5,20/h", "5,20/h",
        "failed logins of an account from one address";
    login_failures_account: Rate, "LIMIT_LOGIN_FAILURES_ACCOUNT", "100,100/h", "100,100/h",
        "failed logins of an account from all addresses";
    login_failures_address: Rate, "LIMIT_LOGIN_FAILURES_ADDRESS", "50,100/h", "50,100/h",
        "failed logins of all accounts from one address";
    registrations: Rate, "LIMIT_REGISTRATIONS", "5,20/h", "100000,100000/s",
        "registrations of an address";
    token_failures: Rate, "LIMIT_TOKEN_FAILURES", "30,30/min", "30,30/min",
        "wrong tokens of an address";
    session_idle: Duration, "LIMIT_SESSION_IDLE", "4h", "4h",
        "time without a word from the DJ after which a session is ended";
    session_age: Duration, "LIMIT_SESSION_AGE", "24h", "24h",
        "age at which a session is ended";
    token_unused: Duration, "LIMIT_TOKEN_UNUSED", "400d", "400d",
        "time without use after which a token is deleted";
    token_warning: Duration, "LIMIT_TOKEN_WARNING", "14d", "14d",
        "how long before that its owner is warned";
    web_session_age: Duration, "LIMIT_WEB_SESSION_AGE", "30d", "30d",
        "how long a login in the browser lasts";
    ticket_age: Duration, "LIMIT_TICKET_AGE", "10min", "10min",
        "how long a ticket for event stream or polling is valid";
    resume_messages: u32, "LIMIT_RESUME_MESSAGES", "500", "500",
        "state messages of a session kept for resume";
    telemetry_age: Duration, "LIMIT_TELEMETRY_AGE", "30d", "30d",
        "how long connection events are kept";
    connections: u32, "LIMIT_CONNECTIONS", "19500", "65000",
        "connections at the same time";
    connections_per_address: u32, "LIMIT_CONNECTIONS_PER_ADDRESS", "10000", "65000",
        "connections at the same time from one address (IPv6: from a /64) that is no proxy";
    handshakes: u32, "LIMIT_HANDSHAKES", "1024", "4096",
        "connections at the same time whose request is not complete yet";
    header_timeout: Duration, "LIMIT_HEADER_TIMEOUT", "10s", "30s",
        "time for a client to send its request's head";
    body_timeout: Duration, "LIMIT_BODY_TIMEOUT", "20s", "60s",
        "time for a client to send its request's body";
    body_bytes: u32, "LIMIT_BODY_BYTES", "65536", "65536",
        "longest body of a request, bytes";
    queue_messages: u32, "LIMIT_QUEUE_MESSAGES", "64", "64",
        "messages waiting for one slow reader, beyond which it is closed";
    shutdown_grace: Duration, "LIMIT_SHUTDOWN_GRACE", "10s", "10s",
        "time for connections to end at shutdown";
}

impl Limits {
    /// The limits of a profile, nothing changed by an operator.
    pub fn of(profile: LimitProfile) -> Self {
        Self::read(profile, |_| None).expect("the table's own texts parse: a test reads each")
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::of(LimitProfile::Standard)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_profiles_parse_and_the_defaults_are_the_promised_ones() {
        let limits = Limits::of(LimitProfile::Standard);
        assert_eq!(limits.message_bytes, 10 * 1024);
        assert_eq!(limits.dancer_actions, Rate::new(10, 30, Duration::from_secs(60)));
        assert_eq!(limits.session_idle, Duration::from_secs(4 * 3600));
        assert_eq!(limits.token_unused, Duration::from_secs(400 * 86400));
        assert!(Limits::of(LimitProfile::LoadTest).new_passes.burst > limits.new_passes.burst);
    }

    #[test]
    fn one_limit_can_be_changed_and_a_wrong_one_names_itself() {
        let limits = Limits::read(LimitProfile::Standard, |key| {
            (key == "LIMIT_TEXT_CHARS").then_some("40")
        });
        assert_eq!(limits.expect("a number").text_chars, 40);
        let error = Limits::read(LimitProfile::Standard, |key| {
            (key == "LIMIT_ANNOUNCEMENTS").then_some("many")
        });
        assert_eq!(error.expect_err("no rate").0, "LIMIT_ANNOUNCEMENTS");
    }

    #[test]
    fn each_limit_has_its_own_name() {
        let mut keys: Vec<_> = Limits::SETTINGS.iter().map(|setting| setting.key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), Limits::SETTINGS.len());
    }
}
