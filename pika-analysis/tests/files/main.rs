//! Real files in every format, damaged ones, and the command, in one test binary.

// A test may fail by a panic.
#![allow(clippy::unwrap_used)]

mod command;
mod fixtures;
mod formats;
mod hostile;
