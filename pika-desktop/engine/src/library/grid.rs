//! The beat grid as the DJ corrected it: another tempo, moved in time, bars beginning elsewhere.

use pika_analysis::{BeatGrid, Meter, TempoRegion};

use super::Corrections;

/// Corrected tempi this close to a simple ratio of the measured one keep the beats that were found.
const RATIO_TOLERANCE: f64 = 0.01;
/// Ratios that keep beats in their places: corrected over measured.
const RATIOS: [f64; 9] = [1.0, 2.0, 0.5, 1.5, 2.0 / 3.0, 3.0, 1.0 / 3.0, 4.0, 0.25];
/// Beats of a grid; far more than twelve hours at any tempo.
const MOST_BEATS: f64 = 400_000.0;

/// The grid after the corrections. `measured_bpm`: the tempo that `grid` was made for.
pub(super) fn corrected(
    grid: &BeatGrid,
    corrections: &Corrections,
    measured_bpm: f64,
    duration_s: f64,
) -> BeatGrid {
    let mut grid = match corrections.bpm {
        Some(bpm) => at_tempo(grid, bpm, measured_bpm, duration_s),
        None => grid.clone(),
    };
    let shift = corrections.grid_shift_s.unwrap_or(0.0);
    if shift != 0.0 {
        for beat in &mut grid.beats_s {
            *beat += shift;
        }
        for region in &mut grid.regions {
            region.anchor_s += shift;
        }
        grid.first_beat_s += shift;
    }
    let bar = i64::from(grid.meter.beats_per_bar());
    let bars = i64::from(corrections.bar_shift_beats.unwrap_or(0));
    let offset = (i64::from(grid.downbeat_offset) + bars).rem_euclid(bar);
    grid.downbeat_offset = u32::try_from(offset).unwrap_or(0);
    if bars != 0 {
        grid.downbeat_confidence = 1.0;
    }
    grid
}

fn at_tempo(grid: &BeatGrid, bpm: f64, measured_bpm: f64, duration_s: f64) -> BeatGrid {
    let wanted = bpm / measured_bpm;
    let ratio = RATIOS
        .into_iter()
        .min_by(|a, b| (wanted / a).ln().abs().total_cmp(&(wanted / b).ln().abs()))
        .filter(|ratio| (wanted / ratio - 1.0).abs() <= RATIO_TOLERANCE);
    let anchor = f64::from(grid.downbeat_offset);
    let beats_s = match ratio {
        Some(ratio) if grid.beats_s.len() >= 2 => resampled(&grid.beats_s, anchor, ratio),
        // Another tempo altogether: straight, through the first bar that was found.
        _ => straight(
            grid.beats_s
                .get(grid.downbeat_offset as usize)
                .copied()
                .unwrap_or(grid.first_beat_s),
            bpm,
            duration_s,
        ),
    };
    let (Some(&first), Some(&last)) = (beats_s.first(), beats_s.last()) else {
        return grid.clone();
    };
    // Where the first bar begins now: the beat that stays in its place.
    let bar_start = grid
        .beats_s
        .get(grid.downbeat_offset as usize)
        .copied()
        .unwrap_or(first);
    let before = beats_s.partition_point(|beat| *beat < bar_start - 1e-6);
    let regions = if ratio.is_some() {
        let scale = |region: &TempoRegion| TempoRegion {
            bpm: region.bpm * ratio.unwrap_or(1.0),
            ..*region
        };
        grid.regions.iter().map(scale).collect()
    } else {
        vec![TempoRegion {
            start_s: first,
            end_s: last,
            anchor_s: bar_start,
            bpm,
        }]
    };
    BeatGrid {
        first_beat_s: first,
        meter: grid.meter,
        downbeat_offset: u32::try_from(before).unwrap_or(0) % grid.meter.beats_per_bar(),
        downbeat_confidence: grid.downbeat_confidence,
        regions,
        beats_s,
    }
}

/// Beats `1 / ratio` of the old ones apart, one of them on the old beat number `anchor`.
fn resampled(beats: &[f64], anchor: f64, ratio: f64) -> Vec<f64> {
    let last = (beats.len() - 1) as f64;
    let before = (anchor * ratio + 1e-9).floor();
    let after = ((last - anchor) * ratio + 1e-9).floor();
    let count = (before + after + 1.0).clamp(0.0, MOST_BEATS) as usize;
    (0..count)
        .map(|n| {
            let place = (anchor + (n as f64 - before) / ratio).clamp(0.0, last);
            let left = (place as usize).min(beats.len() - 2);
            beats[left] + (beats[left + 1] - beats[left]) * (place - left as f64)
        })
        .collect()
}

fn straight(anchor_s: f64, bpm: f64, duration_s: f64) -> Vec<f64> {
    let period = 60.0 / bpm;
    let first = anchor_s - (anchor_s / period).floor() * period;
    let count = ((duration_s - first) / period).floor() + 1.0;
    (0..count.clamp(0.0, MOST_BEATS) as usize)
        .map(|n| first + n as f64 * period)
        .collect()
}

/// How many beats the bars must move so that the beat nearest to `time_s` is the first of its bar;
/// `None` without beats. The shorter way, forwards when both are equal.
pub fn bars_to(grid: &BeatGrid, time_s: f64) -> Option<i32> {
    let after = grid.beats_s.partition_point(|beat| *beat < time_s);
    let nearest = match (
        after.checked_sub(1).map(|at| grid.beats_s[at]),
        grid.beats_s.get(after),
    ) {
        (Some(before), Some(&next)) if time_s - before <= next - time_s => after - 1,
        (_, Some(_)) => after,
        (Some(_), None) => after - 1,
        (None, None) => return None,
    };
    let bar = grid.meter.beats_per_bar();
    let place = u32::try_from(nearest).ok()? % bar;
    let forwards = i32::try_from((place + bar - grid.downbeat_offset % bar) % bar).ok()?;
    let bar = i32::try_from(bar).ok()?;
    Some(if 2 * forwards > bar {
        forwards - bar
    } else {
        forwards
    })
}

/// The grid that is drawn before the first one is measured, or for hand-made tempi without one.
pub(super) fn straight_grid(bpm: f64, duration_s: f64) -> BeatGrid {
    let beats_s = straight(0.0, bpm, duration_s);
    BeatGrid {
        first_beat_s: 0.0,
        meter: Meter::Four,
        downbeat_offset: 0,
        downbeat_confidence: 0.0,
        regions: vec![TempoRegion {
            start_s: 0.0,
            end_s: duration_s,
            anchor_s: 0.0,
            bpm,
        }],
        beats_s,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Eight beats at 120 BPM from 0.1 s on, bars from the second beat.
    fn grid() -> BeatGrid {
        BeatGrid {
            first_beat_s: 0.1,
            meter: Meter::Four,
            downbeat_offset: 1,
            downbeat_confidence: 0.5,
            regions: vec![],
            beats_s: (0..8).map(|n| 0.1 + 0.5 * f64::from(n)).collect(),
        }
    }

    fn with(corrections: Corrections) -> BeatGrid {
        corrected(&grid(), &corrections, 120.0, 4.2)
    }

    fn bpm(bpm: f64) -> BeatGrid {
        with(Corrections {
            bpm: Some(bpm),
            ..Corrections::default()
        })
    }

    /// Times of the first beats of bars, in milliseconds.
    fn bars(grid: &BeatGrid) -> Vec<i64> {
        let first = grid.beats().filter(|beat| beat.position == 1);
        first.map(|beat| (beat.time_s * 1000.0).round() as i64).collect()
    }

    fn beats(grid: &BeatGrid) -> Vec<i64> {
        grid.beats_s
            .iter()
            .map(|beat| (beat * 1000.0).round() as i64)
            .collect()
    }

    #[test]
    fn nothing_corrected_is_as_measured() {
        assert_eq!(with(Corrections::default()), grid());
    }

    #[test]
    fn double_half_and_three_halves_keep_the_first_bar() {
        assert_eq!(beats(&bpm(240.0))[..4], [100, 350, 600, 850]);
        assert_eq!(bars(&bpm(240.0))[0], 600);
        assert_eq!(beats(&bpm(60.0)), [600, 1600, 2600, 3600]);
        assert_eq!(bars(&bpm(60.0)), [600]);
        let half_more = bpm(180.0);
        assert_eq!(beats(&half_more)[..4], [267, 600, 933, 1267]);
        assert_eq!(bars(&half_more)[0], 600);
    }

    #[test]
    fn a_typed_tempo_is_straight_through_the_first_bar() {
        let grid = bpm(100.0);
        assert_eq!(beats(&grid)[..3], [0, 600, 1200]);
        assert_eq!(bars(&grid)[0], 600);
        assert!(grid.beats_s.len() == 8, "{:?}", grid.beats_s);
    }

    #[test]
    fn the_grid_and_its_bars_move() {
        let moved = with(Corrections {
            grid_shift_s: Some(-0.02),
            bar_shift_beats: Some(-2),
            ..Corrections::default()
        });
        assert_eq!(beats(&moved)[..2], [80, 580]);
        assert_eq!(moved.downbeat_offset, 3);
        assert_eq!(moved.downbeat_confidence, 1.0);
    }

    #[test]
    fn bar_one_goes_to_the_nearest_beat_by_the_shorter_way() {
        let grid = grid();
        for (time, expected) in [
            (0.6, 0),
            (0.8, 0),
            (1.0, 1),
            (1.7, 2),
            (2.2, -1),
            (0.0, -1),
            (99.0, 2),
        ] {
            assert_eq!(bars_to(&grid, time), Some(expected), "{time}");
        }
        let empty = BeatGrid {
            beats_s: vec![],
            ..grid
        };
        assert_eq!(bars_to(&empty, 1.0), None);
    }
}
