//! Live by keyboard.

use eframe::egui::{Key, Ui, ViewportCommand};

use super::{Dialog, Tab, announce, poll, ready, room};
use crate::ui::Requests;
use crate::ui::{
    UiState,
    shortcuts::{Action, pressed},
};
use pika_engine::{app::AppState, command::Command, live::LivePhase};

/// Ctrl E is held so long to end the session, in seconds.
const HOLD_S: f64 = 1.0;

pub(super) fn handle(ui: &Ui, app: &AppState, state: &mut UiState, out: &mut Requests) {
    let ctx = ui.ctx();
    if pressed(ctx, Action::Dim) {
        state.live.dimmed = !state.live.dimmed;
    }
    let on_air = matches!(app.live.phase, LivePhase::OnAir | LivePhase::Starting);
    if !on_air {
        if state.live.dialog.is_none() && pressed(ctx, Action::Send) {
            ready::go(app, state, out);
        }
        return;
    }
    hold_end(ui, app, state);
    if state.live.dialog == Some(Dialog::Qr) && pressed(ctx, Action::QrFullScreen) {
        state.live.dialog = None;
        return;
    }
    if state.live.dialog.is_some() {
        return;
    }
    if state.live.dimmed && pressed(ctx, Action::Close) {
        state.live.dimmed = false;
    }
    if pressed(ctx, Action::NewPoll) {
        state.live.tab = Tab::Poll;
        state.live.focus_poll = app.live.poll.is_none();
    }
    if pressed(ctx, Action::NewAnnouncement) {
        state.live.tab = Tab::Announce;
        state.live.focus_announcement = true;
    }
    if pressed(ctx, Action::QrFullScreen) {
        state.live.dialog = Some(Dialog::Qr);
    }
    if pressed(ctx, Action::CopyLink) {
        room::copy_link(ui, app, state);
    }
    if pressed(ctx, Action::Reconnect) {
        out.push(Command::ReconnectNow);
    }
    if pressed(ctx, Action::TogglePin)
        && let Some(session) = &app.live.session
    {
        room::toggle_pin(session, state, out);
    }
    if pressed(ctx, Action::Send) {
        match state.live.tab {
            Tab::Poll if app.live.poll.is_none() => poll::send(app, state, out),
            _ => announce::send(app, state, out),
        }
    }
}

/// Ctrl E, held for a second, asks whether to end.
fn hold_end(ui: &Ui, app: &AppState, state: &mut UiState) {
    let ctx = ui.ctx();
    let held = ctx.input(|input| input.modifiers.command && input.key_down(Key::E));
    if !held || app.live.phase == LivePhase::Ending {
        state.live.end_held = None;
        return;
    }
    let now = ctx.time();
    let since = *state.live.end_held.get_or_insert(now);
    if now - since >= HOLD_S {
        state.live.end_held = None;
        state.live.dialog = Some(Dialog::End);
    } else {
        ctx.request_repaint_after_secs((HOLD_S - (now - since)) as f32);
    }
}

/// Keys of Live that work on every screen.
pub(in crate::ui) fn anywhere(ui: &Ui, state: &mut UiState) {
    let ctx = ui.ctx();
    if pressed(ctx, Action::FullScreen) {
        state.live.full_screen = !state.live.full_screen;
        ctx.send_viewport_cmd(ViewportCommand::Fullscreen(state.live.full_screen));
    }
    if pressed(ctx, Action::GoLive) {
        state.screen = crate::ui::Screen::Live;
    }
}
