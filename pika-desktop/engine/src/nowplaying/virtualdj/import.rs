//! Brings VirtualDJ's databases into the library as a second opinion. Read only; songs that the library
//! does not have are left out.

use std::{
    io::{BufReader, Read},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use pika_analysis::open_regular;

use super::database::{DatabaseSong, read_database};
use crate::{
    library::{LibraryHandle, Opinion, TrackId},
    nowplaying::matcher,
};

/// Songs looked up in one go.
const BATCH: usize = 500;
/// Bytes read of a database; a real one of 100,000 songs has some 60 MB.
const MAX_BYTES: u64 = 1 << 30;
/// The word for VirtualDJ in the library.
const SOURCE: &str = "virtualdj";

/// What an import found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// Songs in the database.
    pub songs: u32,
    /// Of those, in the library.
    pub matched: u32,
    /// Songs that are damaged in the database; they are left out.
    pub damaged: u32,
}

/// Reads one `database.xml`.
///
/// Errors: the file cannot be read to its end; what came before is stored.
pub fn import_database(library: &LibraryHandle, path: &Path) -> Result<ImportCounts> {
    let file = open_regular(path).context("cannot open VirtualDJ's database")?;
    let input = BufReader::with_capacity(1 << 16, file.take(MAX_BYTES));
    let mut counts = ImportCounts::default();
    let mut batch = Vec::new();
    let mut stored: Result<()> = Ok(());
    let read = read_database(input, |song| {
        counts.songs += 1;
        batch.push(song);
        if batch.len() == BATCH && stored.is_ok() {
            stored = store(library, std::mem::take(&mut batch), &mut counts);
        }
    });
    stored?;
    store(library, batch, &mut counts)?;
    counts.damaged = read?;
    Ok(counts)
}

/// The databases of VirtualDJ: its own, and one on each drive that music folders lie on.
pub fn database_files(program_folder: Option<&Path>, music_folders: &[PathBuf]) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = program_folder
        .map(|folder| folder.join("database.xml"))
        .into_iter()
        .collect();
    for folder in music_folders {
        // The drive's own folder is the root that holds a folder of this name.
        files.extend(
            folder
                .ancestors()
                .map(|root| root.join("VirtualDJ").join("database.xml")),
        );
    }
    files.sort();
    files.dedup();
    files.retain(|file| file.is_file());
    files
}

fn store(library: &LibraryHandle, songs: Vec<DatabaseSong>, counts: &mut ImportCounts) -> Result<()> {
    let matched = library.call(move |library| {
        let mut opinions: Vec<(TrackId, Opinion)> = Vec::new();
        for song in &songs {
            let event = matcher::query(&song.path, song.file_size, song.length_s);
            if let Some((track, _)) = matcher::find(library, &event)? {
                opinions.push((track.id, opinion(song)));
            }
        }
        library.store_opinions(SOURCE, &opinions)?;
        Ok(opinions.len())
    })?;
    counts.matched += matched as u32;
    Ok(())
}

fn opinion(song: &DatabaseSong) -> Opinion {
    Opinion {
        tag_bpm: song.tag_bpm,
        scan_bpm: song.scan_bpm,
        alternative_bpm: song.alternative_bpm,
        key: song.key,
        play_count: song.play_count,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use pika_analysis::{Profile, Tags};

    use super::*;
    use crate::{
        library::{self, ContentId, Doubt, FileFacts, Library},
        test_support::analysis,
    };

    #[test]
    fn a_database_is_matched_and_its_doubts_are_listed() {
        let folder = tempfile::tempdir().unwrap();
        let (library, _) = Library::open(&folder.path().join("library.db")).unwrap();
        let (library, _) = library::spawn(library).unwrap();
        library
            .call(|library| {
                let facts = |path: &str, content| FileFacts {
                    path: path.into(),
                    size: 77,
                    modified_ns: 0,
                    content_id: ContentId([content; 16]),
                    tags: Tags::default(),
                };
                library.store_files(None, &[facts("/m/a.mp3", 1), facts("/m/b.mp3", 2)], |_| true)?;
                for track in library.pending_tracks(Profile::Wcs)? {
                    library.store_analysis(&track, Profile::Wcs, &analysis(96.0, 180.0))?;
                }
                Ok(())
            })
            .unwrap();
        let database = folder.path().join("VirtualDJ/database.xml");
        fs::create_dir(folder.path().join("VirtualDJ")).unwrap();
        let song = |path: &str, spb: f64| {
            format!("<Song FilePath=\"{path}\" FileSize=\"77\"><Scan Bpm=\"{spb}\" Key=\"Am\"/></Song>\n")
        };
        let songs = [
            song("D:\\old\\a.mp3", 60.0 / 144.0),
            song("/m/b.mp3", 60.0 / 192.0),
            song("/m/none.mp3", 0.5),
        ];
        fs::write(
            &database,
            format!(
                "<VirtualDJ_Database Version=\"2025\">{}</VirtualDJ_Database>",
                songs.concat()
            ),
        )
        .unwrap();
        let found = database_files(None, &[folder.path().join("music/blues")]);
        assert_eq!(found, std::slice::from_ref(&database));
        let counts = import_database(&library, &found[0]).unwrap();
        assert_eq!(
            counts,
            ImportCounts {
                songs: 3,
                matched: 2,
                damaged: 0
            }
        );
        let doubtful = library.call(|library| library.doubtful_tracks()).unwrap();
        assert_eq!(doubtful.len(), 1);
        let [Doubt::Tempo(bpm)] = doubtful[0].doubts[..] else {
            panic!("{doubtful:?}")
        };
        assert!((bpm - 144.0).abs() < 1e-6);
        // VirtualDJ writes while we read: said, and what came before is kept.
        fs::write(&database, &fs::read(&database).unwrap()[..120]).unwrap();
        assert!(import_database(&library, &database).is_err());
        assert_eq!(
            library.call(|library| library.doubtful_tracks()).unwrap(),
            doubtful
        );
    }
}
