//! Sizes of text: points and weight, each a role. Line heights come from the font.

use eframe::egui::FontId;

use crate::ui::fonts::{Weight, family};

/// Keys of a keyboard, words in the rail.
pub fn key() -> FontId {
    font(11.0, Weight::SemiBold)
}

/// Small running text.
pub fn caption() -> FontId {
    font(12.0, Weight::Regular)
}

/// Labels, units.
pub fn micro() -> FontId {
    font(12.0, Weight::SemiBold)
}

/// Heads of columns, marks.
pub fn mark() -> FontId {
    font(12.0, Weight::Bold)
}

/// Chips, small buttons.
pub fn small() -> FontId {
    font(13.0, Weight::SemiBold)
}

/// Running text.
pub fn body() -> FontId {
    font(14.0, Weight::Regular)
}

/// Values, buttons.
pub fn strong() -> FontId {
    font(14.0, Weight::SemiBold)
}

/// Values that are read first.
pub fn value() -> FontId {
    font(14.0, Weight::Bold)
}

/// What a banner says.
pub fn banner_body() -> FontId {
    font(15.0, Weight::Regular)
}

/// Title of a banner.
pub fn banner() -> FontId {
    font(15.0, Weight::Bold)
}

/// The word on a badge.
pub fn badge() -> FontId {
    font(15.0, Weight::ExtraBold)
}

/// Large running text.
pub fn large() -> FontId {
    font(16.0, Weight::Regular)
}

/// Times on Live.
pub fn time() -> FontId {
    font(16.0, Weight::SemiBold)
}

/// Headings inside a page.
pub fn section() -> FontId {
    font(16.0, Weight::Bold)
}

/// What stands under a large title; a field of the first run.
pub fn lead() -> FontId {
    font(17.0, Weight::Regular)
}

/// What can be chosen on a page of its own, large buttons.
pub fn choice() -> FontId {
    font(17.0, Weight::SemiBold)
}

/// Values on Live.
pub fn value_live() -> FontId {
    font(17.0, Weight::Bold)
}

/// Title of a side panel.
pub fn panel() -> FontId {
    font(19.0, Weight::Bold)
}

/// What stands under a large code.
pub fn under_code() -> FontId {
    font(20.0, Weight::SemiBold)
}

/// Lists on Live.
pub fn list_live() -> FontId {
    font(20.0, Weight::Bold)
}

/// The code on Live, under its address.
pub fn code() -> FontId {
    font(26.0, Weight::Bold)
}

/// The same with more than four letters.
pub fn code_long() -> FontId {
    font(22.0, Weight::Bold)
}

/// The PIN on Live.
pub fn pin() -> FontId {
    font(20.0, Weight::Bold)
}

/// Title of a dialog.
pub fn dialog_title() -> FontId {
    font(20.0, Weight::Bold)
}

/// Title of a page.
pub fn page() -> FontId {
    font(22.0, Weight::Bold)
}

/// The Go live button.
pub fn go_live() -> FontId {
    font(24.0, Weight::Bold)
}

/// Name of a night.
pub fn night() -> FontId {
    font(26.0, Weight::Bold)
}

/// Title of a first-run step, of an empty page; values of one track.
pub fn hero() -> FontId {
    font(28.0, Weight::Bold)
}

/// Artist on Live.
pub fn artist_live() -> FontId {
    font(30.0, Weight::Regular)
}

/// Figures of a night.
pub fn figure() -> FontId {
    font(30.0, Weight::ExtraBold)
}

/// An address to be read across a room.
pub fn address() -> FontId {
    font(34.0, Weight::Bold)
}

/// Large figures.
pub fn stat() -> FontId {
    font(36.0, Weight::ExtraBold)
}

/// Numbers in small discs, counts beside a value on Live.
pub fn count() -> FontId {
    font(15.0, Weight::Bold)
}

/// Tempo on Live where there is little room.
pub fn bpm_live_narrow() -> FontId {
    font(36.0, Weight::ExtraBold)
}

/// The greeting before the night where there is little room.
pub fn greeting_narrow() -> FontId {
    font(26.0, Weight::Bold)
}

/// The greeting before the night.
pub fn greeting() -> FontId {
    font(36.0, Weight::Bold)
}

/// Title of the brand panel.
pub fn brand() -> FontId {
    font(38.0, Weight::ExtraBold)
}

/// Tempo on Live.
pub fn bpm_live() -> FontId {
    font(44.0, Weight::ExtraBold)
}

/// Sizes of a title, in points, of which it takes the largest that fits: in one line, else in two, cut off at the
/// smallest.
pub type TitleSizes = ([f32; 3], [f32; 3]);

/// Titles on Live.
pub const TITLES_LIVE: TitleSizes = ([64.0, 52.0, 44.0], [40.0, 34.0, 30.0]);

/// Titles on Live in a large window.
pub const TITLES_LIVE_LARGE: TitleSizes = ([96.0, 76.0, 60.0], [54.0, 46.0, 40.0]);

/// Titles on Live in one column.
pub const TITLES_LIVE_NARROW: TitleSizes = ([52.0, 42.0, 32.0], [30.0, 27.0, 24.0]);

/// Titles on Live in one column of little height.
pub const TITLES_LIVE_LOW: TitleSizes = ([38.0, 32.0, 28.0], [22.0, 20.0, 18.0]);

/// Artist on Live in a large window.
pub fn artist_live_large() -> FontId {
    font(38.0, Weight::Regular)
}

/// Artist on Live in one column.
pub fn artist_live_narrow() -> FontId {
    font(24.0, Weight::Regular)
}

/// Artist on Live in one column of little height.
pub fn artist_live_low() -> FontId {
    font(20.0, Weight::Regular)
}

/// Tempo on Live in a large window.
pub fn bpm_live_large() -> FontId {
    font(56.0, Weight::ExtraBold)
}

/// Tempo on Live in one column of little height.
pub fn bpm_live_low() -> FontId {
    font(28.0, Weight::ExtraBold)
}

/// The code in a large window.
pub fn code_large() -> FontId {
    font(62.0, Weight::ExtraBold)
}

/// Title on Live, by its points in [`TITLES_LIVE`].
pub fn title_live(points: f32) -> FontId {
    font(points, Weight::ExtraBold)
}

/// Likes in the disc on Live.
///
/// `radius` is that of the disc, in points.
pub fn likes_live(digits: usize, radius: f32) -> FontId {
    let points = if digits > 3 { 0.58 } else { 0.75 };
    font((points * radius).round(), Weight::ExtraBold)
}

/// The address dancers join at, as large as fits.
pub const ADDRESSES_LIVE: std::ops::RangeInclusive<u8> = 11..=17;

/// Address on Live, by its points in [`ADDRESSES_LIVE`].
pub fn address_live(points: u8) -> FontId {
    font(f32::from(points), Weight::SemiBold)
}

/// Words inside a mark whose size, in points, is given: the word mark, a key's pill.
pub fn mark_of(points: f32) -> FontId {
    font(points, Weight::ExtraBold)
}

// Not for screens: they ask for a role.
fn font(points: f32, weight: Weight) -> FontId {
    FontId::new(points, family(weight))
}
