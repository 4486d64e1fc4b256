//! The pages: templates, texts and assets, embedded, and what goes into them. Nothing here speaks HTTP;
//! `routes/pages.rs` does.

pub(crate) mod assets;
pub(crate) mod chart;
pub(crate) mod dj;
pub(crate) mod lists;
pub(crate) mod live;
pub(crate) mod music;
pub(crate) mod plain;
pub(crate) mod plot;
pub(crate) mod qr;
pub(crate) mod recap;
pub(crate) mod render;
pub(crate) mod screen;
pub(crate) mod texts;
