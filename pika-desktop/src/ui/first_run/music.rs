//! Step 1: where the music is.

use std::path::Path;

use eframe::egui::{
    Align, Color32, CornerRadius, Frame, Layout, Margin, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo,
    vec2,
};
use pika_engine::app::{AppState, Command};

use super::{
    parts::{StepEnd, on_button, step_ui},
    state::FirstRun,
};
use crate::{
    dialogs::ChooseFor,
    ui::{
        icons::{self, Icon},
        requests::Requests,
        theme::{Theme, radius, text},
        widgets::{Button, checkbox, drop_hint_ui, focus_ring, label, paint_dashed},
        words,
    },
};

/// Seconds of one core that a song of four minutes takes: some 500 times real time.
const SECONDS_PER_TRACK: f64 = 0.5;

pub(super) fn show(
    ui: &mut Ui,
    app: &AppState,
    first_run: &mut FirstRun,
    enter: bool,
    out: &mut Requests,
) -> StepEnd {
    dropped(ui, first_run, out);
    let folders = first_run.folders(app);
    let ((), way) = step_ui(
        ui,
        "Where is your music?",
        "Pick one or more. You can change this later in Settings.",
        |ui| {
            ui.spacing_mut().item_spacing.y = 12.0;
            sources_ui(ui, app, first_run, out);
            estimate_ui(ui, app, first_run);
        },
        |ui| {
            let mut way = StepEnd::Stay;
            if Button::new("Skip for now").ghost().large().show(ui).clicked() {
                way = StepEnd::Skip;
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let can = !folders.is_empty();
                if on_button(ui, "Continue", can) || (enter && can) {
                    way = StepEnd::On;
                }
            });
            way
        },
    );
    way
}

/// Folders dropped on the window.
fn dropped(ui: &Ui, first_run: &mut FirstRun, out: &mut Requests) {
    let dropped: Vec<_> = ui.input(|input| {
        input
            .raw
            .dropped_files
            .iter()
            .map(|file| file.path().to_owned())
            .collect()
    });
    for path in dropped {
        first_run.chosen(ChooseFor::MusicFolder, &path);
        out.push(Command::CountFolder(path));
    }
    if ui.input(|input| !input.raw.hovered_files.is_empty()) {
        drop_hint_ui(ui);
    }
}

fn sources_ui(ui: &mut Ui, app: &AppState, first_run: &mut FirstRun, out: &mut Requests) {
    match &app.surroundings {
        None => {
            label(ui, "Looking for your music…", text::body(), Theme::of(ui).text3);
        }
        Some(found) => {
            if let Some(virtualdj) = &found.virtualdj {
                let tracks = words::tracks(virtualdj.tracks as usize);
                let line = if virtualdj.music.is_empty() {
                    format!("{tracks}, none of them on this computer · also used to see what you play live")
                } else {
                    format!("{tracks} · also used to see what you play live")
                };
                let mut wanted = !first_run.without_virtualdj;
                let card = Card {
                    icon: icons::DISC,
                    title: "VirtualDJ library",
                    found: true,
                    line: &line,
                    removable: false,
                };
                if card.show(ui, &mut wanted) == Pressed::Check {
                    first_run.without_virtualdj = !wanted;
                }
            }
            if let Some(music) = &found.music {
                let line = words::tracks(music.tracks as usize);
                folder_ui(ui, first_run, &music.path, true, &line);
            }
        }
    }
    for folder in first_run.added.clone() {
        let line = match app.counted.get(&folder) {
            Some(tracks) => words::tracks(*tracks as usize),
            None => "Counting…".to_owned(),
        };
        folder_ui(ui, first_run, &folder, false, &line);
    }
    if add_ui(ui) {
        out.choose(ChooseFor::MusicFolder);
    }
}

fn folder_ui(ui: &mut Ui, first_run: &mut FirstRun, folder: &Path, found: bool, line: &str) {
    let mut wanted = !first_run.unwanted.iter().any(|other| other == folder);
    let title = short(folder);
    let card = Card {
        icon: icons::FOLDER_OPEN,
        title: &title,
        found,
        line,
        removable: !found,
    };
    match card.show(ui, &mut wanted) {
        Pressed::Nothing => {}
        Pressed::Check if wanted => first_run.unwanted.retain(|other| other != folder),
        Pressed::Check => first_run.unwanted.push(folder.to_owned()),
        Pressed::Remove => {
            first_run.added.retain(|other| other != folder);
            first_run.unwanted.retain(|other| other != folder);
        }
    }
}

/// The last two parts of a path.
fn short(path: &Path) -> String {
    let parts: Vec<_> = path
        .components()
        .rev()
        .take(2)
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    parts
        .into_iter()
        .rev()
        .collect::<Vec<_>>()
        .join("/")
        .replace("//", "/")
}

fn estimate_ui(ui: &mut Ui, app: &AppState, first_run: &FirstRun) {
    let theme = Theme::of(ui);
    let tracks = estimate(app, first_run);
    if tracks == 0 {
        return;
    }
    ui.add_space(8.0);
    let right = ui.max_rect().right();
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 10.0;
        icons::CLOCK.show(ui, 18.0, theme.text2);
        // A label in a row does not wrap by itself.
        ui.vertical(|ui| {
            ui.set_max_width(right - ui.cursor().left());
            label(
                ui,
                format!(
                    "First analysis of {} takes about {} on this computer. It runs in the background and you can pause it.",
                    words::tracks(tracks as usize),
                    duration_words(f64::from(tracks) * SECONDS_PER_TRACK / app.cores.max(1) as f64),
                ),
                text::body(),
                theme.text2,
            );
        });
    });
}

/// Tracks of what is chosen, as well as that is known.
fn estimate(app: &AppState, first_run: &FirstRun) -> u32 {
    let mut tracks = 0;
    if let Some(found) = &app.surroundings {
        let virtualdj = found.virtualdj.as_ref().filter(|found| !found.music.is_empty());
        let virtualdj = virtualdj
            .filter(|_| !first_run.without_virtualdj)
            .map(|found| found.tracks);
        let music = found
            .music
            .as_ref()
            .filter(|music| !first_run.unwanted.contains(&music.path));
        // Both are mostly the same files.
        tracks += virtualdj.unwrap_or(0).max(music.map_or(0, |music| music.tracks));
    }
    let added = first_run
        .added
        .iter()
        .filter(|folder| !first_run.unwanted.contains(folder));
    tracks + added.filter_map(|folder| app.counted.get(folder)).sum::<u32>()
}

fn duration_words(seconds: f64) -> String {
    match seconds {
        ..90.0 => "a minute".to_owned(),
        ..5400.0 => format!("{:.0} minutes", seconds / 60.0),
        _ => format!("{:.1} hours", seconds / 3600.0),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pressed {
    Nothing,
    Check,
    Remove,
}

/// One source.
struct Card<'a> {
    icon: Icon,
    title: &'a str,
    found: bool,
    line: &'a str,
    removable: bool,
}

impl Card<'_> {
    fn show(self, ui: &mut Ui, wanted: &mut bool) -> Pressed {
        let theme = Theme::of(ui);
        let mut pressed = Pressed::Nothing;
        let (width, border) = if *wanted {
            (2.0, theme.spark_text)
        } else {
            (1.0, theme.line)
        };
        Frame::new()
            .fill(theme.bg1)
            .stroke(Stroke::new(width, border))
            .corner_radius(CornerRadius::same(radius::PANEL))
            .inner_margin(Margin::symmetric(20, 18))
            .show(ui, |ui| {
                let row = vec2(ui.available_width(), 48.0);
                ui.allocate_ui_with_layout(row, Layout::left_to_right(Align::Center), |ui| {
                    ui.set_min_size(row);
                    ui.spacing_mut().item_spacing.x = 16.0;
                    if checkbox(ui, wanted, false, self.title, 24.0).changed() {
                        pressed = Pressed::Check;
                    }
                    let (rect, _) = ui.allocate_exact_size(vec2(48.0, 48.0), Sense::hover());
                    ui.painter().rect_filled(rect, 12.0, theme.bg3);
                    self.icon
                        .paint_filled(ui.painter(), rect.center(), 26.0, theme.text);
                    ui.vertical(|ui| {
                        ui.spacing_mut().item_spacing.y = 2.0;
                        ui.horizontal(|ui| {
                            ui.spacing_mut().item_spacing.x = 8.0;
                            label(ui, self.title, text::choice(), theme.text);
                            if self.found {
                                icons::CHECK_CIRCLE.show_filled(ui, 15.0, theme.ok);
                                label(ui, "Found", text::mark(), theme.ok);
                            }
                        });
                        label(ui, self.line, text::body(), theme.text2);
                    });
                    if self.removable {
                        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                            let name = format!("Remove {}", self.title);
                            let button = Button::new("Remove").ghost().small().icon(icons::X).name(&name);
                            if button.show(ui).clicked() {
                                pressed = Pressed::Remove;
                            }
                        });
                    }
                });
            });
        pressed
    }
}

/// The dashed card that adds a folder; returns whether it was pressed.
fn add_ui(ui: &mut Ui) -> bool {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 86.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Add a folder…"));
    let fill = if response.hovered() {
        theme.bg1
    } else {
        Color32::TRANSPARENT
    };
    ui.painter().rect_filled(rect, f32::from(radius::PANEL), fill);
    paint_dashed(ui, rect, f32::from(radius::PANEL));
    let square = eframe::egui::Rect::from_min_size(rect.min + vec2(20.0, 19.0), vec2(48.0, 48.0));
    ui.painter()
        .rect_stroke(square, 12.0, Stroke::new(1.0, theme.line), StrokeKind::Inside);
    icons::PLUS.paint(ui.painter(), square.center(), 22.0, theme.text);
    let at = square.right_top() + vec2(16.0, 2.0);
    let title = ui
        .painter()
        .layout_no_wrap("Add a folder…".to_owned(), text::choice(), theme.text);
    ui.painter().galley(at, title, theme.text);
    let line = "or drop a folder on this window. MP3, M4A, FLAC, WAV, AIFF, OGG";
    let line = ui
        .painter()
        .layout_no_wrap(line.to_owned(), text::body(), theme.text2);
    ui.painter().galley(at + vec2(0.0, 24.0), line, theme.text2);
    focus_ring(ui, &response, f32::from(radius::PANEL));
    response.clicked()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_by_their_end() {
        assert_eq!(short(Path::new("/home/dj/Music/West Coast")), "Music/West Coast");
        assert_eq!(short(Path::new("/Music")), "/Music");
    }

    #[test]
    fn times_are_rounded_as_people_round() {
        assert_eq!(duration_words(30.0), "a minute");
        assert_eq!(duration_words(840.0), "14 minutes");
        assert_eq!(duration_words(9_000.0), "2.5 hours");
    }
}
