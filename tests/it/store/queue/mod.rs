//! The queue held against a model of it: whatever two processes do in whichever order (accept, plan, sweep, settle, fall
//! silent, retire, replay, retry), and whatever time passes, the record answers and stands as the model says. The model is
//! one file and has no database in it; it is what `store/record/` promises, written a second time.
//!
//! A failing sequence is made shorter until nothing can be left out of it. `GREETER_QUEUE_CASES` asks for more sequences.

mod model;

use std::collections::HashMap;

use proptest::prelude::*;
use proptest_state_machine::{StateMachineTest, prop_state_machine};
use tokio::runtime::Runtime;
use wecom_greeter::store::ReplayStart;

use super::*;
use crate::harness::databases::TestDatabase;
use model::{Act, Answer, End, Key, Model, Taken};

/// Enough to find each mistake that was made on purpose, in seconds.
const CASES: u32 = 10;

fn config() -> ProptestConfig {
    let cases = std::env::var("GREETER_QUEUE_CASES").ok().filter(|value| !value.is_empty());
    ProptestConfig {
        cases: cases.map_or(CASES, |cases| cases.parse().expect("a whole number")),
        failure_persistence: None,
        // Each makes a database.
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    }
}

prop_state_machine! {
    #![proptest_config(config())]

    #[test]
    fn on_sqlite_it_does_as_its_model(sequential 20..60 => Real<false>);

    #[test]
    fn on_postgres_it_does_as_its_model(sequential 20..60 => Real<true>);
}

/// The store, and what its callers hold: nothing, where there is no PostgreSQL.
struct Real<const POSTGRES: bool>(Option<Held>);

struct Held {
    runtime: Runtime,
    store: Store,
    _database: TestDatabase,
    processes: Vec<ProcessId>,
    /// The record's number of each event.
    ids: HashMap<usize, i64>,
    events: Vec<ClaimedEvent>,
    actions: Vec<Claimed>,
}

impl<const POSTGRES: bool> StateMachineTest for Real<POSTGRES> {
    type SystemUnderTest = Self;
    type Reference = Model;

    fn init_test(model: &Model) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let database = if POSTGRES {
            let Some(database) = runtime.block_on(TestDatabase::postgres()) else { return Self(None) };
            database
        } else {
            TestDatabase::sqlite()
        };
        let (store, processes) = runtime.block_on(async {
            let store = database.store().await;
            let mut processes = Vec::new();
            for _ in 0..model::PROCESSES {
                processes.push(store.enroll(Role::Command, model.now_ms).await.unwrap().process);
            }
            (store, processes)
        });
        let (ids, events, actions) = Default::default();
        Self(Some(Held { runtime, store, _database: database, processes, ids, events, actions }))
    }

    fn apply(mut real: Self, model: &Model, act: Act) -> Self {
        if let Some(held) = &mut real.0 {
            let store = held.store.clone();
            let handle = held.runtime.handle().clone();
            let answer = handle.block_on(held.act(&store, model.now_ms, &act));
            assert_eq!(answer, model.answer, "{act:?}");
        }
        real
    }

    fn check_invariants(real: &Self, model: &Model) {
        let Some(held) = &real.0 else { return };
        held.runtime.block_on(async {
            for (n, expected) in &model.events {
                let event = held.store.event(held.ids[n]).await.unwrap().expect("it is there");
                let summary = &event.summary;
                assert_eq!(
                    (summary.status, summary.run, summary.deliveries),
                    (expected.status, expected.run, expected.deliveries),
                    "event {n}"
                );
                let mut actions: Vec<_> = event
                    .actions
                    .iter()
                    .map(|action| {
                        (
                            held.key(action.event_id, action.run, action.kind),
                            action.status,
                            action.attempts.len(),
                        )
                    })
                    .collect();
                actions.sort_by_key(|(key, ..)| *key);
                assert_eq!(actions, model.actions_of(*n), "event {n}");
            }
        });
    }

    fn teardown(real: Self, _model: Model) {
        if let Some(held) = real.0 {
            held.runtime.block_on(held.store.close());
        }
    }
}

impl Held {
    fn key(&self, event_id: i64, run: i64, kind: Kind) -> Key {
        let event = self.ids.iter().find(|(_, id)| **id == event_id).expect("it was accepted");
        Key { event: *event.0, run, is_tag: kind == Kind::Tag }
    }

    async fn act(&mut self, store: &Store, now_ms: i64, act: &Act) -> Answer {
        match *act {
            Act::Accept { event, by, plan } => {
                let bytes = payload(i64::try_from(event).unwrap());
                let read = Event::from_payload(bytes.as_bytes());
                let new = NewEvent::of("default", bytes.into_bytes(), &read, now_ms, self.processes[by]);
                let accepted = match plan {
                    None => store.accept(new).await,
                    Some(holds_tag) => {
                        store.accept_planned(new, self.plan_of(event, by, holds_tag, now_ms)).await
                    }
                };
                match accepted.unwrap() {
                    Accepted::New(claimed) => {
                        self.ids.insert(event, claimed.lease.event_id);
                        self.take_events(vec![claimed])
                    }
                    Accepted::Planned { event: stored, actions } => {
                        self.ids.insert(event, stored.id);
                        self.take_actions(actions)
                    }
                    Accepted::Duplicate { event_id, deliveries } => {
                        assert_eq!(event_id, self.ids[&event]);
                        Answer::Again(deliveries)
                    }
                    Accepted::Gone => panic!("nothing is taken out here"),
                }
            }
            Act::Plan { claim, by, holds_tag } => {
                let claimed = self.events[claim].clone();
                let event = self.key(claimed.lease.event_id, 0, Kind::Tag).event;
                let new = self.plan_of(event, by, holds_tag, now_ms);
                match store.plan(PlanRecord { claimed, new }).await.unwrap() {
                    Planned::Stored(actions) => self.take_actions(actions),
                    Planned::AlreadyPlanned => Answer::AlreadyPlanned,
                    Planned::LeaseLost => Answer::LeaseLost,
                }
            }
            Act::SweepEvents { by } => {
                let swept = store.sweep_events(self.processes[by], now_ms, 100).await.unwrap();
                self.take_events(swept)
            }
            Act::SweepActions { by } => {
                let swept = store.sweep_actions(self.processes[by], now_ms, 100).await.unwrap();
                self.take_actions(swept)
            }
            Act::Settle { claim, end } => {
                let settled = store.settle(settlement_at(&self.actions[claim], end, now_ms)).await.unwrap();
                if settled == Settled::Recorded { Answer::Done } else { Answer::LeaseLost }
            }
            Act::ClaimAnew { claim, by } => {
                let mut claimed = self.actions[claim].clone();
                if store.claim_anew(&mut claimed, self.processes[by]).await.unwrap() {
                    self.actions.push(claimed);
                    Answer::Done
                } else {
                    Answer::LeaseLost
                }
            }
            Act::Beat { by } => {
                store.heartbeat(self.processes[by], now_ms).await.unwrap();
                Answer::Done
            }
            Act::Retire { by } => {
                store.retire(self.processes[by]).await.unwrap();
                Answer::Done
            }
            Act::Replay { event, by } => {
                match store.begin_replay(self.ids[&event], self.processes[by], now_ms).await.unwrap() {
                    ReplayStart::Begun(claimed) => self.take_events(vec![claimed]),
                    ReplayStart::Underway => Answer::LeaseLost,
                    ReplayStart::Missing => panic!("event {event} is in the record"),
                }
            }
            Act::Retry { key } => {
                let event = store.event(self.ids[&key.event]).await.unwrap().expect("it is there");
                let is_it =
                    |action: &&ActionRecord| self.key(action.event_id, action.run, action.kind) == key;
                let id = event.actions.iter().find(is_it).expect("it was planned").id;
                Answer::Retried(store.retry(&[id], now_ms).await.unwrap()[0].1)
            }
            Act::Pass { .. } => Answer::Done,
        }
    }

    fn plan_of(&self, event: usize, by: usize, hold_followups: bool, now_ms: i64) -> NewPlan {
        let deadline = Some(Deadline::at_ms(now_ms + model::WINDOW_MS));
        let actions = vec![
            Do::Perform { action: welcome("您好"), deadline },
            Do::Perform { action: tag(&format!("wm{event}")), deadline: None },
        ];
        let plan = Plan { rules: Vec::new(), actions };
        NewPlan { hold_followups, now_ms, ..new_plan(self.processes[by], plan) }
    }

    /// In the order of the model, which knows no ids.
    fn take_events(&mut self, mut claimed: Vec<ClaimedEvent>) -> Answer {
        let of = |claimed: &ClaimedEvent| self.key(claimed.lease.event_id, 0, Kind::Tag).event;
        claimed.sort_by_key(of);
        let answer = Answer::Events(claimed.iter().map(of).collect());
        self.events.extend(claimed);
        answer
    }

    fn take_actions(&mut self, mut claimed: Vec<Claimed>) -> Answer {
        let of = |claimed: &Claimed| self.key(claimed.event_id, claimed.run, claimed.kind);
        claimed.sort_by_key(of);
        let taken = claimed.iter().map(|claimed| Taken {
            key: of(claimed),
            attempts: claimed.attempts,
            earlier_lost: claimed.earlier_lost,
        });
        let answer = Answer::Actions(taken.collect());
        self.actions.extend(claimed);
        answer
    }
}

fn settlement_at(claimed: &Claimed, end: End, now_ms: i64) -> Settlement {
    let because = || ReasonCode::Refused.because("as the model says");
    let (next, keep) = match end {
        End::Done => (Next::Done { note: None }, false),
        End::Failed => (Next::Failed { reason: because() }, false),
        End::Again { in_ms, keeps } => (Next::Again { at_ms: now_ms + in_ms, reason: because() }, keeps),
    };
    Settlement { keep, now_ms, ..settlement(claimed, next) }
}
