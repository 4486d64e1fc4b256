//! The inner stages, for this crate's own tests, benchmarks, training tools and command.
//!
//! No promise holds here: what other crates may use stands at the crate's root.

pub mod bench;

pub use crate::audio::MonoAudio;
pub use crate::batch::run_batch;
pub use crate::character::character;
pub use crate::features::chroma::chromagram;
pub use crate::features::spectrum::spectrum;
pub use crate::key::estimate_key;
pub use crate::key::evidence::{Evidence, N_CHANNELS};
pub use crate::pipeline::decode_mono;
pub use crate::rhythm::training::training_features;
pub use crate::rhythm::{Rhythm, rhythm};
