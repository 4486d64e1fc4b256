//! The plum panel beside each step: the word mark, three covers, what Pika! does, how far it is.

use eframe::egui::{Align, Layout, Rect, RichText, Sense, Ui, UiBuilder, pos2, vec2};
use pika_analysis::Mode;

use crate::ui::{
    requests::Requests,
    theme::{DARK, ON_PLUM, ON_PLUM_2, PLUM_TRACK, text},
    widgets::{SampleCover, label, sample_traits, word_mark},
};

/// Width of the panel, in points.
pub(super) const WIDTH: f32 = 400.0;

/// What the panel says and shows.
pub(super) struct Brand {
    /// Covers with their place from the left edge of the text and from the top of the picture, and side.
    covers: [(SampleCover, f32, f32, f32); 3],
    title: &'static str,
    text: &'static str,
    step: usize,
    name: &'static str,
}

pub(super) const MUSIC: Brand = Brand {
    covers: [
        (
            (
                "LowTideTheVelvetHours",
                (9, Mode::Minor),
                [96.0, 64.0, 91.0, 47.0],
            ),
            0.0,
            24.0,
            168.0,
        ),
        (
            (
                "SugarontheDialTomWeaverTrio",
                (1, Mode::Major),
                [104.0, 66.0, 82.0, 58.0],
            ),
            152.0,
            84.0,
            112.0,
        ),
        (
            ("SeoYun", (5, Mode::Major), [106.0, 75.0, 90.0, 72.0]),
            248.0,
            0.0,
            132.0,
        ),
    ],
    title: "Your music,\nunderstood once.",
    text: "Pika! reads your files on this computer and works out tempo, key and feel. Nothing is uploaded and no file is changed.",
    step: 1,
    name: "Music",
};

pub(super) const ACCOUNT: Brand = Brand {
    covers: [
        (
            ("Glasshouse", (4, Mode::Major), [100.0, 73.0, 85.0, 81.0]),
            0.0,
            44.0,
            132.0,
        ),
        (
            (
                "SlowHoneyMaraLindqvist",
                (9, Mode::Minor),
                [92.0, 58.0, 88.0, 41.0],
            ),
            116.0,
            0.0,
            112.0,
        ),
        (
            ("Feathers", (11, Mode::Major), [82.0, 27.0, 65.0, 36.0]),
            212.0,
            56.0,
            154.0,
        ),
    ],
    title: "One token links\nthis laptop.",
    text: "Dancers need no account. You need one, so that only you can open a session under your name.",
    step: 2,
    name: "Account",
};

pub(super) const PHONE: Brand = Brand {
    covers: [
        (
            ("OneMoreMileRubyTran", (9, Mode::Minor), [97.0, 66.0, 80.0, 52.0]),
            0.0,
            10.0,
            118.0,
        ),
        (
            (
                "LowTideTheVelvetHours",
                (9, Mode::Minor),
                [96.0, 64.0, 91.0, 47.0],
            ),
            132.0,
            46.0,
            160.0,
        ),
        (
            ("Backseat Gospel", (10, Mode::Major), [112.0, 78.0, 74.0, 66.0]),
            252.0,
            0.0,
            104.0,
        ),
    ],
    title: "See it on\nyour own phone.",
    text: "A song by hand goes the way of every song of the night: this laptop, the relay, the phones. And a heart comes back.",
    step: 3,
    name: "Test",
};

pub(super) fn show(ui: &mut Ui, out: &mut Requests, brand: &Brand) {
    let area = ui.max_rect();
    let inner = area.shrink2(vec2(44.0, 48.0));
    let mut top = ui.new_child(
        UiBuilder::new()
            .max_rect(inner)
            .layout(Layout::top_down(Align::Min)),
    );
    word_mark(&mut top, 48.0, true);
    let picture = pos2(inner.left(), inner.top() + 100.0);
    let clip = Rect::from_min_max(
        pos2(area.left(), picture.y),
        pos2(area.right(), picture.y + 230.0),
    );
    let mut framed = ui.new_child(UiBuilder::new().max_rect(clip));
    framed.set_clip_rect(clip);
    for (cover, x, y, side) in brand.covers {
        let rect = Rect::from_min_size(picture + vec2(x, y), vec2(side, side));
        out.cover(&framed, rect, &sample_traits(cover));
    }
    let mut foot = ui.new_child(
        UiBuilder::new()
            .max_rect(inner)
            .layout(Layout::bottom_up(Align::Min)),
    );
    foot.spacing_mut().item_spacing.y = 12.0;
    label(
        &mut foot,
        format!("Step {} of 3 · {}", brand.step, brand.name),
        text::body(),
        ON_PLUM_2,
    );
    let (bar, _) = foot.allocate_exact_size(vec2(inner.width(), 6.0), Sense::hover());
    let part = (bar.width() - 16.0) / 3.0;
    for step in 0..3 {
        let left = bar.left() + step as f32 * (part + 8.0);
        let color = if step < brand.step { DARK.spark } else { PLUM_TRACK };
        let rect = Rect::from_min_size(pos2(left, bar.top()), vec2(part, 6.0));
        foot.painter().rect_filled(rect, 3.0, color);
    }
    foot.add_space(28.0);
    let text = RichText::new(brand.text).font(text::lead());
    foot.label(text.line_height(Some(25.0)).color(ON_PLUM_2));
    let title = RichText::new(brand.title).font(text::brand());
    foot.label(title.line_height(Some(43.0)).color(ON_PLUM));
}
