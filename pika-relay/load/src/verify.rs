//! Whether the relay has stored what the crowd has said: each word once, none missing.

use std::collections::HashMap;

use pika_protocol::{PlayId, feedback::TempoChoice, rest::OwnerRecap};

use crate::{crowd::Crowd, report::Report};

/// What is told of differences at most; the rest is counted.
const MOST: usize = 10;

/// What the crowd wants to be stored for one play: likes, faster, perfect, slower.
type Wanted = [u32; 4];

/// Compares what is stored with what was said; everything must be acknowledged by now.
pub fn compare(crowd: &Crowd, stored: &OwnerRecap) -> Vec<String> {
    let mut wanted: Vec<Wanted> = vec![[0; 4]; crowd.stats.plays.len()];
    let mut votes = vec![[0u32; 2]; crowd.polls.len()];
    let mut thanks = 0;
    for dancer in &crowd.dancers {
        for (play, _) in dancer.likes.iter().filter(|(_, likes)| *likes) {
            wanted[*play as usize][0] += 1;
        }
        for (play, choice) in &dancer.tempo {
            let column = match choice {
                TempoChoice::Faster => 1,
                TempoChoice::Perfect => 2,
                TempoChoice::Slower => 3,
                TempoChoice::Clear => continue,
            };
            wanted[*play as usize][column] += 1;
        }
        for (poll, option) in &dancer.votes {
            votes[*poll as usize][usize::from(*option)] += 1;
        }
        thanks += u32::from(dancer.thanked);
    }
    let counts: HashMap<PlayId, Wanted> = stored
        .counts
        .iter()
        .map(|play| (play.play_id, [play.likes, play.faster, play.perfect, play.slower]))
        .collect();
    let mut differences = Vec::new();
    let mut check = |what: String, wanted: &[u32], stored: &[u32]| {
        if wanted != stored {
            differences.push(format!("{what}: said {wanted:?}, stored {stored:?}"));
        }
    };
    for (song, (play, wanted)) in crowd.stats.plays.iter().zip(&wanted).enumerate() {
        let stored = counts.get(&play.play_id).copied().unwrap_or_default();
        check(
            format!("song {song} (likes, faster, perfect, slower)"),
            wanted,
            &stored,
        );
    }
    for (nth, (poll_id, wanted)) in crowd.polls.iter().zip(&votes).enumerate() {
        let poll = stored.polls.iter().find(|poll| poll.poll_id == *poll_id);
        check(
            format!("poll {nth}"),
            wanted,
            poll.map_or(&[], |poll| &poll.votes),
        );
    }
    check("thanks".to_owned(), &[thanks], &[stored.thanks]);
    let n_acked = crowd.stats.plays.iter().filter(|play| play.is_acked).count() as u32;
    check("songs".to_owned(), &[n_acked], &[stored.recap.plays.len() as u32]);
    shorten(differences)
}

fn shorten(mut differences: Vec<String>) -> Vec<String> {
    if differences.len() > MOST {
        let more = differences.len() - MOST;
        differences.truncate(MOST);
        differences.push(format!("and {more} more differences"));
    }
    differences
}

/// Adds to a report what crowd and relay say about losses; the crowd must have settled.
pub fn judge(crowd: &Crowd, stored: Option<&OwnerRecap>, report: &mut Report) {
    let stats = &crowd.stats;
    report.add("songs", "songs played", stats.plays.len() as f64, "");
    report.add("heard", "songs heard, by all dancers", stats.n_heard as f64, "");
    report.add("acked", "actions acknowledged", stats.n_acked as f64, "");
    report.add(
        "postponed",
        "actions sent again later, as told",
        stats.n_postponed as f64,
        "",
    );
    report.add("resumed", "came back by resume", stats.n_resumed as f64, "");
    report.add("anew", "came back and got all anew", stats.n_anew as f64, "");
    report.add(
        "lost",
        "state messages lost",
        (stats.n_missing + crowd.n_behind_all()) as f64,
        "",
    );
    report.add("doubled", "state messages doubled", stats.n_doubled as f64, "");
    report
        .reasons
        .push(("connections that failed", stats.failed.clone()));
    report
        .reasons
        .push(("connections that ended", stats.ended.clone()));
    report.reasons.push(("refused for good", stats.refused.clone()));
    let mut fail = |count: u64, what: &str| {
        if count > 0 {
            report.failures.push(format!("{count} {what}"));
        }
    };
    fail(stats.n_missing, "state messages are missing");
    fail(
        crowd.n_behind_all(),
        "state messages had not been heard in the end",
    );
    fail(stats.n_doubled, "state messages came twice");
    fail(stats.n_different, "state messages differed from dancer to dancer");
    fail(crowd.n_waiting as u64, "actions were never acknowledged");
    fail(stats.refused.values().sum(), "actions or messages were refused");
    fail(
        (crowd.n_expected() - crowd.n_here.min(crowd.n_expected())) as u64,
        "dancers were not there in the end",
    );
    if let Some(stored) = stored {
        report.failures.extend(compare(crowd, stored));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        dancer::{Dancer, Habits, Say, Transport},
        link::Addresses,
        target::Target,
    };

    fn stored(crowd: &Crowd, likes: u32, perfect: u32, thanks: u32) -> OwnerRecap {
        let play_id = crowd.stats.plays[0].play_id;
        serde_json::from_value(json!({
            "session_id": crowd.target.session_id,
            "session": {"code": "K7QX", "name": "x", "dj_name": "y", "has_pin": false},
            "started_at": 1, "duration_ms": 1, "likes": likes,
            "plays": [{"play_id": play_id, "track": {"title": "Song 0"}, "started_at": 1}],
            "counts": [{"play_id": play_id, "likes": likes, "faster": 0, "perfect": perfect, "slower": 0}],
            "polls": [], "thanks": thanks, "dancers": 2, "active_dancers": 2, "peak_listeners": 2, "listeners": [],
        }))
        .unwrap()
    }

    #[test]
    fn one_too_many_or_too_few_is_told() {
        let target = Target::bare(([127, 0, 0, 1], 9).into(), Addresses::default());
        let mut crowd = Crowd::new(target, 1).unwrap();
        crowd.play();
        for _ in 0..2 {
            let mut dancer = Dancer::new(Transport::Socket, Habits::default());
            dancer.say(Say::Like(0));
            dancer.say(Say::Tempo(0, TempoChoice::Slower));
            dancer.say(Say::Tempo(0, TempoChoice::Perfect));
            crowd.dancers.push(dancer);
        }
        crowd.dancers[1].say(Say::Unlike(0));
        crowd.dancers[1].say(Say::Thank);
        assert_eq!(compare(&crowd, &stored(&crowd, 1, 2, 1)), Vec::<String>::new());
        assert_eq!(
            compare(&crowd, &stored(&crowd, 2, 2, 1)).len(),
            1,
            "a like too many"
        );
        assert_eq!(
            compare(&crowd, &stored(&crowd, 1, 1, 0)).len(),
            2,
            "a vote and a thank too few"
        );
        let mut report = Report::new("x");
        judge(&crowd, Some(&stored(&crowd, 0, 2, 1)), &mut report);
        assert!(
            report.failures.iter().any(|failure| failure.contains("song 0")),
            "{report:?}"
        );
        assert!(
            report
                .failures
                .iter()
                .any(|failure| failure.contains("not there")),
            "{report:?}"
        );
    }
}
