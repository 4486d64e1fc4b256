//! A screen without a program behind it: any state can be put on it.

use eframe::egui::{Event, Key, Modifiers, Ui, UiBuilder, Vec2};
use egui_kittest::{Harness, HarnessBuilder};
use pika_desktop::ui::{Requests, Screen, UiState, fonts, scale, shell, theme};
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
    Stage {
        appearance,
        ..Stage::default()
    }
    .painted(app, at(screen))
}

/// As [`painted`], with larger text.
pub(crate) fn painted_at(app: AppState, screen: Screen, scale: f32) -> Harness<'static, Scene> {
    Stage {
        scale,
        ..Stage::default()
    }
    .painted(app, at(screen))
}

/// As [`stage`], with another size of the window.
pub(crate) fn sized(app: AppState, screen: Screen, size: [f32; 2]) -> Harness<'static, Scene> {
    looked(app, screen, size, Appearance::Dark, 1.0)
}

/// As [`sized`], in another look and with another size of text.
pub(crate) fn looked(
    app: AppState,
    screen: Screen,
    size: [f32; 2],
    appearance: Appearance,
    scale: f32,
) -> Harness<'static, Scene> {
    Stage {
        size,
        appearance,
        scale,
    }
    .shows(app, at(screen))
}

fn at(screen: Screen) -> UiState {
    UiState {
        screen,
        ..UiState::default()
    }
}

/// A window's size in pixels, its look, and the size of its text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stage {
    pub(crate) size: [f32; 2],
    pub(crate) appearance: Appearance,
    pub(crate) scale: f32,
}

impl Default for Stage {
    fn default() -> Self {
        Self {
            size: [1280.0, 800.0],
            appearance: Appearance::Dark,
            scale: 1.0,
        }
    }
}

impl Stage {
    /// The window with this in it.
    pub(crate) fn shows(self, app: AppState, state: UiState) -> Harness<'static, Scene> {
        self.built(Harness::builder(), app, state)
    }

    /// The same, painted without a graphics card.
    pub(crate) fn painted(self, app: AppState, state: UiState) -> Harness<'static, Scene> {
        self.built(Harness::builder().renderer(Painter::default()), app, state)
    }

    fn built(
        self,
        builder: HarnessBuilder<Scene>,
        mut app: AppState,
        state: UiState,
    ) -> Harness<'static, Scene> {
        app.settings.scale = self.scale;
        let appearance = self.appearance;
        let theme = match appearance {
            Appearance::Light => eframe::egui::Theme::Light,
            Appearance::Dark | Appearance::System => eframe::egui::Theme::Dark,
        };
        let place = state.first_run.is_none().then_some(state.screen);
        let zoom = scale::zoom(self.size.into(), self.scale, place);
        let mut harness = builder
            .with_theme(theme)
            // The harness counts in points, of which a larger text leaves fewer.
            .with_size(Vec2::from(self.size) / zoom)
            .with_max_steps(8)
            .with_context_setup(move |ctx| {
                ctx.set_fonts(fonts::definitions());
                theme::apply(ctx, appearance, true);
                // Not from the second frame on, as `set_zoom_factor` would have it.
                ctx.options_mut(|options| options.zoom_factor = zoom);
            })
            .build_ui_state(
                |ui, (app, state, out): &mut Scene| shell::show(&mut whole(ui), app, state, out),
                (app, state, Requests::default()),
            );
        harness.run_steps(4);
        assert_eq!(harness.ctx.zoom_factor(), zoom, "the window finds its scale");
        harness
    }
}

/// The whole window: the harness keeps a margin, which no window has.
fn whole(ui: &mut Ui) -> Ui {
    let all = ui.ctx().content_rect();
    let mut whole = ui.new_child(UiBuilder::new().max_rect(all));
    whole.set_clip_rect(all);
    whole
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
