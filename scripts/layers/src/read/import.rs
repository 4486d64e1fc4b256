//! The imports of a module as they stand.

use syn::{Item, ItemUse, UseTree, Visibility};

use super::syntax::spelt;

/// A private `use` of a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Import {
    pub(crate) group: Group,
    /// First word of the path: `std`, `serde`, `crate`.
    pub(crate) root: String,
    /// Line of the `use`, from 1.
    pub(crate) line: usize,
    /// Whether it stands under a condition (`#[cfg(unix)]`) or takes everything (`*`), so that it cannot be joined.
    pub(crate) is_apart: bool,
    /// What stands right before it.
    pub(crate) after: After,
}

/// What stands before an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    /// The module's head: nothing, or `mod` and `pub use`.
    Head,
    /// Another import; `gap`: with a blank line between.
    Import { gap: bool },
    /// A function, a type: the imports are over.
    Code,
}

/// In the order in which they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    Std,
    OtherCrates,
    ThisCrate,
}

impl Group {
    /// In a sentence.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Std => "the standard library",
            Self::OtherCrates => "other crates",
            Self::ThisCrate => "this crate",
        }
    }
}

impl Import {
    /// The private imports among the items of one module. A `pub use` is part of a module's face and stands apart.
    /// `lines`: the file's text.
    pub(crate) fn all(items: &[Item], lines: &[&str]) -> Vec<Self> {
        let (mut found, mut after) = (Vec::new(), After::Head);
        let mut last_line = 0;
        for item in items {
            match item {
                Item::Use(item) if matches!(item.vis, Visibility::Inherited) => {
                    let roots = Roots::of(&item.tree);
                    let use_line = item.use_token.span.start().line;
                    if let After::Import { gap } = &mut after {
                        let between = lines.get(last_line..use_line - 1).unwrap_or_default();
                        *gap = between.iter().any(|line| line.trim().is_empty());
                    }
                    found.push(Self {
                        group: group_of(&roots.first, items, item),
                        root: roots.first,
                        line: use_line,
                        is_apart: !item.attrs.is_empty() || roots.is_glob,
                        after,
                    });
                    last_line = item.semi_token.span.end().line;
                    after = if after == After::Code {
                        After::Code
                    } else {
                        After::Import { gap: false }
                    };
                }
                // A macro for the modules below has to stand above them.
                Item::Use(_) | Item::Mod(_) | Item::ExternCrate(_) | Item::Macro(_)
                    if after != After::Code =>
                {
                    after = After::Head;
                }
                _ => after = After::Code,
            }
        }
        found
    }
}

struct Roots {
    first: String,
    is_glob: bool,
}

impl Roots {
    fn of(tree: &UseTree) -> Self {
        match tree {
            UseTree::Path(path) => Self {
                first: spelt(&path.ident),
                is_glob: ends_in_star(&path.tree),
            },
            UseTree::Name(name) => Self {
                first: spelt(&name.ident),
                is_glob: false,
            },
            UseTree::Rename(name) => Self {
                first: spelt(&name.ident),
                is_glob: false,
            },
            UseTree::Glob(_) => Self {
                first: "*".to_owned(),
                is_glob: true,
            },
            // `use {a, b};` has no root of its own.
            UseTree::Group(group) => group.items.first().map_or_else(
                || Self {
                    first: String::new(),
                    is_glob: false,
                },
                Self::of,
            ),
        }
    }
}

fn ends_in_star(tree: &UseTree) -> bool {
    match tree {
        UseTree::Path(path) => ends_in_star(&path.tree),
        UseTree::Glob(_) => true,
        _ => false,
    }
}

fn group_of(root: &str, items: &[Item], item: &ItemUse) -> Group {
    // A module beside this `use`, or the variants of a type that is known here.
    let is_near = |item: &Item| matches!(item, Item::Mod(module) if module.ident == root);
    match root {
        "std" | "core" | "alloc" => Group::Std,
        "crate" | "self" | "super" => Group::ThisCrate,
        _ if item.leading_colon.is_some() => Group::OtherCrates,
        _ if root.starts_with(char::is_uppercase) || items.iter().any(is_near) => Group::ThisCrate,
        _ => Group::OtherCrates,
    }
}
