//! What the parts of a night say, as plain data: the row in the list, the head, the figures, the songs, the
//! polls.

use std::cmp::Reverse;

use pika_engine::library::{Night, NightDetail, Play, Values};
use pika_protocol::rest::PollRecap;

use super::{days, state::Order};
use crate::ui::words::{clock, recap_address, thousands, tracks};

/// What is not known.
const UNKNOWN: &str = "–";

/// Whether the relay inside this program served it.
fn is_local(night: &Night) -> bool {
    night.place == "local"
}

/// A night in the list.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NightRow {
    /// As a screen reader says it.
    pub(super) spoken: String,
    /// Day, length, and what is special about it.
    pub(super) under: String,
    pub(super) likes: String,
    /// `None` where that was never known.
    pub(super) dancers: Option<String>,
    pub(super) tracks: String,
    /// The three figures with their words.
    pub(super) tip: String,
}

impl NightRow {
    /// `is_on_air`: it is the session that runs now.
    pub(super) fn of(night: &Night, now_ms: i64, is_on_air: bool) -> Self {
        let day = days::short(night.started_at_ms, now_ms, night.utc_offset_s);
        let spoken = format!("{}, {day}", night.name);
        let mut under = day;
        match night.ended_at_ms {
            Some(end) => under.push_str(&format!(" · {}", days::length(end - night.started_at_ms))),
            None if is_on_air => under.push_str(" · on air"),
            None => {}
        }
        if is_local(night) {
            under.push_str(" · this laptop");
        }
        let likes = thousands(night.likes as usize);
        let dancers = (night.peak > 0).then(|| thousands(night.peak as usize));
        let played = tracks(night.plays as usize);
        let tip = match &dancers {
            None => format!("{likes} likes, {played}"),
            Some(dancers) => format!("{likes} likes, {dancers} dancers at the peak, {played}"),
        };
        Self {
            spoken,
            under,
            likes,
            dancers,
            tracks: thousands(night.plays as usize),
            tip,
        }
    }
}

/// What stands over a night.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NightHead<'a> {
    pub(super) name: &'a str,
    /// Day, time, and whether this laptop served it.
    pub(super) when: String,
    /// The address of its public recap, where it has one.
    pub(super) recap: Option<String>,
}

impl<'a> NightHead<'a> {
    pub(super) fn of(night: &'a Night) -> Self {
        let offset_s = night.utc_offset_s;
        let mut when = format!(
            "{} · {}",
            days::long(night.started_at_ms, offset_s),
            clock(night.started_at_ms, offset_s)
        );
        if let Some(end) = night.ended_at_ms {
            when.push_str(&format!(" to {}", clock(end, offset_s)));
        }
        if is_local(night) {
            when.push_str(" · served by this laptop");
        }
        let recap = recap_address(&night.address);
        Self {
            name: &night.name,
            when,
            recap: (!recap.is_empty() && !is_local(night)).then_some(recap),
        }
    }
}

/// Peak, likes, tracks, tempi, polls: numbers with their names; what is not known is a dash.
pub(super) fn figures(detail: &NightDetail) -> [(String, String); 5] {
    let peak = Some(detail.night.peak).filter(|peak| *peak > 0 || detail.recap.is_some());
    [
        (
            peak.map_or(UNKNOWN.to_owned(), |peak| thousands(peak as usize)),
            "dancers at the peak".to_owned(),
        ),
        (thousands(detail.night.likes as usize), "likes".to_owned()),
        (thousands(detail.plays.len()), "tracks".to_owned()),
        (tempi(detail), "BPM".to_owned()),
        polls_figure(detail),
    ]
}

/// The slowest and the fastest tempo; one where they hardly differ.
fn tempi(detail: &NightDetail) -> String {
    let range = detail
        .plays
        .iter()
        .filter_map(|play| detail.values.get(&play.track?)?.bpm)
        .fold(None, |range: Option<(f64, f64)>, bpm| {
            Some(range.map_or((bpm, bpm), |(low, high)| (low.min(bpm), high.max(bpm))))
        });
    match range {
        None => UNKNOWN.to_owned(),
        Some((low, high)) if (high - low).abs() < 1.0 => format!("{low:.0}"),
        Some((low, high)) => format!("{low:.0}–{high:.0}"),
    }
}

/// How many polls, and how much of the floor the liveliest one moved.
fn polls_figure(detail: &NightDetail) -> (String, String) {
    let Some(recap) = &detail.recap else {
        return (UNKNOWN.to_owned(), "polls".to_owned());
    };
    let votes = recap.polls.iter().map(|poll| poll.votes.iter().sum::<u32>());
    let most = votes.max().unwrap_or(0);
    let share = most.min(recap.dancers) * 100 / recap.dancers.max(1);
    let name = match recap.polls.len() {
        0 => "polls".to_owned(),
        1 => format!("poll, {share} % voted"),
        _ => format!("polls, up to {share} % voted"),
    };
    (recap.polls.len().to_string(), name)
}

/// What the floor said of a tempo.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TempoVotes {
    /// Slower, just right, faster: signs that need no colour.
    pub(super) signs: String,
    /// The same in a sentence.
    pub(super) tip: String,
}

/// A song of a night.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SongRow<'a> {
    pub(super) play: &'a Play,
    /// Its rank, or the time of day.
    pub(super) lead: String,
    pub(super) likes: String,
    /// `None` when nobody said anything.
    pub(super) votes: Option<TempoVotes>,
    pub(super) bpm: Option<String>,
    /// What its cover and its key are drawn from.
    pub(super) values: Values,
}

impl<'a> SongRow<'a> {
    /// The song at a place of the list, counted from 0.
    fn of(play: &'a Play, at: usize, order: Order, detail: &NightDetail) -> Self {
        let values = play
            .track
            .and_then(|track| detail.values.get(&track))
            .copied()
            .unwrap_or_default();
        let answers = play.answers.unwrap_or_default();
        let (slower, perfect, faster) = (answers.slower, answers.perfect, answers.faster);
        let votes = (faster + perfect + slower > 0).then(|| TempoVotes {
            signs: format!("−{slower}  ={perfect}  +{faster}"),
            tip: format!(
                "{slower} wanted it slower, for {perfect} it was just right, {faster} wanted it faster"
            ),
        });
        Self {
            play,
            lead: match order {
                Order::MostLoved => (at + 1).to_string(),
                Order::AsPlayed => clock(play.started_at_ms, detail.night.utc_offset_s),
            },
            likes: answers.likes.to_string(),
            votes,
            bpm: values.bpm.map(|bpm| format!("{bpm:.0}")),
            values,
        }
    }
}

/// The songs of a night in an order.
#[derive(Debug, Clone)]
pub(super) struct Songs<'a> {
    detail: &'a NightDetail,
    order: Order,
    plays: Vec<&'a Play>,
}

impl<'a> Songs<'a> {
    pub(super) fn of(detail: &'a NightDetail, order: Order) -> Self {
        let mut plays: Vec<&Play> = detail.plays.iter().collect();
        if order == Order::MostLoved {
            plays.sort_by_key(|play| Reverse(play.answers.map_or(0, |answers| answers.likes)));
        }
        Self { detail, order, plays }
    }

    pub(super) fn len(&self) -> usize {
        self.plays.len()
    }

    /// One of them; made when it is in view.
    pub(super) fn row(&self, at: usize) -> Option<SongRow<'a>> {
        let play = self.plays.get(at)?;
        Some(SongRow::of(play, at, self.order, self.detail))
    }
}

/// What was asked, and what the floor chose.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PollRow<'a> {
    pub(super) question: &'a str,
    /// When, and how many votes.
    pub(super) under: String,
    pub(super) options: Vec<OptionRow<'a>>,
}

/// An option of a poll.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OptionRow<'a> {
    pub(super) name: &'a str,
    pub(super) percent: String,
    /// 0 to 1.
    pub(super) share: f32,
    /// Whether none has more votes.
    pub(super) is_first: bool,
}

impl<'a> PollRow<'a> {
    pub(super) fn of(poll: &'a PollRecap, utc_offset_s: i32) -> Self {
        let all: u32 = poll.votes.iter().sum();
        let most = poll.votes.iter().copied().max().unwrap_or(0);
        let votes = if all == 1 { "vote" } else { "votes" };
        let option = |(name, votes): (&'a String, &u32)| {
            let percent = (f64::from(*votes) * 100.0 / f64::from(all.max(1))).round();
            OptionRow {
                name,
                percent: format!("{percent:.0}%"),
                share: *votes as f32 / all.max(1) as f32,
                is_first: *votes == most,
            }
        };
        Self {
            question: &poll.question,
            under: format!("{} · {all} {votes}", clock(poll.opened_at.0, utc_offset_s)),
            options: poll.options.iter().zip(&poll.votes).map(option).collect(),
        }
    }
}

/// What stands where no poll does.
pub(super) fn no_polls(detail: &NightDetail) -> &'static str {
    if detail.recap.is_some() {
        "Nothing was asked in this night."
    } else {
        "Votes and the number of dancers come with the relay's recap, after the end and with a connection."
    }
}

#[cfg(test)]
mod tests {
    use super::{super::sample, *};

    const NOW_MS: i64 = sample::START_MS + 30 * 86_400_000;

    fn songs(detail: &NightDetail, order: Order) -> String {
        let songs = Songs::of(detail, order);
        let lines = (0..songs.len()).filter_map(|at| songs.row(at)).map(|row| {
            let votes = row.votes.map_or_else(String::new, |votes| votes.signs);
            let bpm = row.bpm.unwrap_or_default();
            format!(
                "{} | {} | {bpm} | {votes} | {}",
                row.lead, row.play.title, row.likes
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_night_of_the_list_says_when_how_long_and_how_it_went() {
        let row = NightRow::of(&sample::head(), NOW_MS, false);
        assert_eq!(row.spoken, "Friday Social, 20 Nov");
        assert_eq!(row.under, "20 Nov · 2 h 14 min");
        assert_eq!(row.tip, "1,204 likes, 71 dancers at the peak, 4 tracks");
        let mut night = sample::head();
        (night.ended_at_ms, night.peak, night.place) = (None, 0, "local".into());
        let row = NightRow::of(&night, sample::START_MS, true);
        assert_eq!(row.under, "Tonight · on air · this laptop");
        assert_eq!(row.tip, "1,204 likes, 4 tracks");
        assert_eq!(row.dancers, None);
        assert_eq!(NightRow::of(&night, NOW_MS, false).under, "20 Nov · this laptop");
    }

    #[test]
    fn only_a_night_of_a_relay_has_a_public_recap() {
        let mut night = sample::head();
        let head = NightHead::of(&night);
        assert_eq!(head.when, "20 November 2026 · 21:00 to 23:14");
        assert_eq!(head.recap.as_deref(), Some("https://pika.stream/recap/K7QF"));
        (night.ended_at_ms, night.place) = (None, "local".into());
        let head = NightHead::of(&night);
        assert_eq!(head.when, "20 November 2026 · 21:00 · served by this laptop");
        assert_eq!(head.recap, None);
    }

    #[test]
    fn figures_that_are_not_known_are_a_dash() {
        let told = |detail: &NightDetail| {
            let figures = figures(detail).map(|(number, name)| format!("{number} {name}"));
            figures.join(", ")
        };
        let mut detail = sample::night();
        assert_eq!(
            told(&detail),
            "71 dancers at the peak, 1,204 likes, 4 tracks, 90–110 BPM, – polls"
        );
        detail.night.peak = 0;
        detail.values.clear();
        assert_eq!(
            told(&detail),
            "– dancers at the peak, 1,204 likes, 4 tracks, – BPM, – polls"
        );
        detail.recap = Some(sample::recap());
        assert_eq!(
            told(&detail),
            "0 dancers at the peak, 1,204 likes, 4 tracks, – BPM, 1 poll, 37 % voted"
        );
    }

    #[test]
    fn songs_stand_as_they_were_loved_or_as_they_were_played() {
        let detail = sample::night();
        assert_eq!(
            songs(&detail, Order::MostLoved),
            "\
1 | Low Tide | 90 | −1  =4  +2 | 8
2 | Feathers |  |  | 2
3 | Velcro Heart | 100 |  | 1
4 | Backseat Gospel | 110 |  | 0"
        );
        assert_eq!(
            songs(&detail, Order::AsPlayed),
            "\
21:00 | Low Tide | 90 | −1  =4  +2 | 8
21:04 | Backseat Gospel | 110 |  | 0
21:08 | Feathers |  |  | 2
21:20 | Velcro Heart | 100 |  | 1"
        );
        let first = Songs::of(&detail, Order::MostLoved).row(0).unwrap();
        assert_eq!(
            first.votes.unwrap().tip,
            "1 wanted it slower, for 4 it was just right, 2 wanted it faster"
        );
    }

    #[test]
    fn a_poll_says_when_how_many_voted_and_for_what() {
        let poll = sample::poll();
        let row = PollRow::of(&poll, 3600);
        let options = row.options.iter().map(|option| {
            let first = if option.is_first { " first" } else { "" };
            format!("{} {} {:.2}{first}", option.name, option.percent, option.share)
        });
        assert_eq!(row.question, "What vibe next?");
        assert_eq!(row.under, "22:18 · 30 votes");
        assert_eq!(
            options.collect::<Vec<_>>(),
            ["Blues 60% 0.60 first", "Pop 40% 0.40", "Surprise me 0% 0.00"]
        );
        let mut one = sample::poll();
        one.votes = vec![0, 1, 0];
        assert_eq!(PollRow::of(&one, 0).under, "21:18 · 1 vote");
    }
}
