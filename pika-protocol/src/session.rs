//! A live session as its dancers and its DJ see it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    Epoch, PlayId, SessionId, Track, UnixMs,
    feedback::{Announcement, Poll},
    limits,
};

/// The public address of a session: four or eight characters without 0, O, 1 or I. An address, not a secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(try_from = "String", into = "String")]
pub struct SessionCode(#[cfg_attr(test, ts(type = "string"))] String);

impl SessionCode {
    /// Reads a code as people type it: small letters are fine, spaces and dashes are skipped.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 4 * limits::CODE_CHARS_LONG {
            return None;
        }
        let code: String = text
            .chars()
            .filter(|c| !matches!(c, ' ' | '-'))
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let length_fits = code.len() == limits::CODE_CHARS || code.len() == limits::CODE_CHARS_LONG;
        (length_fits && code.chars().all(|c| limits::CODE_ALPHABET.contains(c))).then_some(Self(code))
    }

    /// The short code made from random bytes, five bits of each.
    pub fn short(bytes: [u8; limits::CODE_CHARS]) -> Self {
        Self(bytes.map(letter).iter().collect())
    }

    /// The long code made from random bytes, five bits of each.
    pub fn long(bytes: [u8; limits::CODE_CHARS_LONG]) -> Self {
        Self(bytes.map(letter).iter().collect())
    }

    /// The code in capitals.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A character of codes from the five lower bits of a byte.
fn letter(byte: u8) -> char {
    char::from(limits::CODE_ALPHABET.as_bytes()[usize::from(byte & 31)])
}

impl fmt::Display for SessionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for SessionCode {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not a session code")
    }
}

impl From<SessionCode> for String {
    fn from(code: SessionCode) -> Self {
        code.0
    }
}

/// Where a reader is in a session's numbered log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Position {
    /// Which run of the log.
    pub epoch: Epoch,
    /// The last state message that was read.
    #[cfg_attr(test, ts(type = "number"))]
    pub offset: u64,
}

/// What anyone may know of a session, PIN or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SessionHead {
    /// Its address.
    pub code: SessionCode,
    /// Its name, 1–80 characters.
    pub name: String,
    /// The DJ's name.
    pub dj_name: String,
    /// Whether a PIN is asked for.
    pub has_pin: bool,
}

/// One play: a track played once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct Play {
    /// Which play.
    pub play_id: PlayId,
    /// What was played.
    pub track: Track,
    /// When it began, within the session and on the relay's clock.
    pub started_at: UnixMs,
    /// When it stopped, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped_at: Option<UnixMs>,
    /// Dancers who like it.
    #[serde(default)]
    pub likes: u32,
}

/// Everything a dancer's page shows, at one offset of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct Snapshot {
    /// Which run of the log `offset` belongs to.
    pub epoch: Epoch,
    /// The last state message that this snapshot contains.
    #[cfg_attr(test, ts(type = "number"))]
    pub offset: u64,
    /// Name, DJ, code.
    pub session: SessionHead,
    /// When the session began.
    pub started_at: UnixMs,
    /// When it ended, once it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<UnixMs>,
    /// Whether the DJ's program is connected.
    pub dj_online: bool,
    /// Which of `plays` is playing now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub playing: Option<PlayId>,
    /// The last 20 plays by start, newest first.
    pub plays: Vec<Play>,
    /// How many plays the session has in all.
    pub plays_total: u32,
    /// The open poll.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poll: Option<Poll>,
    /// The announcement that stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announcement: Option<Announcement>,
    /// Dancers connected.
    pub listeners: u32,
}

/// Where an account is live: what a second computer is told before it asks to take over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct LiveElsewhere {
    /// The session, to be resumed with `take_over`.
    pub session_id: SessionId,
    /// Its address.
    pub code: SessionCode,
    /// Its name.
    pub name: String,
    /// Name of the computer that publishes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_name: Option<String>,
    /// When it began.
    pub started_at: UnixMs,
    /// Whether that computer is connected now.
    pub online: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        assert_eq!(SessionCode::parse(" ab-2z ").unwrap().as_str(), "AB2Z");
        assert_eq!(SessionCode::parse("abcd efgh").unwrap().as_str(), "ABCDEFGH");
        for wrong in [
            "",
            "ABC",
            "ABCDE",
            "AB0Z",
            "ABIZ",
            "ÄBCD",
            "ABCD\n",
            &"-".repeat(1000),
        ] {
            assert_eq!(SessionCode::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn every_random_byte_gives_a_character_of_the_alphabet() {
        for byte in 0..=255u8 {
            for code in [SessionCode::short([byte; 4]), SessionCode::long([byte; 8])] {
                assert_eq!(SessionCode::parse(code.as_str()), Some(code));
            }
        }
    }
}
