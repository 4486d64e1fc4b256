//! The rail on the left: the places that work, and the connection at its foot.

use eframe::egui::{Color32, Frame, Panel, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use pika_engine::{app::AppState, live::LinkKind};

use super::{
    icons,
    screen::Screen,
    theme::{Theme, is_narrow, rail_width, text},
    widgets::{focus_ring, paint_mark},
};

/// Draws the rail; a press changes the screen.
pub(super) fn show(ui: &mut Ui, app: &AppState, chosen: &mut Screen) {
    let theme = Theme::of(ui);
    let narrow = is_narrow(ui.ctx());
    Panel::left("rail")
        .exact_size(rail_width(ui.ctx()))
        .resizable(false)
        .show_separator_line(false)
        .frame(Frame::new().fill(theme.bg1))
        .show(ui, |ui| {
            let area = ui.max_rect();
            ui.painter()
                .vline(area.right() - 0.5, area.y_range(), (1.0, theme.line));
            ui.spacing_mut().item_spacing = vec2(0.0, 4.0);
            let mark = paint_mark(
                ui.painter(),
                pos2(area.center().x - 16.0, area.top() + 16.0),
                40.0,
                theme.is_dark,
            );
            ui.add_space(mark.bottom() - area.top() + 18.0);
            for screen in Screen::ALL {
                ui.horizontal(|ui| {
                    ui.add_space(if narrow { 6.0 } else { 8.0 });
                    if place_ui(ui, *screen, *chosen == *screen, is_on_air(app, *screen), narrow) {
                        *chosen = *screen;
                    }
                });
            }
            connection_ui(ui, app, narrow);
        });
}

fn is_on_air(app: &AppState, screen: Screen) -> bool {
    screen == Screen::Live && app.live.is_on_air()
}

/// One place; returns whether it was pressed.
fn place_ui(ui: &mut Ui, screen: Screen, chosen: bool, on_air: bool, narrow: bool) -> bool {
    let theme = Theme::of(ui);
    let size = if narrow {
        vec2(48.0, 52.0)
    } else {
        vec2(68.0, 60.0)
    };
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let name = screen.name();
    response.widget_info(|| {
        let label = if on_air {
            format!("{name}, on air")
        } else {
            name.to_owned()
        };
        WidgetInfo::selected(Role::Tab, true, chosen, label)
    });
    let fill = if chosen {
        theme.bg3
    } else if response.hovered() {
        theme.bg2
    } else {
        Color32::TRANSPARENT
    };
    let painter = ui.painter();
    painter.rect_filled(rect, 12.0, fill);
    let down = if narrow { rect.height() / 2.0 } else { 20.0 };
    let at = pos2(rect.center().x, rect.top() + down);
    if chosen {
        screen.icon().paint_filled(painter, at, 22.0, theme.spark_text);
    } else {
        screen.icon().paint(painter, at, 22.0, theme.text2);
    }
    if on_air {
        let dot = at + vec2(14.0, -9.0);
        painter.circle_filled(dot, 7.0, fill.lerp_to_gamma(theme.bg1, 0.0));
        painter.circle_filled(dot, 4.5, theme.heart);
    }
    if !narrow {
        let ink = if chosen { theme.text } else { theme.text2 };
        let galley = painter.layout_no_wrap(name.to_owned(), text::micro(), ink);
        let left = rect.center().x - galley.size().x / 2.0;
        painter.galley(pos2(left, rect.top() + 35.0), galley, ink);
    }
    focus_ring(ui, &response, 12.0);
    let clicked = response.clicked();
    if narrow {
        response.on_hover_text(name);
    }
    clicked
}

/// The connection, at all times: icon and word.
fn connection_ui(ui: &mut Ui, app: &AppState, narrow: bool) {
    let theme = Theme::of(ui);
    let (icon, color, word) = match app.live.link.kind {
        LinkKind::Connected => (icons::CLOUD_CHECK, theme.ok, "Connected"),
        LinkKind::Slow => (icons::CLOUD_WARNING, theme.warn, "Slow"),
        LinkKind::Connecting => (icons::CLOUD_WARNING, theme.warn, "Connecting"),
        LinkKind::Reconnecting => (icons::CLOUD_WARNING, theme.warn, "Reconnecting"),
        LinkKind::Offline => (icons::CLOUD_WARNING, theme.warn, "Offline"),
        LinkKind::Refused => (icons::CLOUD_WARNING, theme.err, "Refused"),
        LinkKind::Idle => (icons::CLOUD, theme.text3, "Not live"),
    };
    let area = ui.max_rect();
    let rect = eframe::egui::Rect::from_min_max(pos2(area.left(), area.bottom() - 50.0), area.right_bottom());
    let response = ui.allocate_rect(rect, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Status, true, word));
    let down = if narrow { 26.0 } else { 11.0 };
    let at = pos2(rect.center().x, rect.top() + down);
    icon.paint_filled(ui.painter(), at, 20.0, color);
    if narrow {
        response.on_hover_text(word);
        return;
    }
    let galley = ui
        .painter()
        .layout_no_wrap(word.to_owned(), text::key(), theme.text2);
    ui.painter().galley(
        pos2(rect.center().x - galley.size().x / 2.0, rect.top() + 24.0),
        galley,
        theme.text2,
    );
}
