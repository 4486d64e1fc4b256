//! Text as other programs write it: UTF-8, UTF-16 with a byte-order mark or without, or an old code page. The one
//! place that decides, for every reader.

use std::borrow::Cow;

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Bytes looked at to see whether a text without a mark is UTF-16.
const LOOK: usize = 512;
/// Marks between artist and title.
const DASHES: [&str; 3] = [" - ", " – ", " — "];

/// A whole text. Marks and NUL bytes are left out; nothing is refused.
pub(crate) fn decode(bytes: &[u8]) -> String {
    let bytes = without_utf16(bytes);
    bytes
        .split_inclusive(|&byte| byte == b'\n')
        .map(|part| line(part, true))
        .collect()
}

/// The same text in bytes that go on line by line: UTF-16 becomes UTF-8, all else stays as it is, without its mark.
pub(crate) fn without_utf16(bytes: &[u8]) -> Cow<'_, [u8]> {
    let (encoding, text) = match bytes {
        [0xff, 0xfe, text @ ..] => (UTF_16LE, text),
        [0xfe, 0xff, text @ ..] => (UTF_16BE, text),
        [0xef, 0xbb, 0xbf, text @ ..] => return text.into(),
        text => match utf16_without_mark(text) {
            Some(encoding) => (encoding, text),
            None => return text.into(),
        },
    };
    // An odd byte at the end is half a character: not there yet.
    let whole = &text[..text.len() & !1];
    let text = encoding.decode_without_bom_handling(whole).0;
    text.into_owned().into_bytes().into()
}

/// Latin text in UTF-16 has a NUL in every other byte; padding with NULs has them in all.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let pairs = bytes[..bytes.len().min(LOOK)].as_chunks::<2>().0;
    let nuls = |at: usize| pairs.iter().filter(|pair| pair[at] == 0).count();
    let mostly = |count: usize| !pairs.is_empty() && count * 2 > pairs.len();
    match (nuls(0), nuls(1)) {
        (0, low) if mostly(low) => Some(UTF_16LE),
        (high, 0) if mostly(high) => Some(UTF_16BE),
        _ => None,
    }
}

/// One line, with its end: UTF-8, else the code page of old Windows programs. `is_whole`: nothing of it is still to be
/// written; otherwise a character that is cut at the end is left out.
pub(crate) fn line(bytes: &[u8], is_whole: bool) -> String {
    let bytes: Vec<u8> = bytes.iter().copied().filter(|&byte| byte != 0).collect();
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(error) if !is_whole && error.error_len().is_none() => {
            String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned()
        }
        // 1252 stands for all of them.
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// Splits `Artist - Title` at the first dash between blanks. Without one the whole text is the title; where one side
/// is missing the other is the title. Nothing but a dash is nothing.
pub(crate) fn artist_and_title(text: &str) -> (Option<String>, Option<String>) {
    let filled = |text: &str| {
        Some(text.trim())
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    // With blanks at its ends, a text that begins or ends in a dash splits there, too.
    let text = format!(" {} ", text.trim());
    let dash = DASHES
        .iter()
        .filter_map(|dash| Some((text.find(dash)?, dash.len())))
        .min();
    let Some((at, length)) = dash else {
        return (None, filled(&text));
    };
    match (filled(&text[..at]), filled(&text[at + length..])) {
        (artist, None) => (None, artist),
        sides => sides,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "Zoë Keating\r\nEscape Artist\n";
        let utf16 = |unit: fn(u16) -> [u8; 2], mark: bool| -> Vec<u8> {
            let mark = mark.then_some(0xfeff);
            mark.into_iter()
                .chain(text.encode_utf16())
                .flat_map(unit)
                .collect()
        };
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            utf16(u16::to_le_bytes, true),
            utf16(u16::to_be_bytes, true),
            utf16(u16::to_le_bytes, false),
            utf16(u16::to_be_bytes, false),
            b"Zo\xeb Keating\r\nEscape Artist\n".to_vec(),
        ] {
            assert_eq!(decode(&bytes), text, "{bytes:x?}");
        }
        assert_eq!(decode(b"padded\0\0\0\0\0\0\0\0\n"), "padded\n");
        assert_eq!(decode(b"\xff\xfeA\0B"), "A", "half a character");
        assert_eq!(decode(b""), "");
    }

    #[test]
    fn a_character_that_is_cut_is_not_guessed() {
        let cut = &"/music/Å".as_bytes()[..8];
        assert_eq!(line(cut, false), "/music/");
        assert_eq!(line(cut, true), "/music/Ã");
        assert_eq!(
            line(b"/caf\xe9 x", false),
            "/café x",
            "no beginning of a character"
        );
    }

    #[test]
    fn artist_and_title_whatever_side_is_missing() {
        let split = |text: &str| {
            let (artist, title) = artist_and_title(text);
            (artist.unwrap_or_default(), title.unwrap_or_default())
        };
        let pair = |artist: &str, title: &str| (artist.to_owned(), title.to_owned());
        assert_eq!(split("A - B - C"), pair("A", "B - C"));
        assert_eq!(split("A – B - C"), pair("A", "B - C"));
        assert_eq!(split("Jay-Z"), pair("", "Jay-Z"));
        assert_eq!(split(" - Title Only"), pair("", "Title Only"));
        assert_eq!(split("Artist Only - "), pair("", "Artist Only"));
        for nothing in ["", " ", " - ", "-", "—", "  -  "] {
            assert_eq!(split(nothing), pair("", ""), "{nothing:?}");
        }
    }
}
