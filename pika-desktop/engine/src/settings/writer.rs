//! Keeps the settings on disk, on a thread of their own: disks may be slow, and the database has other work.

use std::{convert::Infallible, io, path::PathBuf, time::Duration};

use super::Settings;
use crate::{
    report::Reporter,
    worker::{self, Handle, Inbox, Next},
};

/// Changes waiting; each is the whole of the settings, so only the newest is written.
const QUEUE: usize = 16;

/// Keeps settings. Dropped, it waits until the last ones are written.
pub type SettingsWriter = Handle<Box<Settings>>;

/// Starts the thread that writes the file at `path`. Where that fails the settings hold for this run all the same.
/// Trouble is all that there is to report.
///
/// Errors: the system gives no thread.
pub fn spawn(path: PathBuf, reporter: Reporter<Infallible>) -> io::Result<SettingsWriter> {
    worker::spawn("settings", QUEUE, move |inbox: Inbox<Box<Settings>>, _| {
        let mut ends = false;
        while !ends && let Some(first) = inbox.wait() {
            let mut newest = first;
            ends = loop {
                match inbox.next(Duration::ZERO) {
                    Next::Message(newer) => newest = newer,
                    Next::Nothing => break false,
                    Next::End => break true,
                }
            };
            if let Err(error) = newest.save(&path) {
                reporter.fail("keep the settings", &error.into());
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{app::Event, report};

    #[test]
    fn the_newest_is_on_disk_at_the_end_and_trouble_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        let (reporter, events) = report::channel::<Event>(|| ());
        let nothing = |never: Infallible| match never {};
        let writer = spawn(path.clone(), reporter.of(nothing)).unwrap();
        for scale in [1.1, 1.2, 1.3] {
            let settings = Settings {
                scale,
                ..Settings::default()
            };
            writer.ask(Box::new(settings)).unwrap();
        }
        drop(writer);
        assert_eq!(Settings::load(&path).unwrap().scale, 1.3);
        let writer = spawn(folder.path().join("no/such/folder.json"), reporter.of(nothing)).unwrap();
        writer.ask(Box::default()).unwrap();
        drop(writer);
        assert!(
            matches!(events.recv().unwrap(), Event::Failed(failure) if failure.what == "keep the settings")
        );
    }
}
