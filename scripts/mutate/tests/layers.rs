//! The walls of this crate: the tables say what may use what, and `pika-layers` reads the sources and says where that
//! is not so. Who moves a wall says why in the commit.

use std::sync::LazyLock;

use pika_layers::{Crate, hold};

/// From the ground up: a module uses only what stands on lower floors.
const FLOORS: &[&[&str]] = &[&["cost", "mutator"], &["running"], &["lib"]];

static CRATE: LazyLock<Crate> = LazyLock::new(|| Crate::read(env!("CARGO_MANIFEST_DIR")));

#[test]
fn a_module_uses_only_what_stands_below_it() {
    hold(&CRATE.floors("", FLOORS, &[]));
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    hold(&CRATE.circles());
}

#[test]
fn a_library_is_named_in_one_place() {
    hold(&CRATE.foreign(&[], &[]));
}

#[test]
fn imports_are_of_one_style() {
    hold(&CRATE.imports());
}

#[test]
fn files_are_short() {
    hold(&CRATE.file_lengths(500));
}

#[test]
fn functions_are_short() {
    hold(&CRATE.function_lengths("", 100));
}
