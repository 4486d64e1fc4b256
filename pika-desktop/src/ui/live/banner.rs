//! What the DJ must know while on air: one banner or one line under the head.

use eframe::egui::{Align2, Color32, Frame, Panel, Rect, Role, Sense, Ui, WidgetInfo, pos2};
use pika_engine::{
    app::{AppState, Command},
    live::{LinkKind, LiveAnswer, LiveQuestion},
    nowplaying::SourceStatus,
};

use super::{link, state::LiveScreen};
use crate::ui::{
    fonts::Weight,
    icons::{self, Icon},
    requests::Requests,
    screen::Screen,
    shortcuts::{Action, key_names},
    theme::{Theme, WARN_BANNER, font, text},
    widgets::{elided, focus_ring, say, say_within},
    words,
};
use pika_engine::live::LiveCommand;

/// VirtualDJ says nothing for so long before it is mentioned.
const QUIET_MS: i64 = 6 * 60 * 1000;

/// Failure is a banner across the screen, and so is coming back.
pub(super) fn show(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    let theme = Theme::of(ui);
    let now = ui.ctx().time();
    let live = &app.live;
    let is_off = link::is_stale(live);
    if screen.was_offline && matches!(live.link.kind, LinkKind::Connected | LinkKind::Slow) {
        screen.back_online_until = Some(now + 6.0);
    }
    screen.was_offline = is_off;
    let problem = live.link.problem.as_ref();
    if let Some(LiveQuestion::TakeOver {
        name,
        device_name,
        started_at_ms,
        ..
    }) = &live.question
    {
        let title = problem.map_or("You are live on another computer.", |words| words.title.as_str());
        let meaning = problem.map_or("Take the session over, or leave it there.", |words| {
            words.text.as_str()
        });
        let place = link::place(device_name);
        let since = words::clock(*started_at_ms, app.utc_offset_s);
        let more = format!("{place} has {name} since {since}.");
        let buttons = ["Take over", "Leave it there"];
        match wide_banner(ui, icons::USERS, title, meaning, &more, &buttons) {
            Some(0) => out.push(Command::Live(LiveCommand::Answer(LiveAnswer::GoOn))),
            Some(_) => out.push(Command::Live(LiveCommand::Answer(LiveAnswer::Leave))),
            None => {}
        }
    } else if is_off {
        let refused = live.link.kind == LinkKind::Refused;
        let title = problem.map_or("No internet. Your set goes on.", |words| words.title.as_str());
        let meaning = problem.map_or(
            "Tracks you play are saved here and dancers get them as soon as you are back.",
            |words| words.text.as_str(),
        );
        let mut more = Vec::new();
        if let Some(at) = live.link.retry_at_ms.filter(|_| !refused) {
            let left = (at - app.now_ms).max(0) / 1000;
            more.push(if left == 0 {
                "Trying again now".to_owned()
            } else {
                format!("Trying again in {left} s")
            });
        }
        match live.link.waiting {
            0 => {}
            1 => more.push("1 change waiting to be sent".to_owned()),
            count => more.push(format!("{count} changes waiting to be sent")),
        }
        if !refused {
            more.push("a phone hotspot usually works best".to_owned());
        }
        let button = if refused { "Account" } else { "Try now" };
        let pressed = wide_banner(
            ui,
            icons::WIFI_SLASH,
            title,
            meaning,
            &more.join(" · "),
            &[button],
        );
        if pressed.is_some() {
            if refused {
                out.go(Screen::Settings);
            } else {
                out.push(Command::Live(LiveCommand::ReconnectNow));
            }
        }
    } else if let Some(until) = screen.back_online_until.filter(|until| *until > now) {
        ui.ctx().request_repaint_after_secs((until - now) as f32);
        strip_line(
            ui,
            icons::CLOUD_CHECK,
            theme.ok,
            "Back online.",
            "Everything you played is caught up.",
        );
    } else if live.link.slow_way && live.is_reached() {
        strip_line(
            ui,
            icons::CLOUD_WARNING,
            theme.warn,
            "This network blocks live updates.",
            "Pika! uses a slower way, some seconds behind.",
        );
    } else if live.clock_ahead_ms.abs() > 60_000 {
        let off = live.clock_ahead_ms.unsigned_abs() / 60_000;
        strip_line(
            ui,
            icons::CLOCK,
            theme.warn,
            &format!("This computer's clock is {off} min off."),
            "Correct it so that song times are right.",
        );
    } else if let Some(quiet) = quiet_minutes(app) {
        strip_line(
            ui,
            icons::DISC,
            theme.warn,
            "Your DJ program has gone quiet.",
            &format!("No track seen for {quiet} minutes. Is it recording its history?"),
        );
    }
}

/// Minutes without a song, when that is remarkable.
fn quiet_minutes(app: &AppState) -> Option<i64> {
    let playing = app.playing.as_ref()?;
    let length_ms = playing
        .values
        .duration_s
        .map_or(0, |seconds| (seconds * 1000.0) as i64);
    let silent = app.now_ms - (playing.started_at_ms + length_ms).max(playing.logged_at_ms);
    let follows = app
        .sources
        .values()
        .any(|status| matches!(status, SourceStatus::Following { .. }));
    (follows && silent > QUIET_MS).then_some(silent / 60_000)
}

/// The amber banner of 56 points; returns which of its buttons was pressed, counted from the right.
fn wide_banner(
    ui: &mut Ui,
    icon: Icon,
    title: &str,
    meaning: &str,
    more: &str,
    buttons: &[&str],
) -> Option<usize> {
    let (ink, ground) = WARN_BANNER;
    let mut pressed = None;
    let shown = Panel::top("live-banner")
        .exact_size(56.0)
        .show_separator_line(false)
        .frame(Frame::new().fill(ground))
        .show(ui, |ui| {
            let area = ui.max_rect();
            icon.paint(ui.painter(), pos2(area.left() + 32.0, area.center().y), 22.0, ink);
            let mut right = area.right() - 20.0;
            for (at, &word) in buttons.iter().enumerate() {
                let keys = key_names(ui.ctx(), Action::Reconnect);
                let label = if word == "Try now" {
                    format!("{word}   {keys}")
                } else {
                    word.to_owned()
                };
                let galley = ui.painter().layout_no_wrap(label, text::strong(), ink);
                let rect = Rect::from_min_max(
                    pos2(right - galley.size().x - 28.0, area.center().y - 18.0),
                    pos2(right, area.center().y + 18.0),
                );
                let response = ui.allocate_rect(rect, Sense::click());
                response.widget_info(|| WidgetInfo::labeled(Role::Button, true, word));
                let strength = if response.hovered() { 0.16 } else { 0.0 };
                ui.painter().rect(
                    rect,
                    9.0,
                    ink.gamma_multiply(strength),
                    (1.0, ink),
                    eframe::egui::StrokeKind::Inside,
                );
                ui.painter().galley(
                    pos2(rect.left() + 14.0, rect.center().y - galley.size().y / 2.0),
                    galley,
                    ink,
                );
                focus_ring(ui, &response, 9.0);
                if response.clicked() {
                    pressed = Some(at);
                }
                right = rect.left() - 12.0;
            }
            let left = area.left() + 54.0;
            let title_galley = ui
                .painter()
                .layout_no_wrap(title.to_owned(), font(15.0, Weight::Bold), ink);
            let after = left + title_galley.size().x + 6.0;
            let line = if more.is_empty() { 0.0 } else { 10.0 };
            ui.painter().galley(
                pos2(left, area.center().y - line - title_galley.size().y / 2.0),
                title_galley,
                ink,
            );
            let meaning_galley = elided(
                ui.painter(),
                meaning,
                font(15.0, Weight::Regular),
                ink,
                right - after,
            );
            ui.painter().galley(
                pos2(after, area.center().y - line - meaning_galley.size().y / 2.0),
                meaning_galley,
                ink,
            );
            let more_galley = elided(
                ui.painter(),
                more,
                text::body(),
                ink.lerp_to_gamma(ground, 0.2),
                right - left,
            );
            ui.painter()
                .galley(pos2(left, area.center().y + 1.0), more_galley, ink);
        });
    ui.ctx().accesskit_node_builder(shown.response.id, |node| {
        node.set_role(Role::Alert);
        node.set_label(format!("{title} {meaning}"));
    });
    pressed
}

/// One quiet line under the head.
fn strip_line(ui: &mut Ui, icon: Icon, color: Color32, title: &str, meaning: &str) {
    let theme = Theme::of(ui);
    Panel::top("live-line")
        .exact_size(38.0)
        .show_separator_line(false)
        .frame(Frame::new().fill(theme.bg2))
        .show(ui, |ui| {
            let area = ui.max_rect();
            icon.paint_filled(
                ui.painter(),
                pos2(area.left() + 32.0, area.center().y),
                18.0,
                color,
            );
            let title = say(
                ui,
                pos2(area.left() + 54.0, area.center().y),
                Align2::LEFT_CENTER,
                title,
                text::strong(),
                theme.text,
            );
            say_within(
                ui,
                pos2(title.right() + 6.0, area.center().y),
                Align2::LEFT_CENTER,
                meaning,
                text::body(),
                theme.text2,
                area.right() - title.right() - 26.0,
            );
        });
}
