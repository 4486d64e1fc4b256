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

/// Lower-case words of letters and digits, folded; also what lists are sorted by.
pub fn words(text: &str) -> String {
    let folded: String = letters(text)
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        // Lower case may come with a mark of its own (İ).
        .filter(|c| !is_combining_mark(*c))
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    // An apostrophe inside a word became a blank: "don't" and "dont" stay different, "Rock 'n' Roll" and
    // "Rock n Roll" become the same.
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text whose letters that are no letter with a mark, though people type them as one, are replaced by those that
/// everybody can type: ł by l, ß by ss. Searching, sorting and matching all go by this.
///
/// Marks that stand on a letter are taken off elsewhere: by [`words`], and in the index by its tokenizer.
pub fn letters(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        match plain(c) {
            Some(plain) => folded.push_str(plain),
            None => folded.push(c),
        }
    }
    folded
}

/// The letters that stand for one which has no decomposition in Unicode.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ł' | 'ƚ' | 'ɫ' | 'ⱡ' => "l",
        'Ł' | 'Ƚ' | 'Ⱡ' => "L",
        'ø' | 'ɵ' => "o",
        'Ø' | 'Ɵ' => "O",
        'đ' | 'ð' | 'ɖ' | 'ɗ' => "d",
        'Đ' | 'Ð' | 'Ɖ' | 'Ɗ' => "D",
        'þ' => "th",
        'Þ' => "Th",
        'ß' => "ss",
        'ẞ' => "SS",
        'æ' => "ae",
        'Æ' => "Ae",
        'œ' => "oe",
        'Œ' => "Oe",
        'ı' | 'ɨ' => "i",
        'Ɨ' => "I",
        'ħ' => "h",
        'Ħ' => "H",
        'ŋ' => "n",
        'Ŋ' => "N",
        'ŧ' => "t",
        'Ŧ' => "T",
        'ĸ' => "k",
        'ə' | 'ɛ' => "e",
        'Ə' | 'Ɛ' => "E",
        'ɓ' | 'ƀ' => "b",
        'Ɓ' | 'Ƀ' => "B",
        'ɠ' | 'ǥ' => "g",
        'Ɠ' | 'Ǥ' => "G",
        'ƙ' => "k",
        'Ƙ' => "K",
        'ƴ' | 'ɏ' => "y",
        'Ƴ' | 'Ɏ' => "Y",
        'ƶ' => "z",
        'Ƶ' => "Z",
        'ɔ' => "o",
        'Ɔ' => "O",
        'ʉ' => "u",
        'Ʉ' => "U",
        _ => return None,
    })
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

    #[test]
    fn letters_that_no_keyboard_of_others_has_are_found_and_sorted() {
        for (text, expected) in [
            ("Łódź", "lodz"),
            ("Żaneta Łęcka", "zaneta lecka"),
            ("Smørrebrød", "smorrebrod"),
            ("Þórður", "thordur"),
            ("Straße STRAẞE", "strasse strasse"),
            ("Đorđe", "dorde"),
            ("Ænima Œuvre", "aenima oeuvre"),
            ("Işık İstanbul", "isik istanbul"),
            ("Ħal Għarb Ŋ ŧ", "hal gharb n t"),
            ("ﬁnale Ｆｕｌｌ ǆ", "finale full dz"),
        ] {
            assert_eq!(words(text), expected);
            assert_eq!(words(&words(text)), expected, "it stays");
        }
        assert_eq!(
            text_fold("Żaneta Łęcka", "Łódź"),
            text_fold("zaneta lecka", "LODZ (live)")
        );
    }
}
