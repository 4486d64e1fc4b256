//! Decides which noticed song is news: no song twice, none that is over, and back to the last one when the DJ says so.
//! No clock and no library: times and lengths come in.

use uuid::Uuid;

use crate::library::TrackId;

/// A song of unknown length counts as this long, in milliseconds.
const USUAL_LENGTH_MS: i64 = 15 * 60_000;

/// A song as the resolver tells it apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    /// A path in one form, else artist and title folded.
    pub(super) identity: String,
    /// Artist and title folded, for what another source names without a path; may be empty.
    pub(super) text: String,
    /// Whether `identity` is a path.
    pub(super) is_file: bool,
    /// The track of the library.
    pub(super) track: Option<TrackId>,
    /// When it was written down, in milliseconds since 1970.
    pub(super) logged_at_ms: i64,
    /// Length of the song in milliseconds.
    pub(super) length_ms: Option<i64>,
    /// It stands for the last one, which was read while half written.
    pub(super) replaces_last: bool,
}

impl Candidate {
    /// Whether it has ended, for all that is known.
    pub(super) fn is_over(&self, now_ms: i64) -> bool {
        self.logged_at_ms.saturating_add(self.length()) <= now_ms
    }

    fn length(&self) -> i64 {
        self.length_ms.unwrap_or(USUAL_LENGTH_MS)
    }

    /// Whether both name the same song, in whatever words.
    pub(super) fn is_same_song(&self, other: &Self) -> bool {
        let two_files = self.is_file && other.is_file;
        let by_text = || !two_files && !self.text.is_empty() && self.text == other.text;
        (self.track.is_some() && self.track == other.track) || self.identity == other.identity || by_text()
    }

    /// Whether this is what `before` was, logged again: the same song within its length.
    pub(super) fn repeats(&self, before: &Self) -> bool {
        let apart_ms = self
            .logged_at_ms
            .saturating_sub(before.logged_at_ms)
            .saturating_abs();
        self.is_same_song(before) && apart_ms < before.length()
    }
}

/// What to do with a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    /// It plays now, as a new play.
    New,
    /// It is what this play, the current one, really was.
    Correct(Uuid),
    /// It is this play, which was thought to be over: a pause, or a program that was started anew.
    Again(Uuid),
    /// It is known already.
    Repeat,
}

/// What plays and what played before.
#[derive(Debug, Clone, Default)]
pub(super) struct Resolver {
    /// Oldest first, bounded.
    plays: Vec<(Uuid, Candidate)>,
    /// The newest of them plays.
    is_on: bool,
}

/// Plays that can be gone back to.
const MAX_PLAYS: usize = 16;

impl Resolver {
    /// Decides about a song that was noticed now; with [`Decision::New`] it is the play `id` from now on.
    pub(super) fn decide(&mut self, song: &Candidate, id: Uuid) -> Decision {
        if let Some((current, known)) = self.plays.last_mut() {
            if song.replaces_last {
                *known = Candidate {
                    logged_at_ms: known.logged_at_ms,
                    ..song.clone()
                };
                return Decision::Correct(*current);
            }
            if song.repeats(known) {
                return match std::mem::replace(&mut self.is_on, true) {
                    true => Decision::Repeat,
                    false => Decision::Again(*current),
                };
            }
        }
        self.push(song, id);
        self.is_on = true;
        Decision::New
    }

    /// Notes a song that was played, but plays no more, as the play `id`. False where it is known already.
    pub(super) fn played(&mut self, song: &Candidate, id: Uuid) -> bool {
        if self.plays.last().is_some_and(|(_, known)| song.repeats(known)) {
            return false;
        }
        self.push(song, id);
        self.is_on = false;
        true
    }

    /// What another one knows came after all that this one knows.
    pub(super) fn go_on_with(&mut self, later: Self) {
        if !later.plays.is_empty() {
            self.is_on = later.is_on;
        }
        for (id, song) in later.plays {
            self.push(&song, id);
        }
    }

    fn push(&mut self, song: &Candidate, id: Uuid) {
        if self.plays.len() == MAX_PLAYS {
            self.plays.remove(0);
        }
        self.plays.push((id, song.clone()));
    }

    /// The play that is on.
    pub(super) fn current(&self) -> Option<Uuid> {
        self.newest().map(|(id, _)| id).filter(|_| self.is_on)
    }

    /// The newest play, whether or not it is on.
    pub(super) fn newest(&self) -> Option<(Uuid, &Candidate)> {
        self.plays.last().map(|(id, song)| (*id, song))
    }

    /// What a play was noticed as.
    pub(super) fn song(&self, id: Uuid) -> Option<&Candidate> {
        let found = self.plays.iter().find(|(play, _)| *play == id);
        found.map(|(_, song)| song)
    }

    /// A play's track has another id now.
    pub(super) fn set_track(&mut self, id: Uuid, track: Option<TrackId>) {
        for (_, song) in self.plays.iter_mut().filter(|(play, _)| *play == id) {
            song.track = track;
        }
    }

    /// Takes a play back. Returns whether it was the current one, and which one is current now.
    pub(super) fn remove(&mut self, id: Uuid) -> (bool, Option<Uuid>) {
        let was_current = self.current() == Some(id);
        self.plays.retain(|(play, _)| *play != id);
        (was_current, self.current())
    }

    /// Nothing plays any more. The same song may go on later.
    pub(super) fn stop(&mut self) {
        self.is_on = false;
    }

    /// The clock on the wall was set back by so much: what is known happened so much earlier by it.
    pub(super) fn clock_set_back(&mut self, by_ms: i64) {
        for (_, song) in &mut self.plays {
            song.logged_at_ms = song.logged_at_ms.saturating_sub(by_ms);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    fn song(identity: &str, logged_at_ms: i64) -> Candidate {
        Candidate {
            identity: identity.into(),
            text: String::new(),
            is_file: true,
            track: None,
            logged_at_ms,
            length_ms: Some(3 * MINUTE),
            replaces_last: false,
        }
    }

    fn is_new(resolver: &mut Resolver, song: &Candidate) -> bool {
        resolver.decide(song, Uuid::new_v4()) == Decision::New
    }

    #[test]
    fn the_same_song_within_its_length_is_one_play() {
        let mut resolver = Resolver::default();
        assert!(is_new(&mut resolver, &song("a", 0)));
        assert!(!is_new(&mut resolver, &song("a", 2 * MINUTE)));
        assert!(is_new(&mut resolver, &song("a", 4 * MINUTE)));
        assert!(is_new(&mut resolver, &song("b", 4 * MINUTE + 1)));
    }

    #[test]
    fn a_song_is_the_same_whoever_names_it() {
        let track = |identity: &str, id| Candidate {
            track: Some(TrackId(id)),
            ..song(identity, 0)
        };
        let named = |text: &str, is_file| Candidate {
            text: text.into(),
            is_file,
            ..song(if is_file { "/a.mp3" } else { text }, 0)
        };
        assert!(track("/music/a.mp3", 1).is_same_song(&track("z:/music/a.mp3", 1)));
        assert!(!track("/music/a.mp3", 1).is_same_song(&track("/music/b.mp3", 2)));
        assert!(named("etta|mama", false).is_same_song(&named("etta|mama", true)));
        assert!(
            !named("", false).is_same_song(&named("", true)),
            "nothing is no name"
        );
        let live = Candidate {
            identity: "/live.mp3".into(),
            ..named("etta|mama", true)
        };
        assert!(
            !live.is_same_song(&named("etta|mama", true)),
            "two files are two recordings"
        );
    }

    #[test]
    fn a_song_is_over_after_its_length() {
        assert!(song("a", 0).is_over(3 * MINUTE));
        assert!(!song("a", 0).is_over(3 * MINUTE - 1));
        let unknown = Candidate {
            length_ms: None,
            ..song("a", 0)
        };
        assert!(unknown.is_over(15 * MINUTE) && !unknown.is_over(14 * MINUTE));
    }

    #[test]
    fn a_pause_is_no_other_play() {
        let mut resolver = Resolver::default();
        let a = Uuid::new_v4();
        assert_eq!(resolver.decide(&song("a", 0), a), Decision::New);
        resolver.stop();
        assert_eq!(resolver.current(), None);
        assert_eq!(
            resolver.decide(&song("a", MINUTE), Uuid::new_v4()),
            Decision::Again(a)
        );
        assert_eq!(resolver.current(), Some(a));
        resolver.stop();
        assert!(
            is_new(&mut resolver, &song("a", 4 * MINUTE)),
            "it is played once more"
        );
    }

    #[test]
    fn the_dj_can_go_back_to_the_last_song() {
        let mut resolver = Resolver::default();
        let (a, b) = (Uuid::new_v4(), Uuid::new_v4());
        resolver.decide(&song("a", 0), a);
        resolver.decide(&song("b", MINUTE), b);
        assert_eq!(resolver.remove(b), (true, Some(a)));
        // It is really played later.
        assert!(is_new(&mut resolver, &song("b", 2 * MINUTE)));
        assert_eq!(resolver.remove(a), (false, resolver.current()));
    }

    #[test]
    fn what_was_half_written_is_corrected() {
        let mut resolver = Resolver::default();
        let id = Uuid::new_v4();
        resolver.decide(&song("/mus", 0), id);
        let whole = Candidate {
            replaces_last: true,
            ..song("/music.mp3", 0)
        };
        assert_eq!(resolver.decide(&whole, Uuid::new_v4()), Decision::Correct(id));
        assert!(!is_new(&mut resolver, &song("/music.mp3", 1)));
    }

    #[test]
    fn a_clock_that_was_set_back_makes_no_repeat_a_new_play() {
        let mut resolver = Resolver::default();
        assert!(is_new(&mut resolver, &song("a", 60 * MINUTE)));
        resolver.clock_set_back(20 * MINUTE);
        assert!(!is_new(&mut resolver, &song("a", 41 * MINUTE)));
    }

    #[test]
    fn songs_of_before_are_known_but_not_on() {
        let mut resolver = Resolver::default();
        assert!(resolver.played(&song("a", 0), Uuid::new_v4()));
        assert!(
            !resolver.played(&song("a", 12_000), Uuid::new_v4()),
            "logged twice"
        );
        assert_eq!(resolver.current(), None);
    }
}
