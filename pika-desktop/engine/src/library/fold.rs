//! Keys for finding a track again: paths and texts brought to one form.

use std::path::Path;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A path as text in one form: Unicode NFC, forward slashes, upper-case drive letter, case kept.
pub fn path_key(path: &str) -> String {
    let mut key: String = path.nfc().map(|c| if c == '\\' { '/' } else { c }).collect();
    let drive = key
        .as_bytes()
        .get(..2)
        .is_some_and(|head| head[0].is_ascii_alphabetic() && head[1] == b':');
    if drive {
        key[..1].make_ascii_uppercase();
    }
    key
}

/// Lower case, for systems (and VirtualDJ, a Windows program) that do not tell case apart.
pub fn lower(key: &str) -> String {
    key.to_lowercase()
}

/// The last part of a path in either notation.
pub fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// A path as text; what is not text is replaced.
pub fn path_text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Artist and title folded for comparison; empty when nothing of the title is left.
///
/// Lower case, no accents, no brackets with their content, nothing from "feat." on, letters and digits only.
pub fn text_fold(artist: &str, title: &str) -> String {
    let title = words(&without_featuring(&without_brackets(title)));
    if title.is_empty() {
        return String::new();
    }
    format!("{}|{title}", words(&without_featuring(&without_brackets(artist))))
}

fn without_brackets(text: &str) -> String {
    let mut depth = 0u32;
    let kept: String = text
        .chars()
        .filter(|c| {
            match c {
                '(' | '[' => depth += 1,
                ')' | ']' => {
                    depth = depth.saturating_sub(1);
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect();
    // A title that is nothing but a bracket keeps it.
    if kept.trim().is_empty() {
        text.to_owned()
    } else {
        kept
    }
}

fn without_featuring(text: &str) -> String {
    let mut kept = Vec::new();
    for word in text.split_whitespace() {
        let bare = word.trim_end_matches('.').to_lowercase();
        // As the first word it is part of the name ("Feat").
        if !kept.is_empty() && matches!(bare.as_str(), "feat" | "ft" | "featuring") {
            break;
        }
        kept.push(word);
    }
    kept.join(" ")
}

/// Lower-case words of letters and digits, accents removed; also what lists are sorted by.
pub fn words(text: &str) -> String {
    let folded: String = text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    // An apostrophe inside a word became a blank: "don't" and "dont" stay different, "Rock 'n' Roll" and
    // "Rock n Roll" become the same.
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_every_system_come_to_one_form() {
        assert_eq!(path_key(r"c:\Müsic\a.mp3"), "C:/Müsic/a.mp3");
        assert_eq!(path_key("/music/Cafe\u{301}.mp3"), "/music/Café.mp3");
        assert_eq!(path_key("ü:"), "ü:");
        assert_eq!(path_key(""), "");
        assert_eq!(file_name(r"C:\x\b.mp3"), "b.mp3");
        assert_eq!(file_name("plain"), "plain");
    }

    #[test]
    fn the_same_song_folds_alike() {
        let expected = "beyonce|halo";
        for (artist, title) in [
            ("Beyoncé", "Halo"),
            ("BEYONCE", "halo (Radio Edit)"),
            ("Beyoncé feat. Somebody", "Halo [Live]"),
            ("beyonce", "Halo ft. Other"),
        ] {
            assert_eq!(text_fold(artist, title), expected);
        }
    }

    #[test]
    fn odd_titles_keep_something_to_compare() {
        assert_eq!(text_fold("", "C"), "|c");
        assert_eq!(text_fold("x", "(Intro)"), "x|intro");
        assert_eq!(text_fold("x", "Feat"), "x|feat");
        assert_eq!(text_fold("x", "♥"), "");
        assert_eq!(text_fold("ラルク", "虹"), "ラルク|虹");
        assert_eq!(text_fold("x", "unclosed (bracket"), "x|unclosed");
    }
}
