//! How many new passes each address took in one session.

use std::collections::HashMap;

use crate::auth::AddressKey;

/// Most addresses that are counted at once; a session has fewer dancers.
const CAPACITY: usize = 65_536;

/// New passes by address. When many addresses come, those with the fewest passes are forgotten first.
#[derive(Debug)]
pub(super) struct Passes {
    counts: HashMap<AddressKey, u32>,
    capacity: usize,
}

impl Default for Passes {
    fn default() -> Self {
        Self {
            counts: HashMap::new(),
            capacity: CAPACITY,
        }
    }
}

impl Passes {
    /// Counts a new pass of this address; whether there may be so many.
    pub(super) fn count(&mut self, address: AddressKey, most: u32) -> bool {
        // Each round halves what is left to do, so that no address pays for more than 32 of them.
        while self.counts.len() >= self.capacity && !self.counts.contains_key(&address) {
            self.counts.retain(|_, count| {
                *count /= 2;
                *count > 0
            });
        }
        let count = self.counts.entry(address).or_default();
        *count = count.saturating_add(1);
        *count <= most
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;

    fn address(number: u32) -> AddressKey {
        IpAddr::V4(Ipv4Addr::from_bits(number)).into()
    }

    #[test]
    fn one_address_gets_so_many_and_no_more() {
        let mut passes = Passes::default();
        assert!(passes.count(address(1), 2));
        assert!(passes.count(address(1), 2));
        assert!(!passes.count(address(1), 2));
        assert!(passes.count(address(2), 2));
    }

    #[test]
    fn many_addresses_take_no_more_memory_and_do_not_free_who_took_most() {
        let mut passes = Passes {
            capacity: 100,
            ..Passes::default()
        };
        for _ in 0..200 {
            passes.count(address(0), 8);
        }
        for number in 1..400 {
            assert!(passes.count(address(number), 8));
            assert!(passes.counts.len() <= 100);
        }
        assert!(!passes.count(address(0), 8));
    }
}
