//! Announcements: a text to all dancers, for some minutes.

use eframe::egui::{
    CornerRadius, Frame, Id, Margin, RichText, Sense, Stroke, StrokeKind, TextEdit, Ui, UiBuilder, vec2,
};
use pika_engine::{
    app::{AppState, Command},
    live::{LiveAnnouncement, LiveCommand},
};

use super::{
    announcement_draft::{AnnouncementDraft, MAX_CHARS, TEMPLATES},
    state::LiveScreen,
};
use crate::ui::{
    icons,
    requests::Requests,
    shortcuts::{Action, key_names},
    theme::{ANNOUNCE, Theme, radius, size, text},
    widgets::{Button, Caption, Chip, Over, label, menu},
    words,
};

/// How long one may stand, in seconds; `None`: until removed.
const STAYS: [(&str, Option<u32>); 4] = [
    ("Stays 1 min", Some(60)),
    ("Stays 5 min", Some(300)),
    ("Stays 15 min", Some(900)),
    ("Until removed", None),
];

/// The id of the text's field, for the keyboard.
pub(super) fn text_id() -> Id {
    Id::unique("live-announcement")
}

/// What stands on dancers' phones, and what is being written.
pub(super) fn composer_ui(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    if let Some(standing) = &app.live.announcement {
        standing_ui(ui, standing, app.utc_offset_s);
        ui.add_space(8.0);
        let remove = Button::new("Remove it").small().icon(icons::X);
        if remove.name("Remove the announcement").show(ui).clicked() {
            out.push(Command::Live(LiveCommand::CancelAnnouncement));
        }
        ui.add_space(12.0);
    }
    head_ui(ui, &screen.announcement);
    ui.add_space(12.0);
    text_ui(ui, &mut screen.announcement);
    if std::mem::take(&mut screen.focus_announcement) {
        ui.memory_mut(|memory| memory.request_focus(text_id()));
    }
    ui.add_space(12.0);
    templates_ui(ui, &mut screen.announcement);
}

/// Until when an announcement stands.
fn until(standing: &LiveAnnouncement, utc_offset_s: i32) -> String {
    standing.ends_at_ms.map_or_else(
        || "Until removed".to_owned(),
        |at| format!("On dancers' phones until {}", words::clock(at, utc_offset_s)),
    )
}

/// The one that stands, as dancers see it.
fn standing_ui(ui: &mut Ui, standing: &LiveAnnouncement, utc_offset_s: i32) {
    let (ground, ink) = ANNOUNCE;
    Frame::new()
        .fill(ground)
        .corner_radius(CornerRadius::same(radius::CONTROL_LARGE))
        .inner_margin(Margin::symmetric(14, 10))
        .show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            label(ui, &standing.text, text::strong(), ink);
            label(ui, until(standing, utc_offset_s), text::small(), ink);
        });
}

/// The heading, and how much room is left.
fn head_ui(ui: &mut Ui, draft: &AnnouncementDraft) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), Sense::hover());
    Caption::new("Announcement", text::section(), theme.text).left(ui, rect.left_center());
    let color = if draft.fits() { theme.text3 } else { theme.err };
    Caption::new(&draft.room(), text::body(), color).right(ui, rect.right_center());
}

/// The field for the text.
fn text_ui(ui: &mut Ui, draft: &mut AnnouncementDraft) {
    let theme = Theme::of(ui);
    let fits = draft.fits();
    let corner = f32::from(radius::CONTROL_LARGE);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 68.0), Sense::hover());
    ui.painter().rect_filled(rect, corner, theme.bg0);
    let inner = rect.shrink2(vec2(13.0, 10.0));
    let hint = RichText::new("What should everybody read?")
        .font(text::body())
        .color(theme.text3);
    let edit = TextEdit::multiline(&mut draft.text)
        .id(text_id())
        .font(text::body())
        .frame(Frame::new())
        .margin(Margin::ZERO)
        .char_limit(MAX_CHARS * 2)
        .text_color(theme.text)
        .hint_text(hint)
        .desired_rows(2)
        .desired_width(inner.width());
    let mut child = ui.new_child(UiBuilder::new().max_rect(inner).id_salt("announcement"));
    let response = child.put(inner, edit).accessible_name("Announcement text");
    let stroke = if !fits {
        Stroke::new(2.0, theme.err)
    } else if response.has_focus() {
        Stroke::new(2.0, theme.spark_text)
    } else {
        Stroke::new(1.0, theme.line_strong)
    };
    ui.painter().rect_stroke(rect, corner, stroke, StrokeKind::Inside);
}

/// What is said often.
fn templates_ui(ui: &mut Ui, draft: &mut AnnouncementDraft) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(6.0, 6.0);
        for (name, words) in TEMPLATES {
            let chip = Chip::new(name).on(draft.text == words);
            if chip.show(ui).response.clicked() {
                draft.text = words.to_owned();
            }
        }
    });
}

/// How long, and the button that sends.
pub(super) fn send_ui(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    let stays = screen.announcement.stays;
    let chosen = STAYS
        .iter()
        .find(|(_, seconds)| *seconds == stays)
        .map_or("Stays 5 min", |(name, _)| name);
    // In a narrow column the number says it.
    let shown = if ui.available_width() < size::SIDE_LIVE_NARROW {
        chosen.trim_start_matches("Stays ")
    } else {
        chosen
    };
    let button = Button::new(shown)
        .quiet()
        .large()
        .icon_after(icons::CARET_DOWN)
        .name("How long the announcement stays")
        .show(ui);
    menu(Over::AnnouncementStays, &button, 160.0, |ui| {
        ui.set_min_width(160.0);
        for (name, seconds) in STAYS {
            if Button::new(name).ghost().show(ui).clicked() {
                screen.announcement.stays = seconds;
                ui.close();
            }
        }
    });
    let words = format!("Send to {}", app.live.crowd.listeners);
    let width = ui.available_width();
    let keys = key_names(ui.ctx(), Action::Send);
    let button = Button::new(&words)
        .primary()
        .large()
        .icon(icons::MEGAPHONE_SIMPLE)
        .min_width(width)
        .enabled(screen.announcement.ready().is_some())
        .name("Send to the dancers");
    if button.show(ui).on_hover_text(format!("or {keys}")).clicked() {
        send(app, screen, out);
    }
}

/// Sends what the composer holds.
pub(super) fn send(app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    if !app.live.is_reached() {
        return;
    }
    if let Some(text) = screen.announcement.ready() {
        out.push(Command::Live(LiveCommand::Announce {
            text,
            seconds: screen.announcement.stays,
        }));
        screen.announcement.text.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_until_when_an_announcement_stands() {
        let mut standing = LiveAnnouncement {
            id: pika_protocol::AnnouncementId(uuid::Uuid::nil()),
            text: "Short water break.".into(),
            ends_at_ms: None,
        };
        assert_eq!(until(&standing, 0), "Until removed");
        standing.ends_at_ms = Some(22 * 3_600_000 + 5 * 60_000);
        assert_eq!(until(&standing, 3600), "On dancers' phones until 23:05");
    }
}
