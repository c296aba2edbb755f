//! How many requests each caller sends: so many a second, and ten seconds' worth at once.
//!
//! Only those who have come in are counted, so that nobody else can make this grow.

use std::{collections::HashMap, time::Duration};

use super::Hash;

/// So many seconds' worth may come at once: a page that opens, a script that begins.
const AT_ONCE_S: u32 = 10;

/// How many callers are remembered: more than the tokens that there may be. Of more the one that was silent for longest is
/// forgotten, and begins anew.
const CALLERS_MAX: usize = 4_096;

/// The callers of late, each with the instant at which all of its requests are paid for, in microseconds of the steady clock.
#[derive(Debug)]
pub struct Pace {
    /// What one request costs, and what may be owed at most, in microseconds.
    cost_us: i64,
    owed_us_max: i64,
    callers: HashMap<Hash, i64>,
}

impl Pace {
    /// So many requests a second for each.
    pub fn new(requests_per_second: u32) -> Self {
        let cost_us = (1_000_000 / i64::from(requests_per_second.max(1))).max(1);
        Self { cost_us, owed_us_max: i64::from(AT_ONCE_S) * 1_000_000, callers: HashMap::new() }
    }

    /// Counts a request, unless the caller has sent too many: then how long it has to wait until the next is taken.
    pub fn admit(&mut self, caller: Hash, now_steady_ms: i64) -> Result<(), Duration> {
        let now_us = now_steady_ms.saturating_mul(1_000);
        if !self.callers.contains_key(&caller) && self.callers.len() >= CALLERS_MAX {
            self.make_room(now_us);
        }
        let paid_at_us = self.callers.entry(caller).or_insert(now_us);
        let next_us = (*paid_at_us).max(now_us).saturating_add(self.cost_us);
        let too_far_us = next_us - now_us - self.owed_us_max;
        if too_far_us > 0 {
            return Err(Duration::from_micros(too_far_us.unsigned_abs()));
        }
        *paid_at_us = next_us;
        Ok(())
    }

    /// Forgets those who may send as much as if they had never sent anything; if that are none, the one who is nearest to it.
    fn make_room(&mut self, now_us: i64) {
        self.callers.retain(|_, paid_at_us| *paid_at_us > now_us);
        if self.callers.len() >= CALLERS_MAX
            && let Some(first) = self.callers.iter().min_by_key(|(_, at_us)| **at_us).map(|(of, _)| *of)
        {
            self.callers.remove(&first);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_seconds_worth_comes_at_once_and_then_so_many_a_second() {
        let mut pace = Pace::new(4);
        let (one, other) = (Hash::of("one"), Hash::of("other"));
        for n in 0..40 {
            assert_eq!(pace.admit(one, 1_000), Ok(()), "{n}");
        }
        assert_eq!(pace.admit(one, 1_000), Err(Duration::from_millis(250)));
        assert_eq!(pace.admit(one, 1_100), Err(Duration::from_millis(150)), "a refusal costs nothing");
        assert_eq!(pace.admit(other, 1_100), Ok(()), "somebody else");
        assert_eq!(pace.admit(one, 1_250), Ok(()));
        assert!(pace.admit(one, 1_250).is_err());
        let admitted = (0..1_000).filter(|_| pace.admit(one, 60_000).is_ok()).count();
        assert_eq!(admitted, 40, "more than that is not saved up");
    }

    #[test]
    fn what_is_remembered_has_a_bound() {
        let mut pace = Pace::new(1);
        for n in 0..i64::from(20_000_u32) {
            let caller = Hash::of(&n.to_string());
            assert_eq!(pace.admit(caller, 0), Ok(()));
            assert!(pace.callers.len() <= CALLERS_MAX);
        }
        let last = Hash::of("19999");
        let left = (0..10).filter(|_| pace.admit(last, 0).is_ok()).count();
        assert_eq!(left, 9, "who came last is not forgotten");
        assert_eq!(pace.admit(Hash::of("new"), 3_600_000), Ok(()));
        assert_eq!(pace.callers.len(), 1, "who has been silent is");
    }
}
