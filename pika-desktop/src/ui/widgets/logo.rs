//! The mark: a pendulum that is an exclamation mark, and the word beside it.

use eframe::egui::{
    Color32, Painter, Pos2, Rect, Response, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2,
};

use crate::ui::theme::{DARK, LIGHT, text};

/// The drawing's own field: x, y, width, height.
const FIELD: [f32; 4] = [190.0, 140.0, 610.0, 780.0];
/// The bar: middle of the upper end, radii of both ends, distance between them, lean in degrees.
const BAR: (Pos2, f32, f32, f32, f32) = (pos2(462.0, 262.0), 103.88, 63.6, 377.3, -22.0);
/// The bob and its trail: centre, radius, opacity.
const BOBS: [(Pos2, f32, f32); 4] = [
    (pos2(682.78, 808.45), 106.0, 1.0),
    (pos2(474.34, 851.23), 57.24, 0.62),
    (pos2(339.47, 838.48), 39.22, 0.38),
    (pos2(246.96, 810.73), 25.44, 0.2),
];

/// Draws the mark, `height` points high, its left upper corner at `at`. Returns where it is.
pub fn paint_mark(painter: &Painter, at: Pos2, height: f32, on_dark: bool) -> Rect {
    let scale = height / FIELD[3];
    let place = |p: Pos2| at + (p - pos2(FIELD[0], FIELD[1])) * scale;
    let (bar, bob) = if on_dark {
        (DARK.spark, DARK.heart)
    } else {
        (LIGHT.text, LIGHT.heart)
    };
    let (top, r1, r2, length, lean) = BAR;
    let (sin, cos) = lean.to_radians().sin_cos();
    let turned = |x: f32, y: f32| place(top + vec2(x * cos - y * sin, x * sin + y * cos));
    let mut outline = Vec::with_capacity(64);
    // The upper end, clockwise from the left, then the lower end back.
    for step in 0..=24 {
        let angle = (174.0 + 192.0 * step as f32 / 24.0).to_radians();
        outline.push(turned(r1 * angle.cos(), r1 * angle.sin()));
    }
    for step in 0..=24 {
        let angle = (6.0 + 168.0 * step as f32 / 24.0).to_radians();
        outline.push(turned(r2 * angle.cos(), length + r2 * angle.sin()));
    }
    painter.add(Shape::convex_polygon(outline, bar, Stroke::NONE));
    // Under 20 points the two smallest dots of the trail would be dirt.
    let bobs = if height < 20.0 { 2 } else { BOBS.len() };
    for (center, radius, opacity) in &BOBS[..bobs] {
        painter.circle_filled(place(*center), radius * scale, bob.gamma_multiply(*opacity));
    }
    Rect::from_min_size(at, vec2(FIELD[2], FIELD[3]) * scale)
}

/// The word mark, `height` points high.
pub fn word_mark(ui: &mut Ui, height: f32, on_dark: bool) -> Response {
    let ink: Color32 = if on_dark { DARK.text } else { LIGHT.text };
    let galley = ui
        .painter()
        .layout_no_wrap("Pika".to_owned(), text::mark_of(height * 1.12), ink);
    let mark_width = height * 0.8 * FIELD[2] / FIELD[3];
    let width = galley.size().x + mark_width;
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Pika!"));
    let text_width = galley.size().x;
    let text_top = rect.center().y - galley.size().y / 2.0;
    ui.painter().galley(pos2(rect.left(), text_top), galley, ink);
    paint_mark(
        ui.painter(),
        pos2(
            rect.left() + text_width - height * 0.02,
            rect.top() + height * 0.06,
        ),
        height * 0.86,
        on_dark,
    );
    response
}
