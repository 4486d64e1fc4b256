//! Tempo by tapping.

/// A pause this long begins anew, in seconds: 30 BPM.
const PAUSE_S: f64 = 2.0;
/// Taps before a tempo is said.
const LEAST: usize = 4;
/// Taps that count; older ones are forgotten, so that a correction of the hand shows.
const MOST: usize = 32;
/// A tapped tempo this close to a simple ratio of the measured one means that ratio: hands are not exact.
const HAND: f64 = 0.04;

/// What was tapped.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct TapTempo {
    taps: Vec<f64>,
}

impl TapTempo {
    /// One tap, at a time in seconds.
    pub(super) fn tap(&mut self, now_s: f64) {
        if self.taps.last().is_some_and(|last| now_s - last > PAUSE_S) {
            self.taps.clear();
        }
        if self.taps.len() == MOST {
            self.taps.remove(0);
        }
        self.taps.push(now_s);
    }

    /// The tempo so far in BPM: the slope of the best line through the taps, which forgives single ones.
    pub(super) fn bpm(&self) -> Option<f64> {
        if self.taps.len() < LEAST {
            return None;
        }
        let n = self.taps.len() as f64;
        let mean_place = (n - 1.0) / 2.0;
        let mean_time = self.taps.iter().sum::<f64>() / n;
        let (mut above, mut below) = (0.0, 0.0);
        for (place, time) in self.taps.iter().enumerate() {
            let place = place as f64 - mean_place;
            above += place * (time - mean_time);
            below += place * place;
        }
        let bpm = 60.0 * below / above;
        (20.0..=400.0).contains(&bpm).then_some(bpm)
    }

    /// Whether nothing was tapped.
    pub(super) fn is_empty(&self) -> bool {
        self.taps.is_empty()
    }

    /// The tempo, once the hand has rested; it is forgotten then.
    pub(super) fn finished(&mut self, now_s: f64) -> Option<f64> {
        let rested = self.taps.last().is_some_and(|last| now_s - last > PAUSE_S);
        if !rested {
            return None;
        }
        let bpm = self.bpm();
        self.taps.clear();
        bpm
    }
}

/// What a tapped tempo means beside the measured one: exactly half, double, two thirds … of it, or itself,
/// rounded to tenths.
pub(super) fn meant(tapped: f64, measured: Option<f64>) -> f64 {
    const RATIOS: [f64; 9] = [1.0, 2.0, 0.5, 1.5, 2.0 / 3.0, 3.0, 1.0 / 3.0, 4.0, 0.25];
    measured
        .and_then(|measured| {
            let near = RATIOS.into_iter().map(|ratio| measured * ratio);
            near.filter(|bpm| (tapped / bpm - 1.0).abs() <= HAND)
                .min_by(|a, b| (tapped - a).abs().total_cmp(&(tapped - b).abs()))
        })
        .unwrap_or((tapped * 10.0).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tapped(times: &[f64]) -> TapTempo {
        let mut tempo = TapTempo::default();
        for time in times {
            tempo.tap(*time);
        }
        tempo
    }

    #[test]
    fn four_taps_say_a_tempo_and_one_slip_hardly_matters() {
        assert_eq!(tapped(&[0.0, 0.6, 1.2]).bpm(), None);
        assert!((tapped(&[0.0, 0.6, 1.2, 1.8]).bpm().unwrap() - 100.0).abs() < 1e-9);
        let even: Vec<f64> = (0..12).map(|n| f64::from(n) * 0.6).collect();
        let mut slip = even.clone();
        slip[5] += 0.08;
        assert!((tapped(&slip).bpm().unwrap() - 100.0).abs() < 1.0);
    }

    #[test]
    fn a_pause_ends_it_and_a_later_tap_begins_anew() {
        let mut tempo = tapped(&[0.0, 0.6, 1.2, 1.8]);
        assert_eq!(tempo.finished(3.0), None);
        assert!(tempo.finished(4.0).is_some());
        assert!(tempo.is_empty());
        let mut tempo = tapped(&[0.0, 0.6, 1.2, 1.8]);
        tempo.tap(9.0);
        assert_eq!(tempo.bpm(), None);
        assert_eq!(tempo.finished(20.0), None, "one tap is no tempo");
    }

    #[test]
    fn what_is_tapped_near_a_ratio_means_it() {
        assert_eq!(meant(49.4, Some(98.04)), 49.02);
        assert_eq!(meant(148.0, Some(98.0)), 147.0);
        assert_eq!(meant(110.04, Some(98.0)), 110.0);
        assert_eq!(meant(96.27, None), 96.3);
    }
}
