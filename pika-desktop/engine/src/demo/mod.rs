//! The whole night on one machine, without DJ software, account or phones: a simulated VirtualDJ that writes its
//! history as the real one does, and simulated dancers that come in over real sockets.

mod dancer;
mod virtualdj;

use std::{
    io,
    path::{Path, PathBuf},
    sync::mpsc::{SyncSender, sync_channel},
    thread::{self, JoinHandle},
    time::Duration,
};

use anyhow::{Context, Result};
use tracing::warn;

use crate::paths::DataPaths;

/// Between two songs.
const SONG_EVERY: Duration = Duration::from_secs(20);
/// Dancers that come in.
const DANCERS: u64 = 5;

/// The running demonstration; ends when dropped.
#[derive(Debug)]
pub struct Demo {
    /// Everybody who plays along ends when this is gone.
    actors: Vec<Actor>,
    invited: Option<String>,
}

/// Somebody on a thread of their own, who ends when nobody holds the other end any more.
#[derive(Debug)]
struct Actor {
    stop: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Actor {
    fn start(
        name: &str,
        play: impl FnOnce(&std::sync::mpsc::Receiver<()>) + Send + 'static,
    ) -> io::Result<Self> {
        let (stop, stopped) = sync_channel(1);
        let thread = thread::Builder::new()
            .name(name.into())
            .spawn(move || play(&stopped))?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Actor {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The folder that stands for VirtualDJ's own.
pub fn virtualdj_folder(paths: &DataPaths) -> PathBuf {
    paths.root().join("demo-virtualdj")
}

impl Demo {
    /// Starts the simulated VirtualDJ with the songs in `music`.
    ///
    /// Errors: its folder cannot be written; there is no music.
    pub fn start(paths: &DataPaths, music: &Path) -> Result<Self> {
        let program = virtualdj::Program::set_up(&virtualdj_folder(paths), music)
            .context("cannot set up the simulated DJ program")?;
        let actor = Actor::start("demo-dj", move |stopped| program.play(SONG_EVERY, stopped))?;
        Ok(Self {
            actors: vec![actor],
            invited: None,
        })
    }

    /// Lets the dancers come to this session, once.
    pub fn invite(&mut self, relay: &str, code: &str) {
        if self.invited.as_deref() == Some(code) || code.is_empty() {
            return;
        }
        self.invited = Some(code.to_owned());
        for number in 0..DANCERS {
            let dancer = dancer::Dancer::new(relay, code, number);
            match Actor::start("demo-dancer", move |stopped| dancer.dance(stopped)) {
                Ok(actor) => self.actors.push(actor),
                Err(error) => warn!(%error, "a dancer stays away"),
            }
        }
    }
}
