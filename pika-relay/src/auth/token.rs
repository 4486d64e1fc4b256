//! A DJ's token: `pk_dj_` and 32 characters of base32, 160 random bits. Only its SHA-256 is kept.

use std::fmt;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::base::{Secret, random};

const PREFIX: &str = "pk_dj_";
const RANDOM_CHARS: usize = 32;

/// A token as its owner holds it. Shown once, never stored, never logged.
#[derive(Clone, Debug)]
pub struct DjToken(Secret);

impl DjToken {
    /// Makes a new one.
    pub fn generate() -> Self {
        Self(Secret::new(format!(
            "{PREFIX}{}",
            random::base32(&random::bytes::<20>())
        )))
    }

    /// Takes a text that has a token's form; spaces around it, as pasting brings them, are cut.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let rest = text.strip_prefix(PREFIX)?;
        let well_formed = rest.len() == RANDOM_CHARS
            && rest
                .bytes()
                .all(|b| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b));
        well_formed.then(|| Self(Secret::new(text)))
    }

    /// The text, to be shown to its owner once.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// What the database knows it by. The token is random, so a plain hash suffices:
    /// there is nothing to guess, and finding by index tells nothing about the token.
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(self.expose())
    }
}

/// SHA-256 of a token or another long random secret: 64 hexadecimal digits in the database.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// Hashes a secret text.
    pub fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }

    /// 64 lower-case hexadecimal digits.
    pub fn to_hex(&self) -> String {
        HEXLOWER.encode(&self.0)
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_the_promised_form() {
        let token = DjToken::generate();
        assert_eq!(token.expose().len(), 38);
        assert!(DjToken::parse(token.expose()).is_some());
        assert!(DjToken::parse(&format!(" {}\n", token.expose())).is_some());
        assert_ne!(token.expose(), DjToken::generate().expose());
        assert_eq!(format!("{token:?}"), "DjToken([redacted])");
    }

    #[test]
    fn refuses_other_texts() {
        let good = "pk_dj_abcdefghijklmnopqrstuvwxyz234567";
        assert!(DjToken::parse(good).is_some());
        for wrong in [
            "",
            "pk_dj_",
            &good[..37],
            &format!("{good}a"),
            &good.to_uppercase(),
            &good.replace('a', "1"),
        ] {
            assert!(DjToken::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn is_stored_as_sha_256() {
        // FIPS 180-2, appendix B.1.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(TokenHash::of("abc").to_hex(), abc);
    }
}
