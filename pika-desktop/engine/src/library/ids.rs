//! The numbers by which everything else speaks of tracks, folders and plays.

use uuid::Uuid;

/// A track's number in the library. It stays when the file moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrackId(pub i64);

/// A music folder's number in the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FolderId(pub i64);

/// A play's id, the same as on the wire.
pub type PlayUuid = Uuid;
