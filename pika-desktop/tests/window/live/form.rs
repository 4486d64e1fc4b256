//! Live before the night: the form, and what is looked at.

use eframe::egui::{Key, accesskit::Role};
use egui_kittest::{Harness, kittest::Queryable};
use pika_desktop::ui::Screen;
use pika_engine::{
    account::{AccountCommand, AccountState, Reach},
    app::Command,
    battery::Battery,
    live::{LiveAnswer, LiveCommand, LiveQuestion, OwedSession, Words},
    local_relay::LocalRelayInfo,
    relay_access::RelayAddress,
};

use super::{NOW, before, edit, on_live};
use crate::stage::{Scene, asked, picture};

#[test]
fn the_form_starts_a_session_with_what_it_says() {
    let mut window = on_live(before());
    window.get_by_label("Ready when you are, Nadia.");
    window.get_by_label("4,812 of 4,812 analysed");
    window
        .get_by_role_and_label(Role::Switch, "Ask dancers for a PIN")
        .click();
    window.run_steps(2);
    picture(&mut window, "live-ready");
    // Without digits there is nothing to ask for.
    window.get_by_label("Go live").click();
    assert!(
        !asked(&mut window)
            .iter()
            .any(|command| matches!(command, Command::Live(LiveCommand::GoLive(_))))
    );
    window.get_by_label("PIN").click();
    window.run_steps(2);
    window.get_by_label("PIN").type_text("48a21");
    window.run_steps(2);
    window
        .get_by_role_and_label(Role::Switch, "List under “Live now”")
        .click();
    window.run_steps(2);
    window.get_by_label("Go live").click();
    let session = asked(&mut window)
        .into_iter()
        .find_map(|command| match command {
            Command::Live(LiveCommand::GoLive(session)) => Some(session),
            _ => None,
        })
        .expect("a session");
    assert_eq!(session.name, "Friday Social, Main Room");
    assert_eq!(session.pin.as_deref(), Some("4821"));
    assert!(!session.listed);
}

#[test]
fn the_pin_takes_the_keyboard_once_when_it_is_switched_on() {
    let is_focused = |window: &Harness<'static, Scene>| window.get_by_label("PIN").is_focused();
    let switch = |window: &mut Harness<'static, Scene>| {
        let switch = window.get_by_role_and_label(Role::Switch, "Ask dancers for a PIN");
        switch.click();
        window.run_steps(3);
    };
    let mut window = on_live(before());
    switch(&mut window);
    assert!(is_focused(&window));
    // Whoever comes back to the form, the PIN still empty, goes on by keyboard.
    for place in ["Library", "Live"] {
        window.get_by_role_and_label(Role::Tab, place).click();
        window.run_steps(3);
    }
    assert!(!is_focused(&window));
    // Emptied while another field is typed in.
    window.get_by_label("PIN").focus();
    window.get_by_label("PIN").type_text("4");
    window.run_steps(3);
    window.key_press(Key::Backspace);
    window.get_by_label("Session name").focus();
    window.run_steps(3);
    assert!(!is_focused(&window));
    switch(&mut window);
    switch(&mut window);
    assert!(is_focused(&window), "switched on once more");
}

#[test]
fn without_an_account_the_form_says_what_to_do() {
    let mut app = before();
    app.account = AccountState::default();
    let mut window = on_live(app);
    window.get_by_label("Connect your DJ account first.");
    window.get_by_label("Go live").click();
    assert!(
        !asked(&mut window)
            .iter()
            .any(|command| matches!(command, Command::Live(LiveCommand::GoLive(_))))
    );
    picture(&mut window, "live-no-account");
}

#[test]
fn without_internet_this_computer_serves_the_dancers() {
    let mut app = before();
    app.account = AccountState::default();
    let mut window = on_live(app.clone());
    window
        .get_by_role_and_label(Role::Switch, "Serve dancers from this laptop")
        .click();
    assert!(asked(&mut window).contains(&Command::LocalRelay(true)));
    app.local_relay = Some(LocalRelayInfo {
        address: "http://192.168.178.20:3001".into(),
        port: 3001,
        in_network: true,
        firewall_hint: "If phones do not get through, open port 3001 in the firewall.".into(),
        ..LocalRelayInfo::default()
    });
    window.state_mut().0 = app;
    window.run_steps(3);
    window.get_by_label("Phones find it at http://192.168.178.20:3001 (port 3001).");
    window.get_by_label("Your name, as dancers see it").click();
    window.run_steps(2);
    window
        .get_by_label("Your name, as dancers see it")
        .type_text("Nadia");
    window.run_steps(2);
    picture(&mut window, "live-ready-local");
    window.get_by_label("Go live").click();
    let asked = asked(&mut window);
    assert!(
        asked
            .iter()
            .any(|command| matches!(command, Command::Live(LiveCommand::GoLive(session)) if session.dj_name == "Nadia")),
        "{asked:?}"
    );
}

#[test]
fn an_interrupted_session_and_one_elsewhere_are_asked_about() {
    let mut app = before();
    edit(&mut app, |live| {
        live.question = Some(LiveQuestion::Resume {
            name: "Friday Social, Main Room".into(),
            code: "K7QF".into(),
            last_seen_ms: NOW - 8 * 60_000,
        });
    });
    let mut window = on_live(app.clone());
    window.get_by_label("Last session stopped 8 min ago");
    picture(&mut window, "live-resume");
    window.get_by_label("Resume it").click();
    assert!(asked(&mut window).contains(&Command::Live(LiveCommand::Answer(LiveAnswer::GoOn))));
    edit(&mut app, |live| {
        live.question = Some(LiveQuestion::TakeOver {
            name: "Friday Social".into(),
            code: "K7QF".into(),
            device_name: "Booth laptop".into(),
            started_at_ms: NOW - 2_465_000,
            online: true,
        });
    });
    let mut window = on_live(app);
    window.get_by_label("“Booth laptop” has Friday Social since 22:00.");
    window.get_by_label("Leave it there").click();
    assert!(asked(&mut window).contains(&Command::Live(LiveCommand::Answer(LiveAnswer::Leave))));
}

#[test]
fn before_the_night_relay_and_battery_are_looked_at() {
    let mut app = before();
    app.account.relay = RelayAddress::parse("https://pika.stream").ok();
    let mut window = on_live(app.clone());
    let wishes = asked(&mut window);
    assert!(wishes.contains(&Command::LookAtBattery), "{wishes:?}");
    assert!(
        wishes.contains(&Command::Account(AccountCommand::Measure)),
        "{wishes:?}"
    );
    window.run_steps(3);
    assert!(
        !asked(&mut window).contains(&Command::LookAtBattery),
        "once a minute is enough"
    );
    app.account.reach = Reach::Answers(38);
    app.battery = Some(Battery {
        percent: 41,
        plugged_in: false,
    });
    app.now_ms += 61_000;
    window.state_mut().0 = app.clone();
    assert!(asked(&mut window).contains(&Command::LookAtBattery));
    window.get_by_label("Good · 38 ms");
    window.get_by_label("41 %, not charging");
    picture(&mut window, "live-ready-checks");
    app.account.reach = Reach::Silent;
    window.state_mut().0 = app;
    window.run_steps(3);
    window.get_by_label_contains("The relay does not answer now.");
    // None of it stops the DJ.
    window.get_by_label("Go live").click();
    assert!(
        asked(&mut window)
            .iter()
            .any(|command| matches!(command, Command::Live(LiveCommand::GoLive(_))))
    );
}

#[test]
fn the_question_stands_where_the_night_begins() {
    let mut app = before();
    edit(&mut app, |live| {
        live.question = Some(LiveQuestion::Resume {
            name: "Friday Social, Main Room".into(),
            code: "K7QF".into(),
            last_seen_ms: NOW - 8 * 60_000,
        });
    });
    let window = on_live(before());
    let go_live = window.get_by_label("Go live").rect();
    let mut window = on_live(app);
    assert_eq!(window.get_by_label("Resume it").rect(), go_live);
    assert!(window.query_by_label("Go live").is_none());
    window.get_by_label("End it").click();
    assert!(asked(&mut window).contains(&Command::Live(LiveCommand::Answer(LiveAnswer::End))));
}

#[test]
fn what_relays_have_not_confirmed_stays_in_view_before_the_night() {
    let mut app = before();
    let owed = |songs, problem| OwedSession {
        session_id: None,
        name: "Friday Social".into(),
        relay: "pika.stream".into(),
        songs,
        whose: None,
        problem,
    };
    edit(&mut app, |live| live.owed = vec![owed(3, None)]);
    let mut window = on_live(app.clone());
    picture(&mut window, "live-ready-owed");
    // Far longer than any message.
    window.run_steps(4 * 60);
    window.get_by_label("3 songs of “Friday Social” have not arrived at pika.stream");
    // Who is refused is led to where that is settled.
    let refused = Words::new("Token not accepted.", "It was replaced or revoked.");
    edit(&mut app, |live| live.owed = vec![owed(1, Some(refused))]);
    window.state_mut().0 = app.clone();
    window.run_steps(3);
    window.get_by_label("1 song of “Friday Social” has not arrived at pika.stream");
    window.get_by_label("Open Settings").click();
    window.run_steps(3);
    assert_eq!(window.state().1.screen, Screen::Settings);
    edit(&mut app, |live| live.owed.clear());
    let window = on_live(app);
    assert!(window.query_by_label_contains("Friday Social” ").is_none());
}
