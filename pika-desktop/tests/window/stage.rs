//! A screen without a program behind it: any state can be put on it.

use eframe::egui::{Event, Key, Modifiers};
use egui_kittest::{Harness, HarnessBuilder};
use pika_desktop::ui::{Requests, Screen, UiState, fonts, shell, theme};
use pika_engine::{
    app::{AppState, Command},
    settings::Appearance,
};

use crate::painter::Painter;

/// What is drawn, what the hand does, what was asked for.
pub(crate) type Scene = (AppState, UiState, Requests);

/// The window's content with `app` on `screen`.
pub(crate) fn stage(app: AppState, screen: Screen) -> Harness<'static, Scene> {
    sized(app, screen, [1280.0, 800.0])
}

/// As [`stage`], in this look and painted without a graphics card.
pub(crate) fn painted(app: AppState, screen: Screen, appearance: Appearance) -> Harness<'static, Scene> {
    let harness = Harness::builder().renderer(Painter::default());
    built(harness, app, screen, [1280.0, 800.0], appearance, 1.0)
}

/// As [`stage`], with another size of the window.
pub(crate) fn sized(app: AppState, screen: Screen, size: [f32; 2]) -> Harness<'static, Scene> {
    looked(app, screen, size, Appearance::Dark, 1.0)
}

/// As [`sized`], in another look; `size` in pixels, of which a larger `scale` leaves fewer points.
pub(crate) fn looked(
    app: AppState,
    screen: Screen,
    size: [f32; 2],
    appearance: Appearance,
    scale: f32,
) -> Harness<'static, Scene> {
    let points = [size[0] / scale, size[1] / scale];
    built(Harness::builder(), app, screen, points, appearance, scale)
}

fn built(
    builder: HarnessBuilder<Scene>,
    app: AppState,
    screen: Screen,
    size: [f32; 2],
    appearance: Appearance,
    scale: f32,
) -> Harness<'static, Scene> {
    let state = UiState {
        screen,
        ..UiState::default()
    };
    let theme = match appearance {
        Appearance::Light => eframe::egui::Theme::Light,
        Appearance::Dark | Appearance::System => eframe::egui::Theme::Dark,
    };
    let mut harness = builder
        .with_theme(theme)
        .with_size(size)
        .with_max_steps(8)
        .with_context_setup(move |ctx| {
            ctx.set_fonts(fonts::definitions());
            theme::apply(ctx, appearance, scale, true);
        })
        .build_ui_state(
            |ui, (app, state, out): &mut Scene| shell::show(ui, app, state, out),
            (app, state, Requests::default()),
        );
    harness.run_steps(4);
    harness
}

/// Types a sign as a keyboard does, in the next frame: a key goes down, types, and comes up.
pub(crate) fn types<State>(window: &mut Harness<'_, State>, sign: char) {
    let key = Key::from_name(&sign.to_uppercase().to_string()).unwrap_or(Key::F35);
    let stroke = |pressed| Event::Key {
        key,
        physical_key: None,
        pressed,
        repeat: false,
        modifiers: Modifiers::NONE,
    };
    let typed = Event::Text(sign.to_string());
    let events = &mut window.input_mut().events;
    events.extend([stroke(true), typed, stroke(false)]);
}

/// Takes what was asked for so far.
pub(crate) fn asked(harness: &mut Harness<'static, Scene>) -> Vec<Command> {
    harness.run_steps(2);
    harness.state_mut().2.take_commands()
}

/// Keeps a picture of the scene where `PIKA_PICTURES` names a folder; for looking at, no test.
pub(crate) fn picture(harness: &mut Harness<'static, Scene>, name: &str) {
    if let Some(folder) = std::env::var_os("PIKA_PICTURES") {
        harness.run_steps(6);
        let path = std::path::Path::new(&folder).join(format!("{name}.png"));
        harness
            .render()
            .expect("a renderer")
            .save(path)
            .expect("a file to write");
    }
}
