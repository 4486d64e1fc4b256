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
