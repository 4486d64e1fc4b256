//! The inner stages, for this crate's own tests, benchmarks, training tools and command.
//!
//! No promise holds here: what other crates may use stands at the crate's root.

pub mod bench;

pub use crate::{
    audio::MonoAudio,
    batch::run_batch,
    character::character,
    features::{chroma::chromagram, spectrum::spectrum},
    key::{
        estimate_key,
        evidence::{Evidence, N_CHANNELS},
    },
    pipeline::decode_mono,
    rhythm::{Rhythm, rhythm, training::training_features},
};
