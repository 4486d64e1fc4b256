//! The connection as Live shows it.

use eframe::egui::Color32;
use pika_engine::live::{LinkKind, LiveQuestion, LiveState};

use crate::ui::{
    icons::{self, Icon},
    theme::Theme,
    words::since,
};

/// Which computer has a session that is live elsewhere.
pub(super) fn place(device_name: &str) -> String {
    if device_name.is_empty() {
        "Another computer".to_owned()
    } else {
        format!("“{device_name}”")
    }
}

/// The connection as icon, colour and word.
pub(super) fn shown(live: &LiveState, theme: &Theme, now_ms: i64) -> (Icon, Color32, String) {
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
