//! Before the library is open, and where it cannot be opened.

use std::{
    sync::mpsc::{Receiver, sync_channel},
    thread,
};

use eframe::egui::{self, Align, Layout};
use pika_engine::{
    app::{App, StartOptions},
    library::OpenNote,
    plain_words,
};

use super::{
    theme::{Theme, text},
    widgets::{Button, central, label, word_mark},
    words,
};

type Started = Result<(App, Option<OpenNote>), String>;

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
            let wake = ctx.clone();
            let started =
                App::start(&options, move || wake.request_repaint()).map_err(|error| plain_words::of(&error));
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
        label(
            ui,
            format!("{}.", words::sentence(why)),
            text::body(),
            theme.text2,
        );
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
