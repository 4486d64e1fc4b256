//! From any number of channels to one, without losing music that is out of phase.

use crate::decode::SoundBlock;

/// The side holds this many times the power of the middle when the channels are taken for inverted.
const INVERTED_RATIO: f64 = 4.0;
/// Below this ratio they are taken for ordinary again.
const ORDINARY_RATIO: f64 = 2.0;
/// Time constant of the powers that decide, in seconds.
const MEMORY_S: f64 = 1.0;

/// Streaming mono mix.
///
/// Two channels: (L + R) / 2, or the louder one while they mostly cancel each other (one channel
/// inverted). More: the mean of all but bass effects.
pub(crate) struct MonoMixer {
    sample_rate_hz: f64,
    /// Slowly forgotten powers: left, right, product.
    powers: [f64; 3],
    /// Shares of left and right.
    shares: [f32; 2],
    is_first: bool,
    mix: Vec<f32>,
}

impl MonoMixer {
    pub(crate) fn new(sample_rate_hz: u32) -> Self {
        Self {
            sample_rate_hz: f64::from(sample_rate_hz.max(1)),
            powers: [0.0; 3],
            shares: [0.5; 2],
            is_first: true,
            mix: Vec::new(),
        }
    }

    /// The mono signal of one block.
    pub(crate) fn process(&mut self, block: &SoundBlock<'_>) -> &[f32] {
        self.mix.clear();
        match block.planes {
            [only] => self.mix.extend_from_slice(only),
            [left, right] => self.mix_two(left, right),
            _ => self.mix_many(block),
        }
        &self.mix
    }

    fn mix_two(&mut self, left: &[f32], right: &[f32]) {
        let before = self.shares;
        self.decide(left, right);
        if self.is_first || before == self.shares {
            let [l, r] = self.shares;
            self.mix
                .extend(left.iter().zip(right).map(|(&a, &b)| l * a + r * b));
        } else {
            // Fades over this block: a jump would sound like an onset.
            let step = 1.0 / left.len().max(1) as f32;
            let shares = self.shares;
            self.mix
                .extend(left.iter().zip(right).enumerate().map(|(index, (&a, &b))| {
                    let place = index as f32 * step;
                    let [l, r] = [0, 1].map(|c| before[c] + (shares[c] - before[c]) * place);
                    l * a + r * b
                }));
        }
        // Silence decides nothing.
        if self.powers[0] + self.powers[1] > 0.0 {
            self.is_first = false;
        }
    }

    /// Chooses the shares after the powers so far.
    fn decide(&mut self, left: &[f32], right: &[f32]) {
        let keep = (-(left.len() as f64) / (MEMORY_S * self.sample_rate_hz)).exp();
        for (power, now) in self.powers.iter_mut().zip(products(left, right)) {
            *power = *power * keep + f64::from(now);
        }
        let [l, r, product] = self.powers;
        let (middle, side) = (l + r + 2.0 * product, l + r - 2.0 * product);
        let is_mixed = self.shares == [0.5; 2];
        let limit = if is_mixed { INVERTED_RATIO } else { ORDINARY_RATIO };
        if side <= limit * middle {
            self.shares = [0.5; 2];
        } else if is_mixed {
            self.shares = if l >= r { [1.0, 0.0] } else { [0.0, 1.0] };
        }
    }

    fn mix_many(&mut self, block: &SoundBlock<'_>) {
        self.mix
            .resize(block.planes.first().map_or(0, |plane| plane.len()), 0.0);
        let mut mixed = 0u16;
        for (plane, &weight) in block.planes.iter().zip(block.loudness_weights) {
            if weight > 0.0 {
                mixed += 1;
                for (sum, &sample) in self.mix.iter_mut().zip(*plane) {
                    *sum += sample;
                }
            }
        }
        let share = 1.0 / f32::from(mixed.max(1));
        for sample in &mut self.mix {
            *sample *= share;
        }
    }
}

/// Sums of l², r² and l·r, in lanes so that the compiler can vectorise them.
fn products(left: &[f32], right: &[f32]) -> [f32; 3] {
    const LANES: usize = 8;
    let mut sums = [[0.0f32; LANES]; 3];
    let length = left.len().min(right.len());
    let (left, right) = (&left[..length], &right[..length]);
    let (lefts, rights) = (left.chunks_exact(LANES), right.chunks_exact(LANES));
    let rest = lefts.remainder().iter().zip(rights.remainder());
    for (l, r) in lefts.zip(rights) {
        for lane in 0..LANES {
            sums[0][lane] += l[lane] * l[lane];
            sums[1][lane] += r[lane] * r[lane];
            sums[2][lane] += l[lane] * r[lane];
        }
    }
    for (&l, &r) in rest {
        sums[0][0] += l * l;
        sums[1][0] += r * r;
        sums[2][0] += l * r;
    }
    sums.map(|lanes| lanes.iter().sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(length: usize) -> Vec<f32> {
        (0..length).map(|i| 0.5 * (i as f32 * 0.05).sin()).collect()
    }

    fn mixed(left: &[f32], right: &[f32]) -> Vec<f32> {
        let mut mixer = MonoMixer::new(44_100);
        let mut mix = Vec::new();
        for (l, r) in left.chunks(1152).zip(right.chunks(1152)) {
            mix.extend_from_slice(mixer.process(&SoundBlock {
                planes: &[l, r],
                loudness_weights: &[1.0, 1.0],
            }));
        }
        mix
    }

    #[test]
    fn equal_channels_stay_as_they_are() {
        let tone = tone(5000);
        assert_eq!(mixed(&tone, &tone), tone);
    }

    #[test]
    fn an_inverted_channel_does_not_cancel_the_music() {
        let tone = tone(5000);
        let inverted: Vec<f32> = tone.iter().map(|&x| -0.9 * x).collect();
        assert_eq!(mixed(&tone, &inverted), tone);
    }

    #[test]
    fn one_silent_channel_halves_the_level() {
        let tone = tone(5000);
        let half: Vec<f32> = tone.iter().map(|&x| 0.5 * x).collect();
        assert_eq!(mixed(&tone, &vec![0.0; 5000]), half);
    }

    #[test]
    fn a_change_in_the_middle_fades() {
        let tone = tone(400_000);
        let right: Vec<f32> = tone
            .iter()
            .enumerate()
            .map(|(i, &x)| if i < 100_000 { x } else { -x })
            .collect();
        let mix = mixed(&tone, &right);
        assert_eq!(mix[..100_000], tone[..100_000]);
        assert_eq!(mix[300_000..], tone[300_000..]);
        let jump = mix
            .windows(2)
            .map(|pair| (pair[1] - pair[0]).abs())
            .fold(0.0, f32::max);
        // As steep as the sum itself at the change, not more.
        assert!(jump < 0.51, "{jump}");
    }
}
