//! Where phones find the relay inside the program: every address of this computer, one of them chosen.

use eframe::egui::Ui;
use pika_engine::{
    app::Command,
    local_relay::{LocalAddress, LocalRelayInfo},
    networks::NetworkKind,
};

use super::{requests::Requests, widgets::choice};

/// The addresses to choose from, where there is a choice.
pub(super) fn addresses_ui(ui: &mut Ui, relay: &LocalRelayInfo, out: &mut Requests) {
    if relay.candidates.len() < 2 {
        return;
    }
    for candidate in &relay.candidates {
        let is_chosen = candidate.address == relay.address;
        if choice(ui, &candidate.address, &words(candidate), is_chosen) && !is_chosen {
            // The first is the one that is found by itself: it goes on being that.
            let is_first = relay.candidates.first() == Some(candidate);
            out.push(Command::LocalAddress((!is_first).then_some(candidate.network.ip)));
        }
    }
}

/// Which network it is, and whether it leads here.
fn words(candidate: &LocalAddress) -> String {
    let kind = match candidate.network.kind {
        NetworkKind::Wifi => "Wi-Fi",
        NetworkKind::Cable => "Cable",
        NetworkKind::Unknown => "Another network",
        NetworkKind::Tether => "Phone or modem on a cable",
        NetworkKind::Tunnel => "Tunnel",
        NetworkKind::Inside => "Inside this computer",
    };
    let answers = match candidate.answers {
        true => "answers",
        false => "does not answer",
    };
    format!("{kind} ({}) · {answers}", candidate.network.name)
}
