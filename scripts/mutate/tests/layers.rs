//! The walls of this crate: the tables say what may use what, and `pika-layers` reads the sources and says where that
//! is not so. Who moves a wall says why in the commit.

use pika_layers::house;

/// From the ground up: a module uses only what stands on lower floors.
const FLOORS: &[&[&str]] = &[&["cost", "mutator"], &["running"], &["lib"]];

house!(FLOORS, &[], &[]);
