//! Where other crates may be named.

use std::collections::BTreeSet;

use crate::{
    krate::{Crate, Naming},
    read::manifest,
};

/// A library, as in the manifest (`pika-analysis`), and the modules that may name it, with all inside them:
/// `live/store`; `lib` for the crate's root, `main` for the binary. No module for a library that is only there to switch
/// on something of another.
pub type Wall<'a> = (&'a str, &'a [&'a str]);

impl Crate {
    /// Each dependency is named only where its wall allows, or is one of those that are used `everywhere`.
    /// A dependency without a row fails, and so does a row that nothing needs.
    pub fn foreign(&self, everywhere: &[&str], walls: &[Wall<'_>]) -> Vec<String> {
        let mut broken = Vec::new();
        let product = || {
            self.dependencies
                .iter()
                .filter(|dependency| dependency.of_product)
        };
        for dependency in product() {
            let rows = everywhere.iter().filter(|name| **name == dependency.name).count()
                + walls.iter().filter(|wall| wall.0 == dependency.name).count();
            if rows != 1 {
                broken.push(format!(
                    "`Cargo.toml` line {}: `{}` has {} in the tables of `tests/layers.rs`: name the one module that may \
                     use it, so that it can be changed for another library in one place",
                    dependency.line,
                    dependency.name,
                    if rows == 0 { "no row" } else { "two rows" },
                ));
            }
        }
        let walls_of = walls.iter().map(|wall| wall.0);
        for name in everywhere.iter().copied().chain(walls_of) {
            if !product().any(|dependency| dependency.name == name) {
                broken.push(format!(
                    "the tables of `tests/layers.rs` name `{name}`, which is no dependency any more: take it out"
                ));
            }
        }
        for wall in walls {
            broken.extend(self.breaches(*wall));
        }
        broken
    }

    /// Where a library is named outside its wall, once a file, and rooms inside the wall that do not name it.
    fn breaches(&self, (library, rooms): Wall<'_>) -> Vec<String> {
        let in_code = library.replace('-', "_");
        let (mut broken, mut files, mut used) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        for naming in self.namings.iter().filter(|naming| naming.name == in_code) {
            let module = if naming.module.is_empty() {
                "lib".to_owned()
            } else {
                naming.module.join("/")
            };
            let inside = rooms.iter().find(|room| {
                module
                    .strip_prefix(**room)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            });
            if let Some(room) = inside {
                used.insert(*room);
            } else if files.insert(naming.from) {
                let allowed: Vec<_> = rooms.iter().map(|room| format!("`{room}`")).collect();
                broken.push(format!(
                    "`{}` line {} names `{in_code}`, which {} may: ask there for what you need; a wall in `tests/layers.rs` \
                     is moved only with the reason in the commit",
                    self.files[naming.from].path,
                    naming.line,
                    if allowed.is_empty() { "nobody".to_owned() } else { format!("only {}", allowed.join(", ")) },
                ));
            }
        }
        for room in rooms.iter().filter(|room| !used.contains(**room)) {
            broken.push(format!(
                "the tables of `tests/layers.rs` let `{room}` name `{in_code}`, which it does not do: take that out"
            ));
        }
        broken
    }

    /// Nothing in these modules, nor inside them, names any of these: a crate (`tokio`), or a part of one
    /// (`std::time::Instant`). `because` ends the sentence: `… has no clock: <because>`.
    pub fn without(&self, rooms: &[&str], parts: &[&str], because: &str) -> Vec<String> {
        let mut broken: Vec<_> = rooms
            .iter()
            .filter(|room| !self.modules.iter().any(|module| module.join("/") == **room))
            .map(|room| {
                format!("`tests/layers.rs` names `{room}`, which is no module any more: mend its row")
            })
            .collect();
        let is_inside = |module: &[String]| {
            let module = module.join("/");
            let rest = |room: &&str| module.strip_prefix(*room).map(str::to_owned);
            rooms
                .iter()
                .filter_map(rest)
                .any(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        for naming in self.namings.iter().filter(|naming| is_inside(&naming.module)) {
            let Some(part) = parts.iter().find(|part| names(naming, part)) else {
                continue;
            };
            broken.push(format!(
                "`{}` line {} names `{}`, and nothing there may name `{part}`: {because}",
                self.files[naming.from].path,
                naming.line,
                naming.written.join("::"),
            ));
        }
        broken
    }

    /// The manifest depends on none of these, for tests and build scripts neither; a name may end in `*`.
    pub fn manifest_without(&self, names: &[&str]) -> Vec<String> {
        self.dependencies
            .iter()
            .filter(|dependency| names.iter().any(|pattern| manifest::matches(pattern, &dependency.name)))
            .map(|dependency| {
                format!(
                    "`Cargo.toml` line {} depends on `{}`, which this crate has to do without: put what needs it into the \
                     crate above that has it",
                    dependency.line, dependency.name
                )
            })
            .collect()
    }
}

/// Whether this is that part of a crate, something in it, or an import of all that is around it, through which it could
/// be named unseen.
fn names(naming: &Naming, part: &str) -> bool {
    let part: Vec<_> = part.split("::").collect();
    let written: Vec<_> = naming.written.iter().map(String::as_str).collect();
    match &part[..] {
        [name] => naming.name == **name,
        _ if written.len() > 1 => written.starts_with(&part) || part.starts_with(&written),
        _ => false,
    }
}
