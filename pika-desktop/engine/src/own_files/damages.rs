//! Damage, for tests.

/// A file damaged in every way that disks, crashes and editors have: what was done, and whether that is damage to a
/// database, of which an empty one is a new one.
pub(crate) fn damages(whole: &[u8]) -> Vec<(&'static str, Vec<u8>, bool)> {
    let noise = (0u32..9_000).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8);
    vec![
        ("empty", Vec::new(), false),
        ("cut", whole[..whole.len() / 3].to_vec(), true),
        ("NULs", vec![0; 9_000], true),
        ("noise", noise.collect(), true),
        ("a byte order mark", [b"\xef\xbb\xbf", whole].concat(), true),
    ]
}
