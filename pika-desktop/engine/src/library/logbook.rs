//! The logbook outlives the way back to an older copy of the library: what was played was played.

use std::path::Path;

use rusqlite::Connection;
use tracing::warn;

use super::{database_file::OpenError, measured::file_name};

/// Plays are the same by their ids. Tracks may have other ids in the copy: they are the same by their sound.
const CARRY_OVER: &str = "
    INSERT INTO plays (id, track_id, title, artist, path_text, source, matched_by, started_at, logged_at,
        identity, line_at, removed_at)
    SELECT b.id,
        (SELECT t.id FROM tracks t JOIN before.tracks o ON o.content_id = t.content_id AND o.identity = t.identity
            WHERE o.id = b.track_id LIMIT 1),
        b.title, b.artist, b.path_text, b.source, b.matched_by, b.started_at, b.logged_at,
        b.identity, b.line_at, b.removed_at
    FROM before.plays b WHERE true ORDER BY b.rowid
    ON CONFLICT (id) DO UPDATE SET
        -- An old copy may know the same sound by another mark.
        track_id = coalesce(excluded.track_id,
            iif(title = excluded.title AND artist = excluded.artist, track_id, NULL)),
        title = excluded.title, artist = excluded.artist, matched_by = excluded.matched_by,
        removed_at = excluded.removed_at;
    DELETE FROM session_starts;
    INSERT INTO session_starts (mark, after_play) SELECT mark, after_play FROM before.session_starts;
";

/// Takes over what the library of before, in the file `kept`, knows of plays. A file that is damaged has nothing to
/// give: then the copy stays as it is.
pub(super) fn carry_over(connection: &mut Connection, kept: &Path) {
    if let Err(error) = try_to_carry_over(connection, kept) {
        warn!(%error, "what was played since the copy is not taken over");
    }
    // Where it was never attached there is nothing to let go of.
    let _ = connection.execute_batch("DETACH before");
}

fn try_to_carry_over(connection: &mut Connection, kept: &Path) -> Result<(), OpenError> {
    connection.execute("ATTACH ? AS before", [file_name(kept)?])?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(CARRY_OVER)?;
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use uuid::Uuid;

    use super::*;
    use crate::library::{ContentId, FileFacts, Library, Play, TrackId};

    fn track(library: &mut Library, title: &str) -> TrackId {
        let facts = FileFacts {
            path: format!("/music/{title}.mp3").into(),
            size: 1,
            modified_ns: 0,
            content_id: ContentId([title.as_bytes()[0]; 16]),
            tags: pika_analysis::Tags::default(),
        };
        library.store_files(None, &[facts], |_| true).unwrap()[0].track()
    }

    fn play(library: &mut Library, number: u128, title: &str, track: Option<TrackId>) {
        let play = Play {
            id: Uuid::from_u128(number),
            track,
            title: title.to_owned(),
            artist: String::new(),
            path_text: String::new(),
            source: "hand".to_owned(),
            started_at_ms: 1_000,
            logged_at_ms: 1_000,
            answers: None,
        };
        library.record_play(&play, None).unwrap();
    }

    fn played(library: &Library) -> Vec<(String, Option<TrackId>)> {
        let plays = library.plays_since(0, 1_000).unwrap();
        plays.into_iter().map(|play| (play.title, play.track)).collect()
    }

    #[test]
    fn going_back_keeps_all_that_was_played_and_what_the_dj_said_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let (mut library, _) = Library::open(&folder.path().join("library.db")).unwrap();
        let a = track(&mut library, "A");
        play(&mut library, 1, "taken back later", Some(a));
        play(&mut library, 2, "named later", Some(a));
        library.keep_good_copy().unwrap();
        library.remove_play(Uuid::from_u128(1)).unwrap();
        play(&mut library, 2, "as it was named", None);
        let mark = Uuid::from_u128(99);
        library.session_begins(mark).unwrap();
        let new = track(&mut library, "N");
        for number in 100..140 {
            let track = if number == 100 { new } else { a };
            play(&mut library, number, &format!("song {number}"), Some(track));
        }
        library.go_back().unwrap();
        let played = played(&library);
        assert_eq!(played.len(), 41);
        assert_eq!(played[0], ("as it was named".to_owned(), None));
        assert_eq!(
            played[1],
            ("song 100".to_owned(), None),
            "the copy does not know it"
        );
        assert_eq!(played[2], ("song 101".to_owned(), Some(a)));
        let of_session = library.plays_of_session(mark, 1_000).unwrap().unwrap();
        assert_eq!(of_session.len(), 40);
        // Nothing of the other file is held, and it can be done again.
        library.go_back().unwrap();
        assert_eq!(library.plays_since(0, 1_000).unwrap().len(), 41);
    }

    #[test]
    fn a_file_that_is_damaged_gives_nothing_and_harms_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (mut library, _) = Library::open(&folder.path().join("library.db")).unwrap();
        play(&mut library, 1, "in the copy", None);
        let damaged = folder.path().join("library.db.replaced-1");
        fs::write(&damaged, vec![0x55; 20_000]).unwrap();
        for _ in 0..2 {
            carry_over(&mut library.connection, &damaged);
            assert_eq!(played(&library), [("in the copy".to_owned(), None)]);
        }
    }
}
