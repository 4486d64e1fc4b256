//! From the bytes of a file to planar samples at its own rate, in one pass and without a buffer of
//! the whole track. The only module that names symphonia.

mod aac;
mod beside;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod id3;
mod metadata;
mod mp4;
mod names;
mod ogg;
mod riff;
mod source;
mod stream;
mod timeline;

#[cfg(test)]
mod compare;

pub(crate) use id3::JUNK;
pub(crate) use metadata::tag_source;
pub(crate) use source::{Bytes, GuardedSource};

use crate::{AnalysisError, control::Control, tags::Tags};

/// Limits on one file.
pub(crate) struct DecodeLimits<'a> {
    /// Deadline and cancellation, checked at every read and packet.
    pub(crate) control: &'a Control,
    /// Longest audio that is accepted, in seconds.
    pub(crate) max_duration_s: f64,
}

/// A stretch of sound: one slice per channel, all of the same length.
#[derive(Debug, Clone, Copy)]
pub struct SoundBlock<'a> {
    /// Samples of each channel; ±1 is full scale, more is possible.
    pub planes: &'a [&'a [f32]],
    /// Share of each channel in loudness (ITU-R BS.1770-4, table 3): 1, 1.41 behind, 0 for bass
    /// effects.
    pub loudness_weights: &'a [f64],
}

/// Takes the sound of a file as it is decoded.
pub trait SoundSink {
    /// Called once, before the first block. All blocks have this rate in Hz.
    fn start(&mut self, sample_rate_hz: u32);
    /// One block after another, without gaps. The number of channels may change between blocks.
    /// It may wait: decoding waits with it.
    fn block(&mut self, block: &SoundBlock<'_>);
}

/// What the file turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Decoded {
    /// Short name of the codec, such as `mp3`.
    pub(crate) codec: &'static str,
    /// Samples a second.
    pub(crate) sample_rate_hz: u32,
    /// Channels of the first block.
    pub(crate) channels: u32,
    /// Samples per channel that reached the sink.
    pub(crate) frames: u64,
    /// Packets replaced by silence.
    pub(crate) damaged_packets: u32,
}

/// Decodes a file into `sink`.
///
/// Errors: every kind but [`AnalysisError::TooShort`]; a file with no sound at all gives 0 frames.
/// Panics of the decoders are the caller's to catch.
pub(crate) fn decode(
    bytes: Bytes,
    limits: &DecodeLimits<'_>,
    sink: &mut dyn SoundSink,
) -> Result<Decoded, AnalysisError> {
    stream::decode(bytes, limits, sink)
}

/// Tags as symphonia reads them; empty when it cannot open the file.
pub(crate) fn symphonia_tags(bytes: Bytes, control: &Control) -> Tags {
    metadata::read(bytes, control)
}
