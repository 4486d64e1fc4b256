//! What each screen shows, word for word, and how the most important ones look.

use std::sync::Arc;

use eframe::egui;
use egui_kittest::{Harness, kittest::Queryable};
use pika_desktop::ui::{FirstRun, Screen, UiState, widgets::Toasts};
use pika_engine::{
    account::{AccountProfile, AccountState, AccountStatus},
    app::{AppState, Event},
    library::{Overview, UnreadableFile, browse::Listing},
    live::OwedSession,
    scanner::{ScanNotice, ScanReport},
    settings::{Appearance, Settings},
    surroundings::{FoundFolder, FoundVirtualDj, Surroundings},
};

use crate::{
    history, kept, live, local,
    scenes::{self, SELECTED},
    stage::{Scene, painted, stage, types},
};

/// A scene in its last frame.
fn at_rest(mut harness: Harness<'static, Scene>) -> Harness<'static, Scene> {
    // The mouse is nowhere, covers come a few a frame.
    harness.remove_cursor();
    harness.run_steps(8);
    harness
}

fn words(name: &str, harness: Harness<'static, Scene>) {
    kept::same_text(name, &at_rest(harness));
}

fn look(name: &str, harness: Harness<'static, Scene>) {
    let picture = at_rest(harness).render().expect("a picture");
    kept::same_picture(name, &picture);
}

/// The library with one track chosen.
fn with_track(app: AppState, appearance: Appearance) -> Harness<'static, Scene> {
    let mut harness = painted(app, Screen::Library, appearance);
    harness.get_by_label_contains(SELECTED).click();
    harness.run_steps(2);
    harness
}

/// The library with three tracks chosen.
fn with_three(app: AppState, appearance: Appearance) -> Harness<'static, Scene> {
    let mut harness = painted(app, Screen::Library, appearance);
    harness.get_by_label_contains("Moving Slow").click();
    harness.run_steps(2);
    for title in [
        "Gravity (Late Night Piano Version), Noor",
        "Paper Moonlight, June",
    ] {
        harness
            .get_by_label_contains(title)
            .click_modifiers(egui::Modifiers::COMMAND);
        harness.run_steps(2);
    }
    harness
}

#[test]
fn the_library_in_words() {
    words("library", stage(scenes::library(), Screen::Library));
    words("detail", with_track(scenes::library(), Appearance::Dark));
    words("library-batch", with_three(scenes::library(), Appearance::Dark));
    words("library-empty", stage(scenes::base(), Screen::Library));
    let mut nothing = scenes::library();
    nothing.listing = nothing.listing.map(|listing| {
        Arc::new(Listing {
            order: Arc::new([]),
            ..(*listing).clone()
        })
    });
    let mut harness = stage(nothing, Screen::Library);
    harness.state_mut().1.library.text = "kersene".to_owned();
    words("library-nothing-fits", harness);
    let mut failed = scenes::library();
    failed.overview = Some(Box::new(Overview {
        unreadable: vec![UnreadableFile {
            path: "/music/Ordinary Magic.mp3".into(),
            reason: "damaged or not an audio file".into(),
        }],
        ..failed.overview.map(|overview| *overview).unwrap_or_default()
    }));
    let harness = stage(failed, Screen::Library);
    harness.get_by_label("1 could not be read").click();
    words("library-failed", harness);
}

/// A computer with music that Pika! has never seen.
pub(crate) fn newcomer() -> AppState {
    AppState {
        surroundings: Some(Box::new(Surroundings {
            music: Some(FoundFolder {
                path: "/home/nadia/Music".into(),
                tracks: 1206,
            }),
            virtualdj: Some(FoundVirtualDj {
                folder: "/home/nadia/VirtualDJ".into(),
                tracks: 4812,
                music: vec!["/home/nadia/Music".into()],
            }),
        })),
        cores: 8,
        ..AppState::default()
    }
}

#[test]
fn the_first_run_in_words() {
    let app = newcomer();
    let first_run = |app: &AppState| {
        let mut harness = stage(app.clone(), Screen::Library);
        harness.state_mut().1 = UiState {
            first_run: Some(FirstRun::default()),
            ..UiState::default()
        };
        harness.run_steps(2);
        harness
    };
    words("first-run-music", first_run(&app));
    let harness = first_run(&app);
    harness.get_by_label("Skip for now").click();
    words("first-run-account", harness);
}

/// Everything in order: an account, a folder, VirtualDJ.
pub(crate) fn settled() -> AppState {
    AppState {
        account: AccountState {
            status: AccountStatus::Valid(AccountProfile {
                name: "DJ Nadia K".into(),
                ..AccountProfile::default()
            }),
            ..AccountState::default()
        },
        settings: Settings {
            relay_address: Some("https://pika.example".into()),
            ..scenes::base().settings
        },
        ..scenes::library()
    }
}

#[test]
fn settings_and_keys_in_words() {
    words("settings", stage(settled(), Screen::Settings));
    let mut harness = stage(scenes::library(), Screen::Library);
    types(&mut harness, '?');
    words("shortcuts", harness);
}

#[test]
fn live_and_history_in_words() {
    words("live-ready", stage(live::before(), Screen::Live));
    words("live", live::arrived(stage(live::night(), Screen::Live)));
    words("history", history::with_night(history::app()));
}

/// Before a night: what is owed of the one before, and two addresses to be found at.
fn ready() -> AppState {
    let mut app = live::before();
    app.local_relay = Some(local::served());
    Arc::make_mut(&mut app.live).owed = vec![OwedSession {
        session_id: None,
        name: "Thursday Class".into(),
        relay: "pika.stream".into(),
        songs: 3,
        whose: None,
        problem: None,
    }];
    app
}

/// The settings after a scan that found something wrong.
fn noticed(mut window: Harness<'static, Scene>) -> Harness<'static, Scene> {
    let notices = [
        ScanNotice::DamagedSongs {
            path: "/home/nadia/VirtualDJ/database.xml".into(),
            count: 3,
        },
        ScanNotice::NotWatched {
            folder: window.state().0.overview.as_ref().expect("folders").folders[0]
                .path
                .clone(),
            too_many: true,
        },
    ];
    for notice in notices {
        let report = Event::Scan(ScanReport::Notice(notice));
        window.state_mut().1.take_in(&report);
    }
    // The messages are gone, the lines are not.
    window.state_mut().1.toasts = Toasts::default();
    window
}

/// Another place while on air, with the analysis at work.
fn beside_the_night(
    painted: impl FnOnce(AppState, Screen) -> Harness<'static, Scene>,
) -> Harness<'static, Scene> {
    let mut app = history::app();
    let night = live::night();
    (app.live, app.playing, app.now_ms) = (night.live, night.playing, night.now_ms);
    app.analysis = scenes::library().analysis;
    painted(app, Screen::Settings)
}

#[test]
fn what_stays_in_view_in_words() {
    words("live-ready-owed", stage(ready(), Screen::Live));
    words("settings-notices", noticed(stage(settled(), Screen::Settings)));
    words("strip", beside_the_night(stage));
}

// The same triangles are painted everywhere, but each system's mathematics rounds a little otherwise: one system
// is enough to see whether a screen changed.
#[cfg(target_os = "linux")]
mod looks {
    use super::*;
    use crate::stage::Stage;

    #[test]
    fn the_library_in_the_dark() {
        look("library-dark", with_track(scenes::library(), Appearance::Dark));
    }

    #[test]
    fn the_library_in_daylight() {
        look("library-light", with_three(scenes::library(), Appearance::Light));
    }

    #[test]
    fn settings() {
        look("settings", painted(settled(), Screen::Settings, Appearance::Dark));
    }

    #[test]
    fn live_before_a_night() {
        look(
            "live-ready-owed",
            painted(ready(), Screen::Live, Appearance::Dark),
        );
    }

    #[test]
    fn another_place_on_air() {
        let scene = beside_the_night(|app, screen| painted(app, screen, Appearance::Dark));
        look("strip", scene);
    }

    /// Live on air in a window of this size, in pixels.
    fn on_air(size: [f32; 2]) -> Harness<'static, Scene> {
        let stage = Stage {
            size,
            ..Stage::default()
        };
        live::arrived(stage.painted(
            live::night(),
            UiState {
                screen: Screen::Live,
                ..UiState::default()
            },
        ))
    }

    #[test]
    fn live_in_one_column() {
        look("live-narrow", on_air([760.0, 900.0]));
    }

    #[test]
    fn live_in_a_large_window() {
        look("live-large", on_air([1920.0, 1080.0]));
    }

    #[test]
    fn live_on_air() {
        look(
            "live",
            live::arrived(painted(live::night(), Screen::Live, Appearance::Dark)),
        );
    }
}
