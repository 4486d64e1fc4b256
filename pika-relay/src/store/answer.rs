//! What dancers say. The numbers that databases keep of it stand here and nowhere else.

use pika_protocol::{PlayId, PollId, SessionId, UnixMs, feedback::TempoChoice};
use uuid::Uuid;

use crate::auth::DancerKey;

/// What a database keeps of a like and of thanks.
const GIVEN: u8 = 0;

/// A dancer's answer. One row per session, subject and dancer; the highest counter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its session.
    pub session_id: SessionId,
    /// What is said, and to what.
    pub said: Said,
    /// Whose.
    pub dancer: DancerKey,
    /// The pass's counter: an answer is stored only when it is greater than the stored one.
    pub counter: u64,
    /// When.
    pub at: UnixMs,
    /// Whether a new answer may still be stored. When not, only a repeat (counter not greater than the stored
    /// one) is [`Unchanged`](super::Outcome::Unchanged); all else is [`Refused`](super::Outcome::Refused).
    pub open: bool,
}

/// What a dancer says to a play, a poll or the DJ, or that it is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// Likes a play.
    Like {
        /// Which play.
        play_id: PlayId,
        /// `false`: taken back.
        is_given: bool,
    },
    /// Votes on a play's tempo.
    Tempo {
        /// Which play.
        play_id: PlayId,
        /// `None`: taken back.
        wish: Option<TempoWish>,
    },
    /// Votes in a poll.
    Vote {
        /// Which poll.
        poll_id: PollId,
        /// Index of the option; `None`: taken back.
        option: Option<u8>,
    },
    /// Thanks the DJ.
    Thank {
        /// `false`: not yet.
        is_given: bool,
    },
}

impl Said {
    /// The same subject with nothing said: how it is before the first answer and after one was taken back.
    pub fn taken_back(self) -> Self {
        self.with_choice(None)
    }

    /// The columns `kind` and `target`: which subject of a session.
    pub(super) fn subject(self, session_id: SessionId) -> (Kind, Uuid) {
        match self {
            Self::Like { play_id, .. } => (Kind::Like, play_id.0),
            Self::Tempo { play_id, .. } => (Kind::Tempo, play_id.0),
            Self::Vote { poll_id, .. } => (Kind::Vote, poll_id.0),
            Self::Thank { .. } => (Kind::Thank, session_id.0),
        }
    }

    /// The column `choice`; `None`: taken back.
    pub(super) fn choice(self) -> Option<u8> {
        match self {
            Self::Like { is_given, .. } | Self::Thank { is_given } => is_given.then_some(GIVEN),
            Self::Tempo { wish, .. } => wish.map(TempoWish::number),
            Self::Vote { option, .. } => option,
        }
    }

    /// The same subject with what its column `choice` holds.
    pub(super) fn with_choice(self, choice: Option<u8>) -> Self {
        match self {
            Self::Like { play_id, .. } => Self::Like {
                play_id,
                is_given: choice.is_some(),
            },
            Self::Tempo { play_id, .. } => Self::Tempo {
                play_id,
                wish: choice.and_then(TempoWish::from_number),
            },
            Self::Vote { poll_id, .. } => Self::Vote {
                poll_id,
                option: choice,
            },
            Self::Thank { .. } => Self::Thank {
                is_given: choice.is_some(),
            },
        }
    }
}

/// How a dancer would like the tempo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TempoWish {
    /// Faster.
    Faster,
    /// As it is.
    Perfect,
    /// Slower.
    Slower,
}

impl TempoWish {
    /// The wish in a vote; `None`: the vote is taken back.
    pub fn of(vote: TempoChoice) -> Option<Self> {
        match vote {
            TempoChoice::Faster => Some(Self::Faster),
            TempoChoice::Perfect => Some(Self::Perfect),
            TempoChoice::Slower => Some(Self::Slower),
            TempoChoice::Clear => None,
        }
    }

    /// The number in the database.
    fn number(self) -> u8 {
        match self {
            Self::Faster => 0,
            Self::Perfect => 1,
            Self::Slower => 2,
        }
    }

    /// The wish with this number.
    pub(super) fn from_number(number: u8) -> Option<Self> {
        [Self::Faster, Self::Perfect, Self::Slower]
            .into_iter()
            .find(|wish| wish.number() == number)
    }
}

/// What kind of thing was said: a column of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Like,
    Tempo,
    Vote,
    Thank,
}

impl Kind {
    /// The number in the database.
    pub(super) const fn number(self) -> u8 {
        match self {
            Self::Like => 0,
            Self::Tempo => 1,
            Self::Vote => 2,
            Self::Thank => 3,
        }
    }

    /// The kind with this number.
    pub(super) fn from_number(number: u8) -> Option<Self> {
        [Self::Like, Self::Tempo, Self::Vote, Self::Thank]
            .into_iter()
            .find(|kind| kind.number() == number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that are in databases out there.
    #[test]
    fn numbers_stay_what_they_are() {
        let (play_id, poll_id) = (PlayId(Uuid::from_u128(1)), PollId(Uuid::from_u128(2)));
        let session_id = SessionId(Uuid::from_u128(3));
        let tempo = |wish| Said::Tempo {
            play_id,
            wish: Some(wish),
        };
        for (said, kind, target, choice) in [
            (
                Said::Like {
                    play_id,
                    is_given: true,
                },
                0,
                play_id.0,
                0,
            ),
            (tempo(TempoWish::Faster), 1, play_id.0, 0),
            (tempo(TempoWish::Perfect), 1, play_id.0, 1),
            (tempo(TempoWish::Slower), 1, play_id.0, 2),
            (
                Said::Vote {
                    poll_id,
                    option: Some(7),
                },
                2,
                poll_id.0,
                7,
            ),
            (Said::Thank { is_given: true }, 3, session_id.0, 0),
        ] {
            let (is_kind, is_target) = said.subject(session_id);
            assert_eq!((is_kind.number(), is_target), (kind, target), "{said:?}");
            assert_eq!(Kind::from_number(kind), Some(is_kind), "{said:?}");
            assert_eq!(said.choice(), Some(choice), "{said:?}");
            let nothing = said.taken_back();
            assert_eq!(nothing.choice(), None, "{said:?}");
            assert_eq!(nothing.with_choice(Some(choice)), said);
        }
    }
}
