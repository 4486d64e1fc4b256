//! What lies over the window while files hang above it.

use eframe::egui::{Id, LayerId, Order, Ui};

use crate::ui::theme;

/// Says that what hangs over the window may be dropped.
pub(in crate::ui) fn drop_hint_ui(ui: &Ui) {
    let painter = ui
        .ctx()
        .layer_painter(LayerId::new(Order::Foreground, Id::unique("drop")));
    let area = ui.ctx().content_rect();
    painter.rect_filled(area, 0.0, theme::SCRIM);
    let galley = painter.layout_no_wrap(
        "Drop to add this folder".to_owned(),
        theme::text::hero(),
        theme::ON_PLUM,
    );
    painter.galley(area.center() - galley.size() / 2.0, galley, theme::ON_PLUM);
}
