//! Lists and nights that are written to files of the DJ's choice, each on a thread of its own: a share that hangs, or a
//! disk that is slow, holds up no library and no window.

use std::{
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use pika_protocol::SessionId;

use super::{App, Event};
use crate::{
    export::{ExportFormat, GivenUp, export_file, export_night},
    foreign::file,
    library::{Library, LibraryHandle, LibraryReport, TrackId},
    report::{Failure, Reporter},
    worker::Thread,
};

/// A list that is not written by then never will be.
const WRITTEN_WITHIN: Duration = Duration::from_secs(60);

/// Those that are being written.
#[derive(Debug)]
pub(super) struct Exports {
    /// As many as may wait for files.
    threads: Vec<Thread>,
    /// [`WRITTEN_WITHIN`]
    written_within: Duration,
}

impl Default for Exports {
    fn default() -> Self {
        Self {
            threads: Vec::new(),
            written_within: WRITTEN_WITHIN,
        }
    }
}

impl App {
    pub(super) fn export(&mut self, tracks: Vec<TrackId>, path: PathBuf) {
        let what = "export the tracks";
        let Some(format) = ExportFormat::from_path(&path) else {
            return self.reporter.try_fail(Failure {
                what,
                error: "the file's name must end in csv, m3u8 or txt".to_owned(),
            });
        };
        self.export_as(what, path, move |library| {
            let tracks = library.tracks(&tracks)?;
            let count = tracks.len();
            Ok((count, move |path: &Path, given_up: &GivenUp| {
                export_file(&tracks, format, path, given_up)
            }))
        });
    }

    pub(super) fn export_night(&mut self, session: SessionId, path: PathBuf) {
        self.export_as("export the night", path, move |library| {
            let night = library.night(session)?.context("there is no such night")?;
            let played: Vec<TrackId> = night.plays.iter().filter_map(|play| play.track).collect();
            let known = library.tracks(&played)?;
            let count = night.plays.len();
            Ok((count, move |path: &Path, given_up: &GivenUp| {
                export_night(&night, &known, path, given_up)
            }))
        });
    }

    fn export_as<W: Write>(&mut self, what: &'static str, path: PathBuf, gather: impl Gather<W>) {
        let (library, reporter) = (self.library.clone(), self.reporter.of(Event::Library));
        if let Err(error) = self.exports.begin(library, reporter, what, path, gather) {
            self.reporter.try_fail(Failure::new(what, &error.into()));
        }
    }
}

/// What writes a list to a file.
trait Write: FnOnce(&Path, &GivenUp) -> io::Result<()> + Send + 'static {}
impl<W: FnOnce(&Path, &GivenUp) -> io::Result<()> + Send + 'static> Write for W {}

/// What looks up how many tracks are to be written, and what writes them.
trait Gather<W>: FnOnce(&mut Library) -> Result<(usize, W)> + Send + 'static {}
impl<W, G: FnOnce(&mut Library) -> Result<(usize, W)> + Send + 'static> Gather<W> for G {}

impl Exports {
    /// Begins one; what comes of it is reported.
    ///
    /// Errors: too many hang already.
    fn begin<W: Write>(
        &mut self,
        library: LibraryHandle,
        reporter: Reporter<LibraryReport>,
        what: &'static str,
        path: PathBuf,
        gather: impl Gather<W>,
    ) -> io::Result<()> {
        self.threads.retain(|thread| !thread.has_ended());
        let written_within = self.written_within;
        let thread = file::aside(move || {
            let gathered = library.call(gather);
            // It need not wait for this file when the program ends.
            drop(library);
            let written = gathered.and_then(|(tracks, write)| {
                let target = path.clone();
                let given_up = GivenUp::default();
                let late = given_up.clone();
                let written = file::at(path.parent().unwrap_or(&path), written_within, move || {
                    write(&target, &late)
                });
                written.inspect_err(|_| given_up.give_up())?;
                Ok(tracks)
            });
            match written {
                Ok(tracks) => reporter.send(LibraryReport::Exported { path, tracks }),
                Err(error) => reporter.fail(what, &error),
            }
        })?;
        self.threads.push(thread);
        Ok(())
    }

    /// Waits until all are written, or until `deadline`: those that hang are left to themselves.
    pub(super) fn end_by(self, deadline: Instant) {
        for thread in self.threads {
            thread.end_by(deadline);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use super::*;
    use crate::{library, report};

    /// On the slowest machine.
    const PATIENCE: Duration = Duration::from_secs(60);

    #[test]
    fn a_share_that_hangs_while_it_is_written_to_holds_up_no_library() {
        let folder = tempfile::tempdir().unwrap();
        let (library, _) = Library::open(&folder.path().join("library.db")).unwrap();
        let (library, worker) = library::spawn(library).unwrap();
        let (reporter, told) = report::channel::<Event>(|| ());
        let mut exports = Exports::default();
        for outcome in [Ok(()), Err(io::Error::from(io::ErrorKind::StorageFull))] {
            let (begun, begins) = sync_channel(0);
            let (go_on, hangs) = sync_channel::<io::Result<()>>(0);
            let write = move |_: &Path, _: &GivenUp| {
                begun.send(()).unwrap();
                hangs.recv().unwrap()
            };
            let path = folder.path().join("night.csv");
            let reporter = reporter.of(Event::Library);
            exports
                .begin(library.clone(), reporter, "export", path, move |_| Ok((7, write)))
                .unwrap();
            begins.recv().unwrap();
            assert_eq!(library.call(|library| library.counts()).unwrap(), (0, 0));
            assert!(told.try_recv().is_err(), "it is not written yet");
            let is_full = outcome.is_err();
            go_on.send(outcome).unwrap();
            match told.recv().unwrap() {
                Event::Library(LibraryReport::Exported { tracks: 7, .. }) => assert!(!is_full),
                Event::Failed(failure) => assert_eq!((is_full, &*failure.error), (true, "the disk is full")),
                other => panic!("{other:?}"),
            }
        }
        // Nor does one that hangs hold up the library's end.
        let (_go_on, hangs) = sync_channel::<io::Result<()>>(0);
        let (begun, begins) = sync_channel(0);
        let write = move |_: &Path, _: &GivenUp| {
            begun.send(()).unwrap();
            hangs.recv().unwrap_or(Ok(()))
        };
        let path = folder.path().join("night.csv");
        let reporter = reporter.of(Event::Library);
        exports
            .begin(library.clone(), reporter, "export", path, move |_| Ok((7, write)))
            .unwrap();
        begins.recv().unwrap();
        exports.end_by(Instant::now());
        drop(library);
        assert!(worker.end_by(Instant::now() + PATIENCE));
    }

    #[test]
    fn what_was_called_failed_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let (library, _) = Library::open(&folder.path().join("library.db")).unwrap();
        let (library, _worker) = library::spawn(library).unwrap();
        let (reporter, told) = report::channel::<Event>(|| ());
        let mut exports = Exports {
            written_within: Duration::ZERO,
            ..Exports::default()
        };
        let (go_on, hangs) = sync_channel::<()>(0);
        let (knows, known) = sync_channel(0);
        let write = move |_: &Path, given_up: &GivenUp| {
            hangs.recv().unwrap();
            knows.send(given_up.is_given_up()).unwrap();
            Ok(())
        };
        // A place of its own: nothing else is tried there while this one hangs.
        let path = PathBuf::from("/given/up/night.csv");
        let reporter = reporter.of(Event::Library);
        exports
            .begin(library, reporter, "export", path, move |_| Ok((7, write)))
            .unwrap();
        assert!(matches!(told.recv().unwrap(), Event::Failed(_)));
        go_on.send(()).unwrap();
        assert!(known.recv().unwrap());
    }
}
