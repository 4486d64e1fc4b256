//! Live: putting a wrong song right.

use std::sync::Arc;

use eframe::egui::Key;
use egui_kittest::kittest::Queryable;
use pika_analysis::Mode;
use pika_engine::{
    app::Command,
    library::{FoundTracks, LibraryCommand, TrackId},
    nowplaying::{NowPlayingCommand, Replacement},
};

use super::{night, on_live, track, values};
use crate::stage::{asked, picture};

#[test]
fn a_wrong_song_is_put_right() {
    let mut app = night();
    let mut window = on_live(app.clone());
    window.get_by_label("Correct this song").click();
    window.run_steps(3);
    picture(&mut window, "live-correct-menu");
    window.get_by_label("It is still the last song").click();
    assert!(asked(&mut window).contains(&Command::NowPlaying(NowPlayingCommand::StillLastSong)));

    window.get_by_label("All songs of tonight").click();
    window.run_steps(3);
    picture(&mut window, "live-played");
    window.get_by_label("Replace Neon Rain").click();
    let wishes = asked(&mut window);
    assert!(
        wishes.contains(&Command::Library(LibraryCommand::FindTracks(String::new()))),
        "{wishes:?}"
    );
    app.found = Some(Arc::new(FoundTracks {
        text: String::new(),
        tracks: vec![track(
            42,
            "Neon Lights",
            "Halcyon Drive",
            values(100.0, 3, Mode::Major, 50.0, 50.0),
        )],
    }));
    let neon = app.live.plays[1].play_id;
    window.state_mut().0 = app.clone();
    window.run_steps(3);
    picture(&mut window, "live-replace");
    window.get_by_label("It was Neon Lights by Halcyon Drive").click();
    assert!(
        asked(&mut window).contains(&Command::NowPlaying(NowPlayingCommand::Replace {
            play: neon,
            with: Replacement::Track(TrackId(42)),
        }))
    );

    let mut window = on_live(app);
    window.get_by_label("All songs of tonight").click();
    window.run_steps(3);
    window.get_by_label("Remove Neon Rain").click();
    window.run_steps(3);
    window.get_by_label("It goes from the phones and from the recap, with its 27 likes.");
    window.get_by_label("Take it out").click();
    assert!(asked(&mut window).contains(&Command::NowPlaying(NowPlayingCommand::Remove(neon))));
}

#[test]
fn another_song_is_chosen_with_the_arrows_or_typed() {
    let mut app = night();
    let names = ["Velvet Rope", "Blue Velvet", "Velvet Sky"];
    let tracks = names.iter().zip(40..);
    app.found = Some(Arc::new(FoundTracks {
        text: String::new(),
        tracks: tracks
            .map(|(name, id)| track(id, name, "Ida Moss", values(100.0, 3, Mode::Major, 50.0, 50.0)))
            .collect(),
    }));
    let playing = app.live.playing.unwrap();
    let replaced = |window: &mut egui_kittest::Harness<'static, crate::stage::Scene>| {
        let commands = asked(window).into_iter().find_map(|command| match command {
            Command::NowPlaying(NowPlayingCommand::Replace { play, with }) => Some((play, with)),
            _ => None,
        });
        commands.expect("it is replaced")
    };
    let opened = |typed: &str| {
        let mut window = on_live(app.clone());
        window.get_by_label("Correct this song").click();
        window.run_steps(3);
        window.get_by_label("It is another song…").click();
        window.run_steps(4);
        let box_before = window.get_by_label("Cancel").rect();
        window.get_by_label("Search the library").type_text(typed);
        window.run_steps(3);
        assert_eq!(window.get_by_label("Cancel").rect(), box_before, "nothing jumps");
        // What stands there is the answer to something else: Enter must not take it.
        window.key_press(Key::Enter);
        window.run_steps(3);
        let commands = asked(&mut window);
        let is_replaced = commands.iter().any(|it| matches!(it, Command::NowPlaying(_)));
        assert!(!is_replaced, "{commands:?}");
        let mut answered = app.clone();
        let tracks = app.found.as_ref().map(|found| found.tracks.clone());
        answered.found = Some(Arc::new(FoundTracks {
            text: typed.to_owned(),
            tracks: tracks.unwrap_or_default(),
        }));
        window.state_mut().0 = answered;
        window.run_steps(3);
        window
    };
    let mut window = opened("velvet");
    window.key_press(Key::ArrowDown);
    window.key_press(Key::ArrowDown);
    window.key_press(Key::ArrowUp);
    window.run_steps(4);
    picture(&mut window, "live-replace-arrows");
    window.key_press(Key::Enter);
    assert_eq!(replaced(&mut window), (playing, Replacement::Track(TrackId(41))));
    // After the last one stands what was typed.
    let mut window = opened("Mara Lindqvist - Velvet Dream");
    for _ in 0..5 {
        window.key_press(Key::ArrowDown);
    }
    window.run_steps(6);
    window.key_press(Key::Enter);
    let typed = Replacement::Text {
        title: "Velvet Dream".into(),
        artist: "Mara Lindqvist".into(),
    };
    assert_eq!(replaced(&mut window), (playing, typed));
}
