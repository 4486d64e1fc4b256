//! QR codes: dark on white with a quiet zone of four modules, whatever the look.

use eframe::egui::{
    self, Color32, ColorImage, Rect, Role, Sense, TextureHandle, TextureOptions, Ui, WidgetInfo, pos2,
};
use qrcode::{Color, EcLevel, QrCode};

use crate::ui::theme;

/// White border in modules: the standard asks for four.
const QUIET: usize = 4;

/// The code that is shown.
#[derive(Default)]
pub(in crate::ui) struct QrCache {
    text: String,
    texture: Option<TextureHandle>,
}

impl std::fmt::Debug for QrCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The text may hold a PIN.
        f.write_str("QrCache")
    }
}

impl QrCache {
    /// Draws the code of `text` into `rect`, a square.
    pub(in crate::ui) fn paint(&mut self, ui: &Ui, rect: Rect, text: &str) {
        if self.text != text || self.texture.is_none() {
            self.text = text.to_owned();
            self.texture =
                image(text).map(|image| ui.ctx().load_texture("qr", image, TextureOptions::NEAREST));
        }
        let response = ui.interact(
            rect,
            ui.scope_id().with(("qr", rect.min.x.to_bits())),
            Sense::empty(),
        );
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "QR code for dancers"));
        let corner = (rect.width() * 0.09).min(20.0);
        ui.painter().rect_filled(rect, corner, theme::QR.0);
        if let Some(texture) = &self.texture {
            let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            let inner = sharp(rect, texture.size()[0], ui.ctx().pixels_per_point());
            ui.painter().image(texture.id(), inner, uv, Color32::WHITE);
        }
    }
}

/// The largest square in the middle of `rect` whose modules are whole pixels, from a whole pixel on: edges stay sharp.
fn sharp(rect: Rect, modules: usize, pixels: f32) -> Rect {
    let module = (rect.width() * pixels / modules as f32).floor().max(1.0);
    let side = module * modules as f32;
    let corner = (rect.center() * pixels - egui::Vec2::splat(side / 2.0)).round();
    Rect::from_min_size(corner / pixels, egui::Vec2::splat(side / pixels))
}

/// One pixel a module; `None` for text that is too long for a code.
fn image(text: &str) -> Option<ColorImage> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let side = width + 2 * QUIET;
    // The ground shines through: its corners are round.
    let mut pixels = vec![Color32::TRANSPARENT; side * side];
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            pixels[(at / width + QUIET) * side + at % width + QUIET] = theme::QR.1;
        }
    }
    Some(ColorImage::new([side, side], pixels))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_whole_pixels_whatever_the_scale() {
        for pixels in [1.0, 1.25, 1.5, 2.0_f32] {
            let rect = Rect::from_min_size(pos2(893.25, 97.5), egui::vec2(171.0, 171.0));
            let inner = sharp(rect, 37, pixels);
            let is_whole = |length: f32| (length * pixels - (length * pixels).round()).abs() < 1e-3;
            assert!(
                is_whole(inner.left()) && is_whole(inner.top()),
                "{inner:?} at {pixels}"
            );
            assert!(is_whole(inner.width() / 37.0), "{inner:?} at {pixels}");
            assert!(rect.expand(0.5).contains_rect(inner), "{inner:?} at {pixels}");
        }
    }

    #[test]
    fn a_code_lies_inside_its_quiet_zone() {
        let image = image("https://pika.example/live/K7QF").unwrap();
        let side = image.size[0];
        let at = |x: usize, y: usize| image.pixels[y * side + x];
        for edge in 0..side {
            for depth in 0..QUIET {
                assert_eq!(at(edge, depth), Color32::TRANSPARENT);
                assert_eq!(at(depth, edge), Color32::TRANSPARENT);
                assert_eq!(at(side - 1 - depth, edge), Color32::TRANSPARENT);
            }
        }
        assert_eq!(at(QUIET, QUIET), theme::QR.1, "the corner of a finder");
    }
}
