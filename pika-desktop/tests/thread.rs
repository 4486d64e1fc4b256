//! The main job, with the real program: a folder of music in, the playing song with tempo and key out
//! on the stream that the dancers' page reads.

#![cfg(unix)]
#![allow(clippy::unwrap_used)] // A step that fails fails the test.

use std::{
    fs::{self, OpenOptions},
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, sync_channel},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use pika_protocol::{ToDancer, Track, rest::JoinAnswer};

/// Far more than anything here takes; a test that waits so long has failed.
const DEADLINE: Duration = Duration::from_secs(120);

struct Program {
    process: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Program {
    fn start(data: &Path, history: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_pika-desktop"))
            .args(["--headless", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(data)
            .arg("--history")
            .arg(history)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = lines_of(process.stdout.take().unwrap());
        Self {
            process,
            lines,
            seen: Vec::new(),
        }
    }

    /// Waits for a line of the output that begins with `what`; returns the rest of it.
    #[track_caller]
    fn says(&mut self, what: &str) -> String {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let line = self
                .lines
                .recv_timeout(left)
                .unwrap_or_else(|_| panic!("never said {what}: {:#?}", self.seen));
            self.seen.push(line.clone());
            if let Some(rest) = line.strip_prefix(what) {
                return rest.trim().to_owned();
            }
        }
    }

    /// Ends it as a power cut would.
    fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    fn interrupt(mut self) -> bool {
        let pid = self.process.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-INT", &pid])
                .status()
                .unwrap()
                .success()
        );
        self.process.wait().unwrap().success()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Only after a failed test is it still there.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn lines_of(input: impl Read + Send + 'static) -> Receiver<String> {
    let (send, lines) = sync_channel(10_000);
    let read = move || {
        for line in BufReader::new(input).lines() {
            let Ok(line) = line else { break };
            if send.send(line).is_err() {
                break;
            }
        }
    };
    thread::Builder::new().name("lines".into()).spawn(read).unwrap();
    lines
}

/// What a phone hears.
struct Dancer {
    lines: Receiver<String>,
}

impl Dancer {
    /// Joins the session at the address that the program prints, and listens.
    fn join(address: &str) -> (Self, JoinAnswer) {
        let (base, code) = address.split_once("/live/").unwrap();
        let answer = ureq::post(format!("{base}/api/sessions/{code}/join"))
            .header("Content-Type", "application/json")
            .send(r#"{"protocol_version":1}"#)
            .unwrap()
            .into_body()
            .read_to_string()
            .unwrap();
        let answer: JoinAnswer = serde_json::from_str(&answer).unwrap();
        let stream = ureq::get(format!(
            "{base}/api/sessions/{code}/events?ticket={}",
            answer.ticket
        ))
        .call()
        .unwrap();
        (
            Self {
                lines: lines_of(stream.into_body().into_reader()),
            },
            answer,
        )
    }

    /// Waits for the next message that `wanted` picks.
    #[track_caller]
    fn hears<T>(&self, mut wanted: impl FnMut(ToDancer) -> Option<T>) -> T {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left).expect("the stream says it in time");
            let message = line
                .strip_prefix("data:")
                .and_then(|data| serde_json::from_str(data.trim()).ok());
            if let Some(found) = message.and_then(&mut wanted) {
                return found;
            }
        }
    }

    #[track_caller]
    fn hears_song(&self) -> Track {
        self.hears(|message| match message {
            ToDancer::NowPlaying { play, .. } => Some(play.track),
            _ => None,
        })
    }
}

fn append(history: &Path, text: &str) {
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(history)
        .unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

fn pair(path: &str, artist: &str, title: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    format!(
        "#EXTVDJ:<time>22:14</time><lastplaytime>{now}</lastplaytime><artist>{artist}</artist><title>{title}</title>\r\n{path}\r\n"
    )
}

/// The first part of a WAV file as a file of its own: the same groove, another sound.
fn shortened(song: &Path, to: PathBuf) -> PathBuf {
    let mut bytes = fs::read(song).unwrap();
    let data = bytes.windows(4).position(|window| window == b"data").unwrap() + 4;
    let kept = (bytes.len() - data - 4) / 8 * 6; // Whole samples.
    bytes.truncate(data + 4 + kept);
    bytes[data..data + 4].copy_from_slice(&u32::try_from(kept).unwrap().to_le_bytes());
    let riff = u32::try_from(bytes.len() - 8).unwrap().to_le_bytes();
    bytes[4..8].copy_from_slice(&riff);
    fs::write(&to, bytes).unwrap();
    to
}

#[test]
fn from_a_music_folder_and_a_history_to_the_dancers_page() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    fs::create_dir(root.path().join("History")).unwrap();
    let history = root.path().join("History/2026-11-21.m3u");
    let mut program = Program::start(&data, &history);
    let address = program.says("Dancers");
    program.says("Analysed   6 of 6");
    let (dancer, joined) = Dancer::join(&address);
    assert_eq!(joined.snapshot.playing, None);

    // A song of the folder: its own words, with tempo and key.
    let music = data.join("demo-music");
    let song = music.join("02 Slot and Anchor.wav");
    append(
        &history,
        &pair(song.to_str().unwrap(), "other words", "than the tags"),
    );
    let track = dancer.hears_song();
    assert_eq!(
        (track.title.as_str(), track.artist.as_str()),
        ("Slot and Anchor", "Westbound")
    );
    let bpm = track.bpm.unwrap();
    assert!((bpm - 98.0).abs() < 0.1, "{bpm}");
    assert_eq!(
        (track.key.as_deref(), track.camelot.as_deref()),
        (Some("Gm"), Some("6A"))
    );
    assert!(track.energy.is_some() && track.danceability.is_some() && track.brightness.is_some());
    assert_eq!(track.duration_ms, Some(50_000));

    // The next one as Windows writes paths, in pieces; and one that nobody knows.
    let next = pair(
        "Z:\\gone\\03 SUGAR PUSH.WAV",
        "Ada and the Sixes",
        "Sugar Push (Remix)",
    );
    let (a, b) = next.split_at(next.len() / 2);
    append(&history, a);
    append(&history, b);
    let track = dancer.hears_song();
    assert_eq!(
        (track.title.as_str(), track.key.as_deref()),
        ("Sugar Push", Some("C"))
    );
    append(&history, &pair("netsearch://td12", "Somebody & Co", "Not Here"));
    let track = dancer.hears_song();
    assert_eq!(
        (track.title.as_str(), track.artist.as_str(), track.bpm),
        ("Not Here", "Somebody & Co", None)
    );

    // A file from outside the music folders: its text at once, its values when they are known.
    let outside = shortened(&music.join("06 Neon Whip.wav"), root.path().join("outside.wav"));
    append(&history, &pair(outside.to_str().unwrap(), "", ""));
    assert_eq!(dancer.hears_song().title, "Neon Whip");
    let bpm = dancer.hears(|message| match message {
        ToDancer::PlayCorrected { track, .. } => track.bpm,
        _ => None,
    });
    assert!((bpm - 124.0).abs() < 0.1, "{bpm}");

    assert!(program.interrupt());
    dancer.hears(|message| matches!(message, ToDancer::SessionEnded { .. }).then_some(()));

    // The next evening nothing is analysed again, and the last song is not announced as if it were playing
    // unless it still could be.
    let mut program = Program::start(&data, &root.path().join("History/none.m3u"));
    assert_eq!(program.says("Scanned"), "6 files");
    assert!(program.interrupt());
}

#[test]
fn killed_while_analysing_it_goes_on_where_it_was() {
    let root = tempfile::tempdir().unwrap();
    let (data, history) = (root.path().join("data"), root.path().join("none.m3u"));
    let mut program = Program::start(&data, &history);
    let reported: u32 = number(&program.says("Analysed"));
    program.kill();
    let stored: u32 = rusqlite::Connection::open(data.join("library.db"))
        .unwrap()
        .query_row("SELECT count(*) FROM analyses", [], |row| row.get(0))
        .unwrap();
    assert!(
        stored >= reported,
        "{reported} were reported, {stored} are stored"
    );
    let mut program = Program::start(&data, &history);
    assert_eq!(program.says("Scanned"), "6 files");
    // On a fast machine all six may have been done before the kill.
    let mut done = stored;
    while done < 6 {
        let line = program.says("Analysed");
        let total = number(line.split_once(" of ").unwrap().1);
        assert_eq!(total, 6 - stored, "only what was missing is analysed again");
        done = stored + number(&line);
    }
    assert!(program.interrupt());
}

/// The number that a text begins with.
fn number(text: &str) -> u32 {
    text.split(' ').next().unwrap().parse().unwrap()
}
