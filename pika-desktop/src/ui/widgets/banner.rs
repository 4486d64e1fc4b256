//! Failure is a banner, not a wall: an icon, what happened, what it means, one button.

use eframe::egui::{Align, CornerRadius, Frame, Layout, Margin, Role, Ui};

use super::{button::Button, text::label};
use crate::ui::{
    icons::Icon,
    theme::{Theme, radius, text},
};

/// How much a banner matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Good news.
    Good,
    /// Something to know.
    Info,
    /// The program goes on; look.
    Look,
    /// Needs the DJ.
    Blocked,
}

impl Tone {
    fn color(self, theme: &Theme) -> eframe::egui::Color32 {
        match self {
            Self::Good => theme.ok,
            Self::Info => theme.info,
            Self::Look => theme.warn,
            Self::Blocked => theme.err,
        }
    }
}

/// A banner across what is free.
#[derive(Debug, Clone, Copy)]
pub struct Banner<'a> {
    /// How much it matters.
    pub tone: Tone,
    /// Its icon.
    pub icon: Icon,
    /// What happened.
    pub title: &'a str,
    /// What it means and what to do.
    pub text: &'a str,
    /// A button.
    pub action: Option<&'a str>,
}

impl Banner<'_> {
    /// Adds it; returns whether its button was pressed.
    pub fn show(self, ui: &mut Ui) -> bool {
        let theme = Theme::of(ui);
        let mut pressed = false;
        let shown = Frame::new()
            .fill(theme.bg2)
            .corner_radius(CornerRadius::same(radius::CONTROL_LARGE))
            .inner_margin(Margin::symmetric(14, 10))
            .show(ui, |ui| {
                ui.set_min_width(ui.available_width());
                ui.horizontal_top(|ui| {
                    ui.spacing_mut().item_spacing.x = 12.0;
                    self.icon.show_filled(ui, 22.0, self.tone.color(theme));
                    let button = self.action.map_or(0.0, |action| {
                        ui.painter()
                            .layout_no_wrap(action.to_owned(), text::small(), theme.text)
                            .size()
                            .x
                            + 34.0
                    });
                    ui.allocate_ui_with_layout(
                        eframe::egui::vec2((ui.available_width() - button).max(80.0), 0.0),
                        Layout::top_down(Align::Min),
                        |ui| {
                            ui.set_min_width((ui.available_width()).max(80.0));
                            ui.spacing_mut().item_spacing.y = 2.0;
                            label(ui, self.title, text::strong(), theme.text);
                            if !self.text.is_empty() {
                                label(ui, self.text, text::body(), theme.text2);
                            }
                        },
                    );
                    if let Some(action) = self.action {
                        pressed = Button::new(action).small().show(ui).clicked();
                    }
                });
            });
        // A reader says it when it appears.
        ui.ctx().accesskit_node_builder(shown.response.id, |node| {
            node.set_role(if self.tone == Tone::Blocked {
                Role::Alert
            } else {
                Role::Status
            });
            node.set_label(format!("{}. {}", self.title, self.text));
        });
        pressed
    }
}
