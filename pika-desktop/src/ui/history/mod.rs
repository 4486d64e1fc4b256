//! History: the nights of before, each with what was played and how the floor answered.

mod chart;
mod chart_data;
mod data;
mod days;
mod head;
mod list;
mod panel;
mod polls;
#[cfg(test)]
mod sample;
mod songs;
mod state;

pub use state::HistoryScreen;

use eframe::egui::{Align, Frame, Layout, Margin, Panel, Rect, ScrollArea, Sense, Ui, UiBuilder, Vec2, vec2};
use pika_engine::{
    app::{AppState, Command},
    library::{LibraryCommand, NightDetail},
    live::OwedSession,
};
use pika_protocol::SessionId;

use crate::ui::{
    icons, owed,
    requests::Requests,
    screen::Screen,
    theme::Theme,
    widgets::{Button, Empty, EmptyAction, central},
};

/// With less room the list and a night stand in each other's place.
const BESIDE_LIST: f32 = 800.0;
/// Width of the list of nights.
const LIST: f32 = 268.0;
/// Free room round a night, and between its parts.
const INSET: Vec2 = vec2(24.0, 18.0);
const NARROW_INSET: Vec2 = vec2(16.0, 12.0);
const PART_GAP: f32 = 16.0;
/// A night that runs is read again so often at most, in seconds.
const FOLLOWS_S: f64 = 2.0;
/// Songs and polls are at least this high.
const LEAST_LISTS: f32 = 260.0;
/// Songs and polls need this much room to stand beside each other; the songs take this share of it then.
const TWO_COLUMNS: f32 = 760.0;
const SONGS: f32 = 0.6;

/// Draws the screen.
pub(super) fn show(ui: &mut Ui, app: &AppState, screen: &mut HistoryScreen, out: &mut Requests) {
    if !screen.is_asked {
        screen.is_asked = true;
        out.push(Command::Library(LibraryCommand::ListNights));
    }
    out.extend(screen.to_write.take());
    follow_ui(ui, app, screen, out);
    if app.nights.is_empty() {
        empty_ui(ui, out);
        return;
    }
    let is_there = |id: SessionId| app.nights.iter().any(|night| night.session_id == id);
    if !screen.chosen.is_some_and(is_there) {
        screen.chosen = app.nights.first().map(|night| night.session_id);
    }
    if let Some(chosen) = screen.chosen.filter(|_| screen.shown != screen.chosen) {
        screen.shown = Some(chosen);
        out.push(Command::Library(LibraryCommand::ShowNight(chosen)));
    }
    let is_single = ui.available_width() < BESIDE_LIST;
    if is_single && !screen.is_open {
        central(ui, "nights", |ui| list::show(ui, app, screen));
        return;
    }
    if !is_single {
        list_ui(ui, app, screen);
    }
    central(ui, "night", |ui| {
        if is_single && back_ui(ui) {
            screen.is_open = false;
        }
        let night = app
            .night
            .as_ref()
            .filter(|night| Some(night.night.session_id) == screen.chosen);
        if let Some(night) = night {
            night_ui(ui, app, screen, night, out);
        }
    });
}

/// The way back to the list, where the night has its place; returns whether it was pressed.
fn back_ui(ui: &mut Ui) -> bool {
    let frame = Frame::new().inner_margin(Margin {
        left: 16,
        top: 12,
        ..Margin::ZERO
    });
    let button = Button::new("All nights").ghost().icon(icons::ARROW_LEFT);
    frame.show(ui, |ui| button.show(ui).clicked()).inner
}

fn list_ui(ui: &mut Ui, app: &AppState, screen: &mut HistoryScreen) {
    let theme = Theme::of(ui);
    Panel::left("history-nights")
        .exact_size(LIST)
        .resizable(false)
        .show_separator_line(false)
        .frame(Frame::new().fill(theme.bg0))
        .show(ui, |ui| {
            let area = ui.max_rect();
            ui.painter()
                .vline(area.right() - 0.5, area.y_range(), (1.0, theme.line));
            list::show(ui, app, screen);
        });
}

/// The night that runs is read again when it has become more, with every other night's figures.
fn follow_ui(ui: &Ui, app: &AppState, screen: &mut HistoryScreen, out: &mut Requests) {
    if !app.live.is_on_air() {
        return;
    }
    let now = (app.live.plays.len(), app.live.likes(), app.live.crowd.peak);
    if screen.told == Some(now) {
        return;
    }
    let waits = screen.told_at + FOLLOWS_S - ui.ctx().time();
    if screen.told.is_some() && waits > 0.0 {
        ui.ctx().request_repaint_after_secs(waits as f32);
        return;
    }
    (screen.told, screen.told_at) = (Some(now), ui.ctx().time());
    // What is looked at is read again with the list.
    out.push(Command::Library(LibraryCommand::ListNights));
}

fn empty_ui(ui: &mut Ui, out: &mut Requests) {
    ui.add_space(ui.available_height() * 0.34);
    let empty = Empty {
        icon: icons::CHART_LINE_UP,
        title: "No sessions yet",
        text: "After your first night the energy curve and the most loved tracks appear here.",
        action: Some("Go live"),
    };
    if empty.show(ui, 340.0) == EmptyAction::Pressed {
        out.go(Screen::Live);
    }
}

fn night_ui(
    ui: &mut Ui,
    app: &AppState,
    screen: &mut HistoryScreen,
    night: &NightDetail,
    out: &mut Requests,
) {
    let area = ui.available_rect_before_wrap();
    // Beside a narrow page little is free.
    let inset = if area.width() < BESIDE_LIST {
        NARROW_INSET
    } else {
        INSET
    };
    let area = area.shrink2(inset);
    let mut page = ui.new_child(
        UiBuilder::new()
            .max_rect(area)
            .layout(Layout::top_down(Align::Min)),
    );
    ScrollArea::vertical()
        .id_salt(("history-night", night.night.session_id))
        .auto_shrink(false)
        .show(&mut page, |ui| {
            ui.spacing_mut().item_spacing.y = PART_GAP;
            head::show(ui, screen, night, out);
            let is_of_it = |owed: &&OwedSession| owed.session_id == Some(night.night.session_id);
            for owed in app.live.owed.iter().filter(is_of_it) {
                owed::show(ui, owed, out);
            }
            head::figures_ui(ui, night);
            chart::show(ui, night);
            let left = (area.bottom() - ui.cursor().top()).max(LEAST_LISTS);
            let width = ui.available_width();
            let songs_width = if width > TWO_COLUMNS { width * SONGS } else { width };
            let (row, _) = ui.allocate_exact_size(vec2(width, left), Sense::hover());
            let songs = Rect::from_min_size(row.min, vec2(songs_width, left));
            songs::show(ui, songs, screen, night, out);
            if songs_width < width {
                let polls = row.with_min_x(songs.right() + PART_GAP);
                polls::show(ui, polls, night);
            } else {
                let (row, _) = ui.allocate_exact_size(vec2(width, LEAST_LISTS), Sense::hover());
                polls::show(ui, row, night);
            }
        });
}
