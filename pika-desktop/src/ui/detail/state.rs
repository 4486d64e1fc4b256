//! What the hand is doing in the panel of one track.

use pika_engine::{
    app::Command,
    library::{LibraryCommand, TrackId},
};

use super::{tap, waveform, waveform_data};
use crate::ui::requests::Requests;

/// What the hand is doing in the panel.
#[derive(Debug)]
pub struct DetailScreen {
    /// The track that was asked for last.
    pub(super) asked: Option<TrackId>,
    /// The track it is doing that with.
    pub(super) shown: Option<TrackId>,
    /// Seconds that the zoomed waveform shows.
    pub(super) span_s: f64,
    /// The middle of the zoomed waveform; `None`: it follows the player.
    pub(super) pan_s: Option<f64>,
    /// Where playing will begin, in seconds.
    pub(super) cursor_s: f64,
    /// A tempo that is being typed.
    pub(super) bpm: Option<String>,
    /// Why what was typed is none.
    pub(super) bpm_problem: Option<String>,
    /// Energy while it is dragged, 0 to 100.
    pub(super) energy: Option<f64>,
    /// Volume while it is dragged, 0 to 1.
    pub(super) volume: Option<f32>,
    pub(super) tap: tap::TapTempo,
    /// A tag that is being typed.
    pub(super) label: String,
    /// Notes that are being typed, and their track.
    pub(super) notes: Option<(TrackId, String)>,
    pub(super) overview: waveform_data::OverviewBars,
}

impl Default for DetailScreen {
    fn default() -> Self {
        Self {
            asked: None,
            shown: None,
            span_s: waveform::SPAN_S,
            pan_s: None,
            cursor_s: 0.0,
            bpm: None,
            bpm_problem: None,
            energy: None,
            volume: None,
            tap: tap::TapTempo::default(),
            label: String::new(),
            notes: None,
            overview: waveform_data::OverviewBars::default(),
        }
    }
}

impl DetailScreen {
    /// Another track: what was typed for the old one is kept with the old one.
    pub(super) fn turn_to(&mut self, track: TrackId, out: &mut Requests) {
        if self.shown == Some(track) {
            return;
        }
        self.keep_notes(out);
        *self = Self {
            asked: self.asked,
            shown: Some(track),
            span_s: self.span_s,
            volume: self.volume,
            ..Self::default()
        };
    }

    pub(super) fn keep_notes(&mut self, out: &mut Requests) {
        if let Some((track, notes)) = self.notes.take() {
            out.push(Command::Library(LibraryCommand::SetNotes { track, notes }));
        }
    }
}
