//! Lists of tracks for other programs: CSV for spreadsheets, M3U8 for players, text for people.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use crate::library::{NightDetail, Play, Track, TrackId, Values};

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// Comma-separated values after RFC 4180, with a header and a mark for spreadsheets that it is UTF-8.
    Csv,
    /// A playlist in UTF-8.
    M3u8,
    /// A numbered list.
    Text,
}

impl ExportFormat {
    /// The format that a file's suffix asks for.
    pub fn from_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "m3u8" | "m3u" => Some(Self::M3u8),
            "txt" => Some(Self::Text),
            _ => None,
        }
    }
}

/// Whether a file that takes long to be written is waited for no more: what was called failed does not appear later.
#[derive(Debug, Clone, Default)]
pub struct GivenUp(Arc<AtomicBool>);

impl GivenUp {
    /// Nobody waits any more.
    pub fn give_up(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether nobody waits any more.
    pub fn is_given_up(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Writes tracks to a file, which is complete or as it was before.
///
/// Errors: the file cannot be written, or was given up meanwhile.
pub fn export_file(
    tracks: &[Track],
    format: ExportFormat,
    path: &Path,
    given_up: &GivenUp,
) -> io::Result<()> {
    write_whole(path, given_up, |out| export(tracks, format, out))
}

/// Writes a file that is complete or as it was before.
fn write_whole(
    path: &Path,
    given_up: &GivenUp,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    // One that hangs may still write its own.
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{number}.part"));
    let written = File::create(&name).and_then(|file| {
        let mut file = BufWriter::new(file);
        write(&mut file)?;
        file.into_inner()?.sync_all()?;
        if given_up.is_given_up() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        std::fs::rename(&name, path)
    });
    if written.is_err() {
        // Of no use to anybody; on a full disk it is in the way.
        let _ = std::fs::remove_file(&name);
    }
    written
}

/// Writes a night to a file: every song with its time and the floor's answers as `csv`, or all that is known
/// as `json`. `tracks`: what the library knows of the songs. The file is complete or as it was before.
///
/// Errors: the suffix is another one; the file cannot be written, or was given up meanwhile.
pub fn export_night(
    night: &NightDetail,
    tracks: &[Track],
    path: &Path,
    given_up: &GivenUp,
) -> io::Result<()> {
    let known = Known::new(tracks);
    let suffix = path
        .extension()
        .map(|suffix| suffix.to_string_lossy().to_ascii_lowercase());
    let text = match suffix.as_deref() {
        Some("csv") => night_csv(night, &known),
        Some("json") => night_json(night, &known),
        _ => {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the file's name must end in csv or json",
            ));
        }
    };
    write_whole(path, given_up, |out| out.write_all(text.as_bytes()))
}

fn night_csv(night: &NightDetail, known: &Known<'_>) -> String {
    let mut text = "\u{feff}time,title,artist,album,bpm,key,camelot,length,likes,faster,perfect,slower,source,started_at_ms\r\n"
        .to_owned();
    for play in &night.plays {
        let answers = play.answers.unwrap_or_default();
        let (album, values) = known.of(play);
        let fields = [
            wall_clock(play.started_at_ms, night.night.utc_offset_s),
            play.title.clone(),
            play.artist.clone(),
            album.to_owned(),
            values.bpm.map(|bpm| format!("{bpm:.1}")).unwrap_or_default(),
            values.key.map(|key| key.long_name()).unwrap_or_default(),
            values.key.map(|key| key.camelot()).unwrap_or_default(),
            values.duration_s.map(minutes).unwrap_or_default(),
            answers.likes.to_string(),
            answers.faster.to_string(),
            answers.perfect.to_string(),
            answers.slower.to_string(),
            play.source.clone(),
            play.started_at_ms.to_string(),
        ];
        text += &fields.map(|field| csv_field(&field)).join(",");
        text += "\r\n";
    }
    text
}

/// What the library knows of the songs of a night.
struct Known<'a>(BTreeMap<TrackId, &'a Track>);

impl<'a> Known<'a> {
    fn new(tracks: &'a [Track]) -> Self {
        Self(tracks.iter().map(|track| (track.id, track)).collect())
    }

    /// Album and values of a song that was played.
    fn of(&self, play: &Play) -> (&'a str, Values) {
        let track = play.track.and_then(|track| self.0.get(&track));
        track.map_or(("", Values::default()), |track| (&track.album, track.values))
    }
}

/// The time of day on the wall, where it began.
fn wall_clock(ms: i64, utc_offset_s: i32) -> String {
    let seconds = (ms.div_euclid(1000) + i64::from(utc_offset_s)).rem_euclid(86_400);
    format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// A length as people read it.
fn minutes(seconds: f64) -> String {
    let seconds = seconds.round().max(0.0) as u64;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

fn night_json(night: &NightDetail, known: &Known<'_>) -> String {
    let head = &night.night;
    let plays: Vec<_> = night
        .plays
        .iter()
        .map(|play| {
            let answers = play.answers.unwrap_or_default();
            let (album, values) = known.of(play);
            serde_json::json!({
                "play_id": play.id, "title": play.title, "artist": play.artist, "source": play.source,
                "album": album, "bpm": values.bpm, "duration_s": values.duration_s,
                "key": values.key.map(|key| key.long_name()), "camelot": values.key.map(|key| key.camelot()),
                "time": wall_clock(play.started_at_ms, head.utc_offset_s), "started_at_ms": play.started_at_ms, "likes": answers.likes, "faster": answers.faster,
                "perfect": answers.perfect, "slower": answers.slower,
            })
        })
        .collect();
    let whole = serde_json::json!({
        "session_id": head.session_id, "name": head.name, "code": head.code, "address": head.address,
        "started_at_ms": head.started_at_ms, "ended_at_ms": head.ended_at_ms, "plays": plays,
        "recap": night.recap,
    });
    format!("{whole:#}\n")
}

/// Writes tracks in their order.
///
/// Errors: `out` refuses.
pub fn export(tracks: &[Track], format: ExportFormat, out: &mut impl Write) -> io::Result<()> {
    match format {
        ExportFormat::Csv => csv(tracks, out),
        ExportFormat::M3u8 => m3u8(tracks, out),
        ExportFormat::Text => text(tracks, out),
    }
}

fn csv(tracks: &[Track], out: &mut impl Write) -> io::Result<()> {
    write!(
        out,
        "\u{feff}title,artist,album,genre,year,bpm,key,camelot,energy,danceability,brightness,loudness_lufs,duration_s,file\r\n"
    )?;
    for track in tracks {
        let values = &track.values;
        let number = |value: Option<f64>, decimals| {
            value
                .map(|value| format!("{value:.decimals$}"))
                .unwrap_or_default()
        };
        let fields = [
            track.title.clone(),
            track.artist.clone(),
            track.album.clone(),
            track.genre.clone(),
            track.year.map(|year| year.to_string()).unwrap_or_default(),
            number(values.bpm, 2),
            values.key.map(|key| key.long_name()).unwrap_or_default(),
            values.key.map(|key| key.camelot()).unwrap_or_default(),
            number(values.energy, 0),
            number(values.danceability, 0),
            number(values.brightness, 0),
            number(values.loudness_lufs, 1),
            number(values.duration_s, 1),
            track.path.to_string_lossy().into_owned(),
        ];
        write!(out, "{}\r\n", fields.map(|field| csv_field(&field)).join(","))?;
    }
    Ok(())
}

/// Quoted where it must be. A spreadsheet would run what begins like a formula: such a text gets an
/// apostrophe in front (OWASP, "CSV injection"); numbers stay numbers.
pub(crate) fn csv_field(field: &str) -> String {
    let formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']) && field.parse::<f64>().is_err();
    let field = if formula {
        format!("'{field}")
    } else {
        field.to_owned()
    };
    if field.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", field.replace('"', "\"\""));
    }
    field
}

fn m3u8(tracks: &[Track], out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"#EXTM3U\n")?;
    for track in tracks {
        let path = track.path.to_string_lossy();
        // A line is a path: one with a line break in it cannot be written.
        if path.contains(['\n', '\r']) {
            continue;
        }
        let seconds = track
            .values
            .duration_s
            .map_or(-1, |duration| duration.round() as i64);
        writeln!(out, "#EXTINF:{seconds},{}", one_line(&label(track)))?;
        writeln!(out, "{path}")?;
    }
    Ok(())
}

fn text(tracks: &[Track], out: &mut impl Write) -> io::Result<()> {
    for (number, track) in tracks.iter().enumerate() {
        write!(out, "{:>3}. {}", number + 1, one_line(&label(track)))?;
        if let Some(bpm) = track.values.bpm {
            write!(out, "  {bpm:.1} BPM")?;
        }
        if let Some(key) = track.values.key {
            write!(out, "  {}", key.short_name())?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn label(track: &Track) -> String {
    if track.artist.is_empty() {
        track.title.clone()
    } else {
        format!("{} - {}", track.artist, track.title)
    }
}

fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use pika_analysis::{Mode, MusicalKey};

    use super::*;
    use crate::library::{TrackId, Values};

    #[test]
    fn what_is_given_up_while_it_is_written_does_not_appear_later() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("night.csv");
        std::fs::write(&path, "of before").unwrap();
        let given_up = GivenUp::default();
        let late = write_whole(&path, &given_up, |out| {
            given_up.give_up();
            out.write_all(b"late")
        });
        assert!(late.is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"of before");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_cannot_be_written_leaves_no_half_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("night.csv");
        std::fs::write(&path, "of before").unwrap();
        let full = write_whole(&path, &GivenUp::default(), |out| {
            out.write_all(b"half")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert_eq!(full.unwrap_err().kind(), io::ErrorKind::StorageFull);
        let files = std::fs::read_dir(folder.path()).unwrap();
        assert_eq!(files.count(), 1);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "of before");
    }

    fn track(artist: &str, title: &str, path: &str) -> Track {
        Track {
            id: TrackId(1),
            path: path.into(),
            title: title.into(),
            is_titled: true,
            artist: artist.into(),
            album: String::new(),
            genre: "Blues".into(),
            year: Some(1967),
            values: Values {
                duration_s: Some(141.6),
                bpm: Some(97.998),
                key: Some(MusicalKey::new(8, Mode::Major)),
                loudness_lufs: Some(-9.54),
                ..Values::default()
            },
            corrected: false,
            analysis_version: Some(1),
            failure: None,
            missing: false,
        }
    }

    fn written(tracks: &[Track], format: ExportFormat) -> String {
        let mut out = Vec::new();
        export(tracks, format, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn csv_is_quoted_and_runs_nothing() {
        let text = written(&[track("A, B", "Say \"hi\"", "=cmd()")], ExportFormat::Csv);
        let line = text.lines().nth(1).unwrap();
        assert_eq!(
            line,
            r#""Say ""hi""","A, B",,Blues,1967,98.00,Ab major,4B,,,,-9.5,141.6,'=cmd()"#
        );
    }

    #[test]
    fn playlists_and_texts_have_a_line_for_each_track() {
        let tracks = [
            track("", "One\u{7}", "/m/1.mp3"),
            track("B", "Two", "/m/bad\nname.mp3"),
        ];
        assert_eq!(
            written(&tracks, ExportFormat::M3u8),
            "#EXTM3U\n#EXTINF:142,One \n/m/1.mp3\n"
        );
        assert_eq!(
            written(&tracks, ExportFormat::Text),
            "  1. One   98.0 BPM  A♭\n  2. B - Two  98.0 BPM  A♭\n"
        );
    }

    #[test]
    fn a_night_has_the_time_on_the_wall_and_what_is_known_of_each_song() {
        let play = |track, title: &str, started_at_ms| Play {
            id: uuid::Uuid::from_u128(1),
            track,
            title: title.into(),
            artist: "A".into(),
            path_text: String::new(),
            source: "virtualdj".into(),
            started_at_ms,
            logged_at_ms: started_at_ms,
            answers: None,
        };
        let night = NightDetail {
            night: crate::library::Night {
                session_id: pika_protocol::SessionId(uuid::Uuid::from_u128(2)),
                place: "relay".into(),
                code: "K7QF".into(),
                address: String::new(),
                name: "Friday".into(),
                started_at_ms: 0,
                ended_at_ms: None,
                plays: 2,
                likes: 0,
                peak: 0,
                utc_offset_s: 3600,
            },
            // 20:00:05 and 23:30 UTC.
            plays: vec![
                play(Some(TrackId(1)), "One", 72_005_000),
                play(None, "Two", 84_600_000),
            ],
            values: BTreeMap::new(),
            recap: None,
        };
        let tracks = [Track {
            album: "Evenings".into(),
            ..track("A", "One", "/m/1.mp3")
        }];
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("night.csv");
        export_night(&night, &tracks, &path, &GivenUp::default()).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(
            lines,
            [
                "21:00:05,One,A,Evenings,98.0,Ab major,4B,2:22,0,0,0,0,virtualdj,72005000",
                "00:30:00,Two,A,,,,,,0,0,0,0,virtualdj,84600000",
            ]
        );
        let path = folder.path().join("night.json");
        export_night(&night, &tracks, &path, &GivenUp::default()).unwrap();
        let told: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        assert_eq!(told["plays"][0]["time"], "21:00:05");
        assert_eq!(told["plays"][0]["album"], "Evenings");
    }

    #[test]
    fn a_file_is_whole_or_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list.TXT");
        export_file(
            &[track("", "One", "/1.mp3")],
            ExportFormat::from_path(&path).unwrap(),
            &path,
            &GivenUp::default(),
        )
        .unwrap();
        assert!(std::fs::read_to_string(&path).unwrap().contains("One"));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(ExportFormat::from_path(Path::new("a.doc")), None);
        assert!(
            export_file(
                &[],
                ExportFormat::Csv,
                &folder.path().join("no/such/folder.csv"),
                &GivenUp::default()
            )
            .is_err()
        );
    }
}
