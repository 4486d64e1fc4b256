//! The topmost thing has the keys, alone: every key is pressed behind every dialog, popup, menu and field.

use std::sync::Arc;

use eframe::egui::{self, Key, Modifiers, Role};
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use pika_desktop::{
    dialogs::{ChooseFor, DialogReport},
    ui::{
        FirstRun, Screen, UiState,
        shortcuts::{Action, Binding, Group, LIST, Press},
        widgets::{Over, topmost},
    },
};
use pika_engine::{
    app::{AppState, Command, Event},
    audition::AuditionCommand,
    library::{LibraryCommand, Overview, TrackId, UnreadableFile},
    live::{LivePhase, LiveReport},
    settings::Settings,
};

use crate::{
    live,
    scenes::{self, SELECTED},
    stage::{Scene, asked, stage, types},
};

/// On air, with a library.
fn on_air() -> AppState {
    let mut app = scenes::library();
    let night = live::night();
    app.live = night.live;
    app.playing = night.playing;
    app.suggestions = night.suggestions;
    app.now_ms = night.now_ms;
    app.analysis = None;
    app
}

fn click(window: &mut Harness<'static, Scene>, name: &str) {
    window.get_by_role_and_label(Role::Button, name).click();
    window.run_steps(3);
}

/// The library on air with one track in its panel.
pub(crate) fn with_panel() -> Harness<'static, Scene> {
    let mut window = stage(on_air(), Screen::Library);
    let row = format!("{SELECTED}, The Velvet Hours");
    window.get_by_label_contains(&row).click();
    window.run_steps(3);
    window
}

fn on_live() -> Harness<'static, Scene> {
    live::arrived(stage(on_air(), Screen::Live))
}

/// A window with this open. Who adds something that lies over a place says here how it is opened.
fn open(over: Over) -> Harness<'static, Scene> {
    let mut window = match over {
        Over::Path => {
            let mut window = with_panel();
            let (app, state, out) = window.state_mut();
            let report = DialogReport::NoFileDialog(ChooseFor::MusicFolder);
            state.take_in_dialog(&report, &app.settings, out);
            window
        }
        Over::AuditionLive => {
            let mut window = with_panel();
            window.state_mut().0.audition_question = Some(AuditionCommand::Play {
                track: TrackId(12),
                path: "/music/x.mp3".into(),
                from_s: None,
            });
            window
        }
        Over::Shortcuts
        | Over::Range
        | Over::Keys
        | Over::Columns
        | Over::Export
        | Over::Row
        | Over::KeyPicker => with_panel(),
        Over::Failed => {
            let mut window = with_panel();
            window.state_mut().0.overview = Some(Box::new(Overview {
                unreadable: vec![UnreadableFile {
                    path: "/music/Ordinary Magic.mp3".into(),
                    reason: "damaged or not an audio file".into(),
                }],
                ..Overview::default()
            }));
            window.run_steps(2);
            window
        }
        Over::SettingsQuestion => {
            let mut app = on_air();
            app.settings.relay_address = Some("https://pika.example".into());
            app.account.token_tail = Some("k9Qz".into());
            stage(app, Screen::Settings)
        }
        Over::LiveEnd
        | Over::LivePin
        | Over::LiveQr
        | Over::LivePlays
        | Over::LiveReplace
        | Over::LiveRemove
        | Over::WrongSong
        | Over::PollLength
        | Over::AnnouncementStays => on_live(),
        Over::LiveQuit => {
            let mut window = on_live();
            let (app, state, _) = window.state_mut();
            assert!(state.live.asks_before_quit(&app.live));
            window
        }
        Over::LiveSummary => {
            let mut window = on_live();
            let (app, state, _) = window.state_mut();
            Arc::make_mut(&mut app.live).phase = LivePhase::Ended;
            state.take_in(&Event::Live(LiveReport::State(app.live.clone())));
            window
        }
    };
    match over {
        Over::Shortcuts => types(&mut window, '?'),
        Over::LiveQr => types(&mut window, 'q'),
        Over::Failed => click(&mut window, "1 could not be read"),
        Over::SettingsQuestion => click(&mut window, "Disconnect"),
        Over::LiveEnd => click(&mut window, "End session"),
        Over::LivePin => click(&mut window, "Change PIN"),
        Over::LivePlays => click(&mut window, "All songs of tonight"),
        Over::WrongSong => click(&mut window, "Correct this song"),
        Over::LiveReplace => {
            click(&mut window, "Correct this song");
            click(&mut window, "It is another song…");
        }
        Over::LiveRemove => {
            click(&mut window, "Correct this song");
            click(&mut window, "Take it out of the night…");
        }
        Over::Range => click(&mut window, "Energy"),
        Over::Keys => click(&mut window, "Key"),
        Over::Columns => click(&mut window, "Choose columns"),
        Over::Export => click(&mut window, "Export"),
        Over::Row => window
            .get_by_label_contains("One More Mile, Ruby")
            .click_secondary(),
        Over::KeyPicker => window.get_by_label_contains("choose another").click(),
        Over::PollLength => click(&mut window, "How long the poll stays open"),
        Over::AnnouncementStays => {
            window.get_by_label("Announce").click();
            window.run_steps(3);
            click(&mut window, "How long the announcement stays");
        }
        Over::Path | Over::AuditionLive | Over::LiveQuit | Over::LiveSummary => {}
    }
    window.run_steps(4);
    assert_eq!(topmost(&window.ctx), Some(over));
    asked(&mut window);
    window
}

/// Presses a key as a hand does.
fn press(window: &mut Harness<'static, Scene>, press: Press) {
    match press {
        Press::Typed(sign) => types(window, sign),
        Press::Key(key) | Press::Row(key) => window.key_press(key),
        Press::Command(key) => window.key_press_modifiers(Modifiers::COMMAND, key),
        Press::HeldCommand(key) => {
            let key = |pressed| egui::Event::Key {
                key,
                physical_key: None,
                pressed,
                repeat: false,
                modifiers: Modifiers::COMMAND,
            };
            window.event(egui::Event::ModifiersChanged(Modifiers::COMMAND));
            window.event(key(true));
            // A second and a bit, four frames a second.
            window.run_steps(6);
            window.event(key(false));
            window.event(egui::Event::ModifiersChanged(Modifiers::NONE));
        }
    }
    window.run_steps(1);
}

/// All keys of all places. In a menu Space presses what the arrows came to, so it is pressed before them.
fn bindings() -> Vec<Binding> {
    let places = LIST.iter().filter(|shortcut| shortcut.group != Group::FirstRun);
    let mut all: Vec<Binding> = places
        .flat_map(|shortcut| shortcut.keys.iter().copied())
        .collect();
    let is_arrow = |press| {
        matches!(
            press,
            Press::Row(_) | Press::Key(Key::ArrowLeft | Key::ArrowRight)
        )
    };
    all.sort_by_key(|binding| is_arrow(binding.press));
    all
}

/// What a window itself asks for while somebody types into a search.
fn is_search(command: &Command) -> bool {
    matches!(
        command,
        Command::Browse(_) | Command::Suggest(_) | Command::Library(LibraryCommand::FindTracks(_))
    )
}

/// Nothing came of a key.
#[track_caller]
fn nothing_came(window: &mut Harness<'static, Scene>, screen: Screen, what: &str) {
    let commands = window.state_mut().2.take_commands();
    let commands: Vec<_> = commands.into_iter().filter(|it| !is_search(it)).collect();
    assert_eq!(commands, [], "{what}");
    assert_eq!(window.state().1.screen, screen, "{what}");
}

#[test]
fn every_key_but_esc_is_nothing_behind_what_lies_over_the_place_and_esc_closes_that_alone() {
    for over in Over::ALL {
        let mut window = open(*over);
        let screen = window.state().1.screen;
        let focused = window.state().1.library.focused();
        for binding in bindings() {
            let closes = binding.action == Action::Close
                || (*over == Over::Shortcuts && binding.action == Action::ShowShortcuts)
                || (*over == Over::LiveQr && binding.action == Action::QrFullScreen);
            if closes {
                continue;
            }
            press(&mut window, binding.press);
            let what = format!("{:?} behind {over:?}", binding.action);
            nothing_came(&mut window, screen, &what);
            assert_eq!(topmost(&window.ctx), Some(*over), "{what}");
        }
        // What waits has had its time.
        window.run_steps(10);
        nothing_came(&mut window, screen, &format!("later, behind {over:?}"));
        window.key_press(Key::Escape);
        window.run_steps(4);
        let what = format!("Esc on {over:?}");
        if *over == Over::AuditionLive {
            // That a preview stays unheard is what Esc says there.
            assert!(asked(&mut window).contains(&Command::AuditionWhileLive(false)));
            continue;
        }
        nothing_came(&mut window, screen, &what);
        assert_eq!(topmost(&window.ctx), None, "{what}");
        assert_eq!(window.state().1.library.focused(), focused, "{what}");
    }
}

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
            let own = |action| match screen {
                Screen::Live => matches!(action, Action::Send | Action::GoLive),
                // Down leads from the search into the list.
                _ => field == "Search" && action == Action::RowDown,
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

#[test]
fn the_sheet_is_drawn_from_the_one_list() {
    let window = open(Over::Shortcuts);
    for shortcut in LIST.iter().filter(|shortcut| shortcut.group != Group::FirstRun) {
        assert!(
            window.query_all_by_label(shortcut.name).next().is_some(),
            "{}",
            shortcut.name
        );
    }
}

#[test]
fn esc_walks_back_through_the_library() {
    let mut window = with_panel();
    window.state_mut().1.library.text = "tide".to_owned();
    window
        .get_by_label_contains("One More Mile, Ruby")
        .click_modifiers(Modifiers::COMMAND);
    window.run_steps(3);
    let mut esc = || {
        window.key_press(Key::Escape);
        window.run_steps(3);
        let library = &window.state().1.library;
        (
            library.selection.len(),
            library.focused().is_some(),
            library.text.clone(),
        )
    };
    assert_eq!(esc(), (1, true, "tide".to_owned()), "several rows first");
    assert_eq!(esc(), (0, false, "tide".to_owned()), "then the panel");
    assert_eq!(esc(), (0, false, String::new()), "then the search");
    // The panel has a button of its own for that.
    let mut window = with_panel();
    click(&mut window, "Close the panel");
    assert_eq!(window.state().1.library.focused(), None);
}

#[test]
fn ctrl_l_leads_to_live_and_there_on_air() {
    let mut window = stage(live::before(), Screen::Library);
    let goes_live = |commands: Vec<Command>| {
        commands
            .iter()
            .any(|command| matches!(command, Command::Live(pika_engine::live::LiveCommand::GoLive(_))))
    };
    window.key_press_modifiers(Modifiers::COMMAND, Key::L);
    assert!(!goes_live(asked(&mut window)), "it only leads there");
    assert_eq!(window.state().1.screen, Screen::Live);
    window.key_press_modifiers(Modifiers::COMMAND, Key::L);
    assert!(goes_live(asked(&mut window)));
}
