//! The DJ of a crowd: plays songs over one socket, comes back, sends again what was not acknowledged.

use std::{
    io::{ErrorKind, Read},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::ensure;
use pika_protocol::{
    ActionId, DjMessage, PlayId, PollId, ToDancer, ToDj, Track, UnixMs, feedback::PollCloses, session::Play,
};

use super::{Crowd, DJ, Timer, booth::Said, hear::SONG};
use crate::{
    link::{Link, Phase},
    stats::PlayStats,
    target::Dialect,
    wire,
};

/// Before the DJ's program comes back.
const COME_BACK: Duration = Duration::from_millis(250);

impl Crowd {
    /// The DJ connects; waits until the relay has taken them.
    pub fn dj_starts(&mut self) -> anyhow::Result<()> {
        self.dj_comes(Instant::now());
        let ready = self.run(Instant::now() + Duration::from_secs(60), |crowd| {
            crowd.dj.is_ready || crowd.dj.refused.is_some()
        })?;
        ensure!(
            self.dj.refused.is_none(),
            "the DJ is refused: {}",
            self.dj.refused.clone().unwrap_or_default()
        );
        ensure!(ready, "the DJ cannot connect");
        Ok(())
    }

    /// Whether the DJ is connected.
    pub fn dj_is_ready(&self) -> bool {
        self.dj.is_ready
    }

    /// Whether everything the DJ sent is acknowledged.
    pub fn dj_is_done(&self) -> bool {
        self.dj.waiting.is_empty()
    }

    /// Plays the next song.
    pub fn play(&mut self) {
        let song = self.stats.plays.len() as u32;
        let now = Instant::now();
        let play_id = PlayId::random();
        let at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let started_at = UnixMs(i64::try_from(at.as_millis()).unwrap_or(i64::MAX));
        let track = Track {
            title: format!("{SONG}{song} – a title as long as titles are, in a live version"),
            artist: "An artist with friends".to_owned(),
            bpm: Some(104.5),
            key: Some("A♭m".to_owned()),
            camelot: Some("1A".to_owned()),
            energy: Some(64),
            danceability: Some(71),
            brightness: Some(38),
            duration_ms: Some(215_000),
        };
        self.stats.plays.push(PlayStats {
            play_id,
            offset: None,
            sent_at: now,
            is_acked: false,
            n_heard: 0,
            last_heard: now,
            latencies: Vec::with_capacity(self.n_here),
        });
        if self.target.dialect == Dialect::Bare {
            // What the relay would send to dancers, byte for byte as long.
            let message = ToDancer::NowPlaying {
                offset: u64::from(song) + 1,
                play: Play {
                    play_id,
                    track,
                    started_at,
                    stopped_at: None,
                    likes: 0,
                },
                current: true,
            };
            let text = serde_json::to_vec(&message).unwrap_or_default();
            self.dj_write(&text);
            self.stats.plays[song as usize].is_acked = true;
            return;
        }
        let id = ActionId::random();
        let message = DjMessage::NowPlaying {
            id,
            play_id,
            track,
            started_at,
        };
        self.dj_say(id, Said::Song(song), &message);
    }

    /// Opens a poll of two options that stays open.
    pub fn open_poll(&mut self) {
        let (id, poll_id) = (ActionId::random(), PollId(uuid::Uuid::new_v4()));
        let message = DjMessage::StartPoll {
            id,
            poll_id,
            question: "More blues?".to_owned(),
            options: vec!["Yes".to_owned(), "No".to_owned()],
            closes: PollCloses::Manual,
        };
        self.dj_say(id, Said::Poll(poll_id), &message);
    }

    fn dj_say(&mut self, id: ActionId, said: Said, message: &DjMessage) {
        let text = serde_json::to_vec(message).unwrap_or_default();
        if self.dj.is_ready {
            self.dj_write(&text);
        }
        self.dj.waiting.push_back((id, said, text));
    }

    /// What is not acknowledged, once more: the relay knows what it has stored already.
    pub(super) fn dj_repeats(&mut self) {
        if self.dj.is_ready {
            for text in self.dj_waiting() {
                self.dj_write(&text);
            }
        }
    }

    fn dj_waiting(&self) -> Vec<Vec<u8>> {
        self.dj.waiting.iter().map(|(.., text)| text.clone()).collect()
    }

    fn dj_write(&mut self, text: &[u8]) {
        if let Some(mut link) = self.dj.link.take() {
            self.write_frame(&mut link, wire::TEXT, text);
            self.dj.link = Some(link);
        }
    }

    pub(super) fn dj_comes(&mut self, now: Instant) {
        let source = self.target.sources.nth(0);
        match Link::open(self.poll.registry(), DJ, self.target.address, source, false) {
            Ok(link) => self.dj.link = Some(link),
            Err(_) => self.after(now, COME_BACK, Timer::DjComes),
        }
    }

    pub(super) fn dj_event(&mut self, writable: bool, closed: bool) {
        let Some(mut link) = self.dj.link.take() else {
            return;
        };
        match self.dj_works(&mut link, writable, closed) {
            Ok(()) => self.dj.link = Some(link),
            Err(()) => {
                self.dj.is_ready = false;
                self.after(Instant::now(), COME_BACK, Timer::DjComes);
            }
        }
    }

    /// An error: the connection is over.
    fn dj_works(&mut self, link: &mut Link, writable: bool, _closed: bool) -> Result<(), ()> {
        if link.phase == Phase::Connecting {
            if !link.is_connected().map_err(drop)? {
                return Ok(());
            }
            link.phase = Phase::Upgrading;
            let path = match self.target.dialect {
                Dialect::Relay => "/ws/dj",
                Dialect::Bare => "/pub",
            };
            link.write(wire::upgrade(self.target.address, path).as_bytes());
        } else if writable {
            link.flush();
        }
        let mut chunk = [0; 16 << 10];
        loop {
            match link.stream.read(&mut chunk) {
                Ok(0) => return Err(()),
                Ok(n) => link.input.extend_from_slice(&chunk[..n]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => return Err(()),
            }
            let input = std::mem::take(&mut link.input);
            let used = self.dj_digests(link, &input)?;
            link.input = input[used..].to_vec();
        }
    }

    fn dj_digests(&mut self, link: &mut Link, bytes: &[u8]) -> Result<usize, ()> {
        let mut used = 0;
        loop {
            let rest = &bytes[used..];
            if link.phase == Phase::Upgrading {
                let Some(head) = wire::head(rest).map_err(drop)? else {
                    return Ok(used);
                };
                if head.status != 101 {
                    return Err(());
                }
                used += head.body;
                link.phase = Phase::Frames;
                match self.target.dialect {
                    Dialect::Bare => self.dj.is_ready = true,
                    Dialect::Relay => {
                        let hello = serde_json::to_vec(&self.target.resume()).unwrap_or_default();
                        self.write_frame(link, wire::TEXT, &hello);
                    }
                }
                continue;
            }
            let Some(frame) = wire::frame(rest).map_err(drop)? else {
                return Ok(used);
            };
            let payload = &rest[frame.start..frame.end];
            used += frame.end;
            match frame.opcode {
                wire::PING => self.write_frame(link, wire::PONG, payload),
                wire::CLOSE => return Err(()),
                wire::TEXT if self.target.dialect == Dialect::Relay => self.dj_hears(link, payload),
                _ => {}
            }
        }
    }

    fn dj_hears(&mut self, link: &mut Link, message: &[u8]) {
        match serde_json::from_slice(message) {
            Ok(ToDj::SessionRegistered { .. }) => {
                self.dj.is_ready = true;
                for text in self.dj_waiting() {
                    self.write_frame(link, wire::TEXT, &text);
                }
            }
            Ok(ToDj::Ack { id }) => {
                let at = self.dj.waiting.iter().position(|(waiting, ..)| *waiting == id);
                match at.and_then(|at| self.dj.waiting.remove(at)) {
                    Some((_, Said::Song(song), _)) => self.stats.plays[song as usize].is_acked = true,
                    // Votes for a poll that the relay does not know yet would be refused.
                    Some((_, Said::Poll(poll), _)) => self.polls.push(poll),
                    None => {}
                }
            }
            Ok(ToDj::Error {
                code,
                retry_after_secs,
                ..
            }) if code.is_temporary() => {
                let wait = Duration::from_secs(u64::from(retry_after_secs.unwrap_or(1).clamp(1, 60)));
                self.after(Instant::now(), wait, Timer::DjRepeats);
            }
            Ok(ToDj::Error {
                id, code, message, ..
            }) => {
                self.dj.refused = Some(message);
                self.dj.waiting.retain(|(waiting, ..)| Some(*waiting) != id);
                crate::stats::Stats::count(&mut self.stats.refused, code.as_str());
            }
            _ => {}
        }
    }
}
