//! What belongs to others: files that a DJ program writes, a share, a stick. `file` opens them so that nobody has to
//! wait for one that never answers, `text` reads whatever encoding they are in.

pub(crate) mod file;
pub(crate) mod text;
