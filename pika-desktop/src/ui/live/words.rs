//! Times, addresses and painted words of Live.

use eframe::egui::{Align2, Color32, FontId, Pos2, Rect, Role, Sense, Ui, WidgetInfo};

use crate::ui::{
    icons::{self, Icon},
    shell::duration,
    theme::Theme,
};
use pika_engine::live::{LinkKind, LiveQuestion, LiveState};

/// The time of day, `22:41`.
pub(in crate::ui) fn clock(at_ms: i64, utc_offset_s: i32) -> String {
    let minutes = (at_ms.div_euclid(1000) + i64::from(utc_offset_s)).div_euclid(60);
    let (hour, minute) = (minutes.div_euclid(60).rem_euclid(24), minutes.rem_euclid(60));
    format!("{hour:02}:{minute:02}")
}

/// Time since a moment as `0:38` or `1:12:40`; never negative.
pub(super) fn since(now_ms: i64, from_ms: i64) -> String {
    duration((now_ms - from_ms).max(0) as f64 / 1000.0)
}

/// "1 dancer", "64 dancers".
pub(super) fn dancers(count: u32) -> String {
    if count == 1 {
        "1 dancer".to_owned()
    } else {
        format!("{} dancers", crate::ui::shell::thousands(count as usize))
    }
}

/// Which computer has a session that is live elsewhere.
pub(super) fn place(device_name: &str) -> String {
    if device_name.is_empty() {
        "Another computer".to_owned()
    } else {
        format!("“{device_name}”")
    }
}

/// The beginning of a text, with `…` where it goes on after `most` characters.
pub(super) fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// An address as people read it out: without scheme, split before the code.
pub(in crate::ui) fn spoken(address: &str) -> (String, String) {
    let bare = address.split_once("://").map_or(address, |(_, rest)| rest);
    match bare.rsplit_once('/') {
        Some((path, code)) => (format!("{path}/"), code.to_owned()),
        None => (bare.to_owned(), String::new()),
    }
}

/// "1 like", "12 likes".
pub(in crate::ui) fn likes(count: u32) -> String {
    format!("{count} {}", if count == 1 { "like" } else { "likes" })
}

/// The public recap of a session, from its address.
pub(in crate::ui) fn recap_address(address: &str) -> String {
    match address.rsplit_once("/live/") {
        Some((origin, code)) => format!("{origin}/recap/{code}"),
        None => String::new(),
    }
}

/// The connection as icon, colour and word.
pub(super) fn link(live: &LiveState, theme: &Theme, now_ms: i64) -> (Icon, Color32, String) {
    let since = || since(now_ms, live.link.since_ms);
    match live.link.kind {
        LinkKind::Connected if live.link.slow_way => {
            (icons::CLOUD_CHECK, theme.warn, "Slower way".to_owned())
        }
        LinkKind::Connected => (icons::CLOUD_CHECK, theme.ok, "Connected".to_owned()),
        LinkKind::Slow => (icons::CLOUD_WARNING, theme.warn, "Slow".to_owned()),
        LinkKind::Connecting => (icons::CLOUD, theme.warn, "Connecting".to_owned()),
        LinkKind::Reconnecting => (icons::CLOUD_WARNING, theme.warn, "Reconnecting".to_owned()),
        LinkKind::Offline => (icons::CLOUD_SLASH, theme.warn, format!("Offline {}", since())),
        LinkKind::Refused if matches!(live.question, Some(LiveQuestion::TakeOver { .. })) => {
            (icons::USERS, theme.warn, "On another computer".to_owned())
        }
        LinkKind::Refused => (icons::CLOUD_SLASH, theme.err, "Refused".to_owned()),
        LinkKind::Idle => (icons::CLOUD, theme.text3, "Not connected".to_owned()),
    }
}

/// Whether what dancers do is not known at the moment.
pub(super) fn is_stale(live: &LiveState) -> bool {
    matches!(live.link.kind, LinkKind::Offline | LinkKind::Refused)
}

/// Paints words with `anchor` at `at`; a reader finds them. Returns where they are.
pub(in crate::ui) fn say(
    ui: &Ui,
    at: Pos2,
    anchor: Align2,
    text: &str,
    font: FontId,
    color: Color32,
) -> Rect {
    say_within(ui, at, anchor, text, font, color, f32::INFINITY)
}

/// As [`say`], in one line no wider than `width`, ending in `…` where it would be.
pub(in crate::ui) fn say_within(
    ui: &Ui,
    at: Pos2,
    anchor: Align2,
    text: &str,
    font: FontId,
    color: Color32,
    width: f32,
) -> Rect {
    let galley = crate::ui::widgets::elided(ui.painter(), text, font, color, width);
    let rect = anchor.anchor_size(at, galley.size());
    name(ui, rect, text);
    if ui.is_rect_visible(rect) {
        ui.painter().galley(rect.min, galley, color);
    }
    rect
}

/// Lets a reader find `text` at `rect`.
pub(super) fn name(ui: &Ui, rect: Rect, text: &str) {
    let id = ui
        .scope_id()
        .with((text, rect.min.x.to_bits(), rect.min.y.to_bits()));
    let response = ui.interact(rect, id, Sense::empty());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_addresses_are_written_as_people_say_them() {
        // 2026-11-20 21:41:05 UTC, an hour ahead.
        assert_eq!(clock(1_795_210_865_000, 3600), "22:41");
        assert_eq!(clock(-60_000, 0), "23:59");
        assert_eq!(since(98_000, 60_000), "0:38");
        assert_eq!(since(0, 60_000), "0:00");
        assert_eq!(
            spoken("https://pika.stream/live/K7QF"),
            ("pika.stream/live/".to_owned(), "K7QF".to_owned())
        );
        assert_eq!(spoken(""), (String::new(), String::new()));
        assert_eq!(
            recap_address("http://192.168.1.20:3001/live/K7QF"),
            "http://192.168.1.20:3001/recap/K7QF"
        );
        assert_eq!(recap_address("nonsense"), "");
    }
}
