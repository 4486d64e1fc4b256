use super::{holds, made_up, says};

const LIB: (&str, &str) = ("src/lib.rs", "mod app;\nmod ids;\nmod live;\n");
const IDS: (&str, &str) = ("src/ids.rs", "pub struct Id;");
const APP: (&str, &str) = (
    "src/app.rs",
    "use crate::{ids::Id, live::Live};\npub struct App(Id, Live);",
);
const LIVE: (&str, &str) = ("src/live.rs", "pub struct Live(crate::ids::Id);");
const FLOORS: &[&[&str]] = &[&["ids"], &["live"], &["app"]];

#[test]
fn a_module_uses_what_stands_below_it() {
    holds(&made_up(&[LIB, IDS, LIVE, APP]).floors("", FLOORS, &[]));
}

#[test]
fn an_arrow_upwards_fails_in_every_form() {
    for (line, text) in [
        (1, "use crate::app::App;"),
        (2, "pub struct Live;\nfn f(_: &crate::app::App) {}"),
        (1, "use crate::app;"),
        (1, "pub use crate::app::App;"),
        (
            2,
            "pub struct Live;\nfn f() { println!(\"{}\", crate::app::App::new()); }",
        ),
    ] {
        let broken = made_up(&[LIB, IDS, APP, ("src/live.rs", text)]).floors("", FLOORS, &[]);
        says(
            &broken,
            &[
                &format!("`src/live.rs` line {line} names `crate::app"),
                "`live` stands below `app`",
            ],
        );
    }
}

#[test]
fn neighbours_use_each_other_only_where_the_table_says_so() {
    let floors: &[&[&str]] = &[&["ids"], &["live", "app"]];
    let krate = made_up(&[LIB, IDS, LIVE, APP]);
    says(
        &krate.floors("", floors, &[]),
        &["`src/app.rs` line 1", "`app` stands beside `live`"],
    );
    let also = ("app", "live", "it starts it");
    holds(&krate.floors("", floors, &[also]));
    says(
        &krate.floors("", FLOORS, &[also]),
        &["lets `app` use `live`", "take that row out"],
    );
    let never = ("live", "app", "");
    says(&krate.floors("", FLOORS, &[never]), &["lets `live` use `app`"]);
}

#[test]
fn the_table_and_the_modules_are_the_same() {
    let krate = made_up(&[LIB, IDS, LIVE, APP]);
    says(
        &krate.floors("", &[&["ids"], &["live"]], &[]),
        &["`app` is not in the table"],
    );
    says(
        &krate.floors("", &[&["ids"], &["live"], &["app", "gone"]], &[]),
        &["names `gone`, which is no module"],
    );
    says(
        &krate.floors("", &[&["ids"], &["live"], &["app", "ids"]], &[])[..1],
        &["names `ids` twice"],
    );
}

#[test]
fn a_name_that_is_passed_on_belongs_to_both() {
    // `live` takes an id through `app`'s face: it uses `app` as well as `ids`.
    let app = ("src/app.rs", "pub use crate::ids::Id;");
    let broken = made_up(&[LIB, IDS, app, ("src/live.rs", "use crate::app::Id;")]).floors("", FLOORS, &[]);
    says(&broken, &["`src/live.rs` line 1", "`live` stands below `app`"]);
}

#[test]
fn the_roots_face_stands_nowhere_unless_it_defines_something() {
    let face = ("src/lib.rs", "mod app;\nmod ids;\nmod live;\npub use app::App;");
    let live = ("src/live.rs", "use crate::Id2;\npub struct Live;");
    holds(&made_up(&[face, IDS, LIVE, APP]).floors("", FLOORS, &[]));
    let defining = ("src/lib.rs", "mod app;\nmod ids;\nmod live;\npub struct Id2;");
    says(
        &made_up(&[defining, IDS, live, APP]).floors("", FLOORS, &[]),
        &["`lib` is not in the table"],
    );
    let at_the_ground: &[&[&str]] = &[&["lib"], &["ids"], &["live"], &["app"]];
    holds(&made_up(&[defining, IDS, live, APP]).floors("", at_the_ground, &[]));
    let using = (
        "src/lib.rs",
        "mod app;\nmod ids;\nmod live;\npub struct Id2;\npub fn run(_: app::App) {}",
    );
    let broken = made_up(&[using, IDS, live, APP]).floors("", at_the_ground, &[]);
    says(&broken, &["`src/lib.rs` line 5", "`lib` stands below `app`"]);
}

#[test]
fn a_binary_is_a_module_above_the_library() {
    let main = ("src/main.rs", "mod commands;\nfn main() { commands::run(); }");
    let commands = ("src/commands.rs", "pub fn run() { made_up::app::App::run(); }");
    let krate = made_up(&[LIB, IDS, LIVE, APP, main, commands]);
    holds(&krate.floors("", &[&["ids"], &["live"], &["app"], &["main"]], &[]));
    let broken = krate.floors("", &[&["main"], &["ids"], &["live"], &["app"]], &[]);
    says(
        &broken,
        &[
            "`src/commands.rs` line 1 names `made_up::app::App::run`",
            "`main` stands below `app`",
        ],
    );
}

#[test]
fn rooms_inside_a_module_have_floors_of_their_own() {
    let files = [
        ("src/lib.rs", "mod ids;\nmod ui;"),
        IDS,
        (
            "src/ui/mod.rs",
            "pub mod live;\npub mod history;\npub mod words;\npub use words::say;",
        ),
        ("src/ui/words.rs", "pub fn say(_: crate::ids::Id) {}"),
        ("src/ui/live/mod.rs", "mod top;\nuse crate::ui::say;"),
        ("src/ui/live/top.rs", "use super::super::words::say;"),
    ];
    let floors: &[&[&str]] = &[&["words"], &["live", "history"]];
    let good = ("src/ui/history.rs", "use super::say;");
    holds(&made_up(&[&files[..], &[good]].concat()).floors("ui", floors, &[]));
    let bad = ("src/ui/history.rs", "use super::say;\nuse super::live::top;");
    let broken = made_up(&[&files[..], &[bad]].concat()).floors("ui", floors, &[]);
    says(
        &broken,
        &["`src/ui/history.rs` line 2", "`history` stands beside `live`"],
    );
    says(
        &made_up(&[&files[..], &[good]].concat()).floors("ui", &[&["words"], &["live"]], &[]),
        &["`ui/history`"],
    );
}
