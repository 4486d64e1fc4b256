//! Announcements: a text to all dancers, for some minutes.

use eframe::egui::{
    Align2, CornerRadius, Frame, Id, Margin, Popup, Sense, Stroke, StrokeKind, TextEdit, Ui, UiBuilder, vec2,
};
use pika_engine::app::{AppState, Command};

use super::{
    announcement_draft::{MAX_CHARS, TEMPLATES},
    state::LiveScreen,
};
use crate::ui::{
    icons,
    requests::Requests,
    theme::{ANNOUNCE, Theme, radius, size, text},
    widgets::{Button, Chip, label, say},
    words,
};
use pika_engine::live::LiveCommand;

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

pub(super) fn composer_ui(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    let theme = Theme::of(ui);
    if let Some(standing) = &app.live.announcement {
        let (ground, ink) = ANNOUNCE;
        Frame::new()
            .fill(ground)
            .corner_radius(CornerRadius::same(radius::CONTROL_LARGE))
            .inner_margin(Margin::symmetric(14, 10))
            .show(ui, |ui| {
                ui.set_min_width(ui.available_width());
                label(ui, &standing.text, text::strong(), ink);
                let until = standing.ends_at_ms.map_or_else(
                    || "Until removed".to_owned(),
                    |at| format!("On dancers' phones until {}", words::clock(at, app.utc_offset_s)),
                );
                label(ui, until, text::small(), ink);
            });
        ui.add_space(8.0);
        if Button::new("Remove it")
            .small()
            .icon(icons::X)
            .name("Remove the announcement")
            .show(ui)
            .clicked()
        {
            out.push(Command::Live(LiveCommand::CancelAnnouncement));
        }
        ui.add_space(12.0);
    }
    let draft = &mut screen.announcement;
    let used = draft.text.chars().count();
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), Sense::hover());
    say(
        ui,
        rect.left_center(),
        Align2::LEFT_CENTER,
        "Announcement",
        text::section(),
        theme.text,
    );
    let (left, color) = if used <= MAX_CHARS {
        (format!("{} left", MAX_CHARS - used), theme.text3)
    } else {
        (format!("Too long by {}", used - MAX_CHARS), theme.err)
    };
    say(
        ui,
        rect.right_center(),
        Align2::RIGHT_CENTER,
        &left,
        text::body(),
        color,
    );
    ui.add_space(12.0);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 68.0), Sense::hover());
    ui.painter()
        .rect_filled(rect, f32::from(radius::CONTROL_LARGE), theme.bg0);
    let edit = TextEdit::multiline(&mut draft.text)
        .id(text_id())
        .font(text::body())
        .frame(Frame::new())
        .margin(Margin::ZERO)
        .char_limit(MAX_CHARS * 2)
        .text_color(theme.text)
        .hint_text(
            eframe::egui::RichText::new("What should everybody read?")
                .font(text::body())
                .color(theme.text3),
        )
        .desired_rows(2)
        .desired_width(rect.width() - 26.0);
    let inner = rect.shrink2(vec2(13.0, 10.0));
    let mut child = ui.new_child(UiBuilder::new().max_rect(inner).id_salt("announcement"));
    let response = child.put(inner, edit).accessible_name("Announcement text");
    let stroke = if used > MAX_CHARS {
        Stroke::new(2.0, theme.err)
    } else if response.has_focus() {
        Stroke::new(2.0, theme.spark_text)
    } else {
        Stroke::new(1.0, theme.line_strong)
    };
    ui.painter()
        .rect_stroke(rect, f32::from(radius::CONTROL_LARGE), stroke, StrokeKind::Inside);
    if std::mem::take(&mut screen.focus_announcement) {
        ui.memory_mut(|memory| memory.request_focus(text_id()));
    }
    ui.add_space(12.0);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(6.0, 6.0);
        for (name, words) in TEMPLATES {
            if Chip::new(name)
                .on(draft.text == words)
                .show(ui)
                .response
                .clicked()
            {
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
    Popup::menu(&button).show(|ui| {
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
    if Button::new(&words)
        .primary()
        .large()
        .icon(icons::MEGAPHONE_SIMPLE)
        .min_width(width)
        .enabled(screen.announcement.ready().is_some())
        .name("Send to the dancers")
        .show(ui)
        .clicked()
    {
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
