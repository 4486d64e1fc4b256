//! Random bytes from the system, and their text forms.

use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};

/// `N` unpredictable bytes.
///
/// # Panics
/// When the system has no source of randomness: nothing secret could be made then.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("every supported system has a source of randomness");
    bytes
}

/// Lower-case base32 (RFC 4648 §6) without padding.
pub(crate) fn base32(bytes: &[u8]) -> String {
    BASE32_NOPAD.encode(bytes).to_ascii_lowercase()
}

/// URL-safe base64 (RFC 4648 §5) without padding.
pub(crate) fn base64url(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

/// The `N` bytes that `text` is the URL-safe base64 of.
pub(crate) fn from_base64url<const N: usize>(text: &str) -> Option<[u8; N]> {
    // Checked before decoding, so that no foreign text is decoded at length.
    if text.len() != N.div_ceil(3) * 4 - (3 - N % 3) % 3 {
        return None;
    }
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64url_round_trips_and_refuses_other_lengths() {
        assert_eq!(from_base64url::<32>(&base64url(&[7; 32])), Some([7; 32]));
        assert_eq!(from_base64url::<33>(&base64url(&[7; 33])), Some([7; 33]));
        assert_eq!(from_base64url::<16>(&base64url(&[7; 16])), Some([7; 16]));
        assert_eq!(from_base64url::<32>(&base64url(&[7; 31])), None);
        assert_eq!(from_base64url::<32>(&"*".repeat(43)), None);
    }
}
