//! The recap of a session, for everybody: songs in order, likes, the curve of the night.

use minijinja::{Error, context};
use pika_protocol::{rest::Recap, session::Play};

use super::{
    chart::Chart,
    music::TrackView,
    render::{Page, embedded_json},
    texts::Texts,
};

/// How many songs stand under "Most loved".
const MOST_LOVED: usize = 5;
/// Texts that the page's script uses.
const SCRIPT_TEXTS: &[&str] = &["recap.", "songs.", "count.", "like.label"];

/// `/recap/{code}`.
pub(crate) fn recap_page(texts: &'static Texts, origin: &str, recap: &Recap) -> Result<String, Error> {
    let head = &recap.session;
    let page = Page {
        template: "recap.html",
        texts,
        origin,
        path: &format!("/recap/{}", head.code),
        title: format!("{} · {} · Pika!", head.name, head.dj_name),
        description: texts.text(
            "recap.description",
            None,
            &[
                ("dj", head.dj_name.clone()),
                ("songs", songs(texts, recap)),
                ("hearts", hearts(texts, recap)),
            ],
        ),
        noindex: true,
        theme: None,
    };
    let boot = serde_json::json!({ "code": head.code, "name": head.name, "dj": head.dj_name, "texts": texts.part(SCRIPT_TEXTS) });
    page.html(context! {
        head,
        started_at => recap.started_at, ended_at => recap.ended_at,
        likes => recap.likes,
        length => length(recap.duration_ms),
        chart => Chart::of(&recap.plays, texts),
        loved => most_loved(&recap.plays, MOST_LOVED).into_iter().map(TrackView::from).collect::<Vec<_>>(),
        plays => recap.plays.iter().map(TrackView::from).collect::<Vec<_>>(),
        boot => embedded_json(&boot),
    })
}

fn songs(texts: &Texts, recap: &Recap) -> String {
    texts.text("count.songs", Some(recap.plays.len() as i64), &[])
}

fn hearts(texts: &Texts, recap: &Recap) -> String {
    texts.text("count.hearts", Some(i64::from(recap.likes)), &[])
}

/// Hours and minutes: `2:14`.
fn length(ms: u64) -> String {
    let minutes = ms / 60_000;
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

/// The songs with the most likes; of equals, the earlier one first. Songs nobody liked are not among them.
pub(crate) fn most_loved(plays: &[Play], most: usize) -> Vec<&Play> {
    let mut loved: Vec<&Play> = plays.iter().filter(|p| p.likes > 0).collect();
    loved.sort_by_key(|p| std::cmp::Reverse(p.likes));
    loved.truncate(most);
    loved
}

#[cfg(test)]
mod tests {
    use pika_protocol::{PlayId, Track, UnixMs};

    use super::*;

    #[test]
    fn only_loved_songs_are_most_loved() {
        let play = |likes| Play {
            play_id: PlayId::random(),
            track: Track::default(),
            started_at: UnixMs(0),
            stopped_at: None,
            likes,
        };
        let plays: Vec<Play> = [0, 3, 9, 0, 3].map(play).into();
        let ids: Vec<PlayId> = most_loved(&plays, MOST_LOVED).iter().map(|p| p.play_id).collect();
        assert_eq!(ids, [plays[2].play_id, plays[1].play_id, plays[4].play_id]);
    }

    #[test]
    fn nights_are_long_enough_for_hours() {
        assert_eq!(length(8_040_000), "2:14");
        assert_eq!(length(59_999), "0:00");
    }
}
