//! The walls of this crate: the tables say what may use what, and `pika-layers` reads the sources and says where that
//! is not so. Who moves a wall says why in the commit.

use pika_layers::{Wall, house};

/// One module, which uses no other.
const FLOORS: &[&[&str]] = &[];

/// Libraries that any module may name.
const EVERYWHERE: &[&str] = &["rusqlite"];

/// The others, and who may name them.
const WALLS: &[Wall] = &[];

house!(FLOORS, EVERYWHERE, WALLS);
