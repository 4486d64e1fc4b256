//! Step 2: the DJ's account on a relay.

use eframe::egui::{Align, Id, Key, Layout, OpenUrl, Ui, ViewportCommand};
use pika_engine::{
    account::{AccountCommand, AccountStatus, TokenPlace},
    app::{AppState, Command},
    relay_access::{RelayAddress, Token, TokenError},
    settings::SettingsChange,
};

use super::{
    parts::{StepEnd, back_button, step_ui},
    state::FirstRun,
};
use crate::ui::{
    icons,
    requests::Requests,
    theme::{Theme, text},
    widgets::{Button, TextField, card, label},
};

/// Width of the button that pastes, in points.
const PASTE_WIDTH: f32 = 116.0;

pub(super) fn show(
    ui: &mut Ui,
    app: &AppState,
    first_run: &mut FirstRun,
    enter: bool,
    out: &mut Requests,
) -> StepEnd {
    // Enter in a field is meant for the same button.
    let enter = enter || (ui.ctx().text_edit_focused() && ui.input(|input| input.key_pressed(Key::Enter)));
    let address = RelayAddress::parse(&first_run.relay);
    let token = Token::parse(&first_run.token);
    let busy = first_run.connecting && app.account.status == AccountStatus::Checking;
    let ready = address.is_ok() && token.is_ok() && !busy;
    let ((), way) = step_ui(
        ui,
        "Connect your DJ account",
        "Log in on your relay's website, copy your DJ token and paste it here.",
        |ui| {
            relay_ui(ui, first_run);
            token_ui(ui, first_run);
            trouble_ui(ui, app, first_run);
            ui.add_space(16.0);
            kept_ui(ui, app);
        },
        |ui| {
            let mut way = StepEnd::Stay;
            if back_button(ui) {
                way = StepEnd::Back;
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let word = if busy { "Connecting…" } else { "Connect" };
                let connect = Button::new(word).primary().large().enabled(ready);
                if connect.name("Connect").show(ui).clicked() || (enter && ready) {
                    way = StepEnd::On;
                }
                ui.add_space(8.0);
                if Button::new("Work offline for now")
                    .ghost()
                    .large()
                    .show(ui)
                    .clicked()
                {
                    way = StepEnd::Skip;
                }
            });
            way
        },
    );
    if way == StepEnd::On
        && let (Ok(address), Ok(token)) = (address, token)
    {
        first_run.connecting = true;
        // The address first: another one forgets the token.
        out.change(SettingsChange::RelayAddress(Some(address.as_str().to_owned())));
        out.push(Command::Account(AccountCommand::Connect(token)));
    }
    way
}

fn relay_ui(ui: &mut Ui, first_run: &mut FirstRun) {
    let theme = Theme::of(ui);
    label(ui, "Relay", text::strong(), theme.text);
    let wrong = !first_run.relay.trim().is_empty() && RelayAddress::parse(&first_run.relay).is_err();
    TextField::new(&mut first_run.relay, "Relay address")
        .hint("https://pika.example")
        .icon(icons::GLOBE)
        .large()
        .wrong(wrong)
        .show(ui);
    match RelayAddress::parse(&first_run.relay) {
        Ok(address) => {
            ui.horizontal(|ui| {
                let page = format!("{}/dj", address.as_str());
                let words = format!(
                    "Open {}",
                    page.trim_start_matches("https://").trim_start_matches("http://")
                );
                if Button::new(&words)
                    .small()
                    .quiet()
                    .icon(icons::ARROW_SQUARE_OUT)
                    .name("Open the relay's page")
                    .show(ui)
                    .clicked()
                {
                    ui.ctx().open_url(OpenUrl::new_tab(page));
                }
                label(
                    ui,
                    "no account yet? The same page creates one.",
                    text::body(),
                    theme.text2,
                );
            });
        }
        Err(error) if wrong => wrong_ui(ui, &error.to_string()),
        Err(_) => {
            label(
                ui,
                "The address that whoever runs your relay gave you.",
                text::body(),
                theme.text2,
            );
        }
    }
    ui.add_space(20.0);
}

fn token_ui(ui: &mut Ui, first_run: &mut FirstRun) {
    let theme = Theme::of(ui);
    let id = Id::unique("first-run-token");
    label(ui, "DJ token", text::strong(), theme.text);
    ui.horizontal(|ui| {
        let error = Token::parse(&first_run.token).err();
        let wrong = error.is_some_and(|error| error != TokenError::Empty);
        ui.spacing_mut().item_spacing.x = 10.0;
        let width = ui.available_width() - PASTE_WIDTH - 10.0;
        let changed = TextField::new(&mut first_run.token, "DJ token")
            .hint("pk_dj_…")
            .icon(icons::KEY)
            .large()
            .width(width)
            .wrong(wrong)
            .max_chars(200)
            .id(id)
            .show(ui)
            .changed();
        if changed {
            first_run.connecting = false;
            first_run.token.retain(|c| !c.is_whitespace());
        }
        if Button::new("Paste")
            .quiet()
            .large()
            .icon(icons::CLIPBOARD_TEXT)
            .min_width(PASTE_WIDTH)
            .show(ui)
            .clicked()
        {
            first_run.token.clear();
            ui.ctx().memory_mut(|memory| memory.request_focus(id));
            ui.ctx().send_viewport_cmd(ViewportCommand::RequestPaste);
        }
    });
    if let Err(error) = Token::parse(&first_run.token)
        && error != TokenError::Empty
    {
        wrong_ui(ui, &error.to_string());
    }
}

/// What the relay said.
fn trouble_ui(ui: &mut Ui, app: &AppState, first_run: &FirstRun) {
    if !first_run.connecting {
        return;
    }
    match &app.account.status {
        AccountStatus::Refused => wrong_ui(
            ui,
            "Token not accepted. It was replaced or revoked. Log in on the website and copy the new one.",
        ),
        AccountStatus::Unreachable(why) => wrong_ui(
            ui,
            &format!("{why}. The token is kept; you can go on and try again later."),
        ),
        AccountStatus::Insecure => wrong_ui(
            ui,
            "This address is not encrypted, so the token is not sent there. It should begin with https://",
        ),
        AccountStatus::NoToken | AccountStatus::Checking | AccountStatus::Valid(_) => {}
    }
}

fn wrong_ui(ui: &mut Ui, words: &str) {
    let theme = Theme::of(ui);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        icons::WARNING_CIRCLE.show_filled(ui, 18.0, theme.err);
        label(ui, words, text::strong(), theme.err);
    });
}

fn kept_ui(ui: &mut Ui, app: &AppState) {
    let theme = Theme::of(ui);
    let words = match app.account.place {
        Some(TokenPlace::ThisRun) => {
            "This computer has no keychain: the token is kept until you close Pika!, never in a plain file."
        }
        Some(TokenPlace::Keychain) | None => {
            "The token is kept in this computer's keychain, never in a plain file. If you lose the laptop, revoke it on the website."
        }
    };
    card(ui, |ui| {
        ui.set_min_width(ui.available_width());
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 14.0;
            icons::LOCK_SIMPLE.show_filled(ui, 24.0, theme.text2);
            ui.vertical(|ui| label(ui, words, text::body(), theme.text2));
        });
    });
}
