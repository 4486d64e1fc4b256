//! Generated music whose key is known: for the tests of the key and for learning its weights.
//!
//! `score` writes songs (chords, bass, melody, drums), `render` plays them by additive synthesis,
//! `random` makes up any number of them from a seed.
#![allow(dead_code, reason = "each user needs a part of it")]

pub(crate) mod anchors;
mod loops;
pub(crate) mod random;
pub(crate) mod render;
pub(crate) mod rng;
pub(crate) mod score;
