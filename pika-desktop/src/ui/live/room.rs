//! The right column on air: the way in for dancers, who is there, what can be asked and said.

use eframe::egui::{Rect, ScrollArea, Ui, pos2, vec2};
use pika_engine::{app::AppState, live::LivePhase};

use super::{
    announce,
    crowd::{crowd_height, crowd_ui, line_ui},
    poll, poll_result,
    state::{LiveScreen, Tab},
    tabs, way_in,
};
use crate::ui::{
    icons,
    requests::Requests,
    theme::{Theme, text},
    widgets::{column_in, label, row_in},
};

/// The foot of the column, in points.
const FOOT: f32 = 44.0;
/// A column that is lower shows the running poll without the dancers below, in points.
const LOW: f32 = 560.0;

/// Which parts the column has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Parts {
    /// The running poll stands first, and the way in gives its room.
    polling: bool,
    /// Something can be sent to the dancers.
    reached: bool,
    /// Dancers stand at the foot, since the poll has their place.
    crowd_below: bool,
}

impl Parts {
    /// Those of a column of this height, in points.
    fn of(app: &AppState, tab: Tab, height: f32) -> Self {
        let reached = app.live.is_reached();
        let polling = app.live.poll.is_some() && tab == Tab::Poll;
        Self {
            polling,
            reached,
            // In a low window what can be pressed comes first.
            crowd_below: polling && reached && height >= LOW,
        }
    }
}

pub(super) fn show(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    let area = ui.max_rect().shrink2(vec2(18.0, 16.0));
    let parts = Parts::of(app, screen.tab, area.height());
    // What is always at hand stands at the foot.
    let foot = if parts.reached { FOOT + 12.0 } else { 0.0 };
    let crowd = if parts.crowd_below {
        crowd_height(app) + 16.0
    } else {
        0.0
    };
    let body = area.with_max_y(area.bottom() - foot - crowd);
    let mut child = column_in(ui, body);
    ScrollArea::vertical()
        .id_salt("live-room-scroll")
        .auto_shrink(false)
        .show(&mut child, |ui| {
            ui.set_width(area.width());
            ui.spacing_mut().item_spacing.y = 0.0;
            if parts.polling && parts.reached {
                polling_ui(ui, app, screen, out);
            } else {
                body_ui(ui, app, screen, parts.reached, out);
            }
        });
    if parts.crowd_below {
        let rect = Rect::from_min_size(
            pos2(area.left(), body.bottom() + 4.0),
            vec2(area.width(), crowd - 4.0),
        );
        crowd_ui(&mut column_in(ui, rect), app);
    }
    if parts.reached {
        let rect = area.with_min_y(area.bottom() - FOOT);
        let mut child = row_in(ui, rect);
        child.spacing_mut().item_spacing.x = 10.0;
        match screen.tab {
            Tab::Poll if !parts.polling => poll::send_ui(&mut child, app, screen, out),
            _ => announce::send_ui(&mut child, app, screen, out),
        }
    }
}

/// While a poll runs.
fn polling_ui(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    tabs::show(ui, app, screen);
    ui.add_space(12.0);
    poll_result::show(ui, app, out);
    ui.add_space(14.0);
    line_ui(ui);
    ui.add_space(14.0);
    announce::composer_ui(ui, app, screen, out);
}

/// The way in, who is there, and what can be written.
fn body_ui(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen, reached: bool, out: &mut Requests) {
    way_in::show(ui, app, screen, out);
    ui.add_space(14.0);
    line_ui(ui);
    ui.add_space(12.0);
    crowd_ui(ui, app);
    if !reached {
        waits_ui(ui, app);
        return;
    }
    ui.add_space(12.0);
    tabs::show(ui, app, screen);
    ui.add_space(12.0);
    match screen.tab {
        Tab::Poll => poll::composer_ui(ui, app, screen, out),
        Tab::Announce => announce::composer_ui(ui, app, screen, out),
    }
}

/// While the relay is not reached.
pub(super) fn waits_ui(ui: &mut Ui, app: &AppState) {
    let theme = Theme::of(ui);
    ui.vertical_centered(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        ui.add_space((ui.clip_rect().bottom() - ui.cursor().top()).clamp(40.0, 240.0) * 0.4);
        icons::LIST_CHECKS.show(ui, 30.0, theme.text3);
        label(ui, "Polls and announcements wait", text::strong(), theme.text);
        label(ui, why_it_waits(app), text::body(), theme.text2);
    });
}

/// Why nothing can be asked or said now.
pub(super) fn why_it_waits(app: &AppState) -> &'static str {
    match app.live.phase {
        LivePhase::Starting => "They can be sent once dancers can come in.",
        LivePhase::Ending => "The session is being ended.",
        _ => "They come back with the connection. Votes already in are safe.",
    }
}
