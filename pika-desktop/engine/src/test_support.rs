//! Records for tests.

use pika_analysis::{
    ANALYSIS_VERSION, Character, Fingerprint, KeyEstimate, Loudness, Mode, MusicalKey, Silence, Tempo,
    TempoKind, TrackAnalysis, WaveformBin, WaveformOverview,
};

/// A plausible analysis in A minor.
pub(crate) fn analysis(bpm: f64, duration_s: f64) -> TrackAnalysis {
    TrackAnalysis {
        analysis_version: ANALYSIS_VERSION,
        duration_s,
        sample_rate_hz: 44_100,
        channels: 2,
        codec: "mp3".into(),
        damaged_packets: 0,
        tempo: Some(Tempo {
            bpm,
            bpm_raw: bpm,
            confidence: 0.9,
            alternative_bpm: bpm * 2.0,
            alternative_confidence: 0.1,
            kind: TempoKind::Constant,
            steadiness: 90.0,
            bpm_min: bpm,
            bpm_max: bpm,
            swing_ratio: None,
        }),
        beat_grid: None,
        key: Some(KeyEstimate {
            key: MusicalKey::new(9, Mode::Minor),
            confidence: 0.8,
            second: MusicalKey::new(0, Mode::Major),
            second_confidence: 0.1,
            tuning_cents: 0.0,
        }),
        character: Some(Character {
            energy: 60.0,
            danceability: 70.0,
            brightness: 40.0,
        }),
        loudness: Loudness {
            integrated_lufs: Some(-9.0),
            range_lu: 5.0,
            peak_dbfs: Some(-0.1),
        },
        silence: Silence {
            leading_s: 0.0,
            trailing_s: 0.0,
        },
        waveform: WaveformOverview {
            bins_per_second: 150.0,
            bins: vec![
                WaveformBin {
                    peak: 4,
                    low: 3,
                    mid: 2,
                    high: 1
                };
                3
            ],
        },
        fingerprint: Fingerprint {
            data: vec![1, u32::MAX],
        },
    }
}

/// A file damaged in every way that disks, crashes and editors have: what was done, and whether that is damage to a
/// database, of which an empty one is a new one.
pub(crate) fn damages(whole: &[u8]) -> Vec<(&'static str, Vec<u8>, bool)> {
    let noise = (0u32..9_000).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8);
    vec![
        ("empty", Vec::new(), false),
        ("cut", whole[..whole.len() / 3].to_vec(), true),
        ("NULs", vec![0; 9_000], true),
        ("noise", noise.collect(), true),
        ("a byte order mark", [b"\xef\xbb\xbf", whole].concat(), true),
    ]
}
