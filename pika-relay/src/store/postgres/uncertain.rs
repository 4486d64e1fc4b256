//! A commit whose answer was lost.

use super::connection::Connection;
use crate::store::{Outcome, StoreError, Write};

/// A commit that was sent, with no word from the server whether it happened.
pub(super) struct Uncertain {
    /// The server's number of the transaction.
    pub(super) transaction: i64,
    pub(super) writes: Vec<Write>,
    pub(super) outcomes: Vec<Outcome>,
}

/// What became of a transaction.
pub(super) enum Status {
    Committed,
    Aborted,
    Running,
}

impl Uncertain {
    /// Asks the server what became of it.
    pub(super) fn status(&self, db: &mut Connection) -> Result<Status, StoreError> {
        let row = db.query_one("SELECT txid_status($1)", &[&self.transaction])?;
        Ok(match row.get::<_, Option<&str>>(0) {
            Some("committed") => Status::Committed,
            Some("in progress") => Status::Running,
            // Aborted, or so long ago that the server forgot it.
            _ => Status::Aborted,
        })
    }
}
