//! The loop over packets: container and codec chosen by content, damage tolerated.

use std::io::Cursor;

use symphonia::core::{
    audio::{Audio, AudioBuffer, Channels, GenericAudioBufferRef, Position},
    codecs::{
        CodecParameters,
        audio::{AudioDecoder, AudioDecoderOptions},
    },
    common::Limit,
    errors::Error,
    formats::{FormatOptions, FormatReader, TrackType, probe::Hint, well_known::FORMAT_ID_MP3},
    io::{MediaSourceStream, MediaSourceStreamOptions},
    meta::MetadataOptions,
    packet::Packet,
    units::TimeBase,
};

use super::{
    Bytes, DecodeLimits, Decoded, SoundSink, beside,
    id3::Overlay,
    mp4, names, ogg,
    riff::{self, Patch},
    source::{GuardState, GuardedSource},
    timeline::{Timeline, Trim},
};
use crate::AnalysisError;

/// Errors of the container in a row after which the rest of the file is given up.
const MOST_READ_ERRORS: u32 = 64;

/// Opens the container. Content decides, never the file name.
pub(super) fn open(source: GuardedSource) -> Result<Box<dyn FormatReader>, Error> {
    let stream = MediaSourceStream::new(Box::new(source), MediaSourceStreamOptions::default());
    let metadata = MetadataOptions::default()
        .limit_visual_bytes(Limit::Maximum(0))
        .limit_tag_bytes(Limit::Maximum(1 << 20));
    symphonia::default::get_probe().probe(&Hint::new(), stream, FormatOptions::default(), metadata)
}

pub(super) fn decode(
    mut bytes: Bytes,
    limits: &DecodeLimits<'_>,
    sink: &mut dyn SoundSink,
) -> Result<Decoded, AnalysisError> {
    let inspection = inspect(&mut bytes)?;
    let (patches, blanks) = (inspection.patches.clone(), inspection.blanks.clone());
    let (mut reader, guard) = open_or_repair(bytes, limits, patches, blanks)?;
    let mut stream = choose(reader.as_ref()).map_err(|error| explain(error, limits, &guard))?;
    let codec = stream.decoder.codec_info().short_name;
    let window = inspection.window(stream.track_id, stream.rate_hz);
    let mut timeline = Timeline::new(sink);
    if window.is_some_and(|window| window.is_certain) {
        timeline.trust_end();
    }
    let mut damaged_packets = 0u32;
    let mut read_errors = 0u32;
    let mut last_length = 0usize;
    loop {
        limits.control.check()?;
        check_length(&timeline, limits)?;
        let packet = match reader.next_packet() {
            Ok(Some(packet)) => packet,
            Ok(None) => break,
            Err(Error::ResetRequired) => {
                // Joined Ogg streams: another one begins.
                match choose(reader.as_ref()) {
                    Ok(next) => stream = next,
                    Err(_) => break,
                }
                timeline.restart_clock();
                continue;
            }
            Err(error) => {
                limits.control.check()?;
                if guard.is_exhausted() && timeline.frames() == 0 {
                    return Err(explain(error, limits, &guard));
                }
                read_errors += 1;
                // The end of a cut file is an ordinary end.
                if matches!(error, Error::IoError(_)) || read_errors >= MOST_READ_ERRORS {
                    break;
                }
                continue;
            }
        };
        if packet.track_id != stream.track_id {
            continue;
        }
        read_errors = 0;
        let at = stream.frame_of(&packet);
        let length = stream.to_frames(packet.block_dur().get());
        let announced = stream.announced_trim(&packet);
        let trim_of = |length: usize| match (window, at) {
            (Some(window), Some(at)) => window.trim(at, length),
            _ => announced,
        };
        match stream.decoder.decode(&packet) {
            Ok(buffer) => {
                // The last packet of MP4 often lasts longer than the container says.
                let trim = trim_of(buffer.frames());
                last_length = buffer.frames();
                put(&mut timeline, &buffer, &mut stream.converted, at, trim);
            }
            Err(Error::ResetRequired) => stream.decoder.reset(),
            Err(_) => {
                damaged_packets = damaged_packets.saturating_add(1);
                let length = if length == 0 { last_length } else { length };
                timeline.damage(length, at, trim_of(length));
            }
        }
    }
    Ok(Decoded {
        codec,
        sample_rate_hz: timeline.sample_rate_hz().unwrap_or(stream.rate_hz),
        channels: u32::try_from(timeline.channels()).unwrap_or(u32::MAX),
        frames: timeline.frames(),
        damaged_packets,
    })
}

/// Opens the container; an Ogg file that is refused for damaged pages is tried again without them.
fn open_or_repair(
    mut bytes: Bytes,
    limits: &DecodeLimits<'_>,
    patches: Vec<Patch>,
    blanks: Vec<Overlay>,
) -> Result<(Box<dyn FormatReader>, GuardState), AnalysisError> {
    let copy = match &mut bytes {
        Bytes::Memory(cursor) if cursor.get_ref().starts_with(b"OggS") => Some(cursor.get_ref().clone()),
        _ => None,
    };
    let source = GuardedSource::new(bytes, limits.control.clone())?.patched(patches, blanks);
    let guard = source.state();
    let error = match open(source) {
        Ok(reader) => {
            guard.open();
            return Ok((reader, guard));
        }
        Err(error) => explain(error, limits, &guard),
    };
    let Some(copy) = copy else { return Err(error) };
    let (repaired, damaged) = ogg::without_damaged_pages(&copy, limits.control)?;
    drop(copy);
    if damaged == 0 || repaired.is_empty() {
        return Err(error);
    }
    let source = GuardedSource::new(Bytes::Memory(Cursor::new(repaired)), limits.control.clone())?;
    let guard = source.state();
    let reader = open(source).map_err(|_| error)?;
    guard.open();
    Ok((reader, guard))
}

/// What is read from a file before symphonia opens it.
struct Inspection {
    mp4: Vec<mp4::Track>,
    patches: Vec<Patch>,
    /// What is not needed for the sound and too large to be read.
    blanks: Vec<Overlay>,
}

/// Looks at the first bytes and at the index of MP4 files; refuses what cannot be decoded, by name.
fn inspect(bytes: &mut Bytes) -> Result<Inspection, AnalysisError> {
    let (at, start) = names::start_of(bytes)?;
    if let Some(refusal) = names::refusal(&start) {
        return Err(refusal);
    }
    let is_mp4 = start.get(4..8) == Some(b"ftyp");
    let tracks = if is_mp4 {
        mp4::sound_tracks(bytes)?
    } else {
        Vec::new()
    };
    let refusals: Vec<Option<AnalysisError>> = tracks.iter().map(mp4::Track::refusal).collect();
    // One track that can be played is enough.
    if !refusals.is_empty() && refusals.iter().all(Option::is_some) {
        return Err(refusals
            .into_iter()
            .flatten()
            .next()
            .unwrap_or(AnalysisError::Cancelled));
    }
    if beside::has_absurd_comments(bytes, at)? {
        return Err(AnalysisError::Unreadable("its tags have no end".to_owned()));
    }
    let length = bytes.len()?;
    let mut beside = beside::look(bytes, at, length)?;
    let mut patches = riff::corrections(at, &start, length);
    patches.append(&mut beside.names);
    Ok(Inspection {
        mp4: tracks,
        patches,
        blanks: beside.blanks,
    })
}

impl Inspection {
    /// The part of a track that is to be played, where the container says so outside its packets.
    fn window(&self, track_id: u32, rate_hz: u32) -> Option<Window> {
        let track = self.mp4.iter().find(|track| track.id == track_id)?;
        if track.timescale == 0 {
            return None;
        }
        let frames = |ticks: u64| {
            let frames = u128::from(ticks) * u128::from(rate_hz) / u128::from(track.timescale);
            i64::try_from(frames).unwrap_or(i64::MAX)
        };
        if let Some(start) = track.start_tick {
            return Some(Window {
                start: frames(start),
                end: track.end_tick.map_or(i64::MAX, frames),
                is_certain: true,
            });
        }
        let itunes = track.itunes?;
        let start = itunes.delay as i64;
        Some(Window {
            start,
            end: itunes
                .frames
                .and_then(|frames| start.checked_add_unsigned(frames))
                .unwrap_or(i64::MAX),
            is_certain: false,
        })
    }
}

/// Frames from `start` to `end` are to be played.
#[derive(Debug, Clone, Copy)]
struct Window {
    start: i64,
    end: i64,
    /// The end was set on purpose (edit list), however much follows.
    is_certain: bool,
}

impl Window {
    fn trim(self, at: i64, length: usize) -> Trim {
        let last = at.saturating_add(length as i64);
        let outside = |frames: i64| usize::try_from(frames).unwrap_or(0).min(length);
        Trim {
            start: outside(self.start.saturating_sub(at)),
            end: outside(last.saturating_sub(self.end)),
        }
    }
}

/// The chosen audio track and its decoder.
struct Stream {
    track_id: u32,
    decoder: Box<dyn AudioDecoder>,
    /// Seconds per tick of the container's clock.
    time_base: Option<TimeBase>,
    rate_hz: u32,
    /// The end is announced, not estimated from the size of the first packets (MP3 without header).
    knows_padding: bool,
    converted: Vec<Vec<f32>>,
}

impl Stream {
    /// First frame of a packet on the container's clock, in frames.
    fn frame_of(&self, packet: &Packet) -> Option<i64> {
        self.time_base?;
        let ticks = packet.pts.get();
        Some((self.ticks_to_frames() * ticks as f64).round() as i64)
    }

    /// A length on the container's clock, in frames.
    fn to_frames(&self, ticks: u64) -> usize {
        (self.ticks_to_frames() * ticks as f64).round() as usize
    }

    /// What the container says is to be dropped of a packet.
    fn announced_trim(&self, packet: &Packet) -> Trim {
        Trim {
            start: self.to_frames(packet.trim_start.get()),
            end: if self.knows_padding {
                self.to_frames(packet.trim_end.get())
            } else {
                0
            },
        }
    }

    fn ticks_to_frames(&self) -> f64 {
        self.time_base.map_or(1.0, |base| {
            f64::from(base.numer.get()) * f64::from(self.rate_hz) / f64::from(base.denom.get())
        })
    }
}

/// The default audio track with a decoder of its own.
fn choose(reader: &dyn FormatReader) -> Result<Stream, Error> {
    let track = reader
        .default_track(TrackType::Audio)
        .ok_or(Error::Unsupported("no audio track"))?;
    let Some(CodecParameters::Audio(params)) = &track.codec_params else {
        return Err(Error::Unsupported("unknown codec"));
    };
    let is_mp3 = reader.format_info().format == FORMAT_ID_MP3;
    // Trimming is ours: a wrong header must not cut music off.
    let options = AudioDecoderOptions::default().gapless(false);
    Ok(Stream {
        track_id: track.id,
        decoder: symphonia::default::get_codecs().make_audio_decoder(params, &options)?,
        time_base: track.time_base,
        rate_hz: params.sample_rate.unwrap_or(0),
        knows_padding: !is_mp3 || track.padding.is_some(),
        converted: Vec::new(),
    })
}

fn check_length(timeline: &Timeline<'_>, limits: &DecodeLimits<'_>) -> Result<(), AnalysisError> {
    match timeline.sample_rate_hz() {
        Some(rate) if timeline.frames() as f64 > limits.max_duration_s * f64::from(rate) => Err(
            AnalysisError::Limit(format!("longer than {:.0} minutes", limits.max_duration_s / 60.0)),
        ),
        _ => Ok(()),
    }
}

/// Puts what was decoded into its place; samples of another kind are `converted` first.
fn put(
    timeline: &mut Timeline<'_>,
    buffer: &GenericAudioBufferRef<'_>,
    converted: &mut Vec<Vec<f32>>,
    at: Option<i64>,
    trim: Trim,
) {
    let rate = buffer.spec().rate();
    let weights = loudness_weights(buffer.spec().channels(), buffer.num_planes());
    if let GenericAudioBufferRef::F32(buffer) = buffer {
        timeline.sound(&planes_of(buffer), &weights, rate, at, trim);
    } else {
        buffer.copy_to_vecs_planar(converted);
        let planes: Vec<&[f32]> = converted.iter().map(Vec::as_slice).collect();
        timeline.sound(&planes, &weights, rate, at, trim);
    }
}

fn planes_of(buffer: &AudioBuffer<f32>) -> Vec<&[f32]> {
    (0..buffer.num_planes())
        .filter_map(|index| buffer.plane(index))
        .collect()
}

/// Share of each channel in loudness, in the order of the planes.
fn loudness_weights(channels: &Channels, count: usize) -> Vec<f64> {
    let mut weights = match channels {
        // One or two channels are never surround, whatever they are called.
        Channels::Positioned(positions) if count > 2 => positions
            .iter()
            .map(|position| {
                if (Position::LFE1 | Position::LFE2).contains(position) {
                    0.0
                } else if (Position::REAR_LEFT
                    | Position::REAR_RIGHT
                    | Position::SIDE_LEFT
                    | Position::SIDE_RIGHT)
                    .contains(position)
                {
                    1.41
                } else {
                    1.0
                }
            })
            .collect(),
        _ => Vec::new(),
    };
    weights.resize(count, 1.0);
    weights
}

/// Symphonia's error as ours.
fn explain(error: Error, limits: &DecodeLimits<'_>, guard: &GuardState) -> AnalysisError {
    if let Err(stop) = limits.control.check() {
        return stop;
    }
    if guard.is_exhausted() {
        return AnalysisError::Unreadable("its structure leads in circles".to_owned());
    }
    match error {
        Error::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            AnalysisError::Unreadable("it ends too early".to_owned())
        }
        Error::IoError(error) => AnalysisError::Io(error),
        other => AnalysisError::Unreadable(other.to_string()),
    }
}
