//! What is looked at: every screen, with data that hurts.

use std::sync::Arc;

use eframe::egui::Modifiers;
use egui_kittest::{Harness, kittest::Queryable};
use pika_desktop::ui::{FirstRun, Screen, UiState, widgets::Toast};
use pika_engine::{
    app::{AppState, Event},
    library::{Overview, TrackId, UnreadableFile},
    live::{LinkInfo, LinkKind, LivePhase, LiveQuestion, LiveReport, OwedSession},
    local_relay::{LocalAddress, LocalRelayInfo},
    networks::{NetworkAddress, NetworkKind},
};
use pika_protocol::feedback::PollCloses;

use crate::{
    history, live, scenes, shown,
    stage::{Scene, Stage, types},
};

type Window = Harness<'static, Scene>;

/// One screen in one state.
pub(super) struct Place {
    pub(super) group: &'static str,
    pub(super) name: &'static str,
    /// Whether it has something for each half of a large window.
    pub(super) fills: bool,
    /// Whether it shows what goes well next.
    pub(super) songs: bool,
    pub(super) open: fn(Stage, bool) -> Window,
}

macro_rules! place {
    ($group:literal, $name:literal, $fills:literal, songs, $open:expr) => {
        Place {
            songs: true,
            ..place!($group, $name, $fills, $open)
        }
    };
    ($group:literal, $name:literal, $fills:literal, $open:expr) => {
        Place {
            songs: false,
            group: $group,
            name: $name,
            fills: $fills,
            open: $open,
        }
    };
}

pub(super) const PLACES: &[Place] = &[
    place!("library", "library", true, |stage, paints| library(
        stage,
        paints,
        |_| {}
    )),
    place!("library", "library-detail", true, |stage, paints| library(
        stage, paints, choose
    )),
    place!("library", "library-batch", true, |stage, paints| library(
        stage, paints, batch
    )),
    place!("library", "library-filters", true, |stage, paints| library(
        stage,
        paints,
        |window| {
            window.state_mut().1.library.text =
                "velvet 8A 90-100 energy>70 and many more words than fit".into();
        }
    )),
    place!("library", "library-failed", false, |stage, paints| {
        let mut app = scenes::library();
        app.overview = Some(Box::new(Overview {
            unreadable: vec![UnreadableFile {
                path: "/music/a very long folder/Ordinary Magic, the extended late night version.wma".into(),
                reason: "Pika! cannot read .wma files. Convert it to MP3, M4A or FLAC.".into(),
            }],
            ..*app.overview.unwrap_or_default()
        }));
        open(stage, paints, app, Screen::Library)
    }),
    place!("library", "library-empty", false, |stage, paints| {
        open(stage, paints, scenes::base(), Screen::Library)
    }),
    place!("library", "library-on-air", true, |stage, paints| {
        let mut app = scenes::library();
        let night = live::night();
        (app.live, app.playing) = (night.live, night.playing);
        open(stage, paints, app, Screen::Library)
    }),
    place!("ready", "ready", true, |stage, paints| open(
        stage,
        paints,
        live::before(),
        Screen::Live
    )),
    place!("ready", "ready-nothing", true, |stage, paints| {
        open(stage, paints, scenes::base(), Screen::Live)
    }),
    place!("ready", "ready-local", true, |stage, paints| {
        let mut app = live::before();
        app.account = Default::default();
        app.local_relay = Some(LocalRelayInfo {
            address: "http://192.168.178.154:3001".into(),
            port: 3001,
            in_network: true,
            firewall_hint: "If phones do not get through, allow Pika! in the firewall of this computer."
                .into(),
            candidates: ["192.168.178.154", "10.8.0.2"].map(address).to_vec(),
        });
        open(stage, paints, app, Screen::Live)
    }),
    place!("live", "live", true, songs, |stage, paints| on_air(
        stage,
        paints,
        |_| {}
    )),
    place!("live", "live-long", true, songs, |stage, paints| on_air(
        stage,
        paints,
        |app| {
            let title =
                "Everything I Wanted to Tell You Before the Lights Went Out (Extended Late Night Version)";
            rename(
                app,
                title,
                "Orchestra of the Old Railway Station feat. Maria Magdalena Wiśniewska",
            );
            live::edit(app, |live| {
                let session = Arc::new(live.session.clone());
                let mut session = (*session).clone().expect("a session");
                session.name =
                    "Internationales Westküsten-Swing-Wochenende, Großer Saal im Erdgeschoss".into();
                session.address = "https://tanzen.kulturverein-am-alten-hafen.example/live/K7QFXW".into();
                session.code = "K7QFXW".into();
                session.pin = Some("48213377".into());
                live.session = Some(session);
                live.crowd.listeners = 12_345;
                live.crowd.peak = 12_999;
                live.crowd.thanks = 321;
            });
        }
    )),
    place!("live", "live-right-to-left", true, songs, |stage, paints| on_air(
        stage,
        paints,
        |app| {
            rename(
                app,
                "Ночь на пустынном берегу у самого синего моря",
                "Ансамбль старого вокзала",
            );
        }
    )),
    place!("live", "live-nothing-plays", true, |stage, paints| on_air(
        stage,
        paints,
        |app| {
            app.playing = None;
            app.suggestions = Arc::default();
        }
    )),
    place!("live", "live-unknown", true, |stage, paints| on_air(
        stage,
        paints,
        |app| {
            if let Some(playing) = &mut app.playing {
                playing.values = Default::default();
                playing.needs_analysis = true;
            }
            app.suggestions = Arc::default();
        }
    )),
    place!("live", "live-offline", true, songs, |stage, paints| on_air(
        stage,
        paints,
        |app| {
            live::edit(app, |live| {
                live.link = LinkInfo {
                    kind: LinkKind::Offline,
                    since_ms: live.crowd.updated_at_ms,
                    waiting: 3,
                    ..LinkInfo::default()
                };
            });
        }
    )),
    place!("live", "live-poll", true, songs, |stage, paints| on_air(
        stage,
        paints,
        |app| {
            let mut poll = live::poll(
                "What vibe would you like to dance to after this one?",
                &[
                    ("Blues", 4),
                    ("Slow & smooth, as long as it lasts", 7),
                    ("Pop", 5),
                    ("Surprise me", 0),
                ],
            );
            poll.closes = PollCloses::After { seconds: 120 };
            live::edit(app, |live| live.poll = Some(poll));
        }
    )),
    place!("live", "live-announce", true, songs, |stage, paints| {
        let mut window = on_air(stage, paints, |_| {});
        types(&mut window, 'a');
        window.run_steps(3);
        window
    }),
    place!("live", "live-tempo", true, songs, |stage, paints| on_air(
        stage,
        paints,
        |app| {
            live::edit(app, |live| {
                let play = live.plays.last_mut().expect("a play");
                (play.slower, play.perfect, play.faster) = (4, 21, 19);
            });
        }
    )),
    place!("live", "live-local", true, songs, |stage, paints| on_air(
        stage,
        paints,
        |app| {
            live::edit(app, |live| {
                let session = live.session.as_mut().expect("a session");
                session.local = true;
                session.address = "http://127.0.0.1:3001/live/K7QF".into();
                session.pin = None;
            });
        }
    )),
    place!("live", "live-poll-sheet", true, |stage, paints| {
        let mut window = on_air(stage, paints, |app| {
            let poll = live::poll("What next?", &[("Blues", 4), ("Slow & smooth", 7)]);
            live::edit(app, |live| live.poll = Some(poll));
        });
        types(&mut window, 'p');
        window.run_steps(3);
        window
    }),
    place!("live", "live-compose", true, |stage, paints| {
        let mut window = on_air(stage, paints, |_| {});
        types(&mut window, 'p');
        window.run_steps(3);
        window
    }),
    place!("over", "over-another-song", false, |stage, paints| {
        let mut window = dialog(stage, paints, "Correct this song");
        window.get_by_label("It is another song…").click();
        window.run_steps(3);
        window
    }),
    place!("over", "over-disconnect", false, |stage, paints| {
        let mut app = shown::settled();
        app.account.token_tail = Some("k9Qz".into());
        let mut window = open(stage, paints, app, Screen::Settings);
        window.get_by_label("Disconnect").click();
        window.run_steps(3);
        window
    }),
    place!("live", "live-hint", true, songs, |stage, paints| on_air(
        stage,
        paints,
        |app| {
            live::edit(app, |live| live.link.slow_way = true);
        }
    )),
    place!("live", "live-messages", true, |stage, paints| {
        let mut window = on_air(stage, paints, |_| {});
        for words in [
            "Link copied",
            "“Everything I Wanted to Tell You” copied for your DJ program's search",
        ] {
            window.state_mut().1.toasts.push(Toast::done(words));
        }
        window.run_steps(2);
        window
    }),
    place!("live", "live-starting", true, |stage, paints| on_air(
        stage,
        paints,
        |app| live::edit(app, |live| {
            live.phase = LivePhase::Starting;
            live.link.kind = LinkKind::Connecting;
            live.session.as_mut().expect("a session").address.clear();
        })
    )),
    place!("ready", "ready-asked", true, |stage, paints| {
        let mut app = live::before();
        live::edit(&mut app, |live| {
            live.question = Some(LiveQuestion::Resume {
                name: "Friday Social, Main Room, with a long name".into(),
                code: "K7QF".into(),
                last_seen_ms: 0,
            });
        });
        open(stage, paints, app, Screen::Live)
    }),
    place!("ready", "ready-owed", true, |stage, paints| {
        let mut app = live::before();
        live::edit(&mut app, |live| {
            live.owed = vec![OwedSession {
                session_id: None,
                name: "Thursday Class".into(),
                relay: "tanzen.kulturverein-am-alten-hafen.example".into(),
                songs: 12,
                whose: Some("DJ Ola".into()),
                problem: None,
            }];
        });
        open(stage, paints, app, Screen::Live)
    }),
    place!("over", "over-plays", false, |stage, paints| dialog(
        stage,
        paints,
        "All songs of tonight"
    )),
    place!("over", "over-end", false, |stage, paints| dialog(
        stage,
        paints,
        "End session"
    )),
    place!("over", "over-pin", false, |stage, paints| dialog(
        stage,
        paints,
        "Change PIN"
    )),
    place!("over", "over-qr", false, |stage, paints| {
        let mut window = on_air(stage, paints, |_| {});
        types(&mut window, 'q');
        window.run_steps(3);
        window
    }),
    place!("over", "over-summary", false, |stage, paints| {
        let mut window = on_air(stage, paints, |_| {});
        let (app, state, _) = window.state_mut();
        Arc::make_mut(&mut app.live).phase = LivePhase::Ended;
        state.take_in(&Event::Live(LiveReport::State(app.live.clone())));
        window.run_steps(3);
        window
    }),
    place!("over", "over-keys", false, |stage, paints| {
        let mut window = on_air(stage, paints, |_| {});
        types(&mut window, '?');
        window.run_steps(3);
        window
    }),
    place!("rest", "history", true, |stage, paints| {
        let window = open(stage, paints, history::app(), Screen::History);
        history::with_detail(window)
    }),
    place!("rest", "history-night", true, |stage, paints| {
        let window = open(stage, paints, history::app(), Screen::History);
        let mut window = history::with_detail(window);
        let night = window
            .get_all_by_label_contains("Friday Social, Main Room")
            .next();
        night.expect("a night").click();
        window.run_steps(3);
        window
    }),
    place!("rest", "history-empty", false, |stage, paints| {
        open(stage, paints, scenes::base(), Screen::History)
    }),
    place!("rest", "settings", false, |stage, paints| open(
        stage,
        paints,
        shown::settled(),
        Screen::Settings
    )),
    place!("rest", "first-run", false, |stage, paints| first_run(
        stage,
        paints,
        &[]
    )),
    place!("rest", "first-run-account", false, |stage, paints| first_run(
        stage,
        paints,
        &["Skip for now"]
    )),
    place!("rest", "first-run-test", false, |stage, paints| {
        first_run(stage, paints, &["Skip for now", "Work offline for now"])
    }),
];

fn address(ip: &str) -> LocalAddress {
    LocalAddress {
        address: format!("http://{ip}:3001"),
        network: NetworkAddress {
            ip: ip.parse().expect("an address"),
            name: "wlp0s20f3".into(),
            kind: NetworkKind::Wifi,
        },
        answers: true,
    }
}

fn built(stage: Stage, paints: bool, app: AppState, state: UiState) -> Window {
    if paints {
        stage.painted(app, state)
    } else {
        stage.shows(app, state)
    }
}

fn open(stage: Stage, paints: bool, app: AppState, screen: Screen) -> Window {
    let state = UiState {
        screen,
        ..UiState::default()
    };
    built(stage, paints, app, state)
}

fn library(stage: Stage, paints: bool, then: fn(&mut Window)) -> Window {
    let mut window = open(stage, paints, scenes::library(), Screen::Library);
    then(&mut window);
    window.run_steps(2);
    window
}

fn choose(window: &mut Window) {
    window.get_by_label_contains("Moving Slow").click();
    window.run_steps(2);
}

fn batch(window: &mut Window) {
    window.get_by_label_contains("Moving Slow").click();
    window.run_steps(2);
    window
        .get_by_label_contains("Feathers, Lowlight")
        .click_modifiers(Modifiers::COMMAND);
}

fn on_air(stage: Stage, paints: bool, change: fn(&mut AppState)) -> Window {
    let mut app = live::night();
    // As many as a large window shows, the last ones with what does not fit.
    let mut songs = (*app.suggestions).clone();
    for at in 0..8 {
        let mut song = songs[at % 4].clone();
        song.track.id = TrackId(100 + at as i64);
        song.reason = "Two keys away · +6 BPM".into();
        song.fits = false;
        songs.push(song);
    }
    app.suggestions = Arc::new(songs);
    change(&mut app);
    live::arrived(open(stage, paints, app, Screen::Live))
}

fn rename(app: &mut AppState, title: &str, artist: &str) {
    if let Some(playing) = &mut app.playing {
        (playing.title, playing.artist) = (title.into(), artist.into());
    }
    let mut songs = (*app.suggestions).clone();
    for song in &mut songs {
        (song.track.title, song.track.artist) = (title.into(), artist.into());
    }
    app.suggestions = Arc::new(songs);
}

fn dialog(stage: Stage, paints: bool, button: &str) -> Window {
    let mut window = on_air(stage, paints, |_| {});
    // In one column it is further down.
    window.get_by_label(button).scroll_to_me();
    window.run_steps(6);
    window.get_by_label(button).click();
    window.run_steps(3);
    window
}

fn first_run(stage: Stage, paints: bool, presses: &[&str]) -> Window {
    let state = UiState {
        first_run: Some(FirstRun::default()),
        ..UiState::default()
    };
    let mut window = built(stage, paints, shown::newcomer(), state);
    for press in presses {
        window.get_by_label(press).click();
        window.run_steps(2);
    }
    window
}
