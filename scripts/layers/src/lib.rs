//! Walls that are read: each crate's `tests/layers.rs` holds tables of what may use what, and this reads the crate's
//! sources and says where they differ.
//!
//! A rule is a method of [`Crate`] that returns sentences, none when the rule holds; [`hold`] fails with them.
//! Names are followed through `use` and `pub use` to the file that defines them, in paths of types, expressions and
//! patterns and in the input of macros. Not followed: methods and fields (their type would have to be inferred), and
//! names that a macro makes, which count for the file that calls it. Code under `#[cfg(test)]` ties nothing.

mod krate;
mod read;
mod rules;
#[cfg(test)]
mod tests;

pub use krate::Crate;
pub use rules::{floors::Also, foreign::Wall};

/// The tests that every crate's `tests/layers.rs` has: its floors, its libraries, its imports, its lengths. What a crate
/// holds beyond them stands beside, on the same `CRATE`.
#[macro_export]
macro_rules! house {
    ($floors:expr, $everywhere:expr, $walls:expr $(,)?) => {
        static CRATE: std::sync::LazyLock<$crate::Crate> =
            std::sync::LazyLock::new(|| $crate::Crate::read(env!("CARGO_MANIFEST_DIR")));

        #[test]
        fn a_module_uses_only_what_stands_below_it() {
            $crate::hold(&CRATE.floors("", $floors, &[]));
        }

        #[test]
        fn no_files_use_each_other_in_a_circle() {
            $crate::hold(&CRATE.circles());
        }

        #[test]
        fn a_library_is_named_in_one_place() {
            $crate::hold(&CRATE.foreign($everywhere, $walls));
        }

        #[test]
        fn imports_are_of_one_style() {
            $crate::hold(&CRATE.imports());
        }

        #[test]
        fn files_are_short() {
            $crate::hold(&CRATE.file_lengths(500));
        }

        #[test]
        fn functions_are_short() {
            $crate::hold(&CRATE.function_lengths("", 100));
        }
    };
}

/// Fails with every sentence of `broken`.
#[track_caller]
pub fn hold(broken: &[String]) {
    assert!(broken.is_empty(), "\n- {}\n", broken.join("\n- "));
}
