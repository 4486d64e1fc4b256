//! What is done with chosen tracks, from the row over the list, from a row's menu, by key: each says what it
//! did, and a correction how to take it back.

use pika_engine::{
    app::Command,
    library::{Correction, LibraryCommand, TrackId},
};

use crate::ui::{
    requests::Requests,
    widgets::{Toast, ToastAction},
    words,
};

/// Something that is done with tracks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum TrackAction {
    /// Multiply the tempo.
    Scale(f64),
    /// Take all corrections back.
    Reset,
    /// Analyse anew.
    AnalyzeAgain,
}

impl TrackAction {
    /// What is said once it is done with so many tracks.
    fn done(self, count: usize) -> String {
        let words = match self {
            Self::AnalyzeAgain => return format!("{} will be analysed again", words::tracks(count)),
            Self::Scale(0.5) => "Tempo halved".to_owned(),
            Self::Scale(2.0) => "Tempo doubled".to_owned(),
            Self::Scale(factor @ ..1.0) => format!("Tempo ÷{:.0}", 1.0 / factor),
            Self::Scale(factor) => format!("Tempo ×{factor:.0}"),
            Self::Reset => "Back to what was measured".to_owned(),
        };
        match count {
            1 => words,
            count => format!("{words}: {}", words::tracks(count)),
        }
    }

    /// Does it.
    pub(super) fn run(self, tracks: Vec<TrackId>, out: &mut Requests) {
        let toast = Toast::done(self.done(tracks.len()));
        let correction = match self {
            Self::AnalyzeAgain => {
                out.toast(toast);
                out.push(Command::Library(LibraryCommand::AnalyzeAgain(tracks)));
                return;
            }
            Self::Scale(factor) => Correction::ScaleBpm(factor),
            Self::Reset => Correction::Reset,
        };
        if tracks.is_empty() {
            return;
        }
        out.toast(toast.action(ToastAction::Undo));
        out.push(Command::Library(LibraryCommand::Correct { tracks, correction }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_says_what_it_did_and_to_how_many() {
        let done = |action: TrackAction, count| action.done(count);
        assert_eq!(done(TrackAction::Scale(0.5), 1), "Tempo halved");
        assert_eq!(done(TrackAction::Scale(2.0), 12), "Tempo doubled: 12 tracks");
        assert_eq!(done(TrackAction::Scale(0.25), 1), "Tempo ÷4");
        assert_eq!(done(TrackAction::Scale(8.0), 1), "Tempo ×8");
        assert_eq!(
            done(TrackAction::Reset, 1_200),
            "Back to what was measured: 1,200 tracks"
        );
        assert_eq!(
            done(TrackAction::AnalyzeAgain, 1),
            "1 track will be analysed again"
        );
    }

    #[test]
    fn nothing_is_corrected_when_nothing_is_chosen() {
        let mut out = Requests::default();
        TrackAction::Scale(2.0).run(Vec::new(), &mut out);
        TrackAction::Reset.run(vec![TrackId(3)], &mut out);
        let reset = Command::Library(LibraryCommand::Correct {
            tracks: vec![TrackId(3)],
            correction: Correction::Reset,
        });
        assert_eq!(out.take_commands(), [reset]);
    }
}
