//! What the hand is doing on Live.

use std::collections::HashMap;

use eframe::egui::Rect;
use pika_engine::{
    app::AppState,
    library::{PlayUuid, Values},
    live::{LinkKind, LivePhase, LiveQuestion, LiveState},
    nowplaying::NowPlaying,
    settings::Settings,
    suggest::{Mood, Wish},
};
use pika_protocol::{SessionId, rest::OwnerRecap};

use super::{
    announcement_draft::AnnouncementDraft, motion::Motion, poll_draft::PollDraft, replacing::Replacing,
};
use crate::ui::{
    widgets::{QrCache, Toast},
    words,
};

/// How the program says that the relay is reached again.
pub(super) const BACK: &str = "Back online.";

/// Plays whose values are remembered for their covers; a night has fewer.
const MAX_SEEN: usize = 500;

/// What the answer about the next song depends on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct SuggestedFor {
    pub(super) play: PlayUuid,
    pub(super) values: Values,
    pub(super) wish: Wish,
    pub(super) plays: usize,
    pub(super) analyzed: u32,
}

/// Which composer is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Tab {
    #[default]
    Poll,
    Announce,
}

/// What lies over the screen.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Dialog {
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
    Replace(Replacing),
    /// A play is removed?
    Remove(PlayUuid),
}

/// What becomes of what lies over the screen.
#[derive(Debug)]
pub(super) enum After {
    /// It stays.
    Stays,
    /// It goes.
    Closes,
    /// Another one takes its place.
    Opens(Dialog),
}

impl After {
    /// It goes when something was pressed.
    pub(super) fn closes_if(pressed: bool) -> Self {
        if pressed { Self::Closes } else { Self::Stays }
    }
}

/// A night in figures, when it has just ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Summary {
    pub(super) session: Option<SessionId>,
    pub(super) name: String,
    pub(super) minutes: i64,
    pub(super) songs: usize,
    pub(super) likes: u32,
    pub(super) peak: u32,
    pub(super) thanks: u32,
    pub(super) best: Option<(String, u32)>,
    pub(super) recap: String,
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

/// What the hand is doing on Live.
#[derive(Debug, Default)]
pub struct LiveScreen {
    /// Whether the form was filled from the settings.
    pub(super) filled: bool,
    pub(super) name: String,
    pub(super) dj_name: String,
    pub(super) asks_pin: bool,
    pub(super) pin: String,
    pub(super) listed: bool,
    pub(super) tab: Tab,
    /// Live has one column: the composers come up when they are asked for.
    pub(super) is_single: bool,
    /// In one column: the composer has come up.
    pub(super) sheet: bool,
    /// Suggestions that have room.
    pub(super) room_for: usize,
    pub(super) poll: PollDraft,
    pub(super) announcement: AnnouncementDraft,
    pub(super) mood: Mood,
    pub(super) asked: Option<SuggestedFor>,
    /// The answer to what was asked is there.
    pub(super) is_answered: bool,
    pub(super) dialog: Option<Dialog>,
    /// Everything but the playing song is dim.
    pub(super) dimmed: bool,
    pub(super) pin_in_qr: bool,
    pub(super) qr: QrCache,
    pub(super) notice: u64,
    pub(super) phase: LivePhase,
    /// What is known of songs played since the window opened.
    pub(super) seen: HashMap<PlayUuid, Values>,
    pub(super) motion: Motion,
    /// Since when Ctrl E is held, in the window's seconds.
    pub(super) end_held: Option<f64>,
    pub(super) focus_poll: bool,
    pub(super) focus_announcement: bool,
    pub(super) back_online_until: Option<f64>,
    pub(super) was_offline: bool,
    /// What was caught up then.
    pub(super) back_words: String,
    /// When relay and battery were last looked at before the night, in milliseconds since 1970.
    pub(super) checked_at_ms: i64,
    /// The song whose next ones are looked for from the song before it, since its own tempo is not known.
    pub(super) from_before: Option<PlayUuid>,
    /// When the hand last did something on Live, in the window's seconds.
    pub(super) touched_at: Option<f64>,
    /// Where short messages lie, in the last frame.
    pub(in crate::ui) toast_lane: Option<Rect>,
    /// There are some: what was just played gives way.
    pub(in crate::ui) yields_foot: bool,
    /// How the relay was reached when it was last drawn.
    pub(super) link_seen: Option<LinkKind>,
    /// A session was begun here.
    pub(super) asked_live: bool,
    /// The DJ was asked about an interrupted one.
    pub(super) was_asked: bool,
    /// An interrupted session comes back, and is not on air yet.
    pub(super) returns: bool,
    /// The window closes without a question.
    pub(super) quits: bool,
}

impl LiveScreen {
    /// A song plays, or is better known.
    pub(in crate::ui) fn song(&mut self, play: &NowPlaying) {
        if self.seen.len() >= MAX_SEEN {
            self.seen.clear();
        }
        self.seen.insert(play.play_id, play.values);
    }

    /// What goes well next was answered.
    pub(in crate::ui) fn suggested(&mut self) {
        self.is_answered = true;
    }

    /// The session that is on, or will be, was begun in this window.
    pub fn begins(&mut self) {
        self.asked_live = true;
    }

    /// Whether a session is on, or asks to be, that nobody began here: it was interrupted.
    pub(in crate::ui) fn comes_back(&self, live: &LiveState) -> bool {
        let is_night = live.session.is_some() && !live.is_test();
        let is_on = matches!(live.phase, LivePhase::Starting | LivePhase::OnAir) && is_night;
        let asks = matches!(live.question, Some(LiveQuestion::Resume { .. }));
        self.phase == LivePhase::Off && !self.asked_live && (is_on || (asks && !self.was_asked))
    }

    /// Whether an interrupted session is on air again with this; asked before [`Self::session`].
    pub(in crate::ui) fn is_back(&mut self, live: &LiveState) -> bool {
        let is_wanted = matches!(live.phase, LivePhase::Starting | LivePhase::OnAir);
        let comes_back = self.comes_back(live) && live.question.is_none();
        self.returns = is_wanted && (self.returns || comes_back);
        let is_back = self.returns && live.is_reached();
        self.returns &= !is_back;
        is_back
    }

    /// The session changed. A toast tells what the DJ should know.
    pub(in crate::ui) fn session(&mut self, live: &LiveState) -> Option<Toast> {
        self.was_asked |= live.question.is_some();
        let was = std::mem::replace(&mut self.phase, live.phase);
        let is_over = |phase| matches!(phase, LivePhase::Off | LivePhase::Ended);
        if is_over(was) && !is_over(live.phase) {
            // Another session: the light is on.
            self.touched_at = None;
            self.dimmed = false;
        }
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
        if notice.words.title == BACK {
            // Said in a line under the head, once.
            self.back_words.clone_from(&notice.words.text);
            return None;
        }
        let text = format!("{} {}", notice.words.title, notice.words.text);
        let text = text.trim();
        Some(if notice.is_trouble {
            Toast::trouble(text)
        } else {
            Toast::done(text)
        })
    }

    /// Whether the form before the night is filled; fills it once from what was chosen last time.
    pub(super) fn fill(&mut self, settings: &Settings) {
        if !self.filled {
            self.filled = true;
            self.name.clone_from(&settings.session_name);
            self.dj_name.clone_from(&settings.dj_name);
            self.listed = settings.session_listed;
        }
    }

    /// The relay's account of the night came: what it alone knows goes into the summary.
    pub(in crate::ui) fn night_ended(&mut self, recap: &OwnerRecap) {
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
    pub(super) fn asks_from_before(&self, app: &AppState) -> bool {
        app.playing
            .as_ref()
            .is_some_and(|playing| playing.values.bpm.is_none() && self.from_before == Some(playing.play_id))
    }

    /// The window is asked to close: whether the DJ is asked first, since dancers are there.
    pub fn asks_before_quit(&mut self, live: &LiveState) -> bool {
        let asks = !self.quits && matches!(live.phase, LivePhase::Starting | LivePhase::OnAir);
        if asks {
            self.dialog = Some(Dialog::Quit);
        }
        asks
    }

    /// The window may close without a question.
    pub(in crate::ui) fn quit(&mut self) {
        self.quits = true;
    }

    /// Opens the question whether to end the session.
    pub(in crate::ui) fn ask_end(&mut self) {
        self.dialog = Some(Dialog::End);
    }
}
