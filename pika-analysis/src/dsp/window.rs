//! Window functions.

/// Periodic Hann window of `len` samples: what a spectrum wants (not the symmetric one of filter design).
pub(crate) fn hann(len: usize) -> Vec<f32> {
    (0..len)
        .map(|i| {
            let phase = std::f64::consts::TAU * i as f64 / len as f64;
            (0.5 - 0.5 * phase.cos()) as f32
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapped_hann_windows_add_up_to_a_constant() {
        let window = hann(64);
        for i in 0..32 {
            assert!((window[i] + window[i + 32] - 1.0).abs() < 1e-6);
        }
        assert!(window[0].abs() < 1e-9 && (window[32] - 1.0).abs() < 1e-6);
    }
}
