//! Walls that are read: each crate's `tests/layers.rs` holds tables of what may use what, and this reads the crate's
//! sources and says where they differ.
//!
//! A rule is a method of [`Crate`] that returns sentences, none when the rule holds; [`hold`] fails with them.
//! Names are followed through `use` and `pub use` to the file that defines them, in paths of types, expressions and
//! patterns and in the input of macros. Not followed: methods and fields (their type would have to be inferred), and
//! names that a macro makes, which count for the file that calls it. Code under `#[cfg(test)]` ties nothing.

mod krate;
mod read;
mod rules;
#[cfg(test)]
mod tests;

pub use krate::Crate;
pub use rules::{floors::Also, foreign::Wall};

/// Fails with every sentence of `broken`.
#[track_caller]
pub fn hold(broken: &[String]) {
    assert!(broken.is_empty(), "\n- {}\n", broken.join("\n- "));
}
