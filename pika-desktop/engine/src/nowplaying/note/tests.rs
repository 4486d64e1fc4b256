//! Evenings at the desk: a real library, lines as sources bring them, programs that are started anew, disks that are
//! full.

use super::*;

/// An evening, in milliseconds since 1970.
const EVENING: i64 = 1_790_000_000_000;
const SECOND: i64 = 1_000;
const MINUTE: i64 = 60_000;

struct Evening {
    _folder: tempfile::TempDir,
    library: Library,
    memory: Memory,
    now_ms: i64,
    /// The library takes nothing.
    is_away: bool,
}

impl Evening {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (library, _) = Library::open(&folder.path().join("library.db")).unwrap();
        let mut evening = Self {
            _folder: folder,
            library,
            memory: Memory::default(),
            now_ms: EVENING,
            is_away: false,
        };
        evening.restart();
        evening
    }

    /// The program ends in whatever way and is started anew. Returns what plays by hand.
    fn restart(&mut self) -> Option<NowPlaying> {
        self.memory = Memory::default();
        self.desk(|desk| desk.recall()).unwrap()
    }

    fn desk<T>(&mut self, work: impl FnOnce(&mut Desk<'_>) -> T) -> T {
        work(&mut Desk {
            library: Some(&mut self.library).filter(|_| !self.is_away),
            memory: &mut self.memory,
            now_ms: self.now_ms,
            is_refused: false,
        })
    }

    /// A line of VirtualDJ, written now.
    fn line(&self, title: &str) -> PlayEvent {
        PlayEvent {
            source: SourceKind::VirtualDj,
            path: Some(format!("/music/{title}.mp3")),
            artist: Some("Ada".to_owned()),
            title: Some(title.to_owned()),
            remix: None,
            file_size: None,
            duration_s: Some(180.0),
            logged_at_ms: self.now_ms,
            started_at_ms: self.now_ms - 10 * SECOND,
            line_at_ms: Some(self.now_ms),
            at_start: false,
            replaces_last: false,
        }
    }

    /// A file that the library knows.
    fn track(&mut self, title: &str) -> TrackId {
        let facts = FileFacts {
            path: format!("/music/{title}.mp3").into(),
            size: 1,
            modified_ns: 0,
            content_id: crate::library::ContentId([title.as_bytes()[0]; 16]),
            tags: pika_analysis::Tags::default(),
        };
        let stored = self.library.store_files(None, &[facts], |_| true);
        stored.unwrap()[0].track()
    }

    /// The playing song of a text file.
    fn text(&self, title: &str) -> PlayEvent {
        PlayEvent {
            source: SourceKind::TextFile,
            path: None,
            duration_s: None,
            line_at_ms: None,
            ..self.line(title)
        }
    }

    fn playing(&mut self, event: &PlayEvent) -> Option<NowPlaying> {
        let event = event.clone();
        match self.desk(|desk| desk.playing(event)) {
            Noted::Playing { play, .. } => Some(*play),
            Noted::Before(_) | Noted::Nothing => None,
        }
    }

    /// The whole file, as it is read at the start: the last line may play.
    fn read_all(&mut self, lines: &[PlayEvent]) -> Option<NowPlaying> {
        let (last, earlier) = lines.split_last()?;
        let at_start = |line: &PlayEvent| PlayEvent {
            at_start: true,
            ..line.clone()
        };
        for line in earlier {
            let line = at_start(line);
            self.desk(|desk| desk.before(line));
        }
        self.playing(&at_start(last))
    }

    /// What a session is told that goes on after a restart.
    fn told(&mut self, mark: Uuid, since_ms: i64) -> Vec<String> {
        let plays = of_session(&mut self.library, Some(mark), since_ms, 1_000).unwrap();
        plays.into_iter().map(|play| play.title).collect()
    }

    fn logbook(&self) -> Vec<String> {
        let plays = self.library.plays_since(0, 1_000).unwrap();
        plays.into_iter().map(|play| play.title).collect()
    }
}

/// The sequence that real histories hold: A, A again twelve seconds later, B.
fn with_a_repeat(evening: &mut Evening) -> [PlayEvent; 3] {
    let a = evening.line("A");
    evening.now_ms += 12 * SECOND;
    let again = evening.line("A");
    evening.now_ms += 3 * MINUTE;
    [a, again, evening.line("B")]
}

#[test]
fn a_repeat_is_no_play_whenever_it_is_read() {
    let mut evening = Evening::new();
    let lines = with_a_repeat(&mut evening);
    for line in &lines {
        evening.playing(line);
    }
    assert_eq!(evening.logbook(), ["A", "B"], "while running");
    evening.restart();
    evening.now_ms += SECOND;
    let on = evening.read_all(&lines);
    assert_eq!(on.unwrap().title, "B", "it goes on");
    assert_eq!(evening.logbook(), ["A", "B"], "after a restart");

    let mut evening = Evening::new();
    let lines = with_a_repeat(&mut evening);
    evening.read_all(&lines);
    assert_eq!(
        evening.logbook(),
        ["A", "B"],
        "started in the middle of the evening"
    );
    evening.restart();
    evening.read_all(&lines);
    assert_eq!(evening.logbook(), ["A", "B"]);
}

#[test]
fn a_repeat_that_comes_while_the_program_is_away_goes_on_with_the_same_play() {
    let mut evening = Evening::new();
    let a = evening.line("A");
    let play = evening.playing(&a).unwrap();
    evening.restart();
    evening.now_ms += 12 * SECOND;
    let again = evening.line("A");
    assert_eq!(evening.read_all(&[a, again]).unwrap().play_id, play.play_id);
    assert_eq!(evening.logbook(), ["A"]);
}

#[test]
fn what_the_dj_took_back_stays_taken_back() {
    let mut evening = Evening::new();
    let lines = [evening.line("A"), {
        evening.now_ms += 4 * MINUTE;
        evening.line("B")
    }];
    let plays = lines.each_ref().map(|line| evening.playing(line).unwrap());
    let (was_current, now) = evening.desk(|desk| desk.remove(plays[1].play_id));
    assert!(was_current);
    assert_eq!(now.unwrap().title, "A", "the one before plays again");
    evening.restart();
    evening.read_all(&lines);
    assert_eq!(evening.logbook(), ["A"]);
    // It is really played later.
    evening.now_ms += MINUTE;
    let later = evening.line("B");
    assert!(evening.playing(&later).is_some());
}

#[test]
fn a_file_written_anew_in_pieces_brings_nothing_back() {
    let mut evening = Evening::new();
    let lines = ["1", "2", "3", "4"].map(|title| {
        evening.now_ms += 4 * MINUTE;
        let line = evening.line(title);
        evening.playing(&line);
        line
    });
    for line in &lines[1..3] {
        assert_eq!(evening.playing(line), None, "{:?}", line.title);
    }
    assert_eq!(evening.logbook(), ["1", "2", "3", "4"]);
}

#[test]
fn a_text_that_stands_there_at_a_restart_is_the_same_play() {
    let mut evening = Evening::new();
    let text = evening.text("D");
    let play = evening.playing(&text).unwrap();
    evening.restart();
    evening.now_ms += MINUTE;
    let at_start = PlayEvent {
        at_start: true,
        ..text
    };
    assert_eq!(evening.playing(&at_start).unwrap().play_id, play.play_id);
    // A pause empties the file; the song goes on.
    evening.memory.resolver.stop();
    evening.now_ms += MINUTE;
    let after_the_pause = evening.text("D");
    assert_eq!(evening.playing(&after_the_pause).unwrap().play_id, play.play_id);
    assert_eq!(evening.logbook(), ["D"]);
}

#[test]
fn one_song_is_one_play_by_hand_and_by_whoever_notices_it_then() {
    let mut evening = Evening::new();
    let by_hand = PlayEvent {
        source: SourceKind::Hand,
        line_at_ms: None,
        ..evening.line("A")
    };
    let play = evening.playing(&by_hand).unwrap();
    assert_eq!(
        evening.playing(&by_hand).as_ref(),
        Some(&play),
        "twice by hand: the DJ is told which it is"
    );
    evening.now_ms += 45 * SECOND;
    let line = evening.line("A");
    assert_eq!(evening.playing(&line), None, "VirtualDJ says so, too");
    let text = evening.text("A");
    assert_eq!(evening.playing(&text), None, "and a text file");
    assert_eq!(evening.logbook(), ["A"]);
    // Nobody else would say it again after a crash.
    assert_eq!(evening.restart().unwrap().play_id, play.play_id);
    evening.now_ms += 15 * MINUTE;
    assert_eq!(evening.restart(), None, "it is over by now");
}

#[test]
fn nothing_is_given_up_because_it_could_not_be_written_down() {
    let mut evening = Evening::new();
    evening.is_away = true;
    let lines = ["1", "2", "3"].map(|title| {
        evening.now_ms += 4 * MINUTE;
        evening.line(title)
    });
    let plays = lines
        .each_ref()
        .map(|line| evening.playing(line).expect("told at once"));
    assert_eq!(evening.playing(&lines[2]), None, "told once");
    evening.desk(|desk| desk.remove(plays[1].play_id));
    evening.is_away = false;
    assert_eq!(evening.logbook(), [""; 0]);
    evening.desk(|desk| desk.settle()).unwrap();
    assert_eq!(evening.logbook(), ["1", "3"]);
    assert!(evening.memory.unstored.is_empty());
}

#[test]
fn what_was_lost_with_a_crash_on_a_full_disk_has_the_same_id_again() {
    let mut evening = Evening::new();
    evening.is_away = true;
    let line = evening.line("A");
    let play = evening.playing(&line).unwrap();
    evening.is_away = false;
    evening.restart();
    evening.now_ms += SECOND;
    assert_eq!(evening.read_all(&[line]).unwrap().play_id, play.play_id);
    assert_eq!(evening.logbook(), ["A"]);
}

#[test]
fn a_song_began_no_earlier_than_the_one_before_it_unless_the_clock_went_back() {
    let mut evening = Evening::new();
    let a = evening.line("A");
    let began = evening.playing(&a).unwrap().started_at_ms;
    let odd = PlayEvent {
        started_at_ms: began - MINUTE,
        ..evening.line("B")
    };
    assert_eq!(evening.playing(&odd).unwrap().started_at_ms, began);
    evening.now_ms -= 20 * MINUTE;
    let line = evening.line("C");
    assert_eq!(evening.playing(&line).unwrap().started_at_ms, line.started_at_ms);
}

#[test]
fn lines_that_older_versions_noted_are_known() {
    let mut evening = Evening::new();
    let line = evening.line("A");
    let old = Play {
        id: Uuid::new_v4(),
        track: None,
        title: "A".to_owned(),
        artist: "Ada".to_owned(),
        path_text: "/music/A.mp3".to_owned(),
        source: "VirtualDJ".to_owned(),
        started_at_ms: line.started_at_ms,
        logged_at_ms: line.logged_at_ms,
        answers: None,
    };
    evening.library.record_play(&old, None).unwrap();
    evening.restart();
    assert_eq!(evening.read_all(&[line]).unwrap().play_id, old.id);
    assert_eq!(evening.logbook(), ["A"]);
}

#[test]
fn a_session_is_told_what_came_in_it_however_the_clock_is_set() {
    let mut evening = Evening::new();
    let before = evening.line("before the session");
    evening.playing(&before);
    evening.now_ms += 5 * MINUTE;
    let (mark, began) = (Uuid::new_v4(), evening.now_ms);
    evening.library.session_begins(mark).unwrap();
    // An hour back: the session began an hour earlier on that clock, before the song before it.
    evening.now_ms -= 60 * MINUTE;
    let began = began - 60 * MINUTE;
    evening.restart();
    evening.now_ms += MINUTE;
    let within = evening.line("in the session");
    evening.playing(&within);
    evening.now_ms += 2 * 60 * MINUTE;
    let later = evening.line("and later");
    evening.playing(&later);
    assert_eq!(evening.told(mark, began), ["in the session", "and later"]);
    assert_eq!(
        evening.told(Uuid::new_v4(), began),
        ["before the session", "in the session", "and later"],
        "without a mark the times are all there is"
    );
}

#[test]
fn a_library_that_goes_back_to_its_copy_keeps_the_evening_and_no_song_is_two_plays() {
    let mut evening = Evening::new();
    evening.library.keep_good_copy().unwrap();
    // Known to the library as it is, not to the copy.
    for title in ["A", "B"] {
        evening.track(title);
    }
    let line = evening.line("A");
    let first = evening.playing(&line).unwrap();
    assert!(first.track.is_some());
    evening.now_ms += 4 * MINUTE;
    let text = evening.text("D");
    let on = evening.playing(&text).unwrap();
    evening.library.go_back().unwrap();
    // Another file has that id now.
    evening.track("X");
    let changed = evening.desk(|desk| desk.went_back()).unwrap();
    assert_eq!(changed.len(), 1);
    assert_eq!((changed[0].play_id, changed[0].track), (first.play_id, None));
    assert_eq!(evening.logbook(), ["A", "D"], "noted in the copy, too");
    assert!(evening.memory.unstored.is_empty());
    assert_eq!(evening.playing(&text), None, "it is on");
    evening.restart();
    let at_start = PlayEvent {
        at_start: true,
        ..text
    };
    assert_eq!(evening.playing(&at_start).unwrap().play_id, on.play_id);
    assert_eq!(evening.logbook(), ["A", "D"]);
}

#[test]
fn what_the_dj_said_of_a_play_outlives_the_way_back() {
    for known_to_copy in [true, false] {
        let mut evening = Evening::new();
        let a = evening.track("A");
        if !known_to_copy {
            evening.library.keep_good_copy().unwrap();
        }
        let b = evening.track("B");
        if known_to_copy {
            evening.library.keep_good_copy().unwrap();
        }
        let words = Replacement::Text {
            title: "The DJ's words".into(),
            artist: "Me".into(),
        };
        let mut plays = Vec::new();
        for with in [words, Replacement::Track(b)] {
            evening.now_ms += 4 * MINUTE;
            let line = evening.line("A");
            let play = evening.playing(&line).unwrap();
            plays.push(evening.desk(|desk| desk.replace(play.play_id, with)).unwrap());
        }
        evening.library.go_back().unwrap();
        evening.desk(|desk| desk.went_back()).unwrap();
        evening.desk(|desk| desk.tracks_changed(&[a]));
        let kept = evening.library.plays_since(0, 10).unwrap();
        let kept: Vec<_> = kept.iter().map(|play| (&*play.title, play.track)).collect();
        let b = Some(b).filter(|_| known_to_copy);
        assert_eq!(kept, [("The DJ's words", None), ("B", b)]);
        let remembered = plays
            .iter()
            .map(|play| evening.memory.plays.get(play.play_id).unwrap());
        assert_eq!(remembered.map(|play| play.track).collect::<Vec<_>>(), [None, b]);
    }
}

#[test]
fn a_clock_set_back_while_the_program_is_off_makes_no_second_play_of_a_text() {
    let mut evening = Evening::new();
    let text = evening.text("D");
    let first = evening.playing(&text).unwrap();
    evening.now_ms -= 20 * MINUTE;
    evening.restart();
    let at_start = PlayEvent {
        at_start: true,
        ..evening.text("D")
    };
    assert_eq!(evening.playing(&at_start).unwrap().play_id, first.play_id);
    assert_eq!(evening.logbook(), ["D"]);
}

#[test]
fn what_is_recalled_late_comes_before_what_was_noticed_meanwhile() {
    let mut evening = Evening::new();
    let line = evening.line("A");
    let a = evening.playing(&line).unwrap();
    evening.now_ms += 4 * MINUTE;
    // A start at which the library does not answer.
    evening.memory = Memory::default();
    let line = evening.line("B");
    let b = evening.playing(&line).unwrap();
    for _ in 0..2 {
        assert_eq!(evening.desk(|desk| desk.recall()).unwrap(), None, "B is on");
        let plays = evening.memory.plays.all();
        let ids: Vec<_> = plays.iter().map(|(play, _)| play.play_id).collect();
        assert_eq!(ids, [a.play_id, b.play_id]);
        assert_eq!(evening.memory.resolver.current(), Some(b.play_id));
    }
    assert_eq!(evening.playing(&line), None, "no second play");
}
