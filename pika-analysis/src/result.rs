//! The record of one track: everything the engine found, with units and ranges.
//!
//! Times are seconds from the first audible sample of the decoded file (encoder delay removed).

use std::fmt;

use serde::{Deserialize, Serialize};

/// Everything the engine found in one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrackAnalysis {
    /// [`crate::ANALYSIS_VERSION`] of the engine that made this record.
    pub analysis_version: u32,
    /// Length in seconds, counted from decoded samples, never from the header.
    pub duration_s: f64,
    /// Sample rate of the file in Hz.
    pub sample_rate_hz: u32,
    /// Channels of the file.
    pub channels: u32,
    /// Short name of the codec: `mp3`, `aac`, `alac`, `flac`, `vorbis`, `pcm`, `adpcm`.
    pub codec: String,
    /// Packets that could not be decoded and were replaced by silence of their length.
    pub damaged_packets: u32,
    /// Tempo; `None` when there is no pulse (silence, noise, a single sound).
    pub tempo: Option<Tempo>,
    /// Beat grid at the tempo of `tempo`; `None` when that is `None`.
    pub beat_grid: Option<BeatGrid>,
    /// Key; `None` when there is no tonal content.
    pub key: Option<KeyEstimate>,
    /// Energy, danceability, brightness; `None` for silence.
    pub character: Option<Character>,
    /// Loudness after EBU R128.
    pub loudness: Loudness,
    /// Silence at both ends.
    pub silence: Silence,
    /// Overview for drawing.
    pub waveform: WaveformOverview,
    /// Acoustic fingerprint (Chromaprint).
    pub fingerprint: Fingerprint,
}

/// Tempo of a track.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tempo {
    /// Beats per minute, snapped to a likely studio value when the evidence allows it.
    pub bpm: f64,
    /// The same before snapping.
    pub bpm_raw: f64,
    /// Confidence that `bpm` is what a dancer would tap, 0 to 1.
    pub confidence: f64,
    /// The other tempo a listener might tap, usually half or double.
    pub alternative_bpm: f64,
    /// Probability of `alternative_bpm`, 0 to 1; below `confidence`.
    pub alternative_confidence: f64,
    /// Whether one number describes the whole track.
    pub kind: TempoKind,
    /// How steady the pulse is, 0 (free) to 100 (machine).
    pub steadiness: f64,
    /// 5th percentile of the local tempo over 16 beats, in BPM.
    pub bpm_min: f64,
    /// 95th percentile of the local tempo over 16 beats, in BPM.
    pub bpm_max: f64,
    /// Length of the longer half of a swung beat over the shorter one: 1 is straight, 2 triplet
    /// swing, 3 dotted. `None` when the beats are hardly divided.
    pub swing_ratio: Option<f64>,
}

/// Whether one tempo describes a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TempoKind {
    /// One tempo throughout: a straight grid fits.
    Constant,
    /// A few stretches of constant tempo; see [`BeatGrid::regions`].
    Regions,
    /// Follows a live band; see the beats of [`BeatGrid`].
    Variable,
}

/// Beats per bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meter {
    /// Three beats a bar.
    Three,
    /// Four beats a bar.
    Four,
}

impl Meter {
    /// Beats per bar as a number.
    pub fn beats_per_bar(self) -> u32 {
        match self {
            Self::Three => 3,
            Self::Four => 4,
        }
    }
}

/// One stretch of constant tempo.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TempoRegion {
    /// Where the stretch begins, in seconds.
    pub start_s: f64,
    /// Where it ends, in seconds.
    pub end_s: f64,
    /// Time of one of its beats, in seconds.
    pub anchor_s: f64,
    /// Its tempo in BPM.
    pub bpm: f64,
}

/// Where the beats are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BeatGrid {
    /// Time of the first beat that sounds, in seconds.
    pub first_beat_s: f64,
    /// Beats per bar.
    pub meter: Meter,
    /// How many beats after the first one the first bar begins: 0 to beats per bar − 1.
    pub downbeat_offset: u32,
    /// Confidence in `downbeat_offset`, 0 to 1.
    pub downbeat_confidence: f64,
    /// Stretches of constant tempo, in order; one for [`TempoKind::Constant`].
    /// Empty for [`TempoKind::Variable`], where `beats_s` holds the truth.
    pub regions: Vec<TempoRegion>,
    /// Time of every beat in seconds, rising, whatever the kind.
    pub beats_s: Vec<f64>,
}

/// One beat with its place in the bar.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Beat {
    /// Time in seconds.
    pub time_s: f64,
    /// Place in the bar, from 1.
    pub position: u32,
}

impl BeatGrid {
    /// Every beat with its place in the bar.
    pub fn beats(&self) -> impl Iterator<Item = Beat> + '_ {
        let per_bar = self.meter.beats_per_bar();
        // Beats before the first downbeat count up to it.
        let shift = per_bar - self.downbeat_offset % per_bar;
        self.beats_s.iter().zip(0u32..).map(move |(&time_s, index)| Beat {
            time_s,
            position: (index + shift) % per_bar + 1,
        })
    }
}

/// Major or minor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Major.
    Major,
    /// Minor.
    Minor,
}

/// One of the 24 keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "WrittenKey")]
pub struct MusicalKey {
    tonic: u8,
    mode: Mode,
}

/// Names as musicians write them, from C; sharps or flats by the usual key signature.
/// A key as it is written, not looked at yet.
#[derive(Deserialize)]
struct WrittenKey {
    tonic: u8,
    mode: Mode,
}

impl TryFrom<WrittenKey> for MusicalKey {
    type Error = String;

    fn try_from(key: WrittenKey) -> Result<Self, String> {
        match key.tonic {
            0..12 => Ok(Self::new(key.tonic, key.mode)),
            tonic => Err(format!("{tonic} is no note of the twelve")),
        }
    }
}

const MAJOR_TONICS: [&str; 12] = ["C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"];
const MINOR_TONICS: [&str; 12] = ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "G♯", "A", "B♭", "B"];

impl MusicalKey {
    /// A key from its tonic in semitones above C (taken modulo 12) and its mode.
    pub fn new(tonic: u8, mode: Mode) -> Self {
        Self {
            tonic: tonic % 12,
            mode,
        }
    }

    /// Tonic in semitones above C, 0 to 11.
    pub fn tonic(self) -> u8 {
        self.tonic
    }

    /// Major or minor.
    pub fn mode(self) -> Mode {
        self.mode
    }

    /// Number on the Camelot wheel, 1 to 12: C major and A minor are 8.
    pub fn camelot_number(self) -> u8 {
        // Fifths above C; the relative minor shares the number of its major.
        let major_tonic = match self.mode {
            Mode::Major => self.tonic,
            Mode::Minor => (self.tonic + 3) % 12,
        };
        (major_tonic * 7 + 7) % 12 + 1
    }

    /// Camelot name: `8B` for C major, `8A` for A minor.
    pub fn camelot(self) -> String {
        format!(
            "{}{}",
            self.camelot_number(),
            if self.mode == Mode::Major { 'B' } else { 'A' }
        )
    }

    /// Open Key name: `1d` for C major, `1m` for A minor.
    pub fn open_key(self) -> String {
        let number = (self.camelot_number() + 4) % 12 + 1;
        format!("{number}{}", if self.mode == Mode::Major { 'd' } else { 'm' })
    }

    /// Short name as musicians write it: `Am`, `C♯m`, `A♭`.
    pub fn short_name(self) -> String {
        match self.mode {
            Mode::Major => MAJOR_TONICS[usize::from(self.tonic)].to_owned(),
            Mode::Minor => format!("{}m", MINOR_TONICS[usize::from(self.tonic)]),
        }
    }

    /// Long name in plain ASCII: `A minor`, `C# minor`, `Ab major`.
    pub fn long_name(self) -> String {
        let (tonic, mode) = match self.mode {
            Mode::Major => (MAJOR_TONICS[usize::from(self.tonic)], "major"),
            Mode::Minor => (MINOR_TONICS[usize::from(self.tonic)], "minor"),
        };
        format!("{} {mode}", tonic.replace('♯', "#").replace('♭', "b"))
    }
}

impl fmt::Display for MusicalKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short_name())
    }
}

/// Key of a track.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeyEstimate {
    /// Most likely key.
    pub key: MusicalKey,
    /// Probability of `key`, 0 to 1.
    pub confidence: f64,
    /// Second-best key.
    pub second: MusicalKey,
    /// Probability of `second`, 0 to 1.
    pub second_confidence: f64,
    /// Deviation from A = 440 Hz in cents, −50 to 50.
    pub tuning_cents: f64,
}

/// How a track feels, each value 0 to 100.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Character {
    /// Perceived intensity and activity.
    pub energy: f64,
    /// How easily the body follows: clear, steady, strong pulse.
    pub danceability: f64,
    /// From dark and bass-heavy to bright.
    pub brightness: f64,
}

/// Loudness after EBU R128 / ITU-R BS.1770-4.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Loudness {
    /// Integrated loudness in LUFS; `None` when everything is below the absolute gate (−70 LUFS).
    pub integrated_lufs: Option<f64>,
    /// Loudness range (EBU Tech 3342) in LU.
    pub range_lu: f64,
    /// Highest sample in dBFS; `None` for digital silence.
    pub peak_dbfs: Option<f64>,
}

/// Silence at both ends, in seconds: below −60 dBFS.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Silence {
    /// Before the first sound.
    pub leading_s: f64,
    /// After the last sound.
    pub trailing_s: f64,
}

/// Waveform for drawing: one bin after another, without gaps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WaveformOverview {
    /// Bins a second.
    pub bins_per_second: f64,
    /// The bins, from the start of the track.
    pub bins: Vec<WaveformBin>,
}

/// One bin of a waveform; every value is a share of full scale, 0 to 255.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaveformBin {
    /// Highest absolute sample.
    pub peak: u8,
    /// Amplitude below about 200 Hz.
    pub low: u8,
    /// Amplitude from about 200 Hz to 2.5 kHz.
    pub mid: u8,
    /// Amplitude above about 2.5 kHz.
    pub high: u8,
}

/// Chromaprint fingerprint of the first two minutes (algorithm 2, AcoustID's default).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// Sub-fingerprints, about eight a second; empty when there is too little sound.
    pub data: Vec<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_named_in_every_notation() {
        let names = |tonic, mode| {
            let key = MusicalKey::new(tonic, mode);
            (key.short_name(), key.long_name(), key.camelot(), key.open_key())
        };
        let owned = |a: &str, b: &str, c: &str, d: &str| (a.into(), b.into(), c.into(), d.into());
        assert_eq!(names(0, Mode::Major), owned("C", "C major", "8B", "1d"));
        assert_eq!(names(9, Mode::Minor), owned("Am", "A minor", "8A", "1m"));
        assert_eq!(names(1, Mode::Minor), owned("C♯m", "C# minor", "12A", "5m"));
        assert_eq!(names(8, Mode::Major), owned("A♭", "Ab major", "4B", "9d"));
        assert_eq!(names(8, Mode::Minor), owned("G♯m", "G# minor", "1A", "6m"));
        assert_eq!(names(11, Mode::Major), owned("B", "B major", "1B", "6d"));
        assert_eq!(names(4, Mode::Major), owned("E", "E major", "12B", "5d"));
    }

    #[test]
    fn beats_count_within_the_bar_from_the_downbeat() {
        let grid = BeatGrid {
            first_beat_s: 0.1,
            meter: Meter::Four,
            downbeat_offset: 1,
            downbeat_confidence: 1.0,
            regions: vec![],
            beats_s: vec![0.1, 0.6, 1.1, 1.6, 2.1, 2.6],
        };
        let positions: Vec<u32> = grid.beats().map(|beat| beat.position).collect();
        assert_eq!(positions, [4, 1, 2, 3, 4, 1]);
    }
}
