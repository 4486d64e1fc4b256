//! Places for connections: so many in all, and so many for one address, so that nobody alone can take them all.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::OwnedSemaphorePermit;

use crate::auth::{AddressKey, TrustedProxies};

/// Who holds how many places.
///
/// Only peers are counted that are neither this computer nor a trusted proxy: behind one everybody has its address,
/// and it can count better.
#[derive(Clone, Debug)]
pub struct Places {
    most: u32,
    proxies: TrustedProxies,
    taken: Arc<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    // Locked for one look-up. As many entries as connections at most: who leaves takes theirs along.
    by_address: Mutex<HashMap<AddressKey, u32>>,
}

/// One connection's place; given back when dropped.
#[derive(Debug)]
pub struct Place {
    _permit: OwnedSemaphorePermit,
    // Boxed: most connections come by a proxy and are not counted.
    _share: Option<Box<Share>>,
}

#[derive(Debug)]
struct Share {
    taken: Arc<Taken>,
    address: AddressKey,
}

impl Places {
    /// At most `most` places for each address that is no proxy.
    pub fn new(most: u32, proxies: &TrustedProxies) -> Self {
        Self {
            most,
            proxies: proxies.clone(),
            taken: Arc::default(),
        }
    }

    /// A place for a connection that has its permit; `None` when its address has too many.
    pub fn take(&self, permit: OwnedSemaphorePermit, peer: IpAddr) -> Option<Place> {
        let peer = peer.to_canonical();
        let share = if peer.is_loopback() || self.proxies.trusts(peer) {
            None
        } else {
            Some(Box::new(Share::take(&self.taken, peer.into(), self.most)?))
        };
        Some(Place {
            _permit: permit,
            _share: share,
        })
    }
}

impl Share {
    fn take(taken: &Arc<Taken>, address: AddressKey, most: u32) -> Option<Self> {
        let mut by_address = taken.lock();
        let count = by_address.entry(address).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        drop(by_address);
        Some(Self {
            taken: taken.clone(),
            address,
        })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut by_address = self.taken.lock();
        if let Some(count) = by_address.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                by_address.remove(&self.address);
            }
        }
    }
}

impl Taken {
    fn lock(&self) -> MutexGuard<'_, HashMap<AddressKey, u32>> {
        // Plain numbers: a panic elsewhere cannot leave them half written.
        self.by_address.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::Semaphore;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn one_address_cannot_take_every_place() {
        let all = Arc::new(Semaphore::new(100));
        let places = Places::new(3, &TrustedProxies::parse("10.0.0.1").expect("a list"));
        let take = |peer: &str| {
            let permit = all.clone().try_acquire_owned().expect("there is room");
            places.take(permit, ip(peer))
        };
        let mut flood: Vec<_> = (0..3).map(|_| take("203.0.113.7").expect("three")).collect();
        assert!(take("203.0.113.7").is_none());
        assert!(take("::ffff:203.0.113.7").is_none(), "the same in another form");
        assert_eq!(all.available_permits(), 97, "who is refused keeps no place");
        let others = [take("203.0.113.8"), take("2001:db8::1"), take("2001:db8:0:1::1")];
        assert!(others.iter().all(Option::is_some));
        // An IPv6 network of one connection to the internet is one address.
        assert!(take("2001:db8::2").is_some() && take("2001:db8::3").is_some());
        drop(flood.pop());
        flood.push(take("203.0.113.7").expect("one has left"));
        drop((flood, others));
        assert!(
            places.taken.lock().is_empty(),
            "nothing is kept of those who left"
        );
    }

    #[test]
    fn proxies_and_this_computer_are_not_counted() {
        let all = Arc::new(Semaphore::new(100));
        let places = Places::new(1, &TrustedProxies::parse("10.0.0.1").expect("a list"));
        for peer in ["10.0.0.1", "127.0.0.1", "::1"] {
            let held: Vec<_> = (0..5)
                .map(|_| {
                    let permit = all.clone().try_acquire_owned().expect("there is room");
                    places.take(permit, ip(peer))
                })
                .collect();
            assert!(held.iter().all(Option::is_some), "{peer}");
        }
    }
}
