//! Buttons: one primary (spark) a screen, the default with a border, quiet, ghost, danger.

use eframe::egui::{
    Color32, FontId, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, Widget, WidgetInfo, pos2, vec2,
};

use super::frame::focus_ring;
use crate::ui::{
    icons::Icon,
    theme::{Theme, radius, size, text},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Default,
    Primary,
    Quiet,
    Ghost,
    Danger,
    DangerFilled,
    Heart,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Size {
    Small,
    Normal,
    Large,
}

/// A button with a word, and an icon before or after it.
#[must_use = "add it to a ui"]
pub struct Button<'a> {
    label: &'a str,
    name: Option<&'a str>,
    icon: Option<Icon>,
    icon_after: Option<Icon>,
    look: Look,
    size: Size,
    enabled: bool,
    min_width: f32,
}

impl<'a> Button<'a> {
    /// With a border.
    pub fn new(label: &'a str) -> Self {
        Self {
            label,
            name: None,
            icon: None,
            icon_after: None,
            look: Look::Default,
            size: Size::Normal,
            enabled: true,
            min_width: 0.0,
        }
    }

    /// The one main action of a screen.
    pub fn primary(mut self) -> Self {
        self.look = Look::Primary;
        self
    }

    /// Filled, without a border.
    pub fn quiet(mut self) -> Self {
        self.look = Look::Quiet;
        self
    }

    /// Words only.
    pub fn ghost(mut self) -> Self {
        self.look = Look::Ghost;
        self
    }

    /// Leads to something that deletes or ends.
    pub fn danger(mut self) -> Self {
        self.look = Look::Danger;
        self
    }

    /// Deletes or ends now.
    pub fn danger_filled(mut self) -> Self {
        self.look = Look::DangerFilled;
        self
    }

    /// Reaches the dancers.
    pub fn heart(mut self) -> Self {
        self.look = Look::Heart;
        self
    }

    /// 30 points high.
    pub fn small(mut self) -> Self {
        self.size = Size::Small;
        self
    }

    /// 48 points high.
    pub fn large(mut self) -> Self {
        self.size = Size::Large;
        self
    }

    /// An icon before the word.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// An icon after the word.
    pub fn icon_after(mut self, icon: Icon) -> Self {
        self.icon_after = Some(icon);
        self
    }

    /// Whether it can be pressed.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Not narrower than this.
    pub fn min_width(mut self, width: f32) -> Self {
        self.min_width = width;
        self
    }

    /// The accessible name, where the word alone does not say enough.
    pub fn name(mut self, name: &'a str) -> Self {
        self.name = Some(name);
        self
    }

    /// Adds it.
    pub fn show(self, ui: &mut Ui) -> Response {
        ui.add(self)
    }

    /// Fill, border, text.
    fn colors(&self, theme: &Theme, response: &Response) -> (Color32, Color32, Color32) {
        let none = Color32::TRANSPARENT;
        let (mut fill, mut border, text) = match self.look {
            Look::Default => (none, theme.line_strong, theme.text),
            Look::Primary => (theme.spark, theme.spark, theme.on_spark),
            Look::Quiet => (theme.bg3, theme.bg3, theme.text),
            Look::Ghost => (none, none, theme.text2),
            Look::Danger => (none, theme.err, theme.err),
            Look::DangerFilled => (theme.err, theme.err, theme.bg0),
            Look::Heart => (theme.heart, theme.heart, theme.on_heart),
        };
        if response.hovered() || response.is_pointer_button_down_on() {
            let strength = if response.is_pointer_button_down_on() {
                0.16
            } else {
                0.08
            };
            let toward = if fill == none { theme.text } else { theme.bg0 };
            fill = if fill == none {
                toward.gamma_multiply(strength)
            } else {
                fill.lerp_to_gamma(toward, strength)
            };
            if matches!(
                self.look,
                Look::Primary | Look::Quiet | Look::Heart | Look::DangerFilled
            ) {
                border = fill;
            }
        }
        (fill, border, text)
    }
}

impl Size {
    /// Height, padding at the sides, font, corner, side of an icon.
    fn measures(self) -> (f32, f32, FontId, u8, f32) {
        match self {
            Self::Small => (size::CONTROL_SMALL, 10.0, text::small(), radius::CONTROL, 15.0),
            Self::Normal => (size::CONTROL, 14.0, text::strong(), radius::CONTROL, 17.0),
            Self::Large => (
                size::CONTROL_LARGE,
                22.0,
                text::choice(),
                radius::CONTROL_LARGE,
                19.0,
            ),
        }
    }
}

impl Widget for Button<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        let theme = Theme::of(ui);
        let (height, padding, font_id, corner, icon_size) = self.size.measures();
        let padding = if self.look == Look::Ghost {
            padding * 0.6
        } else {
            padding
        };
        let gap = 8.0;
        let galley = ui
            .painter()
            .layout_no_wrap(self.label.to_owned(), font_id, Color32::PLACEHOLDER);
        let icons = f32::from(u8::from(self.icon.is_some())) + f32::from(u8::from(self.icon_after.is_some()));
        let inner = galley.size().x + icons * (icon_size + gap);
        let width = (inner + 2.0 * padding).max(self.min_width);
        let sense = if self.enabled {
            Sense::click()
        } else {
            Sense::hover()
        };
        let (rect, response) = ui.allocate_exact_size(vec2(width, height), sense);
        let name = self.name.unwrap_or(self.label);
        let enabled = self.enabled && ui.is_enabled();
        let corner = f32::from(corner);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
        if ui.is_rect_visible(rect) {
            let (mut fill, mut border, mut ink) = self.colors(theme, &response);
            if !self.enabled {
                (fill, border) = (fill.gamma_multiply(0.4), border.gamma_multiply(0.4));
                if !matches!(self.look, Look::Primary | Look::Heart) {
                    ink = ink.gamma_multiply(0.55);
                }
            }
            let painter = ui.painter();
            painter.rect(rect, corner, fill, Stroke::new(1.0, border), StrokeKind::Inside);
            let mut x = rect.center().x - inner / 2.0;
            let middle = rect.center().y;
            if let Some(icon) = self.icon {
                icon.paint(painter, pos2(x + icon_size / 2.0, middle), icon_size, ink);
                x += icon_size + gap;
            }
            let text_width = galley.size().x;
            painter.galley(pos2(x, middle - galley.size().y / 2.0), galley, ink);
            x += text_width + gap;
            if let Some(icon) = self.icon_after {
                icon.paint(painter, pos2(x + icon_size / 2.0, middle), icon_size, ink);
            }
        }
        focus_ring(ui, &response, corner);
        response
    }
}

/// A square quiet button of an icon; `name` is its tooltip and accessible name. `side` in points.
pub fn icon_button(ui: &mut Ui, icon: Icon, name: &str, side: f32) -> Response {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(side), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    let corner = f32::from(radius::CONTROL);
    if ui.is_rect_visible(rect) {
        let mut fill = theme.bg3;
        if response.hovered() {
            fill = fill.lerp_to_gamma(theme.text, 0.1);
        }
        let ink = if enabled { theme.text } else { theme.text3 };
        ui.painter().rect_filled(rect, corner, fill);
        icon.paint(ui.painter(), rect.center(), side * 0.48, ink);
    }
    focus_ring(ui, &response, corner);
    response.on_hover_text(name)
}

/// Words in the accent colour that can be pressed.
pub fn link_button(ui: &mut Ui, label: &str) -> Response {
    link_button_in(ui, label, Theme::of(ui).spark_text)
}

/// The same in another colour.
pub fn link_button_in(ui: &mut Ui, label: &str, ink: Color32) -> Response {
    let galley = ui.painter().layout_no_wrap(label.to_owned(), text::strong(), ink);
    let (rect, response) = ui.allocate_exact_size(galley.size(), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, label));
    if ui.is_rect_visible(rect) {
        ui.painter().galley(rect.min, galley, ink);
        if response.hovered() {
            ui.painter()
                .hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, ink));
        }
    }
    focus_ring(ui, &response, 4.0);
    response
}
