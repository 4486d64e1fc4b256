//! The sound of one file on one clock: trims encoder delay and padding, fills gaps and damaged
//! packets with silence, and keeps one sample rate.

use super::{SoundBlock, SoundSink};

/// Gaps up to this length are filled; a longer jump is taken for a broken clock and ignored.
const LONGEST_GAP_S: f64 = 30.0;
/// Differences between the clock of the container and the samples up to this length are rounding.
const SHORTEST_GAP_S: f64 = 0.025;
/// Encoders pad by less than this. More sound past the announced end means the header is wrong.
const LONGEST_PADDING: usize = 3 * 1152;

/// Louder samples are damage (±1 is full scale; some programs write whole numbers as they are): their power would be
/// beyond all numbers, and nothing measured of them finite.
const LOUDEST: f32 = 4_294_967_296.0;

/// Frames to drop, as announced by the container.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Trim {
    /// From the start of the packet.
    pub(super) start: usize,
    /// From its end.
    pub(super) end: usize,
}

/// What to think of sound beyond the announced end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Padding, unless much of it follows.
    Announced,
    /// The header was wrong: it is music.
    Wrong,
    /// Cut off on purpose.
    Certain,
}

/// Places decoded packets on the clock and hands them to the sink.
pub(super) struct Timeline<'a> {
    sink: &'a mut dyn SoundSink,
    sample_rate_hz: Option<u32>,
    channels: usize,
    /// Frames handed to the sink.
    frames: u64,
    /// Frame of the container's clock at which the next packet is due; none before the first.
    due: Option<i64>,
    /// Sound beyond the announced end, one vector per channel. It is padding if the stream ends
    /// here, and music if much more follows.
    beyond: Vec<Vec<f32>>,
    /// What to think of sound beyond the announced end.
    end: End,
    weights: Vec<f64>,
    resampled: Vec<Vec<f32>>,
}

impl<'a> Timeline<'a> {
    pub(super) fn new(sink: &'a mut dyn SoundSink) -> Self {
        Self {
            sink,
            sample_rate_hz: None,
            channels: 0,
            frames: 0,
            due: None,
            beyond: Vec::new(),
            end: End::Announced,
            weights: Vec::new(),
            resampled: Vec::new(),
        }
    }

    /// Whatever lies beyond the announced end is to be dropped.
    pub(super) fn trust_end(&mut self) {
        self.end = End::Certain;
    }

    /// Rate of the first packet.
    pub(super) fn sample_rate_hz(&self) -> Option<u32> {
        self.sample_rate_hz
    }

    /// Channels of the first packet.
    pub(super) fn channels(&self) -> usize {
        self.channels
    }

    /// Frames handed to the sink.
    pub(super) fn frames(&self) -> u64 {
        self.frames
    }

    /// Forgets the container's clock: another stream follows.
    pub(super) fn restart_clock(&mut self) {
        self.due = None;
    }

    /// A decoded packet.
    ///
    /// `at`: its first frame on the container's clock, `trim`: what to drop of it.
    pub(super) fn sound(
        &mut self,
        planes: &[&[f32]],
        weights: &[f64],
        rate_hz: u32,
        at: Option<i64>,
        trim: Trim,
    ) {
        let Some(length) = planes.iter().map(|plane| plane.len()).min().filter(|&n| n > 0) else {
            return;
        };
        if rate_hz == 0 {
            return;
        }
        let own_rate = match self.sample_rate_hz {
            Some(rate) => rate,
            None => {
                self.sample_rate_hz = Some(rate_hz);
                self.channels = planes.len();
                self.sink.start(rate_hz);
                rate_hz
            }
        };
        self.weights.clear();
        self.weights.extend_from_slice(weights);
        self.weights.resize(planes.len(), 1.0);
        self.fill_gap(at, own_rate);
        self.due = at.map(|at| at.saturating_add(length as i64));
        if rate_hz != own_rate {
            self.at_other_rate(planes, length, rate_hz, own_rate);
            return;
        }
        let start = trim.start.min(length);
        let end = length - trim.end.min(length - start);
        let parts: Vec<&[f32]> = planes.iter().map(|plane| &plane[start..end]).collect();
        self.emit(&parts);
        if end < length {
            let rest: Vec<&[f32]> = planes.iter().map(|plane| &plane[end..length]).collect();
            self.keep_beyond(&rest);
        }
    }

    /// A packet that could not be decoded, of `length` frames.
    pub(super) fn damage(&mut self, length: usize, at: Option<i64>, trim: Trim) {
        // Before the first sound there is neither rate nor channel count; the clock starts there.
        let Some(rate) = self.sample_rate_hz else {
            return;
        };
        self.fill_gap(at, rate);
        self.due = at.map(|at| at.saturating_add(length as i64));
        let kept = length.saturating_sub(trim.start).saturating_sub(trim.end);
        self.silence(kept.min((LONGEST_GAP_S * f64::from(rate)) as usize));
    }

    /// Fills up to `at` with silence when packets are missing before it.
    fn fill_gap(&mut self, at: Option<i64>, rate: u32) {
        let (Some(at), Some(due)) = (at, self.due) else {
            return;
        };
        let gap = at.saturating_sub(due) as f64;
        let rate = f64::from(rate);
        if gap > SHORTEST_GAP_S * rate && gap <= LONGEST_GAP_S * rate {
            self.silence(gap as usize);
        }
    }

    fn silence(&mut self, length: usize) {
        const STRETCH: usize = 1024;
        let zeros = [0.0f32; STRETCH];
        let mut rest = length;
        while rest > 0 {
            let count = rest.min(STRETCH);
            let planes = vec![&zeros[..count]; self.channels.max(1)];
            self.weights.resize(planes.len(), 1.0);
            self.emit(&planes);
            rest -= count;
        }
    }

    /// Hands sound on, after all that was kept before it.
    fn emit(&mut self, planes: &[&[f32]]) {
        let length = planes.first().map_or(0, |plane| plane.len());
        if length == 0 {
            return;
        }
        self.flush_beyond();
        self.hand_on(planes);
    }

    fn hand_on(&mut self, planes: &[&[f32]]) {
        if planes.iter().all(|plane| is_sound(plane)) {
            return self.give(planes);
        }
        let mended: Vec<Vec<f32>> = planes.iter().map(|plane| as_sound(plane)).collect();
        self.give(&mended.iter().map(Vec::as_slice).collect::<Vec<_>>());
    }

    fn give(&mut self, planes: &[&[f32]]) {
        self.weights.resize(planes.len(), 1.0);
        self.sink.block(&SoundBlock {
            planes,
            loudness_weights: &self.weights,
        });
        self.frames += planes.first().map_or(0, |plane| plane.len()) as u64;
    }

    /// Sound follows after the announced end, so what was beyond it was music.
    fn flush_beyond(&mut self) {
        if self.beyond.first().is_none_or(Vec::is_empty) {
            return;
        }
        let kept = std::mem::take(&mut self.beyond);
        let planes: Vec<&[f32]> = kept.iter().map(Vec::as_slice).collect();
        self.hand_on(&planes);
    }

    /// Keeps sound beyond the announced end until it is clear whether it is padding.
    fn keep_beyond(&mut self, planes: &[&[f32]]) {
        match self.end {
            End::Certain => return,
            End::Wrong => return self.emit(planes),
            End::Announced => {}
        }
        if self.beyond.len() != planes.len() {
            self.flush_beyond();
            self.beyond = vec![Vec::new(); planes.len()];
        }
        for (kept, plane) in self.beyond.iter_mut().zip(planes) {
            kept.extend_from_slice(plane);
        }
        if self
            .beyond
            .first()
            .is_some_and(|kept| kept.len() > LONGEST_PADDING)
        {
            self.end = End::Wrong;
            self.flush_beyond();
        }
    }

    /// A stretch at another rate in the middle of a file (rare: joined streams): brought to the
    /// first rate by linear interpolation, which keeps every later sound in its place.
    fn at_other_rate(&mut self, planes: &[&[f32]], length: usize, rate_hz: u32, own_rate: u32) {
        let step = f64::from(rate_hz) / f64::from(own_rate);
        let count = (length as f64 / step).round() as usize;
        self.resampled.resize_with(planes.len(), Vec::new);
        self.resampled.truncate(planes.len());
        for (target, plane) in self.resampled.iter_mut().zip(planes) {
            target.clear();
            target.extend((0..count).map(|index| {
                let place = index as f64 * step;
                let left = (place as usize).min(length - 1);
                let right = (left + 1).min(length - 1);
                let share = (place - left as f64) as f32;
                plane[left] + (plane[right] - plane[left]) * share
            }));
        }
        let resampled = std::mem::take(&mut self.resampled);
        let parts: Vec<&[f32]> = resampled.iter().map(Vec::as_slice).collect();
        self.emit(&parts);
        self.resampled = resampled;
        // The container's clock may count in either rate from here on.
        self.due = None;
    }
}

/// Whether all samples are numbers that can be reckoned with.
fn is_sound(plane: &[f32]) -> bool {
    // Without an early end: this goes over every sample of every file.
    plane
        .iter()
        .fold(true, |good, sample| good & (sample.abs() <= LOUDEST))
}

/// What is no number is silence, what is far too loud is bounded.
fn as_sound(plane: &[f32]) -> Vec<f32> {
    let mended = plane.iter().map(|&sample| match sample.is_finite() {
        true => sample.clamp(-LOUDEST, LOUDEST),
        false => 0.0,
    });
    mended.collect()
}
