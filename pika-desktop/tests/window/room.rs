//! What changes what dancers see: a key waits and can be called back, a button acts, both can be taken back.

use std::sync::Arc;

use eframe::egui::Key;
use egui_kittest::{Harness, kittest::Queryable};
use pika_desktop::ui::{
    Screen,
    widgets::{Toast, ToastAction},
};
use pika_engine::{
    app::{AppState, Command, Event},
    library::{LibraryCommand, TrackDetail, TrackId},
    live::LivePhase,
    nowplaying::{NowPlaying, NowPlayingCommand, NowPlayingReport, SourceKind},
};
use uuid::Uuid;

use crate::{
    live,
    scenes::{self, SELECTED},
    stage::{Scene, asked, stage, types},
};

fn library(on_air: bool) -> (Harness<'static, Scene>, TrackId) {
    let mut app = scenes::library();
    app.analysis = None;
    if on_air {
        app.live = live::night().live;
    }
    let mut window = stage(app, Screen::Library);
    window.get_by_label_contains(SELECTED).click();
    window.run_steps(3);
    asked(&mut window);
    let track = window.state().1.library.focused().expect("a track");
    (window, track)
}

/// What of the commands concerns the playing song.
fn announced(commands: Vec<Command>) -> Vec<NowPlayingCommand> {
    let announced = commands.into_iter().filter_map(|command| match command {
        Command::NowPlaying(command) => Some(command),
        _ => None,
    });
    announced.collect()
}

/// Draws for so long by the window's time, four frames a second.
fn seconds(window: &mut Harness<'static, Scene>, seconds: f64) -> Vec<NowPlayingCommand> {
    window.run_steps((seconds * 4.0) as usize);
    announced(window.state_mut().2.take_commands())
}

/// A toast says this of the song.
#[track_caller]
fn says(window: &Harness<'static, Scene>, words: &str) {
    let words = format!("{words}{SELECTED}");
    assert!(window.query_all_by_label(&words).next().is_some(), "{words}");
}

fn play(track: TrackId, source: SourceKind, id: u128) -> NowPlaying {
    NowPlaying {
        play_id: Uuid::from_u128(id),
        started_at_ms: 0,
        logged_at_ms: scenes::NOW,
        title: SELECTED.into(),
        artist: String::new(),
        source,
        track: Some(track),
        matched_by: None,
        values: pika_engine::library::Values::default(),
        needs_analysis: false,
    }
}

fn hears(window: &mut Harness<'static, Scene>, play: NowPlaying) {
    let report = NowPlayingReport::Playing(Box::new(play));
    window.state_mut().1.take_in(&Event::NowPlaying(report));
}

#[test]
fn on_air_a_key_waits_two_seconds_and_can_be_called_back() {
    let (mut window, track) = library(true);
    types(&mut window, 'n');
    assert_eq!(seconds(&mut window, 1.0), []);
    says(&window, "Now playing in 2 s: ");
    window.get_by_label("Undo").click();
    assert_eq!(seconds(&mut window, 4.0), [], "it was called back");
    // The same key twice asks once.
    types(&mut window, 'n');
    seconds(&mut window, 0.5);
    types(&mut window, 'n');
    assert_eq!(seconds(&mut window, 2.0), [NowPlayingCommand::PlayNow(track)]);
    says(&window, "Announcing: ");
    hears(&mut window, play(track, SourceKind::Hand, 3));
    seconds(&mut window, 0.5);
    says(&window, "Now playing: ");
    assert_eq!(seconds(&mut window, 4.0), []);
    assert!(window.query_by_label("Undo").is_none(), "for four seconds");
}

#[test]
fn what_was_done_is_taken_out_of_the_night() {
    for keyboard in [false, true] {
        let (mut window, track) = library(true);
        let before = play(track, SourceKind::Hand, 1);
        window.state_mut().0.playing = Some(before.clone());
        window.get_by_label("This track is playing now").click();
        assert_eq!(
            seconds(&mut window, 1.0),
            [NowPlayingCommand::PlayNow(track)],
            "a button acts at once"
        );
        // What played before is better known now, a program tells another song: neither is it.
        hears(&mut window, before);
        hears(&mut window, play(track, SourceKind::VirtualDj, 2));
        hears(&mut window, play(track, SourceKind::Hand, 3));
        if keyboard {
            window.key_press_modifiers(eframe::egui::Modifiers::COMMAND, Key::Z);
        } else {
            window.get_by_label("Undo").click();
        }
        assert_eq!(
            seconds(&mut window, 1.0),
            [NowPlayingCommand::Remove(Uuid::from_u128(3))]
        );
        says(&window, "Taken out of the night: ");
        // Ctrl Z takes a correction back again.
        window.key_press_modifiers(eframe::egui::Modifiers::COMMAND, Key::Z);
        assert!(asked(&mut window).contains(&Command::Library(LibraryCommand::UndoCorrection)));
    }
}

/// Nothing more is offered, and nothing comes of Ctrl Z.
#[track_caller]
fn nothing_is_taken_back(window: &mut Harness<'static, Scene>) {
    assert!(window.query_by_label("Undo").is_none());
    window.key_press_modifiers(eframe::egui::Modifiers::COMMAND, Key::Z);
    assert_eq!(seconds(window, 1.0), []);
}

#[test]
fn a_song_that_was_on_already_is_said_to_be_and_stays() {
    for (first, taken_back) in [(false, false), (true, false), (false, true), (true, true)] {
        let (mut window, track) = library(true);
        // It is on: told to the dancers, or only noticed before it was asked for.
        let mut on = play(track, SourceKind::VirtualDj, 7);
        if first {
            let live = Arc::make_mut(&mut window.state_mut().0.live);
            live.plays[0].play_id = on.play_id;
        } else {
            on.logged_at_ms -= 60_000;
        }
        window.state_mut().0.playing = Some(on.clone());
        window.get_by_label("This track is playing now").click();
        assert_eq!(seconds(&mut window, 0.5), [NowPlayingCommand::PlayNow(track)]);
        if taken_back {
            window.get_by_label("Undo").click();
            assert_eq!(seconds(&mut window, 0.5), []);
        }
        hears(&mut window, on);
        assert_eq!(seconds(&mut window, 0.5), []);
        says(&window, "It is on already: ");
        for words in ["Now playing: ", "Taken out of the night: "] {
            let words = format!("{words}{SELECTED}");
            assert!(window.query_by_label(&words).is_none(), "{words}");
        }
        nothing_is_taken_back(&mut window);
    }
}

#[test]
fn a_song_of_before_that_plays_again_is_said_to_and_stays_one_play() {
    let (mut window, track) = library(true);
    let mut before = play(track, SourceKind::VirtualDj, 7);
    before.logged_at_ms -= 60_000;
    // It was paused: something else is on, or nothing.
    window.get_by_label("This track is playing now").click();
    assert_eq!(seconds(&mut window, 0.5), [NowPlayingCommand::PlayNow(track)]);
    hears(&mut window, before);
    assert_eq!(seconds(&mut window, 0.5), []);
    says(&window, "Playing again: ");
    nothing_is_taken_back(&mut window);
}

#[test]
fn a_session_that_comes_back_has_its_dancers_too() {
    let (mut window, track) = library(true);
    Arc::make_mut(&mut window.state_mut().0.live).phase = LivePhase::Starting;
    types(&mut window, 'n');
    assert_eq!(seconds(&mut window, 1.0), []);
    says(&window, "Now playing in 2 s: ");
    assert_eq!(seconds(&mut window, 2.0), [NowPlayingCommand::PlayNow(track)]);
}

#[test]
fn what_waits_has_its_time_though_nobody_sees_the_window() {
    let (mut window, track) = library(true);
    types(&mut window, 'n');
    window.run_steps(1);
    let asked_s = window.ctx.time();
    let mut at = |seconds: f64| {
        let (app, state, out) = window.state_mut();
        let wakes_in = state.reach_unseen(app, asked_s + seconds, out);
        (wakes_in, announced(out.take_commands()))
    };
    assert_eq!(at(0.5), (Some(1.5), vec![]));
    assert_eq!(at(1.75), (Some(0.25), vec![]));
    assert_eq!(at(2.0), (None, vec![NowPlayingCommand::PlayNow(track)]));
    assert_eq!(at(9.0), (None, vec![]), "once");
}

#[test]
fn ctrl_z_calls_it_back_wherever_the_hand_is() {
    for place in Screen::ALL.iter().copied() {
        let (mut window, _) = library(true);
        types(&mut window, 'n');
        window.run_steps(2);
        window.state_mut().1.screen = place;
        window.run_steps(1);
        asked(&mut window);
        window.key_press_modifiers(eframe::egui::Modifiers::COMMAND, Key::Z);
        assert_eq!(seconds(&mut window, 3.0), [], "{place:?}");
        says(&window, "Not announced: ");
        // Corrections are seen in the library alone.
        window.key_press_modifiers(eframe::egui::Modifiers::COMMAND, Key::Z);
        let undoes = asked(&mut window).contains(&Command::Library(LibraryCommand::UndoCorrection));
        assert_eq!(undoes, place == Screen::Library, "{place:?}");
    }
}

#[test]
fn what_can_be_taken_back_stands_first_whatever_is_said_after_it() {
    let mut window = live::arrived(stage(live::night(), Screen::Live));
    let mut say = |toast: Toast| {
        window.state_mut().1.toasts.push(toast);
        window.run_steps(2);
        window.get_by_label("Undo").rect()
    };
    let first = say(Toast::done("Now playing: a song")
        .lasts(60.0)
        .action(ToastAction::TakeBack));
    for words in ["One", "Two", "Three"] {
        assert_eq!(say(Toast::trouble(words)), first, "{words}");
    }
}

#[test]
fn what_is_taken_back_before_it_is_known_goes_as_soon_as_it_is() {
    let (mut window, track) = library(false);
    types(&mut window, 'n');
    assert_eq!(
        seconds(&mut window, 1.0),
        [NowPlayingCommand::PlayNow(track)],
        "nobody is there to be surprised"
    );
    window.get_by_label("Undo").click();
    assert_eq!(seconds(&mut window, 1.0), []);
    hears(&mut window, play(track, SourceKind::Hand, 3));
    assert_eq!(
        seconds(&mut window, 0.5),
        [NowPlayingCommand::Remove(Uuid::from_u128(3))]
    );
    says(&window, "Taken out of the night: ");
}

#[test]
fn enter_keeps_the_tag_field() {
    let (mut window, track) = library(true);
    window.get_by_label("Add a tag").focus();
    window.run_steps(3);
    for tag in ["slow", "next"] {
        tag.chars().for_each(|letter| types(&mut window, letter));
        window.run_steps(2);
        window.key_press(Key::Enter);
        let added = Command::Library(LibraryCommand::AddLabel {
            tracks: vec![track],
            label: tag.to_owned(),
        });
        assert!(asked(&mut window).contains(&added), "{tag}");
        // The tag appears above the field.
        let (app, ..) = window.state_mut();
        tagged(app, tag);
        window.run_steps(3);
    }
    // Enter without a tag, too.
    window.key_press(Key::Enter);
    window.run_steps(3);
    types(&mut window, 'n');
    assert_eq!(seconds(&mut window, 4.0), []);
    assert_eq!(window.get_by_label("Add a tag").value().as_deref(), Some("n"));
}

fn tagged(app: &mut AppState, tag: &str) {
    let mut detail: TrackDetail = (**app.detail.as_ref().expect("a track")).clone();
    detail.labels.push(tag.to_owned());
    app.detail = Some(Arc::new(detail));
}
