//! Decides which noticed song is news: no stale entries at the start, no song twice, and back to the
//! last one when the DJ says so. No clock and no library: times and lengths come in.

use uuid::Uuid;

/// A song of unknown length counts as this long, in milliseconds.
const USUAL_LENGTH_MS: i64 = 15 * 60_000;

/// A song as the resolver tells it apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Tells songs apart: a path in one form, else artist and title folded.
    pub(super) identity: String,
    /// When it was written down, in milliseconds since 1970.
    pub(super) logged_at_ms: i64,
    /// Length of the song in milliseconds.
    pub(super) length_ms: Option<i64>,
    /// It stood there when following began.
    pub(super) at_start: bool,
    /// It stands for the last one, which was read while half written.
    pub(super) replaces_last: bool,
    /// The DJ chose it: it counts even as a repeat.
    pub(super) by_hand: bool,
}

/// What to do with a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    /// It plays now, as a new play.
    New(Uuid),
    /// It is what the current play really was.
    Correct(Uuid),
    /// It is over, or known already.
    Ignore,
}

/// What plays and what played before.
#[derive(Debug, Clone, Default)]
pub(super) struct Resolver {
    /// Oldest first, bounded.
    plays: Vec<Playing>,
}

#[derive(Debug, Clone)]
struct Playing {
    id: Uuid,
    identity: String,
    logged_at_ms: i64,
    length_ms: i64,
}

/// Plays that can be gone back to.
const MAX_PLAYS: usize = 16;

impl Resolver {
    /// Decides about a song. `id` is used when it is a new play.
    pub(super) fn decide(&mut self, song: &Candidate, id: Uuid, now_ms: i64) -> Decision {
        let length_ms = song.length_ms.unwrap_or(USUAL_LENGTH_MS);
        if song.at_start && song.logged_at_ms.saturating_add(length_ms) <= now_ms {
            return Decision::Ignore;
        }
        if let Some(current) = self.plays.last_mut() {
            if song.replaces_last {
                current.identity.clone_from(&song.identity);
                current.length_ms = length_ms;
                return Decision::Correct(current.id);
            }
            let within = song.logged_at_ms.saturating_sub(current.logged_at_ms).abs() < current.length_ms;
            if current.identity == song.identity && within && !song.by_hand {
                return Decision::Ignore;
            }
        }
        if self.plays.len() == MAX_PLAYS {
            self.plays.remove(0);
        }
        self.plays.push(Playing {
            id,
            identity: song.identity.clone(),
            logged_at_ms: song.logged_at_ms,
            length_ms,
        });
        Decision::New(id)
    }

    /// The play that is on.
    pub(super) fn current(&self) -> Option<Uuid> {
        self.plays.last().map(|play| play.id)
    }

    /// Takes a play back. Returns whether it was the current one, and which one is current now.
    pub(super) fn remove(&mut self, id: Uuid) -> (bool, Option<Uuid>) {
        let was_current = self.current() == Some(id);
        self.plays.retain(|play| play.id != id);
        (was_current, self.current())
    }

    /// Nothing plays any more; the same song may come again.
    pub(super) fn stop(&mut self) {
        self.plays.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    fn song(identity: &str, logged_at_ms: i64) -> Candidate {
        Candidate {
            identity: identity.into(),
            logged_at_ms,
            length_ms: Some(3 * MINUTE),
            at_start: false,
            replaces_last: false,
            by_hand: false,
        }
    }

    fn is_new(resolver: &mut Resolver, song: &Candidate, now_ms: i64) -> bool {
        matches!(resolver.decide(song, Uuid::new_v4(), now_ms), Decision::New(_))
    }

    #[test]
    fn the_same_song_within_its_length_is_one_play() {
        let mut resolver = Resolver::default();
        assert!(is_new(&mut resolver, &song("a", 0), 0));
        assert!(!is_new(&mut resolver, &song("a", 2 * MINUTE), 2 * MINUTE));
        assert!(is_new(&mut resolver, &song("a", 4 * MINUTE), 4 * MINUTE));
        assert!(is_new(&mut resolver, &song("b", 4 * MINUTE + 1), 4 * MINUTE + 1));
    }

    #[test]
    fn a_stale_entry_at_the_start_is_no_news() {
        let mut resolver = Resolver::default();
        let old = Candidate {
            at_start: true,
            ..song("a", 0)
        };
        assert!(!is_new(&mut resolver, &old, 3 * MINUTE));
        assert!(is_new(&mut resolver, &old, 3 * MINUTE - 1));
        let unknown = Candidate {
            length_ms: None,
            ..old
        };
        assert!(!is_new(&mut Resolver::default(), &unknown, 15 * MINUTE));
        assert!(is_new(&mut Resolver::default(), &unknown, 14 * MINUTE));
    }

    #[test]
    fn the_dj_can_go_back_to_the_last_song() {
        let mut resolver = Resolver::default();
        let (a, b) = (Uuid::new_v4(), Uuid::new_v4());
        resolver.decide(&song("a", 0), a, 0);
        resolver.decide(&song("b", MINUTE), b, MINUTE);
        assert_eq!(resolver.remove(b), (true, Some(a)));
        // It is really played later.
        assert!(is_new(&mut resolver, &song("b", 2 * MINUTE), 2 * MINUTE));
        assert_eq!(resolver.remove(a), (false, resolver.current()));
    }

    #[test]
    fn a_half_read_song_is_corrected_in_place() {
        let mut resolver = Resolver::default();
        let id = Uuid::new_v4();
        resolver.decide(&song("/mus", 0), id, 0);
        let whole = Candidate {
            replaces_last: true,
            ..song("/music.mp3", 0)
        };
        assert_eq!(resolver.decide(&whole, Uuid::new_v4(), 1), Decision::Correct(id));
        assert!(!is_new(&mut resolver, &song("/music.mp3", 1), 1));
    }

    #[test]
    fn by_hand_counts_always() {
        let mut resolver = Resolver::default();
        let hand = Candidate {
            by_hand: true,
            ..song("a", 0)
        };
        assert!(is_new(&mut resolver, &hand, 0));
        assert!(is_new(&mut resolver, &hand, 1));
    }
}
