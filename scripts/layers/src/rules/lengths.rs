//! How long files and functions may be.

use crate::{krate::Crate, read::facts::Function};

impl Crate {
    /// No file, of tests neither, has more than `most` lines.
    pub fn file_lengths(&self, most: usize) -> Vec<String> {
        let too_long = self.files.iter().filter(|file| file.lines > most);
        too_long
            .map(|file| {
                format!(
                    "`{}` has {} lines, {most} are the most: find the second idea in it and give that a file of its own \
                     (a folder with a `mod.rs` when both belong together)",
                    file.path, file.lines
                )
            })
            .collect()
    }

    /// No function of the product in the module `within` (`""`: in the whole crate) has more than `most` lines.
    pub fn function_lengths(&self, within: &str, most: usize) -> Vec<String> {
        self.product_functions(within)
            .filter(|(_, function)| function.lines() > most)
            .map(|(path, function)| {
                format!(
                    "`{path}` line {}: `{}` has {} lines, {most} are the most: let it compute a plain value first and \
                     act on it or draw it afterwards, or name its steps and make them functions",
                    function.line,
                    function.name,
                    function.lines()
                )
            })
            .collect()
    }

    /// At most `percent` of the product's functions in the module `within` have more than `lines` lines.
    pub fn long_functions(&self, within: &str, lines: usize, percent: f64) -> Vec<String> {
        let all = self.product_functions(within).count();
        let mut long: Vec<_> = self
            .product_functions(within)
            .filter(|(_, function)| function.lines() > lines)
            .collect();
        let share = 100.0 * long.len() as f64 / all.max(1) as f64;
        if share <= percent {
            return Vec::new();
        }
        long.sort_by_key(|(_, function)| std::cmp::Reverse(function.lines()));
        let longest: Vec<_> = long
            .iter()
            .take(5)
            .map(|(path, function)| format!("`{}` in `{path}` ({})", function.name, function.lines()))
            .collect();
        vec![format!(
            "{} of {all} functions in `{within}` have more than {lines} lines ({share:.1} %, {percent} % are the most): \
             shorten the longest, {}",
            long.len(),
            longest.join(", ")
        )]
    }

    fn product_functions(&self, within: &str) -> impl Iterator<Item = (&str, &Function)> {
        let within: Vec<_> = within
            .split('/')
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect();
        self.files
            .iter()
            .filter(move |file| {
                file.module
                    .as_ref()
                    .is_some_and(|module| module.starts_with(&within))
            })
            .flat_map(|file| {
                file.functions
                    .iter()
                    .map(|function| (file.path.as_str(), function))
            })
            .filter(|(_, function)| !function.is_test)
    }
}
