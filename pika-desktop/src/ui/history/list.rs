//! The nights, newest first.

use eframe::egui::{Align2, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};
use pika_engine::{app::AppState, library::Night};

use super::{days, state::HistoryScreen};
use crate::ui::{
    icons,
    theme::{Theme, radius, text},
    widgets::{elided, focus_ring, label},
    words::{self, thousands},
};

/// Height of one night.
const ROW: f32 = 88.0;

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
    let theme = Theme::of(ui);
    let (whole, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let rect = Rect::from_min_max(whole.min + vec2(14.0, 0.0), whole.max - vec2(14.0, 4.0));
    let response = ui.interact(
        rect,
        ui.scope_id().with(("night", night.session_id)),
        Sense::click(),
    );
    let chosen = screen.chosen == Some(night.session_id);
    let day = days::short(night.started_at_ms, app.now_ms, night.utc_offset_s);
    response
        .widget_info(|| WidgetInfo::selected(Role::ListItem, true, chosen, format!("{}, {day}", night.name)));
    let tip = match night.peak {
        0 => format!(
            "{} likes, {}",
            thousands(night.likes as usize),
            words::tracks(night.plays as usize)
        ),
        peak => format!(
            "{} likes, {} dancers at the peak, {}",
            thousands(night.likes as usize),
            thousands(peak as usize),
            words::tracks(night.plays as usize)
        ),
    };
    let response = response.on_hover_text(tip);
    let corner = f32::from(radius::CONTROL_LARGE);
    if chosen {
        ui.painter().rect_filled(rect, corner, theme.bg3);
        let edge = rect.with_max_x(rect.left() + 3.0);
        ui.painter()
            .with_clip_rect(edge.intersect(ui.clip_rect()))
            .rect_filled(rect, corner, theme.spark);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, corner, theme.bg2);
    }
    let left = rect.left() + 12.0;
    let width = rect.width() - 24.0;
    let painter = ui.painter();
    let name = elided(painter, &night.name, text::strong(), theme.text, width);
    painter.galley(pos2(left, rect.top() + 12.0), name, theme.text);
    let mut under = day;
    match night.ended_at_ms {
        Some(end) => under.push_str(&format!(" · {}", days::length(end - night.started_at_ms))),
        None if app.live.is_on_air() && app.nights.first() == Some(night) => under.push_str(" · on air"),
        None => {}
    }
    if night.place == "local" {
        under.push_str(" · this laptop");
    }
    let under = elided(painter, &under, text::body(), theme.text2, width);
    painter.galley(pos2(left, rect.top() + 32.0), under, theme.text2);
    let y = rect.top() + 64.0;
    icons::HEART.paint_filled(painter, pos2(left + 6.0, y), 13.0, theme.text3);
    let likes = painter.text(
        pos2(left + 17.0, y),
        Align2::LEFT_CENTER,
        thousands(night.likes as usize),
        text::body(),
        theme.text3,
    );
    let figure = |left: f32, icon: icons::Icon, number: u32| {
        icon.paint_filled(painter, pos2(left + 20.0, y), 13.0, theme.text3);
        let words = thousands(number as usize);
        painter
            .text(
                pos2(left + 31.0, y),
                Align2::LEFT_CENTER,
                words,
                text::body(),
                theme.text3,
            )
            .right()
    };
    let mut right = likes.right();
    if night.peak > 0 {
        right = figure(right, icons::USERS, night.peak);
    }
    figure(right, icons::MUSIC_NOTE, night.plays);
    focus_ring(ui, &response, corner);
    if response.clicked() {
        screen.chosen = Some(night.session_id);
    }
}
