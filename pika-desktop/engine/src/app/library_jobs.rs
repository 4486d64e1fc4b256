//! What the DJ asks of the library, as jobs on its thread; each report goes the way of every event.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use pika_protocol::SessionId;

use super::{App, Event, debts::Owed};
use crate::{
    export::{ExportFormat, export_file, export_night},
    foreign::file,
    library::{
        FoundTracks, Job, Library, LibraryCommand, LibraryReport, Query, TrackId, browse::BrowseCommand,
        relevance,
    },
    own_files::may_pass,
    plain_words,
    report::{Failure, Reporter},
    scanner::ScanCommand,
    worker::Busy,
};

/// Tracks that a quick search brings.
const FOUND: usize = 60;
/// Tracks that fit a word and are looked at for that.
const CONSIDERED: u32 = 2_000;
/// A list that is not written by then never will be.
const WRITTEN_WITHIN: Duration = Duration::from_secs(60);
/// Nights that are listed.
const MAX_NIGHTS: u32 = 1_000;

impl App {
    /// Does what the DJ asks of the library.
    pub(super) fn run_in_library(&mut self, command: LibraryCommand) -> Result<(), Busy> {
        match command {
            LibraryCommand::AddFolder(path) => self.add_folder(path),
            LibraryCommand::RemoveFolder(folder) => {
                let asked = self.in_library("forget the music folder", move |library| {
                    library.remove_folder(folder).map(|()| None)
                });
                self.state.scanning.remove(&folder.0);
                self.ask_overview();
                asked
            }
            LibraryCommand::RetryFailures => {
                let asked = self.in_library("try failed files again", |library| {
                    library.retry_failures().map(|_| None)
                });
                self.analyzer.refresh();
                self.ask_overview();
                asked
            }
            LibraryCommand::AnalyzeAgain(tracks) => {
                let asked = self.in_library("analyse the tracks again", move |library| {
                    library.forget_analyses(&tracks)?;
                    Ok(Some(LibraryReport::Changed(tracks)))
                });
                self.analyzer.refresh();
                asked
            }
            LibraryCommand::Correct { tracks, correction } => {
                self.in_library("correct the tracks", move |library| {
                    library.correct(&tracks, correction)?;
                    Ok(Some(LibraryReport::Corrected(library.with_twins(&tracks)?)))
                })
            }
            LibraryCommand::UndoCorrection => self.in_library("undo the correction", |library| {
                let undone = library.undo_correction()?;
                Ok(Some(LibraryReport::Corrected(library.with_twins(&undone)?)))
            }),
            LibraryCommand::SetNotes { track, notes } => self.in_library("keep the notes", move |library| {
                library.set_notes(track, &notes)?;
                Ok(Some(LibraryReport::Noted(library.with_twins(&[track])?)))
            }),
            LibraryCommand::AddLabel { tracks, label } => self.in_library("add the tag", move |library| {
                library.add_label(&tracks, &label)?;
                Ok(Some(LibraryReport::Noted(library.with_twins(&tracks)?)))
            }),
            LibraryCommand::RemoveLabel { tracks, label } => {
                self.in_library("remove the tag", move |library| {
                    library.remove_label(&tracks, &label)?;
                    Ok(Some(LibraryReport::Noted(library.with_twins(&tracks)?)))
                })
            }
            LibraryCommand::ShowTrack(track) => self.show_track(track),
            LibraryCommand::FindTracks(text) => self.find_tracks(text),
            LibraryCommand::Export { tracks, path } => self.export(tracks, path),
            LibraryCommand::ListNights => self.in_library("read the nights", nights),
            LibraryCommand::ShowNight(session) => self.in_library("read the night", move |library| {
                Ok(Some(LibraryReport::Night(library.night(session)?.map(Arc::new))))
            }),
            LibraryCommand::ExportNight { session, path } => self.export_night(session, path),
            LibraryCommand::GoBackToGoodCopy => {
                // The file can be moved only when nobody has it open.
                self.tell_list(BrowseCommand::Release);
                self.in_library("go back to the last good copy", |library| {
                    Ok(Some(LibraryReport::WentBack(library.go_back()?)))
                })
            }
        }
    }

    fn add_folder(&mut self, path: PathBuf) -> Result<(), Busy> {
        let asked = self.in_library("add the music folder", move |library| {
            ensure!(file::is_folder(&path), "this is no folder: {}", path.display());
            library.add_folder(&path).map(|_| None)
        });
        self.ask_overview();
        asked?;
        self.scanner.ask(ScanCommand::All)
    }

    /// Looks a track up, whole; a [`LibraryReport::Detail`] answers.
    pub(super) fn show_track(&mut self, track: TrackId) -> Result<(), Busy> {
        self.shown = Some(track);
        self.in_library("look the track up", move |library| detail(library, track))
    }

    /// Looks the shown track up again when it is one of these.
    pub(super) fn show_again(&mut self, changed: &[TrackId]) {
        if let Some(track) = self.shown.filter(|shown| changed.contains(shown)) {
            self.must_in_library("look the track up", move |library| detail(library, track));
        }
    }

    fn find_tracks(&self, text: String) -> Result<(), Busy> {
        self.in_library("search the library", move |library| {
            let query = Query {
                text: text.clone(),
                limit: Some(CONSIDERED),
                ..Query::default()
            };
            let mut tracks = library.search(&query)?;
            tracks.sort_by_cached_key(|track| relevance(&text, &track.title, &track.artist));
            tracks.truncate(FOUND);
            Ok(Some(LibraryReport::Found(Arc::new(FoundTracks { text, tracks }))))
        })
    }

    fn export(&self, tracks: Vec<TrackId>, path: PathBuf) -> Result<(), Busy> {
        let what = "export the tracks";
        let Some(format) = ExportFormat::from_path(&path) else {
            self.reporter.try_fail(Failure {
                what,
                error: "the file's name must end in csv, m3u8 or txt".to_owned(),
            });
            return Ok(());
        };
        let gather = move |library: &mut Library| {
            let tracks = library.tracks(&tracks)?;
            let count = tracks.len();
            let write = move |path: &Path| export_file(&tracks, format, path);
            Ok((count, write))
        };
        self.library
            .post(exported(self.reporter.of(Event::Library), what, path, gather))
    }

    fn export_night(&self, session: SessionId, path: PathBuf) -> Result<(), Busy> {
        let gather = move |library: &mut Library| {
            let night = library.night(session)?.context("there is no such night")?;
            let played: Vec<TrackId> = night.plays.iter().filter_map(|play| play.track).collect();
            let known = library.tracks(&played)?;
            let count = night.plays.len();
            let write = move |path: &Path| export_night(&night, &known, path);
            Ok((count, write))
        };
        let reporter = self.reporter.of(Event::Library);
        self.library
            .post(exported(reporter, "export the night", path, gather))
    }

    /// Runs `job` on the library's thread; its report, or its failure, comes back as an event.
    ///
    /// Errors: the library is too busy to take it.
    pub(super) fn in_library(
        &self,
        what: &'static str,
        job: impl FnOnce(&mut Library) -> Result<Option<LibraryReport>> + Send + 'static,
    ) -> Result<(), Busy> {
        self.library
            .post(reported(self.reporter.of(Event::Library), what, job))
    }

    /// The same for what must not be lost, such as how a night ended: what cannot be stored now is tried again until
    /// it can.
    pub(super) fn must_in_library(
        &mut self,
        what: &'static str,
        job: impl Fn(&mut Library) -> Result<Option<LibraryReport>> + Send + 'static,
    ) {
        let reporter = self.reporter.of(Event::Library);
        self.must(Owed::Library(until_stored(reporter, what, job, false)));
    }

    pub(super) fn must_job(&mut self, job: impl FnOnce(&mut Library) + Send + 'static) {
        let job: Job = Box::new(job);
        self.must(Owed::Library(job));
    }
}

/// A job that tells what came of it.
pub(super) fn reported<R: 'static>(
    reporter: Reporter<R>,
    what: &'static str,
    job: impl FnOnce(&mut Library) -> Result<Option<R>> + Send + 'static,
) -> impl FnOnce(&mut Library) + Send + 'static {
    move |library| match job(library) {
        Ok(Some(report)) => reporter.send(report),
        Ok(None) => {}
        Err(error) => reporter.fail(what, &error),
    }
}

/// A job that gathers what is to be written to a file of the DJ's choice, and has it written on a thread of its own: a
/// share that hangs, or a disk that is slow, holds up no library. `gather` returns how many tracks there are, and what
/// writes them.
fn exported<W>(
    reporter: Reporter<LibraryReport>,
    what: &'static str,
    path: PathBuf,
    gather: impl FnOnce(&mut Library) -> Result<(usize, W)> + Send + 'static,
) -> impl FnOnce(&mut Library) + Send + 'static
where
    W: FnOnce(&Path) -> io::Result<()> + Send + 'static,
{
    move |library| {
        let (tracks, write) = match gather(library) {
            Ok(gathered) => gathered,
            Err(error) => return reporter.fail(what, &error),
        };
        let refused = reporter.clone();
        let begun = file::aside(move || {
            let (place, target) = (file::drive_of(&path), path.clone());
            match file::at(&place, WRITTEN_WITHIN, move || write(&target)) {
                Ok(()) => reporter.send(LibraryReport::Exported { path, tracks }),
                Err(error) => reporter.fail(what, &error.into()),
            }
        });
        if let Err(error) = begun {
            refused.fail(what, &error.into());
        }
    }
}

/// A job that is done again while it cannot be stored. `is_told`: that was said.
fn until_stored<R: 'static>(
    reporter: Reporter<R>,
    what: &'static str,
    job: impl Fn(&mut Library) -> Result<Option<R>> + Send + 'static,
    is_told: bool,
) -> Job {
    Box::new(move |library| match job(library) {
        Ok(Some(report)) => reporter.send(report),
        Ok(None) => {}
        Err(error) if may_pass(&error) => {
            if !is_told {
                let error = format!("{}. Pika! tries again", plain_words::of(&error));
                reporter.try_fail(Failure { what, error });
            }
            library.postpone(until_stored(reporter, what, job, true));
        }
        Err(error) => reporter.fail(what, &error),
    })
}

/// The nights as they are listed now.
pub(super) fn nights(library: &mut Library) -> Result<Option<LibraryReport>> {
    Ok(Some(LibraryReport::Nights(Arc::new(library.nights(MAX_NIGHTS)?))))
}

fn detail(library: &mut Library, track: TrackId) -> Result<Option<LibraryReport>> {
    let detail = library.track_detail(track)?.map(Arc::new);
    Ok(Some(LibraryReport::Detail { track, detail }))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use super::*;
    use crate::report;

    #[test]
    fn a_share_that_hangs_while_it_is_written_to_holds_up_no_library() {
        let folder = tempfile::tempdir().unwrap();
        let (mut library, _) = Library::open(&folder.path().join("library.db")).unwrap();
        let (reporter, told) = report::channel::<Event>(|| ());
        let path = folder.path().join("night.csv");
        for outcome in [Ok(()), Err(io::Error::from(io::ErrorKind::StorageFull))] {
            let (go_on, hangs) = sync_channel::<io::Result<()>>(0);
            let gather = move |_: &mut Library| Ok((7, move |_: &Path| hangs.recv().unwrap()));
            let job = exported(reporter.of(Event::Library), "export", path.clone(), gather);
            // It returns while the file is not written yet.
            job(&mut library);
            assert!(told.try_recv().is_err());
            let is_full = outcome.is_err();
            go_on.send(outcome).unwrap();
            match told.recv().unwrap() {
                Event::Library(LibraryReport::Exported { tracks: 7, .. }) => assert!(!is_full),
                Event::Failed(failure) => assert_eq!((is_full, &*failure.error), (true, "the disk is full")),
                other => panic!("{other:?}"),
            }
        }
    }
}
