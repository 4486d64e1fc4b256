//! What lies over Live: the question before the end, how it was, the PIN, the QR code across the window.

use eframe::egui::{Align2, Context, Id, Rect, Sense, Ui, UiBuilder, Vec2, pos2, vec2};
use pika_engine::{
    app::{AppState, Command},
    live::LiveCommand,
};

use super::{
    correct, replace,
    state::{After, Dialog, LiveScreen},
    summary,
    way_in::{is_pin, qr_text},
};
use crate::ui::{
    icons,
    requests::Requests,
    theme::{Theme, text},
    widgets::{
        Button, Caption, Over, TextField, across, checkbox, dialog, entered, foot, icon_button, label,
    },
    words::{self, dancers},
};

pub(super) fn show(ui: &Ui, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    let ctx = ui.ctx();
    let Some(mut open) = screen.dialog.take() else {
        return;
    };
    let after = match &mut open {
        Dialog::End => end_ui(ctx, app, out),
        Dialog::Quit => quit_ui(ctx, app, screen),
        Dialog::Summary(summary) => summary::show(ctx, summary, out),
        Dialog::Pin(typed) => pin_ui(ctx, app, screen, typed, out),
        Dialog::Qr => qr_ui(ctx, app, screen),
        Dialog::Plays => correct::plays_ui(ctx, app),
        Dialog::Replace(search) => {
            let title = format!("“{}” was really…", correct::title_of(app, search.play));
            replace::show(ctx, app, &title, search, out)
        }
        Dialog::Remove(play) => correct::remove_ui(ctx, app, *play, out),
    };
    screen.dialog = match after {
        After::Stays => Some(open),
        After::Closes => None,
        After::Opens(next) => Some(next),
    };
}

fn end_ui(ctx: &Context, app: &AppState, out: &mut Requests) -> After {
    let theme = Theme::of_ctx(ctx);
    let title = match app.live.crowd.listeners {
        0 => "End the session?".to_owned(),
        count => format!("End the session for {}?", dancers(count)),
    };
    let ((stays, ends), close) = dialog(ctx, Over::LiveEnd, &title, 356.0, |ui| {
        let words = if app.live.is_reached() {
            "They see the recap right away. The link stops taking likes and votes."
        } else {
            "There is no connection now: dancers see the recap as soon as you are back. What you played is kept."
        };
        label(ui, words, text::body(), theme.text2);
        foot(ui, "Keep playing", |ui| {
            Button::new("End session")
                .danger_filled()
                .name("End session now")
                .show(ui)
                .clicked()
        })
    });
    if ends {
        out.push(Command::Live(LiveCommand::End));
    }
    After::closes_if(ends || stays || close)
}

fn quit_ui(ctx: &Context, app: &AppState, screen: &mut LiveScreen) -> After {
    let theme = Theme::of_ctx(ctx);
    let is_local = app.live.session.as_ref().is_some_and(|session| session.local);
    let ((stays, quits), close) = dialog(ctx, Over::LiveQuit, "Quit while you are live?", 356.0, |ui| {
        let words = if is_local {
            "Dancers are served by this laptop: their page waits until you open Pika! again. Within 5 minutes the session simply goes on."
        } else {
            "The session stays open. Open Pika! again within 5 minutes and it simply goes on; later you are asked."
        };
        label(ui, words, text::body(), theme.text2);
        foot(ui, "Stay", |ui| {
            Button::new("Quit, keep session").show(ui).clicked()
        })
    });
    if quits {
        screen.quit();
        ctx.send_viewport_cmd(eframe::egui::ViewportCommand::Close);
    }
    After::closes_if(quits || stays || close)
}

fn pin_ui(
    ctx: &Context,
    app: &AppState,
    screen: &mut LiveScreen,
    typed: &mut String,
    out: &mut Requests,
) -> After {
    let theme = Theme::of_ctx(ctx);
    let ((stays, sets), close) = dialog(ctx, Over::LivePin, "PIN for newcomers", 356.0, |ui| {
        label(
            ui,
            "4 to 8 digits. Dancers who are already in stay in.",
            text::body(),
            theme.text2,
        );
        ui.add_space(10.0);
        let response = TextField::new(typed, "New PIN")
            .hint("4 to 8 digits")
            .max_chars(8)
            .large()
            .opened()
            .show(ui);
        typed.retain(|digit| digit.is_ascii_digit());
        ui.add_space(10.0);
        ui.horizontal(|ui| {
            checkbox(
                ui,
                &mut screen.pin_in_qr,
                false,
                "The QR code carries the PIN",
                18.0,
            );
            label(ui, "The QR code carries the PIN", text::body(), theme.text2);
        });
        let entered = entered(ui, &response);
        let valid = is_pin(typed);
        let (stays, sets) = foot(ui, "Cancel", |ui| {
            Button::new("Set PIN").primary().enabled(valid).show(ui).clicked()
        });
        (stays, (sets || entered) && valid)
    });
    if sets {
        screen.pin.clone_from(typed);
        if app
            .live
            .session
            .as_ref()
            .is_some_and(|session| session.pin.as_ref() != Some(typed))
        {
            out.push(Command::Live(LiveCommand::SetPin(Some(typed.clone()))));
        }
    }
    After::closes_if(sets || stays || close)
}

/// The QR code across the whole window, to be held up or put on a screen.
fn qr_ui(ctx: &Context, app: &AppState, screen: &mut LiveScreen) -> After {
    let theme = Theme::of_ctx(ctx);
    let Some(session) = app
        .live
        .session
        .as_ref()
        .filter(|session| !session.address.is_empty())
    else {
        return After::Closes;
    };
    let all = ctx.content_rect();
    let (pressed, close) = across(ctx, Over::LiveQr, |ui| {
        let response = ui.interact(all, Id::unique("live-qr-close"), Sense::click());
        let side = (all.height() - 190.0).min(all.width() - 80.0).max(120.0);
        let square = Rect::from_center_size(all.center() - vec2(0.0, 52.0), Vec2::splat(side));
        screen.qr.paint(ui, square, &qr_text(session, screen.pin_in_qr));
        let line = |words: &str, font, color, down: f32| {
            let at = pos2(all.center().x, square.bottom() + down);
            Caption::new(words, font, color)
                .within(all.width() - 40.0)
                .at(ui, at, Align2::CENTER_CENTER);
        };
        let (path, code) = words::spoken(&session.address);
        line(&format!("{path}{code}"), text::address(), theme.text, 34.0);
        let under = match (&session.pin, screen.pin_in_qr) {
            (Some(pin), false) => format!("PIN {pin}"),
            _ if session.local => {
                "Join this Wi-Fi first, then scan. Mobile data does not reach it.".to_owned()
            }
            _ => "Scan with the camera. No app, no login.".to_owned(),
        };
        line(&under, text::under_code(), theme.text2, 76.0);
        let corner = Rect::from_min_size(pos2(all.right() - 60.0, all.top() + 16.0), Vec2::splat(44.0));
        let mut child = ui.new_child(UiBuilder::new().max_rect(corner));
        icon_button(&mut child, icons::X, "Close", 44.0).clicked() || response.clicked()
    });
    After::closes_if(pressed || close)
}
