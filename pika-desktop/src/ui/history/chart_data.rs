//! A night on one time axis as numbers and words: what the chart draws. Times are in minutes since the night
//! began, heights in percent of the chart.

use pika_engine::library::{NightDetail, Play, Values};

use crate::ui::words::{clock, likes};

/// The highest bar reaches so far up the chart, in percent.
const BAR_TOP: f64 = 58.0;
/// A bar fills so much of its song's time; the rest tells it from the next one.
const BAR_SHARE: f64 = 0.82;
/// The tempo curve lies between these heights, in percent.
const TEMPO_BAND: (f64, f64) = (28.0, 92.0);
/// Tempi closer together than this are one, in BPM: stretched over the band they would be noise.
const LEAST_TEMPO_RANGE: f64 = 1.0;
/// A song whose length is not known lasts this long, in seconds.
const USUAL_LENGTH_S: f64 = 210.0;
/// A song ends at most at so many of its lengths: a break is not a long song.
const LONGEST: f64 = 1.5;
/// The shortest song, in minutes: one that was only begun has a bar all the same.
const SHORTEST: f64 = 0.05;
/// Free room at both ends, as a share of the night.
const MARGIN: f64 = 0.01;
/// A caption so near an end of the night stands beside its song instead of over it, as a share of the night.
const EDGE: f64 = 0.2;
/// Hours marked on the axis at most; a night has fewer.
const MOST_MARKS: i32 = 64;

/// One song on the chart.
#[derive(Debug, Clone, PartialEq)]
struct Spot {
    title: String,
    from: f64,
    to: f64,
    likes: u32,
    bpm: Option<f64>,
    energy: Option<f64>,
}

impl Spot {
    fn of(play: &Play, values: Option<&Values>, from: f64, next: Option<f64>) -> Self {
        let length_s = values.and_then(|values| values.duration_s);
        let length = length_s.unwrap_or(USUAL_LENGTH_S) / 60.0;
        let to = next
            .map_or(from + length, |next| next.min(from + length * LONGEST))
            .max(from + SHORTEST);
        Self {
            title: play.title.clone(),
            from,
            to,
            likes: play.answers.map_or(0, |answers| answers.likes),
            bpm: values.and_then(|values| values.bpm),
            energy: values.and_then(|values| values.energy),
        }
    }

    fn middle(&self) -> f64 {
        f64::midpoint(self.from, self.to)
    }
}

/// The likes of one song.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct LikesBar {
    pub(super) middle: f64,
    pub(super) width: f64,
    pub(super) height: f64,
    /// Whether it is the one that the caption names.
    pub(super) is_lit: bool,
}

/// Where a caption stands to its song.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// It begins there.
    After,
    /// Its middle is there.
    Over,
    /// It ends there.
    Before,
}

/// What is said of one song, over every curve.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SongCaption {
    pub(super) middle: f64,
    pub(super) side: Side,
    pub(super) words: String,
}

/// The songs of a night on its time axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Chart {
    spots: Vec<Spot>,
    /// The most loved song; `None` when none was liked.
    best: Option<usize>,
    /// Slowest and fastest, in BPM; the wrong way round when no tempo is known.
    tempi: (f64, f64),
    started_at_ms: i64,
    utc_offset_s: i32,
}

impl Chart {
    pub(super) fn of(detail: &NightDetail) -> Self {
        let started_at_ms = detail.night.started_at_ms;
        let minutes = |at_ms: i64| (at_ms - started_at_ms) as f64 / 60_000.0;
        let plays = &detail.plays;
        let spots: Vec<Spot> = plays
            .iter()
            .enumerate()
            .map(|(at, play)| {
                let values = play.track.and_then(|track| detail.values.get(&track));
                let next = plays.get(at + 1).map(|next| minutes(next.started_at_ms));
                Spot::of(play, values, minutes(play.started_at_ms), next)
            })
            .collect();
        let best = spots
            .iter()
            .enumerate()
            .filter(|(_, spot)| spot.likes > 0)
            .max_by_key(|(_, spot)| spot.likes)
            .map(|(at, _)| at);
        let tempi = spots
            .iter()
            .filter_map(|spot| spot.bpm)
            .fold((f64::MAX, f64::MIN), |(low, high), bpm| {
                (low.min(bpm), high.max(bpm))
            });
        Self {
            spots,
            best,
            tempi,
            started_at_ms,
            utc_offset_s: detail.night.utc_offset_s,
        }
    }

    /// Whether nothing was played.
    pub(super) fn is_empty(&self) -> bool {
        self.spots.is_empty()
    }

    /// Begin of the first song and end of the last one.
    fn span(&self) -> (f64, f64) {
        let begin = self.spots.first().map_or(0.0, |spot| spot.from);
        (begin, self.spots.last().map_or(1.0, |spot| spot.to))
    }

    /// What the axis shows.
    pub(super) fn bounds(&self) -> [f64; 2] {
        let (begin, end) = self.span();
        let margin = (end - begin) * MARGIN;
        [begin - margin, end + margin]
    }

    /// Minutes between two marks on the axis.
    pub(super) fn mark_step(&self) -> f64 {
        let (begin, end) = self.span();
        match end - begin {
            minutes if minutes > 360.0 => 60.0,
            minutes if minutes > 60.0 => 30.0,
            minutes if minutes > 15.0 => 10.0,
            _ => 2.0,
        }
    }

    /// The marks between two places of the axis: full and half hours of the clock on the wall.
    pub(super) fn marks(&self, (from, to): (f64, f64)) -> Vec<f64> {
        let step = self.mark_step();
        let start_s = self.started_at_ms.div_euclid(1000) + i64::from(self.utc_offset_s);
        let since_midnight = start_s.rem_euclid(86_400) as f64 / 60.0;
        let first = ((since_midnight + from) / step).ceil() * step - since_midnight;
        (0..MOST_MARKS)
            .map(|at| first + f64::from(at) * step)
            .take_while(|mark| *mark <= to)
            .collect()
    }

    /// The time of day at a place of the axis.
    pub(super) fn clock_at(&self, minutes: f64) -> String {
        let at_ms = self.started_at_ms + (minutes * 60_000.0).round() as i64;
        clock(at_ms, self.utc_offset_s)
    }

    /// The song that was on at a place of the axis.
    pub(super) fn song_at(&self, minutes: f64) -> Option<usize> {
        self.spots
            .iter()
            .position(|spot| (spot.from..spot.to).contains(&minutes))
    }

    /// The likes; the song under the pointer is lit, else the most loved one.
    pub(super) fn bars(&self, hovered: Option<usize>) -> impl Iterator<Item = LikesBar> {
        let lit = hovered.or(self.best);
        let most = self.spots.iter().map(|spot| spot.likes).max();
        let most = f64::from(most.unwrap_or(0).max(1));
        self.spots.iter().enumerate().map(move |(at, spot)| LikesBar {
            middle: spot.middle(),
            width: (spot.to - spot.from) * BAR_SHARE,
            height: f64::from(spot.likes) / most * BAR_TOP,
            is_lit: lit == Some(at),
        })
    }

    /// The energy, where it is known.
    pub(super) fn energy(&self) -> Vec<[f64; 2]> {
        self.spots
            .iter()
            .filter_map(|spot| Some([spot.middle(), spot.energy?]))
            .collect()
    }

    /// The tempo within its band, where it is known.
    pub(super) fn tempo(&self) -> Vec<[f64; 2]> {
        self.spots
            .iter()
            .filter_map(|spot| Some([spot.middle(), self.tempo_height(spot.bpm?)]))
            .collect()
    }

    fn tempo_height(&self, bpm: f64) -> f64 {
        let (low, high) = self.tempi;
        let (from, to) = TEMPO_BAND;
        if high - low < LEAST_TEMPO_RANGE {
            f64::midpoint(from, to)
        } else {
            from + (bpm - low) / (high - low) * (to - from)
        }
    }

    /// What is said of the song under the pointer, else of the most loved one.
    pub(super) fn caption(&self, hovered: Option<usize>) -> Option<SongCaption> {
        let spot = self.spots.get(hovered.or(self.best)?)?;
        let mut words = format!("{}, {}", spot.title, likes(spot.likes));
        if hovered.is_some()
            && let (Some(bpm), Some(energy)) = (spot.bpm, spot.energy)
        {
            words.push_str(&format!(" · {bpm:.0} BPM · energy {energy:.0}"));
        }
        let middle = spot.middle();
        let (begin, end) = self.span();
        let side = if middle < (begin + end) * EDGE {
            Side::After
        } else if middle > begin + (end - begin) * (1.0 - EDGE) {
            Side::Before
        } else {
            Side::Over
        };
        Some(SongCaption { middle, side, words })
    }

    /// The whole chart in a sentence, for a screen reader.
    pub(super) fn spoken(&self) -> String {
        let tracks = self.spots.len();
        match self.best.and_then(|best| self.spots.get(best)) {
            Some(best) => format!(
                "Likes, energy and tempo of {tracks} tracks over the night; most loved: {} with {}",
                best.title,
                likes(best.likes)
            ),
            None => format!("Likes, energy and tempo of {tracks} tracks over the night"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::sample, *};

    /// The chart as a person would read it out: a line a song, then the axis and what is said.
    fn read_out(chart: &Chart, hovered: Option<usize>) -> String {
        let height = |curve: &[[f64; 2]], middle: f64| {
            let point = curve.iter().find(|point| point[0] == middle);
            point.map_or("–".to_owned(), |point| format!("{:.0}", point[1]))
        };
        let (energy, tempo) = (chart.energy(), chart.tempo());
        let mut lines: Vec<String> = chart
            .bars(hovered)
            .map(|bar| {
                format!(
                    "{} bar {:.0} high, {:.1} wide{} · energy {} · tempo {}",
                    chart.clock_at(bar.middle),
                    bar.height,
                    bar.width,
                    if bar.is_lit { ", lit" } else { "" },
                    height(&energy, bar.middle),
                    height(&tempo, bar.middle),
                )
            })
            .collect();
        let [from, to] = chart.bounds();
        let marks = chart
            .marks((from, to))
            .into_iter()
            .map(|mark| chart.clock_at(mark));
        lines.push(marks.collect::<Vec<_>>().join(" "));
        if let Some(caption) = chart.caption(hovered) {
            lines.push(format!("{:?} {}", caption.side, caption.words));
        }
        lines.push(chart.spoken());
        lines.join("\n")
    }

    #[test]
    fn a_night_reads_as_bars_and_curves_with_the_most_loved_song_named() {
        let chart = Chart::of(&sample::night());
        assert_eq!(
            read_out(&chart, None),
            "\
21:02 bar 58 high, 3.3 wide, lit · energy 40 · tempo 28
21:06 bar 0 high, 3.3 wide · energy 80 · tempo 92
21:10 bar 14 high, 4.3 wide · energy – · tempo –
21:22 bar 7 high, 3.3 wide · energy 60 · tempo 60
21:00 21:10 21:20
After Low Tide, 8 likes
Likes, energy and tempo of 4 tracks over the night; most loved: Low Tide with 8 likes"
        );
    }

    #[test]
    fn the_song_under_the_pointer_is_lit_and_told_whole() {
        let chart = Chart::of(&sample::night());
        assert_eq!(chart.song_at(-1.0), None);
        // The break after the third song belongs to none.
        assert_eq!(chart.song_at(17.0), None);
        let hovered = chart.song_at(21.0);
        let lit: Vec<bool> = chart.bars(hovered).map(|bar| bar.is_lit).collect();
        assert_eq!(lit, [false, false, false, true]);
        let caption = chart.caption(hovered).unwrap();
        assert_eq!(caption.side, Side::Before);
        assert_eq!(caption.words, "Velcro Heart, 1 like · 100 BPM · energy 60");
        let in_the_middle = chart.caption(chart.song_at(10.0)).unwrap();
        assert_eq!(in_the_middle.side, Side::Over);
        assert_eq!(in_the_middle.words, "Feathers, 2 likes");
    }

    #[test]
    fn a_night_without_songs_likes_or_tempi_says_no_more_than_is_known() {
        let mut night = sample::night();
        night.plays.truncate(1);
        night.plays[0].answers = None;
        let chart = Chart::of(&night);
        assert_eq!(
            read_out(&chart, None),
            "\
21:02 bar 0 high, 3.3 wide · energy 40 · tempo 60
21:00 21:02 21:04
Likes, energy and tempo of 1 tracks over the night"
        );
        night.plays.clear();
        let chart = Chart::of(&night);
        assert!(chart.is_empty());
        assert_eq!(chart.caption(None), None);
    }
}
