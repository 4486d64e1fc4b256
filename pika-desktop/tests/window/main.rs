//! The window, driven by accessible names: each screen and each flow. No display is needed.

#![allow(clippy::unwrap_used)] // A step that fails fails the test.

mod detail;
mod first_run;
mod hands;
mod history;
mod identity;
mod kept;
mod keys;
mod library;
mod light;
mod live;
mod local;
mod painter;
mod room;
mod scenes;
mod settings;
mod shown;
mod stage;
mod start;
mod support;
mod sweep;
mod tempo;
#[path = "../../engine/src/test_support.rs"]
mod test_support;
mod unseen;
