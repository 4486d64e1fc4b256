//! The player's thread: one track at a time, an output only as long as it is needed.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    AuditionCommand, AuditionPhase, AuditionState, OpenOutput, SoundOutput, SystemOutput,
    decoder::Decoder,
    store::SoundStore,
    voice::{Controls, Voice, VoiceState},
};
use crate::{
    library::TrackId,
    plain_words,
    report::Reporter,
    worker::{self, Handle, Inbox, Next},
};

/// Commands waiting; a hand is never faster.
const QUEUE: usize = 64;
/// Time between two reports of the position.
const TICK: Duration = Duration::from_millis(33);
/// A held output is let go after this long: other programs may want the sound card for themselves.
const LET_GO_AFTER: Duration = Duration::from_secs(5);

/// Asks the player; ends and joins its thread when dropped.
pub type AuditionHandle = Handle<AuditionCommand>;

/// Starts the player on the system's outputs. No device is touched before something is to be played.
///
/// Errors: the system gives no thread.
pub fn spawn(
    reporter: Reporter<Box<AuditionState>>,
    volume: f32,
    output: Option<String>,
) -> std::io::Result<AuditionHandle> {
    worker::spawn("audition", QUEUE, move |inbox, _| {
        run(
            Player::new(SystemOutput::new(), volume, output),
            &inbox,
            &reporter,
        );
    })
}

fn run(
    mut player: Player<impl SoundOutput>,
    inbox: &Inbox<AuditionCommand>,
    reporter: &Reporter<Box<AuditionState>>,
) {
    let mut shown = AuditionState::default();
    loop {
        let next = match player.wait(Instant::now()) {
            Some(wait) => inbox.next(wait),
            None => inbox.wait().map_or(Next::End, Next::Message),
        };
        match next {
            Next::Message(command) => player.obey(command),
            Next::Nothing => {}
            Next::End => return,
        }
        player.tick(Instant::now());
        if *player.state() == shown {
            continue;
        }
        let only_moved = AuditionState {
            position_s: shown.position_s,
            ..player.state().clone()
        } == shown;
        shown = player.state().clone();
        let state = Box::new(shown.clone());
        if only_moved {
            reporter.progress(state);
        } else {
            reporter.send(state);
        }
    }
}

/// The player itself, without a thread or a clock of its own.
pub(super) struct Player<O> {
    system: O,
    state: AuditionState,
    loaded: Option<LoadedTrack>,
    output: Option<Box<dyn OpenOutput>>,
    held_since: Option<Instant>,
}

/// The track that is decoded.
struct LoadedTrack {
    path: PathBuf,
    store: Arc<SoundStore>,
    _decoder: Decoder,
    /// The voice in the output, once there is one.
    controls: Option<Arc<Controls>>,
    /// Where to begin, in seconds, until there is a voice.
    from_s: f64,
    wants_play: bool,
}

impl LoadedTrack {
    fn start(path: &Path, from_s: f64, wants_play: bool) -> std::io::Result<Self> {
        let store = Arc::new(SoundStore::new(0));
        Ok(Self {
            path: path.to_owned(),
            _decoder: Decoder::start(path.to_owned(), Arc::clone(&store))?,
            store,
            controls: None,
            from_s,
            wants_play,
        })
    }

    fn position_s(&self) -> f64 {
        match (&self.controls, self.store.rate()) {
            (Some(controls), Some(rate)) => controls.position() as f64 / f64::from(rate),
            _ => self.from_s,
        }
    }

    /// Takes the voice out of the output, softly; the place is kept.
    fn detach(&mut self) {
        self.from_s = self.position_s();
        if let Some(controls) = self.controls.take() {
            controls.leave();
        }
    }
}

impl Drop for LoadedTrack {
    fn drop(&mut self) {
        self.detach();
    }
}

impl<O: SoundOutput> Player<O> {
    pub(super) fn new(system: O, volume: f32, chosen_output: Option<String>) -> Self {
        Self {
            system,
            state: AuditionState {
                volume: volume.clamp(0.0, 1.0),
                chosen_output,
                ..AuditionState::default()
            },
            loaded: None,
            output: None,
            held_since: None,
        }
    }

    pub(super) fn state(&self) -> &AuditionState {
        &self.state
    }

    /// Whether the whole track is decoded, so that a voice never has to wait.
    #[cfg(test)]
    pub(super) fn is_decoded(&self) -> bool {
        self.loaded
            .as_ref()
            .is_some_and(|loaded| loaded.store.is_finished())
    }

    /// How long nothing changes by itself; `None`: until somebody asks.
    fn wait(&self, now: Instant) -> Option<Duration> {
        if self.loaded.as_ref().is_some_and(|loaded| loaded.wants_play) {
            return Some(TICK);
        }
        self.held_since
            .map(|since| (since + LET_GO_AFTER).saturating_duration_since(now))
    }

    pub(super) fn obey(&mut self, command: AuditionCommand) {
        match command {
            AuditionCommand::Play { track, path, from_s } => self.play(track, &path, from_s),
            AuditionCommand::Pause => self.hold(),
            AuditionCommand::Seek(seconds) => self.seek(seconds),
            AuditionCommand::Volume(volume) => {
                self.state.volume = if volume.is_nan() {
                    0.0
                } else {
                    volume.clamp(0.0, 1.0)
                };
                if let Some(controls) = self.loaded.as_ref().and_then(|loaded| loaded.controls.as_ref()) {
                    controls.set_volume(loudness(self.state.volume));
                }
            }
            AuditionCommand::Output(name) => {
                if self.state.chosen_output != name {
                    self.state.chosen_output = name;
                    self.state.problem = None;
                    self.let_go();
                }
            }
            AuditionCommand::ListOutputs => match self.system.outputs() {
                Ok(outputs) => self.state.outputs = outputs,
                Err(problem) => {
                    self.state.outputs.clear();
                    self.state.problem = Some(problem);
                }
            },
            AuditionCommand::Stop => {
                self.loaded = None;
                self.let_go();
                self.state.track = None;
                self.state.problem = None;
            }
        }
    }

    fn play(&mut self, track: TrackId, path: &Path, from_s: Option<f64>) {
        self.state.problem = None;
        let same = self.state.track == Some(track);
        if !same || self.loaded.as_ref().is_none_or(|loaded| loaded.path != path) {
            self.loaded = None;
            self.state.track = Some(track);
            match LoadedTrack::start(path, from_s.unwrap_or(0.0).max(0.0), true) {
                Ok(loaded) => self.loaded = Some(loaded),
                Err(error) => {
                    self.state.problem =
                        Some(format!("It cannot be played now: {}", plain_words::of_io(&error)));
                }
            }
            return;
        }
        let ended = self.state.phase == AuditionPhase::Ended;
        if let Some(seconds) = from_s.or(ended.then_some(0.0)) {
            self.seek(seconds);
        }
        if let Some(loaded) = &mut self.loaded {
            loaded.wants_play = true;
        }
    }

    fn hold(&mut self) {
        if let Some(loaded) = &mut self.loaded {
            loaded.wants_play = false;
            if let Some(controls) = &loaded.controls {
                controls.set_playing(false);
            }
        }
    }

    fn seek(&mut self, seconds: f64) {
        let Some(loaded) = &mut self.loaded else { return };
        let seconds = if seconds.is_finite() {
            seconds.max(0.0)
        } else {
            0.0
        };
        let Some(rate) = loaded.store.rate() else {
            loaded.from_s = seconds;
            return;
        };
        let frame = (seconds * f64::from(rate)) as u64;
        if loaded.store.is_gone(frame) {
            self.decode_again(seconds);
        } else if let Some(controls) = &loaded.controls {
            controls.seek(frame);
        } else {
            loaded.from_s = seconds;
        }
    }

    /// A long track slid past this place: from the start again, faster than it plays.
    fn decode_again(&mut self, from_s: f64) {
        let Some(loaded) = self.loaded.take() else { return };
        let (path, wants_play) = (loaded.path.clone(), loaded.wants_play);
        drop(loaded);
        match LoadedTrack::start(&path, from_s, wants_play) {
            Ok(loaded) => self.loaded = Some(loaded),
            Err(error) => {
                self.state.problem = Some(format!("It cannot be played now: {}", plain_words::of_io(&error)));
            }
        }
    }

    /// Lets go of the output; the track keeps its place.
    fn let_go(&mut self) {
        if let Some(loaded) = &mut self.loaded {
            loaded.detach();
        }
        self.output = None;
        self.held_since = None;
    }

    /// Takes in what happened since the last time.
    pub(super) fn tick(&mut self, now: Instant) {
        if let Some(problem) = self.output.as_ref().and_then(|output| output.problem()) {
            self.stop_with(problem);
        }
        self.attach();
        self.follow();
        let running = self.state.is_running();
        if running || self.output.is_none() {
            self.held_since = None;
        } else {
            let since = *self.held_since.get_or_insert(now);
            if now.saturating_duration_since(since) >= LET_GO_AFTER {
                self.let_go();
            }
        }
        self.state.open_output = self.output.as_ref().map(|output| output.name().to_owned());
    }

    fn stop_with(&mut self, problem: String) {
        self.let_go();
        self.hold();
        self.state.problem = Some(problem);
    }

    /// Gives the track a voice as soon as it is wanted and its rate is known.
    fn attach(&mut self) {
        let Some(loaded) = &mut self.loaded else { return };
        if let Some(problem) = loaded.store.problem()
            && loaded.store.is_empty()
        {
            self.loaded = None;
            self.state.problem = Some(format!("This file cannot be played: {problem}"));
            return;
        }
        if !loaded.wants_play {
            return;
        }
        if let Some(controls) = &loaded.controls {
            controls.set_playing(true);
            return;
        }
        let Some(rate) = loaded.store.rate() else { return };
        let output = match &self.output {
            Some(output) => output,
            None => match self.system.open(self.state.chosen_output.as_deref()) {
                Ok(output) => self.output.insert(output),
                Err(problem) => return self.stop_with(problem),
            },
        };
        let frame = (loaded.from_s * f64::from(rate)) as u64;
        let controls = Arc::new(Controls::new(frame, loudness(self.state.volume)));
        controls.set_playing(true);
        output.play(Voice::new(Arc::clone(&loaded.store), Arc::clone(&controls), rate));
        loaded.controls = Some(controls);
    }

    /// Reads off what the voice does.
    fn follow(&mut self) {
        let Some(loaded) = &mut self.loaded else {
            self.state.phase = AuditionPhase::Empty;
            self.state.position_s = 0.0;
            return;
        };
        let voice = loaded.controls.as_ref().map(|controls| controls.state());
        if voice == Some(VoiceState::Ended) {
            loaded.wants_play = false;
        }
        self.state.phase = match (loaded.wants_play, voice) {
            (_, Some(VoiceState::Ended)) => AuditionPhase::Ended,
            (false, _) => AuditionPhase::Paused,
            (true, Some(VoiceState::Going)) => AuditionPhase::Playing,
            (true, _) => AuditionPhase::Loading,
        };
        self.state.position_s = loaded.position_s();
        if voice == Some(VoiceState::Gone) {
            let place = loaded.position_s();
            self.decode_again(place);
        }
    }
}

/// The ear hears ratios: half of the way is a quarter of the amplitude.
fn loudness(volume: f32) -> f32 {
    volume * volume
}
