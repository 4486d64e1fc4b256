//! A night as its DJ sees it, over its time: likes as bars, energy and tempo as lines, dancers as an area.

use pika_protocol::{UnixMs, rest::OwnerRecap};
use serde::Serialize;

use super::When;
use crate::pages::{
    plot::{Bar, Scale, label, line, number, range},
    texts::Texts,
};

/// Size of both drawings, in their own units; they are stretched to the place they get.
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 200.0;
/// Lines keep this far from top and bottom.
const MARGIN: f64 = 12.0;
/// Share of the height that the highest bar takes.
const BARS: f64 = 0.72;
/// Moments written below, the first and the last among them.
const TICKS: i64 = 5;
/// A steady night is a flat line in the middle, not noise blown up: beats a minute from bottom to top, at least.
const LEAST_TEMPO_SPAN: f64 = 20.0;

/// What the templates draw.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Curve {
    /// One for each song.
    pub(crate) bars: Vec<Bar>,
    /// Points of a line, `x,y x,y`; empty when no song has an energy.
    pub(crate) energy: String,
    /// As `energy`, for beats a minute.
    pub(crate) tempo: String,
    /// Lowest and highest tempo, whole beats a minute.
    pub(crate) tempos: Option<(i64, i64)>,
    /// The most loved song: title and likes.
    pub(crate) best: Option<(String, u32)>,
    /// Outline of the dancers connected; empty when nobody was.
    pub(crate) dancers: String,
    /// Moments at equal distances.
    pub(crate) ticks: Vec<When>,
    /// The first drawing as a sentence.
    pub(crate) label: String,
    /// The second drawing as a sentence.
    pub(crate) dancers_label: String,
}

impl Curve {
    /// `None` for fewer than two songs: that is no curve.
    pub(crate) fn of(own: &OwnerRecap, texts: &Texts) -> Option<Self> {
        let plays = &own.recap.plays;
        if plays.len() < 2 {
            return None;
        }
        let first = own.recap.started_at.0.min(plays[0].started_at.0);
        let last = first + i64::try_from(own.recap.duration_ms).unwrap_or(i64::MAX / 2);
        let last = plays
            .iter()
            .map(|play| play.started_at.0 + 1)
            .fold(last, i64::max);
        let x = |at: i64| (at - first).max(0) as f64 / (last - first).max(1) as f64 * WIDTH;
        let most = plays.iter().map(|play| play.likes).max().unwrap_or(0);
        let best = plays.iter().position(|play| play.likes == most && most > 0);
        // From the song's start to the next one's.
        let ends = plays.iter().skip(1).map(|next| next.started_at.0).chain([last]);
        let spans: Vec<(f64, f64)> = plays
            .iter()
            .zip(ends)
            .map(|(play, end)| (x(play.started_at.0), x(end)))
            .collect();
        let bars = plays
            .iter()
            .zip(&spans)
            .enumerate()
            .map(|(index, (play, (from, to)))| {
                let height = f64::from(play.likes) / f64::from(most.max(1)) * HEIGHT * BARS;
                let height = height.max(2.0);
                Bar {
                    x: number(*from),
                    y: number(HEIGHT - height),
                    width: number(((to - from) * 0.84).max(2.0)),
                    height: number(height),
                    best: best == Some(index),
                    title: format!("{} · {}", play.track.title, play.likes),
                }
            });
        let middle = |index: usize| spans[index].0 + (spans[index].1 - spans[index].0) * 0.42;
        let energies: Vec<Option<f64>> = plays
            .iter()
            .map(|play| play.track.energy.map(f64::from))
            .collect();
        let tempos: Vec<Option<f64>> = plays.iter().map(|play| play.track.bpm).collect();
        let (low, high) = range(&tempos).unwrap_or((0.0, 0.0));
        let slack = ((LEAST_TEMPO_SPAN - (high - low)) / 2.0).max(0.0);
        let scale = |low, high| Scale {
            height: HEIGHT,
            margin: MARGIN,
            low,
            high,
        };
        Some(Self {
            bars: bars.collect(),
            energy: line(&energies, middle, scale(0.0, 100.0)),
            tempo: line(&tempos, middle, scale(low - slack, high + slack)),
            tempos: range(&tempos).map(|(low, high)| (low.round() as i64, high.round() as i64)),
            best: best.map(|index| (plays[index].track.title.clone(), most)),
            dancers: dancers(own, x),
            ticks: (0..TICKS)
                .map(|n| UnixMs(first + (last - first) * n / (TICKS - 1)).into())
                .collect(),
            label: label(
                best.map(|index| (plays[index].track.title.as_str(), most)),
                &energies,
                &tempos,
                texts,
            ),
            dancers_label: texts.text("night.curve", Some(i64::from(own.peak_listeners)), &[]),
        })
    }
}

/// The number of dancers as steps, down to the ground at both ends.
fn dancers(own: &OwnerRecap, x: impl Fn(i64) -> f64) -> String {
    let most = own
        .listeners
        .iter()
        .map(|sample| sample.listeners)
        .max()
        .unwrap_or(0);
    if most == 0 {
        return String::new();
    }
    let y = |listeners: u32| HEIGHT - f64::from(listeners) / f64::from(most) * (HEIGHT - MARGIN);
    let mut points = Vec::new();
    let mut before = HEIGHT;
    for sample in &own.listeners {
        let at = x(sample.at.0).min(WIDTH);
        points.push(format!("{},{}", number(at), number(before)));
        before = y(sample.listeners);
        points.push(format!("{},{}", number(at), number(before)));
    }
    points.push(format!("{},{}", number(WIDTH), number(before)));
    points.push(format!("{},{}", number(WIDTH), number(HEIGHT)));
    points.join(" ")
}

#[cfg(test)]
mod tests {
    use pika_protocol::{
        PlayId, SessionCode, SessionId, Track,
        rest::{ListenerSample, Recap},
        session::{Play, SessionHead},
    };

    use super::*;
    use crate::pages::texts;

    fn night(plays: &[(i64, u32, Option<u8>, Option<f64>)], listeners: &[(i64, u32)]) -> OwnerRecap {
        let plays: Vec<Play> = plays
            .iter()
            .map(|(at, likes, energy, bpm)| Play {
                play_id: PlayId::random(),
                track: Track {
                    title: format!("L{likes}"),
                    energy: *energy,
                    bpm: *bpm,
                    ..Track::default()
                },
                started_at: UnixMs(*at),
                stopped_at: None,
                likes: *likes,
            })
            .collect();
        OwnerRecap {
            session_id: SessionId::random(),
            recap: Recap {
                session: SessionHead {
                    code: SessionCode::parse("K7QF").expect("a code"),
                    name: "Friday Social".into(),
                    dj_name: "DJ Nadia K".into(),
                    has_pin: false,
                },
                started_at: UnixMs(0),
                ended_at: Some(UnixMs(1_000_000)),
                duration_ms: 1_000_000,
                likes: plays.iter().map(|play| play.likes).sum(),
                plays,
            },
            counts: Vec::new(),
            polls: Vec::new(),
            thanks: 0,
            dancers: 0,
            active_dancers: 0,
            peak_listeners: listeners.iter().map(|(_, n)| *n).max().unwrap_or(0),
            listeners: listeners
                .iter()
                .map(|(at, n)| ListenerSample {
                    at: UnixMs(*at),
                    listeners: *n,
                })
                .collect(),
        }
    }

    fn curve(own: &OwnerRecap) -> Option<Curve> {
        Curve::of(own, texts::for_reader("en"))
    }

    #[test]
    fn bars_stand_where_the_songs_were_and_the_most_loved_is_the_highest() {
        let own = night(
            &[
                (0, 5, Some(30), Some(80.0)),
                (250_000, 20, Some(90), None),
                (750_000, 10, None, Some(110.0)),
            ],
            &[],
        );
        let curve = curve(&own).expect("a curve");
        let bars: Vec<(&str, &str, bool)> = curve
            .bars
            .iter()
            .map(|b| (b.x.as_str(), b.height.as_str(), b.best))
            .collect();
        assert_eq!(
            bars,
            [("0", "36", false), ("250", "144", true), ("750", "72", false)]
        );
        assert_eq!(curve.best, Some(("L20".to_owned(), 20)));
        assert_eq!(curve.tempos, Some((80, 110)));
        assert_eq!(
            curve.energy.split(' ').count(),
            2,
            "a song without energy leaves a gap"
        );
        assert_eq!(curve.dancers, "");
        let ticks: Vec<i64> = curve.ticks.iter().map(|tick| tick.ms).collect();
        assert_eq!(ticks, [0, 250_000, 500_000, 750_000, 1_000_000]);
    }

    #[test]
    fn dancers_come_and_go_in_steps() {
        let own = night(
            &[(0, 0, None, None), (500_000, 0, None, None)],
            &[(100_000, 2), (600_000, 4)],
        );
        let curve = curve(&own).expect("a curve");
        assert_eq!(curve.dancers, "100,200 100,106 600,106 600,12 1000,12 1000,200");
        assert!(curve.bars.iter().all(|bar| !bar.best && bar.height == "2"));
    }

    #[test]
    fn a_song_that_began_after_the_end_stays_in_the_picture() {
        let own = night(&[(0, 1, None, None), (2_000_000, 1, None, None)], &[]);
        let curve = curve(&own).expect("a curve");
        assert!(
            curve
                .bars
                .iter()
                .all(|bar| bar.x.parse::<f64>().expect("a number") <= WIDTH)
        );
    }

    #[test]
    fn one_song_is_no_curve() {
        assert!(curve(&night(&[(0, 1, None, None)], &[])).is_none());
    }
}
