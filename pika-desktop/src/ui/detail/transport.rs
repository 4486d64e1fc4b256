//! Play, pause, jump, volume, and where the sound goes.

use eframe::egui::{Align, Label, Layout, RichText, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};
use pika_engine::{
    app::{AppState, Command},
    audition::{AuditionCommand, AuditionPhase},
    library::TrackDetail,
    settings::SettingsChange,
};

use super::{state::DetailScreen, waveform_data::beat_length_s};
use crate::ui::{
    icons,
    requests::Requests,
    theme::{Theme, radius, size, text},
    widgets::{focus_ring, icon_button, label, slider},
    words,
};

/// Beats that one press jumps.
const JUMP_BEATS: f64 = 8.0;

/// Whether the player holds this track.
pub(super) fn is_loaded(app: &AppState, detail: &TrackDetail) -> bool {
    app.audition.track == Some(detail.track.id)
}

/// The second that is played, or where playing would begin.
pub(super) fn position_s(app: &AppState, screen: &DetailScreen, detail: &TrackDetail) -> f64 {
    if is_loaded(app, detail) {
        app.audition.position_s
    } else {
        screen.cursor_s
    }
}

/// Goes to a second: in the player where it holds the track, else where playing will begin.
pub(super) fn seek(
    app: &AppState,
    screen: &mut DetailScreen,
    detail: &TrackDetail,
    seconds: f64,
    out: &mut Requests,
) {
    let length = detail.track.values.duration_s.unwrap_or(f64::MAX);
    let seconds = seconds.clamp(0.0, length.max(0.0));
    screen.pan_s = None;
    if is_loaded(app, detail) {
        out.push(Command::Audition(AuditionCommand::Seek(seconds)));
    } else {
        screen.cursor_s = seconds;
    }
}

/// The row of controls, and the line under it.
pub(super) fn show(
    ui: &mut Ui,
    app: &AppState,
    screen: &mut DetailScreen,
    detail: &TrackDetail,
    out: &mut Requests,
) {
    let running = is_loaded(app, detail) && app.audition.is_running();
    let loading = running && app.audition.phase == AuditionPhase::Loading;
    let at_s = position_s(app, screen, detail);
    let mut toggled = false;
    let mut way = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 10.0;
        toggled |= play_button(ui, running, loading);
        if icon_button(ui, icons::SKIP_BACK, "Back 8 beats", size::CONTROL_SMALL).clicked() {
            way = Some(-1.0);
        }
        if icon_button(ui, icons::SKIP_FORWARD, "Ahead 8 beats", size::CONTROL_SMALL).clicked() {
            way = Some(1.0);
        }
        volume_ui(ui, app, screen, out);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            times_ui(ui, at_s, detail.track.values.duration_s);
        });
    });
    if toggled {
        toggle(app, screen, detail, out);
    }
    if let Some(way) = way {
        jump(app, screen, detail, way, out);
    }
    ui.add_space(8.0);
    where_ui(ui, app);
}

/// Plays, or holds what plays.
pub(super) fn toggle(app: &AppState, screen: &DetailScreen, detail: &TrackDetail, out: &mut Requests) {
    out.push(Command::Audition(
        if is_loaded(app, detail) && app.audition.is_running() {
            AuditionCommand::Pause
        } else {
            AuditionCommand::Play {
                track: detail.track.id,
                path: detail.track.path.clone(),
                from_s: (!is_loaded(app, detail)).then_some(screen.cursor_s),
            }
        },
    ));
}

/// Jumps 8 beats ahead (`way` 1) or back (-1).
pub(super) fn jump(
    app: &AppState,
    screen: &mut DetailScreen,
    detail: &TrackDetail,
    way: f64,
    out: &mut Requests,
) {
    let beat_s = detail.analysis.as_ref().map_or(0.5, beat_length_s);
    let to_s = position_s(app, screen, detail) + way * JUMP_BEATS * beat_s;
    seek(app, screen, detail, to_s, out);
}

/// Where it is and how long it is, from right to left.
fn times_ui(ui: &mut Ui, at_s: f64, length_s: Option<f64>) {
    let theme = Theme::of(ui);
    ui.spacing_mut().item_spacing.x = 4.0;
    let length = length_s.map_or("–".to_owned(), words::duration);
    label(ui, format!("/ {length}"), text::body(), theme.text3);
    label(ui, words::duration(at_s), text::strong(), theme.text);
}

fn play_button(ui: &mut Ui, running: bool, loading: bool) -> bool {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(44.0, size::CONTROL), Sense::click());
    let name = if running { "Pause preview" } else { "Play preview" };
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    let corner = f32::from(radius::CONTROL);
    let mut fill = theme.spark;
    if response.hovered() {
        fill = fill.lerp_to_gamma(theme.bg0, 0.08);
    }
    let painter = ui.painter();
    painter.rect(rect, corner, fill, Stroke::NONE, StrokeKind::Inside);
    let icon = if loading {
        icons::SPINNER_GAP
    } else if running {
        icons::PAUSE
    } else {
        icons::PLAY
    };
    icon.paint_filled(painter, rect.center(), 18.0, theme.on_spark);
    focus_ring(ui, &response, corner);
    response.on_hover_text(format!("{name} (Space)")).clicked()
}

fn volume_ui(ui: &mut Ui, app: &AppState, screen: &mut DetailScreen, out: &mut Requests) {
    let theme = Theme::of(ui);
    let mut volume = screen.volume.unwrap_or(app.settings.audition_volume);
    let icon = if volume == 0.0 {
        icons::SPEAKER_NONE
    } else {
        icons::SPEAKER_LOW
    };
    ui.spacing_mut().item_spacing.x = 6.0;
    icon.show(ui, 15.0, theme.text3);
    let response = slider(ui, &mut volume, theme.text2, 56.0, "Preview volume");
    if response.changed() {
        screen.volume = Some(volume);
        out.push(Command::Audition(AuditionCommand::Volume(volume)));
    }
    // Kept when the hand rests, not at every step.
    let moving = response.dragged() || response.is_pointer_button_down_on();
    if let Some(volume) = screen.volume.filter(|_| !moving) {
        screen.volume = None;
        out.change(SettingsChange::AuditionVolume(volume));
    }
}

/// Where the sound goes, or why there is none; and whether that is trouble.
fn output(problem: Option<&str>, open: Option<&str>, chosen: Option<&str>) -> (String, bool) {
    match (problem, open.or(chosen)) {
        (Some(problem), _) => (format!("{problem}."), true),
        (None, Some(output)) => (format!("Preview plays on {output} only"), false),
        (None, None) => ("Preview plays on this computer's own output".to_owned(), false),
    }
}

fn where_ui(ui: &mut Ui, app: &AppState) {
    let theme = Theme::of(ui);
    let (words, is_trouble) = output(
        app.audition.problem.as_deref(),
        app.audition.open_output.as_deref(),
        app.settings.audio_output.as_deref(),
    );
    let (icon, color) = if is_trouble {
        (icons::SPEAKER_SLASH, theme.warn)
    } else {
        (icons::HEADPHONES, theme.text3)
    };
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        icon.show(ui, 15.0, color);
        let words = RichText::new(words).font(text::caption());
        ui.add(Label::new(words.color(color)).wrap());
    });
}

#[cfg(test)]
mod tests {
    use super::output;

    #[test]
    fn where_the_sound_goes_is_said_and_trouble_first() {
        let own = "Preview plays on this computer's own output";
        assert_eq!(output(None, None, None), (own.to_owned(), false));
        let chosen = output(None, None, Some("USB Headphones"));
        assert_eq!(chosen, ("Preview plays on USB Headphones only".to_owned(), false));
        let open = output(None, Some("Built-in"), Some("USB Headphones"));
        assert_eq!(open, ("Preview plays on Built-in only".to_owned(), false));
        let trouble = output(Some("The headphones are gone"), Some("Built-in"), None);
        assert_eq!(trouble, ("The headphones are gone.".to_owned(), true));
    }
}
