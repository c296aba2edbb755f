//! Tries one action until it ends or is left for later: in time, under its limit, never begun after its deadline.
//!
//! A welcome's try that began in time is not cut off at the deadline where no other can follow it: WeCom may have sent the
//! welcome, and only its answer says so. Its place among the calls that are under way is free for others meanwhile.

use std::{future::Future, time::Duration};

use tokio_util::sync::DropGuard;

use super::{
    limits::{Limit, Permit},
    pace,
    perform::perform,
    record::{Seat, Step},
    state::State,
    time::{DURABLE_CALL_MAX, Time},
};
use crate::{
    action::{Action, Deadline, Kind, ReasonCode},
    flow::{case::Case, context::Context},
    store::Claimed,
};
use wecom_core::clock::Watch;

/// The pause between tries to take a lease again that was taken before others may have taken over.
const CLAIM_AGAIN: Duration = Duration::from_millis(200);

/// How long the call for a tag, a remark or a look-up may still take when the process ends. WeCom answers in half of that, and a
/// call that is broken off is made again by whoever runs next: that changes nothing.
const ENDING_CALL_WITHIN: Duration = Duration::from_millis(200);

/// The same of a forward, whose receiver knows what it gets twice by its id, and may be slow.
const ENDING_FORWARD_WITHIN: Duration = Duration::from_secs(1);

/// How often is looked whether WeCom is away while the process ends.
const LOOKS_EVERY: Duration = Duration::from_millis(100);

/// By then a customer who is being forgotten is; until then no sweep is to bring back what is theirs.
const FORGOTTEN_WITHIN_MS: i64 = 60_000;

/// What came of waiting for a permit.
enum Waited {
    /// A call may be made.
    Permit(Permit),
    /// The action's deadline came first.
    Expired,
    /// The process is stopping.
    Ending,
}

impl State {
    /// Tries one action until it ends or is left for later; `tried` is dropped when the first try is over. Returns
    /// whether further actions of the event were stored with its end.
    pub(super) async fn see_through(
        &self,
        case: &Case,
        mut claimed: Claimed,
        tried: &mut Option<DropGuard>,
    ) -> bool {
        let mut watch = self.context.clock.watch();
        // Only what is due is claimed, so the first try need not wait.
        let mut due_ms = watch.now_ms();
        loop {
            if !self.wait(due_ms, &watch, &claimed).await {
                // Signing off frees what is left.
                return false;
            }
            if claimed.deadline.is_none() {
                // Only a deadline has to come in time although the clock is set back; other instants follow it.
                watch = self.context.clock.watch();
            }
            let step = self.attempt(case, &mut claimed, &watch, tried).await;
            drop(tried.take());
            match step {
                Step::Again { at_ms } => due_ms = at_ms,
                Step::Ended { followed } => return followed,
                Step::Left => return false,
            }
        }
    }

    /// Waits until the action is due. `false`: the process is ending, and this is not worth waiting for.
    async fn wait(&self, due_ms: i64, watch: &Watch, claimed: &Claimed) -> bool {
        let due = watch.sleep_until(due_ms);
        if claimed.kind == Kind::Welcome {
            // Seconds, not more; the grace at the end is for these.
            due.await;
            return true;
        }
        tokio::select! {
            biased;
            () = self.context.shutdown.begun() => false,
            () = due => true,
        }
    }

    /// Makes one try, under the limits of its corp or address, and has its end recorded.
    async fn attempt(
        &self,
        case: &Case,
        claimed: &mut Claimed,
        watch: &Watch,
        tried: &mut Option<DropGuard>,
    ) -> Step {
        let processes = self.limits.processes();
        let steady_ms = self.context.clock.steady_ms();
        if let Some(free_at_ms) = self.pace.full_until(case, &claimed.action, processes, steady_ms) {
            let free_at_ms = self.now_ms() + free_at_ms - steady_ms;
            return self.leave_for(claimed, free_at_ms, pace::why()).await;
        }
        let whose =
            if let Action::Forward(forward) = &claimed.action { &forward.url } else { case.corp_id() };
        let limit = self.limits.of(whose, claimed.kind);
        let permit = loop {
            if !self.may_begin(claimed) && !Box::pin(self.make_ours(claimed)).await {
                return Step::Left;
            }
            if is_over(claimed.deadline, watch) {
                // It is ours, and to record that nothing more is done takes no standing.
                break None;
            }
            match self.permit(&limit, claimed, watch).await {
                Waited::Permit(permit) if self.may_begin(claimed) => break Some(permit),
                // It was waited for so long that others may have taken over, or that it is too late.
                Waited::Permit(_) | Waited::Expired => {}
                Waited::Ending => return Step::Left,
            }
        };
        if self.is_forgotten(case) {
            let why = ReasonCode::Waiting.because("the customer is being forgotten");
            return self.leave_for(claimed, self.now_ms() + FORGOTTEN_WITHIN_MS, why).await;
        }
        let now_ms = watch.now_ms();
        let (Some(permit), Some(time)) = (permit, Time::of(claimed, now_ms)) else {
            return Box::pin(self.expire(case, claimed)).await;
        };
        if claimed.deadline.is_none() && now_ms + millis(DURABLE_CALL_MAX) >= claimed.lease_until_ms {
            // It waited too long for its turn: soon it is somebody else's, and a call of ours would be one too many.
            return Step::Left;
        }
        if claimed.attempts == 0 && claimed.kind == Kind::Welcome {
            self.context.metrics.welcome_leaves(&case.app.name, case.age_ms(now_ms));
        }
        let place = permit.place();
        let call = perform(&self.context, case, claimed, now_ms, time);
        let (performed, permit) = tokio::select! {
            biased;
            performed = self.in_its_place(call, time, permit, tried) => performed,
            () = self.must_leave(claimed.kind) => return Step::Left,
        };
        // On the heap, too.
        let seat = Seat { limit, place, permit };
        Box::pin(self.record(case, claimed, watch, now_ms, performed, seat)).await
    }

    /// Whether the customer is being forgotten, so that nothing more is begun for them: it is given back, and whoever forgets them
    /// takes it out.
    fn is_forgotten(&self, case: &Case) -> bool {
        self.context.forgotten.covers(case.stored.received_at_ms, case.stored.external_user_id.as_deref())
    }

    /// Whether a call may start for this action: others take this process for alive, and have done so ever since it took
    /// the lease.
    fn may_begin(&self, claimed: &Claimed) -> bool {
        self.context.may_begin() && claimed.term == self.context.store.standing().term()
    }

    /// Waits until the process may begin something, and takes the lease again, past the deadline too: its own leases are
    /// swept by no process that lives, so nobody else would record soon that it came. `false`: somebody else has it, or
    /// this process is ending.
    async fn make_ours(&self, claimed: &mut Claimed) -> bool {
        let Context { store, clock, process, shutdown, .. } = &*self.context;
        let ours = async {
            loop {
                store.standing().regained(clock).await;
                match store.claim_anew(claimed, *process).await {
                    Ok(is_ours) => return is_ours,
                    // Not by the clock of this process: it is the database that needs a moment.
                    Err(_) => tokio::time::sleep(CLAIM_AGAIN).await,
                }
            }
        };
        tokio::select! {
            biased;
            ours = ours => ours,
            () = shutdown.begun() => false,
        }
    }

    /// Returns when this process ends and has no more time for a call of this kind. A welcome's has an end of its own, and a
    /// notice that is sent twice is read twice.
    async fn must_leave(&self, kind: Kind) {
        let within = match kind {
            Kind::Tag | Kind::Remark | Kind::Decide => ENDING_CALL_WITHIN,
            Kind::Forward => ENDING_FORWARD_WITHIN,
            Kind::Welcome | Kind::Notify => return std::future::pending().await,
        };
        self.context.shutdown.begun().await;
        // Not by the clock of this process: whoever ends it waits by another.
        tokio::time::sleep(within).await;
    }

    /// Returns when this process ends while WeCom is away: what waits here for it to come back is as well off with the next.
    async fn ends_in_vain(&self, limit: &Limit) {
        self.context.shutdown.begun().await;
        while !limit.standing(&self.context.clock).1 {
            tokio::time::sleep(LOOKS_EVERY).await;
        }
    }

    /// Waits for a call, and gives its place away when it takes longer than others have: what waits for this first try, and
    /// for one of the calls that may be under way, waits no longer. Else the place is still held when the call has ended: what
    /// the answer says of the limit comes before the next call.
    async fn in_its_place<T>(
        &self,
        call: impl Future<Output = T>,
        time: Time,
        permit: Permit,
        tried: &mut Option<DropGuard>,
    ) -> (T, Option<Permit>) {
        let mut call = std::pin::pin!(call);
        tokio::select! {
            biased;
            done = &mut call => return (done, Some(permit)),
            () = self.context.clock.sleep(time.in_place) => {}
        }
        drop(permit);
        drop(tried.take());
        (call.await, None)
    }

    /// Waits until one more call of this kind may be made.
    async fn permit(&self, limit: &Limit, claimed: &Claimed, watch: &Watch) -> Waited {
        let clock = &self.context.clock;
        let left_ms = |deadline: Deadline| deadline.as_ms().saturating_sub(watch.now_ms());
        let deadline_ms =
            claimed.deadline.map(|deadline| clock.steady_ms().saturating_add(left_ms(deadline)));
        match claimed.deadline {
            None => tokio::select! {
                biased;
                () = self.context.shutdown.begun() => Waited::Ending,
                permit = limit.permit(clock, deadline_ms) => Waited::Permit(permit),
            },
            Some(deadline) => tokio::select! {
                biased;
                permit = limit.permit(clock, deadline_ms) => Waited::Permit(permit),
                () = watch.sleep_until(deadline.as_ms()) => Waited::Expired,
                () = self.ends_in_vain(limit) => Waited::Ending,
            },
        }
    }
}

/// Whether there is a deadline and it has come.
fn is_over(deadline: Option<Deadline>, watch: &Watch) -> bool {
    deadline.is_some_and(|deadline| deadline.left(watch.now_ms()).is_none())
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
