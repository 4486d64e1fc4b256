//! Runs each command. Nothing here waits: work goes to the workers, and what comes of it is an event.

use std::sync::Arc;

use anyhow::Result;

use super::{App, preferences};
use crate::{
    battery,
    command::Command,
    event::{Event, Found},
    export::{ExportFormat, export_file},
    library::{Library, Query, TrackId, browse::BrowseCommand},
    live::LiveCommand,
    nowplaying::{NowPlayingCommand, Replacement},
    reveal,
    scanner::ScanCommand,
    surroundings,
};

/// Tracks that a quick search brings.
const FOUND: u32 = 6;

impl App {
    /// Does what the DJ asks. Trouble comes back as [`Event::Failed`].
    pub fn run(&mut self, command: Command) {
        let done = match command {
            Command::AddFolder(path) => {
                let asked = self.in_library("add the music folder", move |library| {
                    anyhow::ensure!(path.is_dir(), "this is no folder: {}", path.display());
                    library.add_folder(&path).map(|_| None)
                }) && self.scanner.ask(ScanCommand::All);
                self.ask_overview();
                asked
            }
            Command::RemoveFolder(folder) => {
                let asked = self.in_library("forget the music folder", move |library| {
                    library.remove_folder(folder).map(|()| None)
                });
                self.state.scanning.remove(&folder.0);
                self.ask_overview();
                asked
            }
            Command::Rescan => self.scanner.ask(ScanCommand::All),
            Command::PauseAnalysis(paused) => {
                self.analyzer.set_paused(paused);
                self.state.analysis_paused = paused;
                true
            }
            Command::RetryFailures => {
                let asked = self.in_library("try failed files again", |library| {
                    library.retry_failures().map(|_| None)
                });
                self.analyzer.refresh();
                self.ask_overview();
                asked
            }
            Command::Correct { tracks, correction } => {
                self.in_library("correct the tracks", move |library| {
                    library.correct(&tracks, correction)?;
                    Ok(Some(Event::TracksCorrected(tracks)))
                })
            }
            Command::UndoCorrection => self.in_library("undo the correction", |library| {
                Ok(Some(Event::TracksCorrected(library.undo_correction()?)))
            }),
            Command::LookAround => {
                let virtualdj = preferences::virtualdj_folder(self.history.as_deref(), &self.state.settings);
                surroundings::look(virtualdj.filter(|folder| folder.is_dir()), self.emitter.clone())
            }
            Command::LookAtBattery => battery::look(self.emitter.clone()),
            Command::CountFolder(folder) => surroundings::count(folder, self.emitter.clone()),
            Command::SetNotes { track, notes } => self.in_library("keep the notes", move |library| {
                library.set_notes(track, &notes)?;
                Ok(Some(Event::TracksNoted(vec![track])))
            }),
            Command::AddLabel { tracks, label } => self.in_library("add the tag", move |library| {
                library.add_label(&tracks, &label)?;
                Ok(Some(Event::TracksNoted(tracks)))
            }),
            Command::RemoveLabel { tracks, label } => self.in_library("remove the tag", move |library| {
                library.remove_label(&tracks, &label)?;
                Ok(Some(Event::TracksNoted(tracks)))
            }),
            Command::ShowTrack(track) => self.show_track(track),
            Command::ShowFile(path) => reveal::show(path, self.emitter.clone()),
            Command::Audition(wish) => self.audition(wish),
            Command::Account(command) => self.account.ask(command),
            Command::ChangeSettings(settings) => self.change_settings(*settings),
            Command::AnalyzeAgain(tracks) => {
                let asked = self.in_library("analyse the tracks again", move |library| {
                    library.forget_analyses(&tracks)?;
                    Ok(Some(Event::TracksChanged(tracks)))
                });
                self.analyzer.refresh();
                asked
            }
            Command::GoBackToGoodCopy => {
                // The file can be moved only when nobody has it open.
                self.tell_list(BrowseCommand::Release);
                self.in_library("go back to the last good copy", |library| {
                    Ok(Some(Event::WentBack(library.go_back()?)))
                })
            }
            Command::Browse(query) => self.browse.ask(BrowseCommand::Query(query)),
            Command::Export { tracks, path } => match ExportFormat::from_path(&path) {
                Some(format) => self.in_library("export the tracks", move |library| {
                    let tracks = library.tracks(&tracks)?;
                    export_file(&tracks, format, &path)?;
                    Ok(Some(Event::Exported {
                        path,
                        tracks: tracks.len(),
                    }))
                }),
                None => {
                    return self.report(
                        "export the tracks",
                        "the file's name must end in csv, m3u8 or txt",
                    );
                }
            },
            Command::PlayNow(track) => self.nowplaying.ask(NowPlayingCommand::PlayNow(track)),
            Command::StillLastSong => self.nowplaying.ask(NowPlayingCommand::StillLastSong),
            Command::PlayText { title, artist } => {
                self.nowplaying.ask(NowPlayingCommand::PlayText { title, artist })
            }
            Command::ReplacePlay { play, track } => self.nowplaying.ask(NowPlayingCommand::Replace {
                play,
                with: Replacement::Track(track),
            }),
            Command::RenamePlay { play, title, artist } => self.nowplaying.ask(NowPlayingCommand::Replace {
                play,
                with: Replacement::Text { title, artist },
            }),
            Command::RemovePlay(play) => self.nowplaying.ask(NowPlayingCommand::Remove(play)),
            Command::FindTracks(text) => self.find_tracks(text),
            Command::ListNights => self.list_nights(),
            Command::ShowNight(session) => self.in_library("read the night", move |library| {
                Ok(Some(Event::Night(library.night(session)?.map(Arc::new))))
            }),
            Command::ExportNight { session, path } => self.export_night(session, path),
            Command::Suggest(wish) => self.suggest(wish),
            Command::LocalRelay(on) => {
                self.switch_local_relay(on);
                true
            }
            Command::UseRelay(relay) => {
                self.set_relay(relay);
                true
            }
            Command::GoLive(session) => self.live.ask(LiveCommand::GoLive(session)),
            Command::StartTest { local } => self.start_test(local),
            Command::EndTest => self.end_test(),
            Command::EndSession => self.live.ask(LiveCommand::End),
            Command::AnswerLive(answer) => self.live.ask(LiveCommand::Answer(answer)),
            Command::ReconnectNow => self.live.ask(LiveCommand::ReconnectNow),
            Command::StartPoll {
                question,
                options,
                closes,
            } => self.live.ask(LiveCommand::StartPoll {
                question,
                options,
                closes,
            }),
            Command::ExtendPoll { seconds } => self.live.ask(LiveCommand::ExtendPoll { seconds }),
            Command::EndPoll => self.live.ask(LiveCommand::EndPoll),
            Command::CancelPoll => self.live.ask(LiveCommand::CancelPoll),
            Command::Announce { text, seconds } => self.live.ask(LiveCommand::Announce { text, seconds }),
            Command::CancelAnnouncement => self.live.ask(LiveCommand::CancelAnnouncement),
            Command::SetPin(pin) => self.live.ask(LiveCommand::SetPin(pin)),
            Command::SetListed(listed) => self.live.ask(LiveCommand::SetListed(listed)),
        };
        if !done {
            self.report(
                "do this just now",
                "the program is busy: please try again in a moment",
            );
        }
    }

    /// Looks a track up, whole; an [`Event::Detail`] answers.
    pub(super) fn show_track(&mut self, track: TrackId) -> bool {
        self.shown = Some(track);
        self.in_library("look the track up", move |library| {
            let detail = library.track_detail(track)?.map(Arc::new);
            Ok(Some(Event::Detail { track, detail }))
        })
    }

    /// Looks for a few tracks by a word.
    fn find_tracks(&mut self, text: String) -> bool {
        self.in_library("search the library", move |library| {
            let query = Query {
                text: text.clone(),
                limit: Some(FOUND),
                ..Query::default()
            };
            let tracks = library.search(&query)?;
            Ok(Some(Event::Found(Arc::new(Found { text, tracks }))))
        })
    }

    /// Runs `job` on the library's thread; its event, or its failure, is reported.
    pub(super) fn in_library(
        &self,
        what: &'static str,
        job: impl FnOnce(&mut Library) -> Result<Option<Event>> + Send + 'static,
    ) -> bool {
        let events = self.emitter.clone();
        self.library.post(move |library| match job(library) {
            Ok(Some(event)) => events.send(event),
            Ok(None) => {}
            Err(error) => events.send(Event::failed(what, &error)),
        })
    }

    fn report(&self, what: &'static str, error: &str) {
        // Never waits: this is the thread that takes events in.
        self.emitter.progress(Event::Failed {
            what,
            error: error.to_owned(),
        });
    }
}
