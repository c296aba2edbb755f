//! From a stored event to its plan: the rules are asked, the plan is stored once, its actions are handed on.
//!
//! **The welcome goes first and alone**: the one thing that may stand before it is the customer's look-up, only when
//! the welcome's own text asks for it, and only for as long as the budget allows. An event is planned at most once a
//! run, even when two processes see it: the store decides.

use std::{sync::Arc, time::Duration};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::{error, info, warn};

use crate::{
    action::{Deadline, Kind, Plan, Planned as PlannedAction},
    apps::{Apps, WecomApp},
    clock::Clock,
    dispatch::{Dispatcher, Work},
    event::{self, Event},
    facts::{Finding, Findings, customer_of, facts},
    rulebook::Rulebook,
    rules::{Customer, Media, Ruleset},
    shutdown::Shutdown,
    store::{self, ClaimedEvent, PlanRecord, Planned, ProcessId, Store, StoredEvent},
    telemetry::chain,
    wecom::{CallOptions, Retries},
};

/// How many events may be between their arrival and their plan. Planning takes a millisecond, a look-up up to its
/// budget, so this is two thousand a second at the worst. At some 4 KB each it is 16 MB at most.
pub const PLANNING_MAX: usize = 4_096;

/// How long a callback waits for a place among them. With the rest of the ack it stays below WeCom's five seconds.
const PLACE_WITHIN: Duration = Duration::from_secs(2);

/// What a look-up leaves of the welcome's window at the least: two tries of `send_welcome_msg`.
const LEFT_FOR_SENDING: Duration = Duration::from_secs(8);

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

/// A place among the events that are being planned; given back when dropped.
#[derive(Debug)]
pub struct Place(#[expect(dead_code, reason = "held, not read")] OwnedSemaphorePermit);

/// What a replay does differently.
#[derive(Clone, Copy, Debug, Default)]
pub struct Replay {
    /// Only this kind of action.
    pub only: Option<Kind>,
    /// The welcome has been sent already.
    pub welcomed: bool,
}

/// Plans events.
#[derive(Clone, Debug)]
pub struct Planner {
    parts: Arc<Parts>,
    places: Arc<Semaphore>,
}

/// What a planner works with.
#[derive(Debug)]
pub struct Parts {
    /// Where plans are stored.
    pub store: Store,
    /// The apps whose events are planned.
    pub apps: Apps,
    /// The rules in force.
    pub rulebook: Rulebook,
    /// Who performs what is planned.
    pub dispatcher: Dispatcher,
    /// The time.
    pub clock: Clock,
    /// The end.
    pub shutdown: Shutdown,
    /// In whose name events are leased.
    pub process: ProcessId,
    /// How long a welcome waits for its customer's name.
    pub lookup_budget: Duration,
}

impl Planner {
    /// A planner with these parts.
    pub fn new(parts: Parts) -> Self {
        Self { parts: Arc::new(parts), places: Arc::new(Semaphore::new(PLANNING_MAX)) }
    }

    /// The process in whose name events are leased.
    pub fn process(&self) -> ProcessId {
        self.parts.process
    }

    /// Waits for a place for one more event. `None`: there are too many already, and WeCom had better deliver again.
    pub async fn place(&self) -> Option<Place> {
        let place = Arc::clone(&self.places).acquire_owned();
        tokio::time::timeout(PLACE_WITHIN, place).await.ok()?.ok().map(Place)
    }

    /// How many more events can be planned at once.
    pub fn room(&self) -> usize {
        self.places.available_permits()
    }

    /// Plans an event in the background.
    pub fn hand_over(&self, received: Received, place: Place) {
        let planner = self.clone();
        self.parts.shutdown.spawn_until_hard(async move {
            let work = planner.plan(received, Replay::default()).await;
            if let Some(work) = work {
                planner.parts.dispatcher.hand_over(work);
            }
            drop(place);
        });
    }

    /// Plans an event and stores the plan. `None`: there is nothing to do for this process.
    pub async fn plan(&self, received: Received, replay: Replay) -> Option<Work> {
        let Received { claimed, event, acked_after_us } = received;
        let stored = Arc::clone(&claimed.event);
        let Some(app) = self.parts.apps.get(&stored.app).cloned() else {
            // Its lease is left to run out: another process may have the app in its settings.
            warn!(
                event.id = stored.id,
                "Event {} is of app `{}`, which is not in the settings", stored.id, stored.app
            );
            return None;
        };
        if matches!(event.kind, event::Kind::CustomerTag(_)) {
            app.tags.changed();
        }
        let ruleset = self.parts.rulebook.current();
        let customer = Box::pin(self.look_up(&ruleset, &app, &stored, &event)).await;
        let found = Findings { customer, ..Findings::default() };
        let media = app.media.ids(ruleset.version());
        let mut plan = ruleset.plan(&facts(&app, &stored, &event, &found, &media, self.parts.clock.now_ms()));
        limit_to(&mut plan, replay);
        let rules: Vec<_> = plan.rules.iter().map(|rule| rule.name.as_str()).collect();
        let told = format!("Planned {} for event {} by {rules:?}", told(&plan), stored.id);
        let lease = claimed.clone();
        let record = PlanRecord {
            claimed,
            process: self.parts.process,
            ruleset_version: (ruleset.version() > 0).then_some(ruleset.version()),
            acked_after_us,
            plan,
            hold_followups: self.parts.dispatcher.has_room(),
            now_ms: self.parts.clock.now_ms(),
        };
        match self.store_plan(record).await {
            Ok(Planned::Stored(claimed)) => {
                info!(event.id = stored.id, app = %stored.app, "{told}");
                (!claimed.is_empty()).then(|| Work { app, stored, event: Arc::new(event), claimed })
            }
            // By another, as a rule; or by ourselves, and the answer got lost when the connection broke.
            Ok(Planned::AlreadyPlanned) => {
                let claimed = self
                    .parts
                    .store
                    .take_up(&lease, self.parts.process, self.parts.clock.now_ms())
                    .await
                    .ok()?;
                (!claimed.is_empty()).then(|| Work { app, stored, event: Arc::new(event), claimed })
            }
            Ok(Planned::LeaseLost) => None,
            Err(error) => {
                error!(event.id = stored.id, error = %chain(&error), "The plan of event {} could not be stored; it is planned again when the database is back", stored.id);
                None
            }
        }
    }

    /// What the rules would do now, without storing or calling anything.
    pub fn preview(&self, stored: &StoredEvent, event: &Event, replay: Replay) -> Option<Plan> {
        let app = self.parts.apps.get(&stored.app)?;
        let ruleset = self.parts.rulebook.current();
        let (found, media) = (Findings::default(), app.media.ids(ruleset.version()));
        let facts = facts(app, stored, event, &found, &media, self.parts.clock.now_ms());
        let mut plan = ruleset.plan(&facts);
        limit_to(&mut plan, replay);
        Some(plan)
    }

    /// Fetches the customer if the welcome asks for one, inside the budget.
    async fn look_up(
        &self,
        ruleset: &Ruleset,
        app: &WecomApp,
        stored: &StoredEvent,
        event: &Event,
    ) -> Finding<Customer> {
        let (found, media) = (Findings::default(), Media::as_written());
        if !ruleset.needs(&facts(app, stored, event, &found, &media, self.parts.clock.now_ms())).customer {
            return Finding::NotAsked;
        }
        let deadline = Deadline::of_welcome(event.create_time_s(), stored.received_at_ms);
        let budget = deadline
            .left(self.parts.clock.now_ms())
            .and_then(|left| left.checked_sub(LEFT_FOR_SENDING))
            .map_or(Duration::ZERO, |left| left.min(self.parts.lookup_budget));
        let Some(external_userid) = event.external_user_id().filter(|_| !budget.is_zero()) else {
            return Finding::Unavailable;
        };
        let asked = app.client.external().get(
            external_userid,
            None,
            CallOptions { timeout: budget, retries: Retries::Standard },
        );
        match tokio::time::timeout(budget, asked).await {
            Ok(Ok(contact)) => Finding::Found(Box::new(customer_of(contact))),
            Ok(Err(error)) => {
                warn!(
                    event.id = stored.id,
                    "The customer of event {} could not be looked up: {error}", stored.id
                );
                Finding::Unavailable
            }
            Err(_) => {
                warn!(
                    event.id = stored.id,
                    "The look-up of event {}'s customer took longer than {budget:?}", stored.id
                );
                Finding::Unavailable
            }
        }
    }

    /// Stores the plan, again and again while the database is away, for as long as the event is ours.
    async fn store_plan(&self, record: PlanRecord) -> Result<Planned, store::Error> {
        let until_ms = self.parts.clock.now_ms() + STORE_FOR_MS;
        loop {
            match self.parts.store.plan(record.clone()).await {
                Err(_) if self.parts.clock.now_ms() < until_ms => self.parts.clock.sleep(STORE_AGAIN).await,
                ended => return ended,
            }
        }
    }
}

fn limit_to(plan: &mut Plan, replay: Replay) {
    if let Some(only) = replay.only {
        plan.actions.retain(|planned| planned.kind() == only);
    }
    for planned in &mut plan.actions {
        if replay.welcomed
            && matches!(planned, PlannedAction::Perform { .. })
            && planned.kind() == Kind::Welcome
        {
            *planned = PlannedAction::Skip {
                kind: Kind::Welcome,
                reason: "the welcome was sent already".to_owned(),
            };
        }
    }
}

fn told(plan: &Plan) -> String {
    let kinds: Vec<_> = plan
        .actions
        .iter()
        .filter(|planned| matches!(planned, PlannedAction::Perform { .. }))
        .map(|planned| planned.kind().as_str())
        .collect();
    if kinds.is_empty() { "nothing".to_owned() } else { kinds.join(", ") }
}
