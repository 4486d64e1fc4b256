//! How a [`TrackAnalysis`] is kept in full: long series as bytes, the rest as JSON.

use anyhow::{Context, Result, ensure};
use pika_analysis::{Fingerprint, TrackAnalysis};

use super::waveform;

/// A record taken apart for storage.
pub(super) struct StoredRecord {
    pub(super) record: String,
    pub(super) beats: Vec<u8>,
    pub(super) waveform: Vec<u8>,
    pub(super) fingerprint: Vec<u8>,
}

impl StoredRecord {
    /// Takes a record apart.
    pub(super) fn from_analysis(analysis: &TrackAnalysis) -> Result<Self> {
        let beats = analysis.beat_grid.as_ref().map_or(&[][..], |grid| &grid.beats_s);
        let stored = Self {
            beats: beats.iter().flat_map(|beat| beat.to_le_bytes()).collect(),
            waveform: waveform::pack(&analysis.waveform.bins)?,
            fingerprint: analysis
                .fingerprint
                .data
                .iter()
                .flat_map(|word| word.to_le_bytes())
                .collect(),
            record: String::new(),
        };
        // The series are left out of the JSON: they would be most of it.
        let mut rest = analysis.clone();
        rest.waveform.bins.clear();
        rest.fingerprint = Fingerprint { data: Vec::new() };
        if let Some(grid) = &mut rest.beat_grid {
            grid.beats_s.clear();
        }
        Ok(Self {
            record: serde_json::to_string(&rest)?,
            ..stored
        })
    }

    /// Puts a record together again.
    ///
    /// Errors: the stored bytes are not what [`Self::from_analysis`] wrote.
    pub(super) fn into_analysis(self) -> Result<TrackAnalysis> {
        let mut analysis: TrackAnalysis =
            serde_json::from_str(&self.record).context("damaged analysis record")?;
        let (beats, rest) = self.beats.as_chunks();
        ensure!(rest.is_empty(), "damaged beats");
        if let Some(grid) = &mut analysis.beat_grid {
            grid.beats_s = beats.iter().map(|&bytes| f64::from_le_bytes(bytes)).collect();
            ensure!(grid.beats_s.iter().all(|beat| beat.is_finite()), "damaged beats");
        }
        analysis.waveform.bins = waveform::unpack(&self.waveform)?;
        let (words, rest) = self.fingerprint.as_chunks();
        ensure!(rest.is_empty(), "damaged fingerprint");
        analysis.fingerprint.data = words.iter().map(|&bytes| u32::from_le_bytes(bytes)).collect();
        Ok(analysis)
    }
}
