//! The walls of this crate: the tables say what may use what, and `pika-layers` reads the sources and says where that
//! is not so. Who moves a wall says why in the commit.

use pika_layers::{Wall, hold, house};

/// From the ground up: a module uses only what stands on lower floors.
const FLOORS: &[&[&str]] = &[
    &["plain_words", "private"],
    // The ground: clocks, paths, and how workers tell; `report` knows no report of theirs.
    &[
        "clock",
        "folder_watch",
        "logging",
        "musical_key",
        "networks",
        "paths",
        "reach",
        "relay_access",
        "report",
    ],
    // How workers are asked; what is done about a damaged file; one program in one folder; requests.
    &["door", "http", "instance", "own_files", "worker"],
    &["foreign"],
    &["battery", "crash", "demo_music", "library", "reveal", "updates"],
    &["analyzer", "audio_files", "audition", "export", "settings"],
    // What plays, then who tells the dancers of it.
    &["nowplaying"],
    &["live", "scanner", "suggest"],
    &["account", "demo", "local_relay", "surroundings"],
    // No worker knows the program: it hears them by their reports and asks them by their commands.
    &["app"],
];

/// Libraries that any module may name.
const EVERYWHERE: &[&str] = &[
    "anyhow",
    "pika-analysis",
    "pika-protocol",
    "serde",
    "serde_json",
    "thiserror",
    "tracing",
    "uuid",
];

/// The others, and who may name them.
const WALLS: &[Wall] = &[
    ("data-encoding", &["reach/proxy"]),
    ("dirs", &["nowplaying/virtualdj", "paths", "surroundings"]),
    ("encoding_rs", &["foreign/text"]),
    ("flate2", &["library/waveform"]),
    ("if-addrs", &["networks"]),
    ("keyring", &["account/secrets"]),
    ("notify", &["folder_watch"]),
    ("percent-encoding", &["nowplaying/matcher", "reach/proxy"]),
    ("pika-relay", &["local_relay"]),
    ("pika-update", &["app", "updates"]),
    ("pika-wal", &["library", "live/store"]),
    ("quick-xml", &["nowplaying/virtualdj"]),
    ("rodio", &["audition/output"]),
    ("rusqlite", &["library", "live/store", "own_files", "plain_words"]),
    ("rustls", &["reach"]),
    ("rustls-native-certs", &["reach/tls"]),
    ("semver", &["updates"]),
    ("sha2", &["library/content", "library/play_ids", "relay_access"]),
    ("tokio", &["local_relay"]),
    ("tracing-subscriber", &["logging"]),
    ("tungstenite", &["live/socket"]),
    ("unicode-normalization", &["library/fold"]),
    ("ureq", &["http"]),
    ("webpki-roots", &["reach/tls"]),
];

/// This crate has no face: nothing that draws, not even for its tests.
const NO_FACE: &[&str] = &["eframe", "egui", "egui_*", "rfd", "wgpu"];

house!(FLOORS, EVERYWHERE, WALLS);

#[test]
fn there_is_no_face() {
    hold(&CRATE.manifest_without(NO_FACE));
}

#[test]
fn the_rules_of_a_night_touch_nothing_outside() {
    let outside = [
        "std::fs",
        "std::net",
        "std::sync::Mutex",
        "std::thread",
        "std::time::Instant",
        "std::time::SystemTime",
    ];
    let because = "what happened and what time it is are handed in, what to do is handed out";
    hold(&CRATE.without(&["live/machine"], &outside, because));
}
