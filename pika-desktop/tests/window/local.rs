//! The relay inside the program: where phones find it, and how it comes back.

use std::sync::Arc;

use eframe::egui::{Role, accesskit::Toggled};
use egui_kittest::kittest::{NodeT, Queryable};
use pika_desktop::ui::Screen;
use pika_engine::{
    app::{AppState, Command, Event},
    live::{LivePhase, LiveReport, LiveState, SessionInfo},
    local_relay::{LocalAddress, LocalRelayInfo},
    networks::{NetworkAddress, NetworkKind},
    settings::SettingsChange,
};

use crate::{
    live,
    stage::{asked, picture, stage},
    support::Booth,
};

/// A relay that phones find in two networks.
pub(crate) fn served() -> LocalRelayInfo {
    let candidate = |ip: &str, name: &str, kind, answers| LocalAddress {
        address: format!("http://{ip}:3001"),
        network: NetworkAddress {
            ip: ip.parse().unwrap(),
            name: name.into(),
            kind,
        },
        answers,
    };
    LocalRelayInfo {
        address: "http://192.168.178.20:3001".into(),
        port: 3001,
        in_network: true,
        firewall_hint: "If phones do not get through, open port 3001 in the firewall.".into(),
        candidates: vec![
            candidate("192.168.178.20", "wlan0", NetworkKind::Wifi, true),
            candidate("10.8.0.2", "tun0", NetworkKind::Tunnel, false),
        ],
    }
}

#[test]
fn the_dj_chooses_where_phones_find_it() {
    let mut app = live::before();
    app.local_relay = Some(served());
    for screen in [Screen::Live, Screen::Settings] {
        let mut window = stage(app.clone(), screen);
        picture(&mut window, &format!("local-addresses-{screen:?}"));
        asked(&mut window);
        let addresses: Vec<_> = window
            .query_all_by_role(Role::RadioButton)
            .filter(|node| {
                node.accesskit_node()
                    .label()
                    .is_some_and(|it| it.starts_with("http"))
            })
            .map(|node| node.accesskit_node().toggled())
            .collect();
        assert_eq!(
            addresses,
            [Some(Toggled::True), Some(Toggled::False)],
            "{screen:?}"
        );
        window
            .get_by_role_and_label(Role::RadioButton, "http://192.168.178.20:3001")
            .click();
        assert!(asked(&mut window).is_empty(), "it is chosen");
        window
            .get_by_role_and_label(Role::RadioButton, "http://10.8.0.2:3001")
            .click();
        let other = Command::LocalAddress(Some("10.8.0.2".parse().unwrap()));
        assert_eq!(asked(&mut window), [other], "{screen:?}");
    }
    // One address is no choice.
    app.local_relay.as_mut().unwrap().candidates.truncate(1);
    let window = stage(app, Screen::Live);
    assert!(
        window
            .query_by_role_and_label(Role::RadioButton, "http://192.168.178.20:3001")
            .is_none()
    );
}

/// On air, served from here or not.
fn on_air(local: bool) -> AppState {
    let mut app = live::night();
    let live = Arc::make_mut(&mut app.live);
    live.session.as_mut().unwrap().local = local;
    app
}

#[test]
fn a_relay_that_stopped_under_a_session_is_switched_on_again() {
    let mut window = stage(on_air(true), Screen::Settings);
    picture(&mut window, "local-stopped");
    asked(&mut window);
    window.get_by_label("Switch this laptop's relay on again").click();
    assert_eq!(asked(&mut window), [Command::LocalRelay(true)]);
    // And where the DJ looks first.
    let mut window = stage(on_air(true), Screen::Live);
    picture(&mut window, "live-local-stopped");
    asked(&mut window);
    window.get_by_label_contains("This laptop's relay has stopped.");
    window.get_by_label("Switch on again").click();
    assert!(asked(&mut window).contains(&Command::LocalRelay(true)));
    let mut runs = on_air(true);
    runs.local_relay = Some(served());
    let window = stage(runs, Screen::Live);
    assert!(window.query_by_label("Switch on again").is_none());
    // A session of another relay keeps that one.
    let window = stage(on_air(false), Screen::Settings);
    assert!(
        window
            .query_by_label("Switch this laptop's relay on again")
            .is_none()
    );
    assert!(
        window
            .query_by_role_and_label(Role::Switch, "Serve dancers from this laptop")
            .is_none()
    );
    // Without a session it is a switch.
    let mut window = stage(live::before(), Screen::Settings);
    asked(&mut window);
    window
        .get_by_role_and_label(Role::Switch, "Serve dancers from this laptop")
        .click();
    let kept = Command::ChangeSettings(SettingsChange::ServeHere(true));
    assert_eq!(asked(&mut window), [Command::LocalRelay(true), kept]);
}

#[test]
fn on_air_the_program_starts_it_for_a_session_of_its_own_alone() {
    let mut booth = Booth::set_up();
    let tell = |booth: &mut Booth, local: bool| {
        let state = LiveState {
            phase: LivePhase::OnAir,
            session: Some(SessionInfo {
                local,
                ..SessionInfo::default()
            }),
            ..LiveState::default()
        };
        let report = Event::Live(LiveReport::State(Arc::new(state)));
        let program = booth.window.state_mut().program().unwrap();
        program.reporter().send(report);
        booth.until("the session", |window| {
            let session = window.app().and_then(|app| app.live.session.as_ref());
            session.is_some_and(|session| session.local == local)
        });
        booth.command(Command::LocalRelay(true));
        booth.app().local_relay.is_some()
    };
    assert!(!tell(&mut booth, false));
    assert!(tell(&mut booth, true));
}
