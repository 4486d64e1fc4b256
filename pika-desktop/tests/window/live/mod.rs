//! Live: the form, the night, every state of the connection, what the hand can do. A file a story.

mod asking;
mod connection;
mod correcting;
mod ending;
mod form;
mod narrow;
mod night;
mod way_in;

use std::{path::PathBuf, sync::Arc};

use egui_kittest::Harness;
use pika_analysis::{Mode, MusicalKey};
use pika_desktop::ui::Screen;
use pika_engine::{
    account::{AccountProfile, AccountState, AccountStatus},
    app::{AppState, Event},
    library::{Overview, Track, TrackId, Values},
    live::{
        Crowd, LinkInfo, LinkKind, LivePhase, LivePlay, LivePoll, LiveReport, LiveState, ScreenKey,
        SessionInfo,
    },
    nowplaying::{NowPlaying, NowPlayingReport, SourceKind, SourceStatus},
    settings::Settings,
    suggest::Suggestion,
};
use pika_protocol::{PollId, SessionId, feedback::PollCloses};
use uuid::Uuid;

use crate::stage::{Scene, stage};

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
        fits: true,
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
            can_publish: true,
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
        SourceKind::VirtualDj,
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
            mark: None,
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

pub(crate) fn edit(app: &mut AppState, change: impl FnOnce(&mut LiveState)) {
    change(Arc::make_mut(&mut app.live));
}

/// Live with everything that the events of this state bring.
fn on_live(app: AppState) -> Harness<'static, Scene> {
    arrived(stage(app, Screen::Live))
}

pub(crate) fn arrived(mut harness: Harness<'static, Scene>) -> Harness<'static, Scene> {
    let (app, state, _) = harness.state_mut();
    state.live.begins();
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
