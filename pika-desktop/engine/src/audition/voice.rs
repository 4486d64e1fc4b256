//! What the output hears of one track: reads decoded frames, follows play, pause, seek and volume without clicks.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering},
};

use super::store::{Frame, ReadOutcome, SoundStore};

/// Fading in and out takes this long, in seconds: too short to be heard, long enough not to click.
const FADE_S: f32 = 0.005;
/// Frames taken from the store at once.
const CHUNK_FRAMES: usize = 512;
/// No place is asked for.
const NOWHERE: u64 = u64::MAX;

/// What the voice is doing, for the player.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum VoiceState {
    /// It sounds, or is held.
    Going,
    /// The decoder is not there yet.
    Waiting,
    /// The end was reached.
    Ended,
    /// The place asked for is no longer decoded.
    Gone,
}

/// The player's hand on a voice. Every value stands alone, so their order does not matter.
#[derive(Debug)]
pub(super) struct Controls {
    playing: AtomicBool,
    leaving: AtomicBool,
    volume: AtomicU32,
    seek: AtomicU64,
    position: AtomicU64,
    state: AtomicU8,
}

impl Controls {
    pub(super) fn new(position: u64, volume: f32) -> Self {
        Self {
            playing: AtomicBool::new(false),
            leaving: AtomicBool::new(false),
            volume: AtomicU32::new(volume.to_bits()),
            seek: AtomicU64::new(NOWHERE),
            position: AtomicU64::new(position),
            state: AtomicU8::new(VoiceState::Waiting as u8),
        }
    }

    pub(super) fn set_playing(&self, playing: bool) {
        self.playing.store(playing, Ordering::Relaxed);
    }

    /// Fades out and ends the voice.
    pub(super) fn leave(&self) {
        self.leaving.store(true, Ordering::Relaxed);
    }

    pub(super) fn set_volume(&self, volume: f32) {
        self.volume.store(volume.to_bits(), Ordering::Relaxed);
    }

    pub(super) fn seek(&self, frame: u64) {
        self.state.store(VoiceState::Waiting as u8, Ordering::Relaxed);
        self.seek.store(frame, Ordering::Relaxed);
    }

    /// The frame that is played next, or the one that is being jumped to.
    pub(super) fn position(&self) -> u64 {
        match self.seek.load(Ordering::Relaxed) {
            NOWHERE => self.position.load(Ordering::Relaxed),
            target => target,
        }
    }

    pub(super) fn state(&self) -> VoiceState {
        match self.state.load(Ordering::Relaxed) {
            1 => VoiceState::Waiting,
            2 => VoiceState::Ended,
            3 => VoiceState::Gone,
            _ => VoiceState::Going,
        }
    }

    fn set_state(&self, state: VoiceState) {
        self.state.store(state as u8, Ordering::Relaxed);
    }
}

/// One track's sound, frame by frame, in stereo.
#[derive(Debug)]
pub struct Voice {
    store: Arc<SoundStore>,
    controls: Arc<Controls>,
    rate_hz: u32,
    cursor: u64,
    gain: f32,
    chunk: Vec<Frame>,
    chunk_at: usize,
}

impl Voice {
    pub(super) fn new(store: Arc<SoundStore>, controls: Arc<Controls>, rate_hz: u32) -> Self {
        Self {
            cursor: controls.position.load(Ordering::Relaxed),
            store,
            controls,
            rate_hz,
            gain: 0.0,
            chunk: Vec::with_capacity(CHUNK_FRAMES),
            chunk_at: 0,
        }
    }

    /// Frames a second.
    pub fn sample_rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// Fills `out` with interleaved stereo. Returns false once the voice has ended for good.
    pub fn fill(&mut self, out: &mut [f32]) -> bool {
        let step = 1.0 / (FADE_S * self.rate_hz as f32);
        for pair in out.as_chunks_mut::<2>().0 {
            *pair = self.frame(step);
        }
        self.controls.position.store(self.cursor, Ordering::Relaxed);
        !(self.controls.leaving.load(Ordering::Relaxed) && self.gain == 0.0)
    }

    fn frame(&mut self, step: f32) -> [f32; 2] {
        let controls = &self.controls;
        let jumping = controls.seek.load(Ordering::Relaxed) != NOWHERE;
        let audible = controls.playing.load(Ordering::Relaxed) && !controls.leaving.load(Ordering::Relaxed);
        let target = if audible && !jumping {
            f32::from_bits(controls.volume.load(Ordering::Relaxed))
        } else {
            0.0
        };
        if self.gain == 0.0 && jumping {
            self.cursor = controls.seek.load(Ordering::Relaxed);
            // Before the wish is cleared, so that nobody sees the old place in between.
            controls.position.store(self.cursor, Ordering::Relaxed);
            // A newer wish stays for the next frame.
            let _ =
                controls
                    .seek
                    .compare_exchange(self.cursor, NOWHERE, Ordering::Release, Ordering::Relaxed);
            self.chunk.clear();
            self.chunk_at = 0;
        }
        // Silence by volume goes on in time; silence by pause stands still.
        if self.gain == 0.0 && !audible {
            return [0.0; 2];
        }
        let Some([left, right]) = self.next_frame() else {
            self.gain = 0.0;
            return [0.0; 2];
        };
        self.gain += (target - self.gain).clamp(-step, step);
        let scale = self.gain / 32_768.0;
        [f32::from(left) * scale, f32::from(right) * scale]
    }

    fn next_frame(&mut self) -> Option<Frame> {
        if self.chunk_at >= self.chunk.len() {
            self.chunk_at = 0;
            match self.store.read(self.cursor, CHUNK_FRAMES, &mut self.chunk) {
                ReadOutcome::Frames => self.controls.set_state(VoiceState::Going),
                ReadOutcome::NotYet => self.controls.set_state(VoiceState::Waiting),
                ReadOutcome::Gone => self.controls.set_state(VoiceState::Gone),
                ReadOutcome::End => {
                    self.controls.set_state(VoiceState::Ended);
                    self.controls.set_playing(false);
                }
            }
        }
        let frame = *self.chunk.get(self.chunk_at)?;
        self.chunk_at += 1;
        self.cursor += 1;
        Some(frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 1000; // Fades take 5 frames.

    fn voice(frames: usize) -> (Voice, Arc<Controls>, Arc<SoundStore>) {
        let store = Arc::new(SoundStore::new(0));
        store.push(&vec![[16_384, -16_384]; frames]);
        let controls = Arc::new(Controls::new(0, 1.0));
        let voice = Voice::new(Arc::clone(&store), Arc::clone(&controls), RATE);
        (voice, controls, store)
    }

    fn left(voice: &mut Voice, frames: usize) -> Vec<f32> {
        let mut out = vec![9.0; 2 * frames];
        voice.fill(&mut out);
        out.chunks(2).map(|pair| pair[0]).collect()
    }

    #[test]
    fn it_fades_in_and_out_and_stands_still_while_held() {
        let (mut voice, controls, _store) = voice(1000);
        assert_eq!(left(&mut voice, 3), [0.0; 3]);
        assert_eq!(controls.position(), 0);
        controls.set_playing(true);
        let heard = left(&mut voice, 6);
        let steps: Vec<f32> = heard.iter().map(|sample| (sample * 20.0).round() / 2.0).collect();
        assert_eq!(steps, [1.0, 2.0, 3.0, 4.0, 5.0, 5.0]);
        assert_eq!(controls.position(), 6);
        controls.set_playing(false);
        let heard = left(&mut voice, 8);
        assert!(heard[0] > 0.3 && heard[5..] == [0.0; 3], "{heard:?}");
        assert!(
            (11..=12).contains(&controls.position()),
            "{}",
            controls.position()
        );
    }

    #[test]
    fn a_jump_is_faded_and_said_at_once() {
        let (mut voice, controls, _store) = voice(1000);
        controls.set_playing(true);
        left(&mut voice, 20);
        controls.seek(500);
        assert_eq!(controls.position(), 500, "shown before it is heard");
        left(&mut voice, 20);
        assert!(
            (510..520).contains(&controls.position()),
            "{}",
            controls.position()
        );
    }

    #[test]
    fn waiting_and_the_end_are_silent_and_said() {
        let (mut voice, controls, store) = voice(10);
        controls.set_playing(true);
        assert_eq!(left(&mut voice, 12)[10..], [0.0; 2]);
        assert_eq!(controls.state(), VoiceState::Waiting);
        store.push(&[[16_384, 0]; 10]);
        assert!(left(&mut voice, 5)[4] > 0.0);
        assert_eq!(controls.state(), VoiceState::Going);
        store.finish(None);
        left(&mut voice, 10);
        assert_eq!((controls.state(), controls.position()), (VoiceState::Ended, 20));
    }

    #[test]
    fn leaving_ends_it_softly() {
        let (mut voice, controls, _store) = voice(1000);
        controls.set_playing(true);
        left(&mut voice, 10);
        controls.leave();
        let mut out = [0.0; 4];
        assert!(voice.fill(&mut out), "not before it is silent");
        let mut out = [0.0; 20];
        assert!(!voice.fill(&mut out));
        assert_eq!(out[18], 0.0);
    }

    #[test]
    fn volume_nought_goes_on_in_time() {
        let (mut voice, controls, _store) = voice(1000);
        controls.set_volume(0.0);
        controls.set_playing(true);
        assert_eq!(left(&mut voice, 50), [0.0; 50]);
        assert_eq!(controls.position(), 50);
    }
}
