//! The nights, newest first.

use eframe::egui::{Align2, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};
use pika_engine::{app::AppState, library::Night};

use super::{data::NightRow, state::HistoryScreen};
use crate::ui::{
    icons::{self, Icon},
    theme::{Theme, radius, text},
    widgets::{elided, focus_ring, label},
};

/// Height of one night.
const ROW: f32 = 88.0;
/// From the list's edges to a night, and from a night to the next one.
const SIDE: f32 = 14.0;
const GAP: f32 = 4.0;
/// Width of the chosen night's bright edge.
const EDGE: f32 = 3.0;
/// From a night's sides to its words.
const INSET: f32 = 12.0;
/// From a night's top to its name, to the words under it, to the middle of its figures.
const NAME: f32 = 12.0;
const UNDER: f32 = 32.0;
const FIGURES: f32 = 64.0;
/// From the words' edge to the middle of the first icon, from a number to that of the next one, from an icon's
/// middle to its number.
const FIRST_ICON: f32 = 6.0;
const NEXT_ICON: f32 = 20.0;
const ICON_TO_NUMBER: f32 = 11.0;

pub(super) fn show(ui: &mut Ui, app: &AppState, screen: &mut HistoryScreen) {
    let theme = Theme::of(ui);
    ui.add_space(16.0);
    ui.horizontal(|ui| {
        ui.add_space(20.0);
        label(ui, "History", text::page(), theme.text);
    });
    ui.add_space(8.0);
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical()
        .id_salt("history-list")
        .auto_shrink(false)
        .show_rows(ui, ROW, app.nights.len(), |ui, rows| {
            for at in rows {
                let Some(night) = app.nights.get(at) else { continue };
                night_ui(ui, app, screen, night);
            }
        });
}

fn night_ui(ui: &mut Ui, app: &AppState, screen: &mut HistoryScreen, night: &Night) {
    let is_on_air = app.live.is_on_air() && app.nights.first() == Some(night);
    let row = NightRow::of(night, app.now_ms, is_on_air);
    let chosen = screen.chosen == Some(night.session_id);
    let (whole, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let rect = Rect::from_min_max(whole.min + vec2(SIDE, 0.0), whole.max - vec2(SIDE, GAP));
    let id = ui.scope_id().with(("night", night.session_id));
    let response = ui.interact(rect, id, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, chosen, &row.spoken));
    let response = response.on_hover_text(row.tip.as_str());
    let corner = f32::from(radius::CONTROL_LARGE);
    ground_ui(ui, rect, chosen, response.hovered());
    words_ui(ui, rect, &night.name, &row);
    focus_ring(ui, &response, corner);
    if response.clicked() {
        screen.chosen = Some(night.session_id);
        screen.is_open = true;
    }
}

/// The chosen night has a ground with a bright edge, the one under the pointer a quiet one.
fn ground_ui(ui: &Ui, rect: Rect, chosen: bool, hovered: bool) {
    let theme = Theme::of(ui);
    let corner = f32::from(radius::CONTROL_LARGE);
    if chosen {
        ui.painter().rect_filled(rect, corner, theme.bg3);
        let edge = rect.with_max_x(rect.left() + EDGE);
        ui.painter()
            .with_clip_rect(edge.intersect(ui.clip_rect()))
            .rect_filled(rect, corner, theme.spark);
    } else if hovered {
        ui.painter().rect_filled(rect, corner, theme.bg2);
    }
}

/// Name, what stands under it, and the figures with their icons.
fn words_ui(ui: &Ui, rect: Rect, name: &str, row: &NightRow) {
    let theme = Theme::of(ui);
    let painter = ui.painter();
    let left = rect.left() + INSET;
    let width = rect.width() - 2.0 * INSET;
    let name = elided(painter, name, text::strong(), theme.text, width);
    painter.galley(pos2(left, rect.top() + NAME), name, theme.text);
    let under = elided(painter, &row.under, text::body(), theme.text2, width);
    painter.galley(pos2(left, rect.top() + UNDER), under, theme.text2);
    let y = rect.top() + FIGURES;
    let figure = |x: f32, icon: Icon, number: &str| {
        icon.paint_filled(painter, pos2(x, y), 13.0, theme.text3);
        let at = pos2(x + ICON_TO_NUMBER, y);
        painter
            .text(at, Align2::LEFT_CENTER, number, text::body(), theme.text3)
            .right()
    };
    let mut right = figure(left + FIRST_ICON, icons::HEART, &row.likes);
    if let Some(dancers) = &row.dancers {
        right = figure(right + NEXT_ICON, icons::USERS, dancers);
    }
    figure(right + NEXT_ICON, icons::MUSIC_NOTE, &row.tracks);
}
