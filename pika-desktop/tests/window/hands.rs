//! What the hand can do where it is easily forgotten: fast keys, no file dialog, listening while live.

use std::path::PathBuf;

use eframe::egui::{Key, Role};
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use pika_desktop::{
    dialogs::{ChooseFor, DialogReport},
    ui::{FirstRun, Screen, UiState},
};
use pika_engine::{
    account::AccountCommand,
    app::{AppState, Command},
    audition::AuditionCommand,
    library::{Correction, LibraryCommand, TrackId},
    surroundings::{FoundFolder, Surroundings},
};

use crate::{
    live, scenes,
    stage::{Scene, asked, stage, types},
    support::Booth,
};

#[test]
fn every_press_of_a_fast_finger_counts() {
    let mut harness = stage(scenes::library(), Screen::Library);
    harness.get_by_label_contains(scenes::SELECTED).click();
    asked(&mut harness);
    let factor = |commands: Vec<Command>| -> Vec<f64> {
        let scaled = commands.into_iter().filter_map(|command| match command {
            Command::Library(LibraryCommand::Correct {
                correction: Correction::ScaleBpm(factor),
                ..
            }) => Some(factor),
            _ => None,
        });
        scaled.collect()
    };
    // All in one frame.
    let press = |harness: &mut Harness<'static, Scene>, signs: &str| {
        signs.chars().for_each(|sign| types(harness, sign));
    };
    press(&mut harness, "]]");
    assert_eq!(factor(asked(&mut harness)), [4.0]);
    let mut said = harness.query_all_by_label_contains("Tempo ×4");
    assert!(said.next().is_some());
    drop(said);
    press(&mut harness, "[[[]");
    assert_eq!(factor(asked(&mut harness)), [0.25]);
    press(&mut harness, "[]");
    assert_eq!(factor(asked(&mut harness)), [0.0; 0], "there and back is nothing");
}

#[test]
fn what_is_in_work_says_so_and_what_waits_waits() {
    let harness = stage(scenes::library(), Screen::Library);
    harness.get_by_label_contains("Half Past Blue, Ella Marchetti, being analysed");
    harness.get_by_label_contains("One More Mile, Ruby Tran, waiting");
}

#[test]
fn where_there_is_no_file_dialog_a_path_is_typed() {
    let mut booth = Booth::set_up();
    let music = booth.new_folder("music");
    let report = DialogReport::NoFileDialog(ChooseFor::MusicFolder);
    booth.window.state_mut().take_in_dialog(&report);
    booth.window.run_ok();
    booth
        .window
        .get_by_role_and_label(Role::Dialog, "Choose a music folder");
    let wrong = booth.folder().join("nowhere").display().to_string();
    booth.window.get_by_label("Path").type_text(&wrong);
    booth.window.run_ok();
    booth.window.get_by_label("Use it").click();
    booth.until_shown("There is no folder of this name.");
    booth.window.run_ok();
    booth
        .window
        .key_press_modifiers(eframe::egui::Modifiers::COMMAND, Key::A);
    booth
        .window
        .get_by_label("Path")
        .type_text(&music.display().to_string());
    booth.window.run_ok();
    booth.window.get_by_label("Use it").click();
    booth.until("the folder is there", |window| {
        let overview = window.app().and_then(|app| app.overview.as_ref());
        overview.is_some_and(|overview| overview.folders.len() == 1)
    });
    assert!(booth.window.query_by_role(Role::Dialog).is_none());
    // Nothing is chosen by leaving.
    booth.window.state_mut().take_in_dialog(&report);
    booth.window.run_ok();
    booth.window.get_by_label("Cancel").click();
    booth.window.run_ok();
    assert!(booth.window.query_by_role(Role::Dialog).is_none());
}

#[test]
fn while_live_a_preview_is_asked_about() {
    let mut app = scenes::library();
    app.live = live::night().live;
    app.audition_question = Some(AuditionCommand::Play {
        track: TrackId(12),
        path: PathBuf::from("/music/x.mp3"),
        from_s: None,
    });
    for (button, allowed) in [("Not now", false), ("Play", true)] {
        let mut harness = stage(app.clone(), Screen::Library);
        harness.get_by_role_and_label(Role::Dialog, "You are live. Play on this computer's output?");
        harness.get_by_role_and_label(Role::Button, button).click();
        let commands = asked(&mut harness);
        assert!(
            commands.contains(&Command::AuditionWhileLive(allowed)),
            "{button}: {commands:?}"
        );
    }
    // The name of the output that was chosen is in the question.
    app.settings.audio_output = Some("Built-in Output".into());
    let harness = stage(app, Screen::Library);
    harness.get_by_role_and_label(Role::Dialog, "You are live. Play on Built-in Output?");
}

#[test]
fn the_question_comes_once_a_session_and_nothing_plays_before_its_answer() {
    let mut booth = Booth::set_up();
    booth.add_song();
    let row = booth.app().listing.as_ref().unwrap().row(0).unwrap().id;
    let path = booth.folder().join("music/Four on the floor.wav");
    let play = move || {
        Command::Audition(AuditionCommand::Play {
            track: row,
            path: path.clone(),
            from_s: None,
        })
    };
    booth.on_air(true);
    booth.command(play());
    assert!(booth.app().audition_question.is_some());
    booth.command(Command::AuditionWhileLive(false));
    assert_eq!(booth.app().audition_question, None);
    assert!(!booth.app().audition.is_running());
    booth.command(play());
    assert!(booth.app().audition_question.is_some(), "no means not now");
    booth.command(Command::AuditionWhileLive(true));
    assert_eq!(booth.app().audition_question, None);
    booth.until("sound, or why there is none", |window| {
        let audition = &window.app().unwrap().audition;
        audition.is_running() || audition.problem.is_some()
    });
    booth.command(play());
    assert_eq!(booth.app().audition_question, None, "asked once is enough");
    // The next session asks anew.
    booth.on_air(false);
    booth.on_air(true);
    booth.command(play());
    assert!(booth.app().audition_question.is_some());
}

#[test]
fn enter_leads_on_in_the_first_run() {
    let app = AppState {
        surroundings: Some(Box::new(Surroundings {
            music: Some(FoundFolder {
                path: "/home/nadia/Music".into(),
                tracks: 1206,
            }),
            virtualdj: None,
        })),
        ..AppState::default()
    };
    let mut window = stage(app, Screen::Library);
    window.state_mut().1 = UiState {
        first_run: Some(FirstRun::default()),
        ..UiState::default()
    };
    window.run_steps(2);
    window.key_press(Key::Enter);
    let folder = Command::Library(LibraryCommand::AddFolder("/home/nadia/Music".into()));
    assert!(asked(&mut window).contains(&folder));
    window.get_by_label("Connect your DJ account");
    // A token that is whole leads on from its field.
    for (field, words) in [
        ("Relay address", "https://pika.example"),
        ("DJ token", "pk_dj_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    ] {
        window
            .get_all_by_label(field)
            .filter(|node| {
                matches!(
                    node.accesskit_node().role(),
                    Role::TextInput | Role::PasswordInput
                )
            })
            .for_each(|node| node.focus());
        window.run_steps(2);
        window.get_by_label("Connect your DJ account").type_text(words);
        window.run_steps(2);
    }
    window.key_press(Key::Enter);
    let commands = asked(&mut window);
    let connects = |command: &Command| matches!(command, Command::Account(AccountCommand::Connect(_)));
    assert!(commands.iter().any(connects), "{commands:?}");
}

#[test]
fn the_menu_of_a_row_is_for_what_is_chosen_and_shown() {
    let mut window = stage(scenes::library(), Screen::Library);
    window.get_by_label_contains("Moving Slow, Halden").click();
    window.run_steps(2);
    window
        .get_by_label_contains("Paper Moonlight, June")
        .click_modifiers(eframe::egui::Modifiers::COMMAND);
    window.run_steps(2);
    let listing = window.state().0.listing.clone().expect("a list");
    let chosen = window.state().1.library.selection.in_order(&listing);
    assert_eq!(chosen.len(), 2);
    window
        .get_by_label_contains("Paper Moonlight, June")
        .click_secondary();
    window.run_steps(3);
    assert!(
        window
            .query_by_role_and_label(Role::Button, "Playing now")
            .is_none()
    );
    asked(&mut window);
    window.get_by_label("Halve the tempo").click();
    let halves = Command::Library(LibraryCommand::Correct {
        tracks: chosen,
        correction: Correction::ScaleBpm(0.5),
    });
    assert_eq!(asked(&mut window), [halves]);
}
