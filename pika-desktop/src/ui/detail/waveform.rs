//! The two pictures of the sound: all of it, and a stretch of it with the beats. Both lead to a place.

use eframe::egui::{Color32, EventFilter, Key, Painter, Rect, Response, Role, Sense, Ui, WidgetInfo, vec2};
use pika_analysis::TrackAnalysis;

use super::waveform_data::{Bands, Lines, OverviewBars, Stretch, View, beat_length_s};
use crate::ui::{theme::Theme, widgets::focus_ring, words};

/// Seconds that the stretch may show.
const SPANS: std::ops::RangeInclusive<f64> = 1.0..=60.0;
/// Seconds that it shows at first.
pub(super) const SPAN_S: f64 = 8.0;
/// Seconds that an arrow key moves by in the picture of all the sound.
const STEP_ALL_S: f64 = 10.0;
/// Heights of the two pictures, and the corner of the ring round them.
const ALL_HEIGHT: f32 = 28.0;
const STRETCH_HEIGHT: f32 = 84.0;
/// In a low panel it gives way to what stands below it, down to so much.
const STRETCH_LEAST: f32 = 44.0;
/// What stands above and below it and is to be in view, in points.
const BESIDE_STRETCH: f32 = 564.0;
const FOCUS_CORNER: f32 = 4.0;
/// Points from one bar of sound to the next in the picture of all of it.
const PITCH_ALL: f32 = 2.0;
/// Width of a bar of sound: all of it, the stretch.
const BAR_ALL: f32 = 1.3;
const BAR_STRETCH: f32 = 2.6;
/// Half the height of silence.
const SILENCE_HALF: f32 = 0.6;

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
pub(super) fn overview_ui(
    ui: &mut Ui,
    analysis: &TrackAnalysis,
    at_s: f64,
    cache: &mut OverviewBars,
) -> Done {
    let theme = Theme::of(ui);
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, ALL_HEIGHT), Sense::click_and_drag());
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
        for (at, bands) in cache.bars().enumerate() {
            let share = (at as f32 + 0.5) / count.max(1) as f32;
            let color = if share <= head { theme.spark } else { quiet };
            let x = rect.left() + at as f32 * PITCH_ALL;
            let bar = Rect::from_x_y_ranges(x..=x + BAR_ALL, rect.y_range());
            paint_bar(ui.painter(), theme, bar, &bands, color);
        }
        paint_head(ui.painter(), theme, rect, rect.left() + rect.width() * head);
        focus_ring(ui, &response, FOCUS_CORNER);
    }
    keys(ui, &response, at_s, STEP_ALL_S, &mut done);
    done
}

/// A stretch of the sound, with the beats.
pub(super) fn stretch_ui(ui: &mut Ui, analysis: &TrackAnalysis, at_s: f64, view: View) -> Done {
    let height = (ui.clip_rect().height() - BESIDE_STRETCH).clamp(STRETCH_LEAST, STRETCH_HEIGHT);
    let size = vec2(ui.available_width(), height.round());
    let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
    say(
        &response,
        "Waveform with beats",
        at_s,
        analysis.duration_s,
        ui.is_enabled(),
    );
    let stretch = Stretch::of(view, rect.x_range());
    let mut done = Done::default();
    if response.clicked() {
        let at = response.interact_pointer_pos();
        done.seek_s = at.map(|at| stretch.second_at(at.x));
    }
    if response.dragged() {
        done.pan_s = Some(view.middle_s - stretch.seconds(response.drag_delta().x));
    }
    if response.hovered() {
        wheel(ui, view, &stretch, &mut done);
    }
    if ui.is_rect_visible(rect) {
        paint_stretch(ui, rect, analysis, &stretch, at_s);
        focus_ring(ui, &response, FOCUS_CORNER);
    }
    keys(ui, &response, at_s, beat_length_s(analysis), &mut done);
    done
}

/// Beats behind the sound, the first ones of bars over it.
fn paint_stretch(ui: &mut Ui, rect: Rect, analysis: &TrackAnalysis, stretch: &Stretch, at_s: f64) {
    let theme = Theme::of(ui);
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    for y in [rect.top() + 0.5, rect.bottom() - 0.5] {
        painter.hline(rect.x_range(), y, (1.0, theme.line));
    }
    if let Some(grid) = &analysis.beat_grid {
        for x in stretch.lines(grid, Lines::Beats) {
            ui.painter().vline(x, rect.y_range(), (1.0, theme.line));
        }
    }
    let head = stretch.x_of(at_s);
    let inner = rect.shrink2(vec2(0.0, 3.0));
    for (x, bands) in stretch.bars(analysis) {
        let color = if x + 1.0 <= head {
            theme.spark
        } else {
            theme.line_strong
        };
        let bar = Rect::from_x_y_ranges(x..=x + BAR_STRETCH, inner.y_range());
        paint_bar(&painter, theme, bar, &bands, color);
    }
    if let Some(grid) = &analysis.beat_grid {
        for x in stretch.lines(grid, Lines::Bars) {
            painter.vline(x, rect.y_range(), (1.0, theme.text2));
        }
    }
    paint_head(&painter, theme, rect, head);
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
fn wheel(ui: &Ui, view: View, stretch: &Stretch, done: &mut Done) {
    let (scroll, pinch) = ui.input_mut(|input| {
        let scroll = input.smooth_scroll_delta;
        input.smooth_scroll_delta = eframe::egui::Vec2::ZERO;
        (scroll, input.zoom_delta())
    });
    if scroll.x != 0.0 {
        done.pan_s = Some(view.middle_s - stretch.seconds(scroll.x));
    }
    let zoom = f64::from(pinch) * f64::from(scroll.y / 200.0).exp2();
    if (zoom - 1.0).abs() > 1e-6 {
        done.span_s = Some((view.span_s / zoom).clamp(*SPANS.start(), *SPANS.end()));
    }
}

/// Low at the back, high in front: each band in its own lightness, so that it reads without colour. `place`: as
/// high as the loudest sound.
fn paint_bar(painter: &Painter, theme: &Theme, place: Rect, bands: &Bands, color: Color32) {
    let shades = [
        color.lerp_to_gamma(theme.bg1, 0.42),
        color,
        color.lerp_to_gamma(theme.text, 0.6),
    ];
    let mut order = [0, 1, 2];
    order.sort_by(|a, b| bands[*b].total_cmp(&bands[*a]));
    let middle = place.center().y;
    for (rank, band) in order.into_iter().enumerate() {
        // Silence is a thin line, once.
        let least = if rank == 0 { SILENCE_HALF } else { 0.0 };
        let half = (bands[band].clamp(0.0, 1.0) * place.height() / 2.0).max(least);
        if half == 0.0 {
            continue;
        }
        let bar = Rect::from_x_y_ranges(place.x_range(), middle - half..=middle + half);
        painter.rect_filled(bar, 0.0, shades[band]);
    }
}

fn paint_head(painter: &Painter, theme: &Theme, rect: Rect, x: f32) {
    let x = x.clamp(rect.left(), rect.right());
    painter.vline(x, rect.y_range(), (2.0, theme.text));
}
