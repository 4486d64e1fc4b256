use super::{holds, made_up, says};

fn faults(text: &str) -> Vec<String> {
    made_up(&[("src/lib.rs", text)]).imports()
}

#[test]
fn one_style() {
    holds(&faults(
        "mod inner;\n\npub use inner::Thing;\n\nuse std::{fs, io};\n\nuse anyhow::Result;\nuse serde::Serialize;\n\n\
         use super::other;\nuse crate::{a, b};\nuse inner::Other;\nuse Kind::{One, Two};\n\nfn f() { use std::mem; }\n",
    ));
    holds(&faults(
        "use crate::{a, b};\n\nfn f() {}\n\nmod tests {\n    use std::fs;\n\n    use super::*;\n}\n",
    ));
    holds(&faults(
        "#[macro_use]\nmod macros;\nmacro_rules! m { () => {} }\n\nuse std::fs;\n",
    ));
}

#[test]
fn groups_in_order() {
    says(
        &faults("use anyhow::Result;\n\nuse std::fs;\n"),
        &["`src/lib.rs` line 3", "the standard library stands after"],
    );
    says(
        &faults("use crate::a;\n\nuse serde::Serialize;\n"),
        &["line 3", "other crates stands after this crate"],
    );
    says(&faults("use crate::a;\n\nuse core::fmt;\n"), &["line 3"]);
    says(
        &faults("mod inner;\n\nuse inner::Thing;\n\nuse serde::Serialize;\n"),
        &["line 5"],
    );
}

#[test]
fn a_blank_line_between_groups_and_none_inside() {
    says(
        &faults("use std::fs;\nuse crate::a;\n"),
        &["line 2", "put a blank line above"],
    );
    says(
        &faults("use anyhow::Result;\n\nuse serde::Serialize;\n"),
        &["line 3", "take the blank line above away"],
    );
    holds(&faults(
        "use std::fs;\n\n// Why it is needed.\nuse serde::Serialize;\n",
    ));
}

#[test]
fn one_use_a_root() {
    says(
        &faults("use std::fs;\nuse std::io;\n"),
        &["line 2", "join it with the `use std` of line 1"],
    );
    says(
        &faults("use crate::a;\nuse crate::b::C;\n"),
        &["join it with the `use crate` of line 1"],
    );
    // What a condition or a star keeps apart.
    holds(&faults("use std::fs;\n#[cfg(unix)]\nuse std::os;\n"));
    holds(&faults("use super::*;\nuse super::super::Thing;\n"));
}

#[test]
fn imports_stand_at_the_head() {
    says(
        &faults("use std::fs;\n\nfn f() {}\n\nuse serde::Serialize;\n"),
        &["line 5", "stands below other code"],
    );
}

#[test]
fn inner_modules_and_tests_are_read_too() {
    says(
        &faults("mod tests {\n    use super::*;\n    use std::fs;\n}\n"),
        &["line 3"],
    );
    let file = (
        "tests/api/main.rs",
        "use serde::Serialize;\nuse serde::Deserialize;\n",
    );
    says(
        &made_up(&[("src/lib.rs", ""), file]).imports(),
        &["`tests/api/main.rs` line 2"],
    );
}

#[test]
fn a_file_is_told_once() {
    let broken = faults("use std::fs;\nuse std::io;\nuse std::mem;\n");
    says(&broken, &["line 2: join it", "(1 more)"]);
}
