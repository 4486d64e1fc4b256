//! Live: putting a wrong song right.

use std::sync::Arc;

use egui_kittest::kittest::Queryable;
use pika_analysis::Mode;
use pika_engine::{
    app::Command,
    library::{FoundTracks, LibraryCommand, TrackId},
    nowplaying::{NowPlayingCommand, Replacement},
};

use super::{night, on_live, track, values};
use crate::stage::{asked, picture};

#[test]
fn a_wrong_song_is_put_right() {
    let mut app = night();
    let mut window = on_live(app.clone());
    window.get_by_label("Correct this song").click();
    window.run_steps(3);
    picture(&mut window, "live-correct-menu");
    window.get_by_label("It is still the last song").click();
    assert!(asked(&mut window).contains(&Command::NowPlaying(NowPlayingCommand::StillLastSong)));

    window.get_by_label("All songs of tonight").click();
    window.run_steps(3);
    picture(&mut window, "live-played");
    window.get_by_label("Replace Neon Rain").click();
    let wishes = asked(&mut window);
    assert!(
        wishes.contains(&Command::Library(LibraryCommand::FindTracks(String::new()))),
        "{wishes:?}"
    );
    app.found = Some(Arc::new(FoundTracks {
        text: String::new(),
        tracks: vec![track(
            42,
            "Neon Lights",
            "Halcyon Drive",
            values(100.0, 3, Mode::Major, 50.0, 50.0),
        )],
    }));
    let neon = app.live.plays[1].play_id;
    window.state_mut().0 = app.clone();
    window.run_steps(3);
    picture(&mut window, "live-replace");
    window.get_by_label("It was Neon Lights by Halcyon Drive").click();
    assert!(
        asked(&mut window).contains(&Command::NowPlaying(NowPlayingCommand::Replace {
            play: neon,
            with: Replacement::Track(TrackId(42)),
        }))
    );

    let mut window = on_live(app);
    window.get_by_label("All songs of tonight").click();
    window.run_steps(3);
    window.get_by_label("Remove Neon Rain").click();
    window.run_steps(3);
    window.get_by_label("It goes from the phones and from the recap, with its 27 likes.");
    window.get_by_label("Take it out").click();
    assert!(asked(&mut window).contains(&Command::NowPlaying(NowPlayingCommand::Remove(neon))));
}
