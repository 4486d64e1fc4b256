//! Paths in the input of a macro, which is only tokens to the parser.

use proc_macro2::{Span, TokenStream, TokenTree};

use super::syntax::spelt;

/// A path found among tokens.
pub(crate) struct Found {
    pub(crate) words: Vec<String>,
    pub(crate) span: Span,
    /// Whether a `!` follows.
    pub(crate) is_macro: bool,
}

/// Every path of two words or more, and every single word that looks like a type or a constant or is followed by `!`.
/// Other single words could be anything: a variable, a field, a macro's own keyword.
pub(crate) fn paths(tokens: TokenStream) -> Vec<Found> {
    let mut found = Vec::new();
    scan(tokens, &mut found);
    found
}

fn scan(tokens: TokenStream, found: &mut Vec<Found>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            TokenTree::Group(group) => scan(group.stream(), found),
            TokenTree::Ident(first) => {
                let is_dot = |before: usize| at >= before && is_sign(tokens.get(at - before), '.');
                let is_member = is_dot(1) && !is_dot(2); // `0..MAX` is none.
                let (words, next) = path_at(&tokens, at);
                at = next - 1;
                let is_macro = is_sign(tokens.get(next), '!') && !is_sign(tokens.get(next + 1), '=');
                let is_large = words[0].starts_with(|c: char| c.is_ascii_uppercase());
                if !is_member && (words.len() > 1 || is_large || is_macro) {
                    found.push(Found {
                        words,
                        span: first.span(),
                        is_macro,
                    });
                }
            }
            // `#[serde(with = "crate::times")]`
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                if let Some(inner) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'))
                    && inner.contains("::")
                    && inner
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ':'))
                {
                    let words = inner.split("::").map(str::to_owned).collect();
                    found.push(Found {
                        words,
                        span: literal.span(),
                        is_macro: false,
                    });
                }
            }
            TokenTree::Punct(_) => {}
        }
        at += 1;
    }
}

/// The words of the path that begins at `at`, and where it ends.
fn path_at(tokens: &[TokenTree], at: usize) -> (Vec<String>, usize) {
    let (mut words, mut at) = (Vec::new(), at);
    while let Some(TokenTree::Ident(word)) = tokens.get(at) {
        words.push(spelt(word));
        at += 1;
        if !(is_sign(tokens.get(at), ':') && is_sign(tokens.get(at + 1), ':')) {
            break;
        }
        if !matches!(tokens.get(at + 2), Some(TokenTree::Ident(_))) {
            break;
        }
        at += 2;
    }
    (words, at)
}

fn is_sign(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(found)) if found.as_char() == sign)
}
