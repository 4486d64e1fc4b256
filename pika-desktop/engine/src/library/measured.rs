//! The second file of the library, `library.measured.db`: what the analysis measured of each track in full, its
//! long series included.
//!
//! It is apart because it is large and can be measured again, while the library is small and cannot: only the
//! library is checked at start and copied. A track without its record here simply waits for its analysis.
//! One connection has both files open; nobody else opens this one.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use pika_wal::write_ahead_log;
use rusqlite::{Connection, OptionalExtension, params};
use tracing::warn;

use super::{
    database_file::{OpenError, is_damage, with_suffix},
    ids::TrackId,
    record::StoredRecord,
};
use crate::private::make_file;

/// Version of the layout below, in the file's `user_version`.
const VERSION: u32 = 1;

/// `stamps` says of which analysis a record is (the library's `analyses.analysed_at`), apart from the records,
/// so that asking which tracks have one reads a megabyte and not gigabytes.
const LAYOUT: &str = "
    CREATE TABLE measured.stamps (
        track_id    INTEGER PRIMARY KEY,
        analysed_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE measured.records (
        track_id    INTEGER PRIMARY KEY,
        record      TEXT NOT NULL, -- JSON without the three series below
        beats       BLOB NOT NULL, -- little-endian f64, seconds
        waveform    BLOB NOT NULL, -- packed: waveform.rs
        fingerprint BLOB NOT NULL  -- little-endian u32
    ) STRICT;
    PRAGMA measured.user_version = 1;
";

/// A condition on `analyses a`: the record of this very analysis is here.
pub(super) const HAS_RECORD: &str = "EXISTS (SELECT 1 FROM measured.stamps s
    WHERE s.track_id = a.track_id AND s.analysed_at = a.analysed_at)";

/// Where it is, beside the library at `library`.
pub(super) fn path_beside(library: &Path) -> PathBuf {
    library.with_extension("measured.db")
}

/// Opens or creates the file beside the library, on the library's connection, as `measured`. One that is damaged
/// gives way to an empty one.
pub(super) fn attach(connection: &Connection, library: &Path) -> Result<(), OpenError> {
    let path = path_beside(library);
    match open(connection, &path) {
        Err(OpenError::Sqlite(error)) if is_damage(&error) => {
            warn!(%error, "the file of measurements is damaged: they are measured again");
            begin_anew(connection, &path)
        }
        done => done,
    }
}

fn open(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    make_file(path);
    connection.execute("ATTACH ? AS measured", [file_name(path)?])?;
    write_ahead_log(connection, "measured")?;
    connection.pragma_update(Some("measured"), "synchronous", "normal")?;
    connection.pragma_update(Some("measured"), "cache_size", -4_000)?; // KiB
    let version: u32 = connection.pragma_query_value(Some("measured"), "user_version", |row| row.get(0))?;
    match version {
        0 => connection.execute_batch(&format!("BEGIN; {LAYOUT} COMMIT;"))?,
        VERSION => {}
        newer => return Err(OpenError::Newer(newer)),
    }
    // A look at the first pages: a file that is something else is known now, not in the middle of a night.
    connection.query_row(
        "SELECT count(*) FROM (SELECT 1 FROM measured.records LIMIT 1)",
        [],
        |_| Ok(()),
    )?;
    connection.query_row("SELECT count(*) FROM measured.stamps", [], |_| Ok(()))?;
    Ok(())
}

/// A path as SQLite takes it: its bytes, which need not be text.
#[cfg(unix)]
pub(super) fn file_name(path: &Path) -> io::Result<Vec<u8>> {
    Ok(super::os_path::to_bytes(path))
}

/// A path as SQLite takes it: text.
#[cfg(not(unix))]
pub(super) fn file_name(path: &Path) -> io::Result<String> {
    let text = path.to_str().map(str::to_owned);
    text.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the data folder's name is not text"))
}

fn begin_anew(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    // It may have come to be attached before the damage was seen.
    let _ = connection.execute_batch("ROLLBACK");
    let _ = connection.execute_batch("DETACH measured");
    for gone in [
        path.to_owned(),
        with_suffix(path, "-wal"),
        with_suffix(path, "-shm"),
    ] {
        match fs::remove_file(gone) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    open(connection, path)
}

/// Begins anew when an answer of the database was about damage, and the damage is here and not in the library.
/// Returns whether it did.
pub(super) fn mend(connection: &Connection, library: &Path, error: &rusqlite::Error) -> bool {
    if !is_damage(error) {
        return false;
    }
    let verdict: rusqlite::Result<String> =
        connection.query_row("PRAGMA measured.quick_check(1)", [], |row| row.get(0));
    if verdict.is_ok_and(|verdict| verdict == "ok") {
        return false;
    }
    warn!(%error, "the file of measurements is damaged: they are measured again");
    connection.flush_prepared_statement_cache();
    begin_anew(connection, &path_beside(library))
        .inspect_err(|error| warn!(%error, "no new file of measurements could be made"))
        .is_ok()
}

/// Keeps the record of a track, in place of an older one.
pub(super) fn store(
    connection: &mut Connection,
    track: TrackId,
    analysed_at: i64,
    record: &StoredRecord,
) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO measured.records (track_id, record, beats, waveform, fingerprint)
             VALUES (?, ?, ?, ?, ?)",
        )?
        .execute(params![
            track.0,
            record.record,
            record.beats,
            record.waveform,
            record.fingerprint
        ])?;
    transaction
        .prepare_cached("INSERT OR REPLACE INTO measured.stamps (track_id, analysed_at) VALUES (?, ?)")?
        .execute([track.0, analysed_at])?;
    transaction.commit()
}

/// The record of the analysis that the library has of a track; `None` when it is not here.
pub(super) fn load(connection: &Connection, track: TrackId) -> rusqlite::Result<Option<StoredRecord>> {
    connection
        .prepare_cached(&format!(
            "SELECT r.record, r.beats, r.waveform, r.fingerprint FROM measured.records r
             JOIN analyses a ON a.track_id = r.track_id WHERE r.track_id = ? AND {HAS_RECORD}"
        ))?
        .query_row([track.0], |row| {
            Ok(StoredRecord {
                record: row.get(0)?,
                beats: row.get(1)?,
                waveform: row.get(2)?,
                fingerprint: row.get(3)?,
            })
        })
        .optional()
}

/// Forgets the record of a track: it waits for its analysis again.
pub(super) fn forget(connection: &Connection, track: TrackId) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM measured.stamps WHERE track_id = ?", [track.0])?;
    Ok(())
}

#[cfg(test)]
mod tests;
