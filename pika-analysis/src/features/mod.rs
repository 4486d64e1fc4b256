//! What the later stages measure music by: computed once, shared by all of them.

pub mod chroma;
pub mod onset;
pub mod partials;
pub mod spectrum;
pub mod tempogram;
pub mod tuning;
