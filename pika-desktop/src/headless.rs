//! The program without a window: scans, analyses, follows the DJ's program and serves the dancers,
//! and says in plain lines what it does.

use std::{collections::BTreeMap, io::Write, path::PathBuf, time::Duration};

use anyhow::{Context, Result};
use pika_engine::{
    analyzer::AnalysisReport,
    app::{App, Command, Event, StartOptions},
    demo_music,
    library::{LibraryCommand, LibraryReport, OpenNote},
    live::{LiveAnswer, LiveCommand, LivePhase, LiveQuestion, LiveReport, LiveState, NewSession},
    local_relay::{self, LocalRelayReport},
    nowplaying::{NowPlaying, NowPlayingReport, SourceStatus},
    relay_access::RelayAccess,
    report::Failure,
    scanner::ScanReport,
};

/// Waiting has no end: events come when they come.
const TICK: Duration = Duration::from_secs(3600);

/// What to do without a window.
#[derive(Debug, Clone)]
pub struct HeadlessOptions {
    /// The program itself.
    pub start: StartOptions,
    /// The music folder; generated music without one.
    pub music: Option<PathBuf>,
    /// The relay to publish on; without one, the relay inside the program.
    /// What is wrong with it is said, and the songs are noted all the same.
    pub relay: Option<Result<RelayAccess, String>>,
    /// Name of the session.
    pub session_name: String,
    /// The DJ's name.
    pub dj_name: String,
    /// Go on here with a session that is live on another computer.
    pub take_over: bool,
}

/// Runs until Ctrl-C or the end of a terminal session; writes what happens to `out`.
///
/// Errors: the program cannot start.
pub fn run(options: &HeadlessOptions, out: &mut impl Write) -> Result<()> {
    let paths = &options.start.paths;
    say(
        out,
        "Pika!",
        &format!("{} without a window; Ctrl-C ends it", env!("CARGO_PKG_VERSION")),
    );
    say(out, "Data", &paths.root().display().to_string());
    let music = match &options.music {
        Some(music) => std::path::absolute(music).context("cannot find the music folder")?,
        None => {
            let folder = paths.demo_music();
            say(out, "Music", "none named: six short songs are made by code");
            demo_music::generate(&folder).context("cannot make the demo music")?;
            folder
        }
    };
    if !music.is_dir() {
        anyhow::bail!("there is no folder {}", music.display());
    }
    let (mut app, note) = App::start(&options.start, || {})?;
    if let Some(OpenNote::Restored { damaged }) = note {
        say(
            out,
            "Library",
            &format!(
                "it was damaged; the last good copy is used, the damaged file is {}",
                damaged.display()
            ),
        );
    }
    let reporter = app.reporter();
    local_relay::on_end_request(move || reporter.send(Event::Quit))?;
    say(out, "Music", &music.display().to_string());
    if options.start.demo {
        say(
            out,
            "Demo",
            "a simulated DJ program plays a song every twenty seconds, five simulated dancers come in",
        );
    } else {
        match &options.relay {
            Some(Ok(relay)) => app.set_relay(relay.clone()),
            Some(Err(problem)) => say(out, "Relay", problem),
            None => app.start_local_relay().context("cannot start the relay")?,
        }
        app.run(Command::Library(LibraryCommand::AddFolder(music)));
        if !matches!(options.relay, Some(Err(_))) {
            app.run(Command::Live(LiveCommand::GoLive(NewSession {
                name: options.session_name.clone(),
                dj_name: options.dj_name.clone(),
                listed: true,
                pin: None,
                ..NewSession::default()
            })));
        }
    }

    follow(&mut app, options, out);
    say(out, "Ending", "the session is being closed");
    let owed = app.end_session_and_stop();
    if owed.is_empty() {
        say(out, "Bye", "the session is closed and everything is stored");
    }
    for owed in &owed {
        let words = owed.words();
        say(out, "Waiting", &format!("{} {}", words.title, words.text));
    }
    Ok(())
}

/// Prints what happens, and answers what a session asks, until the end is asked for.
fn follow(app: &mut App, options: &HeadlessOptions, out: &mut impl Write) {
    let mut printer = Printer::default();
    let mut has_taken_over = false;
    while let Some(event) = next(app) {
        printer.print(&event, out);
        if event == Event::Quit {
            return;
        }
        let Event::Live(LiveReport::State(state)) = &event else {
            continue;
        };
        // One of another relay has given way to this one.
        let is_here = state
            .session
            .as_ref()
            .is_some_and(|it| it.local == options.relay.is_none());
        // Nobody is there to be asked: a session that was interrupted goes on, one elsewhere is left alone.
        let words = match &state.question {
            Some(LiveQuestion::Resume { name, .. }) if is_here => {
                format!("“{name}” was interrupted and goes on")
            }
            Some(LiveQuestion::TakeOver { name, .. }) if options.take_over && !has_taken_over => {
                // Once: it may be taken back over there.
                has_taken_over = true;
                format!("“{name}” is taken over from another computer")
            }
            _ => continue,
        };
        say(out, "Session", &words);
        app.run(Command::Live(LiveCommand::Answer(LiveAnswer::GoOn)));
    }
}

fn next(app: &mut App) -> Option<Event> {
    loop {
        if let Some(event) = app.next_event(TICK) {
            return Some(event);
        }
    }
}

/// One line; an output that is closed is no reason to stop.
fn say(out: &mut impl Write, what: &str, text: &str) {
    let _ = writeln!(out, "{what:<10} {text}");
    let _ = out.flush();
}

/// Says each thing once.
#[derive(Default)]
struct Printer {
    last: BTreeMap<&'static str, String>,
    analyzed_tenths: u32,
}

impl Printer {
    fn print(&mut self, event: &Event, out: &mut impl Write) {
        for (what, text) in self.lines(event) {
            // What is only repeated is no news, except a song that is played again.
            if what == "Playing" || self.last.get(what) != Some(&text) {
                say(out, what, &text);
                self.last.insert(what, text);
            }
        }
    }

    fn lines(&mut self, event: &Event) -> Vec<(&'static str, String)> {
        match event {
            Event::Scan(ScanReport::Finished { path, counts, .. }) if counts.away => {
                vec![(
                    "Away",
                    format!("{} is not there; its songs keep everything", path.display()),
                )]
            }
            Event::Scan(ScanReport::Finished { counts, .. }) => {
                let mut text = format!("{} files", counts.seen);
                for (count, what) in [
                    (counts.new, "new"),
                    (counts.changed, "changed"),
                    (counts.moved, "moved"),
                    (counts.vanished, "gone"),
                    (counts.unreadable, "unreadable"),
                ] {
                    if count > 0 {
                        text += &format!(", {count} {what}");
                    }
                }
                vec![("Scanned", text)]
            }
            Event::Analysis(AnalysisReport::Progress(progress)) => {
                // A tenth of the way at a time: a terminal is no progress bar.
                let tenths = progress.done * 10 / progress.total.max(1);
                if tenths == self.analyzed_tenths && !progress.is_done() {
                    return Vec::new();
                }
                self.analyzed_tenths = if progress.is_done() { 0 } else { tenths };
                let mut text = format!("{} of {}", progress.done, progress.total);
                if progress.failed > 0 {
                    text += &format!(", {} failed", progress.failed);
                }
                text += &format!(" ({:.0} a minute)", progress.per_minute);
                vec![("Analysed", text)]
            }
            Event::Analysis(AnalysisReport::Failed { path, reason, .. }) => {
                vec![("Failed", format!("{reason}: {}", path.display()))]
            }
            Event::NowPlaying(NowPlayingReport::Source(status)) => source_lines(status),
            Event::NowPlaying(NowPlayingReport::Playing(play)) => vec![("Playing", song(play))],
            Event::NowPlaying(NowPlayingReport::PlayedBefore(play)) => vec![("Earlier", song(play))],
            Event::NowPlaying(NowPlayingReport::Removed(_)) => {
                vec![("Removed", "the last song was taken back".to_owned())]
            }
            Event::NowPlaying(NowPlayingReport::Stopped) => vec![("Stopped", "nothing plays".to_owned())],
            Event::NewerVersion(release) => {
                vec![(
                    "Update",
                    format!("version {} is out: {}", release.version, release.page),
                )]
            }
            Event::Live(LiveReport::State(state)) => self.live_lines(state),
            Event::LocalRelay(LocalRelayReport::Moved(info)) => {
                let others = info.candidates.iter().filter(|it| it.address != info.address);
                let others: Vec<_> = others
                    .map(|it| format!("{} ({})", it.address, it.network.name))
                    .collect();
                let found = (!others.is_empty()).then(|| ("Also at", others.join(", ")));
                found.into_iter().collect()
            }
            Event::Library(LibraryReport::Exported { path, tracks }) => {
                vec![("Exported", format!("{tracks} tracks to {}", path.display()))]
            }
            Event::Scan(ScanReport::OpinionsImported { path, counts }) => vec![(
                "VirtualDJ",
                format!(
                    "{} of {} songs matched in {}",
                    counts.matched,
                    counts.songs,
                    path.display()
                ),
            )],
            Event::Scan(ScanReport::Notice(notice)) => vec![("Library", notice.text())],
            Event::Failed(Failure { what, error }) => vec![("Trouble", format!("could not {what}: {error}"))],
            Event::Scan(ScanReport::Over(_) | ScanReport::Progress { .. })
            | Event::Analysis(AnalysisReport::Analyzed(_))
            | Event::NowPlaying(NowPlayingReport::PlayedSince(_))
            | Event::Live(
                LiveReport::Began(_)
                | LiveReport::Answers(..)
                | LiveReport::Ended { .. }
                | LiveReport::Recap(_),
            )
            | Event::Library(_)
            | Event::Listing(_)
            | Event::Suggestions(_)
            | Event::Surroundings(_)
            | Event::Audition(_)
            | Event::Account(_)
            | Event::LocalRelay(LocalRelayReport::Ended(_))
            | Event::Battery(_)
            | Event::LocalTime(_)
            | Event::Quit => Vec::new(),
        }
    }

    fn live_lines(&self, state: &LiveState) -> Vec<(&'static str, String)> {
        let mut lines = Vec::new();
        if let Some(problem) = &state.link.problem {
            lines.push(("Relay", format!("{} {}", problem.title, problem.text)));
        }
        if let Some(LiveQuestion::TakeOver {
            name, device_name, ..
        }) = &state.question
        {
            let place = if device_name.is_empty() {
                "another computer".to_owned()
            } else {
                format!("“{device_name}”")
            };
            lines.push((
                "Elsewhere",
                format!("{place} has “{name}”: end it there, or start here with --take-over"),
            ));
        }
        for owed in &state.owed {
            let words = owed.words();
            lines.push((
                "Waiting",
                format!("“{}”: {} {}", owed.name, words.title, words.text),
            ));
        }
        match (&state.session, state.phase) {
            (Some(session), LivePhase::OnAir) if !session.address.is_empty() => {
                lines.push(("Dancers", session.address.clone()));
            }
            (_, LivePhase::Ended) => lines.push(("Session", "it has ended".to_owned())),
            _ => {}
        }
        let (listeners, likes) = (state.crowd.listeners, state.likes());
        if listeners > 0 || likes > 0 || self.last.contains_key("Floor") {
            lines.push(("Floor", format!("{listeners} dancers, {likes} likes tonight")));
        }
        lines
    }
}

fn source_lines(status: &SourceStatus) -> Vec<(&'static str, String)> {
    match status {
        SourceStatus::Missing { what, .. } => vec![("Waiting", what.clone())],
        SourceStatus::Unreadable { path, reason, .. } => {
            vec![(
                "Waiting",
                format!("cannot read {} ({reason}); it is tried again", path.display()),
            )]
        }
        SourceStatus::Following {
            source, path, advice, ..
        } => {
            let mut lines = vec![("Following", format!("{}: {}", source.name(), path.display()))];
            lines.extend(advice.iter().map(|advice| ("Advice", advice.clone())));
            lines
        }
    }
}

/// A song on one line, with what is known of it.
fn song(play: &NowPlaying) -> String {
    let mut parts = vec![if play.artist.is_empty() {
        play.title.clone()
    } else {
        format!("{} – {}", play.artist, play.title)
    }];
    let values = &play.values;
    if let Some(bpm) = values.bpm {
        parts.push(format!("{bpm:.1} BPM"));
    }
    if let Some(key) = values.key {
        parts.push(format!("{} ({})", key.short_name(), key.camelot()));
    }
    for (name, value) in [
        ("energy", values.energy),
        ("danceability", values.danceability),
        ("brightness", values.brightness),
    ] {
        if let Some(value) = value {
            parts.push(format!("{name} {value:.0}"));
        }
    }
    match play.matched_by {
        None => parts.push("not in the library".to_owned()),
        Some(_) if play.needs_analysis => parts.push("being analysed".to_owned()),
        Some(_) => {}
    }
    // Titles come from files: a control character must not steer a terminal.
    parts
        .join(" · ")
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
