//! Days of the calendar.

use std::fmt;

use crate::UnixMs;

const DAY_MS: i64 = 86_400_000;

/// A day of the Gregorian calendar, which goes on in both directions; shown as `2026-11-21`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    /// With a year 0 before the year 1.
    pub year: i64,
    /// 1–12.
    pub month: u8,
    /// 1–31.
    pub day: u8,
}

impl Day {
    /// The day in UTC; elsewhere the moment is moved by the place's offset first.
    pub fn of(at: UnixMs) -> Self {
        // Howard Hinnant, "chrono-compatible low-level date algorithms", civil_from_days: in eras of 400 years from
        // 0000-03-01 on, so that leap days fall at the end of a year.
        let days = at.0.div_euclid(DAY_MS) + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 {
            from_march + 3
        } else {
            from_march - 9
        };
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month: month as u8,
            day: day as u8,
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (at, day) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (951_782_400_000, "2000-02-29"),
            (951_868_800_000, "2000-03-01"),
            (1_709_164_800_000, "2024-02-29"),
            (4_107_542_399_999, "2100-02-28"),
            (4_107_542_400_000, "2100-03-01"),
            (-62_135_596_800_000, "0001-01-01"),
        ] {
            assert_eq!(Day::of(UnixMs(at)).to_string(), day);
        }
        // The ends of the range are days, too.
        assert!(Day::of(UnixMs(i64::MIN)) < Day::of(UnixMs(i64::MAX)));
    }
}
