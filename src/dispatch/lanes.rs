//! In which order the actions of one event are performed, and what does not wait for what.
//!
//! The welcome goes first and alone, for one try. Then three lanes, of which none waits for another: the welcome's
//! further tries; what is done for the customer (first what is still to be decided, then tag and remark, one at a time
//! for the pair of employee and customer); and what tells others, the notices one after the other and beside them each
//! forward by itself. What follows from how an
//! action ended is taken up where it ended, and if not, by the next sweep.

use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use super::{Case, Dispatcher, Tiding, Waiting, Work};
use crate::{action::Kind, store::Claimed};

impl Dispatcher {
    /// Performs an event's actions, of which `tidings` tell others, and what follows from them.
    pub(super) async fn run_held(&self, work: Work, tidings: Vec<Tiding>) {
        let Work { app, stored, event, claimed } = work;
        let (welcomes, rest): (Vec<_>, Vec<_>) =
            claimed.into_iter().partition(|claimed| claimed.kind == Kind::Welcome);
        let case = Case { app, stored, event };
        let first_try = CancellationToken::new();
        let mut tried = Some(first_try.clone().drop_guard());
        let welcome = async {
            for claimed in welcomes {
                let run = claimed.run;
                if self.see_through(&case, claimed, &mut tried).await {
                    self.go_on(&case, run).await;
                }
            }
            // There may have been none.
            drop(tried.take());
        };
        // Tags and remarks, or what decides on them.
        let is_changed = !rest.is_empty();
        tokio::join!(welcome, self.follow_up(&case, rest, tidings, &first_try));
        // Not sooner: this event's own texts are to be of one answer.
        if is_changed {
            self.0.lookups.changed(case.about()).await;
        }
    }

    /// Performs what does not have to be done within seconds, once the welcome's first try is over.
    async fn follow_up(
        &self,
        case: &Case,
        customers: Vec<Claimed>,
        tidings: Vec<Tiding>,
        first_try: &CancellationToken,
    ) {
        let customers = async {
            let Some(run) = customers.first().map(|claimed| claimed.run) else { return };
            let waiting = Waiting::one_of(&self.0.waiting);
            first_try.cancelled().await;
            let followed = self.for_the_customer(case, customers).await;
            drop(waiting);
            if followed {
                self.go_on(case, run).await;
            }
        };
        let tidings = async {
            let Some(run) = tidings.first().map(|tiding| tiding.claimed.run) else { return };
            first_try.cancelled().await;
            let (notices, forwards): (Vec<_>, Vec<_>) =
                tidings.into_iter().partition(|tiding| tiding.claimed.kind == Kind::Notify);
            let notices = async {
                for notice in notices {
                    self.tell_others(case, notice).await;
                }
            };
            // One whose address hangs keeps none of the others from theirs.
            let forwards = join_all(forwards.into_iter().map(|forward| self.tell_others(case, forward)));
            let ((), followed) = tokio::join!(notices, forwards);
            if followed.contains(&true) {
                self.go_on(case, run).await;
            }
        };
        tokio::join!(customers, tidings);
    }

    /// Says whether something follows from it. Without a place in memory it is given back.
    async fn tell_others(&self, case: &Case, Tiding { claimed, holding }: Tiding) -> bool {
        if holding.is_none() {
            let now_ms = self.0.clock.now_ms();
            Box::pin(self.leave_for(&claimed, now_ms, "it waits its turn: there are others before it")).await;
            return false;
        }
        self.see_through(case, claimed, &mut None).await
    }

    /// What is to be decided, then tag and remark.
    async fn for_the_customer(&self, case: &Case, claimed: Vec<Claimed>) -> bool {
        let (of_pair, decides): (Vec<_>, Vec<_>) =
            claimed.into_iter().partition(|claimed| claimed.kind.is_of_pair());
        let followed = self.in_turn(case, decides).await;
        if of_pair.is_empty() {
            return followed;
        }
        let pair = (
            case.corp_id().to_owned(),
            case.event.user_id().map(str::to_owned),
            case.event.external_user_id().map(str::to_owned),
        );
        let _turn = self.0.turns.take(pair).await;
        if Box::pin(self.must_give_way(case)).await {
            for claimed in of_pair {
                Box::pin(self.give_way(&claimed)).await;
            }
            return followed;
        }
        self.in_turn(case, of_pair).await || followed
    }

    /// One after the other. Says whether something follows from one of them.
    async fn in_turn(&self, case: &Case, claimed: Vec<Claimed>) -> bool {
        let mut followed = false;
        for claimed in claimed {
            followed |= self.see_through(case, claimed, &mut None).await;
        }
        followed
    }

    /// Takes up what a settlement has added to the event and goes on with it. What is not taken up is the sweep's.
    async fn go_on(&self, case: &Case, run: i64) {
        if self.0.shutdown.has_begun() {
            return;
        }
        let (now_ms, tidings) = (self.0.clock.now_ms(), self.takes_on());
        let added = self.0.store.take_up_added(case.stored.id, run, &tidings, self.0.process, now_ms);
        // While the database is away nothing is lost by waiting for the sweep.
        let Ok(added) = Box::pin(added).await else { return };
        if added.is_empty() {
            return;
        }
        let at_once = CancellationToken::new();
        at_once.cancel();
        let (tidings, customers) = added.into_iter().partition(|claimed| claimed.kind.is_report());
        let tidings = self.hold_tidings(tidings);
        Box::pin(self.follow_up(case, customers, tidings, &at_once)).await;
    }

    /// Whether another process is at work on the same employee's customer: its calls and ours would be in each other's
    /// way at WeCom (6000).
    async fn must_give_way(&self, case: &Case) -> bool {
        if self.0.limits.processes() < 2 {
            return false;
        }
        let now_ms = self.0.clock.now_ms();
        let held = self.0.store.pair_is_held_elsewhere(&case.stored, self.0.process, now_ms).await;
        // While the database does not answer nobody can tell; WeCom refuses what is in the way, and it is tried again.
        held.unwrap_or(false)
    }
}
