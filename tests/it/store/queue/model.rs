//! The model: who holds what until when, and what follows from each act. See [`super`].

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;
use wecom_greeter::{
    action::Status,
    store::{ALIVE_FOR_MS, EventStatus, Retry},
};

use crate::store::T0;

pub const PROCESSES: usize = 2;
const EVENTS: usize = 3;

/// How long a process may take to plan, how long an action is its own, and how long a welcome is beyond its deadline.
const PLANNING_MS: i64 = 10_000;
const LEASE_MS: i64 = 300_000;
const DEADLINE_GRACE_MS: i64 = 15_000;

/// How long after it was planned a welcome is worth nothing.
pub const WINDOW_MS: i64 = 20_000;

/// What somebody does.
#[derive(Clone, Debug)]
pub enum Act {
    /// An event arrives, with its plan where that could be made at once: whether its process takes the tag as well.
    Accept {
        event: usize,
        by: usize,
        plan: Option<bool>,
    },
    /// The plan of an event is stored by right of an earlier answer, which may be worth nothing any more.
    Plan {
        claim: usize,
        by: usize,
        holds_tag: bool,
    },
    SweepEvents {
        by: usize,
    },
    SweepActions {
        by: usize,
    },
    /// The same of an action's end.
    Settle {
        claim: usize,
        end: End,
    },
    /// Who was silent looks whether something is still its own.
    ClaimAnew {
        claim: usize,
        by: usize,
    },
    Beat {
        by: usize,
    },
    Retire {
        by: usize,
    },
    Replay {
        event: usize,
        by: usize,
    },
    Retry {
        key: Key,
    },
    Pass {
        ms: i64,
    },
}

/// How an action ends, or goes on.
#[derive(Clone, Copy, Debug)]
pub enum End {
    Done,
    Failed,
    Again { in_ms: i64, keeps: bool },
}

/// What was answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Done,
    /// It had been delivered before; how often by now.
    Again(i64),
    AlreadyPlanned,
    LeaseLost,
    Events(Vec<usize>),
    Actions(Vec<Taken>),
    Retried(Retry),
}

/// An action: of an event, in a run, the welcome or the tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub event: usize,
    pub run: i64,
    pub is_tag: bool,
}

/// An action that was given to somebody, with what is known of earlier tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Taken {
    pub key: Key,
    pub attempts: u32,
    pub earlier_lost: bool,
}

#[derive(Clone, Debug)]
pub struct Model {
    pub now_ms: i64,
    pub answer: Answer,
    alive_until_ms: [Option<i64>; PROCESSES],
    pub events: BTreeMap<usize, ModelEvent>,
    /// In the order in which they were planned.
    pub actions: Vec<ModelAction>,
    /// Every right to plan that was ever given: event, run, epoch.
    event_claims: Vec<(usize, i64, i64)>,
    /// Every right to settle that was ever given: which action, and its epoch.
    action_claims: Vec<(Key, i64)>,
}

#[derive(Clone, Debug)]
pub struct ModelEvent {
    pub status: EventStatus,
    pub run: i64,
    pub deliveries: i64,
    unfinished: usize,
    lease: Option<Lease>,
    epoch: i64,
}

#[derive(Clone, Debug)]
pub struct ModelAction {
    pub key: Key,
    pub status: Status,
    attempts: usize,
    before_retry: usize,
    earlier_lost: bool,
    deadline_ms: Option<i64>,
    due_ms: i64,
    lease: Option<Lease>,
    epoch: i64,
}

#[derive(Clone, Copy, Debug)]
struct Lease {
    owner: usize,
    until_ms: i64,
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Act;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self {
            now_ms: T0,
            answer: Answer::Done,
            alive_until_ms: [Some(T0 + ALIVE_FOR_MS); PROCESSES],
            events: BTreeMap::new(),
            actions: Vec::new(),
            event_claims: Vec::new(),
            action_claims: Vec::new(),
        })
        .boxed()
    }

    fn transitions(state: &Self) -> BoxedStrategy<Act> {
        let by = || 0..PROCESSES;
        let plan = prop::option::of(any::<bool>());
        let passes = prop::sample::select(vec![
            1,
            900,
            3_000,
            ALIVE_FOR_MS + 1,
            PLANNING_MS + 1,
            21_000,
            LEASE_MS + 1,
        ]);
        let mut acts = vec![
            (
                3,
                (0..EVENTS, by(), plan).prop_map(|(event, by, plan)| Act::Accept { event, by, plan }).boxed(),
            ),
            (2, by().prop_map(|by| Act::SweepEvents { by }).boxed()),
            (3, by().prop_map(|by| Act::SweepActions { by }).boxed()),
            (4, by().prop_map(|by| Act::Beat { by }).boxed()),
            (1, by().prop_map(|by| Act::Retire { by }).boxed()),
            (3, passes.prop_map(|ms| Act::Pass { ms }).boxed()),
        ];
        // The latest rights are the most likely to be worth something; any may be tried.
        if !state.event_claims.is_empty() {
            let claims = 0..state.event_claims.len();
            let act = (claims, by(), any::<bool>());
            acts.push((4, act.prop_map(|(claim, by, holds_tag)| Act::Plan { claim, by, holds_tag }).boxed()));
        }
        if !state.action_claims.is_empty() {
            let all = state.action_claims.len();
            let claims = prop_oneof![all.saturating_sub(3)..all, 0..all];
            let end = prop_oneof![
                2 => Just(End::Done),
                2 => Just(End::Failed),
                2 => (prop::sample::select(vec![0, 800, 5_000]), any::<bool>())
                    .prop_map(|(in_ms, keeps)| End::Again { in_ms, keeps }),
            ];
            acts.push((8, (claims.clone(), end).prop_map(|(claim, end)| Act::Settle { claim, end }).boxed()));
            acts.push((1, (claims, by()).prop_map(|(claim, by)| Act::ClaimAnew { claim, by }).boxed()));
        }
        if !state.events.is_empty() {
            let there: Vec<usize> = state.events.keys().copied().collect();
            let act = (prop::sample::select(there), by());
            acts.push((1, act.prop_map(|(event, by)| Act::Replay { event, by }).boxed()));
        }
        if !state.actions.is_empty() {
            let keys: Vec<Key> = state.actions.iter().map(|action| action.key).collect();
            acts.push((1, prop::sample::select(keys).prop_map(|key| Act::Retry { key }).boxed()));
        }
        prop::strategy::Union::new_weighted(acts).boxed()
    }

    /// What is shortened may have lost the act that it hangs on.
    fn preconditions(state: &Self, act: &Act) -> bool {
        match act {
            Act::Plan { claim, .. } => *claim < state.event_claims.len(),
            Act::Settle { claim, .. } | Act::ClaimAnew { claim, .. } => *claim < state.action_claims.len(),
            Act::Replay { event, .. } => state.events.contains_key(event),
            Act::Retry { key } => state.actions.iter().any(|action| action.key == *key),
            _ => true,
        }
    }

    fn apply(mut state: Self, act: &Act) -> Self {
        state.answer = match *act {
            Act::Accept { event, by, plan } => state.accept(event, by, plan),
            Act::Plan { claim, by, holds_tag } => state.plan(claim, by, holds_tag),
            Act::SweepEvents { by } => state.sweep_events(by),
            Act::SweepActions { by } => state.sweep_actions(by),
            Act::Settle { claim, end } => state.settle(claim, end),
            Act::ClaimAnew { claim, by } => state.claim_anew(claim, by),
            Act::Beat { by } => {
                state.alive_until_ms[by] = Some(state.now_ms + ALIVE_FOR_MS);
                Answer::Done
            }
            Act::Retire { by } => {
                state.alive_until_ms[by] = None;
                Answer::Done
            }
            Act::Replay { event, by } => state.replay(event, by),
            Act::Retry { key } => state.retry(key),
            Act::Pass { ms } => {
                state.now_ms += ms;
                Answer::Done
            }
        };
        state
    }
}

impl Model {
    /// The actions of an event, as the record shows them.
    pub fn actions_of(&self, event: usize) -> Vec<(Key, Status, usize)> {
        let of_event = self.actions.iter().filter(|action| action.key.event == event);
        let mut shown: Vec<_> = of_event.map(|action| (action.key, action.status, action.attempts)).collect();
        shown.sort_by_key(|(key, ..)| *key);
        shown
    }

    fn is_alive(&self, process: usize) -> bool {
        self.alive_until_ms[process].is_some_and(|until_ms| until_ms >= self.now_ms)
    }

    fn accept(&mut self, event: usize, by: usize, plan: Option<bool>) -> Answer {
        if let Some(known) = self.events.get_mut(&event) {
            known.deliveries += 1;
            return Answer::Again(known.deliveries);
        }
        let lease = Lease { owner: by, until_ms: self.now_ms + PLANNING_MS };
        let new = ModelEvent {
            status: EventStatus::Received,
            run: 0,
            deliveries: 1,
            unfinished: 0,
            lease: plan.is_none().then_some(lease),
            epoch: 1,
        };
        self.events.insert(event, new);
        match plan {
            Some(holds_tag) => self.store_plan(event, by, holds_tag),
            None => self.give_events(vec![event]),
        }
    }

    fn plan(&mut self, claim: usize, by: usize, holds_tag: bool) -> Answer {
        let (event, run, epoch) = self.event_claims[claim];
        let known = &self.events[&event];
        let is_open = known.status == EventStatus::Received;
        if is_open && known.run == run && known.epoch == epoch && known.lease.is_some() {
            return self.store_plan(event, by, holds_tag);
        }
        // Until its run is planned it is somebody else's. There is no later run before it is.
        if is_open && known.run == run { Answer::LeaseLost } else { Answer::AlreadyPlanned }
    }

    fn store_plan(&mut self, event: usize, by: usize, holds_tag: bool) -> Answer {
        let now_ms = self.now_ms;
        let known = self.events.get_mut(&event).expect("it is there");
        known.status = EventStatus::Planned;
        known.unfinished += 2;
        known.lease = None;
        let run = known.run;
        let mut given = Vec::new();
        for is_tag in [false, true] {
            let key = Key { event, run, is_tag };
            let deadline_ms = (!is_tag).then_some(now_ms + WINDOW_MS);
            let is_held = !is_tag || holds_tag;
            let lease = Lease { owner: by, until_ms: until_ms(deadline_ms, now_ms, now_ms) };
            self.actions.push(ModelAction {
                key,
                status: if is_held { Status::Running } else { Status::Pending },
                attempts: 0,
                before_retry: 0,
                earlier_lost: false,
                deadline_ms,
                due_ms: now_ms,
                lease: is_held.then_some(lease),
                epoch: 1,
            });
            given.extend(is_held.then_some(key));
        }
        self.give_actions(given)
    }

    /// Whose planner fell silent, or took too long.
    fn sweep_events(&mut self, by: usize) -> Answer {
        let is_free = |event: &ModelEvent| {
            event.lease.is_none_or(|lease| lease.until_ms < self.now_ms || !self.is_alive(lease.owner))
        };
        let of_nobody =
            |(_, event): &(&usize, &ModelEvent)| event.status == EventStatus::Received && is_free(event);
        let free: Vec<usize> = self.events.iter().filter(of_nobody).map(|(event, _)| *event).collect();
        for event in &free {
            let until_ms = self.now_ms + PLANNING_MS;
            let event = self.events.get_mut(event).expect("it is there");
            event.lease = Some(Lease { owner: by, until_ms });
            event.epoch += 1;
        }
        self.give_events(free)
    }

    /// What is due and nobody holds. A process goes on with what is its own until the lease runs out, however silent it was.
    /// Of one customer's tags a later one waits for an earlier one that is due, and for any that a living process holds.
    fn sweep_actions(&mut self, by: usize) -> Answer {
        let is_open = |action: &ModelAction| matches!(action.status, Status::Pending | Status::Running);
        let is_free =
            |lease: Lease| lease.until_ms < self.now_ms || lease.owner != by && !self.is_alive(lease.owner);
        let waits = |at: usize, action: &ModelAction| {
            action.key.is_tag
                && self.actions.iter().enumerate().any(|(other_at, other)| {
                    let is_held = other
                        .lease
                        .is_some_and(|lease| lease.until_ms >= self.now_ms && self.is_alive(lease.owner));
                    other_at != at
                        && other.key.is_tag
                        && other.key.event == action.key.event
                        && is_open(other)
                        && (other_at < at && other.due_ms <= self.now_ms || is_held)
                })
        };
        let free: Vec<usize> = (0..self.actions.len())
            .filter(|at| {
                let action = &self.actions[*at];
                is_open(action)
                    && action.due_ms <= self.now_ms
                    && action.lease.is_none_or(is_free)
                    && !waits(*at, action)
            })
            .collect();
        let mut given = Vec::new();
        for at in free {
            let action = &mut self.actions[at];
            action.status = Status::Running;
            // Whoever held it may have made its call.
            action.earlier_lost |= action.lease.is_some();
            action.epoch += 1;
            let until_ms = until_ms(action.deadline_ms, self.now_ms, self.now_ms);
            action.lease = Some(Lease { owner: by, until_ms });
            given.push(action.key);
        }
        self.give_actions(given)
    }

    fn settle(&mut self, claim: usize, end: End) -> Answer {
        let (key, epoch) = self.action_claims[claim];
        let now_ms = self.now_ms;
        let action = self.action(key);
        let Some(lease) = action.lease.filter(|_| action.epoch == epoch) else { return Answer::LeaseLost };
        action.attempts += 1;
        action.lease = None;
        match end {
            End::Done => action.status = Status::Done,
            End::Failed => action.status = Status::Failed,
            End::Again { in_ms, keeps } => {
                action.status = Status::Pending;
                action.due_ms = now_ms + in_ms;
                let until_ms = until_ms(action.deadline_ms, action.due_ms, now_ms);
                action.lease = keeps.then_some(Lease { until_ms, ..lease });
                return Answer::Done;
            }
        }
        let event = self.events.get_mut(&key.event).expect("it is there");
        event.unfinished -= 1;
        if event.status == EventStatus::Planned && event.unfinished == 0 {
            event.status = EventStatus::Settled;
        }
        Answer::Done
    }

    fn claim_anew(&mut self, claim: usize, by: usize) -> Answer {
        let (key, epoch) = self.action_claims[claim];
        let action = self.action(key);
        if action.epoch != epoch || action.lease.is_none_or(|lease| lease.owner != by) {
            return Answer::LeaseLost;
        }
        action.epoch += 1;
        self.action_claims.push((key, epoch + 1));
        Answer::Done
    }

    fn replay(&mut self, event: usize, by: usize) -> Answer {
        let until_ms = self.now_ms + PLANNING_MS;
        let known = self.events.get_mut(&event).expect("it is there");
        if known.status == EventStatus::Received {
            return Answer::LeaseLost;
        }
        known.status = EventStatus::Received;
        known.run += 1;
        known.epoch += 1;
        known.lease = Some(Lease { owner: by, until_ms });
        self.give_events(vec![event])
    }

    fn retry(&mut self, key: Key) -> Answer {
        let now_ms = self.now_ms;
        let action = self.action(key);
        if action.status != Status::Failed {
            return Answer::Retried(Retry::NotFailed(action.status));
        }
        if action.deadline_ms.is_some_and(|deadline_ms| deadline_ms <= now_ms) {
            return Answer::Retried(Retry::TooLate);
        }
        action.status = Status::Pending;
        action.due_ms = now_ms;
        action.before_retry = action.attempts;
        let event = self.events.get_mut(&key.event).expect("it is there");
        event.unfinished += 1;
        if event.status == EventStatus::Settled {
            event.status = EventStatus::Planned;
        }
        Answer::Retried(Retry::Due)
    }

    fn action(&mut self, key: Key) -> &mut ModelAction {
        self.actions.iter_mut().find(|action| action.key == key).expect("it was planned")
    }

    fn give_events(&mut self, given: Vec<usize>) -> Answer {
        let claims = given.iter().map(|event| (*event, self.events[event].run, self.events[event].epoch));
        self.event_claims.extend(claims.collect::<Vec<_>>());
        Answer::Events(given)
    }

    fn give_actions(&mut self, mut given: Vec<Key>) -> Answer {
        given.sort_unstable();
        let mut taken = Vec::new();
        for key in given {
            let action = self.action(key);
            let (epoch, attempts) = (action.epoch, action.attempts - action.before_retry);
            let attempts = u32::try_from(attempts).expect("few");
            taken.push(Taken { key, attempts, earlier_lost: action.earlier_lost });
            self.action_claims.push((key, epoch));
        }
        Answer::Actions(taken)
    }
}

fn until_ms(deadline_ms: Option<i64>, due_ms: i64, now_ms: i64) -> i64 {
    match deadline_ms {
        Some(deadline_ms) => deadline_ms.max(now_ms) + DEADLINE_GRACE_MS,
        None => due_ms.max(now_ms) + LEASE_MS,
    }
}
