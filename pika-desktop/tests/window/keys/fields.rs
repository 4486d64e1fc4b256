//! Keys while text is typed: letters are letters, and what types nothing works.

use std::sync::Arc;

use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use pika_desktop::ui::{
    FirstRun, Screen, UiState,
    shortcuts::Action,
    widgets::{Over, topmost},
};
use pika_engine::{app::AppState, settings::Settings};

use super::{bindings, click, nothing_came, on_air, on_live, open, press, with_panel};
use crate::{
    live,
    stage::{Scene, asked, stage, types},
};

/// Makes a window anew.
type Make = Box<dyn Fn() -> Harness<'static, Scene>>;

/// Every place and step that has fields, with a name for what is said.
fn with_fields() -> Vec<(&'static str, Make)> {
    let first_run = |steps: usize| {
        move || {
            let mut window = stage(AppState::default(), Screen::Library);
            window.state_mut().1 = UiState {
                first_run: Some(FirstRun::default()),
                ..UiState::default()
            };
            window.run_steps(2);
            for _ in 0..steps {
                click(&mut window, "Skip for now");
            }
            window
        }
    };
    vec![
        ("Library", Box::new(with_panel)),
        (
            "Library, a tempo",
            Box::new(|| {
                let mut window = with_panel();
                window.get_by_label_contains("type another").click();
                window.run_steps(3);
                window
            }),
        ),
        ("Live, a poll", Box::new(on_live)),
        (
            "Live, an announcement",
            Box::new(|| {
                let mut window = on_live();
                window.get_by_label("Announce").click();
                window.run_steps(3);
                window
            }),
        ),
        (
            "Live, before the night",
            Box::new(|| {
                let mut window = stage(live::before(), Screen::Live);
                window
                    .get_by_role_and_label(Role::Switch, "Ask dancers for a PIN")
                    .click();
                window.run_steps(3);
                window
            }),
        ),
        ("History", Box::new(|| stage(on_air(), Screen::History))),
        (
            "Settings",
            Box::new(|| {
                let mut app = on_air();
                app.settings.relay_address = Some("https://pika.example".into());
                stage(app, Screen::Settings)
            }),
        ),
        ("First run, account", Box::new(first_run(1))),
        ("Path", Box::new(|| open(Over::Path))),
        ("PIN", Box::new(|| open(Over::LivePin))),
        ("Another song", Box::new(|| open(Over::LiveReplace))),
    ]
}

fn is_field(node: &egui_kittest::Node<'_>) -> bool {
    matches!(
        node.accesskit_node().role(),
        Role::TextInput | Role::MultilineTextInput | Role::PasswordInput
    )
}

fn fields(window: &Harness<'static, Scene>) -> Vec<String> {
    let nodes = window.root().children_recursive();
    nodes
        .filter(is_field)
        .filter_map(|node| node.accesskit_node().label())
        .collect()
}

#[test]
fn every_key_is_a_letter_or_nothing_in_every_field() {
    let mut seen = 0;
    for (place, make) in with_fields() {
        let mut window = make();
        let screen = window.state().1.screen;
        asked(&mut window);
        let mut all = fields(&window);
        // It closes when it is left.
        all.sort_by_key(|field| field != "Tempo in BPM");
        for field in all {
            seen += 1;
            // What the keyboard leaves is kept: that is no key's doing.
            let named = window.get_all_by_label(&field);
            named.filter(is_field).for_each(|node| node.focus());
            window.run_steps(3);
            asked(&mut window);
            let own = |action| match action {
                // They type nothing.
                Action::Search | Action::GoLive | Action::FullScreen => true,
                Action::Send => screen == Screen::Live,
                // Down leads from the search into the list.
                Action::RowDown => field == "Search",
                _ => false,
            };
            let keys = bindings()
                .into_iter()
                .filter(|it| it.action != Action::Close && !own(it.action));
            for binding in keys {
                press(&mut window, binding.press);
                let what = format!("{:?} in “{field}” of {place}", binding.action);
                nothing_came(&mut window, screen, &what);
                assert!(!window.state().1.shortcuts_open, "{what}");
            }
            window.run_steps(10);
            nothing_came(&mut window, screen, &format!("later, in “{field}” of {place}"));
        }
    }
    assert!(seen >= 14, "{seen} fields");
}

#[test]
fn what_types_nothing_works_in_the_fields_of_a_place_and_not_in_a_dialog() {
    let mut seen = 0;
    for (place, make) in with_fields() {
        let window = make();
        let lies_over = topmost(&window.ctx).is_some();
        let is_set_up = window.state().1.first_run.is_none();
        for field in fields(&window) {
            for action in [Action::Search, Action::GoLive, Action::FullScreen] {
                let mut window = make();
                let before = window.state().1.screen;
                let named = window.get_all_by_label(&field);
                named.filter(is_field).for_each(|node| node.focus());
                window.run_steps(3);
                let binding = bindings().into_iter().find(|binding| binding.action == action);
                press(&mut window, binding.unwrap().press);
                window.run_steps(2);
                let what = format!("{action:?} in “{field}” of {place}");
                let state = &window.state().1;
                assert_eq!(
                    state.full_screen,
                    action == Action::FullScreen && !lies_over,
                    "{what}"
                );
                let leads_to = match action {
                    Action::Search if !lies_over && is_set_up => Screen::Library,
                    Action::GoLive if !lies_over && is_set_up => Screen::Live,
                    _ => before,
                };
                assert_eq!(state.screen, leads_to, "{what}");
                seen += 1;
            }
        }
    }
    assert!(seen >= 40, "{seen}");
}

#[test]
fn what_opens_to_be_typed_in_has_the_keyboard() {
    let focused = |window: &Harness<'static, Scene>| {
        let focused = window.root().children_recursive().find(|node| node.is_focused());
        focused
            .and_then(|node| node.accesskit_node().label())
            .unwrap_or_default()
    };
    assert_eq!(focused(&open(Over::LivePin)), "New PIN");
    assert_eq!(focused(&open(Over::LiveReplace)), "Search the library");
    assert_eq!(focused(&open(Over::Path)), "Path");
    // Ctrl P without a PIN, and then the digits.
    let mut app = on_air();
    Arc::make_mut(&mut app.live).session.as_mut().unwrap().pin = None;
    let mut window = live::arrived(stage(app, Screen::Live));
    asked(&mut window);
    window.key_press_modifiers(Modifiers::COMMAND, Key::P);
    window.run_steps(3);
    "4821".chars().for_each(|digit| types(&mut window, digit));
    window.run_steps(3);
    assert_eq!(window.state().1.screen, Screen::Live);
    assert_eq!(window.get_by_label("New PIN").value().as_deref(), Some("4821"));
    // The relay's address, behind its button.
    let app = AppState {
        settings: Settings {
            relay_address: Some("https://pika.example".into()),
            ..on_air().settings
        },
        ..on_air()
    };
    let mut window = stage(app, Screen::Settings);
    click(&mut window, "Change the relay");
    assert_eq!(focused(&window), "Relay address");
    "x".chars().for_each(|letter| types(&mut window, letter));
    window.run_steps(3);
    let value = window.get_by_label("Relay address").value();
    assert_eq!(value.as_deref(), Some("x"), "what it held was selected");
}
