//! A file that cannot be opened at the start, and can later.

use std::sync::{
    Mutex,
    mpsc::{Receiver, sync_channel},
};

use super::*;
use crate::{
    live::{LivePhase, NewSession},
    own_files,
    relay_access::{RelayAddress, Token},
    report,
};

enum Told {
    Report(LiveReport),
    Failure(Failure),
}

impl From<Failure> for Told {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

/// Turned by hand.
#[derive(Clone)]
struct ByHand(Arc<Mutex<Now>>);

impl Clock for ByHand {
    fn now(&self) -> Now {
        *self.0.lock().unwrap()
    }

    fn real(&self, duration: Duration) -> Duration {
        duration
    }
}

impl ByHand {
    fn pass(&self, seconds: u64) {
        let mut now = self.0.lock().unwrap();
        now.steady += Duration::from_secs(seconds);
        now.wall_ms += 1_000 * seconds.cast_signed();
    }
}

/// A worker that nobody runs.
fn worker(store: PathBuf, clock: &ByHand) -> (Worker, Receiver<Told>) {
    let (tell, told) = sync_channel(1);
    let queue = worker::spawn("test", 8, move |_: Inbox<Message>, sender| {
        let _ = tell.send(sender);
    });
    let sender = told.recv().unwrap();
    drop::<std::io::Result<LiveHandle>>(queue);
    let (reporter, reports) = report::channel::<Told>(|| ());
    let options = LiveOptions {
        clock: Box::new(clock.clone()),
        ..LiveOptions::new(store)
    };
    let reporter = reporter.of(Told::Report);
    (Worker::start(reporter, sender, options), reports)
}

fn go_live(worker: &mut Worker, name: &str) {
    let address = RelayAddress::parse("http://127.0.0.1:1").unwrap();
    let token = Token::parse(&format!("pk_dj_{}", "a".repeat(32))).unwrap();
    let access = RelayAccess::of_account(&address, &token).unwrap();
    worker.take(Input::Command(LiveCommand::Relay(access)));
    let wanted = NewSession {
        name: name.to_owned(),
        ..NewSession::default()
    };
    worker.take(Input::Command(LiveCommand::GoLive(wanted)));
}

fn failures(told: &Receiver<Told>) -> usize {
    let is_failure =
        |told: &Told| matches!(told, Told::Failure(failure) if failure.error.contains("tries again"));
    told.try_iter().filter(is_failure).count()
}

fn by_hand() -> ByHand {
    ByHand(Arc::new(Mutex::new(Now {
        wall_ms: 1_790_000_000_000,
        steady: Duration::from_secs(100),
    })))
}

/// A folder in the place of the file: it cannot be opened until that is gone.
fn blocked(folder: &tempfile::TempDir) -> PathBuf {
    let path = folder.path().join("live.db");
    std::fs::create_dir(&path).unwrap();
    path
}

#[test]
fn a_file_that_cannot_be_opened_at_the_start_is_opened_later() {
    let folder = tempfile::tempdir().unwrap();
    let (path, clock) = (blocked(&folder), by_hand());
    let (mut worker, told) = worker(path.clone(), &clock);
    go_live(&mut worker, "Friday");
    for _ in 0..5 {
        clock.pass(60);
        worker.open_again();
    }
    assert!(worker.store.is_none());
    assert_eq!(failures(&told), 1, "said once");
    std::fs::remove_dir(&path).unwrap();
    worker.open_again();
    assert!(worker.store.is_none(), "not asked all the time");
    clock.pass(60);
    worker.open_again();
    let saved = LiveStore::open(&path).unwrap().load().unwrap();
    assert_eq!(saved.session.unwrap().name, "Friday");
}

#[test]
fn what_could_not_be_read_at_the_start_goes_on_when_it_can_be() {
    let folder = tempfile::tempdir().unwrap();
    let (path, clock) = (folder.path().join("live.db"), by_hand());
    let (mut before, _told) = worker(path.clone(), &clock);
    go_live(&mut before, "Friday");
    let device = before.me.device;
    drop(before);
    let hidden = folder.path().join("hidden.db");
    let hide = |from: &std::path::Path, to: &std::path::Path| {
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::rename(
                own_files::with_suffix(from, suffix),
                own_files::with_suffix(to, suffix),
            );
        }
    };
    hide(&path, &hidden);
    for is_live in [false, true] {
        std::fs::create_dir(&path).unwrap();
        let (mut worker, told) = worker(path.clone(), &clock);
        assert_eq!(worker.me.device, device, "it stands beside, too");
        if is_live {
            go_live(&mut worker, "Saturday");
        }
        std::fs::remove_dir(&path).unwrap();
        hide(&hidden, &path);
        clock.pass(2);
        worker.open_again();
        let states = told.try_iter().filter_map(|told| match told {
            Told::Report(LiveReport::State(state)) => Some(state),
            _ => None,
        });
        let view = states.last().unwrap();
        let name = view.session.as_ref().map(|session| session.name.clone());
        let saved = LiveStore::open(&path).unwrap().load().unwrap();
        assert_eq!(saved.session.map(|session| session.name), name);
        if is_live {
            assert_eq!(name.as_deref(), Some("Saturday"), "it is on");
            assert_eq!(saved.aside[0].session.name, "Friday");
            assert_eq!(view.owed[0].name, "Friday");
        } else {
            assert_eq!(
                (name.as_deref(), view.phase),
                (Some("Friday"), LivePhase::Starting)
            );
        }
        drop(worker);
        hide(&path, &hidden);
    }
}

fn titles(path: &std::path::Path) -> Vec<String> {
    let saved = LiveStore::open(path).unwrap().load().unwrap();
    let title = |message: &pika_protocol::DjMessage| match message {
        pika_protocol::DjMessage::NowPlaying { track, .. } => Some(track.title.clone()),
        _ => None,
    };
    saved.outbox.iter().filter_map(title).collect()
}

#[test]
fn a_file_that_another_program_holds_is_asked_once_a_look_and_briefly() {
    let folder = tempfile::tempdir().unwrap();
    let (path, clock) = (folder.path().join("live.db"), by_hand());
    let (mut worker, told) = worker(path.clone(), &clock);
    go_live(&mut worker, "Friday");
    let song = |title: &str| {
        let play = crate::nowplaying::NowPlaying {
            play_id: uuid::Uuid::new_v4(),
            track: None,
            title: title.to_owned(),
            artist: String::new(),
            values: crate::library::Values::default(),
            started_at_ms: clock.now().wall_ms,
            logged_at_ms: clock.now().wall_ms,
            source: crate::nowplaying::SourceKind::VirtualDj,
            matched_by: None,
            needs_analysis: false,
        };
        let (play, current) = (Box::new(play), true);
        Input::Command(LiveCommand::Played { play, current })
    };
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    // Only so that the test need not wait for the first refusal.
    worker.store.as_ref().unwrap().wait_for_others(Duration::ZERO);
    worker.take(song("first"));
    let begun = Instant::now();
    worker.settle();
    assert!(begun.elapsed() < PATIENCE, "a look takes a moment");
    assert_eq!(failures(&told), 1);
    other.execute_batch("ROLLBACK").unwrap();
    worker.take(song("second"));
    assert_eq!(titles(&path), [""; 0], "not asked between two looks");
    worker.settle();
    assert_eq!(titles(&path), ["first", "second"]);
    worker.take(song("third"));
    assert_eq!(titles(&path), ["first", "second", "third"], "at once again");
}

#[test]
fn at_the_end_a_file_that_was_never_opened_is_tried_once_more() {
    let folder = tempfile::tempdir().unwrap();
    let (path, clock) = (blocked(&folder), by_hand());
    let (mut worker, _told) = worker(path.clone(), &clock);
    go_live(&mut worker, "Friday");
    std::fs::remove_dir(&path).unwrap();
    worker.end();
    drop(worker);
    let saved = LiveStore::open(&path).unwrap().load().unwrap();
    assert_eq!(saved.session.unwrap().name, "Friday");
}
