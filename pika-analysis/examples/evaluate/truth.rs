//! Labels: `truth.csv` and `beats/NAME.beats`.

use std::{collections::BTreeMap, fs, io, path::Path};

use pika_analysis::{Mode, MusicalKey};

/// What is known of one track. Whatever is missing is not scored.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Truth {
    /// Path relative to the labelled folder.
    pub(crate) file: String,
    pub(crate) bpm: Option<f64>,
    pub(crate) key: Option<MusicalKey>,
    pub(crate) first_beat_s: Option<f64>,
    pub(crate) beats_s: Option<Vec<f64>>,
    /// Every column by its name, for grouping.
    pub(crate) columns: BTreeMap<String, String>,
}

/// Reads `truth.csv` of a folder and the beats beside it.
pub(crate) fn read(folder: &Path) -> io::Result<Vec<Truth>> {
    let text = fs::read_to_string(folder.join("truth.csv"))?;
    let mut rows = csv(&text).into_iter();
    let Some(header) = rows.next() else {
        return Ok(Vec::new());
    };
    if !header.iter().any(|name| name == "file") {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "truth.csv has no column named file",
        ));
    }
    Ok(rows
        .map(|row| {
            let columns: BTreeMap<String, String> = header.iter().cloned().zip(row).collect();
            let column = |name: &str| columns.get(name).map(String::as_str).unwrap_or_default();
            let number = |name: &str| column(name).trim().parse::<f64>().ok();
            let file = column("file").to_owned();
            let stem = Path::new(&file).file_stem().unwrap_or_default();
            let beats = folder.join("beats").join(stem).with_extension("beats");
            Truth {
                bpm: number("bpm").filter(|&bpm| bpm > 0.0),
                key: parse_key(column("key")),
                first_beat_s: number("first_beat_s"),
                beats_s: fs::read_to_string(beats).ok().map(|text| parse_beats(&text)),
                file,
                columns,
            }
        })
        .filter(|truth| !truth.file.is_empty())
        .collect())
}

fn parse_beats(text: &str) -> Vec<f64> {
    let mut beats: Vec<f64> = text
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter_map(|word| word.parse().ok())
        .collect();
    beats.sort_by(f64::total_cmp);
    beats
}

/// A key as `A minor`, `Am`, `Bb maj`, `F#`, `8A` (Camelot) or `1m` (Open Key).
pub(crate) fn parse_key(text: &str) -> Option<MusicalKey> {
    let text = text.trim().replace('♭', "b").replace('♯', "#");
    let all =
        || (0..12).flat_map(|tonic| [Mode::Major, Mode::Minor].map(|mode| MusicalKey::new(tonic, mode)));
    if let Some(key) = all().find(|key| key.camelot().eq_ignore_ascii_case(&text) || key.open_key() == text) {
        return Some(key);
    }
    let mut characters = text.chars();
    let letter = characters.next()?.to_ascii_uppercase();
    let mut tonic = match letter {
        'C' => 0,
        'D' => 2,
        'E' => 4,
        'F' => 5,
        'G' => 7,
        'A' => 9,
        'B' => 11,
        _ => return None,
    };
    let mut rest = characters.as_str();
    if let Some(after) = rest.strip_prefix('#') {
        (tonic, rest) = (tonic + 1, after);
    } else if let Some(after) = rest.strip_prefix('b') {
        (tonic, rest) = (tonic + 11, after);
    }
    let mode = match rest.trim_matches([' ', '_', '-', ':']) {
        "" | "major" | "maj" | "dur" | "M" => Mode::Major,
        "minor" | "min" | "moll" | "m" => Mode::Minor,
        _ => return None,
    };
    Some(MusicalKey::new(tonic, mode))
}

/// Rows of a CSV text; fields may be quoted.
fn csv(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    let mut characters = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(c) = characters.next() {
        let row = rows.last_mut().expect("a row is always open");
        let field = row.last_mut().expect("a field is always open");
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\r' if !quoted => {}
            '\n' if !quoted => rows.push(vec![String::new()]),
            _ => field.push(c),
        }
    }
    rows.retain(|row| row.len() > 1 || !row[0].is_empty());
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_in_every_notation() {
        let is = |text: &str, tonic: u8, mode| {
            assert_eq!(parse_key(text), Some(MusicalKey::new(tonic, mode)), "{text}");
        };
        is("A minor", 9, Mode::Minor);
        is("8A", 9, Mode::Minor);
        is("8B", 0, Mode::Major);
        is("Bbm", 10, Mode::Minor);
        is("F#", 6, Mode::Major);
        is("1m", 9, Mode::Minor);
        is("1d", 0, Mode::Major);
        is("E♭ maj", 3, Mode::Major);
        is("c:min", 0, Mode::Minor);
        assert_eq!(parse_key(""), None);
        assert_eq!(parse_key("13A"), None);
        assert_eq!(parse_key("unknown"), None);
    }

    #[test]
    fn only_the_file_column_is_needed() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join("truth.csv"),
            "file,key\n\"a, b/c.mp3\",\"A \"\"minor\"\"\"\r\nd.mp3,8B\n\n",
        )
        .unwrap();
        fs::create_dir(folder.path().join("beats")).unwrap();
        fs::write(folder.path().join("beats/c.beats"), "1.5\t2\n0.5 1\n").unwrap();
        let truths = read(folder.path()).unwrap();
        assert_eq!(truths.len(), 2);
        assert_eq!(
            (truths[0].file.as_str(), truths[0].key, truths[0].bpm),
            ("a, b/c.mp3", None, None)
        );
        assert_eq!(truths[0].beats_s, Some(vec![0.5, 1.5]));
        assert_eq!(truths[1].key, Some(MusicalKey::new(0, Mode::Major)));
        fs::write(folder.path().join("truth.csv"), "name,key\n").unwrap();
        assert!(read(folder.path()).is_err());
    }
}
