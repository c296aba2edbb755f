//! From a stored event to its plan: the rules are asked, the plan is stored once, its actions are handed on.
//!
//! **The welcome goes first and alone**: the one thing that may stand before it are look-ups, only those without which
//! it cannot be chosen or written, and only for as long as the budget allows. Rules that hang on a look-up which does
//! not answer in time are decided after the welcome. An event is planned at most once a run, even when two processes
//! see it: the store decides.

use std::{sync::Arc, time::Duration};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::{error, info};

use super::{
    case::Case,
    context::Context,
    dispatch::{Dispatcher, Work},
    facts::Findings,
    lookups::{Failed, Gathered, Patience},
    reported::Reported,
};
use crate::{
    action::{Action, Deadline, Kind, Plan, PlannedAction, ReasonCode, Status, Trigger},
    rules::Ruleset,
    store::{self, ActionRecord, Claimed, ClaimedEvent, EventRecord, PlanRecord, Planned},
    telemetry::chain,
};
use wecom_client::Retries;
use wecom_core::event::{self, Event};

/// How many events may be between their arrival and their plan. Planning takes a millisecond, a look-up up to its
/// budget, so this is two thousand a second at the worst. At some 4 KB each it is 16 MB at most.
pub const PLANNING_MAX: usize = 4_096;

/// How long a callback waits to be admitted as one of them. With the rest of the ack it stays below WeCom's five seconds.
const ADMITTED_WITHIN: Duration = Duration::from_secs(2);

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
    /// How long its ack took, where this process gave it.
    pub acked_after_us: Option<i64>,
}

/// The right to be one of the events that are being planned; given back when dropped.
#[derive(Debug)]
pub struct Admission(#[expect(dead_code, reason = "held, not read")] OwnedSemaphorePermit);

/// What a replay asks for that a first run does not.
#[derive(Clone, Debug, Default)]
pub struct ReplayRequest {
    /// Only this kind of action.
    pub only: Option<Kind>,
    /// Notices and forwards that were sent are sent again.
    pub repeat_reports: bool,
    /// The welcome has been sent already.
    pub welcomed: bool,
    /// What was sent to employees and other systems already.
    pub reported: Reported,
}

impl ReplayRequest {
    /// A replay of this event, as its run of that number: with what its earlier runs have done.
    pub fn of(record: &EventRecord, run: i64, only: Option<Kind>, repeat_reports: bool) -> Self {
        let done = |action: &ActionRecord| action.kind == Kind::Welcome && action.status == Status::Done;
        Self {
            only,
            repeat_reports,
            // By us or by another.
            welcomed: record.actions.iter().any(done),
            reported: if repeat_reports { Reported::default() } else { Reported::before(record, run) },
        }
    }
}

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
        Some(ReplayRequest::of(&record, run, None, false))
    }

    /// Plans an event and stores the plan. `None`: there is nothing to do for this process.
    pub async fn plan(&self, received: Received, replay: ReplayRequest) -> Option<Work> {
        let Received { claimed, event, acked_after_us } = received;
        // For as long as it may be that the event is its own.
        let within = Duration::from_millis(STORE_FOR_MS.unsigned_abs());
        if !self.context.may_begin() && !Box::pin(self.context.may_begin_within(within)).await {
            return None;
        }
        let case = Case::open(&self.context.apps, &claimed.event, event)?;
        self.invalidate(&case).await;
        let ruleset = self.context.rulebook.current();
        let plan = self.decide(&case, &ruleset, &replay).await;
        let record = PlanRecord {
            claimed,
            process: self.context.process,
            ruleset_version: (ruleset.version() > 0).then_some(ruleset.version()),
            acked_after_us,
            plan,
            hold_followups: self.dispatcher.has_room(),
            hold_reports: self.dispatcher.takes_on(),
            now_ms: self.context.clock.now_ms(),
        };
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
        limit_to(&mut plan, replay);
        plan
    }

    /// Forgets what the event says has changed at WeCom, before anything is looked up for it.
    async fn invalidate(&self, case: &Case) {
        self.context.lookups.invalidate(&self.context.apps, &case.event).await;
        if matches!(case.event.kind, event::Kind::CustomerTag(_)) {
            case.app.tags.invalidate();
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
        limit_to(&mut plan, replay);
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
        let rules: Vec<_> = record.plan.rules.iter().map(|rule| rule.name.as_str()).collect();
        let summary = format!("Planned {} for event {id} by {rules:?}", kinds(&record.plan));
        let lease = record.claimed.clone();
        match self.store_while_away(record).await {
            Ok(Planned::Stored(claimed)) => {
                info!(event.id = id, app = %app, "{summary}");
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
            let without =
                missing.map(|failed| format!("decided without {} ({})", failed.what, failed.message));
            welcome.lesser.extend(without);
            if !welcome.lesser.is_empty() {
                welcome.lesser_code = Some(ReasonCode::LookupFailed);
            }
        }
    }
}

fn limit_to(plan: &mut Plan, replay: &ReplayRequest) {
    for planned in &mut plan.actions {
        if let PlannedAction::Perform { action: Action::Decide(decide), .. } = planned {
            decide.repeat_reports = replay.repeat_reports;
        }
    }
    if let Some(only) = replay.only {
        // What is left open may be of that kind, and is decided for that kind alone; it never makes a welcome. The
        // notice that there was none belongs to the welcome.
        plan.actions.retain(|planned| {
            let kind = if reports_no_welcome(planned) { Kind::Welcome } else { planned.kind() };
            kind == only || (kind == Kind::Decide && only != Kind::Welcome)
        });
        for planned in &mut plan.actions {
            if let PlannedAction::Perform { action: Action::Decide(decide), .. } = planned {
                decide.only = Some(only).filter(|only| *only != Kind::Decide);
                decide.missed = None;
            }
        }
    }
    if replay.welcomed {
        // There was one, even if by the rules of today there would be none.
        plan.actions.retain(|planned| !reports_no_welcome(planned));
        for planned in &mut plan.actions {
            if let PlannedAction::Perform { action: Action::Decide(decide), .. } = planned {
                decide.missed = None;
            }
        }
    }
    for planned in &mut plan.actions {
        if replay.welcomed
            && matches!(planned, PlannedAction::Perform { .. })
            && planned.kind() == Kind::Welcome
        {
            *planned = PlannedAction::Skip {
                kind: Kind::Welcome,
                reason: ReasonCode::AlreadySent.because("the welcome was sent already"),
            };
        }
    }
    replay.reported.leave_out_of(plan);
}

fn reports_no_welcome(planned: &PlannedAction) -> bool {
    matches!(planned, PlannedAction::Perform { action: Action::Notify(notice), .. } if notice.on == Trigger::MissedWelcome)
}

/// The kinds of what is planned, for the log.
fn kinds(plan: &Plan) -> String {
    let kinds: Vec<_> = plan
        .actions
        .iter()
        .filter(|planned| matches!(planned, PlannedAction::Perform { .. }))
        .map(|planned| planned.kind().as_str())
        .collect();
    if kinds.is_empty() { "nothing".to_owned() } else { kinds.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::{Decide, Notify, Recipients, Welcome};
    use wecom_core::message::{SendWelcomeMsg, Text};

    fn welcome(text: &str) -> PlannedAction {
        let text = Some(Text { content: text.into() });
        let action = Action::Welcome(Welcome {
            message: SendWelcomeMsg::content(text, Vec::new()),
            ..Welcome::default()
        });
        PlannedAction::Perform { action, deadline: None }
    }

    fn perform(action: Action) -> PlannedAction {
        PlannedAction::Perform { action, deadline: None }
    }

    fn decide(only: Option<Kind>) -> PlannedAction {
        perform(Action::Decide(Decide { asks: vec!["customer".into()], only, ..Decide::default() }))
    }

    fn notice(on: Trigger) -> PlannedAction {
        perform(Action::Notify(Notify {
            rule: "a".into(),
            on,
            to: Recipients::Department(3),
            text: "x".into(),
            reason: None,
            code: None,
            unrendered: false,
        }))
    }

    #[test]
    fn a_replay_of_one_kind_decides_for_that_kind_alone() {
        for (only, left) in [
            (Kind::Tag, vec![decide(Some(Kind::Tag))]),
            (Kind::Welcome, vec![welcome("您好")]),
            (Kind::Decide, vec![decide(None)]),
        ] {
            let mut plan = Plan { rules: Vec::new(), actions: vec![welcome("您好"), decide(None)] };
            limit_to(&mut plan, &ReplayRequest { only: Some(only), ..ReplayRequest::default() });
            assert_eq!(plan.actions, left, "{only}");
        }
    }

    #[test]
    fn a_notice_of_no_welcome_belongs_to_the_welcome_and_is_dropped_where_there_was_one() {
        let skip =
            || PlannedAction::Skip { kind: Kind::Welcome, reason: ReasonCode::BlankText.because("blank") };
        let missed = || {
            let decide = Decide { missed: Some(ReasonCode::BlankText), ..Decide::default() };
            perform(Action::Decide(decide))
        };
        let missed_notice = || notice(Trigger::MissedWelcome);
        for (replay, left) in [
            (
                ReplayRequest { only: Some(Kind::Welcome), ..ReplayRequest::default() },
                vec![skip(), missed_notice()],
            ),
            (
                ReplayRequest { only: Some(Kind::Notify), ..ReplayRequest::default() },
                vec![decide_for(Kind::Notify), notice(Trigger::Event)],
            ),
            (
                ReplayRequest { welcomed: true, ..ReplayRequest::default() },
                vec![skip(), decide_without(), notice(Trigger::Event)],
            ),
        ] {
            let actions = vec![skip(), missed(), notice(Trigger::Event), missed_notice()];
            let mut plan = Plan { rules: Vec::new(), actions };
            limit_to(&mut plan, &replay);
            assert_eq!(plan.actions, left, "{replay:?}");
        }
    }

    fn decide_for(only: Kind) -> PlannedAction {
        perform(Action::Decide(Decide { only: Some(only), ..Decide::default() }))
    }

    fn decide_without() -> PlannedAction {
        perform(Action::Decide(Decide::default()))
    }
}
