//! Going back to the last good copy of the library in the middle of a session: the evening goes on.

#![allow(clippy::unwrap_used)] // A step that fails fails the test.

use std::time::{Duration, Instant};

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
    app.run(Command::NowPlaying(NowPlayingCommand::PlayText {
        title: title.to_owned(),
        artist: String::new(),
    }));
    until(app, title, |state| {
        state.live.plays.len() == plays + 1 && state.live.link.waiting == 0
    });
}

#[test]
fn a_session_keeps_its_night_and_its_songs_when_the_library_goes_back() {
    let folder = tempfile::tempdir().unwrap();
    let options = StartOptions {
        // Nothing of this computer's own is touched.
        history: Some(folder.path().join("history.m3u")),
        listen: ([127, 0, 0, 1], 0).into(),
        ..StartOptions::new(
            DataPaths::open(Some(folder.path().to_owned())).unwrap(),
            Settings::default(),
        )
    };
    let (mut app, _) = App::start(&options, || ()).unwrap();
    // Once it answers, the copy of this start is there.
    app.library().call(|library| library.counts()).unwrap();
    app.start_local_relay().unwrap();
    app.run(Command::Live(LiveCommand::GoLive(NewSession {
        name: "Friday".into(),
        ..NewSession::default()
    })));
    until(&mut app, "on air", |state| state.live.phase == LivePhase::OnAir);
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
