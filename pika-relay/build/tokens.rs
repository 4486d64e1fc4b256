//! Scripts as tokens: enough of JavaScript's grammar to leave out what only people read and to tell a variable from
//! a property. Not a parser: the pages' own scripts are linted and run in browsers before anybody builds them.

/// One token. Space and comments are between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind,
    pub(crate) text: &'a str,
    /// Bytes before it in the source.
    pub(crate) start: usize,
    /// Whether a line ends before it: where semicolons may be left out, that matters.
    pub(crate) after_line: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Names and keywords.
    Word,
    /// Numbers, strings, regular expressions, whole template literals.
    Literal,
    /// `` `…${ ``: opens an expression.
    TemplateStart,
    /// `}…${`.
    TemplateMiddle,
    /// `` }…` ``.
    TemplateEnd,
    /// Operators and brackets.
    Sign,
}

const SIGNS: &[&str] = &[
    ">>>=", "...", "===", "!==", "**=", "??=", "||=", "&&=", "<<=", ">>=", ">>>", "=>", "==", "!=", "<=",
    ">=", "&&", "||", "??", "?.", "++", "--", "+=", "-=", "*=", "/=", "%=", "**", "<<", ">>",
];

/// All tokens of a script. Errors: what cannot be read, with the text that follows.
pub(crate) fn tokens(source: &str) -> Result<Vec<Token<'_>>, String> {
    let mut found: Vec<Token<'_>> = Vec::new();
    // For each open brace, whether a template literal goes on after it.
    let mut braces = Vec::new();
    let mut rest = source;
    let mut after_line = false;
    while let Some(first) = rest.chars().next() {
        if first.is_whitespace() {
            after_line |= first == '\n';
            rest = &rest[first.len_utf8()..];
            continue;
        }
        if let Some(length) = comment(rest)? {
            after_line |= rest[..length].contains('\n');
            rest = &rest[length..];
            continue;
        }
        let (kind, length) = match first {
            '`' => template(rest, 1, Kind::Literal, Kind::TemplateStart)?,
            '}' if braces.last() == Some(&true) => {
                template(rest, 1, Kind::TemplateEnd, Kind::TemplateMiddle)?
            }
            '"' | '\'' => (Kind::Literal, string(rest, first)?),
            '/' if value_may_begin(found.last()) => (Kind::Literal, pattern(rest)?),
            c if c.is_ascii_digit() => (
                Kind::Literal,
                span(rest, |c| c.is_alphanumeric() || c == '.' || c == '_'),
            ),
            c if is_name(c) => (Kind::Word, span(rest, is_name)),
            _ => {
                let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
                (Kind::Sign, sign.map_or(first.len_utf8(), |sign| sign.len()))
            }
        };
        let text = &rest[..length];
        match (kind, text) {
            (Kind::Sign, "{") => braces.push(false),
            (Kind::TemplateStart, _) => braces.push(true),
            (Kind::Sign, "}") | (Kind::TemplateEnd, _) => {
                braces.pop();
            }
            _ => {}
        }
        found.push(Token {
            kind,
            text,
            start: source.len() - rest.len(),
            after_line,
        });
        after_line = false;
        rest = &rest[length..];
    }
    Ok(found)
}

/// Whether a character belongs to a name.
pub(crate) fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$' || c == '#'
}

fn span(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

fn comment(text: &str) -> Result<Option<usize>, String> {
    if text.starts_with("//") {
        return Ok(Some(text.find('\n').unwrap_or(text.len())));
    }
    match text.strip_prefix("/*") {
        Some(inside) => {
            let end = inside
                .find("*/")
                .ok_or_else(|| near("a comment has no end", text))?;
            Ok(Some(end + 4))
        }
        None => Ok(None),
    }
}

fn string(text: &str, quote: char) -> Result<usize, String> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' => break,
            c if c == quote => return Ok(at + 1),
            _ => {}
        }
    }
    Err(near("a string has no end", text))
}

fn pattern(text: &str) -> Result<usize, String> {
    let (mut escaped, mut in_class) = (false, false);
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' => break,
            '[' => in_class = true,
            ']' => in_class = false,
            '/' if !in_class => return Ok(at + 1 + span(&text[at + 1..], char::is_alphabetic)),
            _ => {}
        }
    }
    Err(near("a regular expression has no end", text))
}

/// A piece of a template literal: `whole` when it ends with the literal, `part` when an expression follows.
fn template(text: &str, from: usize, whole: Kind, part: Kind) -> Result<(Kind, usize), String> {
    let mut escaped = false;
    for (at, c) in text.char_indices().filter(|(at, _)| *at >= from) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '`' => return Ok((whole, at + 1)),
            '$' if text[at..].starts_with("${") => return Ok((part, at + 2)),
            _ => {}
        }
    }
    Err(near("a template literal has no end", text))
}

/// Whether a `/` after this token begins a regular expression; else it divides.
fn value_may_begin(before: Option<&Token<'_>>) -> bool {
    before.is_none_or(|token| match token.kind {
        Kind::Sign => !matches!(token.text, ")" | "]" | "}"),
        Kind::Word => matches!(token.text, "return" | "typeof" | "case" | "in" | "of"),
        Kind::TemplateStart | Kind::TemplateMiddle => true,
        Kind::Literal | Kind::TemplateEnd => false,
    })
}

fn near(what: &str, text: &str) -> String {
    format!("{what}: {}", text.chars().take(60).collect::<String>())
}
