//! Chords: how likely each of 72 chords sounds in each frame.

use crate::features::chroma::Chromagram;

/// Chord types, in semitones above the root.
const TYPES: [&[usize]; N_TYPES] = [
    &[0, 4, 7],
    &[0, 3, 7],
    &[0, 4, 7, 10],
    &[0, 3, 7, 10],
    &[0, 4, 7, 11],
    &[0, 3, 6],
];
/// Number of chord types: major, minor, dominant seventh, minor seventh, major seventh, diminished.
pub(super) const N_TYPES: usize = 6;
/// Chord types with a major third.
pub(super) const MAJOR_TYPES: [usize; 3] = [0, 2, 4];
const N_CHORDS: usize = 12 * N_TYPES;

/// How much the likeness of the treble to a chord says (log-likelihood at full likeness).
const TREBLE_WEIGHT: f32 = 8.0;
/// How much a bass on the root says: it settles A minor seventh against C sixth.
const BASS_WEIGHT: f32 = 2.0;
/// Probability that the chord of one frame goes on in the next: chords of about 1.2 s.
const STAY: f32 = 0.85;

/// Probability of each chord in each frame: `[type][root]`, scaled by how much each frame weighs.
pub(super) type ChordFrame = [[f32; 12]; N_TYPES];

/// Chord probabilities of all frames after the forward-backward algorithm: a hidden Markov model in which every
/// change of chord is as likely as any other.
///
/// `weights`: 0 to 1 for each frame, how much it says.
pub(super) fn chords(chroma: &Chromagram, weights: &[f32]) -> Vec<ChordFrame> {
    let templates = templates();
    let n = chroma.n_frames();
    let mut emissions = vec![[0.0f32; N_CHORDS]; n];
    let mut forward = vec![[0.0f32; N_CHORDS]; n];
    let mut state = [1.0 / N_CHORDS as f32; N_CHORDS];
    for frame in 0..n {
        emissions[frame] = emission(
            &templates,
            &chroma.treble[frame],
            &chroma.bass[frame],
            weights[frame],
        );
        step(&mut state);
        for (slot, value) in state.iter_mut().zip(&emissions[frame]) {
            *slot *= value;
        }
        normalise(&mut state);
        forward[frame] = state;
    }
    let mut after = [1.0f32; N_CHORDS];
    let mut result = vec![[[0.0; 12]; N_TYPES]; n];
    for frame in (0..n).rev() {
        let mut posterior = forward[frame];
        for (slot, value) in posterior.iter_mut().zip(&after) {
            *slot *= value;
        }
        normalise(&mut posterior);
        for (chord, probability) in posterior.iter().enumerate() {
            result[frame][chord / 12][chord % 12] = probability * weights[frame];
        }
        for (slot, value) in after.iter_mut().zip(&emissions[frame]) {
            *slot *= value;
        }
        normalise(&mut after);
        step(&mut after);
    }
    result
}

/// One step of the chain, in either direction: it is symmetric.
fn step(state: &mut [f32; N_CHORDS]) {
    let total: f32 = state.iter().sum();
    let arriving = (1.0 - STAY) / N_CHORDS as f32 * total;
    state
        .iter_mut()
        .for_each(|value| *value = STAY * *value + arriving);
}

fn normalise(state: &mut [f32; N_CHORDS]) {
    let total: f32 = state.iter().sum();
    let scale = 1.0 / total.max(f32::MIN_POSITIVE);
    state.iter_mut().for_each(|value| *value *= scale);
}

/// Likelihood of each chord in one frame, 1 for the likeliest.
fn emission(
    templates: &[[f32; 12]; N_CHORDS],
    treble: &[f32; 12],
    bass: &[f32; 12],
    weight: f32,
) -> [f32; N_CHORDS] {
    let length = treble
        .iter()
        .map(|value| value * value)
        .sum::<f32>()
        .sqrt()
        .max(1e-9);
    let mut likelihood: [f32; N_CHORDS] = std::array::from_fn(|chord| {
        let likeness: f32 = templates[chord]
            .iter()
            .zip(treble)
            .map(|(a, b)| a * b)
            .sum::<f32>()
            / length;
        weight * (TREBLE_WEIGHT * likeness + BASS_WEIGHT * bass[chord % 12])
    });
    let best = likelihood.iter().copied().fold(f32::MIN, f32::max);
    likelihood
        .iter_mut()
        .for_each(|value| *value = (*value - best).exp());
    likelihood
}

/// The chords' pitch classes as vectors of length 1.
fn templates() -> [[f32; 12]; N_CHORDS] {
    std::array::from_fn(|chord| {
        let tones = TYPES[chord / 12];
        let mut template = [0.0; 12];
        for tone in tones {
            template[(chord % 12 + tone) % 12] = 1.0 / (tones.len() as f32).sqrt();
        }
        template
    })
}
