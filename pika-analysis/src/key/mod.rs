//! Key: which of the 24 major and minor keys a track is in.
//!
//! What counts (`evidence`) is seen from each possible tonic in turn and weighed by the same small model (`model`),
//! so that nothing depends on the pitch itself. `chords` reads the harmony.

mod chords;
pub(crate) mod evidence;
mod model;

use crate::{
    features::chroma::Chromagram,
    result::{KeyEstimate, Mode, MusicalKey},
};
use evidence::Evidence;

/// Share of the tones in a track's amplitude under which it has no key: white noise has about 0.1, bands over 0.5.
const LEAST_TONALITY: f32 = 0.2;

/// Key of a track; `None` when nothing in it has a pitch.
pub fn estimate_key(chroma: &Chromagram) -> Option<KeyEstimate> {
    let evidence = Evidence::gather(chroma)?;
    if evidence.tonality < LEAST_TONALITY {
        return None;
    }
    let probabilities = model::probabilities(&evidence);
    let mut order: Vec<usize> = (0..24).collect();
    order.sort_by(|&a, &b| probabilities[b].total_cmp(&probabilities[a]));
    Some(KeyEstimate {
        key: key_of(order[0]),
        confidence: probabilities[order[0]],
        second: key_of(order[1]),
        second_confidence: probabilities[order[1]],
        tuning_cents: chroma.tuning_cents,
    })
}

/// Key of an index: the tonic from C, and 12 more for minor.
fn key_of(index: usize) -> MusicalKey {
    let mode = if index < 12 { Mode::Major } else { Mode::Minor };
    MusicalKey::new((index % 12) as u8, mode)
}
