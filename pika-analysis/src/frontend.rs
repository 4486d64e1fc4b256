//! The one pass over decoded sound: mono mix and decimation, loudness, peak, silence, waveform.

use crate::{
    Silence, WaveformOverview,
    audio::MonoAudio,
    decode::{SoundBlock, SoundSink},
    dsp::decimate::Decimator,
    loudness::{LoudnessMeter, Loudnesses},
    mix::MonoMixer,
    waveform,
    waveform::{BinBands, BinPeaks},
};

/// −60 dBFS.
const SILENCE_LEVEL: f32 = 0.001;

/// Sound beyond this length counts for loudness, silence and waveform, but is no longer kept for
/// the musical stages: it bounds memory to 160 MB, and a recording of hours has no one tempo.
const LONGEST_MUSIC_S: f64 = 1800.0;

/// Collects everything that is measured at the native rate.
#[derive(Default)]
pub(crate) struct Frontend {
    stages: Option<Stages>,
}

/// What the pass found.
pub(crate) struct FrontendResult {
    /// The signal for the musical stages.
    pub(crate) audio: MonoAudio,
    /// Loudness and peak.
    pub(crate) loudness: Loudnesses,
    /// Silence at both ends.
    pub(crate) silence: Silence,
    /// Overview for drawing.
    pub(crate) waveform: WaveformOverview,
}

impl Frontend {
    /// The results, after the last block.
    pub(crate) fn finish(self) -> FrontendResult {
        let Some(mut stages) = self.stages else {
            return FrontendResult {
                audio: MonoAudio::default(),
                loudness: Loudnesses::default(),
                silence: Silence {
                    leading_s: 0.0,
                    trailing_s: 0.0,
                },
                waveform: waveform::overview(&[], &[]),
            };
        };
        stages.decimated.clear();
        stages.decimator.finish(&mut stages.decimated);
        stages.take_decimated();
        let audio = MonoAudio {
            samples: stages.mono,
            sample_rate_hz: stages.decimator.output_rate_hz(),
        };
        FrontendResult {
            loudness: Loudnesses {
                peak_dbfs: (stages.peak > 0.0).then(|| 20.0 * f64::from(stages.peak).log10()),
                ..stages.meter.finish()
            },
            silence: stages.silence.finish(f64::from(stages.sample_rate_hz)),
            waveform: waveform::overview(&stages.peaks.finish(), &stages.bands.finish()),
            audio,
        }
    }
}

impl SoundSink for Frontend {
    fn start(&mut self, sample_rate_hz: u32) {
        let decimator = Decimator::new(sample_rate_hz);
        self.stages = Some(Stages {
            sample_rate_hz,
            mixer: MonoMixer::new(sample_rate_hz),
            bands: BinBands::new(decimator.output_rate_hz()),
            longest: (LONGEST_MUSIC_S * decimator.output_rate_hz()) as usize,
            decimator,
            decimated: Vec::new(),
            mono: Vec::new(),
            meter: LoudnessMeter::new(sample_rate_hz),
            peaks: BinPeaks::new(sample_rate_hz),
            peak: 0.0,
            silence: SilenceFinder::default(),
        });
    }

    fn block(&mut self, block: &SoundBlock<'_>) {
        let Some(stages) = &mut self.stages else {
            return;
        };
        stages.decimated.clear();
        stages
            .decimator
            .process(stages.mixer.process(block), &mut stages.decimated);
        stages.take_decimated();
        stages.meter.process(block);
        let peak = stages.peaks.process(block);
        stages.peak = stages.peak.max(peak);
        stages.silence.process(block, peak);
    }
}

/// Everything that needs the sample rate.
struct Stages {
    sample_rate_hz: u32,
    mixer: MonoMixer,
    decimator: Decimator,
    /// Output of the decimator for one block.
    decimated: Vec<f32>,
    bands: BinBands,
    mono: Vec<f32>,
    /// Samples of `mono` that are kept at most.
    longest: usize,
    meter: LoudnessMeter,
    peaks: BinPeaks,
    /// Highest absolute sample so far.
    peak: f32,
    silence: SilenceFinder,
}

impl Stages {
    fn take_decimated(&mut self) {
        self.bands.process(&self.decimated);
        let room = self.longest.saturating_sub(self.mono.len());
        self.mono
            .extend_from_slice(&self.decimated[..room.min(self.decimated.len())]);
    }
}

/// First and last frame above the level of silence.
#[derive(Default)]
struct SilenceFinder {
    frame: u64,
    first: Option<u64>,
    last: u64,
}

impl SilenceFinder {
    /// `peak`: highest absolute sample of the block.
    fn process(&mut self, block: &SoundBlock<'_>, peak: f32) {
        let is_loud = |sample: &f32| sample.abs() >= SILENCE_LEVEL;
        if peak >= SILENCE_LEVEL {
            if self.first.is_none() {
                let positions = block
                    .planes
                    .iter()
                    .filter_map(|plane| plane.iter().position(is_loud));
                self.first = positions.min().map(|position| self.frame + position as u64);
            }
            let positions = block
                .planes
                .iter()
                .filter_map(|plane| plane.iter().rposition(is_loud));
            self.last = self.frame + positions.max().unwrap_or(0) as u64;
        }
        self.frame += block.planes.first().map_or(0, |plane| plane.len()) as u64;
    }

    /// A file that is silent throughout has leading silence only.
    fn finish(self, rate_hz: f64) -> Silence {
        match self.first {
            Some(first) => Silence {
                leading_s: first as f64 / rate_hz,
                trailing_s: (self.frame - 1 - self.last) as f64 / rate_hz,
            },
            None => Silence {
                leading_s: self.frame as f64 / rate_hz,
                trailing_s: 0.0,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(rate_hz: u32, samples: &[f32]) -> FrontendResult {
        let mut frontend = Frontend::default();
        frontend.start(rate_hz);
        for part in samples.chunks(1152) {
            frontend.block(&SoundBlock {
                planes: &[part, part],
                loudness_weights: &[1.0, 1.0],
            });
        }
        frontend.finish()
    }

    #[test]
    fn the_waveform_follows_the_music() {
        let samples: Vec<f32> = (0..88_200)
            .map(|i| {
                let frequency = if i < 44_100 { 60.0 } else { 5000.0 };
                (0.5 * (std::f64::consts::TAU * frequency * f64::from(i) / 44_100.0).sin()) as f32
            })
            .collect();
        let found = run(44_100, &samples);
        assert_eq!(found.audio.samples.len(), 44_100);
        assert_eq!(found.waveform.bins.len(), 300);
        let (first, second) = (found.waveform.bins[75], found.waveform.bins[225]);
        assert!(first.low > 90 && first.high < 20, "{first:?}");
        assert!(second.high > second.mid && second.low < 20, "{second:?}");
        assert!((found.loudness.peak_dbfs.unwrap() + 6.02).abs() < 0.01);
    }

    #[test]
    fn very_long_sound_is_measured_but_not_kept() {
        // At 200 Hz, so that the test is quick.
        let found = run(200, &vec![0.25; 200 * 2000]);
        assert_eq!(found.audio.samples.len(), 200 * 1800);
        assert!(
            found.waveform.bins.len() >= 150 * 1990,
            "{}",
            found.waveform.bins.len()
        );
    }

    #[test]
    fn sound_between_silences_is_found() {
        let mut samples = vec![0.0; 5000];
        samples.extend([0.002; 3000]);
        samples.extend([0.0009; 2000]);
        let found = run(10_000, &samples).silence;
        assert!(
            (found.leading_s - 0.5).abs() < 1e-9 && (found.trailing_s - 0.2).abs() < 1e-9,
            "{found:?}"
        );
    }
}
