//! Every path of the relay in one list; a file for each group of them.

mod account;
mod dancers;
mod dj;
mod events;
mod live;
pub(crate) mod page_data;
mod page_reply;
mod pages;
pub mod reply;
mod service;
mod sessions;
mod visit;

use crate::auth::AddressKey;
use crate::relay::Relay;
use reply::Reply;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;
use warp::filters::BoxedFilter;
use warp::http::HeaderMap;
use warp::{Filter, Rejection};

/// Every route, with errors turned into answers.
pub type Routes = BoxedFilter<(Reply,)>;

/// Who is at the other end of a socket; put beside each request by the accept loop.
#[derive(Clone, Debug)]
pub struct Client {
    /// The socket's peer: a proxy's, where one stands before the relay.
    pub address: SocketAddr,
    /// Counts the connection while it lives, whatever becomes of it.
    pub connection: Arc<OwnedSemaphorePermit>,
}

/// All paths.
pub fn all(relay: &Arc<Relay>) -> Routes {
    live::routes(relay)
        .or(dancers::routes(relay))
        .unify()
        .or(events::routes(relay))
        .unify()
        .or(dj::routes(relay))
        .unify()
        .or(sessions::routes(relay))
        .unify()
        .or(account::routes(relay))
        .unify()
        .or(service::routes(relay))
        .unify()
        .or(pages::routes(relay))
        .unify()
        .recover(reply::from_rejection)
        .unify()
        .and(with(relay))
        .map(|reply: Reply, relay: Arc<Relay>| {
            relay.metrics.count_answer(reply.status());
            reply
        })
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
            let hops: Vec<&str> = headers
                .get_all("x-forwarded-for")
                .iter()
                .filter_map(|value| value.to_str().ok())
                .collect();
            let peer = client.address.ip();
            proxies.warn_if_untrusted(peer, !hops.is_empty());
            let hops = (!hops.is_empty()).then(|| hops.join(","));
            AddressKey::from(proxies.client_of(peer, hops.as_deref()))
        })
}

/// A body of bounded length.
fn body(relay: &Arc<Relay>) -> impl Filter<Extract = (bytes::Bytes,), Error = Rejection> + Clone + use<> {
    warp::body::content_length_limit(u64::from(relay.config.limits.body_bytes)).and(warp::body::bytes())
}
