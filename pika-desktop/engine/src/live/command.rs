//! What the live thread can be asked.

use pika_protocol::feedback::PollCloses;
use serde::{Deserialize, Serialize};

use crate::{library::PlayUuid, nowplaying::NowPlaying, relay_access::RelayAccess};

/// A session as the DJ wants it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewSession {
    /// Its name.
    pub name: String,
    /// The DJ's name, where the relay has no account for it.
    pub dj_name: String,
    /// Whether it stands in the public list.
    pub listed: bool,
    /// The PIN.
    pub pin: Option<String>,
    /// It only tries the way to a phone: in no list, in no history, ended by itself after a crash.
    pub is_test: bool,
}

/// An account, as its relay tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountName {
    /// Tells it from the relay's other accounts; it stands in its public addresses. Empty where that is not known.
    pub slug: String,
    /// The DJ's name.
    pub name: String,
}

/// The DJ's answer to a [`super::LiveQuestion`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiveAnswer {
    /// Go on with the session here; take it over.
    GoOn,
    /// End it.
    End,
    /// Leave it as it is and forget about it here.
    Leave,
}

/// What the live thread can be asked.
#[derive(Debug, Clone, PartialEq)]
pub enum LiveCommand {
    /// The relay, and the right to publish there. A session of before goes on once its relay is named.
    Relay(RelayAccess),
    /// The account's relay, or that there is none any more.
    Account(Option<RelayAccess>),
    /// How to publish as the account, whichever relay is chosen: a session of before may owe its relay something.
    KnownAccount {
        /// How to publish; `None`: there is no account.
        access: Option<RelayAccess>,
        /// Whose it is; `None`: its relay has not said.
        name: Option<AccountName>,
    },
    /// Where dancers find the relay inside this program: `http://192.168.1.5:3001`. It changes with the network.
    LocalAddress(String),
    /// Start a session.
    GoLive(NewSession),
    /// A song was played, or is better known now.
    Played {
        /// The song.
        play: Box<NowPlaying>,
        /// Whether it plays now.
        current: bool,
    },
    /// What was played since the session began, oldest first: whatever of it the relay was never told is told now.
    CatchUp(Vec<NowPlaying>),
    /// A play did not happen.
    Remove(PlayUuid),
    /// Nothing plays any more.
    Stopped {
        /// Since when, in milliseconds since 1970.
        at_ms: i64,
    },
    /// What the DJ decided.
    Answer(LiveAnswer),
    /// Ask the floor.
    StartPoll {
        /// The question.
        question: String,
        /// The options.
        options: Vec<String>,
        /// When it closes.
        closes: PollCloses,
    },
    /// Give the open poll so many seconds more.
    ExtendPoll {
        /// Seconds more.
        seconds: u32,
    },
    /// Close the open poll.
    EndPoll,
    /// Take the open poll back.
    CancelPoll,
    /// Tell the floor.
    Announce {
        /// The text.
        text: String,
        /// How long it stands; `None`: until removed.
        seconds: Option<u32>,
    },
    /// Remove the announcement.
    CancelAnnouncement,
    /// Ask newcomers for a PIN, or no longer.
    SetPin(Option<String>),
    /// Show the session in the public list, or not.
    SetListed(bool),
    /// Try to reach the relay now.
    ReconnectNow,
    /// Ask the relay how these nights went.
    FetchRecaps(Vec<pika_protocol::SessionId>),
    /// End the session.
    End,
}
