//! Playlists that grow while music plays: VirtualDJ's history and other programs' `.m3u`.
//!
//! Two lines a song: a header and a path. Only finished pairs count, since writers append in pieces.

use crate::foreign::text;

/// Bytes of a line that are looked at; a longer one is no path of any system.
const MAX_LINE_BYTES: usize = 32 << 10;

/// The tags that say something here.
const TAGS: [&str; 6] = [
    "artist",
    "title",
    "remix",
    "filesize",
    "lastplaytime",
    "songlength",
];

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
    parse_lines(&text::without_utf16(bytes), flavour)
}

fn parse_lines(bytes: &[u8], flavour: Flavour) -> Playlist {
    let mut playlist = Playlist::default();
    let mut header: Option<PlaylistEntry> = None;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        let finished = line.ends_with(b"\n");
        let Some(line) = decode_line(line, finished) else {
            continue;
        };
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

/// A line as text without its end; `None` for one far too long.
fn decode_line(line: &[u8], finished: bool) -> Option<String> {
    if line.len() > MAX_LINE_BYTES {
        return None;
    }
    let mut text = text::line(line, finished);
    if text.ends_with('\n') {
        text.pop();
    }
    if text.ends_with('\r') {
        text.pop();
    }
    Some(text)
}

/// `<name>value</name>` one after another. Not XML: nothing is escaped, a value may hold `&` and `<`.
fn parse_tags(mut text: &str) -> PlaylistEntry {
    let mut entry = PlaylistEntry::default();
    // Tags that end no more in this line. Without it, each of thousands would be looked for to the line's end.
    let mut endless: Vec<&str> = Vec::new();
    while let Some((_, tag)) = text.split_once('<') {
        text = tag;
        let name = TAGS.into_iter().find(|name| {
            let after = tag.strip_prefix(name);
            after.is_some_and(|after| after.starts_with('>')) && !endless.contains(name)
        });
        let Some(name) = name else { continue };
        let end = format!("</{name}>");
        let Some((value, after)) = tag[name.len() + 1..].split_once(end.as_str()) else {
            endless.push(name);
            continue;
        };
        text = after;
        take_tag(&mut entry, name, value.trim());
    }
    entry
}

fn take_tag(entry: &mut PlaylistEntry, name: &str, value: &str) {
    let text_value = (!value.is_empty()).then(|| value.to_owned());
    match name {
        "artist" => entry.artist = text_value,
        "title" => entry.title = text_value,
        "remix" => entry.remix = text_value,
        "filesize" => entry.file_size = value.parse().ok(),
        "lastplaytime" => entry.last_play_s = value.parse().ok().filter(|seconds| *seconds > 0),
        "songlength" => entry.length_s = length(value),
        _ => {}
    }
}

/// Seconds, where they make sense.
fn length(text: &str) -> Option<f64> {
    text.parse()
        .ok()
        .filter(|length: &f64| length.is_finite() && *length > 0.0)
}

/// What follows `#EXTINF`: `:217,Artist - Title`, with words such as `group-title="Soul, Blues"` before the comma, or
/// nothing.
fn parse_extinf(info: &str) -> PlaylistEntry {
    let mut quoted = false;
    let comma = info.find(|c| {
        quoted ^= c == '"';
        c == ',' && !quoted
    });
    // A quote that never ends is no quote.
    let comma = comma.or_else(|| info.find(','));
    let Some((head, text)) =
        comma.and_then(|comma| Some((info[..comma].strip_prefix(':')?, &info[comma + 1..])))
    else {
        return PlaylistEntry::default();
    };
    let (artist, title) = text::artist_and_title(text);
    PlaylistEntry {
        artist,
        title,
        length_s: head.split_whitespace().next().and_then(length),
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
    fn a_line_of_tags_without_end_is_read_once() {
        // Thirty thousand letters looked through for each of ten thousand tags would take seconds a line.
        for tag in ["<a>", "<title>", "<artist><title>", "<"] {
            let line = tag.repeat(MAX_LINE_BYTES / tag.len() - 8);
            let mut looked = 0;
            for _ in 0..256 {
                looked += parse_tags(&line).title.map_or(1, |title| title.len());
            }
            assert_eq!(looked, 256, "{tag}");
        }
    }

    #[test]
    fn words_in_quotes_before_the_comma_are_no_song() {
        for (info, artist, length) in [
            (
                ":217 group-title=\"Soul, Blues\",Etta James - At Last",
                "Etta James",
                Some(217.0),
            ),
            (":-1 tvg-id=\"x\",Etta James - At Last", "Etta James", None),
            (":217 \"odd,Etta James - At Last", "Etta James", Some(217.0)),
        ] {
            let entry = parse_extinf(info);
            assert_eq!(entry.artist.as_deref(), Some(artist), "{info}");
            assert_eq!(
                (entry.title.as_deref(), entry.length_s),
                (Some("At Last"), length),
                "{info}"
            );
        }
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
        let text = [
            PAIR,
            &PAIR.replace("Live", "Späť").replace("song", "såñg"),
            "#EXTM3U\n",
        ]
        .concat();
        let whole = parse(text.as_bytes(), Flavour::VirtualDj);
        assert_eq!(whole.entries.len(), 2);
        for end in 0..text.len() {
            let part = parse(&text.as_bytes()[..end], Flavour::VirtualDj);
            assert_eq!(part.entries, whole.entries[..part.entries.len()], "cut at {end}");
            let path = part.unfinished.map(|entry| entry.path).unwrap_or_default();
            assert!(
                !path.contains('Ã'),
                "half a letter is not guessed: {path} at {end}"
            );
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
