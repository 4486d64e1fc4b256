//! VirtualDJ's own files, where they are at hand.

use super::*;

/// Replays a real file as VirtualDJ wrote it: the same songs must come out however it is cut.
#[test]
fn real_histories() {
    let Some(samples) = samples() else { return };
    let mut files = Vec::new();
    collect(&samples, &mut files);
    assert!(
        files.len() >= 20,
        "{} histories below {}",
        files.len(),
        samples.display()
    );
    for path in files {
        let bytes = fs::read(&path).unwrap();
        let entries = crate::nowplaying::playlist::parse(&bytes, Flavour::VirtualDj).entries;
        assert!(!entries.is_empty(), "{}", path.display());
        // Reading loses no letter; two of the files hold replacement characters themselves.
        let lost_before = bytes.windows(3).any(|three| three == "\u{fffd}".as_bytes());
        assert!(
            entries
                .iter()
                .all(|entry| !entry.path.is_empty() && (lost_before || !entry.path.contains('\u{fffd}'))),
            "{}",
            path.display()
        );
        let songs: Vec<&PlaylistEntry> = entries.iter().filter(|entry| is_song(entry)).collect();
        // Entry by entry, each in two pieces.
        let mut booth = Booth::new();
        booth.look_after(0);
        booth.write(&booth.tonight(), b"");
        booth.look_after(SECOND);
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (a, b) = line.split_at(line.len() / 2);
            for part in [a, b] {
                booth.append(&booth.tonight(), part);
                booth.look_after(SECOND);
            }
        }
        // The last line may lack its newline.
        booth.look_after(3 * SECOND);
        let published: Vec<&str> = booth
            .published
            .iter()
            .filter_map(|event| event.path.as_deref())
            .collect();
        let expected: Vec<&str> = songs.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(published, expected, "{}", path.display());
        // Cut anywhere there is never a wrong pair.
        for end in (0..bytes.len()).step_by(7) {
            let part = crate::nowplaying::playlist::parse(&bytes[..end], Flavour::VirtualDj).entries;
            assert_eq!(part, entries[..part.len()], "{} cut at {end}", path.display());
        }
    }
}

#[test]
fn real_databases_and_settings() {
    let Some(samples) = samples() else { return };
    let read = |name: &str| {
        let mut songs = Vec::new();
        let file = std::io::BufReader::new(File::open(samples.join(name)).unwrap());
        read_database(file, |song| songs.push(song)).unwrap();
        songs
    };
    let songs = read("database-2025.xml");
    // 172 BPM that VirtualDJ measured as 114.7, with 86.0 as the other one.
    assert!(songs.iter().any(|song| {
        song.scan_bpm.is_some_and(|bpm| (bpm - 114.7).abs() < 0.1)
            && song.alternative_bpm.is_some_and(|bpm| (bpm - 86.0).abs() < 0.1)
    }));
    assert!(songs.iter().any(|song| song.key.is_some()));
    assert!(!read("dj-b/database.xml").is_empty());
    assert!(
        read("database-8.5-mac.xml").is_empty(),
        "a fresh installation has samples only"
    );
    let settings = HistorySettings::read(&samples.join("settings-excerpt.xml")).unwrap();
    assert_eq!(
        settings,
        HistorySettings {
            history_delay_s: 45,
            writes_history: true
        }
    );
}

/// The folder with VirtualDJ's real files, which are not part of this repository.
fn samples() -> Option<PathBuf> {
    let folder = std::env::var_os("PIKA_FORMATS")
        .map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/formats"),
            PathBuf::from,
        )
        .join("samples/virtualdj");
    if !folder.is_dir() {
        eprintln!("skipped: no samples at {} (set PIKA_FORMATS)", folder.display());
        return None;
    }
    Some(folder)
}

/// Every dated history below a folder.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if is_dated(&path.file_name().unwrap().to_owned())
            && path.extension().is_some_and(|s| s == "m3u")
        {
            files.push(path);
        }
    }
}
