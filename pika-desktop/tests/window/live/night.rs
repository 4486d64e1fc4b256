//! Live on air: the song, the room, what goes next, at every size.

use eframe::egui::{Key, Role};
use egui_kittest::{Harness, kittest::Queryable};
use pika_analysis::Mode;
use pika_desktop::ui::Screen;
use pika_engine::{
    app::{Command, Event},
    battery::Battery,
    library::Values,
    live::{Crowd, LinkKind, LivePhase, LiveReport, Notice, Words},
    settings::Appearance,
};

use super::{NOW, arrived, before, edit, night, on_live, play, poll, song, values};
use crate::stage::{Scene, asked, looked, picture, sized, stage, types};

#[test]
fn on_air_the_song_the_room_and_what_goes_next_are_there() {
    let mut window = on_live(night());
    for label in [
        "LIVE",
        "Low Tide",
        "The Velvet Hours",
        "96",
        "8A Am",
        "41 likes on this song",
        "+6 this minute",
        "1:48 left",
        "K7QF",
        "pika.stream/live/",
        "QR code for dancers",
        "PIN 4821",
        "peak 71",
        "Just played",
        "Kerosene Smile, 18 likes",
        "Slow & smooth 44%",
    ] {
        window.get_by_label(label);
    }
    window.get_by_label("Copy One More Mile by Ruby Tran, Same key · steady");
    assert!(
        asked(&mut window)
            .iter()
            .any(|command| matches!(command, Command::Suggest(_)))
    );
    picture(&mut window, "live");
    window.get_by_label("Lift").click();
    let wishes = asked(&mut window);
    assert!(
        wishes
            .iter()
            .any(|command| matches!(command, Command::Suggest(wish) if wish.mood == pika_engine::suggest::Mood::Lift)),
        "{wishes:?}"
    );
}

#[test]
fn what_the_floor_says_of_the_tempo_stands_beside_the_tempo() {
    let mut app = night();
    edit(&mut app, |live| {
        let play = live.plays.last_mut().unwrap();
        (play.faster, play.perfect, play.slower) = (9, 4, 1);
        live.crowd.thanks = 3;
    });
    let mut window = on_live(app);
    window.get_by_label("9 want it faster");
    window.get_by_label("Just right 4");
    window.get_by_label("3 thanked you");
    picture(&mut window, "live-tempo");
}

#[test]
fn an_unknown_song_is_announced_and_says_what_is_missing() {
    let mut app = night();
    let mut playing = song(
        "Gravity (Late Night Piano Version)",
        "Noor Baptiste",
        Values {
            duration_s: Some(284.0),
            ..Values::default()
        },
        NOW - 9_000,
    );
    playing.needs_analysis = true;
    edit(&mut app, |live| {
        live.plays.push(play(&playing, 2));
    });
    app.playing = Some(playing);
    let mut window = on_live(app);
    window.get_by_label("Gravity (Late Night Piano Version)");
    window.get_by_label("Listening to this file first");
    window.get_by_label("just started");
    window.get_by_label("4:35 left");
    picture(&mut window, "live-new-track");
}

#[test]
fn what_goes_next_can_be_taken_from_the_song_before() {
    let mut app = night();
    let mut playing = song("Gravity", "Noor Baptiste", Values::default(), NOW - 9_000);
    playing.needs_analysis = true;
    app.playing_before = app.playing.replace(playing.clone());
    let mut window = on_live(app.clone());
    let asked_before = |window: &mut Harness<'static, Scene>| {
        asked(window)
            .iter()
            .any(|command| matches!(command, Command::Suggest(wish) if wish.from_before))
    };
    assert!(!asked_before(&mut window));
    window.get_by_label("Suggest from the song before").click();
    assert!(asked_before(&mut window));
    let found = Event::Suggestions(app.suggestions.clone());
    window.state_mut().1.take_in(&found);
    window.run_steps(3);
    window.get_by_label("Copy One More Mile by Ruby Tran, Same key · steady");
    picture(&mut window, "live-from-before");
    // Once the song is known it speaks for itself.
    playing.values = values(91.0, 4, Mode::Minor, 50.0, 60.0);
    app.playing = Some(playing);
    window.state_mut().0 = app;
    let suggests = asked(&mut window);
    assert!(
        suggests
            .iter()
            .any(|command| matches!(command, Command::Suggest(wish) if !wish.from_before)),
        "{suggests:?}"
    );
}

#[test]
fn other_screens_carry_one_line_while_on_air_and_notices_are_told_once() {
    let mut app = night();
    edit(&mut app, |live| {
        live.notice = Some(Notice {
            number: 4,
            at_ms: NOW,
            is_trouble: true,
            words: Words::new("Slow down a moment.", "5 announcements a minute is the limit."),
        });
    });
    let mut window = arrived(stage(app.clone(), Screen::Library));
    window.get_by_label("Low Tide · The Velvet Hours");
    window.get_by_label("64 dancers");
    window.get_by_label("Live, on air");
    let told = |window: &Harness<'static, Scene>| window.state().1.toasts.texts().count();
    assert_eq!(told(&window), 1);
    window
        .state_mut()
        .1
        .take_in(&Event::Live(LiveReport::State(app.live.clone())));
    assert_eq!(told(&window), 1);
    window.get_by_label("Back to Live").click();
    window.run_steps(3);
    assert_eq!(window.state().1.screen, Screen::Live);
}

#[test]
fn small_windows_and_empty_rooms_are_drawn_too() {
    let mut app = night();
    let mut window = arrived(sized(app.clone(), Screen::Live, [1024.0, 680.0]));
    window.get_by_label("Low Tide");
    window.get_by_label("Ask the dancers");
    picture(&mut window, "live-small");
    let mut window = arrived(sized(app.clone(), Screen::Live, [853.0, 533.0]));
    window.get_by_label("Low Tide");
    picture(&mut window, "live-tiny");
    app.playing = None;
    edit(&mut app, |live| {
        live.plays.clear();
        live.last_poll = None;
        live.crowd = Crowd::default();
    });
    let mut window = on_live(app.clone());
    window.get_by_label("Waiting for the first track");
    window.get_by_label_contains("No dancers yet.");
    picture(&mut window, "live-waiting");
    edit(&mut app, |live| {
        live.phase = LivePhase::Starting;
        live.session.as_mut().unwrap().address.clear();
        live.link.kind = LinkKind::Connecting;
    });
    let mut window = on_live(app);
    window.get_by_label("STARTING");
    window.get_by_label("Getting an address…");
    picture(&mut window, "live-starting");
}

/// From this text on there is one column, in a window of the usual size.
const LARGE: f32 = 1.5;

/// Where there is one column, what is asked comes up from below; Esc sends it down again.
#[track_caller]
fn compose(window: &mut Harness<'static, Scene>, scale: f32) {
    if scale < LARGE {
        return;
    }
    for _ in 0..2 {
        assert!(window.query_by_label("Back to the songs").is_none());
        let word = if window.state().0.live.poll.is_some() {
            "Poll · on"
        } else {
            "Poll"
        };
        window.get_by_role_and_label(Role::Button, word).click();
        window.run_steps(3);
        window.get_by_label("Back to the songs");
        window.key_press(Key::Escape);
        window.run_steps(3);
    }
    types(window, 'a');
    window.run_steps(3);
    window.get_by_label("Send to the dancers");
    types(window, 'x');
    window.run_steps(3);
    window.get_by_label("Back to the songs").click();
    window.run_steps(3);
    types(window, 'p');
    window.run_steps(3);
}

#[test]
fn daylight_and_every_text_size_hold_the_night() {
    for (name, appearance, scale, size) in [
        ("light", Appearance::Light, 1.0, [1280.0, 800.0]),
        ("090", Appearance::Dark, 0.9, [1280.0, 800.0]),
        ("150", Appearance::Dark, 1.5, [1280.0, 800.0]),
        ("1024", Appearance::Dark, 1.0, [1024.0, 700.0]),
        ("1024-light-110", Appearance::Light, 1.1, [1024.0, 700.0]),
    ] {
        let mut app = night();
        let mut window = arrived(looked(app.clone(), Screen::Live, size, appearance, scale));
        for label in ["Low Tide", "41 likes on this song", "End session", "K7QF"] {
            assert!(window.query_by_label(label).is_some(), "{label} at {name}");
        }
        compose(&mut window, scale);
        window.get_by_label("Ask the dancers");
        picture(&mut window, &format!("look-{name}-live"));
        edit(&mut app, |live| {
            live.poll = Some(poll(
                "What vibe next?",
                &[("Blues", 18), ("Slow & smooth", 12), ("Pop", 6)],
            ));
        });
        let mut window = arrived(looked(app.clone(), Screen::Live, size, appearance, scale));
        compose(&mut window, scale);
        window.get_by_label("Close poll and show result");
        if scale < LARGE {
            window.get_by_label("Send to the dancers");
        }
        picture(&mut window, &format!("look-{name}-poll"));
        let mut app = before();
        app.battery = Some(Battery {
            percent: 41,
            plugged_in: false,
        });
        let mut window = arrived(looked(app, Screen::Live, size, appearance, scale));
        window.get_by_label("Go live");
        window.get_by_label("Before you start");
        picture(&mut window, &format!("look-{name}-ready"));
    }
}
