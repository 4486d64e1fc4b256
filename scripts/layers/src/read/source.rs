//! The texts of one crate, from the disk or from a test.

use std::{collections::BTreeMap, fs, io, path::Path};

/// Folders of a crate that hold Rust; crates nested elsewhere in its folder are read by themselves.
const FOLDERS: [&str; 5] = ["src", "tests", "benches", "examples", "build"];
/// Folders within folders: more than any crate here has, fewer than a link that leads to itself.
const MAX_DEPTH: usize = 16;

/// Everything of a crate that the rules look at.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    /// `Cargo.toml`.
    pub(crate) manifest: String,
    /// Rust files by their path from the crate's folder, with `/`: `src/live/worker.rs`.
    pub(crate) texts: BTreeMap<String, String>,
}

impl Sources {
    /// Reads the crate in `folder`.
    pub(crate) fn read(folder: &Path) -> io::Result<Self> {
        let mut sources = Self {
            manifest: fs::read_to_string(folder.join("Cargo.toml"))?,
            texts: BTreeMap::new(),
        };
        for name in FOLDERS {
            let inner = folder.join(name);
            if inner.is_dir() {
                sources.read_folder(&inner, name, MAX_DEPTH)?;
            }
        }
        let build = folder.join("build.rs");
        if build.is_file() {
            sources
                .texts
                .insert("build.rs".to_owned(), fs::read_to_string(build)?);
        }
        Ok(sources)
    }

    fn read_folder(&mut self, folder: &Path, name: &str, depth: usize) -> io::Result<()> {
        if depth == 0 {
            return Err(io::Error::other(format!("{name} is nested too deep")));
        }
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let Some(last) = path.file_name().and_then(|last| last.to_str()) else {
                continue;
            };
            let inner = format!("{name}/{last}");
            if path.is_dir() {
                self.read_folder(&path, &inner, depth - 1)?;
            } else if last.ends_with(".rs") {
                let text = fs::read_to_string(&path)?;
                self.texts.insert(inner, text);
            }
        }
        Ok(())
    }
}
