//! History: the nights, one of them whole, what can be done with it.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use eframe::egui::accesskit::Role;
use egui_kittest::{Harness, kittest::Queryable};
use pika_analysis::{Mode, MusicalKey};
use pika_desktop::{
    dialogs::{ChooseFor, DialogReport, DialogWish},
    ui::Screen,
};
use pika_engine::{
    app::{AppState, Command, Event},
    library::{Answers, LibraryCommand, LibraryReport, Night, NightDetail, Play, TrackId, Values},
    live::OwedSession,
    settings::{Appearance, Settings},
};
use pika_protocol::{
    PollId, SessionId, UnixMs,
    feedback::PollCloses,
    rest::{OwnerRecap, PollRecap, Recap},
    session::SessionHead,
};
use uuid::Uuid;

use crate::stage::{Scene, asked, looked, picture, sized, stage};

/// 2026-11-20 20:00 UTC; the clock on the wall is an hour ahead.
const START: i64 = 1_795_204_800_000;
const TITLES: [&str; 10] = [
    "Low Tide",
    "Backseat Gospel",
    "Feathers",
    "Velcro Heart",
    "Cold Coffee Blues",
    "Silk & Gravel",
    "One More Mile",
    "Slow Honey",
    "Neon Rain",
    "Kerosene Smile",
];

fn night(number: u128, name: &str, place: &str, days_ago: i64) -> Night {
    Night {
        session_id: SessionId(Uuid::from_u128(number)),
        place: place.into(),
        code: "K7QF".into(),
        address: "https://pika.stream/live/K7QF".into(),
        name: name.into(),
        started_at_ms: START - days_ago * 86_400_000,
        ended_at_ms: Some(START - days_ago * 86_400_000 + 8_040_000),
        plays: 30,
        likes: 412,
        peak: 71,
        utc_offset_s: 3600,
    }
}

fn detail() -> NightDetail {
    let mut values = BTreeMap::new();
    let plays = (0..30_i64)
        .map(|at| {
            let wave = (at as f64 / 30.0 * 9.0).sin();
            values.insert(
                TrackId(at),
                Values {
                    duration_s: Some(240.0),
                    bpm: Some(96.0 + 14.0 * wave),
                    key: Some(MusicalKey::new((at % 12) as u8, Mode::Minor)),
                    energy: Some(58.0 + 24.0 * wave),
                    danceability: Some(80.0),
                    brightness: Some(50.0),
                    ..Values::default()
                },
            );
            Play {
                id: Uuid::from_u128(1000 + at as u128),
                track: Some(TrackId(at)),
                title: TITLES[at as usize % TITLES.len()].into(),
                artist: "The Velvet Hours".into(),
                path_text: String::new(),
                source: "VirtualDJ".into(),
                started_at_ms: START + at * 266_000,
                logged_at_ms: START + at * 266_000,
                answers: Some(Answers {
                    likes: if at == 0 { 41 } else { (12.0 + 9.0 * wave) as u32 },
                    faster: (at % 3) as u32,
                    perfect: 4,
                    slower: 1,
                }),
            }
        })
        .collect();
    NightDetail {
        night: night(1, "Friday Social, Main Room", "relay", 0),
        plays,
        values,
        recap: Some(recap()),
    }
}

fn recap() -> OwnerRecap {
    OwnerRecap {
        session_id: SessionId(Uuid::from_u128(1)),
        recap: Recap {
            session: head(),
            started_at: UnixMs(START),
            ended_at: Some(UnixMs(START + 8_040_000)),
            duration_ms: 8_040_000,
            plays: Vec::new(),
            likes: 412,
        },
        counts: Vec::new(),
        polls: vec![PollRecap {
            poll_id: PollId(Uuid::from_u128(9)),
            question: "What vibe next?".into(),
            options: vec![
                "Blues".into(),
                "Slow & smooth".into(),
                "Pop".into(),
                "Surprise me".into(),
            ],
            closes: PollCloses::Manual,
            opened_at: UnixMs(START + 4_680_000),
            closed_at: Some(UnixMs(START + 4_800_000)),
            votes: vec![18, 12, 6, 3],
        }],
        thanks: 12,
        dancers: 80,
        active_dancers: 60,
        peak_listeners: 71,
        listeners: Vec::new(),
    }
}

fn head() -> SessionHead {
    serde_json::from_value(serde_json::json!({
        "code": "K7QF", "name": "Friday Social, Main Room", "dj_name": "DJ Nadia K", "has_pin": false
    }))
    .unwrap()
}

pub(crate) fn app() -> AppState {
    AppState {
        now_ms: START + 8_100_000,
        utc_offset_s: 3600,
        settings: Settings {
            is_set_up: true,
            less_motion: true,
            ..Settings::default()
        },
        nights: Arc::new(vec![
            night(1, "Friday Social, Main Room", "relay", 0),
            night(2, "Thursday Class", "local", 1),
            night(3, "Swing Weekend, Late Night", "relay", 6),
        ]),
        ..AppState::default()
    }
}

pub(crate) fn with_night(app: AppState) -> Harness<'static, Scene> {
    with_detail(stage(app, Screen::History))
}

/// The same in a window that is open already.
pub(crate) fn with_detail(mut window: Harness<'static, Scene>) -> Harness<'static, Scene> {
    let first = SessionId(Uuid::from_u128(1));
    let wishes = asked(&mut window);
    assert!(
        wishes.contains(&Command::Library(LibraryCommand::ListNights)),
        "{wishes:?}"
    );
    assert!(
        wishes.contains(&Command::Library(LibraryCommand::ShowNight(first))),
        "{wishes:?}"
    );
    window.state_mut().0.night = Some(Arc::new(detail()));
    window.run_steps(4);
    window
}

#[test]
fn without_a_night_it_says_what_will_be_here() {
    let mut empty = app();
    empty.nights = Arc::default();
    let mut window = stage(empty, Screen::History);
    window.get_by_label("No sessions yet");
    window.get_by_label("Go live").click();
    window.run_steps(2);
    assert_eq!(window.state().1.screen, Screen::Live);
}

#[test]
fn a_night_shows_its_figures_its_chart_its_songs_and_its_polls() {
    let mut window = with_night(app());
    for label in [
        "20 November 2026 · 21:00 to 23:14",
        "71",
        "dancers at the peak",
        "412",
        "30",
        "82–110",
        "poll, 48 % voted",
        "The night, track by track",
        "What vibe next?",
        "22:18 · 39 votes",
        "46%",
    ] {
        window.get_by_label(label);
    }
    window.get_by_label(
        "Likes, energy and tempo of 30 tracks over the night; most loved: Low Tide with 41 likes",
    );
    window.get_by_role_and_label(Role::ListItem, "Thursday Class, 19 Nov");
    // A night of summer has summer's time.
    let mut summer = app();
    let mut nights = (*summer.nights).clone();
    nights[1].started_at_ms = 1_782_858_600_000; // 2026-06-30 22:30 UTC
    nights[1].utc_offset_s = 7200;
    summer.nights = Arc::new(nights);
    with_night(summer).get_by_role_and_label(Role::ListItem, "Thursday Class, 1 Jul");
    picture(&mut window, "history");
    window.get_by_label("As played").click();
    window.run_steps(3);
    window.get_by_label("21:00");
    picture(&mut window, "history-as-played");
}

#[test]
fn a_night_is_shared_and_written_to_a_file() {
    let mut window = with_night(app());
    window.get_by_label("Share recap").click();
    window.run_steps(2);
    assert!(
        window
            .state()
            .1
            .toasts
            .texts()
            .any(|text| text == "Recap link copied")
    );
    window.get_by_label("Export as CSV").click();
    window.run_steps(2);
    let wishes = window.state_mut().2.take_dialogs();
    assert_eq!(wishes, [DialogWish::Choose(ChooseFor::ExportNightCsv)]);
    let path = PathBuf::from("/home/dj/night.csv");
    let report = DialogReport::Chosen {
        purpose: ChooseFor::ExportNightCsv,
        path: path.clone(),
    };
    let (app, state, out) = window.state_mut();
    state.take_in_dialog(&report, &app.settings, out);
    assert!(
        asked(&mut window).contains(&Command::Library(LibraryCommand::ExportNight {
            session: SessionId(Uuid::from_u128(1)),
            path
        }))
    );
}

#[test]
fn another_night_is_chosen_and_a_change_is_read_again() {
    let mut window = with_night(app());
    window
        .get_by_role_and_label(Role::ListItem, "Thursday Class, 19 Nov")
        .click();
    let second = Command::Library(LibraryCommand::ShowNight(SessionId(Uuid::from_u128(2))));
    assert!(asked(&mut window).contains(&second));
    // Until it is there, the other one is not shown in its place.
    assert!(window.query_by_label("Share recap").is_none());
    let nights = window.state().0.nights.clone();
    window
        .state_mut()
        .1
        .take_in(&Event::Library(LibraryReport::Nights(nights)));
    assert!(asked(&mut window).contains(&second));
    // One that this laptop served has no public recap.
    let mut local = detail();
    local.night = night(2, "Thursday Class", "local", 1);
    local.recap = None;
    window.state_mut().0.night = Some(Arc::new(local));
    window.run_steps(4);
    window.get_by_label("Export as JSON");
    assert!(window.query_by_label("Share recap").is_none());
    picture(&mut window, "history-local");
}

#[test]
fn a_small_window_holds_it_too() {
    let mut window = sized(app(), Screen::History, [1024.0, 680.0]);
    window.state_mut().0.night = Some(Arc::new(detail()));
    window.run_steps(4);
    window.get_by_label("The night, track by track");
    picture(&mut window, "history-small");
}

#[test]
fn daylight_and_larger_text_hold_it_too() {
    for (name, appearance, scale) in [("light", Appearance::Light, 1.0), ("150", Appearance::Dark, 1.5)] {
        let mut window = looked(app(), Screen::History, [1280.0, 800.0], appearance, scale);
        window.state_mut().0.night = Some(Arc::new(detail()));
        window.run_steps(4);
        if scale > 1.0 {
            // In one column the list has the night's place until it is chosen.
            assert!(window.query_by_label("The night, track by track").is_none());
            window.get_by_label_contains("Friday Social, Main Room").click();
            window.run_steps(3);
            window.get_by_label("All nights");
        }
        window.get_by_label("The night, track by track");
        picture(&mut window, &format!("look-{name}-history"));
        if scale > 1.0 {
            window.get_by_label("All nights").click();
            window.run_steps(3);
            window.get_by_label_contains("Thursday Class");
        }
    }
}

#[test]
fn the_night_that_runs_is_read_again_as_it_grows() {
    let mut running = crate::live::night();
    running.nights = app().nights;
    let mut window = stage(running, Screen::History);
    let list = Command::Library(LibraryCommand::ListNights);
    assert!(asked(&mut window).contains(&list));
    window.run_steps(8);
    assert!(!asked(&mut window).contains(&list), "nothing has changed");
    let grow = |window: &mut Harness<'static, Scene>| {
        let live = Arc::make_mut(&mut window.state_mut().0.live);
        live.plays[0].likes += 1;
    };
    window.run_steps(8);
    grow(&mut window);
    assert!(asked(&mut window).contains(&list));
    // Likes come faster than a list is read.
    grow(&mut window);
    assert!(!asked(&mut window).contains(&list));
    window.run_steps(8);
    assert!(asked(&mut window).contains(&list), "the last of them, too");
}

#[test]
fn a_night_says_what_its_relay_has_not_confirmed_and_no_other_does() {
    let mut app = app();
    let chosen = app.nights[0].session_id;
    let owed = |session_id| OwedSession {
        session_id: Some(session_id),
        name: "Friday Social".into(),
        relay: "pika.stream".into(),
        songs: 2,
        whose: None,
        problem: None,
    };
    let words = "2 songs of “Friday Social” have not arrived at pika.stream";
    for (session, is_said) in [(chosen, true), (SessionId(Uuid::from_u128(77)), false)] {
        Arc::make_mut(&mut app.live).owed = vec![owed(session)];
        let mut window = with_night(app.clone());
        if is_said {
            picture(&mut window, "history-owed");
        }
        assert_eq!(window.query_all_by_label(words).next().is_some(), is_said);
    }
}
