//! Wrong tokens, by where they come from, and how long the answer to the next one is held back.
//!
//! A token of ours cannot be guessed; what is slowed is the guessing of `admin.token`, which people choose. A right token is
//! answered at once, wherever it comes from: behind a proxy all callers have one address.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};

/// How many addresses are remembered. Whoever has more to try from pushes out the oldest; each entry is a few bytes.
const ADDRESSES_MAX: usize = 1_024;

/// So many mistakes of a person cost nothing.
const FREE: u32 = 3;

/// The first pause; each further wrong try doubles it.
const FIRST: Duration = Duration::from_millis(250);

/// The longest pause: fifteen guesses a minute, and a connection is not held for longer.
const LONGEST: Duration = Duration::from_secs(4);

/// So many wrong tries of all addresses together cost no more than each costs by itself: scripts whose token has ended, say. Beyond
/// it somebody guesses from many addresses, and each further one waits for as long as any.
const FREE_OF_ALL: u32 = 1_000;

/// After so long without a wrong try all is forgotten.
const FORGOTTEN_AFTER_MS: i64 = 600_000;

/// The wrong tries of late.
#[derive(Debug, Default)]
pub struct Tries {
    by_address: HashMap<IpAddr, Wrong>,
    /// Those of all addresses since then: how many, and since when.
    all: u32,
    all_since_steady_ms: i64,
}

#[derive(Clone, Copy, Debug)]
struct Wrong {
    count: u32,
    last_steady_ms: i64,
}

impl Tries {
    /// Notes a wrong try, and says how long its answer is to be held back.
    pub fn note(&mut self, address: IpAddr, now_steady_ms: i64) -> Duration {
        if now_steady_ms - self.all_since_steady_ms >= FORGOTTEN_AFTER_MS {
            (self.all, self.all_since_steady_ms) = (0, now_steady_ms);
        }
        self.all = self.all.saturating_add(1);
        let address = network(address);
        let is_old = |wrong: &Wrong| now_steady_ms - wrong.last_steady_ms >= FORGOTTEN_AFTER_MS;
        if !self.by_address.contains_key(&address) && self.by_address.len() >= ADDRESSES_MAX {
            self.by_address.retain(|_, wrong| !is_old(wrong));
            if self.by_address.len() >= ADDRESSES_MAX
                && let Some(oldest) = self
                    .by_address
                    .iter()
                    .min_by_key(|(_, wrong)| wrong.last_steady_ms)
                    .map(|(address, _)| *address)
            {
                self.by_address.remove(&oldest);
            }
        }
        let wrong =
            self.by_address.entry(address).or_insert(Wrong { count: 0, last_steady_ms: now_steady_ms });
        if is_old(wrong) {
            wrong.count = 0;
        }
        wrong.count = wrong.count.saturating_add(1);
        wrong.last_steady_ms = now_steady_ms;
        match wrong.count.checked_sub(FREE + 1) {
            _ if self.all > FREE_OF_ALL => LONGEST,
            None => Duration::ZERO,
            Some(beyond) => FIRST.saturating_mul(1 << beyond.min(16)).min(LONGEST),
        }
    }
}

/// Whoever has an IPv6 address has a whole /64 of them.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => match six.to_ipv4_mapped() {
            Some(four) => IpAddr::V4(four),
            None => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() >> 64 << 64)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wrong_try_waits_longer_up_to_four_seconds_and_is_forgotten() {
        let mut tries = Tries::default();
        let address: IpAddr = "10.0.0.1".parse().unwrap();
        let waits: Vec<u128> = (0..9).map(|at| tries.note(address, at).as_millis()).collect();
        assert_eq!(waits, [0, 0, 0, 250, 500, 1_000, 2_000, 4_000, 4_000]);
        assert_eq!(tries.note("::ffff:10.0.0.1".parse().unwrap(), 9).as_millis(), 4_000, "the same address");
        assert_eq!(tries.note("10.0.0.2".parse().unwrap(), 9), Duration::ZERO, "somebody else");
        assert_eq!(tries.note(address, 9 + FORGOTTEN_AFTER_MS), Duration::ZERO);
    }

    #[test]
    fn a_network_of_addresses_is_one_caller() {
        let mut tries = Tries::default();
        for last in 0..4_u32 {
            tries.note(format!("2001:db8::{last}").parse().unwrap(), 0);
        }
        assert!(tries.note("2001:db8::ffff".parse().unwrap(), 0) > Duration::ZERO);
        assert_eq!(tries.note("2001:db8:0:1::1".parse().unwrap(), 0), Duration::ZERO);
    }

    #[test]
    fn whoever_guesses_from_many_addresses_is_slowed_as_well() {
        let mut tries = Tries::default();
        let address = |n: u32| std::net::Ipv4Addr::from_bits(n).into();
        for n in 0..FREE_OF_ALL {
            assert_eq!(tries.note(address(n), 1), Duration::ZERO, "{n}");
        }
        assert_eq!(tries.note(address(70_000), 2), LONGEST);
        assert_eq!(tries.note(address(70_001), FORGOTTEN_AFTER_MS), Duration::ZERO, "it is over");
    }

    #[test]
    fn what_is_remembered_has_a_bound() {
        let mut tries = Tries::default();
        for n in 0..5_000_u32 {
            tries.note(std::net::Ipv4Addr::from_bits(n).into(), i64::from(n));
        }
        assert_eq!(tries.by_address.len(), ADDRESSES_MAX);
        assert!(tries.by_address.contains_key(&std::net::Ipv4Addr::from_bits(4_999).into()));
    }
}
