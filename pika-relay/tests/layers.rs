//! The walls of this crate: the tables say what may use what, and `pika-layers` reads the sources and says where that
//! is not so. Who moves a wall says why in the commit.

use pika_layers::{Wall, hold, house};

/// From the ground up: a module uses only what stands on lower floors.
const FLOORS: &[&[&str]] = &[
    // What knows nothing of DJs and dancers.
    &[
        "export",
        "figures",
        "hand_over",
        "rate_limit",
        "shutdown",
        "telemetry",
    ],
    // The ground: moments, secrets, refusals.
    &["base"],
    &["auth"],
    &["config", "places", "releases"],
    // What is kept, and the live sessions on it.
    &["store"],
    &["error", "events", "publisher"],
    &["hub"],
    &["maintenance", "metrics"],
    // What requests share.
    &["relay"],
    &["accounts", "nights"],
    // HTTP.
    &["pages"],
    &["routes"],
    &["server"],
    &["main"],
];

/// Libraries that any module may name.
const EVERYWHERE: &[&str] = &[
    "bytes",
    "pika-protocol",
    "serde",
    "serde_json",
    "tokio",
    "tracing",
    "uuid",
];

/// The others, and who may name them.
const WALLS: &[Wall] = &[
    ("anyhow", &["main", "relay", "server"]),
    ("argon2", &["auth/password"]),
    ("clap", &["main"]),
    ("data-encoding", &["auth", "base"]),
    ("flate2", &["routes/page_reply"]),
    ("futures-util", &["routes"]),
    ("getrandom", &["base/random"]),
    ("hmac", &["auth/pass"]),
    ("httpdate", &["hand_over"]),
    (
        "hyper",
        &["config/address", "error", "metrics", "routes", "server"],
    ),
    ("hyper-util", &["routes", "server"]),
    ("minijinja", &["pages", "routes"]),
    ("pika-update", &["config", "pages/dj", "releases"]),
    ("pika-wal", &["store/sqlite"]),
    ("qrcode", &["pages/qr"]),
    ("r2d2", &["store/postgres"]),
    ("r2d2_postgres", &["store/postgres"]),
    ("rusqlite", &["store/sqlite"]),
    ("rustls", &["store/postgres/tls"]),
    ("semver", &["releases"]),
    ("serde_urlencoded", &["routes"]),
    ("sha2", &["auth"]),
    ("socket2", &["hub/conn", "server"]),
    ("subtle", &["base", "hub/session"]),
    ("thiserror", &["config", "store"]),
    ("tokio-postgres-rustls", &["store/postgres"]),
    ("tracing-subscriber", &["telemetry"]),
    ("tungstenite", &["routes/live"]),
    ("unicode-normalization", &["accounts/names"]),
    ("warp", &["hand_over", "routes", "server"]),
    ("webpki-roots", &["store/postgres/tls"]),
];

house!(FLOORS, EVERYWHERE, WALLS);

#[test]
fn the_rules_of_a_session_touch_nothing_outside() {
    let outside = [
        "std::fs",
        "std::sync::Mutex",
        "std::thread",
        "std::time::Instant",
        "std::time::SystemTime",
        "tokio",
    ];
    let because = "messages and times are handed in, writes and publications are handed out";
    hold(&CRATE.without(&["hub/session"], &outside, because));
}
