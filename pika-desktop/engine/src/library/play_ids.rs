//! Ids of plays that follow from the lines they were noticed by.

use anyhow::Result;
use sha2::{Digest, Sha256};
use uuid::Builder;

use super::{Library, ids::PlayUuid};

/// Makes the ids of this library's plays.
#[derive(Clone)]
pub struct PlayIds {
    key: [u8; 32],
}

impl PlayIds {
    /// The id of the play that a line stands for: always the same for the same line, and nothing to anybody else.
    /// `line_at_ms`: the time that the line bears, in milliseconds since 1970.
    pub fn of_line(&self, source: &str, identity: &str, line_at_ms: i64) -> PlayUuid {
        let mut hash = Sha256::new();
        // Each part with its length: no two lines read the same.
        for part in [
            &self.key[..],
            source.as_bytes(),
            identity.as_bytes(),
            &line_at_ms.to_le_bytes(),
        ] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let hash: [u8; 32] = hash.finalize().into();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash[..16]);
        Builder::from_custom_bytes(bytes).into_uuid()
    }
}

impl std::fmt::Debug for PlayIds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PlayIds")
    }
}

impl Library {
    /// What makes the ids of this library's plays.
    pub fn play_ids(&self) -> Result<PlayIds> {
        let key = self
            .connection
            .query_row("SELECT key FROM play_key", [], |row| row.get(0))?;
        Ok(PlayIds { key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_one_id_in_a_library_and_another_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let open = |name: &str| Library::open(&folder.path().join(name)).unwrap().0;
        let ids = open("a.db").play_ids().unwrap();
        let id = ids.of_line("VirtualDJ", "/music/a.mp3", 7);
        assert_eq!(
            open("a.db")
                .play_ids()
                .unwrap()
                .of_line("VirtualDJ", "/music/a.mp3", 7),
            id
        );
        assert_ne!(
            open("b.db")
                .play_ids()
                .unwrap()
                .of_line("VirtualDJ", "/music/a.mp3", 7),
            id
        );
        for other in [
            ids.of_line("VirtualDJ", "/music/a.mp3", 8),
            ids.of_line("VirtualDJ", "/music/b.mp3", 7),
            ids.of_line("VirtualDJ/", "music/a.mp3", 7),
        ] {
            assert_ne!(other, id);
        }
    }
}
