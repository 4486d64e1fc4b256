//! Tempo, beats and bars.

mod bars;
mod beats;
mod follow;
mod level;
mod network;
mod phasor;
mod profile;
mod pulse;
mod template;
mod tempo;
pub(crate) mod training;
mod warp;
mod weights;

use crate::{
    config::{AnalysisConfig, TempoPrior},
    features::{chroma::Chromagram, onset::onset_curves, spectrum::Spectrum, tempogram::tempogram},
    result::{BeatGrid, Tempo, TempoKind, TempoRegion},
};
use network::{best_index, softmax};

/// What is known of a track's rhythm.
#[derive(Debug, Clone, PartialEq)]
pub struct Rhythm {
    /// Tempo, its alternative and confidence.
    pub tempo: Tempo,
    /// Beats and bars.
    pub grid: BeatGrid,
    /// How clearly the pulse stands out: normalised autocorrelation of the onset strength at one beat, 0 to 1.
    pub pulse_clarity: f64,
    /// Distinct onsets a second.
    pub onset_rate_hz: f64,
    /// Share of the low band's (bass drum, bass) onset strength that falls on beats, 0 to 1.
    pub low_band_beat_strength: f64,
    /// Self-similarity of the onset pattern from bar to bar, 0 to 1.
    pub regularity: f64,
    /// Mean onset strength (log-power rise a second and band), for energy.
    pub onset_strength: f64,
}

/// Below this clarity there is no pulse: noise and speech stay under it. Pulses that were followed fit anything a
/// little, so they have to be clearer than even ones. Danceable music lies above 0.6.
const FAINTEST_EVEN: f64 = 0.3;
/// See [`FAINTEST_EVEN`].
const FAINTEST_FOLLOWED: f64 = 0.42;
/// A followed pulse below this clarity whose tempo also moves by more than [`UNSTEADY`] is none either.
const FAINT: f64 = 0.6;
/// Standard deviation of the local tempo, as a ratio: bands stay below 1 %.
const UNSTEADY: f64 = 0.012;
/// Networks are surer on unknown music than they should be: log-odds are divided by this.
const TEMPERATURE: f64 = 1.6;

/// The beats of a level that sound within the file, in seconds.
fn sounding_beats(
    on_level: &warp::Warped,
    level_s: &[f64],
    spectrum: &Spectrum,
    duration_s: f64,
) -> Vec<f64> {
    let (from_s, to_s) = beats::sounding(&spectrum.fine);
    beats::beat_times(on_level, level_s, &spectrum.fine)
        .into_iter()
        // The first beat may begin a little before the sound is loud, and seem to before the file begins.
        .filter(|&time_s| time_s >= from_s - 0.05 && time_s > -0.02 && time_s <= to_s.min(duration_s))
        .map(|time_s| time_s.max(0.0))
        .collect()
}

/// Measures the rhythm of a track; `None` when there is no pulse.
pub fn rhythm(
    spectrum: &Spectrum,
    chroma: &Chromagram,
    config: &AnalysisConfig,
    duration_s: f64,
) -> Option<Rhythm> {
    let onsets = onset_curves(spectrum);
    let pulses = pulse::pulses(&onsets, &tempogram(&onsets), duration_s)?;
    let faintest = if pulses.constant {
        FAINTEST_EVEN
    } else {
        FAINTEST_FOLLOWED
    };
    if pulses.clarity < faintest {
        return None;
    }
    let warped = warp::Warped::new(&onsets, chroma, &pulses.times_s);
    let onset_rate_hz = level::onset_rate(&onsets);
    let candidates = level::candidates(&warped, &pulses, onset_rate_hz);
    let prior = config.profile.tempo_prior();
    let scores: Vec<f64> = candidates
        .iter()
        .map(|candidate| level_score(candidate, prior) / TEMPERATURE)
        .collect();
    let shares = softmax(&scores);
    let best = candidates.get(best_index(&shares))?;
    let level_s = warp::at_level(&pulses.times_s, best.ratio);
    let on_level = warp::Warped::new(&onsets, chroma, &level_s);
    let beats_s = sounding_beats(&on_level, &level_s, spectrum, duration_s);
    if beats_s.len() < FEWEST_BEATS {
        return None;
    }
    let on_beats = warp::Warped::new(&onsets, chroma, &beats_s);
    let bars = bars::bars(&on_beats, best);
    let timed = Timed::new(&pulses, beats_s, duration_s);
    let second = (0..candidates.len())
        .filter(|&index| candidates[index].ratio != best.ratio)
        .max_by(|&a, &b| shares[a].total_cmp(&shares[b]));
    let (bpm_min, bpm_max, spread) = tempo::local_tempi(&timed.beats_s);
    if !pulses.constant && pulses.clarity < FAINT && spread > UNSTEADY {
        return None;
    }
    let scale = timed.bpm / best.bpm;
    Some(Rhythm {
        tempo: Tempo {
            bpm: timed.bpm,
            bpm_raw: timed.bpm_raw,
            confidence: shares[best_index(&shares)],
            // Without a rival, twice the tempo is the usual mistake.
            alternative_bpm: second.map_or(2.0 * timed.bpm, |index| candidates[index].bpm * scale),
            alternative_confidence: second.map_or(0.0, |index| shares[index]),
            kind: timed.kind,
            steadiness: 100.0 * pulses.steady * (-pulses.scatter_s / 0.05 - spread / 0.015).exp(),
            bpm_min,
            bpm_max,
            swing_ratio: profile::swing_ratio(&on_beats),
        },
        grid: BeatGrid {
            first_beat_s: timed.beats_s[0],
            meter: bars.meter,
            downbeat_offset: bars.offset,
            downbeat_confidence: bars.confidence,
            regions: timed.regions,
            beats_s: timed.beats_s,
        },
        pulse_clarity: pulses.clarity,
        onset_rate_hz,
        low_band_beat_strength: profile::low_band_on_beat(&on_beats),
        regularity: profile::regularity(&on_beats, bars.meter.beats_per_bar() as usize),
        onset_strength: onsets.mean_rise,
    })
}

/// Fewest beats that make a tempo.
const FEWEST_BEATS: usize = 4;

/// Log-odds of a level: what the music says, and what the dance floor would rather have.
fn level_score(candidate: &level::Candidate, prior: TempoPrior) -> f64 {
    let octaves = (candidate.bpm / prior.centre_bpm).log2() / prior.width_octaves;
    weights::LEVEL.score(&candidate.features) - 0.5 * octaves * octaves
}

/// Beats with their tempo.
struct Timed {
    kind: TempoKind,
    bpm: f64,
    bpm_raw: f64,
    beats_s: Vec<f64>,
    regions: Vec<TempoRegion>,
}

impl Timed {
    fn new(pulses: &pulse::Pulses, beats_s: Vec<f64>, duration_s: f64) -> Self {
        let n = beats_s.len();
        let raw = 60.0 * (n - 1) as f64 / (beats_s[n - 1] - beats_s[0]);
        let regions = if pulses.constant {
            None
        } else {
            tempo::regions(&beats_s)
        };
        match regions {
            Some(regions) if regions.len() > 1 => {
                let list = tempo::region_list(&regions, duration_s);
                // The longest stretch speaks for the track.
                let main = list
                    .iter()
                    .max_by(|a, b| (a.end_s - a.start_s).total_cmp(&(b.end_s - b.start_s)));
                Self {
                    kind: TempoKind::Regions,
                    bpm: main.map_or(raw, |region| region.bpm),
                    bpm_raw: raw,
                    beats_s: regions
                        .iter()
                        .flat_map(|(range, line)| range.clone().map(|k| line.at(k)))
                        .collect(),
                    regions: list,
                }
            }
            None if !pulses.constant => Self {
                kind: TempoKind::Variable,
                bpm: raw,
                bpm_raw: raw,
                beats_s,
                regions: Vec::new(),
            },
            one => {
                // A tempo that was followed but turned out to be one line after all, or a constant one.
                let beats_s = match one {
                    Some(lines) => lines
                        .iter()
                        .flat_map(|(range, line)| range.clone().map(|k| line.at(k)))
                        .collect(),
                    None => beats_s,
                };
                let raw = 60.0 * (n - 1) as f64 / (beats_s[n - 1] - beats_s[0]);
                let (bpm, beats_s) = tempo::snapped(&beats_s, raw, pulses.scatter_s);
                Self {
                    kind: TempoKind::Constant,
                    regions: vec![TempoRegion {
                        start_s: 0.0,
                        end_s: duration_s,
                        anchor_s: beats_s[0],
                        bpm,
                    }],
                    bpm,
                    bpm_raw: raw,
                    beats_s,
                }
            }
        }
    }
}
