//! Text in a role's font and colour, and text that must fit.

use std::sync::Arc;

use eframe::egui::{self, FontId, Painter, Response, Ui};

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
