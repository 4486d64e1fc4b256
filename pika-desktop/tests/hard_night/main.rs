//! A night that has everything against it, with the real program, a real relay and dancers over real connections: the
//! program begins in mid-evening, is killed three times, its disk is full for a while, its clock is set back by twenty
//! minutes, and a share that it should read never answers. In the end logbook, relay, recap and likes agree exactly.
//!
//! `scripts/test` plays a short one; `scripts/test-night` one of 120 songs.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)] // A step that fails fails the test.

mod computer;
#[path = "../../engine/tests/night/dancers.rs"]
#[allow(dead_code)] // Chance rules elsewhere.
mod dancers;
#[path = "../../engine/tests/nights/mod.rs"]
#[allow(dead_code)] // The live side alone is played elsewhere.
mod nights;
#[path = "../hardship/share.rs"]
mod share;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use pika_engine::library::{Library, NightDetail};
use rusqlite::Connection;
use uuid::Uuid;

use computer::Computer;
use dancers::{Dancer, dance};
use nights::{Relay, eventually, plays_on_disk};

/// VirtualDJ counts in seconds: no two songs are logged in the same one.
const BETWEEN_SONGS: Duration = Duration::from_millis(1_050);
const DANCERS: usize = 8;

fn songs() -> usize {
    match std::env::var_os("PIKA_WHOLE_NIGHT") {
        Some(_) => 120,
        None => 16,
    }
}

/// What happens before which song.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Killed,
    LoggedTwice,
    DiskFull,
    KilledOnAFullDisk,
    RoomAgain,
    ClockSetBack,
}

fn troubles(songs: usize) -> [(usize, Trouble); 8] {
    let at = |eighth: usize| songs * eighth / 8;
    [
        (at(1), Trouble::Killed),
        (at(2), Trouble::LoggedTwice),
        (at(3), Trouble::DiskFull),
        (at(3) + 1, Trouble::KilledOnAFullDisk),
        (at(4), Trouble::RoomAgain),
        (at(5), Trouble::ClockSetBack),
        (at(6), Trouble::LoggedTwice),
        (at(7), Trouble::Killed),
    ]
}

#[test]
fn with_everything_against_it_the_night_is_told_and_kept_exactly() {
    let songs = songs();
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path());
    let access = relay.add_dj("Ada");
    let mut computer = Computer::new(folder.path(), &access);

    // The evening has begun when the program is started.
    computer.play("song 0");
    computer.start();
    let code = eventually("the session begins", || session_code(&relay));
    let is_over = Arc::new(AtomicBool::new(false));
    let (url, over, its_code) = (relay.url(), Arc::clone(&is_over), code);
    let floor = thread::Builder::new()
        .name("floor".into())
        .spawn(move || dance(&url, &its_code, DANCERS, 7, &over))
        .unwrap();

    let mut next = Instant::now() + BETWEEN_SONGS;
    for number in 1..songs {
        thread::sleep(next.saturating_duration_since(Instant::now()));
        let title = format!("song {number}");
        for (_, trouble) in troubles(songs).iter().filter(|(at, _)| *at == number) {
            meet(&mut computer, *trouble, number);
        }
        next = Instant::now() + BETWEEN_SONGS;
        computer.play(&title);
        if !computer.is_running() {
            // It was killed, and this song was played while it was not there.
            computer.start();
        }
    }
    eventually("all songs reach the relay", || {
        (titles(&relay).len() >= songs).then_some(())
    });
    is_over.store(true, Ordering::SeqCst);
    let dancers = floor.join().unwrap();
    computer.end();

    let wanted: Vec<String> = (0..songs).map(|number| format!("song {number}")).collect();
    assert_eq!(
        titles(&relay),
        wanted,
        "the relay, in the order in which they came"
    );
    let (library, _) = Library::open(&computer.library()).unwrap();
    let night = library.nights(10).unwrap()[0].session_id;
    let night = library.night(night).unwrap().unwrap();
    let logbook: Vec<&String> = night.plays.iter().map(|play| &play.title).collect();
    assert_eq!(logbook, wanted.iter().collect::<Vec<_>>(), "the logbook");
    agree(&night, &relay, &dancers);
}

fn meet(computer: &mut Computer, trouble: Trouble, number: usize) {
    match trouble {
        Trouble::Killed | Trouble::KilledOnAFullDisk => computer.kill(),
        Trouble::LoggedTwice => {
            // The song that plays is logged once more, a second later.
            computer.play(&format!("song {}", number - 1));
            thread::sleep(BETWEEN_SONGS);
        }
        Trouble::DiskFull => computer.fill_disk(),
        Trouble::RoomAgain => computer.free_disk(),
        Trouble::ClockSetBack => computer.set_clock_back(Duration::from_secs(20 * 60)),
    }
}

fn session_code(relay: &Relay) -> Option<String> {
    let connection = Connection::open(&relay.database).ok()?;
    let found = connection.query_row("SELECT code FROM sessions", [], |row| row.get(0));
    found.ok()
}

/// What the relay knows, in the order in which it was played by the relay's own clock.
fn titles(relay: &Relay) -> Vec<String> {
    let connection = Connection::open(&relay.database).unwrap();
    let mut statement = connection
        .prepare("SELECT title FROM plays WHERE NOT removed ORDER BY started_at")
        .unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

/// Logbook, relay, recap and what the dancers did tell the same.
fn agree(night: &NightDetail, relay: &Relay, dancers: &[Dancer]) {
    let recap = night.recap.as_ref().expect("the relay told its side");
    let mut theirs: Vec<Uuid> = plays_on_disk(&relay.database).iter().map(|play| play.0).collect();
    let mut ours: Vec<Uuid> = night.plays.iter().map(|play| play.id).collect();
    let mut told: Vec<Uuid> = recap.counts.iter().map(|counts| counts.play_id.0).collect();
    for ids in [&mut theirs, &mut ours, &mut told] {
        ids.sort();
    }
    assert_eq!(ours, theirs, "each song has one id");
    assert!(
        told.iter().all(|id| ours.contains(id)),
        "the recap knows no other song"
    );
    let mut all = 0;
    for play in &night.plays {
        let liked = dancers
            .iter()
            .filter(|dancer| dancer.likes.contains(&play.id))
            .count() as u32;
        let counts = recap.counts.iter().find(|counts| counts.play_id.0 == play.id);
        let answers = play.answers.unwrap_or_default();
        assert_eq!(answers.likes, liked, "{} in the logbook", play.title);
        assert_eq!(
            counts.map_or(0, |counts| counts.likes),
            liked,
            "{} in the recap",
            play.title
        );
        all += liked;
    }
    assert!(all > 0, "the floor was there");
    println!("{} songs, {all} likes", night.plays.len());
}
