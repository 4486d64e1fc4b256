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

/// `text` as people read it: without control and direction-changing characters, tabs and line breaks as one blank, and
/// nothing that cannot be seen at its ends. Empty when nothing of it can be seen.
///
/// This is the one place that says what an empty text is.
pub fn clean_text(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    // Blanks that wait for what follows, and whether one of them breaks the line.
    let (mut blanks, mut breaks) = (String::new(), false);
    for c in text.chars() {
        if c.is_whitespace() {
            breaks |= c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
            blanks.push(c);
        } else if !is_unprintable(c) && !(kept.is_empty() && (is_invisible(c) || is_mark(c))) {
            if !kept.is_empty() {
                kept.push_str(if breaks { " " } else { &blanks });
            }
            (blanks, breaks) = (String::new(), false);
            kept.push(c);
        }
    }
    // What follows a visible character may belong to it: a variation of an emoji, an accent.
    let end = kept.trim_end_matches(|c: char| c.is_whitespace() || (is_invisible(c) && !is_selector(c)));
    kept.truncate(end.len());
    kept
}

/// Whether `pin` is 4–8 ASCII digits.
pub fn is_pin(pin: &str) -> bool {
    PIN_DIGITS.contains(&pin.len()) && pin.bytes().all(|b| b.is_ascii_digit())
}

/// Controls (Cc), and the invisible marks that reorder the text around them (Trojan Source, CVE-2021-42574).
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
}

/// Format characters (Cf) that show nothing, fillers and blank patterns: alone they are no text. Inside a text they
/// stay: emoji are joined by U+200D.
fn is_invisible(c: char) -> bool {
    is_selector(c)
        || matches!(c, '\u{ad}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}')
}

/// Says how the character before it is drawn: variations, and the letters of flags.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}')
}

/// Marks that combine with the character before them; without one they float in nothing.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}')
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
        for text in [
            "❤\u{fe0f}",
            "🏴\u{e0067}\u{e0062}\u{e007f}",
            "e\u{301}",
            "नि\u{200d}",
            "two  blanks",
        ] {
            let seen = text.trim_end_matches('\u{200d}');
            assert_eq!(clean_text(text), seen, "{text:?}");
        }
    }

    #[test]
    fn what_nobody_can_see_is_no_text() {
        for c in [
            "\u{200b}",
            "\u{3164}",
            "\u{2800}",
            "\u{ad}",
            "\u{2060}",
            "\u{fe0f}",
            "\u{e0041}",
            "\u{115f}",
            "\u{1160}",
            "\u{ffa0}",
            "\u{61c}",
            "\u{301}",
            "\u{3000}",
            "\u{a0}",
            "\u{feff}",
            "\u{200d}",
            "\u{180e}",
            "\u{0}",
            "",
        ] {
            assert_eq!(clean_text(c), "", "{c:?}");
            assert_eq!(clean_text(&format!(" {c}\t{c}{c}\u{200b} ")), "", "{c:?}");
            // It hides nothing that can be seen either, however much of it stands before.
            assert_eq!(clean_text(&format!("{}Halo", c.repeat(600))), "Halo", "{c:?}");
        }
    }

    #[test]
    fn tabs_and_line_breaks_are_one_blank() {
        assert_eq!(clean_text("Tab\tTitle"), "Tab Title");
        assert_eq!(clean_text("\r\nTwo\r\n\r\n lines\u{2028}\n"), "Two lines");
    }
}
