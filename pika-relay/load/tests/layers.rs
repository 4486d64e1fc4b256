//! The walls of this crate: the tables say what may use what, and `pika-layers` reads the sources and says where that
//! is not so. Who moves a wall says why in the commit.

use pika_layers::{Wall, house};

/// From the ground up: a module uses only what stands on lower floors.
const FLOORS: &[&[&str]] = &[
    &["link", "process", "random", "stats", "wire"],
    &["dancer", "floor", "http", "report", "server"],
    &["target"],
    &["crowd"],
    &["venue", "verify"],
    &["scenarios"],
    &["proof"],
    &["main"],
];

/// Libraries that any module may name.
const EVERYWHERE: &[&str] = &["anyhow", "pika-protocol", "serde", "serde_json", "uuid"];

/// The others, and who may name them.
const WALLS: &[Wall] = &[
    ("clap", &["main", "venue"]),
    ("mio", &["crowd", "floor", "link"]),
    ("socket2", &["floor", "link"]),
    ("tempfile", &["server"]),
];

house!(FLOORS, EVERYWHERE, WALLS);
