//! From an event to its plan: the rules are asked, the plan is stored once, its actions are handed on.
//!
//! What the rules can decide without asking anybody is planned [at once](Planner::at_once), so that event, plan and actions
//! are one commit. Everything else is planned [after it](Planner::plan): events for which something has to be looked up, and
//! those that were left behind or are run again.
//!
//! **The welcome goes first and alone**: the one thing that may stand before it are look-ups, only those without which
//! it cannot be chosen or written, and only for as long as the budget allows. Rules that hang on a look-up which does
//! not answer in time are decided after the welcome. An event is planned at most once a run, even when two processes
//! see it: the store decides.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::{error, info};

use super::{
    case::{Case, Seen},
    context::Context,
    dispatch::{Dispatcher, Work},
    facts::Findings,
    lookups::{Failed, Gathered, Patience},
    replay_request::ReplayRequest,
};
use crate::{
    action::{Action, Deadline, Plan, PlannedAction, ReasonCode, recorded::decided_without},
    known::apps::WecomApp,
    rules::{Media, Ruleset},
    store::{self, Claimed, ClaimedEvent, NewEvent, NewPlan, PlanRecord, Planned},
    telemetry::chain,
};
use wecom_client::Retries;
use wecom_core::event::{self, Event};

/// How many events may be between their arrival and their plan. Planning takes a millisecond, a look-up up to its
/// budget, so this is two thousand a second at the worst. At some 4 KB each it is 16 MB at most.
pub const PLANNING_MAX: usize = 4_096;

/// How long a callback waits to be admitted as one of them. It leaves time to store it within half of WeCom's five seconds.
const ADMITTED_WITHIN: Duration = Duration::from_millis(1_500);

/// What a look-up leaves of the welcome's window at the least: two tries of `send_welcome_msg`.
const LEFT_FOR_SENDING: Duration = Duration::from_secs(8);

/// How long look-ups may take where no welcome is waiting any more because its window is over, as in most replays. Half
/// of the lease, so that nobody else begins on the event meanwhile.
const UNHURRIED: Duration = Duration::from_secs(5);

/// The pause between tries to store a plan while the database is away. The event's lease bounds how long.
const STORE_AGAIN: Duration = Duration::from_millis(200);

/// How long it is tried before the event is left to the sweep.
const STORE_FOR_MS: i64 = 25_000;

/// An event that is stored and leased to this process.
#[derive(Debug)]
pub struct Received {
    /// The event as it stands in the record, and the right to plan it.
    pub claimed: ClaimedEvent,
    /// The same, parsed.
    pub event: Event,
}

/// The right to be one of the events that are being planned; given back when dropped.
#[derive(Debug)]
pub struct Admission(#[expect(dead_code, reason = "held, not read")] OwnedSemaphorePermit);

/// Plans events.
#[derive(Clone, Debug)]
pub struct Planner {
    context: Arc<Context>,
    dispatcher: Dispatcher,
    permits: Arc<Semaphore>,
}

impl Planner {
    /// A planner that hands on to `dispatcher`.
    pub fn new(context: Arc<Context>, dispatcher: Dispatcher) -> Self {
        Self { context, dispatcher, permits: Arc::new(Semaphore::new(PLANNING_MAX)) }
    }

    /// Waits until one more event may be planned. `None`: there are too many already, and WeCom had better deliver again.
    pub async fn admit(&self) -> Option<Admission> {
        let permit = Arc::clone(&self.permits).acquire_owned();
        tokio::time::timeout(ADMITTED_WITHIN, permit).await.ok()?.ok().map(Admission)
    }

    /// How many more events can be planned at once.
    pub fn room(&self) -> usize {
        self.permits.available_permits()
    }

    /// The plan of an event that has just arrived, to be stored with it. `None`: it has to be planned after it, because its
    /// welcome asks for something, because the rules break down on it, or because this process may not begin anything.
    pub async fn at_once(&self, app: &WecomApp, event: &Event, new: &NewEvent) -> Option<NewPlan> {
        if !self.context.may_begin() {
            return None;
        }
        self.invalidate(app, event).await;
        let ruleset = self.context.rulebook.current();
        let now_ms = self.context.clock.now_ms();
        let (happened_at_ms, received_at_ms) = (new.happened_at_ms, new.received_at_ms);
        let seen = Seen { app, event, happened_at_ms, received_at_ms };
        let plan = unless_it_panics(|| {
            let found = Findings::default();
            if !ruleset.needs(&seen.facts(&found, &Media::as_written(), now_ms)).is_nothing() {
                return None;
            }
            let media = app.media.ids(ruleset.version());
            Some(ruleset.plan(&seen.facts(&found, &media, now_ms)))
        });
        Some(self.new_plan(&ruleset, plan?, now_ms))
    }

    /// Goes on with an event whose plan is in the record with it.
    pub fn go_on(&self, work: Work) {
        if !work.claimed.is_empty() {
            self.dispatcher.hand_over(work);
        }
    }

    /// A plan of these rules, with what this process takes on of it now.
    fn new_plan(&self, ruleset: &Ruleset, plan: Plan, now_ms: i64) -> NewPlan {
        NewPlan {
            process: self.context.process,
            ruleset_version: (ruleset.version() > 0).then_some(ruleset.version()),
            plan,
            hold_followups: self.dispatcher.has_room(),
            hold_reports: self.dispatcher.takes_on(),
            now_ms,
        }
    }

    /// Plans an event in the background.
    pub fn hand_over(&self, received: Received, admission: Admission) {
        let planner = self.clone();
        self.context.shutdown.spawn_until_hard(async move {
            if let Some(replay) = planner.replay_of(&received).await
                && let Some(work) = planner.plan(received, replay).await
            {
                planner.dispatcher.hand_over(work);
            }
            drop(admission);
        });
    }

    /// What the runs before this one have done already: a replay that another process has begun is planned like any event,
    /// and still greets and notifies nobody twice. `None`: the database is away, and the event is left to the sweep.
    async fn replay_of(&self, received: &Received) -> Option<ReplayRequest> {
        let (id, run) = (received.claimed.event.id, received.claimed.run);
        if run == 0 {
            return Some(ReplayRequest::default());
        }
        let record = self.context.store.event(id).await.ok()??;
        Some(ReplayRequest::of(&record, run, received.claimed.only, false))
    }

    /// Plans an event and stores the plan. `None`: there is nothing to do for this process.
    pub async fn plan(&self, received: Received, replay: ReplayRequest) -> Option<Work> {
        let Received { claimed, event } = received;
        // For as long as it may be that the event is its own.
        let within = Duration::from_millis(STORE_FOR_MS.unsigned_abs());
        if !self.context.may_begin() && !Box::pin(self.context.may_begin_within(within)).await {
            return None;
        }
        let case = Case::open(&self.context.apps, &claimed.event, event)?;
        self.invalidate(&case.app, &case.event).await;
        let ruleset = self.context.rulebook.current();
        let plan = self.decide(&case, &ruleset, &replay).await;
        let new = self.new_plan(&ruleset, plan, self.context.clock.now_ms());
        let record = PlanRecord { claimed, new };
        let claimed = self.store(&case, record).await?;
        (!claimed.is_empty()).then_some(Work { case, claimed })
    }

    /// What the rules would do now, without storing or calling anything.
    pub fn preview(&self, case: &Case, replay: &ReplayRequest) -> Plan {
        let ruleset = self.context.rulebook.current();
        let (found, media) = (Findings::default(), case.app.media.ids(ruleset.version()));
        let mut plan = ruleset.plan(&case.facts(&found, &media, self.context.clock.now_ms()));
        let open = replay.reported.left_open(&plan);
        plan.actions.extend(open);
        replay.limit(&mut plan);
        plan
    }

    /// Forgets what the event says has changed at WeCom, before anything is looked up for it.
    async fn invalidate(&self, app: &WecomApp, event: &Event) {
        self.context.lookups.invalidate(&self.context.apps, event).await;
        if matches!(event.kind, event::Kind::CustomerTag(_)) {
            app.tags.invalidate();
        }
    }

    /// Has the rules decide, with what the welcome cannot be chosen or written without.
    async fn decide(&self, case: &Case, ruleset: &Ruleset, replay: &ReplayRequest) -> Plan {
        let patience = Patience { within: self.budget(case), retries: Retries::Standard };
        let gathered = self.context.lookups.gather(case, patience, |facts| ruleset.needs(facts), |_| false);
        // On the heap: few events look anything up.
        let Gathered { found, failed, .. } = Box::pin(gathered).await;
        let media = case.app.media.ids(ruleset.version());
        let facts = case.facts(&found, &media, self.context.clock.now_ms());
        let mut plan = if found.is_lacking() {
            ruleset.plan_without(&facts, found.incomplete)
        } else {
            ruleset.plan(&facts)
        };
        note(&mut plan, &failed);
        replay.limit(&mut plan);
        plan
    }

    /// How long look-ups may take now.
    fn budget(&self, case: &Case) -> Duration {
        if self.dispatcher.is_unreachable(case.corp_id()) {
            // They would all ask a WeCom that answers nobody; the welcomes' tries say when it does again.
            return Duration::ZERO;
        }
        let deadline = Deadline::of_welcome(case.event.create_time_s(), case.stored.received_at_ms);
        match deadline.left(self.context.clock.now_ms()) {
            Some(left) => left
                .checked_sub(LEFT_FOR_SENDING)
                .map_or(Duration::ZERO, |left| left.min(self.context.wecom.lookup_budget)),
            None => UNHURRIED,
        }
    }

    /// Stores the plan. Its actions, as far as they are this process's to perform; `None`: the event is not, for now.
    async fn store(&self, case: &Case, record: PlanRecord) -> Option<Vec<Claimed>> {
        let (id, app) = (case.id(), &case.stored.app);
        let summary = summary(&record.new.plan);
        let lease = record.claimed.clone();
        match self.store_while_away(record).await {
            Ok(Planned::Stored(claimed)) => {
                info!(event.id = id, app = %app, "Planned for event {id}: {summary}");
                Some(claimed)
            }
            // By another, as a rule; or by ourselves, and the answer got lost when the connection broke.
            Ok(Planned::AlreadyPlanned) => {
                let Context { store, clock, process, .. } = &*self.context;
                store.take_up(&lease, *process, clock.now_ms()).await.ok()
            }
            Ok(Planned::LeaseLost) => None,
            Err(error) => {
                error!(event.id = id, error = %chain(&error), "The plan of event {id} could not be stored; it is planned again when the database is back");
                None
            }
        }
    }

    /// Tries again and again while the database is away, for as long as the event is ours.
    async fn store_while_away(&self, record: PlanRecord) -> Result<Planned, store::Error> {
        let Context { store, clock, .. } = &*self.context;
        let until_ms = clock.steady_ms() + STORE_FOR_MS;
        loop {
            match store.plan(record.clone()).await {
                Err(_) if clock.steady_ms() < until_ms => clock.sleep(STORE_AGAIN).await,
                ended => return ended,
            }
        }
    }
}

/// Notes in the welcome what it had to be chosen or written without: everything was asked for because of the welcome. An
/// answer that is only incomplete is not noted, as nobody knows whether the missing part mattered.
fn note(plan: &mut Plan, failed: &[Failed]) {
    for planned in &mut plan.actions {
        if let PlannedAction::Perform { action: Action::Welcome(welcome), .. } = planned {
            let missing = failed.iter().filter(|failed| !failed.is_part);
            let without = missing.map(|failed| decided_without([(failed.what, failed.message.as_str())]));
            welcome.lesser.extend(without);
            if !welcome.lesser.is_empty() {
                welcome.lesser_code = Some(ReasonCode::LookupFailed);
            }
        }
    }
}

/// What is planned, and by which rules, for the log.
pub(super) fn summary(plan: &Plan) -> String {
    let rules: Vec<_> = plan.rules.iter().map(|rule| rule.name.as_str()).collect();
    let kinds: Vec<_> = plan
        .actions
        .iter()
        .filter(|planned| matches!(planned, PlannedAction::Perform { .. }))
        .map(|planned| planned.kind().as_str())
        .collect();
    let kinds = if kinds.is_empty() { "nothing".to_owned() } else { kinds.join(", ") };
    format!("{kinds} by {rules:?}")
}

/// What comes of it, unless it panics: what can be done without it must not end with it.
fn unless_it_panics<T>(plan: impl FnOnce() -> Option<T>) -> Option<T> {
    // Nothing that it works with can be half changed afterwards: it only reads.
    catch_unwind(AssertUnwindSafe(plan)).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_that_panic_give_no_plan_and_nothing_else() {
        assert_eq!(unless_it_panics(|| Some(1)), Some(1));
        assert_eq!(unless_it_panics(|| Some("a".repeat(usize::MAX))), None);
    }
}
