//! The relay, the account on it, and the token.

use eframe::egui::{Key, OpenUrl, Ui};
use pika_engine::{
    account::{AccountCommand, AccountState, AccountStatus, RelayAddress, Token, TokenPlace},
    app::{AppState, Command},
};

use super::{
    parts::{bare_row, changed, colored_row, hairline, row},
    state::{Question, SettingsScreen},
};
use crate::ui::{
    icons,
    requests::Requests,
    theme::{Theme, text},
    widgets::{Button, TextField, label},
};

pub(super) fn show(ui: &mut Ui, app: &AppState, screen: &mut SettingsScreen, out: &mut Requests) {
    let account = &app.account;
    who_ui(ui, account, out);
    if app.settings.relay_address.is_some() {
        token_ui(ui, account, screen, out);
    }
    relay_ui(ui, app, screen, out);
    if let Some(relay) = &app.settings.relay_address {
        row(
            ui,
            icons::ARROW_SQUARE_OUT,
            "Your page on the relay",
            "Tokens, public profile, past nights; in the browser",
            |ui| {
                if Button::new("Open")
                    .name("Open your page on the relay")
                    .show(ui)
                    .clicked()
                {
                    let page = format!("{}/dj", relay.trim_end_matches('/'));
                    ui.ctx().open_url(OpenUrl::new_tab(page));
                }
            },
        );
    }
    if account.token_tail.is_some() {
        row(
            ui,
            icons::SIGN_OUT,
            "Disconnect this computer",
            "Your library stays; you cannot go live",
            |ui| {
                if Button::new("Disconnect").danger().show(ui).clicked() {
                    screen.question = Some(Question::Disconnect);
                }
            },
        );
    }
}

/// Whose account it is, or why that is not known.
fn who_ui(ui: &mut Ui, account: &AccountState, out: &mut Requests) {
    let theme = Theme::of(ui);
    let icon = icons::USER_CIRCLE;
    let again = |ui: &mut Ui| {
        Button::new("Try again")
            .name("Ask the relay again")
            .show(ui)
            .clicked()
    };
    match &account.status {
        AccountStatus::NoToken => {}
        AccountStatus::Checking => row(ui, icon, "Asking the relay …", "Whose token is it?", |_| {}),
        AccountStatus::Valid(profile) => {
            let mut words = format!("token “{}”", profile.token_name);
            if profile.token_name.is_empty() {
                "this computer may go live".clone_into(&mut words);
            }
            if profile.token_ends_soon {
                words += " · ends soon unless you go live";
            }
            row(ui, icon, &profile.name, &words, |ui| {
                label(ui, "Valid", text::small(), theme.text2);
                ui.label(icons::CHECK_CIRCLE.rich_filled(16.0).color(theme.ok));
            });
        }
        AccountStatus::Refused => colored_row(
            ui,
            icons::KEY,
            "Token not accepted",
            "It was replaced or revoked. Log in on the website and copy the new one.",
            theme.err,
            |_| {},
        ),
        AccountStatus::Unreachable(why) => {
            let words = format!("{why}. The token is kept; going live works as soon as the relay answers.");
            colored_row(
                ui,
                icons::CLOUD_SLASH,
                "The relay did not answer",
                &words,
                theme.warn,
                |ui| {
                    if again(ui) {
                        out.push(Command::Account(AccountCommand::Check));
                    }
                },
            );
        }
        AccountStatus::Insecure => colored_row(
            ui,
            icons::LOCK_OPEN,
            "This address is not encrypted",
            "Your token would travel in the open, so it is not sent. Use the relay's https address.",
            theme.err,
            |_| {},
        ),
    }
    if let Some(problem) = &account.problem {
        let words = format!("{problem}.");
        colored_row(ui, icons::WARNING, "Keychain", &words, theme.warn, |_| {});
    }
}

/// The token that is kept, or a field for one.
fn token_ui(ui: &mut Ui, account: &AccountState, screen: &mut SettingsScreen, out: &mut Requests) {
    let place = match account.place {
        Some(TokenPlace::Keychain) => "kept in the system keychain",
        Some(TokenPlace::ThisRun) => "no keychain here: kept until Pika! is closed",
        None => "",
    };
    match (&account.token_tail, &mut screen.token) {
        (Some(tail), None) => {
            let mut words = format!("ends in …{tail}");
            if !place.is_empty() {
                words = format!("{words}, {place}");
            }
            row(ui, icons::KEY, "DJ token", &words, |ui| {
                if Button::new("Replace")
                    .name("Replace the token")
                    .show(ui)
                    .clicked()
                {
                    screen.token = Some(String::new());
                }
            });
        }
        (_, draft) => {
            let typed = draft.get_or_insert_default();
            let hint = match account.place {
                Some(TokenPlace::ThisRun) => {
                    "From your account page. There is no keychain here, so it is kept until Pika! is closed"
                }
                _ => "From your account page. It is kept in the system keychain",
            };
            if let Some(token) = field_ui(ui, typed, hint) {
                screen.token = None;
                out.push(Command::Account(AccountCommand::Connect(token)));
            }
        }
    }
}

/// A field for a token; returns it once it is whole and was confirmed.
fn field_ui(ui: &mut Ui, typed: &mut String, hint: &str) -> Option<Token> {
    let theme = Theme::of(ui);
    let parsed = Token::parse(typed);
    bare_row(ui, icons::KEY, "DJ token", hint, theme.text2, |_| {});
    let mut confirmed = false;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let wrong = parsed.is_err() && !typed.trim().is_empty();
        let width = ui.available_width() - 100.0;
        let field = TextField::new(typed, "DJ token")
            .hint("pk_dj_…")
            .secret(true)
            .wrong(wrong)
            .width(width);
        let response = field.show(ui);
        ui.add_space(8.0);
        confirmed |= response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        confirmed |= Button::new("Connect").enabled(parsed.is_ok()).show(ui).clicked();
    });
    ui.add_space(10.0);
    if let (Err(problem), false) = (&parsed, typed.trim().is_empty()) {
        label(ui, problem.to_string(), text::body(), theme.err);
        ui.add_space(10.0);
    }
    hairline(ui);
    parsed.ok().filter(|_| confirmed)
}

/// The relay's address.
fn relay_ui(ui: &mut Ui, app: &AppState, screen: &mut SettingsScreen, out: &mut Requests) {
    let theme = Theme::of(ui);
    let current = app.settings.relay_address.as_deref();
    if let (Some(address), None) = (current, &screen.relay) {
        row(ui, icons::CLOUD, "Relay", address, |ui| {
            if Button::new("Change").name("Change the relay").show(ui).clicked() {
                screen.relay = Some(address.to_owned());
            }
        });
        return;
    }
    bare_row(
        ui,
        icons::CLOUD,
        "Relay",
        "The server your dancers' phones reach, from whoever runs it",
        theme.text2,
        |_| {},
    );
    let typed = screen.relay.get_or_insert_default();
    let parsed = RelayAddress::parse(typed);
    let mut confirmed = false;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let wrong = parsed.is_err() && !typed.trim().is_empty();
        let width = ui.available_width() - 62.0;
        let field = TextField::new(typed, "Relay address")
            .hint("https://")
            .wrong(wrong)
            .width(width);
        let response = field.show(ui);
        ui.add_space(8.0);
        confirmed |= response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        confirmed |= Button::new("Use")
            .name("Use this relay")
            .enabled(parsed.is_ok())
            .show(ui)
            .clicked();
    });
    ui.add_space(10.0);
    match &parsed {
        Err(problem) if !typed.trim().is_empty() => {
            label(ui, format!("{problem}."), text::body(), theme.err);
            ui.add_space(10.0);
        }
        Ok(address) if !address.takes_secrets() => {
            let words = "This address is not encrypted: no token will be sent there.";
            label(ui, words, text::body(), theme.warn);
            ui.add_space(10.0);
        }
        _ => {}
    }
    hairline(ui);
    if let (true, Ok(address)) = (confirmed, parsed) {
        let address = address.to_string();
        if current == Some(address.as_str()) || app.account.token_tail.is_none() {
            screen.relay = None;
            out.push(changed(app, |settings| settings.relay_address = Some(address)));
        } else {
            screen.question = Some(Question::OtherRelay(address));
        }
    }
}
