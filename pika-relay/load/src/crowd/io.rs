//! Bytes in and out of the dancers' sockets.

use std::{
    io::{ErrorKind, Read},
    time::{Duration, Instant},
};

use pika_protocol::{
    DancerMessage, PROTOCOL_VERSION, SessionCode,
    rest::{Closing, DancerAnswers, JoinAnswer, JoinRequest, PolledState},
    session::Position,
};
use serde::de::DeserializeOwned;

use super::{Crowd, Timer};
use crate::{
    dancer::{Presence, Transport},
    link::{Link, Phase, Question},
    wire::{self, Head, Nonsense},
};

/// Why a connection ended, and within which time to come back if that was said.
#[derive(Debug)]
pub(super) struct Why {
    pub(super) reason: String,
    pub(super) within: Option<Duration>,
}

impl Why {
    pub(super) fn of(reason: &str) -> Self {
        Self {
            reason: reason.to_owned(),
            within: None,
        }
    }
}

impl From<Nonsense> for Why {
    fn from(nonsense: Nonsense) -> Self {
        Self::of(nonsense.0)
    }
}

impl Crowd {
    pub(super) fn main_event(&mut self, index: usize, writable: bool, readable: bool, closed: bool) {
        let Some(link) = &mut self.dancers[index].main else {
            return;
        };
        if link.phase == Phase::Connecting {
            match link.is_connected() {
                Ok(false) => return,
                Ok(true) => self.begin(index),
                Err(error) => {
                    self.dancers[index].main = None;
                    return self.gone(index, &Why::of(&format!("connecting: {}", error.kind())));
                }
            }
        } else if writable {
            link.flush();
        }
        if !readable && !closed {
            return;
        }
        let dancer = &mut self.dancers[index];
        let lag = dancer.habits.lag;
        if lag.is_zero() {
            self.read_main(index, closed);
        } else if !dancer.will_read {
            dancer.will_read = true;
            self.after(Instant::now(), lag, Timer::Read(index as u32));
        }
    }

    /// Reads what is there; `to_the_end`: also whether the peer has closed.
    pub(super) fn read_main(&mut self, index: usize, to_the_end: bool) {
        if self.dancers[index].is_deaf {
            return;
        }
        let Some(mut link) = self.dancers[index].main.take() else {
            return;
        };
        match self.read(index, &mut link, to_the_end) {
            Ok(()) => {
                self.dancers[index].main = Some(link);
                self.send_actions(index);
            }
            Err(why) => {
                drop(link);
                self.gone(index, &why);
            }
        }
    }

    fn read(&mut self, index: usize, link: &mut Link, to_the_end: bool) -> Result<(), Why> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let result = loop {
            match link.stream.read(&mut buffer) {
                Ok(0) => break Err(Why::of("closed without a word")),
                Ok(n) => {
                    self.stats.n_bytes += n as u64;
                    if let Err(why) = self.take_in(index, link, &buffer[..n]) {
                        break Err(why);
                    }
                    // Less than there was room for: there is no more, and what comes is told.
                    if n < buffer.len() && !to_the_end {
                        break Ok(());
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => break Err(Why::of(&format!("reading: {}", error.kind()))),
            }
        };
        self.buffer = buffer;
        result
    }

    fn take_in(&mut self, index: usize, link: &mut Link, bytes: &[u8]) -> Result<(), Why> {
        if link.input.is_empty() {
            let used = self.digest(index, link, bytes)?;
            if used < bytes.len() {
                link.input = bytes[used..].to_vec();
            }
            return Ok(());
        }
        let mut all = std::mem::take(&mut link.input);
        all.extend_from_slice(bytes);
        let used = self.digest(index, link, &all)?;
        if used < all.len() {
            all.drain(..used);
            link.input = all;
        }
        Ok(())
    }

    /// Understands whole messages; how many bytes they were.
    fn digest(&mut self, index: usize, link: &mut Link, bytes: &[u8]) -> Result<usize, Why> {
        let mut used = 0;
        while used < bytes.len() {
            let rest = &bytes[used..];
            match link.phase {
                Phase::Connecting => break,
                Phase::Upgrading => {
                    let Some(head) = wire::head(rest)? else { break };
                    if head.status != 101 {
                        return Err(refusal("upgrading", &head, rest));
                    }
                    used += head.body;
                    link.phase = Phase::Frames;
                    self.upgraded(index, link);
                }
                Phase::Frames => {
                    let Some(frame) = wire::frame(rest)? else { break };
                    let payload = &rest[frame.start..frame.end];
                    match frame.opcode {
                        wire::TEXT => self.hear(index, payload),
                        wire::PING => self.write_frame(link, wire::PONG, payload),
                        wire::CLOSE => return Err(farewell(payload)),
                        _ => {}
                    }
                    used += frame.end;
                }
                Phase::Answer(question) => {
                    let Some(head) = wire::head(rest)? else { break };
                    if question == Question::Stream && head.status == 200 {
                        used += head.body;
                        link.phase = Phase::Events;
                        continue;
                    }
                    let end = head.body + head.length.ok_or(Nonsense("an answer without length"))?;
                    let Some(answer) = rest.get(..end) else { break };
                    used += end;
                    self.answered(index, link, question, &head, answer)?;
                }
                Phase::Events => {
                    let Some(end) = wire::event_end(rest) else { break };
                    let event = &rest[..end];
                    used += end;
                    let data = wire::event_data(event);
                    if event.starts_with(b"event: close\n") {
                        return Err(data.map_or_else(|| Why::of("closed"), closing));
                    }
                    if let Some(data) = data.filter(|data| data.starts_with(b"{")) {
                        self.hear(index, data);
                    }
                }
            }
        }
        Ok(used)
    }

    pub(super) fn write_frame(&mut self, link: &mut Link, opcode: u8, payload: &[u8]) {
        let mut frame = Vec::with_capacity(payload.len() + 14);
        wire::put_frame(&mut frame, opcode, payload, self.random.number() as u32);
        link.write(&frame);
    }

    /// The connection stands.
    fn begin(&mut self, index: usize) {
        let Some(mut link) = self.dancers[index].main.take() else {
            return;
        };
        self.dancers[index].is_idle = false;
        let (transport, has_ticket) = (
            self.dancers[index].transport,
            self.dancers[index].ticket.is_some(),
        );
        let request = match (transport, has_ticket) {
            (Transport::Socket, _) => {
                link.phase = Phase::Upgrading;
                wire::upgrade(self.target.address, "/ws")
            }
            (_, false) => {
                link.phase = Phase::Answer(Question::Join);
                let body = JoinRequest {
                    protocol_version: PROTOCOL_VERSION,
                    client_version: None,
                    pin: None,
                    pass: self.dancers[index].pass.as_deref().map(str::to_owned),
                };
                let body = serde_json::to_string(&body).unwrap_or_default();
                wire::post(self.target.address, &self.path("join"), "", &body)
            }
            (Transport::Events, true) => self.listen_request(index, &mut link),
            (Transport::Polling, true) => self.state_request(index, &mut link),
        };
        link.write(request.as_bytes());
        self.dancers[index].main = Some(link);
    }

    fn path(&self, what: &str) -> String {
        format!("/api/sessions/{}/{what}", self.target.code)
    }

    fn query(&self, index: usize) -> String {
        let dancer = &self.dancers[index];
        let ticket = dancer.ticket.as_deref().unwrap_or_default();
        let after = dancer
            .position
            .map_or_else(String::new, |Position { epoch, offset }| {
                format!("&after={epoch}-{offset}")
            });
        format!("?ticket={ticket}{after}")
    }

    fn listen_request(&self, index: usize, link: &mut Link) -> String {
        link.phase = Phase::Answer(Question::Stream);
        let path = format!("{}{}", self.path("events"), self.query(index));
        wire::get(self.target.address, &path, "accept: text/event-stream\r\n")
    }

    fn state_request(&self, index: usize, link: &mut Link) -> String {
        link.phase = Phase::Answer(Question::State);
        let path = format!("{}{}", self.path("state"), self.query(index));
        let etag = self.dancers[index].etag.as_deref();
        let known = etag.map_or_else(String::new, |etag| format!("if-none-match: {etag}\r\n"));
        wire::get(self.target.address, &path, &known)
    }

    /// One who polls asks again.
    pub(super) fn ask_state(&mut self, index: usize) {
        self.dancers[index].will_ask = false;
        if self.dancers[index].presence == Presence::Away
            || self.dancers[index].transport != Transport::Polling
        {
            return;
        }
        let Some(mut link) = self.dancers[index].main.take() else {
            return;
        };
        if link.phase == Phase::Answer(Question::State) && self.dancers[index].is_idle {
            let request = self.state_request(index, &mut link);
            self.dancers[index].is_idle = false;
            link.write(request.as_bytes());
        }
        self.dancers[index].main = Some(link);
    }

    fn upgraded(&mut self, index: usize, link: &mut Link) {
        if self.target.dialect == crate::target::Dialect::Bare {
            return self.arrived(index);
        }
        let dancer = &self.dancers[index];
        let Some(code) = SessionCode::parse(&self.target.code) else {
            return;
        };
        let subscribe = DancerMessage::Subscribe {
            protocol_version: PROTOCOL_VERSION,
            client_version: None,
            code,
            pin: None,
            pass: dancer.pass.as_deref().map(str::to_owned),
            since: dancer.position,
        };
        let text = serde_json::to_vec(&subscribe).unwrap_or_default();
        self.write_frame(link, wire::TEXT, &text);
    }

    /// A request was answered on the main socket.
    fn answered(
        &mut self,
        index: usize,
        link: &mut Link,
        question: Question,
        head: &Head,
        answer: &[u8],
    ) -> Result<(), Why> {
        let body = &answer[head.body..];
        match (question, head.status) {
            (_, 401) => {
                self.dancers[index].ticket = None;
                return Err(Why::of("the ticket was too old"));
            }
            (Question::Join, 200) => {
                let joined: JoinAnswer = parse(body)?;
                let dancer = &mut self.dancers[index];
                dancer.pass = Some(joined.pass.into());
                dancer.ticket = Some(joined.ticket.into());
                if dancer.position.is_none() {
                    let (epoch, offset) = (joined.snapshot.epoch, joined.snapshot.offset);
                    dancer.position = Some(Position { epoch, offset });
                    self.newest_offset = self.newest_offset.max(offset);
                }
                let request = match self.dancers[index].transport {
                    Transport::Polling => self.state_request(index, link),
                    _ => self.listen_request(index, link),
                };
                link.write(request.as_bytes());
            }
            (Question::State, 200 | 304) => {
                let mut wait = Duration::from_secs(3);
                if head.status == 200 {
                    let state: PolledState = parse(body)?;
                    wait = Duration::from_millis(u64::from(state.poll_again_ms));
                    self.dancers[index].etag = wire::field(&answer[..head.body], "etag").map(Into::into);
                    for message in &state.messages {
                        self.hear(index, &serde_json::to_vec(message).unwrap_or_default());
                    }
                }
                if self.dancers[index].presence == Presence::Coming {
                    self.arrived(index);
                }
                let dancer = &mut self.dancers[index];
                dancer.is_idle = true;
                // One plan at a time, also when an earlier connection had made one.
                if !std::mem::replace(&mut dancer.will_ask, true) {
                    self.after(Instant::now(), wait, Timer::Ask(index as u32));
                }
            }
            _ => return Err(refusal("asking", head, answer)),
        }
        Ok(())
    }

    pub(super) fn side_event(&mut self, index: usize, writable: bool, _closed: bool) {
        let Some(mut link) = self.dancers[index].side.take() else {
            return;
        };
        if link.phase == Phase::Connecting {
            match link.is_connected() {
                Ok(false) => return self.dancers[index].side = Some(link),
                Ok(true) => {
                    let Some(body) = self.batch(index) else { return };
                    link.phase = Phase::Answer(Question::Actions);
                    let request = wire::post(
                        self.target.address,
                        &self.path("messages"),
                        "connection: close\r\n",
                        &body,
                    );
                    link.write(request.as_bytes());
                }
                Err(_) => return self.post_later(index),
            }
        } else if writable {
            link.flush();
        }
        let mut chunk = [0; 4096];
        loop {
            match link.stream.read(&mut chunk) {
                Ok(0) => return self.post_later(index),
                Ok(n) => link.input.extend_from_slice(&chunk[..n]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return self.post_later(index),
            }
            let Ok(Some(head)) = wire::head(&link.input) else {
                continue;
            };
            let Some(body) = link.input.get(head.body..head.body + head.length.unwrap_or(0)) else {
                continue;
            };
            match (head.status, parse::<DancerAnswers>(body)) {
                (200, Ok(answers)) => {
                    for message in &answers.messages {
                        self.hear(index, &serde_json::to_vec(message).unwrap_or_default());
                    }
                    return self.send_actions(index);
                }
                (401, _) => self.dancers[index].ticket = None,
                _ => {}
            }
            return self.post_later(index);
        }
        self.dancers[index].side = Some(link);
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Why> {
    serde_json::from_slice(body)
        .map_err(|error| Why::of(&format!("an answer that is not understood: {error}")))
}

/// What stands in a close frame.
fn farewell(payload: &[u8]) -> Why {
    let Some((code, reason)) = payload.split_first_chunk::<2>() else {
        return Why::of("closed");
    };
    if reason.starts_with(b"{") {
        return closing(reason);
    }
    let reason = String::from_utf8_lossy(reason);
    Why::of(&format!("closed with {} {reason}", u16::from_be_bytes(*code)))
}

fn closing(json: &[u8]) -> Why {
    match serde_json::from_slice::<Closing>(json) {
        Ok(closing) => Why {
            reason: format!("closed with {} {}", closing.code, closing.reason),
            within: closing
                .reconnect_within_ms
                .map(|ms| Duration::from_millis(u64::from(ms))),
        },
        Err(_) => Why::of("closed"),
    }
}

/// A request that was not granted; says when to come back where the server does.
fn refusal(what: &str, head: &Head, answer: &[u8]) -> Why {
    let after = wire::field(&answer[..head.body], "retry-after").and_then(|value| value.parse::<u64>().ok());
    Why {
        reason: format!("{what}: status {}", head.status),
        // Not all at the same moment.
        within: after.map(|seconds| Duration::from_secs(2 * seconds.clamp(1, 60))),
    }
}
