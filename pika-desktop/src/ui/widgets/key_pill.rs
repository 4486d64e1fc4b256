//! The key as a pill in its colour, Camelot by default.

use eframe::egui::{Painter, Pos2, Rect, Response, Role, Sense, Ui, WidgetInfo, vec2};
use pika_analysis::MusicalKey;

use crate::ui::theme::{KEY_TEXT, key_color, radius, text};

/// How large a key pill is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PillSize {
    /// In lists.
    Small,
    /// In the detail panel.
    Medium,
    /// On Live.
    Large,
}

impl PillSize {
    /// Width, height, size of text, corner.
    fn measures(self) -> (f32, f32, f32, f32) {
        match self {
            Self::Small => (38.0, 22.0, 13.0, f32::from(radius::KEY)),
            Self::Medium => (50.0, 30.0, 17.0, 8.0),
            Self::Large => (76.0, 44.0, 30.0, 10.0),
        }
    }
}

/// Adds a key pill; its accessible name is the Camelot text and the key's name.
pub fn key_pill(ui: &mut Ui, key: MusicalKey, size: PillSize) -> Response {
    let (width, height, ..) = size.measures();
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    response.widget_info(|| {
        WidgetInfo::labeled(
            Role::Label,
            true,
            format!("{} {}", key.camelot(), key.short_name()),
        )
    });
    if ui.is_rect_visible(rect) {
        paint_key_pill(ui.painter(), rect.center(), key, size);
    }
    response
}

/// Draws a key pill, its middle at `center`.
pub fn paint_key_pill(painter: &Painter, center: Pos2, key: MusicalKey, size: PillSize) {
    let (width, height, points, corner) = size.measures();
    let rect = Rect::from_center_size(center, vec2(width, height));
    painter.rect_filled(rect, corner, key_color(key));
    let galley = painter.layout_no_wrap(key.camelot(), text::mark_of(points), KEY_TEXT);
    painter.galley(rect.center() - galley.size() / 2.0, galley, KEY_TEXT);
}
