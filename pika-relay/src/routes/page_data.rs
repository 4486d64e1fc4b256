//! What the pages show, asked of the hub and the store.

use std::{future::Future, sync::Arc};

use pika_protocol::{
    Epoch, ErrorCode, SessionCode,
    limits::SNAPSHOT_PLAYS,
    rest::{Recap, SessionSummary},
    session::Snapshot,
};
use warp::http::{HeaderMap, header};

use crate::{
    auth::AddressKey,
    base::Refusal,
    nights::Reader,
    pages::{
        live::{Seen, TypedPin},
        plain::Problem,
    },
    relay::Relay,
};

/// What pages ask of the relay.
pub(crate) trait PageData: Clone + Send + Sync + 'static {
    /// Listed sessions that go on.
    fn live_sessions(&self) -> impl Future<Output = Result<Vec<SessionSummary>, Problem>> + Send;
    /// The session with this code. Errors: [`Problem::NoSession`] when there is none.
    fn session(&self, code: SessionCode) -> impl Future<Output = Result<Seen, Problem>> + Send;
    /// The session with this code for somebody who typed a PIN.
    fn session_with_pin(
        &self,
        code: SessionCode,
        pin: String,
    ) -> impl Future<Output = Result<Seen, Problem>> + Send;
    /// Its recap. Errors: [`Problem::NoSession`] when there is none, or one behind a PIN.
    fn recap(&self, code: SessionCode) -> impl Future<Output = Result<Recap, Problem>> + Send;
    /// Public address of this relay for link previews and QR codes, without a slash at the end.
    fn origin(&self, request: &HeaderMap) -> String;
}

/// The relay, as one reader may see it.
#[derive(Clone, Debug)]
pub(super) struct RelayPages {
    relay: Arc<Relay>,
    address: AddressKey,
}

impl RelayPages {
    /// For a request from this address.
    pub(super) fn new(relay: Arc<Relay>, address: AddressKey) -> Self {
        Self { relay, address }
    }

    /// Somebody without token and pass: pages are the same for everybody.
    fn reader(&self) -> Reader {
        Reader {
            address: self.address,
            dj: None,
            pass: None,
        }
    }

    /// A session that is over: what dancers still see of it.
    async fn ended(&self, code: &SessionCode) -> Result<Seen, Problem> {
        let summary = self.relay.one_session(code, &self.reader()).await;
        let head = summary.map_err(|refusal| problem_of(&refusal))?.session;
        let recap = self.relay.recap(code, &self.reader()).await.ok();
        Ok(Seen {
            snapshot: recap.filter(|_| !head.has_pin).map(last_snapshot),
            head,
            ended: true,
            typed_pin: None,
        })
    }
}

impl PageData for RelayPages {
    async fn live_sessions(&self) -> Result<Vec<SessionSummary>, Problem> {
        Ok(self.relay.hub.listed())
    }

    async fn session(&self, code: SessionCode) -> Result<Seen, Problem> {
        let cell = match self.relay.find(&code, self.address).await {
            Ok(cell) => cell,
            Err(refusal) if refusal.code == ErrorCode::SessionEnded => return self.ended(&code).await,
            Err(refusal) => return Err(problem_of(&refusal)),
        };
        let live = cell.live();
        let head = live.head();
        let snapshot = (!head.has_pin).then(|| live.snapshot());
        Ok(Seen {
            head,
            snapshot,
            ended: live.is_ended(),
            typed_pin: None,
        })
    }

    async fn session_with_pin(&self, code: SessionCode, pin: String) -> Result<Seen, Problem> {
        let typed_pin = match self.relay.look(&code, self.address, &pin).await {
            Ok(cell) => {
                let live = cell.live();
                return Ok(Seen {
                    head: live.head(),
                    snapshot: Some(live.snapshot()),
                    ended: live.is_ended(),
                    typed_pin: Some(TypedPin::Right(pin)),
                });
            }
            Err(refusal) => match refusal.code {
                ErrorCode::PinWrong => TypedPin::Wrong,
                ErrorCode::PinLocked => TypedPin::Locked(refusal.retry_after_secs.unwrap_or(60)),
                ErrorCode::SessionEnded => return self.ended(&code).await,
                _ => return Err(problem_of(&refusal)),
            },
        };
        let seen = self.session(code).await?;
        Ok(Seen {
            typed_pin: Some(typed_pin),
            ..seen
        })
    }

    async fn recap(&self, code: SessionCode) -> Result<Recap, Problem> {
        let recap = self.relay.recap(&code, &self.reader()).await;
        recap.map_err(|refusal| problem_of(&refusal))
    }

    fn origin(&self, request: &HeaderMap) -> String {
        origin_of(&self.relay, request)
    }
}

/// Public address of this relay without a slash at the end; where none is set, what the reader's browser asked.
pub(super) fn origin_of(relay: &Relay, request: &HeaderMap) -> String {
    if let Some(address) = &relay.config.public_url {
        return address.as_str().to_owned();
    }
    let host = request.get(header::HOST).and_then(|host| host.to_str().ok());
    host.map_or_else(String::new, |host| format!("http://{host}"))
}

/// What a refusal is to people.
pub(super) fn problem_of(refusal: &Refusal) -> Problem {
    match refusal.code {
        ErrorCode::UnknownSession | ErrorCode::PinRequired => Problem::NoSession,
        ErrorCode::RateLimited | ErrorCode::Full => Problem::TooMany(refusal.retry_after_secs.unwrap_or(5)),
        ErrorCode::Unavailable => Problem::BackSoon,
        _ => Problem::OnUs,
    }
}

/// The end of the night as the live page shows it.
fn last_snapshot(recap: Recap) -> Snapshot {
    let plays_total = u32::try_from(recap.plays.len()).unwrap_or(u32::MAX);
    Snapshot {
        // Nobody resumes what is over.
        epoch: Epoch(uuid::Uuid::nil()),
        offset: 0,
        session: recap.session,
        started_at: recap.started_at,
        ended_at: recap.ended_at,
        dj_online: false,
        playing: None,
        plays: recap.plays.into_iter().rev().take(SNAPSHOT_PLAYS).collect(),
        plays_total,
        poll: None,
        announcement: None,
        listeners: 0,
    }
}
