//! Whether others still take this process for alive, as far as this process can know by itself.
//!
//! Its row says until when it is believed. When it cannot renew the row in time, because the database or the way to it is
//! silent, others take over what it holds, and it would not hear of it. So it counts the time by its own clocks, a little
//! faster than the others do, and when it is over it begins nothing more. Once the row is renewed a new term begins: what
//! was leased in a term before may have been given to somebody else, and is [claimed anew](Store::claim_anew) before
//! anything is done with it.

use std::sync::Arc;

use tokio::sync::watch;

use super::{
    Store,
    backend::{Result, on},
    processes::{ALIVE_FOR_MS, ProcessId},
    record::lease::Claimed,
};
use wecom_core::clock::Clock;

/// So long before others may take over a process begins nothing more. A call that began just before has this long to
/// end, and clocks of machines that are kept right differ by less.
const MARGIN_MS: i64 = 1_000;

/// For how long a process that has regained its standing takes over from nobody. What silenced it (a disk that stalls, a
/// database that restarts) has mostly silenced the others too, and whoever comes back first would find them all dead and do
/// again what they have just done. They get the time for a heartbeat, which is tried ten times a second by then, and for
/// recording what they hold.
const AFTER_SILENCE_MS: i64 = 1_500;

/// How a process stands. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Standing(Arc<watch::Sender<State>>);

#[derive(Clone, Copy, Debug)]
struct State {
    /// Until when it is believed to be alive, on both clocks: the machine's, which the others go by, and the steady one,
    /// which nobody sets.
    until_ms: i64,
    until_steady_ms: i64,
    term: u64,
    /// Until when it takes over from nobody, on the steady clock.
    patient_until_steady_ms: i64,
}

impl State {
    fn holds(&self, clock: &Clock) -> bool {
        clock.now_ms() < self.until_ms && clock.steady_ms() < self.until_steady_ms
    }
}

/// The moment before a row was renewed: from then on the process is believed.
#[derive(Clone, Copy, Debug)]
pub struct Renewal {
    now_ms: i64,
    steady_ms: i64,
}

impl Renewal {
    /// One that begins now.
    pub fn begin(clock: &Clock) -> Self {
        Self { now_ms: clock.now_ms(), steady_ms: clock.steady_ms() }
    }

    /// When it began, in Unix milliseconds.
    pub fn now_ms(self) -> i64 {
        self.now_ms
    }
}

impl Standing {
    pub(super) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(State {
            until_ms: i64::MIN,
            until_steady_ms: i64::MIN,
            term: 0,
            patient_until_steady_ms: i64::MIN,
        })))
    }

    /// The row was renewed, or made.
    pub fn renewed(&self, renewal: Renewal, clock: &Clock) {
        self.0.send_modify(|state| {
            if !state.holds(clock) {
                if state.term > 0 {
                    state.patient_until_steady_ms = clock.steady_ms() + AFTER_SILENCE_MS;
                }
                state.term += 1;
            }
            state.until_ms = renewal.now_ms + ALIVE_FOR_MS - MARGIN_MS;
            state.until_steady_ms = renewal.steady_ms + ALIVE_FOR_MS - MARGIN_MS;
        });
    }

    /// Whether the process may begin anything.
    pub fn holds(&self, clock: &Clock) -> bool {
        self.0.borrow().holds(clock)
    }

    /// Whether the process may take over what others seem to have left: it stands, and has not been silent itself just now.
    pub fn takes_over(&self, clock: &Clock) -> bool {
        let state = *self.0.borrow();
        state.holds(clock) && clock.steady_ms() >= state.patient_until_steady_ms
    }

    /// Which term it is: each begins when the row is renewed after others may have taken over.
    pub fn term(&self) -> u64 {
        self.0.borrow().term
    }

    /// Returns when the process may begin something.
    pub async fn regained(&self, clock: &Clock) {
        // The sender is held by this very value, so it cannot be gone.
        let _ = self.0.subscribe().wait_for(|state| state.holds(clock)).await;
    }
}

impl Store {
    /// How the process that is enrolled with this store stands.
    pub fn standing(&self) -> &Standing {
        &self.0.standing
    }

    /// Takes the lease of an action again that was taken in a term before, with the next epoch. `false`: somebody else
    /// has it by now, or has settled it. One that this process keeps between two tries is pending, and its own.
    pub async fn claim_anew(&self, claimed: &mut Claimed, me: ProcessId) -> Result<bool> {
        let term = self.standing().term();
        let mut tx = self.backend().begin().await?;
        let epoch = on!(tx, "take a lease again", |c| sqlx::query_as::<_, (i64,)>(
            "UPDATE action SET lease_epoch = lease_epoch + 1
             WHERE id = $1 AND lease_epoch = $2 AND lease_owner = $3 AND status IN ('pending', 'running')
             RETURNING lease_epoch"
        )
        .bind(claimed.action_id)
        .bind(claimed.epoch)
        .bind(me.id())
        .fetch_optional(c))?;
        tx.commit().await?;
        if let Some((epoch,)) = epoch {
            (claimed.epoch, claimed.term) = (epoch, term);
        }
        Ok(epoch.is_some())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_process_stands_until_shortly_before_others_may_take_over() {
        let (clock, hand) = Clock::manual(1_000_000);
        let standing = Standing::new();
        assert!(!standing.holds(&clock), "it is not on record yet");
        standing.renewed(Renewal::begin(&clock), &clock);
        let term = standing.term();
        hand.advance(Duration::from_millis(2_999));
        assert!(standing.holds(&clock));
        let late = Renewal::begin(&clock);
        hand.advance(Duration::from_millis(1));
        assert!(!standing.holds(&clock));
        // The answer took its time: it is believed from before the question.
        standing.renewed(late, &clock);
        assert_eq!(standing.term(), term + 1);
        hand.advance(Duration::from_millis(2_998));
        assert!(standing.holds(&clock));
        standing.renewed(Renewal::begin(&clock), &clock);
        assert_eq!(standing.term(), term + 1, "it never lost its standing since");
    }

    #[tokio::test]
    async fn who_was_silent_leaves_the_others_the_time_to_come_back() {
        let (clock, hand) = Clock::manual(1_000_000);
        let standing = Standing::new();
        assert!(!standing.takes_over(&clock));
        standing.renewed(Renewal::begin(&clock), &clock);
        assert!(standing.takes_over(&clock), "what died before it began is its to take");
        hand.advance(Duration::from_secs(5));
        assert!(!standing.takes_over(&clock));
        standing.renewed(Renewal::begin(&clock), &clock);
        assert!(standing.holds(&clock) && !standing.takes_over(&clock));
        hand.advance(Duration::from_millis(1_499));
        standing.renewed(Renewal::begin(&clock), &clock);
        assert!(!standing.takes_over(&clock));
        hand.advance(Duration::from_millis(1));
        assert!(standing.takes_over(&clock));
    }

    #[tokio::test]
    async fn a_clock_that_is_set_back_prolongs_nothing_and_one_that_is_set_forward_ends_it() {
        let (clock, hand) = Clock::manual(1_000_000);
        let standing = Standing::new();
        standing.renewed(Renewal::begin(&clock), &clock);
        let held = standing.clone();
        hand.set(-90_000);
        assert!(held.holds(&clock), "no time has passed");
        hand.advance(Duration::from_secs(3));
        assert!(!held.holds(&clock));
        let regained = held.regained(&clock);
        tokio::pin!(regained);
        assert!(futures_util::poll!(&mut regained).is_pending());
        standing.renewed(Renewal::begin(&clock), &clock);
        regained.await;
        hand.set(86_400_000);
        assert!(!held.holds(&clock), "the others go by the machine's clock");
    }
}
