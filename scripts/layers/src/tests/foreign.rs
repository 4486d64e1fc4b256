use super::{holds, says, with_dependencies};
use crate::{Crate, Wall};

const DEPENDENCIES: &str = "[dependencies]\n\
    serde.workspace = true\n\
    rusqlite = { version = \"1\", features = [\n  \"bundled\",\n] }\n\
    big-sound.workspace = true\n\
    [dependencies.tokio]\n\
    version = \"1\"\n\
    [target.'cfg(unix)'.dependencies]\n\
    nix = \"1\"\n\
    [dev-dependencies]\n\
    proptest = \"1\"\n";
const WALLS: [Wall; 4] = [
    ("rusqlite", &["library", "live/store"]),
    ("big-sound", &["lib"]),
    ("nix", &["main"]),
    ("tokio", &[]),
];

fn with_live(text: &str) -> Crate {
    let files = [
        ("src/lib.rs", "mod library;\nmod live;\npub use big_sound::Sound;"),
        ("src/main.rs", "#[nix::main]\nfn main() { let _: serde::Value; }"),
        ("src/library/mod.rs", "mod worker;"),
        ("src/library/worker.rs", "use rusqlite::Connection;"),
        ("src/live/mod.rs", text),
        ("src/live/store.rs", "fn open() { rusqlite::Connection::open(); }"),
    ];
    with_dependencies(DEPENDENCIES, &files)
}

#[test]
fn a_library_is_named_only_behind_its_wall() {
    holds(&with_live("mod store;\nuse std::io;\nuse serde::Serialize;").foreign(&["serde"], &WALLS));
    for named in [
        "use rusqlite::Connection;",
        "pub use rusqlite::Error;",
        "fn f(_: &rusqlite::Connection) {}",
        "fn f() { log!(\"{}\", rusqlite::version()); }",
        "#[rusqlite::attribute] fn f() {}",
        "use ::rusqlite as sql;",
    ] {
        let broken = with_live(&format!("mod store;\n{named}")).foreign(&["serde"], &WALLS);
        says(
            &broken,
            &[
                "`src/live/mod.rs` line 2 names `rusqlite`",
                "only `library`, `live/store` may",
            ],
        );
    }
    let broken = with_live("mod store;\nuse tokio::task;").foreign(&["serde"], &WALLS);
    says(&broken, &["names `tokio`, which nobody may"]);
}

#[test]
fn tests_and_other_things_of_that_name_are_free() {
    holds(
        &with_live("mod store;\n#[cfg(test)]\nmod tests { use rusqlite::Connection; }")
            .foreign(&["serde"], &WALLS),
    );
    holds(
        &with_live("mod store;\nmod rusqlite { pub fn f() {} }\nuse self::rusqlite::f;")
            .foreign(&["serde"], &WALLS),
    );
}

#[test]
fn every_dependency_has_one_row() {
    let krate = with_live("mod store;");
    says(
        &krate.foreign(&[], &WALLS),
        &["`Cargo.toml` line 4: `serde` has no row"],
    );
    says(
        &krate.foreign(&["serde"], &WALLS[..3]),
        &["`Cargo.toml` line 9: `tokio` has no row"],
    );
    says(
        &krate.foreign(&["serde", "tokio"], &WALLS),
        &["`tokio` has two rows"],
    );
    says(
        &krate.foreign(&["serde", "gone"], &WALLS),
        &["name `gone`, which is no dependency"],
    );
}

#[test]
fn a_room_that_does_not_name_its_library_fails() {
    let mut walls = WALLS;
    walls[0].1 = &["library", "live/store", "live/link"];
    says(
        &with_live("mod store;").foreign(&["serde"], &walls),
        &["let `live/link` name `rusqlite`", "take that out"],
    );
    // `live/store` does not stand for `live/storehouse`.
    walls[0].1 = &["library", "live/sto"];
    assert_eq!(with_live("mod store;").foreign(&["serde"], &walls).len(), 2);
}

#[test]
fn a_manifest_without_a_window() {
    let krate = |dependencies: &str| with_dependencies(dependencies, &[("src/lib.rs", "")]);
    let names = ["egui", "egui_*", "rfd"];
    holds(
        &krate("[dependencies]\neguine = \"1\"\nserde = { features = [\"egui\"] }\n")
            .manifest_without(&names),
    );
    for (line, section) in [
        (4, "[dependencies]\negui_plot = \"1\""),
        (4, "[dev-dependencies]\negui_kittest.workspace = true"),
        (4, "[build-dependencies]\nrfd = \"1\""),
        (3, "[target.'cfg(windows)'.dependencies.egui]\nversion = \"1\""),
    ] {
        says(
            &krate(section).manifest_without(&names),
            &[&format!("`Cargo.toml` line {line} depends on")],
        );
    }
}

#[test]
fn rules_without_clock_or_disk_name_neither() {
    let parts = ["std::fs", "std::time::Instant", "tokio"];
    let broken = |text: &str| {
        with_live(&format!("mod store;\n{text}")).without(&["live"], &parts, "time is handed in")
    };
    holds(&broken(
        "use std::time::Duration;\nfn f(d: std::time::Duration) {}\nuse std::io;",
    ));
    holds(&broken("#[cfg(test)]\nmod tests { use std::time::Instant; }"));
    for named in [
        "use std::time::Instant;",
        "use std::{io, time::{Duration, Instant}};",
        "fn f() { std::time::Instant::now(); }",
        "use std::time;",
        "use std::time::*;",
        "fn f() { std::fs::read(\"\"); }",
        "use std::fs::File as Paper;",
        "mod inner { use tokio::task; }",
    ] {
        says(
            &broken(named)[..1],
            &[
                "`src/live/mod.rs` line 2",
                "nothing there may name",
                "time is handed in",
            ],
        );
    }
    // Elsewhere they are free, and a room that is gone is told.
    let krate = with_live("mod store;\nuse std::fs;");
    holds(&krate.without(&["library"], &parts, ""));
    says(
        &krate.without(&["lively"], &parts, ""),
        &["`lively`, which is no module"],
    );
}
