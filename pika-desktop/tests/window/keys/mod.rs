//! The topmost thing has the keys, alone: every key is pressed behind every dialog, popup, menu and field.

mod fields;

use std::sync::Arc;

use eframe::egui::{self, Key, Modifiers, Role};
use egui_kittest::{Harness, kittest::Queryable};
use pika_desktop::{
    dialogs::{ChooseFor, DialogReport},
    ui::{
        Screen,
        shortcuts::{Action, Binding, Group, LIST, Press},
        widgets::{Over, topmost},
    },
};
use pika_engine::{
    app::{AppState, Command, Event},
    audition::AuditionCommand,
    library::{LibraryCommand, Overview, TrackId, UnreadableFile},
    live::{LivePhase, LiveReport},
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
    assert!(!window.state().1.full_screen, "{what}");
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

#[test]
fn the_whole_screen_is_left_by_whichever_way_the_system_has() {
    let mut window = stage(on_air(), Screen::Library);
    let asked = |window: &mut Harness<'static, Scene>| -> Vec<bool> {
        let stroke = |pressed| egui::Event::Key {
            key: Key::F11,
            physical_key: None,
            pressed,
            repeat: false,
            modifiers: Modifiers::NONE,
        };
        window.input_mut().events.extend([stroke(true), stroke(false)]);
        window.step();
        let commands = &window.output().viewport_output[&egui::ViewportId::ROOT].commands;
        let full = commands.iter().filter_map(|command| match command {
            egui::ViewportCommand::Fullscreen(on) => Some(*on),
            _ => None,
        });
        full.collect()
    };
    assert_eq!(asked(&mut window), [true]);
    let info = |window: &mut Harness<'static, Scene>, on: bool| {
        let root = window.input_mut().viewports.entry(egui::ViewportId::ROOT);
        root.or_default().fullscreen = Some(on);
    };
    info(&mut window, true);
    assert_eq!(asked(&mut window), [false]);
    // The system took it away by itself.
    info(&mut window, true);
    window.step();
    info(&mut window, false);
    window.step();
    assert_eq!(asked(&mut window), [true]);
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
