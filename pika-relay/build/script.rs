//! The live page's modules as one small script: all in one scope, with short names.
//!
//! A name is never changed where it names a property; where it is written once for a property and a variable
//! (`{ pin }`), it is written out (`{pin:a}`). So the short script does what the modules do.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::tokens::{Kind, Token, is_name, tokens};

/// What browsers bring along and our scripts use: never renamed. A name that is neither here nor declared stops the
/// build.
const GLOBALS: &[&str] = &[
    "AbortController",
    "Array",
    "Boolean",
    "CSS",
    "DOMException",
    "DOMParser",
    "Date",
    "Error",
    "EventSource",
    "Infinity",
    "Intl",
    "JSON",
    "Map",
    "Math",
    "NaN",
    "Notification",
    "Number",
    "Object",
    "Promise",
    "RegExp",
    "Set",
    "String",
    "TypeError",
    "URL",
    "Uint8Array",
    "WebSocket",
    "addEventListener",
    "clearTimeout",
    "console",
    "crypto",
    "document",
    "encodeURIComponent",
    "fetch",
    "globalThis",
    "history",
    "innerHeight",
    "innerWidth",
    "isSecureContext",
    "localStorage",
    "location",
    "matchMedia",
    "navigator",
    "parseInt",
    "queueMicrotask",
    "requestAnimationFrame",
    "scrollTo",
    "scrollY",
    "setInterval",
    "setTimeout",
    "undefined",
    "window",
];
const KEYWORDS: &[&str] = &[
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "default",
    "delete",
    "do",
    "else",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "import",
    "in",
    "instanceof",
    "let",
    "new",
    "null",
    "of",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "var",
    "void",
    "while",
    "yield",
];

/// One module, read.
struct Module<'a> {
    tokens: Vec<Token<'a>>,
    uses: Vec<Use>,
    /// Name here → (module, its name there).
    imported: HashMap<&'a str, (usize, &'a str)>,
    /// `import * as name`: name here → module.
    spaces: HashMap<&'a str, usize>,
    /// Declared outside of any function.
    own: BTreeSet<&'a str>,
}

/// What a word is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    /// Not a name: keyword, sign, literal.
    None,
    Variable,
    Property,
    /// Both at once: `{ pin }`.
    Shorthand,
}

/// A name that can be changed: one of a module's own, or one from inside some function.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Name<'a> {
    Own(usize, &'a str),
    Local(&'a str),
}

/// The script without comments and needless space; names stay.
pub(crate) fn squeezed(source: &str) -> Result<String, String> {
    let tokens = tokens(source)?;
    let words = tokens.iter().map(|t| t.text.to_owned()).collect::<Vec<_>>();
    Ok(written(&tokens, &words))
}

/// A module and all that it imports as one script.
///
/// `files`: path → source; `entry`: the first module's path.
pub(crate) fn bundle(files: &BTreeMap<String, String>, entry: &str) -> Result<String, String> {
    let mut order = Vec::new();
    let mut modules = Vec::new();
    read_module(files, entry, &mut order, &mut modules)?;
    let mut counts: BTreeMap<Name<'_>, usize> = BTreeMap::new();
    let mut names = Vec::new();
    for (number, module) in modules.iter().enumerate() {
        let of_module = named(number, module, &order)?;
        for name in of_module.iter().flatten() {
            *counts.entry(name.clone()).or_default() += 1;
        }
        names.push(of_module);
    }
    let short = short_names(&counts);
    let mut script = String::new();
    for (module, names) in modules.iter().zip(&names) {
        let words: Vec<String> = (0..module.tokens.len())
            .map(|at| {
                let text = module.tokens[at].text;
                match (&names[at], module.uses[at]) {
                    (Some(name), Use::Shorthand) => format!("{text}:{}", short[name]),
                    (Some(name), _) => short[name].clone(),
                    (None, _) => text.to_owned(),
                }
            })
            .collect();
        script.push_str(&written(&module.tokens, &words));
        script.push('\n');
    }
    Ok(script)
}

/// Reads a module after those that it imports; answers its number.
fn read_module<'a>(
    files: &'a BTreeMap<String, String>,
    name: &str,
    order: &mut Vec<String>,
    modules: &mut Vec<Module<'a>>,
) -> Result<usize, String> {
    if let Some(known) = order.iter().position(|n| n == name) {
        return Ok(known);
    }
    let source = files.get(name).ok_or_else(|| format!("no module {name}"))?;
    let all = tokens(source).map_err(|why| format!("{name}: {why}"))?;
    let mut rest = &all[..];
    let (mut imported, mut spaces) = (HashMap::new(), HashMap::new());
    while rest.first().is_some_and(|t| t.text == "import") {
        let end = rest
            .iter()
            .position(|t| t.text == ";")
            .ok_or_else(|| format!("{name}: an import without end"))?;
        let path = rest[end - 1].text.trim_matches('"');
        let from = read_module(files, &resolve(name, path), order, modules)?;
        match &rest[1..end - 2] {
            [star, _, space] if star.text == "*" => {
                spaces.insert(space.text, from);
            }
            [_, list @ .., _] => {
                for item in list.split(|t| t.text == ",") {
                    let (there, here) = match item {
                        [one] => (one.text, one.text),
                        [there, _, here] => (there.text, here.text),
                        _ => return Err(format!("{name}: an import of a kind that is not known here")),
                    };
                    imported.insert(here, (from, there));
                }
            }
            _ => return Err(format!("{name}: an import of a kind that is not known here")),
        }
        rest = &rest[end + 1..];
    }
    let kept = without_exports(with_members(rest, source, &spaces, &mut imported));
    let (uses, depths) = uses(&kept);
    let own = declared(&kept, &uses)
        .into_iter()
        .filter(|at| depths[*at] == 0)
        .map(|at| kept[at].text)
        .collect();
    order.push(name.to_owned());
    modules.push(Module {
        tokens: kept,
        uses,
        imported,
        spaces,
        own,
    });
    Ok(order.len() - 1)
}

/// `space.member` becomes one word that is imported from the space's module.
fn with_members<'a>(
    tokens: &[Token<'a>],
    source: &'a str,
    spaces: &HashMap<&'a str, usize>,
    imported: &mut HashMap<&'a str, (usize, &'a str)>,
) -> Vec<Token<'a>> {
    let mut kept: Vec<Token<'a>> = Vec::with_capacity(tokens.len());
    let mut rest = tokens;
    while let [first, after @ ..] = rest {
        rest = after;
        let own = kept
            .last()
            .is_none_or(|before| !matches!(before.text, "." | "?."));
        match (spaces.get(first.text), after) {
            (Some(from), [dot, member, beyond @ ..]) if own && dot.text == "." => {
                let text = &source[first.start..member.start + member.text.len()];
                imported.insert(text, (*from, member.text));
                kept.push(Token {
                    text,
                    ..first.clone()
                });
                rest = beyond;
            }
            _ => kept.push(first.clone()),
        }
    }
    kept
}

/// All is one scope in the end: nothing needs to be exported.
fn without_exports(tokens: Vec<Token<'_>>) -> Vec<Token<'_>> {
    let mut after_export = false;
    let kept = tokens.into_iter().filter_map(|mut token| {
        token.after_line |= std::mem::replace(&mut after_export, token.text == "export");
        (!after_export).then_some(token)
    });
    kept.collect()
}

/// `./x.js` and `../x.js` as seen from a module.
fn resolve(from: &str, relative: &str) -> String {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    match relative.strip_prefix("../") {
        Some(name) => folder
            .rsplit_once('/')
            .map_or(name.to_owned(), |(up, _)| format!("{up}/{name}")),
        None => format!("{folder}/{}", relative.trim_start_matches("./")),
    }
}

/// For each token what it names, where that is for us to name.
fn named<'a>(number: usize, module: &Module<'a>, order: &[String]) -> Result<Vec<Option<Name<'a>>>, String> {
    let declared: BTreeSet<&str> = declared(&module.tokens, &module.uses)
        .into_iter()
        .map(|at| module.tokens[at].text)
        .collect();
    let mut names = vec![None; module.tokens.len()];
    for (at, token) in module.tokens.iter().enumerate() {
        if !matches!(module.uses[at], Use::Variable | Use::Shorthand) || GLOBALS.contains(&token.text) {
            continue;
        }
        let name = token.text;
        names[at] = Some(if let Some((from, there)) = module.imported.get(name) {
            Name::Own(*from, there)
        } else if let Some(from) = module.spaces.get(name) {
            return Err(format!(
                "{}: `{name}` ({}) is used as a whole",
                order[number], order[*from]
            ));
        } else if module.own.contains(name) {
            Name::Own(number, name)
        } else if declared.contains(name) {
            Name::Local(name)
        } else {
            return Err(format!(
                "{}: {name} is neither declared nor known as a browser's own",
                order[number]
            ));
        });
    }
    Ok(names)
}

/// What each token is used for, and how deep in brackets it stands.
fn uses(tokens: &[Token<'_>]) -> (Vec<Use>, Vec<usize>) {
    // Open brackets: their sign, and whether a brace opens an object or pattern.
    let mut open: Vec<(&str, bool)> = Vec::new();
    let mut uses = Vec::with_capacity(tokens.len());
    let mut depths = Vec::with_capacity(tokens.len());
    for (at, token) in tokens.iter().enumerate() {
        let text = |offset: isize| {
            at.checked_add_signed(offset)
                .and_then(|i| tokens.get(i))
                .map_or("", |t| t.text)
        };
        let closes = matches!(token.text, ")" | "]" | "}") || token.kind == Kind::TemplateEnd;
        if closes {
            open.pop();
        }
        depths.push(open.len());
        let in_object = open.last().is_some_and(|(_, object)| *object);
        uses.push(match token.kind {
            Kind::Word if matches!(text(-1), "." | "?.") => Use::Property,
            Kind::Word if KEYWORDS.contains(&token.text) => Use::None,
            Kind::Word if in_object && matches!(text(-1), "{" | ",") => match text(1) {
                ":" => Use::Property,
                "(" => Use::Property,
                _ => Use::Shorthand,
            },
            Kind::Word => Use::Variable,
            _ => Use::None,
        });
        match (token.kind, token.text) {
            (Kind::Sign, "(" | "[") => open.push((token.text, false)),
            (Kind::Sign, "{") => open.push(("{", is_object(tokens, at))),
            (Kind::TemplateStart, _) => open.push(("`", false)),
            _ => {}
        }
    }
    (uses, depths)
}

/// Whether the brace here opens an object or a pattern; else it opens a block.
fn is_object(tokens: &[Token<'_>], at: usize) -> bool {
    let text = |back: usize| at.checked_sub(back).map_or("", |i| tokens[i].text);
    match text(1) {
        ":" => text(3) != "case" && text(2) != "default",
        "(" | "," | "=" | "[" | "?" | "??" | "||" | "&&" | "return" | "const" | "let" | "..." => true,
        _ => matches!(
            at.checked_sub(1).map(|i| tokens[i].kind),
            Some(Kind::TemplateStart | Kind::TemplateMiddle)
        ),
    }
}

/// Where variables are declared: after `const`, `let`, `function`, `class`, and as parameters.
fn declared(tokens: &[Token<'_>], uses: &[Use]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut add = |from: usize, to: usize| {
        found.extend((from..to).filter(|i| matches!(uses[*i], Use::Variable | Use::Shorthand)));
    };
    for (at, token) in tokens.iter().enumerate() {
        match (token.kind, token.text) {
            (Kind::Word, "const" | "let" | "function" | "class") if uses[at] == Use::None => {
                let next = at + 1;
                let end = if matches!(tokens[next].text, "{" | "[") {
                    closing(tokens, next)
                } else {
                    next + 1
                };
                add(next, end.min(tokens.len()));
            }
            (Kind::Sign, "=>") if tokens[at - 1].kind == Kind::Word => add(at - 1, at),
            // The brackets of parameters: before an arrow, after `function name`, `catch`, a method's name.
            (Kind::Sign, "(") => {
                let end = closing(tokens, at);
                let after = tokens.get(end + 1).map_or("", |t| t.text);
                let before = |back: usize| at.checked_sub(back).map_or("", |i| tokens[i].text);
                let function = before(2) == "function" || before(1) == "catch" || before(1) == "function";
                let method = at > 0 && uses[at - 1] == Use::Property && before(2) != "." && before(2) != "?.";
                if after == "=>" || (after == "{" && (function || method)) {
                    add(at, end);
                }
            }
            _ => {}
        }
    }
    found
}

/// The bracket that closes the one at `from`.
fn closing(tokens: &[Token<'_>], from: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(from) {
        match (token.kind, token.text) {
            (Kind::Sign, "(" | "[" | "{") | (Kind::TemplateStart, _) => depth += 1,
            (Kind::Sign, ")" | "]" | "}") | (Kind::TemplateEnd, _) => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    tokens.len()
}

/// A short name for each, the shortest for the most frequent; none means anything else anywhere.
fn short_names<'a>(counts: &BTreeMap<Name<'a>, usize>) -> BTreeMap<Name<'a>, String> {
    let taken: BTreeSet<&str> = KEYWORDS.iter().chain(GLOBALS).copied().collect();
    let mut by_count: Vec<(&Name<'_>, &usize)> = counts.iter().collect();
    by_count.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), (*name).clone()));
    let letters = "etaoinsrlcdupmhfgbyvwkxjqzETAOINSRLCDUPMHFGBYVWKXJQZ_$"
        .chars()
        .collect::<Vec<_>>();
    let one = letters.iter().map(char::to_string);
    let two = letters
        .iter()
        .flat_map(|a| letters.iter().map(move |b| format!("{a}{b}")));
    let three = letters
        .iter()
        .flat_map(|a| letters.iter().map(move |b| format!("{a}{b}0")));
    let mut free = one
        .chain(two)
        .chain(three)
        .filter(|name| !taken.contains(name.as_str()));
    by_count
        .into_iter()
        .map(|(name, _)| (name.clone(), free.next().expect("thousands of names are enough")))
        .collect()
}

/// Tokens as text, with no more space than they need to stay what they are.
fn written(tokens: &[Token<'_>], words: &[String]) -> String {
    let mut text = String::new();
    for (at, (token, word)) in tokens.iter().zip(words).enumerate() {
        let last = text.chars().last().unwrap_or('\n');
        let first = word.chars().next().unwrap_or('\n');
        let glued = (is_name(last) && is_name(first)) || (matches!(last, '+' | '-') && last == first);
        // After these nothing is left out that a new line would stand for; before a closing bracket neither.
        let free =
            matches!(last, ';' | '{' | '(' | '[' | ',' | '\n') || matches!(token.text, "}" | ")" | "]");
        if token.after_line && at > 0 && !free {
            text.push('\n');
        } else if glued {
            text.push(' ');
        }
        // The last semicolon of a block says nothing.
        if token.text == "}" && text.ends_with(';') && !text.ends_with("(;;") {
            text.pop();
        }
        if matches!(token.text, "}" | ")") && text.ends_with(',') {
            text.pop();
        }
        text.push_str(word);
    }
    text
}
