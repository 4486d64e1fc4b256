//! What is known of one file after reading it.

use std::collections::HashMap;

use super::import::Import;

/// How a path came to be in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// `use path;`
    Import,
    /// `pub use path;`: passed on, not used.
    PassedOn,
    /// In a type, an expression, a pattern, an attribute or a macro's input.
    Named,
    /// `path!`
    Macro,
}

/// A path in the text, tests aside.
#[derive(Debug)]
pub(crate) struct Mention {
    /// Number of its room.
    pub(crate) room: usize,
    pub(crate) path: Vec<String>,
    pub(crate) line: usize,
    pub(crate) kind: Kind,
}

/// A `mod name;` that stands in a file.
#[derive(Debug)]
pub(crate) struct Declared {
    /// Number of the room around it; none in test code.
    pub(crate) room: Option<usize>,
    pub(crate) name: String,
    /// Inline modules between the file and the declaration.
    pub(crate) inline: Vec<String>,
    /// What `#[path = "…"]` says.
    pub(crate) at: Option<String>,
}

/// The file's own module, or an inline `mod name { … }` in it; those for tests aside.
#[derive(Debug, Default)]
pub(crate) struct Room {
    /// Names from the file's module.
    pub(crate) inline: Vec<String>,
    /// Number of the room around it; none for the file's own module.
    pub(crate) around: Option<usize>,
    /// What is named in it; the numbers of modules are those of rooms.
    pub(crate) names: HashMap<String, Vec<Named>>,
    /// Paths whose names are all named here too (`use path::*`).
    pub(crate) globs: Vec<Vec<String>>,
}

/// A function with a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) name: String,
    /// Line of its `fn`, from 1.
    pub(crate) line: usize,
    /// Line of its closing brace.
    pub(crate) last_line: usize,
    /// Whether it is compiled for tests only, by what its file says.
    pub(crate) is_test: bool,
}

impl Function {
    /// From the signature to the closing brace; comments and attributes above do not count.
    pub(crate) fn lines(&self) -> usize {
        self.last_line + 1 - self.line
    }
}

/// What one file holds.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub(crate) lines: usize,
    /// The file's own module first.
    pub(crate) rooms: Vec<Room>,
    pub(crate) mentions: Vec<Mention>,
    pub(crate) declared: Vec<Declared>,
    pub(crate) functions: Vec<Function>,
    /// The imports of each module in the file.
    pub(crate) imports: Vec<Vec<Import>>,
}

/// What a name stands for inside a module. One name may stand for several things: a function and a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    /// A type or trait defined here: paths may go on behind it.
    Type,
    /// A function, constant, static or macro defined here: nothing follows it.
    Value,
    /// A module inside this one.
    Module(usize),
    /// Another path, by a `use`.
    Alias(Vec<String>),
}
