//! One signal that every task listens to, and a count of who is still at work.

use std::{io, time::Duration};

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

/// The system or the operator may ask the process to end: listened for from the moment this is made, so that nothing
/// that was asked while a program starts is missed.
#[derive(Debug)]
pub struct EndRequest {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
}

impl EndRequest {
    /// Listens from now on. To be called within a runtime. Errors: the system does not let the process listen.
    pub fn listen() -> io::Result<Self> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(Self {
                terminate: signal(SignalKind::terminate())?,
                interrupt: signal(SignalKind::interrupt())?,
            })
        }
        #[cfg(windows)]
        {
            Ok(Self {
                interrupt: tokio::signal::windows::ctrl_c()?,
            })
        }
    }

    /// Returns when it was asked.
    pub async fn received(mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        #[cfg(windows)]
        let _ = self.interrupt.recv().await;
    }
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

    /// Sent before anybody waits for it: it must not be missed, nor end the process at once.
    #[cfg(unix)]
    #[tokio::test]
    async fn what_is_asked_before_anybody_waits_is_heard() {
        for name in ["-TERM", "-INT"] {
            let request = EndRequest::listen().expect("signals");
            let sent = std::process::Command::new("kill")
                .args([name, &std::process::id().to_string()])
                .status();
            assert!(sent.expect("kill").success());
            request.received().await;
        }
    }
}
