//! From a noticed song to a line of the logbook: one job on the library's thread looks it up, decides whether it
//! is news, and notes it. One job instead of a question at a time: nobody writes in between, and a busy library is
//! waited for once.
//!
//! A library that cannot answer or take anything just now (the disk is full, the database busy) keeps nobody from
//! hearing what plays: the song is told with what is known, and written down as soon as that is possible.

use std::path::PathBuf;

use anyhow::{Context, Result};
use tracing::warn;
use uuid::Uuid;

use super::{
    Replacement, matcher,
    play::{NowPlaying, RecentPlays, describe, event_of, from_logbook, logbook_entry, replaced},
    resolver::{Candidate, Decision, Resolver},
    source::{PlayEvent, SourceKind},
    unstored::{Entry, Unstored},
};
use crate::{
    audio_files::is_audio,
    foreign::file,
    library::{
        FileFacts, Library, MatchedBy, NoticedBy, Play, PlayIds, PlayOfBefore, PlayUuid, Track, TrackId,
        Values, fold,
    },
};

/// Plays older than this are not of this evening, in milliseconds.
const EVENING_MS: i64 = 12 * 3_600_000;
/// Plays of this evening that are remembered at the start: as many as can be gone back to.
const REMEMBERED: u32 = 16;

/// What the worker remembers of the evening.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory {
    pub(super) resolver: Resolver,
    pub(super) plays: RecentPlays,
    pub(super) unstored: Unstored,
    ids: Option<PlayIds>,
}

/// What became of a noticed song.
#[derive(Debug)]
pub(super) enum Noted {
    /// It plays now.
    Playing {
        play: Box<NowPlaying>,
        /// A file of this computer that the library does not know: to be looked at, see [`Desk::taken_in`].
        unknown: Option<PathBuf>,
    },
    /// It was played, but plays no more.
    Before(Box<NowPlaying>),
    /// It is no news.
    Nothing,
}

/// A line that was read before.
enum Known {
    /// It is this play.
    As(PlayUuid),
    /// The DJ took it back.
    TakenBack,
}

/// Where songs are noted: what is remembered, and the library, as far as it can be asked.
pub(super) struct Desk<'a> {
    pub(super) library: Option<&'a mut Library>,
    pub(super) memory: &'a mut Memory,
    pub(super) now_ms: i64,
    /// The library could not take something: in this job it is not asked again, since that may take seconds.
    pub(super) is_refused: bool,
}

impl Desk<'_> {
    /// Remembers the evening so far from the logbook, so that a program that was started anew knows what was noted.
    /// Returns what the DJ said by hand and must still play: no program would say it again.
    pub(super) fn recall(&mut self) -> Result<Option<NowPlaying>> {
        let Some(library) = &self.library else {
            return Ok(None);
        };
        let ids = library.play_ids()?;
        let known = library.newest_plays(self.now_ms.saturating_sub(EVENING_MS), REMEMBERED)?;
        let known = known.into_iter().map(|known| of_before(library, known));
        let known = known.collect::<Result<Vec<_>>>()?;
        self.memory.ids = Some(ids);
        // What was noticed while the library did not answer came after all that it knows of before.
        let plays_since = std::mem::take(&mut self.memory.plays);
        let since = std::mem::take(&mut self.memory.resolver);
        for (play, event, mut song) in known {
            if since.song(play.play_id).is_some() {
                continue;
            }
            // Nothing was noticed later than now: the clock was set back while the program was off.
            song.logged_at_ms = song.logged_at_ms.min(self.now_ms);
            if self.memory.resolver.played(&song, play.play_id) {
                self.memory.plays.push(play, event);
            }
        }
        self.memory.resolver.go_on_with(since);
        for (play, event) in plays_since.all() {
            self.memory.plays.push(play, event);
        }
        if self.memory.resolver.current().is_some() {
            return Ok(None);
        }
        let newest = self
            .memory
            .resolver
            .newest()
            .filter(|(_, song)| !song.is_over(self.now_ms));
        let Some((id, song)) = newest.map(|(id, song)| (id, song.clone())) else {
            return Ok(None);
        };
        let playing = self.memory.plays.get(id);
        let by_hand = playing.filter(|play| play.source == SourceKind::Hand).cloned();
        if by_hand.is_some() {
            self.memory.resolver.decide(&song, id);
        }
        Ok(by_hand)
    }

    /// The library is an older copy of itself: it may not know what was noted since, and its tracks may have other ids.
    /// What is remembered of the evening is noted in it anew, as the same plays. Returns what reads differently now.
    pub(super) fn went_back(&mut self) -> Result<Vec<NowPlaying>> {
        let Some(library) = &self.library else {
            return Ok(Vec::new());
        };
        self.memory.ids = Some(library.play_ids()?);
        self.memory.unstored.forget_tracks();
        let mut changed = Vec::new();
        for (play, event) in self.memory.plays.all() {
            let found = self.find(&event);
            self.memory
                .resolver
                .set_track(play.play_id, found.as_ref().map(|(track, _)| track.id));
            let better = match play.matched_by {
                // It may be the DJ's own word, and then what was noticed says nothing. The logbook came along.
                Some(MatchedBy::Hand) | None => {
                    let same = self.ask(|library| library.play(play.play_id)).flatten();
                    let same = same.filter(|same| same.title == play.title && same.artist == play.artist);
                    let track = play.track.and(same.and_then(|same| same.track));
                    NowPlaying {
                        track,
                        needs_analysis: play.needs_analysis && track.is_some(),
                        ..play.clone()
                    }
                }
                Some(_) => describe(play.play_id, &event, found),
            };
            self.memory.plays.replace(&better);
            self.note(&better);
            if better != play {
                changed.push(better);
            }
        }
        Ok(changed)
    }

    /// A song was noticed that plays now.
    pub(super) fn playing(&mut self, mut event: PlayEvent) -> Noted {
        let newest = self.memory.resolver.newest().map(|(id, _)| id);
        match self.known(&event) {
            // A line of before that comes back is no news, unless it is what played when the program ended.
            Some(Known::As(id)) if Some(id) != newest => return Noted::Nothing,
            Some(Known::TakenBack) => return Noted::Nothing,
            Some(Known::As(_)) | None => {}
        }
        let found = self.find(&event);
        let song = candidate_of(&event, found.as_ref());
        if event.at_start && song.is_over(self.now_ms) {
            // It was played all the same.
            return self.before_found(event, found);
        }
        let new_id = self.new_id(&event);
        let id = match self.memory.resolver.decide(&song, new_id) {
            Decision::New => new_id,
            Decision::Correct(id) => {
                self.memory.plays.remove(id);
                id
            }
            Decision::Again(id) => return self.again(Some(id)),
            // Who says so by hand is told that it is on already.
            Decision::Repeat if event.source == SourceKind::Hand => {
                return self.again(self.memory.resolver.current());
            }
            Decision::Repeat => return Noted::Nothing,
        };
        if !event.at_start {
            self.put_in_order(&mut event);
        }
        let found = found.map(|(track, by)| match event.source {
            SourceKind::Hand => (track, MatchedBy::Hand),
            _ => (track, by),
        });
        let unknown = match &found {
            Some(_) => None,
            None => matcher::local_path(&event).filter(|path| is_audio(path)),
        };
        let play = describe(id, &event, found);
        self.memory.plays.push(play.clone(), event);
        self.note(&play);
        Noted::Playing {
            play: Box::new(play),
            unknown,
        }
    }

    /// A play that is known is told again.
    fn again(&self, id: Option<PlayUuid>) -> Noted {
        let again = id.and_then(|id| self.memory.plays.get(id).cloned());
        again.map_or(Noted::Nothing, |play| Noted::Playing {
            play: Box::new(play),
            unknown: None,
        })
    }

    /// A song was noticed that was played, but plays no more: noted and told, never announced as playing.
    pub(super) fn before(&mut self, event: PlayEvent) -> Noted {
        let found = self.find(&event);
        self.before_found(event, found)
    }

    fn before_found(&mut self, event: PlayEvent, found: Option<(Track, MatchedBy)>) -> Noted {
        if !event.source.keeps_history() || self.known(&event).is_some() {
            return Noted::Nothing;
        }
        let song = Candidate {
            replaces_last: false,
            ..candidate_of(&event, found.as_ref())
        };
        let id = self.new_id(&event);
        let newest = self.memory.resolver.newest();
        let is_newest = newest.is_none_or(|(_, newest)| newest.logged_at_ms <= song.logged_at_ms);
        let comes_last = !event.at_start || is_newest;
        let is_news = match comes_last {
            true => self.memory.resolver.played(&song, id),
            false => !self.repeats_one_of_before(&song),
        };
        if !is_news {
            return Noted::Nothing;
        }
        let play = describe(id, &event, found);
        self.note_as(&play, Some(&event));
        if comes_last {
            self.memory.plays.push(play.clone(), event);
        }
        Noted::Before(Box::new(play))
    }

    /// A file that the library did not know was looked at: it takes it in, so that it can be analysed. Returns what is
    /// better known of the play.
    pub(super) fn taken_in(&mut self, id: PlayUuid, facts: FileFacts) -> Result<Option<NowPlaying>> {
        let Some(event) = self.memory.plays.event(id).cloned() else {
            return Ok(None); // Taken back meanwhile.
        };
        let library = self.library.as_mut().context("the library does not answer")?;
        let stored = library.store_files(None, &[facts], file::is_there)?;
        let Some(placement) = stored.first() else {
            return Ok(None);
        };
        let track = library.track(placement.track())?.context("the track is gone")?;
        let better = describe(id, &event, Some((track, MatchedBy::Path)));
        self.memory.plays.replace(&better);
        self.note(&better);
        Ok(Some(better))
    }

    /// The DJ says what a play really was.
    pub(super) fn replace(&mut self, id: PlayUuid, with: Replacement) -> Result<NowPlaying> {
        let before = match (self.memory.plays.get(id), &self.library) {
            (Some(play), _) => play.clone(),
            (None, Some(library)) => {
                let play = library.play(id)?.context("this play is not in the logbook")?;
                remembered(library, &play)?
            }
            (None, None) => anyhow::bail!("the library does not answer"),
        };
        let better = match (with, &self.library) {
            (Replacement::Track(track), Some(library)) => {
                replaced(&before, library.track(track)?.context("the track is gone")?)
            }
            (Replacement::Track(_), None) => anyhow::bail!("the library does not answer"),
            (Replacement::Text { title, artist }, _) => NowPlaying {
                title,
                artist,
                values: Values::default(),
                track: None,
                matched_by: None,
                needs_analysis: false,
                ..before
            },
        };
        self.memory.plays.replace(&better);
        self.note(&better);
        Ok(better)
    }

    /// A play did not happen. Returns whether it was the current one, and what plays now.
    pub(super) fn remove(&mut self, id: PlayUuid) -> (bool, Option<NowPlaying>) {
        let (was_current, current) = self.memory.resolver.remove(id);
        self.memory.plays.remove(id);
        self.write(Entry::Removal(id));
        (
            was_current,
            current.and_then(|id| self.memory.plays.get(id).cloned()),
        )
    }

    /// Something else is known of these tracks: the plays that read differently now.
    pub(super) fn tracks_changed(&mut self, tracks: &[TrackId]) -> Vec<NowPlaying> {
        let mut changed = Vec::new();
        for track in tracks {
            let Some(track) = self.ask(|library| library.track(*track)).flatten() else {
                continue;
            };
            for better in self.memory.plays.better_known(&track) {
                self.memory.plays.replace(&better);
                self.note(&better);
                changed.push(better);
            }
        }
        changed
    }

    /// "Was this known already?", asked here for every source, at the start and later.
    fn known(&self, event: &PlayEvent) -> Option<Known> {
        if event.line_at_ms.is_some() {
            let noticed_by = noticed_by(event);
            let path = event.path.as_deref().unwrap_or_default();
            let found = self.ask(|library| library.play_of_line(event.source.name(), &noticed_by, path));
            return found.flatten().map(|(id, removed)| match removed {
                true => Known::TakenBack,
                false => Known::As(id),
            });
        }
        // A line without a time that stood there at the start may be what this source said last.
        let before = self
            .memory
            .plays
            .newest_of(event.source)
            .filter(|_| event.at_start)?;
        let is_it = candidate_of(event, None).repeats(self.memory.resolver.song(before.play_id)?);
        is_it.then_some(Known::As(before.play_id))
    }

    /// Whether a line that was written before what is remembered is the play before it, logged again.
    fn repeats_one_of_before(&self, song: &Candidate) -> bool {
        let before = self.ask(|library| {
            let known = library.play_before(song.logged_at_ms)?;
            known.map(|known| of_before(library, known)).transpose()
        });
        before
            .flatten()
            .is_some_and(|(_, _, before)| song.repeats(&before))
    }

    /// A song just noticed began no earlier than the one that its source noticed before: a clock may say otherwise,
    /// or a line. Where the clock was set back it is believed again.
    fn put_in_order(&self, event: &mut PlayEvent) {
        let before = self.memory.plays.newest_of(event.source);
        let begun = before
            .map(|play| play.started_at_ms)
            .filter(|begun| *begun <= self.now_ms);
        event.started_at_ms = event.started_at_ms.max(begun.unwrap_or(event.started_at_ms));
    }

    fn new_id(&self, event: &PlayEvent) -> PlayUuid {
        match (&self.memory.ids, event.line_at_ms) {
            (Some(ids), Some(line_at)) => {
                ids.of_line(event.source.name(), &matcher::identity(event), line_at)
            }
            _ => Uuid::new_v4(),
        }
    }

    fn find(&self, event: &PlayEvent) -> Option<(Track, MatchedBy)> {
        self.ask(|library| matcher::find(library, event)).flatten()
    }

    /// Asks the library, which may not be able to answer now.
    fn ask<T>(&self, question: impl FnOnce(&Library) -> Result<T>) -> Option<T> {
        let answer = question(self.library.as_deref()?);
        answer
            .inspect_err(|error| warn!(error = %format!("{error:#}"), "the library does not answer"))
            .ok()
    }

    fn note(&mut self, play: &NowPlaying) {
        let event = self.memory.plays.event(play.play_id).cloned();
        self.note_as(play, event.as_ref());
    }

    /// `event`: what it was noticed as; where nobody knows any more, the logbook keeps what it has.
    fn note_as(&mut self, play: &NowPlaying, event: Option<&PlayEvent>) {
        let path = event.and_then(|event| event.path.clone()).unwrap_or_default();
        self.write(Entry::Play {
            play: Box::new(logbook_entry(play, path)),
            matched_by: play.matched_by,
            noticed_by: event.map(noticed_by).unwrap_or_default(),
        });
    }

    /// Everything is written in the order in which it happened: what comes later waits with what could not be written.
    fn write(&mut self, entry: Entry) {
        self.memory.unstored.push(entry);
        if !self.is_refused
            && let Err(error) = self.settle()
        {
            warn!(error = %format!("{error:#}"), "not written down yet");
            self.is_refused = true;
        }
    }

    /// Writes down what waits.
    ///
    /// Errors: the library cannot take it now.
    pub(super) fn settle(&mut self) -> Result<()> {
        match &mut self.library {
            Some(library) => self.memory.unstored.settle(library),
            None => Ok(()),
        }
    }
}

/// What was played in the live session of this mark, as the logbook knows it; for one that it does not know what was
/// played since then (milliseconds since 1970). At most `limit`.
pub(super) fn of_session(
    library: &mut Library,
    mark: Option<Uuid>,
    since_ms: i64,
    limit: u32,
) -> Result<Vec<NowPlaying>> {
    let marked = mark
        .map(|mark| library.plays_of_session(mark, limit))
        .transpose()?;
    let plays = match marked.flatten() {
        Some(plays) => plays,
        None => library.plays_since(since_ms, limit)?,
    };
    plays.iter().map(|play| remembered(library, play)).collect()
}

/// What a play of before was, from the logbook.
fn remembered(library: &Library, play: &Play) -> Result<NowPlaying> {
    let track = play.track.map(|track| library.track(track)).transpose()?;
    Ok(from_logbook(play, track.flatten().as_ref()))
}

/// A play of the logbook, as it would be noticed.
fn of_before(library: &Library, known: PlayOfBefore) -> Result<(NowPlaying, PlayEvent, Candidate)> {
    let play = remembered(library, &known.play)?;
    let event = event_of(&play, &known.play.path_text, known.noticed_by.line_at_ms);
    let mut song = candidate(&event, play.track, play.values.duration_s);
    // The words of a play may have become better than those that it was noticed by.
    if !known.noticed_by.identity.is_empty() {
        song.identity = known.noticed_by.identity;
    }
    Ok((play, event, song))
}

fn noticed_by(event: &PlayEvent) -> NoticedBy {
    NoticedBy {
        identity: matcher::identity(event),
        line_at_ms: event.line_at_ms,
    }
}

/// A noticed song as the resolver tells it apart.
fn candidate(event: &PlayEvent, track: Option<TrackId>, known_length_s: Option<f64>) -> Candidate {
    let length_s = event.duration_s.or(known_length_s);
    Candidate {
        identity: matcher::identity(event),
        text: fold::text_fold(
            event.artist.as_deref().unwrap_or_default(),
            event.title.as_deref().unwrap_or_default(),
        ),
        is_file: event.path.is_some(),
        track,
        logged_at_ms: event.logged_at_ms,
        length_ms: length_s.map(|length| (length * 1000.0) as i64),
        replaces_last: event.replaces_last,
    }
}

/// The same for a song that was looked up.
pub(super) fn candidate_of(event: &PlayEvent, found: Option<&(Track, MatchedBy)>) -> Candidate {
    let track = found.map(|(track, _)| track);
    candidate(
        event,
        track.map(|track| track.id),
        track.and_then(|track| track.values.duration_s),
    )
}

#[cfg(test)]
mod tests;
