//! From beats to the tempo that is reported: one number, regions or a moving tempo, and how sure that is.

use std::ops::Range;

use crate::result::TempoRegion;

/// Beats in the stretch whose local tempo is taken.
const LOCAL_BEATS: usize = 16;
/// Fewest beats for which a tempo is snapped to a likely one.
const FEWEST_TO_SNAP: usize = 60;
/// Farthest that a tempo is moved by snapping, in BPM, whatever its error.
const FARTHEST_SNAP_BPM: f64 = 0.02;
/// Error of a beat's time that is expected, in seconds, and the cost of a region in units of its square.
const BEAT_ERROR_S: f64 = 0.008;
const REGION_COST: f64 = 40.0;
/// Fewest beats of a region.
const FEWEST_IN_REGION: usize = 16;
/// Least change between regions, as a ratio: a band wanders by less, an edit or a medley jumps by more.
const LEAST_STEP: f64 = 0.012;
/// At most so many places where regions may change are tried.
const MOST_KNOTS: usize = 1200;

/// A straight line through beats: time of beat 0 and seconds a beat.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Line {
    pub(crate) start_s: f64,
    pub(crate) period_s: f64,
}

impl Line {
    /// Time of beat `k`.
    pub(crate) fn at(self, k: usize) -> f64 {
        self.start_s + k as f64 * self.period_s
    }
}

/// Beats of constant tempo, `bpm` beats a minute, snapped if the evidence allows it.
///
/// `error_s` is the standard deviation of the local phase. Returns the tempo and the beats at that tempo, turned
/// about the middle of the track.
pub(crate) fn snapped(beats_s: &[f64], bpm: f64, error_s: f64) -> (f64, Vec<f64>) {
    let n = beats_s.len();
    let snapped = snap(bpm, n, error_s);
    let middle = n / 2;
    let period_s = 60.0 / snapped;
    let beats = (0..n)
        .map(|k| beats_s[middle] + (k as f64 - middle as f64) * period_s)
        .collect();
    (snapped, beats)
}

/// The likeliest studio tempo within the error of `bpm`: a whole number, then a half.
fn snap(bpm: f64, n_beats: usize, error_s: f64) -> f64 {
    if n_beats < FEWEST_TO_SNAP {
        return bpm;
    }
    let span_s = n_beats as f64 * 60.0 / bpm;
    // Slope error of a line through windows of 8 beats with independent errors.
    let error_bpm = bpm * error_s * 12f64.sqrt() / (span_s * (n_beats as f64 / 8.0).sqrt());
    let reach = (2.0 * error_bpm).clamp(0.006, FARTHEST_SNAP_BPM);
    [1.0, 2.0]
        .iter()
        .map(|parts| (bpm * parts).round() / parts)
        .find(|candidate| (candidate - bpm).abs() <= reach)
        .unwrap_or(bpm)
}

/// Stretches of constant tempo that explain the beats, as ranges of beats with their lines; `None` when the
/// tempo moves too often for that.
pub(crate) fn regions(beats_s: &[f64]) -> Option<Vec<(Range<usize>, Line)>> {
    let n = beats_s.len();
    if n < 2 * FEWEST_IN_REGION {
        return None;
    }
    let sums = Sums::new(beats_s);
    let stride = n.div_ceil(MOST_KNOTS);
    let knots: Vec<usize> = (0..n).step_by(stride).chain([n]).collect();
    let mut best = vec![f64::INFINITY; knots.len()];
    let mut from = vec![0; knots.len()];
    best[0] = 0.0;
    for end in 1..knots.len() {
        for start in 0..end {
            if knots[end] - knots[start] < FEWEST_IN_REGION {
                break;
            }
            let misfit = sums.misfit(knots[start], knots[end]) / (BEAT_ERROR_S * BEAT_ERROR_S);
            let cost = best[start] + misfit + REGION_COST;
            if cost < best[end] {
                (best[end], from[end]) = (cost, start);
            }
        }
    }
    let mut found = Vec::new();
    let mut end = knots.len() - 1;
    if best[end].is_infinite() {
        return None;
    }
    while end > 0 {
        let range = knots[from[end]]..knots[end];
        found.push((range.clone(), sums.line(range.start, range.end)));
        end = from[end];
    }
    found.reverse();
    // A tempo that changes more often than this follows a live band.
    let most = (n / 64).clamp(1, 8) + 1;
    let sudden =
        |pair: &[(Range<usize>, Line)]| (pair[0].1.period_s / pair[1].1.period_s).ln().abs() > LEAST_STEP;
    (found.len() <= most && found.windows(2).all(sudden)).then_some(found)
}

/// 5th and 95th percentile of the local tempo over [`LOCAL_BEATS`] beats, in BPM, and its relative spread.
pub(crate) fn local_tempi(beats_s: &[f64]) -> (f64, f64, f64) {
    let apart = LOCAL_BEATS.min(beats_s.len() - 1);
    let mut tempi: Vec<f64> = (apart..beats_s.len())
        .map(|k| 60.0 * apart as f64 / (beats_s[k] - beats_s[k - apart]))
        .collect();
    tempi.sort_by(f64::total_cmp);
    let at = |share: f64| tempi[(share * (tempi.len() - 1) as f64).round() as usize];
    let mean = tempi.iter().sum::<f64>() / tempi.len() as f64;
    let variance = tempi.iter().map(|t| (t - mean) * (t - mean)).sum::<f64>() / tempi.len() as f64;
    (at(0.05), at(0.95), variance.sqrt() / mean)
}

/// Regions as they are reported.
pub(crate) fn region_list(found: &[(Range<usize>, Line)], duration_s: f64) -> Vec<TempoRegion> {
    let n = found.len();
    found
        .iter()
        .enumerate()
        .map(|(index, (range, line))| TempoRegion {
            start_s: if index == 0 { 0.0 } else { line.at(range.start) },
            end_s: if index + 1 == n {
                duration_s
            } else {
                line.at(range.end)
            },
            anchor_s: line.at(range.start),
            bpm: 60.0 / line.period_s,
        })
        .collect()
}

/// Running sums for lines through any range of beats.
struct Sums {
    /// Times less those of one even pace, so that squares keep their digits.
    origin: Line,
    y: Vec<f64>,
    xy: Vec<f64>,
    yy: Vec<f64>,
}

impl Sums {
    fn new(beats_s: &[f64]) -> Self {
        let n = beats_s.len().max(2);
        let first = beats_s.first().copied().unwrap_or(0.0);
        let last = beats_s.last().copied().unwrap_or(1.0);
        let origin = Line {
            start_s: first,
            period_s: (last - first) / (n - 1) as f64,
        };
        let mut sums = Self {
            origin,
            y: vec![0.0],
            xy: vec![0.0],
            yy: vec![0.0],
        };
        let (mut y, mut xy, mut yy) = (0.0, 0.0, 0.0);
        for (k, &time_s) in beats_s.iter().enumerate() {
            let rest = time_s - origin.start_s - k as f64 * origin.period_s;
            y += rest;
            xy += rest * k as f64;
            yy += rest * rest;
            sums.y.push(y);
            sums.xy.push(xy);
            sums.yy.push(yy);
        }
        sums
    }

    /// Mean place, spread of places, mean, slope and squared misfit of the residual times.
    fn fit(&self, from: usize, to: usize) -> (f64, f64, f64) {
        let n = (to - from) as f64;
        let middle = (from + to - 1) as f64 / 2.0;
        let places = n * (n * n - 1.0) / 12.0;
        let mean = (self.y[to] - self.y[from]) / n;
        let product = (self.xy[to] - self.xy[from]) - middle * n * mean;
        let slope = if places > 0.0 { product / places } else { 0.0 };
        let squares = (self.yy[to] - self.yy[from]) - n * mean * mean;
        (mean - slope * middle, slope, (squares - slope * product).max(0.0))
    }

    fn misfit(&self, from: usize, to: usize) -> f64 {
        self.fit(from, to).2
    }

    /// The line through beats `from..to`, numbered from 0 at the first beat of all.
    fn line(&self, from: usize, to: usize) -> Line {
        let (start, slope, _) = self.fit(from, to);
        Line {
            start_s: self.origin.start_s + start,
            period_s: self.origin.period_s + slope,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tempo_snaps_only_within_its_error() {
        assert_eq!(snap(120.004, 200, 0.003), 120.0);
        assert_eq!(snap(98.497, 200, 0.003), 98.5);
        assert_eq!(snap(120.03, 200, 0.003), 120.03);
        assert_eq!(snap(120.004, 30, 0.003), 120.004);
        // However uncertain, a hundredth or two is the most.
        assert_eq!(snap(119.9, 61, 0.5), 119.9);
    }

    #[test]
    fn snapped_beats_keep_the_middle() {
        let beats: Vec<f64> = (0..101).map(|k| 1.0 + f64::from(k) * 60.0 / 120.005).collect();
        let (bpm, moved) = snapped(&beats, 120.005, 0.004);
        assert_eq!(bpm, 120.0);
        assert_eq!(moved[50], beats[50]);
        assert!((moved[0] - beats[0]).abs() < 0.002);
    }

    #[test]
    fn a_step_gives_two_regions_and_a_wander_none() {
        let mut time_s = 0.5;
        let beats: Vec<f64> = (0..200)
            .map(|k| {
                let now = time_s;
                time_s += if k < 90 { 0.5 } else { 0.52 };
                now
            })
            .collect();
        let found = regions(&beats).unwrap();
        assert_eq!(found.len(), 2);
        assert!(found[0].0.end.abs_diff(91) <= 1);
        assert!((found[0].1.period_s - 0.5).abs() < 1e-6 && (found[1].1.period_s - 0.52).abs() < 1e-6);
        let wander: Vec<f64> = (0..200)
            .map(|k| 0.5 * f64::from(k) + 0.05 * (f64::from(k) * 0.15).sin())
            .collect();
        assert_eq!(regions(&wander), None);
        let even: Vec<f64> = (0..200).map(|k| 0.5 * f64::from(k)).collect();
        assert_eq!(regions(&even).unwrap().len(), 1);
    }

    #[test]
    fn local_tempi_bracket_a_ramp() {
        let mut time_s = 0.0;
        let beats: Vec<f64> = (0..200)
            .map(|k| {
                let now = time_s;
                time_s += 60.0 / (100.0 + 0.1 * f64::from(k));
                now
            })
            .collect();
        let (low, high, spread) = local_tempi(&beats);
        assert!((100.5..103.0).contains(&low) && (117.0..119.5).contains(&high) && spread > 0.02);
    }
}
