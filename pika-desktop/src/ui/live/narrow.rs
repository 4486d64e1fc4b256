//! Live in one column: the song stays, the room and what goes well next scroll under it, and polls and announcements
//! come up from below.

use eframe::egui::{CornerRadius, Pos2, Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, Vec2, pos2, vec2};
use pika_engine::app::AppState;

use super::{
    announce,
    crowd::{self, line_ui},
    look::LiveLook,
    next, now, played, poll, poll_result, room,
    state::{LiveScreen, Tab},
    tabs, way_in,
};
use crate::ui::{
    icons,
    requests::Requests,
    theme::{self, Theme, radius, size, text},
    widgets::{Button, Caption, central, column_in, ground, icon_button, label, part, row_in},
    words,
};

/// Round everything, and between two parts.
const EDGE: f32 = 16.0;
const GAP: f32 = 12.0;
/// What scrolls under the song has at least this height.
const LEAST_COLUMN: f32 = 72.0;
/// Height that messages have, above the foot.
const LANE: f32 = 44.0;
/// The card with code and dancers, and the tile in it.
const ROOM: f32 = 78.0;
const TILE: f32 = 56.0;
/// Where the figures begin in that card, as a part of its width.
const FIGURES_AT: f32 = 0.46;

/// Draws the column; returns where the playing song is.
pub(super) fn show(
    ui: &mut Ui,
    app: &AppState,
    look: LiveLook,
    screen: &mut LiveScreen,
    out: &mut Requests,
) -> Rect {
    central(ui, "songs", |ui| {
        let whole = ui.max_rect();
        let area = whole.shrink2(vec2(EDGE, GAP));
        let card = area.with_max_y(area.top() + look.card().height);
        let is_low = look == LiveLook::Narrow { is_low: true };
        let sheet_top = if is_low { whole.top() } else { card.bottom() + GAP };
        // Under a banner there may be no room for both: then the song scrolls, too.
        let foot_height = if is_low {
            size::CONTROL
        } else {
            size::CONTROL_LARGE
        };
        let stays = if screen.sheet {
            !is_low
        } else {
            area.bottom() - foot_height - card.bottom() >= LEAST_COLUMN
        };
        if stays {
            now::show(&mut part(ui, "now", area), card, look.card(), app, screen, out);
        }
        if screen.sheet {
            let sheet = whole.with_min_y(sheet_top);
            sheet_ui(&mut part(ui, "sheet", sheet), app, screen, out);
            return card;
        }
        let foot = area.with_min_y(area.bottom() - foot_height);
        foot_ui(&mut part(ui, "foot", foot), app, screen);
        let top = if stays { card.bottom() + GAP } else { area.top() };
        let mut middle = Rect::from_min_max(pos2(area.left(), top), pos2(area.right(), foot.top() - GAP));
        if screen.yields_foot {
            // A message lies on nothing that is pressed.
            let lane = middle.with_min_y(middle.bottom() - LANE);
            middle.max.y = lane.top() - GAP / 2.0;
            screen.toast_lane = Some(lane);
        }
        let mut child = column_in(&mut part(ui, "column", middle), middle);
        let scrolled = ScrollArea::vertical()
            .id_salt("live-column")
            .auto_shrink(false)
            .min_scrolled_height(0.0)
            .show(&mut child, |ui| {
                ui.spacing_mut().item_spacing.y = GAP;
                let card = (!stays).then(|| {
                    let size = vec2(ui.available_width(), look.card().height);
                    let (card, _) = ui.allocate_exact_size(size, Sense::hover());
                    now::show(&mut part(ui, "now", card), card, look.card(), app, screen, out);
                    card.intersect(middle)
                });
                column_ui(ui, app, screen, out);
                card
            });
        scrolled.inner.unwrap_or(card)
    })
}

/// What scrolls.
fn column_ui(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    let width = ui.available_width();
    let (room, _) = ui.allocate_exact_size(vec2(width, ROOM), Sense::hover());
    room_ui(&mut part(ui, "room", room), app, screen);
    let row = size::ROW_LIVE_LOW;
    let height = next::height(app, row, screen);
    let (songs, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    next::show(&mut part(ui, "next", songs), songs, row, app, screen, out);
    let (foot, _) = ui.allocate_exact_size(vec2(width, 40.0), Sense::hover());
    played::show(&mut part(ui, "played", foot), foot, app, screen, out);
    line_ui(ui);
    label(ui, "For dancers", text::section(), Theme::of(ui).text);
    way_in::controls_ui(ui, app, screen, out);
    crowd::rest_ui(ui, app);
}

/// The way in and who is there, in one row.
fn room_ui(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen) {
    let theme = Theme::of(ui);
    let card = ui.max_rect();
    ground(ui, card, radius::PANEL);
    let tile = Rect::from_center_size(
        pos2(card.left() + 16.0 + TILE / 2.0, card.center().y),
        Vec2::splat(TILE),
    );
    let session = app.live.session.as_ref();
    let session = session.filter(|session| !session.address.is_empty());
    if session.is_some() {
        tile_ui(ui, tile, screen);
    } else {
        icons::QR_CODE.paint(ui.painter(), tile.center(), 36.0, theme.text3);
    }
    let middle = card.left() + card.width() * FIGURES_AT;
    let beside = Rect::from_min_max(
        pos2(tile.right() + 12.0, card.top()),
        pos2(middle.max(tile.right() + 120.0), card.bottom()),
    );
    if let Some(session) = session {
        let (path, code) = words::spoken(&session.address);
        let at = |down: f32| pos2(beside.left(), card.center().y + down);
        Caption::new(&path, text::small(), theme.text3)
            .within(beside.width())
            .left(ui, at(-17.0));
        let font = if code.len() > 4 { text::pin() } else { text::code() };
        let shown = Caption::new(&code, font, theme.spark_text)
            .within(beside.width())
            .left(ui, at(10.0));
        if let Some(pin) = &session.pin {
            pin_ui(ui, pos2(shown.right() + 18.0, at(10.0).y), beside.right(), pin);
        }
    } else {
        Caption::new("Getting an address…", text::body(), theme.text2)
            .within(beside.width())
            .left(ui, beside.left_center());
    }
    let line = beside.right() + 10.0;
    ui.painter()
        .vline(line, card.shrink(12.0).y_range(), (1.0, theme.line));
    let figures = Rect::from_min_max(
        pos2(line + 16.0, card.top() + 10.0),
        pos2(card.right() - 16.0, card.bottom() - 10.0),
    );
    crowd::row_ui(&mut column_in(ui, figures), app);
}

/// The PIN behind the code, whole or not at all: half of it would be read out.
fn pin_ui(ui: &Ui, lock: Pos2, right: f32, pin: &str) {
    let theme = Theme::of(ui);
    let font = text::value_live();
    let galley = ui.painter().layout_no_wrap(pin.to_owned(), font, theme.text);
    let place = Rect::from_min_size(pos2(lock.x + 12.0, lock.y - galley.size().y / 2.0), galley.size());
    if place.right() > right {
        return;
    }
    icons::LOCK_SIMPLE.paint_filled(ui.painter(), lock, 14.0, theme.text2);
    ui.painter().galley(place.min, galley, theme.text);
}

/// Too small to be scanned, so it is a button that shows the code across the window.
fn tile_ui(ui: &Ui, tile: Rect, screen: &mut LiveScreen) {
    let corner = f32::from(radius::CONTROL_LARGE);
    ui.painter().rect_filled(tile, corner, theme::QR.0);
    icons::QR_CODE.paint(ui.painter(), tile.center(), 36.0, theme::QR.1);
    way_in::opens_code(ui, tile, screen);
}

/// What can be asked and said, always at hand.
fn foot_ui(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen) {
    let area = ui.max_rect();
    let width = (area.width() - GAP) / 2.0;
    let mut row = row_in(ui, area);
    row.spacing_mut().item_spacing.x = GAP;
    let poll = (Tab::Poll, "Poll", icons::LIST_CHECKS, app.live.poll.is_some());
    let announcement = (
        Tab::Announce,
        "Announce",
        icons::MEGAPHONE_SIMPLE,
        app.live.announcement.is_some(),
    );
    for (tab, name, icon, runs) in [poll, announcement] {
        let word = if runs {
            format!("{name} · on")
        } else {
            name.to_owned()
        };
        let button = Button::new(&word).quiet().icon(icon);
        let is_low = area.height() < size::CONTROL_LARGE;
        let button = if is_low { button } else { button.large() };
        let reached = app.live.is_reached();
        let pressed = button.min_width(width).enabled(reached).show(&mut row);
        let pressed = pressed.on_disabled_hover_text(room::why_it_waits(app));
        if pressed.clicked() {
            (screen.tab, screen.sheet) = (tab, true);
        }
    }
}

/// What is being asked or said, from below.
fn sheet_ui(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    let theme = Theme::of(ui);
    let whole = ui.max_rect();
    let corner = radius::NOW_PLAYING;
    let top = CornerRadius {
        nw: corner,
        ne: corner,
        sw: 0,
        se: 0,
    };
    let border = Stroke::new(1.0, theme.line_strong);
    // Its other edges are those of the window.
    let paper = Rect::from_min_max(whole.min - vec2(1.0, 0.0), whole.max + vec2(1.0, 1.0));
    ui.painter()
        .rect(paper, top, theme.bg1, border, StrokeKind::Inside);
    let area = whole.shrink2(vec2(EDGE, GAP));
    let head = area.with_max_y(area.top() + 40.0);
    let close = Rect::from_min_max(pos2(head.right() - 40.0, head.top()), head.max);
    let name = "Back to the songs";
    if icon_button(&mut row_in(ui, close), icons::X, name, size::CONTROL).clicked() {
        screen.sheet = false;
    }
    let tabs_place = head.with_max_x(close.left() - GAP);
    tabs::show(&mut column_in(ui, tabs_place), app, screen);
    let foot = area.with_min_y(area.bottom() - size::CONTROL_LARGE);
    let body = area.with_min_y(head.bottom() + GAP).with_max_y(foot.top() - GAP);
    let mut child = column_in(ui, body);
    let polls = screen.tab == Tab::Poll;
    let runs = app.live.poll.is_some();
    let reached = app.live.is_reached();
    ScrollArea::vertical()
        .id_salt("live-sheet")
        .auto_shrink(false)
        .show(&mut child, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            if !reached {
                room::waits_ui(ui, app);
                return;
            }
            match (polls, runs) {
                (true, true) => poll_result::show(ui, app, out),
                (true, false) => poll::composer_ui(ui, app, screen, out),
                (false, _) => announce::composer_ui(ui, app, screen, out),
            }
        });
    if !reached {
        return;
    }
    let mut row = row_in(ui, foot);
    row.spacing_mut().item_spacing.x = GAP;
    match (polls, runs) {
        (true, true) => {}
        (true, false) => poll::send_ui(&mut row, app, screen, out),
        (false, _) => announce::send_ui(&mut row, app, screen, out),
    }
}
