//! In which order the actions of one event are performed, and what does not wait for what.
//!
//! The welcome goes first and alone, for one try. Then three lanes, of which none waits for another: the welcome's
//! further tries; what is done for the customer (first what is still to be decided, then tag and remark, one at a time
//! for the pair of employee and customer); and the reports, the notices one after the other and beside them each
//! forward by itself. Actions that follow from how an action ended are taken up where it ended, and if not, by the next
//! sweep.

use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use super::state::{Report, State, pair_of};
use crate::{
    action::{Kind, ReasonCode},
    flow::case::Case,
    store::Claimed,
};

impl State {
    /// Performs an event's actions and `reports`, and what follows from them.
    pub(super) async fn perform_all(&self, case: Case, claimed: Vec<Claimed>, reports: Vec<Report>) {
        let (welcomes, rest): (Vec<_>, Vec<_>) =
            claimed.into_iter().partition(|claimed| claimed.kind == Kind::Welcome);
        let first_try = CancellationToken::new();
        let mut tried = Some(first_try.clone().drop_guard());
        let welcome = async {
            for claimed in welcomes {
                let run = claimed.run;
                if self.see_through(&case, claimed, &mut tried).await {
                    self.go_on(&case, run).await;
                }
            }
            // Without a welcome nothing has released those who wait for its first try.
            drop(tried.take());
        };
        // Whatever is not the welcome may change what WeCom has of the customer.
        let is_changed = !rest.is_empty();
        tokio::join!(welcome, self.follow_up(&case, rest, reports, &first_try));
        // Only now is the answer about the customer forgotten, so that all texts of one event are made of the same one.
        if is_changed {
            self.context.lookups.invalidate_customer(&case).await;
        }
    }

    /// Performs what does not have to be done within seconds, once the welcome's first try is over.
    async fn follow_up(
        &self,
        case: &Case,
        customers: Vec<Claimed>,
        reports: Vec<Report>,
        first_try: &CancellationToken,
    ) {
        let customers = async {
            let Some(run) = customers.first().map(|claimed| claimed.run) else { return };
            let waiting = self.waiting();
            first_try.cancelled().await;
            let followed = self.for_the_customer(case, customers).await;
            drop(waiting);
            if followed {
                self.go_on(case, run).await;
            }
        };
        let reports = async {
            let Some(run) = reports.first().map(|report| report.claimed.run) else { return };
            first_try.cancelled().await;
            let (notices, forwards): (Vec<_>, Vec<_>) =
                reports.into_iter().partition(|report| report.claimed.kind == Kind::Notify);
            let notices = async {
                for notice in notices {
                    self.report(case, notice).await;
                }
            };
            // Side by side, so that an address that hangs holds up none of the others.
            let forwards = join_all(forwards.into_iter().map(|forward| self.report(case, forward)));
            let ((), followed) = tokio::join!(notices, forwards);
            if followed.contains(&true) {
                self.go_on(case, run).await;
            }
        };
        tokio::join!(customers, reports);
    }

    /// Performs a report; without room in memory it is given back. Returns whether something follows from it.
    async fn report(&self, case: &Case, Report { claimed, holding }: Report) -> bool {
        if holding.is_none() {
            let now_ms = self.now_ms();
            let why = ReasonCode::Waiting.because("it waits its turn: there are others before it");
            Box::pin(self.leave_for(&claimed, now_ms, why)).await;
            return false;
        }
        self.see_through(case, claimed, &mut None).await
    }

    /// Performs what is to be decided, then tag and remark. Returns whether something follows from one of them.
    async fn for_the_customer(&self, case: &Case, claimed: Vec<Claimed>) -> bool {
        let (of_pair, decides): (Vec<_>, Vec<_>) =
            claimed.into_iter().partition(|claimed| claimed.kind.is_of_pair());
        let followed = self.in_turn(case, decides).await;
        if of_pair.is_empty() {
            return followed;
        }
        let _turn = self.turns.take(pair_of(case)).await;
        if Box::pin(self.must_give_way(case)).await {
            for claimed in of_pair {
                Box::pin(self.give_way(&claimed)).await;
            }
            return followed;
        }
        self.in_turn(case, of_pair).await || followed
    }

    /// Performs one after the other. Returns whether something follows from one of them.
    async fn in_turn(&self, case: &Case, claimed: Vec<Claimed>) -> bool {
        let mut followed = false;
        for claimed in claimed {
            followed |= self.see_through(case, claimed, &mut None).await;
        }
        followed
    }

    /// Takes up what a settlement has added to the event and goes on with it. The sweep takes what is left.
    async fn go_on(&self, case: &Case, run: i64) {
        if self.is_ending() {
            return;
        }
        let (now_ms, takes_on, process) = (self.now_ms(), self.takes_on(), self.context.process);
        let added = self.context.store.take_up_added(case.id(), run, &takes_on, process, now_ms);
        // While the database is away nothing is lost by waiting for the sweep.
        let Ok(added) = Box::pin(added).await else { return };
        if added.is_empty() {
            return;
        }
        let at_once = CancellationToken::new();
        at_once.cancel();
        let (reports, customers) = added.into_iter().partition(|claimed| claimed.kind.is_report());
        let reports = self.hold(reports);
        Box::pin(self.follow_up(case, customers, reports, &at_once)).await;
    }

    /// Whether another process is at work on the same employee's customer: its calls and ours would be in each other's
    /// way at WeCom (6000).
    async fn must_give_way(&self, case: &Case) -> bool {
        if self.limits.processes() < 2 {
            return false;
        }
        let (store, process) = (&self.context.store, self.context.process);
        let held = store.pair_is_held_elsewhere(&case.stored, process, self.now_ms()).await;
        // While the database does not answer nobody knows; WeCom refuses a call that is in the way, and it is tried again.
        held.unwrap_or(false)
    }
}
