//! Why a relay is not reached.

/// Why a connection did not come about, or is no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FailKind {
    /// Nobody answers.
    Unreachable,
    /// Somebody answers, but lets no WebSocket through.
    Blocked,
    /// A page answers that is not the relay's: the Wi-Fi wants a log-in.
    Captive,
    /// The relay cannot prove who it is.
    Certificate,
    /// It was there and is gone.
    Closed,
}
