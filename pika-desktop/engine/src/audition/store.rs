//! Decoded sound between the decoder and the output: as much as fits, around the place that is played.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

/// A stereo frame.
pub(super) type Frame = [i16; 2];

/// Frames in one block; memory grows and shrinks by blocks, so nothing large is copied while it plays.
const BLOCK_FRAMES: usize = 1 << 14;
/// Blocks kept at most: 128 MB, some 12 minutes at 44.1 kHz. Longer tracks slide through.
const MOST_BLOCKS: usize = 2048;
/// Blocks kept behind the place that is played, where not everything fits: about 3 minutes.
const BEHIND_BLOCKS: u64 = 512;

/// What a read found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReadOutcome {
    /// Frames were added.
    Frames,
    /// The decoder is not there yet.
    NotYet,
    /// The track is over here.
    End,
    /// It slid out at the front: to be decoded again.
    Gone,
}

/// Decoded sound, shared by the decoder, the voice and the player.
#[derive(Debug)]
pub(super) struct SoundStore {
    // Held for copies of a few kilobytes only: the output's own thread waits for it.
    state: Mutex<State>,
    changed: Condvar,
    most_blocks: usize,
    behind_blocks: u64,
}

#[derive(Debug, Default)]
struct State {
    rate_hz: u32,
    /// Number of the first block that is kept.
    first: u64,
    blocks: VecDeque<Vec<Frame>>,
    /// The frame that the voice reads next.
    wanted: u64,
    end: Option<u64>,
    problem: Option<String>,
    closed: bool,
}

impl State {
    fn next_frame(&self) -> u64 {
        let whole = (self.blocks.len() as u64).saturating_sub(1);
        let last = self.blocks.back().map_or(0, |block| block.len() as u64);
        (self.first + whole) * BLOCK_FRAMES as u64 + last
    }

    /// Blocks before this one are no longer needed when room is needed.
    fn droppable(&self, behind: u64) -> u64 {
        (self.wanted / BLOCK_FRAMES as u64).saturating_sub(behind)
    }
}

impl SoundStore {
    pub(super) fn new(wanted: u64) -> Self {
        Self::with_room(wanted, MOST_BLOCKS, BEHIND_BLOCKS)
    }

    pub(super) fn with_room(wanted: u64, most_blocks: usize, behind_blocks: u64) -> Self {
        let state = State {
            wanted,
            ..State::default()
        };
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
            most_blocks,
            behind_blocks,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The decoder says at which rate frames come, in Hz.
    pub(super) fn set_rate(&self, rate_hz: u32) {
        self.lock().rate_hz = rate_hz;
        self.changed.notify_all();
    }

    /// The rate in Hz, as soon as it is known.
    pub(super) fn rate(&self) -> Option<u32> {
        Some(self.lock().rate_hz).filter(|rate| *rate > 0)
    }

    /// Adds frames at the end; waits while there is no room. Returns false once nobody listens.
    pub(super) fn push(&self, frames: &[Frame]) -> bool {
        let mut rest = frames;
        let mut state = self.lock();
        while !rest.is_empty() {
            if state.closed {
                return false;
            }
            if state
                .blocks
                .back()
                .is_none_or(|block| block.len() == BLOCK_FRAMES)
            {
                if state.blocks.len() >= self.most_blocks {
                    let droppable = state.droppable(self.behind_blocks);
                    if state.first >= droppable {
                        state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                        continue;
                    }
                    state.blocks.pop_front();
                    state.first += 1;
                }
                state.blocks.push_back(Vec::with_capacity(BLOCK_FRAMES));
            }
            let Some(block) = state.blocks.back_mut() else {
                break;
            };
            let (now, later) = rest.split_at(rest.len().min(BLOCK_FRAMES - block.len()));
            block.extend_from_slice(now);
            rest = later;
        }
        !state.closed
    }

    /// The decoder is done; `problem` says why it could not go on.
    pub(super) fn finish(&self, problem: Option<String>) {
        let mut state = self.lock();
        state.end = Some(state.next_frame());
        state.problem = problem;
    }

    /// Whether the decoder is done.
    #[cfg(test)]
    pub(super) fn is_finished(&self) -> bool {
        self.lock().end.is_some()
    }

    /// Why decoding ended early, if it did.
    pub(super) fn problem(&self) -> Option<String> {
        self.lock().problem.clone()
    }

    /// Whether anything was decoded.
    pub(super) fn is_empty(&self) -> bool {
        self.lock().next_frame() == 0
    }

    /// Lets the decoder go.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// Whether the frame was dropped already.
    pub(super) fn is_gone(&self, frame: u64) -> bool {
        frame / (BLOCK_FRAMES as u64) < self.lock().first
    }

    /// Copies up to `count` frames from `from` on into `out`, which is cleared.
    pub(super) fn read(&self, from: u64, count: usize, out: &mut Vec<Frame>) -> ReadOutcome {
        out.clear();
        let mut state = self.lock();
        state.wanted = from;
        if state.blocks.len() >= self.most_blocks {
            self.changed.notify_all();
        }
        let (block, offset) = (from / BLOCK_FRAMES as u64, (from % BLOCK_FRAMES as u64) as usize);
        if block < state.first {
            return ReadOutcome::Gone;
        }
        let mut index = usize::try_from(block - state.first).unwrap_or(usize::MAX);
        let mut offset = offset;
        while out.len() < count {
            let Some(frames) = state.blocks.get(index).and_then(|block| block.get(offset..)) else {
                break;
            };
            if frames.is_empty() {
                break;
            }
            out.extend_from_slice(&frames[..frames.len().min(count - out.len())]);
            (index, offset) = (index + 1, 0);
        }
        match (out.is_empty(), state.end) {
            (false, _) => ReadOutcome::Frames,
            (true, Some(end)) if from >= end => ReadOutcome::End,
            (true, _) => ReadOutcome::NotYet,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, thread};

    use super::*;

    fn frames(from: u64, count: u64) -> Vec<Frame> {
        (from..from + count).map(|n| [(n % 30_000) as i16, 0]).collect()
    }

    fn named<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> thread::JoinHandle<T> {
        thread::Builder::new().name("decoder".into()).spawn(work).unwrap()
    }

    #[test]
    fn frames_come_back_across_blocks_and_the_end_is_known() {
        let store = SoundStore::new(0);
        assert!(store.push(&frames(0, 40_000)));
        let mut out = Vec::new();
        assert_eq!(store.read(16_000, 1000, &mut out), ReadOutcome::Frames);
        assert_eq!(out, frames(16_000, 1000));
        assert_eq!(store.read(39_900, 1000, &mut out), ReadOutcome::Frames);
        assert_eq!(out.len(), 100);
        assert_eq!(store.read(40_000, 10, &mut out), ReadOutcome::NotYet);
        store.finish(None);
        assert_eq!(store.read(40_000, 10, &mut out), ReadOutcome::End);
    }

    #[test]
    fn a_long_track_slides_through_and_the_decoder_waits_for_the_player() {
        let block = BLOCK_FRAMES as u64;
        let store = Arc::new(SoundStore::with_room(0, 4, 1));
        let decoder = {
            let store = Arc::clone(&store);
            named(move || {
                for n in 0..10 {
                    assert!(store.push(&frames(n * block, block)));
                }
                store.finish(None);
            })
        };
        let mut out = Vec::new();
        for n in 0..10 {
            // Waits until the decoder has come so far.
            while store.read(n * block, 8, &mut out) == ReadOutcome::NotYet {
                thread::yield_now();
            }
            assert_eq!(out, frames(n * block, 8), "block {n}");
            assert!(store.lock().blocks.len() <= 4);
        }
        decoder.join().unwrap();
        assert!(store.is_gone(0) && !store.is_gone(8 * block));
        assert_eq!(store.read(0, 8, &mut out), ReadOutcome::Gone);
    }

    #[test]
    fn a_jump_ahead_skips_what_does_not_fit() {
        let block = BLOCK_FRAMES as u64;
        let store = SoundStore::with_room(8 * block, 4, 1);
        for n in 0..10 {
            assert!(store.push(&frames(n * block, block)));
        }
        let mut out = Vec::new();
        assert_eq!(store.read(8 * block, 8, &mut out), ReadOutcome::Frames);
        assert_eq!(out, frames(8 * block, 8));
    }

    #[test]
    fn closing_lets_a_waiting_decoder_go() {
        let store = Arc::new(SoundStore::with_room(0, 1, 1));
        let decoder = {
            let store = Arc::clone(&store);
            named(move || store.push(&frames(0, 3 * BLOCK_FRAMES as u64)))
        };
        store.close();
        assert!(!decoder.join().unwrap());
    }
}
