//! A night in fast motion: the real relay, the live side of the desktop program with its files, dancers over real
//! connections, and a network that fails; in the end both databases agree exactly, and with what the dancers did.
//!
//! `scripts/test` plays a short one; `scripts/test-night` a whole one: six hours, 120 songs, 300 dancers, 40
//! network losses of up to ten minutes, two restarts of each side.

#![allow(clippy::unwrap_used)] // A step that fails fails the test.

mod dancers;
mod network;
#[path = "../nights/mod.rs"]
mod nights;

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use pika_engine::{
    app::Event,
    library::{Answers, Library, Night, Play},
    live::{Clock, LiveAnswer, LiveCommand, LiveOptions, LivePhase, LiveReport, Now, Timings},
    nowplaying::NowPlaying,
    relay_access::RelayAccess,
};
use pika_protocol::feedback::TempoChoice;
use pika_relay::base::{Moment, moment};
use uuid::Uuid;

use dancers::{Dancer, Random, dance};
use network::{Network, spawn};
use nights::{Desktop, PATIENCE, Relay, access_at, eventually, plays_on_disk, song};

/// How much happens.
#[derive(Clone, Copy)]
struct Plan {
    /// Time runs so many times as fast.
    factor: u32,
    songs: usize,
    dancers: usize,
    losses: usize,
    restarts: usize,
    length: Duration,
}

impl Plan {
    fn wanted() -> Self {
        if std::env::var_os("PIKA_WHOLE_NIGHT").is_some() {
            return Self {
                factor: 100,
                songs: 120,
                dancers: 300,
                losses: 40,
                restarts: 2,
                length: Duration::from_secs(6 * 3600),
            };
        }
        Self {
            factor: 100,
            songs: 12,
            dancers: 30,
            losses: 5,
            restarts: 1,
            length: Duration::from_secs(40 * 60),
        }
    }
}

/// The relay's clock, for both sides.
struct FastClock {
    began: Instant,
    factor: u32,
}

fn wall_ms() -> i64 {
    Moment::now().at.0
}

impl Clock for FastClock {
    fn now(&self) -> Now {
        Now {
            wall_ms: wall_ms(),
            steady: self.began.elapsed() * self.factor,
        }
    }

    fn real(&self, duration: Duration) -> Duration {
        duration / self.factor
    }
}

/// The desktop program's library and what the DJ did.
struct Booth {
    library: Library,
    played: Vec<NowPlaying>,
}

impl Booth {
    fn note(&mut self, play: &NowPlaying) {
        let entry = Play {
            id: play.play_id,
            track: None,
            title: play.title.clone(),
            artist: play.artist.clone(),
            path_text: String::new(),
            source: "VirtualDJ".into(),
            started_at_ms: play.started_at_ms,
            logged_at_ms: play.logged_at_ms,
            answers: None,
        };
        self.library.record_play(&entry, None).unwrap();
    }

    /// What the program does with what the live side reports.
    fn take(&mut self, event: Event) -> bool {
        match event {
            Event::Live(LiveReport::Answers(session, answers)) => {
                let answers: Vec<(Uuid, Answers)> =
                    answers.iter().map(|it| (it.play_id, (*it).into())).collect();
                self.library.record_answers(session, &answers).unwrap();
                false
            }
            Event::Live(LiveReport::Ended { session, recap }) => {
                let night = Night {
                    session_id: session.session_id,
                    place: "relay".into(),
                    code: session.info.code.clone(),
                    address: session.info.address.clone(),
                    name: session.info.name.clone(),
                    started_at_ms: session.info.started_at_ms,
                    ended_at_ms: Some(session.ended_at_ms),
                    plays: 0,
                    likes: 0,
                    peak: 0,
                    utc_offset_s: 0,
                };
                self.library.record_night(&night).unwrap();
                self.library
                    .record_recap(&recap.expect("the recap is ready at once"))
                    .unwrap();
                true
            }
            _ => false,
        }
    }
}

fn desktop(folder: &Path, plan: Plan, access: &RelayAccess) -> Desktop {
    let usual = Timings::default();
    let mut options = LiveOptions::new(folder.join("live.db"));
    options.clock = Box::new(FastClock {
        began: Instant::now(),
        factor: plan.factor,
    });
    // The network of this machine is as fast as ever: it is waited for in real time.
    options.timings = Timings {
        pong_within: usual.pong_within * plan.factor,
        slow_after: usual.slow_after * plan.factor,
        open_within: usual.open_within * plan.factor,
        register_within: usual.register_within * plan.factor,
        clock_tolerance: Duration::from_secs(24 * 3600),
        ..usual
    };
    let desktop = Desktop::start(options);
    desktop.ask(LiveCommand::Relay(access.clone()));
    desktop
}

/// What happens at a moment of the night.
#[derive(Clone, Copy, Debug)]
enum Happening {
    Song,
    Loss(Duration),
    RelayRestart,
    DesktopRestart,
}

fn schedule(plan: Plan, random: &mut Random) -> BTreeMap<(Duration, usize), Happening> {
    let mut all = BTreeMap::new();
    let at = |random: &mut Random| {
        plan.length
            .mul_f64((random.below(9_000) as f64 + 500.0) / 10_000.0)
    };
    for number in 0..plan.songs {
        all.insert(
            (plan.length * number as u32 / plan.songs as u32, number),
            Happening::Song,
        );
    }
    for number in 0..plan.losses {
        let length = Duration::from_secs(5 + random.below(595) as u64);
        all.insert((at(random), 10_000 + number), Happening::Loss(length));
    }
    for number in 0..plan.restarts {
        all.insert((at(random), 20_000 + number), Happening::RelayRestart);
        all.insert((at(random), 30_000 + number), Happening::DesktopRestart);
    }
    all
}

#[test]
fn after_a_night_of_losses_both_databases_agree_exactly() {
    let plan = Plan::wanted();
    moment::run_faster(plan.factor);
    let folder = tempfile::tempdir().unwrap();
    let mut relay = Relay::start(folder.path());
    let network = Network::to(relay.address);
    let own = relay.add_dj("Ada");
    let access = access_at(&format!("http://{}", network.address), own.secret());
    let mut random = Random(0x00c0_ffee);
    let mut booth = Booth {
        library: Library::open(&folder.path().join("library.db")).unwrap().0,
        played: Vec::new(),
    };
    let mut live = desktop(folder.path(), plan, &access);
    live.go_live(access.clone(), "A long night");
    live.until("on air", |state| state.phase == LivePhase::OnAir);
    let code = live.state.session.as_ref().unwrap().code.clone();

    let is_over = Arc::new(AtomicBool::new(false));
    let crowd: Vec<_> = (0..3u64)
        .map(|part| {
            let (url, code, is_over) = (relay.url(), code.clone(), is_over.clone());
            let count = plan.dancers / 3;
            spawn("crowd", move || {
                dance(&url, &code, count, part * 77 + 5, &is_over)
            })
        })
        .collect();

    let began = Instant::now();
    let mut mend_at: Option<Duration> = None;
    let mut removed = 0;
    for ((at, _), happening) in schedule(plan, &mut random) {
        loop {
            let now = began.elapsed() * plan.factor;
            if mend_at.is_some_and(|mend| now >= mend) {
                network.mend();
                mend_at = None;
            }
            if now >= at {
                break;
            }
            if let Some(event) = live.event(Duration::from_millis(2)) {
                booth.take(event);
            }
            // Whoever plays the DJ says yes.
            if live.state.question.is_some() {
                live.ask(LiveCommand::Answer(LiveAnswer::GoOn));
            }
        }
        match happening {
            Happening::Song => {
                let play = song(&format!("Song {}", booth.played.len()), wall_ms());
                booth.note(&play);
                live.play(&play);
                booth.played.push(play);
                // Now and then something was noticed wrongly.
                if random.chance(8) && booth.played.len() > 3 {
                    let at = booth.played.len() - 2 - random.below(2);
                    let mut better = booth.played[at].clone();
                    better.title += " (corrected)";
                    booth.note(&better);
                    live.ask(LiveCommand::Played {
                        play: Box::new(better.clone()),
                        current: false,
                    });
                    booth.played[at] = better;
                } else if random.chance(5) && booth.played.len() > 3 {
                    let at = booth.played.len() - 2;
                    let gone = booth.played.remove(at);
                    booth.library.remove_play(gone.play_id).unwrap();
                    live.ask(LiveCommand::Remove(gone.play_id));
                    removed += 1;
                }
            }
            Happening::Loss(length) => {
                network.cut();
                mend_at = Some(began.elapsed() * plan.factor + length);
            }
            Happening::RelayRestart => {
                relay.stop();
                relay.start_again();
            }
            Happening::DesktopRestart => {
                drop(live);
                live = desktop(folder.path(), plan, &access);
                // As the program does: what it knows of the evening, then what plays.
                if let Some((current, before)) = booth.played.split_last() {
                    live.ask(LiveCommand::CatchUp(before.to_vec()));
                    live.play(current);
                }
            }
        }
    }

    network.mend();
    is_over.store(true, Ordering::SeqCst);
    let dancers: Vec<Dancer> = crowd.into_iter().flat_map(|part| part.join().unwrap()).collect();
    let deadline = Instant::now() + PATIENCE;
    while live.state.link.waiting > 0 || !live.state.is_reached() {
        assert!(
            Instant::now() < deadline,
            "it never caught up: {:#?}",
            live.state.link
        );
        if live.state.question.is_some() {
            live.ask(LiveCommand::Answer(LiveAnswer::GoOn));
        }
        if let Some(event) = live.event(Duration::from_millis(50)) {
            booth.take(event);
        }
    }
    live.ask(LiveCommand::End);
    eventually("the night is kept", || {
        live.event(Duration::from_millis(50))
            .is_some_and(|event| booth.take(event))
            .then_some(())
    });
    relay.stop();

    compare(&booth, &relay.database, &dancers);
    let likes: usize = dancers.iter().map(|dancer| dancer.likes.len()).sum();
    println!(
        "{} songs, {removed} taken back, {} dancers, {likes} likes, in {:?}",
        booth.played.len(),
        dancers.len(),
        began.elapsed()
    );
    assert!(likes > 0, "the floor was there");
}

/// The desktop's database, the relay's and what the dancers did must tell the same.
fn compare(booth: &Booth, relay: &Path, dancers: &[Dancer]) {
    let night = &booth.library.nights(10).unwrap()[0];
    let night = booth.library.night(night.session_id).unwrap().unwrap();
    let mut ours: Vec<(Uuid, String, i64)> = night
        .plays
        .iter()
        .map(|play| (play.id, play.title.clone(), play.started_at_ms))
        .collect();
    let mut theirs: Vec<(Uuid, String, i64)> = plays_on_disk(relay)
        .into_iter()
        .filter(|(.., removed)| !removed)
        .map(|(id, title, started_at, _)| (id, title, started_at))
        .collect();
    ours.sort();
    theirs.sort();
    assert_eq!(ours, theirs, "the songs");
    let mut played: Vec<(Uuid, String, i64)> = booth
        .played
        .iter()
        .map(|play| (play.play_id, play.title.clone(), play.started_at_ms))
        .collect();
    played.sort();
    assert_eq!(ours, played, "and they are what was played");

    let connection = rusqlite::Connection::open(relay).unwrap();
    let count = |kind: u8, play: Uuid| -> u32 {
        connection
            .query_row(
                "SELECT count(*) FROM answers WHERE kind = ? AND target = ? AND choice IS NOT NULL",
                rusqlite::params![kind, play.as_bytes()],
                |row| row.get(0),
            )
            .unwrap()
    };
    for play in &night.plays {
        let answers = play.answers.unwrap_or_default();
        let did = |wanted: TempoChoice| {
            dancers
                .iter()
                .filter(|dancer| dancer.tempo.get(&play.id) == Some(&wanted))
                .count() as u32
        };
        let liked = dancers
            .iter()
            .filter(|dancer| dancer.likes.contains(&play.id))
            .count() as u32;
        let expected = Answers {
            likes: liked,
            faster: did(TempoChoice::Faster),
            perfect: did(TempoChoice::Perfect),
            slower: did(TempoChoice::Slower),
        };
        assert_eq!(answers, expected, "{}", play.title);
        assert_eq!(count(0, play.id), liked, "{}", play.title);
        let tempo = expected.faster + expected.perfect + expected.slower;
        assert_eq!(count(1, play.id), tempo, "{}", play.title);
    }
    let thanked = dancers.iter().filter(|dancer| dancer.thanked).count() as u32;
    assert_eq!(night.recap.unwrap().thanks, thanked);
}
