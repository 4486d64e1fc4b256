//! The first run: music, account, a test with the DJ's own phone, and then the library with the analysis running.
//! Each step can be skipped.

mod account;
mod brand;
mod music;
mod phone;

use std::path::{Path, PathBuf};

use eframe::egui::{Align, Frame, Layout, Panel, Rect, Ui, UiBuilder, vec2};

use super::{
    UiState, icons,
    theme::{self, Theme, text},
    widgets::{Button, central, label},
};
use crate::dialogs::ChooseFor;
use crate::ui::Requests;
use pika_engine::{account::AccountStatus, app::AppState, command::Command, settings::Settings};

/// Where the first run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Step {
    #[default]
    Music,
    Account,
    Phone,
}

/// How far the first run is, and what was chosen.
#[derive(Debug, Default)]
pub struct FirstRun {
    step: Step,
    /// Whether it was looked for music and VirtualDJ.
    looked: bool,
    /// Folders that the DJ added here.
    added: Vec<PathBuf>,
    /// What was found and is not wanted.
    unwanted: Vec<PathBuf>,
    without_virtualdj: bool,
    relay: String,
    token: String,
    /// A token was sent: a good answer leads on.
    connecting: bool,
    phone: phone::Test,
}

impl FirstRun {
    /// A folder was chosen with the system's dialog, or dropped.
    pub(super) fn chosen(&mut self, purpose: ChooseFor, path: &Path) {
        if purpose == ChooseFor::MusicFolder {
            self.unwanted.retain(|folder| folder != path);
            if !self.added.iter().any(|folder| folder == path) {
                self.added.push(path.to_owned());
            }
        }
    }

    /// The folders that are wanted now.
    fn folders(&self, app: &AppState) -> Vec<PathBuf> {
        let mut folders = Vec::new();
        if let Some(found) = &app.surroundings {
            if let Some(virtualdj) = &found.virtualdj
                && !self.without_virtualdj
            {
                folders.extend(virtualdj.music.iter().cloned());
            }
            folders.extend(found.music.iter().map(|music| music.path.clone()));
        }
        folders.extend(self.added.iter().cloned());
        folders.retain(|folder| !self.unwanted.contains(folder));
        folders.sort();
        // What lies in another one comes with it.
        let mut top: Vec<PathBuf> = Vec::new();
        for folder in folders {
            if !top.iter().any(|other| folder.starts_with(other)) {
                top.push(folder);
            }
        }
        top
    }
}

/// What a step asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Stay,
    Back,
    /// On, with what was chosen here.
    On,
    /// On, without.
    Skip,
}

/// Draws the step.
pub(super) fn show(ui: &mut Ui, app: &AppState, state: &mut UiState, out: &mut Requests) {
    let Some(mut first_run) = state.first_run.take() else {
        return;
    };
    if !first_run.looked {
        first_run.looked = true;
        out.push(Command::LookAround);
    }
    // A narrow window has no room for the picture.
    if ui.available_width() >= 900.0 {
        Panel::left("brand")
            .exact_size(brand::WIDTH)
            .resizable(false)
            .show_separator_line(false)
            .frame(Frame::new().fill(theme::BRAND_PLUM))
            .show(ui, |ui| match first_run.step {
                Step::Music => brand::show(ui, &mut state.covers, &brand::MUSIC),
                Step::Account => brand::show(ui, &mut state.covers, &brand::ACCOUNT),
                Step::Phone => brand::show(ui, &mut state.covers, &brand::PHONE),
            });
    }
    let way = central(ui, "step", |ui| match first_run.step {
        Step::Music => music::show(ui, app, &mut first_run, out),
        Step::Account => account::show(ui, app, &mut first_run, out),
        Step::Phone => phone::show(ui, app, &mut first_run.phone, out),
    });
    let connected = first_run.connecting && matches!(app.account.status, AccountStatus::Valid(_));
    match (first_run.step, way) {
        (Step::Music, Way::On) => {
            // Read while the account is typed; whoever comes back adds more.
            out.extend(first_run.folders(app).into_iter().map(Command::AddFolder));
            first_run.step = Step::Account;
        }
        (Step::Music, Way::Skip) => first_run.step = Step::Account,
        (Step::Account, Way::Back) => first_run.step = Step::Music,
        (Step::Account, Way::Skip) => first_run.step = Step::Phone,
        (Step::Account, _) if connected => {
            first_run.connecting = false;
            first_run.step = Step::Phone;
        }
        (Step::Phone, Way::Back) => {
            first_run.phone.leave(out);
            first_run.step = Step::Account;
        }
        (Step::Phone, Way::On | Way::Skip) => {
            first_run.phone.leave(out);
            return end(app, state, out);
        }
        _ => {}
    }
    state.first_run = Some(first_run);
}

/// The last step is the library itself.
fn end(app: &AppState, state: &mut UiState, out: &mut Requests) {
    state.library.welcome();
    out.push(Command::ChangeSettings(Box::new(Settings {
        is_set_up: true,
        ..app.settings.clone()
    })));
}

/// The frame of a step: title, a line below, content, and the buttons at the foot.
fn step_ui<R>(
    ui: &mut Ui,
    title: &str,
    line: &str,
    content: impl FnOnce(&mut Ui) -> R,
    foot: impl FnOnce(&mut Ui) -> Way,
) -> (R, Way) {
    let theme = Theme::of(ui);
    let area = ui.max_rect().shrink2(vec2(72.0, 0.0));
    let area = area.with_max_x(area.left() + area.width().min(820.0));
    let foot_area = Rect::from_min_max(
        area.left_bottom() - vec2(0.0, 64.0 + theme::size::CONTROL_LARGE),
        area.right_bottom() - vec2(0.0, 64.0),
    );
    let inner = area
        .with_min_y(area.top() + 64.0)
        .with_max_y(foot_area.top() - 16.0);
    let mut body = ui.new_child(
        UiBuilder::new()
            .max_rect(inner)
            .layout(Layout::top_down(Align::Min)),
    );
    label(&mut body, title, text::hero(), theme.text);
    label(&mut body, line, text::large(), theme.text2);
    body.add_space(14.0);
    let result = eframe::egui::ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(&mut body, content)
        .inner;
    let mut buttons = ui.new_child(
        UiBuilder::new()
            .max_rect(foot_area)
            .layout(Layout::left_to_right(Align::Center)),
    );
    let way = foot(&mut buttons);
    (result, way)
}

/// The way back, at the left end.
fn back_button(ui: &mut Ui) -> bool {
    Button::new("Back")
        .ghost()
        .large()
        .icon(icons::ARROW_LEFT)
        .show(ui)
        .clicked()
}

/// The main button at the right end.
fn on_button(ui: &mut Ui, label: &str, enabled: bool) -> bool {
    Button::new(label)
        .primary()
        .large()
        .icon_after(icons::ARROW_RIGHT)
        .enabled(enabled)
        .show(ui)
        .clicked()
}
