//! From text to what the rules ask about: names, paths, imports, functions, dependencies.

pub(crate) mod facts;
pub(crate) mod gather;
pub(crate) mod import;
pub(crate) mod manifest;
pub(crate) mod source;
mod syntax;
mod test_only;
mod tokens;
pub(crate) mod tree;
