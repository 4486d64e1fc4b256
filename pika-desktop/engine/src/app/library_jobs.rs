//! What the DJ asks of the library, as jobs on its thread; each report goes the way of every event.

use std::{path::PathBuf, sync::Arc};

use anyhow::{Result, ensure};

use super::{App, Event, debts::Owed};
use crate::{
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
            LibraryCommand::Export { tracks, path } => {
                self.export(tracks, path);
                Ok(())
            }
            LibraryCommand::ListNights => self.in_library("read the nights", nights),
            LibraryCommand::ShowNight(session) => self.in_library("read the night", move |library| {
                Ok(Some(LibraryReport::Night(library.night(session)?.map(Arc::new))))
            }),
            LibraryCommand::ExportNight { session, path } => {
                self.export_night(session, path);
                Ok(())
            }
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
