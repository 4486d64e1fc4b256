//! Decodes the track that is auditioned, on a thread of its own, as far ahead as there is room.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use pika_analysis::{AnalysisConfig, AnalysisError, CancelFlag, SoundBlock, SoundSink, play_file};

use super::store::{Frame, SoundStore};
use crate::{foreign::file, plain_words, worker::Thread};

/// How long a decoder that is not needed any more is waited for.
const PATIENCE: Duration = Duration::from_millis(500);

/// How much of a middle or rear channel goes to each side.
const SHARED: f32 = 0.707;

/// A running decoder; stopped when dropped.
#[derive(Debug)]
pub(super) struct Decoder {
    store: Arc<SoundStore>,
    cancel: CancelFlag,
    thread: Option<Thread>,
}

impl Decoder {
    /// Decodes `path` into `store`.
    ///
    /// Errors: too many files do not answer; the system gives no thread.
    pub(super) fn start(path: PathBuf, store: Arc<SoundStore>) -> std::io::Result<Self> {
        let cancel = CancelFlag::new();
        let (shared, flag) = (Arc::clone(&store), cancel.clone());
        let thread = file::aside(move || {
            let config = AnalysisConfig {
                // The sink waits while there is no room, for as long as the track plays.
                deadline: None,
                ..AnalysisConfig::default()
            };
            let mut sink = Sink {
                store: &shared,
                cancel: &flag,
                frames: Vec::new(),
            };
            let problem = match play_file(&path, &config, &flag, &mut sink) {
                Ok(_) | Err(AnalysisError::Cancelled) => None,
                Err(error) => Some(plain_words::cleaned(&error.to_string())),
            };
            shared.finish(problem);
        })?;
        Ok(Self {
            store,
            cancel,
            thread: Some(thread),
        })
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        self.cancel.cancel();
        self.store.close();
        if let Some(thread) = self.thread.take() {
            // Its panics are caught inside. A file that does not answer keeps nobody from the next one.
            thread.end_by(Instant::now() + PATIENCE);
        }
    }
}

struct Sink<'a> {
    store: &'a SoundStore,
    cancel: &'a CancelFlag,
    frames: Vec<Frame>,
}

impl SoundSink for Sink<'_> {
    fn start(&mut self, sample_rate_hz: u32) {
        self.store.set_rate(sample_rate_hz);
    }

    fn block(&mut self, block: &SoundBlock<'_>) {
        to_stereo(block.planes, &mut self.frames);
        if !self.store.push(&self.frames) {
            self.cancel.cancel();
        }
    }
}

/// Two channels from any number: one goes to both sides, more than two are mixed down.
fn to_stereo(planes: &[&[f32]], out: &mut Vec<Frame>) {
    out.clear();
    match planes {
        [] => {}
        [mono] => out.extend(mono.iter().map(|&sample| [quantized(sample); 2])),
        [left, right] => out.extend(
            left.iter()
                .zip(*right)
                .map(|(&left, &right)| [quantized(left), quantized(right)]),
        ),
        [left, right, others @ ..] => {
            let shared = |at: usize| -> f32 {
                let sum: f32 = others.iter().filter_map(|plane| plane.get(at)).sum();
                sum * SHARED
            };
            out.extend(left.iter().zip(*right).enumerate().map(|(at, (left, right))| {
                let shared = shared(at);
                [quantized(left + shared), quantized(right + shared)]
            }));
        }
    }
}

/// Sixteen bits; too loud is cut off, not-a-number is silence.
fn quantized(sample: f32) -> i16 {
    // A cast from float to integer saturates.
    (sample * 32_767.0).round() as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_channels_becomes_two() {
        let mut out = Vec::new();
        to_stereo(&[&[0.5, 2.0, f32::NAN]], &mut out);
        assert_eq!(out, [[16_384, 16_384], [32_767, 32_767], [0, 0]]);
        to_stereo(&[&[0.5], &[-0.5]], &mut out);
        assert_eq!(out, [[16_384, -16_384]]);
        to_stereo(&[&[0.0], &[0.25], &[0.5]], &mut out);
        assert_eq!(out, [[11_583, 19_775]]);
    }
}
