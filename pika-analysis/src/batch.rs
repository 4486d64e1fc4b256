//! Many files on all cores.

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
};

use crate::{
    AnalysisConfig, AnalysisError, TrackAnalysis, control::CancelFlag, pipeline::analyze_file_until,
};

/// One file of a batch is done.
#[derive(Debug)]
pub struct BatchItem {
    /// Place of the file in the list that was handed in.
    pub index: usize,
    /// What came of it.
    pub result: Result<TrackAnalysis, AnalysisError>,
    /// Files done so far, this one included.
    pub done: usize,
    /// Files in all.
    pub total: usize,
}

/// Analyses many files, one per thread at a time, largest first so that no long file is left over at
/// the end.
///
/// `threads`: how many files at once; 0 means one per core. Memory is bounded by this number: results
/// are handed out, not kept. `on_done` is called from the worker threads, once per file. After `cancel`
/// is raised the files that are left end with [`AnalysisError::Cancelled`].
///
/// Errors: [`AnalysisError::Internal`] when the threads cannot be started; a bad file only fails itself.
pub fn analyze_batch(
    paths: &[PathBuf],
    config: &AnalysisConfig,
    threads: usize,
    cancel: &CancelFlag,
    on_done: impl Fn(BatchItem) + Sync,
) -> Result<(), AnalysisError> {
    let done = AtomicUsize::new(0);
    run_batch(paths, threads, |index, path| {
        let result = analyze_file_until(path, config, cancel);
        on_done(BatchItem {
            index,
            result,
            done: done.fetch_add(1, Ordering::Relaxed) + 1,
            total: paths.len(),
        });
    })
}

/// Runs `work` on every path with its index, largest file first.
///
/// Errors: [`AnalysisError::Internal`] when the threads cannot be started.
pub fn run_batch(
    paths: &[PathBuf],
    threads: usize,
    work: impl Fn(usize, &Path) + Sync,
) -> Result<(), AnalysisError> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|index| format!("analysis-{index}"))
        .build()
        .map_err(|error| AnalysisError::Internal(error.to_string()))?;
    let mut order: Vec<(u64, usize)> = paths
        .iter()
        .enumerate()
        .map(|(index, path)| {
            (
                std::fs::metadata(path).map_or(0, |metadata| metadata.len()),
                index,
            )
        })
        .collect();
    order.sort_by_key(|&(size, index)| (std::cmp::Reverse(size), index));
    // A shared cursor rather than rayon's iterators: those halve the list, so that the second half
    // would start before the larger files of the first.
    let next = AtomicUsize::new(0);
    pool.broadcast(|_| {
        while let Some(&(_, index)) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(index, &paths[index]);
        }
    });
    Ok(())
}
