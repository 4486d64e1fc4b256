//! The walls of this crate: the tables say what may use what, and `pika-layers` reads the sources and says where that
//! is not so. Who moves a wall says why in the commit.

use pika_layers::{Wall, house};

/// From the ground up: a module uses only what stands on lower floors.
const FLOORS: &[&[&str]] = &[&["lib"], &["feed"], &["daily"]];

/// Libraries that any module may name.
const EVERYWHERE: &[&str] = &["semver", "serde", "serde_json"];

/// The others, and who may name them.
const WALLS: &[Wall] = &[("thiserror", &["feed"]), ("ureq", &["feed"])];

house!(FLOORS, EVERYWHERE, WALLS);
