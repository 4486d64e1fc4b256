//! From a noticed song to a line of the logbook: one job on the library's thread looks it up, decides whether it
//! is news, and notes it. One job instead of a question at a time: nobody writes in between, and a busy library is
//! waited for once.

use std::path::PathBuf;

use anyhow::{Context, Result};
use uuid::Uuid;

use super::{
    Replacement, matcher,
    play::{NowPlaying, RecentPlays, describe, from_logbook, logbook_entry, replaced},
    resolver::{Candidate, Decision, Resolver},
    source::PlayEvent,
};
use crate::{
    audio_files::is_audio,
    clock::now_ms,
    library::{FileFacts, Library, MatchedBy, Play, PlayUuid, Track, TrackId, Values},
};

/// What the worker remembers of the evening. A job works on a copy, which takes the place of the worker's own when
/// all of it went well: a song that could not be noted was not heard of.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory {
    pub(super) resolver: Resolver,
    pub(super) plays: RecentPlays,
}

/// A file that the library does not know.
#[derive(Debug, Clone)]
pub(super) enum Outside {
    /// Nobody looked yet. Files are opened by the worker, not by the library's thread.
    NotRead,
    /// What it says of itself; `None` when it cannot be read.
    Read(Option<Box<FileFacts>>),
}

/// What became of a noticed song.
#[derive(Debug)]
pub(super) enum Noted {
    /// It plays now.
    Playing(Box<NowPlaying>),
    /// It was played, but plays no more.
    Before(Box<NowPlaying>),
    /// It is no news.
    Nothing,
    /// It is a file of this computer that the library does not know: to be read, and noted then.
    Unknown(PathBuf),
}

/// A song was noticed that plays now.
pub(super) fn playing(
    library: &mut Library,
    memory: &mut Memory,
    event: PlayEvent,
    by_hand: bool,
    outside: Outside,
) -> Result<Noted> {
    // A line that was read before this program was started anew is the same play.
    let known = match event.at_start {
        true => known_line(library, &event)?,
        false => None,
    };
    if let Some((_, true)) = known {
        return Ok(Noted::Nothing); // The DJ took it back.
    }
    let found = matcher::find(library, &event)?;
    let new_id = known.map_or_else(Uuid::new_v4, |(id, _)| id);
    let song = Candidate {
        by_hand,
        ..candidate(&event, found.as_ref())
    };
    let id = match memory.resolver.decide(&song, new_id, now_ms()) {
        Decision::New(id) => id,
        Decision::Correct(id) => {
            memory.plays.remove(id);
            id
        }
        // Over by now: it was played all the same.
        Decision::Ignore if event.at_start => return before(library, memory, event),
        Decision::Ignore => return Ok(Noted::Nothing),
    };
    let found = match (found, outside) {
        (Some((track, _)), _) if by_hand => Some((track, MatchedBy::Hand)),
        (Some(found), _) => Some(found),
        (None, Outside::Read(facts)) => take_in(library, facts)?,
        (None, Outside::NotRead) => match matcher::local_path(&event).filter(|path| is_audio(path)) {
            Some(path) => return Ok(Noted::Unknown(path)),
            None => None,
        },
    };
    let play = describe(id, &event, found);
    memory.plays.push(play.clone(), event);
    note(library, &memory.plays, &play)?;
    Ok(Noted::Playing(Box::new(play)))
}

/// A song was noticed that was played, but plays no more: noted and told, never announced as playing.
pub(super) fn before(library: &mut Library, memory: &mut Memory, event: PlayEvent) -> Result<Noted> {
    if !event.source.keeps_history() || known_line(library, &event)?.is_some() {
        return Ok(Noted::Nothing);
    }
    let found = matcher::find(library, &event)?;
    let song = Candidate {
        replaces_last: false,
        ..candidate(&event, found.as_ref())
    };
    let id = match event.at_start {
        true => Uuid::new_v4(),
        false => match memory.resolver.decide(&song, Uuid::new_v4(), now_ms()) {
            Decision::New(id) => id,
            Decision::Correct(_) | Decision::Ignore => return Ok(Noted::Nothing),
        },
    };
    let play = describe(id, &event, found);
    let entry = logbook_entry(&play, event.path.clone().unwrap_or_default());
    library.record_play(&entry, play.matched_by)?;
    if !event.at_start {
        memory.plays.push(play.clone(), event);
    }
    Ok(Noted::Before(Box::new(play)))
}

/// The DJ says what a play really was.
pub(super) fn replace(
    library: &mut Library,
    memory: &mut Memory,
    id: PlayUuid,
    with: Replacement,
) -> Result<NowPlaying> {
    let before = match memory.plays.get(id) {
        Some(play) => play.clone(),
        None => {
            let play = library.play(id)?.context("this play is not in the logbook")?;
            remembered(library, &play)?
        }
    };
    let better = match with {
        Replacement::Track(track) => replaced(&before, library.track(track)?.context("the track is gone")?),
        Replacement::Text { title, artist } => NowPlaying {
            title,
            artist,
            values: Values::default(),
            track: None,
            matched_by: None,
            needs_analysis: false,
            ..before
        },
    };
    note(library, &memory.plays, &better)?;
    memory.plays.replace(&better);
    Ok(better)
}

/// Something else is known of these tracks: the plays that read differently now.
pub(super) fn tracks_changed(
    library: &mut Library,
    memory: &mut Memory,
    tracks: &[TrackId],
) -> Result<Vec<NowPlaying>> {
    let mut changed = Vec::new();
    for track in tracks {
        let Some(track) = library.track(*track)? else {
            continue;
        };
        for better in memory.plays.better_known(&track) {
            memory.plays.replace(&better);
            note(library, &memory.plays, &better)?;
            changed.push(better);
        }
    }
    Ok(changed)
}

/// What was played since then (milliseconds since 1970), as the logbook knows it; at most `limit`.
pub(super) fn since(library: &mut Library, since_ms: i64, limit: u32) -> Result<Vec<NowPlaying>> {
    let plays = library.plays_since(since_ms, limit)?;
    plays.iter().map(|play| remembered(library, play)).collect()
}

/// What a play of before was, from the logbook.
fn remembered(library: &Library, play: &Play) -> Result<NowPlaying> {
    let track = play.track.map(|track| library.track(track)).transpose()?;
    Ok(from_logbook(play, track.flatten().as_ref()))
}

/// The play that a line of a history was noted as, and whether it was taken back.
fn known_line(library: &Library, event: &PlayEvent) -> Result<Option<(PlayUuid, bool)>> {
    match &event.path {
        Some(path) => library.play_of_line(event.source.name(), path, event.logged_at_ms),
        None => Ok(None),
    }
}

/// A noticed song as the resolver tells it apart.
pub(super) fn candidate(event: &PlayEvent, found: Option<&(Track, MatchedBy)>) -> Candidate {
    let length_s = event
        .duration_s
        .or_else(|| found.and_then(|(track, _)| track.values.duration_s));
    Candidate {
        identity: matcher::identity(event),
        logged_at_ms: event.logged_at_ms,
        length_ms: length_s.map(|length| (length * 1000.0) as i64),
        at_start: event.at_start,
        replaces_last: event.replaces_last,
        by_hand: false,
    }
}

/// A file from outside the music folders: the library takes it in, so that it can be analysed.
fn take_in(library: &mut Library, facts: Option<Box<FileFacts>>) -> Result<Option<(Track, MatchedBy)>> {
    let Some(facts) = facts else { return Ok(None) };
    let stored = library.store_files(None, &[*facts], |path| path.symlink_metadata().is_ok())?;
    let track = match stored.first() {
        Some(placement) => library.track(placement.track())?,
        None => None,
    };
    Ok(track.map(|track| (track, MatchedBy::Path)))
}

fn note(library: &mut Library, plays: &RecentPlays, play: &NowPlaying) -> Result<()> {
    let mut entry = logbook_entry(play, plays.path_text(play.play_id));
    // What the DJ program wrote stays, whatever the song turned out to be.
    if entry.path_text.is_empty()
        && let Some(before) = library.play(entry.id)?
    {
        entry.path_text = before.path_text;
    }
    library.record_play(&entry, play.matched_by)
}
