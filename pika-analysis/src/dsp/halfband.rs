//! Halving the sample rate of a signal whose low end alone matters.

/// Taps of the half-band filter on one side of its centre, at odd distances 1, 3, 5, …
///
/// Windowed sinc (Blackman, 31 taps): flat within 0.1 dB to 0.15 of the input rate, below −70 dB from 0.35 on.
const SIDE_TAPS: usize = 8;

/// Outputs computed together: their sums stay in registers over all taps.
const LANES: usize = 16;

/// `samples` at half their rate: output `i` lies at the time of input `2 i` (no delay).
///
/// What lies above 0.35 of the input rate is removed; between 0.15 and 0.35 there is aliasing, so only
/// the lowest 0.15 of the input rate (0.3 of the output rate) may be used.
pub(crate) fn halve(samples: &[f32]) -> Vec<f32> {
    let taps = side_taps();
    let reach = 2 * SIDE_TAPS - 1;
    // Silence on both sides, so that the loop below needs no cases.
    let mut even = vec![0.0f32; samples.len().div_ceil(2)];
    let mut odd = vec![0.0f32; samples.len() / 2 + reach + 1];
    for (slot, pair) in even.iter_mut().zip(samples.chunks(2)) {
        *slot = pair[0];
    }
    for (slot, pair) in odd[SIDE_TAPS..].iter_mut().zip(samples.chunks_exact(2)) {
        *slot = pair[1];
    }
    // Input 2 i + (2 k + 1) is odd[i + k + SIDE_TAPS]; input 2 i − (2 k + 1) is odd[i − k − 1 + SIDE_TAPS].
    let mut output: Vec<f32> = even.iter().map(|&sample| 0.5 * sample).collect();
    let (groups, rest) = output.as_chunks_mut::<LANES>();
    for (group, sums) in groups.iter_mut().enumerate() {
        let odd = &odd[group * LANES..][..LANES + reach];
        let mut own = *sums;
        for (k, &tap) in taps.iter().enumerate() {
            let after = &odd[SIDE_TAPS + k..][..LANES];
            let before = &odd[SIDE_TAPS - k - 1..][..LANES];
            for lane in 0..LANES {
                own[lane] += tap * (after[lane] + before[lane]);
            }
        }
        *sums = own;
    }
    let done = groups.len() * LANES;
    for (slot, odd) in rest.iter_mut().zip(odd[done..].windows(reach + 1)) {
        for (k, &tap) in taps.iter().enumerate() {
            *slot += tap * (odd[SIDE_TAPS + k] + odd[SIDE_TAPS - k - 1]);
        }
    }
    output
}

fn side_taps() -> [f32; SIDE_TAPS] {
    let half = 2.0 * SIDE_TAPS as f64; // The window is zero here.
    let mut taps: [f64; SIDE_TAPS] = std::array::from_fn(|k| {
        let distance = (2 * k + 1) as f64;
        let x = std::f64::consts::PI * distance / 2.0;
        let position = 0.5 + 0.5 * distance / half;
        let turn = std::f64::consts::TAU * position;
        let blackman = 0.42 - 0.5 * turn.cos() + 0.08 * (2.0 * turn).cos();
        0.5 * x.sin() / x * blackman
    });
    // Both sides together pass a constant with the missing half of its weight.
    let sum: f64 = taps.iter().sum::<f64>() * 2.0;
    taps.iter_mut().for_each(|tap| *tap *= 0.5 / sum);
    taps.map(|tap| tap as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Root mean square of a sine of `frequency` (in parts of the input rate) after halving.
    fn gain(frequency: f64) -> f64 {
        let input: Vec<f32> = (0..4000)
            .map(|i| (std::f64::consts::TAU * frequency * f64::from(i)).sin() as f32)
            .collect();
        let output = halve(&input);
        let middle = &output[100..1900];
        let power: f64 = middle.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>() / middle.len() as f64;
        (2.0 * power).sqrt()
    }

    #[test]
    fn the_low_end_passes_and_the_top_does_not() {
        for frequency in [0.01, 0.05, 0.1, 0.15] {
            assert!(
                (gain(frequency) - 1.0).abs() < 0.015,
                "{frequency}: {}",
                gain(frequency)
            );
        }
        for frequency in [0.36, 0.4, 0.45] {
            assert!(gain(frequency) < 0.001, "{frequency}: {}", gain(frequency));
        }
    }

    #[test]
    fn output_keeps_the_time_of_the_input() {
        let mut input = vec![0.0; 64];
        input[20] = 1.0;
        let output = halve(&input);
        let best = (0..output.len()).max_by(|&a, &b| output[a].total_cmp(&output[b]));
        assert_eq!((output.len(), best), (32, Some(10)));
        assert_eq!(halve(&[]).len(), 0);
        assert_eq!(halve(&[1.0]).len(), 1);
        assert_eq!(halve(&[0.0; 7]).len(), 4);
    }
}
