//! What is asked before something is lost.

use eframe::egui::{Align, Context, Layout, Ui};
use pika_engine::{account::AccountCommand, app::Command, library::LibraryCommand, settings::SettingsChange};

use super::state::{Confirmation, SettingsScreen};
use crate::ui::{
    requests::Requests,
    theme::{Theme, text},
    widgets::{Button, Over, dialog, label},
};

/// Width of the dialog.
const WIDTH: f32 = 400.0;

/// What a question says.
#[derive(Debug, Clone, PartialEq)]
struct Wording {
    title: String,
    words: &'static str,
    /// On the button that leaves everything as it is.
    stay: &'static str,
    /// On the button that does it.
    go: &'static str,
}

impl Wording {
    fn of(question: &Confirmation) -> Self {
        let (title, words, stay, go) = match question {
            Confirmation::Disconnect => (
                "Disconnect this computer?".to_owned(),
                "Your library stays. To go live again you paste a token from your account page.",
                "Stay connected",
                "Disconnect",
            ),
            Confirmation::OtherRelay(_) => (
                "Use another relay?".to_owned(),
                "The token belongs to the relay you have now and is forgotten here.",
                "Keep this one",
                "Use the other",
            ),
            Confirmation::RemoveFolder(_, name) => (
                format!("Take “{name}” out of the library?"),
                "Its tracks leave the list. What is known of them is kept and comes back with the folder; no file is touched.",
                "Keep the folder",
                "Take it out",
            ),
            Confirmation::Profile(_) => (
                "Analyse everything again?".to_owned(),
                "Another dance floor settles tempi otherwise, so every track is analysed again. What you corrected stays.",
                "Leave it",
                "Analyse again",
            ),
            Confirmation::GoBack => (
                "Go back to the last good copy?".to_owned(),
                "Corrections, tags, notes and plays since then are not in it. The library as it is now is kept beside it, and nothing in your music folders changes.",
                "Keep the library",
                "Go back",
            ),
        };
        Self {
            title,
            words,
            stay,
            go,
        }
    }
}

/// The open question over the page.
pub(super) fn show(ctx: &Context, screen: &mut SettingsScreen, out: &mut Requests) {
    let Some(question) = screen.question.clone() else {
        return;
    };
    let wording = Wording::of(&question);
    let ((stays, goes), close) = dialog(ctx, Over::SettingsQuestion, &wording.title, WIDTH, |ui| {
        answers_ui(ui, &wording)
    });
    if goes {
        out.push(answered(question, screen));
    }
    if stays || goes || close {
        screen.question = None;
    }
}

/// Returns whether each of the two buttons was pressed.
fn answers_ui(ui: &mut Ui, wording: &Wording) -> (bool, bool) {
    let theme = Theme::of(ui);
    label(ui, wording.words, text::body(), theme.text2);
    ui.add_space(18.0);
    ui.horizontal(|ui| {
        let stays = Button::new(wording.stay).show(ui).clicked();
        let goes = ui
            .with_layout(Layout::right_to_left(Align::Center), |ui| {
                Button::new(wording.go).danger_filled().show(ui).clicked()
            })
            .inner;
        (stays, goes)
    })
    .inner
}

/// What is done when the answer is yes.
fn answered(question: Confirmation, screen: &mut SettingsScreen) -> Command {
    match question {
        Confirmation::Disconnect => Command::Account(AccountCommand::Disconnect),
        Confirmation::OtherRelay(address) => {
            screen.relay = None;
            Command::ChangeSettings(SettingsChange::RelayAddress(Some(address)))
        }
        Confirmation::RemoveFolder(folder, _) => Command::Library(LibraryCommand::RemoveFolder(folder)),
        Confirmation::Profile(profile) => Command::ChangeSettings(SettingsChange::Profile(profile)),
        Confirmation::GoBack => Command::Library(LibraryCommand::GoBackToGoodCopy),
    }
}

#[cfg(test)]
mod tests {
    use pika_analysis::Profile;
    use pika_engine::library::FolderId;

    use super::*;

    #[test]
    fn each_question_names_what_stays_and_what_goes() {
        let told = |question: Confirmation| {
            let wording = Wording::of(&question);
            format!("{} {} / {}", wording.title, wording.stay, wording.go)
        };
        let questions = [
            Confirmation::Disconnect,
            Confirmation::OtherRelay("https://pika.example".into()),
            Confirmation::RemoveFolder(FolderId(1), "Music/Blues".into()),
            Confirmation::Profile(Profile::General),
            Confirmation::GoBack,
        ];
        assert_eq!(
            questions.map(told),
            [
                "Disconnect this computer? Stay connected / Disconnect",
                "Use another relay? Keep this one / Use the other",
                "Take “Music/Blues” out of the library? Keep the folder / Take it out",
                "Analyse everything again? Leave it / Analyse again",
                "Go back to the last good copy? Keep the library / Go back",
            ]
        );
    }
}
