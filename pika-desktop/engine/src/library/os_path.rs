//! Paths as bytes and back: names need not be text, and nothing of them may be lost.

use std::path::{Path, PathBuf};

/// The path's own bytes (Unix) or UTF-16 code units, little-endian (Windows).
#[cfg(unix)]
pub(crate) fn to_bytes(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

/// The path that [`to_bytes`] took apart.
#[cfg(unix)]
pub(crate) fn from_bytes(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    std::ffi::OsStr::from_bytes(bytes).into()
}

/// The path's own bytes (Unix) or UTF-16 code units, little-endian (Windows).
#[cfg(windows)]
pub(crate) fn to_bytes(path: &Path) -> Vec<u8> {
    use std::os::windows::ffi::OsStrExt;
    path.as_os_str()
        .encode_wide()
        .flat_map(u16::to_le_bytes)
        .collect()
}

/// The path that [`to_bytes`] took apart.
#[cfg(windows)]
pub(crate) fn from_bytes(bytes: &[u8]) -> PathBuf {
    use std::os::windows::ffi::OsStringExt;
    let units: Vec<u16> = bytes
        .as_chunks::<2>()
        .0
        .iter()
        .map(|&pair| u16::from_le_bytes(pair))
        .collect();
    std::ffi::OsString::from_wide(&units).into()
}

/// Bytes in the place of a path that now belongs to another track: they never are a path of a file (no name holds NUL),
/// nor of a second track.
pub(crate) fn given_up(path: &[u8], track: i64) -> Vec<u8> {
    let mark = to_bytes(Path::new(&format!("\0{track}")));
    [path, &mark].concat()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_not_text_come_back_whole() {
        let bytes = b"/music/caf\xe9\n\xff.mp3";
        assert_eq!(to_bytes(&from_bytes(bytes)), bytes);
    }
}
