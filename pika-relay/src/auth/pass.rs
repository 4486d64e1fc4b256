//! What a dancer is known by: a pass signed by the relay, and a short-lived ticket made from it.
//!
//! A pass holds a random id and nothing about a person. What is stored of a dancer is a keyed
//! hash of pass and session, so that two nights of one phone cannot be linked in the database.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use crate::base::random;

const ID_BYTES: usize = 16;
/// A tag of 128 bits: nobody can try more than a few on line.
const TAG_BYTES: usize = 16;

/// The relay's signing key: made at its first start, kept in its database.
#[derive(Clone)]
pub struct SigningKey([u8; 32]);

impl SigningKey {
    /// Makes one.
    pub fn generate() -> Self {
        Self(random::bytes())
    }

    /// Takes the bytes kept in the database.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// For keeping it in the database.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0
    }

    /// Signs a new dancer's pass.
    pub fn issue_pass(&self) -> DancerPass {
        DancerPass { id: random::bytes() }
    }

    /// The pass as the dancer's page keeps it.
    pub fn pass_text(&self, pass: &DancerPass) -> String {
        let mut bytes = [0; ID_BYTES + TAG_BYTES];
        bytes[..ID_BYTES].copy_from_slice(&pass.id);
        bytes[ID_BYTES..].copy_from_slice(&self.tag(b"pika pass 1", &[&pass.id]));
        random::base64url(&bytes)
    }

    /// The pass in `text`, if this relay signed it.
    pub fn check_pass(&self, text: &str) -> Option<DancerPass> {
        let bytes: [u8; ID_BYTES + TAG_BYTES] = random::from_base64url(text)?;
        let (id, tag) = bytes.split_first_chunk::<ID_BYTES>()?;
        self.verify(b"pika pass 1", &[id], tag)?;
        Some(DancerPass { id: *id })
    }

    /// What the database knows this dancer by, in this session only.
    pub fn dancer_key(&self, session: Uuid, pass: &DancerPass) -> DancerKey {
        DancerKey(self.tag(b"pika dancer 1", &[session.as_bytes(), &pass.id]))
    }

    /// A ticket to read one session's messages as `pass` until `expires_at` (Unix seconds):
    /// fit to stand in an address, as event stream and polling need it.
    pub fn issue_ticket(&self, session: Uuid, pass: &DancerPass, expires_at: u64) -> String {
        let ticket = Ticket {
            session,
            pass: pass.clone(),
            expires_at,
        };
        let body = ticket.to_bytes();
        let mut bytes = [0; TICKET_BYTES + TAG_BYTES];
        bytes[..TICKET_BYTES].copy_from_slice(&body);
        bytes[TICKET_BYTES..].copy_from_slice(&self.tag(b"pika ticket 1", &[&body]));
        random::base64url(&bytes)
    }

    /// The dancer behind a ticket for `session` at `now` (Unix seconds); `None` when it is
    /// forged, of another session or too old.
    pub fn check_ticket(&self, text: &str, session: Uuid, now: u64) -> Option<DancerPass> {
        let bytes: [u8; TICKET_BYTES + TAG_BYTES] = random::from_base64url(text)?;
        let (body, tag) = bytes.split_first_chunk::<TICKET_BYTES>()?;
        self.verify(b"pika ticket 1", &[body], tag)?;
        let ticket = Ticket::from_bytes(body);
        (ticket.session == session && now < ticket.expires_at).then_some(ticket.pass)
    }

    /// Opens a session's PIN to the big screen. It stays the same while the session does, whatever its PIN.
    pub fn screen_key(&self, session: Uuid) -> String {
        random::base64url(&self.tag(b"pika screen 1", &[session.as_bytes()]))
    }

    /// Whether `text` is the screen key of `session`; compared in constant time.
    pub fn is_screen_key(&self, session: Uuid, text: &str) -> bool {
        random::from_base64url::<TAG_BYTES>(text).is_some_and(|tag| {
            self.verify(b"pika screen 1", &[session.as_bytes()], &tag)
                .is_some()
        })
    }

    /// A tag over anything else the relay signs; `purpose` keeps the uses apart.
    pub(crate) fn tag(&self, purpose: &[u8], parts: &[&[u8]]) -> [u8; TAG_BYTES] {
        let full = self.mac(purpose, parts).finalize().into_bytes();
        let (tag, _) = full.split_first_chunk().expect("SHA-256 has 32 bytes");
        *tag
    }

    /// Compares a tag in constant time.
    pub(crate) fn verify(&self, purpose: &[u8], parts: &[&[u8]], tag: &[u8]) -> Option<()> {
        (tag.len() == TAG_BYTES).then_some(())?;
        self.mac(purpose, parts).verify_truncated_left(tag).ok()
    }

    fn mac(&self, purpose: &[u8], parts: &[&[u8]]) -> Hmac<Sha256> {
        let mut mac =
            <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        // Lengths before contents: no two lists of parts give the same bytes.
        for part in std::iter::once(&purpose).chain(parts) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// A dancer's random id, known to be signed by this relay.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DancerPass {
    id: [u8; ID_BYTES],
}

impl fmt::Debug for DancerPass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Keyed hash of pass and session: what is stored and compared.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DancerKey(pub [u8; TAG_BYTES]);

impl fmt::Debug for DancerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

const TICKET_BYTES: usize = 16 + ID_BYTES + 8;

struct Ticket {
    session: Uuid,
    pass: DancerPass,
    /// Unix seconds.
    expires_at: u64,
}

impl Ticket {
    fn to_bytes(&self) -> [u8; TICKET_BYTES] {
        let mut bytes = [0; TICKET_BYTES];
        bytes[..16].copy_from_slice(self.session.as_bytes());
        bytes[16..32].copy_from_slice(&self.pass.id);
        bytes[32..].copy_from_slice(&self.expires_at.to_be_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8; TICKET_BYTES]) -> Self {
        let (mut session, mut id, mut expires_at) = ([0; 16], [0; ID_BYTES], [0; 8]);
        session.copy_from_slice(&bytes[..16]);
        id.copy_from_slice(&bytes[16..32]);
        expires_at.copy_from_slice(&bytes[32..]);
        Self {
            session: Uuid::from_bytes(session),
            pass: DancerPass { id },
            expires_at: u64::from_be_bytes(expires_at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_key_is_for_one_session_of_this_relay() {
        let (key, session) = (SigningKey::generate(), Uuid::from_u128(1));
        let text = key.screen_key(session);
        assert!(key.is_screen_key(session, &text));
        assert!(!key.is_screen_key(Uuid::from_u128(2), &text));
        assert!(!SigningKey::generate().is_screen_key(session, &text));
        assert!(!key.is_screen_key(session, "") && !key.is_screen_key(session, &text[1..]));
    }

    fn key() -> SigningKey {
        SigningKey::from_bytes([7; 32])
    }

    #[test]
    fn a_pass_is_known_again_and_a_changed_one_is_not() {
        let pass = key().issue_pass();
        let text = key().pass_text(&pass);
        assert_eq!(key().check_pass(&text), Some(pass));
        assert_eq!(
            SigningKey::generate().check_pass(&text),
            None,
            "another relay's key"
        );
        for index in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ASCII");
            assert_eq!(key().check_pass(&changed), None, "character {index}");
        }
        for wrong in ["", "x", &text[1..], &format!("{text}A"), &"é".repeat(43)] {
            assert_eq!(key().check_pass(wrong), None);
        }
    }

    #[test]
    fn nights_cannot_be_linked() {
        let pass = key().issue_pass();
        let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(key().dancer_key(first, &pass), key().dancer_key(first, &pass));
        assert_ne!(key().dancer_key(first, &pass), key().dancer_key(second, &pass));
        assert_ne!(
            key().dancer_key(first, &pass),
            key().dancer_key(first, &key().issue_pass())
        );
    }

    #[test]
    fn a_ticket_counts_for_one_session_and_time() {
        let (pass, session) = (key().issue_pass(), Uuid::from_u128(1));
        let ticket = key().issue_ticket(session, &pass, 1000);
        assert_eq!(key().check_ticket(&ticket, session, 999), Some(pass));
        assert_eq!(key().check_ticket(&ticket, session, 1000), None, "too old");
        assert_eq!(
            key().check_ticket(&ticket, Uuid::from_u128(2), 999),
            None,
            "another session"
        );
        let mut changed = ticket.clone().into_bytes();
        changed[30] ^= 1;
        assert_eq!(
            key().check_ticket(&String::from_utf8_lossy(&changed), session, 999),
            None
        );
        assert_eq!(key().check_pass(&ticket), None, "a ticket is no pass");
    }

    #[test]
    fn nothing_secret_shows_in_debug() {
        let pass = key().issue_pass();
        let shown = format!(
            "{:?} {:?} {:?}",
            key(),
            pass,
            key().dancer_key(Uuid::nil(), &pass)
        );
        assert_eq!(shown, "[redacted] [redacted] [redacted]");
    }
}
