//! Toasts: what was done, for four seconds, bottom left.

use std::{collections::VecDeque, time::Duration};

use eframe::egui::{Align2, Area, Context, CornerRadius, Frame, Id, Margin, Order, Role, vec2};

use super::{button::link_button, text::label};
use crate::ui::{
    icons::{self, Icon},
    theme::{Theme, motion, radius, size, text},
};

/// Toasts at once; older ones go.
const MAX_TOASTS: usize = 3;

/// What a toast's button does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToastAction {
    /// Takes the last correction back.
    Undo,
    /// Shows what went wrong.
    ShowFailed,
}

impl ToastAction {
    fn label(self) -> &'static str {
        match self {
            Self::Undo => "Undo",
            Self::ShowFailed => "Show",
        }
    }
}

/// One short message.
#[derive(Debug, Clone, PartialEq)]
pub struct Toast {
    /// Its icon.
    pub icon: Icon,
    /// Whether it tells of something that did not work.
    pub is_trouble: bool,
    /// What was done.
    pub text: String,
    /// A button.
    pub action: Option<ToastAction>,
}

impl Toast {
    /// Something was done.
    pub fn done(text: impl Into<String>) -> Self {
        Self {
            icon: icons::CHECK_CIRCLE,
            is_trouble: false,
            text: text.into(),
            action: None,
        }
    }

    /// Something did not work.
    pub fn trouble(text: impl Into<String>) -> Self {
        Self {
            icon: icons::WARNING_CIRCLE,
            is_trouble: true,
            text: text.into(),
            action: None,
        }
    }

    /// With a button.
    pub fn action(mut self, action: ToastAction) -> Self {
        self.action = Some(action);
        self
    }
}

/// The toasts on screen.
#[derive(Debug, Default)]
pub struct Toasts {
    /// With the time each goes, in the window's seconds; unset until it is first drawn.
    shown: VecDeque<(Toast, Option<f64>)>,
}

impl Toasts {
    /// Shows one more.
    pub fn push(&mut self, toast: Toast) {
        // The same again only starts its time anew.
        self.shown.retain(|(other, _)| *other != toast);
        if self.shown.len() == MAX_TOASTS {
            self.shown.pop_front();
        }
        self.shown.push_back((toast, None));
    }

    /// The texts on screen, oldest first.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.shown.iter().map(|(toast, _)| toast.text.as_str())
    }

    /// Draws them and returns the action that was pressed. Trouble stays twice as long.
    pub fn show(&mut self, ctx: &Context) -> Option<ToastAction> {
        let now = ctx.time();
        for (toast, until) in &mut self.shown {
            let seconds = motion::TOAST.as_secs_f64() * if toast.is_trouble { 2.0 } else { 1.0 };
            until.get_or_insert(now + seconds);
        }
        self.shown
            .retain(|(_, until)| until.is_none_or(|until| until > now));
        let next = self
            .shown
            .iter()
            .filter_map(|(_, until)| *until)
            .reduce(f64::min)?;
        if let Ok(left) = Duration::try_from_secs_f64((next - now).max(0.0)) {
            ctx.request_repaint_after(left);
        }
        let theme = Theme::of_ctx(ctx);
        let mut pressed = None;
        Area::new(Id::unique("toasts"))
            .order(Order::Foreground)
            .anchor(Align2::LEFT_BOTTOM, vec2(size::RAIL + 16.0, -60.0))
            .show(ctx, |ui| {
                for (toast, _) in &self.shown {
                    let shown = Frame::new()
                        .fill(theme.bg3)
                        .corner_radius(CornerRadius::same(radius::CONTROL_LARGE))
                        .inner_margin(Margin::symmetric(18, 12))
                        .show(ui, |ui| {
                            ui.set_max_width(520.0);
                            ui.horizontal(|ui| {
                                ui.spacing_mut().item_spacing.x = 12.0;
                                let color = if toast.is_trouble { theme.err } else { theme.ok };
                                ui.label(toast.icon.rich_filled(18.0).color(color));
                                label(ui, &toast.text, text::strong(), theme.text);
                                if let Some(action) = toast.action {
                                    ui.add_space(12.0);
                                    if link_button(ui, action.label()).clicked() {
                                        pressed = Some(action);
                                    }
                                }
                            });
                        });
                    ctx.accesskit_node_builder(shown.response.id, |node| {
                        node.set_role(Role::Status);
                        node.set_label(toast.text.clone());
                    });
                }
            });
        if let Some(action) = pressed {
            self.shown.retain(|(toast, _)| toast.action != Some(action));
        }
        pressed
    }
}
