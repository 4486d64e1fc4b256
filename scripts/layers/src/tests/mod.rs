//! Every rule on small made-up crates: it fails when it should, names the place, and holds when it should.

mod circles;
mod floors;
mod foreign;
mod imports;
mod lengths;
mod names;

use crate::{Crate, read::source::Sources};

/// A crate called `made-up` with these files and no dependencies.
fn made_up(files: &[(&str, &str)]) -> Crate {
    with_dependencies("", files)
}

/// A crate with these lines below its package's name.
fn with_dependencies(dependencies: &str, files: &[(&str, &str)]) -> Crate {
    let texts = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    let manifest = format!("[package]\nname = \"made-up\"\n{dependencies}");
    Crate::parse(&Sources { manifest, texts }).expect("it parses")
}

/// One sentence, with all these words in it.
#[track_caller]
fn says(broken: &[String], words: &[&str]) {
    assert_eq!(broken.len(), 1, "{broken:#?}");
    for word in words {
        assert!(broken[0].contains(word), "no “{word}” in: {}", broken[0]);
    }
}

#[track_caller]
fn holds(broken: &[String]) {
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn a_file_that_is_no_rust_is_named() {
    let texts = [("src/lib.rs".to_owned(), "fn one() {}\nfn {".to_owned())].into();
    let error = Crate::parse(&Sources {
        manifest: String::new(),
        texts,
    })
    .expect_err("it does not parse");
    assert!(error.starts_with("src/lib.rs line 2: "), "{error}");
}

#[test]
#[should_panic(expected = "- first\n- second")]
fn what_is_broken_is_said_in_full() {
    crate::hold(&["first".to_owned(), "second".to_owned()]);
}
