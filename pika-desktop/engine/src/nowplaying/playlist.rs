//! Playlists that grow while music plays: VirtualDJ's history and other programs' `.m3u`.
//!
//! Two lines a song: a header and a path. Only finished pairs count, since writers append in pieces.

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Bytes of a line that are looked at; a longer one is no path of any system.
const MAX_LINE_BYTES: usize = 32 << 10;

/// Tags of a line that are looked at; a line has some ten.
const MOST_TAGS: usize = 256;
/// Longest name of a tag, in bytes. What stands between a `<` in a title and the next tag is no name.
const LONGEST_NAME: usize = 32;

/// Whose lines these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flavour {
    /// VirtualDJ: a path counts only after its `#EXTVDJ` line, and may begin with `#`.
    VirtualDj,
    /// Any `.m3u`: a path may stand alone, lines beginning with `#` are comments.
    Plain,
}

/// One song of a playlist. `None` where the file says nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct PlaylistEntry {
    /// Path, address or streaming id, as written.
    pub(super) path: String,
    pub(super) artist: Option<String>,
    pub(super) title: Option<String>,
    pub(super) remix: Option<String>,
    /// Bytes.
    pub(super) file_size: Option<u64>,
    /// When the line was written, in seconds since 1970.
    pub(super) last_play_s: Option<i64>,
    /// Length in seconds.
    pub(super) length_s: Option<f64>,
}

/// What a playlist holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Playlist {
    /// Finished pairs in file order.
    pub(super) entries: Vec<PlaylistEntry>,
    /// The last pair, when its path does not end in a newline yet.
    pub(super) unfinished: Option<PlaylistEntry>,
}

/// Reads a playlist. Never fails: what cannot be read is skipped.
pub(super) fn parse(bytes: &[u8], flavour: Flavour) -> Playlist {
    let utf16 = match bytes {
        [0xff, 0xfe, ..] => Some(UTF_16LE),
        [0xfe, 0xff, ..] => Some(UTF_16BE),
        _ => None,
    };
    if let Some(encoding) = utf16 {
        // An odd byte at the end is half a character: not there yet.
        let text = encoding
            .decode_without_bom_handling(&bytes[2..bytes.len() & !1])
            .0;
        return parse_lines(text.as_bytes(), flavour);
    }
    parse_lines(bytes, flavour)
}

fn parse_lines(bytes: &[u8], flavour: Flavour) -> Playlist {
    let mut playlist = Playlist::default();
    let mut header: Option<PlaylistEntry> = None;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        let finished = line.ends_with(b"\n");
        let Some(line) = decode_line(line) else { continue };
        if let Some(tags) = line.strip_prefix("#EXTVDJ:") {
            header = finished.then(|| parse_tags(tags));
            continue;
        }
        if let Some(info) = line.strip_prefix("#EXTINF") {
            header = finished.then(|| parse_extinf(info));
            continue;
        }
        // A path may begin with "#", but not with "#EXT".
        let comment = line.starts_with("#EXT") || (line.starts_with('#') && flavour == Flavour::Plain);
        if comment || line.is_empty() || "#EXT".starts_with(&line) && !finished {
            continue;
        }
        let entry = match (header.take(), flavour) {
            (Some(header), _) => PlaylistEntry { path: line, ..header },
            (None, Flavour::Plain) => PlaylistEntry {
                path: line,
                ..PlaylistEntry::default()
            },
            (None, Flavour::VirtualDj) => continue,
        };
        if finished {
            playlist.entries.push(entry);
        } else {
            playlist.unfinished = Some(entry);
        }
    }
    playlist
}

/// A line as text without its end, byte-order marks and NUL bytes; `None` for one far too long.
fn decode_line(line: &[u8]) -> Option<String> {
    if line.len() > MAX_LINE_BYTES {
        return None;
    }
    let line: Vec<u8> = line.iter().copied().filter(|&byte| byte != 0).collect();
    let line = line.strip_suffix(b"\n").unwrap_or(&line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    // Old Windows programs write their code page; 1252 stands for all of them.
    let text = UTF_8
        .decode_without_bom_handling_and_without_replacement(line)
        .unwrap_or_else(|| WINDOWS_1252.decode_without_bom_handling(line).0);
    Some(text.into_owned())
}

/// `<name>value</name>` one after another. Not XML: nothing is escaped, a value may hold `&` and `<`.
fn parse_tags(mut text: &str) -> PlaylistEntry {
    let mut entry = PlaylistEntry::default();
    // Bounded: each tag is looked for to the end of the line.
    for _ in 0..MOST_TAGS {
        let Some((_, tag)) = text.split_once('<') else {
            break;
        };
        text = tag;
        let Some((name, rest)) = text.split_once('>') else {
            break;
        };
        if name.len() > LONGEST_NAME {
            continue;
        }
        let end = format!("</{name}>");
        let Some((value, after)) = rest.split_once(end.as_str()) else {
            continue;
        };
        text = after;
        let value = value.trim();
        let text_value = (!value.is_empty()).then(|| value.to_owned());
        match name {
            "artist" => entry.artist = text_value,
            "title" => entry.title = text_value,
            "remix" => entry.remix = text_value,
            "filesize" => entry.file_size = value.parse().ok(),
            "lastplaytime" => entry.last_play_s = value.parse().ok().filter(|seconds| *seconds > 0),
            "songlength" => {
                entry.length_s = value
                    .parse()
                    .ok()
                    .filter(|length: &f64| length.is_finite() && *length > 0.0);
            }
            _ => {}
        }
    }
    entry
}

/// What follows `#EXTINF`: `:217,Artist - Title`, or nothing.
fn parse_extinf(info: &str) -> PlaylistEntry {
    let Some((length, text)) = info.strip_prefix(':').and_then(|info| info.split_once(',')) else {
        return PlaylistEntry::default();
    };
    let (artist, title) = super::split_artist_title(text);
    PlaylistEntry {
        artist,
        title,
        length_s: length
            .trim()
            .parse()
            .ok()
            .filter(|length: &f64| length.is_finite() && *length > 0.0),
        ..PlaylistEntry::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAIR: &str = "#EXTVDJ:<time>22:14</time><lastplaytime>1571676282</lastplaytime><filesize>3989074</filesize><artist>Maceo & Friends</artist><title>A < B</title><remix>Live</remix>\nC:\\Music\\song.mp3\n";

    #[track_caller]
    fn one(bytes: &[u8]) -> PlaylistEntry {
        let playlist = parse(bytes, Flavour::VirtualDj);
        assert_eq!((playlist.entries.len(), &playlist.unfinished), (1, &None));
        playlist.entries[0].clone()
    }

    #[test]
    fn a_pair_is_read_with_raw_signs() {
        let entry = one(PAIR.as_bytes());
        assert_eq!(entry.path, r"C:\Music\song.mp3");
        assert_eq!(entry.artist.as_deref(), Some("Maceo & Friends"));
        assert_eq!(entry.title.as_deref(), Some("A < B"));
        assert_eq!(entry.remix.as_deref(), Some("Live"));
        assert_eq!(
            (entry.file_size, entry.last_play_s),
            (Some(3_989_074), Some(1_571_676_282))
        );
    }

    #[test]
    fn line_ends_marks_and_encodings() {
        let plain = one(PAIR.as_bytes());
        assert_eq!(one(PAIR.replace('\n', "\r\n").as_bytes()), plain);
        assert_eq!(one(format!("\u{feff}{PAIR}").as_bytes()), plain);
        assert_eq!(one(PAIR.replace("Music", "Mu\0sic").as_bytes()), plain);
        let utf16: Vec<u8> = std::iter::once(0xfeff)
            .chain(PAIR.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(one(&utf16), plain);
        let utf16: Vec<u8> = std::iter::once(0xfeff)
            .chain(PAIR.encode_utf16())
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(one(&utf16), plain);
        assert_eq!(
            one(b"#EXTVDJ:<title>Caf\xe9</title>\nC:\\caf\xe9.mp3\n").path,
            "C:\\café.mp3"
        );
    }

    #[test]
    fn tags_come_in_any_order_and_may_be_missing_empty_or_unknown() {
        let entry =
            one(b"#EXTVDJ:<title>T</title><new>x</new><artist></artist><lastplaytime>7</lastplaytime>\n/a\n");
        assert_eq!(
            (entry.title.as_deref(), entry.artist, entry.last_play_s),
            (Some("T"), None, Some(7))
        );
        assert_eq!(one(b"#EXTVDJ:\n/a\n").path, "/a");
        assert_eq!(
            one(b"#EXTVDJ:<filesize>many</filesize><title>never closed\n/a\n").title,
            None
        );
        // A tag inside a title stays in it.
        let entry = one(b"#EXTVDJ:<title>a <artist>b</artist></title>\n/a\n");
        assert_eq!(
            (entry.title.as_deref(), entry.artist),
            (Some("a <artist>b</artist>"), None)
        );
    }

    #[test]
    fn a_path_may_begin_with_a_hash() {
        assert_eq!(one(b"#EXTVDJ:<title>1</title>\n#1 hit.mp3\n").path, "#1 hit.mp3");
        let two = parse(
            b"#EXTVDJ:<title>1</title>\n#EXTVDJ:<title>2</title>\n/b\n",
            Flavour::VirtualDj,
        );
        assert_eq!(two.entries.len(), 1);
        assert_eq!(two.entries[0].title.as_deref(), Some("2"));
    }

    #[test]
    fn no_prefix_of_a_file_gives_a_wrong_pair() {
        let text = [PAIR, &PAIR.replace("Live", "Späť"), "#EXTM3U\n"].concat();
        let whole = parse(text.as_bytes(), Flavour::VirtualDj);
        assert_eq!(whole.entries.len(), 2);
        for end in 0..text.len() {
            let part = parse(&text.as_bytes()[..end], Flavour::VirtualDj);
            assert_eq!(part.entries, whole.entries[..part.entries.len()], "cut at {end}");
        }
    }

    #[test]
    fn plain_playlists_need_no_header() {
        let text = b"#EXTM3U\n#EXTINF\n/a.mp3\n#EXTINF:217,Etta James - Tell Mama\n/b.mp3\n# comment\n/c.mp3";
        let playlist = parse(text, Flavour::Plain);
        let paths: Vec<&str> = playlist.entries.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(paths, ["/a.mp3", "/b.mp3"]);
        let b = &playlist.entries[1];
        assert_eq!(
            (b.artist.as_deref(), b.title.as_deref(), b.length_s),
            (Some("Etta James"), Some("Tell Mama"), Some(217.0))
        );
        assert_eq!(playlist.unfinished.unwrap().path, "/c.mp3");
    }
}
