use super::{holds, made_up, says};

const LIB: (&str, &str) = ("src/lib.rs", "mod a;\nmod b;\nmod c;\n");

#[test]
fn two_files_that_import_each_other_are_a_circle() {
    let broken = made_up(&[
        LIB,
        ("src/a.rs", "use crate::b::Down;\npub struct Up(Down);"),
        (
            "src/b.rs",
            "pub struct Down;\n\nfn up() -> crate::a::Up { todo!() }",
        ),
        ("src/c.rs", ""),
    ])
    .circles();
    says(
        &broken,
        &[
            "2 files",
            "`a.rs` (line 1) takes `Down` from `b.rs`",
            "`b.rs` (line 3) takes `Up` from `a.rs`",
        ],
    );
}

#[test]
fn a_ring_of_three_is_one_circle_and_a_chain_is_none() {
    let ring = made_up(&[
        LIB,
        ("src/a.rs", "use crate::b::B;\npub struct A(B);"),
        ("src/b.rs", "use crate::c::C;\npub struct B(C);"),
        ("src/c.rs", "use crate::a::A;\npub struct C(Box<A>);"),
    ]);
    says(&ring.circles(), &["3 files", "`a.rs`, `b.rs`, `c.rs`"]);
    let chain = made_up(&[
        LIB,
        (
            "src/a.rs",
            "use crate::b::B;\nuse crate::c::C;\npub struct A(B, C);",
        ),
        ("src/b.rs", "use crate::c::C;\npub struct B(C);"),
        ("src/c.rs", "pub struct C;"),
    ]);
    holds(&chain.circles());
}

#[test]
fn two_circles_that_do_not_meet_are_two() {
    let broken = made_up(&[
        ("src/lib.rs", "mod a;\nmod b;\nmod c;\nmod d;\n"),
        ("src/a.rs", "pub struct A(crate::b::B);"),
        ("src/b.rs", "pub struct B(Box<crate::a::A>);\nuse crate::c::C;"),
        ("src/c.rs", "pub struct C(crate::d::D);"),
        ("src/d.rs", "pub struct D(Box<crate::c::C>);"),
    ])
    .circles();
    assert_eq!(broken.len(), 2, "{broken:#?}");
}

#[test]
fn a_large_knot_is_told_by_its_shortest_circle() {
    let names: Vec<String> = (0..13).map(|number| format!("m{number}")).collect();
    let lib: String = names.iter().map(|name| format!("mod {name};\n")).collect();
    let mut files = vec![("src/lib.rs".to_owned(), lib)];
    for (index, name) in names.iter().enumerate() {
        let next = &names[(index + 1) % names.len()];
        files.push((
            format!("src/{name}.rs"),
            format!("pub struct S;\ntype Next = crate::{next}::S;\n"),
        ));
    }
    files[1].1.push_str("fn short() -> crate::m12::S { todo!() }\n");
    let files: Vec<_> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let broken = made_up(&files).circles();
    says(
        &broken,
        &[
            "13 files",
            "the shortest way round",
            "`m0.rs` (line 3) takes `S` from `m12.rs`",
        ],
    );
    assert!(!broken[0].contains("from `m5.rs`"), "{}", broken[0]);
}

#[test]
fn a_name_counts_for_the_file_that_defines_it() {
    // `b` takes `A`'s neighbour through the face, not the face itself.
    let through_a_face = [
        ("src/lib.rs", "mod a;\nmod b;\n"),
        (
            "src/a/mod.rs",
            "mod low;\nmod high;\npub use low::Low;\npub use high::High;",
        ),
        ("src/a/low.rs", "pub struct Low;"),
        ("src/a/high.rs", "use crate::b::B;\npub struct High(B);"),
    ];
    let low = ("src/b.rs", "use crate::a::Low;\npub struct B(Low);");
    holds(&made_up(&[&through_a_face[..], &[low]].concat()).circles());
    let high = ("src/b.rs", "use crate::a::High;\npub struct B(Box<High>);");
    says(
        &made_up(&[&through_a_face[..], &[high]].concat()).circles(),
        &["`a/high.rs`", "`b.rs`"],
    );
}

#[test]
fn a_face_may_put_its_rooms_together_but_not_build_on_them() {
    let room = (
        "src/a/room.rs",
        "use super::State;\npub struct Door;\npub(super) fn show(_: &State) {}",
    );
    let put_together = (
        "src/a/mod.rs",
        "mod room;\npub struct State;\npub fn show(s: &State) { room::show(s) }",
    );
    holds(&made_up(&[("src/lib.rs", "mod a;\n"), put_together, room]).circles());
    let built_on = (
        "src/a/mod.rs",
        "mod room;\nuse room::Door;\npub struct State(Door);",
    );
    says(
        &made_up(&[("src/lib.rs", "mod a;\n"), built_on, room]).circles(),
        &["`a/mod.rs`", "`a/room.rs`"],
    );
    let passed_on_and_used = (
        "src/a/mod.rs",
        "mod room;\npub use room::Door;\npub struct State(Door);",
    );
    says(
        &made_up(&[("src/lib.rs", "mod a;\n"), passed_on_and_used, room]).circles(),
        &["takes `Door`"],
    );
    let only_passed_on = (
        "src/a/mod.rs",
        "mod room;\npub use room::Door;\npub struct State;",
    );
    holds(&made_up(&[("src/lib.rs", "mod a;\n"), only_passed_on, room]).circles());
}

#[test]
fn tests_tie_nothing() {
    let a = ("src/a.rs", "use crate::b::B;\npub struct A(B);");
    let c = ("src/c.rs", "");
    let inline = "pub struct B;\n#[cfg(test)]\nmod tests { use crate::a::A; }";
    holds(&made_up(&[LIB, a, c, ("src/b.rs", inline)]).circles());
    let file = "pub struct B;\n#[cfg(test)]\nmod tests;";
    holds(
        &made_up(&[
            LIB,
            a,
            c,
            ("src/b.rs", file),
            ("src/b/tests.rs", "use crate::a::A;"),
        ])
        .circles(),
    );
    let function = "pub struct B;\n#[cfg(all(test, unix))]\nfn made() -> crate::a::A { todo!() }";
    holds(&made_up(&[LIB, a, c, ("src/b.rs", function)]).circles());
    let in_a_body = "pub struct B;\nfn f() {\n#[cfg(test)]\nlet a = crate::a::A::new();\n}";
    holds(&made_up(&[LIB, a, c, ("src/b.rs", in_a_body)]).circles());
    let method = "pub struct B;\nimpl B {\n#[cfg(test)]\nfn made() -> crate::a::A { todo!() }\n}";
    holds(&made_up(&[LIB, a, c, ("src/b.rs", method)]).circles());
    let fuzzed = "pub struct B;\n#[cfg(any(test, fuzzing))]\nfn made() -> crate::a::A { todo!() }";
    holds(&made_up(&[LIB, a, c, ("src/b.rs", fuzzed)]).circles());
    for product_too in [
        "any(test, unix)",
        "not(test)",
        "unix",
        "any(unix, all(test, windows))",
    ] {
        let text = format!("pub struct B;\n#[cfg({product_too})]\nfn made() -> crate::a::A {{ todo!() }}");
        says(
            &made_up(&[LIB, a, c, ("src/b.rs", &text)]).circles(),
            &["2 files"],
        );
    }
}

/// `b` is used by `a`; here it names something of `a` in one of many ways.
#[track_caller]
fn ties_back(text: &str) {
    let a = "use crate::b::B;\npub struct A(B);\npub enum Kind { One }\npub fn make() {}\n\
             macro_rules! shout { () => {} }\npub(crate) use shout;";
    let files = [LIB, ("src/a.rs", a), ("src/c.rs", ""), ("src/b.rs", text)];
    let broken = made_up(&files).circles();
    assert_eq!(broken.len(), 1, "not seen: {text}");
    says(&broken, &["`b.rs` (line 2) takes "]);
}

#[test]
fn paths_are_found_wherever_they_stand() {
    for back in [
        "use crate::a::{Kind as K};",
        "use super::{a::{self, A}, c};",
        "fn f() -> Option<super::a::A> { None }",
        "fn f() { crate::a::make(); }",
        "fn f() { let _ = |x| matches!(x, crate::a::Kind::One); }",
        "fn f() { println!(\"{}\", crate::a::make()); }",
        "fn f(x: u8) { match x { _ if 0 < crate::a::Kind::One as u8 => {} _ => {} } }",
        "fn f<T: Into<self::super::a::A>>(_: T) {}",
        "impl From<crate::a::A> for B { fn from(_: crate::a::A) -> Self { B } }",
        "fn f() { crate::a::shout!(); }",
        "fn f() { use crate::a::make; make(); }",
        "static X: fn() = crate::a::make;",
        "#[derive(Clone)] struct S { #[serde(with = \"crate::a::make\")] x: u8 }",
        "#[arg(value_parser = crate::a::make)] struct S;",
        "mod inner { fn f() { super::super::a::make(); } }",
        "fn f() { vec![(0..crate::a::N, [crate::a::make()])]; }",
    ] {
        ties_back(&format!("pub struct B;\n{back}"));
    }
}

#[test]
fn what_only_looks_like_a_path_ties_nothing() {
    let a = ("src/a.rs", "use crate::b::B;\npub struct A(B);\npub fn make() {}");
    for back in [
        "/// [`crate::a::A`]\nfn f() {}",
        "fn f() { g(\"crate::a::A\"); }",
        "fn f() { x.make(); y.a = 1; }",
        "fn f() { println!(\"{a}\", a = 1); x!(y.A) }",
        "pub(in crate::a) fn f() {}",
        "use crate::a;",
    ] {
        let b = format!("pub struct B;\n{back}");
        holds(&made_up(&[LIB, a, ("src/c.rs", ""), ("src/b.rs", &b)]).circles());
    }
}
