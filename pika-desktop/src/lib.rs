//! The face of the DJ's program: the window, and the same without one. What it does is `pika-engine`.

pub mod dialogs;
pub mod headless;
pub mod self_test;
#[cfg(test)]
#[path = "../engine/src/test_support.rs"]
mod test_support;
pub mod ui;
