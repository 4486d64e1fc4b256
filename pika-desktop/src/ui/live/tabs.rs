//! Poll or announcement: which of the two is being written.

use eframe::egui::{Align2, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use pika_engine::app::AppState;

use super::state::{LiveScreen, Tab};
use crate::ui::{
    fonts::Weight,
    icons,
    shortcuts::{Action, key_names},
    theme::{Theme, font, radius, text},
    widgets::focus_ring,
};

/// Which composer.
pub(super) fn show(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 40.0), Sense::hover());
    ui.painter()
        .rect_filled(rect, f32::from(radius::CONTROL_LARGE), theme.bg0);
    let half = vec2(rect.width() / 2.0 - 4.0, rect.height() - 6.0);
    let tabs = [
        (Tab::Poll, "Poll", icons::LIST_CHECKS, Action::NewPoll),
        (
            Tab::Announce,
            "Announce",
            icons::MEGAPHONE_SIMPLE,
            Action::NewAnnouncement,
        ),
    ];
    for (at, (tab, name, icon, action)) in tabs.into_iter().enumerate() {
        let place = Rect::from_min_size(rect.min + vec2(3.0 + at as f32 * (half.x + 2.0), 3.0), half);
        let response = ui.interact(place, ui.scope_id().with(("tab", name)), Sense::click());
        let chosen = screen.tab == tab;
        let runs = match tab {
            Tab::Poll => app.live.poll.is_some(),
            Tab::Announce => app.live.announcement.is_some(),
        };
        response.widget_info(|| WidgetInfo::selected(Role::Tab, true, chosen, name));
        if chosen {
            ui.painter().rect_filled(place, 10.0, theme.bg3);
        } else if response.hovered() {
            ui.painter().rect_filled(place, 10.0, theme.bg2);
        }
        let ink = if chosen { theme.text } else { theme.text2 };
        let galley = ui.painter().layout_no_wrap(name.to_owned(), text::strong(), ink);
        let key = key_names(ui.ctx(), action);
        let total = 24.0 + galley.size().x + 30.0;
        let mut x = place.center().x - total / 2.0;
        icon.paint(ui.painter(), pos2(x + 8.0, place.center().y), 16.0, ink);
        x += 24.0;
        let width = galley.size().x;
        ui.painter()
            .galley(pos2(x, place.center().y - galley.size().y / 2.0), galley, ink);
        x += width + 8.0;
        if runs {
            ui.painter()
                .circle_filled(pos2(x + 7.0, place.center().y), 4.5, theme.heart);
        } else {
            let cap = Rect::from_min_size(pos2(x, place.center().y - 10.0), vec2(20.0, 20.0));
            ui.painter().rect(
                cap,
                5.0,
                theme.bg2,
                Stroke::new(1.0, theme.line),
                StrokeKind::Inside,
            );
            ui.painter().text(
                cap.center(),
                Align2::CENTER_CENTER,
                key,
                font(11.0, Weight::SemiBold),
                theme.text2,
            );
        }
        focus_ring(ui, &response, 10.0);
        if response.clicked() {
            screen.tab = tab;
        }
    }
}
