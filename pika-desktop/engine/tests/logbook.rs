//! The logbook of an evening: where a session begins in it, and what it holds when the library goes back to its last
//! good copy meanwhile.

#![allow(clippy::unwrap_used)] // A step that fails fails the test.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use pika_engine::{
    app::{App, AppState, Command, Event, StartOptions},
    library::{LibraryCommand, LibraryReport},
    live::{LiveCommand, LivePhase, NewSession},
    nowplaying::NowPlayingCommand,
    paths::DataPaths,
    settings::Settings,
};

/// On the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Takes events in until the state fits.
fn until(app: &mut App, what: &str, fits: impl Fn(&AppState) -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !fits(app.state()) {
        assert!(Instant::now() < deadline, "{what}: {:#?}", app.state().live);
        app.next_event(Duration::from_millis(200));
    }
}

fn play(app: &mut App, title: &str) {
    let plays = app.state().live.plays.len();
    say(app, title);
    until(app, title, |state| {
        state.live.plays.len() == plays + 1 && state.live.link.waiting == 0
    });
}

/// This plays now, by hand.
fn say(app: &mut App, title: &str) {
    app.run(Command::NowPlaying(NowPlayingCommand::PlayText {
        title: title.to_owned(),
        artist: String::new(),
    }));
}

fn start(folder: &Path) -> App {
    let options = StartOptions {
        // Nothing of this computer's own is touched.
        history: Some(folder.join("history.m3u")),
        listen: ([127, 0, 0, 1], 0).into(),
        ..StartOptions::new(
            DataPaths::open(Some(folder.to_owned())).unwrap(),
            Settings::default(),
        )
    };
    App::start(&options, || ()).unwrap().0
}

fn go_live(app: &mut App) {
    app.start_local_relay().unwrap();
    app.run(Command::Live(LiveCommand::GoLive(NewSession {
        name: "Friday".into(),
        ..NewSession::default()
    })));
    until(app, "on air", |state| state.live.phase == LivePhase::OnAir);
}

#[test]
fn a_session_keeps_its_night_and_its_songs_when_the_library_goes_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut app = start(folder.path());
    // Once it answers, the copy of this start is there.
    app.library().call(|library| library.counts()).unwrap();
    go_live(&mut app);
    play(&mut app, "one");
    play(&mut app, "two");
    app.run(Command::Library(LibraryCommand::GoBackToGoodCopy));
    let deadline = Instant::now() + PATIENCE;
    loop {
        assert!(Instant::now() < deadline);
        match app.next_event(Duration::from_millis(200)) {
            Some(Event::Library(LibraryReport::WentBack(_))) => break,
            Some(Event::Failed(failure)) => panic!("{failure:?}"),
            _ => {}
        }
    }
    play(&mut app, "three");
    app.run(Command::Live(LiveCommand::End));
    until(&mut app, "it ends", |state| state.live.phase == LivePhase::Ended);
    let session = app.state().live.session.as_ref().unwrap().session_id.unwrap();
    let night = app.library().call(move |library| library.night(session)).unwrap();
    let titles: Vec<String> = night.unwrap().plays.into_iter().map(|play| play.title).collect();
    assert_eq!(titles, ["one", "two", "three"]);
    app.stop();
}

#[test]
fn where_a_session_began_is_known_after_a_restart_whatever_the_times_say() {
    let folder = tempfile::tempdir().unwrap();
    let mut app = start(folder.path());
    say(&mut app, "before");
    until(&mut app, "before", |state| state.playing.is_some());
    say(&mut app, "on already");
    let is_on = |state: &AppState| {
        state
            .playing
            .as_ref()
            .is_some_and(|play| play.title == "on already")
    };
    until(&mut app, "on already", is_on);
    go_live(&mut app);
    play(&mut app, "in the session");
    let mark = app.state().live.session.as_ref().unwrap().mark.unwrap();
    app.stop();
    let mut app = start(folder.path());
    app.start_local_relay().unwrap();
    until(&mut app, "it goes on", |state| {
        state.live.phase == LivePhase::OnAir
    });
    assert_eq!(app.state().live.session.as_ref().unwrap().mark, Some(mark));
    let told = app
        .library()
        .call(move |library| library.plays_of_session(mark, 9));
    let titles: Vec<String> = told
        .unwrap()
        .unwrap()
        .into_iter()
        .map(|play| play.title)
        .collect();
    assert_eq!(titles, ["in the session"]);
    app.stop();
}
