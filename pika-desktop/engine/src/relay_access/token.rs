//! The form of a token: checked while it is typed, before any relay is asked.

use std::fmt;

const PREFIX: &str = "pk_dj_";
/// Characters after the prefix.
const BODY: usize = 32;

/// A token of the right form. Its text never stands in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// Why a text is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Nothing was typed.
    #[error("Paste the token from your account page.")]
    Empty,
    /// It begins otherwise.
    #[error("This is not a token. It starts with {PREFIX}.")]
    OtherText,
    /// Too short or too long. Holds the characters after the prefix.
    #[error(
        "This token is not complete. It starts with {PREFIX} and has {BODY} characters after it; this one has {0}."
    )]
    Length(usize),
    /// Something in it is in no token.
    #[error("This token has a character that no token has. Copy it again, whole.")]
    Characters,
}

impl Token {
    /// Reads what was typed or pasted; spaces and line breaks are left out.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        // Nobody pastes a novel on purpose.
        let text: String = text.chars().filter(|c| !c.is_whitespace()).take(4096).collect();
        if text.is_empty() {
            return Err(TokenError::Empty);
        }
        let body = text.strip_prefix(PREFIX).ok_or(TokenError::OtherText)?;
        let length = body.chars().count();
        if length != BODY {
            return Err(TokenError::Length(length));
        }
        // Base32 of RFC 4648 in lower case.
        if !body
            .chars()
            .all(|c| c.is_ascii_lowercase() || ('2'..='7').contains(&c))
        {
            return Err(TokenError::Characters);
        }
        Ok(Self(text))
    }

    /// The text, for the keychain and the relay.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// The last four characters, which tell tokens apart and give nothing away.
    pub fn tail(&self) -> &str {
        &self.0[self.0.len() - 4..]
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token(…{})", self.tail())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "pk_dj_abcdefghijklmnopqrstuvwxyz234567";

    #[test]
    fn pasted_tokens_lose_their_spaces_and_stay_out_of_logs() {
        let token = Token::parse(&format!(" {}\r\n{} \n", &GOOD[..12], &GOOD[12..])).unwrap();
        assert_eq!(token.reveal(), GOOD);
        assert_eq!(format!("{token:?}"), "Token(…4567)");
    }

    #[test]
    fn what_is_wrong_with_it_is_said() {
        assert_eq!(Token::parse("\n"), Err(TokenError::Empty));
        assert_eq!(Token::parse(""), Err(TokenError::Empty));
        assert_eq!(Token::parse("hello"), Err(TokenError::OtherText));
        assert_eq!(Token::parse("pk_dj_short"), Err(TokenError::Length(5)));
        assert_eq!(Token::parse(&format!("{GOOD}a")), Err(TokenError::Length(33)));
        assert_eq!(
            Token::parse("pk_dj_abcdefghijklmnopqrst"),
            Err(TokenError::Length(20))
        );
        assert_eq!(Token::parse(&GOOD.replace('a', "ł")), Err(TokenError::Characters));
        assert_eq!(Token::parse(&GOOD.replace('a', "1")), Err(TokenError::Characters));
        assert_eq!(Token::parse(&GOOD.replace('a', "A")), Err(TokenError::Characters));
        assert_eq!(
            TokenError::Length(20).to_string(),
            "This token is not complete. It starts with pk_dj_ and has 32 characters after it; this one has 20."
        );
    }
}
