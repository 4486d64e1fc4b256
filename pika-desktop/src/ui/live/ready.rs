//! Before the night: name, PIN, listed or not, what to check, and the largest button there is.

use std::time::Duration;

use eframe::egui::{Align, Frame, Layout, Margin, Panel, Rect, ScrollArea, Ui, pos2, vec2};
use pika_engine::{
    account::{AccountCommand, AccountStatus},
    app::{AppState, Command},
    live::{LiveCommand, NewSession},
    settings::SettingsChange,
};

use super::{
    checks::{check_ui, checks, greeting, obstacle, program},
    large_button::LargeButton,
    question,
    state::LiveScreen,
    way_in::is_pin,
};
use crate::ui::{
    icons, local_relay, owed,
    requests::Requests,
    screen::Screen,
    shortcuts::{Action, key_names},
    theme::{Theme, size, text},
    widgets::{Button, Caption, TextField, centered_in, column_in, head, kbd, label, row_in, toggle},
};

/// Characters of a session's name.
const MAX_NAME: usize = 80;
/// A session without a name is called so.
const NAMELESS: &str = "Social";
/// With less room beside the rail the checks stand under the fields, in points.
const BESIDE_CHECKS: f32 = 740.0;
/// Fields and button need no more height, in points.
const HIGHEST_FORM: f32 = 720.0;
/// A form that is lower has less of everything, in points.
const LOW: f32 = 460.0;
const LOW_FOOT: f32 = 96.0;
/// The button and what stands under it, in points.
const FOOT: f32 = 130.0;
/// Relay and battery are looked at this often, in milliseconds.
const CHECK_EVERY_MS: i64 = 60_000;

pub(super) fn show(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    let theme = Theme::of(ui);
    look_again(ui, app, screen, out);
    head(ui, "live-ready-top", size::TOP, |ui| {
        ui.horizontal_centered(|ui| {
            label(ui, "Live", text::page(), theme.text);
            label(ui, "not on air", text::body(), theme.text2);
        });
    });
    let side = match ui.available_width() {
        width if width < BESIDE_CHECKS => {
            form_ui(ui, app, screen, true, out);
            return;
        }
        width if width >= 1100.0 => 420.0,
        _ => 340.0,
    };
    Panel::right("live-checks")
        .exact_size(side)
        .resizable(false)
        .show_separator_line(false)
        .frame(
            Frame::new()
                .fill(theme.bg1)
                .inner_margin(Margin::symmetric(28, 28)),
        )
        .show(ui, |ui| {
            let area = ui.max_rect().expand2(vec2(28.0, 28.0));
            ui.painter()
                .vline(area.left() + 0.5, area.y_range(), (1.0, theme.line));
            ScrollArea::vertical()
                .id_salt("live-checks-scroll")
                .show(ui, |ui| {
                    owed_ui(ui, app, out);
                    checks_ui(ui, app, out);
                });
        });
    form_ui(ui, app, screen, false, out);
}

/// The relay and the battery are looked at while the form is shown.
fn look_again(ui: &Ui, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    let since_ms = app.now_ms.saturating_sub(screen.checked_at_ms);
    if (0..CHECK_EVERY_MS).contains(&since_ms) {
        let left = u64::try_from(CHECK_EVERY_MS - since_ms).unwrap_or_default();
        ui.ctx().request_repaint_after(Duration::from_millis(left));
        return;
    }
    screen.checked_at_ms = app.now_ms;
    out.push(Command::LookAtBattery);
    if app.account.relay.is_some() && app.local_relay.is_none() {
        out.push(Command::Account(AccountCommand::Measure));
    }
}

/// What stands under the largest button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum UnderButton {
    /// Why a session cannot begin.
    Obstacle(&'static str),
    /// The PIN is none.
    NoPin,
    /// Which keys do the same.
    Keys,
}

impl UnderButton {
    fn of(app: &AppState, screen: &LiveScreen) -> Self {
        match obstacle(app) {
            Some(obstacle) => Self::Obstacle(obstacle),
            None if screen.asks_pin && !is_pin(&screen.pin) => Self::NoPin,
            None => Self::Keys,
        }
    }

    /// Whether the button can be pressed.
    fn is_ready(self) -> bool {
        self == Self::Keys
    }
}

/// Fields and button; in one column with the checks under the fields.
fn form_ui(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen, with_checks: bool, out: &mut Requests) {
    let area = ui.available_rect_before_wrap();
    let margin = if area.width() > 700.0 { 56.0 } else { 28.0 };
    let width = (area.width() - 2.0 * margin).min(size::FORM);
    let above: f32 = if area.height() < 600.0 { 20.0 } else { 40.0 };
    // The button stays near the fields, and both in the middle of a high window.
    let above = above.max((area.height() - HIGHEST_FORM) / 2.0);
    let left = if with_checks {
        area.center().x - width / 2.0
    } else {
        area.left() + margin
    };
    let form = Rect::from_min_max(
        pos2(left, area.top() + above),
        pos2(left + width, area.bottom() - above.max(20.0)),
    );
    let is_low = area.height() < LOW;
    let (foot, height) = if is_low {
        (LOW_FOOT, size::CONTROL_LARGE)
    } else {
        (FOOT, size::GO_LIVE)
    };
    // A question stands above its button.
    let asked = if app.live.question.is_some() {
        question::ABOVE
    } else {
        0.0
    };
    let mut top = column_in(ui, form.with_max_y(form.bottom() - foot - asked));
    ScrollArea::vertical().id_salt("live-form").show(&mut top, |ui| {
        ui.set_width(width);
        ui.spacing_mut().item_spacing.y = 0.0;
        if with_checks {
            owed_ui(ui, app, out);
        }
        fields_ui(ui, app, screen, width, is_low, out);
        if with_checks {
            ui.add_space(10.0);
            checks_ui(ui, app, out);
        }
    });
    let button = Rect::from_min_size(
        pos2(form.left(), form.bottom() - foot + 12.0),
        vec2(width, height),
    );
    if question::show(ui, button, app, out) {
        return;
    }
    let under = UnderButton::of(app, screen);
    let go_live = LargeButton {
        name: "Go live",
        icon: icons::BROADCAST,
        enabled: under.is_ready(),
    };
    if go_live.show(ui, button) {
        go(app, screen, out);
    }
    let place = Rect::from_min_size(button.left_bottom() + vec2(0.0, 10.0), vec2(width, 24.0));
    under_ui(ui, place, under);
}

/// Greeting, name, PIN, listed or not, served by whom.
fn fields_ui(
    ui: &mut Ui,
    app: &AppState,
    screen: &mut LiveScreen,
    width: f32,
    is_low: bool,
    out: &mut Requests,
) {
    let theme = Theme::of(ui);
    let font = if width < 420.0 || is_low {
        text::greeting_narrow()
    } else {
        text::greeting()
    };
    label(ui, greeting(app), font, theme.text);
    ui.add_space(10.0);
    if !is_low {
        let words = format!(
            "Keep playing from {} as always. Pika! shows the dancers what it sees.",
            program(app)
        );
        label(ui, words, text::lead(), theme.text2);
        ui.add_space(30.0);
    }
    label(ui, "Session name, as dancers see it", text::strong(), theme.text);
    ui.add_space(6.0);
    TextField::new(&mut screen.name, "Session name")
        .hint("Friday Social, Main Room")
        .max_chars(MAX_NAME)
        .large()
        .show(ui);
    ui.add_space(18.0);
    let asked_pin = screen.asks_pin;
    switch_ui(
        ui,
        &mut screen.asks_pin,
        "Ask dancers for a PIN",
        "For workshops and private parties",
        width - 140.0,
    );
    if screen.asks_pin {
        pin_ui(ui, screen, width, !asked_pin);
    }
    ui.add_space(18.0);
    switch_ui(
        ui,
        &mut screen.listed,
        "List under “Live now”",
        "Off: only people with the link or the QR find it",
        width,
    );
    ui.add_space(18.0);
    local_ui(ui, app, screen, width, out);
}

/// The PIN, at the right end of its switch; when that `was_switched` on, it is to be typed.
fn pin_ui(ui: &mut Ui, screen: &mut LiveScreen, width: f32, was_switched: bool) {
    let row = ui.min_rect().bottom() - 44.0;
    let place = Rect::from_min_size(
        pos2(ui.max_rect().left() + width - 120.0, row),
        vec2(120.0, size::CONTROL_LARGE),
    );
    let mut field = column_in(ui, place);
    let wrong = !screen.pin.is_empty() && !is_pin(&screen.pin);
    let pin = TextField::new(&mut screen.pin, "PIN")
        .hint("4–8 digits")
        .max_chars(8)
        .large()
        .wrong(wrong);
    let pin = if was_switched { pin.opened() } else { pin };
    pin.show(&mut field);
    screen.pin.retain(|digit| digit.is_ascii_digit());
}

/// What stands under the button: why it waits, or its keys.
fn under_ui(ui: &mut Ui, place: Rect, under: UnderButton) {
    let theme = Theme::of(ui);
    match under {
        UnderButton::Obstacle(obstacle) => {
            let mut row = centered_in(ui, place.with_max_y(place.top() + 40.0));
            label(&mut row, obstacle, text::body(), theme.warn);
        }
        UnderButton::NoPin => {
            Caption::new("A PIN has 4 to 8 digits.", text::body(), theme.warn).center(ui, place.center());
        }
        UnderButton::Keys => {
            let mut row = row_in(ui, Rect::from_center_size(place.center(), vec2(212.0, 24.0)));
            row.spacing_mut().item_spacing.x = 5.0;
            label(&mut row, "or press", text::body(), theme.text2);
            for (at, action) in [Action::GoLive, Action::Send].into_iter().enumerate() {
                if at > 0 {
                    label(&mut row, "or", text::body(), theme.text2);
                }
                for key in key_names(row.ctx(), action).split(' ') {
                    kbd(&mut row, key);
                }
            }
        }
    }
}

/// Serving the dancers from this computer, and what they need for it.
fn local_ui(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen, width: f32, out: &mut Requests) {
    let theme = Theme::of(ui);
    let mut on = app.local_relay.is_some();
    let was = on;
    switch_ui(
        ui,
        &mut on,
        "Serve dancers from this laptop",
        "Without internet and without an account; phones join the same Wi-Fi",
        width,
    );
    if on != was {
        out.push(Command::LocalRelay(on));
        out.change(SettingsChange::ServeHere(on));
    }
    let Some(relay) = &app.local_relay else { return };
    ui.add_space(10.0);
    if !matches!(app.account.status, AccountStatus::Valid(_)) {
        TextField::new(&mut screen.dj_name, "Your name, as dancers see it")
            .hint("Your name, as dancers see it")
            .max_chars(MAX_NAME)
            .show(ui);
        ui.add_space(8.0);
    }
    let words = if relay.in_network {
        format!("Phones find it at {} (port {}).", relay.address, relay.port)
    } else {
        "Only this computer can reach it: no network was found.".to_owned()
    };
    label(ui, words, text::body(), theme.text2);
    local_relay::addresses_ui(ui, relay, out);
    if relay.in_network {
        ui.add_space(2.0);
        label(ui, &relay.firewall_hint, text::body(), theme.text3);
    }
}

/// Starts a session as the form says.
pub(super) fn go(app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    let is_asked = app.live.question.is_some();
    if is_asked || obstacle(app).is_some() || (screen.asks_pin && !is_pin(&screen.pin)) {
        return;
    }
    let name = screen.name.trim().to_owned();
    out.change(SettingsChange::SessionName(name.clone()));
    out.change(SettingsChange::SessionListed(screen.listed));
    out.change(SettingsChange::DjName(screen.dj_name.trim().to_owned()));
    let dj_name = match &app.account.status {
        AccountStatus::Valid(profile) => profile.name.clone(),
        _ if screen.dj_name.trim().is_empty() => "DJ".to_owned(),
        _ => screen.dj_name.trim().to_owned(),
    };
    screen.begins();
    out.push(Command::Live(LiveCommand::GoLive(NewSession {
        name: if name.is_empty() {
            NAMELESS.to_owned()
        } else {
            name
        },
        dj_name,
        listed: screen.listed,
        pin: screen.asks_pin.then(|| screen.pin.clone()),
        ..NewSession::default()
    })));
}

fn switch_ui(ui: &mut Ui, on: &mut bool, name: &str, words: &str, width: f32) {
    let theme = Theme::of(ui);
    ui.allocate_ui_with_layout(vec2(width, 44.0), Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing = vec2(14.0, 2.0);
        toggle(ui, on, name);
        ui.vertical(|ui| {
            ui.add_space(2.0);
            label(ui, name, text::strong(), theme.text);
            label(ui, words, text::body(), theme.text2);
        });
    });
}

/// What relays have not confirmed.
fn owed_ui(ui: &mut Ui, app: &AppState, out: &mut Requests) {
    for owed in &app.live.owed {
        owed::show(ui, owed, out);
        ui.add_space(12.0);
    }
}

fn checks_ui(ui: &mut Ui, app: &AppState, out: &mut Requests) {
    let theme = Theme::of(ui);
    ui.spacing_mut().item_spacing.y = 12.0;
    ui.add_space(14.0);
    label(ui, "Before you start", text::section(), theme.text);
    for check in checks(app) {
        check_ui(ui, &check);
    }
    if obstacle(app).is_some() && Button::new("Open Settings").icon(icons::GEAR).show(ui).clicked() {
        out.go(Screen::Settings);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_button_waits_for_a_way_to_the_dancers() {
        let app = AppState::default();
        let screen = LiveScreen::default();
        let under = UnderButton::of(&app, &screen);
        assert!(
            matches!(under, UnderButton::Obstacle(words) if !words.is_empty()),
            "{under:?}"
        );
        assert!(!under.is_ready() && !UnderButton::NoPin.is_ready() && UnderButton::Keys.is_ready());
    }
}
