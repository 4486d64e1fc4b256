//! The modules of a crate, the names in them, and which file defines what a path leads to.

use std::collections::HashMap;

use super::facts::{Named, Room};

/// Globs needed to find what another glob means.
const MAX_DEPTH: usize = 2;

/// One module: a file, or an inline `mod name { … }`.
#[derive(Debug)]
pub(crate) struct Module {
    /// Names from the crate's root: `["live", "worker"]`. A binary's root is called as the binary: `["main"]`.
    pub(crate) path: Vec<String>,
    /// Number of its file.
    pub(crate) file: usize,
    /// The module around it; none for a root.
    pub(crate) parent: Option<usize>,
    /// What is named in it.
    pub(crate) names: HashMap<String, Vec<Named>>,
    /// Paths whose names are all named here too (`use path::*`).
    pub(crate) globs: Vec<Vec<String>>,
}

/// Where a path leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A name that this file defines.
    Defined { file: usize, name: String },
    /// A module as such.
    Module(usize),
    /// Another crate, as the code spells it.
    Foreign(String),
}

/// A place and the modules on the way there, faces that only pass a name on among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) to: Place,
    pub(crate) through: Vec<usize>,
}

/// All modules of a crate: its library's and its binaries'.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) modules: Vec<Module>,
    /// The library's root, and how other crates spell it.
    pub(crate) library: Option<(String, usize)>,
    /// Other crates that the code can name.
    pub(crate) foreign: Vec<String>,
}

impl Tree {
    /// Adds the modules of a file and returns the number of its own; the others follow it in their order.
    /// `path`: its names from the root. `around`: the module that declares it.
    pub(crate) fn add(
        &mut self,
        path: &[String],
        file: usize,
        around: Option<usize>,
        rooms: Vec<Room>,
    ) -> usize {
        let first = self.modules.len();
        for room in rooms {
            let mut names = room.names;
            for named in names.values_mut().flatten() {
                if let Named::Module(inner) = named {
                    *inner += first;
                }
            }
            self.modules.push(Module {
                path: [path, &room.inline].concat(),
                file,
                parent: room.around.map_or(around, |inner| Some(first + inner)),
                names,
                globs: room.globs,
            });
        }
        first
    }

    /// Makes the module of another file known in the one that declares it.
    pub(crate) fn declare(&mut self, around: usize, name: &str, module: usize) {
        self.modules[around]
            .names
            .entry(name.to_owned())
            .or_default()
            .push(Named::Module(module));
    }

    /// Where a path written in `module` leads; several places if a name stands for several things.
    pub(crate) fn follow(&self, module: usize, path: &[String]) -> Vec<Route> {
        self.follow_at(0, module, path)
    }

    /// `depth`: globs around.
    fn follow_at(&self, depth: usize, module: usize, path: &[String]) -> Vec<Route> {
        let (aliases, globs, found) = (Vec::new(), Vec::new(), Vec::new());
        let mut walk = Walk {
            tree: self,
            aliases,
            globs,
            depth,
            found,
        };
        walk.begin(module, path, &[]);
        walk.found
    }

    /// A `macro_rules!` is seen by the modules inside the one that defines it, without any path.
    pub(crate) fn follow_macro(&self, module: usize, name: &str) -> Option<Route> {
        let mut around = Some(module);
        while let Some(current) = around {
            let names = &self.modules[current].names;
            if names.get(name).is_some_and(|known| known.contains(&Named::Value)) {
                let file = self.modules[current].file;
                let to = Place::Defined {
                    file,
                    name: name.to_owned(),
                };
                return Some(Route {
                    to,
                    through: vec![current],
                });
            }
            around = self.modules[current].parent;
        }
        None
    }

    fn root_of(&self, module: usize) -> usize {
        let mut root = module;
        while let Some(parent) = self.modules[root].parent {
            root = parent;
        }
        root
    }
}

/// One path on its way.
struct Walk<'a> {
    tree: &'a Tree,
    /// Aliases followed so far: a name may be its own alias (`use anyhow::anyhow`, `pub(crate) use a_macro`).
    aliases: Vec<(usize, String)>,
    /// What was looked for in which module's globs: two modules may take everything from each other.
    globs: Vec<(usize, String)>,
    /// Globs around: the path of a glob may need another to be found.
    depth: usize,
    found: Vec<Route>,
}

impl Walk<'_> {
    /// The first word decides where the rest is looked for.
    fn begin(&mut self, module: usize, path: &[String], through: &[usize]) {
        let Some((first, rest)) = path.split_first() else {
            return;
        };
        match first.as_str() {
            "crate" => self.inside(self.tree.root_of(module), rest, through),
            "self" if rest.first().is_some_and(|next| next == "super") => self.begin(module, rest, through),
            "self" => self.inside(module, rest, through),
            "super" => {
                let Some(parent) = self.tree.modules[module].parent else {
                    return;
                };
                if rest.first().is_some_and(|next| next == "super") {
                    self.begin(parent, rest, through);
                } else {
                    self.inside(parent, rest, through);
                }
            }
            _ if self.look_up(module, path, through) => {}
            name => match &self.tree.library {
                Some((library, root)) if library == name => self.inside(*root, rest, through),
                _ if self.tree.foreign.iter().any(|known| known == name) => {
                    self.found.push(Route {
                        to: Place::Foreign(name.to_owned()),
                        through: through.to_vec(),
                    });
                }
                _ => {}
            },
        }
    }

    /// The rest of a path, seen from inside a module. A name that is nowhere was made by a macro in that module's file.
    fn inside(&mut self, module: usize, path: &[String], through: &[usize]) {
        let through = [through, &[module]].concat();
        match path.first() {
            None => self.found.push(Route {
                to: Place::Module(module),
                through,
            }),
            Some(_) if self.look_up(module, path, &through) => {}
            Some(name) => self.defined(module, name, &through),
        }
    }

    /// Looks for the first word among a module's names and those it takes from others. Returns whether the path led
    /// anywhere.
    fn look_up(&mut self, module: usize, path: &[String], through: &[usize]) -> bool {
        let Some((first, rest)) = path.split_first() else {
            return false;
        };
        let before = self.found.len();
        for named in self.tree.modules[module].names.get(first).into_iter().flatten() {
            match named {
                Named::Value if !rest.is_empty() => {}
                Named::Type | Named::Value => self.defined(module, first, through),
                Named::Module(inner) => self.inside(*inner, rest, through),
                Named::Alias(other) => {
                    let alias = (module, first.clone());
                    if !self.aliases.contains(&alias) {
                        self.aliases.push(alias);
                        self.begin(module, &[other.as_slice(), rest].concat(), through);
                    }
                }
            }
        }
        self.found.len() > before || self.look_up_in_globs(module, path, through)
    }

    fn look_up_in_globs(&mut self, module: usize, path: &[String], through: &[usize]) -> bool {
        let Some(first) = path.first() else { return false };
        let search = (module, first.clone());
        if self.depth == MAX_DEPTH || self.globs.contains(&search) {
            return false;
        }
        self.globs.push(search);
        self.tree.modules[module].globs.iter().any(|glob| {
            self.tree
                .follow_at(self.depth + 1, module, glob)
                .into_iter()
                .any(|route| match route.to {
                    Place::Module(other) => self.look_up(other, path, &[through, &route.through].concat()),
                    Place::Defined { .. } | Place::Foreign(_) => false,
                })
        })
    }

    fn defined(&mut self, module: usize, name: &str, through: &[usize]) {
        let to = Place::Defined {
            file: self.tree.modules[module].file,
            name: name.to_owned(),
        };
        self.found.push(Route {
            to,
            through: [through, &[module]].concat(),
        });
    }
}
