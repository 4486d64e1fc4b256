//! Halving of the sample rate by a linear-phase half-band filter, as often as needed.
//!
//! Sample `i` of the output is centred on sample `i × factor` of the input: no delay.

/// Rates above this are halved; 44.1 kHz becomes 22.05 kHz, 25 kHz stays.
const HIGHEST_RATE_HZ: u32 = 26_000;

/// Non-zero taps on one side of the centre. 63 taps in all.
const SIDE_TAPS: usize = 16;

/// Outputs computed together: four registers of four.
const LANES: usize = 16;

/// How often `rate_hz` is halved.
fn halvings(rate_hz: u32) -> u32 {
    let mut count = 0;
    while rate_hz >> count > HIGHEST_RATE_HZ {
        count += 1;
    }
    count
}

/// Streaming decimation to the analysis rate.
pub(crate) struct Decimator {
    stages: Vec<HalfBand>,
    /// Output of one stage, input of the next.
    scratch: [Vec<f32>; 2],
    output_rate_hz: f64,
}

impl Decimator {
    /// For an input of `rate_hz`.
    pub(crate) fn new(rate_hz: u32) -> Self {
        let count = halvings(rate_hz);
        Self {
            stages: (0..count).map(|_| HalfBand::new()).collect(),
            scratch: Default::default(),
            output_rate_hz: f64::from(rate_hz) / f64::from(1u32 << count),
        }
    }

    /// Rate of the output in Hz; need not be whole (11 025 × odd factors).
    pub(crate) fn output_rate_hz(&self) -> f64 {
        self.output_rate_hz
    }

    /// Consumes `input` and appends what is ready to `output`.
    pub(crate) fn process(&mut self, input: &[f32], output: &mut Vec<f32>) {
        self.run(input, false, output);
    }

    /// Appends the rest after the last input.
    pub(crate) fn finish(&mut self, output: &mut Vec<f32>) {
        self.run(&[], true, output);
    }

    fn run(&mut self, input: &[f32], is_last: bool, output: &mut Vec<f32>) {
        let Some((last, first)) = self.stages.split_last_mut() else {
            output.extend_from_slice(input);
            return;
        };
        let [from, to] = &mut self.scratch;
        from.clear();
        from.extend_from_slice(input);
        for stage in first {
            to.clear();
            stage.run(from, is_last, to);
            std::mem::swap(from, to);
        }
        last.run(from, is_last, output);
    }
}

/// One halving: `y[m] = Σ h[k] x[2m + k]`, where all even `k` but 0 have `h[k] = 0`.
struct HalfBand {
    /// `h[±1], h[±3], …`
    taps: [f32; SIDE_TAPS],
    /// Even input samples from output `m` on.
    even: Vec<f32>,
    /// Odd input samples; `SIDE_TAPS` of history come first.
    odd: Vec<f32>,
    /// Whether the next input sample is an odd one.
    next_is_odd: bool,
}

impl HalfBand {
    fn new() -> Self {
        Self {
            taps: side_taps(),
            even: Vec::new(),
            odd: vec![0.0; SIDE_TAPS],
            next_is_odd: false,
        }
    }

    fn run(&mut self, input: &[f32], is_last: bool, output: &mut Vec<f32>) {
        let mut rest = input;
        if self.next_is_odd
            && let Some((&first, others)) = rest.split_first()
        {
            self.odd.push(first);
            rest = others;
            self.next_is_odd = false;
        }
        let pairs = rest.chunks_exact(2);
        if let [last] = pairs.remainder() {
            self.next_is_odd = true;
            self.even.reserve(rest.len() / 2 + 1);
            self.even.extend(pairs.clone().map(|pair| pair[0]));
            self.even.push(*last);
        } else {
            self.even.extend(pairs.clone().map(|pair| pair[0]));
        }
        self.odd.extend(pairs.map(|pair| pair[1]));
        if is_last {
            // Silence after the end, enough for every even sample to become an output.
            self.odd.resize(self.even.len() + 2 * SIDE_TAPS, 0.0);
        }
        let ready = self
            .even
            .len()
            .min((self.odd.len() + 1).saturating_sub(2 * SIDE_TAPS));
        self.filter(ready, output);
        self.even.drain(..ready);
        self.odd.drain(..ready);
    }

    /// Outputs `0..ready`.
    fn filter(&self, ready: usize, output: &mut Vec<f32>) {
        output.reserve(ready);
        let whole = ready - ready % LANES;
        for start in (0..whole).step_by(LANES) {
            output.extend_from_slice(&self.lanes(start));
        }
        // The last few are computed in a full group as well, over silence.
        if whole < ready {
            let mut tail = Self {
                taps: self.taps,
                even: self.even[whole..ready].to_vec(),
                odd: self.odd[whole..ready + 2 * SIDE_TAPS - 1].to_vec(),
                next_is_odd: false,
            };
            tail.even.resize(LANES, 0.0);
            tail.odd.resize(LANES + 2 * SIDE_TAPS, 0.0);
            output.extend_from_slice(&tail.lanes(0)[..ready - whole]);
        }
    }

    /// A group of outputs from `start` on; the sums stay in registers over all taps.
    fn lanes(&self, start: usize) -> [f32; LANES] {
        let (even, odd) = (
            &self.even[start..start + LANES],
            &self.odd[start..start + LANES + 2 * SIDE_TAPS - 1],
        );
        let mut sums = [0.0f32; LANES];
        for (sum, &centre) in sums.iter_mut().zip(even) {
            *sum = 0.5 * centre;
        }
        for (tap, &weight) in self.taps.iter().enumerate() {
            let after = &odd[SIDE_TAPS + tap..SIDE_TAPS + tap + LANES];
            let before = &odd[SIDE_TAPS - 1 - tap..SIDE_TAPS - 1 - tap + LANES];
            for lane in 0..LANES {
                sums[lane] += weight * (after[lane] + before[lane]);
            }
        }
        sums
    }
}

/// Windowed sinc with a Kaiser window (β = 7.86: 80 dB), scaled to unit gain at 0 Hz.
///
/// At 44.1 kHz: flat to 9.2 kHz; above 12.8 kHz at least 80 dB down.
fn side_taps() -> [f32; SIDE_TAPS] {
    const BETA: f64 = 7.86;
    let mut taps = [0.0f64; SIDE_TAPS];
    for (index, tap) in taps.iter_mut().enumerate() {
        let k = (2 * index + 1) as f64;
        let sinc = (std::f64::consts::FRAC_PI_2 * k).sin() / (std::f64::consts::PI * k);
        let place = k / (2 * SIDE_TAPS) as f64;
        *tap = sinc * bessel_i0(BETA * (1.0 - place * place).sqrt()) / bessel_i0(BETA);
    }
    let sum: f64 = taps.iter().sum();
    taps.map(|tap| (tap * 0.25 / sum) as f32)
}

/// Modified Bessel function of the first kind, order 0, by its power series.
fn bessel_i0(x: f64) -> f64 {
    let quarter = x * x / 4.0;
    let (mut sum, mut term) = (1.0, 1.0);
    for k in 1..60 {
        term *= quarter / f64::from(k * k);
        sum += term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimate(rate_hz: u32, input: &[f32], piece: usize) -> Vec<f32> {
        let mut decimator = Decimator::new(rate_hz);
        let mut output = Vec::new();
        for part in input.chunks(piece) {
            decimator.process(part, &mut output);
        }
        decimator.finish(&mut output);
        output
    }

    /// Amplitude of a tone of `tone_hz` after decimation, by its root mean square.
    fn gain(rate_hz: u32, tone_hz: f64) -> f64 {
        let input: Vec<f32> = (0..rate_hz)
            .map(|i| (std::f64::consts::TAU * tone_hz * f64::from(i) / f64::from(rate_hz)).sin() as f32)
            .collect();
        let output = decimate(rate_hz, &input, 1152);
        let middle = &output[200..output.len() - 200];
        let power: f64 = middle.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
        (2.0 * power / middle.len() as f64).sqrt()
    }

    #[test]
    fn rates_come_down_to_26_khz_by_halves() {
        for (rate, expected) in [
            (8_000, 8_000.0),
            (22_050, 22_050.0),
            (26_000, 26_000.0),
            (32_000, 16_000.0),
            (44_100, 22_050.0),
            (48_000, 24_000.0),
            (88_200, 22_050.0),
            (96_000, 24_000.0),
            (192_000, 24_000.0),
        ] {
            assert_eq!(Decimator::new(rate).output_rate_hz(), expected, "{rate}");
        }
    }

    #[test]
    fn an_impulse_stays_where_it_was() {
        for (rate, at) in [(44_100u32, 1000usize), (192_000, 8000), (22_050, 77)] {
            let mut input = vec![0.0; 20_000];
            input[at] = 1.0;
            let output = decimate(rate, &input, 577);
            let peak = (0..output.len()).max_by(|&a, &b| output[a].abs().total_cmp(&output[b].abs()));
            let factor = (f64::from(rate) / Decimator::new(rate).output_rate_hz()) as usize;
            assert_eq!(peak, Some(at / factor), "{rate}");
            assert_eq!(output.len(), 20_000 / factor, "{rate}");
        }
    }

    #[test]
    fn pieces_do_not_change_the_result() {
        let input: Vec<f32> = (0..5001).map(|i| ((i * i) as f32 * 0.001).sin()).collect();
        let whole = decimate(96_000, &input, 5001);
        assert_eq!(whole.len(), 1251);
        for piece in [1, 2, 3, 64, 1152] {
            assert_eq!(decimate(96_000, &input, piece), whole, "{piece}");
        }
    }

    #[test]
    fn the_pass_band_is_flat_and_the_stop_band_80_db_down() {
        for tone in [50.0, 1000.0, 8000.0, 9000.0] {
            assert!((gain(44_100, tone) - 1.0).abs() < 2e-3, "{tone}");
        }
        for tone in [13_000.0, 15_000.0, 19_000.0, 21_900.0] {
            assert!(gain(44_100, tone) < 1.2e-4, "{tone}: {}", gain(44_100, tone));
        }
    }
}
