//! Which words dancers read of a song: the library's, the DJ program's, or the file's name.

use pika_protocol::limits::clean_text;

use super::{matcher::plain_path, source::PlayEvent};
use crate::{
    foreign::text::artist_and_title,
    library::{Track, fold},
};

/// Title and artist for everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PublicTitle {
    /// Never empty.
    pub(super) title: String,
    /// May be empty.
    pub(super) artist: String,
}

/// The words for a song that a program noticed and the library may know.
pub(super) fn of(event: &PlayEvent, track: Option<&Track>) -> PublicTitle {
    // A track without tags is titled by its file; the DJ program may know better.
    let tagged = track.filter(|track| track.is_titled);
    if let Some(track) = tagged {
        return PublicTitle {
            title: track.title.clone(),
            artist: track.artist.clone(),
        };
    }
    let artist = event.artist.clone().unwrap_or_default();
    // One that nobody can see is none.
    match event.title.as_ref().filter(|title| !clean_text(title).is_empty()) {
        Some(title) => PublicTitle {
            title: with_remix(title, event.remix.as_deref()),
            artist,
        },
        None => {
            let path = event.path.as_deref().unwrap_or_default();
            from_file_name(&plain_path(path).unwrap_or_else(|| path.to_owned()), artist)
        }
    }
}

/// The version belongs to the title, unless it stands there already or advertises something.
fn with_remix(title: &str, remix: Option<&str>) -> String {
    let Some(remix) = remix.map(str::trim).filter(|remix| !remix.is_empty()) else {
        return title.to_owned();
    };
    let lower = fold::lower(remix);
    let rubbish = ["www.", "http", ".com", ".net", ".org"]
        .iter()
        .any(|sign| lower.contains(sign));
    if rubbish || fold::lower(title).contains(&lower) {
        return title.to_owned();
    }
    format!("{title} ({remix})")
}

/// As VirtualDJ shows it: the name without suffix, underscores as blanks.
fn from_file_name(path: &str, artist: String) -> PublicTitle {
    let name = fold::file_name(path);
    let stem = name
        .rsplit_once('.')
        .map_or(name, |(stem, _)| stem)
        .replace('_', " ");
    let stem = stem.split_whitespace().collect::<Vec<_>>().join(" ");
    let (named_artist, title) = artist_and_title(&stem);
    match title {
        Some(title) if artist.is_empty() => PublicTitle {
            title,
            artist: named_artist.unwrap_or_default(),
        },
        Some(_) => PublicTitle { title: stem, artist },
        None => PublicTitle {
            title: "Unknown song".to_owned(),
            artist,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nowplaying::SourceKind;

    fn event(path: &str, artist: &str, title: &str, remix: &str) -> PlayEvent {
        let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        PlayEvent {
            source: SourceKind::VirtualDj,
            path: filled(path),
            artist: filled(artist),
            title: filled(title),
            remix: filled(remix),
            file_size: None,
            duration_s: None,
            logged_at_ms: 0,
            started_at_ms: 0,
            line_at_ms: None,
            at_start: false,
            replaces_last: false,
        }
    }

    #[track_caller]
    fn check(event: &PlayEvent, artist: &str, title: &str) {
        assert_eq!(
            of(event, None),
            PublicTitle {
                title: title.into(),
                artist: artist.into()
            }
        );
    }

    #[test]
    fn a_title_that_nobody_can_see_is_the_files_name() {
        for title in ["\u{200b}", "\u{3164}", "\u{2800}", "\u{ad}"] {
            assert_eq!(of(&event("/m/Halo.mp3", "", title, ""), None).title, "Halo");
        }
    }

    #[test]
    fn the_programs_words_with_a_version_that_says_something() {
        check(&event("/x.mp3", "A", "T", "Radio Edit"), "A", "T (Radio Edit)");
        check(
            &event("/x.mp3", "A", "T (Radio Edit)", "radio edit"),
            "A",
            "T (Radio Edit)",
        );
        check(&event("/x.mp3", "A", "T", "www.example.com"), "A", "T");
    }

    #[test]
    fn without_words_the_file_name_speaks() {
        check(
            &event(r"C:\m\Etta_James - Tell_Mama (1967).mp3", "", "", ""),
            "Etta James",
            "Tell Mama (1967)",
        );
        check(&event("/m/Track.one.flac", "", "", ""), "", "Track.one");
        check(&event("/m/A - B.mp3", "C", "", ""), "C", "A - B");
        check(&event("netsearch://dz123", "", "", ""), "", "dz123");
        check(&event("", "", "", ""), "", "Unknown song");
        check(
            &event("file:///C:/Music/Caf%C3%A9%20-%20Song.mp3", "", "", ""),
            "Café",
            "Song",
        );
        check(&event("/m/100%25 Love.mp3", "", "", ""), "", "100%25 Love");
    }
}
