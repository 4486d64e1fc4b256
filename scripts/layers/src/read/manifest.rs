//! What a `Cargo.toml` depends on, read line by line: the manifests here name one dependency a line, and a whole
//! TOML parser would be a second dependency for forty lines.

/// One dependency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dependency {
    /// As the manifest spells it: `pika-protocol`.
    pub(crate) name: String,
    /// Whether the product itself is built with it, not only its tests or its build script.
    pub(crate) of_product: bool,
    /// Line in the manifest, from 1.
    pub(crate) line: usize,
}

impl Dependency {
    /// As the code spells it: `pika_protocol`.
    pub(crate) fn in_code(&self) -> String {
        self.name.replace('-', "_")
    }
}

/// The package's name and its dependencies, for tests and build scripts too.
pub(crate) fn read(manifest: &str) -> (String, Vec<Dependency>) {
    let mut package = String::new();
    let mut found = Vec::new();
    let mut section = String::new();
    for (index, line) in manifest.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('[') {
            section = line.trim_matches(['[', ']']).to_owned();
            // `[dependencies.name]`
            if let Some((kind, name)) = section.rsplit_once('.')
                && let Some(of_product) = dependencies_of(kind)
            {
                found.push(Dependency {
                    name: unquoted(name),
                    of_product,
                    line: index + 1,
                });
            }
        } else if let Some((name, value)) = key_of(line) {
            if let Some(of_product) = dependencies_of(&section) {
                found.push(Dependency {
                    name,
                    of_product,
                    line: index + 1,
                });
            } else if section == "package" && name == "name" {
                package = unquoted(value);
            }
        }
    }
    (package, found)
}

/// Whether a section lists dependencies, and if so whether the product's: `dependencies`,
/// `target.'cfg(windows)'.dependencies`, `dev-dependencies`.
fn dependencies_of(section: &str) -> Option<bool> {
    match section.rsplit('.').next() {
        Some("dependencies") => Some(true),
        Some("dev-dependencies" | "build-dependencies") => Some(false),
        _ => None,
    }
}

/// First word of `name = …` and `name.workspace = …`, and what follows it; nothing for the inner lines of a list.
fn key_of(line: &str) -> Option<(String, &str)> {
    let end = line.find(['=', '.', ' '])?;
    let (name, rest) = (unquoted(&line[..end]), &line[end..]);
    let is_name = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    (is_name && rest.contains('=')).then_some((name, rest.trim_start_matches([' ', '='])))
}

fn unquoted(text: &str) -> String {
    text.trim().trim_matches(['"', '\'']).to_owned()
}

/// Whether `name` is what `pattern` says; a pattern may end in `*`.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}
