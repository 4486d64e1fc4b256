//! How often a crowd says something by itself.

/// What a crowd says by itself, per second in all.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rates {
    /// Likes of what plays.
    pub likes: f64,
    /// Likes that are taken back.
    pub unlikes: f64,
    /// Votes in the poll that is open.
    pub votes: f64,
    /// Faster, perfect, slower.
    pub tempo: f64,
    /// Thanks.
    pub thanks: f64,
    /// Connections lost, of those that flap.
    pub flaps: f64,
}

impl Rates {
    pub(super) fn is_silent(&self) -> bool {
        self.likes + self.unlikes + self.votes + self.tempo + self.thanks + self.flaps == 0.0
    }
}
