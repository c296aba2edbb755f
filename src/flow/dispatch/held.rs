//! How many reports this process holds in memory: notices and forwards apart, forwards by their address.
//!
//! Those that are not held wait in the database, and the sweep brings them when there is room. So an address that hangs
//! takes up its own room and nobody else's; and one that answers is never without work for long: when most of its room is
//! free again, the sweep is woken.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

use crate::{action::Action, store::TakesOn};

/// How many notices may wait in this process.
const NOTICES_HELD_MAX: usize = 1_024;

/// How many forwards to one address may wait in this process: eight of them are under way at once, and three times as
/// many are at hand while the sweep looks for more.
const FORWARDS_HELD_MAX: usize = 32;

/// How many forwards in all: as many as 128 addresses hold that hang at the same time. At some 4 KB each it is 16 MB.
/// Beyond it an address that has none still gets one, so that none waits for the others.
const FORWARDS_HELD_MAX_IN_ALL: usize = 4_096;

/// When an address that was full has no more left than these, the sweep is woken.
const FEW_LEFT: usize = FORWARDS_HELD_MAX / 4;

/// What is held. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub(super) struct Held(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    counts: Mutex<Counts>,
    drained: Notify,
}

#[derive(Debug, Default)]
struct Counts {
    notices: usize,
    forwards: usize,
    by_address: HashMap<String, AtAddress>,
}

#[derive(Debug, Default)]
struct AtAddress {
    held: usize,
    /// There was no room for more, or the sweep brought more: so there may be more in the database.
    was_full: bool,
}

/// One notice or forward that is held; let go of when dropped.
#[derive(Debug)]
pub(super) struct Holding {
    held: Held,
    /// The address of a forward.
    address: Option<String>,
}

impl Held {
    /// Takes room for this notice or forward. `None`: there is none.
    pub(super) fn take(&self, action: &Action) -> Option<Holding> {
        let mut counts = self.counts();
        let address = if let Action::Forward(forward) = action {
            if counts.room_at(&forward.url) == 0 {
                return None;
            }
            counts.forwards += 1;
            let at = counts.by_address.entry(forward.url.clone()).or_default();
            at.held += 1;
            at.was_full |= at.held >= FORWARDS_HELD_MAX;
            Some(forward.url.clone())
        } else {
            if counts.notices >= NOTICES_HELD_MAX {
                return None;
            }
            counts.notices += 1;
            None
        };
        Some(Holding { held: self.clone(), address })
    }

    /// What there is room for.
    pub(super) fn takes_on(&self) -> TakesOn {
        let counts = self.counts();
        let full = counts.by_address.iter().filter(|(_, at)| at.held >= FORWARDS_HELD_MAX);
        TakesOn {
            notices: counts.notices < NOTICES_HELD_MAX,
            forwards: counts.forwards < FORWARDS_HELD_MAX_IN_ALL,
            full: full.map(|(address, _)| address.clone()).collect(),
        }
    }

    /// How many more notices are taken on.
    pub(super) fn room_for_notices(&self) -> usize {
        NOTICES_HELD_MAX.saturating_sub(self.counts().notices)
    }

    /// How many more forwards to this address are taken on.
    pub(super) fn room_at(&self, address: &str) -> usize {
        self.counts().room_at(address)
    }

    /// How many are held.
    pub(super) fn count(&self) -> usize {
        let counts = self.counts();
        counts.notices + counts.forwards
    }

    /// Something waited in the database for this address, and more may.
    pub(super) fn more_may_wait(&self, address: &str) {
        match self.counts().by_address.get_mut(address) {
            Some(at) if at.held > FEW_LEFT => at.was_full = true,
            _ => self.0.drained.notify_one(),
        }
    }

    /// Waits until an address that was full has room again for most of what it may hold.
    pub(super) async fn drained(&self) {
        self.0.drained.notified().await;
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        // A lock whose holder panicked guards nothing that could be half done: the data is a few counters.
        self.0.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    fn room_at(&self, address: &str) -> usize {
        let here = self.by_address.get(address).map_or(0, |at| at.held);
        let in_all = FORWARDS_HELD_MAX_IN_ALL.saturating_sub(self.forwards);
        FORWARDS_HELD_MAX.saturating_sub(here).min(in_all.max(usize::from(here == 0)))
    }
}

impl Drop for Holding {
    fn drop(&mut self) {
        let mut counts = self.held.counts();
        let Some(address) = &self.address else {
            counts.notices -= 1;
            return;
        };
        counts.forwards -= 1;
        let Some(at) = counts.by_address.get_mut(address) else { return };
        at.held -= 1;
        if at.was_full && at.held <= FEW_LEFT {
            at.was_full = false;
            self.held.0.drained.notify_one();
        }
        if at.held == 0 {
            counts.by_address.remove(address);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::{Forward, Notify, Recipients, Trigger};

    fn forward(url: &str) -> Action {
        Action::Forward(Forward { rule: "crm".into(), url: url.into(), secret_env: None })
    }

    fn notice() -> Action {
        Action::Notify(Notify {
            rule: "lead".into(),
            on: Trigger::Event,
            to: Recipients::Users(vec!["lisi".into()]),
            text: "新客户".into(),
            reason: None,
            code: None,
            unrendered: false,
        })
    }

    #[tokio::test]
    async fn a_full_address_is_in_the_way_of_itself_alone_and_says_when_it_has_room_again() {
        let held = Held::default();
        let mut here: Vec<_> = (0..FORWARDS_HELD_MAX).map(|_| held.take(&forward("a")).unwrap()).collect();
        assert!(held.take(&forward("a")).is_none());
        assert_eq!((held.room_at("a"), held.room_at("b")), (0, FORWARDS_HELD_MAX));
        assert_eq!(held.takes_on(), TakesOn { notices: true, forwards: true, full: vec!["a".into()] });
        let other = held.take(&forward("b")).unwrap();
        let notice = held.take(&notice()).unwrap();
        assert_eq!(held.count(), FORWARDS_HELD_MAX + 2);

        here.truncate(FEW_LEFT + 1);
        assert!(futures_util::poll!(std::pin::pin!(held.drained())).is_pending());
        here.truncate(FEW_LEFT);
        assert!(futures_util::poll!(std::pin::pin!(held.drained())).is_ready());
        drop((here, other, notice));
        assert_eq!(held.count(), 0);
        assert!(held.counts().by_address.is_empty(), "who holds nothing is forgotten");
        assert!(futures_util::poll!(std::pin::pin!(held.drained())).is_pending(), "the other was never full");
    }

    #[tokio::test]
    async fn an_address_to_which_something_was_brought_says_when_it_has_room_for_more() {
        let held = Held::default();
        let mut here: Vec<_> = (0..=FEW_LEFT).map(|_| held.take(&forward("a")).unwrap()).collect();
        held.more_may_wait("a");
        assert!(!futures_util::poll!(std::pin::pin!(held.drained())).is_ready(), "it has enough to do");
        here.pop();
        assert!(futures_util::poll!(std::pin::pin!(held.drained())).is_ready());
        here.clear();
        assert!(!futures_util::poll!(std::pin::pin!(held.drained())).is_ready(), "once");
        // What was brought is done already.
        held.more_may_wait("a");
        assert!(futures_util::poll!(std::pin::pin!(held.drained())).is_ready());
    }

    #[test]
    fn notices_and_forwards_have_bounds_of_their_own() {
        let held = Held::default();
        let notices: Vec<_> = (0..NOTICES_HELD_MAX).map(|_| held.take(&notice()).unwrap()).collect();
        assert!(held.take(&notice()).is_none());
        assert_eq!(held.room_for_notices(), 0);
        let addresses = FORWARDS_HELD_MAX_IN_ALL / FORWARDS_HELD_MAX;
        let forwards: Vec<_> = (0..addresses)
            .flat_map(|n| std::iter::repeat_n(n, FORWARDS_HELD_MAX))
            .map(|n| held.take(&forward(&n.to_string())).unwrap())
            .collect();
        let one_more = held.take(&forward("one more"));
        assert!(
            one_more.is_some() && held.take(&forward("one more")).is_none(),
            "no address is without a place"
        );
        assert!(!held.takes_on().forwards && !held.takes_on().notices);
        drop((notices, forwards));
        assert!(held.takes_on().forwards && held.takes_on().notices);
    }
}
