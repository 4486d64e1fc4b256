use std::collections::BTreeSet;

use super::made_up;

/// Which file of a made-up crate defines what `text`, the file `user.rs`, names: “file: name”.
#[track_caller]
fn leads(files: &[(&str, &str)], text: &str, to: &[&str]) {
    let krate = made_up(&[files, &[("src/user.rs", text)]].concat());
    let found: BTreeSet<_> = krate
        .arrows
        .iter()
        .filter(|arrow| krate.files[arrow.from].path == "src/user.rs")
        .filter_map(|arrow| arrow.to.as_ref())
        .map(|(file, name)| format!("{}: {name}", krate.files[*file].path))
        .collect();
    assert_eq!(
        found,
        to.iter().map(|place| (*place).to_owned()).collect(),
        "{text}"
    );
}

#[test]
fn through_several_faces() {
    let files = [
        ("src/lib.rs", "mod a;\nmod user;\npub use a::Thing as Renamed;"),
        ("src/a/mod.rs", "mod b;\npub(crate) use self::b::Thing;"),
        ("src/a/b/mod.rs", "mod c;\npub use c::*;"),
        ("src/a/b/c.rs", "pub struct Thing;\npub const SIZE: u8 = 1;"),
    ];
    leads(&files, "use crate::Renamed;", &["src/a/b/c.rs: Thing"]);
    leads(&files, "use crate::a::Thing;", &["src/a/b/c.rs: Thing"]);
    leads(
        &files,
        "fn f() { crate::a::Thing::new(); }",
        &["src/a/b/c.rs: Thing"],
    );
    // A module as such is nothing that a file defines; what is named through it is.
    leads(&files, "use crate::a;", &[]);
    leads(
        &files,
        "use crate::a;\nfn f(_: a::Thing) {}",
        &["src/a/b/c.rs: Thing"],
    );
}

#[test]
fn everything_of_a_module() {
    let files = [
        ("src/lib.rs", "mod a;\nmod user;"),
        ("src/a.rs", "pub struct Thing;\npub fn thing() {}"),
    ];
    leads(
        &files,
        "use crate::a::*;\nfn f(_: Thing) {}",
        &["src/a.rs: Thing"],
    );
    leads(&files, "use crate::a::*;\nfn f(_: Other) {}", &[]);
    // Two modules that take everything from each other, a name that is in neither: the search ends.
    let mutual = [
        ("src/lib.rs", "mod a;\nmod user;"),
        ("src/a.rs", "pub use crate::user::*;\nuse serde::*;"),
    ];
    leads(
        &mutual,
        "pub use crate::a::*;\nuse nowhere::*;\nfn f(_: Other) {}",
        &[],
    );
}

#[test]
fn one_name_for_two_things() {
    let files = [
        ("src/lib.rs", "mod a;\nmod user;"),
        ("src/a/mod.rs", "pub mod sort;\npub fn sort() {}"),
        ("src/a/sort.rs", "pub struct Order;"),
    ];
    leads(&files, "use crate::a::sort::Order;", &["src/a/sort.rs: Order"]);
    leads(
        &files,
        "use crate::a::sort;\nfn f() { sort(); }",
        &["src/a/mod.rs: sort"],
    );
}

#[test]
fn what_a_macro_makes_counts_for_the_file_that_calls_it() {
    let files = [
        ("src/lib.rs", "mod ids;\nmod user;\npub use ids::PlayId;"),
        ("src/ids.rs", "id!(PlayId);"),
    ];
    leads(&files, "use crate::ids::PlayId;", &["src/ids.rs: PlayId"]);
    leads(&files, "use crate::PlayId;", &["src/ids.rs: PlayId"]);
}

#[test]
fn a_macro_is_seen_below_where_it_stands() {
    let files = [("src/lib.rs", "macro_rules! shout { () => {} }\nmod user;")];
    leads(&files, "fn f() { shout!(); }", &["src/lib.rs: shout"]);
    leads(&files, "fn f() { println!(); }", &[]);
}

#[test]
fn files_are_where_the_compiler_looks_for_them() {
    let files = [
        (
            "src/lib.rs",
            "mod user;\nmod inline { pub mod deep; }\n#[path = \"else/where.rs\"]\nmod moved;",
        ),
        ("src/inline/deep.rs", "pub struct Deep;"),
        ("src/else/where.rs", "pub struct Moved;"),
        (
            "src/main.rs",
            "mod only;\nfn main() { only::go(); made_up::inline::deep::Deep; }",
        ),
        ("src/only.rs", "pub fn go() { crate::only::go(); }"),
    ];
    leads(
        &files,
        "use crate::{inline::deep::Deep, moved::Moved};",
        &["src/inline/deep.rs: Deep", "src/else/where.rs: Moved"],
    );
    let krate = made_up(&files);
    let of = |path: &str| {
        krate
            .files
            .iter()
            .find(|file| file.path == path)
            .and_then(|file| file.module.clone())
    };
    assert_eq!(
        of("src/only.rs"),
        Some(vec!["main".to_owned(), "only".to_owned()])
    );
    let deep = krate
        .arrows
        .iter()
        .find(|arrow| arrow.written.starts_with("made_up"))
        .expect("found");
    assert_eq!(krate.files[deep.from].path, "src/main.rs");
    assert_eq!(
        deep.through.last(),
        Some(&vec!["inline".to_owned(), "deep".to_owned()])
    );
}
