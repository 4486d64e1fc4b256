//! What changes what dancers see: by a key it waits a moment in which it can be called back, by a button it is done at
//! once, and for a few seconds it can be taken back. Time is that of the window.

use pika_engine::{
    app::{AppState, Command},
    library::{PlayUuid, TrackId},
    live::LivePhase,
    nowplaying::{NowPlaying, NowPlayingCommand, SourceKind},
};

use super::widgets::{Toast, ToastAction};

/// What a key asks for is done after so long, in seconds.
const WAITS_S: f64 = 2.0;
/// It can be taken back for so long afterwards, in seconds.
const OFFER_S: f64 = 4.0;

/// Something that reaches the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Deed {
    /// A track of the library plays now, because the DJ says so.
    PlayNow {
        /// Which.
        track: TrackId,
        /// Its title.
        title: String,
    },
}

impl Deed {
    /// What is said while it waits.
    fn coming(&self) -> String {
        match self {
            Self::PlayNow { title, .. } => format!("Now playing in 2 s: {title}"),
        }
    }

    /// What is said until it is known what came of it.
    fn asked(&self) -> String {
        match self {
            Self::PlayNow { title, .. } => format!("Announcing: {title}"),
        }
    }

    /// What is said where it was so before.
    fn is_so_already(&self) -> String {
        match self {
            Self::PlayNow { title, .. } => format!("It is on already: {title}"),
        }
    }

    /// What is said when one of before plays again.
    fn goes_on(&self) -> String {
        match self {
            Self::PlayNow { title, .. } => format!("Playing again: {title}"),
        }
    }

    /// What is said once it is done.
    fn done(&self) -> String {
        match self {
            Self::PlayNow { title, .. } => format!("Now playing: {title}"),
        }
    }

    /// What is said when it was called back before it was done.
    fn called_back(&self) -> String {
        match self {
            Self::PlayNow { title, .. } => format!("Not announced: {title}"),
        }
    }

    /// What is said when it was taken back.
    fn taken_back(&self) -> String {
        match self {
            Self::PlayNow { title, .. } => format!("Taken out of the night: {title}"),
        }
    }

    fn command(&self) -> Command {
        match self {
            Self::PlayNow { track, .. } => Command::NowPlaying(NowPlayingCommand::PlayNow(*track)),
        }
    }

    /// Whether this play is of what was asked for.
    fn is_about(&self, play: &NowPlaying) -> bool {
        match self {
            Self::PlayNow { track, .. } => play.track == Some(*track),
        }
    }
}

/// How it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// A single key, which is soon pressed by mistake.
    Key,
    /// A button of that name.
    Button,
}

/// What is to be done and said.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) command: Option<Command>,
    pub(super) toast: Option<Toast>,
}

impl Outcome {
    fn said(toast: Toast) -> Self {
        Self {
            command: None,
            toast: Some(toast),
        }
    }
}

/// Where a deed is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Stage {
    /// It is done at this moment.
    Waits(f64),
    /// It is asked for, and what came of it is not known; it can be taken back until this moment.
    Asked(f64),
    /// It is done, and can be taken back until this moment.
    Done(f64),
    /// It was so before: there is nothing to take back.
    WasSo,
    /// It is taken back as soon as it is known what came of it.
    TakenBack,
}

/// What came of a deed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Came {
    /// This play.
    Play(PlayUuid),
    /// Nothing: it was on.
    WasOn,
    /// One of before, which plays again.
    Again,
}

/// The newest deed; an older one can no longer be taken back here.
#[derive(Debug)]
struct Latest {
    deed: Deed,
    stage: Stage,
    /// Plays that were there before, which are not what came of it.
    before: Vec<PlayUuid>,
    /// What played when it was asked for.
    playing: Option<PlayUuid>,
    /// When it was asked for, in milliseconds since 1970: what was logged before is not what came of it.
    asked_at_ms: i64,
    came: Option<Came>,
}

impl Latest {
    /// What becomes of a play that is told of.
    fn heard(&mut self, play: &NowPlaying) {
        if matches!(self.stage, Stage::Waits(_)) {
            return;
        }
        let was_there = self.before.contains(&play.play_id) || play.logged_at_ms < self.asked_at_ms;
        if was_there || play.source != SourceKind::Hand {
            self.before.push(play.play_id);
        }
        match self.came {
            Some(Came::Play(_)) => {}
            _ if !self.deed.is_about(play) => {}
            _ if was_there && self.playing != Some(play.play_id) => self.came = Some(Came::Again),
            _ if was_there => self.came = Some(Came::WasOn),
            _ if play.source == SourceKind::Hand => self.came = Some(Came::Play(play.play_id)),
            // A program told the same song in the same moment.
            _ => {}
        }
    }

    /// Asks the program for it.
    fn begin(&mut self, app: &AppState, now_s: f64) -> Outcome {
        self.stage = Stage::Asked(now_s + OFFER_S);
        self.asked_at_ms = app.now_ms;
        let told = app.live.plays.iter().map(|play| play.play_id);
        let playing = app.playing.as_ref().map(|play| play.play_id);
        self.before = told.chain(playing).collect();
        self.playing = playing;
        Outcome {
            command: Some(self.deed.command()),
            toast: Some(offer(self.deed.asked(), OFFER_S)),
        }
    }
}

/// What the DJ lately did to the room.
#[derive(Debug, Default)]
pub struct Deeds {
    latest: Option<Latest>,
}

impl Deeds {
    /// Something is asked for.
    pub(super) fn ask(&mut self, deed: Deed, by: By, app: &AppState, now_s: f64) -> Outcome {
        // A session that comes back has its dancers, too.
        let has_dancers = app.live.is_on_air() || app.live.phase == LivePhase::Starting;
        let waits = by == By::Key && has_dancers;
        let is_asked =
            |latest: &Latest| waits && latest.deed == deed && matches!(latest.stage, Stage::Waits(_));
        if self.latest.as_ref().is_some_and(is_asked) {
            // The same key again asks for nothing else.
            return Outcome::default();
        }
        let toast = offer(deed.coming(), WAITS_S + OFFER_S);
        self.latest = Some(Latest {
            deed,
            stage: Stage::Waits(if waits { now_s + WAITS_S } else { now_s }),
            before: Vec::new(),
            playing: None,
            asked_at_ms: 0,
            came: None,
        });
        if waits {
            return Outcome::said(toast);
        }
        self.due(app, now_s)
    }

    /// Does what has waited long enough, and says what came of it.
    pub(super) fn due(&mut self, app: &AppState, now_s: f64) -> Outcome {
        let Some(latest) = &mut self.latest else {
            return Outcome::default();
        };
        match (latest.stage, latest.came) {
            (Stage::Waits(at), _) if at <= now_s => latest.begin(app, now_s),
            (Stage::Asked(_) | Stage::WasSo, Some(Came::Play(_))) => {
                latest.stage = Stage::Done(now_s + OFFER_S);
                Outcome::said(offer(latest.deed.done(), OFFER_S))
            }
            (Stage::Asked(_), Some(Came::WasOn)) => {
                latest.stage = Stage::WasSo;
                Outcome::said(Toast::done(latest.deed.is_so_already()))
            }
            (Stage::Asked(_), Some(Came::Again)) => {
                latest.stage = Stage::WasSo;
                Outcome::said(Toast::done(latest.deed.goes_on()))
            }
            (Stage::TakenBack, Some(_)) => self.take_back(),
            _ => Outcome::default(),
        }
    }

    /// In how many seconds something is due.
    pub(super) fn wakes_in(&self, now_s: f64) -> Option<f64> {
        match self.latest.as_ref()?.stage {
            Stage::Waits(at) => Some((at - now_s).max(0.0)),
            _ => None,
        }
    }

    /// Whether there is something to take back.
    pub(super) fn offers(&self, now_s: f64) -> bool {
        self.latest.as_ref().is_some_and(|latest| match latest.stage {
            Stage::Waits(_) => true,
            Stage::Asked(until) | Stage::Done(until) => now_s < until,
            Stage::WasSo | Stage::TakenBack => false,
        })
    }

    /// Takes the newest deed back.
    pub(super) fn undo(&mut self) -> Outcome {
        let Some(latest) = &mut self.latest else {
            return Outcome::default();
        };
        match latest.stage {
            Stage::Waits(_) => {
                let toast = Toast::done(latest.deed.called_back());
                self.latest = None;
                Outcome::said(toast)
            }
            Stage::Asked(_) | Stage::Done(_) => {
                latest.stage = Stage::TakenBack;
                self.take_back()
            }
            Stage::WasSo | Stage::TakenBack => Outcome::default(),
        }
    }

    /// A song plays: perhaps it is what came of the deed.
    pub(super) fn heard(&mut self, play: &NowPlaying) {
        if let Some(latest) = &mut self.latest {
            latest.heard(play);
        }
    }

    /// Takes the play out of the night once it is known; what played before plays again.
    fn take_back(&mut self) -> Outcome {
        let Some(came) = self.latest.as_ref().and_then(|latest| latest.came) else {
            return Outcome::default();
        };
        let Some(Latest { deed, .. }) = self.latest.take() else {
            return Outcome::default();
        };
        match came {
            Came::Play(play) => Outcome {
                command: Some(Command::NowPlaying(NowPlayingCommand::Remove(play))),
                toast: Some(Toast::done(deed.taken_back())),
            },
            Came::WasOn => Outcome::said(Toast::done(deed.is_so_already())),
            Came::Again => Outcome::said(Toast::done(deed.goes_on())),
        }
    }
}

fn offer(words: String, seconds: f64) -> Toast {
    Toast::done(words).lasts(seconds).action(ToastAction::TakeBack)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pika_engine::live::LiveState;

    use super::*;

    fn app(phase: LivePhase) -> AppState {
        AppState {
            live: Arc::new(LiveState {
                phase,
                ..LiveState::default()
            }),
            ..AppState::default()
        }
    }

    fn song(track: i64) -> Deed {
        Deed::PlayNow {
            track: TrackId(track),
            title: format!("Song {track}"),
        }
    }

    #[test]
    fn another_song_takes_the_place_of_one_that_waits() {
        let app = app(LivePhase::OnAir);
        let mut deeds = Deeds::default();
        deeds.ask(song(1), By::Key, &app, 10.0);
        deeds.ask(song(2), By::Key, &app, 11.0);
        assert!(deeds.due(&app, 12.5).command.is_none());
        assert_eq!(deeds.due(&app, 13.0).command, Some(song(2).command()));
        assert!(deeds.offers(16.9) && !deeds.offers(17.1));
    }
}
