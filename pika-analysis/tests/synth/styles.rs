//! Grooves as step patterns.

mod straight;
mod swung;

use super::{Random, Voice};

/// How a beat is divided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Feel {
    Straight,
    /// Halves of the beat, the first longer by a ratio within these bounds.
    Swing8(f64, f64),
    /// The same for quarters of the beat.
    Swing16(f64, f64),
}

/// One instrument's patterns: alternatives of `steps` characters, parted by `|`.
/// `x` sounds, `o` sounds softly, `?` is decided by the seed for the whole song, anything else rests.
pub(crate) struct Part {
    pub(crate) voice: Voice,
    pub(crate) patterns: &'static str,
    /// Probability that the instrument plays at all.
    pub(crate) presence: f64,
    /// A bass that keeps to the root.
    pub(crate) root_only: bool,
}

impl Part {
    pub(crate) fn voice_and_pattern(&self) -> (Voice, Vec<&'static str>) {
        (self.voice, self.patterns.split('|').collect())
    }
}

/// A groove.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    pub(crate) name: &'static str,
    /// Tempo at which it is played and danced.
    pub(crate) bpm: (f64, f64),
    pub(crate) steps: usize,
    pub(crate) beats_per_bar: usize,
    pub(crate) feel: Feel,
    pub(crate) parts: &'static [Part],
    pub(crate) bars_per_chord: &'static [f64],
    /// Chords are broken into single notes.
    pub(crate) arpeggio: bool,
    /// Chords are strummed.
    pub(crate) strum: bool,
    /// Kept out of training, to measure what was learnt.
    pub(crate) held_out: bool,
}

/// Strength of each step of a pattern.
pub(crate) fn draw(text: &str, steps: usize, random: &mut Random) -> Vec<f64> {
    let pattern: Vec<f64> = text
        .chars()
        .map(|c| match c {
            'x' => 1.0,
            'o' => 0.45,
            '?' if random.chance(0.35) => 0.8,
            _ => 0.0,
        })
        .collect();
    assert_eq!(pattern.len(), steps, "{text}");
    pattern
}

const fn part(voice: Voice, patterns: &'static str, presence: f64) -> Part {
    Part {
        voice,
        patterns,
        presence,
        root_only: false,
    }
}

const PLAIN: Style = Style {
    name: "",
    bpm: (60.0, 180.0),
    steps: 16,
    beats_per_bar: 4,
    feel: Feel::Straight,
    parts: &[],
    bars_per_chord: &[1.0, 1.0, 1.0, 0.5, 2.0],
    arpeggio: false,
    strum: false,
    held_out: false,
};

/// Hats and the like in straight four.
const HATS: &str = "x.x.x.x.x.x.x.x.|x.o.x.o.x.o.x.o.|xoxoxoxoxoxoxoxo|xxxxxxxxxxxxxxxx|x...x...x...x...|..x...x...x...x.|x.x.x.xxx.x.x.x.|x?x?x?x?x?x?x?x?";
const BASS: &str = "x...x...x...x...|x.......x.......|x.......x..?x...|x.x.x.x.x.x.x.x.|x.....x.x.......|x..x..x.x..x..x.|x?.?.?x?.?x?.?.?|x...............|x.....xxx.....x.";
const COMP: &str = "x...............|x.......x.......|x...x...x...x...|x.x.x.x.x.x.x.x.|..x...x...x...x.|x..x..x...x..x..|....x.......x...|x..x....x..x....|x.....x...x.....";

/// Every groove. The order stands: seeds draw by number.
pub(crate) static STYLES: &[Style] = &joined::<33>(straight::STYLES, swung::STYLES);

const fn joined<const N: usize>(first: &[Style], second: &[Style]) -> [Style; N] {
    assert!(first.len() + second.len() == N);
    let mut all = [PLAIN; N];
    let mut index = 0;
    while index < N {
        all[index] = if index < first.len() {
            first[index]
        } else {
            second[index - first.len()]
        };
        index += 1;
    }
    all
}

/// The groove of this name.
pub(crate) fn style(name: &str) -> &'static Style {
    STYLES
        .iter()
        .find(|style| style.name == name)
        .expect("the caller names a groove of the table")
}
