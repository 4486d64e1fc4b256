//! Poll or announcement: which of the two is being written.

use eframe::egui::{Align2, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use pika_engine::app::AppState;

use super::state::{LiveScreen, Tab};
use crate::ui::{
    icons::{self, Icon},
    shortcuts::{Action, key_names},
    theme::{Theme, radius, text},
    widgets::focus_ring,
};

/// One of the two.
struct TabEntry {
    tab: Tab,
    name: &'static str,
    icon: Icon,
    action: Action,
}

const ENTRIES: [TabEntry; 2] = [
    TabEntry {
        tab: Tab::Poll,
        name: "Poll",
        icon: icons::LIST_CHECKS,
        action: Action::NewPoll,
    },
    TabEntry {
        tab: Tab::Announce,
        name: "Announce",
        icon: icons::MEGAPHONE_SIMPLE,
        action: Action::NewAnnouncement,
    },
];

/// Corner of a tab: the ground's corner without the gap round it.
const CORNER: f32 = 10.0;

/// Which composer.
pub(super) fn show(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 40.0), Sense::hover());
    ui.painter()
        .rect_filled(rect, f32::from(radius::CONTROL_LARGE), theme.bg0);
    let half = vec2(rect.width() / 2.0 - 4.0, rect.height() - 6.0);
    for (at, entry) in ENTRIES.iter().enumerate() {
        let place = Rect::from_min_size(rect.min + vec2(3.0 + at as f32 * (half.x + 2.0), 3.0), half);
        let runs = match entry.tab {
            Tab::Poll => app.live.poll.is_some(),
            Tab::Announce => app.live.announcement.is_some(),
        };
        if entry_ui(ui, place, entry, screen.tab == entry.tab, runs) {
            screen.tab = entry.tab;
        }
    }
}

/// Icon, name, and its key or that it runs; returns whether it was pressed.
fn entry_ui(ui: &Ui, place: Rect, entry: &TabEntry, chosen: bool, runs: bool) -> bool {
    let theme = Theme::of(ui);
    let response = ui.interact(place, ui.scope_id().with(("tab", entry.name)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, chosen, entry.name));
    let painter = ui.painter();
    if chosen {
        painter.rect_filled(place, CORNER, theme.bg3);
    } else if response.hovered() {
        painter.rect_filled(place, CORNER, theme.bg2);
    }
    let ink = if chosen { theme.text } else { theme.text2 };
    let galley = painter.layout_no_wrap(entry.name.to_owned(), text::strong(), ink);
    let middle = place.center().y;
    let total = 24.0 + galley.size().x + 30.0;
    let left = place.center().x - total / 2.0;
    entry.icon.paint(painter, pos2(left + 8.0, middle), 16.0, ink);
    let left = left + 24.0;
    let after = left + galley.size().x + 8.0;
    painter.galley(pos2(left, middle - galley.size().y / 2.0), galley, ink);
    if runs {
        painter.circle_filled(pos2(after + 7.0, middle), 4.5, theme.heart);
    } else {
        let cap = Rect::from_min_size(pos2(after, middle - 10.0), vec2(20.0, 20.0));
        let corner = f32::from(radius::KBD);
        let border = Stroke::new(1.0, theme.line);
        painter.rect(cap, corner, theme.bg2, border, StrokeKind::Inside);
        painter.text(
            cap.center(),
            Align2::CENTER_CENTER,
            key_names(ui.ctx(), entry.action),
            text::key(),
            theme.text2,
        );
    }
    focus_ring(ui, &response, CORNER);
    response.clicked()
}
