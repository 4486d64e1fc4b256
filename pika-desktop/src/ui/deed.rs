//! What changes what dancers see: by a key it waits a moment in which it can be called back, by a button it is done at
//! once, and for a few seconds it can be taken back. Time is that of the window.

use pika_engine::{
    app::{AppState, Command},
    library::{PlayUuid, TrackId},
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

    /// Whether this play is what came of it.
    fn made(&self, play: &NowPlaying) -> bool {
        match self {
            Self::PlayNow { track, .. } => play.source == SourceKind::Hand && play.track == Some(*track),
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

/// Where a deed is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Stage {
    /// It is done at this moment.
    Waits(f64),
    /// It can be taken back until this moment.
    Done(f64),
    /// It is taken back as soon as it is known what came of it.
    TakenBack,
}

/// The newest deed; an older one can no longer be taken back here.
#[derive(Debug)]
struct Latest {
    deed: Deed,
    stage: Stage,
    /// What played before, which is not what came of it.
    before: Option<PlayUuid>,
    /// What came of it.
    play: Option<PlayUuid>,
}

/// What the DJ lately did to the room.
#[derive(Debug, Default)]
pub struct Deeds {
    latest: Option<Latest>,
}

impl Deeds {
    /// Something is asked for.
    pub(super) fn ask(&mut self, deed: Deed, by: By, app: &AppState, now_s: f64) -> Outcome {
        let waits = by == By::Key && app.live.is_on_air();
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
            before: None,
            play: None,
        });
        if waits {
            return Outcome {
                command: None,
                toast: Some(toast),
            };
        }
        self.due(app, now_s)
    }

    /// Does what has waited long enough.
    pub(super) fn due(&mut self, app: &AppState, now_s: f64) -> Outcome {
        let Some(latest) = &mut self.latest else {
            return Outcome::default();
        };
        match latest.stage {
            Stage::Waits(at) if at <= now_s => {
                latest.stage = Stage::Done(now_s + OFFER_S);
                latest.before = app.playing.as_ref().map(|play| play.play_id);
                Outcome {
                    command: Some(latest.deed.command()),
                    toast: Some(offer(latest.deed.done(), OFFER_S)),
                }
            }
            Stage::TakenBack => Outcome {
                command: self.remove(),
                toast: None,
            },
            _ => Outcome::default(),
        }
    }

    /// Nobody sees the window, so that nobody can call it back any more: what waits is done with the next look.
    pub(super) fn hurry(&mut self) {
        if let Some(Latest {
            stage: Stage::Waits(at),
            ..
        }) = &mut self.latest
        {
            *at = f64::NEG_INFINITY;
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
            Stage::Done(until) => now_s < until,
            Stage::TakenBack => false,
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
                Outcome {
                    command: None,
                    toast: Some(toast),
                }
            }
            Stage::Done(_) => {
                latest.stage = Stage::TakenBack;
                let toast = Toast::done(latest.deed.taken_back());
                Outcome {
                    command: self.remove(),
                    toast: Some(toast),
                }
            }
            Stage::TakenBack => Outcome::default(),
        }
    }

    /// A song plays: perhaps it is what came of the deed.
    pub(super) fn heard(&mut self, play: &NowPlaying) {
        if let Some(latest) = &mut self.latest
            && !matches!(latest.stage, Stage::Waits(_))
            && latest.before != Some(play.play_id)
            && latest.deed.made(play)
        {
            latest.play = Some(play.play_id);
        }
    }

    /// Takes the play out of the night once it is known; what played before plays again.
    fn remove(&mut self) -> Option<Command> {
        let play = self.latest.as_ref()?.play?;
        self.latest = None;
        Some(Command::NowPlaying(NowPlayingCommand::Remove(play)))
    }
}

fn offer(words: String, seconds: f64) -> Toast {
    Toast::done(words).lasts(seconds).action(ToastAction::TakeBack)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pika_engine::live::{LivePhase, LiveState};

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
    fn a_window_that_nobody_sees_does_not_wait() {
        let app = app(LivePhase::OnAir);
        let mut deeds = Deeds::default();
        assert!(deeds.ask(song(1), By::Key, &app, 10.0).command.is_none());
        assert_eq!(deeds.wakes_in(10.5), Some(1.5));
        assert!(deeds.due(&app, 11.9).command.is_none());
        deeds.hurry();
        assert!(deeds.due(&app, 10.5).command.is_some());
        assert_eq!(deeds.wakes_in(10.5), None);
        assert!(deeds.due(&app, 99.0).command.is_none(), "once");
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
