//! Whether there is a newer version: asks the project's release feed at most once a day, when the DJ lets it, and
//! reports [`Event::NewerVersion`] once. A program built without a feed has nobody to ask.

use std::{
    io,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    time::Duration,
};

use pika_update::{Daily, Feed, FeedUrl, PROJECT_FEED, Release};
use semver::Version;

use crate::{
    clock::now_ms,
    event::{Emitter, Event},
};

/// How often it is looked whether a day has gone by; a laptop sleeps.
const LOOK: Duration = Duration::from_secs(3600);

/// The worker; dropping it ends it, without waiting for a feed that answers slowly.
#[derive(Debug)]
pub struct UpdatesHandle {
    worker: Option<Worker>,
}

#[derive(Debug)]
struct Worker {
    wanted: Arc<AtomicBool>,
    /// One place: a second wake-up would say no more than the first.
    wake: SyncSender<()>,
}

impl UpdatesHandle {
    /// The DJ switched it on or off.
    pub fn set_wanted(&self, wanted: bool) {
        if let Some(worker) = &self.worker {
            worker.wanted.store(wanted, Ordering::SeqCst);
            // Full: it is woken already.
            let _ = worker.wake.try_send(());
        }
    }
}

/// Starts the worker, which remembers in `file`.
///
/// Errors: the system gives no thread.
pub fn spawn(events: Emitter, file: PathBuf, wanted: bool) -> io::Result<UpdatesHandle> {
    match PROJECT_FEED.and_then(|feed| feed.parse::<FeedUrl>().ok()) {
        Some(feed) => watch(feed, events, file, wanted),
        None => Ok(UpdatesHandle { worker: None }),
    }
}

fn watch(
    feed: impl Feed + 'static,
    events: Emitter,
    file: PathBuf,
    wanted: bool,
) -> io::Result<UpdatesHandle> {
    let current = Version::parse(env!("CARGO_PKG_VERSION")).expect("cargo checks it");
    let daily = Daily::new(feed, file, current);
    let wanted = Arc::new(AtomicBool::new(wanted));
    let (wake, woken) = sync_channel(1);
    let is_wanted = wanted.clone();
    std::thread::Builder::new()
        .name("updates".into())
        .spawn(move || run(&daily, &events, &woken, &is_wanted))?;
    Ok(UpdatesHandle {
        worker: Some(Worker { wanted, wake }),
    })
}

fn run<F: Feed>(daily: &Daily<F>, events: &Emitter, woken: &Receiver<()>, wanted: &AtomicBool) {
    let mut told: Option<Release> = None;
    loop {
        if wanted.load(Ordering::SeqCst)
            && let Some(release) = daily.check(now_ms())
            && told.as_ref() != Some(&release)
        {
            told = Some(release.clone());
            events.send(Event::NewerVersion(Box::new(release)));
        }
        match woken.recv_timeout(LOOK) {
            Ok(()) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pika_update::FeedError;
    use std::sync::atomic::AtomicU32;

    /// On the slowest machine.
    const PATIENCE: Duration = Duration::from_secs(120);

    struct Counted(Arc<AtomicU32>);

    impl Feed for Counted {
        fn latest(&self) -> Result<Release, FeedError> {
            self.0.fetch_add(1, Ordering::SeqCst);
            Ok(Release {
                version: Version::new(999, 0, 0),
                page: "https://example.org/999".to_owned(),
            })
        }
    }

    #[test]
    fn asks_nobody_until_the_dj_lets_it_and_then_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("updates.json");
        let asked = Arc::new(AtomicU32::new(0));
        let (emitter, events) = Emitter::new(|| ());
        let updates = watch(Counted(asked.clone()), emitter.clone(), file.clone(), false).unwrap();
        updates.set_wanted(false);
        updates.set_wanted(true);
        match events.recv_timeout(PATIENCE).unwrap() {
            Event::NewerVersion(release) => assert_eq!(release.version, Version::new(999, 0, 0)),
            other => panic!("{other:?}"),
        }
        drop(updates);
        // The next start remembers and tells again without asking.
        let _updates = watch(Counted(asked.clone()), emitter, file, true).unwrap();
        assert!(matches!(
            events.recv_timeout(PATIENCE).unwrap(),
            Event::NewerVersion(_)
        ));
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }
}
