//! Evenings that begin, end or go on in odd ways.

use super::*;

const HOUR: i64 = 3_600 * SECOND;

fn earlier(booth: &Booth) -> Vec<&str> {
    let titles = booth.earlier.iter().map(|event| event.title.as_deref());
    titles.map(Option::unwrap_or_default).collect()
}

#[test]
fn songs_of_the_file_before_are_told_when_virtualdj_went_on_while_nobody_looked() {
    let mut booth = Booth::new();
    let old = pair("old", EVENING_MS - 13 * HOUR);
    let late = pair("late", EVENING_MS - 400 * SECOND);
    booth.write(&booth.path("2024-09-02.m3u"), (old + &late).as_bytes());
    booth.append(&booth.tonight(), booth.pair("first").as_bytes());
    booth.look_after(0).expect("first");
    assert_eq!(
        earlier(&booth),
        ["late"],
        "what is from yesterday is not of this evening"
    );
    assert!(booth.earlier[0].at_start);
}

#[test]
fn the_last_line_of_a_file_that_is_left_is_not_lost() {
    let mut booth = Booth::new();
    booth.append(&booth.path("2024-09-02.m3u"), booth.pair("a").as_bytes());
    booth.look_after(0).expect("a");
    // Both at one look: the last line of the old file, and the first of the new one.
    booth.now_ms += 200 * SECOND;
    booth.append(&booth.path("2024-09-02.m3u"), booth.pair("b").as_bytes());
    booth.now_ms += 200 * SECOND;
    booth.append(&booth.tonight(), booth.pair("c").as_bytes());
    booth.look_after(0).expect("a c");
    assert_eq!(earlier(&booth), ["b"]);
    booth.look_after(SECOND).look_after(SECOND).expect("a c");
}

#[test]
fn a_named_file_that_is_made_anew_is_all_new() {
    let mut booth = Booth::new();
    let mine = booth.path("mine.m3u");
    booth.source = VirtualDj::new(VirtualDjFolder::HistoryFile(mine.clone()));
    booth.append(&mine, (booth.pair("a") + &booth.pair("b")).as_bytes());
    booth.look_after(0).expect("b");
    fs::remove_file(&mine).unwrap();
    booth.look_after(SECOND).look_after(SECOND);
    booth.append(&mine, booth.pair("c").as_bytes());
    booth.look_after(SECOND).look_after(SECOND).expect("b c");
}

#[test]
fn a_line_from_the_future_is_no_younger_than_its_file() {
    let mut booth = Booth::new();
    booth.append(&booth.tonight(), pair("ahead", EVENING_MS + HOUR).as_bytes());
    booth.look_after(2 * SECOND).expect("ahead");
    let event = &booth.published[0];
    assert_eq!(event.logged_at_ms, EVENING_MS);
    assert_eq!(
        event.line_at_ms,
        Some(EVENING_MS + HOUR),
        "it stays the same line"
    );
}

#[test]
fn what_has_no_name_is_no_song() {
    let mut booth = Booth::new();
    booth.look_after(0);
    booth.append(&booth.tonight(), booth.pair("a").as_bytes());
    booth.append(&booth.tonight(), b"#EXTVDJ:<time>21:00</time>\nZ:\n");
    booth.append(&booth.tonight(), b"#EXTVDJ:<time>21:00</time>\nZ:\\music\\\n");
    booth.look_after(SECOND).expect("a");
}
