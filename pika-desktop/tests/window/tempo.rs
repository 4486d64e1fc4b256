//! A tempo that is typed: begun selected, kept when it is left, said when it is none.

use eframe::egui::{self, Key, Modifiers};
use egui_kittest::{Harness, kittest::Queryable};
use pika_engine::{
    app::Command,
    library::{Correction, LibraryCommand},
};

use crate::{
    keys::with_panel,
    stage::{Scene, asked, types},
};

/// The tempo that a correction sets.
fn tempo(commands: &[Command]) -> Option<f64> {
    commands.iter().find_map(|command| match command {
        Command::Library(LibraryCommand::Correct {
            correction: Correction::Bpm(bpm),
            ..
        }) => Some(*bpm),
        _ => None,
    })
}

/// The panel with the field for a tempo, and this typed.
fn typed_tempo(digits: &str) -> Harness<'static, Scene> {
    let mut window = with_panel();
    window.get_by_label_contains("type another").click();
    window.run_steps(3);
    asked(&mut window);
    digits.chars().for_each(|digit| types(&mut window, digit));
    window
}

#[test]
fn a_typed_tempo_replaces_the_old_one_and_counts_its_last_digit() {
    let enter = |pressed| egui::Event::Key {
        key: Key::Enter,
        physical_key: None,
        pressed,
        repeat: false,
        modifiers: Modifiers::NONE,
    };
    // All in one frame, with the Enter.
    let mut window = typed_tempo("103");
    window.input_mut().events.extend([enter(true), enter(false)]);
    assert_eq!(tempo(&asked(&mut window)), Some(103.0));
    // Tab keeps it, and so does a click elsewhere.
    let mut window = typed_tempo("97,5");
    window.run_steps(2);
    window.key_press(Key::Tab);
    assert_eq!(tempo(&asked(&mut window)), Some(97.5));
    let mut window = typed_tempo("97.5");
    window.run_steps(2);
    window.get_by_label_contains("One More Mile, Ruby").click();
    window.run_steps(3);
    assert_eq!(tempo(&asked(&mut window)), Some(97.5));
    // Esc does not.
    let mut window = typed_tempo("97.5");
    window.run_steps(2);
    window.key_press(Key::Escape);
    assert_eq!(tempo(&asked(&mut window)), None);
    assert!(window.query_by_label("Tempo in BPM").is_none());
}

#[test]
fn a_tempo_that_is_none_says_so() {
    let says = "“13910” is no tempo from 20 to 400 BPM.";
    let mut window = typed_tempo("13910");
    window.run_steps(2);
    window.key_press(Key::Enter);
    assert_eq!(tempo(&asked(&mut window)), None);
    window.run_steps(2);
    window.get_by_label(says);
    assert!(
        window.get_by_label("Tempo in BPM").is_focused(),
        "to be typed again"
    );
    let mut window = typed_tempo("13910");
    window.run_steps(2);
    window.key_press(Key::Tab);
    assert_eq!(tempo(&asked(&mut window)), None);
    assert!(window.query_all_by_label(says).next().is_some());
}
