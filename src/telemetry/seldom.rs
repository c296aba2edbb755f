//! One line a second for failures that repeat: a wrong secret fails for every customer, and a thousand lines that say the
//! same hide the one that does not.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tracing::warn;

/// So long after a line of a kind the next one of that kind is left out.
const EVERY_MS: i64 = 1_000;

/// So many kinds are told apart; beyond it all others count as one, whatever comes from outside.
const KINDS_MAX: usize = 256;

/// The kind of those that came when there were too many.
const OTHERS: &str = "others";

/// Lets one line a second of each kind through and counts the rest. Cheap to clone; clones count together.
#[derive(Clone, Debug, Default)]
pub struct Seldom(Arc<Mutex<HashMap<String, Kind>>>);

#[derive(Debug)]
struct Kind {
    logged_ms: i64,
    left_out: u64,
}

impl Kind {
    fn is_over(&self, now_ms: i64) -> bool {
        // A clock that was set back must not silence anything.
        !(0..EVERY_MS).contains(&(now_ms - self.logged_ms))
    }
}

/// How many lines of the same kind were left out before this one; to be appended to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftOut(u64);

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => Ok(()),
            count => write!(f, " … and {count} more like it in the last second"),
        }
    }
}

impl Seldom {
    /// Whether a line of this kind may be logged now; `None`: it is counted instead.
    pub fn admit(&self, kind: &str, now_ms: i64) -> Option<LeftOut> {
        let mut kinds = self.kinds();
        let name = if kinds.len() < KINDS_MAX || kinds.contains_key(kind) { kind } else { OTHERS };
        let Some(known) = kinds.get_mut(name) else {
            kinds.insert(name.to_owned(), Kind { logged_ms: now_ms, left_out: 0 });
            return Some(LeftOut(0));
        };
        if !known.is_over(now_ms) {
            known.left_out += 1;
            return None;
        }
        known.logged_ms = now_ms;
        Some(LeftOut(std::mem::take(&mut known.left_out)))
    }

    /// Logs how many were left out of the kinds that have come to rest, and forgets those. To be called once a second.
    pub fn log_left_out(&self, now_ms: i64) {
        for (kind, left_out) in self.take_rested(now_ms) {
            warn!("{kind}{left_out}");
        }
    }

    fn take_rested(&self, now_ms: i64) -> Vec<(String, LeftOut)> {
        let rested = self.kinds().extract_if(|_, kind| kind.is_over(now_ms)).collect::<Vec<_>>();
        let left_out = rested.into_iter().filter(|(_, kind)| kind.left_out > 0);
        left_out.map(|(name, kind)| (name, LeftOut(kind.left_out))).collect()
    }

    /// Nothing panics while it holds the lock.
    fn kinds(&self) -> MutexGuard<'_, HashMap<String, Kind>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What two failures have in common if they have one cause: WeCom's code, or else the message without the numbers that
/// WeCom gives each of its answers.
pub fn cause(errcode: Option<i64>, message: &str) -> String {
    let before_hint = || message.split(", hint:").next().unwrap_or_default().to_owned();
    errcode.map_or_else(before_hint, |errcode| format!("errcode {errcode}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_a_second_of_each_kind_says_how_many_were_left_out() {
        let seldom = Seldom::default();
        assert_eq!(seldom.admit("tag failed", 10_000), Some(LeftOut(0)));
        assert_eq!(seldom.admit("tag failed", 10_400), None);
        assert_eq!(seldom.admit("tag failed", 10_999), None);
        assert_eq!(seldom.admit("remark failed", 10_999), Some(LeftOut(0)), "another kind");
        let next = seldom.admit("tag failed", 11_000).expect("a second is over");
        assert_eq!(next.to_string(), " … and 2 more like it in the last second");
        assert_eq!(seldom.admit("tag failed", 11_500), None);
        assert_eq!(seldom.take_rested(12_000), [("tag failed".to_owned(), LeftOut(1))]);
        assert!(seldom.kinds().is_empty(), "nothing is kept of what has come to rest");
    }

    #[test]
    fn a_clock_that_is_set_back_silences_nothing() {
        let seldom = Seldom::default();
        assert!(seldom.admit("tag failed", 100_000).is_some());
        assert!(seldom.admit("tag failed", 10_000).is_some());
    }

    #[test]
    fn kinds_beyond_the_bound_count_as_one() {
        let seldom = Seldom::default();
        let admitted = (0..1_000).filter(|n| seldom.admit(&n.to_string(), 5).is_some()).count();
        assert_eq!((admitted, seldom.kinds().len()), (KINDS_MAX + 1, KINDS_MAX + 1));
    }
}
