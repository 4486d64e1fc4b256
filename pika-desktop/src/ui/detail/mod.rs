//! The panel beside the list: one track, whole. Seen, heard, corrected, tagged.

mod measured;
mod notes;
mod state;
mod tap;
mod transport;
mod values;
mod waveform;
mod waveform_data;

pub use state::DetailScreen;

use std::sync::Arc;

use eframe::egui::{
    Align, Context, Frame, Layout, Margin, Panel, Rect, ScrollArea, Sense, Ui, UiBuilder, vec2,
};
use pika_engine::{
    app::{AppState, Command},
    library::{Correction, LibraryCommand, TrackDetail, TrackId, grid},
};

use crate::ui::{
    deed::{By, Deed},
    icons,
    keyboard::Keys,
    requests::Requests,
    shortcuts::Action,
    theme::{Theme, size, text},
    widgets::{Banner, Button, CoverTraits, Over, Tone, dialog, icon_button, label},
    words,
};
use waveform_data::View;

/// What one press of Earlier or Later moves the beats by, in seconds.
const GRID_STEP_S: f64 = 0.01;

/// The keys of the panel.
pub(super) fn obey(
    app: &AppState,
    focused: TrackId,
    screen: &mut DetailScreen,
    keys: &Keys,
    now_s: f64,
    out: &mut Requests,
) {
    let Some(detail) = app.detail.as_ref().filter(|detail| detail.track.id == focused) else {
        return;
    };
    for pressed in keys.iter() {
        match pressed.action {
            Action::Audition => transport::toggle(app, screen, detail, out),
            Action::JumpAhead => transport::jump(app, screen, detail, 1.0, out),
            Action::JumpBack => transport::jump(app, screen, detail, -1.0, out),
            Action::Tap => screen.tap.tap(now_s),
            _ => {}
        }
    }
}

/// The list beside the panel is never narrower, in points.
const LEAST_LIST: f32 = 212.0;

/// Draws the panel at the right of what is free, for the track that has the focus; returns whether it is to go.
pub(super) fn panel(
    ui: &mut Ui,
    app: &AppState,
    focused: TrackId,
    screen: &mut DetailScreen,
    out: &mut Requests,
) -> bool {
    if screen.asked != Some(focused) {
        screen.asked = Some(focused);
        out.push(Command::Library(LibraryCommand::ShowTrack(focused)));
    }
    if app.detail.is_none() {
        return false;
    }
    let theme = Theme::of(ui);
    Panel::right("detail")
        .exact_size(size::SIDE_LIBRARY.min(ui.available_width() - LEAST_LIST))
        .resizable(false)
        .show_separator_line(false)
        .frame(Frame::new().fill(theme.bg1))
        .show(ui, |ui| {
            let area = ui.max_rect();
            ui.painter()
                .vline(area.left() + 0.5, area.y_range(), (1.0, theme.line));
            show(ui, app, screen, out);
            close_ui(ui, area)
        })
        .inner
}

/// The × in the corner; returns whether it was pressed.
fn close_ui(ui: &mut Ui, panel: Rect) -> bool {
    let side = size::CONTROL_SMALL;
    let place = Rect::from_min_size(panel.right_top() + vec2(-side - 18.0, 16.0), vec2(side, side));
    let mut child = ui.new_child(UiBuilder::new().max_rect(place).id_salt("close"));
    icon_button(&mut child, icons::X, "Close the panel", side).clicked()
}

/// Draws the panel's content for the track of [`AppState::detail`].
fn show(ui: &mut Ui, app: &AppState, screen: &mut DetailScreen, out: &mut Requests) {
    let Some(detail) = app.detail.clone() else {
        return;
    };
    screen.turn_to(detail.track.id, out);
    Panel::bottom("detail-foot")
        .exact_size(72.0)
        .show_separator_line(false)
        .frame(Frame::new().inner_margin(Margin::symmetric(20, 18)))
        .show(ui, |ui| foot_ui(ui, &detail, out));
    ScrollArea::vertical()
        .id_salt(("detail", detail.track.id.0))
        .auto_shrink(false)
        .show(ui, |ui| {
            Frame::new()
                .inner_margin(Margin::symmetric(20, 18))
                .show(ui, |ui| content_ui(ui, app, screen, &detail, out));
        });
}

fn content_ui(
    ui: &mut Ui,
    app: &AppState,
    screen: &mut DetailScreen,
    detail: &Arc<TrackDetail>,
    out: &mut Requests,
) {
    ui.spacing_mut().item_spacing.y = 4.0;
    head_ui(ui, detail, out);
    ui.add_space(12.0);
    if detail.analysis.is_some() {
        sound_ui(ui, app, screen, detail, out);
    } else {
        waiting_ui(ui, detail, out);
    }
    ui.add_space(6.0);
    transport::show(ui, app, screen, detail, out);
    hairline(ui);
    values::tempo_and_key(ui, screen, detail, out);
    ui.add_space(10.0);
    values::features(ui, screen, detail, out);
    if let Some(analysis) = &detail.analysis {
        ui.scope(|ui| measured::show(ui, analysis));
    }
    ui.add_space(4.0);
    values::standing(ui, detail, out);
    hairline(ui);
    notes::labels_ui(ui, screen, detail, out);
    ui.add_space(6.0);
    notes::notes_ui(ui, screen, detail, out);
    ui.add_space(8.0);
    notes::plays_ui(ui, detail);
}

fn hairline(ui: &mut Ui) {
    let theme = Theme::of(ui);
    ui.add_space(10.0);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 1.0), Sense::hover());
    ui.painter()
        .hline(rect.x_range(), rect.center().y, (1.0, theme.line));
    ui.add_space(10.0);
}

/// Cover, title, artist, album.
fn head_ui(ui: &mut Ui, detail: &TrackDetail, out: &mut Requests) {
    let theme = Theme::of(ui);
    let track = &detail.track;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 14.0;
        let (rect, _) = ui.allocate_exact_size(vec2(72.0, 72.0), Sense::hover());
        let rect = Rect::from_min_size(rect.min, vec2(72.0, 72.0));
        out.cover(
            ui,
            rect,
            &CoverTraits::song(&track.values, &track.title, &track.artist),
        );
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            // Beside it stands the ×.
            ui.set_max_width(ui.available_width() - size::CONTROL_SMALL - 6.0);
            let line = |ui: &mut Ui, words: &str, font, color| {
                let words = eframe::egui::RichText::new(words).font(font).color(color);
                ui.add(eframe::egui::Label::new(words).truncate());
            };
            ui.add_space(2.0);
            line(ui, &track.title, text::panel(), theme.text);
            if !track.artist.is_empty() {
                line(ui, &track.artist, text::body(), theme.text2);
            }
            if let Some(about) = about(&track.album, track.year, track.is_titled) {
                line(ui, &about, text::caption(), theme.text3);
            }
        });
    });
}

/// What stands under the artist: album and year, or that the file names nobody.
fn about(album: &str, year: Option<u16>, is_titled: bool) -> Option<String> {
    match (album, year) {
        ("", None) => (!is_titled).then(|| "No artist or title in this file".to_owned()),
        ("", Some(year)) => Some(year.to_string()),
        (album, None) => Some(album.to_owned()),
        (album, Some(year)) => Some(format!("{album} · {year}")),
    }
}

/// The two pictures and the row that moves the beats.
fn sound_ui(
    ui: &mut Ui,
    app: &AppState,
    screen: &mut DetailScreen,
    detail: &TrackDetail,
    out: &mut Requests,
) {
    let Some(analysis) = &detail.analysis else { return };
    let theme = Theme::of(ui);
    let at_s = transport::position_s(app, screen, detail);
    let whole = waveform::overview_ui(ui, analysis, at_s, &mut screen.overview);
    ui.add_space(4.0);
    let middle_s = screen.pan_s.unwrap_or(at_s);
    let stretch = waveform::stretch_ui(
        ui,
        analysis,
        at_s,
        View {
            middle_s,
            span_s: screen.span_s,
            gain: screen.overview.gain(),
        },
    );
    if let Some(span_s) = stretch.span_s {
        screen.span_s = span_s;
    }
    if let Some(pan_s) = stretch.pan_s {
        screen.pan_s = Some(pan_s.clamp(0.0, analysis.duration_s));
    }
    if let Some(seconds) = whole.seek_s.or(stretch.seek_s) {
        transport::seek(app, screen, detail, seconds, out);
    }
    ui.add_space(2.0);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        label(ui, "Beat grid", text::caption(), theme.text3);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            grid_buttons(ui, analysis, detail, at_s, out);
        });
    });
}

/// Later, bar 1 here, earlier: from right to left.
fn grid_buttons(
    ui: &mut Ui,
    analysis: &pika_analysis::TrackAnalysis,
    detail: &TrackDetail,
    at_s: f64,
    out: &mut Requests,
) {
    let Some(beats) = &analysis.beat_grid else {
        let theme = Theme::of(ui);
        label(ui, "none found", text::caption(), theme.text3);
        return;
    };
    let mut correct = |correction| {
        out.push(Command::Library(LibraryCommand::Correct {
            tracks: vec![detail.track.id],
            correction,
        }));
    };
    let later = Button::new("Later")
        .small()
        .ghost()
        .icon_after(icons::CARET_RIGHT);
    if later.name("Beats 10 ms later").show(ui).clicked() {
        correct(Correction::ShiftGrid(GRID_STEP_S));
    }
    let here = Button::new("Bar 1 here").small().ghost().show(ui);
    if here
        .on_hover_text("The beat at the playhead begins a bar")
        .clicked()
        && let Some(beats) = grid::bars_to(beats, at_s)
    {
        correct(Correction::ShiftBars(beats));
    }
    let earlier = Button::new("Earlier").small().ghost().icon(icons::CARET_LEFT);
    if earlier.name("Beats 10 ms earlier").show(ui).clicked() {
        correct(Correction::ShiftGrid(-GRID_STEP_S));
    }
}

/// No analysis yet, or none possible.
fn waiting_ui(ui: &mut Ui, detail: &TrackDetail, out: &mut Requests) {
    let theme = Theme::of(ui);
    let Some(failure) = &detail.track.failure else {
        ui.horizontal(|ui| {
            icons::CLOCK.show(ui, 18.0, theme.text3);
            label(ui, "Waiting for its analysis", text::body(), theme.text2);
        });
        return;
    };
    let banner = Banner {
        tone: Tone::Blocked,
        icon: icons::WARNING_CIRCLE,
        title: "This file could not be analysed.",
        text: &words::unreadable(failure),
        action: Some("Try again"),
    };
    if banner.show(ui) {
        out.push(Command::Library(LibraryCommand::AnalyzeAgain(vec![
            detail.track.id,
        ])));
    }
}

/// What else can be done with the track.
fn foot_ui(ui: &mut Ui, detail: &TrackDetail, out: &mut Requests) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        let width = ui.available_width() - 2.0 * (36.0 + 8.0);
        let play = Button::new("Playing now")
            .primary()
            .icon(icons::BROADCAST)
            .name("This track is playing now")
            .min_width(width)
            .show(ui);
        if play
            .on_hover_text("Shows it to the dancers, whatever the DJ program says")
            .clicked()
        {
            let track = detail.track.id;
            let title = detail.track.title.clone();
            out.reach(Deed::PlayNow { track, title }, By::Button);
        }
        if icon_button(ui, icons::ARROWS_CLOCKWISE, "Analyse again", size::CONTROL).clicked() {
            out.push(Command::Library(LibraryCommand::AnalyzeAgain(vec![
                detail.track.id,
            ])));
        }
        if icon_button(ui, icons::FOLDER_OPEN, "Show the file", size::CONTROL).clicked() {
            out.push(Command::ShowFile(detail.track.path.clone()));
        }
    });
}

/// Asked once while live: nothing may reach the room by surprise.
pub(super) fn question_ui(ctx: &Context, app: &AppState, out: &mut Requests) {
    if app.audition_question.is_none() {
        return;
    }
    let theme = Theme::of_ctx(ctx);
    let output = app
        .settings
        .audio_output
        .as_deref()
        .unwrap_or("this computer's output");
    let title = format!("You are live. Play on {output}?");
    let (answer, close) = dialog(ctx, Over::AuditionLive, &title, 380.0, |ui| {
        label(
            ui,
            "The room must not hear a preview. You are asked once a session; the output is chosen in Settings.",
            text::body(),
            theme.text2,
        );
        ui.add_space(16.0);
        ui.horizontal(|ui| {
            let stay = Button::new("Not now").show(ui).clicked();
            let play = ui
                .with_layout(Layout::right_to_left(Align::Center), |ui| {
                    Button::new("Play")
                        .primary()
                        .icon(icons::HEADPHONES)
                        .show(ui)
                        .clicked()
                })
                .inner;
            (stay, play)
        })
        .inner
    });
    match answer {
        (_, true) => out.push(Command::AuditionWhileLive(true)),
        (true, _) => out.push(Command::AuditionWhileLive(false)),
        _ if close => out.push(Command::AuditionWhileLive(false)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::about;

    #[test]
    fn what_is_known_of_a_record_is_said_in_a_line() {
        assert_eq!(
            about("Blue Hours", Some(2019), true).as_deref(),
            Some("Blue Hours · 2019")
        );
        assert_eq!(about("Blue Hours", None, false).as_deref(), Some("Blue Hours"));
        assert_eq!(about("", Some(2019), false).as_deref(), Some("2019"));
        assert_eq!(about("", None, true), None);
        assert_eq!(
            about("", None, false).as_deref(),
            Some("No artist or title in this file")
        );
    }
}
