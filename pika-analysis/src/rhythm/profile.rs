//! By-products that describe the groove: swing, weight on the beat, regularity.

use crate::rhythm::warp::{PER_PULSE, Warped};

/// Points of the beat between which a divided beat's second half begins: 11/24 (straight, a little early) to
/// 17/24 (dotted eighths fall on 18/24 and are taken for sixteenths).
const HALF_POINTS: std::ops::RangeInclusive<usize> = 11..=17;

/// Length of the longer half of the beat over the shorter one; `None` when beats are hardly divided in two or
/// three. `warped` is resampled to beats.
pub(crate) fn swing_ratio(warped: &Warped) -> Option<f64> {
    let mut profile = [0.0f32; PER_PULSE];
    for curve in &warped.groups {
        for beat in curve.chunks_exact(PER_PULSE) {
            for (sum, &value) in profile.iter_mut().zip(beat) {
                *sum += value.min(5.0);
            }
        }
    }
    let peak = *HALF_POINTS
        .clone()
        .collect::<Vec<_>>()
        .iter()
        .max_by(|&&a, &&b| profile[a].total_cmp(&profile[b]))?;
    let mean = profile.iter().sum::<f32>() / PER_PULSE as f32;
    let (before, at, after) = (profile[peak - 1], profile[peak], profile[peak + 1]);
    if at < 1.2 * mean || at < before || at < after {
        return None;
    }
    let curvature = before - 2.0 * at + after;
    let shift = if curvature < 0.0 {
        0.5 * (before - after) / curvature
    } else {
        0.0
    };
    let place = (peak as f64 + f64::from(shift)) / PER_PULSE as f64;
    Some((place / (1.0 - place)).max(1.0))
}

/// Share of the low band's onset strength within a twelfth of a beat of the beats, less what chance would give;
/// 0 to 1.
pub(crate) fn low_band_on_beat(warped: &Warped) -> f64 {
    let (mut near, mut total) = (0.0f64, 0.0f64);
    for beat in warped.groups[0].chunks_exact(PER_PULSE) {
        for (point, &value) in beat.iter().enumerate() {
            total += f64::from(value);
            if point <= 2 || point >= PER_PULSE - 2 {
                near += f64::from(value);
            }
        }
    }
    // Five points of 24 are near by chance.
    let chance = 5.0 / PER_PULSE as f64;
    if total > 0.0 {
        ((near / total - chance) / (1.0 - chance)).max(0.0)
    } else {
        0.0
    }
}

/// Mean correlation of the onset pattern of each bar with that of the next, 0 to 1.
pub(crate) fn regularity(warped: &Warped, beats_per_bar: usize) -> f64 {
    let len = beats_per_bar * PER_PULSE;
    let (mut sum, mut n) = (0.0f64, 0u32);
    for curve in &warped.groups {
        let bars: Vec<&[f32]> = curve.chunks_exact(len).collect();
        for pair in bars.windows(2) {
            if let Some(correlation) = correlation(pair[0], pair[1]) {
                sum += correlation;
                n += 1;
            }
        }
    }
    if n > 0 {
        (sum / f64::from(n)).clamp(0.0, 1.0)
    } else {
        0.0
    }
}

fn correlation(a: &[f32], b: &[f32]) -> Option<f64> {
    let mean = |values: &[f32]| values.iter().sum::<f32>() / values.len() as f32;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let (mut ab, mut aa, mut bb) = (0.0f32, 0.0f32, 0.0f32);
    for (&x, &y) in a.iter().zip(b) {
        let (x, y) = (x - mean_a, y - mean_b);
        ab += x * y;
        aa += x * x;
        bb += y * y;
    }
    (aa > 1e-3 && bb > 1e-3).then(|| f64::from(ab / (aa * bb).sqrt()))
}
