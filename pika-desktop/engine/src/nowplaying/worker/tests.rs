use super::*;
use crate::{
    clock::now_ms,
    library::{self, Library, Play},
    report::channel,
};

#[derive(Debug)]
enum Told {
    Report(NowPlayingReport),
    Failed,
}

impl From<Failure> for Told {
    fn from(_: Failure) -> Self {
        Self::Failed
    }
}

#[test]
fn what_could_not_be_recalled_at_the_start_is_recalled_when_the_library_answers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.db");
    let (mut library, _) = Library::open(&path).unwrap();
    let on = Play {
        id: Uuid::new_v4(),
        track: None,
        title: "said by hand".into(),
        artist: String::new(),
        path_text: String::new(),
        source: "hand".into(),
        started_at_ms: now_ms(),
        logged_at_ms: now_ms(),
        answers: None,
    };
    library.record_play(&on, None).unwrap();
    let (library, _worker) = library::spawn(library).unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("ALTER TABLE plays RENAME TO hidden").unwrap();
    let (reporter, told) = channel::<Told>(|| {});
    let nothing = NowPlayingConfig {
        virtualdj: None,
        file: None,
    };
    let _worker = spawn(library, reporter.of(Told::Report), nothing).unwrap();
    assert!(matches!(told.recv().unwrap(), Told::Failed));
    other.execute_batch("ALTER TABLE hidden RENAME TO plays").unwrap();
    let next = told.recv_timeout(Duration::from_secs(60)).unwrap();
    let Told::Report(NowPlayingReport::Playing(play)) = next else {
        panic!("{next:?}")
    };
    assert_eq!(play.play_id, on.id);
}
