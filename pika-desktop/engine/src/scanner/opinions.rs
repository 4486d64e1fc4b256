//! Reads VirtualDJ's databases after a scan, each again only when it changed.

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    time::SystemTime,
};

use tracing::warn;

use super::{ScanReport, notice::ScanNotice};
use crate::{
    library::{Folder, LibraryHandle},
    nowplaying::virtualdj::{candidate_folders, database_files, find_folder, import_database},
    report::Reporter,
};

/// A file that fails so often without having changed is not being written: it is damaged.
const MAX_TRIES: u32 = 3;

/// The databases and when they were last read.
#[derive(Debug, Clone)]
pub(super) struct SecondOpinions {
    program_folder: Option<PathBuf>,
    read: HashMap<PathBuf, SystemTime>,
    /// Files that ended in the middle, and how often as they are.
    tried: HashMap<PathBuf, (SystemTime, u32)>,
    /// Damaged songs as far as that was said.
    told: HashMap<PathBuf, u32>,
}

impl SecondOpinions {
    pub(super) fn new(program_folder: Option<PathBuf>) -> Self {
        Self {
            program_folder,
            read: HashMap::new(),
            tried: HashMap::new(),
            told: HashMap::new(),
        }
    }

    /// New tracks came: what was read must be read for them as well.
    pub(super) fn forget(&mut self) {
        self.read.clear();
    }

    /// Reads what changed. VirtualDJ rewrites its file now and then: what fails is tried at the next scan.
    pub(super) fn refresh(
        &mut self,
        library: &LibraryHandle,
        reporter: &Reporter<ScanReport>,
        folders: &[Folder],
        stop: &AtomicBool,
    ) {
        let program = self
            .program_folder
            .clone()
            .or_else(|| find_folder(&candidate_folders()));
        let music: Vec<PathBuf> = folders.iter().map(|folder| folder.path.clone()).collect();
        let files = database_files(program.as_deref(), &music);
        for gone in self.forget_gone(&files) {
            reporter.send(ScanReport::Over(gone));
        }
        for path in files {
            let Ok(modified) = fs::metadata(&path).and_then(|meta| meta.modified()) else {
                continue;
            };
            if self.read.get(&path) == Some(&modified) || stop.load(Ordering::Relaxed) {
                continue;
            }
            match import_database(library, &path) {
                Ok(counts) => {
                    self.read.insert(path.clone(), modified);
                    self.tried.remove(&path);
                    let notice = self.damaged_songs(&path, counts.damaged);
                    reporter.send(ScanReport::OpinionsImported { path, counts });
                    notice
                        .into_iter()
                        .for_each(|notice| reporter.send(ScanReport::Notice(notice)));
                }
                Err(error) => {
                    warn!(error = %format!("{error:#}"), "a VirtualDJ database was not read to its end");
                    if let Some(notice) = self.failed(&path, modified) {
                        reporter.send(ScanReport::Notice(notice));
                    }
                }
            }
        }
    }

    /// Forgets databases that are not there any more. Returns those of which something may have been said.
    fn forget_gone(&mut self, files: &[PathBuf]) -> BTreeSet<PathBuf> {
        let known = self.told.keys().chain(self.tried.keys());
        let gone: BTreeSet<PathBuf> = known
            .filter(|path| !files.contains(path) || !path.exists())
            .cloned()
            .collect();
        self.told.retain(|path, _| !gone.contains(path));
        self.tried.retain(|path, _| !gone.contains(path));
        self.read.retain(|path, _| !gone.contains(path));
        gone
    }

    /// What is to be said of damaged songs: nothing that was said already.
    fn damaged_songs(&mut self, path: &Path, count: u32) -> Option<ScanNotice> {
        let before = self.told.insert(path.to_owned(), count).unwrap_or(0);
        (count > before).then(|| ScanNotice::DamagedSongs {
            path: path.to_owned(),
            count,
        })
    }

    /// A database was not read to its end. After some tries it is left alone until it changes, and that is said.
    fn failed(&mut self, path: &Path, modified: SystemTime) -> Option<ScanNotice> {
        let (last, tries) = self.tried.entry(path.to_owned()).or_insert((modified, 0));
        if *last != modified {
            (*last, *tries) = (modified, 0);
        }
        *tries += 1;
        if *tries < MAX_TRIES {
            return None;
        }
        let is_new = *tries == MAX_TRIES;
        self.read.insert(path.to_owned(), modified);
        is_new.then(|| ScanNotice::DamagedDatabase {
            path: path.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        library::{self, Library},
        report::channel,
        scanner::tests::Told,
    };

    #[test]
    fn damaged_songs_are_said_once_and_the_others_are_taken() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("database.xml");
        let song = |name: &str| format!("<Song FilePath=\"/m/{name}.mp3\"></Song>");
        let text = |middle: &str| {
            format!(
                "<VirtualDJ_Database>{}{middle}{}</VirtualDJ_Database>",
                song("a"),
                song("c")
            )
        };
        fs::write(&path, text(&song("b & b"))).unwrap();
        let (library, _) = Library::open(&folder.path().join("library.db")).unwrap();
        let (library, _) = library::spawn(library).unwrap();
        let (reporter, told) = channel::<Told>(|| {});
        let reporter = reporter.of(|report| Told(Some(report)));
        let mut opinions = SecondOpinions::new(Some(folder.path().to_owned()));
        let look = |opinions: &mut SecondOpinions| -> Vec<ScanReport> {
            opinions.refresh(&library, &reporter, &[], &AtomicBool::new(false));
            told.try_iter().filter_map(|told| told.0).collect()
        };
        let first = look(&mut opinions);
        let [
            ScanReport::OpinionsImported { counts, .. },
            ScanReport::Notice(notice),
        ] = &first[..]
        else {
            panic!("{first:?}")
        };
        assert_eq!((counts.songs, counts.damaged), (2, 1));
        assert!(
            notice
                .text()
                .starts_with("One song in VirtualDJ's database is damaged"),
            "{}",
            notice.text()
        );
        assert_eq!(look(&mut opinions), [], "not read again");
        opinions.forget();
        assert_eq!(
            look(&mut opinions).len(),
            1,
            "read again for new tracks, and not said again"
        );
        // Cut while it is being written: tried again, then left alone until it changes.
        let cut = text("");
        fs::write(&path, &cut[..cut.len() - 30]).unwrap();
        for tries in 1..=5 {
            let told = look(&mut opinions);
            assert_eq!(told.len(), usize::from(tries == MAX_TRIES), "{tries} {told:?}");
        }
        fs::write(&path, cut).unwrap();
        fs::File::options()
            .append(true)
            .open(&path)
            .unwrap()
            .set_modified(SystemTime::UNIX_EPOCH)
            .unwrap();
        assert_eq!(look(&mut opinions).len(), 1);
        // What is not there any more has nothing wrong with it, until it comes back.
        fs::write(&path, text(&song("b & b"))).unwrap();
        look(&mut opinions);
        let aside = folder.path().join("elsewhere.xml");
        fs::rename(&path, &aside).unwrap();
        assert_eq!(look(&mut opinions), [ScanReport::Over(path.clone())]);
        assert_eq!(look(&mut opinions), []);
        fs::rename(&aside, &path).unwrap();
        let back = look(&mut opinions);
        assert!(
            matches!(
                &back[..],
                [_, ScanReport::Notice(ScanNotice::DamagedSongs { count: 1, .. })]
            ),
            "{back:?}"
        );
    }
}
