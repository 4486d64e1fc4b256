//! A song that is played: as everybody is told of it, as the logbook keeps it, and the last ones in memory.

use std::collections::BTreeSet;

use super::{
    public_title,
    source::{PlayEvent, SourceKind},
};
use crate::library::{MatchedBy, Play, PlayUuid, Track, TrackId, Values};

/// Plays that can be gone back to; as many as the resolver keeps.
const MAX_PLAYS: usize = 16;

/// What plays now, as everybody is told.
#[derive(Debug, Clone, PartialEq)]
pub struct NowPlaying {
    /// The play; the same id means the same play, better known.
    pub play_id: PlayUuid,
    /// The track, when the library knows it.
    pub track: Option<TrackId>,
    /// Title; never empty.
    pub title: String,
    /// Artist; may be empty.
    pub artist: String,
    /// What the library knows; all `None` for an unknown song.
    pub values: Values,
    /// When it began, as well as that is known, in milliseconds since 1970.
    pub started_at_ms: i64,
    /// When it was written down, in milliseconds since 1970.
    pub logged_at_ms: i64,
    /// Who noticed.
    pub source: SourceKind,
    /// How it was found in the library.
    pub matched_by: Option<MatchedBy>,
    /// The track waits for its analysis: more comes.
    pub needs_analysis: bool,
}

/// The last plays with what was noticed of them, oldest first, bounded.
#[derive(Debug, Clone, Default)]
pub(super) struct RecentPlays {
    plays: Vec<(NowPlaying, PlayEvent)>,
}

impl RecentPlays {
    /// Adds the newest; the oldest makes room.
    pub(super) fn push(&mut self, play: NowPlaying, event: PlayEvent) {
        if self.plays.len() == MAX_PLAYS {
            self.plays.remove(0);
        }
        self.plays.push((play, event));
    }

    /// The play of this id.
    pub(super) fn get(&self, id: PlayUuid) -> Option<&NowPlaying> {
        self.plays
            .iter()
            .find(|(play, _)| play.play_id == id)
            .map(|(play, _)| play)
    }

    /// The newest, when there is one before it.
    pub(super) fn newest_of_several(&self) -> Option<&NowPlaying> {
        match &self.plays[..] {
            [.., _, (newest, _)] => Some(newest),
            _ => None,
        }
    }

    /// All of them, oldest first.
    pub(super) fn all(&self) -> Vec<(NowPlaying, PlayEvent)> {
        self.plays.clone()
    }

    /// The newest that this source noticed.
    pub(super) fn newest_of(&self, source: SourceKind) -> Option<&NowPlaying> {
        let plays = self.plays.iter().map(|(play, _)| play);
        plays.rev().find(|play| play.source == source)
    }

    /// Takes a play out.
    pub(super) fn remove(&mut self, id: PlayUuid) {
        self.plays.retain(|(play, _)| play.play_id != id);
    }

    /// A play is better known now.
    pub(super) fn replace(&mut self, better: &NowPlaying) {
        if let Some((play, _)) = self
            .plays
            .iter_mut()
            .find(|(play, _)| play.play_id == better.play_id)
        {
            play.clone_from(better);
        }
    }

    /// What a play was noticed as.
    pub(super) fn event(&self, id: PlayUuid) -> Option<&PlayEvent> {
        let found = self.plays.iter().find(|(play, _)| play.play_id == id);
        found.map(|(_, event)| event)
    }

    /// Which of these tracks are among the plays.
    pub(super) fn tracks_of(&self, changed: &BTreeSet<TrackId>) -> Vec<TrackId> {
        let mut tracks: Vec<TrackId> = self.plays.iter().filter_map(|(play, _)| play.track).collect();
        tracks.sort_unstable();
        tracks.dedup();
        tracks.retain(|track| changed.contains(track));
        tracks
    }

    /// The plays of a track, as they read with what is known of it now, where that differs.
    pub(super) fn better_known(&self, track: &Track) -> Vec<NowPlaying> {
        let plays = self.plays.iter().filter(|(play, _)| play.track == Some(track.id));
        plays
            .filter_map(|(play, event)| {
                let matched_by = play.matched_by.unwrap_or(MatchedBy::Path);
                let better = describe(play.play_id, event, Some((track.clone(), matched_by)));
                (better != *play).then_some(better)
            })
            .collect()
    }
}

/// A play as the logbook knows it.
pub(super) fn from_logbook(play: &Play, track: Option<&Track>) -> NowPlaying {
    NowPlaying {
        play_id: play.id,
        track: play.track,
        title: play.title.clone(),
        artist: play.artist.clone(),
        values: track.map(|track| track.values).unwrap_or_default(),
        started_at_ms: play.started_at_ms,
        logged_at_ms: play.logged_at_ms,
        source: SourceKind::named(&play.source),
        matched_by: None,
        needs_analysis: false,
    }
}

/// As it was noticed, for a play that only the logbook knows.
pub(super) fn event_of(play: &NowPlaying, path_text: &str, line_at_ms: Option<i64>) -> PlayEvent {
    let filled = |text: &str| Some(text).filter(|text| !text.is_empty()).map(str::to_owned);
    PlayEvent {
        source: play.source,
        path: filled(path_text),
        artist: filled(&play.artist),
        title: filled(&play.title),
        remix: None,
        file_size: None,
        duration_s: play.values.duration_s,
        logged_at_ms: play.logged_at_ms,
        started_at_ms: play.started_at_ms,
        line_at_ms,
        at_start: false,
        replaces_last: false,
    }
}

/// As the logbook keeps it; `path_text` is what the DJ program wrote.
pub(super) fn logbook_entry(play: &NowPlaying, path_text: String) -> Play {
    Play {
        id: play.play_id,
        track: play.track,
        title: play.title.clone(),
        artist: play.artist.clone(),
        path_text,
        source: play.source.name().to_owned(),
        started_at_ms: play.started_at_ms,
        logged_at_ms: play.logged_at_ms,
        answers: None,
    }
}

/// The same play, as the DJ says that it really was: its id, and with it its likes, stays.
pub(super) fn replaced(before: &NowPlaying, track: Track) -> NowPlaying {
    NowPlaying {
        needs_analysis: needs_analysis(&track),
        title: track.title,
        artist: track.artist,
        values: track.values,
        track: Some(track.id),
        matched_by: Some(MatchedBy::Hand),
        ..before.clone()
    }
}

/// More will be known of it: it has no analysis yet, and none that failed.
fn needs_analysis(track: &Track) -> bool {
    track.analysis_version.is_none() && track.failure.is_none()
}

/// What everybody is told: the library's words where it has some, else those of the DJ program.
pub(super) fn describe(
    play_id: PlayUuid,
    event: &PlayEvent,
    found: Option<(Track, MatchedBy)>,
) -> NowPlaying {
    let text = public_title::of(event, found.as_ref().map(|(track, _)| track));
    NowPlaying {
        play_id,
        title: text.title,
        artist: text.artist,
        values: found.as_ref().map(|(track, _)| track.values).unwrap_or_default(),
        started_at_ms: event.started_at_ms,
        logged_at_ms: event.logged_at_ms,
        source: event.source,
        needs_analysis: found.as_ref().is_some_and(|(track, _)| needs_analysis(track)),
        matched_by: found.as_ref().map(|(_, by)| *by),
        track: found.map(|(track, _)| track.id),
    }
}
