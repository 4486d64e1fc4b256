//! What DJ programs say of the tracks, and where that disagrees with the analysis: those tracks need a look.

use anyhow::Result;
use pika_analysis::{Mode, MusicalKey};
use rusqlite::{Connection, params};

use super::{Library, TrackId, tracks::key_from_columns};
use crate::clock::now_ms;

/// Tempi closer than this are one tempo, as a share of it.
const SAME_TEMPO: f64 = 0.02;
/// Above this confidence in our key another one's word is not worth a look, 0 to 1.
const SURE_KEY: f64 = 0.75;

/// Below this confidence our own tempo is worth a look, 0 to 1.
pub(super) const UNSURE_TEMPO: f64 = 0.5;

/// What one DJ program says of a track.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Opinion {
    /// Tempo in the tags, in BPM.
    pub tag_bpm: Option<f64>,
    /// Tempo it measured, in BPM.
    pub scan_bpm: Option<f64>,
    /// The other tempo it thought of, in BPM.
    pub alternative_bpm: Option<f64>,
    /// Key.
    pub key: Option<MusicalKey>,
    /// How often it was played.
    pub play_count: Option<u32>,
}

/// Why a track needs a look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Doubt {
    /// The DJ program's tempo is another one, not just half or double. Holds it, in BPM.
    Tempo(f64),
    /// The DJ program's key is another one and ours is not certain. Holds it.
    Key(MusicalKey),
    /// Our own tempo may be half or double of what dancers feel. Holds the other one, in BPM.
    Octave(f64),
}

/// A track that needs a look.
#[derive(Debug, Clone, PartialEq)]
pub struct DoubtfulTrack {
    /// Which.
    pub track: TrackId,
    /// Why.
    pub doubts: Vec<Doubt>,
}

impl Library {
    /// Stores what a program says of tracks, in one transaction. Older words of it are replaced.
    pub fn store_opinions(&mut self, source: &str, opinions: &[(TrackId, Opinion)]) -> Result<()> {
        let transaction = self.connection.transaction()?;
        {
            let mut insert = transaction.prepare_cached(
                "INSERT OR REPLACE INTO second_opinions
                     (track_id, source, tag_bpm, scan_bpm, alternative_bpm, key_tonic, key_minor, play_count, imported_at)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?;
            for (track, opinion) in opinions {
                insert.execute(params![
                    track.0,
                    source,
                    opinion.tag_bpm,
                    opinion.scan_bpm,
                    opinion.alternative_bpm,
                    opinion.key.map(MusicalKey::tonic),
                    opinion.key.map(|key| key.mode() == Mode::Minor),
                    opinion.play_count,
                    now_ms(),
                ])?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// Tracks whose values are doubted, by a DJ program or by the analysis itself.
    /// What the DJ corrected by hand is settled.
    pub fn doubtful_tracks(&self) -> Result<Vec<DoubtfulTrack>> {
        doubtful(&self.connection)
    }

    /// Why one track needs a look; empty when it does not.
    pub fn doubts_of(&self, track: TrackId) -> Result<Vec<Doubt>> {
        let found = doubts_where(&self.connection, "t.id = ?", &[track.0])?;
        Ok(found
            .into_iter()
            .next()
            .map(|found| found.doubts)
            .unwrap_or_default())
    }
}

/// The tracks of [`Library::doubtful_tracks`], read through any connection.
pub(super) fn doubtful(connection: &Connection) -> Result<Vec<DoubtfulTrack>> {
    doubts_where(connection, "t.missing_since IS NULL", &[])
}

fn doubts_where(connection: &Connection, condition: &str, values: &[i64]) -> Result<Vec<DoubtfulTrack>> {
    // Only tracks with an opinion or an unsure tempo are looked at.
    let mut statement = connection.prepare_cached(&format!(
        "SELECT t.id, a.bpm, c.bpm IS NOT NULL, a.key_tonic, a.key_minor, a.key_confidence, c.key_tonic IS NOT NULL,
             o.tag_bpm, o.scan_bpm, o.alternative_bpm, o.key_tonic, o.key_minor, a.bpm_confidence, a.bpm_alternative
         FROM analyses a JOIN tracks t ON t.id = a.track_id
         LEFT JOIN second_opinions o ON o.track_id = t.id
         LEFT JOIN corrections c ON c.track_id = t.id
         WHERE {condition} AND (o.track_id IS NOT NULL OR a.bpm_confidence < {UNSURE_TEMPO}) ORDER BY t.id",
    ))?;
    let mut doubtful: Vec<DoubtfulTrack> = Vec::new();
    let mut rows = statement.query(rusqlite::params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        let settled_tempo: bool = row.get(2)?;
        let settled_key: bool = row.get(6)?;
        let opinion = Opinion {
            tag_bpm: row.get(7)?,
            scan_bpm: row.get(8)?,
            alternative_bpm: row.get(9)?,
            key: key_from_columns(row.get(10)?, row.get(11)?),
            play_count: None,
        };
        let bpm = row.get::<_, Option<f64>>(1)?.filter(|_| !settled_tempo);
        let key = key_from_columns(row.get(3)?, row.get(4)?).filter(|_| !settled_key);
        let key_confidence: Option<f64> = row.get(5)?;
        let confidence: Option<f64> = row.get(12)?;
        let alternative: Option<f64> = row.get(13)?;
        let tempo = bpm.and_then(|bpm| tempo_doubt(bpm, &opinion));
        let octave = bpm
            .and(alternative)
            .filter(|_| confidence.is_some_and(|confidence| confidence < UNSURE_TEMPO))
            .map(Doubt::Octave);
        let key = key
            .filter(|_| key_confidence.unwrap_or(0.0) < SURE_KEY)
            .and_then(|key| key_doubt(key, &opinion));
        let track = TrackId(row.get(0)?);
        let doubts = [tempo.or(octave), key];
        for doubt in doubts.into_iter().flatten() {
            match doubtful.last_mut().filter(|last| last.track == track) {
                // Two DJ programs may say the same.
                Some(last) if last.doubts.contains(&doubt) => {}
                Some(last) => last.doubts.push(doubt),
                None => doubtful.push(DoubtfulTrack {
                    track,
                    doubts: vec![doubt],
                }),
            }
        }
    }
    Ok(doubtful)
}

/// The tempo it measured counts; any of its tempi that agrees settles the doubt. Octaves never count.
fn tempo_doubt(bpm: f64, opinion: &Opinion) -> Option<Doubt> {
    let theirs = opinion.scan_bpm.or(opinion.tag_bpm)?;
    let all = [opinion.scan_bpm, opinion.tag_bpm, opinion.alternative_bpm];
    let agrees = all.into_iter().flatten().any(|other| {
        let octaves = (other / bpm).log2();
        (octaves - octaves.round()).abs() <= (1.0 + SAME_TEMPO).log2()
    });
    (!agrees).then_some(Doubt::Tempo(theirs))
}

/// The relative key has the same notes, and a fifth is the usual slip: neither is worth a look.
fn key_doubt(key: MusicalKey, opinion: &Opinion) -> Option<Doubt> {
    let theirs = opinion.key?;
    let steps = (i16::from(key.camelot_number()) - i16::from(theirs.camelot_number())).rem_euclid(12);
    let close = steps == 0 || (matches!(steps, 1 | 11) && key.mode() == theirs.mode());
    (!close).then_some(Doubt::Key(theirs))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opinion(scan: f64, alternative: Option<f64>) -> Opinion {
        Opinion {
            scan_bpm: Some(scan),
            alternative_bpm: alternative,
            ..Opinion::default()
        }
    }

    #[test]
    fn another_octave_is_no_doubt_but_three_halves_is() {
        for agreeing in [96.0, 48.0, 192.3, 97.5] {
            assert_eq!(tempo_doubt(96.0, &opinion(agreeing, None)), None, "{agreeing}");
        }
        assert_eq!(
            tempo_doubt(96.0, &opinion(144.0, None)),
            Some(Doubt::Tempo(144.0))
        );
        assert_eq!(tempo_doubt(96.0, &opinion(144.0, Some(96.1))), None);
        assert_eq!(tempo_doubt(96.0, &Opinion::default()), None);
    }

    #[test]
    fn neighbours_on_the_wheel_are_no_doubt() {
        let a_minor = MusicalKey::new(9, Mode::Minor);
        let says = |tonic, mode| {
            key_doubt(
                a_minor,
                &Opinion {
                    key: Some(MusicalKey::new(tonic, mode)),
                    ..Opinion::default()
                },
            )
            .is_some()
        };
        assert!(
            !says(9, Mode::Minor) && !says(0, Mode::Major) && !says(4, Mode::Minor) && !says(2, Mode::Minor)
        );
        assert!(says(9, Mode::Major) && says(10, Mode::Minor) && says(7, Mode::Major));
    }
}
