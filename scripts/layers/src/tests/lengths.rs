use super::{holds, made_up, says};

#[test]
fn files_of_the_product_and_of_tests() {
    let five = "\n".repeat(5);
    for path in [
        "src/lib.rs",
        "tests/api.rs",
        "benches/speed.rs",
        "examples/show.rs",
        "build.rs",
    ] {
        let krate = made_up(&[(path, &five)]);
        holds(&krate.file_lengths(5));
        says(
            &krate.file_lengths(4),
            &[&format!("`{path}` has 5 lines, 4 are the most")],
        );
    }
}

#[test]
fn a_function_counts_from_its_signature_to_its_brace() {
    for text in [
        "/// Words.\n#[inline]\npub fn long(\n    x: u8,\n) {\n}\n",
        "impl S {\n    /// Words.\n    async fn long() {\n\n\n    }\n}\n",
        "trait T {\n    fn short();\n    fn long() {\n\n\n    }\n}\n",
        "fn around() { mod m { fn long() {\n\n\n} } }\n",
    ] {
        let krate = made_up(&[("src/lib.rs", text)]);
        holds(&krate.function_lengths("", 4));
        assert!(
            krate
                .function_lengths("", 3)
                .iter()
                .any(|broken| broken.contains("`long` has 4 lines")),
            "{text}"
        );
    }
}

#[test]
fn tests_may_tell_long_stories() {
    let long = "fn long() {\n\n\n\n}\n";
    holds(&made_up(&[("src/lib.rs", ""), ("tests/story.rs", long)]).function_lengths("", 3));
    let inline = format!("#[cfg(test)]\nmod tests {{\n{long}}}\n");
    holds(&made_up(&[("src/lib.rs", &inline)]).function_lengths("", 3));
    let files = [
        ("src/lib.rs", "#[cfg(test)]\nmod tests;\n"),
        ("src/tests.rs", long),
    ];
    holds(&made_up(&files).function_lengths("", 3));
}

#[test]
fn a_room_may_have_a_stricter_rule() {
    let long = "fn long() {\n\n\n\n}\n";
    let files = [
        ("src/lib.rs", "mod ui;\nmod uid;\nfn long() {\n\n\n\n}\n"),
        ("src/ui/mod.rs", "mod live;\n"),
        ("src/ui/live.rs", long),
        ("src/uid.rs", long),
    ];
    says(
        &made_up(&files).function_lengths("ui", 4),
        &["`src/ui/live.rs` line 1: `long` has 5 lines"],
    );
    assert_eq!(made_up(&files).function_lengths("", 4).len(), 3);
}

#[test]
fn only_a_small_share_is_long() {
    let short = "fn short() {}\n".repeat(9);
    let text = format!("{short}fn long() {{\n\n\n}}\n");
    let files = [("src/lib.rs", "mod ui;\n"), ("src/ui.rs", text.as_str())];
    holds(&made_up(&files).long_functions("ui", 3, 10.0));
    holds(&made_up(&files).long_functions("ui", 4, 0.0));
    says(
        &made_up(&files).long_functions("ui", 3, 9.9),
        &["1 of 10", "10.0 %", "`long` in `src/ui.rs` (4)"],
    );
    holds(&made_up(&[("src/lib.rs", "")]).long_functions("ui", 3, 0.0));
}
