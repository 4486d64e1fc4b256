//! The largest button there is: it begins the night, or goes on with it.

use eframe::egui::{Rect, Role, Sense, Ui, WidgetInfo, pos2};

use crate::ui::{
    icons::Icon,
    theme::{Theme, radius, text},
    widgets::focus_ring,
};

/// Words and icon in lime.
pub(super) struct LargeButton<'a> {
    pub(super) name: &'a str,
    pub(super) icon: Icon,
    pub(super) enabled: bool,
}

impl LargeButton<'_> {
    /// Draws it into `rect`; returns whether it was pressed.
    pub(super) fn show(self, ui: &Ui, rect: Rect) -> bool {
        let theme = Theme::of(ui);
        let sense = if self.enabled {
            Sense::click()
        } else {
            Sense::hover()
        };
        let response = ui.interact(rect, ui.scope_id().with(self.name), sense);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, self.enabled, self.name));
        let mut fill = theme.spark;
        if !self.enabled {
            fill = fill.gamma_multiply(0.4);
        } else if response.hovered() {
            fill = fill.lerp_to_gamma(theme.bg0, 0.08);
        }
        let painter = ui.painter();
        painter.rect_filled(rect, f32::from(radius::PANEL), fill);
        let galley = painter.layout_no_wrap(self.name.to_owned(), text::go_live(), theme.on_spark);
        let left = rect.center().x - (galley.size().x + 38.0) / 2.0;
        let middle = rect.center().y;
        self.icon
            .paint_filled(painter, pos2(left + 14.0, middle), 28.0, theme.on_spark);
        let at = pos2(left + 38.0, middle - galley.size().y / 2.0);
        painter.galley(at, galley, theme.on_spark);
        focus_ring(ui, &response, f32::from(radius::PANEL));
        response.clicked()
    }
}
