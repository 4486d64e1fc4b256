//! Live: the form, the night, every state of the connection, what the hand can do.

use std::{path::PathBuf, sync::Arc};

use eframe::egui::{OutputCommand, accesskit::Role};
use egui_kittest::{Harness, kittest::Queryable};
use pika_analysis::{Mode, MusicalKey};
use pika_desktop::ui::Screen;
use pika_engine::library::{Found, Overview};
use pika_engine::{
    account::{AccountCommand, AccountProfile, AccountState, AccountStatus, Reach, RelayAddress, Token},
    app::{AppState, Command, Event},
    battery::Battery,
    library::{Track, TrackId, Values},
    live::{
        Crowd, LinkInfo, LinkKind, LiveAnnouncement, LiveAnswer, LivePhase, LivePlay, LivePoll, LiveQuestion,
        LiveState, Notice, ScreenKey, SessionInfo, Words,
    },
    local_relay::LocalRelayInfo,
    nowplaying::{NowPlaying, SourceKind, SourceStatus},
    relay_access::RelayAccess,
    settings::{Appearance, Settings},
    suggest::Suggestion,
};
use pika_protocol::{AnnouncementId, PollId, SessionId, feedback::PollCloses};
use uuid::Uuid;

use crate::stage::{Scene, asked, looked, picture, sized, stage};
use pika_engine::library::LibraryCommand;
use pika_engine::live::LiveCommand;
use pika_engine::live::LiveReport;
use pika_engine::nowplaying::NowPlayingReport;
use pika_engine::nowplaying::{NowPlayingCommand, Replacement};
use pika_engine::settings::SettingsChange;

/// 2026-11-20 21:41:05 UTC; the clock on the wall is an hour ahead.
const NOW: i64 = 1_795_210_865_000;

fn values(bpm: f64, tonic: u8, mode: Mode, energy: f64, danceability: f64) -> Values {
    Values {
        duration_s: Some(242.0),
        bpm: Some(bpm),
        key: Some(MusicalKey::new(tonic, mode)),
        energy: Some(energy),
        danceability: Some(danceability),
        brightness: Some(47.0),
        ..Values::default()
    }
}

fn song(title: &str, artist: &str, values: Values, started_at_ms: i64) -> NowPlaying {
    NowPlaying {
        play_id: Uuid::from_u128(u128::from(title.len() as u64) << 64 | title.as_bytes()[0] as u128),
        track: Some(TrackId(1)),
        title: title.into(),
        artist: artist.into(),
        values,
        started_at_ms,
        logged_at_ms: started_at_ms,
        source: SourceKind::VirtualDj,
        matched_by: None,
        needs_analysis: false,
    }
}

fn low_tide() -> NowPlaying {
    song(
        "Low Tide",
        "The Velvet Hours",
        values(96.0, 9, Mode::Minor, 64.0, 91.0),
        NOW - 134_000,
    )
}

fn play(playing: &NowPlaying, likes: u32) -> LivePlay {
    LivePlay {
        play_id: playing.play_id,
        title: playing.title.clone(),
        artist: playing.artist.clone(),
        started_at_ms: playing.started_at_ms,
        likes,
        faster: 0,
        perfect: 0,
        slower: 0,
    }
}

fn suggestion(id: i64, title: &str, artist: &str, values: Values, reason: &str) -> Suggestion {
    Suggestion {
        tempo_step: values.bpm.map_or(0.0, |bpm| bpm - 96.0),
        reason: reason.into(),
        track: track(id, title, artist, values),
    }
}

fn track(id: i64, title: &str, artist: &str, values: Values) -> Track {
    Track {
        id: TrackId(id),
        path: PathBuf::from("/music/x.mp3"),
        title: title.into(),
        is_titled: true,
        artist: artist.into(),
        album: String::new(),
        genre: String::new(),
        year: None,
        values,
        corrected: false,
        analysis_version: Some(1),
        failure: None,
        missing: false,
    }
}

/// Before the night, with everything in order.
pub(crate) fn before() -> AppState {
    let mut app = AppState {
        now_ms: NOW,
        utc_offset_s: 3600,
        settings: Settings {
            is_set_up: true,
            less_motion: true,
            session_name: "Friday Social, Main Room".into(),
            ..Settings::default()
        },
        account: AccountState {
            status: AccountStatus::Valid(AccountProfile {
                name: "DJ Nadia K".into(),
                ..AccountProfile::default()
            }),
            access: RelayAccess::of_account(
                &RelayAddress::parse("https://pika.stream").unwrap(),
                &Token::parse("pk_dj_abcdefghijklmnopqrstuvwxyz234567").unwrap(),
            )
            .ok(),
            ..AccountState::default()
        },
        overview: Some(Box::new(Overview {
            tracks: 4812,
            analyzed: 4812,
            ..Overview::default()
        })),
        ..AppState::default()
    };
    app.sources.insert(
        "VirtualDJ",
        SourceStatus::Following {
            source: SourceKind::VirtualDj,
            path: PathBuf::from("/home/dj/VirtualDJ/History"),
            delay_s: Some(1),
            advice: Vec::new(),
        },
    );
    app
}

/// An hour and twelve minutes into it.
pub(crate) fn night() -> AppState {
    let mut app = before();
    let earlier = [
        (
            song(
                "Tell Me Twice",
                "Ida Moss",
                values(98.0, 4, Mode::Minor, 60.0, 80.0),
                NOW - 800_000,
            ),
            11,
        ),
        (
            song(
                "Neon Rain",
                "Halcyon Drive",
                values(101.0, 0, Mode::Major, 72.0, 70.0),
                NOW - 600_000,
            ),
            27,
        ),
        (
            song(
                "Kerosene Smile",
                "Joanie Reed",
                values(94.0, 2, Mode::Minor, 58.0, 77.0),
                NOW - 380_000,
            ),
            18,
        ),
    ];
    let playing = low_tide();
    let mut plays: Vec<LivePlay> = earlier.iter().map(|(song, likes)| play(song, *likes)).collect();
    plays.push(play(&playing, 41));
    app.live = Arc::new(LiveState {
        phase: LivePhase::OnAir,
        session: Some(SessionInfo {
            session_id: Some(SessionId(Uuid::from_u128(7))),
            name: "Friday Social, Main Room".into(),
            dj_name: "DJ Nadia K".into(),
            code: "K7QF".into(),
            address: "https://pika.stream/live/K7QF".into(),
            listed: true,
            pin: Some("4821".into()),
            started_at_ms: NOW - 4_360_000,
            local: false,
            is_test: false,
            screen_key: Some(ScreenKey::new("c2NyZWVuIGtleSBoZXJlIQ")),
        }),
        link: LinkInfo {
            kind: LinkKind::Connected,
            ..LinkInfo::default()
        },
        crowd: Crowd {
            listeners: 64,
            peak: 71,
            thanks: 0,
            updated_at_ms: NOW - 24_000,
            likes_by_minute: vec![2, 3, 3, 5, 4, 1, 2, 4, 6, 8, 7, 4, 3, 5, 9, 10, 7, 6, 8, 6],
        },
        playing: Some(playing.play_id),
        plays,
        last_poll: Some(poll(
            "What vibe next?",
            &[("Blues", 4), ("Slow & smooth", 7), ("Pop", 5)],
        )),
        ..LiveState::default()
    });
    app.playing = Some(playing);
    app.suggestions = Arc::new(vec![
        suggestion(
            11,
            "One More Mile",
            "Ruby Tran",
            values(97.0, 9, Mode::Minor, 66.0, 80.0),
            "Same key · steady",
        ),
        suggestion(
            12,
            "Silk & Gravel",
            "Monroe Vance",
            values(93.0, 4, Mode::Minor, 66.0, 80.0),
            "Lifts one step · steady",
        ),
        suggestion(
            13,
            "Slow Honey",
            "Mara Lindqvist",
            values(92.0, 9, Mode::Minor, 50.0, 80.0),
            "Same key · calmer",
        ),
        suggestion(
            14,
            "Half Past Blue",
            "Ella Marchetti",
            values(94.0, 0, Mode::Major, 64.0, 70.0),
            "Minor to major · steady",
        ),
    ]);
    app
}

pub(crate) fn poll(question: &str, options: &[(&str, u32)]) -> LivePoll {
    LivePoll {
        id: PollId(Uuid::from_u128(3)),
        question: question.into(),
        options: options.iter().map(|(option, _)| (*option).to_owned()).collect(),
        votes: options.iter().map(|(_, votes)| *votes).collect(),
        closes: PollCloses::After { seconds: 120 },
        opened_at_ms: NOW - 2_940_000,
        closes_at_ms: Some(NOW + 48_000),
    }
}

fn edit(app: &mut AppState, change: impl FnOnce(&mut LiveState)) {
    change(Arc::make_mut(&mut app.live));
}

/// Live with everything that the events of this state bring.
fn on_live(app: AppState) -> Harness<'static, Scene> {
    arrived(stage(app, Screen::Live))
}

pub(crate) fn arrived(mut harness: Harness<'static, Scene>) -> Harness<'static, Scene> {
    let (app, state, _) = harness.state_mut();
    let suggestions = Event::Suggestions(app.suggestions.clone());
    let events: Vec<Event> = app
        .live
        .plays
        .iter()
        .map(|play| {
            let mut values = values(96.0, (play.likes % 12) as u8, Mode::Minor, 60.0, 80.0);
            if let Some(playing) = app
                .playing
                .as_ref()
                .filter(|playing| playing.play_id == play.play_id)
            {
                values = playing.values;
            }
            let mut song = song(&play.title, &play.artist, values, play.started_at_ms);
            song.play_id = play.play_id;
            Event::NowPlaying(NowPlayingReport::Playing(Box::new(song)))
        })
        .collect();
    for event in events {
        state.take_in(&event);
    }
    state.take_in(&Event::Live(LiveReport::State(app.live.clone())));
    harness.run_steps(3);
    harness.state_mut().1.take_in(&suggestions);
    harness.run_steps(3);
    harness
}

#[test]
fn the_form_starts_a_session_with_what_it_says() {
    let mut window = on_live(before());
    window.get_by_label("Ready when you are, Nadia.");
    window.get_by_label("4,812 of 4,812 analysed");
    window
        .get_by_role_and_label(Role::Switch, "Ask dancers for a PIN")
        .click();
    window.run_steps(2);
    picture(&mut window, "live-ready");
    // Without digits there is nothing to ask for.
    window.get_by_label("Go live").click();
    assert!(
        !asked(&mut window)
            .iter()
            .any(|command| matches!(command, Command::Live(LiveCommand::GoLive(_))))
    );
    window.get_by_label("PIN").click();
    window.run_steps(2);
    window.get_by_label("PIN").type_text("48a21");
    window.run_steps(2);
    window
        .get_by_role_and_label(Role::Switch, "List under “Live now”")
        .click();
    window.run_steps(2);
    window.get_by_label("Go live").click();
    let session = asked(&mut window)
        .into_iter()
        .find_map(|command| match command {
            Command::Live(LiveCommand::GoLive(session)) => Some(session),
            _ => None,
        })
        .expect("a session");
    assert_eq!(session.name, "Friday Social, Main Room");
    assert_eq!(session.pin.as_deref(), Some("4821"));
    assert!(!session.listed);
}

#[test]
fn without_an_account_the_form_says_what_to_do() {
    let mut app = before();
    app.account = AccountState::default();
    let mut window = on_live(app);
    window.get_by_label("Connect your DJ account first.");
    window.get_by_label("Go live").click();
    assert!(
        !asked(&mut window)
            .iter()
            .any(|command| matches!(command, Command::Live(LiveCommand::GoLive(_))))
    );
    picture(&mut window, "live-no-account");
}

#[test]
fn without_internet_this_computer_serves_the_dancers() {
    let mut app = before();
    app.account = AccountState::default();
    let mut window = on_live(app.clone());
    window
        .get_by_role_and_label(Role::Switch, "Serve dancers from this laptop")
        .click();
    assert!(asked(&mut window).contains(&Command::LocalRelay(true)));
    app.local_relay = Some(LocalRelayInfo {
        address: "http://192.168.178.20:3001".into(),
        port: 3001,
        in_network: true,
        firewall_hint: "If phones do not get through, open port 3001 in the firewall.".into(),
    });
    window.state_mut().0 = app;
    window.run_steps(3);
    window.get_by_label("Phones find it at http://192.168.178.20:3001 (port 3001).");
    window.get_by_label("Your name, as dancers see it").click();
    window.run_steps(2);
    window
        .get_by_label("Your name, as dancers see it")
        .type_text("Nadia");
    window.run_steps(2);
    picture(&mut window, "live-ready-local");
    window.get_by_label("Go live").click();
    let asked = asked(&mut window);
    assert!(
        asked
            .iter()
            .any(|command| matches!(command, Command::Live(LiveCommand::GoLive(session)) if session.dj_name == "Nadia")),
        "{asked:?}"
    );
}

#[test]
fn an_interrupted_session_and_one_elsewhere_are_asked_about() {
    let mut app = before();
    edit(&mut app, |live| {
        live.question = Some(LiveQuestion::Resume {
            name: "Friday Social, Main Room".into(),
            code: "K7QF".into(),
            last_seen_ms: NOW - 8 * 60_000,
        });
    });
    let mut window = on_live(app.clone());
    window.get_by_label("Last session stopped 8 min ago");
    picture(&mut window, "live-resume");
    window.get_by_label("Resume it").click();
    assert!(asked(&mut window).contains(&Command::Live(LiveCommand::Answer(LiveAnswer::GoOn))));
    edit(&mut app, |live| {
        live.question = Some(LiveQuestion::TakeOver {
            name: "Friday Social".into(),
            code: "K7QF".into(),
            device_name: "Booth laptop".into(),
            started_at_ms: NOW - 2_465_000,
            online: true,
        });
    });
    let mut window = on_live(app);
    window.get_by_label("“Booth laptop” has Friday Social since 22:00.");
    window.get_by_label("Leave it there").click();
    assert!(asked(&mut window).contains(&Command::Live(LiveCommand::Answer(LiveAnswer::Leave))));
}

#[test]
fn a_session_on_another_computer_can_be_taken_over_while_starting_and_while_on_air() {
    for phase in [LivePhase::Starting, LivePhase::OnAir] {
        let mut app = night();
        edit(&mut app, |live| {
            live.phase = phase;
            live.link.kind = LinkKind::Refused;
            live.link.problem = Some(Words::new(
                "You are live on another computer.",
                "Take the session over, or leave it there.",
            ));
            live.question = Some(LiveQuestion::TakeOver {
                name: "Friday Social".into(),
                code: "K7QF".into(),
                device_name: "Booth laptop".into(),
                started_at_ms: NOW - 2_465_000,
                online: true,
            });
        });
        for (button, answer) in [
            ("Take over", LiveAnswer::GoOn),
            ("Leave it there", LiveAnswer::Leave),
        ] {
            let mut window = on_live(app.clone());
            window.get_by_role_and_label(
                Role::Alert,
                "You are live on another computer. Take the session over, or leave it there.",
            );
            window.get_by_label("On another computer");
            picture(&mut window, "live-take-over");
            window.get_by_label(button).click();
            assert!(asked(&mut window).contains(&Command::Live(LiveCommand::Answer(answer))));
        }
    }
}

#[test]
fn on_air_the_song_the_room_and_what_goes_next_are_there() {
    let mut window = on_live(night());
    for label in [
        "LIVE",
        "Low Tide",
        "The Velvet Hours",
        "96",
        "8A Am",
        "41 likes on this song",
        "+6 this minute",
        "1:48 left",
        "K7QF",
        "pika.stream/live/",
        "QR code for dancers",
        "PIN 4821",
        "peak 71",
        "Just played",
        "Kerosene Smile, 18 likes",
        "Slow & smooth 44%",
    ] {
        window.get_by_label(label);
    }
    window.get_by_label("Copy One More Mile by Ruby Tran, Same key · steady");
    assert!(
        asked(&mut window)
            .iter()
            .any(|command| matches!(command, Command::Suggest(_)))
    );
    picture(&mut window, "live");
    window.get_by_label("Lift").click();
    let wishes = asked(&mut window);
    assert!(
        wishes
            .iter()
            .any(|command| matches!(command, Command::Suggest(wish) if wish.mood == pika_engine::suggest::Mood::Lift)),
        "{wishes:?}"
    );
}

#[test]
fn what_the_floor_says_of_the_tempo_stands_beside_the_tempo() {
    let mut app = night();
    edit(&mut app, |live| {
        let play = live.plays.last_mut().unwrap();
        (play.faster, play.perfect, play.slower) = (9, 4, 1);
        live.crowd.thanks = 3;
    });
    let mut window = on_live(app);
    window.get_by_label("9 want it faster");
    window.get_by_label("Just right 4");
    window.get_by_label("3 thanked you");
    picture(&mut window, "live-tempo");
}

#[test]
fn a_poll_is_asked_runs_and_is_closed() {
    let mut app = night();
    let mut window = on_live(app.clone());
    window.get_by_label("One more?").click();
    window.run_steps(2);
    window.get_by_label("Ask the dancers").click();
    assert!(
        asked(&mut window).contains(&Command::Live(LiveCommand::StartPoll {
            question: "One more song?".into(),
            options: vec!["Yes, please!".into(), "I am done for tonight".into()],
            closes: PollCloses::After { seconds: 120 },
        }))
    );
    edit(&mut app, |live| {
        live.poll = Some(poll(
            "What vibe next?",
            &[
                ("Blues", 18),
                ("Slow & smooth", 12),
                ("Pop", 6),
                ("Surprise me", 3),
            ],
        ));
    });
    let mut window = on_live(app.clone());
    window.get_by_label("39 of 64 have voted");
    window.get_by_label("Blues: 18 votes, leads");
    window.get_by_label("0:48");
    picture(&mut window, "live-poll");
    for (button, command) in [
        ("+1 min", Command::Live(LiveCommand::ExtendPoll { seconds: 60 })),
        ("Close poll and show result", Command::Live(LiveCommand::EndPoll)),
        ("Take the poll back", Command::Live(LiveCommand::CancelPoll)),
    ] {
        window.get_by_label(button).click();
        assert!(asked(&mut window).contains(&command), "{button}");
    }
    // Ten answers keep their buttons within reach.
    let options: Vec<(String, u32)> = (0..10)
        .map(|at| (format!("Answer number {at}"), at * 2))
        .collect();
    let options: Vec<(&str, u32)> = options
        .iter()
        .map(|(name, votes)| (name.as_str(), *votes))
        .collect();
    edit(&mut app, |live| {
        let mut poll = poll("Which of the ten?", &options);
        (poll.closes, poll.closes_at_ms) = (PollCloses::SongEnd, None);
        live.poll = Some(poll);
    });
    let mut window = on_live(app);
    window.get_by_label("this song");
    assert!(window.query_by_label("+1 min").is_none());
    picture(&mut window, "live-poll-ten");
}

#[test]
fn an_announcement_is_written_sent_and_removed() {
    let mut app = night();
    let mut window = on_live(app.clone());
    window.key_press(eframe::egui::Key::A);
    window.run_steps(3);
    window
        .get_by_label("Announcement text")
        .type_text("Strictly Swing starts at 23:00");
    window.run_steps(2);
    window.get_by_label("110 left");
    picture(&mut window, "live-announce");
    window.key_press_modifiers(eframe::egui::Modifiers::COMMAND, eframe::egui::Key::Enter);
    assert!(asked(&mut window).contains(&Command::Live(LiveCommand::Announce {
        text: "Strictly Swing starts at 23:00".into(),
        seconds: Some(300),
    })));
    edit(&mut app, |live| {
        live.announcement = Some(LiveAnnouncement {
            id: AnnouncementId(Uuid::from_u128(5)),
            text: "Strictly Swing starts at 23:00".into(),
            ends_at_ms: Some(NOW + 300_000),
        });
    });
    let mut window = on_live(app);
    window.get_by_label("Announce").click();
    window.run_steps(2);
    window.get_by_label("On dancers' phones until 22:46");
    window.get_by_label("Remove the announcement").click();
    assert!(asked(&mut window).contains(&Command::Live(LiveCommand::CancelAnnouncement)));
}

#[test]
fn offline_the_set_goes_on_and_says_so() {
    let mut app = night();
    edit(&mut app, |live| {
        live.link = LinkInfo {
            kind: LinkKind::Offline,
            since_ms: NOW - 38_000,
            retry_at_ms: Some(NOW + 4_000),
            waiting: 1,
            ..LinkInfo::default()
        };
    });
    let mut window = on_live(app.clone());
    window.get_by_label("Offline 0:38");
    window.get_by_label_contains("No internet. Your set goes on.");
    window.get_by_label("as of 22:40");
    window.get_by_label("Last update from dancers at 22:40");
    window.get_by_label("Polls and announcements wait");
    assert!(window.query_by_label("Ask the dancers").is_none());
    picture(&mut window, "live-offline");
    window.get_by_label("Try now").click();
    assert!(asked(&mut window).contains(&Command::Live(LiveCommand::ReconnectNow)));
    window.key_press(eframe::egui::Key::R);
    assert!(asked(&mut window).contains(&Command::Live(LiveCommand::ReconnectNow)));
    // Back again: a line says that all is caught up.
    edit(&mut app, |live| {
        live.link.kind = LinkKind::Connected;
    });
    window.state_mut().0 = app.clone();
    window.run_steps(3);
    window.get_by_label("Back online.");
    // What was refused waits for the DJ.
    edit(&mut app, |live| {
        live.link.kind = LinkKind::Refused;
        live.link.problem = Some(Words::new(
            "Token not accepted.",
            "It was replaced or revoked. Log in on the website and copy the new one.",
        ));
    });
    let mut window = on_live(app);
    window.get_by_label_contains("Token not accepted.");
    picture(&mut window, "live-refused");
}

#[test]
fn an_unknown_song_is_announced_and_says_what_is_missing() {
    let mut app = night();
    let mut playing = song(
        "Gravity (Late Night Piano Version)",
        "Noor Baptiste",
        Values {
            duration_s: Some(284.0),
            ..Values::default()
        },
        NOW - 9_000,
    );
    playing.needs_analysis = true;
    edit(&mut app, |live| {
        live.plays.push(play(&playing, 2));
    });
    app.playing = Some(playing);
    let mut window = on_live(app);
    window.get_by_label("Gravity (Late Night Piano Version)");
    window.get_by_label("Listening to this file first");
    window.get_by_label("just started");
    window.get_by_label("4:35 left");
    picture(&mut window, "live-new-track");
}

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
    app.found = Some(Arc::new(Found {
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

#[test]
fn the_end_is_asked_for_and_summed_up() {
    let mut app = night();
    let mut window = on_live(app.clone());
    window.get_by_role_and_label(Role::Button, "End session").click();
    window.run_steps(3);
    window.get_by_role_and_label(Role::Dialog, "End the session for 64 dancers?");
    picture(&mut window, "live-end");
    window.get_by_label("End session now").click();
    assert!(asked(&mut window).contains(&Command::Live(LiveCommand::End)));
    edit(&mut app, |live| live.phase = LivePhase::Ended);
    let (shown, state, _) = window.state_mut();
    state.take_in(&Event::Live(LiveReport::State(app.live.clone())));
    *shown = app;
    window.run_steps(3);
    window.get_by_role_and_label(Role::Dialog, "That was the last song");
    window.get_by_label("Most loved: Low Tide, 41 likes");
    picture(&mut window, "live-ended");
    window.get_by_label("Done").click();
    window.run_steps(3);
    window.get_by_label("Ready when you are, Nadia.");
}

#[test]
fn pin_list_and_link_are_one_press_away() {
    let mut window = on_live(night());
    window
        .get_by_role_and_label(Role::Switch, "Ask dancers for a PIN")
        .click();
    assert!(asked(&mut window).contains(&Command::Live(LiveCommand::SetPin(None))));
    window.get_by_label("Hide").click();
    assert!(asked(&mut window).contains(&Command::Live(LiveCommand::SetListed(false))));
    window.get_by_label("Change PIN").click();
    window.run_steps(3);
    window.get_by_label("New PIN").click();
    window.run_steps(2);
    window.key_press_modifiers(eframe::egui::Modifiers::COMMAND, eframe::egui::Key::A);
    window.get_by_label("New PIN").type_text("7740");
    window.run_steps(2);
    picture(&mut window, "live-pin");
    window.get_by_label("Set PIN").click();
    assert!(asked(&mut window).contains(&Command::Live(LiveCommand::SetPin(Some("7740".into())))));
    window.key_press(eframe::egui::Key::C);
    window.run_steps(2);
    assert!(window.state().1.toasts.texts().any(|text| text == "Link copied"));
    window.key_press(eframe::egui::Key::Q);
    window.run_steps(4);
    window.get_by_label("pika.stream/live/K7QF");
    picture(&mut window, "live-qr");
    window.key_press(eframe::egui::Key::Escape);
    window.run_steps(4);
    assert!(window.query_by_label("pika.stream/live/K7QF").is_none());
}

/// What the window asks of the system while it is drawn a few times.
fn wishes(window: &mut Harness<'static, Scene>) -> Vec<OutputCommand> {
    let mut wishes = Vec::new();
    for _ in 0..4 {
        window.step();
        wishes.extend(window.output().platform_output.commands.clone());
    }
    wishes
}

#[test]
fn the_big_screen_opens_with_its_key_and_its_link_can_be_copied() {
    let address = "https://pika.stream/live/K7QF/screen#key=c2NyZWVuIGtleSBoZXJlIQ";
    let mut window = on_live(night());
    window.get_by_label("Open the big screen").click();
    let opened = wishes(&mut window).into_iter().find_map(|wish| match wish {
        OutputCommand::OpenUrl(url) => Some(url.url),
        _ => None,
    });
    assert_eq!(opened.as_deref(), Some(address));
    window.get_by_label("Copy the big screen's link").click();
    let copied = wishes(&mut window).into_iter().find_map(|wish| match wish {
        OutputCommand::CopyText(text) => Some(text),
        _ => None,
    });
    assert_eq!(copied.as_deref(), Some(address));
    // Dancers' own link has no key.
    window.get_by_label("Copy link").click();
    let copied = wishes(&mut window).into_iter().find_map(|wish| match wish {
        OutputCommand::CopyText(text) => Some(text),
        _ => None,
    });
    assert_eq!(copied.as_deref(), Some("https://pika.stream/live/K7QF"));
}

#[test]
fn what_goes_next_can_be_taken_from_the_song_before() {
    let mut app = night();
    let mut playing = song("Gravity", "Noor Baptiste", Values::default(), NOW - 9_000);
    playing.needs_analysis = true;
    app.playing_before = app.playing.replace(playing.clone());
    let mut window = on_live(app.clone());
    let asked_before = |window: &mut Harness<'static, Scene>| {
        asked(window)
            .iter()
            .any(|command| matches!(command, Command::Suggest(wish) if wish.from_before))
    };
    assert!(!asked_before(&mut window));
    window.get_by_label("Suggest from the song before").click();
    assert!(asked_before(&mut window));
    let found = Event::Suggestions(app.suggestions.clone());
    window.state_mut().1.take_in(&found);
    window.run_steps(3);
    window.get_by_label("Copy One More Mile by Ruby Tran, Same key · steady");
    picture(&mut window, "live-from-before");
    // Once the song is known it speaks for itself.
    playing.values = values(91.0, 4, Mode::Minor, 50.0, 60.0);
    app.playing = Some(playing);
    window.state_mut().0 = app;
    let suggests = asked(&mut window);
    assert!(
        suggests
            .iter()
            .any(|command| matches!(command, Command::Suggest(wish) if !wish.from_before)),
        "{suggests:?}"
    );
}

#[test]
fn a_poll_of_ones_own_is_kept_and_forgotten() {
    let mut app = night();
    let mut window = on_live(app.clone());
    assert!(
        window.query_by_label("Keep as template").is_none(),
        "it is one already"
    );
    window.get_by_label("Question").click();
    window.run_steps(2);
    window.key_press_modifiers(eframe::egui::Modifiers::COMMAND, eframe::egui::Key::A);
    window.get_by_label("Question").type_text("Line dance now?");
    window.run_steps(3);
    window.get_by_label("Keep as template").click();
    let kept = asked(&mut window)
        .into_iter()
        .find_map(|command| match command {
            Command::ChangeSettings(SettingsChange::PollTemplates(templates)) => Some(templates),
            _ => None,
        })
        .expect("settings");
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].question, "Line dance now?");
    assert_eq!(kept[0].options.len(), 4);
    app.settings.poll_templates = kept;
    let mut window = on_live(app);
    window.get_by_label("Line dance now?").click();
    window.run_steps(3);
    picture(&mut window, "live-own-template");
    window.get_by_label("Forget this template").click();
    assert!(asked(&mut window).iter().any(
        |command| matches!(command, Command::ChangeSettings(SettingsChange::PollTemplates(templates)) if templates.is_empty())
    ));
}

#[test]
fn before_the_night_relay_and_battery_are_looked_at() {
    let mut app = before();
    app.account.relay = RelayAddress::parse("https://pika.stream").ok();
    let mut window = on_live(app.clone());
    let wishes = asked(&mut window);
    assert!(wishes.contains(&Command::LookAtBattery), "{wishes:?}");
    assert!(
        wishes.contains(&Command::Account(AccountCommand::Measure)),
        "{wishes:?}"
    );
    window.run_steps(3);
    assert!(
        !asked(&mut window).contains(&Command::LookAtBattery),
        "once a minute is enough"
    );
    app.account.reach = Reach::Answers(38);
    app.battery = Some(Battery {
        percent: 41,
        plugged_in: false,
    });
    app.now_ms += 61_000;
    window.state_mut().0 = app.clone();
    assert!(asked(&mut window).contains(&Command::LookAtBattery));
    window.get_by_label("Good · 38 ms");
    window.get_by_label("41 %, not charging");
    picture(&mut window, "live-ready-checks");
    app.account.reach = Reach::Silent;
    window.state_mut().0 = app;
    window.run_steps(3);
    window.get_by_label_contains("The relay does not answer now.");
    // None of it stops the DJ.
    window.get_by_label("Go live").click();
    assert!(
        asked(&mut window)
            .iter()
            .any(|command| matches!(command, Command::Live(LiveCommand::GoLive(_))))
    );
}

#[test]
fn a_test_has_no_summary() {
    let mut app = night();
    edit(&mut app, |live| live.session.as_mut().unwrap().is_test = true);
    let mut window = on_live(app.clone());
    edit(&mut app, |live| live.phase = LivePhase::Ended);
    let (shown, state, _) = window.state_mut();
    state.take_in(&Event::Live(LiveReport::State(app.live.clone())));
    *shown = app;
    window.run_steps(3);
    assert!(window.query_by_label("That was the last song").is_none());
}

#[test]
fn on_this_computers_relay_the_screen_says_who_can_come_in() {
    let mut app = night();
    edit(&mut app, |live| {
        let session = live.session.as_mut().unwrap();
        session.local = true;
        session.address = "http://192.168.178.20:3001/live/K7QF".into();
    });
    let mut window = on_live(app);
    window.get_by_label("Only on this Wi-Fi");
    assert!(window.query_by_label("Hide").is_none());
    picture(&mut window, "live-local");
}

#[test]
fn other_screens_carry_one_line_while_on_air_and_notices_are_told_once() {
    let mut app = night();
    edit(&mut app, |live| {
        live.notice = Some(Notice {
            number: 4,
            at_ms: NOW,
            is_trouble: true,
            words: Words::new("Slow down a moment.", "5 announcements a minute is the limit."),
        });
    });
    let mut window = arrived(stage(app.clone(), Screen::Library));
    window.get_by_label("Low Tide · The Velvet Hours");
    window.get_by_label("64 dancers");
    window.get_by_label("Live, on air");
    let told = |window: &Harness<'static, Scene>| window.state().1.toasts.texts().count();
    assert_eq!(told(&window), 1);
    window
        .state_mut()
        .1
        .take_in(&Event::Live(LiveReport::State(app.live.clone())));
    assert_eq!(told(&window), 1);
    window.get_by_label("Back to Live").click();
    window.run_steps(3);
    assert_eq!(window.state().1.screen, Screen::Live);
}

#[test]
fn small_windows_and_empty_rooms_are_drawn_too() {
    let mut app = night();
    let mut window = arrived(sized(app.clone(), Screen::Live, [1024.0, 680.0]));
    window.get_by_label("Low Tide");
    window.get_by_label("Ask the dancers");
    picture(&mut window, "live-small");
    let mut window = arrived(sized(app.clone(), Screen::Live, [853.0, 533.0]));
    window.get_by_label("Low Tide");
    picture(&mut window, "live-tiny");
    app.playing = None;
    edit(&mut app, |live| {
        live.plays.clear();
        live.last_poll = None;
        live.crowd = Crowd::default();
    });
    let mut window = on_live(app.clone());
    window.get_by_label("Waiting for the first track");
    window.get_by_label_contains("No dancers yet.");
    picture(&mut window, "live-waiting");
    edit(&mut app, |live| {
        live.phase = LivePhase::Starting;
        live.session.as_mut().unwrap().address.clear();
        live.link.kind = LinkKind::Connecting;
    });
    let mut window = on_live(app);
    window.get_by_label("STARTING");
    window.get_by_label("Getting an address…");
    picture(&mut window, "live-starting");
}

#[test]
fn daylight_and_every_text_size_hold_the_night() {
    for (name, appearance, scale, size) in [
        ("light", Appearance::Light, 1.0, [1280.0, 800.0]),
        ("090", Appearance::Dark, 0.9, [1280.0, 800.0]),
        ("150", Appearance::Dark, 1.5, [1280.0, 800.0]),
        ("1024", Appearance::Dark, 1.0, [1024.0, 700.0]),
        ("1024-light-110", Appearance::Light, 1.1, [1024.0, 700.0]),
    ] {
        let mut app = night();
        let mut window = arrived(looked(app.clone(), Screen::Live, size, appearance, scale));
        for label in [
            "Low Tide",
            "41 likes on this song",
            "End session",
            "Ask the dancers",
            "K7QF",
        ] {
            assert!(window.query_by_label(label).is_some(), "{label} at {name}");
        }
        picture(&mut window, &format!("look-{name}-live"));
        edit(&mut app, |live| {
            live.poll = Some(poll(
                "What vibe next?",
                &[("Blues", 18), ("Slow & smooth", 12), ("Pop", 6)],
            ));
        });
        let mut window = arrived(looked(app.clone(), Screen::Live, size, appearance, scale));
        window.get_by_label("Close poll and show result");
        window.get_by_label("Send to the dancers");
        picture(&mut window, &format!("look-{name}-poll"));
        let mut app = before();
        app.battery = Some(Battery {
            percent: 41,
            plugged_in: false,
        });
        let mut window = arrived(looked(app, Screen::Live, size, appearance, scale));
        window.get_by_label("Go live");
        window.get_by_label("Before you start");
        picture(&mut window, &format!("look-{name}-ready"));
    }
}
