//! Size and place of the window: kept when they rest, and taken up again where they fit.

use eframe::{
    Frame,
    egui::{Context, Pos2, Rect, Vec2, ViewportBuilder, ViewportCommand, ViewportInfo, pos2, vec2},
};
use pika_engine::settings::WindowPlace;

use super::theme::size;

/// A window that was moved is where it is to stay after so long, in seconds.
const RESTS_S: f64 = 1.0;
/// So much of a window's upper edge must lie on a screen for it to be taken hold of, in points.
const HOLD: Vec2 = vec2(120.0, 24.0);

/// A screen of this computer, in pixels of all of them together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Monitor {
    pub(super) pixels: Rect,
    /// Pixels in a point of it.
    pub(super) scale: f32,
}

/// The screens, as the system tells them; none where it does not.
pub(super) fn monitors(frame: &Frame) -> Vec<Monitor> {
    let Some(window) = frame.winit_window() else {
        return Vec::new();
    };
    let monitors = window.available_monitors().map(|monitor| {
        let (at, size) = (monitor.position(), monitor.size());
        Monitor {
            pixels: Rect::from_min_size(
                pos2(at.x as f32, at.y as f32),
                vec2(size.width as f32, size.height as f32),
            ),
            scale: monitor.scale_factor() as f32,
        }
    });
    monitors.filter(|monitor| monitor.scale > 0.0).collect()
}

/// What is known of the window's place.
#[derive(Debug, Default)]
pub(super) struct Place {
    /// Where it was last seen, and since when, in the window's seconds.
    seen: Option<(WindowPlace, f64)>,
    /// Where it was when it was last closed, until that is taken up.
    wanted: Option<WindowPlace>,
}

impl Place {
    /// With where it was when it was last closed.
    pub(super) fn new(wanted: Option<WindowPlace>) -> Self {
        Self { seen: None, wanted }
    }

    /// Takes up the place of before among `monitors`, which are asked for once.
    pub(super) fn take_up(&mut self, ctx: &Context, monitors: impl FnOnce() -> Vec<Monitor>) {
        if let Some(wanted) = self.wanted.take()
            && let Some(at) = fitting(&wanted, &monitors())
        {
            ctx.send_viewport_cmd(ViewportCommand::OuterPosition(at / ctx.pixels_per_point()));
        }
    }

    /// Where the window rests now, if that is new. Asked only while it is seen: its time stands still while it is not.
    pub(super) fn follow(&mut self, ctx: &Context, kept: Option<WindowPlace>) -> Option<WindowPlace> {
        let zoom = ctx.zoom_factor();
        let now = ctx.input(|input| place(input.viewport(), zoom, kept));
        let now = now.filter(|now| kept != Some(*now))?;
        let time = ctx.time();
        match self.seen {
            Some((seen, since)) if seen == now => {
                if time - since >= RESTS_S {
                    return Some(now);
                }
            }
            _ => self.seen = Some((now, time)),
        }
        ctx.request_repaint_after_secs(RESTS_S as f32);
        None
    }
}

/// The window as it is to be opened.
pub(super) fn builder(builder: ViewportBuilder, kept: Option<WindowPlace>) -> ViewportBuilder {
    let usual = Vec2::from(size::WINDOW);
    let kept = kept.filter(WindowPlace::is_possible);
    let inner = kept.map_or(usual, |kept| vec2(kept.width, kept.height));
    builder
        .with_inner_size(inner.max(Vec2::from(size::WINDOW_MIN)))
        .with_maximized(kept.is_some_and(|kept| kept.is_maximized))
}

/// Where a window is, in points of the system; `None` where that is not known or only for a moment.
fn place(info: &ViewportInfo, zoom: f32, kept: Option<WindowPlace>) -> Option<WindowPlace> {
    if info.minimized == Some(true) || info.fullscreen == Some(true) {
        return None;
    }
    let inner = info.inner_rect? * zoom;
    let at = info.outer_rect.map(|outer| (outer.min * zoom).round());
    let now = WindowPlace {
        width: inner.width().round(),
        height: inner.height().round(),
        at: at.map(|at| [at.x, at.y]),
        is_maximized: info.maximized == Some(true),
    };
    // Of one that fills the screen the size of before is kept.
    Some(match kept {
        Some(kept) if now.is_maximized => WindowPlace {
            is_maximized: true,
            ..kept
        },
        _ => now,
    })
}

/// The corner, in pixels, of a window that can be taken hold of on one of the screens: one whose screen is gone comes up
/// in the middle. A snapped one reaches a little beyond its screen.
fn fitting(wanted: &WindowPlace, monitors: &[Monitor]) -> Option<Pos2> {
    let [left, top] = wanted
        .at
        .filter(|_| wanted.is_possible() && !wanted.is_maximized)?;
    let edge = Rect::from_min_size(pos2(left, top), vec2(wanted.width, HOLD.y * 2.0));
    let on_it = |monitor: &&Monitor| {
        let on = edge.intersect(monitor.pixels / monitor.scale);
        on.width() >= HOLD.x && on.height() >= HOLD.y
    };
    // It was in points of the screen that it was on.
    let monitor = monitors.iter().find(on_it)?;
    Some(edge.min * monitor.scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(left: f32, width: f32) -> WindowPlace {
        WindowPlace {
            width,
            height: 800.0,
            at: Some([left, 40.0]),
            is_maximized: false,
        }
    }

    fn monitor(left: f32, scale: f32) -> Monitor {
        Monitor {
            pixels: Rect::from_min_size(pos2(left, 0.0), vec2(1920.0, 1080.0)),
            scale,
        }
    }

    #[test]
    fn a_window_comes_up_where_it_was_but_never_beside_the_screen() {
        let one = [monitor(0.0, 1.0)];
        assert_eq!(fitting(&kept(300.0, 1500.0), &one), Some(pos2(300.0, 40.0)));
        assert_eq!(
            fitting(&kept(1920.0, 1500.0), &one),
            None,
            "the other screen is gone"
        );
        assert_eq!(fitting(&kept(f32::NAN, 1500.0), &one), None);
        assert_eq!(fitting(&kept(300.0, 1500.0), &[]), None, "no screen is known");
        // On the second screen, to the right and to the left; with larger points.
        let two = [monitor(0.0, 1.0), monitor(1920.0, 1.0), monitor(-1920.0, 1.0)];
        assert_eq!(fitting(&kept(2100.0, 1500.0), &two), Some(pos2(2100.0, 40.0)));
        assert_eq!(fitting(&kept(-1800.0, 1500.0), &two), Some(pos2(-1800.0, 40.0)));
        let fine = [monitor(0.0, 2.0)];
        assert_eq!(fitting(&kept(100.0, 900.0), &fine), Some(pos2(200.0, 80.0)));
        // Snapped to a half: its edges, which nobody sees, lie beside the screen.
        assert_eq!(fitting(&kept(-7.0, 974.0), &one), Some(pos2(-7.0, 40.0)));
        assert_eq!(fitting(&kept(953.0, 974.0), &one), Some(pos2(953.0, 40.0)));
        assert_eq!(
            fitting(&kept(-900.0, 974.0), &one),
            None,
            "nothing to take hold of"
        );
        let size = |kept| builder(ViewportBuilder::default(), kept).inner_size;
        assert_eq!(size(None), Some(size::WINDOW.into()));
        assert_eq!(size(Some(kept(0.0, 1500.0))), Some(vec2(1500.0, 800.0)));
        assert_eq!(size(Some(kept(0.0, f32::INFINITY))), Some(size::WINDOW.into()));
        assert_eq!(size(Some(kept(0.0, 10.0))).unwrap().x, size::WINDOW_MIN[0]);
    }

    #[test]
    fn what_is_kept_does_not_follow_the_scale_and_survives_a_full_screen() {
        let mut info = ViewportInfo {
            inner_rect: Some(Rect::from_min_size(pos2(10.0, 20.0), vec2(1000.0, 600.0))),
            outer_rect: Some(Rect::from_min_size(pos2(10.0, 10.0), vec2(1000.0, 610.0))),
            ..ViewportInfo::default()
        };
        let now = place(&info, 1.5, None).unwrap();
        assert_eq!(
            (now.width, now.height, now.at),
            (1500.0, 900.0, Some([15.0, 15.0]))
        );
        info.maximized = Some(true);
        info.inner_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(1920.0, 1040.0)));
        let filled = place(&info, 1.0, Some(now)).unwrap();
        assert_eq!((filled.width, filled.is_maximized), (1500.0, true));
        info.fullscreen = Some(true);
        assert_eq!(place(&info, 1.0, Some(now)), None);
    }
}
