//! One step of the library's layout: records leave its file for the one of measurements.

use anyhow::{Context, Result};
use pika_analysis::TrackAnalysis;
use rusqlite::{Connection, params};
use tracing::{info, warn};

use super::{ids::TrackId, measured::store, record::StoredRecord};

/// Takes the records over from the library's table `analysis_data`, where they were up to its version 3.
/// May be killed and begun again: what came over already stays.
///
/// Errors: a database refused. A record that is damaged is left out: its track is analysed again.
pub(super) fn take_over(connection: &mut Connection) -> Result<()> {
    /// Records in one transaction.
    const BATCH: i64 = 500;
    let mut taken = 0usize;
    let mut last = i64::MIN;
    loop {
        let rows: Vec<(i64, i64, OldRecord)> = connection
            .prepare_cached(
                "SELECT d.track_id, a.analysed_at, d.record, d.beats, d.waveform, d.fingerprint
                 FROM analysis_data d JOIN analyses a USING (track_id) WHERE d.track_id > ? ORDER BY d.track_id LIMIT ?",
            )?
            .query_map(params![last, BATCH], |row| {
                let old = OldRecord {
                    record: row.get(2)?,
                    beats: row.get(3)?,
                    waveform: row.get(4)?,
                    fingerprint: row.get(5)?,
                };
                Ok((row.get(0)?, row.get(1)?, old))
            })?
            .collect::<rusqlite::Result<_>>()?;
        let Some((track, ..)) = rows.last() else { break };
        last = *track;
        for (track, analysed_at, old) in rows {
            match old.repacked() {
                Ok(record) => store(connection, TrackId(track), analysed_at, &record)?,
                Err(error) => warn!(track, %error, "a record could not be taken over"),
            }
            taken += 1;
        }
    }
    if taken > 0 {
        info!(taken, "records were moved out of the library's file");
    }
    Ok(())
}

/// A record as the library kept it up to version 3: four plain bytes a bin.
struct OldRecord {
    record: String,
    beats: Vec<u8>,
    waveform: Vec<u8>,
    fingerprint: Vec<u8>,
}

impl OldRecord {
    fn repacked(self) -> Result<StoredRecord> {
        let mut analysis: TrackAnalysis = serde_json::from_str(&self.record).context("a damaged record")?;
        let (bins, rest) = self.waveform.as_chunks();
        anyhow::ensure!(rest.is_empty(), "a damaged waveform");
        analysis.waveform.bins = bins
            .iter()
            .map(|&[peak, low, mid, high]| pika_analysis::WaveformBin { peak, low, mid, high })
            .collect();
        Ok(StoredRecord {
            beats: self.beats,
            fingerprint: self.fingerprint,
            ..StoredRecord::from_analysis(&analysis)?
        })
    }
}
