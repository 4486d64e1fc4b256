//! Nights as they are noted, listed and summed.

use super::*;

fn library() -> (tempfile::TempDir, Library) {
    let folder = tempfile::tempdir().unwrap();
    let (library, _) = Library::open(&folder.path().join("library.db")).unwrap();
    (folder, library)
}

fn play(started_at_ms: i64) -> Play {
    Play {
        id: Uuid::new_v4(),
        track: None,
        title: "Song".into(),
        artist: String::new(),
        path_text: "/music/song.mp3".into(),
        source: "VirtualDJ".into(),
        started_at_ms,
        logged_at_ms: started_at_ms,
        answers: None,
    }
}

fn night(ended_at_ms: Option<i64>) -> Night {
    Night {
        session_id: SessionId::random(),
        place: "local".into(),
        code: "K7QX".into(),
        address: "http://192.168.1.5:3001/live/K7QX".into(),
        name: "Friday".into(),
        started_at_ms: 100,
        ended_at_ms,
        plays: 0,
        likes: 0,
        peak: 0,
        utc_offset_s: 0,
    }
}

#[test]
fn the_song_that_was_on_when_a_night_began_belongs_to_it() {
    let (_folder, mut library) = library();
    let plays = [20, 50, 150].map(play);
    for play in &plays {
        library.record_play(play, None).unwrap();
    }
    let likes = |likes| Answers {
        likes,
        ..Answers::default()
    };
    let tonight = night(Some(800));
    library
        .record_answers(
            tonight.session_id,
            &[(plays[1].id, likes(5)), (plays[2].id, likes(29))],
        )
        .unwrap();
    library.record_night(&tonight).unwrap();
    library
        .record_plays_of_night(tonight.session_id, &[plays[1].id])
        .unwrap();
    library
        .record_plays_of_night(tonight.session_id, &[plays[1].id])
        .unwrap();
    let other = night(Some(120));
    library.record_night(&other).unwrap();

    let detail = library.night(tonight.session_id).unwrap().unwrap();
    assert_eq!((detail.night.plays, detail.night.likes), (2, 34));
    let ids: Vec<_> = detail.plays.iter().map(|play| play.id).collect();
    assert_eq!(ids, [plays[1].id, plays[2].id]);
    let detail = library.night(other.session_id).unwrap().unwrap();
    assert_eq!(
        (detail.night.plays, detail.plays.len()),
        (0, 0),
        "of another night"
    );
    library.remove_play(plays[1].id).unwrap();
    let detail = library.night(tonight.session_id).unwrap().unwrap();
    assert_eq!((detail.night.plays, detail.night.likes), (1, 29));
}

#[test]
fn the_peak_is_the_highest_that_anybody_saw() {
    let (_folder, mut library) = library();
    let mut tonight = night(Some(800));
    library.record_night(&tonight).unwrap();
    assert_eq!(library.nights(9).unwrap()[0].peak, 0);
    tonight.peak = 64;
    library.record_night(&tonight).unwrap();
    tonight.peak = 12;
    library.record_night(&tonight).unwrap();
    assert_eq!(library.nights(9).unwrap()[0].peak, 64);
    let set_recap = |library: &Library, recap: &str| {
        let set = library.connection.execute("UPDATE nights SET recap = ?", [recap]);
        assert_eq!(set.unwrap(), 1);
    };
    set_recap(&library, r#"{"peak_listeners": 71}"#);
    assert_eq!(library.nights(9).unwrap()[0].peak, 71);
    set_recap(&library, "damaged");
    assert_eq!(library.nights(9).unwrap()[0].peak, 64);
}

#[test]
fn each_night_has_the_time_of_its_own_day() {
    let (_folder, mut library) = library();
    // In January and in July: where clocks are set they differ, and each agrees with the system on its day.
    for started_at_ms in [1_768_000_000_000, 1_784_000_000_000] {
        library
            .record_night(&Night {
                started_at_ms,
                ..night(None)
            })
            .unwrap();
    }
    for night in library.nights(9).unwrap() {
        assert_eq!(
            night.utc_offset_s,
            library.utc_offset_s(night.started_at_ms).unwrap()
        );
    }
}

#[test]
fn a_night_holds_the_plays_of_its_time_with_their_answers() {
    let (_folder, mut library) = library();
    let plays = [50, 150, 160, 900].map(play);
    for play in &plays {
        library.record_play(play, None).unwrap();
    }
    library.remove_play(plays[2].id).unwrap();
    let answers = Answers {
        likes: 4,
        faster: 1,
        perfect: 2,
        slower: 0,
    };
    let before = Answers::default();
    let mut tonight = night(None);
    for answers in [before, answers] {
        let answers = [(plays[1].id, answers)];
        library.record_answers(tonight.session_id, &answers).unwrap();
    }
    library.record_night(&tonight).unwrap();
    tonight.ended_at_ms = Some(800);
    library.record_night(&tonight).unwrap();
    library.record_night(&night(None)).unwrap();

    let nights = library.nights(10).unwrap();
    assert_eq!(nights.len(), 2);
    let detail = library.night(tonight.session_id).unwrap().unwrap();
    assert_eq!((detail.night.plays, detail.night.likes), (1, 4));
    assert_eq!(detail.plays.len(), 1);
    assert_eq!(detail.plays[0].answers, Some(answers));
    assert_eq!(
        library.nights_without_recap(9).unwrap(),
        [(tonight.session_id, "local".to_owned())]
    );
    assert_eq!(library.night(SessionId::random()).unwrap(), None);
}

#[test]
fn a_play_of_two_sessions_has_the_answers_of_both() {
    let (_folder, mut library) = library();
    let song = play(150);
    library.record_play(&song, None).unwrap();
    let (friday, later) = (night(Some(160)), night(None));
    for night in [&friday, &later] {
        library.record_night(night).unwrap();
    }
    let mut answer = |night: &Night, likes| {
        let answers = Answers {
            likes,
            faster: 1,
            ..Answers::default()
        };
        library
            .record_answers(night.session_id, &[(song.id, answers)])
            .unwrap();
        let of = |night: &Night| {
            let detail = library.night(night.session_id).unwrap().unwrap();
            let likes = detail.plays[0].answers.map_or(0, |answers| answers.likes);
            assert_eq!(detail.night.likes, likes);
            likes
        };
        let total = library.loved_in_all(song.id);
        (of(&friday), of(&later), total)
    };
    assert_eq!(answer(&friday, 5), (5, 0, 5));
    // The next session counts from nothing.
    assert_eq!(answer(&later, 0), (5, 0, 5));
    assert_eq!(answer(&later, 2), (5, 2, 7));
    assert_eq!(answer(&later, 1), (5, 1, 6));
    assert_eq!(answer(&friday, u32::MAX), (u32::MAX, 1, u32::MAX));
}

impl Library {
    fn loved_in_all(&self, play: PlayUuid) -> u32 {
        let likes = self.connection.query_row(
            "SELECT likes FROM play_answers WHERE play_id = ?",
            [play.to_string()],
            |row| row.get(0),
        );
        likes.unwrap()
    }
}

#[test]
fn whatever_a_relay_says_nights_are_noted_and_listed() {
    let (_folder, mut library) = library();
    for at_ms in [i64::MIN, -1, 0, LATEST_MS + 400_000_000, i64::MAX] {
        let night = Night {
            started_at_ms: at_ms,
            ..night(Some(at_ms))
        };
        library.record_night(&night).unwrap();
        let kept = library.night(night.session_id).unwrap().unwrap().night;
        assert!((0..=LATEST_MS).contains(&kept.started_at_ms));
    }
    // As an earlier version left them.
    library
        .connection
        .execute_batch(&format!(
            "UPDATE nights SET started_at = {}, ended_at = {} WHERE started_at = 0;
             UPDATE nights SET started_at = {}, recap = '{{\"peak_listeners\": 1e300}}'
                WHERE started_at = {LATEST_MS};",
            i64::MIN,
            i64::MAX,
            i64::MAX
        ))
        .unwrap();
    assert_eq!(library.nights(9).unwrap().len(), 5);
    for recap in [
        r#"{"peak_listeners": -4}"#,
        r#"{"peak_listeners": "many"}"#,
        r#"[1]"#,
    ] {
        library
            .connection
            .execute("UPDATE nights SET recap = ?", [recap])
            .unwrap();
        assert_eq!(library.nights(9).unwrap().len(), 5, "{recap}");
    }
    assert!(library.utc_offset_s(i64::MAX).is_ok());
}
