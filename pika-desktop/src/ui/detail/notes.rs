//! Tags, notes and plays of a track.

use eframe::egui::{Frame, Id, Margin, Role, Sense, Stroke, TextEdit, Ui, WidgetInfo, vec2};
use pika_engine::{
    app::Command,
    library::{LibraryCommand, TrackDetail},
};

use super::state::DetailScreen;
use crate::ui::{
    icons,
    requests::Requests,
    theme::{Theme, radius, text},
    widgets::{TextField, entered, focus_ring, label},
    words,
};

/// The DJ's own tags, and a field for another.
pub(super) fn labels_ui(ui: &mut Ui, screen: &mut DetailScreen, detail: &TrackDetail, out: &mut Requests) {
    let theme = Theme::of(ui);
    label(ui, "Tags", text::micro(), theme.text3);
    if !detail.labels.is_empty() {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(6.0, 6.0);
            for tag in &detail.labels {
                if tag_ui(ui, tag) {
                    out.push(Command::Library(LibraryCommand::RemoveLabel {
                        tracks: vec![detail.track.id],
                        label: tag.clone(),
                    }));
                }
            }
        });
    }
    let response = TextField::new(&mut screen.label, "Add a tag")
        .hint("Add a tag, Enter keeps it")
        .icon(icons::TAG)
        .max_chars(60)
        .id(Id::unique(("detail-tag", detail.track.id)))
        .show(ui);
    if entered(ui, &response) {
        if !screen.label.trim().is_empty() {
            out.push(Command::Library(LibraryCommand::AddLabel {
                tracks: vec![detail.track.id],
                label: std::mem::take(&mut screen.label),
            }));
        }
        // The next tag follows.
        response.request_focus();
    }
}

/// One tag with its ×; returns whether that was pressed.
fn tag_ui(ui: &mut Ui, tag: &str) -> bool {
    let theme = Theme::of(ui);
    let mut shown: String = tag.chars().take(28).collect();
    if shown.len() < tag.len() {
        shown.push('…');
    }
    let galley = ui.painter().layout_no_wrap(shown, text::small(), theme.text);
    let (rect, response) = ui.allocate_exact_size(vec2(galley.size().x + 38.0, 26.0), Sense::click());
    let name = format!("Remove tag {tag}");
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    let hovered = response.hovered();
    let painter = ui.painter();
    painter.rect_filled(rect, 13.0, if hovered { theme.bg3 } else { theme.bg2 });
    let at = rect.left_center() + vec2(11.0, -galley.size().y / 2.0);
    painter.galley(at, galley, theme.text);
    let ink = if hovered { theme.text } else { theme.text3 };
    icons::X.paint(painter, rect.right_center() - vec2(14.0, 0.0), 11.0, ink);
    focus_ring(ui, &response, 13.0);
    response.on_hover_text(name.clone()).clicked()
}

/// The DJ's notes; kept when the keyboard leaves them.
pub(super) fn notes_ui(ui: &mut Ui, screen: &mut DetailScreen, detail: &TrackDetail, out: &mut Requests) {
    let theme = Theme::of(ui);
    label(ui, "Notes", text::micro(), theme.text3);
    let mut notes = match &screen.notes {
        Some((track, notes)) if *track == detail.track.id => notes.clone(),
        _ => detail.notes.clone(),
    };
    let frame = Frame::new()
        .fill(theme.bg0)
        .stroke(Stroke::new(1.0, theme.line_strong))
        .corner_radius(radius::CONTROL)
        .inner_margin(Margin::symmetric(12, 8));
    let response = frame
        .show(ui, |ui| {
            let edit = TextEdit::multiline(&mut notes)
                // A track's own: what is taken back here was typed here.
                .id(Id::unique(("detail-notes", detail.track.id)))
                .font(text::body())
                .frame(Frame::new())
                .margin(Margin::ZERO)
                .text_color(theme.text)
                .hint_text(
                    eframe::egui::RichText::new("How it feels, when to play it")
                        .font(text::body())
                        .color(theme.text3),
                )
                .char_limit(10_000)
                .desired_rows(2)
                .desired_width(f32::INFINITY);
            ui.add(edit).accessible_name("Notes on this track")
        })
        .inner;
    if response.changed() {
        screen.notes = Some((detail.track.id, notes));
    }
    if response.lost_focus() {
        screen.keep_notes(out);
    }
}

/// How often and when it was played.
pub(super) fn plays_ui(ui: &mut Ui, detail: &TrackDetail) {
    let theme = Theme::of(ui);
    let font = text::caption();
    let Some(newest) = detail.plays.first() else {
        label(ui, "Not played yet", font, theme.text3);
        return;
    };
    let times = match detail.play_count {
        1 => "Played once".to_owned(),
        count => format!("Played {count} times"),
    };
    let last = words::ago(detail.read_at_ms - newest.started_at_ms);
    label(ui, format!("{times} · last {last}"), font.clone(), theme.text3);
    for play in detail.plays.iter().skip(1).take(4) {
        let words = format!(
            "{} · {}",
            words::ago(detail.read_at_ms - play.started_at_ms),
            play.source
        );
        label(ui, words, font.clone(), theme.text3);
    }
}
