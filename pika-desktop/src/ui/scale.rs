//! How large everything is: as Settings say, as far as the window has room for it, and a step larger on Live where
//! the window is large and stands far away.

use eframe::egui::{Context, Vec2, vec2};
use pika_engine::settings::SCALES;

use super::{screen::Screen, theme::size};

/// One step larger, the largest that leaves [`ROOM`]: with the first the smallest words of Live, 12 points, come to the
/// 18 that are read from afar.
const STEPS: [f32; 2] = [1.5, 1.25];
/// What Live needs in its own points for larger things without fewer songs.
const ROOM: [f32; 2] = [1420.0, 800.0];

/// Lays the frame out anew where size of the window, screen or setting ask for another scale.
pub(super) fn follow(ctx: &Context, setting: f32, screen: Option<Screen>) {
    let native = ctx.native_pixels_per_point().unwrap_or(1.0).max(0.1);
    let window = ctx.content_rect().size() * (ctx.pixels_per_point() / native);
    let wanted = zoom(window, setting, screen);
    if (ctx.zoom_factor() - wanted).abs() > 0.001 {
        ctx.set_zoom_factor(wanted);
        // Nobody sees a frame of the old size.
        ctx.request_discard("another scale");
    }
}

/// The scale of a window of this size in the system's points; `screen` is `None` in the first run.
///
/// A window that is too small for the scale of the settings has the largest that it has room for.
pub fn zoom(window: Vec2, setting: f32, screen: Option<Screen>) -> f32 {
    let setting = if setting.is_finite() { setting } else { 1.0 };
    let setting = setting.clamp(*SCALES.start(), *SCALES.end());
    let [width, height] = size::CONTENT_MIN;
    let room = (window.x / width).min(window.y / height);
    let scale = setting.min(room.max(*SCALES.start()));
    let beside_rail = window / scale - vec2(size::RAIL, 0.0);
    let [large_width, large_height] = size::LARGE;
    let is_large = beside_rail.x > large_width && beside_rail.y > large_height;
    if !is_large || screen != Some(Screen::Live) {
        return scale;
    }
    let has_room = |step: &f32| {
        let points = window / (scale * step);
        points.x >= ROOM[0] && points.y >= ROOM[1]
    };
    scale * STEPS.into_iter().find(has_room).unwrap_or(1.0)
}

/// Whether the window is drawn a step larger than the setting says.
pub(super) fn is_a_step_larger(ctx: &Context, setting: f32) -> bool {
    ctx.zoom_factor() > setting * (1.0 + STEPS[1]) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_as_large_as_asked_for_where_there_is_room() {
        let at = |width, height, setting| zoom(vec2(width, height), setting, Some(Screen::Library));
        assert_eq!(at(1280.0, 800.0, 1.0), 1.0);
        assert_eq!(at(1280.0, 800.0, 2.0), 2.0);
        assert_eq!(at(760.0, 680.0, 1.25), 1.25);
        assert!(at(760.0, 680.0, 2.0) < 1.3, "the window has no room for it");
        assert_eq!(at(300.0, 200.0, 2.0), 0.9, "a window that no system gives");
        assert_eq!(at(f32::NAN, 800.0, f32::NAN), 1.0);
    }

    #[test]
    fn live_grows_one_step_in_a_large_window() {
        let live = Some(Screen::Live);
        let large = vec2(2560.0, 1440.0);
        assert_eq!(zoom(large, 1.0, live), 1.5);
        assert_eq!(zoom(large, 1.25, live), 1.25 * 1.25);
        assert_eq!(zoom(vec2(1920.0, 1080.0), 1.0, live), 1.25);
        assert_eq!(zoom(vec2(1920.0, 1010.0), 1.0, live), 1.25);
        assert_eq!(zoom(vec2(3840.0, 2160.0), 2.0, live), 2.5);
        assert_eq!(zoom(large, 1.5, live), 1.5, "at this text it is not large");
        assert_eq!(zoom(large, 1.0, Some(Screen::Library)), 1.0);
        assert_eq!(zoom(vec2(2560.0, 1000.0), 1.0, live), 1.0);
    }
}
