//! A correction of a whole library reaches the song that plays.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use pika_analysis::Tags;
use pika_engine::{
    app::{App, Command, Event, StartOptions},
    library::{ContentId, Correction, FileFacts, LibraryCommand, TrackId},
    nowplaying::{NowPlaying, NowPlayingCommand, NowPlayingReport},
    paths::DataPaths,
    settings::Settings,
};

/// On the slowest machine.
const PATIENCE: Duration = Duration::from_secs(120);
/// Far more than any queue holds.
const TRACKS: u32 = 500;

/// The next song that is told of and fits.
fn told(app: &mut App, fits: impl Fn(&NowPlaying) -> bool) -> NowPlaying {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        if let Some(Event::NowPlaying(NowPlayingReport::Playing(play))) = app.next_event(PATIENCE)
            && fits(&play)
        {
            return *play;
        }
    }
    panic!("it was never told");
}

fn file(number: u32) -> FileFacts {
    let mut content = [0; 16];
    content[..4].copy_from_slice(&number.to_le_bytes());
    FileFacts {
        path: PathBuf::from(format!("/nowhere/{number}.mp3")),
        size: 1,
        modified_ns: 0,
        content_id: ContentId(content),
        tags: Tags {
            title: Some(format!("Song {number}")),
            ..Tags::default()
        },
    }
}

#[test]
fn the_playing_song_is_corrected_with_five_hundred_others() {
    let folder = tempfile::tempdir().unwrap();
    let paths = DataPaths::open(Some(folder.path().join("data"))).unwrap();
    let options = StartOptions {
        // Nothing of this computer's own is followed.
        history: Some(folder.path().join("History/2026-11-21.m3u")),
        ..StartOptions::new(paths, Settings::default())
    };
    let (mut app, _) = App::start(&options, || {}).unwrap();
    let tracks: Vec<TrackId> = app
        .library()
        .call(|library| {
            let files: Vec<FileFacts> = (0..TRACKS).map(file).collect();
            let stored = library.store_files(None, &files, |_| true)?;
            Ok(stored.iter().map(|placement| placement.track()).collect())
        })
        .unwrap();
    // The last one: it found the queue full.
    let last = tracks[tracks.len() - 1];
    app.run(Command::NowPlaying(NowPlayingCommand::PlayNow(last)));
    let play = told(&mut app, |play| play.track == Some(last));
    assert_eq!(play.values.bpm, None);
    app.run(Command::Library(LibraryCommand::Correct {
        tracks,
        correction: Correction::Bpm(111.0),
    }));
    let better = told(&mut app, |again| again.values.bpm.is_some());
    assert_eq!((better.play_id, better.values.bpm), (play.play_id, Some(111.0)));
    app.stop();
}
