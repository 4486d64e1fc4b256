//! Compares what a screen shows with what is kept of it: as text, word for word; as a picture, by eye.
//!
//! `PIKA_ACCEPT=1 cargo test --workspace --test window shown` keeps what is shown now. Look at it before it is
//! committed.

use std::{
    fs,
    path::{Path, PathBuf},
};

use egui_kittest::{Harness, kittest::NodeT};
use image::RgbaImage;

/// Pixels of one side of a tile.
const TILE: u32 = 16;
/// Mean difference in a tile that nobody sees, 0 to 255: edges of letters smoothed otherwise. One letter that
/// changes makes several times as much.
const UNSEEN: f64 = 3.0;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/window/kept")
}

fn accepting() -> bool {
    std::env::var_os("PIKA_ACCEPT").is_some()
}

/// Where the test leaves what it saw, when that differs.
fn left(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join("pika-shown");
    fs::create_dir_all(&folder).expect("a folder");
    folder.join(name)
}

/// Every word on screen in reading order, as a screen reader gets it, must be what is kept as `name`.
#[track_caller]
pub(crate) fn same_text<State>(name: &str, harness: &Harness<'_, State>) {
    let name = format!("{name}.txt");
    let shown = words(harness);
    let path = folder().join(&name);
    if accepting() {
        fs::create_dir_all(folder()).expect("a folder");
        fs::write(path, shown).expect("a file");
        return;
    }
    // Where the repository was checked out with other ends of lines.
    let kept = fs::read_to_string(&path)
        .expect("what is kept")
        .replace("\r\n", "\n");
    if let Some((number, (is, was))) = shown
        .lines()
        .chain(std::iter::repeat("(nothing)"))
        .zip(kept.lines().chain(std::iter::repeat("(nothing)")))
        .take(shown.lines().count().max(kept.lines().count()))
        .enumerate()
        .find(|(_, (is, was))| is != was)
    {
        let seen = left(&name);
        fs::write(&seen, &shown).expect("a file");
        panic!(
            "{name} line {}: shows “{is}”, kept is “{was}”; all of it is in {}",
            number + 1,
            seen.display()
        );
    }
}

/// One line for everything that has words: its role, its name, its value, its state.
fn words<State>(harness: &Harness<'_, State>) -> String {
    let mut text = String::new();
    for node in harness.root().children_recursive() {
        let node = node.accesskit_node();
        let (label, value) = (node.label(), node.value());
        if label.is_none() && value.is_none() {
            continue;
        }
        let spoken = label.iter().chain(&value).flat_map(|words| words.chars());
        let is_icon = |sign: char| ('\u{e000}'..='\u{f8ff}').contains(&sign);
        assert!(
            !spoken.clone().any(is_icon),
            "an icon is read aloud: {label:?} {value:?}"
        );
        text += &format!("{:?}", node.role());
        if let Some(label) = label {
            text += &format!(" “{label}”");
        }
        if let Some(value) = value {
            text += &format!(" = “{value}”");
        }
        if node.is_selected() == Some(true) {
            text += " selected";
        }
        if let Some(toggled) = node.toggled() {
            text += &format!(" {toggled:?}");
        }
        if node.is_disabled() {
            text += " disabled";
        }
        text.push('\n');
    }
    text
}

/// The picture must look like the one that is kept as `name`.
#[track_caller]
pub(crate) fn same_picture(name: &str, shown: &RgbaImage) {
    let name = format!("{name}.png");
    let path = folder().join(&name);
    if accepting() {
        fs::create_dir_all(folder()).expect("a folder");
        shown.save(path).expect("a file");
        return;
    }
    let kept = image::open(&path).expect("what is kept").into_rgba8();
    let seen = || {
        let seen = left(&name);
        shown.save(&seen).expect("a file");
        seen
    };
    assert_eq!(
        shown.dimensions(),
        kept.dimensions(),
        "{name}: {}",
        seen().display()
    );
    if let Some((x, y, difference)) = first_difference(shown, &kept) {
        panic!(
            "{name} looks different at {x}, {y} (by {difference:.1}): see {}",
            seen().display()
        );
    }
}

/// The first tile that anybody would see a difference in, with that difference.
fn first_difference(a: &RgbaImage, b: &RgbaImage) -> Option<(u32, u32, f64)> {
    let (width, height) = a.dimensions();
    for top in (0..height).step_by(TILE as usize) {
        for left in (0..width).step_by(TILE as usize) {
            let mut sum = 0u32;
            let mut count = 0u32;
            for y in top..(top + TILE).min(height) {
                for x in left..(left + TILE).min(width) {
                    let (a, b) = (a.get_pixel(x, y).0, b.get_pixel(x, y).0);
                    let parts = a.into_iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(b)));
                    sum += parts.max().unwrap_or(0);
                    count += 1;
                }
            }
            let mean = f64::from(sum) / f64::from(count.max(1));
            if mean > UNSEEN {
                return Some((left, top, mean));
            }
        }
    }
    None
}

#[test]
fn a_changed_letter_is_seen_and_smoother_edges_are_not() {
    let plain = RgbaImage::from_pixel(64, 64, image::Rgba([20, 16, 26, 255]));
    let mut smooth = plain.clone();
    for (at, pixel) in smooth.pixels_mut().enumerate() {
        pixel.0[0] += (at % 4) as u8;
    }
    assert_eq!(first_difference(&plain, &smooth), None);
    let mut letter = plain.clone();
    for y in 40..50 {
        letter.put_pixel(41, y, image::Rgba([246, 241, 248, 255]));
    }
    assert_eq!(
        first_difference(&plain, &letter).map(|(x, y, _)| (x, y)),
        Some((32, 32))
    );
}
