//! Results on their way into a library that is in trouble.

use std::fs;

use super::*;
use crate::{
    audio_files::read_facts,
    library::{self, Library},
    report::{Failure, channel},
};

enum Told {
    Report(AnalysisReport),
    Failure(Failure),
}

impl From<Failure> for Told {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

#[test]
fn a_result_that_cannot_be_stored_is_stored_as_soon_as_it_can_be() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.mp3");
    fs::write(&path, "nothing").unwrap();
    let (library, _) = Library::open(&folder.path().join("library.db")).unwrap();
    let (library, _) = library::spawn(library).unwrap();
    let facts = read_facts(&path, 7, 0).unwrap();
    library
        .call(move |library| {
            library.store_files(None, &[facts], |_| true)?;
            library.refuse_writes(true)
        })
        .unwrap();
    let (reporter, told) = channel::<Told>(|| {});
    let config = AnalyzerConfig {
        profile: Profile::Wcs,
        threads: Some(1),
    };
    let reporter = reporter.of(Told::Report);
    let analyzer = spawn_waiting(&library, &reporter, config, Duration::from_millis(1)).unwrap();
    let next = |wanted: fn(&Told) -> bool| told.iter().find(wanted).unwrap();
    let Told::Failure(failure) = next(|told| matches!(told, Told::Failure(_))) else {
        return;
    };
    assert!(failure.what.starts_with("store an analysis"));
    library.call(|library| library.refuse_writes(false)).unwrap();
    next(|told| matches!(told, Told::Report(AnalysisReport::Failed { .. })));
    assert_eq!(library.call(|library| library.unreadable()).unwrap().len(), 1);
    drop(analyzer);
}

#[test]
fn what_was_read_of_a_file_that_has_changed_says_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.mp3");
    fs::write(&path, "nothing").unwrap();
    let track = |size| PendingTrack {
        id: TrackId(1),
        path: path.clone(),
        size,
        content_id: crate::library::ContentId([0; 16]),
    };
    assert!(!has_changed(&track(7)));
    assert!(has_changed(&track(4)));
}

#[test]
fn what_lies_on_a_drive_that_was_silent_is_analysed_without_another_scan() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.mp3");
    fs::write(&path, "nothing").unwrap();
    let (library, _) = Library::open(&folder.path().join("library.db")).unwrap();
    let (library, _) = library::spawn(library).unwrap();
    let (reporter, told) = channel::<Told>(|| {});
    let config = AnalyzerConfig {
        profile: Profile::Wcs,
        threads: Some(1),
    };
    let analyzer = spawn(&library, &reporter.of(Told::Report), config).unwrap();
    // The queue was read, and nothing was there.
    while analyzer.shared.lock().refresh {
        std::thread::yield_now();
    }
    let facts = read_facts(&path, 7, 0).unwrap();
    library
        .call(move |library| library.store_files(None, &[facts], |_| true))
        .unwrap();
    // Its time is over.
    let long_ago = Instant::now().checked_sub(Duration::from_secs(3600));
    let asked = long_ago.unwrap_or_else(Instant::now);
    analyzer.change(|state| state.put_aside(TrackId(1), folder.path(), asked));
    let next = || told.recv_timeout(PATIENCE).expect("it is asked again");
    while !matches!(next(), Told::Report(AnalysisReport::Failed { .. })) {}
    drop(analyzer);
}
