//! Live: the form before the night, and everything on air.

mod announce;
mod banner;
mod checks;
mod correct;
mod crowd;
mod dialogs;
mod keys;
mod next;
mod now;
mod played;
mod poll;
mod poll_result;
mod qr;
mod ready;
mod room;
mod strip;
mod tabs;
mod top;
mod values;
mod words;

use std::{collections::HashMap, time::Duration};

use eframe::egui::{CentralPanel, Frame, LayerId, Order, Panel, Rect, Ui, pos2, vec2};
use pika_protocol::feedback::PollCloses;

use super::{
    UiState,
    theme::{Theme, size},
    widgets::Toast,
};
use crate::{
    app::AppState,
    command::Command,
    library::{PlayUuid, Values},
    live::{LivePhase, LiveState},
    nowplaying::NowPlaying,
    settings::Settings,
    suggest::{Mood, Wish},
};

pub(super) use keys::anywhere as keys_anywhere;
pub(super) use strip::strip_ui;
pub(super) use words::{clock, recap_address, say, say_within};

/// Plays whose values are remembered for their covers; a night has fewer.
const MAX_SEEN: usize = 500;
/// Tracks analysed before another look at what goes well next.
const FRESH_TRACKS: u32 = 50;

/// What the answer about the next song depends on.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Asked {
    play: PlayUuid,
    values: Values,
    wish: Wish,
    plays: usize,
    analyzed: u32,
}

/// Which composer is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Tab {
    #[default]
    Poll,
    Announce,
}

/// What lies over the screen.
#[derive(Debug, Clone, PartialEq)]
enum Dialog {
    /// End the session?
    End,
    /// How it was.
    Summary(Box<Summary>),
    /// Another PIN.
    Pin(String),
    /// The QR code across the window.
    Qr,
    /// Everything played, to be corrected.
    Plays,
    /// Which song it really was.
    Replace { play: PlayUuid, text: String },
    /// A play is removed?
    Remove(PlayUuid),
}

/// A night in figures, when it has just ended.
#[derive(Debug, Clone, PartialEq)]
struct Summary {
    name: String,
    minutes: i64,
    songs: usize,
    likes: u32,
    peak: u32,
    thanks: u32,
    best: Option<(String, u32)>,
    recap: String,
}

/// What is being written for the next poll.
#[derive(Debug, Clone)]
struct PollDraft {
    question: String,
    options: Vec<String>,
    closes: PollCloses,
}

impl Default for PollDraft {
    fn default() -> Self {
        let mut draft = Self {
            question: String::new(),
            options: Vec::new(),
            closes: PollCloses::After { seconds: 120 },
        };
        draft.fill(&poll::TEMPLATES[0]);
        draft
    }
}

/// What the hand is doing on Live.
#[derive(Debug, Default)]
pub struct LiveScreen {
    /// Whether the form was filled from the settings.
    filled: bool,
    name: String,
    dj_name: String,
    asks_pin: bool,
    pin: String,
    listed: bool,
    tab: Tab,
    poll: PollDraft,
    announcement: announce::Draft,
    mood: Mood,
    wide: bool,
    asked: Option<Asked>,
    /// The answer to what was asked is there.
    is_answered: bool,
    dialog: Option<Dialog>,
    /// Everything but the playing song is dim.
    dimmed: bool,
    pin_in_qr: bool,
    qr: qr::QrCache,
    notice: u64,
    phase: LivePhase,
    /// What is known of songs played since the window opened.
    seen: HashMap<PlayUuid, Values>,
    motion: now::Motion,
    /// Since when Ctrl E is held, in the window's seconds.
    end_held: Option<f64>,
    full_screen: bool,
    focus_poll: bool,
    focus_announcement: bool,
    back_online_until: Option<f64>,
    was_offline: bool,
}

impl LiveScreen {
    /// A song plays, or is better known.
    pub(super) fn song(&mut self, play: &NowPlaying) {
        if self.seen.len() >= MAX_SEEN {
            self.seen.clear();
        }
        self.seen.insert(play.play_id, play.values);
    }

    /// What goes well next was answered.
    pub(super) fn suggested(&mut self) {
        self.is_answered = true;
    }

    /// The session changed. A toast tells what the DJ should know.
    pub(super) fn session(&mut self, live: &LiveState) -> Option<Toast> {
        let was = std::mem::replace(&mut self.phase, live.phase);
        if live.phase == LivePhase::Ended
            && matches!(was, LivePhase::OnAir | LivePhase::Ending)
            && let Some(summary) = Summary::of(live)
        {
            self.dialog = Some(Dialog::Summary(Box::new(summary)));
            self.dimmed = false;
        }
        let notice = live
            .notice
            .as_ref()
            .filter(|notice| notice.number > self.notice)?;
        self.notice = notice.number;
        let text = format!("{} {}", notice.words.title, notice.words.text);
        let text = text.trim();
        Some(if notice.is_trouble {
            Toast::trouble(text)
        } else {
            Toast::done(text)
        })
    }

    /// Whether the form before the night is filled; fills it once from what was chosen last time.
    fn fill(&mut self, settings: &Settings) {
        if !self.filled {
            self.filled = true;
            self.name.clone_from(&settings.session_name);
            self.dj_name.clone_from(&settings.dj_name);
            self.listed = settings.session_listed;
        }
    }

    /// Opens the question whether to end the session.
    pub(super) fn ask_end(&mut self) {
        self.dialog = Some(Dialog::End);
    }
}

impl Summary {
    fn of(live: &LiveState) -> Option<Self> {
        let session = live.session.as_ref()?;
        let last = live
            .plays
            .last()
            .map_or(session.started_at_ms, |play| play.started_at_ms);
        let until = live.crowd.updated_at_ms.max(last);
        Some(Self {
            name: session.name.clone(),
            minutes: (until - session.started_at_ms).max(0) / 60_000,
            songs: live.plays.len(),
            likes: live.likes(),
            peak: live.crowd.peak,
            thanks: live.crowd.thanks,
            best: live
                .plays
                .iter()
                .max_by_key(|play| play.likes)
                .filter(|play| play.likes > 0)
                .map(|play| (play.title.clone(), play.likes)),
            recap: words::recap_address(&session.address),
        })
    }
}

/// Draws the screen.
pub(super) fn show(ui: &mut Ui, app: &AppState, state: &mut UiState, out: &mut Vec<Command>) {
    state.live.fill(&app.settings);
    keys::handle(ui, app, state, out);
    match app.live.phase {
        LivePhase::Off | LivePhase::Ended => ready::show(ui, app, state, out),
        LivePhase::Starting | LivePhase::OnAir | LivePhase::Ending => on_air(ui, app, state, out),
    }
    dialogs::show(ui, app, state, out);
}

fn on_air(ui: &mut Ui, app: &AppState, state: &mut UiState, out: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    ask_for_suggestions(app, state, out);
    top::show(ui, app, state, out);
    let wide = ui.available_width() >= 1100.0;
    let side = if wide { size::SIDE_LIVE } else { 320.0 };
    Panel::right("live-room")
        .exact_size(side)
        .resizable(false)
        .show_separator_line(false)
        .frame(Frame::new().fill(theme.bg1))
        .show(ui, |ui| {
            let area = ui.max_rect();
            ui.painter()
                .vline(area.left() + 0.5, area.y_range(), (1.0, theme.line));
            room::show(ui, app, state, out);
        });
    let card = CentralPanel::default()
        .frame(Frame::new().fill(theme.bg0))
        .show(ui, |ui| main_ui(ui, app, state, out))
        .inner;
    if state.live.dimmed && state.live.dialog.is_none() {
        dim(ui, card);
    }
    // The clock: once a second, on the second.
    let to_next = 1000 - app.now_ms.rem_euclid(1000);
    ui.ctx().request_repaint_after(Duration::from_millis(
        u64::try_from(to_next).unwrap_or(1000).max(20),
    ));
}

/// The left column; returns where the playing song is.
fn main_ui(ui: &mut Ui, app: &AppState, state: &mut UiState, out: &mut Vec<Command>) -> Rect {
    let area = ui.max_rect().shrink2(vec2(20.0, 18.0));
    let card = area.with_max_y(area.top() + 280.0);
    now::show(ui, card, app, state, out);
    let foot = Rect::from_min_max(pos2(area.left(), area.bottom() - 40.0), area.right_bottom());
    let middle = Rect::from_min_max(
        pos2(area.left(), card.bottom() + 16.0),
        pos2(area.right(), foot.top() - 8.0),
    );
    next::show(ui, middle, app, state, out);
    played::show(ui, foot, app, state);
    card
}

/// Asks for what goes well next when song, wish, night or library changed.
fn ask_for_suggestions(app: &AppState, state: &mut UiState, out: &mut Vec<Command>) {
    let live = &mut state.live;
    let Some(playing) = app
        .playing
        .as_ref()
        .filter(|playing| playing.values.bpm.is_some())
    else {
        live.asked = None;
        return;
    };
    let asked = Asked {
        play: playing.play_id,
        values: playing.values,
        wish: Wish {
            mood: live.mood,
            tempo_window: if live.wide { 8.0 } else { 4.0 },
            ..Wish::default()
        },
        plays: app.live.plays.len(),
        analyzed: app
            .overview
            .as_ref()
            .map_or(0, |overview| overview.analyzed / FRESH_TRACKS),
    };
    if live.asked != Some(asked) {
        // Another song: what fitted the last one is no answer.
        if live.asked.is_none_or(|before| before.play != asked.play) {
            live.is_answered = false;
        }
        live.asked = Some(asked);
        out.push(Command::Suggest(asked.wish));
    }
}

/// Lays darkness over everything but `card`.
fn dim(ui: &Ui, card: Rect) {
    let theme = Theme::of(ui);
    let all = ui.ctx().content_rect();
    let card = card.expand(2.0);
    let painter = ui.ctx().layer_painter(LayerId::new(
        Order::Foreground,
        eframe::egui::Id::unique("live-dim"),
    ));
    let shade = theme.bg0.gamma_multiply(0.65);
    for part in [
        Rect::from_min_max(all.min, pos2(all.right(), card.top())),
        Rect::from_min_max(pos2(all.left(), card.bottom()), all.max),
        Rect::from_min_max(pos2(all.left(), card.top()), pos2(card.left(), card.bottom())),
        Rect::from_min_max(pos2(card.right(), card.top()), pos2(all.right(), card.bottom())),
    ] {
        painter.rect_filled(part, 0.0, shade);
    }
}
