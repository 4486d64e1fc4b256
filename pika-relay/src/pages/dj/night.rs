//! One night for its DJ: how the floor answered, song by song.

use minijinja::{Error, context};
use pika_protocol::rest::{OwnerRecap, PollRecap};
use serde::Serialize;
use uuid::Uuid;

use super::{When, curve::Curve};
use crate::pages::{music::TrackView, recap::most_loved, render::Page, texts::Texts};

/// How many songs stand under "Most loved".
const MOST_LOVED: usize = 6;

/// `/dj/sessions/{id}`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct NightPage {
    pub(crate) session_id: Uuid,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) dj: String,
    pub(crate) has_pin: bool,
    pub(crate) live: bool,
    pub(crate) started: When,
    pub(crate) ended: Option<When>,
    /// Hours and minutes: `2:14`.
    pub(crate) length: String,
    pub(crate) likes: u32,
    pub(crate) thanks: u32,
    /// Dancers who were let in.
    pub(crate) dancers: u32,
    /// Dancers who liked, voted or thanked.
    pub(crate) active_dancers: u32,
    /// Share of the dancers who did, percent; `None` without dancers.
    pub(crate) engagement: Option<u32>,
    /// Most dancers connected at once.
    pub(crate) peak: u32,
    /// Tempo votes over the whole night.
    pub(crate) tempo: TempoView,
    /// Likes, tempo, energy and dancers over the night; `None` for fewer than two songs.
    pub(crate) curve: Option<Curve>,
    /// The songs with the most likes, most loved first.
    pub(crate) loved: Vec<TrackView>,
    /// Oldest first.
    pub(crate) songs: Vec<SongView>,
    pub(crate) polls: Vec<PollView>,
}

/// How the dancers found the tempo.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct TempoView {
    pub(crate) faster: u32,
    pub(crate) perfect: u32,
    pub(crate) slower: u32,
}

/// A song of the night.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SongView {
    pub(crate) track: TrackView,
    pub(crate) started: When,
    pub(crate) tempo: TempoView,
    /// Beats a minute above the song before; `None` where one of both is not known.
    pub(crate) drift: Option<i64>,
}

/// A poll of the night.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PollView {
    pub(crate) question: String,
    pub(crate) opened: When,
    pub(crate) open: bool,
    pub(crate) votes: u32,
    pub(crate) options: Vec<OptionView>,
}

/// An option of a poll.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct OptionView {
    pub(crate) text: String,
    pub(crate) votes: u32,
    /// Of all votes, rounded.
    pub(crate) percent: u32,
    /// Whether it leads alone.
    pub(crate) leads: bool,
}

/// `/dj/sessions/{id}`.
pub(crate) fn night_page(texts: &'static Texts, origin: &str, recap: &OwnerRecap) -> Result<String, Error> {
    let data = NightPage::of(recap, texts);
    let page = Page {
        template: "dj_night.html",
        texts,
        origin,
        path: &format!("/dj/sessions/{}", data.session_id),
        title: format!("{} · Pika!", data.name),
        description: texts.text("night.lead", None, &[]),
        noindex: true,
        theme: None,
    };
    page.html(context! { page => data })
}

impl NightPage {
    fn of(own: &OwnerRecap, texts: &Texts) -> Self {
        let recap = &own.recap;
        let minutes = recap.duration_ms / 60_000;
        let mut tempo = TempoView::default();
        for counts in &own.counts {
            tempo.faster += counts.faster;
            tempo.perfect += counts.perfect;
            tempo.slower += counts.slower;
        }
        Self {
            session_id: own.session_id.0,
            code: recap.session.code.to_string(),
            name: recap.session.name.clone(),
            dj: recap.session.dj_name.clone(),
            has_pin: recap.session.has_pin,
            live: recap.ended_at.is_none(),
            started: recap.started_at.into(),
            ended: recap.ended_at.map(When::from),
            length: format!("{}:{:02}", minutes / 60, minutes % 60),
            likes: recap.likes,
            thanks: own.thanks,
            dancers: own.dancers,
            active_dancers: own.active_dancers,
            engagement: (own.dancers > 0).then(|| percent(own.active_dancers, own.dancers)),
            peak: own.peak_listeners,
            tempo,
            curve: Curve::of(own, texts),
            loved: most_loved(&recap.plays, MOST_LOVED)
                .into_iter()
                .map(TrackView::from)
                .collect(),
            songs: songs(own),
            polls: own.polls.iter().map(PollView::from).collect(),
        }
    }
}

fn songs(own: &OwnerRecap) -> Vec<SongView> {
    let plays = &own.recap.plays;
    let tempo = |index: usize| plays.get(index).and_then(|play| play.track.bpm);
    plays
        .iter()
        .zip(&own.counts)
        .enumerate()
        .map(|(index, (play, counts))| {
            let before = index.checked_sub(1).and_then(tempo);
            SongView {
                track: play.into(),
                started: play.started_at.into(),
                tempo: TempoView {
                    faster: counts.faster,
                    perfect: counts.perfect,
                    slower: counts.slower,
                },
                drift: tempo(index)
                    .zip(before)
                    .map(|(now, before)| now.round() as i64 - before.round() as i64),
            }
        })
        .collect()
}

impl From<&PollRecap> for PollView {
    fn from(poll: &PollRecap) -> Self {
        let total: u32 = poll.votes.iter().sum();
        let most = poll.votes.iter().copied().max().unwrap_or(0);
        let leaders = poll.votes.iter().filter(|votes| **votes == most).count();
        let options = poll
            .options
            .iter()
            .zip(&poll.votes)
            .map(|(text, votes)| OptionView {
                text: text.clone(),
                votes: *votes,
                percent: percent(*votes, total),
                leads: *votes == most && most > 0 && leaders == 1,
            });
        Self {
            question: poll.question.clone(),
            opened: poll.opened_at.into(),
            open: poll.closed_at.is_none(),
            votes: total,
            options: options.collect(),
        }
    }
}

fn percent(part: u32, whole: u32) -> u32 {
    if whole == 0 {
        return 0;
    }
    let rounded = (u64::from(part) * 200 + u64::from(whole)) / (u64::from(whole) * 2);
    u32::try_from(rounded).unwrap_or(100).min(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_and_nobody_leads_a_tie() {
        assert_eq!((percent(1, 3), percent(2, 3), percent(0, 0)), (33, 67, 0));
        let poll = |votes: &[u32]| {
            PollView::from(&PollRecap {
                poll_id: pika_protocol::PollId::random(),
                question: "?".to_owned(),
                options: votes.iter().map(u32::to_string).collect(),
                closes: pika_protocol::feedback::PollCloses::Manual,
                opened_at: pika_protocol::UnixMs(0),
                closed_at: None,
                votes: votes.to_vec(),
            })
        };
        let leads = |votes: &[u32]| poll(votes).options.iter().map(|o| o.leads).collect::<Vec<_>>();
        assert_eq!(leads(&[1, 3, 2]), [false, true, false]);
        assert_eq!(leads(&[3, 3, 2]), [false; 3]);
        assert_eq!(leads(&[0, 0]), [false; 2]);
    }
}
