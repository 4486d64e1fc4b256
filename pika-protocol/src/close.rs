//! Why the relay refuses or hangs up: one numbered public list.
//!
//! An [`ErrorCode`] travels in `ERROR` by name; when it ends a WebSocket, its number is the close code and its
//! name the close reason. Numbers are never reused.

use serde::{Deserialize, Serialize};

macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $wire:literal;)*) => {
        /// What went wrong, for a program to act on; the text beside it is for people.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(test, derive(ts_rs::TS))]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[$doc])* $name,)*
        }

        impl ErrorCode {
            /// Every code, in order of its number.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The number: close code of a WebSocket that ends with this error (4000–4999).
            pub fn number(self) -> u16 {
                match self { $(Self::$name => $number,)* }
            }

            /// The name on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $wire,)* }
            }
        }
    };
}

error_codes! {
    /// The message or a field of it breaks a rule; sending it again will not help.
    Invalid = 4000, "invalid";
    /// The message's type is not known here.
    UnknownType = 4001, "unknown_type";
    /// The client speaks a version that is no longer understood.
    UnsupportedVersion = 4002, "unsupported_version";
    /// Nothing was said in time: no first message, no answer to pings.
    Timeout = 4003, "timeout";
    /// The first message must be SUBSCRIBE (dancer) or REGISTER_SESSION (DJ).
    NotSubscribed = 4004, "not_subscribed";
    /// The reader was too slow; come back with the last position.
    Slow = 4008, "slow";
    /// No token, a wrong one, or one that was revoked.
    Unauthorized = 4401, "unauthorized";
    /// The ticket is too old or not for this session: join again.
    TicketExpired = 4402, "ticket_expired";
    /// Known, but not allowed.
    Forbidden = 4403, "forbidden";
    /// No session with this code or id (or not yours).
    UnknownSession = 4404, "unknown_session";
    /// No such play in this session, or it was removed.
    UnknownPlay = 4405, "unknown_play";
    /// No such poll in this session.
    UnknownPoll = 4406, "unknown_poll";
    /// The poll is over.
    PollClosed = 4407, "poll_closed";
    /// Another poll is open: end or cancel it first.
    PollOpen = 4408, "poll_open";
    /// The account has a live session already; `live` in the error says where. Resume it with `take_over`.
    AlreadyLive = 4409, "already_live";
    /// The session is over.
    SessionEnded = 4410, "session_ended";
    /// Another connection of the same DJ publishes this session now.
    TakenOver = 4411, "taken_over";
    /// The session asks for a PIN.
    PinRequired = 4420, "pin_required";
    /// The PIN is wrong.
    PinWrong = 4421, "pin_wrong";
    /// Too many wrong PINs: wait `retry_after_secs`.
    PinLocked = 4423, "pin_locked";
    /// Too fast: wait `retry_after_secs`, then send it again. Nothing was recorded.
    RateLimited = 4429, "rate_limited";
    /// Too many connections or passes.
    Full = 4430, "full";
    /// Our fault. Send it again later.
    Internal = 4500, "internal";
    /// The relay cannot store at the moment. Send it again later.
    Unavailable = 4503, "unavailable";
}

impl ErrorCode {
    /// Whether the same message may succeed later: the sender keeps it and tries again.
    pub fn is_temporary(self) -> bool {
        matches!(
            self,
            Self::Timeout
                | Self::Slow
                | Self::PinLocked
                | Self::RateLimited
                | Self::Full
                | Self::Internal
                | Self::Unavailable
        )
    }
}

/// The number a WebSocket is closed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CloseCode {
    /// 1000: done.
    Normal,
    /// 1002: the peer broke RFC 6455.
    Protocol,
    /// 1003: a binary message; this protocol is text only.
    Unsupported,
    /// 1007: a text message that is not UTF-8.
    InvalidUtf8,
    /// 1009: a message longer than the limit.
    TooBig,
    /// 1012: the relay restarts; the reason is JSON with `reconnect_within_ms`, the time to spread over.
    Restart,
    /// 4000–4999: an error of this protocol.
    Error(ErrorCode),
}

impl CloseCode {
    /// The number in the close frame.
    pub fn number(self) -> u16 {
        match self {
            Self::Normal => 1000,
            Self::Protocol => 1002,
            Self::Unsupported => 1003,
            Self::InvalidUtf8 => 1007,
            Self::TooBig => 1009,
            Self::Restart => 1012,
            Self::Error(code) => code.number(),
        }
    }

    /// The reason in the close frame (for [`Self::Restart`] the relay writes JSON instead).
    pub fn reason(self) -> &'static str {
        match self {
            Self::Normal => "",
            Self::Protocol => "protocol error",
            Self::Unsupported => "text only",
            Self::InvalidUtf8 => "not utf-8",
            Self::TooBig => "message too big",
            Self::Restart => "restart",
            Self::Error(code) => code.as_str(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_serde_writes_and_numbers_rise() {
        let mut last = 0;
        for code in ErrorCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
            assert!(
                (4000..5000).contains(&code.number()) && code.number() > last,
                "{code:?}"
            );
            last = code.number();
        }
    }
}
