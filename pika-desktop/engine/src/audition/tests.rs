//! The player on an output whose clock is turned by hand: no sound card, no waiting.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use super::{player::Player, *};

const RATE: usize = 44_100;

/// An output that plays when it is told to.
#[derive(Clone, Default)]
struct Bench {
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    voices: Vec<Voice>,
    opened: Vec<Option<String>>,
    refusal: Option<String>,
    lost: Option<String>,
    open: usize,
}

struct BenchOutput(Bench);

impl Bench {
    fn with<T>(&self, change: impl FnOnce(&mut Shared) -> T) -> T {
        change(&mut self.shared.lock().unwrap())
    }

    /// Turns the output's clock by so many frames; returns the left side of what is heard.
    fn turn(&self, frames: usize) -> Vec<f32> {
        self.with(|shared| {
            let mut sum = vec![0.0; frames];
            shared.voices.retain_mut(|voice| {
                let mut out = vec![0.0; 2 * frames];
                let stays = voice.fill(&mut out);
                for (sum, pair) in sum.iter_mut().zip(out.chunks(2)) {
                    *sum += pair[0];
                }
                stays
            });
            sum
        })
    }
}

impl SoundOutput for Bench {
    fn outputs(&mut self) -> Result<Vec<String>, String> {
        Ok(vec!["Headphones".into(), "Booth".into()])
    }

    fn open(&mut self, name: Option<&str>) -> Result<Box<dyn OpenOutput>, String> {
        self.with(|shared| {
            shared.opened.push(name.map(str::to_owned));
            match shared.refusal.clone() {
                Some(refusal) => Err(refusal),
                None => {
                    shared.open += 1;
                    Ok(())
                }
            }
        })?;
        Ok(Box::new(BenchOutput(self.clone())))
    }
}

impl OpenOutput for BenchOutput {
    fn name(&self) -> &'static str {
        "Bench"
    }

    fn play(&self, voice: Voice) {
        self.0.with(|shared| shared.voices.push(voice));
    }

    fn problem(&self) -> Option<String> {
        self.0.with(|shared| shared.lost.clone())
    }
}

impl Drop for BenchOutput {
    fn drop(&mut self) {
        self.0.with(|shared| {
            shared.open -= 1;
            shared.voices.clear();
        });
    }
}

struct Desk {
    bench: Bench,
    player: Player<Bench>,
    now: Instant,
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let bench = Bench::default();
        Self {
            player: Player::new(bench.clone(), 1.0, None),
            bench,
            now: Instant::now(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// A file whose sample at second `n` has the level `n` tenths.
    fn staircase(&self, name: &str, seconds: usize) -> PathBuf {
        let samples: Vec<i16> = (0..seconds * RATE)
            .map(|frame| (frame / RATE) as i16 * 3277)
            .collect();
        let path = self.folder.path().join(name);
        std::fs::write(&path, wav(&samples)).unwrap();
        path
    }

    fn play(&mut self, track: i64, path: &Path, from_s: Option<f64>) {
        self.player.obey(AuditionCommand::Play {
            track: TrackId(track),
            path: path.to_owned(),
            from_s,
        });
    }

    fn tick(&mut self) -> &AuditionState {
        self.player.tick(self.now);
        self.player.state()
    }

    /// Turns until the player is in this phase, and waits until all is decoded: what is heard from then on does not
    /// depend on how fast this computer is.
    #[track_caller]
    fn until(&mut self, phase: AuditionPhase) {
        let deadline = Instant::now() + Duration::from_secs(120);
        while self.tick().phase != phase {
            assert!(Instant::now() < deadline, "{:?}", self.player.state());
            self.bench.turn(64);
            thread::yield_now();
        }
        while phase == AuditionPhase::Playing && !self.player.is_decoded() {
            assert!(Instant::now() < deadline, "{:?}", self.player.state());
            thread::yield_now();
        }
    }

    /// The level that is heard now, in tenths.
    fn level(&mut self) -> f32 {
        let heard = self.bench.turn(RATE / 20);
        (heard[heard.len() - 1] * 10.0).round()
    }
}

fn wav(samples: &[i16]) -> Vec<u8> {
    let length = u32::try_from(samples.len() * 2).unwrap();
    let mut file = b"RIFF".to_vec();
    file.extend((36 + length).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend(44_100u32.to_le_bytes());
    file.extend(88_200u32.to_le_bytes());
    file.extend(b"\x02\0\x10\0data");
    file.extend(length.to_le_bytes());
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    file
}

#[test]
fn play_pause_seek_and_go_on() {
    let mut desk = Desk::new();
    let path = desk.staircase("a.wav", 8);
    assert_eq!(desk.tick().phase, AuditionPhase::Empty);
    desk.play(1, &path, Some(3.0));
    desk.until(AuditionPhase::Playing);
    assert_eq!(desk.level(), 3.0);
    desk.tick();
    let position = desk.player.state().position_s;
    assert!((3.0..4.0).contains(&position), "{position}");

    desk.player.obey(AuditionCommand::Pause);
    desk.bench.turn(1000);
    let held = desk.tick().position_s;
    assert_eq!(desk.level(), 0.0);
    assert_eq!(desk.tick().position_s, held);
    assert_eq!(desk.player.state().phase, AuditionPhase::Paused);

    // A seek while it is held is shown at once and heard when it goes on.
    desk.player.obey(AuditionCommand::Seek(6.5));
    assert_eq!(desk.tick().position_s, 6.5);
    desk.play(1, &path, None);
    desk.until(AuditionPhase::Playing);
    assert_eq!(desk.level(), 6.0);
    assert_eq!(
        desk.bench.with(|shared| shared.opened.len()),
        1,
        "one output for all"
    );
}

#[test]
fn the_end_is_said_and_play_begins_anew() {
    let mut desk = Desk::new();
    let path = desk.staircase("a.wav", 2);
    desk.play(1, &path, Some(1.9));
    desk.until(AuditionPhase::Ended);
    let state = desk.tick();
    assert!(
        (state.position_s - 2.0).abs() < 0.01 && !state.is_running(),
        "{state:?}"
    );
    desk.play(1, &path, None);
    desk.until(AuditionPhase::Playing);
    assert!(desk.tick().position_s < 1.0);
}

#[test]
fn another_track_takes_over_and_volume_follows() {
    let mut desk = Desk::new();
    let (a, b) = (desk.staircase("a.wav", 8), desk.staircase("b.wav", 8));
    desk.play(1, &a, Some(2.0));
    desk.until(AuditionPhase::Playing);
    desk.play(2, &b, Some(5.0));
    assert_eq!(desk.tick().track, Some(TrackId(2)));
    desk.until(AuditionPhase::Playing);
    assert_eq!(desk.level(), 5.0, "the first one is gone");
    desk.player.obey(AuditionCommand::Volume(0.5));
    // A quarter of the amplitude.
    let heard = desk.bench.turn(RATE / 20);
    assert!((heard[heard.len() - 1] - 0.125).abs() < 0.001);
    desk.player.obey(AuditionCommand::Volume(f32::NAN));
    assert_eq!(desk.level(), 0.0);
}

#[test]
fn no_output_is_said_and_nothing_else_happens() {
    let mut desk = Desk::new();
    let path = desk.staircase("a.wav", 1);
    desk.bench
        .with(|shared| shared.refusal = Some("No sound output was found".into()));
    desk.play(1, &path, None);
    desk.until(AuditionPhase::Paused);
    assert_eq!(
        desk.player.state().problem.as_deref(),
        Some("No sound output was found")
    );
    // Plugged in: the next press works.
    desk.bench.with(|shared| shared.refusal = None);
    desk.play(1, &path, None);
    desk.until(AuditionPhase::Playing);
    assert_eq!(desk.player.state().problem, None);
}

#[test]
fn an_output_that_goes_away_holds_the_track_at_its_place() {
    let mut desk = Desk::new();
    let path = desk.staircase("a.wav", 8);
    desk.play(1, &path, Some(3.0));
    desk.until(AuditionPhase::Playing);
    desk.bench.turn(RATE);
    desk.bench
        .with(|shared| shared.lost = Some("The output went away".into()));
    let state = desk.tick();
    assert_eq!(state.phase, AuditionPhase::Paused);
    assert!((4.0..5.0).contains(&state.position_s), "{state:?}");
    assert_eq!(state.problem.as_deref(), Some("The output went away"));
    desk.bench.with(|shared| shared.lost = None);
    desk.play(1, &path, None);
    desk.until(AuditionPhase::Playing);
    assert_eq!(desk.level(), 4.0);
}

#[test]
fn the_chosen_output_is_used_and_a_held_one_is_let_go() {
    let mut desk = Desk::new();
    let path = desk.staircase("a.wav", 8);
    desk.player.obey(AuditionCommand::ListOutputs);
    assert_eq!(desk.tick().outputs, ["Headphones", "Booth"]);
    desk.player
        .obey(AuditionCommand::Output(Some("Headphones".into())));
    desk.play(1, &path, None);
    desk.until(AuditionPhase::Playing);
    // Another choice while it plays: it goes on there.
    desk.player.obey(AuditionCommand::Output(Some("Booth".into())));
    desk.until(AuditionPhase::Playing);
    let opened = desk.bench.with(|shared| shared.opened.clone());
    assert_eq!(opened, [Some("Headphones".to_owned()), Some("Booth".to_owned())]);

    desk.player.obey(AuditionCommand::Pause);
    desk.tick();
    assert_eq!(desk.bench.with(|shared| shared.open), 1);
    desk.now += Duration::from_secs(6);
    assert_eq!(desk.tick().open_output, None);
    assert_eq!(
        desk.bench.with(|shared| shared.open),
        0,
        "other programs may have it"
    );
    desk.play(1, &path, None);
    desk.until(AuditionPhase::Playing);
}

#[test]
fn a_file_that_cannot_be_played_says_why() {
    let mut desk = Desk::new();
    let path = desk.folder.path().join("broken.mp3");
    std::fs::write(&path, b"nothing to hear").unwrap();
    desk.play(1, &path, None);
    desk.until(AuditionPhase::Empty);
    let problem = desk.player.state().problem.clone().unwrap();
    assert!(problem.starts_with("This file cannot be played: "), "{problem}");
    desk.player.obey(AuditionCommand::Stop);
    assert_eq!(
        desk.tick(),
        &AuditionState {
            volume: 1.0,
            ..AuditionState::default()
        }
    );
}
