//! Live by keyboard.

use eframe::egui::{Key, Ui, ViewportCommand};
use pika_engine::{
    app::{AppState, Command},
    live::{LiveCommand, LivePhase},
};

use super::{
    announce, poll, ready,
    state::{Dialog, LiveScreen, Tab},
    way_in,
};
use crate::ui::{
    requests::Requests,
    screen::Screen,
    shortcuts::{Action, pressed},
};

/// Ctrl E is held so long to end the session, in seconds.
const HOLD_S: f64 = 1.0;

pub(super) fn handle(ui: &Ui, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    let ctx = ui.ctx();
    if pressed(ctx, Action::Dim) {
        screen.dimmed = !screen.dimmed;
    }
    let on_air = matches!(app.live.phase, LivePhase::OnAir | LivePhase::Starting);
    if !on_air {
        if screen.dialog.is_none() && pressed(ctx, Action::Send) {
            ready::go(app, screen, out);
        }
        return;
    }
    hold_end(ui, app, screen);
    if screen.dialog == Some(Dialog::Qr) && pressed(ctx, Action::QrFullScreen) {
        screen.dialog = None;
        return;
    }
    if screen.dialog.is_some() {
        return;
    }
    if screen.dimmed && pressed(ctx, Action::Close) {
        screen.dimmed = false;
    }
    if pressed(ctx, Action::NewPoll) {
        screen.tab = Tab::Poll;
        screen.focus_poll = app.live.poll.is_none();
    }
    if pressed(ctx, Action::NewAnnouncement) {
        screen.tab = Tab::Announce;
        screen.focus_announcement = true;
    }
    if pressed(ctx, Action::QrFullScreen) {
        screen.dialog = Some(Dialog::Qr);
    }
    if pressed(ctx, Action::CopyLink) {
        way_in::copy_link(ui, app, out);
    }
    if pressed(ctx, Action::Reconnect) {
        out.push(Command::Live(LiveCommand::ReconnectNow));
    }
    if pressed(ctx, Action::TogglePin)
        && let Some(session) = &app.live.session
    {
        way_in::toggle_pin(session, screen, out);
    }
    if pressed(ctx, Action::Send) {
        match screen.tab {
            Tab::Poll if app.live.poll.is_none() => poll::send(app, screen, out),
            _ => announce::send(app, screen, out),
        }
    }
}

/// Ctrl E, held for a second, asks whether to end.
fn hold_end(ui: &Ui, app: &AppState, screen: &mut LiveScreen) {
    let ctx = ui.ctx();
    let held = ctx.input(|input| input.modifiers.command && input.key_down(Key::E));
    if !held || app.live.phase == LivePhase::Ending {
        screen.end_held = None;
        return;
    }
    let now = ctx.time();
    let since = *screen.end_held.get_or_insert(now);
    if now - since >= HOLD_S {
        screen.end_held = None;
        screen.dialog = Some(Dialog::End);
    } else {
        ctx.request_repaint_after_secs((HOLD_S - (now - since)) as f32);
    }
}

/// Keys of Live that work on every screen.
pub(in crate::ui) fn anywhere(ui: &Ui, screen: &mut LiveScreen, out: &mut Requests) {
    let ctx = ui.ctx();
    if pressed(ctx, Action::FullScreen) {
        screen.full_screen = !screen.full_screen;
        ctx.send_viewport_cmd(ViewportCommand::Fullscreen(screen.full_screen));
    }
    if pressed(ctx, Action::GoLive) {
        out.go(Screen::Live);
    }
}
