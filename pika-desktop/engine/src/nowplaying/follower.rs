//! Follows one source on a thread of its own: what it reads belongs to others, and a share that hangs must keep
//! neither the other sources nor the end of the program waiting.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use super::source::{NowPlayingSource, SourceKind, SourceNews, SourceStatus, why};
use crate::{
    clock::Now,
    folder_watch::{Depth, FolderWatch},
    foreign::file::{self, Pulse},
    worker::{self, Handle, Inbox, Next},
};

/// Events get lost on network drives and sticks, so files are looked at this often anyway.
const POLL: Duration = Duration::from_secs(1);
/// A file is written in pieces: after an event the rest is waited for this long.
const SETTLE: Duration = Duration::from_millis(100);
/// A look that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(8);
/// Wakings that wait; one is enough.
const QUEUE: usize = 4;

/// The folder changed.
struct Changed;

/// One source that is followed. Dropped, it ends, and is not waited for.
#[derive(Debug)]
pub(super) struct Follower {
    kind: SourceKind,
    path: PathBuf,
    /// Beats when the source has nothing to do.
    pulse: Pulse,
    hangs: bool,
    _thread: Handle<Never>,
}

/// It is asked nothing.
enum Never {}

impl From<Never> for Changed {
    fn from(never: Never) -> Self {
        match never {}
    }
}

impl Follower {
    /// Follows `source`; `told` hears of its news, on the source's thread.
    /// `path`: what it reads, for the DJ.
    ///
    /// Errors: the system gives no thread; too many sources of before hang.
    pub(super) fn start(
        source: Box<dyn NowPlayingSource>,
        path: PathBuf,
        told: impl Fn(Vec<SourceNews>) + Send + 'static,
    ) -> std::io::Result<Self> {
        let kind = source.kind();
        let pulse = Pulse::new();
        let its_pulse = pulse.clone();
        let place = file::place()?;
        let thread = worker::spawn("now-playing source", QUEUE, move |inbox, sender| {
            let _place = place;
            let watch = FolderWatch::new(Depth::Files, move |_| sender.wake(Changed));
            follow(source, watch, &inbox, &its_pulse, told);
        })?;
        Ok(Self {
            kind,
            path,
            pulse,
            hangs: false,
            _thread: thread.not_waited_for(),
        })
    }

    /// What the DJ should know when the source began to hang since this was last asked. `steady`: since the program
    /// began.
    pub(super) fn trouble(&mut self, steady: Duration) -> Option<SourceStatus> {
        let hangs = self.pulse.silent_for(steady) > PATIENCE;
        let began = hangs && !std::mem::replace(&mut self.hangs, hangs);
        self.hangs = hangs;
        began.then(|| SourceStatus::Unreadable {
            source: self.kind,
            path: self.path.clone(),
            reason: why(&std::io::ErrorKind::TimedOut.into()),
        })
    }
}

fn follow(
    mut source: Box<dyn NowPlayingSource>,
    mut watch: FolderWatch,
    inbox: &Inbox<Changed>,
    pulse: &Pulse,
    told: impl Fn(Vec<SourceNews>),
) {
    let mut next_poll = Instant::now();
    let mut changed = false;
    let ends = inbox.ends();
    // With a full queue nobody could say so in there.
    while !ends.load(Ordering::Relaxed) {
        match inbox.next(next_poll.saturating_duration_since(Instant::now())) {
            Next::End => return,
            Next::Message(Changed) => {
                changed = true;
                next_poll = next_poll.min(Instant::now() + SETTLE);
            }
            Next::Nothing => {
                let news = source.poll(Now::read(), std::mem::take(&mut changed));
                let folders: BTreeSet<PathBuf> = source.folders().into_iter().collect();
                watch.set(folders);
                pulse.beat();
                if !news.is_empty() {
                    told(news);
                }
                next_poll = Instant::now() + POLL;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, sync_channel};

    use super::*;
    use crate::clock::since_start;

    /// A source on a share that is gone, until it is let go.
    struct Hanging(Receiver<()>);

    impl NowPlayingSource for Hanging {
        fn kind(&self) -> SourceKind {
            SourceKind::TextFile
        }

        fn poll(&mut self, _: Now, _: bool) -> Vec<SourceNews> {
            let _ = self.0.recv();
            vec![SourceNews::Stopped]
        }

        fn folders(&self) -> Vec<PathBuf> {
            Vec::new()
        }
    }

    #[test]
    fn a_source_that_hangs_is_told_once_and_keeps_nobody_waiting() {
        let (let_go, held) = sync_channel(1);
        let (tell, told) = sync_channel(1);
        let path = PathBuf::from("/share/now.txt");
        let mut follower = Follower::start(Box::new(Hanging(held)), path.clone(), move |news| {
            let _ = tell.send(news);
        })
        .unwrap();
        let begun = since_start();
        assert_eq!(follower.trouble(begun), None);
        let trouble = SourceStatus::Unreadable {
            source: SourceKind::TextFile,
            path,
            reason: "its drive or share does not answer".to_owned(),
        };
        let late = begun + PATIENCE + Duration::from_secs(1);
        assert_eq!(follower.trouble(late), Some(trouble));
        assert_eq!(follower.trouble(late), None, "once");
        // It comes back.
        let_go.send(()).unwrap();
        assert_eq!(told.recv().unwrap(), [SourceNews::Stopped]);
        // It hangs again; the end does not wait for it.
        drop(follower);
        drop(let_go);
    }
}
