//! The night as a picture: likes as bars, energy and tempo as lines, over the songs in order.

use pika_protocol::session::Play;
use serde::Serialize;

use super::{
    plot::{Bar, Scale, label, line, number, range},
    texts::Texts,
};

/// Size of the drawing, in its own units.
const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 100.0;
/// Lines keep this far from the top and the bottom.
const MARGIN: f64 = 8.0;

/// A chart for a template.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Chart {
    /// Bars of likes.
    pub(crate) bars: Vec<Bar>,
    /// Points of the energy line; empty when no song has one.
    pub(crate) energy: String,
    /// Points of the tempo line; empty when no song has one.
    pub(crate) tempo: String,
    /// The chart as a sentence, for those who do not see it.
    pub(crate) label: String,
}

impl Chart {
    /// `None` for fewer than two songs: that is no curve.
    pub(crate) fn of(plays: &[Play], texts: &Texts) -> Option<Self> {
        if plays.len() < 2 {
            return None;
        }
        let most = plays.iter().map(|p| p.likes).max().unwrap_or(0);
        let best = plays.iter().position(|p| p.likes == most && most > 0);
        let slot = WIDTH / plays.len() as f64;
        let bars = plays
            .iter()
            .enumerate()
            .map(|(i, play)| bar(play, i, slot, most, best == Some(i)))
            .collect();
        let energies: Vec<Option<f64>> = plays.iter().map(|p| p.track.energy.map(f64::from)).collect();
        let tempos: Vec<Option<f64>> = plays.iter().map(|p| p.track.bpm).collect();
        let (low, high) = range(&tempos).unwrap_or((0.0, 0.0));
        let middle = |index: usize| (index as f64 + 0.46) * slot;
        let scale = |low, high| Scale {
            height: HEIGHT,
            margin: MARGIN,
            low,
            high,
        };
        Some(Self {
            bars,
            energy: line(&energies, middle, scale(0.0, 100.0)),
            // A steady night is a flat line in the middle, not noise blown up.
            tempo: line(&tempos, middle, scale(low.min(high - 20.0), high.max(low + 20.0))),
            label: label(
                best.map(|i| (plays[i].track.title.as_str(), plays[i].likes)),
                &energies,
                &tempos,
                texts,
            ),
        })
    }
}

fn bar(play: &Play, index: usize, slot: f64, most: u32, best: bool) -> Bar {
    let height = if most == 0 {
        0.0
    } else {
        f64::from(play.likes) / f64::from(most) * (HEIGHT * 0.66)
    };
    let height = height.max(2.0);
    Bar {
        x: number(index as f64 * slot + slot * 0.1),
        y: number(HEIGHT - height),
        width: number(slot * 0.72),
        height: number(height),
        best,
        title: format!("{} · {}", play.track.title, play.likes),
    }
}

#[cfg(test)]
mod tests {
    use pika_protocol::{PlayId, Track, UnixMs};

    use super::*;
    use crate::pages::texts;

    fn play(likes: u32, energy: Option<u8>, bpm: Option<f64>) -> Play {
        let track = Track {
            title: format!("L{likes}"),
            energy,
            bpm,
            ..Track::default()
        };
        Play {
            play_id: PlayId::random(),
            track,
            started_at: UnixMs(0),
            stopped_at: None,
            likes,
        }
    }

    fn chart(plays: &[Play]) -> Option<Chart> {
        Chart::of(plays, texts::for_reader("en"))
    }

    #[test]
    fn the_most_loved_song_has_the_tallest_bar_and_is_named() {
        let chart = chart(&[
            play(3, Some(31), Some(82.0)),
            play(41, Some(88), Some(112.0)),
            play(7, None, None),
        ])
        .expect("a curve");
        assert_eq!(
            chart.bars.iter().map(|b| b.best).collect::<Vec<_>>(),
            [false, true, false]
        );
        assert_eq!(chart.bars[1].height, "66");
        assert_eq!(
            chart.label,
            "Energy between 31 and 88. Tempo between 82 and 112 BPM. Most loved: L41, 41 hearts."
        );
        assert_eq!(
            chart.energy.split(' ').count(),
            2,
            "a song without energy leaves a gap"
        );
    }

    #[test]
    fn a_night_without_likes_or_analysis_is_drawn_too() {
        let chart = chart(&[play(0, None, None), play(0, None, None)]).expect("bars");
        assert!(chart.bars.iter().all(|b| !b.best && b.height == "2"));
        assert_eq!(
            (chart.energy.as_str(), chart.tempo.as_str(), chart.label.as_str()),
            ("", "", "")
        );
    }

    #[test]
    fn one_song_is_no_curve() {
        assert!(chart(&[play(1, None, None)]).is_none());
    }
}
