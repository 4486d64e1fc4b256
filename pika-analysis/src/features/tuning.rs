//! Tuning: how far the whole track lies from A = 440 Hz.

use super::partials::Partial;

/// Deviation of the partials from the tempered scale of A = 440 Hz, in cents above −50 and up to 50; 0 when there are none.
///
/// Circular mean of each partial's distance from its nearest semitone. Low partials are left out: there a cent is a
/// thirtieth of a bin.
pub(crate) fn tuning_cents(partials: &[Partial]) -> f64 {
    const LOWEST_PITCH: f32 = 48.0;
    let (mut x, mut y) = (0.0f64, 0.0f64);
    for partial in partials.iter().filter(|partial| partial.pitch >= LOWEST_PITCH) {
        let turn = std::f64::consts::TAU * f64::from(partial.pitch.fract());
        let weight = f64::from(partial.amplitude.sqrt());
        x += weight * turn.cos();
        y += weight * turn.sin();
    }
    if x == 0.0 && y == 0.0 {
        return 0.0;
    }
    y.atan2(x) / std::f64::consts::TAU * 100.0
}
