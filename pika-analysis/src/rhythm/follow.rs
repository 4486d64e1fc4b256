//! Following a pulse whose tempo moves: a live band, or a change in the middle.

use crate::{
    features::{onset::OnsetCurves, tempogram::Tempogram},
    rhythm::{
        phasor::{N_HARMONICS, Phasor},
        warp::{PER_PULSE, warp},
    },
};

/// Pulses in a window whose local phase is measured, and from one window to the next.
const WINDOW: usize = 8;
const HOP: usize = 2;
/// Points at which a local shift is tried, per pulse.
const SHIFTS: usize = 96;
/// Weight of tempo deviations against onset strength when pulses are placed (Ellis 2007, "tightness").
const TIGHTNESS: f64 = 60.0;

/// How far the music runs ahead of or behind given pulses, over time.
pub(crate) struct Deviations {
    /// Index of the pulse in the middle of each window.
    pub(crate) pulse: Vec<f64>,
    /// Local shift in seconds: positive is later than the pulses say.
    pub(crate) shift_s: Vec<f64>,
    /// How clear it is, ≥ 0.
    pub(crate) weight: Vec<f64>,
    /// How much of the windows' periodic strength agrees with the profile of the whole track, 0 (noise) to 1.
    pub(crate) clarity: f64,
}

impl Deviations {
    /// Share of the weight whose shift is at most `bound_s`.
    pub(crate) fn share_within(&self, bound_s: f64) -> f64 {
        let total: f64 = self.weight.iter().sum();
        let inside: f64 = self
            .shift_s
            .iter()
            .zip(&self.weight)
            .filter(|(shift, _)| shift.abs() <= bound_s)
            .map(|(_, weight)| weight)
            .sum();
        if total > 0.0 { inside / total } else { 0.0 }
    }

    /// Weighted root mean square of the shifts.
    pub(crate) fn scatter_s(&self) -> f64 {
        let total: f64 = self.weight.iter().sum();
        let squares: f64 = self
            .shift_s
            .iter()
            .zip(&self.weight)
            .map(|(s, w)| s * s * w)
            .sum();
        if total > 0.0 {
            (squares / total).sqrt()
        } else {
            0.0
        }
    }
}

impl Deviations {
    /// Weighted median of the absolute shifts.
    pub(crate) fn median_s(&self) -> f64 {
        let mut order: Vec<usize> = (0..self.shift_s.len()).collect();
        order.sort_by(|&a, &b| self.shift_s[a].abs().total_cmp(&self.shift_s[b].abs()));
        let half = self.weight.iter().sum::<f64>() / 2.0;
        let mut sum = 0.0;
        for index in order {
            sum += self.weight[index];
            if sum >= half {
                return self.shift_s[index].abs();
            }
        }
        0.0
    }

    /// Whether the shifts wander slowly rather than scatter: a neighbour without common pulses differs by much less
    /// than chance would have it (von Neumann's ratio; 2 for independent values). Shifts beyond half of the
    /// farthest steady one (a break, a fill) are left out.
    pub(crate) fn wanders(&self) -> bool {
        const APART: usize = WINDOW / HOP;
        let bound = 6.0 * self.median_s();
        let (mut steps, mut squares, mut n) = (0.0, 0.0, 0);
        for i in APART..self.shift_s.len() {
            let (a, b) = (self.shift_s[i - APART], self.shift_s[i]);
            if a.abs() <= bound && b.abs() <= bound {
                steps += (a - b) * (a - b);
                squares += 0.5 * (a * a + b * b);
                n += 1;
            }
        }
        n >= 3 && steps < 1.5 * squares
    }
}

/// Measures the local phase in windows of some pulses against the profile of the whole track.
pub(crate) fn deviations(onsets: &OnsetCurves, times_s: &[f64]) -> Deviations {
    let warped = warp(&onsets.all, onsets.rate_hz, times_s);
    let n_pulses = warped.len() / PER_PULSE;
    let per_pulse: Vec<[Phasor; N_HARMONICS]> = warped.chunks_exact(PER_PULSE).map(harmonics).collect();
    let mut sums = [Phasor::default(); N_HARMONICS];
    for phasors in &per_pulse {
        for (sum, &phasor) in sums.iter_mut().zip(phasors) {
            *sum = sum.plus(phasor);
        }
    }
    let profile =
        sums.map(|sum| sum.scaled(1.0 / sums.iter().map(|s| s.norm_sqr()).sum::<f64>().sqrt().max(1e-9)));
    let mut result = Deviations {
        pulse: Vec::new(),
        shift_s: Vec::new(),
        weight: Vec::new(),
        clarity: 0.0,
    };
    let mut strength = 0.0;
    let mut in_place = 0.0;
    let window = WINDOW.min(n_pulses);
    let mut start = 0;
    while window > 0 && start + window <= n_pulses {
        let mut local = [Phasor::default(); N_HARMONICS];
        for phasors in &per_pulse[start..start + window] {
            for (sum, &phasor) in local.iter_mut().zip(phasors) {
                *sum = sum.plus(phasor);
            }
        }
        let (shift, weight) = best_shift(&local, &profile);
        // Pulses one by one, so that what does not repeat within the window counts against it.
        for phasors in &per_pulse[start..(start + HOP).min(n_pulses)] {
            strength += phasors.iter().map(|p| p.norm_sqr()).sum::<f64>().sqrt();
        }
        in_place += weight * HOP as f64 / window as f64;
        let seconds = (times_s[start + window] - times_s[start]) / window as f64;
        result.pulse.push(start as f64 + window as f64 / 2.0);
        result.shift_s.push(shift * seconds);
        result.weight.push(weight);
        start += HOP;
    }
    result.clarity = if strength > 0.0 {
        (in_place / strength).clamp(0.0, 1.0)
    } else {
        0.0
    };
    result
}

/// Fourier coefficients 1 to [`N_HARMONICS`] of one pulse's points.
fn harmonics(points: &[f32]) -> [Phasor; N_HARMONICS] {
    let mut sums = [Phasor::default(); N_HARMONICS];
    for (k, &value) in points.iter().enumerate() {
        if value > 0.0 {
            let carrier = Phasor::unit(-(k as f64) / PER_PULSE as f64);
            let mut harmonic = carrier;
            for sum in &mut sums {
                *sum = sum.plus(harmonic.scaled(f64::from(value)));
                harmonic = harmonic.times(carrier);
            }
        }
    }
    sums
}

/// Shift in pulses (−½ to ½) at which `local` resembles `profile` most, and how much.
fn best_shift(local: &[Phasor; N_HARMONICS], profile: &[Phasor; N_HARMONICS]) -> (f64, f64) {
    let products: [Phasor; N_HARMONICS] = std::array::from_fn(|h| local[h].times(profile[h].conjugate()));
    // A delay by `shift` turns harmonic h by −h · shift.
    let match_at = |shift: f64| -> f64 {
        let turn = Phasor::unit(shift);
        let mut harmonic = turn;
        let mut sum = 0.0;
        for product in products {
            sum += product.times(harmonic).re;
            harmonic = harmonic.times(turn);
        }
        sum
    };
    let step = 1.0 / SHIFTS as f64;
    let (mut best, mut best_value) = (0.0, f64::MIN);
    for k in 0..SHIFTS {
        let shift = (k as f64 - SHIFTS as f64 / 2.0) * step;
        let value = match_at(shift);
        if value > best_value {
            (best, best_value) = (shift, value);
        }
    }
    let (a, c) = (match_at(best - step), match_at(best + step));
    let curvature = a - 2.0 * best_value + c;
    if curvature < 0.0 {
        best += (0.5 * (a - c) / curvature).clamp(-1.0, 1.0) * step;
    }
    (best, best_value.max(0.0))
}

/// Pulse times that follow the music, beginning from the rate `hz`.
pub(crate) fn follow(onsets: &OnsetCurves, tempogram: &Tempogram, hz: f64, duration_s: f64) -> Vec<f64> {
    let local_hz = local_rates(tempogram, hz);
    let mut times_s = place(onsets, tempogram, &local_hz);
    smooth(&mut times_s);
    smooth(&mut times_s);
    extend(&mut times_s, duration_s);
    for _ in 0..3 {
        let found = deviations(onsets, &times_s);
        apply(&mut times_s, &found);
    }
    times_s
}

/// Rate of the pulse in each row of the tempogram: the path of strongest tempi without jumps.
fn local_rates(tempogram: &Tempogram, hz: f64) -> Vec<f64> {
    /// Farthest a row may lie from the mean rate, in columns of 0.5 %.
    const REACH: usize = 60;
    /// Standard deviation of the change between rows (3 s), in columns.
    const SPREAD: f64 = 3.0;
    /// Most that a change costs: an edit may jump anywhere. A row at its peak is worth 2.
    const JUMP_COST: f64 = 3.0;
    let points_per_octave = 1.0 / (tempogram.bpm[1] / tempogram.bpm[0]).log2();
    let centre = ((hz * 60.0 / tempogram.bpm[0]).log2() * points_per_octave)
        .round()
        .max(0.0) as usize;
    let from = centre.saturating_sub(REACH);
    let to = (centre + REACH).min(tempogram.bpm.len());
    let n = to - from;
    let n_rows = tempogram.time_s.len();
    let mut score = vec![0.0f64; n];
    let mut back: Vec<Vec<usize>> = Vec::with_capacity(n_rows);
    for row in 0..n_rows {
        let strength = &tempogram.row(row)[from..to];
        let peak = f64::from(strength.iter().copied().fold(1e-6, f32::max)).max(0.02);
        let mut next = vec![0.0; n];
        let mut from_where = vec![0; n];
        for i in 0..n {
            let (mut best, mut best_score) = (i, f64::MIN);
            for (j, before) in score.iter().enumerate() {
                let jump = (i as f64 - j as f64) / SPREAD;
                let value = before - (0.25 * jump * jump).min(JUMP_COST);
                if value > best_score {
                    (best, best_score) = (j, value);
                }
            }
            // The mean rate holds where there is nothing to hear.
            let away = (i as f64 + from as f64 - centre as f64) / REACH as f64;
            next[i] = best_score + 2.0 * f64::from(strength[i]) / peak - 0.2 * away * away;
            from_where[i] = best;
        }
        back.push(from_where);
        score = next;
    }
    let mut at = (0..n).max_by(|&a, &b| score[a].total_cmp(&score[b])).unwrap_or(0);
    let mut path = vec![0.0; n_rows];
    for row in (0..n_rows).rev() {
        path[row] = tempogram.bpm[from + at] / 60.0;
        at = back[row][at];
    }
    path
}

/// Places pulses by dynamic programming (Ellis 2007): strong onsets, intervals near the local rate.
fn place(onsets: &OnsetCurves, tempogram: &Tempogram, local_hz: &[f64]) -> Vec<f64> {
    let n = onsets.all.len();
    let mut score = vec![0.0f64; n];
    let mut back = vec![usize::MAX; n];
    let mut row = 0;
    // Smoothed a little, so that a pulse between two frames is worth the same.
    let strength = |i: usize| {
        let at = |k: usize| f64::from(onsets.all.get(k).copied().unwrap_or(0.0));
        0.25 * at(i.wrapping_sub(1)) + 0.5 * at(i) + 0.25 * at(i + 1)
    };
    for i in 0..n {
        let time_s = i as f64 / onsets.rate_hz;
        while row + 1 < tempogram.time_s.len()
            && (tempogram.time_s[row] + tempogram.time_s[row + 1]) / 2.0 < time_s
        {
            row += 1;
        }
        let period = onsets.rate_hz / local_hz[row];
        let (nearest, farthest) = ((period * 0.7) as usize, (period * 1.4).ceil() as usize);
        let (mut best, mut best_score) = (usize::MAX, 0.0);
        for lag in nearest.max(1)..=farthest.min(i) {
            let octaves = (lag as f64 / period).log2();
            let value = score[i - lag] - TIGHTNESS * octaves * octaves;
            if best == usize::MAX || value > best_score {
                (best, best_score) = (i - lag, value);
            }
        }
        score[i] = strength(i) + best_score.max(0.0);
        back[i] = if best_score > 0.0 { best } else { usize::MAX };
    }
    // The best end within the last pulses.
    let last = (onsets.rate_hz / local_hz[local_hz.len() - 1] * 1.5) as usize;
    let mut at = (n.saturating_sub(last.max(1))..n)
        .max_by(|&a, &b| score[a].total_cmp(&score[b]))
        .unwrap_or(0);
    let mut times_s = Vec::new();
    while at != usize::MAX && at < n {
        times_s.push(at as f64 / onsets.rate_hz);
        at = back[at];
    }
    times_s.reverse();
    times_s
}

/// Puts each pulse on the straight line through its neighbours: a band's tempo moves slowly, what jumps from
/// pulse to pulse is no pulse.
fn smooth(times_s: &mut [f64]) {
    const REACH: usize = 4;
    let rough = times_s.to_vec();
    for (k, time_s) in times_s.iter_mut().enumerate() {
        let reach = REACH.min(k).min(rough.len() - 1 - k);
        // Symmetric about the pulse: the line's value there is the mean.
        *time_s = rough[k - reach..=k + reach].iter().sum::<f64>() / (2 * reach + 1) as f64;
    }
}

/// Continues the pulses to both ends of the track, one beyond each, at the pace they have there.
fn extend(times_s: &mut Vec<f64>, duration_s: f64) {
    while times_s.len() < 2 {
        times_s.push(times_s.last().map_or(0.0, |t| t + 0.5));
    }
    let n = times_s.len();
    let near = 8.min(n - 1);
    let start_step = (times_s[near] - times_s[0]) / near as f64;
    let end_step = (times_s[n - 1] - times_s[n - 1 - near]) / near as f64;
    let mut before = Vec::new();
    let mut time_s = times_s[0];
    while time_s >= 0.0 {
        time_s -= start_step;
        before.push(time_s);
    }
    before.reverse();
    before.append(times_s);
    *times_s = before;
    let mut time_s = times_s[times_s.len() - 1];
    while time_s <= duration_s {
        time_s += end_step;
        times_s.push(time_s);
    }
}

/// Moves the pulses by the measured shifts, smoothed over neighbouring windows.
fn apply(times_s: &mut [f64], found: &Deviations) {
    let n = found.pulse.len();
    if n == 0 {
        return;
    }
    let smooth: Vec<f64> = (0..n)
        .map(|i| {
            let (mut sum, mut weights) = (0.0, 1e-9);
            for j in i.saturating_sub(3)..(i + 4).min(n) {
                let distance = (i as f64 - j as f64) / 1.5;
                let weight = found.weight[j] * (-0.5 * distance * distance).exp();
                sum += weight * found.shift_s[j];
                weights += weight;
            }
            sum / weights
        })
        .collect();
    let mut window = 0;
    for (k, time_s) in times_s.iter_mut().enumerate() {
        let at = k as f64;
        while window + 2 < n && found.pulse[window + 1] < at {
            window += 1;
        }
        *time_s += if n == 1 {
            smooth[0]
        } else {
            let span = found.pulse[window + 1] - found.pulse[window];
            let share = ((at - found.pulse[window]) / span).clamp(0.0, 1.0);
            smooth[window] + share * (smooth[window + 1] - smooth[window])
        };
    }
    // Shifts may never reverse the order.
    for k in 1..times_s.len() {
        if times_s[k] <= times_s[k - 1] {
            times_s[k] = times_s[k - 1] + 1e-3;
        }
    }
}
