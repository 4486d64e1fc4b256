//! Live by keyboard.

use eframe::egui::Ui;
use pika_engine::{
    app::{AppState, Command},
    live::{LiveCommand, LivePhase},
};

use super::{
    announce, poll, ready,
    state::{Dialog, LiveScreen, Tab},
    way_in,
};
use crate::ui::{keyboard::Keys, requests::Requests, shortcuts::Action};

/// Ctrl E is held so long to end the session, in seconds.
const HOLD_S: f64 = 1.0;

/// What is pressed while nothing lies over the screen, and what the QR code closes by.
pub(in crate::ui) fn obey(ui: &Ui, app: &AppState, screen: &mut LiveScreen, keys: &Keys, out: &mut Requests) {
    let is_on = matches!(app.live.phase, LivePhase::OnAir | LivePhase::Starting);
    if !is_on {
        if keys.has(Action::Send) || keys.has(Action::GoLive) {
            ready::go(app, screen, out);
        }
        return;
    }
    hold_end(ui, app, screen, keys.holds(Action::EndSession));
    for pressed in keys.iter() {
        obey_one(ui, app, screen, pressed.action, out);
    }
}

fn obey_one(ui: &Ui, app: &AppState, screen: &mut LiveScreen, action: Action, out: &mut Requests) {
    match action {
        Action::Dim => screen.dimmed = !screen.dimmed,
        Action::Close => {
            screen.dimmed = false;
            screen.sheet = false;
        }
        Action::NewPoll => {
            screen.tab = Tab::Poll;
            screen.sheet = screen.is_single;
            screen.focus_poll = app.live.poll.is_none() && app.live.is_reached();
        }
        Action::NewAnnouncement => {
            screen.tab = Tab::Announce;
            screen.sheet = screen.is_single;
            screen.focus_announcement = app.live.is_reached();
        }
        Action::QrFullScreen if screen.dialog == Some(Dialog::Qr) => screen.dialog = None,
        Action::QrFullScreen => screen.dialog = Some(Dialog::Qr),
        Action::CopyLink => way_in::copy_link(ui, app, out),
        Action::Reconnect => out.push(Command::Live(LiveCommand::ReconnectNow)),
        Action::TogglePin => {
            if let Some(session) = &app.live.session {
                way_in::toggle_pin(session, screen, out);
            }
        }
        // What is sent is seen first.
        Action::Send if screen.is_single && !screen.sheet => screen.sheet = true,
        Action::Send => match screen.tab {
            Tab::Poll if app.live.poll.is_none() => poll::send(app, screen, out),
            _ => announce::send(app, screen, out),
        },
        _ => {}
    }
}

/// Ctrl E, held for a second, asks whether to end.
fn hold_end(ui: &Ui, app: &AppState, screen: &mut LiveScreen, held: bool) {
    let ctx = ui.ctx();
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
