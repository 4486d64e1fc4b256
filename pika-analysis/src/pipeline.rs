//! The order of the stages for one file.

use std::{
    io::{Read, Seek},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use crate::{
    ANALYSIS_VERSION, AnalysisConfig, AnalysisError, TrackAnalysis,
    audio::MonoAudio,
    character::character,
    control::{CancelFlag, Control},
    decode::{self, Bytes, DecodeLimits, Decoded, SoundBlock, SoundSink},
    features::{chroma::chromagram, spectrum::spectrum},
    fingerprint::fingerprint,
    frontend::Frontend,
    key::estimate_key,
    rhythm::rhythm,
};

/// Less sound than this says nothing.
const SHORTEST_S: f64 = 0.1;

/// Analyses one file.
///
/// Errors: every [`AnalysisError`]; a panic inside becomes [`AnalysisError::Internal`].
/// Memory: the file (up to 64 MB), four bytes per sample of the mono signal at the analysis rate
/// and a little more for its features; about 30 MB for five minutes.
pub fn analyze_file(path: &Path, config: &AnalysisConfig) -> Result<TrackAnalysis, AnalysisError> {
    analyze_file_until(path, config, &CancelFlag::new())
}

/// [`analyze_file`] that stops with [`AnalysisError::Cancelled`] soon after `cancel` is raised.
pub fn analyze_file_until(
    path: &Path,
    config: &AnalysisConfig,
    cancel: &CancelFlag,
) -> Result<TrackAnalysis, AnalysisError> {
    guarded(config, cancel, |limits| {
        limits.control.check()?;
        analyze_bytes(Bytes::open(path)?, config, limits)
    })
}

/// Analyses sound that does not lie in a file of its own.
///
/// `reader` must be seekable; it is read from its start. Errors and memory: as [`analyze_file`].
pub fn analyze_reader(
    reader: impl Read + Seek + Send + Sync + 'static,
    config: &AnalysisConfig,
    cancel: &CancelFlag,
) -> Result<TrackAnalysis, AnalysisError> {
    guarded(config, cancel, |limits| {
        limits.control.check()?;
        analyze_bytes(Bytes::Reader(Box::new(reader)), config, limits)
    })
}

/// Decodes a file and throws the sound away: what decoding alone costs. Returns the seconds decoded.
///
/// Errors: as [`analyze_file`].
pub fn decode_file(path: &Path, config: &AnalysisConfig, cancel: &CancelFlag) -> Result<f64, AnalysisError> {
    struct Nowhere;
    impl SoundSink for Nowhere {
        fn start(&mut self, _: u32) {}
        fn block(&mut self, _: &SoundBlock<'_>) {}
    }
    play_file(path, config, cancel, &mut Nowhere)
}

/// Decodes a file into `sink`, on the clock of its analysis: frame 0 is the first audible sample.
/// Returns the seconds decoded. A deadline in `config` would count the time that the sink waits.
///
/// Errors: as [`analyze_file`].
pub fn play_file(
    path: &Path,
    config: &AnalysisConfig,
    cancel: &CancelFlag,
    sink: &mut dyn SoundSink,
) -> Result<f64, AnalysisError> {
    guarded(config, cancel, |limits| {
        Ok(duration_s(&decode::decode(Bytes::open(path)?, limits, sink)?))
    })
}

/// The mono signal that the musical stages see.
///
/// Errors: as [`analyze_file`].
pub fn decode_mono(path: &Path, config: &AnalysisConfig) -> Result<MonoAudio, AnalysisError> {
    let mut frontend = Frontend::default();
    play_file(path, config, &CancelFlag::new(), &mut frontend)?;
    Ok(frontend.finish().audio)
}

fn analyze_bytes(
    bytes: Bytes,
    config: &AnalysisConfig,
    limits: &DecodeLimits<'_>,
) -> Result<TrackAnalysis, AnalysisError> {
    let control = limits.control;
    let mut frontend = Frontend::default();
    let decoded = decode::decode(bytes, limits, &mut frontend)?;
    let duration_s = duration_s(&decoded);
    if duration_s < SHORTEST_S {
        return Err(AnalysisError::TooShort(duration_s));
    }
    let found = frontend.finish();
    let audio = &found.audio;
    control.check()?;
    let spectrum = spectrum(audio);
    control.check()?;
    let chroma = chromagram(audio);
    control.check()?;
    let rhythm = rhythm(&spectrum, &chroma, config, audio.duration_s());
    control.check()?;
    let key = estimate_key(&chroma);
    control.check()?;
    let loudness = &found.loudness;
    let loud_lufs = loudness.p95_short_term_lufs.or(loudness.integrated_lufs);
    let character = character(&spectrum, rhythm.as_ref(), loud_lufs);
    control.check()?;
    let fingerprint = fingerprint(audio);
    let (tempo, beat_grid) = rhythm.map(|rhythm| (rhythm.tempo, rhythm.grid)).unzip();
    Ok(TrackAnalysis {
        analysis_version: ANALYSIS_VERSION,
        duration_s,
        sample_rate_hz: decoded.sample_rate_hz,
        channels: decoded.channels,
        codec: decoded.codec.to_owned(),
        damaged_packets: decoded.damaged_packets,
        tempo,
        beat_grid,
        key,
        character,
        loudness: found.loudness.record(),
        silence: found.silence,
        waveform: found.waveform,
        fingerprint,
    })
}

fn duration_s(decoded: &Decoded) -> f64 {
    match decoded.sample_rate_hz {
        0 => 0.0,
        rate => decoded.frames as f64 / f64::from(rate),
    }
}

/// Every way in: the deadline counts from here, and a panic becomes an error, so that a bad file never
/// takes the caller down.
fn guarded<T>(
    config: &AnalysisConfig,
    cancel: &CancelFlag,
    work: impl FnOnce(&DecodeLimits<'_>) -> Result<T, AnalysisError>,
) -> Result<T, AnalysisError> {
    let control = Control::start(config.deadline, cancel);
    let limits = DecodeLimits {
        control: &control,
        max_duration_s: config.max_duration_s,
    };
    // Everything the closure touches is dropped with it, so nothing half-done is seen afterwards.
    catch_unwind(AssertUnwindSafe(|| work(&limits))).unwrap_or_else(|payload| {
        let message = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "panic without a message".to_owned());
        Err(AnalysisError::Internal(message))
    })
}
