//! When to stop: the deadline of one file and the wish of the caller.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use crate::AnalysisError;

/// Asks running analyses to stop. Clones share one flag; it cannot be taken back.
#[derive(Debug, Clone, Default)]
pub struct CancelFlag(Arc<AtomicBool>);

impl CancelFlag {
    /// A flag that is not raised.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks every analysis that holds a clone to stop at its next packet or stage.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether [`Self::cancel`] was called.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Deadline and cancellation of one file.
#[derive(Debug, Clone)]
pub(crate) struct Control {
    deadline: Option<Instant>,
    cancel: CancelFlag,
}

impl Control {
    /// The deadline counts from now.
    pub(crate) fn start(deadline: Option<Duration>, cancel: &CancelFlag) -> Self {
        Self {
            deadline: deadline.and_then(|length| Instant::now().checked_add(length)),
            cancel: cancel.clone(),
        }
    }

    /// [`AnalysisError::Cancelled`] or [`AnalysisError::Deadline`] when it is time to stop.
    pub(crate) fn check(&self) -> Result<(), AnalysisError> {
        if self.cancel.is_cancelled() {
            return Err(AnalysisError::Cancelled);
        }
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => Err(AnalysisError::Deadline),
            _ => Ok(()),
        }
    }
}
