//! The two pictures of the sound as numbers: how high each bar is, where each beat stands.

use eframe::egui::{Rangef, lerp};
use pika_analysis::{BeatGrid, TrackAnalysis, WaveformBin};

/// Beats closer than this are not drawn, in points.
const LEAST_BEAT: f32 = 5.0;
/// Points from one bar of sound to the next in the stretch.
const PITCH_STRETCH: f32 = 4.0;
/// Quiet recordings are drawn larger, up to this much.
const MOST_GAIN: f32 = 4.0;

/// One bar of sound: heights of low, middle and high, 0 to 1.
pub(super) type Bands = [f32; 3];

/// Which stretch is shown, and how large.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct View {
    /// Its middle, in seconds.
    pub(super) middle_s: f64,
    /// How much, in seconds.
    pub(super) span_s: f64,
    /// What heights are multiplied by.
    pub(super) gain: f32,
}

/// Which lines of the beat grid are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    /// First beats of bars.
    Bars,
    /// All other beats.
    Beats,
}

/// A stretch of the sound where it stands on the screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Stretch {
    view: View,
    /// From the left to the right, in points.
    x: Rangef,
    from_s: f64,
    seconds_per_point: f64,
}

impl Stretch {
    pub(super) fn of(view: View, x: Rangef) -> Self {
        Self {
            view,
            x,
            from_s: view.middle_s - view.span_s / 2.0,
            seconds_per_point: view.span_s / f64::from(x.span()),
        }
    }

    /// Seconds that lie in so many points.
    pub(super) fn seconds(&self, points: f32) -> f64 {
        f64::from(points) * self.seconds_per_point
    }

    /// The second at a place of the screen.
    pub(super) fn second_at(&self, x: f32) -> f64 {
        self.from_s + self.seconds(x - self.x.min)
    }

    /// Where a second stands on the screen.
    pub(super) fn x_of(&self, seconds: f64) -> f32 {
        self.x.min + ((seconds - self.from_s) / self.seconds_per_point) as f32
    }

    /// The bars of sound, each with its left edge. They stand still in the music while the picture moves under
    /// them.
    pub(super) fn bars(&self, analysis: &TrackAnalysis) -> impl Iterator<Item = (f32, Bands)> {
        let step_s = self.seconds_per_point * f64::from(PITCH_STRETCH);
        let first = (self.from_s / step_s).floor() as i64;
        let count = (self.x.span() / PITCH_STRETCH) as i64 + 2;
        (first..first + count).filter_map(move |number| {
            let start = number as f64 * step_s;
            let bands = bands(analysis, start, start + step_s)?;
            Some((self.x_of(start), bands.map(|height| height * self.view.gain)))
        })
    }

    /// Where lines of the grid stand; none where they would be too close to tell apart.
    pub(super) fn lines(&self, grid: &BeatGrid, lines: Lines) -> Vec<f32> {
        let points_per_second = f64::from(self.x.span()) / self.view.span_s;
        let beats = &grid.beats_s;
        let first = beats.partition_point(|beat| *beat < self.from_s);
        let last = beats.partition_point(|beat| *beat <= self.from_s + self.view.span_s);
        let shown = last.saturating_sub(first).max(1);
        let bar = grid.meter.beats_per_bar() as usize;
        let spacing = self.x.span() / shown as f32;
        let (wanted, spacing) = match lines {
            Lines::Bars => (true, spacing * bar as f32),
            Lines::Beats => (false, spacing),
        };
        if spacing <= LEAST_BEAT {
            return Vec::new();
        }
        let is_first = |number: usize| number % bar == grid.downbeat_offset as usize % bar;
        (first..last)
            .filter(|number| is_first(*number) == wanted)
            .map(|number| {
                let x = self.x.min + ((beats[number] - self.from_s) * points_per_second) as f32;
                x.round() + 0.5
            })
            .collect()
    }
}

/// Seconds of one beat; half a second without a tempo.
pub(super) fn beat_length_s(analysis: &TrackAnalysis) -> f64 {
    match analysis.beat_grid.as_ref().map(|grid| &grid.beats_s[..]) {
        Some([first, .., last]) if last > first => {
            let count = analysis.beat_grid.as_ref().map_or(2, |grid| grid.beats_s.len());
            (last - first) / (count - 1) as f64
        }
        _ => 0.5,
    }
}

/// Loudest heights between two times; `None` outside the track.
fn bands(analysis: &TrackAnalysis, from_s: f64, to_s: f64) -> Option<Bands> {
    let waveform = &analysis.waveform;
    let index = |seconds: f64| (seconds * waveform.bins_per_second) as usize;
    if to_s <= 0.0 {
        return None;
    }
    let bins = waveform.bins.get(index(from_s.max(0.0))..)?;
    let count = (index(to_s).saturating_sub(index(from_s.max(0.0)))).clamp(1, bins.len().max(1));
    loudest(bins.get(..count)?)
}

fn loudest(bins: &[WaveformBin]) -> Option<Bands> {
    let mut top = [0u8; 4];
    for bin in bins {
        for (top, level) in top.iter_mut().zip([bin.peak, bin.low, bin.mid, bin.high]) {
            *top = (*top).max(level);
        }
    }
    if bins.is_empty() {
        return None;
    }
    let [peak, low, mid, high] = top.map(f32::from);
    // The loudest band reaches the peak; the others keep their place beside it.
    let scale = peak / low.max(mid).max(high).max(1.0) / 255.0;
    Some([low, mid, high].map(|level| level * scale))
}

/// The bars of the whole track, kept until another track or width.
#[derive(Debug)]
pub(super) struct OverviewBars {
    key: (usize, usize, u64),
    bars: Vec<Bands>,
    gain: f32,
}

impl Default for OverviewBars {
    fn default() -> Self {
        Self {
            key: (0, 0, 0),
            bars: Vec::new(),
            gain: 1.0,
        }
    }
}

impl OverviewBars {
    /// What heights are multiplied by, so that the loudest place fills the picture.
    pub(super) fn gain(&self) -> f32 {
        self.gain
    }

    /// Its bars as high as they are drawn.
    pub(super) fn bars(&self) -> impl Iterator<Item = Bands> {
        self.bars
            .iter()
            .map(|bands| bands.map(|height| height * self.gain))
    }

    /// Makes `count` bars, where they are not there yet.
    pub(super) fn prepare(&mut self, analysis: &TrackAnalysis, count: usize) {
        let bins = &analysis.waveform.bins;
        // The same record lies at the same place in memory as long as it is shown.
        let key = (bins.as_ptr() as usize, count, analysis.duration_s.to_bits());
        if self.key == key {
            return;
        }
        self.key = key;
        self.bars = (0..count)
            .map(|bar| {
                let place = |bar: usize| lerp(0.0..=bins.len() as f64, bar as f64 / count as f64) as usize;
                let (from, to) = (place(bar), place(bar + 1).max(place(bar) + 1).min(bins.len()));
                bins.get(from..to).and_then(loudest).unwrap_or_default()
            })
            .collect();
        let top = self
            .bars
            .iter()
            .flatten()
            .fold(0.0f32, |top, height| top.max(*height));
        self.gain = if top > 0.0 {
            (1.0 / top).min(MOST_GAIN)
        } else {
            1.0
        };
    }
}

#[cfg(test)]
mod tests {
    use pika_analysis::Meter;

    use super::*;

    #[test]
    fn heights_are_the_loudest_of_each_band_up_to_the_peak() {
        let bin = |peak, low, mid, high| WaveformBin { peak, low, mid, high };
        let bars = loudest(&[bin(100, 40, 10, 0), bin(255, 20, 51, 17)]).unwrap();
        assert_eq!(bars.map(|height| (height * 51.0).round()), [40.0, 51.0, 17.0]);
        assert_eq!(loudest(&[]), None);
        assert_eq!(loudest(&[bin(0, 0, 0, 0)]), Some([0.0; 3]));
    }

    #[test]
    fn a_stretch_ends_with_the_track() {
        let analysis = crate::test_support::analysis(100.0, 0.02);
        assert_eq!(bands(&analysis, -1.0, -0.5), None);
        assert!(bands(&analysis, -0.1, 0.01).is_some());
        assert!(bands(&analysis, 0.019, 9.0).is_some());
        assert_eq!(bands(&analysis, 5.0, 9.0), None);
    }

    fn grid() -> BeatGrid {
        BeatGrid {
            first_beat_s: 0.0,
            meter: Meter::Four,
            downbeat_offset: 1,
            downbeat_confidence: 1.0,
            regions: Vec::new(),
            beats_s: (0..32).map(|beat| f64::from(beat) * 0.5).collect(),
        }
    }

    fn stretch(middle_s: f64, span_s: f64) -> Stretch {
        let view = View {
            middle_s,
            span_s,
            gain: 2.0,
        };
        Stretch::of(view, Rangef::new(100.0, 180.0))
    }

    #[test]
    fn a_stretch_leads_from_seconds_to_points_and_back() {
        let stretch = stretch(4.0, 4.0);
        assert_eq!(stretch.x_of(2.0), 100.0);
        assert_eq!(stretch.x_of(6.0), 180.0);
        assert_eq!(stretch.second_at(140.0), 4.0);
        assert_eq!(stretch.seconds(-20.0), -1.0);
    }

    #[test]
    fn bars_and_beats_stand_apart_until_they_are_too_close() {
        let near = stretch(4.0, 4.0);
        assert_eq!(near.lines(&grid(), Lines::Bars), [110.5, 150.5]);
        assert_eq!(
            near.lines(&grid(), Lines::Beats),
            [100.5, 120.5, 130.5, 140.5, 160.5, 170.5, 180.5]
        );
        // Beats 2.5 points apart say nothing; bars still do.
        let far = stretch(8.0, 16.0);
        assert_eq!(far.lines(&grid(), Lines::Beats), [0.0; 0]);
        assert_eq!(far.lines(&grid(), Lines::Bars).len(), 8);
    }

    #[test]
    fn the_sound_begins_where_the_track_does() {
        let analysis = crate::test_support::analysis(100.0, 0.02);
        let bars: Vec<(f32, Bands)> = stretch(0.0, 4.0).bars(&analysis).collect();
        let [(x, [low, ..])] = bars[..] else {
            panic!("one bar of sound: {bars:?}")
        };
        assert_eq!(x, 140.0);
        assert!((low - 2.0 * 4.0 / 255.0).abs() < 1e-6, "{low}");
    }
}
