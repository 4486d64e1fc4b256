//! Doors to inner stages for the benchmarks.

use crate::{
    audio::MonoAudio,
    decode::{SoundBlock, SoundSink},
    dsp::decimate::Decimator,
    frontend::Frontend,
    loudness::{LoudnessMeter, Loudnesses},
};

/// Frames of a packet of MP3.
const PACKET: usize = 1152;

/// Decimates one channel.
pub fn decimate(samples: &[f32], rate_hz: u32) -> Vec<f32> {
    let mut decimator = Decimator::new(rate_hz);
    let mut output = Vec::new();
    samples
        .chunks(PACKET)
        .for_each(|part| decimator.process(part, &mut output));
    decimator.finish(&mut output);
    output
}

/// Measures the loudness of two channels.
pub fn loudness(left: &[f32], right: &[f32], rate_hz: u32) -> Loudnesses {
    let mut meter = LoudnessMeter::new(rate_hz);
    each_block(left, right, |block| meter.process(block));
    meter.finish()
}

/// Everything that happens per packet.
pub fn front_end(left: &[f32], right: &[f32], rate_hz: u32) -> MonoAudio {
    let mut frontend = Frontend::default();
    frontend.start(rate_hz);
    each_block(left, right, |block| frontend.block(block));
    frontend.finish().audio
}

/// Fingerprint of a mono signal.
pub fn fingerprint(audio: &MonoAudio) -> crate::Fingerprint {
    crate::fingerprint::fingerprint(audio)
}

fn each_block(left: &[f32], right: &[f32], mut work: impl FnMut(&SoundBlock<'_>)) {
    for (left, right) in left.chunks(PACKET).zip(right.chunks(PACKET)) {
        work(&SoundBlock {
            planes: &[left, right],
            loudness_weights: &[1.0, 1.0],
        });
    }
}
