//! Which files to analyse: the arguments, folders searched recursively.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

/// Extensions of audio files, in lower case. Those that the engine cannot read are listed too: the
/// report then says why, instead of leaving the file out.
const EXTENSIONS: [&str; 38] = [
    "mp3", "mp2", "mp1", "mpga", "flac", "wav", "wave", "bwf", "w64", "rf64", "aif", "aiff", "aifc", "afc",
    "m4a", "m4b", "m4p", "m4r", "mp4", "aac", "adts", "alac", "ogg", "oga", "opus", "wma", "asf", "ape",
    "wv", "mpc", "dsf", "dff", "ac3", "aax", "aa", "tta", "caf", "mka",
];

/// Folders below one another; more means a loop of another kind than links.
const DEEPEST: usize = 64;

/// Every audio file below `arguments`, in a stable order, each once. A file named as an argument
/// is taken whatever it is called; an argument that does not exist is kept, to be reported.
pub(crate) fn find(arguments: &[PathBuf]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut visited = HashSet::new();
    for argument in arguments {
        if argument.is_dir() {
            search(argument, 0, &mut visited, &mut found);
        } else {
            found.push(argument.clone());
        }
    }
    let mut seen = HashSet::new();
    found.retain(|path| seen.insert(path.clone()));
    found
}

/// `visited`: real paths of the folders that were searched, so that links cannot go in circles.
fn search(folder: &Path, depth: usize, visited: &mut HashSet<PathBuf>, found: &mut Vec<PathBuf>) {
    let Ok(real) = folder.canonicalize() else {
        return;
    };
    if depth > DEEPEST || !visited.insert(real) {
        return;
    }
    let Ok(entries) = folder.read_dir() else {
        eprintln!("cannot read the folder: {}", folder.display());
        return;
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            search(&path, depth + 1, visited, found);
        } else if is_audio(&path) {
            found.push(path);
        }
    }
}

fn is_audio(path: &Path) -> bool {
    // macOS leaves "._name.mp3" companions on foreign drives; they hold no sound.
    let is_companion = path
        .file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with("._"));
    !is_companion
        && path
            .extension()
            .and_then(|extension| extension.to_str())
            .is_some_and(|extension| EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_searched_once_and_only_for_audio() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("b/c");
        std::fs::create_dir_all(&inner).unwrap();
        for name in ["b/x.MP3", "b/c/y.wma", "b/c/notes.txt", "a.flac", "b/._x.MP3"] {
            std::fs::write(root.path().join(name), b"").unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(root.path(), inner.join("loop")).unwrap();
        let names: Vec<String> = find(&[root.path().to_owned(), root.path().join("b")])
            .iter()
            .map(|path| path.strip_prefix(root.path()).unwrap().display().to_string())
            .collect();
        assert_eq!(names, ["a.flac", "b/c/y.wma", "b/x.MP3"]);
    }

    #[test]
    fn a_named_file_is_kept_whatever_it_is_called() {
        let missing = PathBuf::from("no-such-file.xyz");
        assert_eq!(find(&[missing.clone(), missing.clone()]), [missing]);
    }
}
