//! WebSockets: `/ws` for dancers, `/ws/dj` for DJs. The upgrade is ours: warp's own costs 137 KB a connection.

use std::{sync::Arc, time::Duration};

use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use pika_protocol::{CloseCode, DancerMessage, DjMessage, ErrorCode, Message};
use tokio::net::TcpStream;
use tungstenite::handshake::derive_accept_key;
use warp::{
    Filter, Reply as _,
    filters::BoxedFilter,
    http::{HeaderMap, Response, StatusCode, header},
};

use super::{
    Client, address,
    reply::{self, Reply},
    visit::{By, Visit},
    visitor::is_own_origin,
    with,
};
use crate::{
    auth::AddressKey,
    base::Refusal,
    hub::{
        conn::{Conn, Dress},
        encoded::Encoded,
        peer::{Ended, Part, Peer},
    },
    relay::{Entry, Relay},
};

/// For the first message, and for a PIN to be typed.
const GREETING: Duration = Duration::from_secs(60);
/// Tries to come in over one connection.
const GREETINGS: usize = 5;

/// `/ws` and `/ws/dj`.
pub(super) fn routes(relay: &Arc<Relay>) -> BoxedFilter<(Reply,)> {
    let dancers = warp::path!("ws").map(|| Role::Dancer);
    let djs = warp::path!("ws" / "dj").map(|| Role::Dj);
    dancers
        .or(djs)
        .unify()
        .and(warp::get())
        .and(with(relay))
        .and(address(relay))
        .and(warp::ext::get::<Client>())
        .and(warp::ext::optional::<OnUpgrade>())
        .and(warp::header::headers_cloned())
        .map(|role, relay, address, client, on_upgrade, headers: HeaderMap| {
            upgrade(role, relay, address, client, on_upgrade, &headers)
        })
        .boxed()
}

#[derive(Clone, Copy, Debug)]
enum Role {
    Dancer,
    Dj,
}

/// Everything a greeting needs to know of the request.
struct Caller {
    relay: Arc<Relay>,
    address: AddressKey,
    client: Client,
    /// As the peer wrote it.
    host: Option<String>,
}

fn upgrade(
    role: Role,
    relay: Arc<Relay>,
    address: AddressKey,
    client: Client,
    on_upgrade: Option<OnUpgrade>,
    headers: &HeaderMap,
) -> Reply {
    let (Some(key), Some(on_upgrade)) = (handshake_key(headers), on_upgrade) else {
        let mut reply = reply::refused(&Refusal::invalid("this address takes WebSockets only"));
        *reply.status_mut() = StatusCode::UPGRADE_REQUIRED;
        reply
            .headers_mut()
            .insert(header::UPGRADE, header::HeaderValue::from_static("websocket"));
        reply.headers_mut().insert(
            header::SEC_WEBSOCKET_VERSION,
            header::HeaderValue::from_static("13"),
        );
        return reply;
    };
    if !may_connect(&relay, headers) {
        return reply::refused(&Refusal::new(ErrorCode::Forbidden, "this site may not connect"));
    }
    let accept = derive_accept_key(key.as_bytes());
    let host = text(headers, header::HOST).map(str::to_owned);
    let caller = Caller {
        relay,
        address,
        client,
        host,
    };
    tokio::spawn(async move {
        let Ok(upgraded) = on_upgrade.await else { return };
        let Ok(parts) = upgraded.downcast::<TokioIo<TcpStream>>() else {
            return;
        };
        // A copy: the bytes that hyper hands over pin its whole read buffer.
        let tail = parts.read_buf.to_vec();
        // A task of its own: the size of a task is that of its largest await.
        tokio::spawn(greet(role, parts.io.into_inner(), tail, caller));
    });
    Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header(header::CONNECTION, "upgrade")
        .header(header::UPGRADE, "websocket")
        .header(header::SEC_WEBSOCKET_ACCEPT, accept)
        .body(String::new())
        .map_or_else(
            |_| StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            warp::Reply::into_response,
        )
}

/// Talks until the peer is in, then reads in a task that is as small as can be.
async fn greet(role: Role, io: TcpStream, tail: Vec<u8>, caller: Caller) {
    let limits = &caller.relay.config.limits;
    let conn = Conn::socket(io, Dress::Frames, limits.queue_messages);
    let mut peer = Peer::new(conn.clone(), tail, limits.message_bytes);
    let greeting = async {
        for _ in 0..GREETINGS {
            let text = peer.next_text().await?;
            let part = match role {
                Role::Dancer => greet_dancer(&caller, &conn, &text).await?,
                Role::Dj => greet_dj(&caller, &conn, &text).await?,
            };
            if part.is_some() {
                return Ok(part);
            }
        }
        Ok(None)
    };
    let (part, visit) = match tokio::time::timeout(GREETING, greeting).await {
        Ok(Ok(Some(greeted))) => greeted,
        Ok(Err(Ended)) => return,
        Ok(Ok(None)) | Err(_) => return conn.close(CloseCode::Error(ErrorCode::Timeout)),
    };
    let counted = caller.client.connection.clone();
    tokio::spawn(async move {
        peer.listen(part).await;
        drop((visit, counted));
    });
}

/// `None`: not in yet, but may try again.
async fn greet_dancer(caller: &Caller, conn: &Arc<Conn>, text: &str) -> Result<Option<(Part, Visit)>, Ended> {
    let entered = match DancerMessage::parse(text) {
        Ok(DancerMessage::Subscribe {
            protocol_version,
            client_version,
            code,
            pin,
            pass,
            since,
        }) => {
            let (pin, pass) = (pin.as_deref(), pass.as_deref());
            let entry = Entry {
                address: caller.address,
                protocol_version,
                code: &code,
                pin,
                pass,
            };
            caller
                .relay
                .enter(entry)
                .await
                .map(|guest| (guest, since, client_version))
        }
        Ok(_) => Err(Refusal::new(ErrorCode::NotSubscribed, "SUBSCRIBE comes first")),
        Err(error) => Err(error.into()),
    };
    let joined = match entered {
        Ok((guest, since, version)) => {
            let (id, returns) = (guest.cell.id, since.is_some());
            let pass = caller.relay.key.pass_text(&guest.pass);
            let joined = guest.cell.join(conn.clone(), pass, since).await;
            joined.map(|()| {
                let visit = Visit::begin(&caller.relay, id, By::DancerSocket, returns, version.as_deref());
                (
                    Part::Dancer {
                        cell: guest.cell,
                        dancer: guest.dancer,
                    },
                    visit,
                )
            })
        }
        Err(refusal) => Err(refusal),
    };
    joined.map(Some).or_else(|refusal| {
        conn.send(&Encoded::message(&refusal.to_dancer(None)));
        turn_away(conn, &refusal)
    })
}

async fn greet_dj(caller: &Caller, conn: &Arc<Conn>, text: &str) -> Result<Option<(Part, Visit)>, Ended> {
    let relay = &caller.relay;
    let (id, registered) = match DjMessage::parse(text) {
        Ok(message) => {
            let id = message.id();
            let (token, version) = match &message {
                DjMessage::RegisterSession {
                    token,
                    client_version,
                    ..
                } => (token.clone().unwrap_or_default(), client_version.clone()),
                _ => (String::new(), None),
            };
            let registered = match relay.dj(&token, caller.address).await {
                Ok(dj) => relay
                    .hub
                    .register(&dj, message)
                    .await
                    .map(|found| (found, dj.token_id, version)),
                Err(refusal) => Err(refusal),
            };
            (id, registered)
        }
        Err(error) => (error.id, Err(error.into())),
    };
    match (registered, id) {
        (Ok(((cell, resumed), token, version)), Some(id)) => {
            conn.send(&Encoded::message(&relay.registered(
                &cell,
                id,
                resumed,
                caller.host.as_deref(),
            )));
            let generation = cell.connect_dj(Some(conn.clone()), token);
            let visit = Visit::begin(relay, cell.id, By::DjSocket, resumed, version.as_deref());
            Ok(Some((Part::Dj { cell, generation }, visit)))
        }
        (Ok(_), None) => Err(Ended),
        (Err(refusal), id) => {
            conn.send(&Encoded::message(&refusal.to_dj(id)));
            turn_away(conn, &refusal)
        }
    }
}

/// Some refusals leave the peer a second try on the same connection.
fn turn_away(conn: &Arc<Conn>, refusal: &Refusal) -> Result<Option<(Part, Visit)>, Ended> {
    let may_try_again = matches!(
        refusal.code,
        ErrorCode::PinRequired | ErrorCode::PinWrong | ErrorCode::AlreadyLive | ErrorCode::Invalid
    );
    if may_try_again {
        return Ok(None);
    }
    conn.close(CloseCode::Error(refusal.code));
    Err(Ended)
}

/// The key of a right WebSocket handshake (RFC 6455 §4.2.1).
fn handshake_key(headers: &HeaderMap) -> Option<&str> {
    let is_websocket = text(headers, header::UPGRADE)?.eq_ignore_ascii_case("websocket");
    let is_upgrade = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|token| token.trim().eq_ignore_ascii_case("upgrade"));
    let is_13 = text(headers, header::SEC_WEBSOCKET_VERSION)? == "13";
    let key = text(headers, header::SEC_WEBSOCKET_KEY)?;
    // 16 bytes in base64.
    (is_websocket && is_upgrade && is_13 && key.len() == 24).then_some(key)
}

/// Whether the page that connects is ours, or one that is allowed; programs send no origin.
fn may_connect(relay: &Relay, headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let Ok(origin) = origin.to_str() else { return false };
    is_own_origin(&relay.config, headers, origin)
        || relay
            .config
            .allowed_origins
            .iter()
            .any(|allowed| allowed.as_str() == origin)
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}
