//! What the later stages measure music by: computed once, shared by all of them.

pub(crate) mod chroma;
pub(crate) mod onset;
pub(crate) mod partials;
pub(crate) mod spectrum;
pub(crate) mod tempogram;
pub(crate) mod tuning;
