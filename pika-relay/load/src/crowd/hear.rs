//! What dancers hear: each message is checked against what they have heard before.

use std::time::{Duration, Instant};

use pika_protocol::{ActionId, Epoch, ToDancer, session::Position};
use uuid::Uuid;

use super::{Crowd, Timer};
use crate::{dancer::Presence, stats::Stats, target::Dialect, wire};

/// Before the number of a song in its title.
pub(super) const SONG: &str = "Song ";

impl Crowd {
    /// One message reaches a dancer. Most are told by their first bytes: reading each as JSON would cost more than
    /// the delivery that is measured.
    pub(super) fn hear(&mut self, index: usize, message: &[u8]) {
        match wire::kind(message) {
            b"COUNTS" | b"POLL_RESULTS" | b"PONG" => self.stats.n_numbers += 1,
            b"ACK" => self.acked(index, message),
            b"WELCOME" | b"SNAPSHOT" | b"ERROR" => match serde_json::from_slice(message) {
                Ok(message) => self.told(index, message),
                Err(_) => Stats::count(&mut self.stats.refused, "a message that is not understood"),
            },
            kind => match wire::number_after(message, b"\"offset\":") {
                Some(offset) => self.state_message(index, kind, offset, message),
                None => Stats::count(&mut self.stats.refused, "a message that is not understood"),
            },
        }
    }

    fn state_message(&mut self, index: usize, kind: &[u8], offset: u64, message: &[u8]) {
        self.newest_offset = self.newest_offset.max(offset);
        let dancer = &mut self.dancers[index];
        if let Some(position) = &mut dancer.position {
            if offset <= position.offset {
                self.stats.n_doubled += 1;
                return;
            }
            self.stats.n_missing += offset - position.offset - 1;
            position.offset = offset;
        } else if self.target.dialect == Dialect::Bare {
            dancer.position = Some(Position {
                epoch: Epoch(Uuid::nil()),
                offset,
            });
        } else {
            self.stats.n_missing += offset; // Nobody told what came before.
        }
        let is_new = dancer.presence == Presence::Here;
        if kind == b"NOW_PLAYING" {
            let is_quick =
                dancer.habits.lag.is_zero() && dancer.transport != crate::dancer::Transport::Polling;
            let song = wire::number_after(message, SONG.as_bytes());
            let Some(play) = song.and_then(|song| self.stats.plays.get_mut(song as usize)) else {
                self.stats.n_different += 1;
                return;
            };
            let now = Instant::now();
            self.stats.n_heard += 1;
            if *play.offset.get_or_insert(offset) != offset {
                self.stats.n_different += 1;
            }
            if is_new {
                play.n_heard += 1;
                play.last_heard = now;
                if is_quick {
                    let took = now.duration_since(play.sent_at).as_micros();
                    play.latencies.push(u32::try_from(took).unwrap_or(u32::MAX));
                }
            }
        }
        self.check_arrival(index);
    }

    fn told(&mut self, index: usize, message: ToDancer) {
        let dancer = &mut self.dancers[index];
        match message {
            ToDancer::Welcome {
                pass,
                position,
                resumed,
                ..
            } => {
                dancer.pass = Some(pass.into());
                dancer.awaited = position.offset;
                let was_here = dancer.position.is_some();
                if was_here && resumed {
                    self.stats.n_resumed += 1;
                } else if was_here {
                    self.stats.n_anew += 1;
                }
                if !resumed {
                    // The snapshot says where we are.
                    dancer.awaited = u64::MAX;
                }
                self.check_arrival(index);
            }
            ToDancer::Snapshot { snapshot } => {
                let (epoch, offset) = (snapshot.epoch, snapshot.offset);
                dancer.position = Some(Position { epoch, offset });
                dancer.awaited = offset;
                self.newest_offset = self.newest_offset.max(offset);
                self.check_arrival(index);
            }
            ToDancer::Error {
                id,
                code,
                retry_after_secs,
                ..
            } => match id {
                Some(id) if code.is_temporary() => {
                    if let Some(action) = dancer.waiting.iter_mut().find(|action| action.id == id) {
                        action.is_sent = false;
                        action.is_repeat = true;
                        self.stats.n_postponed += 1;
                        let wait = Duration::from_secs(u64::from(retry_after_secs.unwrap_or(1).clamp(1, 60)));
                        self.after(Instant::now(), wait, Timer::Send(index as u32));
                    }
                }
                Some(id) => {
                    if dancer.settle(id).is_some() {
                        self.n_waiting -= 1;
                    }
                    Stats::count(&mut self.stats.refused, code.as_str());
                }
                // The connection ends with it, by the same name.
                None => {}
            },
            _ => {}
        }
    }

    /// A dancer who comes is here once they know what everybody knows.
    fn check_arrival(&mut self, index: usize) {
        let dancer = &self.dancers[index];
        let knows = dancer
            .position
            .is_some_and(|position| position.offset >= dancer.awaited);
        let polls = dancer.transport == crate::dancer::Transport::Polling;
        if dancer.presence == Presence::Coming && knows && !polls {
            self.arrived(index);
        }
    }

    pub(super) fn arrived(&mut self, index: usize) {
        let dancer = &mut self.dancers[index];
        if dancer.presence == Presence::Coming {
            dancer.presence = Presence::Here;
            dancer.tries = 0;
            self.n_coming -= 1;
            self.n_here += 1;
            self.stats.n_entries += 1;
        }
    }

    fn acked(&mut self, index: usize, message: &[u8]) {
        let id = wire::find(message, br#""id":""#).and_then(|at| message.get(at + 6..at + 42));
        let id = id.and_then(|id| Uuid::try_parse_ascii(id).ok());
        let Some(action) = id.and_then(|id| self.dancers[index].settle(ActionId(id))) else {
            self.stats.n_acked_again += 1;
            return;
        };
        let now = Instant::now();
        self.n_waiting -= 1;
        self.stats.n_acked += 1;
        self.stats.last_ack = Some(now);
        if !action.is_repeat && self.dancers[index].habits.lag.is_zero() {
            let took = now.duration_since(action.said_at).as_micros();
            self.stats.ack_times.push(u32::try_from(took).unwrap_or(u32::MAX));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dancer::{Habits, Say, Transport},
        link::Addresses,
        target::Target,
    };

    /// One dancer who is in, at offset 4; two songs were played.
    fn crowd() -> Crowd {
        let address = ([127, 0, 0, 1], 9).into();
        let mut crowd = Crowd::new(Target::bare(address, Addresses::default()), 1).unwrap();
        crowd.target.dialect = Dialect::Relay;
        crowd.invite(1, Transport::Socket, Duration::ZERO, |_| Habits::default());
        crowd.play();
        crowd.play();
        let dancer = &mut crowd.dancers[0];
        (dancer.presence, dancer.pass) = (Presence::Here, Some("pass".into()));
        (crowd.n_here, crowd.newest_offset) = (1, 4);
        let epoch = Epoch(Uuid::nil());
        crowd.dancers[0].position = Some(Position { epoch, offset: 4 });
        crowd
    }

    fn song(offset: u64, song: u32) -> Vec<u8> {
        format!(
            r#"{{"type":"NOW_PLAYING","offset":{offset},"play":{{"track":{{"title":"Song {song} …"}}}}}}"#
        )
        .into_bytes()
    }

    #[test]
    fn what_is_lost_doubled_or_different_is_seen() {
        let mut crowd = crowd();
        let counts = |crowd: &Crowd| {
            let stats = &crowd.stats;
            (stats.n_heard, stats.n_missing, stats.n_doubled, stats.n_different)
        };
        crowd.hear(0, &song(5, 0));
        assert_eq!(counts(&crowd), (1, 0, 0, 0));
        crowd.hear(0, &song(5, 0));
        assert_eq!(counts(&crowd), (1, 0, 1, 0), "the same again");
        crowd.hear(0, &song(8, 1));
        assert_eq!(counts(&crowd), (2, 2, 1, 0), "6 and 7 are missing");
        crowd.hear(0, &song(9, 1));
        assert_eq!(counts(&crowd), (3, 2, 1, 1), "another number for the same song");
        crowd.hear(0, br#"{"type":"DJ_OFFLINE","offset":10,"at":1}"#);
        crowd.hear(0, br#"{"type":"COUNTS","listeners":1,"plays":[]}"#);
        assert_eq!(counts(&crowd), (3, 2, 1, 1));
        assert_eq!(
            (crowd.newest_offset, crowd.n_behind_all(), crowd.stats.n_numbers),
            (10, 0, 1)
        );
    }

    #[test]
    fn an_action_waits_until_it_is_acknowledged_and_is_kept_when_it_was_too_fast() {
        let mut crowd = crowd();
        crowd.say(0, Say::Like(1));
        crowd.say(0, Say::Thank);
        let [like, thank] = [0, 1].map(|nth| crowd.dancers[0].waiting[nth].id);
        crowd.hear(
            0,
            format!(r#"{{"type":"ERROR","id":"{like}","code":"rate_limited","message":"slow down"}}"#)
                .as_bytes(),
        );
        crowd.hear(0, format!(r#"{{"type":"ACK","id":"{thank}"}}"#).as_bytes());
        crowd.hear(0, format!(r#"{{"type":"ACK","id":"{thank}"}}"#).as_bytes());
        assert_eq!((crowd.n_waiting, crowd.stats.n_postponed), (1, 1));
        assert_eq!((crowd.stats.n_acked, crowd.stats.n_acked_again), (1, 1));
        crowd.hear(
            0,
            format!(r#"{{"type":"ERROR","id":"{like}","code":"unknown_play","message":"which?"}}"#)
                .as_bytes(),
        );
        assert_eq!((crowd.n_waiting, crowd.stats.refused["unknown_play"]), (0, 1));
    }
}
