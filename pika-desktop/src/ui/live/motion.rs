//! What moves on Live: a new song's title, the ring of a like.

use pika_engine::library::PlayUuid;

/// A like's ring grows for so many seconds.
const PULSE_S: f64 = 0.6;
/// Rings follow each other no faster.
const PULSE_EVERY_S: f64 = 0.5;
/// A new song's title rises for so many seconds.
const SONG_CHANGE_S: f64 = 0.42;

/// What moves.
#[derive(Debug, Default)]
pub(super) struct Motion {
    song: Option<(PlayUuid, f64)>,
    likes: u32,
    pulse_at: f64,
}

impl Motion {
    /// How far a new song has risen, 0 to 1.
    pub(super) fn risen(&mut self, play: PlayUuid, likes: u32, now: f64, still: bool) -> f32 {
        match self.song {
            Some((song, since)) if song == play => {
                if still {
                    1.0
                } else {
                    ((now - since) / SONG_CHANGE_S).clamp(0.0, 1.0) as f32
                }
            }
            was => {
                // The first song after opening is just there.
                let since = if was.is_some() { now } else { now - 1.0 };
                self.song = Some((play, since));
                self.likes = likes;
                if was.is_some() && !still { 0.0 } else { 1.0 }
            }
        }
    }

    /// How far the ring of the last like has grown, 0 to 1.
    pub(super) fn pulse(&mut self, likes: u32, now: f64, still: bool) -> Option<f32> {
        if likes > self.likes && now - self.pulse_at >= PULSE_EVERY_S && !still {
            self.pulse_at = now;
        }
        self.likes = likes;
        let far = (now - self.pulse_at) / PULSE_S;
        (far < 1.0 && self.pulse_at > 0.0).then_some(far as f32)
    }
}
