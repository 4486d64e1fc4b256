//! A night as a table for spreadsheets: RFC 4180, safe from formulas, with a byte order mark so
//! that spreadsheet programs read accents.

use pika_protocol::{Day, UnixMs, rest::OwnerRecap};

const COLUMNS: &str = "started_at,played_s,title,artist,bpm,key,camelot,energy,danceability,brightness,\
     duration_s,likes,faster,perfect,slower";

/// One line for each play, oldest first. Times are UTC; the last play has no `played_s` while it goes on.
pub fn csv(recap: &OwnerRecap) -> String {
    let mut table = format!("\u{feff}{COLUMNS}\r\n");
    let plays = &recap.recap.plays;
    for (index, (play, counts)) in plays.iter().zip(&recap.counts).enumerate() {
        let next = plays
            .get(index + 1)
            .map(|next| next.started_at)
            .or(recap.recap.ended_at);
        let until = match (play.stopped_at, next) {
            (Some(stopped), Some(next)) => Some(stopped.min(next)),
            (stopped, next) => stopped.or(next),
        };
        let played = until.map(|until| (until.since_ms(play.started_at).max(0) / 1000).to_string());
        let track = &play.track;
        let number = |value: Option<u8>| value.map(|value| value.to_string()).unwrap_or_default();
        let cells = [
            utc(play.started_at),
            played.unwrap_or_default(),
            text(&track.title),
            text(&track.artist),
            track.bpm.map(|bpm| format!("{bpm:.1}")).unwrap_or_default(),
            text(track.key.as_deref().unwrap_or_default()),
            text(track.camelot.as_deref().unwrap_or_default()),
            number(track.energy),
            number(track.danceability),
            number(track.brightness),
            track
                .duration_ms
                .map(|ms| (ms / 1000).to_string())
                .unwrap_or_default(),
            counts.likes.to_string(),
            counts.faster.to_string(),
            counts.perfect.to_string(),
            counts.slower.to_string(),
        ];
        table.push_str(&cells.join(","));
        table.push_str("\r\n");
    }
    table
}

/// A cell. What a spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV injection).
fn text(value: &str) -> String {
    let is_formula = value
        .trim_start()
        .starts_with(['=', '+', '-', '@', '\t', '\r', '|', '%']);
    let value = if is_formula {
        format!("'{value}")
    } else {
        value.to_owned()
    };
    if value.contains(['"', ',', '\r', '\n', ';']) || is_formula {
        return format!("\"{}\"", value.replace('"', "\"\""));
    }
    value
}

/// `2026-11-21T20:15:00Z`.
pub fn utc(at: UnixMs) -> String {
    let rest = at.0.div_euclid(1000).rem_euclid(86_400);
    format!(
        "{}T{:02}:{:02}:{:02}Z",
        Day::of(at),
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    )
}

#[cfg(test)]
mod tests {
    use pika_protocol::{
        PlayId, SessionCode, SessionId, Track,
        feedback::PlayCounts,
        rest::Recap,
        session::{Play, SessionHead},
    };

    use super::*;

    #[test]
    fn times_are_civil() {
        assert_eq!(utc(UnixMs(0)), "1970-01-01T00:00:00Z");
        assert_eq!(utc(UnixMs(951_782_400_000)), "2000-02-29T00:00:00Z");
        assert_eq!(utc(UnixMs(1_795_291_199_999)), "2026-11-21T19:59:59Z");
        assert_eq!(utc(UnixMs(-1)), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn formulas_and_quotes_are_harmless() {
        assert_eq!(text("Plain"), "Plain");
        assert_eq!(text("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(text("  +1"), "\"'  +1\"");
        assert_eq!(text("@me"), "\"'@me\"");
        assert_eq!(text("-1"), "\"'-1\"");
        assert_eq!(text("a, b"), "\"a, b\"");
        assert_eq!(text("a\nb"), "\"a\nb\"");
    }

    #[test]
    fn a_night_becomes_a_table() {
        let play = |number: u128, start, stopped_at| Play {
            play_id: PlayId(uuid::Uuid::from_u128(number)),
            track: Track {
                title: format!("Song {number}"),
                artist: "=1+1".to_owned(),
                bpm: Some(96.04),
                duration_ms: Some(200_000),
                ..Track::default()
            },
            started_at: UnixMs(start),
            stopped_at,
            likes: 3,
        };
        let counts = |number: u128| PlayCounts {
            play_id: PlayId(uuid::Uuid::from_u128(number)),
            likes: 3,
            faster: 1,
            perfect: 0,
            slower: 2,
        };
        let recap = OwnerRecap {
            session_id: SessionId(uuid::Uuid::nil()),
            recap: Recap {
                session: SessionHead {
                    code: SessionCode::parse("ABCD").expect("a code"),
                    name: "Friday".to_owned(),
                    dj_name: "Ada".to_owned(),
                    has_pin: false,
                },
                started_at: UnixMs(0),
                ended_at: None,
                duration_ms: 1,
                plays: vec![
                    play(1, 0, None),
                    play(2, 100_000, Some(UnixMs(160_000))),
                    play(3, 200_000, None),
                ],
                likes: 9,
            },
            counts: vec![counts(1), counts(2), counts(3)],
            polls: Vec::new(),
            thanks: 0,
            dancers: 0,
            active_dancers: 0,
            peak_listeners: 0,
            listeners: Vec::new(),
        };
        let table = csv(&recap);
        let lines: Vec<_> = table.trim_start_matches('\u{feff}').split("\r\n").collect();
        assert_eq!(lines.len(), 5);
        assert_eq!(
            lines[1],
            "1970-01-01T00:00:00Z,100,Song 1,\"'=1+1\",96.0,,,,,,200,3,1,0,2"
        );
        assert!(lines[2].starts_with("1970-01-01T00:01:40Z,60,"));
        assert!(lines[3].starts_with("1970-01-01T00:03:20Z,,"));
        let columns = lines[0].split(',').count();
        assert!(lines[1..4].iter().all(|line| line.split(',').count() == columns));
    }
}
