//! Which module may use which: floors, from the ground up.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    krate::{Arrow, Crate},
    read::facts::Kind,
};

/// A use that the floors alone would not allow: who uses what, and why that is meant.
pub type Also<'a> = (&'a str, &'a str, &'a str);

impl Crate {
    /// The modules inside `within` (`""`: the crate's own) use only what stands on a lower floor, or what `also` names.
    /// Every module stands on one floor. The root of a crate is called `lib`, the face of a module `mod`, a binary as
    /// its file: `main`. A face that only passes names on stands nowhere and may pass on everything.
    pub fn floors(&self, within: &str, floors: &[&[&str]], also: &[Also<'_>]) -> Vec<String> {
        let area = Area {
            within: within
                .split('/')
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect(),
        };
        let uses = self.uses(&area);
        let (on, mut broken) = rows(floors);
        broken.extend(self.strangers(&area, &uses, &on));
        for ((from, to), arrow) in &uses {
            let (Some(lower), Some(upper)) = (on.get(to.as_str()), on.get(from.as_str())) else {
                continue;
            };
            if upper <= lower && !also.iter().any(|(module, uses, _)| module == from && uses == to) {
                broken.push(self.pierced(arrow, from, to, upper == lower));
            }
        }
        for (module, used, _) in also {
            let needed = uses.contains_key(&((*module).to_owned(), (*used).to_owned()))
                && on.get(used) >= on.get(module);
            if !needed {
                broken.push(format!(
                    "the table in `tests/layers.rs` lets `{module}` use `{used}` beside the floors, which it does not need \
                     any more: take that row out"
                ));
            }
        }
        broken
    }

    /// Which module uses which, with the first place.
    fn uses(&self, area: &Area) -> BTreeMap<(String, String), &Arrow> {
        let mut uses = BTreeMap::new();
        for arrow in &self.arrows {
            let Some(from) = area.name_of(&arrow.module) else {
                continue;
            };
            let is_face = arrow.module == area.within;
            if is_face && arrow.kind == Kind::PassedOn {
                continue;
            }
            // A face around the user only passes names on, unless it defines them.
            let defines = arrow.to.as_ref().and(arrow.through.last());
            let passed = arrow
                .through
                .iter()
                .filter(|module| !arrow.module.starts_with(module));
            for module in passed.chain(defines) {
                if let Some(to) = area.name_of(module)
                    && to != from
                {
                    uses.entry((from.clone(), to)).or_insert(arrow);
                }
            }
        }
        uses
    }

    /// Modules without a row and rows without a module.
    fn strangers(
        &self,
        area: &Area,
        uses: &BTreeMap<(String, String), &Arrow>,
        on: &BTreeMap<&str, usize>,
    ) -> Vec<String> {
        let mut here: BTreeSet<String> = uses
            .keys()
            .flat_map(|(from, to)| [from.clone(), to.clone()])
            .collect();
        let inner = self.modules.iter().filter(|module| **module != area.within);
        here.extend(inner.filter_map(|module| area.name_of(module)));
        let missing = here.iter().filter(|name| !on.contains_key(name.as_str())).map(|name| {
            format!(
                "`{}` is not in the table of floors in `tests/layers.rs`: put it on the lowest floor that stands above \
                 everything it uses",
                area.spelt(name)
            )
        });
        let gone = on.keys().filter(|name| !here.contains(**name)).map(|name| {
            format!(
                "the table of floors in `tests/layers.rs` names `{}`, which is no module here: take it out",
                area.spelt(name)
            )
        });
        missing.chain(gone).collect()
    }

    fn pierced(&self, arrow: &Arrow, from: &str, to: &str, is_beside: bool) -> String {
        let place = if is_beside { "beside" } else { "below" };
        format!(
            "`{}` line {} names `{}`: `{from}` stands {place} `{to}`, so move what it needs to a floor below both, or let \
             `{to}` hand it in (a worker tells what it has to say by its own `report.rs`); “Where does it go?” in \
             CONTRIBUTING.md helps",
            self.files[arrow.from].path, arrow.line, arrow.written
        )
    }
}

/// The floor of each module, and rows that name one twice.
fn rows<'a>(floors: &[&[&'a str]]) -> (BTreeMap<&'a str, usize>, Vec<String>) {
    let (mut on, mut broken) = (BTreeMap::new(), Vec::new());
    for (floor, modules) in floors.iter().enumerate() {
        for module in *modules {
            if on.insert(*module, floor).is_some() {
                broken.push(format!(
                    "the table of floors in `tests/layers.rs` names `{module}` twice"
                ));
            }
        }
    }
    (on, broken)
}

/// The module whose inner modules are looked at.
struct Area {
    within: Vec<String>,
}

impl Area {
    /// The row of a module: its first name inside the area.
    fn name_of(&self, module: &[String]) -> Option<String> {
        let inner = module.strip_prefix(self.within.as_slice())?;
        let face = if self.within.is_empty() { "lib" } else { "mod" };
        Some(inner.first().cloned().unwrap_or_else(|| face.to_owned()))
    }

    fn spelt(&self, name: &str) -> String {
        [self.within.as_slice(), &[name.to_owned()]].concat().join("/")
    }
}
