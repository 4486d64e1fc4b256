//! Keys as people and programs write them: `Am`, `A minor`, `Bbm`, `F♯`, `8A`, `1m`, `12A C♯m`.

use pika_analysis::{Mode, MusicalKey};

/// Reads a key in any usual notation; `None` for anything else.
pub(crate) fn parse_key(text: &str) -> Option<MusicalKey> {
    let text = text.trim();
    if text.is_empty() || text.len() > 32 {
        return None;
    }
    wheel(text).or_else(|| named(text)).or_else(|| {
        // "12A C♯m", "8A - Am": the part on the wheel; a lone letter among words is none.
        text.split([' ', '/', '-', '|']).find_map(wheel)
    })
}

/// Camelot (`8A`, `8B`) and Open Key (`1m`, `1d`).
fn wheel(text: &str) -> Option<MusicalKey> {
    let letter = text.chars().last()?;
    let number: u8 = text[..text.len() - letter.len_utf8()].trim().parse().ok()?;
    if !(1..=12).contains(&number) {
        return None;
    }
    let (number, mode) = match letter {
        'A' | 'a' => (number, Mode::Minor),
        'B' | 'b' => (number, Mode::Major),
        // Open Key 1 is Camelot 8.
        'm' | 'M' => ((number + 6) % 12 + 1, Mode::Minor),
        'd' | 'D' => ((number + 6) % 12 + 1, Mode::Major),
        _ => return None,
    };
    // Seven semitones a step, C major at 8.
    let major_tonic = (number + 4) % 12 * 7 % 12;
    Some(match mode {
        Mode::Major => MusicalKey::new(major_tonic, mode),
        Mode::Minor => MusicalKey::new(major_tonic + 9, mode),
    })
}

/// `Am`, `A minor`, `Amin`, `A♭ major`, `F#`.
fn named(text: &str) -> Option<MusicalKey> {
    let mut rest = text.chars();
    let natural: u8 = match rest.next()?.to_ascii_uppercase() {
        'C' => 0,
        'D' => 2,
        'E' => 4,
        'F' => 5,
        'G' => 7,
        'A' => 9,
        'B' => 11,
        _ => return None,
    };
    let mut rest = rest.as_str();
    let mut tonic = natural;
    if let Some(after) = rest.strip_prefix(['#', '♯']) {
        (tonic, rest) = (natural + 1, after);
    } else if let Some(after) = rest.strip_prefix(['b', '♭']) {
        (tonic, rest) = (natural + 11, after);
    }
    let mode = match rest.trim() {
        "m" => Mode::Minor,
        "" | "M" => Mode::Major,
        word => match word.to_lowercase().as_str() {
            "min" | "minor" | "moll" => Mode::Minor,
            "maj" | "major" | "dur" => Mode::Major,
            _ => return None,
        },
    };
    Some(MusicalKey::new(tonic, mode))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(
            parse_key(text).map(MusicalKey::long_name).as_deref(),
            expected,
            "{text}"
        );
    }

    #[test]
    fn every_notation_is_read() {
        check("Am", Some("A minor"));
        check("A minor", Some("A minor"));
        check("a", Some("A major"));
        check("G#m", Some("G# minor"));
        check("Ebm", Some("Eb minor"));
        check("A#", Some("Bb major"));
        check("Cb", Some("B major"));
        check("F♯ min", Some("F# minor"));
        check("12A C♯m", Some("C# minor"));
        check("1m", Some("A minor"));
        check("8d", Some("Db major"));
        check("Bb", Some("Bb major"));
    }

    #[test]
    fn wheels_and_names_agree_for_all_24_keys() {
        for tonic in 0..12 {
            for mode in [Mode::Major, Mode::Minor] {
                let key = MusicalKey::new(tonic, mode);
                for text in [key.camelot(), key.open_key(), key.short_name(), key.long_name()] {
                    assert_eq!(parse_key(&text), Some(key), "{text}");
                }
            }
        }
    }

    #[test]
    fn anything_else_is_no_key() {
        for text in [
            "",
            "H",
            "0A",
            "13B",
            "99999999999A",
            "hello",
            "A mixed",
            "8C",
            "All Keys",
            "ü",
        ] {
            check(text, None);
        }
    }
}
