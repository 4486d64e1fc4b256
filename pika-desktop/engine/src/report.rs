//! How workers tell what happens. This is the ground that all of them stand on: it knows no report of theirs.

use std::sync::{
    Arc,
    mpsc::{Receiver, SyncSender, sync_channel},
};

use crate::plain_words;

/// Reports waiting to be read; a worker with more to say waits, progress is dropped.
const QUEUE: usize = 1024;

/// Something that was asked for did not work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What, as it follows "could not".
    pub what: &'static str,
    /// Why, in one sentence.
    pub error: String,
}

impl Failure {
    /// With the whole chain of reasons, in words for people.
    pub fn new(what: &'static str, error: &anyhow::Error) -> Self {
        Self {
            what,
            error: plain_words::of(error),
        }
    }
}

/// What a reporter passes on: every worker can fail, whatever else it reports.
enum Said<R> {
    Report(R),
    Failure(Failure),
}

/// Whether a report waits for room in the queue.
#[derive(Clone, Copy)]
enum Urgency {
    /// It must arrive.
    Must,
    /// A later one replaces it.
    Progress,
}

/// Sends reports of one kind and wakes whoever shows them. Cheap to clone.
///
/// The app makes one for each worker out of its own, `reporter.of(Event::Live)`, so that a worker names what it
/// reports and never what the whole program reports.
pub struct Reporter<R> {
    sink: Arc<dyn Fn(Said<R>, Urgency) + Send + Sync>,
}

/// A reporter and the receiving end; `wake` is called after each report.
pub fn channel<R: From<Failure> + Send + 'static>(
    wake: impl Fn() + Send + Sync + 'static,
) -> (Reporter<R>, Receiver<R>) {
    let (reports, receiver): (SyncSender<R>, _) = sync_channel(QUEUE);
    let sink = move |said, urgency| {
        let report = match said {
            Said::Report(report) => report,
            Said::Failure(failure) => failure.into(),
        };
        // Nobody listening any more means the program is ending.
        match urgency {
            Urgency::Must => drop(reports.send(report)),
            Urgency::Progress => drop(reports.try_send(report)),
        }
        wake();
    };
    let reporter = Reporter { sink: Arc::new(sink) };
    (reporter, receiver)
}

impl<R: 'static> Reporter<R> {
    /// A reporter of parts: what it sends arrives here as `whole` makes it.
    pub fn of<P: 'static>(&self, whole: impl Fn(P) -> R + Send + Sync + 'static) -> Reporter<P> {
        let sink = Arc::clone(&self.sink);
        Reporter {
            sink: Arc::new(move |said, urgency| {
                let said = match said {
                    Said::Report(part) => Said::Report(whole(part)),
                    Said::Failure(failure) => Said::Failure(failure),
                };
                sink(said, urgency);
            }),
        }
    }

    /// Sends a report that must arrive; waits while the queue is full.
    pub fn send(&self, report: R) {
        (self.sink)(Said::Report(report), Urgency::Must);
    }

    /// Sends a report that a later one replaces; dropped when the queue is full.
    pub fn progress(&self, report: R) {
        (self.sink)(Said::Report(report), Urgency::Progress);
    }

    /// Tells of a failure; waits while the queue is full.
    pub fn fail(&self, what: &'static str, error: &anyhow::Error) {
        (self.sink)(Said::Failure(Failure::new(what, error)), Urgency::Must);
    }

    /// Tells of a failure from a thread that must not wait; dropped when the queue is full.
    pub fn try_fail(&self, failure: Failure) {
        (self.sink)(Said::Failure(failure), Urgency::Progress);
    }
}

impl<R> Clone for Reporter<R> {
    fn clone(&self) -> Self {
        Self {
            sink: Arc::clone(&self.sink),
        }
    }
}

impl<R> std::fmt::Debug for Reporter<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reporter")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[derive(Debug, PartialEq)]
    enum Whole {
        Part(u32),
        Failed(Failure),
    }

    impl From<Failure> for Whole {
        fn from(failure: Failure) -> Self {
            Self::Failed(failure)
        }
    }

    #[test]
    fn parts_and_failures_arrive_as_the_whole_and_wake() {
        let woken = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&woken);
        let (reporter, reports) = channel::<Whole>(move || {
            count.fetch_add(1, Ordering::SeqCst);
        });
        let part = reporter.of(Whole::Part);
        part.send(1);
        part.clone()
            .fail("count", &anyhow::anyhow!("no fingers").context("cannot"));
        assert_eq!(reports.recv().unwrap(), Whole::Part(1));
        let failure = Failure {
            what: "count",
            error: "cannot: no fingers".to_owned(),
        };
        assert_eq!(reports.recv().unwrap(), Whole::Failed(failure));
        assert_eq!(woken.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn a_full_queue_drops_progress_and_nothing_else() {
        let (reporter, reports) = channel::<Whole>(|| ());
        let part = reporter.of(Whole::Part);
        for number in 0..QUEUE as u32 + 10 {
            part.progress(number);
        }
        part.try_fail(Failure {
            what: "be heard",
            error: String::new(),
        });
        let must = std::thread::Builder::new()
            .spawn(move || part.send(7_777))
            .unwrap();
        drop(reporter);
        let arrived: Vec<Whole> = reports.iter().collect();
        must.join().unwrap();
        assert_eq!(arrived.len(), QUEUE + 1);
        assert_eq!(arrived[QUEUE], Whole::Part(7_777));
    }
}
