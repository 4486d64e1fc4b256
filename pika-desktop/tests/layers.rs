//! The walls of this crate: the tables say what may use what, and `pika-layers` reads the sources and says where that
//! is not so. Who moves a wall says why in the commit.

use pika_layers::{Also, Wall, hold, house};

/// From the ground up: a module uses only what stands on lower floors.
const FLOORS: &[&[&str]] = &[&["dialogs", "headless"], &["ui"], &["self_test"], &["main"]];

/// The same inside the window. Only `shell` and `window` see the states of all screens.
const ROOMS: &[&[&str]] = &[
    // Words, and the numbers of the design.
    &["fonts", "shortcuts", "words"],
    &["icons", "theme"],
    &["screen", "widgets"],
    // Who has the keys; what changes what dancers see.
    &[
        "deed",
        "hours",
        "key_sheet",
        "keyboard",
        "place",
        "rail",
        "scale",
        "start",
    ],
    &["requests"],
    // Lines that more than one screen has.
    &["local_relay", "owed"],
    // A screen gets the program's state, its own and `requests`; it knows no other.
    &[
        "detail",
        "first_run",
        "history",
        "library",
        "live",
        "path_dialog",
        "settings",
    ],
    &["state"],
    &["shell"],
    &["window"],
];

/// What the floors of the window alone would not allow.
const ALSO: &[Also] = &[(
    "library",
    "detail",
    "the panel of one track is a part of the library's screen",
)];

/// Libraries that any module may name.
const EVERYWHERE: &[&str] = &["anyhow", "pika-engine", "tracing"];

/// The others, and who may name them. What draws is named in the window alone.
const WALLS: &[Wall] = &[
    ("clap", &["main"]),
    ("dirs", &["dialogs"]),
    ("eframe", &["self_test", "ui"]),
    ("egui_extras", &[]),
    ("egui_plot", &["ui/history/chart"]),
    ("image", &[]),
    ("pika-analysis", &["ui"]),
    ("pika-protocol", &["ui"]),
    ("qrcode", &["ui/widgets/qr"]),
    ("rfd", &["dialogs"]),
];

house!(FLOORS, EVERYWHERE, WALLS);

#[test]
fn a_room_of_the_window_uses_only_what_stands_below_it() {
    hold(&CRATE.floors("ui", ROOMS, ALSO));
}

#[test]
fn the_window_only_draws() {
    let outside = [
        "std::fs",
        "std::net",
        "std::process",
        "std::sync::Mutex",
        "std::sync::RwLock",
        "std::time::Instant",
        "std::time::SystemTime",
    ];
    let because = "the window draws what the program knows and asks for the rest with a command";
    hold(&CRATE.without(&["ui"], &outside, because));
}

/// Whatever lies over a place has the keys for itself, and a test opens each by its name.
#[test]
fn what_lies_over_a_place_has_its_name() {
    let places = [
        "ui/detail",
        "ui/first_run",
        "ui/history",
        "ui/library",
        "ui/live",
        "ui/path_dialog",
        "ui/settings",
    ];
    let bare = [
        "eframe::egui::Area",
        "eframe::egui::ComboBox",
        "eframe::egui::Modal",
        "eframe::egui::Popup",
        "eframe::egui::Window",
    ];
    let because =
        "it is drawn by `dialog`, `across`, `popup` or `menu` of `ui/widgets`, with its name in `over.rs`";
    hold(&CRATE.without(&places, &bare, because));
}

/// What draws computes a plain value first: that keeps it short.
#[test]
fn what_draws_is_shorter_still() {
    hold(
        &[
            CRATE.function_lengths("ui", 80),
            CRATE.long_functions("ui", 60, 3.0),
        ]
        .concat(),
    );
}
