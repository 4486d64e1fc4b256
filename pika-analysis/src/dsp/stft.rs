//! Real Fourier transforms: power spectra of windowed frames, and autocorrelation.
//!
//! Plans are made once per thread and size and shared from there.

use std::{cell::RefCell, sync::Arc};

use realfft::{ComplexToReal, RealFftPlanner, RealToComplex, num_complex::Complex};

thread_local! {
    static PLANNER: RefCell<RealFftPlanner<f32>> = RefCell::new(RealFftPlanner::new());
}

/// Complex spectrum value.
pub(crate) type Complex32 = Complex<f32>;

/// Forward transform of real frames of one length.
pub(crate) struct RealFft {
    plan: Arc<dyn RealToComplex<f32>>,
    input: Vec<f32>,
    scratch: Vec<Complex32>,
    spectrum: Vec<Complex32>,
}

impl RealFft {
    /// A transform of `len` samples; `len` is even and above zero.
    pub(crate) fn new(len: usize) -> Self {
        let plan = PLANNER.with_borrow_mut(|planner| planner.plan_fft_forward(len));
        Self {
            input: plan.make_input_vec(),
            scratch: plan.make_scratch_vec(),
            spectrum: plan.make_output_vec(),
            plan,
        }
    }

    /// The `len / 2 + 1` complex bins of what `fill` writes into the (zeroed) input.
    pub(crate) fn transform(&mut self, fill: impl FnOnce(&mut [f32])) -> &[Complex32] {
        self.input.fill(0.0);
        fill(&mut self.input);
        self.plan
            .process_with_scratch(&mut self.input, &mut self.spectrum, &mut self.scratch)
            .expect("every buffer was made by the plan itself");
        &self.spectrum
    }
}

/// Power spectra of windowed frames.
pub(crate) struct PowerSpectrum {
    fft: RealFft,
    window: Vec<f32>,
}

impl PowerSpectrum {
    /// Frames of `window.len()` samples (even, above zero).
    pub(crate) fn new(window: Vec<f32>) -> Self {
        Self {
            fft: RealFft::new(window.len()),
            window,
        }
    }

    /// Number of bins: half the frame and one.
    pub(crate) fn n_bins(&self) -> usize {
        self.window.len() / 2 + 1
    }

    /// Power (squared magnitude) of each bin of the frame that begins at `start` in `samples`; what lies
    /// outside `samples` counts as silence. `power` has [`Self::n_bins`] values.
    pub(crate) fn frame(&mut self, samples: &[f32], start: isize, power: &mut [f32]) {
        let len = self.window.len();
        let window = &self.window;
        let spectrum = self.fft.transform(|input| {
            // Part of the frame that lies inside the signal.
            let skipped = start.min(0).unsigned_abs();
            let from = usize::try_from(start).unwrap_or(0).min(samples.len());
            let to = (from + len.saturating_sub(skipped)).min(samples.len());
            let offset = skipped.min(len);
            let inside = &samples[from..to];
            for ((slot, &sample), &weight) in input[offset..].iter_mut().zip(inside).zip(&window[offset..]) {
                *slot = sample * weight;
            }
        });
        for (slot, bin) in power.iter_mut().zip(spectrum) {
            *slot = bin.norm_sqr();
        }
    }
}

/// Autocorrelation from a power spectrum: the inverse transform.
pub(crate) struct Autocorrelation {
    plan: Arc<dyn ComplexToReal<f32>>,
    spectrum: Vec<Complex32>,
    scratch: Vec<Complex32>,
    output: Vec<f32>,
}

impl Autocorrelation {
    /// For power spectra of `len` samples (`len / 2 + 1` bins); `len` is even and above zero.
    pub(crate) fn new(len: usize) -> Self {
        let plan = PLANNER.with_borrow_mut(|planner| planner.plan_fft_inverse(len));
        Self {
            spectrum: plan.make_input_vec(),
            scratch: plan.make_scratch_vec(),
            output: plan.make_output_vec(),
            plan,
        }
    }

    /// Circular autocorrelation (unnormalised) at every lag of the signal with this power spectrum.
    pub(crate) fn lags(&mut self, power: &[f32]) -> &[f32] {
        for (slot, &value) in self.spectrum.iter_mut().zip(power) {
            *slot = Complex::new(value, 0.0);
        }
        self.plan
            .process_with_scratch(&mut self.spectrum, &mut self.output, &mut self.scratch)
            .expect("every buffer was made by the plan itself, and the edge bins are real");
        &self.output
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dsp::window::hann;

    #[test]
    fn a_sine_peaks_in_its_bin() {
        let len = 256;
        let samples: Vec<f32> = (0..1024)
            .map(|i| (std::f32::consts::TAU * 16.0 * i as f32 / len as f32).sin())
            .collect();
        let mut stft = PowerSpectrum::new(hann(len));
        let mut power = vec![0.0; stft.n_bins()];
        stft.frame(&samples, 300, &mut power);
        let best = (0..power.len()).max_by(|&a, &b| power[a].total_cmp(&power[b]));
        assert_eq!(best, Some(16));
        // Amplitude 1 under a Hann window of mean ½: |X| = len / 4.
        assert!((power[16].sqrt() - len as f32 / 4.0).abs() < 0.1);
    }

    #[test]
    fn outside_the_signal_is_silence() {
        let mut stft = PowerSpectrum::new(hann(64));
        let mut power = vec![1.0; stft.n_bins()];
        for start in [-1000, -64, 10, 5000, isize::MAX, isize::MIN] {
            stft.frame(&[1.0; 10], start, &mut power);
            assert!(power.iter().all(|&p| p == 0.0), "start {start}");
        }
        stft.frame(&[1.0; 10], -32, &mut power);
        assert!(power[0] > 1.0);
    }

    #[test]
    fn autocorrelation_finds_the_period() {
        let len = 512;
        let mut fft = RealFft::new(len);
        let power: Vec<f32> = fft
            .transform(|input| (0..len / 2).step_by(20).for_each(|i| input[i] = 1.0))
            .iter()
            .map(Complex32::norm_sqr)
            .collect();
        let mut acf = Autocorrelation::new(len);
        let lags = acf.lags(&power);
        let best = (10..100).max_by(|&a, &b| lags[a].total_cmp(&lags[b]));
        assert_eq!(best, Some(20));
    }
}
