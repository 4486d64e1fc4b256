//! The window that eframe runs: it owns the program and the hand's state, takes events in, draws.

use eframe::egui;
use pika_engine::{
    app::{App, AppState, Command, Event, StartOptions},
    door::Door,
    library::OpenNote,
    settings::{Appearance, SettingsChange},
};

use super::{
    fonts,
    hours::Hours,
    place::{self, Place},
    requests::Requests,
    scale,
    screen::Screen,
    shell,
    start::{self, Opened, Opening, Refusal},
    state::UiState,
    theme,
    widgets::Toast,
};
use crate::dialogs::{DialogReport, Dialogs};

/// Events taken in before a frame is drawn; the rest waits for the next one.
const MAX_EVENTS: usize = 512;

/// The program's window.
pub struct Window {
    stage: Stage,
    state: UiState,
    dialogs: Dialogs,
    requests: Requests,
    place: Place,
    /// Where a second start rings, as long as this window is there.
    door: Option<Door>,
    /// What was last told to egui.
    look: Option<(Appearance, bool)>,
    /// The window's time.
    hours: Hours,
    /// Frames drawn; counted up to the second one, whose time goes to the log.
    frames: u8,
}

enum Stage {
    /// The library is being opened, on a thread of its own: the window is there at once.
    Opening(Opening),
    /// It runs.
    Running(Box<App>),
    /// It cannot. Holds why, in one sentence.
    Refused(String),
    /// It has ended.
    Ended,
}

impl Window {
    /// Starts the program behind a window. Workers wake the window through `ctx`.
    pub fn new(ctx: &egui::Context, options: StartOptions) -> Self {
        ctx.set_fonts(fonts::definitions());
        let settings = &options.settings;
        theme::apply(ctx, settings.appearance, settings.less_motion);
        ctx.set_zoom_factor(scale::zoom(egui::Vec2::INFINITY, settings.scale, None));
        let wake = ctx.clone();
        let dialogs = Dialogs::new(move || wake.request_repaint());
        let mut state = UiState::new(settings);
        if options.demo {
            // The night is what it shows; nobody is asked before it ends.
            state.screen = Screen::Live;
            state.live.quit();
        }
        Self {
            state,
            place: Place::new(settings.window),
            door: None,
            stage: Stage::Opening(Opening::start(ctx.clone(), options)),
            dialogs,
            requests: Requests::default(),
            look: None,
            hours: Hours::default(),
            frames: 0,
        }
    }

    /// What is on screen; `None` before the library is open.
    pub fn app(&self) -> Option<&AppState> {
        match &self.stage {
            Stage::Running(app) => Some(app.state()),
            _ => None,
        }
    }

    /// The running program, for tests; `None` before the library is open.
    pub fn program(&mut self) -> Option<&mut App> {
        match &mut self.stage {
            Stage::Running(app) => Some(app),
            _ => None,
        }
    }

    /// What the hand is doing.
    pub fn state(&mut self) -> &mut UiState {
        &mut self.state
    }

    /// Takes in what came of a dialog.
    pub fn take_in_dialog(&mut self, report: &DialogReport) {
        let Stage::Running(app) = &mut self.stage else {
            return;
        };
        self.state
            .take_in_dialog(report, &app.state().settings, &mut self.requests);
        for command in self.requests.take_commands() {
            app.run(command);
        }
    }

    /// Why the program cannot run, if it cannot.
    pub fn refused(&self) -> Option<&str> {
        match &self.stage {
            Stage::Refused(why) => Some(why),
            _ => None,
        }
    }

    fn open(&mut self) {
        let Stage::Opening(opening) = &self.stage else {
            return;
        };
        self.stage = match opening.result() {
            None => return,
            Some(Ok(Opened { mut app, note, door })) => {
                if app.state().settings.serve_here {
                    app.run(Command::LocalRelay(true));
                }
                if let Some(OpenNote::Restored { .. }) = note {
                    self.state.toasts.push(Toast::trouble(
                        "The library file was damaged. The last good copy is back; nothing in your music folder changed.",
                    ));
                }
                self.door = door;
                Stage::Running(Box::new(app))
            }
            Some(Err(why)) => Stage::Refused(why),
        };
    }
}

impl eframe::App for Window {
    fn logic(&mut self, ctx: &egui::Context, frame: &mut eframe::Frame) {
        self.open();
        while let Some(report) = self.dialogs.poll() {
            self.take_in_dialog(&report);
        }
        let Stage::Running(app) = &mut self.stage else {
            return;
        };
        for taken in 0.. {
            if taken == MAX_EVENTS {
                ctx.request_repaint();
                break;
            }
            let Some(event) = app.poll_event() else { break };
            self.state.take_in(&event);
            if event == Event::Quit {
                self.state.live.quit();
                ctx.send_viewport_cmd(egui::ViewportCommand::Close);
            }
        }
        app.look_at_clock();
        let now_ms = app.state().now_ms;
        let is_unseen = ctx.input(|input| input.viewport().visible() == Some(false));
        if is_unseen {
            // No frame is drawn: what waits for one would be announced when the DJ looks again.
            let now_s = self.hours.unseen(now_ms);
            if let Some(seconds) = self.state.reach_unseen(app.state(), now_s, &mut self.requests) {
                ctx.request_repaint_after_secs(seconds as f32);
            }
            for command in self.requests.take_commands() {
                app.run(command);
            }
        } else {
            self.hours = Hours::seen(ctx.time(), now_ms);
        }
        let closes = ctx.input(|input| input.viewport().close_requested());
        if closes && self.state.first_run.is_none() && self.state.live.asks_before_quit(&app.state().live) {
            ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
            self.state.screen = Screen::Live;
        }
        self.place.take_up(ctx, || place::monitors(frame));
        if !is_unseen && let Some(place) = self.place.follow(ctx, app.state().settings.window) {
            app.run(Command::ChangeSettings(SettingsChange::Window(place)));
        }
        let settings = &app.state().settings;
        let look = (settings.appearance, settings.less_motion);
        if self.look != Some(look) {
            theme::apply(ctx, look.0, look.1);
            self.look = Some(look);
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
        if self.frames < 2 {
            self.frames += 1;
            if self.frames == 2 {
                let since_start = pika_engine::clock::since_start().as_millis();
                tracing::info!(milliseconds = since_start, "second frame");
            }
        }
        match &mut self.stage {
            Stage::Opening(_) => start::opening_ui(ui),
            Stage::Refused(why) => start::refused_ui(ui, why),
            Stage::Ended => {}
            Stage::Running(app) => {
                shell::show(ui, app.state(), &mut self.state, &mut self.requests);
                for wish in self.requests.take_dialogs() {
                    self.dialogs.ask(wish);
                }
                let commands = self.requests.take_commands();
                let had_commands = !commands.is_empty();
                for command in commands {
                    app.run(command);
                }
                if had_commands {
                    // What a command changed at once is seen at once.
                    ui.ctx().request_repaint();
                }
            }
        }
    }

    fn on_exit(&mut self, _: Option<&eframe::glow::Context>) {
        if let Stage::Running(app) = std::mem::replace(&mut self.stage, Stage::Ended) {
            app.stop();
        }
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        let theme = if visuals.dark_mode {
            &theme::DARK
        } else {
            &theme::LIGHT
        };
        theme.bg0.to_normalized_gamma_f32()
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // Where eframe did not come to `on_exit` (tests, a failure to draw).
        if let Stage::Running(app) = std::mem::replace(&mut self.stage, Stage::Ended) {
            app.stop();
        }
    }
}

impl std::fmt::Debug for Window {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Window")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// Opens the window and runs until it is closed.
///
/// Errors: the system gives no window.
pub fn run(options: StartOptions) -> eframe::Result {
    let native = native(place::builder(viewport(), options.settings.window));
    eframe::run_native(
        "Pika!",
        native,
        Box::new(|cc| Ok(Box::new(Window::new(&cc.egui_ctx, options)))),
    )
}

/// Opens a window that says why the program cannot start, until it is closed.
///
/// Errors: the system gives no window.
pub fn refuse(why: String) -> eframe::Result {
    eframe::run_native(
        "Pika!",
        native(place::builder(viewport(), None)),
        Box::new(|cc| Ok(Box::new(Refusal::new(&cc.egui_ctx, why)))),
    )
}

fn viewport() -> egui::ViewportBuilder {
    egui::ViewportBuilder::default()
        .with_title("Pika!")
        .with_app_id("pika")
        .with_icon(icon())
        .with_min_inner_size(theme::size::WINDOW_MIN)
}

fn native(viewport: egui::ViewportBuilder) -> eframe::NativeOptions {
    eframe::NativeOptions {
        viewport,
        // Named: with another renderer compiled in (tests do) the default would be that one.
        renderer: eframe::Renderer::Glow,
        centered: true,
        ..eframe::NativeOptions::default()
    }
}

/// The icon of the window; none is no reason not to start.
fn icon() -> egui::IconData {
    eframe::icon_data::from_png_bytes(include_bytes!("../../assets/icon-256.png")).unwrap_or_default()
}
