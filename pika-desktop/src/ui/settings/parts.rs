//! Rows of the page, and the questions that are asked before something is lost.

use eframe::egui::{Align, Color32, Context, Label, Layout, RichText, Ui, vec2};
use pika_engine::{
    account::AccountCommand,
    app::{AppState, Command},
    settings::Settings,
};

use super::state::{Question, SettingsScreen};
use crate::ui::{
    icons::Icon,
    requests::Requests,
    theme::{Theme, text},
    widgets::{Button, dialog, label},
};
use pika_engine::library::LibraryCommand;

/// A changed copy of the settings as a command.
pub(super) fn changed(app: &AppState, change: impl FnOnce(&mut Settings)) -> Command {
    let mut settings = app.settings.clone();
    change(&mut settings);
    Command::ChangeSettings(Box::new(settings))
}

/// One row: an icon, what it is, what that means, and a control at the right. A hairline under it.
pub(super) fn row(ui: &mut Ui, icon: Icon, title: &str, words: &str, control: impl FnOnce(&mut Ui)) {
    let theme = Theme::of(ui);
    let color = theme.text2;
    colored_row(ui, icon, title, words, color, control);
}

/// [`row`] whose second line has a colour of its own.
pub(super) fn colored_row(
    ui: &mut Ui,
    icon: Icon,
    title: &str,
    words: &str,
    color: Color32,
    control: impl FnOnce(&mut Ui),
) {
    bare_row(ui, icon, title, words, color, control);
    hairline(ui);
}

/// [`colored_row`] without the hairline: more of it follows.
pub(super) fn bare_row(
    ui: &mut Ui,
    icon: Icon,
    title: &str,
    words: &str,
    color: Color32,
    control: impl FnOnce(&mut Ui),
) {
    let theme = Theme::of(ui);
    ui.add_space(10.0);
    ui.horizontal(|ui| {
        ui.set_min_height(40.0);
        ui.spacing_mut().item_spacing.x = 14.0;
        ui.label(icon.rich(22.0).color(theme.text2));
        // The control is laid out first, from the right, so that words take what is left.
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            control(ui);
            ui.add_space(4.0);
            let rest = vec2(ui.available_width(), 40.0);
            ui.allocate_ui_with_layout(rest, Layout::top_down(Align::Min), |ui| {
                ui.set_width(rest.x);
                ui.spacing_mut().item_spacing.y = 0.0;
                if words.is_empty() {
                    ui.add_space(10.0);
                }
                ui.add(Label::new(RichText::new(title).font(text::strong()).color(theme.text)).wrap());
                if !words.is_empty() {
                    ui.add(Label::new(RichText::new(words).font(text::body()).color(color)).wrap());
                }
            });
        });
    });
    ui.add_space(10.0);
}

pub(super) fn hairline(ui: &mut Ui) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 1.0), eframe::egui::Sense::hover());
    ui.painter()
        .hline(rect.x_range(), rect.center().y, (1.0, theme.line));
}

/// The open question over the page.
pub(super) fn question_ui(ctx: &Context, app: &AppState, screen: &mut SettingsScreen, out: &mut Requests) {
    let Some(question) = screen.question.clone() else {
        return;
    };
    let (title, words, stay, go) = match &question {
        Question::Disconnect => (
            "Disconnect this computer?".to_owned(),
            "Your library stays. To go live again you paste a token from your account page.".to_owned(),
            "Stay connected",
            "Disconnect",
        ),
        Question::OtherRelay(_) => (
            "Use another relay?".to_owned(),
            "The token belongs to the relay you have now and is forgotten here.".to_owned(),
            "Keep this one",
            "Use the other",
        ),
        Question::RemoveFolder(_, name) => (
            format!("Take “{name}” out of the library?"),
            "Its tracks leave the list. What is known of them is kept and comes back with the folder; no file is touched."
                .to_owned(),
            "Keep the folder",
            "Take it out",
        ),
        Question::Profile(_) => (
            "Analyse everything again?".to_owned(),
            "Another dance floor settles tempi otherwise, so every track is analysed again. What you corrected stays."
                .to_owned(),
            "Leave it",
            "Analyse again",
        ),
        Question::GoBack => (
            "Go back to the last good copy?".to_owned(),
            "Corrections, tags, notes and plays since then are not in it. The library as it is now is kept beside it, and nothing in your music folders changes."
                .to_owned(),
            "Keep the library",
            "Go back",
        ),
    };
    let (answer, close) = dialog(ctx, "settings", &title, 400.0, |ui| {
        let theme = Theme::of(ui);
        label(ui, words, text::body(), theme.text2);
        ui.add_space(18.0);
        ui.horizontal(|ui| {
            let stays = Button::new(stay).show(ui).clicked();
            let goes = ui
                .with_layout(Layout::right_to_left(Align::Center), |ui| {
                    Button::new(go).danger_filled().show(ui).clicked()
                })
                .inner;
            (stays, goes)
        })
        .inner
    });
    if answer.1 {
        out.push(match question {
            Question::Disconnect => Command::Account(AccountCommand::Disconnect),
            Question::OtherRelay(address) => {
                screen.relay = None;
                changed(app, |settings| settings.relay_address = Some(address))
            }
            Question::RemoveFolder(folder, _) => Command::Library(LibraryCommand::RemoveFolder(folder)),
            Question::Profile(profile) => changed(app, |settings| settings.profile = profile),
            Question::GoBack => Command::Library(LibraryCommand::GoBackToGoodCopy),
        });
    }
    if answer.0 || answer.1 || close {
        screen.question = None;
    }
}
