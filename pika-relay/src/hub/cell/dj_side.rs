//! Who publishes, as a cell keeps it.

use std::sync::Arc;

use pika_protocol::ToDj;
use uuid::Uuid;

use crate::hub::conn::Conn;

/// The DJ's connection.
#[derive(Debug, Default)]
pub(super) struct DjSide {
    /// Grows with each connection; an older one may not publish any more.
    pub(super) generation: u64,
    pub(super) conn: Option<Arc<Conn>>,
    /// The token it showed.
    pub(super) token: Option<Uuid>,
    /// What a DJ without WebSocket has not fetched yet: at most the last few.
    pub(super) waiting: Vec<ToDj>,
}
