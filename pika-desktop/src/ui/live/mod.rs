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

use eframe::egui::{Frame, LayerId, Order, Panel, Rect, Ui, pos2, vec2};
use pika_protocol::{SessionId, feedback::PollCloses, rest::OwnerRecap};

use super::{
    UiState,
    theme::{Theme, size},
    widgets::{Toast, central, part},
};
use pika_engine::{
    app::AppState,
    command::Command,
    library::{PlayUuid, Values},
    live::{LivePhase, LiveState},
    nowplaying::NowPlaying,
    settings::Settings,
    suggest::{Mood, Wish},
};

use crate::ui::Requests;
pub(super) use keys::anywhere as keys_anywhere;
pub(super) use qr::QrCache;
pub(super) use strip::strip_ui;
pub(super) use words::{clock, likes, recap_address, say, say_within, spoken};

/// Plays whose values are remembered for their covers; a night has fewer.
const MAX_SEEN: usize = 500;
/// Tracks analysed before another look at what goes well next.
const FRESH_TRACKS: u32 = 50;

/// A right column that is narrower says things shorter, in points.
const NARROW: f32 = 310.0;
/// A left column that is lower has its parts closer together, in points.
const TALL: f32 = 720.0;
/// One that is lower still has no room for what was just played, in points.
const LOW: f32 = 490.0;

/// Without a hand for so long the light goes down, in seconds.
const IDLE_S: f64 = 120.0;

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
    /// Close the program, though dancers are there?
    Quit,
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
    session: Option<SessionId>,
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
    /// When relay and battery were last looked at before the night, in milliseconds since 1970.
    checked_at_ms: i64,
    /// The song whose next ones are looked for from the song before it, since its own tempo is not known.
    from_before: Option<PlayUuid>,
    /// When the hand last did something on Live, in the window's seconds.
    touched_at: Option<f64>,
    /// The window closes without a question.
    quits: bool,
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
            && !live.is_test()
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

    /// The relay's account of the night came: what it alone knows goes into the summary.
    pub(super) fn night_ended(&mut self, recap: &OwnerRecap) {
        if let Some(Dialog::Summary(summary)) = &mut self.dialog
            && summary.session == Some(recap.session_id)
        {
            summary.peak = summary.peak.max(recap.peak_listeners);
            summary.thanks = recap.thanks;
            summary.likes = recap.recap.likes;
            summary.songs = recap.recap.plays.len();
        }
    }

    /// Whether what goes next is looked for from the song before, since of the playing one no tempo is known.
    fn asks_from_before(&self, app: &AppState) -> bool {
        app.playing
            .as_ref()
            .is_some_and(|playing| playing.values.bpm.is_none() && self.from_before == Some(playing.play_id))
    }

    /// The window is asked to close: whether the DJ is asked first, since dancers are there.
    pub(super) fn asks_before_quit(&mut self, live: &LiveState) -> bool {
        let asks = !self.quits && matches!(live.phase, LivePhase::Starting | LivePhase::OnAir);
        if asks {
            self.dialog = Some(Dialog::Quit);
        }
        asks
    }

    /// The window may close without a question.
    pub(super) fn quit(&mut self) {
        self.quits = true;
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
        let until = live
            .ended_at_ms
            .unwrap_or_else(|| live.crowd.updated_at_ms.max(last));
        Some(Self {
            session: session.session_id,
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
pub(super) fn show(ui: &mut Ui, app: &AppState, state: &mut UiState, out: &mut Requests) {
    state.live.fill(&app.settings);
    keys::handle(ui, app, state, out);
    match app.live.phase {
        LivePhase::Off | LivePhase::Ended => ready::show(ui, app, state, out),
        LivePhase::Starting | LivePhase::OnAir | LivePhase::Ending => on_air(ui, app, state, out),
    }
    dialogs::show(ui, app, state, out);
}

fn on_air(ui: &mut Ui, app: &AppState, state: &mut UiState, out: &mut Requests) {
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
    let card = central(ui, "songs", |ui| main_ui(ui, app, state, out));
    let idles = app.settings.dim_when_idle && idles(ui, &mut state.live);
    let is_dim = (state.live.dimmed || idles) && state.live.dialog.is_none();
    let seconds = if app.settings.less_motion { 0.0 } else { 0.22 };
    let id = eframe::egui::Id::unique("live-dim-way");
    let way = ui.ctx().animate_bool_with_time(id, is_dim, seconds);
    if way > 0.0 {
        dim(ui, card, way);
    }
    // The clock: once a second, on the second.
    let to_next = 1000 - app.now_ms.rem_euclid(1000);
    ui.ctx().request_repaint_after(Duration::from_millis(
        u64::try_from(to_next).unwrap_or(1000).max(20),
    ));
}

/// The left column; returns where the playing song is.
fn main_ui(ui: &mut Ui, app: &AppState, state: &mut UiState, out: &mut Requests) -> Rect {
    let whole = ui.max_rect();
    // Under a banner everything moves together, so that four songs still fit.
    let tight = whole.height() < TALL;
    let (edge, gap) = if tight { (12.0, 10.0) } else { (18.0, 16.0) };
    let area = whole.shrink2(vec2(20.0, edge));
    let card = area.with_max_y(area.top() + 280.0);
    now::show(&mut part(ui, "now", area), card, app, state, out);
    // In a low window the next song is worth more than the last ones.
    let foot_height = if whole.height() < LOW { 0.0 } else { 40.0 };
    let foot = Rect::from_min_max(
        pos2(area.left(), area.bottom() - foot_height),
        area.right_bottom(),
    );
    let middle = Rect::from_min_max(
        pos2(area.left(), card.bottom() + gap),
        pos2(area.right(), foot.top() - gap / 2.0),
    );
    next::show(&mut part(ui, "next", area), middle, app, state, out);
    if foot_height > 0.0 {
        played::show(&mut part(ui, "played", area), foot, app, state);
    }
    card
}

/// Asks for what goes well next when song, wish, night or library changed.
fn ask_for_suggestions(app: &AppState, state: &mut UiState, out: &mut Requests) {
    let live = &mut state.live;
    let is_known = |playing: &&NowPlaying| playing.values.bpm.is_some();
    let from_before = live.asks_from_before(app);
    let from = if from_before {
        app.playing_before.as_ref()
    } else {
        app.playing.as_ref()
    };
    let Some(from) = from.filter(is_known) else {
        live.asked = None;
        return;
    };
    let asked = Asked {
        play: from.play_id,
        values: from.values,
        wish: Wish {
            mood: live.mood,
            tempo_window: if live.wide { 8.0 } else { 4.0 },
            from_before,
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

/// Whether nobody has touched anything for so long that the light goes down.
fn idles(ui: &Ui, live: &mut LiveScreen) -> bool {
    let (now, touched) = ui.input(|input| (input.time, !input.raw.events.is_empty()));
    let since = live.touched_at.get_or_insert(now);
    if touched {
        *since = now;
    }
    now - *since >= IDLE_S
}

/// Lays darkness over everything but `card`; `way` from 0 to 1.
fn dim(ui: &Ui, card: Rect, way: f32) {
    let theme = Theme::of(ui);
    let all = ui.ctx().content_rect();
    let card = card.expand(2.0);
    let painter = ui.ctx().layer_painter(LayerId::new(
        Order::Foreground,
        eframe::egui::Id::unique("live-dim"),
    ));
    let shade = theme.bg0.gamma_multiply(0.65 * way);
    for part in [
        Rect::from_min_max(all.min, pos2(all.right(), card.top())),
        Rect::from_min_max(pos2(all.left(), card.bottom()), all.max),
        Rect::from_min_max(pos2(all.left(), card.top()), pos2(card.left(), card.bottom())),
        Rect::from_min_max(pos2(card.right(), card.top()), pos2(all.right(), card.bottom())),
    ] {
        painter.rect_filled(part, 0.0, shade);
    }
}
