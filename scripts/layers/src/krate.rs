//! A crate as the rules see it: files, the arrows between them, and the other crates they name.

use std::{
    collections::{BTreeMap, HashSet},
    mem,
    path::Path,
    slice,
    thread::{self, Builder},
};

use crate::read::{
    facts::{Declared, Function, Gathered, Kind, Mention},
    gather::gather,
    import::Import,
    manifest::{self, Dependency},
    source::Sources,
    tree::{Place, Tree},
};

/// A crate's sources, read once for all its rules.
#[derive(Debug)]
pub struct Crate {
    pub(crate) files: Vec<File>,
    pub(crate) dependencies: Vec<Dependency>,
    pub(crate) arrows: Vec<Arrow>,
    pub(crate) namings: Vec<Naming>,
    /// The path of every module of the product, inline ones too.
    pub(crate) modules: Vec<Vec<String>>,
}

/// One file of Rust.
#[derive(Debug)]
pub(crate) struct File {
    /// From the crate's folder: `src/live/worker.rs`.
    pub(crate) path: String,
    /// Its module in the product: `["live", "worker"]`; none for tests, benches, examples and build scripts.
    pub(crate) module: Option<Vec<String>>,
    pub(crate) lines: usize,
    pub(crate) functions: Vec<Function>,
    pub(crate) imports: Vec<Vec<Import>>,
}

/// A file names something of another file or module of the same crate.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Arrow {
    pub(crate) from: usize,
    /// The module that names it, by its path.
    pub(crate) module: Vec<String>,
    pub(crate) line: usize,
    /// As it is written: `super::LiveState`.
    pub(crate) written: String,
    /// The file that defines it and the name there; none where a module as such is meant.
    pub(crate) to: Option<(usize, String)>,
    /// Paths of the modules on the way, the defining one last.
    pub(crate) through: Vec<Vec<String>>,
    /// How it is named.
    pub(crate) kind: Kind,
}

/// A file names another crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Naming {
    pub(crate) from: usize,
    pub(crate) module: Vec<String>,
    pub(crate) line: usize,
    pub(crate) name: String,
    /// As it is written, which need not begin with the crate: `["std", "time", "Instant"]`.
    pub(crate) written: Vec<String>,
}

impl Crate {
    /// Reads the crate in `folder`: `env!("CARGO_MANIFEST_DIR")`.
    ///
    /// # Panics
    ///
    /// When its sources cannot be read or parsed: it is called by tests only.
    pub fn read(folder: &str) -> Self {
        let read = Sources::read(Path::new(folder)).map_err(|error| error.to_string());
        match read.and_then(|sources| Self::parse(&sources)) {
            Ok(read) => read,
            Err(error) => panic!("{folder}: {error}"),
        }
    }

    pub(crate) fn parse(sources: &Sources) -> Result<Self, String> {
        let (package, dependencies) = manifest::read(&sources.manifest);
        let mut foreign: Vec<_> = dependencies.iter().map(Dependency::in_code).collect();
        foreign.extend(["std", "core", "alloc"].map(str::to_owned));
        let mut house = House {
            gathered: gather_all(&sources.texts)?,
            tree: Tree {
                foreign,
                ..Tree::default()
            },
            files: Vec::new(),
            mentions: Vec::new(),
        };
        house.product(&package);
        house.rest();
        Ok(house.finish(dependencies))
    }
}

/// Reads all files, on as many threads as there are processors: nearly all of the time goes into this.
fn gather_all(texts: &BTreeMap<String, String>) -> Result<BTreeMap<String, Gathered>, String> {
    let n_threads = thread::available_parallelism().map_or(1, usize::from);
    let work = |number: usize| -> Result<Vec<(String, Gathered)>, String> {
        let mine = texts.iter().skip(number).step_by(n_threads);
        mine.map(|(path, text)| match gather(text) {
            Ok(gathered) => Ok((path.clone(), gathered)),
            Err(error) => Err(format!("{path} line {}: {error}", error.span().start().line)),
        })
        .collect()
    };
    thread::scope(|scope| {
        let started: Vec<_> = (0..n_threads)
            .map(|number| {
                Builder::new()
                    .name(format!("layers-{number}"))
                    .spawn_scoped(scope, move || work(number))
            })
            .collect();
        let mut all = BTreeMap::new();
        for thread in started {
            let joined = thread.map_err(|error| error.to_string())?.join();
            all.extend(joined.map_err(|_| "a thread that read sources panicked".to_owned())??);
        }
        Ok(all)
    })
}

/// A file that waits to get its place.
struct Waiting {
    path: String,
    module: Vec<String>,
    /// The module that declares it; none for a root.
    around: Option<(usize, String)>,
    /// Where the files of its modules are.
    folder: String,
}

/// A crate that is being put together.
struct House {
    /// Files without a place so far.
    gathered: BTreeMap<String, Gathered>,
    tree: Tree,
    files: Vec<File>,
    /// What is named where: file, module, path.
    mentions: Vec<(usize, usize, Mention)>,
}

impl House {
    /// Follows `mod` from the roots of the library and of the binaries.
    fn product(&mut self, package: &str) {
        let mut waiting = Vec::new();
        for path in self.gathered.keys() {
            let Some(inner) = path.strip_prefix("src/") else {
                continue;
            };
            let (name, folder) = match inner.split('/').collect::<Vec<_>>()[..] {
                ["lib.rs"] => (None, "src".to_owned()),
                ["main.rs"] => (Some("main"), "src".to_owned()),
                ["bin", name, "main.rs"] => (Some(name), format!("src/bin/{name}")),
                ["bin", file] => (file.strip_suffix(".rs"), "src/bin".to_owned()),
                _ => continue,
            };
            let module = name.map(str::to_owned).into_iter().collect();
            waiting.push(Waiting {
                path: path.clone(),
                module,
                around: None,
                folder,
            });
        }
        while let Some(next) = waiting.pop() {
            // A file may be declared twice, once for each system.
            let Some(mut gathered) = self.gathered.remove(&next.path) else {
                continue;
            };
            let file = self.files.len();
            let rooms = mem::take(&mut gathered.rooms);
            let parent = next.around.as_ref().map(|(around, _)| *around);
            let module = self.tree.add(&next.module, file, parent, rooms);
            match &next.around {
                Some((around, name)) => self.tree.declare(*around, name, module),
                None if next.module.is_empty() => {
                    self.tree.library = Some((package.replace('-', "_"), module));
                }
                None => {}
            }
            for declared in &gathered.declared {
                waiting.extend(self.declared(&next, module, declared));
            }
            let mentions = mem::take(&mut gathered.mentions);
            self.mentions.extend(
                mentions
                    .into_iter()
                    .map(|mention| (file, module + mention.room, mention)),
            );
            self.file(next.path, Some(next.module), gathered);
        }
    }

    /// The file behind a `mod name;`, unless it is for tests only.
    fn declared(&self, of: &Waiting, module: usize, declared: &Declared) -> Option<Waiting> {
        let folder = [slice::from_ref(&of.folder), &declared.inline].concat().join("/");
        let own_folder = format!("{folder}/{}", declared.name);
        let path = match &declared.at {
            // Such a path starts at the folder of the file itself.
            Some(at) => format!("{}/{at}", of.path.rsplit_once('/')?.0),
            None => [format!("{own_folder}.rs"), format!("{own_folder}/mod.rs")]
                .into_iter()
                .find(|path| self.gathered.contains_key(path))?,
        };
        let around = module + declared.room?;
        let module = [
            self.tree.modules[around].path.as_slice(),
            slice::from_ref(&declared.name),
        ]
        .concat();
        Some(Waiting {
            path,
            module,
            around: Some((around, declared.name.clone())),
            folder: own_folder,
        })
    }

    /// Tests, benches, examples, build scripts: their lengths and imports.
    fn rest(&mut self) {
        for (path, gathered) in mem::take(&mut self.gathered) {
            self.file(path, None, gathered);
        }
    }

    fn file(&mut self, path: String, module: Option<Vec<String>>, gathered: Gathered) {
        let Gathered {
            lines,
            functions,
            imports,
            ..
        } = gathered;
        self.files.push(File {
            path,
            module,
            lines,
            functions,
            imports,
        });
    }

    fn finish(self, dependencies: Vec<Dependency>) -> Crate {
        let (mut arrows, mut namings, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
        let path_of = |module: usize| self.tree.modules[module].path.clone();
        for (from, module, mention) in &self.mentions {
            let mut routes = self.tree.follow(*module, &mention.path);
            if let ([name], Kind::Macro, true) = (&mention.path[..], mention.kind, routes.is_empty()) {
                routes.extend(self.tree.follow_macro(*module, name));
            }
            for route in routes {
                let module = path_of(*module);
                let to = match route.to {
                    Place::Foreign(name) => {
                        namings.push(Naming {
                            from: *from,
                            module,
                            line: mention.line,
                            name,
                            written: mention.path.clone(),
                        });
                        continue;
                    }
                    Place::Defined { file, name } => Some((file, name)),
                    Place::Module(_) => None,
                };
                let arrow = Arrow {
                    from: *from,
                    module,
                    line: mention.line,
                    written: mention.path.join("::"),
                    to,
                    through: route.through.into_iter().map(path_of).collect(),
                    kind: mention.kind,
                };
                if seen.insert(arrow.clone()) {
                    arrows.push(arrow);
                }
            }
        }
        let modules = self
            .tree
            .modules
            .iter()
            .map(|module| module.path.clone())
            .collect();
        Crate {
            files: self.files,
            dependencies,
            arrows,
            namings,
            modules,
        }
    }
}
