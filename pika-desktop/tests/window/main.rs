//! The window, driven by accessible names: each screen and each flow. No display is needed.

mod first_run;
mod library;
mod support;
