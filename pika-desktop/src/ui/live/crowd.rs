//! Who is there and what they do: dancers, likes a minute, what they say of the tempo.

use eframe::egui::{Align2, Rect, Sense, Ui, UiBuilder, pos2, vec2};
use pika_engine::{
    app::AppState,
    live::{Crowd, LivePlay},
};

use super::link;
use crate::ui::{
    icons,
    theme::{Theme, text},
    widgets::{Caption, label, name_at},
    words::{self, dancers, thousands},
};

/// A hairline across the column.
pub(super) fn line_ui(ui: &mut Ui) {
    let theme = Theme::of(ui);
    let y = ui.cursor().top();
    ui.painter().hline(ui.max_rect().x_range(), y, (1.0, theme.line));
    ui.add_space(1.0);
}

/// The playing song, when the floor has said something of its tempo.
fn voted(app: &AppState) -> Option<&LivePlay> {
    let playing = app.playing.as_ref()?.play_id;
    app.live
        .plays
        .iter()
        .find(|play| play.play_id == playing)
        .filter(|play| play.faster + play.perfect + play.slower > 0)
}

/// How high [`crowd_ui`] is while the relay is reached.
pub(super) fn crowd_height(app: &AppState) -> f32 {
    if voted(app).is_some() { 116.0 } else { 74.0 }
}

/// Numbers that are not new are painted weaker by this.
const FADE: f32 = 0.55;
/// Where the likes a minute begin, in points from the left edge.
const BARS: f32 = 134.0;

/// What stands under the numbers.
#[derive(Debug, PartialEq)]
enum UnderFigures<'a> {
    /// How old they are.
    Stale(String),
    /// What the floor says of the tempo, when it says something, and what to do while nobody is there.
    Fresh {
        votes: Option<&'a LivePlay>,
        advice: Option<String>,
    },
}

impl<'a> UnderFigures<'a> {
    fn of(app: &'a AppState) -> Self {
        let crowd = &app.live.crowd;
        if link::is_stale(&app.live) {
            let at = words::clock(crowd.updated_at_ms, app.utc_offset_s);
            return Self::Stale(format!("Last update from dancers at {at}"));
        }
        let nobody = crowd.listeners == 0 && crowd.peak == 0 && app.live.is_reached();
        let session = app.live.session.as_ref();
        let code = session.map_or("", |session| session.code.as_str());
        Self::Fresh {
            votes: voted(app),
            advice: nobody
                .then(|| format!("No dancers yet. Show the QR on a screen or read out the code {code}.")),
        }
    }
}

/// Dancers, likes a minute, and what they say of the tempo.
pub(super) fn crowd_ui(ui: &mut Ui, app: &AppState) {
    let theme = Theme::of(ui);
    let under = UnderFigures::of(app);
    let fade = if matches!(under, UnderFigures::Stale(_)) {
        FADE
    } else {
        1.0
    };
    numbers_ui(ui, &app.live.crowd, fade);
    match under {
        UnderFigures::Stale(words) => stale_ui(ui, &words),
        UnderFigures::Fresh { votes, advice } => {
            if let Some(play) = votes {
                ui.add_space(8.0);
                tempo_ui(ui, play);
            }
            if let Some(advice) = advice {
                ui.add_space(8.0);
                label(ui, advice, text::body(), theme.text2);
            }
        }
    }
}

/// What the row leaves out: how old the figures are, most dancers at once, who thanked.
pub(super) fn rest_ui(ui: &mut Ui, app: &AppState) {
    let theme = Theme::of(ui);
    let crowd = &app.live.crowd;
    let mut words = vec![format!("{} at the peak", dancers(crowd.peak))];
    if crowd.thanks > 0 {
        words.push(format!("{} thanked you", thousands(crowd.thanks as usize)));
    }
    if let UnderFigures::Stale(stale) = UnderFigures::of(app) {
        words.insert(0, stale);
    }
    label(ui, words.join(" · "), text::body(), theme.text2);
}

/// The same in one row of little height: dancers, and beside them what they say of the tempo or like.
pub(super) fn row_ui(ui: &mut Ui, app: &AppState) {
    let theme = Theme::of(ui);
    let rect = ui.max_rect();
    let fade = if link::is_stale(&app.live) { FADE } else { 1.0 };
    let crowd = &app.live.crowd;
    let ink = theme.text.gamma_multiply(fade);
    let quiet = theme.text3.gamma_multiply(fade);
    let at = |x: f32, y: f32| rect.left_top() + vec2(x, y);
    Caption::new("Dancers", text::micro(), quiet).left(ui, at(0.0, 8.0));
    let listeners = thousands(crowd.listeners as usize);
    let number = Caption::new(&listeners, text::figure(), ink).left(ui, at(0.0, 36.0));
    let beside = rect.with_min_x(number.right().max(rect.left() + 62.0) + 18.0);
    let mut child = ui.new_child(UiBuilder::new().max_rect(beside));
    if let UnderFigures::Fresh {
        advice: Some(advice), ..
    } = UnderFigures::of(app)
    {
        child.spacing_mut().item_spacing.y = 0.0;
        label(&mut child, advice, text::small(), theme.text2);
        return;
    }
    match voted(app) {
        Some(play) if beside.width() < LEAST_BAR => {
            for (at, (name, votes, leads)) in votes_of(play).into_iter().rev().enumerate() {
                let color = if leads { ink } else { quiet };
                Caption::new(&format!("{name} {votes}"), text::small(), color)
                    .within(beside.width())
                    .left(ui, beside.left_top() + vec2(0.0, 9.0 + 19.0 * at as f32));
            }
        }
        Some(play) => {
            child.add_space((beside.height() - 34.0) / 2.0);
            tempo_ui(&mut child, play);
        }
        None => {
            Caption::new("Likes per minute", text::micro(), quiet)
                .within(beside.width())
                .left(ui, beside.left_top() + vec2(0.0, 8.0));
            bars_ui(
                ui,
                beside.with_min_y(beside.top() + 18.0),
                &crowd.likes_by_minute,
                fade,
            );
        }
    }
}

/// Dancers and thanks at the left, likes a minute at the right.
fn numbers_ui(ui: &mut Ui, crowd: &Crowd, fade: f32) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 74.0), Sense::hover());
    let at = |x: f32, y: f32| rect.left_top() + vec2(x, y);
    let quiet = theme.text3.gamma_multiply(fade);
    Caption::new("Dancers", text::micro(), quiet).left(ui, at(0.0, 7.0));
    let listeners = thousands(crowd.listeners as usize);
    let number =
        Caption::new(&listeners, text::stat(), theme.text.gamma_multiply(fade)).left(ui, at(0.0, 36.0));
    let peak = format!("peak {}", thousands(crowd.peak as usize));
    Caption::new(&peak, text::micro(), quiet).left(ui, at(0.0, 66.0));
    let mut after = number.right();
    if crowd.thanks > 0 {
        let center = pos2(number.right() + 18.0, rect.top() + 37.0);
        icons::HANDS_CLAPPING.paint_filled(ui.painter(), center, 15.0, theme.heart);
        let thanks = crowd.thanks.to_string();
        let shown =
            Caption::new(&thanks, text::strong(), theme.heart_text).left(ui, center + vec2(14.0, 0.0));
        name_at(ui, shown.expand(2.0), &format!("{thanks} thanked you"));
        after = shown.right();
    }
    let left = BARS.max(after - rect.left() + 12.0);
    let bars = Rect::from_min_max(at(left, 18.0), rect.right_bottom() - vec2(0.0, 6.0));
    Caption::new("Likes per minute", text::micro(), quiet).left(ui, at(left, 7.0));
    bars_ui(ui, bars, &crowd.likes_by_minute, fade);
}

/// How old the numbers are.
fn stale_ui(ui: &mut Ui, words: &str) {
    let theme = Theme::of(ui);
    ui.add_space(10.0);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
    let at = rect.left_center();
    icons::CLOCK.paint(ui.painter(), at + vec2(8.0, 0.0), 16.0, theme.text3);
    Caption::new(words, text::body(), theme.text3).left(ui, at + vec2(24.0, 0.0));
    ui.add_space(10.0);
    line_ui(ui);
}

/// One bar a minute; the last three in full colour.
fn bars_ui(ui: &Ui, area: Rect, minutes: &[u32], fade: f32) {
    let theme = Theme::of(ui);
    let most = minutes.iter().copied().max().unwrap_or(0).max(4) as f32;
    let count = 20;
    let pitch = area.width().min(180.0) / count as f32;
    let skip = minutes.len().saturating_sub(count);
    let shown = &minutes[skip..];
    let offset = count - shown.len();
    for at in 0..count {
        let likes = at
            .checked_sub(offset)
            .and_then(|at| shown.get(at))
            .copied()
            .unwrap_or(0);
        let height = (area.height() * likes as f32 / most).max(2.0);
        let left = area.left() + at as f32 * pitch;
        let rect = Rect::from_min_max(
            pos2(left, area.bottom() - height),
            pos2(left + pitch * 0.68, area.bottom()),
        );
        let color = match (likes, at + 3 >= count) {
            (0, _) => theme.bg3,
            (_, true) => theme.heart,
            (_, false) => theme.heart_quiet,
        };
        ui.painter().rect_filled(rect, 2.0, color.gamma_multiply(fade));
    }
    let all: u32 = shown.iter().sum();
    name_at(ui, area, &format!("{} in the last 20 minutes", words::likes(all)));
}

/// With less room there is no bar for the three answers, in points.
const LEAST_BAR: f32 = 250.0;

/// The three answers: name, votes, and whether none has more.
fn votes_of(play: &LivePlay) -> [(&'static str, u32, bool); 3] {
    let most = play.slower.max(play.perfect).max(play.faster);
    [
        ("Slower", play.slower),
        ("Just right", play.perfect),
        ("Faster", play.faster),
    ]
    .map(|(name, votes)| (name, votes, votes == most))
}

/// Slower, just right, faster: a bar in three parts with its numbers.
fn tempo_ui(ui: &mut Ui, play: &LivePlay) {
    let theme = Theme::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 34.0), Sense::hover());
    let parts = votes_of(play);
    let all: u32 = parts.iter().map(|(_, votes, _)| votes).sum();
    let bar = rect
        .with_min_y(rect.bottom() - 9.0)
        .with_max_y(rect.bottom() - 1.0);
    let gap = 3.0;
    let mut x = bar.left();
    for (at, (name, votes, leads)) in parts.into_iter().enumerate() {
        let words = format!("{name} {votes}");
        let ink = if leads { theme.text } else { theme.text3 };
        let weight = if leads { text::strong() } else { text::body() };
        let (anchor, place) = match at {
            0 => (Align2::LEFT_CENTER, rect.left_top() + vec2(0.0, 10.0)),
            1 => (Align2::CENTER_CENTER, rect.center_top() + vec2(0.0, 10.0)),
            _ => (Align2::RIGHT_CENTER, rect.right_top() + vec2(0.0, 10.0)),
        };
        Caption::new(&words, weight, ink).at(ui, place, anchor);
        let share = votes as f32 / all.max(1) as f32;
        let width = (bar.width() - 2.0 * gap) * share;
        if width > 0.5 {
            let part = Rect::from_min_max(pos2(x, bar.top()), pos2(x + width, bar.bottom()));
            let color = if leads { theme.heart } else { theme.heart_quiet };
            ui.painter().rect_filled(part, 4.0, color);
        }
        x += width + gap;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pika_engine::live::{LinkInfo, LinkKind, LivePhase, LiveState, SessionInfo};

    use super::*;

    #[test]
    fn it_says_how_old_the_numbers_are_and_what_to_do_while_nobody_is_there() {
        let mut live = LiveState {
            phase: LivePhase::OnAir,
            session: Some(SessionInfo {
                code: "K7QF".into(),
                ..SessionInfo::default()
            }),
            link: LinkInfo {
                kind: LinkKind::Connected,
                ..LinkInfo::default()
            },
            ..LiveState::default()
        };
        let mut app = AppState {
            utc_offset_s: 3600,
            live: Arc::new(live.clone()),
            ..AppState::default()
        };
        let advice = "No dancers yet. Show the QR on a screen or read out the code K7QF.";
        let fresh = |advice: Option<&str>| UnderFigures::Fresh {
            votes: None,
            advice: advice.map(str::to_owned),
        };
        assert_eq!(UnderFigures::of(&app), fresh(Some(advice)));
        live.crowd.peak = 3;
        app.live = Arc::new(live.clone());
        assert_eq!(UnderFigures::of(&app), fresh(None));
        live.link.kind = LinkKind::Offline;
        live.crowd.updated_at_ms = 22 * 3_600_000;
        app.live = Arc::new(live);
        assert_eq!(
            UnderFigures::of(&app),
            UnderFigures::Stale("Last update from dancers at 23:00".into())
        );
    }
}
