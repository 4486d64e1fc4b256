//! The panel of one track: heard, corrected, tagged.

use egui_kittest::kittest::Queryable;
use pika_desktop::ui::Window;
use pika_engine::{
    audition::AuditionPhase,
    library::{Corrections, TrackDetail},
};

use crate::{stage::picture, support::Booth};

fn detail(window: &Window) -> Option<&TrackDetail> {
    window.app()?.detail.as_deref()
}

/// A window that shows its one track.
fn booth() -> Booth {
    let mut booth = Booth::set_up();
    booth.add_song();
    booth.window.get_by_label_contains("Four on the floor").click();
    booth.until("the track is shown", |window| detail(window).is_some());
    booth
}

fn bpm(window: &Window) -> f64 {
    detail(window).and_then(|detail| detail.track.values.bpm).unwrap()
}

#[test]
fn what_was_measured_stands_under_the_bars_in_view() {
    let mut window = crate::keys::with_panel();
    picture(&mut window, "detail-measured");
    let brightness = window.get_by_label("Brightness").rect();
    // The panel's foot, and what fades above it.
    let foot = window.get_by_label("This track is playing now").rect().top() - 18.0 - 24.0;
    let mut above = brightness.bottom();
    for name in ["Beat", "Ends"] {
        let line = window.get_by_label(name).rect();
        assert!(line.top() >= above && line.bottom() <= foot, "{name} {line:?}");
        above = line.bottom();
    }
    assert!(above - brightness.bottom() < 100.0, "directly");
}

#[test]
fn a_track_is_corrected_by_every_way_and_put_back() {
    let mut booth = booth();
    booth.picture("detail.png");
    assert!((bpm(booth.window.state()) - 120.0).abs() < 0.2);
    let beats = |window: &Window| {
        let analysis = detail(window).unwrap().analysis.as_ref().unwrap();
        analysis.beat_grid.as_ref().unwrap().beats_s.len()
    };
    let measured = beats(booth.window.state());
    booth.window.get_by_label("Half tempo").click();
    booth.until("half the tempo", |window| (bpm(window) - 60.0).abs() < 0.2);
    assert!(beats(booth.window.state()) < measured * 2 / 3, "the grid follows");
    booth.window.get_by_label("Three halves of the tempo").click();
    booth.until("three halves of that", |window| (bpm(window) - 90.0).abs() < 0.2);
    booth.window.get_by_label("Corrected by you, kept as it is");

    booth.window.get_by_label("Tempo 90.0 BPM, type another").click();
    booth.window.run();
    let field = booth.window.get_by_label("Tempo in BPM");
    field.type_text("3");
    booth.window.run();
    booth.window.key_press(eframe::egui::Key::Escape);
    booth.window.run();
    assert!(
        (bpm(booth.window.state()) - 90.0).abs() < 0.2,
        "Esc takes nothing over"
    );
    booth.window.get_by_label("Tempo 90.0 BPM, type another").click();
    booth.window.run();
    booth
        .window
        .key_press_modifiers(eframe::egui::Modifiers::COMMAND, eframe::egui::Key::A);
    booth.window.get_by_label("Tempo in BPM").type_text("97,5");
    booth.window.run();
    booth.window.key_press(eframe::egui::Key::Enter);
    booth.until("the typed tempo", |window| (bpm(window) - 97.5).abs() < 1e-9);

    booth.window.get_by_label_contains("choose another").click();
    booth.window.run();
    booth.window.get_by_label("5B E♭ major").click();
    booth.until("another key", |window| {
        detail(window)
            .unwrap()
            .track
            .values
            .key
            .is_some_and(|key| key.camelot() == "5B")
    });
    booth.window.get_by_label("Bar 1 here");
    booth.window.get_by_label("Beats 10 ms later").click();
    booth.until("a later grid", |window| {
        detail(window).unwrap().corrections.grid_shift_s == Some(0.01)
    });

    booth.window.get_by_label("Reset").click();
    booth.until("all is as measured", |window| {
        detail(window).unwrap().corrections == Corrections::default()
    });
    assert!((bpm(booth.window.state()) - 120.0).abs() < 0.2);
}

#[test]
fn tags_and_notes_are_kept() {
    let mut booth = booth();
    booth.window.get_by_label("Not played yet");
    booth.window.get_by_label("Add a tag").focus();
    booth.window.run();
    booth.window.get_by_label("Add a tag").type_text("Late night");
    booth.window.run();
    booth.window.key_press(eframe::egui::Key::Enter);
    booth.until("the tag", |window| {
        detail(window).unwrap().labels == ["Late night"]
    });
    booth.window.get_by_label("Notes on this track").focus();
    booth.window.run();
    booth
        .window
        .get_by_label("Notes on this track")
        .type_text("After the break");
    booth.window.run();
    booth.window.get_by_label("Add a tag").focus();
    booth.until("the notes", |window| {
        detail(window).unwrap().notes == "After the break"
    });
    booth.window.get_by_label("Remove tag Late night").scroll_to_me();
    booth.window.run();
    booth.window.get_by_label("Remove tag Late night").click();
    booth.until("no tag", |window| detail(window).unwrap().labels.is_empty());
    booth.picture("detail-notes.png");
}

#[test]
fn a_track_is_auditioned_or_the_panel_says_why_not() {
    let mut booth = booth();
    booth.window.get_by_label("Play preview").click();
    // With or without a sound card: one of the two comes, and the window stays.
    booth.until("sound, or why there is none", |window| {
        let audition = &window.app().unwrap().audition;
        audition.phase == AuditionPhase::Playing || audition.problem.is_some()
    });
    let audition = booth.app().audition.clone();
    if let Some(problem) = audition.problem {
        booth.window.get_by_label(&format!("{problem}."));
    } else {
        booth.window.step();
        booth.window.get_by_label("Pause preview").click();
        booth.until("it is held", |window| {
            window.app().unwrap().audition.phase == AuditionPhase::Paused
        });
    }
    booth.window.get_by_label("Ahead 8 beats").click();
    booth.until("the place", |window| {
        (window.app().unwrap().audition.position_s - 4.0).abs() < 1.0
    });
}
