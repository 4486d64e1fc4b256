//! VirtualDJ's history as it grows on disk: every pattern of writing, and real files where they are at hand.

mod corners;
mod real;

use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use super::*;

/// A September evening in 2024, in milliseconds since 1970.
const EVENING_MS: i64 = 1_725_390_000_000;
const SECOND: i64 = 1000;

/// A VirtualDJ folder and a source that follows it, with a clock turned by hand.
struct Booth {
    root: tempfile::TempDir,
    source: VirtualDj,
    now_ms: i64,
    published: Vec<PlayEvent>,
    /// Songs that came together with a newer one.
    earlier: Vec<PlayEvent>,
    status: Option<SourceStatus>,
}

impl Booth {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("History")).unwrap();
        Self::at(root)
    }

    fn at(root: tempfile::TempDir) -> Self {
        let source = VirtualDj::new(VirtualDjFolder::Program(root.path().to_owned()));
        Self {
            root,
            source,
            now_ms: EVENING_MS,
            published: Vec::new(),
            earlier: Vec::new(),
            status: None,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join("History").join(name)
    }

    fn tonight(&self) -> PathBuf {
        self.path("2024-09-03.m3u")
    }

    /// Lets time pass, then looks; the time of the newest file follows the clock as on a real disk.
    fn look_after(&mut self, ms: i64) -> &mut Self {
        self.now_ms += ms;
        for news in self.source.poll(at(self.now_ms), true) {
            match news {
                SourceNews::Played(event) => self.published.push(*event),
                SourceNews::Earlier(event) => self.earlier.push(*event),
                SourceNews::Status(status) => self.status = Some(status),
                SourceNews::Stopped => panic!("VirtualDJ says nothing of stopping"),
            }
        }
        self
    }

    fn append(&self, path: &Path, bytes: &[u8]) {
        let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
        file.write_all(bytes).unwrap();
        self.stamp(path, self.now_ms);
    }

    fn write(&self, path: &Path, bytes: &[u8]) {
        fs::write(path, bytes).unwrap();
        self.stamp(path, self.now_ms);
    }

    fn stamp(&self, path: &Path, ms: i64) {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(ms.cast_unsigned());
        File::options()
            .write(true)
            .open(path)
            .unwrap()
            .set_modified(time)
            .unwrap();
    }

    /// A pair written now.
    fn pair(&self, title: &str) -> String {
        pair(title, self.now_ms)
    }

    #[track_caller]
    fn expect(&self, titles: &str) {
        assert_eq!(self.titles(), titles);
    }

    fn titles(&self) -> String {
        self.published
            .iter()
            .map(|event| event.title.as_deref().unwrap_or("?"))
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// A moment by a clock that was never set.
fn at(ms: i64) -> Now {
    Now {
        wall_ms: ms,
        steady: Duration::from_millis(ms.cast_unsigned()),
    }
}

fn pair(title: &str, logged_ms: i64) -> String {
    format!(
        "#EXTVDJ:<time>21:00</time><lastplaytime>{}</lastplaytime><artist>Žofie & Co</artist><title>{title}</title>\n/music/{title}.mp3\n",
        logged_ms / SECOND
    )
}

#[test]
fn a_pair_in_one_write() {
    let mut booth = Booth::new();
    booth.look_after(0);
    booth.append(&booth.tonight(), booth.pair("a").as_bytes());
    booth.look_after(SECOND).look_after(SECOND).expect("a");
    let event = &booth.published[0];
    assert_eq!(event.path.as_deref(), Some("/music/a.mp3"));
    assert_eq!(event.artist.as_deref(), Some("Žofie & Co"));
    assert_eq!(event.logged_at_ms, EVENING_MS);
    assert_eq!(
        event.started_at_ms,
        EVENING_MS - 45 * SECOND,
        "45 s of play come before the line"
    );
    assert!(!event.at_start);
}

#[test]
fn several_songs_at_one_look_are_all_noticed_with_their_own_times() {
    let mut booth = Booth::new();
    let old = pair("old", EVENING_MS - 13 * 3_600_000);
    let before = pair("a", EVENING_MS - 400 * SECOND) + &pair("b", EVENING_MS - 200 * SECOND);
    booth.write(&booth.tonight(), (old + &before).as_bytes());
    booth.look_after(0).expect("b");
    let earlier: Vec<_> = booth
        .earlier
        .iter()
        .map(|event| event.title.clone().unwrap())
        .collect();
    assert_eq!(earlier, ["a"], "yesterday's is not tonight's");
    assert_eq!(booth.earlier[0].logged_at_ms, EVENING_MS - 400 * SECOND);
    let (c, d) = (booth.pair("c"), pair("d", EVENING_MS + SECOND));
    booth.append(&booth.tonight(), (c + &d).as_bytes());
    booth.look_after(2 * SECOND).expect("b d");
    assert_eq!(booth.earlier[1].title.as_deref(), Some("c"));
    assert!(!booth.earlier[1].at_start);
}

#[test]
fn header_and_path_apart() {
    let mut booth = Booth::new();
    let pair = booth.pair("a");
    let (header, path) = pair.split_at(pair.find('\n').unwrap() + 1);
    booth.look_after(0);
    booth.append(&booth.tonight(), header.as_bytes());
    booth.look_after(50).expect("");
    booth.append(&booth.tonight(), path.as_bytes());
    booth.look_after(50).expect("a");
}

#[test]
fn cut_anywhere_even_inside_a_tag_or_a_character() {
    let whole = pair("a", EVENING_MS);
    for cut in 1..whole.len() {
        let mut booth = Booth::new();
        booth.look_after(0);
        booth.append(&booth.tonight(), &whole.as_bytes()[..cut]);
        booth.look_after(50).expect("");
        booth.append(&booth.tonight(), &whole.as_bytes()[cut..]);
        booth.look_after(50).expect("a");
        assert_eq!(booth.published[0].artist.as_deref(), Some("Žofie & Co"));
    }
}

#[test]
fn a_path_without_newline_for_three_seconds() {
    let mut booth = Booth::new();
    let pair = booth.pair("a");
    booth.look_after(0);
    booth.append(&booth.tonight(), pair.trim_end().as_bytes());
    booth.look_after(SECOND).expect("");
    booth.look_after(SECOND).look_after(SECOND).expect("a");
    booth.append(&booth.tonight(), b"\n");
    booth.look_after(SECOND).expect("a");
    let next = booth.pair("b");
    booth.append(&booth.tonight(), next.as_bytes());
    booth.look_after(SECOND).expect("a b");
}

#[test]
fn a_file_created_empty_and_filled_later() {
    let mut booth = Booth::new();
    booth.look_after(0);
    booth.write(&booth.tonight(), b"");
    booth.look_after(SECOND);
    booth.append(&booth.tonight(), booth.pair("a").as_bytes());
    booth.look_after(SECOND).expect("a");
}

#[test]
fn a_temporary_file_renamed_over() {
    let mut booth = Booth::new();
    let first = booth.pair("a");
    booth.look_after(0);
    booth.write(&booth.tonight(), first.as_bytes());
    booth.look_after(SECOND).expect("a");
    let temporary = booth.path("2024-09-03.tmp");
    booth.write(&temporary, (first + &booth.pair("b")).as_bytes());
    fs::rename(&temporary, booth.tonight()).unwrap();
    booth.look_after(SECOND).look_after(SECOND).expect("a b");
}

#[test]
fn truncated_and_rewritten() {
    let mut booth = Booth::new();
    let (a, b) = (booth.pair("a"), booth.pair("b"));
    booth.look_after(0);
    booth.append(&booth.tonight(), a.as_bytes());
    booth.look_after(SECOND);
    booth.append(&booth.tonight(), b.as_bytes());
    booth.look_after(SECOND).expect("a b");
    // Compacted; then emptied and written again with one more.
    booth.write(&booth.tonight(), b.as_bytes());
    booth.look_after(SECOND).expect("a b");
    booth.write(&booth.tonight(), b"");
    booth.look_after(SECOND).expect("a b");
    booth.write(&booth.tonight(), (a.clone() + &b).as_bytes());
    booth.look_after(SECOND).expect("a b");
    booth.write(&booth.tonight(), (a + &b + &booth.pair("c")).as_bytes());
    booth.look_after(SECOND).expect("a b c");
}

#[test]
fn touched_without_change() {
    let mut booth = Booth::new();
    booth.look_after(0);
    booth.append(&booth.tonight(), booth.pair("a").as_bytes());
    booth.look_after(SECOND);
    booth.stamp(&booth.tonight(), booth.now_ms + SECOND);
    booth.look_after(2 * SECOND).look_after(20 * SECOND).expect("a");
}

#[test]
fn an_old_file_moved_into_its_year() {
    let mut booth = Booth::new();
    let old = booth.path("2023-12-30.m3u");
    booth.write(&old, pair("old", EVENING_MS - 300 * 86_400 * SECOND).as_bytes());
    booth.stamp(&old, EVENING_MS - 300 * 86_400 * SECOND);
    booth.append(&booth.tonight(), booth.pair("a").as_bytes());
    booth.look_after(SECOND).expect("a");
    fs::create_dir_all(booth.path("2023/12")).unwrap();
    fs::rename(&old, booth.path("2023/12/2023-12-30.m3u")).unwrap();
    booth.look_after(SECOND).look_after(SECOND).expect("a");
    booth.append(&booth.tonight(), booth.pair("b").as_bytes());
    booth.look_after(SECOND).expect("a b");
}

#[test]
fn the_current_file_moved_away_leaves_silence() {
    let mut booth = Booth::new();
    let old = booth.path("2024-09-02.m3u");
    booth.write(&old, pair("old", EVENING_MS - 86_400 * SECOND).as_bytes());
    booth.look_after(0);
    booth.append(&booth.tonight(), booth.pair("a").as_bytes());
    booth.look_after(SECOND).expect("a");
    fs::create_dir_all(booth.path("2024/09")).unwrap();
    fs::rename(booth.tonight(), booth.path("2024/09/2024-09-03.m3u")).unwrap();
    booth.look_after(SECOND).look_after(SECOND).expect("a");
}

#[test]
fn a_file_with_an_older_date_that_grows_is_the_current_one() {
    let mut booth = Booth::new();
    let yesterday = booth.path("2024-09-02.m3u");
    let old = pair("old", EVENING_MS - 3_600 * SECOND);
    booth.write(&yesterday, old.as_bytes());
    booth.stamp(&yesterday, EVENING_MS - 3_600 * SECOND);
    booth.append(&booth.tonight(), booth.pair("a").as_bytes());
    booth.look_after(SECOND).expect("a");
    booth.append(&yesterday, booth.pair("b").as_bytes());
    booth.look_after(SECOND).expect("a b");
    // And back.
    booth.append(&booth.tonight(), booth.pair("c").as_bytes());
    booth.look_after(SECOND).look_after(SECOND).expect("a b c");
}

#[test]
fn a_clock_set_back_by_an_hour() {
    let mut booth = Booth::new();
    booth.look_after(0);
    booth.append(&booth.tonight(), booth.pair("a").as_bytes());
    booth.look_after(SECOND);
    booth.now_ms -= 3_600 * SECOND;
    let b = booth.pair("b");
    booth.append(&booth.tonight(), b.as_bytes());
    booth.look_after(SECOND).expect("a b");
    // Past midnight still in the file of the evening before.
    booth.now_ms += 5 * 3_600 * SECOND;
    let c = booth.pair("c");
    booth.append(&booth.tonight(), c.as_bytes());
    booth.look_after(SECOND).expect("a b c");
    assert!(
        booth
            .published
            .iter()
            .all(|event| event.started_at_ms <= booth.now_ms)
    );
}

#[test]
fn a_thousand_entries_at_once_are_one_song() {
    let mut booth = Booth::new();
    booth.look_after(0);
    let many: String = (0..1000).map(|n| booth.pair(&format!("s{n}"))).collect();
    booth.append(&booth.tonight(), many.as_bytes());
    booth.look_after(SECOND).look_after(SECOND).expect("s999");
}

#[test]
fn a_folder_created_later() {
    let root = tempfile::tempdir().unwrap();
    let mut booth = Booth::at(root);
    booth.look_after(0);
    assert!(matches!(booth.status, Some(SourceStatus::Missing { .. })));
    fs::create_dir(booth.root.path().join("History")).unwrap();
    booth.append(&booth.tonight(), booth.pair("a").as_bytes());
    booth.look_after(SECOND).expect("a");
    assert!(matches!(booth.status, Some(SourceStatus::Following { .. })));
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read_for_a_while() {
    let mut booth = Booth::new();
    booth.look_after(0);
    booth.append(&booth.tonight(), booth.pair("a").as_bytes());
    booth.look_after(SECOND);
    // A folder in the file's place fails for every user, root included, where permissions would not.
    let kept = booth.path("kept");
    fs::rename(booth.tonight(), &kept).unwrap();
    fs::create_dir(booth.tonight()).unwrap();
    booth.look_after(SECOND).look_after(SECOND).expect("a");
    assert!(
        matches!(booth.status, Some(SourceStatus::Unreadable { .. })),
        "{:?}",
        booth.status
    );
    fs::remove_dir(booth.tonight()).unwrap();
    fs::rename(&kept, booth.tonight()).unwrap();
    booth.append(&booth.tonight(), booth.pair("b").as_bytes());
    booth.look_after(SECOND).expect("a b");
    assert!(matches!(booth.status, Some(SourceStatus::Following { .. })));
}

#[test]
fn yesterdays_last_song_is_marked_and_tonights_first_is_not() {
    let mut booth = Booth::new();
    booth.append(
        &booth.tonight(),
        pair("late", EVENING_MS - 3_600 * SECOND).as_bytes(),
    );
    booth.look_after(0).expect("late");
    assert!(booth.published[0].at_start, "the resolver decides by its age");
    booth.append(&booth.tonight(), booth.pair("a").as_bytes());
    booth.look_after(SECOND).expect("late a");
    assert!(!booth.published[1].at_start);
}

#[test]
fn a_new_file_takes_over() {
    let mut booth = Booth::new();
    booth.append(&booth.tonight(), booth.pair("a").as_bytes());
    booth.look_after(0);
    let tomorrow = booth.path("2024-09-04.m3u");
    booth.now_ms += 20 * 3_600 * SECOND;
    booth.append(&tomorrow, booth.pair("b").as_bytes());
    booth.look_after(SECOND).expect("a b");
}

#[test]
fn samples_are_no_songs() {
    let mut booth = Booth::new();
    booth.look_after(0);
    let sample = "#EXTVDJ:<lastplaytime>1</lastplaytime>\nC:\\Drums Sampler.zip\\Hit.VDJSAMPLE\n";
    booth.append(&booth.tonight(), (booth.pair("a") + sample).as_bytes());
    booth.look_after(SECOND).expect("a");
    booth.append(&booth.tonight(), sample.as_bytes());
    booth.look_after(SECOND).expect("a");
}

#[test]
fn the_delay_is_read_and_taught() {
    let mut booth = Booth::new();
    let settings = booth.root.path().join("settings.xml");
    booth.look_after(0);
    let Some(SourceStatus::Following { delay_s, advice, .. }) = &booth.status else {
        panic!("{:?}", booth.status)
    };
    assert_eq!((*delay_s, advice.len()), (Some(45), 1));
    fs::write(
        &settings,
        "<settings><historyDelay>10</historyDelay><writeHistory>no</writeHistory></settings>",
    )
    .unwrap();
    booth.append(&booth.tonight(), booth.pair("a").as_bytes());
    booth.look_after(SECOND);
    assert_eq!(booth.published[0].started_at_ms, EVENING_MS - 10 * SECOND);
    let Some(SourceStatus::Following { delay_s, advice, .. }) = &booth.status else {
        panic!("{:?}", booth.status)
    };
    assert_eq!(*delay_s, Some(10));
    assert!(advice[0].contains("writeHistory"), "{advice:?}");
}

#[test]
fn without_events_the_poll_alone_finds_everything() {
    let mut booth = Booth::new();
    booth.look_after(0);
    booth.append(&booth.tonight(), booth.pair("a").as_bytes());
    // No word from the watcher: within ten polls the new file is found, then each second.
    let mut polls = 0;
    let mut poll = |booth: &mut Booth| {
        polls += 1;
        booth.now_ms += SECOND;
        booth
            .source
            .poll(at(booth.now_ms), false)
            .iter()
            .any(|news| matches!(news, SourceNews::Played(_)))
    };
    assert!((0..10).any(|_| poll(&mut booth)));
    booth.append(&booth.tonight(), booth.pair("b").as_bytes());
    assert!(poll(&mut booth));
}

#[test]
fn one_named_file_is_followed_alone() {
    let mut booth = Booth::new();
    booth.source = VirtualDj::new(VirtualDjFolder::HistoryFile(booth.path("mine.m3u")));
    booth.look_after(0);
    booth.append(&booth.tonight(), booth.pair("other").as_bytes());
    booth.append(&booth.path("mine.m3u"), booth.pair("a").as_bytes());
    booth.look_after(SECOND).expect("a");
}
