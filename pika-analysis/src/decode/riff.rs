//! Lengths in WAV and AIFF headers that go beyond the file: written by programs that could not go
//! back to the header, or left by a cut download. symphonia would refuse such a file.

/// Chunks before the sound that are looked at.
const MOST_CHUNKS: usize = 64;

/// Four bytes to be read in place of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Patch {
    /// Their place in the file.
    pub(super) at: u64,
    /// What to read there.
    pub(super) bytes: [u8; 4],
}

/// Corrections for a file of `length` bytes that begins with `start` at the byte `from`, after its tags.
pub(super) fn corrections(from: u64, start: &[u8], length: u64) -> Vec<Patch> {
    let length = length.saturating_sub(from);
    let is_little = match (start.get(..4), start.get(8..12)) {
        (Some(b"RIFF"), Some(b"WAVE")) => true,
        (Some(b"FORM"), Some(b"AIFF" | b"AIFC")) => false,
        _ => return Vec::new(),
    };
    let number = |at: usize| -> Option<u64> {
        let bytes = start.get(at..at + 4)?.try_into().ok()?;
        let value = if is_little {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        };
        Some(u64::from(value))
    };
    let patch = |at: usize, value: u64| -> Option<Patch> {
        let value = u32::try_from(value).ok()?;
        let bytes = if is_little {
            value.to_le_bytes()
        } else {
            value.to_be_bytes()
        };
        Some(Patch {
            at: from + at as u64,
            bytes,
        })
    };
    let mut patches = Vec::new();
    let mut sound_is_cut = false;
    let mut at = 12usize;
    for _ in 0..MOST_CHUNKS {
        let Some(size) = number(at + 4) else { break };
        let room = length.saturating_sub(at as u64 + 8);
        if matches!(start.get(at..at + 4), Some(b"data" | b"SSND")) {
            if size > room {
                sound_is_cut = true;
                // Whole frames of up to eight channels of 16 or 24 bits, or of 32.
                patches.extend(patch(at + 4, room - room % 2));
            }
            break;
        }
        // The next chunk lies beyond what was read, or nowhere.
        let Some(next) = usize::try_from(size)
            .ok()
            .and_then(|size| at.checked_add(8 + size + size % 2))
        else {
            break;
        };
        at = next;
    }
    let whole = length.saturating_sub(8);
    if sound_is_cut || number(4).is_some_and(|size| size > whole) {
        patches.extend(patch(4, whole));
    }
    patches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wav_header(riff: u32, data: u32) -> Vec<u8> {
        let mut bytes = b"RIFF".to_vec();
        bytes.extend(riff.to_le_bytes());
        bytes.extend(b"WAVEfmt \x10\0\0\0");
        bytes.extend([0; 16]);
        bytes.extend(b"data");
        bytes.extend(data.to_le_bytes());
        bytes
    }

    #[test]
    fn right_lengths_stay() {
        assert_eq!(corrections(0, &wav_header(1036, 1000), 1044), []);
        assert_eq!(corrections(0, b"fLaC\0\0\0\x22 and so on", 5000), []);
    }

    #[test]
    fn lengths_beyond_the_end_are_cut() {
        for (riff, data) in [(u32::MAX, u32::MAX), (4_000_000_000, 4_000_000_000), (2036, 2000)] {
            let patches = corrections(0, &wav_header(riff, data), 1044);
            let expected = [(40, 1000u32), (4, 1036)].map(|(at, value)| Patch {
                at,
                bytes: value.to_le_bytes(),
            });
            assert_eq!(patches, expected);
        }
    }

    #[test]
    fn a_tag_before_moves_the_places_and_counts_for_no_sound() {
        let without = corrections(0, &wav_header(u32::MAX, u32::MAX), 1044);
        let with = corrections(500, &wav_header(u32::MAX, u32::MAX), 1544);
        assert_eq!(with.len(), 2);
        for (with, without) in with.iter().zip(&without) {
            assert_eq!((with.at, with.bytes), (without.at + 500, without.bytes));
        }
    }

    #[test]
    fn cut_headers_are_left_alone() {
        let header = wav_header(u32::MAX, u32::MAX);
        for length in 0..header.len() {
            corrections(0, &header[..length], length as u64);
        }
    }
}
