//! Who is there and what they do: dancers, likes a minute, what they say of the tempo.

use eframe::egui::{Align2, Rect, Sense, Ui, pos2, vec2};
use pika_engine::{app::AppState, live::LivePlay};

use super::link;
use crate::ui::{
    icons,
    theme::{Theme, text},
    widgets::{label, name_at, say},
    words::{self, thousands},
};

/// A hairline across the column.
pub(super) fn line_ui(ui: &mut Ui) {
    let theme = Theme::of(ui);
    let y = ui.cursor().top();
    ui.painter().hline(ui.max_rect().x_range(), y, (1.0, theme.line));
    ui.add_space(1.0);
}

/// The playing song, when the floor has said something of its tempo.
fn voted(app: &AppState) -> Option<&LivePlay> {
    let playing = app.playing.as_ref()?.play_id;
    app.live
        .plays
        .iter()
        .find(|play| play.play_id == playing)
        .filter(|play| play.faster + play.perfect + play.slower > 0)
}

/// How high [`crowd_ui`] is while the relay is reached.
pub(super) fn crowd_height(app: &AppState) -> f32 {
    if voted(app).is_some() { 116.0 } else { 74.0 }
}

/// Dancers, likes a minute, and what they say of the tempo.
pub(super) fn crowd_ui(ui: &mut Ui, app: &AppState) {
    let theme = Theme::of(ui);
    let stale = link::is_stale(&app.live);
    let crowd = &app.live.crowd;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 74.0), Sense::hover());
    let fade = if stale { 0.55 } else { 1.0 };
    say(
        ui,
        rect.left_top() + vec2(0.0, 7.0),
        Align2::LEFT_CENTER,
        "Dancers",
        text::micro(),
        theme.text3.gamma_multiply(fade),
    );
    let number = say(
        ui,
        rect.left_top() + vec2(0.0, 36.0),
        Align2::LEFT_CENTER,
        &thousands(crowd.listeners as usize),
        text::stat(),
        theme.text.gamma_multiply(fade),
    );
    say(
        ui,
        rect.left_top() + vec2(0.0, 66.0),
        Align2::LEFT_CENTER,
        &format!("peak {}", crowd.peak),
        text::micro(),
        theme.text3.gamma_multiply(fade),
    );
    if crowd.thanks > 0 {
        let x = number.right() + 18.0;
        icons::HANDS_CLAPPING.paint_filled(ui.painter(), pos2(x, rect.top() + 37.0), 15.0, theme.heart);
        let shown = say(
            ui,
            pos2(x + 14.0, rect.top() + 37.0),
            Align2::LEFT_CENTER,
            &crowd.thanks.to_string(),
            text::strong(),
            theme.heart_text,
        );
        name_at(ui, shown.expand(2.0), &format!("{} thanked you", crowd.thanks));
    }
    let bars = Rect::from_min_max(
        rect.left_top() + vec2(134.0, 18.0),
        rect.right_bottom() - vec2(0.0, 6.0),
    );
    say(
        ui,
        rect.left_top() + vec2(134.0, 7.0),
        Align2::LEFT_CENTER,
        "Likes per minute",
        text::micro(),
        theme.text3.gamma_multiply(fade),
    );
    bars_ui(ui, bars, &crowd.likes_by_minute, fade);
    if stale {
        ui.add_space(10.0);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
        icons::CLOCK.paint(
            ui.painter(),
            rect.left_center() + vec2(8.0, 0.0),
            16.0,
            theme.text3,
        );
        say(
            ui,
            rect.left_center() + vec2(24.0, 0.0),
            Align2::LEFT_CENTER,
            &format!(
                "Last update from dancers at {}",
                words::clock(crowd.updated_at_ms, app.utc_offset_s)
            ),
            text::body(),
            theme.text3,
        );
        ui.add_space(10.0);
        line_ui(ui);
        return;
    }
    if let Some(play) = voted(app) {
        ui.add_space(8.0);
        tempo_ui(ui, play);
    }
    if crowd.listeners == 0 && crowd.peak == 0 && app.live.is_reached() {
        ui.add_space(8.0);
        let code = app
            .live
            .session
            .as_ref()
            .map_or("", |session| session.code.as_str());
        label(
            ui,
            format!("No dancers yet. Show the QR on a screen or read out the code {code}."),
            text::body(),
            theme.text2,
        );
    }
}

/// One bar a minute; the last three in full colour.
fn bars_ui(ui: &Ui, area: Rect, minutes: &[u32], fade: f32) {
    let theme = Theme::of(ui);
    let most = minutes.iter().copied().max().unwrap_or(0).max(4) as f32;
    let count = 20;
    let pitch = area.width().min(180.0) / count as f32;
    let skip = minutes.len().saturating_sub(count);
    let shown = &minutes[skip..];
    let offset = count - shown.len();
    for at in 0..count {
        let likes = at
            .checked_sub(offset)
            .and_then(|at| shown.get(at))
            .copied()
            .unwrap_or(0);
        let height = (area.height() * likes as f32 / most).max(2.0);
        let left = area.left() + at as f32 * pitch;
        let rect = Rect::from_min_max(
            pos2(left, area.bottom() - height),
            pos2(left + pitch * 0.68, area.bottom()),
        );
        let color = match (likes, at + 3 >= count) {
            (0, _) => theme.bg3,
            (_, true) => theme.heart,
            (_, false) => theme.heart_quiet,
        };
        ui.painter().rect_filled(rect, 2.0, color.gamma_multiply(fade));
    }
    let all: u32 = shown.iter().sum();
    name_at(ui, area, &format!("{} in the last 20 minutes", words::likes(all)));
}

/// Slower, just right, faster: a bar in three parts with its numbers.
fn tempo_ui(ui: &mut Ui, play: &LivePlay) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 34.0), Sense::hover());
    let parts = [
        ("Slower", play.slower),
        ("Just right", play.perfect),
        ("Faster", play.faster),
    ];
    let most = parts.iter().map(|(_, votes)| *votes).max().unwrap_or(0);
    let all: u32 = parts.iter().map(|(_, votes)| votes).sum();
    let bar = rect
        .with_min_y(rect.bottom() - 9.0)
        .with_max_y(rect.bottom() - 1.0);
    let gap = 3.0;
    let mut x = bar.left();
    for (at, (name, votes)) in parts.into_iter().enumerate() {
        let words = format!("{name} {votes}");
        let leads = votes == most;
        let ink = if leads { theme.text } else { theme.text3 };
        let weight = if leads { text::strong() } else { text::body() };
        let (anchor, place) = match at {
            0 => (Align2::LEFT_CENTER, rect.left_top() + vec2(0.0, 10.0)),
            1 => (Align2::CENTER_CENTER, rect.center_top() + vec2(0.0, 10.0)),
            _ => (Align2::RIGHT_CENTER, rect.right_top() + vec2(0.0, 10.0)),
        };
        say(ui, place, anchor, &words, weight, ink);
        let share = votes as f32 / all.max(1) as f32;
        let width = (bar.width() - 2.0 * gap) * share;
        if width > 0.5 {
            let part = Rect::from_min_max(pos2(x, bar.top()), pos2(x + width, bar.bottom()));
            let color = if leads { theme.heart } else { theme.heart_quiet };
            ui.painter().rect_filled(part, 4.0, color);
        }
        x += width + gap;
    }
}
