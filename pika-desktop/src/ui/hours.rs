//! The window's time while no frame is drawn: egui's stands still then.

/// The window's time, and the time of day, when it was last drawn.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Hours {
    drawn_s: f64,
    drawn_ms: i64,
}

impl Hours {
    /// A frame is drawn at `now_s` by the window's time and `now_ms` in milliseconds since 1970.
    pub(super) fn seen(now_s: f64, now_ms: i64) -> Self {
        Self {
            drawn_s: now_s,
            drawn_ms: now_ms,
        }
    }

    /// The window's time at `now_ms`, in seconds; a clock that is set back holds it.
    pub(super) fn unseen(self, now_ms: i64) -> f64 {
        self.drawn_s + now_ms.saturating_sub(self.drawn_ms).max(0) as f64 / 1000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_on_while_nobody_looks() {
        let hours = Hours::seen(60.0, 1_000_000);
        assert_eq!(hours.unseen(1_000_000), 60.0);
        assert_eq!(hours.unseen(1_001_500), 61.5);
        assert_eq!(hours.unseen(0), 60.0);
    }
}
