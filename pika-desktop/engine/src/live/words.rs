//! What the DJ is told when something is wrong: what happened, what it means, what to do.

use pika_protocol::ErrorCode;

use crate::reach::{FailKind, TlsFault};

/// What is said to the DJ: what happened, then what it means and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// What happened, in one sentence.
    pub title: String,
    /// What it means and what to do; may be empty.
    pub text: String,
}

impl Words {
    /// Both sentences.
    pub fn new(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            text: text.into(),
        }
    }
}

/// What happens meanwhile, whatever keeps the relay away.
const KEPT: &str = "Tracks you play are saved here and dancers get them as soon as it is back.";

/// Why the relay is not reached.
pub(super) fn unreached(kind: FailKind) -> Words {
    match kind {
        FailKind::Unreachable => Words::new(
            "No internet. Your set goes on.",
            "Tracks you play are saved here and dancers get them as soon as you are back.",
        ),
        FailKind::Blocked => Words::new(
            "This network blocks live updates.",
            "Pika! switches to a slower way, about 10 s behind.",
        ),
        FailKind::Captive => Words::new(
            "This Wi-Fi wants you to log in.",
            "Open a browser, accept its page, or use a phone hotspot.",
        ),
        FailKind::Closed => Words::new(
            "The connection was lost. Your set goes on.",
            "Tracks you play are saved here and dancers get them as soon as you are back.",
        ),
        FailKind::Down => Words::new("The relay is not running. Your set goes on.", KEPT),
        FailKind::Tunnel => Words::new("The tunnel to the relay is down. Your set goes on.", KEPT),
        FailKind::Moved => Words::new(
            "The relay is not at this address any more.",
            "Ask whoever runs it for the new one, or serve the dancers from this computer.",
        ),
        FailKind::NoRelay => Words::new(
            "No relay answers at this address.",
            "Something else does. Look at the address in the settings.",
        ),
        FailKind::ProxyLogin => Words::new(
            "This network's proxy wants a log-in.",
            "Put name and password into the proxy's address, or use a phone hotspot.",
        ),
        FailKind::Forbidden => Words::new(
            "This network does not let Pika! through.",
            "Ask whoever runs it, or use a phone hotspot.",
        ),
        FailKind::Certificate(fault) => no_trust(fault),
    }
}

/// What is wrong with how the relay proves who it is.
fn no_trust(fault: TlsFault) -> Words {
    match fault {
        TlsFault::Expired => Words::new(
            "The relay's certificate has expired.",
            "Whoever runs the relay renews it. If this computer's clock is wrong, correct that first.",
        ),
        TlsFault::NotYet => Words::new(
            "The relay's certificate is of the future.",
            "This computer's clock is behind: correct it.",
        ),
        TlsFault::WrongName => Words::new(
            "The relay's certificate is of another name.",
            "Look at the address in the settings. On this Wi-Fi it may be somebody else who answers.",
        ),
        TlsFault::UnknownAuthority => Words::new(
            "Nobody known vouches for this relay.",
            "Somebody may stand in between: try another network. A relay with an authority of its own is trusted once \
             this computer trusts that authority.",
        ),
        TlsFault::NotTls => Words::new(
            "What answers is not encrypted.",
            "The address needs another port, or this network answers in the relay's place. Try another network.",
        ),
        TlsFault::Other => Words::new(
            "No encrypted connection comes about.",
            "Something in between may break it. Try another network, or a phone hotspot.",
        ),
    }
}

/// The relay inside this program does not answer. No network is to blame.
pub(super) fn local_silent() -> Words {
    Words::new(
        "This laptop's relay does not answer.",
        "Your set goes on and its songs are kept. Switch the relay off and on again if it stays so.",
    )
}

/// The relay inside this program is off.
pub(super) fn local_off() -> Words {
    Words::new(
        "This laptop's relay is off.",
        "Your set goes on and its songs are kept. Switch the relay on, or end this session and go live elsewhere.",
    )
}

/// The relay is draining.
pub(super) fn restarting() -> Words {
    Words::new(
        "Pika! server is restarting.",
        "Your session resumes by itself, with likes and votes.",
    )
}

/// A relay as the DJ knows it: the host of its address. `place`: see [`crate::relay_access::RelayAccess::place`].
pub(super) fn relay_name(place: &str) -> String {
    match place.split_once("://") {
        Some((_, host)) => host.to_owned(),
        None => "this computer".to_owned(),
    }
}

/// A session that was put aside is handed in.
pub(super) fn complete(name: &str, place: &str) -> Words {
    let relay = relay_name(place);
    Words::new(
        "Everything has arrived.",
        format!("The relay {relay} has the whole of “{name}” now."),
    )
}

/// A session that was put aside is over at its relay, which takes nothing more of it.
pub(super) fn ended_before(name: &str, place: &str, songs: usize) -> Words {
    let relay = relay_name(place);
    let songs = if songs == 1 {
        "One song".to_owned()
    } else {
        format!("{songs} songs")
    };
    Words::new(
        format!("The relay {relay} had ended “{name}” already."),
        format!("{songs} did not reach it and stay in your history alone."),
    )
}

/// Too many sessions were put aside.
pub(super) fn given_up(name: &str) -> Words {
    Words::new(
        format!("“{name}” is no longer sent."),
        "Too many sessions wait for relays that are gone. Its songs stay in your history.",
    )
}

/// The relay names an address for dancers that is not its own.
pub(super) fn page_elsewhere(host: &str) -> Words {
    Words::new(
        format!("Dancers go to {host}."),
        "The relay names this address for them. If you do not know it, ask whoever runs the relay.",
    )
}

/// The relay names an address for dancers that cannot be one.
pub(super) fn page_refused() -> Words {
    Words::new(
        "The relay names an odd address for dancers.",
        "Pika! sends them to the relay's own address instead.",
    )
}

/// The account that the session belongs to is not connected any more.
pub(super) fn no_account() -> Words {
    Words::new(
        "The account is not connected.",
        "Connect the account again, and this session goes on; its songs are kept.",
    )
}

/// The session is on another relay than the chosen one.
pub(super) fn other_relay(place: &str) -> Words {
    Words::new(
        format!("This session is on {}.", relay_name(place)),
        "Another relay is chosen now: choose the old one again, or end this session and go live anew.",
    )
}

/// The session belongs to another account than the one that is connected. `name`: its DJ's; may be empty.
pub(super) fn other_account(name: &str) -> Words {
    let account = match name {
        "" => "another account".to_owned(),
        name => format!("the account of {name}"),
    };
    Words::new(
        format!("This session belongs to {account}."),
        "Connect that account again, or go live anew: what this session owes is kept.",
    )
}

/// What the relay refuses for good. `said`: the relay's own words.
pub(super) fn refused(code: ErrorCode, said: &str) -> Words {
    match code {
        ErrorCode::Unauthorized => Words::new(
            "Token not accepted.",
            "It was replaced or revoked. Log in on the website and copy the new one.",
        ),
        ErrorCode::UnsupportedVersion => Words::new(
            "This version is too old to go live.",
            "Update takes a minute; your library stays.",
        ),
        ErrorCode::TakenOver => Words::new(
            "Your session goes on on another computer.",
            "It was taken over there. You can take it back.",
        ),
        ErrorCode::AlreadyLive => Words::new(
            "You are live on another computer.",
            "Take the session over, or leave it there.",
        ),
        ErrorCode::RateLimited => Words::new("Slow down a moment.", sentence(said)),
        ErrorCode::PollOpen => Words::new("One poll at a time.", "Close the running one first."),
        ErrorCode::PollClosed | ErrorCode::UnknownPoll => Words::new("This poll has closed.", ""),
        ErrorCode::Internal | ErrorCode::Unavailable => {
            Words::new("That is on us.", "Try again; your set is not affected.")
        }
        ErrorCode::SessionEnded => Words::new("Session ended.", "The recap is ready."),
        _ => Words::new("The relay refused this.", sentence(said)),
    }
}

/// Newcomers are asked for another PIN, or for none.
pub(super) fn pin_changed(pin: Option<&str>) -> Words {
    match pin {
        Some(pin) => Words::new(format!("New PIN is {pin}."), "Dancers already in stay in."),
        None => Words::new("The PIN is off.", "Everybody with the address can come in."),
    }
}

/// What is not possible while the relay is not reached.
pub(super) fn offline(what: &str) -> Words {
    Words::new(
        format!("No connection, so no {what} now."),
        "It can be sent as soon as you are back.",
    )
}

/// A sentence from a relay's words: begins with a capital, ends with a full stop.
fn sentence(said: &str) -> String {
    let mut chars = said.trim().chars();
    let Some(first) = chars.next() else {
        return String::new();
    };
    let mut text: String = first.to_uppercase().chain(chars).take(300).collect();
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

/// How far a clock is off, as people say it.
pub(super) fn clock_wrong(ahead_ms: i64) -> Words {
    let seconds = ahead_ms.unsigned_abs() / 1000;
    let far = if seconds < 120 {
        format!("{seconds} s")
    } else {
        format!("{} min", seconds / 60)
    };
    Words::new(
        format!("This computer's clock is {far} off."),
        "Correct it so that song times are right.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relays_words_become_a_sentence() {
        assert_eq!(
            sentence("a poll has 2 to 10 options"),
            "A poll has 2 to 10 options."
        );
        assert_eq!(sentence(""), "");
        assert_eq!(
            clock_wrong(-840_500).title,
            "This computer's clock is 14 min off."
        );
    }
}
