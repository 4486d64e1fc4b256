//! The bar at the foot: looking through folders, analysing, and for a moment what came of it.

use std::time::Duration;

use eframe::egui::{Align, Color32, Frame, Layout, Margin, Panel, Ui, vec2};
use pika_engine::app::{AppState, Command};

use super::state::LibraryScreen;
use crate::ui::{
    icons::{self, Icon},
    requests::Requests,
    screen::Screen,
    theme::{Theme, text},
    widgets::{Button, label, link_button_in, meter},
    words,
};

/// Room that the song keeps in a row that is shared, in points: with less the rate goes, then the bar, then the words.
const ROOM_FOR_RATE: f32 = 560.0;
const ROOM_FOR_BAR: f32 = 440.0;
const ROOM_FOR_WORDS: f32 = 300.0;
/// Width of the bar there.
const BAR: f32 = 100.0;
/// How long it says that all is ready.
const READY_S: f64 = 10.0;

/// What the foot says, as plain data.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum FootText {
    /// Files are looked for: how many were seen.
    Scanning(u32),
    /// Done, total, words on rate and time left, share.
    Analyzing {
        counts: String,
        rate: String,
        left: String,
        share: f32,
        failed: u32,
    },
    /// Held by the DJ: how many wait.
    Paused(String),
    /// All is ready.
    Ready(String),
}

/// What is to be said now; remembers for how long it is still said that all is ready.
fn words_now(ui: &Ui, app: &AppState, screen: &mut LibraryScreen) -> Option<FootText> {
    let now = ui.ctx().time();
    let footer = &mut screen.progress;
    let working = app.analysis.is_some();
    if footer.was_working && !working {
        footer.ready_until = Some(now + READY_S);
    }
    footer.was_working = working;
    let ready = footer.ready_until.is_some_and(|until| now < until);
    if ready && let Some(until) = footer.ready_until {
        // Wakes once to go.
        let left = Duration::try_from_secs_f64(until - now).unwrap_or_default();
        ui.ctx().request_repaint_after(left);
    }
    foot_text(app, ready)
}

/// Draws the bar at the foot; on air the line of the session has it, see [`progress_ui`].
pub(super) fn show(ui: &mut Ui, app: &AppState, screen: &mut LibraryScreen, out: &mut Requests) {
    if app.live.is_on_air() {
        return;
    }
    let Some(words) = words_now(ui, app, screen) else {
        return;
    };
    let theme = Theme::of(ui);
    Panel::bottom("library-foot")
        .exact_size(44.0)
        .resizable(false)
        .show_separator_line(false)
        .frame(
            Frame::new()
                .fill(theme.bg1)
                .inner_margin(Margin::symmetric(20, 0)),
        )
        .show(ui, |ui| {
            let area = ui.max_rect();
            let line = area.expand2(vec2(20.0, 0.0)).x_range();
            ui.painter().hline(line, area.top() + 0.5, (1.0, theme.line));
            ui.horizontal_centered(|ui| {
                ui.spacing_mut().item_spacing.x = 14.0;
                foot_ui(ui, &words, app, screen, out);
            });
        });
}

/// With less room the rate, and the meter, are left out, in points.
const LEAST_RATE: f32 = 150.0;
const LEAST_METER: f32 = 40.0;

/// What to say; `None` for nothing.
pub(super) fn foot_text(app: &AppState, ready: bool) -> Option<FootText> {
    if let Some(progress) = &app.analysis {
        if app.analysis_paused {
            let waiting = progress.total.saturating_sub(progress.done) as usize;
            return Some(FootText::Paused(format!("{} waiting", words::tracks(waiting))));
        }
        let rate = if app.live.is_on_air() {
            "slower while you are live".to_owned()
        } else if progress.per_minute >= 60.0 {
            format!("{:.1} tracks/s", progress.per_minute / 60.0)
        } else if progress.per_minute > 0.0 {
            format!("{:.0} tracks/min", progress.per_minute)
        } else {
            String::new()
        };
        return Some(FootText::Analyzing {
            counts: format!(
                "{} of {}",
                words::thousands(progress.done as usize),
                words::thousands(progress.total as usize)
            ),
            rate,
            left: progress.left.map(time_left).unwrap_or_default(),
            share: progress.done as f32 / progress.total.max(1) as f32,
            failed: progress.failed,
        });
    }
    if !app.scanning.is_empty() {
        return Some(FootText::Scanning(
            app.scanning.values().map(|counts| counts.seen).sum(),
        ));
    }
    if ready {
        let overview = app.overview.as_ref()?;
        let look = app.listing.as_ref().map_or(0, |listing| listing.need_look);
        let mut words = format!("{} ready", words::tracks(overview.analyzed as usize));
        if look > 0 {
            words += &format!(
                ", {} {} a look",
                words::thousands(look),
                if look == 1 { "needs" } else { "need" }
            );
        }
        return Some(FootText::Ready(words));
    }
    None
}

/// Minutes, no seconds over 2 minutes.
fn time_left(left: Duration) -> String {
    match left.as_secs() {
        0..60 => "less than a minute left".to_owned(),
        seconds @ 60..120 => format!("{}:{:02} left", seconds / 60, seconds % 60),
        seconds @ 120..5400 => format!("{} min left", seconds.div_ceil(60)),
        seconds => format!("{:.1} h left", seconds as f64 / 3600.0),
    }
}

/// The same in few words, in a row from right to left that others share: as much as there is room for.
pub(in crate::ui) fn progress_ui(
    ui: &mut Ui,
    app: &AppState,
    screen: &mut LibraryScreen,
    out: &mut Requests,
) {
    let Some(words) = words_now(ui, app, screen) else {
        return;
    };
    let theme = Theme::of(ui);
    ui.spacing_mut().item_spacing.x = 10.0;
    let (icon, color) = icon(&words, theme);
    let said = match words {
        FootText::Scanning(seen) => format!("{} files so far", words::thousands(seen as usize)),
        FootText::Ready(words) => words,
        FootText::Paused(waiting) => {
            pause_ui(ui, app, out);
            waiting
        }
        FootText::Analyzing {
            counts,
            rate,
            share,
            failed,
            ..
        } => {
            pause_ui(ui, app, out);
            if failed_ui(ui, failed) {
                out.go(Screen::Library);
                screen.show_failed();
            }
            if ui.available_width() > ROOM_FOR_RATE {
                label(ui, rate, text::small(), theme.text3);
            }
            if ui.available_width() > ROOM_FOR_BAR {
                meter(ui, share, theme.info, BAR, "Analysis");
            }
            counts
        }
    };
    if ui.available_width() > ROOM_FOR_WORDS {
        label(ui, said, text::small(), theme.text2);
    }
    icon.show_filled(ui, 18.0, color);
}

/// How many files failed, where any did, from right to left; returns whether that was pressed.
fn failed_ui(ui: &mut Ui, failed: u32) -> bool {
    let theme = Theme::of(ui);
    if failed == 0 {
        return false;
    }
    let pressed = link_button_in(ui, &format!("{failed} failed"), theme.err).clicked();
    icons::WARNING_CIRCLE.show_filled(ui, 16.0, theme.err);
    pressed
}

fn icon(words: &FootText, theme: &Theme) -> (Icon, Color32) {
    match words {
        FootText::Ready(_) => (icons::CHECK_CIRCLE, theme.ok),
        FootText::Paused(_) => (icons::PAUSE, theme.warn),
        FootText::Scanning(_) => (icons::FOLDER_OPEN, theme.info),
        FootText::Analyzing { .. } => (icons::WAVEFORM, theme.info),
    }
}

fn foot_ui(ui: &mut Ui, words: &FootText, app: &AppState, screen: &mut LibraryScreen, out: &mut Requests) {
    let theme = Theme::of(ui);
    let (icon, color) = icon(words, theme);
    icon.show_filled(ui, 20.0, color);
    match words {
        FootText::Scanning(seen) => {
            label(ui, "Looking through your music", text::strong(), theme.text);
            let files = if *seen == 1 { "file" } else { "files" };
            label(
                ui,
                format!("{} {files} so far", words::thousands(*seen as usize)),
                text::body(),
                theme.text2,
            );
        }
        FootText::Ready(words) => {
            label(ui, words, text::strong(), theme.text);
        }
        FootText::Paused(waiting) => {
            label(ui, "Analysis paused", text::strong(), theme.text);
            label(ui, waiting, text::body(), theme.text2);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                pause_ui(ui, app, out);
            });
        }
        FootText::Analyzing {
            counts,
            rate,
            left,
            share,
            failed,
        } => {
            label(ui, "Analysing", text::strong(), theme.text);
            label(ui, counts, text::body(), theme.text2);
            if *failed > 0 {
                icons::WARNING_CIRCLE.show_filled(ui, 16.0, theme.err);
                if link_button_in(ui, &format!("{failed} failed"), theme.err).clicked() {
                    screen.show_failed();
                }
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 14.0;
                pause_ui(ui, app, out);
                label(ui, left, text::strong(), theme.text);
                if ui.available_width() > LEAST_RATE {
                    label(ui, rate, text::body(), theme.text2);
                }
                let width = ui.available_width();
                if width > LEAST_METER {
                    meter(ui, *share, theme.info, width, "Analysis");
                }
            });
        }
    }
}

fn pause_ui(ui: &mut Ui, app: &AppState, out: &mut Requests) {
    let (word, icon) = if app.analysis_paused {
        ("Resume", icons::PLAY)
    } else {
        ("Pause", icons::PAUSE)
    };
    let name = format!("{word} the analysis");
    if Button::new(word)
        .small()
        .quiet()
        .icon(icon)
        .name(&name)
        .show(ui)
        .clicked()
    {
        out.push(Command::PauseAnalysis(!app.analysis_paused));
    }
}

#[cfg(test)]
mod tests {
    use pika_engine::analyzer::AnalysisProgress;

    use super::*;

    fn analyzing(progress: AnalysisProgress) -> AppState {
        AppState {
            analysis: Some(progress),
            ..AppState::default()
        }
    }

    #[test]
    fn rate_and_time_left_are_said_as_people_say_them() {
        let app = analyzing(AnalysisProgress {
            done: 1_284,
            total: 4_812,
            failed: 2,
            per_minute: 372.0,
            left: Some(Duration::from_secs(531)),
            paused: false,
            ..AnalysisProgress::default()
        });
        assert_eq!(
            foot_text(&app, false),
            Some(FootText::Analyzing {
                counts: "1,284 of 4,812".into(),
                rate: "6.2 tracks/s".into(),
                left: "9 min left".into(),
                share: 1_284.0 / 4_812.0,
                failed: 2,
            })
        );
        assert_eq!(time_left(Duration::from_secs(95)), "1:35 left");
        assert_eq!(time_left(Duration::from_secs(9_000)), "2.5 h left");
    }

    #[test]
    fn a_pause_shows_what_waits_and_nothing_to_do_shows_nothing() {
        let mut app = analyzing(AnalysisProgress {
            done: 1,
            total: 2,
            ..AnalysisProgress::default()
        });
        app.analysis_paused = true;
        assert_eq!(
            foot_text(&app, false),
            Some(FootText::Paused("1 track waiting".into()))
        );
        assert_eq!(foot_text(&AppState::default(), false), None);
    }
}
