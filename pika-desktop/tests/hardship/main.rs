//! The real program in hard times: killed, on a full disk, with folders it may not write to, with thousands
//! of broken files, with names that no keyboard has. Whatever happens, nothing analysed is lost.

#![cfg(unix)]
#![allow(clippy::unwrap_used)] // A step that fails fails the test.

mod program;
mod share;
mod songs;

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    os::unix::{
        ffi::OsStrExt,
        fs::{MetadataExt, PermissionsExt},
    },
    path::Path,
    time::{Duration, Instant},
};

use rusqlite::{Connection, OpenFlags};

use program::Program;

/// What the database holds; it must be whole at any time.
#[derive(Debug)]
struct Stored {
    tracks: u32,
    analyzed: u32,
    failed: u32,
}

#[track_caller]
fn stored(data: &Path) -> Stored {
    let database = data.join("library.db");
    let connection = Connection::open_with_flags(&database, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
    connection.busy_timeout(Duration::from_secs(30)).unwrap();
    let measured = data.join("library.measured.db");
    connection
        .execute("ATTACH ? AS measured", [measured.to_str().unwrap()])
        .unwrap();
    // Of both files.
    let verdict: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(verdict, "ok");
    let broken: u32 = connection
        .query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(broken, 0);
    let count = |sql: &str| connection.query_row(sql, [], |row| row.get(0)).unwrap();
    Stored {
        tracks: count("SELECT count(*) FROM tracks"),
        analyzed: count(
            "SELECT count(*) FROM analyses JOIN measured.stamps USING (track_id, analysed_at)
             JOIN measured.records USING (track_id)",
        ),
        failed: count(
            "SELECT (SELECT count(*) FROM unreadable) + (SELECT count(*) FROM tracks WHERE failure_text IS NOT NULL)",
        ),
    }
}

/// When each file was analysed, by its path.
fn analyses(data: &Path) -> BTreeMap<Vec<u8>, i64> {
    let Ok(connection) =
        Connection::open_with_flags(data.join("library.db"), OpenFlags::SQLITE_OPEN_READ_WRITE)
    else {
        return BTreeMap::new();
    };
    connection.busy_timeout(Duration::from_secs(30)).unwrap();
    let sql = "SELECT t.path, a.analysed_at FROM tracks t JOIN analyses a ON a.track_id = t.id";
    // Before the first start is over there are no tables.
    let Ok(mut statement) = connection.prepare(sql) else {
        return BTreeMap::new();
    };
    let rows = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// Waits until so many files are analysed.
#[track_caller]
fn until_analyzed(data: &Path, count: u32) {
    let deadline = Instant::now() + Duration::from_secs(240);
    loop {
        let analyzed = analyses(data).len();
        if analyzed >= count as usize {
            return;
        }
        assert!(Instant::now() < deadline, "{analyzed} of {count}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn killed_again_and_again_it_loses_nothing_and_gets_done() {
    const SONGS: u32 = 40;
    let root = tempfile::tempdir().unwrap();
    let (data, music) = (root.path().join("data"), root.path().join("music"));
    songs::write(&music, SONGS);
    let mut kept = BTreeMap::new();
    // Killed as soon as it scans, then later and later into the analysis.
    for wanted in [0, 1, 9, 20] {
        let mut program = Program::start(&data, &music);
        program.says("Music");
        until_analyzed(&data, wanted);
        program.kill();
        stored(&data);
        let now = analyses(&data);
        for (path, at) in &kept {
            assert_eq!(
                now.get(path),
                Some(at),
                "what was analysed stays, and is not done again"
            );
        }
        kept = now;
    }
    let mut program = Program::start(&data, &music);
    assert!(program.says("Scanned").starts_with(&format!("{SONGS} files")));
    until_analyzed(&data, SONGS);
    program.interrupt();
    let now = analyses(&data);
    assert!(kept.iter().all(|(path, at)| now.get(path) == Some(at)));
    let stored = stored(&data);
    assert_eq!((stored.tracks, stored.analyzed, stored.failed), (SONGS, SONGS, 0));
}

#[test]
fn a_disk_that_takes_no_more_is_said_and_nothing_stored_is_lost() {
    const SONGS: u32 = 60;
    let root = tempfile::tempdir().unwrap();
    let (data, music) = (root.path().join("data"), root.path().join("music"));
    songs::write(&music, 10);
    let program = Program::start(&data, &music);
    until_analyzed(&data, 10);
    program.interrupt();
    let before = analyses(&data);
    let largest = [
        "library.db",
        "library.measured.db",
        "local-relay.db",
        "library.db.good",
    ]
    .map(|name| fs::metadata(data.join(name)).map_or(0, |meta| meta.len()));
    let largest = largest.into_iter().max().unwrap();
    // From now on no file grows much beyond that: writes below SQLite fail in the middle of its work.
    songs::write(&music, SONGS);
    let mut program = Program::start_with_file_limit(&data, &music, largest + (64 << 10));
    let trouble = program.says("Trouble");
    assert!(trouble.starts_with("could not "), "{trouble}");
    program.kill();
    stored(&data);
    let after = analyses(&data);
    assert!(before.iter().all(|(path, at)| after.get(path) == Some(at)));
    assert!(after.len() < SONGS as usize, "the limit was too high to be felt");
    // There is room again.
    let program = Program::start(&data, &music);
    until_analyzed(&data, SONGS);
    program.interrupt();
    stored(&data);
}

#[test]
fn a_music_folder_that_may_not_be_written_is_read_and_left_as_it_is() {
    let root = tempfile::tempdir().unwrap();
    let (data, music) = (root.path().join("data"), root.path().join("music"));
    songs::write(&music, 3);
    fs::create_dir(&data).unwrap();
    let state = |path: &Path| {
        let meta = fs::metadata(path).unwrap();
        (meta.len(), meta.mtime_nsec(), meta.mode())
    };
    for entry in fs::read_dir(&music).unwrap() {
        fs::set_permissions(entry.unwrap().path(), fs::Permissions::from_mode(0o444)).unwrap();
    }
    fs::set_permissions(&music, fs::Permissions::from_mode(0o555)).unwrap();
    // The temporary folder itself is its owner's only.
    fs::set_permissions(root.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let before = state(&music);
    let program = Program::start_as_nobody(&data, &music);
    until_analyzed(&data, 3);
    program.interrupt();
    assert_eq!(state(&music), before);
    assert_eq!(fs::read_dir(&music).unwrap().count(), 3);
    fs::set_permissions(&music, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_share_that_never_answers_stops_neither_songs_nor_scan_nor_the_end() {
    let root = tempfile::tempdir().unwrap();
    let (data, music, mount) = (
        root.path().join("data"),
        root.path().join("music"),
        root.path().join("share"),
    );
    songs::write(&music, 2);
    fs::create_dir(&mount).unwrap();
    let history = root.path().join("History/2026-11-21.m3u");
    fs::create_dir(history.parent().unwrap()).unwrap();
    // It is a music folder of old.
    fs::write(mount.join("there.wav"), songs::song(7)).unwrap();
    let program = Program::start(&data, &mount);
    until_analyzed(&data, 1);
    program.interrupt();
    let Some(share) = share::SilentShare::mount(&mount) else {
        eprintln!("skipped: a file system that never answers cannot be mounted here");
        return;
    };
    let mut program = Program::start_following(&data, &music, &history, &mount.join("now.txt"));
    until_analyzed(&data, 3);
    let write = |title: &str, path: &Path| {
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap();
        let mut lines = fs::read_to_string(&history).unwrap_or_default();
        lines += &format!(
            "#EXTVDJ:<lastplaytime>{}</lastplaytime><artist>Ada</artist><title>{title}</title>\n{}\n",
            now.as_secs(),
            path.display()
        );
        fs::write(&history, lines).unwrap();
    };
    write("On the share", &mount.join("song.mp3"));
    assert!(program.says("Playing").contains("On the share"));
    write("At home", &music.join("gone.mp3"));
    assert!(program.says("Playing").contains("At home"));
    assert!(
        program.says("Waiting").contains("does not answer"),
        "the text file's share"
    );
    let asked = Instant::now();
    program.interrupt();
    // Five seconds, and what a busy computer adds.
    assert!(asked.elapsed() < Duration::from_secs(12), "{:?}", asked.elapsed());
    drop(share);
    share::unmount(&mount);
    // The share is back, and with it its song.
    let mut program = Program::start(&data, &music);
    program.says("Scanned");
    program.interrupt();
    assert_eq!(stored(&data).analyzed, 3);
}

#[test]
fn five_thousand_broken_files_stop_nothing() {
    let root = tempfile::tempdir().unwrap();
    let (data, music) = (root.path().join("data"), root.path().join("music"));
    songs::write(&music, 1);
    songs::write_broken(&music, 5000);
    let mut program = Program::start(&data, &music);
    program.says("Scanned");
    // Each file is analysed, or its reason is written down.
    let deadline = Instant::now() + Duration::from_secs(240);
    loop {
        let now = stored(&data);
        if now.analyzed + now.failed >= 5001 {
            break;
        }
        assert!(Instant::now() < deadline, "{now:?}");
        std::thread::sleep(Duration::from_millis(200));
    }
    program.interrupt();
    let stored = stored(&data);
    // Noise may happen to be a sound; hardly any of it is.
    assert!(stored.failed >= 4900, "{stored:?}");
    assert!(stored.analyzed >= 1, "{stored:?}");
    let good: u32 = Connection::open(data.join("library.db"))
        .unwrap()
        .query_row(
            "SELECT count(*) FROM analyses a JOIN tracks t ON t.id = a.track_id WHERE t.path_text LIKE '%song 0.wav'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(good, 1, "the one good song is there");
}

#[test]
fn names_of_every_kind_are_kept_byte_by_byte() {
    let root = tempfile::tempdir().unwrap();
    let (data, music) = (root.path().join("data"), root.path().join("music"));
    fs::create_dir(&music).unwrap();
    let long = format!("{}.wav", "ü".repeat(123));
    assert_eq!(long.len(), 250);
    let names: Vec<Vec<u8>> = [
        "Zażółć gęślą jaźń.wav",
        "Дорогой длинною.wav",
        "Ζορμπάς.wav",
        "夜に駆ける.wav",
        "사랑해.wav",
        "أغنية.wav",
        "שיר.wav",
        "เพลง.wav",
        "गीत.wav",
        "💃🏽🕺.wav",
        "Cafe\u{301}.wav",
        "Café.wav",
        "two\nlines.wav",
        "tab\tand \"quotes\" and 'more'.wav",
        "-rf *.wav",
        "%s %n ${HOME} ;.wav",
        " spaces around .wav",
        "back\\slash.wav",
        "\u{202e}txet.wav",
        &long,
    ]
    .into_iter()
    .map(|name| name.as_bytes().to_vec())
    .chain([b"caf\xe9.wav".to_vec(), b"\xff\xfe\x80.wav".to_vec()])
    .collect();
    for (number, name) in names.iter().enumerate() {
        fs::write(music.join(OsStr::from_bytes(name)), songs::song(number as u32)).unwrap();
    }
    let count = names.len();
    let program = Program::start(&data, &music);
    until_analyzed(&data, count as u32);
    program.kill();
    stored(&data);
    let found: Vec<Vec<u8>> = analyses(&data).into_keys().collect();
    let mut expected: Vec<Vec<u8>> = names
        .iter()
        .map(|name| {
            music
                .join(OsStr::from_bytes(name))
                .as_os_str()
                .as_bytes()
                .to_vec()
        })
        .collect();
    expected.sort();
    assert_eq!(found, expected);
    // Found again under their names: nothing is new, nothing is done twice.
    let mut program = Program::start(&data, &music);
    assert_eq!(program.says("Scanned"), format!("{count} files"));
    program.interrupt();
}
