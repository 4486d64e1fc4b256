//! One style of imports: std, other crates, this crate; a blank line between; one `use` a root.

use crate::{
    krate::Crate,
    read::import::{After, Import},
};

impl Crate {
    /// Imports are of one style: the standard library, other crates, this crate, a blank line between those groups and
    /// none inside, one `use` a root, all at the module's head. What stands under a `#[cfg]` and what ends in `*` may
    /// have a `use` of its own; `pub use` is a module's face and is free.
    pub fn imports(&self) -> Vec<String> {
        let mut broken = Vec::new();
        for file in &self.files {
            let faults: Vec<_> = file.imports.iter().flat_map(|imports| faults(imports)).collect();
            if let Some((line, what)) = faults.first() {
                let more = if faults.len() > 1 {
                    format!(" ({} more)", faults.len() - 1)
                } else {
                    String::new()
                };
                broken.push(format!(
                    "`{}` line {line}: {what}{more}; imports stand at the head of a module, std first, then other crates, \
                     then `crate`, `super` and `self`, one `use` a root, with a blank line between the three groups",
                    file.path
                ));
            }
        }
        broken
    }
}

/// What is wrong with one module's imports, with its line.
fn faults(imports: &[Import]) -> Vec<(usize, String)> {
    let mut faults = Vec::new();
    let mut roots: Vec<&Import> = Vec::new();
    for (index, import) in imports.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| imports.get(index));
        if import.after == After::Code {
            faults.push((
                import.line,
                format!("`use {}` stands below other code, move it up", import.root),
            ));
        }
        if let Some(before) = before {
            if before.group > import.group {
                let (here, there) = (import.group.name(), before.group.name());
                faults.push((import.line, format!("{here} stands after {there}, move it up")));
            } else if let After::Import { gap } = import.after
                && gap == (before.group == import.group)
            {
                let what = if gap {
                    "take the blank line above away"
                } else {
                    "put a blank line above"
                };
                faults.push((import.line, what.to_owned()));
            }
        }
        match roots.iter().find(|other| other.root == import.root) {
            _ if import.is_apart => {}
            Some(other) => {
                faults.push((
                    import.line,
                    format!("join it with the `use {}` of line {}", import.root, other.line),
                ));
            }
            None => roots.push(import),
        }
    }
    faults
}
