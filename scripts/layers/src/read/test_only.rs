//! Whether code is compiled for tests only: `test`, and `fuzzing`, which cargo-fuzz sets.

use syn::{Attribute, Meta, Token, punctuated::Punctuated};

/// Whether one of the attributes is a `#[cfg(…)]` that cannot hold outside of tests.
pub(crate) fn is_test_only(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .parse_args::<Meta>()
                .is_ok_and(|condition| without_test(&condition) == Some(false))
    })
}

/// What a condition comes to outside of tests: `None` where it depends on something else, such as the system.
fn without_test(condition: &Meta) -> Option<bool> {
    match condition {
        Meta::Path(path) => (path.is_ident("test") || path.is_ident("fuzzing")).then_some(false),
        Meta::NameValue(_) => None,
        Meta::List(list) => {
            let inner = list
                .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
                .ok()?;
            let mut parts = inner.iter().map(without_test);
            if list.path.is_ident("not") {
                parts.next()?.map(|part| !part)
            } else if list.path.is_ident("all") {
                fold(parts, false)
            } else {
                fold(parts, true)
            }
        }
    }
}

/// `deciding` if one part says so, its opposite if all parts say that, else unknown.
fn fold(parts: impl Iterator<Item = Option<bool>>, deciding: bool) -> Option<bool> {
    let mut whole = Some(!deciding);
    for part in parts {
        match part {
            Some(part) if part == deciding => return Some(deciding),
            None => whole = None,
            Some(_) => {}
        }
    }
    whole
}
