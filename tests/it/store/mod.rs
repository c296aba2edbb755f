//! What the store promises, on each database: every case runs on SQLite and on PostgreSQL.

use std::sync::Arc;

use wecom_core::{
    event::Event,
    message::{SendWelcomeMsg, Text},
};
use wecom_greeter::{
    action::{
        Action, Deadline, Decide, Forward, Kind, Notify, Plan, PlannedAction as Do, ReasonCode, Recipients,
        Remark, RuleUse, Status, Tag, Trigger, Welcome, outcome::Next,
    },
    store::{
        Accepted, ActionRecord, AttemptRecord, Claimed, ClaimedEvent, EventStatus, NewEvent, NewPlan,
        PlanRecord, Planned, ProcessId, Role, Settled, Settlement, Store, TakesOn,
    },
};

/// Makes two tests of each case: `sqlite::case` and `postgres::case`.
macro_rules! on_each_database {
    ($($(#[$meta:meta])* $case:ident),* $(,)?) => {
        mod sqlite {
            $($(#[$meta])* #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                super::$case($crate::harness::databases::TestDatabase::sqlite()).await;
            })*
        }
        mod postgres {
            $($(#[$meta])* #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                if let Some(database) = $crate::harness::databases::TestDatabase::postgres().await {
                    super::$case(database).await;
                }
            })*
        }
    };
}

mod accept;
mod access;
mod codes;
mod away;
mod backup;
mod bulk;
mod brought;
mod earlier;
mod history;
mod hits;
mod leases;
mod media;
pub mod parity;
mod postgres;
mod query_plans;
mod queue;
mod plan;
mod planned;
mod refusals;
mod replay;
mod rulesets;
mod schema;
mod settle;
mod stats;
mod follow_up;
mod found;
mod reports;
mod export_import;
mod way_batches;
mod keeping;

/// When the tests' world begins.
const T0: i64 = 1_733_900_461_210;

/// The payload of an add event; `n` makes it one of its own.
fn payload(n: i64) -> String {
    format!(
        "<xml><ToUserName><![CDATA[ww1]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName>\
         <CreateTime>1733900461</CreateTime><MsgType><![CDATA[event]]></MsgType>\
         <Event><![CDATA[change_external_contact]]></Event><ChangeType><![CDATA[add_external_contact]]></ChangeType>\
         <UserID><![CDATA[zhangsan]]></UserID><ExternalUserID><![CDATA[wm{n}]]></ExternalUserID>\
         <State><![CDATA[spring]]></State><WelcomeCode><![CDATA[CODE{n}]]></WelcomeCode></xml>"
    )
}

fn new_event_of(bytes: &[u8], process: ProcessId) -> NewEvent {
    NewEvent::of("default", bytes.to_vec(), &Event::from_payload(bytes), T0, process)
}

fn new_event(n: i64, process: ProcessId) -> NewEvent {
    new_event_of(payload(n).as_bytes(), process)
}

/// A process that is alive at `T0`.
async fn serve(store: &Store) -> ProcessId {
    store.enroll(Role::Serve, T0).await.expect("enrolled").process
}

async fn accept_new(store: &Store, event: NewEvent) -> ClaimedEvent {
    match store.accept(event).await.expect("accepted") {
        Accepted::New(claimed) => claimed,
        other => panic!("not new: {other:?}"),
    }
}

fn welcome(text: &str) -> Action {
    Action::Welcome(Welcome {
        message: SendWelcomeMsg::content(Some(Text { content: text.into() }), Vec::new()),
        ..Welcome::default()
    })
}

fn tag(customer: &str) -> Action {
    Action::Tag(Tag {
        userid: "zhangsan".into(),
        external_userid: customer.into(),
        add_tag: vec!["et1".into()],
        ..Tag::default()
    })
}

fn remark(customer: &str) -> Action {
    Action::Remark(Remark {
        userid: "zhangsan".into(),
        external_userid: customer.into(),
        remark: Some("小王".into()),
        ..Remark::default()
    })
}

fn decide() -> Action {
    Action::Decide(Decide { asks: vec!["customer".into()], ..Decide::default() })
}

fn notify(text: &str) -> Action {
    Action::Notify(Notify {
        rule: "lead".into(),
        on: Trigger::Event,
        to: Recipients::Users(vec!["lisi".into()]),
        text: text.into(),
        reason: None,
        code: None,
        unrendered: false,
    })
}

fn forward(url: &str) -> Action {
    Action::Forward(Forward { rule: "crm".into(), url: url.into(), secret_env: None })
}

fn perform(action: Action) -> Do {
    let deadline = (action.kind() == Kind::Welcome).then(|| Deadline::at_ms(T0 + 20_000));
    Do::Perform { action, deadline }
}

/// Welcome, tag and remark.
fn full_plan(customer: &str) -> Plan {
    Plan {
        rules: vec![RuleUse {
            name: "spring-campaign".into(),
            version: 3,
            used_for: vec![Kind::Welcome, Kind::Tag],
        }],
        actions: vec![perform(welcome("您好")), perform(tag(customer)), perform(remark(customer))],
    }
}

/// A plan of which this process takes all on.
fn new_plan(process: ProcessId, plan: Plan) -> NewPlan {
    NewPlan {
        process,
        ruleset_version: Some(3),
        plan,
        hold_followups: true,
        hold_reports: TakesOn::all(),
        now_ms: T0,
    }
}

fn plan_record(claimed: &ClaimedEvent, process: ProcessId, plan: Plan) -> PlanRecord {
    PlanRecord { claimed: claimed.clone(), new: new_plan(process, plan) }
}

async fn plan_stored(store: &Store, record: PlanRecord) -> Vec<Claimed> {
    match store.plan(record).await.expect("planned") {
        Planned::Stored(claimed) => claimed,
        other => panic!("not stored: {other:?}"),
    }
}

/// Accepts and plans event `n`, with all its actions held.
async fn planned(store: &Store, n: i64, process: ProcessId) -> Vec<Claimed> {
    let claimed = accept_new(store, new_event(n, process)).await;
    plan_stored(store, plan_record(&claimed, process, full_plan(&format!("wm{n}")))).await
}

/// The same with its tags and remarks left to the sweep.
async fn planned_loosely(store: &Store, n: i64, process: ProcessId, plan: Plan) -> Vec<Claimed> {
    let claimed = accept_new(store, new_event(n, process)).await;
    let new = NewPlan { hold_followups: false, ..new_plan(process, plan) };
    plan_stored(store, PlanRecord { claimed, new }).await
}

fn attempt(errcode: i64) -> AttemptRecord {
    AttemptRecord { at_ms: T0 + 4, took_ms: 88, errcode: Some(errcode), errmsg: "ok".into(), lost: false }
}

fn settlement(claimed: &Claimed, next: Next) -> Settlement {
    Settlement {
        unanswered: false,
        all_tags_on: false,
        lease: claimed.lease(),
        attempt: Some(attempt(0)),
        next,
        request: None,
        flags: Vec::new(),
        keep: false,
        follow_up: None,
        now_ms: T0 + 92,
    }
}

async fn settle(store: &Store, settlement: Settlement) -> Settled {
    store.settle(settlement).await.expect("settled")
}

async fn done(store: &Store, claimed: &Claimed) {
    assert_eq!(settle(store, settlement(claimed, Next::Done { note: None })).await, Settled::Recorded);
}

/// Reports, as a sweep with room for ten of each gives them out: notices, then forwards.
async fn reports(store: &Store, me: ProcessId, now_ms: i64) -> Vec<Claimed> {
    let mut swept = store.sweep_notices(me, now_ms, 10).await.expect("swept");
    swept.extend(store.sweep_forwards(me, now_ms, |_| 10).await.expect("swept"));
    swept
}

/// The status of an event and of its actions, by kind.
async fn statuses(store: &Store, event_id: i64) -> (String, Vec<(String, String)>) {
    let event = store.event(event_id).await.expect("read").expect("there");
    let named = |action: ActionRecord| (action.kind.to_string(), action.status.to_string());
    (event.summary.status.to_string(), event.actions.into_iter().map(named).collect())
}

/// Runs as many at once, and gives what they returned.
async fn at_once<F, Fut, T>(count: i64, call: F) -> Vec<T>
where
    F: Fn(i64) -> Fut,
    Fut: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    let tasks: Vec<_> = (0..count).map(|n| tokio::spawn(call(n))).collect();
    let mut returned = Vec::new();
    for task in tasks {
        returned.push(task.await.expect("no panic"));
    }
    returned
}

fn id_of(event: &Arc<wecom_greeter::store::StoredEvent>) -> i64 {
    event.id
}
