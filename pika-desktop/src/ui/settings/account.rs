//! The relay, the account on it, and the token.

use eframe::egui::{OpenUrl, Ui};
use pika_engine::{
    account::{AccountCommand, AccountProfile, AccountState, AccountStatus, TokenPlace},
    app::{AppState, Command},
    relay_access::{RelayAddress, Token},
    settings::SettingsChange,
};

use super::{
    parts::{LineTone, Row, hairline},
    state::{Confirmation, SettingsScreen},
};
use crate::ui::{
    icons,
    requests::Requests,
    theme::{Theme, text},
    widgets::{Button, TextField, entered, label},
};

/// What the buttons beside the fields take, in points.
const CONNECT: f32 = 100.0;
const USE: f32 = 62.0;
/// What is said of an address that a token is not sent to.
const OPEN: &str = "This address is not encrypted: no token will be sent there.";

pub(super) fn show(ui: &mut Ui, app: &AppState, screen: &mut SettingsScreen, out: &mut Requests) {
    let account = &app.account;
    who_ui(ui, account, out);
    if app.settings.relay_address.is_some() {
        token_ui(ui, account, screen, out);
    }
    relay_ui(ui, app, screen, out);
    if let Some(relay) = &app.settings.relay_address {
        Row::new(
            icons::ARROW_SQUARE_OUT,
            "Your page on the relay",
            "Tokens, public profile, past nights; in the browser",
        )
        .show(ui, |ui| {
            if Button::new("Open")
                .name("Open your page on the relay")
                .show(ui)
                .clicked()
            {
                let page = format!("{}/dj", relay.trim_end_matches('/'));
                ui.ctx().open_url(OpenUrl::new_tab(page));
            }
        });
    }
    if account.token_tail.is_some() {
        Row::new(
            icons::SIGN_OUT,
            "Disconnect this computer",
            "Your library stays; you cannot go live",
        )
        .show(ui, |ui| {
            if Button::new("Disconnect").danger().show(ui).clicked() {
                screen.question = Some(Confirmation::Disconnect);
            }
        });
    }
}

/// Whose account it is, or why that is not known; `None` without a token.
fn who(status: &AccountStatus) -> Option<Row<'_>> {
    Some(match status {
        AccountStatus::NoToken => return None,
        AccountStatus::Checking => Row::new(icons::USER_CIRCLE, "Asking the relay …", "Whose token is it?"),
        AccountStatus::Valid(profile) => Row::new(icons::USER_CIRCLE, &profile.name, token_words(profile)),
        AccountStatus::Refused => Row::new(
            icons::KEY,
            "Token not accepted",
            "It was replaced or revoked. Log in on the website and copy the new one.",
        )
        .tone(LineTone::Trouble),
        AccountStatus::Unreachable(why) => Row::new(
            icons::CLOUD_SLASH,
            "The relay did not answer",
            format!("{why}. The token is kept; going live works as soon as the relay answers."),
        )
        .tone(LineTone::Warn),
        AccountStatus::Insecure => Row::new(
            icons::LOCK_OPEN,
            "This address is not encrypted",
            "Your token would travel in the open, so it is not sent. Use the relay's https address.",
        )
        .tone(LineTone::Trouble),
    })
}

/// Which token it is, and whether it ends soon.
fn token_words(profile: &AccountProfile) -> String {
    let mut words = if profile.token_name.is_empty() {
        "this computer may go live".to_owned()
    } else {
        format!("token “{}”", profile.token_name)
    };
    if profile.token_ends_soon {
        words += " · ends soon unless you go live";
    }
    words
}

fn who_ui(ui: &mut Ui, account: &AccountState, out: &mut Requests) {
    let theme = Theme::of(ui);
    if let Some(row) = who(&account.status) {
        row.show(ui, |ui| match &account.status {
            AccountStatus::Valid(_) => {
                label(ui, "Valid", text::small(), theme.text2);
                icons::CHECK_CIRCLE.show_filled(ui, 16.0, theme.ok);
            }
            AccountStatus::Unreachable(_) => {
                let again = Button::new("Try again").name("Ask the relay again");
                if again.show(ui).clicked() {
                    out.push(Command::Account(AccountCommand::Check));
                }
            }
            _ => {}
        });
    }
    if let Some(problem) = &account.problem {
        Row::new(icons::WARNING, "Keychain", format!("{problem}."))
            .tone(LineTone::Warn)
            .show(ui, |_| {});
    }
}

/// Which token is kept, and where.
fn kept_words(tail: &str, place: Option<TokenPlace>) -> String {
    match place {
        Some(TokenPlace::Keychain) => format!("ends in …{tail}, kept in the system keychain"),
        Some(TokenPlace::ThisRun) => {
            format!("ends in …{tail}, no keychain here: kept until Pika! is closed")
        }
        None => format!("ends in …{tail}"),
    }
}

/// Where a token comes from, and where it will be kept.
fn hint(place: Option<TokenPlace>) -> &'static str {
    match place {
        Some(TokenPlace::ThisRun) => {
            "From your account page. There is no keychain here, so it is kept until Pika! is closed"
        }
        Some(TokenPlace::Keychain) | None => "From your account page. It is kept in the system keychain",
    }
}

/// The token that is kept, or a field for one.
fn token_ui(ui: &mut Ui, account: &AccountState, screen: &mut SettingsScreen, out: &mut Requests) {
    match (&account.token_tail, &mut screen.token) {
        (Some(tail), None) => {
            let row = Row::new(icons::KEY, "DJ token", kept_words(tail, account.place));
            row.show(ui, |ui| {
                let button = Button::new("Replace").name("Replace the token");
                if button.show(ui).clicked() {
                    screen.token = Some(String::new());
                }
            });
        }
        (kept, draft) => {
            let typed = draft.get_or_insert_default();
            if let Some(token) = token_field_ui(ui, typed, hint(account.place), kept.is_some()) {
                screen.token = None;
                out.push(Command::Account(AccountCommand::Connect(token)));
            } else if kept.is_none() && typed.is_empty() {
                // Nothing is being typed: the kept token shows as soon as it is known.
                screen.token = None;
            }
        }
    }
}

/// A field for a token; returns it once it is whole and was confirmed.
fn token_field_ui(ui: &mut Ui, typed: &mut String, hint: &str, opened: bool) -> Option<Token> {
    let parsed = Token::parse(typed);
    Row::new(icons::KEY, "DJ token", hint).show_open(ui, |_| {});
    let begun = !typed.trim().is_empty();
    let field = TextField::new(typed, "DJ token")
        .hint("pk_dj_…")
        .secret(true)
        .wrong(parsed.is_err() && begun);
    let field = if opened { field.opened() } else { field };
    let button = Button::new("Connect").enabled(parsed.is_ok());
    let confirmed = confirm_ui(ui, field, button, CONNECT);
    let problem = parsed.as_ref().err().filter(|_| begun);
    note_ui(
        ui,
        problem.map(|problem| (problem.to_string(), LineTone::Trouble)),
    );
    hairline(ui);
    parsed.ok().filter(|_| confirmed)
}

/// A field and the button that confirms it, which takes `room` points; returns whether it was confirmed.
fn confirm_ui(ui: &mut Ui, field: TextField<'_>, button: Button<'_>, room: f32) -> bool {
    let confirmed = ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let response = field.width(ui.available_width() - room).show(ui);
        ui.add_space(8.0);
        let entered = entered(ui, &response);
        let pressed = button.show(ui).clicked();
        entered || pressed
    });
    ui.add_space(10.0);
    confirmed.inner
}

/// What is said under a field.
fn note_ui(ui: &mut Ui, note: Option<(String, LineTone)>) {
    if let Some((words, tone)) = note {
        let color = tone.color(Theme::of(ui));
        label(ui, words, text::body(), color);
        ui.add_space(10.0);
    }
}

/// The relay's address, or a field for it.
fn relay_ui(ui: &mut Ui, app: &AppState, screen: &mut SettingsScreen, out: &mut Requests) {
    let current = app.settings.relay_address.as_deref();
    if let (Some(address), None) = (current, &screen.relay) {
        Row::new(icons::CLOUD, "Relay", address).show(ui, |ui| {
            let button = Button::new("Change").name("Change the relay");
            if button.show(ui).clicked() {
                screen.relay = Some(address.to_owned());
            }
        });
        return;
    }
    // Behind “Change” it opened to be typed in.
    let opened = current.is_some();
    let Some(address) = relay_field_ui(ui, screen.relay.get_or_insert_default(), opened) else {
        return;
    };
    let address = address.to_string();
    if current == Some(address.as_str()) || app.account.token_tail.is_none() {
        screen.relay = None;
        out.change(SettingsChange::RelayAddress(Some(address)));
    } else {
        screen.question = Some(Confirmation::OtherRelay(address));
    }
}

/// A field for the relay's address; returns it once it is whole and was confirmed.
fn relay_field_ui(ui: &mut Ui, typed: &mut String, opened: bool) -> Option<RelayAddress> {
    let row = Row::new(
        icons::CLOUD,
        "Relay",
        "The server your dancers' phones reach, from whoever runs it",
    );
    row.show_open(ui, |_| {});
    let parsed = RelayAddress::parse(typed);
    let begun = !typed.trim().is_empty();
    let field = TextField::new(typed, "Relay address")
        .hint("https://")
        .wrong(parsed.is_err() && begun);
    let field = if opened { field.opened() } else { field };
    let button = Button::new("Use").name("Use this relay").enabled(parsed.is_ok());
    let confirmed = confirm_ui(ui, field, button, USE);
    note_ui(
        ui,
        match &parsed {
            Err(problem) if begun => Some((format!("{problem}."), LineTone::Trouble)),
            Ok(address) if !address.takes_secrets() => Some((OPEN.to_owned(), LineTone::Warn)),
            _ => None,
        },
    );
    hairline(ui);
    parsed.ok().filter(|_| confirmed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_says_whose_it_is_or_what_to_do() {
        let told = |status: AccountStatus| who(&status).map(|row| row.read_out());
        assert_eq!(told(AccountStatus::NoToken), None);
        let mut profile = AccountProfile {
            name: "DJ Nadia K".into(),
            token_name: "Laptop".into(),
            ..AccountProfile::default()
        };
        assert_eq!(
            told(AccountStatus::Valid(profile.clone())).as_deref(),
            Some("DJ Nadia K: token “Laptop”")
        );
        profile.token_name.clear();
        profile.token_ends_soon = true;
        assert_eq!(
            told(AccountStatus::Valid(profile)).as_deref(),
            Some("DJ Nadia K: this computer may go live · ends soon unless you go live")
        );
        assert_eq!(
            told(AccountStatus::Unreachable("No connection".into())).as_deref(),
            Some(
                "The relay did not answer: No connection. The token is kept; going live works as soon as the \
                 relay answers. [Warn]"
            )
        );
        let refused = told(AccountStatus::Refused).unwrap();
        assert!(refused.ends_with("copy the new one. [Trouble]"), "{refused}");
    }

    #[test]
    fn a_token_is_told_by_its_end_and_by_where_it_is_kept() {
        assert_eq!(kept_words("k9Qz", None), "ends in …k9Qz");
        assert_eq!(
            kept_words("k9Qz", Some(TokenPlace::Keychain)),
            "ends in …k9Qz, kept in the system keychain"
        );
        assert_eq!(
            kept_words("k9Qz", Some(TokenPlace::ThisRun)),
            "ends in …k9Qz, no keychain here: kept until Pika! is closed"
        );
    }
}
