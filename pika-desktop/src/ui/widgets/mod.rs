//! Small pieces that every screen uses. Each has an accessible name.

mod banner;
mod bar;
mod button;
mod check;
mod chip;
mod cover;
mod dialog;
mod empty;
mod head;
mod key_pill;
mod logo;
mod part;
mod slider;
mod text_field;
mod toast;

pub use banner::{Banner, Tone};
pub use bar::{feature_bar, meter};
pub use button::{Button, icon_button, link_button};
pub use check::{checkbox, toggle};
pub use chip::{Chip, kbd};
pub use cover::{CoverCache, CoverTraits, cover_image};
pub use dialog::dialog;
pub(crate) use empty::paint_dashed;
pub use empty::{Empty, EmptyAction};
pub use head::head;
pub use key_pill::{PillSize, key_pill, paint_key_pill};
pub use logo::{paint_mark, word_mark};
pub use part::{central, part, section};
pub use slider::slider;
pub use text_field::TextField;
pub use toast::{Toast, ToastAction, Toasts};

use eframe::egui::{
    self, CornerRadius, FontId, Frame, InnerResponse, Margin, Painter, Response, Stroke, StrokeKind, Ui,
};
use std::sync::Arc;

use super::theme::{Theme, radius};

/// The ring round what has the keyboard: 2 points, 2 away.
pub fn focus_ring(ui: &Ui, response: &Response, corner: f32) {
    // Only for who uses the keyboard: a click needs no ring.
    if response.has_focus() {
        let theme = Theme::of(ui);
        ui.painter().rect_stroke(
            response.rect.expand(2.0),
            corner + 2.0,
            Stroke::new(2.0, theme.spark_text),
            StrokeKind::Outside,
        );
    }
}

/// A card: raised ground, hairline, round corners.
pub fn card<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
    let theme = Theme::of(ui);
    Frame::new()
        .fill(theme.bg1)
        .stroke(Stroke::new(1.0, theme.line))
        .corner_radius(CornerRadius::same(radius::PANEL))
        .inner_margin(Margin::same(16))
        .show(ui, content)
}

/// Text in one line that ends in `…` where it is wider than `width`.
pub fn elided(
    painter: &Painter,
    text: &str,
    font: FontId,
    color: egui::Color32,
    width: f32,
) -> Arc<egui::Galley> {
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), font, color);
    job.wrap.max_width = width.max(0.0);
    job.wrap.max_rows = 1;
    job.wrap.break_anywhere = true;
    painter.layout_job(job)
}

/// A label in a role's font and colour.
pub fn label(ui: &mut Ui, text: impl Into<String>, font: FontId, color: egui::Color32) -> Response {
    ui.label(egui::RichText::new(text).font(font).color(color))
}
