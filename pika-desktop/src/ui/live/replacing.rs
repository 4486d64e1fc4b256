//! A search for the song that a play really was, as it is typed.

use pika_engine::library::PlayUuid;

/// The search for a song.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Replacing {
    pub(super) play: PlayUuid,
    pub(super) text: String,
    /// What was last asked of the library.
    pub(super) asked: Option<String>,
    /// The line that Enter takes.
    pub(super) at: usize,
    /// The library has answered since it was opened: what it found for somebody else is not shown.
    pub(super) heard: bool,
}

impl Replacing {
    pub(super) fn new(play: PlayUuid) -> Self {
        Self {
            play,
            text: String::new(),
            asked: None,
            at: 0,
            heard: false,
        }
    }
}

/// The song as it was typed: `Artist - Title`, or a title alone.
pub(super) fn as_typed(typed: &str) -> Option<(String, String)> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    let parts = [" - ", " – "].iter().find_map(|dash| typed.split_once(dash));
    let (artist, title) = parts.unwrap_or(("", typed));
    let (artist, title) = (artist.trim().to_owned(), title.trim().to_owned());
    Some((artist, title)).filter(|(_, title)| !title.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_song_is_typed_with_its_artist_or_without() {
        let typed = |typed| as_typed(typed).map(|(artist, title)| format!("{artist}|{title}"));
        assert_eq!(typed(" Low Tide ").as_deref(), Some("|Low Tide"));
        assert_eq!(typed("Ida Moss - Low Tide").as_deref(), Some("Ida Moss|Low Tide"));
        assert_eq!(typed("Ida Moss – Low Tide").as_deref(), Some("Ida Moss|Low Tide"));
        assert_eq!(typed("Mid-Air").as_deref(), Some("|Mid-Air"));
        assert_eq!(typed("  "), None);
        assert_eq!(typed("Ida Moss - "), Some("|Ida Moss -".to_owned()));
    }
}
