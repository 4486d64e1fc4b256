//! The walls of this crate: the tables say what may use what, and `pika-layers` reads the sources and says where that
//! is not so. Who moves a wall says why in the commit.

use pika_layers::{Wall, house};

/// From the ground up: a module uses only what stands on lower floors.
const FLOORS: &[&[&str]] = &[
    &["close", "ids", "limits", "redact"],
    &["calendar", "feedback", "message", "track"],
    &["session"],
    &["dancer", "dj"],
    &["rest"],
];

/// Libraries that any module may name.
const EVERYWHERE: &[&str] = &["serde"];

/// The others, and who may name them.
const WALLS: &[Wall] = &[("serde_json", &["message", "redact"]), ("uuid", &["ids"])];

house!(FLOORS, EVERYWHERE, WALLS);
