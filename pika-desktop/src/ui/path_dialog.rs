//! Where the system has no dialog for folders and files: their path is typed here.

use eframe::egui::{Align, Context, Layout};

use super::{
    requests::Requests,
    theme::{Theme, text},
    widgets::{Button, Over, TextField, dialog, entered, label},
};
use crate::dialogs::{self, ChooseFor};

/// A path being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathDialog {
    purpose: ChooseFor,
    text: String,
    /// Why the last one would not do.
    problem: Option<String>,
    /// It is to be typed again.
    again: bool,
}

impl PathDialog {
    /// An empty one for this purpose.
    pub(super) fn new(purpose: ChooseFor) -> Self {
        Self {
            purpose,
            text: String::new(),
            problem: None,
            again: false,
        }
    }

    /// What was typed would not do.
    pub(super) fn refused(&mut self, why: &str) {
        self.problem = Some(why.to_owned());
        self.again = true;
    }
}

/// Draws it over everything, while there is one.
pub(super) fn show(ctx: &Context, open: &mut Option<PathDialog>, out: &mut Requests) {
    let Some(typing) = open else { return };
    let theme = Theme::of_ctx(ctx);
    let ((cancel, go), close) = dialog(ctx, Over::Path, dialogs::title(typing.purpose), 480.0, |ui| {
        label(
            ui,
            "This desktop has no dialog for files, so its path is typed here. ~ is your home folder.",
            text::body(),
            theme.text2,
        );
        ui.add_space(12.0);
        let response = TextField::new(&mut typing.text, "Path")
            .hint(dialogs::example(typing.purpose))
            .wrong(typing.problem.is_some())
            .max_chars(4096)
            .opened()
            .show(ui);
        if response.changed() {
            typing.problem = None;
        }
        let entered = entered(ui, &response);
        if std::mem::take(&mut typing.again) {
            response.request_focus();
        }
        if let Some(problem) = &typing.problem {
            ui.add_space(6.0);
            label(ui, problem, text::body(), theme.err);
        }
        ui.add_space(18.0);
        ui.horizontal(|ui| {
            let cancel = Button::new("Cancel").show(ui).clicked();
            let go = ui
                .with_layout(Layout::right_to_left(Align::Center), |ui| {
                    let ready = !typing.text.trim().is_empty();
                    Button::new("Use it").primary().enabled(ready).show(ui).clicked() && ready
                })
                .inner;
            (cancel, go || entered)
        })
        .inner
    });
    if go && !typing.text.trim().is_empty() {
        out.choose_typed(typing.purpose, typing.text.clone());
    }
    if cancel || close {
        *open = None;
    }
}
