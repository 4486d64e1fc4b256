//! Before the library is open, and where it cannot be opened.

use std::{
    sync::mpsc::{Receiver, sync_channel},
    thread,
};

use eframe::egui::{self, Align, Layout, vec2};
use pika_engine::{
    app::{App, StartOptions},
    door::Door,
    library::OpenNote,
    plain_words,
    settings::Settings,
};

use super::{
    fonts,
    theme::{self, Theme, size, text},
    widgets::{Button, central, label, word_mark},
    words,
};

type Started = Result<Opened, String>;

/// The program that runs.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) app: App,
    pub(super) note: Option<OpenNote>,
    /// Where a second start rings; without it that one says why it cannot start, as ever.
    pub(super) door: Option<Door>,
}

/// The program being started on a thread of its own: a large library takes a moment to check.
#[derive(Debug)]
pub struct Opening {
    result: Receiver<Started>,
}

impl Opening {
    /// Starts it; the window is woken when it is done, and later by its workers.
    pub fn start(ctx: egui::Context, options: StartOptions) -> Self {
        let (sender, result) = sync_channel(1);
        let refuse = sender.clone();
        let thread = thread::Builder::new().name("opening".into()).spawn(move || {
            let started = open(&ctx, &options);
            // Nobody waiting any more means the window is closed.
            let _ = sender.send(started);
            ctx.request_repaint();
        });
        if thread.is_err() {
            let _ = refuse.try_send(Err("the system gives no thread".to_owned()));
        }
        Self { result }
    }

    /// The outcome, once; `None` before.
    pub(super) fn result(&self) -> Option<Started> {
        self.result.try_recv().ok()
    }
}

fn open(ctx: &egui::Context, options: &StartOptions) -> Started {
    let wake = ctx.clone();
    let (app, note) =
        App::start(options, move || wake.request_repaint()).map_err(|error| plain_words::of(&error))?;
    let shown = ctx.clone();
    let door = Door::open(&options.paths.lock(), move || {
        shown.send_viewport_cmd(egui::ViewportCommand::Minimized(false));
        shown.send_viewport_cmd(egui::ViewportCommand::Focus);
        shown.request_repaint();
    });
    let door = door
        .inspect_err(|error| tracing::warn!(%error, "no second start will be heard"))
        .ok();
    Ok(Opened { app, note, door })
}

/// The window of a program that cannot start, where there is nothing else to show.
#[derive(Debug)]
pub struct Refusal {
    why: String,
}

impl Refusal {
    /// Says why, in one sentence with what to do.
    pub fn new(ctx: &egui::Context, why: String) -> Self {
        ctx.set_fonts(fonts::definitions());
        let usual = Settings::default();
        theme::apply(ctx, usual.appearance, usual.less_motion);
        Self { why }
    }
}

impl eframe::App for Refusal {
    fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
        refused_ui(ui, &self.why);
    }
}

/// The first frames.
pub(super) fn opening_ui(ui: &mut egui::Ui) {
    let theme = Theme::of(ui);
    centered(ui, |ui| {
        word_mark(ui, 56.0, theme.is_dark);
        ui.add_space(16.0);
        label(ui, "Opening your library…", text::body(), theme.text3);
    });
}

/// Why the program cannot run.
pub(super) fn refused_ui(ui: &mut egui::Ui, why: &str) {
    let theme = Theme::of(ui);
    centered(ui, |ui| {
        word_mark(ui, 56.0, theme.is_dark);
        ui.add_space(24.0);
        label(ui, "Pika! cannot start", text::page(), theme.text);
        ui.add_space(4.0);
        let width = size::FORM.min(ui.available_width() - 48.0);
        ui.allocate_ui_with_layout(vec2(width, 0.0), Layout::top_down(Align::Center), |ui| {
            let why = format!("{}.", words::sentence(why.trim_end_matches('.')));
            label(ui, why, text::body(), theme.text2);
        });
        ui.add_space(16.0);
        if Button::new("Close").primary().show(ui).clicked() {
            ui.ctx().send_viewport_cmd(egui::ViewportCommand::Close);
        }
    });
}

fn centered(ui: &mut egui::Ui, content: impl FnOnce(&mut egui::Ui)) {
    central(ui, "centered", |ui| {
        ui.with_layout(Layout::top_down(Align::Center), |ui| {
            ui.add_space(ui.available_height() * 0.34);
            content(ui);
        });
    });
}
