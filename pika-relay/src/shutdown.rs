//! One signal that every task listens to, and a count of who is still at work.

use std::time::Duration;

use tokio::sync::{mpsc, watch};

/// The end that gives the signal and waits for the tasks.
#[derive(Debug)]
pub struct ShutdownTrigger {
    signal: watch::Sender<bool>,
    working: mpsc::Receiver<()>,
}

/// The end that tasks hold. While a clone lives, its task counts as at work.
#[derive(Clone, Debug)]
pub struct Shutdown {
    signal: watch::Receiver<bool>,
    _at_work: mpsc::Sender<()>,
}

impl ShutdownTrigger {
    /// A trigger and its first listener.
    pub fn new() -> (Self, Shutdown) {
        let (signal, listener) = watch::channel(false);
        // Nothing is ever sent: the channel closes when the last sender is dropped.
        let (at_work, working) = mpsc::channel(1);
        (
            Self { signal, working },
            Shutdown {
                signal: listener,
                _at_work: at_work,
            },
        )
    }

    /// Tells every listener to end.
    pub fn start(&self) {
        self.signal.send_replace(true);
    }

    /// Tells every listener, then waits until all have gone; `false` when `grace` ran out first.
    pub async fn finish(mut self, grace: Duration) -> bool {
        self.start();
        tokio::time::timeout(grace, self.working.recv()).await.is_ok()
    }
}

impl Shutdown {
    /// Whether the signal was given.
    pub fn is_started(&self) -> bool {
        *self.signal.borrow()
    }

    /// Returns when the signal is given, or when the trigger is gone.
    pub async fn started(&mut self) {
        let _ = self.signal.wait_for(|started| *started).await;
    }
}

/// Returns when the system or the operator asks the process to end.
pub async fn end_requested() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn waits_for_those_at_work_and_no_longer_than_the_grace() {
        let (trigger, shutdown) = ShutdownTrigger::new();
        let mut worker = shutdown.clone();
        drop(shutdown);
        assert!(!worker.is_started());
        let task = tokio::spawn(async move {
            worker.started().await;
            worker.is_started()
        });
        assert!(trigger.finish(Duration::from_secs(5)).await);
        assert!(task.await.expect("no panic"));

        let (trigger, stubborn) = ShutdownTrigger::new();
        assert!(!trigger.finish(Duration::from_secs(5)).await);
        drop(stubborn);
    }
}
