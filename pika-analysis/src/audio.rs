//! The mono signal that every stage after decoding works on.

/// Mono mix at the analysis rate.
///
/// Time 0 is the first audible sample of the file: encoder delay is trimmed and the delay of the
/// decimation filter compensated, so sample `i` sounds at `i / sample_rate_hz` seconds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MonoAudio {
    /// Samples; ±1 is full scale, more is possible.
    pub samples: Vec<f32>,
    /// Samples a second: the rate of the file divided by the power of two that brings it to
    /// 26 kHz or less (22 050 for 44.1 kHz, 24 000 for 48, 96 and 192 kHz, 8 000 for 8 kHz).
    pub sample_rate_hz: f64,
}

impl MonoAudio {
    /// Length in seconds.
    pub fn duration_s(&self) -> f64 {
        if self.sample_rate_hz > 0.0 {
            self.samples.len() as f64 / self.sample_rate_hz
        } else {
            0.0
        }
    }
}
