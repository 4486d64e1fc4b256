//! Songs: which of them the dancers are told of, as what, and when.

use std::time::Duration;

use pika_protocol::{ActionId, DjMessage, PlayId, Track, UnixMs};

use super::{Conn, MAX_PLAYS, Machine};
use crate::{
    library::PlayUuid,
    live::{
        clock::Now,
        state::{LivePlay, LiveQuestion},
        store::Keep,
        wire,
    },
    nowplaying::{NowPlaying, SourceKind},
};

/// How long a song that was played counts where its length is not known, in milliseconds.
const UNKNOWN_LENGTH_MS: i64 = 240_000;

impl Machine {
    /// Tells the dancers of a play, or what is better known of it.
    pub(super) fn tell(&mut self, play: &NowPlaying, current: bool, now: Now) {
        let Some(session) = &self.session else { return };
        let undecided = matches!(self.view.question, Some(LiveQuestion::Resume { .. }));
        if session.ending {
            return;
        }
        if undecided {
            if self.held.len() < MAX_PLAYS {
                self.held.push((play.clone(), current));
            }
            return;
        }
        // What was over when the session began is not part of it.
        let is_known = self.told.contains(&play.play_id);
        if !is_known && !current && play.started_at_ms < session.began_at_ms {
            return;
        }
        let described = (wire::track(play), play.started_at_ms);
        if current && is_known && self.view.playing.is_none() {
            // As far as the dancers know nothing plays: it goes on, after a pause or a restart. Where it plays already
            // this changes nothing.
            let (track, started_at_ms) = described.clone();
            self.push(wire::announcement(play.play_id, track, started_at_ms), false, now);
        }
        if self.described.get(&play.play_id) == Some(&described) && is_known {
            return;
        }
        if current && !is_known {
            self.is_current.insert(play.play_id);
        }
        self.show(play, &described.0, current && !is_known);
        let message = wire::message(play, is_known);
        let is_up = matches!(self.conn, Conn::Up { .. });
        if current && is_up && !is_known && play.source == SourceKind::Hand {
            let chosen = Duration::from_millis(u64::try_from(now.wall_ms - play.logged_at_ms).unwrap_or(0));
            self.timed = message.id().map(|id| (id, now.steady.saturating_sub(chosen)));
        }
        self.described.insert(play.play_id, described);
        self.push(message, false, now);
        if self.told.insert(play.play_id) {
            self.keep(Keep::Told(play.play_id));
            // Told late, and nothing came after it: it must not look as if it were playing.
            let length_s = play.values.duration_s;
            let length_ms = length_s.map_or(UNKNOWN_LENGTH_MS, |seconds| (seconds * 1000.0) as i64);
            let ends_at_ms = play.started_at_ms.saturating_add(length_ms);
            if !current && self.playing.is_none() && ends_at_ms <= now.wall_ms {
                let message = DjMessage::TrackStopped {
                    id: ActionId::random(),
                    play_id: PlayId(play.play_id),
                    stopped_at: UnixMs(ends_at_ms),
                };
                self.push(message, false, now);
            }
        }
        self.changed_now();
    }

    /// Puts a play among those that are shown, or what is better known of it.
    fn show(&mut self, play: &NowPlaying, track: &Track, begins: bool) {
        let known = self.described.get(&play.play_id);
        let is_where_it_was = known.is_some_and(|(_, at_ms)| *at_ms == play.started_at_ms);
        let plays = &mut self.view.plays;
        // What begins now begins after all else, whatever its clock says.
        let last_ms = plays.last().map_or(i64::MIN, |last| last.started_at_ms);
        let earliest_ms = if begins { last_ms } else { i64::MIN };
        let has_room = plays.len() < MAX_PLAYS;
        match plays.iter_mut().find(|other| other.play_id == play.play_id) {
            Some(shown) => {
                shown.title.clone_from(&track.title);
                shown.artist.clone_from(&track.artist);
                if !is_where_it_was {
                    shown.started_at_ms = play.started_at_ms;
                }
            }
            None if has_room => plays.push(LivePlay {
                play_id: play.play_id,
                title: track.title.clone(),
                artist: track.artist.clone(),
                started_at_ms: play.started_at_ms.max(earliest_ms),
                likes: 0,
                faster: 0,
                perfect: 0,
                slower: 0,
            }),
            None => {}
        }
        plays.sort_by_key(|play| play.started_at_ms);
    }

    /// A session that the relay has lost begins again: everything that is known of the night is told anew.
    pub(super) fn tell_all_again(&mut self, now: Now) {
        if self.described.is_empty() {
            return; // Only the outbox knows something: it stays as it is.
        }
        let mut still_true = Vec::new();
        for message in self.outbox.drain_all() {
            if let Some(id) = message.id() {
                self.keep(Keep::Done(id));
            }
            // What ended is over in the new session, too.
            if matches!(
                message,
                DjMessage::TrackStopped { .. } | DjMessage::EndSession { .. }
            ) {
                still_true.push(message);
            }
        }
        let mut plays: Vec<_> = self
            .described
            .iter()
            .map(|(id, known)| (*id, known.clone()))
            .collect();
        // Of two that began in the same moment the one that came first stays the first.
        let place = |id| self.view.plays.iter().position(|shown| shown.play_id == id);
        plays.sort_by_cached_key(|(id, (_, started_at_ms))| {
            (*started_at_ms, place(*id).unwrap_or(usize::MAX))
        });
        for (play, (track, started_at_ms)) in plays {
            self.push(wire::announcement(play, track, started_at_ms), false, now);
        }
        for message in still_true {
            self.push(message, false, now);
        }
    }

    pub(super) fn remove(&mut self, play: PlayUuid, now: Now) {
        self.held.retain(|(held, _)| held.play_id != play);
        self.playing = self.playing.take().filter(|playing| playing.play_id != play);
        if self.view.playing == Some(play) {
            self.view.playing = None;
        }
        self.view.plays.retain(|shown| shown.play_id != play);
        self.described.remove(&play);
        if self.session.is_some() && self.told.contains(&play) {
            self.push(wire::removal(play), false, now);
        }
        self.changed_now();
    }

    pub(super) fn stopped(&mut self, at_ms: i64, now: Now) {
        self.view.playing = None;
        self.changed_now();
        let Some(playing) = self.playing.take() else {
            return;
        };
        if self.session.is_some() && self.told.contains(&playing.play_id) {
            let message = DjMessage::TrackStopped {
                id: ActionId::random(),
                play_id: PlayId(playing.play_id),
                stopped_at: UnixMs(at_ms),
            };
            self.push(message, false, now);
        }
    }
}
