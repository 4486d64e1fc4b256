//! The two pictures of the sound: all of it, and a stretch of it with the beats. Both lead to a place.

use eframe::egui::{
    Color32, EventFilter, Key, Rect, Response, Role, Sense, Ui, WidgetInfo, lerp, pos2, vec2,
};
use pika_analysis::{BeatGrid, TrackAnalysis, WaveformBin};

use crate::ui::{theme::Theme, widgets::focus_ring, words};

/// Seconds that the stretch may show.
const SPANS: std::ops::RangeInclusive<f64> = 1.0..=60.0;
/// Seconds that it shows at first.
pub(super) const SPAN_S: f64 = 8.0;
/// Beats closer than this are not drawn, in points.
const LEAST_BEAT: f32 = 5.0;
/// Points from one bar of sound to the next: all of it, the stretch.
const PITCH_ALL: f32 = 2.0;
const PITCH_STRETCH: f32 = 4.0;

/// One bar of sound: heights of low, middle and high, 0 to 1.
type Bands = [f32; 3];

/// What the hand did with a picture.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Done {
    /// Go to this second.
    pub(super) seek_s: Option<f64>,
    /// Show another stretch: its middle in seconds.
    pub(super) pan_s: Option<f64>,
    /// Show this many seconds.
    pub(super) span_s: Option<f64>,
}

/// All of the sound.
pub(super) fn overview_ui(ui: &mut Ui, analysis: &TrackAnalysis, at_s: f64, cache: &mut Overview) -> Done {
    let theme = Theme::of(ui);
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, 28.0), Sense::click_and_drag());
    let length = analysis.duration_s.max(0.001);
    say(&response, "Whole track", at_s, length, ui.is_enabled());
    let mut done = Done::default();
    if let Some(at) = pointed(&response) {
        done.seek_s = Some(f64::from((at - rect.left()) / rect.width()).clamp(0.0, 1.0) * length);
    }
    if ui.is_rect_visible(rect) {
        let count = (rect.width() / PITCH_ALL) as usize;
        cache.prepare(analysis, count);
        let quiet = theme.line_strong.lerp_to_gamma(theme.bg1, 0.35);
        let head = (at_s / length) as f32;
        let gain = cache.gain;
        for (at, bands) in cache.bars.iter().enumerate() {
            let share = (at as f32 + 0.5) / count.max(1) as f32;
            let color = if share <= head { theme.spark } else { quiet };
            let x = rect.left() + at as f32 * PITCH_ALL;
            paint_bar(ui, rect, x, 1.3, &bands.map(|height| height * gain), color);
        }
        paint_head(ui, rect, rect.left() + rect.width() * head);
        focus_ring(ui, &response, 4.0);
    }
    keys(ui, &response, at_s, 10.0, &mut done);
    done
}

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

/// A stretch of the sound, with the beats.
pub(super) fn stretch_ui(ui: &mut Ui, analysis: &TrackAnalysis, at_s: f64, view: View) -> Done {
    let View {
        middle_s,
        span_s,
        gain,
    } = view;
    let theme = Theme::of(ui);
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, 84.0), Sense::click_and_drag());
    say(
        &response,
        "Waveform with beats",
        at_s,
        analysis.duration_s,
        ui.is_enabled(),
    );
    let seconds_per_point = span_s / f64::from(rect.width());
    let from_s = middle_s - span_s / 2.0;
    let mut done = Done::default();
    if response.clicked() {
        done.seek_s = response
            .interact_pointer_pos()
            .map(|at| from_s + f64::from(at.x - rect.left()) * seconds_per_point);
    }
    if response.dragged() {
        let moved = f64::from(response.drag_delta().x) * seconds_per_point;
        done.pan_s = Some(middle_s - moved);
    }
    if response.hovered() {
        wheel(ui, middle_s, span_s, seconds_per_point, &mut done);
    }
    if ui.is_rect_visible(rect) {
        let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
        for y in [rect.top() + 0.5, rect.bottom() - 0.5] {
            painter.hline(rect.x_range(), y, (1.0, theme.line));
        }
        let x_of = |seconds: f64| rect.left() + ((seconds - from_s) / seconds_per_point) as f32;
        if let Some(grid) = &analysis.beat_grid {
            paint_grid(ui, rect, grid, from_s, span_s, false);
        }
        // Bars of sound stand still in the music while the picture moves under them.
        let step_s = seconds_per_point * f64::from(PITCH_STRETCH);
        let first = (from_s / step_s).floor() as i64;
        let count = (rect.width() / PITCH_STRETCH) as i64 + 2;
        let head = x_of(at_s);
        let inner = rect.shrink2(vec2(0.0, 3.0));
        let mut clipped = ui.new_child(eframe::egui::UiBuilder::new().max_rect(rect));
        clipped.set_clip_rect(rect.intersect(ui.clip_rect()));
        for number in first..first + count {
            let start = number as f64 * step_s;
            let Some(bands) = bands(analysis, start, start + step_s) else {
                continue;
            };
            let x = x_of(start);
            let color = if x + 1.0 <= head {
                theme.spark
            } else {
                theme.line_strong
            };
            paint_bar(&clipped, inner, x, 2.6, &bands.map(|height| height * gain), color);
        }
        if let Some(grid) = &analysis.beat_grid {
            paint_grid(&clipped, rect, grid, from_s, span_s, true);
        }
        paint_head(&clipped, rect, head);
        focus_ring(ui, &response, 4.0);
    }
    let beat = beat_length_s(analysis);
    keys(ui, &response, at_s, beat, &mut done);
    done
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

fn say(response: &Response, name: &str, at_s: f64, length_s: f64, enabled: bool) {
    response.widget_info(|| WidgetInfo {
        value: Some(at_s.round()),
        current_text_value: Some(format!(
            "{} of {}",
            words::duration(at_s),
            words::duration(length_s)
        )),
        ..WidgetInfo::labeled(Role::Slider, enabled, name)
    });
}

fn pointed(response: &Response) -> Option<f32> {
    (response.clicked() || response.dragged())
        .then(|| response.interact_pointer_pos())
        .flatten()
        .map(|at| at.x)
}

/// Arrow keys move by `step_s` while the picture has the keyboard.
fn keys(ui: &Ui, response: &Response, at_s: f64, step_s: f64, done: &mut Done) {
    if !response.has_focus() {
        return;
    }
    let filter = EventFilter {
        horizontal_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let steps = ui.input_mut(|input| {
        let right = input.count_and_consume_key(eframe::egui::Modifiers::NONE, Key::ArrowRight);
        let left = input.count_and_consume_key(eframe::egui::Modifiers::NONE, Key::ArrowLeft);
        right as f64 - left as f64
    });
    if steps != 0.0 {
        done.seek_s = Some((at_s + steps * step_s).max(0.0));
    }
}

/// The wheel zooms, sideways it moves; the panel behind stands still meanwhile.
fn wheel(ui: &Ui, middle_s: f64, span_s: f64, seconds_per_point: f64, done: &mut Done) {
    let (scroll, pinch) = ui.input_mut(|input| {
        let scroll = input.smooth_scroll_delta;
        input.smooth_scroll_delta = eframe::egui::Vec2::ZERO;
        (scroll, input.zoom_delta())
    });
    if scroll.x != 0.0 {
        done.pan_s = Some(middle_s - f64::from(scroll.x) * seconds_per_point);
    }
    let zoom = f64::from(pinch) * f64::from(scroll.y / 200.0).exp2();
    if (zoom - 1.0).abs() > 1e-6 {
        done.span_s = Some((span_s / zoom).clamp(*SPANS.start(), *SPANS.end()));
    }
}

/// Beats behind the sound, the first ones of bars over it.
fn paint_grid(ui: &Ui, rect: Rect, grid: &BeatGrid, from_s: f64, span_s: f64, bars: bool) {
    let theme = Theme::of(ui);
    let points_per_second = f64::from(rect.width()) / span_s;
    let beats = &grid.beats_s;
    let first = beats.partition_point(|beat| *beat < from_s);
    let last = beats.partition_point(|beat| *beat <= from_s + span_s);
    let shown = last.saturating_sub(first).max(1);
    let bar = grid.meter.beats_per_bar() as usize;
    let spacing = rect.width() / shown as f32;
    let too_close = if bars {
        spacing * bar as f32 <= LEAST_BEAT
    } else {
        spacing <= LEAST_BEAT
    };
    if too_close {
        return;
    }
    for (number, beat) in beats.iter().enumerate().take(last).skip(first) {
        let is_first = number % bar == grid.downbeat_offset as usize % bar;
        if is_first != bars {
            continue;
        }
        let x = rect.left() + ((beat - from_s) * points_per_second) as f32;
        let color = if bars { theme.text2 } else { theme.line };
        ui.painter().vline(x.round() + 0.5, rect.y_range(), (1.0, color));
    }
}

/// Low at the back, high in front: each band in its own lightness, so that it reads without colour.
fn paint_bar(ui: &Ui, rect: Rect, x: f32, width: f32, bands: &Bands, color: Color32) {
    let theme = Theme::of(ui);
    let shades = [
        color.lerp_to_gamma(theme.bg1, 0.42),
        color,
        color.lerp_to_gamma(theme.text, 0.6),
    ];
    let mut order = [0, 1, 2];
    order.sort_by(|a, b| bands[*b].total_cmp(&bands[*a]));
    let middle = rect.center().y;
    for (place, band) in order.into_iter().enumerate() {
        // Silence is a thin line, once.
        let least = if place == 0 { 0.6 } else { 0.0 };
        let half = (bands[band].clamp(0.0, 1.0) * rect.height() / 2.0).max(least);
        if half == 0.0 {
            continue;
        }
        let bar = Rect::from_min_max(pos2(x, middle - half), pos2(x + width, middle + half));
        ui.painter().rect_filled(bar, 0.0, shades[band]);
    }
}

fn paint_head(ui: &Ui, rect: Rect, x: f32) {
    let theme = Theme::of(ui);
    let x = x.clamp(rect.left(), rect.right());
    ui.painter().vline(x, rect.y_range(), (2.0, theme.text));
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

/// Quiet recordings are drawn larger, up to this much.
const MOST_GAIN: f32 = 4.0;

/// The bars of the whole track, kept until another track or width.
#[derive(Debug)]
pub(super) struct Overview {
    key: (usize, usize, u64),
    bars: Vec<Bands>,
    gain: f32,
}

impl Default for Overview {
    fn default() -> Self {
        Self {
            key: (0, 0, 0),
            bars: Vec::new(),
            gain: 1.0,
        }
    }
}

impl Overview {
    /// What heights are multiplied by, so that the loudest place fills the picture.
    pub(super) fn gain(&self) -> f32 {
        self.gain
    }

    fn prepare(&mut self, analysis: &TrackAnalysis, count: usize) {
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
}
