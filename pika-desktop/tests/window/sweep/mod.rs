//! Every screen in every size of window and text: no word is cut without `…`, nothing lies on anything else, and no
//! half of a large window is empty.
//!
//! `PIKA_PICTURES` names a folder that gets a picture of each, `PIKA_SWEEP` the only scenes to look at.

mod faults;
mod places;

use pika_engine::settings::Appearance;

use crate::stage::Stage;
use places::PLACES;

/// Size of the window in pixels, size of the text.
const SIZES: [([f32; 2], f32); 12] = [
    ([760.0, 600.0], 1.0),
    ([760.0, 680.0], 1.25),
    ([1024.0, 680.0], 1.0),
    ([1024.0, 680.0], 1.25),
    ([1280.0, 800.0], 1.0),
    ([1280.0, 800.0], 1.25),
    ([1280.0, 800.0], 1.5),
    ([1280.0, 800.0], 2.0),
    ([1920.0, 1010.0], 1.0),
    ([2560.0, 1440.0], 1.0),
    ([2560.0, 1440.0], 1.5),
    ([2560.0, 1440.0], 2.0),
];

/// With less content Live has one column, in points.
const ONE_COLUMN: f32 = 800.0;

/// Looks at these places in all sizes.
#[track_caller]
fn sweep(group: &str) {
    let only = std::env::var("PIKA_SWEEP").ok();
    let folder = std::env::var_os("PIKA_PICTURES");
    let mut wrong = Vec::new();
    for place in PLACES.iter().filter(|place| place.group == group) {
        for (size, scale) in SIZES {
            let name = format!("{}-{}x{}-{:.0}", place.name, size[0], size[1], scale * 100.0);
            let is_other = |only: &String| !only.split(',').any(|only| name.starts_with(only));
            if only.as_ref().is_some_and(is_other) {
                continue;
            }
            let stage = Stage {
                size,
                scale,
                appearance: Appearance::Dark,
            };
            let mut window = (place.open)(stage, folder.is_some());
            window.remove_cursor();
            window.run_steps(4);
            if let Some(folder) = &folder {
                let picture = window.render().expect("a picture");
                let path = std::path::Path::new(folder).join(format!("{name}.png"));
                picture.save(path).expect("a file to write");
            }
            wrong.extend(
                faults::of(&window)
                    .into_iter()
                    .map(|fault| format!("{name}: {fault}")),
            );
            // In one column they scroll.
            if place.songs && size[0] / scale - 84.0 >= ONE_COLUMN && faults::songs(&window) < 4 {
                wrong.push(format!("{name}: {} songs go well next", faults::songs(&window)));
            }
            if size[0] >= 2000.0 && place.fills {
                let halves = faults::empty_halves(&window).into_iter();
                wrong.extend(halves.map(|half| format!("{name}: the {half} half is empty")));
            }
        }
    }
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_library_fits() {
    sweep("library");
}

#[test]
fn live_before_the_night_fits() {
    sweep("ready");
}

#[test]
fn live_on_air_fits() {
    sweep("live");
}

#[test]
fn what_lies_over_live_fits() {
    sweep("over");
}

#[test]
fn history_settings_and_the_first_run_fit() {
    sweep("rest");
}
