//! Whom the crowd talks to: one address, one session, and how it is spoken to.

use std::net::SocketAddr;

use anyhow::{Context, bail};
use pika_protocol::{
    ActionId, DeviceId, DjMessage, PROTOCOL_VERSION, SessionCode, SessionId, ToDj, rest::OwnerRecap,
};

use crate::{http, link::Addresses};

/// What is spoken at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// The protocol of the relay.
    Relay,
    /// A bare fan-out: what comes in at `/pub` goes out to everybody at `/ws`.
    Bare,
}

/// One session at one address.
#[derive(Clone, Debug)]
pub struct Target {
    /// Where; nothing else is ever contacted.
    pub address: SocketAddr,
    /// How.
    pub dialect: Dialect,
    /// Addresses of ours that connections come from, in turn.
    pub sources: Addresses,
    /// The DJ's token.
    pub token: String,
    /// The session's code.
    pub code: String,
    /// The session.
    pub session_id: SessionId,
    /// The DJ's installation.
    pub device_id: DeviceId,
}

impl Target {
    /// Begins a session.
    pub fn begin(address: SocketAddr, token: &str, sources: Addresses) -> anyhow::Result<Self> {
        let device_id = DeviceId::random();
        let (session_id, code) = register(address, token, &hello(device_id, None))?;
        Ok(Self {
            address,
            dialect: Dialect::Relay,
            sources,
            token: token.to_owned(),
            code: code.to_string(),
            session_id,
            device_id,
        })
    }

    /// A bare fan-out has no sessions.
    pub fn bare(address: SocketAddr, sources: Addresses) -> Self {
        Self {
            address,
            dialect: Dialect::Bare,
            sources,
            token: String::new(),
            code: String::new(),
            session_id: SessionId::random(),
            device_id: DeviceId::random(),
        }
    }

    /// The first message of the DJ's socket.
    pub fn resume(&self) -> DjMessage {
        match hello(self.device_id, Some(self.session_id)) {
            DjMessage::RegisterSession {
                id,
                protocol_version,
                client_version,
                name,
                device_id,
                resume,
                ..
            } => DjMessage::RegisterSession {
                id,
                protocol_version,
                client_version,
                token: Some(self.token.clone()),
                name,
                dj_name: None,
                listed: false,
                pin: None,
                device_id,
                device_name: None,
                resume,
                take_over: true,
            },
            other => other,
        }
    }

    /// What the relay has stored, as its DJ may export it.
    pub fn sums(&self) -> anyhow::Result<OwnerRecap> {
        let path = format!("/api/dj/sessions/{}/export.json", self.session_id);
        http::get_json(self.address, &path, Some(&self.token)).context("the sums of the night")
    }

    /// Ends the session.
    pub fn end(&self) -> anyhow::Result<()> {
        let batch = pika_protocol::rest::DjBatch {
            device_id: self.device_id,
            messages: vec![DjMessage::EndSession {
                id: ActionId::random(),
            }],
        };
        let path = format!("/api/dj/sessions/{}/messages", self.session_id);
        let _: pika_protocol::rest::DjAnswers =
            http::post_json(self.address, &path, Some(&self.token), &batch)?;
        Ok(())
    }

    /// A figure of the relay, by its name with labels; `None` where it has none.
    pub fn figure(&self, name: &str) -> Option<f64> {
        let text = http::get(self.address, "/metrics", None).ok()?;
        figure(&text, name)
    }
}

/// A figure in Prometheus' text format.
pub fn figure(text: &str, name: &str) -> Option<f64> {
    let value = |line: &str| line.strip_prefix(name)?.strip_prefix(' ')?.trim().parse().ok();
    text.lines().find_map(value)
}

fn hello(device_id: DeviceId, resume: Option<SessionId>) -> DjMessage {
    DjMessage::RegisterSession {
        id: ActionId::random(),
        protocol_version: PROTOCOL_VERSION,
        client_version: Some(concat!("load ", env!("CARGO_PKG_VERSION")).to_owned()),
        token: None,
        name: "A night under load".to_owned(),
        dj_name: None,
        listed: false,
        pin: None,
        device_id,
        device_name: Some("load tool".to_owned()),
        resume,
        take_over: false,
    }
}

fn register(
    address: SocketAddr,
    token: &str,
    message: &DjMessage,
) -> anyhow::Result<(SessionId, SessionCode)> {
    match http::post_json(address, "/api/dj/sessions", Some(token), message)? {
        ToDj::SessionRegistered { session_id, code, .. } => Ok((session_id, code)),
        other => bail!("the relay takes no session: {other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_found_by_its_whole_name() {
        let text = "# HELP a_total x\na_total 3\na_total_more 4\nb{x=\"y\"} 2.5\n";
        assert_eq!(figure(text, "a_total"), Some(3.0));
        assert_eq!(figure(text, "b{x=\"y\"}"), Some(2.5));
        assert_eq!(figure(text, "a"), None);
    }
}
