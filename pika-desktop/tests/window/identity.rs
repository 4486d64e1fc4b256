//! What stays on the screen stays the same thing for a screen reader and for the keyboard while other things come and
//! go: a press that is on its way arrives, the focus does not jump.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use eframe::egui::accesskit::{NodeId, Role};
use egui_kittest::{Harness, kittest::NodeT};
use pika_desktop::ui::Screen;
use pika_engine::{
    app::{AppState, Event},
    live::{LinkInfo, LinkKind, LivePhase, LiveReport},
    scanner::ScanCounts,
};

use crate::{
    live::{arrived, night, poll},
    scenes::library,
    stage::{Scene, stage},
};

/// Everything that can be pressed or filled and whose name is there once, with who it is.
fn who(harness: &Harness<'static, Scene>) -> BTreeMap<(String, String), NodeId> {
    let mut found: BTreeMap<(String, String), Vec<NodeId>> = BTreeMap::new();
    let mut nodes = vec![harness.root().accesskit_node()];
    while let Some(node) = nodes.pop() {
        nodes.extend(node.children());
        let pressed = matches!(
            node.role(),
            Role::Button
                | Role::Switch
                | Role::Tab
                | Role::CheckBox
                | Role::TextInput
                | Role::Link
                | Role::Slider
        );
        if let Some(name) = node.label().filter(|_| pressed) {
            let key = (format!("{:?}", node.role()), name);
            found.entry(key).or_default().push(node.locate().0);
        }
    }
    found
        .into_iter()
        .filter_map(|(key, ids)| <[NodeId; 1]>::try_from(ids).ok().map(|[id]| (key, id)))
        .collect()
}

/// Looks whether everything that is there before and after the change is the same thing.
fn stays(harness: &mut Harness<'static, Scene>, what: &str, change: impl FnOnce(&mut AppState)) {
    harness.run_steps(3);
    let before = who(harness);
    {
        let (app, state, _) = harness.state_mut();
        change(app);
        state.take_in(&Event::Live(LiveReport::State(app.live.clone())));
        state.take_in(&Event::Suggestions(app.suggestions.clone()));
    }
    harness.run_steps(3);
    let after = who(harness);
    let both: BTreeSet<_> = before.keys().filter(|key| after.contains_key(*key)).collect();
    assert!(both.len() >= 4, "{what}: too little is left: {both:?}");
    let changed: Vec<_> = both
        .into_iter()
        .filter(|key| before[*key] != after[*key])
        .collect();
    assert!(changed.is_empty(), "{what}: {changed:#?}");
}

#[test]
fn what_stays_on_live_is_the_same_thing_while_others_come_and_go() {
    let mut window = arrived(stage(night(), Screen::Live));
    let suggestions = window.state().0.suggestions.clone();
    stays(&mut window, "no suggestions", |app| {
        app.suggestions = Arc::default();
    });
    stays(&mut window, "suggestions", |app| app.suggestions = suggestions);
    stays(&mut window, "nothing was played before", |app| {
        Arc::make_mut(&mut app.live).plays.truncate(1);
    });
    stays(&mut window, "a poll", |app| {
        Arc::make_mut(&mut app.live).poll = Some(poll("What vibe next?", &[("Blues", 4), ("Pop", 5)]));
    });
    stays(&mut window, "no network", |app| {
        Arc::make_mut(&mut app.live).link = LinkInfo {
            kind: LinkKind::Offline,
            ..LinkInfo::default()
        };
    });
    stays(&mut window, "the poll has ended", |app| {
        Arc::make_mut(&mut app.live).poll = None;
    });
    stays(&mut window, "a song that nothing is known of", |app| {
        app.playing.as_mut().expect("a song").values = pika_engine::library::Values::default();
    });
    stays(&mut window, "no PIN", |app| {
        let live = Arc::make_mut(&mut app.live);
        live.session.as_mut().expect("a session").pin = None;
    });
}

#[test]
fn what_stays_on_other_screens_is_the_same_thing_when_a_night_begins() {
    for screen in [Screen::Library, Screen::History, Screen::Settings] {
        let mut app = AppState {
            listing: library().listing,
            overview: library().overview,
            ..night()
        };
        Arc::make_mut(&mut app.live).phase = LivePhase::Off;
        let mut window = stage(app, screen);
        window.state_mut().1.live.begins();
        stays(&mut window, &format!("{screen:?}"), |app| {
            Arc::make_mut(&mut app.live).phase = LivePhase::OnAir;
        });
    }
}

#[test]
fn what_stays_in_the_library_is_the_same_thing_while_files_are_looked_for() {
    let mut app = library();
    app.scanning.clear();
    app.analysis = None;
    let mut window = stage(app, Screen::Library);
    stays(&mut window, "files are looked for", |app| {
        app.scanning.insert(1, ScanCounts::default());
    });
}
