//! Days and lengths as people write them.

use pika_protocol::{Day, UnixMs};

/// Year, month (1–12) and day of a moment on the clock on the wall.
pub(super) fn date(at_ms: i64, utc_offset_s: i32) -> (i64, usize, i64) {
    let day = Day::of(UnixMs(at_ms).plus_ms(i64::from(utc_offset_s) * 1000));
    (day.year, usize::from(day.month), i64::from(day.day))
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `20 November 2026`.
pub(super) fn long(at_ms: i64, utc_offset_s: i32) -> String {
    let (year, month, day) = date(at_ms, utc_offset_s);
    format!("{day} {} {year}", MONTHS[(month - 1).min(11)])
}

/// `20 Nov`, with the year when it is another one; `Tonight` within the last sixteen hours.
pub(super) fn short(at_ms: i64, now_ms: i64, utc_offset_s: i32) -> String {
    if (0..16 * 3_600_000).contains(&(now_ms - at_ms)) {
        return "Tonight".to_owned();
    }
    let (year, month, day) = date(at_ms, utc_offset_s);
    let name = &MONTHS[(month - 1).min(11)][..3];
    if year == date(now_ms, utc_offset_s).0 {
        format!("{day} {name}")
    } else {
        format!("{day} {name} {year}")
    }
}

/// `2 h 14 min`, `58 min`.
pub(super) fn length(ms: i64) -> String {
    let minutes = ms.max(0) / 60_000;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, minutes) => format!("{hours} h {minutes:02} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(date(0, 0), (1970, 1, 1));
        assert_eq!(date(-1, 0), (1969, 12, 31));
        // 2024-02-29 and the day after it.
        assert_eq!(date(1_709_164_800_000, 0), (2024, 2, 29));
        assert_eq!(date(1_709_164_800_000 + 86_400_000, 0), (2024, 3, 1));
        // 2026-11-20 23:30 UTC is the next day an hour to the east.
        assert_eq!(date(1_795_217_400_000, 3600), (2026, 11, 21));
        assert_eq!(long(1_795_210_865_000, 0), "20 November 2026");
        let now = 1_795_210_865_000;
        assert_eq!(short(now - 3_600_000, now, 0), "Tonight");
        assert_eq!(short(now - 7 * 86_400_000, now, 0), "13 Nov");
        assert_eq!(short(now - 365 * 86_400_000, now, 0), "20 Nov 2025");
        assert_eq!(length(8_040_000), "2 h 14 min");
        assert_eq!(length(3_480_000), "58 min");
    }
}
