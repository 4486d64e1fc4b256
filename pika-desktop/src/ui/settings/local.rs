//! The relay inside the program: on or off, and where phones find it.

use eframe::egui::Ui;
use pika_engine::{
    app::{AppState, Command},
    live::LivePhase,
    settings::SettingsChange,
};

use super::parts::{LineTone, Row};
use crate::ui::{
    icons, local_relay,
    requests::Requests,
    widgets::{Button, toggle},
};

/// The name of the switch, here as on Live.
const SERVE: &str = "Serve dancers from this laptop";

pub(super) fn show(ui: &mut Ui, app: &AppState, out: &mut Requests) {
    let is_on = app.local_relay.is_some();
    let has_session = !matches!(app.live.phase, LivePhase::Off | LivePhase::Ended);
    let session = app.live.session.as_ref().filter(|_| has_session);
    let (words, tone) = match (&app.local_relay, session) {
        (Some(relay), _) if relay.in_network => {
            (format!("Phones find it at {}", relay.address), LineTone::Plain)
        }
        (Some(_), _) => (
            "Only this computer can reach it: no network was found".to_owned(),
            LineTone::Warn,
        ),
        (None, Some(session)) if session.local => (
            "It has stopped: your dancers wait. Switch it on again".to_owned(),
            LineTone::Trouble,
        ),
        (None, Some(_)) => (
            "Off. It can be switched on before a session".to_owned(),
            LineTone::Quiet,
        ),
        (None, None) => (
            "Without internet and without an account; phones join the same Wi-Fi".to_owned(),
            LineTone::Plain,
        ),
    };
    let row = Row::new(icons::WIFI_HIGH, SERVE, words).tone(tone);
    let control = |ui: &mut Ui| match session {
        Some(session) if session.local && !is_on => {
            let again = Button::new("Switch on again").primary();
            if again
                .name("Switch this laptop's relay on again")
                .show(ui)
                .clicked()
            {
                out.push(Command::LocalRelay(true));
            }
        }
        // A session keeps the relay that it has.
        Some(_) => {}
        None => {
            let mut on = is_on;
            if toggle(ui, &mut on, SERVE).changed() {
                out.push(Command::LocalRelay(on));
                out.change(SettingsChange::ServeHere(on));
            }
        }
    };
    row.show(ui, control);
    if let Some(relay) = &app.local_relay {
        local_relay::addresses_ui(ui, relay, out);
    }
}
