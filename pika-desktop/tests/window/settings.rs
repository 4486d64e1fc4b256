//! The settings: each holds as it is made, and is there at the next start.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    path::PathBuf,
    thread,
};

use eframe::egui::Role;
use egui_kittest::{Harness, kittest::Queryable};
use pika_desktop::ui::{Screen, Window};
use pika_engine::{
    account::AccountStatus,
    app::Event,
    nowplaying::virtualdj::ImportCounts,
    scanner::{ScanNotice, ScanReport},
    settings::{Appearance, Settings},
};

use crate::{
    scenes,
    stage::{Scene, picture, stage},
    support::Booth,
};

const SECRET: Role = Role::PasswordInput;

fn booth() -> Booth {
    let mut booth = Booth::set_up();
    booth.window.state_mut().state().screen = Screen::Settings;
    booth.window.run_ok();
    booth
}

fn settings(window: &Window) -> &Settings {
    &window.app().unwrap().settings
}

#[test]
fn looks_and_switches_hold_and_are_kept() {
    let mut booth = booth();
    booth.picture("settings.png");
    booth.window.get_by_label("Daylight").click();
    booth.until("the light look", |window| {
        settings(window).appearance == Appearance::Light
    });
    booth.picture("settings-light.png");
    booth.window.get_by_label("Larger text").click();
    booth.until("larger text", |window| settings(window).scale == 1.1);
    booth.window.get_by_label("110 %");
    booth.window.get_by_label("Smaller text").click();
    booth.until("smaller text", |window| settings(window).scale == 1.0);
    booth
        .window
        .get_by_role_and_label(Role::Switch, "Less motion")
        .click();
    booth.until("less motion", |window| settings(window).less_motion);
    booth.window.get_by_label("Follow VirtualDJ\'s history").click();
    booth.until("VirtualDJ is left alone", |window| {
        !settings(window).follow_virtualdj
    });
    booth.window.get_by_label("Its history is not read");
    let path = booth.folder().join("data/settings.json");
    booth.until("the file", |_| {
        Settings::load(&path).is_ok_and(|kept| kept.less_motion && !kept.follow_virtualdj)
    });
}

#[test]
fn folders_are_taken_out_after_a_question() {
    let mut booth = booth();
    booth.add_song();
    booth.window.get_by_label_contains("watched for new files");
    booth.picture("settings-folder.png");
    booth.window.get_by_label_contains("Take ").click();
    booth.window.run_ok();
    booth.window.get_by_label("Keep the folder").click();
    booth.window.run_ok();
    let folders = |window: &Window| window.app().unwrap().overview.as_ref().unwrap().folders.len();
    assert_eq!(folders(booth.window.state()), 1);
    booth.window.get_by_label_contains("Take ").click();
    booth.window.run_ok();
    booth.window.get_by_label("Take it out").click();
    booth.until("no folder", |window| folders(window) == 0);
}

/// A relay that knows every token; answers `times` requests.
fn relay(times: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let serve = move || {
        for _ in 0..times {
            let (mut stream, _) = listener.accept().unwrap();
            for line in BufReader::new(stream.try_clone().unwrap()).lines() {
                if line.unwrap().is_empty() {
                    break;
                }
            }
            let body = r#"{"name":"Nadia K","slug":"nadia-k","token_name":"Booth laptop"}"#;
            let length = body.len();
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close";
            write!(stream, "{head}\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
        }
    };
    thread::Builder::new().name("relay".into()).spawn(serve).unwrap();
    address
}

#[test]
fn an_account_is_connected_and_disconnected() {
    let mut booth = booth();
    let address = relay(1);
    booth.window.get_by_label("Relay address").focus();
    booth.window.run_ok();
    booth
        .window
        .get_by_label("Relay address")
        .type_text("http://pika.example");
    booth.window.run_ok();
    booth.window.get_by_label_contains("no token will be sent there");
    booth
        .window
        .key_press_modifiers(eframe::egui::Modifiers::COMMAND, eframe::egui::Key::A);
    booth.window.get_by_label("Relay address").type_text(&address);
    booth.window.run_ok();
    booth.window.get_by_label("Use this relay").click();
    booth.until("the relay", |window| {
        settings(window).relay_address.as_deref() == Some(&address)
    });
    booth.until("the keychain was tried", |window| {
        window.app().unwrap().account.place.is_some()
    });

    booth.window.get_by_role_and_label(SECRET, "DJ token").focus();
    booth.window.run_ok();
    booth
        .window
        .get_by_role_and_label(SECRET, "DJ token")
        .type_text("pk_dj_short");
    booth.window.run_ok();
    booth.window.get_by_label_contains("This token is not complete.");
    booth
        .window
        .get_by_role_and_label(SECRET, "DJ token")
        .type_text("aaaaaaaaaaaaaaaaaaaaaaaaaaa");
    booth.window.run_ok();
    booth.window.get_by_label("Connect").click();
    booth.until("the account", |window| {
        matches!(window.app().unwrap().account.status, AccountStatus::Valid(_))
    });
    booth.window.get_by_label("Nadia K");
    booth.window.get_by_label_contains("ends in …aaaa");
    booth.picture("settings-account.png");
    booth.window.get_by_label("Disconnect").click();
    booth.window.run_ok();
    booth.window.get_by_label("Stay connected");
    // Two buttons have this word now: the one of the question comes last.
    booth
        .window
        .get_all_by_label("Disconnect")
        .last()
        .unwrap()
        .click();
    booth.until("no account", |window| {
        window.app().unwrap().account.status == AccountStatus::NoToken
    });
}

#[test]
fn what_a_scan_found_wrong_stays_until_it_is_read_without() {
    let mut app = scenes::library();
    let folder = app.overview.as_ref().unwrap().folders[0].path.clone();
    let database = PathBuf::from("/home/nadia/VirtualDJ/database.xml");
    let mut window = stage(app.clone(), Screen::Settings);
    let tell = |window: &mut Harness<'static, Scene>, report| {
        window.state_mut().1.take_in(&Event::Scan(report));
        // Longer than any message.
        window.run_steps(4 * 20);
    };
    let shown = |window: &Harness<'static, Scene>, words: &str| {
        window.query_all_by_label_contains(words).next().is_some()
    };
    let imported = |damaged| ScanReport::OpinionsImported {
        path: database.clone(),
        counts: ImportCounts {
            damaged,
            ..ImportCounts::default()
        },
    };
    let not_watched = ScanNotice::NotWatched {
        folder,
        too_many: true,
    };
    tell(&mut window, ScanReport::Notice(not_watched));
    tell(&mut window, imported(3));
    let (path, count) = (database.clone(), 3);
    tell(
        &mut window,
        ScanReport::Notice(ScanNotice::DamagedSongs { path, count }),
    );
    picture(&mut window, "settings-notices");
    assert!(shown(&window, "this system watches no more folders"));
    assert!(shown(&window, "3 songs in VirtualDJ's database are damaged"));
    // It is said once by the scan, and still so at the next.
    tell(&mut window, imported(2));
    assert!(shown(&window, "2 songs in VirtualDJ's database are damaged"));
    tell(&mut window, imported(0));
    assert!(!shown(&window, "VirtualDJ's database are damaged"));
    let path = database.clone();
    tell(
        &mut window,
        ScanReport::Notice(ScanNotice::DamagedDatabase { path }),
    );
    assert!(shown(&window, "VirtualDJ's database ends in the middle"));
    tell(&mut window, imported(0));
    assert!(!shown(&window, "VirtualDJ's database ends in the middle"));
    let path = database.clone();
    tell(
        &mut window,
        ScanReport::Notice(ScanNotice::DamagedDatabase { path }),
    );
    tell(&mut window, ScanReport::Over(database));
    assert!(!shown(&window, "VirtualDJ's database ends in the middle"));
    assert!(shown(&window, "this system watches no more folders"));
    // A folder that was taken out is nobody's any more.
    app.overview.as_mut().unwrap().folders.clear();
    window.state_mut().0 = app;
    window.run_steps(3);
    assert!(!shown(&window, "this system watches no more folders"));
}
