//! What speaks for a key: channels of twelve values, one for each pitch class as the tonic.

use super::chords::{ChordFrame, MAJOR_TYPES, N_TYPES, chords};
use crate::features::chroma::Chromagram;

/// Mean of each register; occupancy of each chord type; bass and treble of the beginning and of the end.
const N_PLAIN: usize = 4 + N_TYPES + 4;
/// Changes between chords with major and minor third, over each of eleven intervals.
const N_CHANGES: usize = 4 * 11;
/// Number of channels.
pub const N_CHANNELS: usize = N_PLAIN + N_CHANGES;

/// How long the beginning and the end last.
const BEGINNING_S: f64 = 2.0;
const END_S: f64 = 2.5;
/// Two chords this far apart in time count as following one another.
const CHANGE_S: f64 = 0.9;

/// Everything that is weighed to find the key.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// `channels[c][p]`: channel `c` at pitch class `p` (from C).
    pub channels: [[f32; 12]; N_CHANNELS],
    /// Share of clear tones in the amplitude, 0 to 1.
    pub tonality: f32,
}

impl Evidence {
    /// Gathers it; `None` when no frame has a tone.
    pub fn gather(chroma: &Chromagram) -> Option<Self> {
        let n = chroma.n_frames();
        let weights = frame_weights(chroma);
        let first = weights.iter().position(|&weight| weight > 0.5)?;
        let last = weights.iter().rposition(|&weight| weight > 0.5)?;
        let mut channels = [[0.0f32; 12]; N_CHANNELS];
        channels[0] = mean(&chroma.treble, &weights);
        channels[1] = mean(&chroma.bass, &weights);
        channels[2] = mean(&chroma.middle, &weights);
        channels[3] = mean(&chroma.top, &weights);

        let chords = chords(chroma, &weights);
        channels[4..4 + N_TYPES].copy_from_slice(&occupancy(&chords));

        let plain = &mut channels[4 + N_TYPES..];
        let beginning = first..(first + frames(BEGINNING_S, chroma)).min(n);
        plain[0] = mean(&chroma.bass[beginning.clone()], &weights[beginning.clone()]);
        plain[1] = mean(&chroma.treble[beginning.clone()], &weights[beginning]);
        let end = (last.saturating_sub(frames(END_S, chroma)))..last + 1;
        let finality = finality(&chroma.level, chroma.frame_rate_hz);
        plain[2] = mean(&chroma.bass[end.clone()], &weights[end.clone()]).map(|value| value * finality);
        plain[3] = mean(&chroma.treble[end.clone()], &weights[end]).map(|value| value * finality);

        changes(&chords, frames(CHANGE_S, chroma), &mut channels[N_PLAIN..]);

        let total: f32 = weights.iter().sum();
        let tonal: f32 = chroma
            .tonality
            .iter()
            .zip(&weights)
            .map(|(tonality, weight)| tonality * weight)
            .sum();
        Some(Self {
            channels,
            tonality: tonal / total.max(1e-9),
        })
    }
}

fn frames(seconds: f64, chroma: &Chromagram) -> usize {
    (seconds * chroma.frame_rate_hz).round() as usize
}

/// How much each frame counts: all that can be heard well counts alike, loud or not.
fn frame_weights(chroma: &Chromagram) -> Vec<f32> {
    /// Share of the loud frames' level from which on a frame counts fully (−26 dB).
    const AUDIBLE: f32 = 0.05;
    let loud = percentile(&chroma.level, 0.95).max(1e-9);
    chroma
        .level
        .iter()
        .zip(&chroma.treble)
        .zip(&chroma.bass)
        .map(|((level, treble), bass)| {
            let has_tones = treble.iter().chain(bass).any(|&value| value > 0.0);
            if has_tones {
                (level / loud / AUDIBLE).min(1.0)
            } else {
                0.0
            }
        })
        .collect()
}

fn percentile(values: &[f32], share: f64) -> f32 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f32::total_cmp);
    let index = (share * sorted.len().saturating_sub(1) as f64).round() as usize;
    sorted.get(index).copied().unwrap_or(0.0)
}

/// Weighted mean, scaled to length 1 (or all 0).
fn mean(frames: &[[f32; 12]], weights: &[f32]) -> [f32; 12] {
    let mut sum = [0.0f32; 12];
    for (frame, weight) in frames.iter().zip(weights) {
        for (slot, value) in sum.iter_mut().zip(frame) {
            *slot += weight * value;
        }
    }
    let length = sum
        .iter()
        .map(|value| value * value)
        .sum::<f32>()
        .sqrt()
        .max(1e-9);
    sum.map(|value| value / length)
}

/// Share of the time that each chord sounds, by type.
fn occupancy(chords: &[ChordFrame]) -> ChordFrame {
    let mut sum = [[0.0f32; 12]; N_TYPES];
    for frame in chords {
        for (slot, value) in sum.iter_mut().flatten().zip(frame.iter().flatten()) {
            *slot += value;
        }
    }
    let total: f32 = sum.iter().flatten().sum();
    // Three, so that all channels are of about the same size.
    sum.map(|roots| roots.map(|value| 3.0 * value / total.max(1e-9)))
}

/// Whether the sound really ends, as a last chord does, 0 to 1: neither cut off nor faded out.
fn finality(level: &[f32], frame_rate_hz: f64) -> f32 {
    /// A last chord rings for up to about this long; a fade-out takes longer.
    const LONGEST_RING_S: f32 = 6.0;
    if (level.len() as f64) < 8.0 * frame_rate_hz {
        return 0.0;
    }
    let usual = percentile(level, 0.75);
    let last_above = |share: f32| level.iter().rposition(|&value| value > share * usual);
    let (Some(loud), Some(audible)) = (last_above(0.5), last_above(0.15)) else {
        return 0.0;
    };
    if audible + 1 == level.len() {
        return 0.0;
    }
    let ring_s = (audible - loud) as f32 / frame_rate_hz as f32;
    ((LONGEST_RING_S - ring_s) / 3.0).clamp(0.0, 1.0)
}

/// Share of each change of chord: channel `(from type, to type, interval − 1)` at the root that it leads to;
/// the interval is that of the chord left above the one reached.
fn changes(chords: &[ChordFrame], distance: usize, channels: &mut [[f32; 12]]) {
    // Chords by their third alone: `[major, minor][root]`.
    let thirds: Vec<[[f32; 12]; 2]> = chords
        .iter()
        .map(|frame| {
            let mut thirds = [[0.0; 12]; 2];
            for (kind, roots) in frame.iter().enumerate() {
                let third = usize::from(!MAJOR_TYPES.contains(&kind));
                for (slot, value) in thirds[third].iter_mut().zip(roots) {
                    *slot += value;
                }
            }
            thirds
        })
        .collect();
    let mut pairs = [[0.0f32; 24]; 24];
    for (before, after) in thirds.iter().zip(thirds.iter().skip(distance)) {
        for (row, &from) in pairs.iter_mut().zip(before.iter().flatten()) {
            for (slot, &to) in row.iter_mut().zip(after.iter().flatten()) {
                *slot += from * to;
            }
        }
    }
    let total: f32 = pairs.iter().flatten().sum();
    let scale = 3.0 / total.max(1e-9);
    for from in 0..2 {
        for to in 0..2 {
            for interval in 1..12 {
                let channel = &mut channels[(from * 2 + to) * 11 + interval - 1];
                for (root, slot) in channel.iter_mut().enumerate() {
                    *slot = scale * pairs[from * 12 + (root + interval) % 12][to * 12 + root];
                }
            }
        }
    }
}
