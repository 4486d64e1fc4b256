//! The head of Live: on air since when, under which name, how the relay and the DJ program are reached.

use eframe::egui::{Align, Color32, Layout, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use pika_engine::{app::AppState, live::LivePhase, nowplaying::SourceStatus};

use super::{banner, link, look::LiveLook, state::LiveScreen};
use crate::ui::{
    icons::{self, Icon},
    requests::Requests,
    theme::{Theme, text},
    widgets::{Button, Caption, head, label, name_at},
    words,
};

/// A name that would have less room is left out, in points.
const LEAST_NAME: f32 = 80.0;

/// Draws head and banner; returns what warns of them, which is never dim.
pub(super) fn show(
    ui: &mut Ui,
    app: &AppState,
    look: LiveLook,
    screen: &mut LiveScreen,
    out: &mut Requests,
) -> Vec<Rect> {
    let mut bright = Vec::new();
    let theme = Theme::of(ui);
    let narrow = look.is_narrow();
    head(ui, "live-top", 60.0, |ui| {
        let area = ui.max_rect();
        let session = app.live.session.as_ref();
        let word = match app.live.phase {
            LivePhase::Starting => "STARTING",
            LivePhase::Ending => "ENDING",
            _ => "LIVE",
        };
        let time = session
            .filter(|_| app.live.phase != LivePhase::Starting)
            .map(|session| words::since(app.now_ms, session.started_at_ms))
            .unwrap_or_default();
        let pill = live_pill(ui, area, word, &time);
        bright.push(pill);
        let right = ui
            .scope_builder(
                eframe::egui::UiBuilder::new()
                    .max_rect(area)
                    .layout(Layout::right_to_left(Align::Center)),
                |ui| {
                    ui.spacing_mut().item_spacing.x = 10.0;
                    let word = if narrow { "End" } else { "End session" };
                    if Button::new(word)
                        .name("End session")
                        .danger()
                        .icon(icons::STOP)
                        .show(ui)
                        .clicked()
                    {
                        screen.ask_end();
                    }
                    bright.push(source_pill(ui, app, narrow));
                    let (icon, color, word) = link::shown(&app.live, theme, app.now_ms);
                    let troubled = color == theme.warn || color == theme.err;
                    // What is wrong is said in words, however little room there is.
                    let words = !narrow || troubled;
                    bright.push(pill_ui(ui, icon, color, &word, troubled, words).rect);
                    let clock = words::clock(app.now_ms, app.utc_offset_s);
                    label(ui, clock, text::section(), theme.text);
                    ui.min_rect().left()
                },
            )
            .inner;
        let name = session.map_or("", |session| session.name.as_str());
        let room = right - pill.right() - 24.0;
        // A few letters of it would say nothing.
        if room >= LEAST_NAME {
            Caption::new(name, text::section(), theme.text)
                .within(room)
                .left(ui, pos2(pill.right() + 10.0, area.center().y));
        }
    });
    let above = ui.available_rect_before_wrap();
    banner::show(ui, app, screen, out);
    bright.push(above.with_max_y(ui.available_rect_before_wrap().top()));
    bright
}

/// "LIVE 1:12:40" in pink.
fn live_pill(ui: &Ui, area: Rect, word: &str, time: &str) -> Rect {
    let theme = Theme::of(ui);
    let time = ui
        .painter()
        .layout_no_wrap(time.to_owned(), text::time(), theme.on_heart);
    let word_galley = ui
        .painter()
        .layout_no_wrap(word.to_owned(), text::badge(), theme.on_heart);
    let gap = if time.size().x > 0.0 { 8.0 } else { 0.0 };
    let width = 40.0 + word_galley.size().x + gap + time.size().x + 16.0;
    let rect = Rect::from_min_size(pos2(area.left(), area.center().y - 17.0), vec2(width, 34.0));
    ui.painter().rect_filled(rect, 17.0, theme.heart);
    icons::BROADCAST.paint_filled(
        ui.painter(),
        pos2(rect.left() + 24.0, rect.center().y),
        20.0,
        theme.on_heart,
    );
    let x = rect.left() + 41.0;
    let middle = rect.center().y;
    let word_width = word_galley.size().x;
    ui.painter().galley(
        pos2(x, middle - word_galley.size().y / 2.0),
        word_galley,
        theme.on_heart,
    );
    ui.painter().galley(
        pos2(x + word_width + gap, middle - time.size().y / 2.0),
        time,
        theme.on_heart,
    );
    name_at(ui, rect, word);
    rect
}

/// Icon and word, or the icon alone with its word as a tip.
fn pill_ui(ui: &mut Ui, icon: Icon, color: Color32, word: &str, troubled: bool, words: bool) -> Response {
    let theme = Theme::of(ui);
    let ink = if troubled { color } else { theme.text2 };
    let galley = ui.painter().layout_no_wrap(word.to_owned(), text::strong(), ink);
    let width = if words { galley.size().x + 46.0 } else { 40.0 };
    let (rect, response) = ui.allocate_exact_size(vec2(width, 28.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Status, true, word));
    let fill = if troubled {
        color.gamma_multiply(0.2)
    } else {
        theme.bg2
    };
    ui.painter().rect_filled(rect, 14.0, fill);
    icon.paint_filled(
        ui.painter(),
        pos2(rect.left() + 20.0, rect.center().y),
        17.0,
        color,
    );
    if !words {
        return response.on_hover_text(word);
    }
    let at = pos2(rect.left() + 34.0, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, ink);
    response
}

/// Where songs come from; returns where it stands.
fn source_pill(ui: &mut Ui, app: &AppState, narrow: bool) -> Rect {
    let theme = Theme::of(ui);
    let mut statuses: Vec<&SourceStatus> = app.sources.values().collect();
    // One that is followed says more than one that is missing.
    statuses.sort_by_key(|status| !matches!(status, SourceStatus::Following { .. }));
    match statuses.first() {
        Some(SourceStatus::Following {
            source, path, advice, ..
        }) => {
            let response = pill_ui(ui, icons::MONITOR, theme.text2, source.name(), false, !narrow);
            let mut tip = format!("Songs come from {}", path.display());
            for advice in advice {
                tip.push('\n');
                tip.push_str(advice);
            }
            response.on_hover_text(tip)
        }
        Some(SourceStatus::Unreadable { source, reason, .. }) => {
            pill_ui(ui, icons::WARNING, theme.warn, source.name(), true, !narrow).on_hover_text(reason)
        }
        Some(SourceStatus::Missing { source, what }) => {
            let word = format!("{}?", source.name());
            pill_ui(ui, icons::WARNING, theme.warn, &word, true, !narrow).on_hover_text(what)
        }
        None => pill_ui(ui, icons::HAND_POINTING, theme.text2, "By hand", false, !narrow)
            .on_hover_text("Choose “Now playing” on any track."),
    }
    .rect
}
