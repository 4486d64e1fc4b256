//! Every file of the program but the library itself, damaged in every way that disks, crashes and editors have: the
//! evening goes on, and what it means is said.

#![allow(clippy::unwrap_used)] // A step that fails fails the test.

#[path = "../src/own_files/damages.rs"]
mod damages;

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    time::{Duration, Instant},
};

use pika_engine::{
    app::{App, Event, StartOptions},
    live::{LiveCommand, LivePhase, NewSession},
    paths::DataPaths,
    settings::Settings,
};

use damages::damages;

/// On the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Each file, and whether the DJ is told where it is now: what can be made again by itself needs no words.
const FILES: [(&str, bool); 8] = [
    ("settings.json", true),
    ("live.db", true),
    ("local-relay.db", true),
    ("live.device", false),
    ("library.db.good", false),
    ("library.measured.db", false),
    ("updates.json", false),
    ("pika.lock", false),
];

/// Starts the program as its `main` does.
fn start(folder: &Path) -> App {
    let paths = DataPaths::open(Some(folder.to_owned())).unwrap();
    let (settings, note) = Settings::load_anyway(&paths.settings());
    let options = StartOptions {
        // Nothing of this computer's own is touched.
        history: Some(folder.join("history.m3u")),
        listen: ([127, 0, 0, 1], 0).into(),
        notes: note.into_iter().collect(),
        ..StartOptions::new(paths, settings)
    };
    App::start(&options, || ()).unwrap().0
}

/// Goes live on this computer until dancers can come in; everything that did not work meanwhile.
fn evening(app: &mut App) -> Vec<String> {
    app.start_local_relay().unwrap();
    app.run(pika_engine::app::Command::Live(LiveCommand::GoLive(NewSession {
        name: "Friday".into(),
        ..NewSession::default()
    })));
    let deadline = Instant::now() + PATIENCE;
    let mut told = Vec::new();
    while app.state().live.phase != LivePhase::OnAir {
        assert!(Instant::now() < deadline, "{:#?}", app.state().live);
        if let Some(Event::Failed(failure)) = app.next_event(Duration::from_millis(200)) {
            told.push(format!("could not {}: {}", failure.what, failure.error));
        }
    }
    let port = app.state().local_relay.as_ref().unwrap().port;
    assert!(get_health(([127, 0, 0, 1], port).into()).starts_with("HTTP/1.1 200"));
    told
}

fn get_health(address: SocketAddr) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET /health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn the_evening_goes_on_whatever_happened_to_a_file() {
    let whole = tempfile::tempdir().unwrap();
    let mut app = start(whole.path());
    assert_eq!(evening(&mut app), [] as [String; 0]);
    assert_eq!(app.end_session_and_stop(), []);
    Settings::default()
        .save(&whole.path().join("settings.json"))
        .unwrap();
    let remembered = r#"{"asked_at":1790000000000,"latest":null}"#;
    fs::write(whole.path().join("updates.json"), remembered).unwrap();

    for (name, is_said) in FILES {
        let bytes = fs::read(whole.path().join(name)).unwrap();
        for (damage, bytes, _) in damages(&bytes) {
            let folder = tempfile::tempdir().unwrap();
            for file in fs::read_dir(whole.path()).unwrap().map(Result::unwrap) {
                if file.file_type().unwrap().is_file() {
                    fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
                }
            }
            fs::write(folder.path().join(name), &bytes).unwrap();
            let mut app = start(folder.path());
            let told = evening(&mut app);
            app.end_session_and_stop();
            let is_whole = match damage {
                // A database that is empty is a new one, a text with a mark is that text.
                "empty" => name.ends_with(".db"),
                "a byte order mark" => name.ends_with(".json"),
                _ => false,
            };
            let said = told.iter().filter(|told| told.contains("put aside as")).count();
            assert_eq!(
                said,
                usize::from(is_said && !is_whole),
                "{name}, {damage}: {told:?}"
            );
            assert_eq!(said, told.len(), "{name}, {damage}: {told:?}");
            if said > 0 {
                let aside = format!("{name}.damaged-");
                let mut files = fs::read_dir(folder.path()).unwrap().map(Result::unwrap);
                let kept = files.find(|file| file.file_name().to_string_lossy().starts_with(&aside));
                assert_eq!(fs::read(kept.unwrap().path()).unwrap(), bytes, "{name}, {damage}");
            }
        }
    }
}

#[test]
fn a_data_folder_that_cannot_be_used_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a file");
    fs::write(&file, "").unwrap();
    for wrong in [file.clone(), file.join("data")] {
        let error = DataPaths::open(Some(wrong.clone())).unwrap_err().to_string();
        assert!(error.contains(&wrong.display().to_string()), "{error}");
        assert!(
            error.contains("a file of that name is in the way") && error.contains("--data-dir"),
            "{error}"
        );
    }
}
