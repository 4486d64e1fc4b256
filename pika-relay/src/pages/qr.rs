//! QR codes as one SVG path.

use qrcode::{Color, EcLevel, QrCode};
use serde::Serialize;

/// White border around the code, in modules: the standard asks for four.
const QUIET: usize = 4;

/// A QR code for a template: dark modules as one path in a square of `size` modules.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Qr {
    /// What it says.
    pub(crate) text: String,
    /// Side in modules, with the quiet zone.
    pub(crate) size: usize,
    /// The dark modules.
    pub(crate) path: String,
}

impl Qr {
    /// `None` when the text is too long for a code (some 2,900 bytes).
    pub(crate) fn of(text: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let width = code.width();
        let colors = code.to_colors();
        let path = colors
            .chunks(width)
            .enumerate()
            .map(|(y, row)| row_path(row, y))
            .collect();
        Some(Self {
            text: text.to_owned(),
            size: width + 2 * QUIET,
            path,
        })
    }
}

/// Runs of dark modules in one row.
fn row_path(row: &[Color], y: usize) -> String {
    let mut path = String::new();
    let mut x = 0;
    for run in row.chunk_by(|a, b| a == b) {
        if run[0] == Color::Dark {
            let length = run.len();
            path.push_str(&format!("M{} {}h{length}v1h-{length}z", x + QUIET, y + QUIET));
        }
        x += run.len();
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_corners_inside_the_quiet_zone() {
        let qr = Qr::of("https://pika.example/live/K7QF").expect("it fits");
        let far = qr.size - QUIET - 7;
        for corner in [
            format!("M{QUIET} {QUIET}h7"),
            format!("M{far} {QUIET}h7"),
            format!("M{QUIET} {far}h7"),
        ] {
            assert!(qr.path.contains(&corner), "{corner}");
        }
    }

    #[test]
    fn what_does_not_fit_is_no_code() {
        assert!(Qr::of(&"x".repeat(4000)).is_none());
    }
}
