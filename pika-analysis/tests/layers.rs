//! The walls of this crate: the tables say what may use what, and `pika-layers` reads the sources and says where that
//! is not so. Who moves a wall says why in the commit.

use pika_layers::{Wall, hold, house};

/// From the ground up: a module uses only what stands on lower floors. `lib` has the version of the results.
const FLOORS: &[&[&str]] = &[
    &[
        "audio",
        "config",
        "dsp",
        "error",
        "lib",
        "place",
        "regular_file",
        "result",
        "tags",
    ],
    &["control", "features", "fingerprint"],
    &["decode", "key", "rhythm"],
    &["character", "loudness", "mix", "read_tags", "waveform"],
    &["frontend"],
    &["pipeline"],
    &["batch"],
    &["internals"],
    &["pika-analyze"],
];

/// Libraries that any module may name.
const EVERYWHERE: &[&str] = &["serde", "thiserror"];

/// The others, and who may name them.
const WALLS: &[Wall] = &[
    ("clap", &["pika-analyze"]),
    ("csv", &["pika-analyze"]),
    ("indicatif", &["pika-analyze"]),
    ("libc", &["regular_file"]),
    ("lofty", &["read_tags"]),
    ("rayon", &["batch"]),
    ("realfft", &["dsp"]),
    ("rusty-chromaprint", &["fingerprint"]),
    ("serde_json", &["pika-analyze"]),
    ("symphonia", &["decode"]),
];

house!(FLOORS, EVERYWHERE, WALLS);

#[test]
fn there_is_no_database_network_or_window() {
    hold(&CRATE.manifest_without(&["eframe", "egui", "egui_*", "rusqlite", "tokio", "ureq", "warp"]));
}
