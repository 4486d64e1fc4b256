//! How long, how many and how often: the defaults both sides know, in one place.
//!
//! The relay's settings may change what is marked so; a client learns by the relay's answer.

use std::ops::RangeInclusive;

/// Longest message in bytes (setting).
pub const MESSAGE_BYTES: usize = 10 * 1024;
/// Most messages in one POST.
pub const BATCH_MESSAGES: usize = 100;
/// Longest body of a POST with messages, in bytes.
pub const BATCH_BYTES: usize = 64 * 1024;

/// Longest title, artist, in characters.
pub const TITLE_CHARS: usize = 500;
/// Longest track, in milliseconds (12 hours).
pub const DURATION_MS_MAX: u32 = 12 * 3_600_000;
/// Longest name of a session, DJ or device, in characters.
pub const NAME_CHARS: usize = 80;
/// Longest client version, in characters.
pub const VERSION_CHARS: usize = 40;

/// Longest question of a poll, in characters.
pub const POLL_QUESTION_CHARS: usize = 200;
/// Longest option of a poll, in characters.
pub const POLL_OPTION_CHARS: usize = 100;
/// How many options a poll may have.
pub const POLL_OPTIONS: RangeInclusive<usize> = 2..=10;
/// How long a timed poll may last in all, in seconds.
pub const POLL_SECS: RangeInclusive<u32> = 15..=600;

/// Longest announcement, in characters.
pub const ANNOUNCEMENT_CHARS: usize = 140;
/// How long a timed announcement may stand, in seconds.
pub const ANNOUNCEMENT_SECS: RangeInclusive<u32> = 15..=3600;

/// How many digits a PIN has.
pub const PIN_DIGITS: RangeInclusive<usize> = 4..=8;

/// The characters of a session code: no 0, O, 1 or I.
pub const CODE_ALPHABET: &str = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Characters in the code of a listed session without a PIN.
pub const CODE_CHARS: usize = 4;
/// Characters in the code of an unlisted session or one with a PIN.
pub const CODE_CHARS_LONG: usize = 8;

/// Plays in a snapshot; older ones come by REST.
pub const SNAPSHOT_PLAYS: usize = 20;
/// State messages kept per session for resuming (setting).
pub const LOG_MESSAGES: usize = 500;

/// `text` without control and direction-changing characters, and without spaces at its ends.
pub fn clean_text(text: &str) -> String {
    let kept: String = text.chars().filter(|c| !is_unprintable(*c)).collect();
    kept.trim().to_owned()
}

/// Whether `pin` is 4–8 ASCII digits.
pub fn is_pin(pin: &str) -> bool {
    PIN_DIGITS.contains(&pin.len()) && pin.bytes().all(|b| b.is_ascii_digit())
}

/// Controls (Cc), and the invisible marks that reorder the text around them (Trojan Source, CVE-2021-42574).
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_are_4_to_8_ascii_digits() {
        for pin in ["1234", "00000000"] {
            assert!(is_pin(pin), "{pin}");
        }
        for pin in ["", "123", "123456789", "12a4", "１２３４"] {
            assert!(!is_pin(pin), "{pin}");
        }
    }

    #[test]
    fn text_keeps_everything_a_person_can_see() {
        assert_eq!(clean_text("Ça – 日本 👩‍🎤\u{7}"), "Ça – 日本 👩‍🎤");
    }
}
