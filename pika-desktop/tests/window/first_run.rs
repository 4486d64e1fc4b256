//! The first start.

use std::{
    io::{BufRead, BufReader},
    sync::mpsc::{Receiver, sync_channel},
    time::Duration,
};

use eframe::egui::Role;
use egui_kittest::kittest::Queryable;
use pika_desktop::ui::Window;
use pika_engine::{demo_music, live::LivePhase};
use pika_protocol::{
    ActionId, DancerMessage, ToDancer,
    rest::{DancerBatch, JoinAnswer},
};

use crate::support::Booth;

#[test]
fn the_first_run_can_be_skipped_and_does_not_come_back() {
    let mut booth = Booth::first_start();
    booth.window.get_by_label("Where is your music?");
    booth.window.get_by_label("Step 1 of 3 · Music");
    booth.window.get_by_label("Skip for now").click();
    booth.window.run_ok();
    booth.window.get_by_label("Connect your DJ account");
    booth.window.get_by_label("Back").click();
    booth.window.run_ok();
    booth.window.get_by_label("Skip for now").click();
    booth.window.run_ok();
    booth.window.get_by_label("Work offline for now").click();
    booth.window.run_ok();
    booth.window.get_by_label("Step 3 of 3 · Test");
    booth.window.get_by_label("Back").click();
    booth.window.run_ok();
    booth.window.get_by_label("Work offline for now").click();
    booth.window.run_ok();
    booth.window.get_by_label("Skip the test").click();
    booth.until("the first run is over", |window| {
        window.app().is_some_and(|app| app.settings.is_set_up)
    });
    booth.window.get_by_label("no tracks yet");
}

#[test]
fn virtualdj_is_found_by_itself_and_its_music_comes_in() {
    let mut booth = Booth::first_start_in(|folder| {
        let music = folder.join("gigs/music");
        demo_music::generate(&music).expect("music");
        let song = music.join("01 Slow Honey.wav");
        let database = format!(
            "<VirtualDJ_Database Version=\"8\"><Song FilePath=\"{}\"></Song></VirtualDJ_Database>",
            song.display()
        );
        std::fs::create_dir_all(folder.join("VirtualDJ/History")).expect("a folder");
        std::fs::write(folder.join("VirtualDJ/database.xml"), database).expect("a database");
    });
    booth.until("it was looked around", |window| {
        window.app().is_some_and(|app| app.surroundings.is_some())
    });
    booth
        .window
        .get_by_role_and_label(Role::CheckBox, "VirtualDJ library");
    booth
        .window
        .get_by_label("1 track · also used to see what you play live");
    booth.window.get_by_label("Continue").click();
    booth.window.run_ok();
    // What is typed is checked before anybody is asked.
    type_into(&mut booth, "Relay address", "ftp://relay");
    booth
        .window
        .get_by_label("A relay's address begins with https://");
    type_into(&mut booth, "DJ token", "pk_dj_7f8a2b4c9d3e1f6a0b");
    booth.window.get_by_label(
        "This token is not complete. It starts with pk_dj_ and has 32 characters after it; this one has 18.",
    );
    booth.window.get_by_label("Work offline for now").click();
    booth.window.run_ok();
    booth.window.get_by_label("Skip the test").click();
    booth.until("its music is there", |window| {
        window
            .app()
            .and_then(|app| app.listing.as_ref())
            .is_some_and(|listing| listing.len() >= 6)
    });
    booth.window.get_by_label("You are ready");
    booth.window.get_by_label("Got it").click();
    booth.window.run_ok();
    assert!(booth.window.query_by_label("You are ready").is_none());
}

fn type_into(booth: &mut Booth, name: &str, text: &str) {
    booth.window.get_by_role_and_label(Role::TextInput, name).focus();
    booth.window.run_ok();
    booth
        .window
        .get_by_role_and_label(Role::TextInput, name)
        .type_text(text);
    booth.window.run_ok();
}

/// A phone on the test's page: comes in over server-sent events and tells what it hears.
struct Phone {
    base: String,
    join: JoinAnswer,
    lines: Receiver<String>,
}

impl Phone {
    fn scan(address: &str) -> Self {
        let (base, code) = address.split_once("/live/").expect("an address");
        let join = ureq::post(format!("{base}/api/sessions/{code}/join"))
            .header("Content-Type", "application/json")
            .send(r#"{"protocol_version":1}"#)
            .expect("the relay answers");
        let join = join.into_body().read_to_string().expect("an answer");
        let join: JoinAnswer = serde_json::from_str(&join).expect("a ticket");
        let events = format!("{base}/api/sessions/{code}/events?ticket={}", join.ticket);
        let stream = ureq::get(events)
            .call()
            .expect("a stream")
            .into_body()
            .into_reader();
        let (send, lines) = sync_channel(256);
        let read = move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    break;
                }
            }
        };
        std::thread::Builder::new()
            .name("phone".into())
            .spawn(read)
            .expect("a thread");
        Self {
            base: format!("{base}/api/sessions/{code}"),
            join,
            lines,
        }
    }

    /// Waits for a song of this title and loves it.
    fn loves(&self, title: &str) {
        let play = loop {
            let line = self
                .lines
                .recv_timeout(Duration::from_secs(300))
                .expect("it comes");
            let message = line
                .strip_prefix("data:")
                .and_then(|data| serde_json::from_str(data.trim()).ok());
            if let Some(ToDancer::NowPlaying { play, .. }) = message
                && play.track.title == title
            {
                break play.play_id;
            }
        };
        let like = DancerMessage::Like {
            id: ActionId::random(),
            counter: 1,
            play_id: play,
        };
        let batch = DancerBatch {
            ticket: self.join.ticket.clone(),
            messages: vec![like],
        };
        ureq::post(format!("{}/messages", self.base))
            .header("Content-Type", "application/json")
            .send(serde_json::to_string(&batch).expect("plain data"))
            .expect("the relay takes it");
    }
}

#[test]
fn a_song_by_hand_goes_to_the_djs_phone_and_a_heart_comes_back() {
    let mut booth = Booth::first_start();
    booth.window.get_by_label("Skip for now").click();
    booth.window.run_ok();
    booth.window.get_by_label("Work offline for now").click();
    booth.window.run_ok();
    booth.window.get_by_label("Try it with your phone");
    booth.picture("first-run-test.png");
    booth.window.get_by_label("Start the test").click();
    let address = |window: &Window| {
        let session = window.app()?.live.session.clone()?;
        Some(session.address).filter(|address| !address.is_empty())
    };
    booth.until("there is an address", |window| address(window).is_some());
    booth.window.get_by_label("Waiting for a phone…");
    let address = address(booth.window.state()).expect("an address");
    let phone = Phone::scan(&address);
    booth.until("the phone is here", |window| {
        window.app().is_some_and(|app| app.live.crowd.listeners == 1)
    });
    booth.window.get_by_label("1 phone is here.");
    booth.window.get_by_label("Send the song").click();
    booth.until("the relay has it", |window| {
        window
            .app()
            .is_some_and(|app| app.live.link.song_delay_ms.is_some())
    });
    booth
        .window
        .get_by_label_contains("from your press until the relay had stored it.");
    phone.loves("Hello, dance floor");
    booth.until("the heart is back", |window| {
        window.app().is_some_and(|app| app.live.likes() == 1)
    });
    booth
        .window
        .get_by_label("Your heart is here: the whole way works, there and back.");
    assert!(booth.window.query_by_label("Skip the test").is_none());
    booth.picture("first-run-tested.png");
    booth.window.get_by_label("Finish").click();
    booth.until("the first run is over", |window| {
        window.app().is_some_and(|app| app.settings.is_set_up)
    });
    // Nothing of it stays: no session, no relay, no song in the logbook, no night.
    booth.until("it is over", |window| {
        window.app().is_some_and(|app| {
            let over = matches!(app.live.phase, LivePhase::Off | LivePhase::Ended);
            over && app.local_relay.is_none() && app.playing.is_none()
        })
    });
    let program = booth.window.state_mut().program().expect("it runs");
    let (nights, plays) = program
        .library()
        .call(|library| Ok((library.nights(9)?, library.plays_since(0, 9)?)))
        .expect("the library answers");
    assert!(nights.is_empty() && plays.is_empty(), "{nights:?} {plays:?}");
    assert!(booth.window.query_by_label("That was the last song").is_none());
}

#[test]
fn an_empty_library_says_what_to_do() {
    let mut booth = Booth::set_up();
    assert_eq!(booth.app().settings.scale, 1.0);
    booth.until_shown("Show Pika! your music");
    assert!(booth.new_folder("music").is_dir());
    booth.window.get_by_label("Choose a folder");
}
