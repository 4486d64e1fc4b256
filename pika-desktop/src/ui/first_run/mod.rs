//! The first run: music, account, a test with the DJ's own phone, and then the library with the analysis running.
//! Each step can be skipped.

mod account;
mod brand;
mod choice;
mod music;
mod parts;
mod phone;
mod state;

pub use state::FirstRun;

use eframe::egui::{Frame, Panel, Ui};
use pika_engine::{
    account::AccountStatus,
    app::{AppState, Command},
    library::LibraryCommand,
    settings::SettingsChange,
};

use crate::ui::{keyboard::Keys, requests::Requests, shortcuts::Action, theme, widgets::central};
use parts::StepEnd;
use state::Step;

/// Draws the step; returns whether it was the last one.
pub(super) fn show(
    ui: &mut Ui,
    app: &AppState,
    first_run: &mut FirstRun,
    keys: &Keys,
    out: &mut Requests,
) -> bool {
    if !first_run.looked {
        first_run.looked = true;
        out.push(Command::LookAround);
    }
    // A narrow window has no room for the picture.
    if ui.available_width() >= 960.0 {
        Panel::left("brand")
            .exact_size(brand::WIDTH)
            .resizable(false)
            .show_separator_line(false)
            .frame(Frame::new().fill(theme::BRAND_PLUM))
            .show(ui, |ui| match first_run.step {
                Step::Music => brand::show(ui, out, &brand::MUSIC),
                Step::Account => brand::show(ui, out, &brand::ACCOUNT),
                Step::Phone => brand::show(ui, out, &brand::PHONE),
            });
    }
    // Enter is the main button of each step.
    let enter = keys.has(Action::Continue);
    let way = central(ui, "step", |ui| match first_run.step {
        Step::Music => music::show(ui, app, first_run, enter, out),
        Step::Account => account::show(ui, app, first_run, enter, out),
        Step::Phone => phone::show(ui, app, &mut first_run.phone, enter, out),
    });
    let connected = first_run.connecting && matches!(app.account.status, AccountStatus::Valid(_));
    match (first_run.step, way) {
        (Step::Music, StepEnd::On) => {
            // Read while the account is typed; whoever comes back adds more.
            out.extend(
                first_run
                    .folders(app)
                    .into_iter()
                    .map(|folder| Command::Library(LibraryCommand::AddFolder(folder))),
            );
            first_run.step = Step::Account;
        }
        (Step::Music, StepEnd::Skip) => first_run.step = Step::Account,
        (Step::Account, StepEnd::Back) => first_run.step = Step::Music,
        (Step::Account, StepEnd::Skip) => first_run.step = Step::Phone,
        (Step::Account, _) if connected => {
            first_run.connecting = false;
            first_run.step = Step::Phone;
        }
        (Step::Phone, StepEnd::Back) => {
            first_run.phone.leave(out);
            first_run.step = Step::Account;
        }
        (Step::Phone, StepEnd::On | StepEnd::Skip) => {
            first_run.phone.leave(out);
            out.change(SettingsChange::SetUp(true));
            return true;
        }
        _ => {}
    }
    false
}
