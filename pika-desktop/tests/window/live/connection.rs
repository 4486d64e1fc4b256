//! Live while the relay is not reached, or another computer has the session.

use eframe::egui::accesskit::Role;
use egui_kittest::kittest::Queryable;
use pika_desktop::ui::{Screen, widgets::Toasts};
use pika_engine::{
    app::{AppState, Command, Event},
    live::{LinkInfo, LinkKind, LiveAnswer, LiveCommand, LivePhase, LiveQuestion, LiveReport, Notice, Words},
};

use super::{NOW, edit, night, on_live};
use crate::stage::{asked, picture, stage, types};

#[test]
fn a_session_on_another_computer_can_be_taken_over_while_starting_and_while_on_air() {
    for phase in [LivePhase::Starting, LivePhase::OnAir] {
        let mut app = night();
        edit(&mut app, |live| {
            live.phase = phase;
            live.link.kind = LinkKind::Refused;
            live.link.problem = Some(Words::new(
                "You are live on another computer.",
                "Take the session over, or leave it there.",
            ));
            live.question = Some(LiveQuestion::TakeOver {
                name: "Friday Social".into(),
                code: "K7QF".into(),
                device_name: "Booth laptop".into(),
                started_at_ms: NOW - 2_465_000,
                online: true,
            });
        });
        for (button, answer) in [
            ("Take over", LiveAnswer::GoOn),
            ("Leave it there", LiveAnswer::Leave),
        ] {
            let mut window = on_live(app.clone());
            window.get_by_role_and_label(
                Role::Alert,
                "You are live on another computer. Take the session over, or leave it there.",
            );
            window.get_by_label("On another computer");
            picture(&mut window, "live-take-over");
            window.get_by_label(button).click();
            assert!(asked(&mut window).contains(&Command::Live(LiveCommand::Answer(answer))));
        }
    }
}

#[test]
fn offline_the_set_goes_on_and_says_so() {
    let mut app = night();
    edit(&mut app, |live| {
        live.link = LinkInfo {
            kind: LinkKind::Offline,
            since_ms: NOW - 38_000,
            retry_at_ms: Some(NOW + 4_000),
            waiting: 1,
            ..LinkInfo::default()
        };
    });
    let mut window = on_live(app.clone());
    window.get_by_label("Offline 0:38");
    window.get_by_label_contains("No internet. Your set goes on.");
    window.get_by_label("as of 22:40");
    window.get_by_label("Last update from dancers at 22:40");
    window.get_by_label("Polls and announcements wait");
    assert!(window.query_by_label("Ask the dancers").is_none());
    picture(&mut window, "live-offline");
    window.get_by_label("Try now").click();
    assert!(asked(&mut window).contains(&Command::Live(LiveCommand::ReconnectNow)));
    types(&mut window, 'r');
    assert!(asked(&mut window).contains(&Command::Live(LiveCommand::ReconnectNow)));
    // Back again: a line says that all is caught up.
    edit(&mut app, |live| {
        live.link.kind = LinkKind::Connected;
    });
    edit(&mut app, |live| {
        live.notice = Some(Notice {
            number: 1,
            at_ms: NOW,
            is_trouble: false,
            words: Words::new("Back online.", "1 track caught up."),
        });
    });
    let (shown, state, _) = window.state_mut();
    *shown = app.clone();
    state.take_in(&Event::Live(LiveReport::State(app.live.clone())));
    window.run_steps(3);
    window.get_by_label("Back online.");
    window.get_by_label("1 track caught up.");
    assert_eq!(window.state().1.toasts.texts().count(), 0, "said once");
    // What was refused waits for the DJ.
    edit(&mut app, |live| {
        live.link.kind = LinkKind::Refused;
        live.link.problem = Some(Words::new(
            "Token not accepted.",
            "It was replaced or revoked. Log in on the website and copy the new one.",
        ));
    });
    let mut window = on_live(app);
    window.get_by_label_contains("Token not accepted.");
    picture(&mut window, "live-refused");
}

#[test]
fn after_a_crash_the_window_opens_where_the_session_goes_on() {
    let events = |window: &mut egui_kittest::Harness<'static, crate::stage::Scene>, app: &AppState| {
        let report = Event::Live(LiveReport::State(app.live.clone()));
        let (shown, state, _) = window.state_mut();
        *shown = app.clone();
        state.take_in(&report);
        window.run_steps(3);
    };
    // It goes on by itself: said once it is on air, not before, and once.
    let says = "Your session goes on: same code, same dancers.";
    let mut window = stage(super::before(), Screen::Library);
    for (phase, kind, is_said) in [
        (LivePhase::Starting, LinkKind::Connecting, false),
        (LivePhase::Starting, LinkKind::Offline, false),
        (LivePhase::OnAir, LinkKind::Connecting, false),
        (LivePhase::OnAir, LinkKind::Connected, true),
        (LivePhase::OnAir, LinkKind::Connected, false),
    ] {
        let mut app = night();
        edit(&mut app, |live| {
            (live.phase, live.link.kind) = (phase, kind);
        });
        events(&mut window, &app);
        assert_eq!(window.state().1.screen, Screen::Live);
        let was_said = window.query_all_by_label(says).next().is_some();
        assert_eq!(was_said, is_said, "{phase:?} {kind:?}");
        window.state_mut().1.toasts = Toasts::default();
    }
    // One that ended before it was back says nothing of the kind.
    let mut window = stage(super::before(), Screen::Library);
    for phase in [LivePhase::Starting, LivePhase::Off] {
        let mut app = night();
        edit(&mut app, |live| {
            (live.phase, live.link.kind) = (phase, LinkKind::Offline);
        });
        events(&mut window, &app);
    }
    window.state_mut().1.live.begins();
    events(&mut window, &night());
    assert!(window.query_all_by_label(says).next().is_none());
    // It asks.
    let mut window = stage(super::before(), Screen::Library);
    let mut app = super::before();
    edit(&mut app, |live| {
        live.question = Some(LiveQuestion::Resume {
            name: "Friday Social".into(),
            code: "K7QF".into(),
            last_seen_ms: NOW - 8 * 60_000,
        });
    });
    events(&mut window, &app);
    assert_eq!(window.state().1.screen, Screen::Live);
    // Once is enough: whoever goes elsewhere stays there.
    window.state_mut().1.screen = Screen::History;
    events(&mut window, &app);
    assert_eq!(window.state().1.screen, Screen::History);
    // One that was begun here changes nothing.
    let mut window = stage(super::before(), Screen::Library);
    window.state_mut().1.live.begins();
    events(&mut window, &night());
    assert_eq!(window.state().1.screen, Screen::Library);
}
