//! The small brother of a fuzzer, for tests: [`check`] runs a body over a corpus and over thousands of inputs that
//! [`Mutator`] makes of it, the same ones on every computer.
//!
//! A body is a function of bytes that panics when a property does not hold. It stands in the crate whose parser it
//! tries (`src/fuzzing.rs`); the real fuzzer runs the same one (`scripts/fuzz`).

mod cost;
mod mutator;
mod running;

use std::{path::Path, time::Duration};

pub use mutator::Mutator;
use running::Running;

/// Mutations of each check, unless `PIKA_MUTATE_ROUNDS` says how many.
pub const ROUNDS: u64 = 2_000;
/// What the mutations grow from. Another number is another set of inputs.
const SEED: u64 = 0x7069_6b61;
/// No input may take longer of the processor, in a debug build on a slow one: a hang, not slowness.
const HANG: Duration = Duration::from_secs(10);
/// No input may take more memory, in bytes: a length that was believed. Other tests of the process count, too.
const FLOOD: u64 = 1 << 30;

/// Runs `body` over every file of the folders `corpora`, then over [`ROUNDS`] mutations of them.
///
/// What is running stands in `target/tmp/fuzz-{target}` and stays there when the body panics, hangs or takes the
/// process down. To try it again, and for ever after, put that file into one of `corpora`.
///
/// # Panics
///
/// When the body does, when an input takes longer than 10 s of the processor or a gigabyte more memory than there was
/// (looked at where the system says it), and when the corpora cannot be read or hold no file.
pub fn check(target: &str, corpora: &[&Path], body: impl FnMut(&[u8])) {
    let mut rounds = Rounds {
        running: Running::start(target),
        body,
    };
    let mut seeds = Vec::new();
    for corpus in corpora {
        for (name, bytes) in files(corpus) {
            rounds.run(name, &bytes);
            seeds.push(bytes);
        }
    }
    assert!(!seeds.is_empty(), "no file in {corpora:?}");
    let wanted = std::env::var("PIKA_MUTATE_ROUNDS");
    for round in 0..wanted
        .ok()
        .and_then(|wanted| wanted.parse().ok())
        .unwrap_or(ROUNDS)
    {
        let bytes = Mutator::new(SEED, round).mutate(&seeds);
        rounds.run(format!("round {round} of seed {SEED:#x}"), &bytes);
    }
}

struct Rounds<F> {
    running: Running,
    body: F,
}

impl<F: FnMut(&[u8])> Rounds<F> {
    fn run(&mut self, what: String, bytes: &[u8]) {
        self.running.input(what, bytes);
        let (time, memory) = (cost::time_of_this_thread(), cost::most_memory());
        (self.body)(bytes);
        let took = time.and_then(|time| cost::time_of_this_thread()?.checked_sub(time));
        assert!(took.is_none_or(|took| took < HANG), "took {took:?}");
        let grew = memory.and_then(|memory| cost::most_memory()?.checked_sub(memory));
        assert!(grew.is_none_or(|grew| grew < FLOOD), "took {grew:?} bytes");
    }
}

/// Name and content of each file in a folder, in the order of their names.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_file())
        .collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (path.display().to_string(), bytes)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    /// A corpus of one file.
    fn corpus(folder: &Path, bytes: &[u8]) {
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(folder.join("seed"), bytes).unwrap();
    }

    #[test]
    fn a_defect_is_found_and_its_bytes_are_kept() {
        let folder = running::folder().join("mutate-itself");
        corpus(&folder, b"a length \x00\x00\x00\x05 and five");
        let kept = running::folder().join("fuzz-itself");
        let failed = catch_unwind(AssertUnwindSafe(|| {
            check("itself", &[&folder], |bytes| {
                // A parser that believes a length.
                if let Some(length) = bytes.get(9..13) {
                    assert!(length[0] < 0x80, "believed");
                }
            });
        }));
        assert!(failed.is_err());
        assert!(std::fs::read(&kept).unwrap()[9] >= 0x80);

        check("itself", &[&folder], |_| {});
        assert!(!kept.exists(), "nothing is left of a check that went well");
    }

    #[test]
    #[should_panic(expected = "no file in")]
    fn a_corpus_without_files_is_a_mistake() {
        let folder = running::folder().join("mutate-nothing");
        std::fs::create_dir_all(&folder).unwrap();
        check("nothing", &[&folder], |_| {});
    }
}
