//! Every path of the relay in one list; a file for each group of them.

mod account;
mod dancers;
mod defences;
mod dj;
mod dj_forms;
mod dj_pages;
mod events;
mod live;
mod page_data;
mod page_reply;
mod pages;
pub mod reply;
mod service;
mod sessions;
mod visit;
mod visitor;

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use bytes::{Buf, BufMut, Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use warp::{Filter, Rejection, filters::BoxedFilter, http::HeaderMap};

use crate::{auth::AddressKey, places::Place, relay::Relay};
use reply::Reply;

/// Every route, with errors turned into answers.
pub type Routes = BoxedFilter<(Reply,)>;

/// Who is at the other end of a socket; put beside each request by the accept loop.
#[derive(Clone, Debug)]
pub struct Client {
    /// The socket's peer: a proxy's, where one stands before the relay.
    pub address: SocketAddr,
    /// Counts the connection while it lives, whatever becomes of it.
    pub connection: Arc<Place>,
}

/// All paths.
pub fn all(relay: &Arc<Relay>) -> Routes {
    defences::preflight(relay)
        .or(live::routes(relay))
        .unify()
        .or(dancers::routes(relay))
        .unify()
        .or(events::routes(relay))
        .unify()
        .or(dj::routes(relay))
        .unify()
        .or(sessions::routes(relay))
        .unify()
        .or(accounts(relay))
        .unify()
        .or(service::routes(relay))
        .unify()
        .or(pages::routes(relay))
        .unify()
        .recover(reply::from_rejection)
        .unify()
        .and(defences::asker())
        .and(with(relay))
        .map(|reply: Reply, asker: defences::Asker, relay: Arc<Relay>| {
            relay.metrics.count_answer(reply.status());
            defences::protect(reply, &asker, &relay.config)
        })
        .boxed()
}

/// Accounts, where they are served; whose a token is, everywhere.
fn accounts(relay: &Arc<Relay>) -> BoxedFilter<(Reply,)> {
    if !relay.config.account_routes {
        return account::me_route(relay);
    }
    account::me_route(relay)
        .or(account::routes(relay))
        .unify()
        .or(dj_forms::routes(relay))
        .unify()
        .or(dj_pages::routes(relay))
        .unify()
        .boxed()
}

/// The relay, for a handler.
fn with(relay: &Arc<Relay>) -> impl Filter<Extract = (Arc<Relay>,), Error = Infallible> + Clone + use<> {
    let relay = relay.clone();
    warp::any().map(move || relay.clone())
}

/// The address that limits count by.
fn address(relay: &Arc<Relay>) -> impl Filter<Extract = (AddressKey,), Error = Rejection> + Clone + use<> {
    with(relay)
        .and(warp::ext::get::<Client>())
        .and(warp::header::headers_cloned())
        .map(|relay: Arc<Relay>, client: Client, headers: HeaderMap| {
            let proxies = &relay.config.trusted_proxies;
            // Lossy: what a client puts before the proxy's word must not make that unreadable.
            let hops: Vec<_> = headers
                .get_all("x-forwarded-for")
                .iter()
                .map(|value| String::from_utf8_lossy(value.as_bytes()))
                .collect();
            let peer = client.address.ip();
            proxies.warn_if_untrusted(peer, !hops.is_empty());
            let hops = (!hops.is_empty()).then(|| hops.join(","));
            AddressKey::from(proxies.client_of(peer, hops.as_deref()))
        })
}

/// A body of bounded length, sent within a bounded time.
fn body(relay: &Arc<Relay>) -> impl Filter<Extract = (Bytes,), Error = Rejection> + Clone + use<> {
    let limits = &relay.config.limits;
    bounded(u64::from(limits.body_bytes), limits.body_timeout)
}

/// A body of at most `most` bytes that comes within `patience`.
fn bounded(
    most: u64,
    patience: Duration,
) -> impl Filter<Extract = (Bytes,), Error = Rejection> + Clone + use<> {
    warp::body::content_length_limit(most)
        .and(warp::body::stream())
        .and_then(move |stream| async move {
            tokio::time::timeout(patience, collect(stream))
                .await
                .map_err(|_| warp::reject::custom(reply::BodyTooSlow))?
        })
}

/// The pieces of a body together; its length was checked before.
async fn collect<B: Buf>(stream: impl Stream<Item = Result<B, warp::Error>>) -> Result<Bytes, Rejection> {
    let mut stream = std::pin::pin!(stream);
    let mut body = BytesMut::new();
    while let Some(piece) = stream.next().await {
        body.put(piece.map_err(|_| warp::reject::custom(reply::BodyBroken))?);
    }
    Ok(body.freeze())
}
