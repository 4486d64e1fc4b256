//! Numbers, times and addresses as people write them.

use pika_engine::plain_words;

/// An error with a capital, as the beginning of a sentence.
pub(super) fn sentence(error: &str) -> String {
    let mut letters = error.chars();
    let first: String = letters
        .next()
        .map(|c| c.to_uppercase().collect())
        .unwrap_or_default();
    first + letters.as_str()
}

/// Why a file cannot be used, from what the analysis noted of it.
pub(super) fn unreadable(reason: &str) -> String {
    let noted = reason.to_lowercase();
    if let Some(format) = reason.strip_suffix(" is not supported") {
        return format!("Pika! cannot read {format}. Convert it to MP3, M4A or FLAC.");
    }
    let words = if noted.starts_with("damaged or not an audio file") {
        "This file is damaged or unreadable."
    } else if noted.starts_with("the file is copy-protected") {
        "This file is copy-protected. It can be shown when it plays, but not analysed."
    } else if noted.starts_with("cannot read the file") {
        "This file cannot be opened. Is its drive there, and may Pika! read it?"
    } else if noted.starts_with("too little audio") {
        "There is too little sound in this file."
    } else if noted.starts_with("over a limit") {
        "This file is longer than Pika! analyses."
    } else if noted.starts_with("took too long") {
        "This file took too long and was given up."
    } else if noted.starts_with("internal error") {
        "Pika! failed on this file. A report lies in the logs folder."
    } else {
        let reason = plain_words::cleaned(reason);
        return format!("{}.", sentence(reason.trim_end_matches('.')));
    };
    words.to_owned()
}

/// "1 track", "4,812 tracks".
pub(super) fn tracks(count: usize) -> String {
    if count == 1 {
        "1 track".to_owned()
    } else {
        format!("{} tracks", thousands(count))
    }
}

/// A number with commas.
pub(super) fn thousands(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Seconds as `4:02` or `1:02:03`.
pub(super) fn duration(seconds: f64) -> String {
    let total = seconds.round().clamp(0.0, 360_000.0) as u64;
    let (hours, minutes, seconds) = (total / 3600, total / 60 % 60, total % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

/// The time of day, `22:41`.
pub(super) fn clock(at_ms: i64, utc_offset_s: i32) -> String {
    let minutes = (at_ms.div_euclid(1000) + i64::from(utc_offset_s)).div_euclid(60);
    let (hour, minute) = (minutes.div_euclid(60).rem_euclid(24), minutes.rem_euclid(60));
    format!("{hour:02}:{minute:02}")
}

/// Time since a moment as `0:38` or `1:12:40`; never negative.
pub(super) fn since(now_ms: i64, from_ms: i64) -> String {
    duration((now_ms - from_ms).max(0) as f64 / 1000.0)
}

/// "Low Tide by The Velvet Hours", or the title alone.
pub(super) fn by(title: &str, artist: &str) -> String {
    if artist.is_empty() {
        title.to_owned()
    } else {
        format!("{title} by {artist}")
    }
}

/// "1 dancer", "64 dancers".
pub(super) fn dancers(count: u32) -> String {
    if count == 1 {
        "1 dancer".to_owned()
    } else {
        format!("{} dancers", thousands(count as usize))
    }
}

/// The beginning of a text, with `…` where it goes on after `most` characters.
pub(super) fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// An address as people read it out: without scheme, split before the code.
pub(super) fn spoken(address: &str) -> (String, String) {
    let bare = address.split_once("://").map_or(address, |(_, rest)| rest);
    match bare.rsplit_once('/') {
        Some((path, code)) => (format!("{path}/"), code.to_owned()),
        None => (bare.to_owned(), String::new()),
    }
}

/// "1 like", "12 likes".
pub(super) fn likes(count: u32) -> String {
    format!("{count} {}", if count == 1 { "like" } else { "likes" })
}

/// The public recap of a session, from its address.
pub(super) fn recap_address(address: &str) -> String {
    match address.rsplit_once("/live/") {
        Some((origin, code)) => format!("{origin}/recap/{code}"),
        None => String::new(),
    }
}

/// "just now", "3 hours ago", "6 days ago", "2 months ago".
pub(super) fn ago(ms: i64) -> String {
    let minutes = ms.max(0) / 60_000;
    let (count, unit) = match minutes {
        0..2 => return "just now".to_owned(),
        2..60 => (minutes, "minute"),
        60..1440 => (minutes / 60, "hour"),
        1440..43_200 => (minutes / 1440, "day"),
        43_200..525_600 => (minutes / 43_200, "month"),
        _ => (minutes / 525_600, "year"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural} ago")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_used_is_told_in_plain_words() {
        assert_eq!(
            unreadable(
                "damaged or not an audio file: unsupported feature: core (probe): no suitable format reader found"
            ),
            "This file is damaged or unreadable."
        );
        assert_eq!(
            unreadable("WMA is not supported"),
            "Pika! cannot read WMA. Convert it to MP3, M4A or FLAC."
        );
        assert_eq!(
            unreadable("cannot read the file: Permission denied (os error 13)"),
            "This file cannot be opened. Is its drive there, and may Pika! read it?"
        );
        assert_eq!(unreadable("no permission"), "No permission.");
        assert_eq!(
            unreadable("io: Permission denied (os error 13)"),
            "Permission denied."
        );
    }

    #[test]
    fn figures_are_written_as_people_write_them() {
        assert_eq!(sentence("damaged: ä"), "Damaged: ä");
        assert_eq!(sentence(""), "");
        assert_eq!(tracks(1), "1 track");
        assert_eq!(tracks(0), "0 tracks");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(4812), "4,812");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(duration(242.4), "4:02");
        assert_eq!(duration(3723.0), "1:02:03");
        assert_eq!(duration(f64::NAN), "0:00");
    }

    #[test]
    fn times_and_addresses_are_written_as_people_say_them() {
        // 2026-11-20 21:41:05 UTC, an hour ahead.
        assert_eq!(clock(1_795_210_865_000, 3600), "22:41");
        assert_eq!(clock(-60_000, 0), "23:59");
        assert_eq!(since(98_000, 60_000), "0:38");
        assert_eq!(since(0, 60_000), "0:00");
        assert_eq!(
            spoken("https://pika.stream/live/K7QF"),
            ("pika.stream/live/".to_owned(), "K7QF".to_owned())
        );
        assert_eq!(spoken(""), (String::new(), String::new()));
        assert_eq!(
            recap_address("http://192.168.1.20:3001/live/K7QF"),
            "http://192.168.1.20:3001/recap/K7QF"
        );
        assert_eq!(recap_address("nonsense"), "");
    }

    #[test]
    fn times_are_told_roughly() {
        let minute = 60_000;
        for (ms, expected) in [
            (-5, "just now"),
            (minute, "just now"),
            (59 * minute, "59 minutes ago"),
            (60 * minute, "1 hour ago"),
            (47 * 60 * minute, "1 day ago"),
            (65 * 1440 * minute, "2 months ago"),
            (800 * 1440 * minute, "2 years ago"),
        ] {
            assert_eq!(ago(ms), expected);
        }
    }
}
