//! What would go well next: near in key and tempo, of the energy that is wanted, not played tonight, and liked
//! where it was played before. Advice only: nothing is loaded anywhere.

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use pika_analysis::{Mode, MusicalKey};

use crate::{
    library::{Library, Track, TrackId, Values},
    nowplaying::NowPlaying,
};

/// How the next song should feel beside this one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Mood {
    /// With less energy.
    Calmer,
    /// As it is.
    #[default]
    Same,
    /// With more energy.
    Lift,
}

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wish {
    /// The energy.
    pub mood: Mood,
    /// How far tempi may be apart, in BPM.
    pub tempo_window: f64,
    /// How many songs at most.
    pub count: usize,
    /// From the song before the one that plays, whose tempo is not known yet.
    pub from_before: bool,
}

impl Default for Wish {
    fn default() -> Self {
        Self {
            mood: Mood::Same,
            tempo_window: 4.0,
            count: 4,
            from_before: false,
        }
    }
}

/// A song that would go well next.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// The song.
    pub track: Track,
    /// Why, in a few words.
    pub reason: String,
    /// Its tempo minus the one that plays, in BPM.
    pub tempo_step: f64,
    /// Whether it fits in key and tempo; what does not is only named where too little does.
    pub fits: bool,
}

/// Energy that a calmer or livelier song has less or more.
const MOOD_STEP: f64 = 12.0;
/// Energies that differ by less feel the same.
const STEADY: f64 = 6.0;
/// A song played within so long counts as played tonight where no session says when the night began.
const TONIGHT_MS: i64 = 12 * 3_600_000;
/// No tempo is further away, in BPM.
const ANY_TEMPO: f64 = 1_000.0;
/// What a key that is no neighbour costs for each step on the wheel.
const KEY_STEP: f64 = 0.6;
/// Songs that are looked at: those nearest in tempo.
const MAX_CANDIDATES: u32 = 2_000;

/// Looks in the library for what would go well after `playing`. `tonight_ms`: when the night began, in
/// milliseconds since 1970. Nothing without a known tempo: advice without knowledge is none.
pub fn find(
    library: &Library,
    playing: &NowPlaying,
    tonight_ms: Option<i64>,
    wish: Wish,
) -> Result<Vec<Suggestion>> {
    let Some(bpm) = playing.values.bpm else {
        return Ok(Vec::new());
    };
    let since_ms = tonight_ms
        .unwrap_or(i64::MAX)
        .min(playing.started_at_ms.saturating_sub(TONIGHT_MS));
    let played = library.plays_since(since_ms, 2_000)?;
    let mut tonight: HashSet<TrackId> = played.iter().filter_map(|play| play.track).collect();
    tonight.extend(playing.track);
    let near = library.tracks_near(bpm, ANY_TEMPO, MAX_CANDIDATES)?;
    let loved = library.loved()?;
    Ok(rank(&playing.values, near, &tonight, &loved, wish))
}

/// Orders candidates by how well they follow `now`; where fewer fit than are wanted, those that fit next best come
/// after them. `loved`: likes per play of tracks that dancers have heard.
pub fn rank(
    now: &Values,
    candidates: Vec<Track>,
    tonight: &HashSet<TrackId>,
    loved: &HashMap<TrackId, f64>,
    wish: Wish,
) -> Vec<Suggestion> {
    let Some(bpm) = now.bpm else { return Vec::new() };
    let most_loved = loved.values().copied().fold(1.0, f64::max);
    let wanted = now.energy.map(|energy| match wish.mood {
        Mood::Calmer => energy - MOOD_STEP,
        Mood::Same => energy,
        Mood::Lift => energy + MOOD_STEP,
    });
    let mut scored: Vec<(bool, f64, Suggestion)> = candidates
        .into_iter()
        .filter(|track| !tonight.contains(&track.id) && !track.missing)
        .filter_map(|track| {
            let tempo_step = track.values.bpm? - bpm;
            let keys = now.key.zip(track.values.key);
            let step = keys.and_then(|(from, to)| key_step(from, to));
            let far = keys.map_or(0, |(from, to)| keys_away(from, to));
            // Unknown keys neither fit nor clash.
            let key_fits = step.is_some() || keys.is_none();
            let tempo_fits = tempo_step.abs() <= wish.tempo_window;
            let fits = key_fits && tempo_fits;
            // Each in units of a step that a dancer would notice.
            let key = match step {
                Some(step) => step.distance(),
                None if key_fits => 1.5,
                None => KEY_STEP * f64::from(far),
            };
            let tempo = tempo_step.abs() / wish.tempo_window.max(0.1);
            let energy = match (wanted, track.values.energy) {
                (Some(wanted), Some(energy)) => (energy - wanted).abs() / MOOD_STEP,
                _ => 1.0,
            };
            let love = loved.get(&track.id).copied().unwrap_or(0.0) / most_loved;
            let score = key + tempo + energy - 0.5 * love;
            let reason = if fits {
                reason(step, now.energy, track.values.energy)
            } else {
                misfit((!key_fits).then_some(far), (!tempo_fits).then_some(tempo_step))
            };
            let suggestion = Suggestion {
                track,
                reason,
                tempo_step,
                fits,
            };
            Some((!fits, score, suggestion))
        })
        .collect();
    scored.sort_by(|(misfits, a, x), (others, b, y)| {
        let by_score = misfits.cmp(others).then(a.total_cmp(b));
        by_score.then_with(|| x.track.id.cmp(&y.track.id))
    });
    scored.truncate(wish.count);
    scored.into_iter().map(|(.., suggestion)| suggestion).collect()
}

/// How one key follows another on the Camelot wheel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeyStep {
    Same,
    Up,
    Down,
    ToMajor,
    ToMinor,
}

impl KeyStep {
    fn distance(self) -> f64 {
        match self {
            Self::Same => 0.0,
            Self::ToMajor | Self::ToMinor => 0.5,
            Self::Up | Self::Down => 0.6,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Same => "Same key",
            Self::Up => "Lifts one step",
            Self::Down => "Eases one step",
            Self::ToMajor => "Minor to major",
            Self::ToMinor => "Major to minor",
        }
    }
}

/// `None` for keys that are no neighbours.
fn key_step(from: MusicalKey, to: MusicalKey) -> Option<KeyStep> {
    let (a, b) = (from.camelot_number(), to.camelot_number());
    match (from.mode() == to.mode(), (b + 12 - a) % 12) {
        (true, 0) => Some(KeyStep::Same),
        (true, 1) => Some(KeyStep::Up),
        (true, 11) => Some(KeyStep::Down),
        (false, 0) if to.mode() == Mode::Major => Some(KeyStep::ToMajor),
        (false, 0) => Some(KeyStep::ToMinor),
        _ => None,
    }
}

/// Steps from one key to another on the Camelot wheel, a change of mode being one.
fn keys_away(from: MusicalKey, to: MusicalKey) -> u8 {
    let round = (to.camelot_number() + 12 - from.camelot_number()) % 12;
    round.min(12 - round) + u8::from(from.mode() != to.mode())
}

/// What does not fit: how many keys away, how much faster.
fn misfit(keys: Option<u8>, tempo_step: Option<f64>) -> String {
    const NUMBERS: [&str; 8] = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven"];
    let keys = keys.map(|far| {
        let number = NUMBERS.get(usize::from(far)).copied().unwrap_or("Many");
        format!("{number} keys away")
    });
    let tempo = tempo_step.map(|step| {
        let sign = if step < 0.0 { '−' } else { '+' };
        format!("{sign}{:.0} BPM", step.abs())
    });
    keys.into_iter().chain(tempo).collect::<Vec<_>>().join(" · ")
}

fn reason(step: Option<KeyStep>, now: Option<f64>, then: Option<f64>) -> String {
    let key = step.map_or("Key unknown", KeyStep::words);
    let energy = match (now, then) {
        (Some(now), Some(then)) if then - now > STEADY => "livelier",
        (Some(now), Some(then)) if now - then > STEADY => "calmer",
        (Some(_), Some(_)) => "steady",
        _ => return key.to_owned(),
    };
    format!("{key} · {energy}")
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn values(bpm: f64, key: &str, energy: f64) -> Values {
        Values {
            bpm: Some(bpm),
            key: crate::musical_key::parse_key(key),
            energy: Some(energy),
            ..Values::default()
        }
    }

    fn track(id: i64, bpm: f64, key: &str, energy: f64) -> Track {
        Track {
            id: TrackId(id),
            path: PathBuf::from(format!("/music/{id}.mp3")),
            title: format!("Song {id}"),
            is_titled: true,
            artist: String::new(),
            album: String::new(),
            genre: String::new(),
            year: None,
            values: values(bpm, key, energy),
            corrected: false,
            analysis_version: Some(1),
            failure: None,
            missing: false,
        }
    }

    fn ids(suggestions: &[Suggestion]) -> Vec<i64> {
        suggestions.iter().map(|it| it.track.id.0).collect()
    }

    fn ranked(candidates: Vec<Track>, wish: Wish) -> Vec<Suggestion> {
        rank(
            &values(96.0, "8A", 60.0),
            candidates,
            &HashSet::new(),
            &HashMap::new(),
            wish,
        )
    }

    #[test]
    fn near_keys_and_tempi_come_first_and_others_where_too_little_fits() {
        let found = ranked(
            vec![
                track(1, 96.0, "3A", 60.0),  // a key away
                track(2, 101.0, "8A", 60.0), // a tempo away
                track(3, 98.0, "9A", 60.0),
                track(4, 96.5, "8A", 60.0),
                track(5, 97.0, "8B", 60.0),
                track(6, 95.0, "9B", 60.0), // a diagonal
            ],
            Wish::default(),
        );
        assert_eq!(ids(&found), [4, 5, 3, 2], "four, since there are more");
        assert_eq!(
            found.iter().map(|it| it.fits).collect::<Vec<_>>(),
            [true, true, true, false]
        );
        assert_eq!(found[3].reason, "+5 BPM");
        let both = ranked(
            vec![track(1, 102.2, "11A", 60.0), track(2, 90.0, "8A", 60.0)],
            Wish::default(),
        );
        assert_eq!(misfit(Some(2), None), "Two keys away");
        assert_eq!(both[0].reason, "−6 BPM");
        assert_eq!(both[1].reason, "Three keys away · +6 BPM");
        assert_eq!(found[0].reason, "Same key · steady");
        assert_eq!(found[1].reason, "Minor to major · steady");
        assert_eq!(found[2].reason, "Lifts one step · steady");
        assert!((found[2].tempo_step - 2.0).abs() < 1e-9);
    }

    #[test]
    fn the_wheel_is_round() {
        let key = |text| crate::musical_key::parse_key(text).unwrap();
        assert_eq!(key_step(key("12A"), key("1A")), Some(KeyStep::Up));
        assert_eq!(key_step(key("1B"), key("12B")), Some(KeyStep::Down));
        assert_eq!(key_step(key("1B"), key("1A")), Some(KeyStep::ToMinor));
        assert_eq!(key_step(key("1B"), key("3B")), None);
    }

    #[test]
    fn the_mood_moves_the_energy() {
        let songs = || {
            vec![
                track(1, 96.0, "8A", 48.0),
                track(2, 96.0, "8A", 60.0),
                track(3, 96.0, "8A", 72.0),
            ]
        };
        for (mood, first) in [(Mood::Calmer, 1), (Mood::Same, 2), (Mood::Lift, 3)] {
            let wish = Wish {
                mood,
                ..Wish::default()
            };
            assert_eq!(ids(&ranked(songs(), wish))[0], first, "{mood:?}");
        }
        assert!(
            ranked(
                songs(),
                Wish {
                    mood: Mood::Lift,
                    ..Wish::default()
                }
            )[0]
            .reason
            .ends_with("livelier")
        );
    }

    #[test]
    fn what_was_played_tonight_is_left_out_and_what_was_loved_comes_first() {
        let songs = vec![
            track(1, 96.0, "8A", 60.0),
            track(2, 96.0, "8A", 60.0),
            track(3, 96.0, "8A", 60.0),
        ];
        let tonight = HashSet::from([TrackId(1)]);
        let loved = HashMap::from([(TrackId(3), 12.0)]);
        let found = rank(
            &values(96.0, "8A", 60.0),
            songs,
            &tonight,
            &loved,
            Wish::default(),
        );
        assert_eq!(ids(&found), [3, 2]);
    }

    #[test]
    fn without_a_tempo_there_is_no_advice() {
        let found = rank(
            &Values::default(),
            vec![track(1, 96.0, "8A", 60.0)],
            &HashSet::new(),
            &HashMap::new(),
            Wish::default(),
        );
        assert!(found.is_empty());
    }
}
