//! How one setting's text becomes a value: numbers, times, rates.

use std::time::Duration;

use crate::rate_limit::Rate;

/// A type that a setting's text can be read as.
pub(super) trait SettingValue: Sized {
    /// The value, or why the text is none, to be put after the setting's name.
    fn parse(text: &str) -> Result<Self, String>;
}

impl SettingValue for u32 {
    fn parse(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(0) | Err(_) => Err(format!("“{text}” is not a number from 1 to {}", u32::MAX)),
            Ok(number) => Ok(number),
        }
    }
}

/// Longest time a setting may name, so that sums with it cannot overflow: about 100 years.
const LONGEST_SECS: u64 = 100 * 366 * 86_400;

impl SettingValue for Duration {
    fn parse(text: &str) -> Result<Self, String> {
        let refused = || format!("“{text}” is not a time such as 30s, 10min, 4h or 400d");
        let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
        let number: u64 = digits.parse().map_err(|_| refused())?;
        let unit = unit_secs(text[digits.len()..].trim()).ok_or_else(refused)?;
        match number.checked_mul(unit) {
            Some(secs @ 1..=LONGEST_SECS) => Ok(Self::from_secs(secs)),
            _ => Err(refused()),
        }
    }
}

impl SettingValue for Rate {
    fn parse(text: &str) -> Result<Self, String> {
        let refused =
            || format!("“{text}” is not a rate such as 10,30/min (ten at once, then thirty a minute)");
        let (burst, rest) = text.split_once(',').ok_or_else(refused)?;
        let (count, unit) = rest.split_once('/').ok_or_else(refused)?;
        let burst = u32::parse(burst.trim()).map_err(|_| refused())?;
        let count = u32::parse(count.trim()).map_err(|_| refused())?;
        let period = unit_secs(unit.trim()).ok_or_else(refused)?;
        Ok(Self::new(burst, count, Duration::from_secs(period)))
    }
}

fn unit_secs(unit: &str) -> Option<u64> {
    match unit {
        "" | "s" => Some(1),
        "min" | "m" => Some(60),
        "h" => Some(3600),
        "d" => Some(86_400),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_times() {
        assert_eq!(Duration::parse("30"), Ok(Duration::from_secs(30)));
        assert_eq!(Duration::parse("10min"), Ok(Duration::from_secs(600)));
        assert_eq!(Duration::parse("400 d"), Ok(Duration::from_secs(400 * 86_400)));
        for wrong in [
            "",
            "h",
            "0s",
            "-3s",
            "1week",
            "99999999999999999999d",
            "9999999999d",
        ] {
            assert!(Duration::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn reads_rates() {
        let rate = Rate::parse("10, 30/min").expect("a rate");
        assert_eq!(
            rate,
            Rate {
                burst: 10,
                every: Duration::from_secs(2)
            }
        );
        assert_eq!(
            Rate::parse("1,1000000/s").expect("a rate").every,
            Duration::from_micros(1)
        );
        for wrong in ["", "10", "10,30", "0,30/min", "10,0/min", "10,30/week", "a,b/s"] {
            assert!(Rate::parse(wrong).is_err(), "{wrong}");
        }
    }
}
