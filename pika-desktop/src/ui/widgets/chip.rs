//! Chips of a filter row, and keys of the keyboard as they are written in the window.

use eframe::egui::{Color32, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::frame::focus_ring;
use crate::ui::{
    icons,
    theme::{Theme, radius, size, text},
};

/// A filter. A set one shows its value and can be cleared.
#[must_use = "show it"]
pub struct Chip<'a> {
    label: &'a str,
    on: bool,
    count: Option<usize>,
    clearable: bool,
}

/// What was done with a chip.
pub struct ChipResponse {
    /// The chip.
    pub response: Response,
    /// Its × was pressed.
    pub cleared: bool,
}

impl<'a> Chip<'a> {
    /// A chip at rest.
    pub fn new(label: &'a str) -> Self {
        Self {
            label,
            on: false,
            count: None,
            clearable: false,
        }
    }

    /// Whether it is set.
    pub fn on(mut self, on: bool) -> Self {
        self.on = on;
        self
    }

    /// How many it would show, in the colour of what needs a look.
    pub fn count(mut self, count: usize) -> Self {
        self.count = Some(count);
        self
    }

    /// With an × of its own.
    pub fn clearable(mut self, clearable: bool) -> Self {
        self.clearable = clearable;
        self
    }

    /// Adds it.
    pub fn show(self, ui: &mut Ui) -> ChipResponse {
        let theme = Theme::of(ui);
        let ink = if self.on { theme.text } else { theme.text2 };
        let galley = ui
            .painter()
            .layout_no_wrap(self.label.to_owned(), text::small(), ink);
        let count = self.count.map(|count| {
            ui.painter()
                .layout_no_wrap(count.to_string(), text::small(), theme.warn)
        });
        let count_width = count.as_ref().map_or(0.0, |count| count.size().x + 6.0);
        let clear_width = if self.clearable { 20.0 } else { 0.0 };
        let width = galley.size().x + count_width + clear_width + 24.0;
        let (rect, response) = ui.allocate_exact_size(vec2(width, size::CONTROL_SMALL), Sense::click());
        let (label, on, enabled) = (self.label, self.on, ui.is_enabled());
        response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, on, label));
        let mut cleared = false;
        let fill = match (self.on, response.hovered()) {
            (true, false) => theme.bg3,
            (true, true) => theme.bg3.lerp_to_gamma(theme.text, 0.08),
            (false, true) => theme.bg2,
            (false, false) => Color32::TRANSPARENT,
        };
        let border = if self.on { theme.text2 } else { theme.line };
        let painter = ui.painter();
        painter.rect(rect, 15.0, fill, Stroke::new(1.0, border), StrokeKind::Inside);
        let mut x = rect.left() + 12.0;
        let text_width = galley.size().x;
        painter.galley(pos2(x, rect.center().y - galley.size().y / 2.0), galley, ink);
        x += text_width + 6.0;
        if let Some(count) = count {
            painter.galley(pos2(x, rect.center().y - count.size().y / 2.0), count, theme.warn);
        }
        focus_ring(ui, &response, 15.0);
        if self.clearable {
            let clear = rect.with_min_x(rect.right() - 26.0);
            let name = format!("Clear {}", self.label);
            let inner = ui.interact(clear, response.id.with("clear"), Sense::click());
            inner.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, &name));
            let ink = if inner.hovered() { theme.text } else { theme.text2 };
            icons::X.paint(
                ui.painter(),
                pos2(rect.right() - 16.0, rect.center().y),
                12.0,
                ink,
            );
            focus_ring(ui, &inner, 13.0);
            cleared = inner.clicked();
        }
        ChipResponse { response, cleared }
    }
}

/// A key of the keyboard as a small cap.
pub fn kbd(ui: &mut Ui, key: &str) -> Response {
    let theme = Theme::of(ui);
    let galley = ui
        .painter()
        .layout_no_wrap(key.to_owned(), text::key(), theme.text2);
    let width = (galley.size().x + 12.0).max(20.0);
    let (rect, response) = ui.allocate_exact_size(vec2(width, 20.0), Sense::hover());
    if ui.is_rect_visible(rect) {
        ui.painter().rect(
            rect,
            f32::from(radius::KBD),
            theme.bg2,
            Stroke::new(1.0, theme.line),
            StrokeKind::Inside,
        );
        let at = rect.center() - galley.size() / 2.0;
        ui.painter().galley(at, galley, theme.text2);
    }
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, key));
    response
}
