//! Names, addresses, slugs: what is accepted and in which form it is kept.

use pika_protocol::limits::{NAME_CHARS, clean_text};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::base::Refusal;

/// Longest slug without the number that tells two apart.
const SLUG_CHARS: usize = 40;

/// Words that mean something in addresses, or that nobody should pass for.
const RESERVED: &[&str] = &[
    "about",
    "account",
    "accounts",
    "admin",
    "administrator",
    "api",
    "app",
    "assets",
    "auth",
    "blog",
    "code",
    "contact",
    "dashboard",
    "dj",
    "djs",
    "docs",
    "download",
    "event",
    "events",
    "favicon",
    "forgot",
    "health",
    "help",
    "home",
    "imprint",
    "invite",
    "legal",
    "live",
    "login",
    "logout",
    "logout-others",
    "me",
    "metrics",
    "moderator",
    "new",
    "null",
    "official",
    "organiser",
    "organisers",
    "password",
    "pika",
    "press",
    "privacy",
    "profile",
    "public",
    "ready",
    "recap",
    "register",
    "reset",
    "root",
    "screen",
    "security",
    "sessions",
    "settings",
    "signin",
    "signup",
    "songs",
    "static",
    "staff",
    "status",
    "support",
    "system",
    "terms",
    "test",
    "token",
    "tokens",
    "undefined",
    "user",
    "users",
    "version",
    "ws",
    "www",
];

/// A display name without invisible characters, 1 to 80 long.
pub fn display_name(name: &str) -> Result<String, Refusal> {
    let name = clean_text(name);
    match name.chars().count() {
        0 => Err(Refusal::invalid("Please choose a name. Dancers see it.")),
        1..=NAME_CHARS => Ok(name),
        _ => Err(Refusal::invalid("a name has at most 80 characters")),
    }
}

/// An e-mail address, case-folded. Whether it exists nobody knows without writing to it.
pub fn email(email: &str) -> Result<String, Refusal> {
    let email = email.trim().to_lowercase();
    let fits = |(local, domain): (&str, &str)| {
        (1..=64).contains(&local.len())
            && domain.contains('.')
            && domain.split('.').all(|label| !label.is_empty())
            && !email
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || "<>()[],;:\"\\".contains(c))
    };
    if email.len() <= 254 && email.matches('@').count() == 1 && email.split_once('@').is_some_and(fits) {
        return Ok(email);
    }
    Err(Refusal::invalid("Please check the email address."))
}

/// A name as it stands in addresses: `DJ Łukasz & Zoë` is `dj-lukasz-zoe`.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for word in fold(name).split(' ') {
        let word: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
        if word.is_empty() || slug.len() + word.len() > SLUG_CHARS {
            continue;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(&word);
    }
    // Of a name in another script nothing is left, of a very long word neither.
    if slug.is_empty() { "dj".to_owned() } else { slug }
}

/// Whether a slug is kept for Pika! itself.
pub fn is_reserved(slug: &str) -> bool {
    RESERVED.contains(&slug)
}

/// Text in which spellings meet: without case, accents, punctuation and doubled spaces.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
    {
        match c {
            // Letters that do not come apart into a letter and a mark.
            'ł' => folded.push('l'),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ı' => folded.push('i'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            '&' => folded.push_str(" and "),
            '\'' | '’' | '`' => {}
            c if c.is_alphanumeric() => folded.push(c),
            _ => folded.push(' '),
        }
    }
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_what_people_would_type() {
        assert_eq!(slug("DJ Nadia K"), "dj-nadia-k");
        assert_eq!(slug("  Łukasz & Zoë!! "), "lukasz-and-zoe");
        assert_eq!(slug("東京"), "dj");
        assert_eq!(slug("../../etc"), "etc");
        assert_eq!(slug(&"word ".repeat(50)).len(), 39);
        assert!(is_reserved(&slug("Login")) && is_reserved(&slug("Tokens")) && !is_reserved("ada"));
    }

    #[test]
    fn reserved_words_are_sorted_slugs() {
        for word in RESERVED {
            assert_eq!(&slug(word), word);
        }
    }

    #[test]
    fn addresses_are_folded_and_nonsense_is_refused() {
        assert_eq!(email(" Ada@Example.ORG ").expect("an address"), "ada@example.org");
        assert_eq!(email("żółw@example.org").expect("an address"), "żółw@example.org");
        for wrong in [
            "",
            "ada",
            "@example.org",
            "ada@",
            "ada@localhost",
            "a@b@c.d",
            "a b@c.d",
            "a@c..d",
            "<a@b.c>",
        ] {
            assert!(email(wrong).is_err(), "{wrong}");
        }
        assert!(email(&format!("{}@example.org", "a".repeat(65))).is_err());
    }

    #[test]
    fn names_keep_what_can_be_seen() {
        assert_eq!(display_name(" DJ \u{202e}Ada\n").expect("a name"), "DJ Ada");
        assert!(display_name(" \u{0} ").is_err());
        assert!(display_name(&"x".repeat(81)).is_err());
    }

    #[test]
    fn spellings_meet() {
        assert_eq!(fold("Beyoncé – Crazy in Love"), fold("BEYONCE crazy in love"));
        assert_eq!(fold("Don’t Stop"), fold("Dont  stop"));
        assert_eq!(fold("Simon & Garfunkel"), fold("Simon and Garfunkel"));
        assert_ne!(fold("Song 1"), fold("Song 2"));
        assert_eq!(fold("夜"), "夜");
    }
}
