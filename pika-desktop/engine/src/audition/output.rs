//! The system's sound outputs. The only module that names rodio (and cpal, which it brings).

use std::{
    num::NonZero,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
};

use rodio::{
    ChannelCount, Device, DeviceSinkBuilder, DeviceTrait, MixerDeviceSink, SampleRate, Source,
    cpal::{default_host, traits::HostTrait},
};
use tracing::warn;

use super::{OpenOutput, SoundOutput, Voice};
use crate::crash;

/// No sound card, or none that works.
const NO_SOUND: &str = "No sound output was found. Everything else works";
/// Frames made at once.
const BUFFER_FRAMES: usize = 256;
const STEREO: ChannelCount = match NonZero::new(2) {
    Some(two) => two,
    None => unreachable!(),
};

/// The outputs of this computer.
#[derive(Debug, Default)]
pub struct SystemOutput {
    _private: (),
}

impl SystemOutput {
    /// Touches no device yet.
    pub fn new() -> Self {
        Self::default()
    }
}

impl SoundOutput for SystemOutput {
    fn outputs(&mut self) -> Result<Vec<String>, String> {
        caught(|| {
            let devices = default_host().output_devices().map_err(no_sound)?;
            let mut names: Vec<String> = Vec::new();
            for name in devices.filter_map(|device| name_of(&device)) {
                // ALSA offers one card under many plugs.
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            Ok(names)
        })
    }

    fn open(&mut self, name: Option<&str>) -> Result<Box<dyn OpenOutput>, String> {
        caught(|| {
            let host = default_host();
            let device = match name {
                // Another output instead of the chosen one might be the room's.
                Some(name) => host
                    .output_devices()
                    .map_err(no_sound)?
                    .find(|device| name_of(device).as_deref() == Some(name))
                    .ok_or_else(|| {
                        format!("The sound output “{name}” is not connected. Choose another one in Settings")
                    })?,
                None => host.default_output_device().ok_or_else(|| NO_SOUND.to_owned())?,
            };
            let name = name_of(&device).unwrap_or_else(|| "the system's output".to_owned());
            let lost = Arc::new(Mutex::new(None));
            let report = Arc::clone(&lost);
            let mut sink = DeviceSinkBuilder::from_device(device)
                .map_err(no_sound)?
                .with_error_callback(move |error: rodio::CpalError| {
                    warn!(%error, "the sound output failed");
                    *report.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.to_string());
                })
                .open_stream()
                .map_err(no_sound)?;
            sink.log_on_drop(false);
            Ok(Box::new(OpenDevice { sink, name, lost }) as Box<dyn OpenOutput>)
        })
    }
}

struct OpenDevice {
    sink: MixerDeviceSink,
    name: String,
    // Held only to set and to read a sentence.
    lost: Arc<Mutex<Option<String>>>,
}

impl OpenOutput for OpenDevice {
    fn name(&self) -> &str {
        &self.name
    }

    fn play(&self, voice: Voice) {
        self.sink.mixer().add(VoiceSource::new(voice));
    }

    fn problem(&self) -> Option<String> {
        let lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
        lost.as_ref()
            .map(|_| format!("The sound output “{}” went away", self.name))
    }
}

/// A voice as rodio wants it.
struct VoiceSource {
    voice: Voice,
    rate: SampleRate,
    buffer: [f32; 2 * BUFFER_FRAMES],
    at: usize,
    ended: bool,
}

impl VoiceSource {
    fn new(voice: Voice) -> Self {
        Self {
            rate: NonZero::new(voice.sample_rate_hz()).unwrap_or(NonZero::<u32>::MIN),
            voice,
            buffer: [0.0; 2 * BUFFER_FRAMES],
            at: 2 * BUFFER_FRAMES,
            ended: false,
        }
    }
}

impl Iterator for VoiceSource {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        if self.at == self.buffer.len() {
            if self.ended {
                return None;
            }
            self.ended = !self.voice.fill(&mut self.buffer);
            self.at = 0;
        }
        let sample = self.buffer[self.at];
        self.at += 1;
        Some(sample)
    }
}

impl Source for VoiceSource {
    fn current_span_len(&self) -> Option<usize> {
        None
    }

    fn channels(&self) -> ChannelCount {
        STEREO
    }

    fn sample_rate(&self) -> SampleRate {
        self.rate
    }

    fn total_duration(&self) -> Option<std::time::Duration> {
        None
    }
}

fn name_of(device: &Device) -> Option<String> {
    let description = device.description().ok()?;
    // ALSA's "null" swallows everything: nobody means it.
    if description.driver() == Some("null") {
        return None;
    }
    let name = description.name().trim().to_owned();
    Some(name).filter(|name| !name.is_empty())
}

fn no_sound(error: impl std::fmt::Display) -> String {
    warn!(%error, "no sound output");
    NO_SOUND.to_owned()
}

/// A broken sound configuration makes cpal panic: that is no sound, not the end of the program.
fn caught<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    let work = AssertUnwindSafe(work);
    crash::expecting_panics(|| catch_unwind(work)).unwrap_or_else(|_| {
        warn!("the system's sound configuration is broken");
        Err(NO_SOUND.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_of_the_sound_library_is_no_sound() {
        assert_eq!(caught::<()>(|| panic!("for the test")), Err(NO_SOUND.to_owned()));
    }

    #[test]
    fn with_or_without_a_sound_card_nothing_breaks() {
        let mut system = SystemOutput::new();
        // Which of the two depends on the machine; neither may panic.
        if let Err(problem) = system.open(None) {
            assert_eq!(problem, NO_SOUND);
        }
        let Err(problem) = system.open(Some("An output nobody has")) else {
            panic!("opened something else")
        };
        assert!(
            problem == NO_SOUND || problem.contains("not connected"),
            "{problem}"
        );
    }
}
