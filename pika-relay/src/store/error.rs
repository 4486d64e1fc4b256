//! Why a database did not do what it was asked.

/// Why the database did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such row.
    #[error("not found")]
    NotFound,
    /// It would break a uniqueness rule.
    #[error("conflict")]
    Conflict,
    /// The database cannot be reached, is busy or full; the same call may succeed later.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// Anything else; trying again would not help.
    #[error("database: {0}")]
    Other(String),
}
