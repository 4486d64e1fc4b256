//! Why a relay is not reached. What a DJ can do about it differs, so each has a sentence of its own.

/// Why a connection did not come about, or is no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FailKind {
    /// Nobody answers.
    #[error("nobody answers")]
    Unreachable,
    /// Somebody answers, but lets no WebSocket through.
    #[error("it lets no live updates through")]
    Blocked,
    /// A page answers that is not the relay's: the Wi-Fi wants a log-in.
    #[error("this Wi-Fi wants a log-in")]
    Captive,
    /// The relay cannot prove who it is.
    #[error("{0}")]
    Certificate(TlsFault),
    /// It was there and is gone.
    #[error("the connection was lost")]
    Closed,
    /// What stands before the relay is there, the relay is not.
    #[error("the relay does not run behind its address")]
    Down,
    /// The tunnel to the relay is dead.
    #[error("the tunnel to the relay is down")]
    Tunnel,
    /// It moved to another address, or is gone for good.
    #[error("the relay is not at this address any more")]
    Moved,
    /// Something answers that is no relay.
    #[error("no relay answers at this address")]
    NoRelay,
    /// A proxy wants to know who asks.
    #[error("the proxy of this network wants a log-in")]
    ProxyLogin,
    /// A proxy, or a filter, does not let this through.
    #[error("this network does not let Pika! through")]
    Forbidden,
}

/// What is wrong with how a relay proves who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TlsFault {
    /// The certificate is over.
    #[error("the relay's certificate has expired")]
    Expired,
    /// The certificate is of the future.
    #[error("the relay's certificate is not valid yet: this computer's clock is behind")]
    NotYet,
    /// The certificate is of another name.
    #[error("the relay's certificate is of another name")]
    WrongName,
    /// Nobody known vouches for it.
    #[error("nobody known vouches for the relay's certificate")]
    UnknownAuthority,
    /// What answers does not speak TLS.
    #[error("what answers there does not speak an encrypted language")]
    NotTls,
    /// Anything else.
    #[error("no encrypted connection comes about")]
    Other,
}

/// What an answer says that is not the relay's own: its status, and the beginning of its body.
pub(crate) fn of_answer(status: u16, body: &str) -> FailKind {
    match status {
        407 => FailKind::ProxyLogin,
        301 | 308 | 410 => FailKind::Moved,
        200..=399 | 511 => FailKind::Captive,
        // Of the great tunnels and what stands before them: there is nobody at the other end.
        520..=527 | 530 => FailKind::Tunnel,
        _ if body.contains("error code: 1033") || body.contains("Error 1033") => FailKind::Tunnel,
        502..=504 => FailKind::Down,
        401 | 403 | 451 => FailKind::Forbidden,
        _ => FailKind::NoRelay,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_answers_instead_of_a_relay_is_told_apart() {
        for (status, body, kind) in [
            (200, "<html>", FailKind::Captive),
            (302, "", FailKind::Captive),
            (307, "", FailKind::Captive),
            (511, "", FailKind::Captive),
            (301, "", FailKind::Moved),
            (308, "", FailKind::Moved),
            (410, "", FailKind::Moved),
            (407, "", FailKind::ProxyLogin),
            (403, "", FailKind::Forbidden),
            (404, "", FailKind::NoRelay),
            (502, "", FailKind::Down),
            (503, "<html>", FailKind::Down),
            (502, "error code: 1033", FailKind::Tunnel),
            (530, "error code: 1033", FailKind::Tunnel),
            (523, "", FailKind::Tunnel),
            (500, "", FailKind::NoRelay),
        ] {
            assert_eq!(of_answer(status, body), kind, "{status} {body}");
        }
    }
}
