//! Live: the end of the night.

use eframe::egui::accesskit::Role;
use egui_kittest::kittest::Queryable;
use pika_engine::{
    app::{Command, Event},
    live::{LiveCommand, LivePhase, LiveReport},
};

use super::{edit, night, on_live};
use crate::stage::{asked, picture};

#[test]
fn the_end_is_asked_for_and_summed_up() {
    let mut app = night();
    let mut window = on_live(app.clone());
    window.get_by_role_and_label(Role::Button, "End session").click();
    window.run_steps(3);
    window.get_by_role_and_label(Role::Dialog, "End the session for 64 dancers?");
    picture(&mut window, "live-end");
    window.get_by_label("End session now").click();
    assert!(asked(&mut window).contains(&Command::Live(LiveCommand::End)));
    edit(&mut app, |live| live.phase = LivePhase::Ended);
    let (shown, state, _) = window.state_mut();
    state.take_in(&Event::Live(LiveReport::State(app.live.clone())));
    *shown = app;
    window.run_steps(3);
    window.get_by_role_and_label(Role::Dialog, "That was the last song");
    window.get_by_label("Most loved: Low Tide, 41 likes");
    picture(&mut window, "live-ended");
    window.get_by_label("Done").click();
    window.run_steps(3);
    window.get_by_label("Ready when you are, Nadia.");
}

#[test]
fn a_test_has_no_summary() {
    let mut app = night();
    edit(&mut app, |live| live.session.as_mut().unwrap().is_test = true);
    let mut window = on_live(app.clone());
    edit(&mut app, |live| live.phase = LivePhase::Ended);
    let (shown, state, _) = window.state_mut();
    state.take_in(&Event::Live(LiveReport::State(app.live.clone())));
    *shown = app;
    window.run_steps(3);
    assert!(window.query_by_label("That was the last song").is_none());
}
