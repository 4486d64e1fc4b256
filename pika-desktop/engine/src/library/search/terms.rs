//! The grammar of a search: what was typed becomes conditions.
//!
//! Every input is valid: what is no filter is a word.

use pika_analysis::MusicalKey;

use crate::{library::Doubt, musical_key::parse_key};

/// Words and filters of one query; what comes after is ignored.
const MAX_TERMS: usize = 32;
/// Milliseconds in a day.
const DAY_MS: i64 = 86_400_000;

/// A value that a comparison names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::library) enum Field {
    Energy,
    Danceability,
    Brightness,
    Bpm,
    Loudness,
    Year,
}

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::library) enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// What is shown is rounded; "energy:70" means what reads 70.
    Reads,
}

impl Comparison {
    /// Whether `left` compares so with `right`.
    pub(in crate::library) fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
            Self::Reads => left.round() == right.round(),
        }
    }
}

/// One condition of a query.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::library) enum Term {
    Word {
        text: String,
        excluded: bool,
    },
    Key(MusicalKey),
    Bpm(f64, f64),
    Compare {
        field: Field,
        comparison: Comparison,
        value: f64,
    },
    Tag(String),
    /// Last played longer ago than this (or never), in milliseconds.
    NotPlayedFor(i64),
    /// Played within this time, in milliseconds.
    PlayedWithin(i64),
    /// Needs a look: for this reason, or for any.
    Doubted(Reason),
}

/// What is doubted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::library) enum Reason {
    Any,
    Tempo,
    Key,
}

impl Reason {
    /// Whether a doubt is one of these.
    pub(super) fn fits(self, doubt: &Doubt) -> bool {
        match self {
            Self::Any => true,
            Self::Tempo => matches!(doubt, Doubt::Tempo(_) | Doubt::Octave(_)),
            Self::Key => matches!(doubt, Doubt::Key(_)),
        }
    }
}

/// What was typed as conditions; at most [`MAX_TERMS`].
pub(in crate::library) fn parse(text: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    let mut tokens = tokens(text).into_iter().peekable();
    while let Some(token) = tokens.next() {
        if terms.len() == MAX_TERMS {
            break;
        }
        if token.quoted {
            push_word(&mut terms, &token.text, token.excluded);
            continue;
        }
        // "96 bpm" is one term of two tokens.
        if let Some(bpm) = number(&token.text)
            && tokens
                .peek()
                .is_some_and(|next| !next.quoted && next.text.eq_ignore_ascii_case("bpm"))
        {
            tokens.next();
            terms.push(Term::Bpm(bpm - 0.5, bpm + 0.5));
            continue;
        }
        match filter(&token.text) {
            Some(term) if !token.excluded => terms.push(term),
            _ => push_word(&mut terms, &token.text, token.excluded),
        }
    }
    terms
}

fn push_word(terms: &mut Vec<Term>, text: &str, excluded: bool) {
    // Signs alone match nothing in the index; while typing they would empty the list.
    if text.chars().any(char::is_alphanumeric) {
        terms.push(Term::Word {
            text: text.to_owned(),
            excluded,
        });
    }
}

struct Token {
    text: String,
    quoted: bool,
    excluded: bool,
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() && tokens.len() < 2 * MAX_TERMS {
        let excluded = rest.starts_with('-') && rest.len() > 1;
        let body = if excluded { &rest[1..] } else { rest };
        let (token, after, quoted) = if let Some(inner) = body.strip_prefix('"') {
            let (phrase, after) = inner.split_once('"').unwrap_or((inner, ""));
            (phrase, after, true)
        } else {
            let end = body.find(char::is_whitespace).unwrap_or(body.len());
            (&body[..end], &body[end..], false)
        };
        tokens.push(Token {
            text: token.to_owned(),
            quoted,
            excluded,
        });
        rest = after.trim_start();
    }
    tokens
}

/// A token that is a filter.
fn filter(token: &str) -> Option<Term> {
    camelot(token)
        .or_else(|| bpm(token))
        .or_else(|| bpm_range(token))
        .or_else(|| comparison(token))
}

fn camelot(token: &str) -> Option<Term> {
    let digits = token.strip_suffix(['A', 'B', 'a', 'b'])?;
    digits
        .parse::<u8>()
        .ok()
        .filter(|number| (1..=12).contains(number))?;
    parse_key(token).map(Term::Key)
}

fn bpm(token: &str) -> Option<Term> {
    let digits = token
        .len()
        .checked_sub(3)
        .filter(|&at| token.is_char_boundary(at))?;
    let (digits, unit) = token.split_at(digits);
    let bpm = number(digits).filter(|_| unit.eq_ignore_ascii_case("bpm"))?;
    Some(Term::Bpm(bpm - 0.5, bpm + 0.5))
}

fn bpm_range(token: &str) -> Option<Term> {
    let (low, high) = token.split_once(['-', '–'])?;
    let (low, high) = (number(low)?, number(high)?);
    // "1980-1990" are years, and words as far as tempo goes.
    (low <= high && (20.0..=400.0).contains(&low) && high <= 400.0).then_some(Term::Bpm(low, high))
}

fn comparison(token: &str) -> Option<Term> {
    let at = token.find(['>', '<', '=', ':'])?;
    let (name, rest) = token.split_at(at);
    let (operator, value) = [">=", "<=", ">", "<", "=", ":"]
        .iter()
        .find_map(|operator| rest.strip_prefix(operator).map(|value| (*operator, value)))?;
    let operator = if operator == ":" { "=" } else { operator };
    let name = name.to_ascii_lowercase();
    let field = match name.as_str() {
        "energy" => Field::Energy,
        "danceability" | "dance" => Field::Danceability,
        "brightness" | "bright" => Field::Brightness,
        "bpm" | "tempo" => Field::Bpm,
        "loudness" | "lufs" => Field::Loudness,
        "year" => Field::Year,
        "tag" if operator == "=" => {
            return value
                .chars()
                .any(char::is_alphanumeric)
                .then(|| Term::Tag(value.to_owned()));
        }
        "key" if operator == "=" => return parse_key(value).map(Term::Key),
        "played" => return played(operator, value),
        "doubt" if operator == "=" => {
            return match value.to_ascii_lowercase().as_str() {
                "" | "any" => Some(Term::Doubted(Reason::Any)),
                "tempo" | "bpm" => Some(Term::Doubted(Reason::Tempo)),
                "key" => Some(Term::Doubted(Reason::Key)),
                _ => None,
            };
        }
        _ => return None,
    };
    let comparison = match operator {
        "<" => Comparison::Less,
        "<=" => Comparison::LessOrEqual,
        ">" => Comparison::Greater,
        ">=" => Comparison::GreaterOrEqual,
        _ => Comparison::Reads,
    };
    Some(Term::Compare {
        field,
        comparison,
        value: number(value)?,
    })
}

fn played(operator: &str, value: &str) -> Option<Term> {
    let unit = value.chars().last()?;
    let unit_ms = match unit.to_ascii_lowercase() {
        'h' => DAY_MS / 24,
        'd' => DAY_MS,
        'w' => 7 * DAY_MS,
        'm' => 30 * DAY_MS,
        'y' => 365 * DAY_MS,
        _ => return None,
    };
    let count: i64 = value[..value.len() - unit.len_utf8()]
        .parse()
        .ok()
        .filter(|count| *count >= 0)?;
    let age = count.checked_mul(unit_ms)?;
    match operator {
        ">" | ">=" => Some(Term::NotPlayedFor(age)),
        "<" | "<=" => Some(Term::PlayedWithin(age)),
        _ => None,
    }
}

fn number(text: &str) -> Option<f64> {
    // "inf" and "nan" are words.
    text.starts_with(|c: char| c.is_ascii_digit() || c == '-')
        .then(|| text.replace(',', ".").parse().ok())?
        .filter(|n: &f64| n.is_finite())
}

#[cfg(test)]
mod tests {
    use pika_analysis::Mode;

    use super::*;

    fn word(text: &str) -> Term {
        Term::Word {
            text: text.into(),
            excluded: false,
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &[Term]) {
        assert_eq!(parse(text), expected, "{text}");
    }

    #[test]
    fn words_phrases_and_exclusions() {
        check("  etta  tell ", &[word("etta"), word("tell")]);
        check("\"tell mama\"", &[word("tell mama")]);
        check("\"open", &[word("open")]);
        check(
            "-live",
            &[Term::Word {
                text: "live".into(),
                excluded: true,
            }],
        );
        check("- & \"", &[]);
        check("rock'n'roll", &[word("rock'n'roll")]);
    }

    #[test]
    fn filters_of_the_grammar() {
        let a_minor = MusicalKey::new(9, Mode::Minor);
        check("8A", &[Term::Key(a_minor)]);
        check("8a", &[Term::Key(a_minor)]);
        check("key:Am", &[Term::Key(a_minor)]);
        check("13A", &[word("13A")]);
        check("96 bpm", &[Term::Bpm(95.5, 96.5)]);
        check("96bpm", &[Term::Bpm(95.5, 96.5)]);
        check("96,5 BPM", &[Term::Bpm(96.0, 97.0)]);
        check("90-100", &[Term::Bpm(90.0, 100.0)]);
        check("1980-1990", &[word("1980-1990")]);
        check("100-90", &[word("100-90")]);
        check(
            "energy>70",
            &[Term::Compare {
                field: Field::Energy,
                comparison: Comparison::Greater,
                value: 70.0,
            }],
        );
        check(
            "Dance<=40",
            &[Term::Compare {
                field: Field::Danceability,
                comparison: Comparison::LessOrEqual,
                value: 40.0,
            }],
        );
        check("tag:blues", &[Term::Tag("blues".into())]);
        check("played>30d", &[Term::NotPlayedFor(30 * DAY_MS)]);
        check("played<2w", &[Term::PlayedWithin(14 * DAY_MS)]);
        check("doubt:any", &[Term::Doubted(Reason::Any)]);
        check("Doubt:Key", &[Term::Doubted(Reason::Key)]);
    }

    #[test]
    fn what_is_no_filter_is_a_word() {
        for text in [
            "energy>",
            "energy>x",
            "tag:",
            "played>30",
            "played>d",
            "foo:bar",
            "bpm",
            "3OH!3",
            "energy>nan",
        ] {
            check(text, &[word(text)]);
        }
    }

    #[test]
    fn very_long_input_is_bounded() {
        assert_eq!(parse(&"a ".repeat(100_000)).len(), MAX_TERMS);
    }
}
