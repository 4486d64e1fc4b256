//! What the DJ must know while on air: one banner or one line under the head.

use eframe::egui::{Frame, Panel, Rect, Role, Sense, StrokeKind, Ui, WidgetInfo, pos2};
use pika_engine::{
    app::{AppState, Command},
    live::{LinkKind, LiveAnswer, LiveCommand, LivePhase, LiveQuestion},
    nowplaying::SourceStatus,
};

use super::{
    link,
    state::{BACK, LiveScreen},
};
use crate::ui::{
    icons::{self, Icon},
    requests::Requests,
    screen::Screen,
    shortcuts::{Action, key_names},
    theme::{Theme, WARN_BANNER, radius, size, text},
    widgets::{Caption, elided, focus_ring},
    words,
};

/// VirtualDJ says nothing for so long before it is mentioned.
const QUIET_MS: i64 = 6 * 60 * 1000;
/// A clock that is off by more makes song times wrong.
const CLOCK_OFF_MS: i64 = 60_000;
/// Coming back is said for so long, in seconds.
const BACK_S: f64 = 6.0;

/// A failure, across the screen.
struct FailureBanner {
    icon: Icon,
    title: String,
    meaning: String,
    /// What goes on meanwhile; may be empty.
    more: String,
    /// What can be pressed, from the right.
    buttons: &'static [BannerButton],
}

/// What can be pressed in a [`FailureBanner`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BannerButton {
    TakeOver,
    Leave,
    Account,
    TryNow,
    SwitchOn,
}

impl BannerButton {
    fn word(self) -> &'static str {
        match self {
            Self::TakeOver => "Take over",
            Self::Leave => "Leave it there",
            Self::Account => "Account",
            Self::TryNow => "Try now",
            Self::SwitchOn => "Switch on again",
        }
    }

    fn obey(self, out: &mut Requests) {
        match self {
            Self::TakeOver => out.push(Command::Live(LiveCommand::Answer(LiveAnswer::GoOn))),
            Self::Leave => out.push(Command::Live(LiveCommand::Answer(LiveAnswer::Leave))),
            Self::Account => out.go(Screen::Settings),
            Self::TryNow => out.push(Command::Live(LiveCommand::ReconnectNow)),
            Self::SwitchOn => out.push(Command::LocalRelay(true)),
        }
    }
}

/// Something to know, in one quiet line.
struct Hint {
    icon: Icon,
    is_good: bool,
    title: String,
    meaning: String,
}

impl Hint {
    fn new(icon: Icon, is_good: bool, title: impl Into<String>, meaning: impl Into<String>) -> Self {
        Self {
            icon,
            is_good,
            title: title.into(),
            meaning: meaning.into(),
        }
    }
}

/// Failure is a banner across the screen, and so is coming back.
pub(super) fn show(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    let now = ui.ctx().time();
    let link = app.live.link.kind;
    if screen.was_offline && matches!(link, LinkKind::Connected | LinkKind::Slow) {
        screen.back_online_until = Some(now + BACK_S);
    }
    screen.was_offline = link::is_stale(&app.live);
    if let Some(failure) = failure(app) {
        if let Some(button) = failure_ui(ui, &failure) {
            button.obey(out);
        }
        return;
    }
    let back_until = screen.back_online_until.filter(|until| *until > now);
    if let Some(until) = back_until {
        ui.ctx().request_repaint_after_secs((until - now) as f32);
    }
    let caught_up = back_until.map(|_| screen.back_words.as_str());
    if let Some(hint) = hint(app, caught_up) {
        hint_ui(ui, &hint);
    }
}

/// What keeps dancers from hearing of the night, if anything does.
fn failure(app: &AppState) -> Option<FailureBanner> {
    let live = &app.live;
    let problem = live.link.problem.as_ref();
    let said = |title: &str, meaning: &str| {
        problem.map_or_else(
            || (title.to_owned(), meaning.to_owned()),
            |words| (words.title.clone(), words.text.clone()),
        )
    };
    if let Some(LiveQuestion::TakeOver {
        name,
        device_name,
        started_at_ms,
        ..
    }) = &live.question
    {
        let (title, meaning) = said(
            "You are live on another computer.",
            "Take the session over, or leave it there.",
        );
        let since = words::clock(*started_at_ms, app.utc_offset_s);
        return Some(FailureBanner {
            icon: icons::USERS,
            title,
            meaning,
            more: format!("{} has {name} since {since}.", link::place(device_name)),
            buttons: &[BannerButton::TakeOver, BannerButton::Leave],
        });
    }
    let is_here = live.session.as_ref().is_some_and(|session| session.local);
    if is_here && live.phase == LivePhase::OnAir && app.local_relay.is_none() {
        return Some(FailureBanner {
            icon: icons::WIFI_SLASH,
            title: "This laptop's relay has stopped.".to_owned(),
            meaning: "Tracks you play are saved here and dancers get them as soon as it runs again."
                .to_owned(),
            more: String::new(),
            buttons: &[BannerButton::SwitchOn],
        });
    }
    if !link::is_stale(live) {
        return None;
    }
    let refused = live.link.kind == LinkKind::Refused;
    let (title, meaning) = said(
        "No internet. Your set goes on.",
        "Tracks you play are saved here and dancers get them as soon as you are back.",
    );
    Some(FailureBanner {
        icon: icons::WIFI_SLASH,
        title,
        meaning,
        more: meanwhile(app, refused).join(" · "),
        buttons: if refused {
            &[BannerButton::Account]
        } else {
            &[BannerButton::TryNow]
        },
    })
}

/// What goes on while the relay is not reached.
fn meanwhile(app: &AppState, refused: bool) -> Vec<String> {
    let link = &app.live.link;
    let mut more = Vec::new();
    if let Some(at) = link.retry_at_ms.filter(|_| !refused) {
        more.push(match (at - app.now_ms).max(0) / 1000 {
            0 => "Trying again now".to_owned(),
            left => format!("Trying again in {left} s"),
        });
    }
    match link.waiting {
        0 => {}
        1 => more.push("1 change waiting to be sent".to_owned()),
        count => more.push(format!("{count} changes waiting to be sent")),
    }
    if !refused {
        more.push("a phone hotspot usually works best".to_owned());
    }
    more
}

/// What is good to know while the night goes on; the first that holds.
fn hint(app: &AppState, caught_up: Option<&str>) -> Option<Hint> {
    let live = &app.live;
    if let Some(caught_up) = caught_up {
        let words = match caught_up {
            "" => "Everything you played is caught up.",
            words => words,
        };
        return Some(Hint::new(icons::CLOUD_CHECK, true, BACK, words));
    }
    if live.link.slow_way && live.is_reached() {
        return Some(Hint::new(
            icons::CLOUD_WARNING,
            false,
            "This network blocks live updates.",
            "Pika! uses a slower way, some seconds behind.",
        ));
    }
    if live.clock_ahead_ms.abs() > CLOCK_OFF_MS {
        let off = live.clock_ahead_ms.unsigned_abs() / 60_000;
        return Some(Hint::new(
            icons::CLOCK,
            false,
            format!("This computer's clock is {off} min off."),
            "Correct it so that song times are right.",
        ));
    }
    let quiet = quiet_minutes(app)?;
    Some(Hint::new(
        icons::DISC,
        false,
        "Your DJ program has gone quiet.",
        format!("No track seen for {quiet} minutes. Is it recording its history?"),
    ))
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

/// Draws the amber banner; returns which of its buttons was pressed.
fn failure_ui(ui: &mut Ui, failure: &FailureBanner) -> Option<BannerButton> {
    let (_, ground) = WARN_BANNER;
    let shown = Panel::top("live-banner")
        .exact_size(size::BANNER)
        .show_separator_line(false)
        .frame(Frame::new().fill(ground))
        .show(ui, |ui| {
            let (pressed, right) = buttons_ui(ui, failure.buttons);
            failure_words_ui(ui, failure, right);
            pressed
        });
    ui.ctx().accesskit_node_builder(shown.response.id, |node| {
        node.set_role(Role::Alert);
        node.set_label(format!("{} {}", failure.title, failure.meaning));
    });
    shown.inner
}

/// The buttons from the right edge; returns the pressed one, and where the words must end.
fn buttons_ui(ui: &mut Ui, buttons: &[BannerButton]) -> (Option<BannerButton>, f32) {
    let (ink, _) = WARN_BANNER;
    let area = ui.max_rect();
    let mut pressed = None;
    let mut right = area.right() - 20.0;
    for &button in buttons {
        let word = button.word();
        let label = if button == BannerButton::TryNow {
            format!("{word}   {}", key_names(ui.ctx(), Action::Reconnect))
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
        let corner = f32::from(radius::CONTROL);
        let fill = ink.gamma_multiply(strength);
        ui.painter()
            .rect(rect, corner, fill, (1.0, ink), StrokeKind::Inside);
        let at = pos2(rect.left() + 14.0, rect.center().y - galley.size().y / 2.0);
        ui.painter().galley(at, galley, ink);
        focus_ring(ui, &response, corner);
        if response.clicked() {
            pressed = Some(button);
        }
        right = rect.left() - 12.0;
    }
    (pressed, right)
}

/// With less room what a failure means is left out: the second line and the accessible name say more, in points.
const LEAST_MEANING: f32 = 90.0;

/// Icon, title and meaning in one line, and below what goes on meanwhile.
fn failure_words_ui(ui: &Ui, failure: &FailureBanner, right: f32) {
    let (ink, ground) = WARN_BANNER;
    let area = ui.max_rect();
    let painter = ui.painter();
    failure
        .icon
        .paint(painter, pos2(area.left() + 32.0, area.center().y), 22.0, ink);
    let left = area.left() + 54.0;
    let line = if failure.more.is_empty() { 0.0 } else { 10.0 };
    let middle = area.center().y - line;
    let title = painter.layout_no_wrap(failure.title.clone(), text::banner(), ink);
    let after = left + title.size().x + 6.0;
    painter.galley(pos2(left, middle - title.size().y / 2.0), title, ink);
    let regular = text::banner_body();
    // A few letters of it would say nothing.
    if right - after >= LEAST_MEANING {
        let meaning = elided(painter, &failure.meaning, regular, ink, right - after);
        painter.galley(pos2(after, middle - meaning.size().y / 2.0), meaning, ink);
    }
    let soft = ink.lerp_to_gamma(ground, 0.2);
    let more = elided(painter, &failure.more, text::body(), soft, right - left);
    painter.galley(pos2(left, area.center().y + 1.0), more, ink);
}

/// One quiet line under the head.
fn hint_ui(ui: &mut Ui, hint: &Hint) {
    let theme = Theme::of(ui);
    let color = if hint.is_good { theme.ok } else { theme.warn };
    Panel::top("live-line")
        .exact_size(size::HINT)
        .show_separator_line(false)
        .frame(Frame::new().fill(theme.bg2))
        .show(ui, |ui| {
            let area = ui.max_rect();
            let middle = area.center().y;
            hint.icon
                .paint_filled(ui.painter(), pos2(area.left() + 32.0, middle), 18.0, color);
            let title = Caption::new(&hint.title, text::strong(), theme.text)
                .left(ui, pos2(area.left() + 54.0, middle));
            Caption::new(&hint.meaning, text::body(), theme.text2)
                .within(area.right() - title.right() - 26.0)
                .left(ui, pos2(title.right() + 6.0, middle));
        });
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pika_engine::live::{LinkInfo, LiveState, Words};

    use super::*;

    fn app(live: LiveState) -> AppState {
        AppState {
            now_ms: 1_000_000,
            live: Arc::new(live),
            ..AppState::default()
        }
    }

    /// What stands across the screen, as text.
    fn told(app: &AppState) -> String {
        if let Some(failure) = failure(app) {
            let buttons: Vec<_> = failure.buttons.iter().map(|button| button.word()).collect();
            return format!(
                "! {} / {} / {} [{}]",
                failure.title,
                failure.meaning,
                failure.more,
                buttons.join("] [")
            );
        }
        hint(app, None).map_or_else(String::new, |hint| format!("{} / {}", hint.title, hint.meaning))
    }

    fn link(kind: LinkKind) -> LinkInfo {
        LinkInfo {
            kind,
            retry_at_ms: Some(1_004_500),
            waiting: 2,
            ..LinkInfo::default()
        }
    }

    #[test]
    fn a_failure_says_what_goes_on_meanwhile() {
        let mut live = LiveState {
            link: link(LinkKind::Offline),
            ..LiveState::default()
        };
        assert_eq!(
            told(&app(live.clone())),
            "! No internet. Your set goes on. / Tracks you play are saved here and dancers get them as soon as you are back. / Trying again in 4 s · 2 changes waiting to be sent · a phone hotspot usually works best [Try now]"
        );
        live.link.kind = LinkKind::Refused;
        live.link.problem = Some(Words::new("The token was revoked.", "Paste the new one."));
        assert_eq!(
            told(&app(live.clone())),
            "! The token was revoked. / Paste the new one. / 2 changes waiting to be sent [Account]"
        );
        live.question = Some(LiveQuestion::TakeOver {
            name: "Friday Social".into(),
            code: "K7QF".into(),
            device_name: String::new(),
            started_at_ms: 0,
            online: true,
        });
        live.link.problem = None;
        assert_eq!(
            told(&app(live)),
            "! You are live on another computer. / Take the session over, or leave it there. / Another computer has Friday Social since 00:00. [Take over] [Leave it there]"
        );
    }

    #[test]
    fn while_the_relay_is_reached_at_most_one_line_is_said() {
        assert_eq!(told(&app(LiveState::default())), "");
        let live = LiveState {
            clock_ahead_ms: -185_000,
            ..LiveState::default()
        };
        assert_eq!(
            told(&app(live.clone())),
            "This computer's clock is 3 min off. / Correct it so that song times are right."
        );
        let back = hint(&app(live), Some("")).map(|hint| (hint.is_good, hint.title));
        assert_eq!(back, Some((true, "Back online.".to_owned())));
    }
}
