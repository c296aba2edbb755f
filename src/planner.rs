//! From a stored event to its plan: the rules are asked, the plan is stored once, its actions are handed on.
//!
//! **The welcome goes first and alone**: the one thing that may stand before it are look-ups, only those without which
//! it cannot be chosen or written, and only for as long as the budget allows. What they do not answer in time is decided
//! after the welcome. An event is planned at most once a run, even when two processes see it: the store decides.

use std::{sync::Arc, time::Duration};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::{error, info, warn};

use crate::{
    action::{Action, Deadline, Kind, Plan, PlannedAction, Trigger},
    apps::Apps,
    clock::Clock,
    dispatch::{Dispatcher, Work},
    event::{self, Event},
    facts::{Findings, facts},
    lookups::{About, Failed, Lookups},
    rulebook::Rulebook,
    rules::{Media, Ruleset},
    shutdown::Shutdown,
    store::{self, ClaimedEvent, PlanRecord, Planned, ProcessId, Store, StoredEvent},
    telemetry::chain,
    wecom::Retries,
};

/// How many events may be between their arrival and their plan. Planning takes a millisecond, a look-up up to its
/// budget, so this is two thousand a second at the worst. At some 4 KB each it is 16 MB at most.
pub const PLANNING_MAX: usize = 4_096;

/// How long a callback waits for a place among them. With the rest of the ack it stays below WeCom's five seconds.
const PLACE_WITHIN: Duration = Duration::from_secs(2);

/// What a look-up leaves of the welcome's window at the least: two tries of `send_welcome_msg`.
const LEFT_FOR_SENDING: Duration = Duration::from_secs(8);

/// How long look-ups may take where no welcome is waiting any more: its window is over, as in most replays. Half of the
/// lease, so that nobody else begins on the event meanwhile.
const UNHURRIED: Duration = Duration::from_secs(5);

/// How often the rules are asked what they need: one answer may open the next question, and there are three things to
/// ask for.
const ROUNDS_MAX: usize = 3;

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
    /// Looks up what rules ask for.
    pub lookups: Lookups,
    /// How long a welcome waits for what it asks for, all look-ups together.
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
        self.parts.lookups.heed(&self.parts.apps, &event).await;
        if matches!(event.kind, event::Kind::CustomerTag(_)) {
            app.tags.changed();
        }
        let ruleset = self.parts.rulebook.current();
        let (found, failed) =
            Box::pin(self.look_up(&ruleset, About { app: &app, stored: &stored, event: &event })).await;
        let media = app.media.ids(ruleset.version());
        let now_ms = self.parts.clock.now_ms();
        let facts = facts(&app, &stored, &event, &found, &media, now_ms);
        let mut plan = if found.is_lacking() {
            ruleset.plan_without(&facts, found.half_known)
        } else {
            ruleset.plan(&facts)
        };
        note(&mut plan, &failed);
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
            hold_reports: self.parts.dispatcher.takes_on(),
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

    /// Looks up what the welcome cannot be chosen or written without, inside the budget.
    async fn look_up(&self, ruleset: &Ruleset, about: About<'_>) -> (Findings, Vec<Failed>) {
        let About { app, stored, event } = about;
        let clock = &self.parts.clock;
        let (mut found, mut failed) = (Findings::default(), Vec::new());
        let media = Media::as_written();
        let mut until_ms = None;
        for _ in 0..ROUNDS_MAX {
            let now_ms = clock.now_ms();
            let needs = ruleset.needs(&facts(app, stored, event, &found, &media, now_ms));
            if needs.is_nothing() {
                break;
            }
            let until_ms = *until_ms
                .get_or_insert_with(|| now_ms.saturating_add(millis(self.budget(stored, event, now_ms))));
            let left = u64::try_from(until_ms - now_ms).map_or(Duration::ZERO, Duration::from_millis);
            failed
                .append(&mut self.parts.lookups.ask(about, needs, &mut found, left, Retries::Standard).await);
        }
        (found, failed)
    }

    /// How long look-ups may take now.
    fn budget(&self, stored: &StoredEvent, event: &Event, now_ms: i64) -> Duration {
        match Deadline::of_welcome(event.create_time_s(), stored.received_at_ms).left(now_ms) {
            Some(left) => left
                .checked_sub(LEFT_FOR_SENDING)
                .map_or(Duration::ZERO, |left| left.min(self.parts.lookup_budget)),
            None => UNHURRIED,
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

/// What a welcome had to be chosen or written without, for the record. It was asked for because of the welcome alone; of
/// an answer of which a part is missing nobody knows whether that part mattered.
fn note(plan: &mut Plan, failed: &[Failed]) {
    for planned in &mut plan.actions {
        if let PlannedAction::Perform { action: Action::Welcome(welcome), .. } = planned {
            let whole = failed.iter().filter(|failed| !failed.is_part);
            let without = whole.map(|failed| format!("decided without {} ({})", failed.what, failed.message));
            welcome.lesser.extend(without);
        }
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn limit_to(plan: &mut Plan, replay: Replay) {
    if let Some(only) = replay.only {
        // What is left open may be of that kind, and is decided for that kind alone; it never makes a welcome. Who is
        // told that there was none belongs to the welcome.
        plan.actions.retain(|planned| {
            let kind = if tells_of_no_welcome(planned) { Kind::Welcome } else { planned.kind() };
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
        // There was one, whatever the rules of today have to say.
        plan.actions.retain(|planned| !tells_of_no_welcome(planned));
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
                reason: "the welcome was sent already".to_owned(),
            };
        }
    }
}

fn tells_of_no_welcome(planned: &PlannedAction) -> bool {
    matches!(planned, PlannedAction::Perform { action: Action::Notify(notice), .. } if notice.on == Trigger::MissedWelcome)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::{Decide, Notify, Recipients, Welcome, message::Text};

    fn welcome(text: &str) -> PlannedAction {
        let text = Some(Text { content: text.into() });
        let action = Action::Welcome(Welcome { text, ..Welcome::default() });
        PlannedAction::Perform { action, deadline: None }
    }

    fn perform(action: Action) -> PlannedAction {
        PlannedAction::Perform { action, deadline: None }
    }

    fn decide(only: Option<Kind>) -> PlannedAction {
        perform(Action::Decide(Decide { asks: vec!["customer".into()], only, missed: None }))
    }

    fn notice(on: Trigger) -> PlannedAction {
        perform(Action::Notify(Notify {
            rule: "a".into(),
            on,
            to: Recipients::Department(3),
            text: "x".into(),
            reason: None,
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
            limit_to(&mut plan, Replay { only: Some(only), welcomed: false });
            assert_eq!(plan.actions, left, "{only}");
        }
    }

    #[test]
    fn who_is_told_of_no_welcome_belongs_to_the_welcome_and_not_where_there_was_one() {
        let skip = || PlannedAction::Skip { kind: Kind::Welcome, reason: "blank".into() };
        let missed = || {
            let decide = Decide { asks: vec![], only: None, missed: Some("blank".into()) };
            perform(Action::Decide(decide))
        };
        let told = || notice(Trigger::MissedWelcome);
        for (replay, left) in [
            (Replay { only: Some(Kind::Welcome), welcomed: false }, vec![skip(), told()]),
            (
                Replay { only: Some(Kind::Notify), welcomed: false },
                vec![decide_for(Kind::Notify), notice(Trigger::Event)],
            ),
            (Replay { only: None, welcomed: true }, vec![skip(), decide_without(), notice(Trigger::Event)]),
        ] {
            let actions = vec![skip(), missed(), notice(Trigger::Event), told()];
            let mut plan = Plan { rules: Vec::new(), actions };
            limit_to(&mut plan, replay);
            assert_eq!(plan.actions, left, "{replay:?}");
        }
    }

    fn decide_for(only: Kind) -> PlannedAction {
        perform(Action::Decide(Decide { asks: vec![], only: Some(only), missed: None }))
    }

    fn decide_without() -> PlannedAction {
        perform(Action::Decide(Decide { asks: vec![], only: None, missed: None }))
    }
}
