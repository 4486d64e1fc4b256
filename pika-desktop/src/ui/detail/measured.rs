//! What else was measured: how the beat goes, whether it swings, what is silent at the ends.

use eframe::egui::{Align, Layout, Ui, vec2};
use pika_analysis::{Silence, Tempo, TempoKind, TrackAnalysis};

use crate::ui::{
    theme::{Theme, text},
    widgets::label,
};

/// A pulse that is steadier keeps time like a machine, one that is freer hardly at all; 0 to 100.
const STEADY: f64 = 80.0;
const FREE: f64 = 50.0;
/// Silence that nobody hears, in seconds.
const NOTHING_S: f64 = 0.2;
/// Another tempo that is less likely is none, 0 to 1.
const LIKELY: f64 = 0.1;

/// The lines, each with its name.
pub(super) fn show(ui: &mut Ui, analysis: &TrackAnalysis) {
    let theme = Theme::of(ui);
    let tempo = analysis.tempo.as_ref();
    ui.spacing_mut().item_spacing.y = 0.0;
    for (name, words) in [
        ("Beat", tempo.map(beat)),
        ("Swing", tempo.and_then(|tempo| tempo.swing_ratio).map(swing)),
        ("Ends", Some(ends(&analysis.silence))),
    ] {
        let Some(words) = words else { continue };
        let row = vec2(ui.available_width(), 18.0);
        ui.allocate_ui_with_layout(row, Layout::left_to_right(Align::Center), |ui| {
            label(ui, name, text::caption(), theme.text3);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                label(ui, words, text::caption(), theme.text2);
            });
        });
    }
}

/// The other tempo that somebody might tap, where it is likely.
pub(super) fn alternative(analysis: Option<&TrackAnalysis>) -> Option<f64> {
    let tempo = analysis?.tempo.as_ref()?;
    (tempo.alternative_confidence >= LIKELY && tempo.alternative_bpm > 0.0).then_some(tempo.alternative_bpm)
}

/// How steady the pulse is, and between which tempi it moves.
fn beat(tempo: &Tempo) -> String {
    let steady = match tempo.steadiness {
        STEADY.. => "steady",
        FREE.. => "breathes",
        _ => "free",
    };
    let moves = tempo.kind != TempoKind::Constant && tempo.bpm_max - tempo.bpm_min >= 1.0;
    if moves {
        format!("{steady} · {:.0} to {:.0} BPM", tempo.bpm_min, tempo.bpm_max)
    } else {
        steady.to_owned()
    }
}

/// How a beat is divided: 1 evenly, 2 into a triplet's two parts and its last.
fn swing(ratio: f64) -> String {
    let word = match ratio {
        ..1.2 => "straight",
        ..1.7 => "light",
        ..2.4 => "triplet",
        _ => "hard",
    };
    format!("{word} · {ratio:.1} to 1")
}

fn ends(silence: &Silence) -> String {
    let (before, after) = (silence.leading_s, silence.trailing_s);
    match (before >= NOTHING_S, after >= NOTHING_S) {
        (false, false) => "sound from end to end".to_owned(),
        (true, false) => format!("{before:.1} s silent before"),
        (false, true) => format!("{after:.1} s silent after"),
        (true, true) => format!("{before:.1} s silent before, {after:.1} s after"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_measured_is_said_in_words() {
        let mut tempo = Tempo {
            bpm: 96.0,
            bpm_raw: 96.0,
            confidence: 0.8,
            alternative_bpm: 192.0,
            alternative_confidence: 0.15,
            kind: TempoKind::Constant,
            steadiness: 92.0,
            bpm_min: 95.0,
            bpm_max: 97.5,
            swing_ratio: Some(1.9),
        };
        assert_eq!(beat(&tempo), "steady");
        (tempo.kind, tempo.steadiness) = (TempoKind::Variable, 61.0);
        assert_eq!(beat(&tempo), "breathes · 95 to 98 BPM");
        assert_eq!(swing(1.0), "straight · 1.0 to 1");
        assert_eq!(swing(1.9), "triplet · 1.9 to 1");
        let silence = |leading_s, trailing_s| {
            ends(&Silence {
                leading_s,
                trailing_s,
            })
        };
        assert_eq!(silence(0.0, 0.1), "sound from end to end");
        assert_eq!(silence(0.4, 3.06), "0.4 s silent before, 3.1 s after");
    }
}
