//! From what a DJ program wrote to a track of the library: path, then name and size, then name and
//! length, then artist and title. More than one hit is no hit: the next step decides.

use std::path::{Path, PathBuf};

use anyhow::Result;
use percent_encoding::percent_decode_str;

use super::source::{PlayEvent, SourceKind};
use crate::library::{Library, MatchedBy, Track, TrackId, fold};

/// Looks a noticed song up. `None`: the library does not know it.
pub(super) fn find(library: &Library, event: &PlayEvent) -> Result<Option<(Track, MatchedBy)>> {
    let found = find_id(library, event, cfg!(any(windows, target_os = "macos")))?;
    match found {
        Some((id, by)) => Ok(library.track(id)?.map(|track| (track, by))),
        None => Ok(None),
    }
}

/// A question for [`find`] without a noticed song: which track is this file?
pub(super) fn query(path: &str, file_size: Option<u64>, duration_s: Option<f64>) -> PlayEvent {
    PlayEvent {
        source: SourceKind::VirtualDj,
        path: Some(path.to_owned()),
        artist: None,
        title: None,
        remix: None,
        file_size,
        duration_s,
        logged_at_ms: 0,
        started_at_ms: 0,
        line_at_ms: None,
        at_start: false,
        replaces_last: false,
    }
}

/// The file that a noticed song names, where it is a path of this computer.
pub(super) fn local_path(event: &PlayEvent) -> Option<PathBuf> {
    let path = plain_path(event.path.as_deref()?)?;
    let path = PathBuf::from(from_wine(&path).unwrap_or(path));
    path.is_absolute().then_some(path)
}

/// Tells songs apart, whatever is known of them.
pub(super) fn identity(event: &PlayEvent) -> String {
    match &event.path {
        Some(path) => fold::lower(&fold::path_key(path)),
        None => fold::text_fold(
            event.artist.as_deref().unwrap_or_default(),
            event.title.as_deref().unwrap_or_default(),
        ),
    }
}

fn find_id(library: &Library, event: &PlayEvent, any_case: bool) -> Result<Option<(TrackId, MatchedBy)>> {
    if let Some(path) = event.path.as_deref().and_then(plain_path) {
        let wine = from_wine(&path);
        // A program in Wine is one for Windows, which does not tell case apart.
        let ways = [(Some(path.as_str()), any_case), (wine.as_deref(), true)];
        for (path, any_case) in ways
            .into_iter()
            .filter_map(|(path, any_case)| Some((path?, any_case)))
        {
            if let Some(found) = by_path(library, path, any_case)? {
                return Ok(Some(found));
            }
        }
        if let Some(found) = by_name(library, &path, event)? {
            return Ok(Some(found));
        }
    }
    by_text(library, event)
}

fn by_path(library: &Library, path: &str, any_case: bool) -> Result<Option<(TrackId, MatchedBy)>> {
    if let Some(id) = library.track_at(Path::new(path))? {
        return Ok(Some((id, MatchedBy::Path)));
    }
    let key = fold::path_key(path);
    let mut found = library.track_by_path_key(&key)?;
    // A drive letter comes from a program that does not tell case apart, whatever this system does.
    if found.is_none() && (any_case || key.as_bytes().get(1) == Some(&b':') || path.contains('\\')) {
        found = library.track_by_path_fold(&fold::lower(&key))?;
    }
    Ok(found.map(|id| (id, MatchedBy::NormalizedPath)))
}

fn by_name(library: &Library, path: &str, event: &PlayEvent) -> Result<Option<(TrackId, MatchedBy)>> {
    let folded = fold::lower(&fold::path_key(path));
    let name = fold::file_name(&folded);
    if let Some(size) = event.file_size
        && let Some(id) = library.track_by_name_and_size(name, size)?
    {
        return Ok(Some((id, MatchedBy::NameAndSize)));
    }
    let Some(length) = event.duration_s else {
        return Ok(None);
    };
    let found = library.track_by_name_and_duration(name, length)?;
    Ok(found.map(|id| (id, MatchedBy::NameAndDuration)))
}

fn by_text(library: &Library, event: &PlayEvent) -> Result<Option<(TrackId, MatchedBy)>> {
    let (Some(artist), Some(title)) = (&event.artist, &event.title) else {
        return Ok(None);
    };
    let text = fold::text_fold(artist, title);
    // Without an artist, or with a title of signs only, any song could be meant.
    if text.is_empty() || text.starts_with('|') {
        return Ok(None);
    }
    let mut found = library.track_by_text(&text)?;
    if let (None, Some(length)) = (found, event.duration_s) {
        found = library.track_by_text_and_duration(&text, length)?;
    }
    Ok(found.map(|id| (id, MatchedBy::Text)))
}

/// A path without the dress of an address; `None` for streaming ids and web addresses.
pub(super) fn plain_path(text: &str) -> Option<String> {
    let has = |prefix: &str| {
        text.get(..prefix.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(prefix))
    };
    if has("file://") {
        // file://localhost/music/a%20b.mp3, file:///C:/music/a.mp3
        let rest = &text[7..];
        let rest = rest.strip_prefix("localhost").unwrap_or(rest);
        let path = percent_decode_str(rest).decode_utf8_lossy().into_owned();
        let drive = matches!(path.as_bytes(), [b'/', letter, b':', ..] if letter.is_ascii_alphabetic());
        return Some(if drive { path[1..].to_owned() } else { path });
    }
    if text.contains("://") {
        return None;
    }
    Some(text.to_owned())
}

/// `Z:` is the whole file system for programs that run in Wine.
fn from_wine(path: &str) -> Option<String> {
    if cfg!(windows) {
        return None;
    }
    let rest = path.strip_prefix(['Z', 'z'])?.strip_prefix(':')?;
    rest.starts_with(['\\', '/']).then(|| rest.replace('\\', "/"))
}

#[cfg(test)]
mod tests;
