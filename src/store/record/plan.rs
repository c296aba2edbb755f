//! Stores the plan that the rules made of an event, once a run, and hands its actions to the process that goes on to perform
//! them.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{
    event::{ClaimedEvent, EventStatus},
    lease::{self, Claimed, TakesOn, lease_until_ms},
};
use crate::{
    action::{Deadline, Kind, Plan, PlannedAction, Reason, RuleUse, Status},
    store::{
        Store,
        backend::{Backend, Batch, Multirow, ROWS_MAX, Result, Tx, clean, on, padded},
        processes::ProcessId,
    },
};

/// A plan to be stored.
#[derive(Clone, Debug)]
pub struct PlanRecord {
    /// The event and the right to plan it, as [`Store::accept`], [`Store::sweep_events`] or
    /// [`Store::begin_replay`] gave it.
    pub claimed: ClaimedEvent,
    /// The process that takes the leases of the actions.
    pub process: ProcessId,
    /// The rules that made the plan, if there are any.
    pub ruleset_version: Option<i64>,
    /// How long WeCom waited for the 200, in microseconds, where this process knows.
    pub acked_after_us: Option<i64>,
    /// What is to be done.
    pub plan: Plan,
    /// Whether this process takes the leases of tags, remarks and what is still to be decided as well. Otherwise they are
    /// left to the next sweep. It always takes the welcome's.
    pub hold_followups: bool,
    /// The reports whose leases it takes as well.
    pub hold_reports: TakesOn,
    /// Now, in Unix milliseconds.
    pub now_ms: i64,
}

/// What became of a plan.
#[derive(Clone, Debug)]
pub enum Planned {
    /// It is stored. This process is to perform these actions, in this order.
    Stored(Vec<Claimed>),
    /// The event had been planned already in this run; nothing was changed.
    AlreadyPlanned,
    /// The lease had ended and the event has been given to another process; nothing was changed.
    LeaseLost,
}

impl Store {
    /// Stores the plan of an event with its actions, unless this run has been planned.
    pub async fn plan(&self, record: PlanRecord) -> Result<Planned> {
        let term = self.standing().term();
        let mut planned = self.0.plans.call(record).await?;
        if let Planned::Stored(actions) = &mut planned {
            for claimed in actions {
                claimed.term = term;
            }
        }
        Ok(planned)
    }
}

/// The batches of [`Store::plan`].
#[derive(Debug)]
pub(in crate::store) struct StorePlan;

/// What became of one plan in the database.
#[derive(Debug)]
pub(in crate::store) enum PlanReply {
    /// It is stored: the ids of its actions by kind and number.
    Stored(HashMap<(Kind, i64), i64>),
    AlreadyPlanned,
    LeaseLost,
}

impl Batch for StorePlan {
    type Request = PlanRecord;
    type Reply = PlanReply;
    type Answer = Planned;

    async fn run(backend: &Backend, requests: &[PlanRecord], _again: bool) -> Result<Vec<PlanReply>> {
        // The same event twice in one batch: the first plan counts.
        let mut seen = HashSet::new();
        let mut firsts: Vec<&PlanRecord> =
            requests.iter().filter(|record| seen.insert(record.claimed.lease.event_id)).collect();
        firsts.sort_by_key(|record| record.claimed.lease.event_id);

        let mut tx = backend.begin().await?;
        let marked = mark_planned(&mut tx, &firsts).await?;
        firsts.retain(|record| marked.contains(&record.claimed.lease.event_id));
        let ids = insert_actions(&mut tx, &firsts).await?;
        let refused: Vec<i64> = requests
            .iter()
            .map(|record| record.claimed.lease.event_id)
            .filter(|id| !marked.contains(id))
            .collect();
        let why = if refused.is_empty() { HashMap::new() } else { why_not(&mut tx, &refused).await? };
        tx.commit().await?;
        Ok(replies(requests, marked, ids, &why))
    }

    fn answer(request: PlanRecord, reply: PlanReply) -> Planned {
        let ids = match reply {
            PlanReply::Stored(ids) => ids,
            PlanReply::AlreadyPlanned => return Planned::AlreadyPlanned,
            PlanReply::LeaseLost => return Planned::LeaseLost,
        };
        let claimed = numbered(&request.plan.actions).filter_map(|(planned, ordinal)| match planned {
            PlannedAction::Perform { action, deadline } if is_leased(&request, planned) => Some(Claimed {
                action_id: *ids.get(&(action.kind(), ordinal))?,
                event_id: request.claimed.event.id,
                epoch: 1,
                kind: action.kind(),
                action: action.clone(),
                deadline: *deadline,
                attempts: 0,
                earlier_lost: false,
                unanswered: false,
                first_due_ms: request.now_ms,
                lease_until_ms: lease_until_ms(*deadline, request.now_ms, request.now_ms),
                event: Arc::clone(&request.claimed.event),
                run: request.claimed.run,
                term: 0,
            }),
            _ => None,
        });
        Planned::Stored(claimed.collect())
    }

    /// Releases the actions, so that the next sweep takes them.
    async fn unclaimed(backend: &Backend, answer: Planned) {
        if let Planned::Stored(claimed) = answer {
            for claimed in claimed {
                // If this fails, the lease runs out by itself.
                let _: Result<()> = lease::release(backend, claimed.action_id, claimed.epoch).await;
            }
        }
    }
}

/// The ids of actions by kind and number, of each event.
type ActionIds = HashMap<i64, HashMap<(Kind, i64), i64>>;

/// What became of each request. `marked` are the events that a plan was stored for, and `why` holds run and status of the
/// others.
fn replies(
    requests: &[PlanRecord],
    mut marked: HashSet<i64>,
    mut ids: ActionIds,
    why: &HashMap<i64, (i64, String)>,
) -> Vec<PlanReply> {
    let reply = |record: &PlanRecord| {
        let id = record.claimed.lease.event_id;
        if marked.remove(&id) {
            return PlanReply::Stored(ids.remove(&id).unwrap_or_default());
        }
        match why.get(&id) {
            // Still to be planned in this run, but not under this lease.
            Some((run, status)) if *run == record.claimed.run && status == EventStatus::Received.as_str() => {
                PlanReply::LeaseLost
            }
            Some((run, _)) if *run < record.claimed.run => PlanReply::LeaseLost,
            _ => PlanReply::AlreadyPlanned,
        }
    };
    requests.iter().map(reply).collect()
}

/// Whether the process that plans an action goes on to perform it. A welcome has no time to wait for another process.
fn is_leased(record: &PlanRecord, planned: &PlannedAction) -> bool {
    let PlannedAction::Perform { action, .. } = planned else { return false };
    match action.kind() {
        Kind::Welcome => true,
        kind if kind.is_report() => record.hold_reports.takes(action),
        _ => record.hold_followups,
    }
}

/// The actions of a plan, each with its number among those of its kind, from 0.
fn numbered(actions: &[PlannedAction]) -> impl Iterator<Item = (&PlannedAction, i64)> + use<'_> {
    let mut counts: HashMap<Kind, i64> = HashMap::new();
    actions.iter().map(move |planned| {
        let count = counts.entry(planned.kind()).or_default();
        *count += 1;
        (planned, *count - 1)
    })
}

/// How many of a plan's actions are to be performed.
pub(in crate::store) fn unfinished(plan: &Plan) -> i64 {
    let performed = plan.actions.iter().filter(|planned| matches!(planned, PlannedAction::Perform { .. }));
    i64::try_from(performed.count()).unwrap_or(i64::MAX)
}

/// The rules that were used, as they stand in the record.
pub(in crate::store) fn rules_to_json(rules: &[RuleUse]) -> String {
    // Names and numbers only, so there is nothing in it that could fail to serialise.
    serde_json::to_string(rules).unwrap_or_default()
}

static MARK_PLANNED: Multirow = Multirow::new(
    &["id", "epoch", "run", "ruleset_version", "acked_after_us", "rules", "unfinished"],
    "UPDATE event SET
         status = CASE WHEN event.unfinished + v.unfinished > 0 THEN 'planned' ELSE 'settled' END,
         unfinished = event.unfinished + v.unfinished,
         ruleset_version = v.ruleset_version,
         acked_after_us = COALESCE(event.acked_after_us, v.acked_after_us),
         rules = v.rules,
         lease_owner = NULL,
         lease_until_ms = NULL
     FROM v
     WHERE event.id = v.id AND event.lease_epoch = v.epoch AND event.run = v.run
       AND event.status = 'received' AND event.lease_owner IS NOT NULL
     RETURNING event.id",
);

/// Marks as planned the events whose lease holds, and returns their ids.
async fn mark_planned(tx: &mut Tx, records: &[&PlanRecord]) -> Result<HashSet<i64>> {
    let (text, places) = MARK_PLANNED.text(tx, records.len());
    let rows = on!(tx, "mark events as planned", |c| {
        let mut update = sqlx::query_as::<_, (i64,)>(text);
        for record in padded(records, places) {
            update = update
                .bind(record.map(|record| record.claimed.lease.event_id))
                .bind(record.map(|record| record.claimed.lease.epoch))
                .bind(record.map(|record| record.claimed.run))
                .bind(record.and_then(|record| record.ruleset_version))
                .bind(record.and_then(|record| record.acked_after_us))
                .bind(record.map(|record| rules_to_json(&record.plan.rules)))
                .bind(record.map(|record| unfinished(&record.plan)));
        }
        update.fetch_all(c)
    })?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

static INSERT_ACTIONS: Multirow = Multirow::new(
    &[
        "event_id",
        "run",
        "kind",
        "receiver",
        "ordinal",
        "status",
        "reason",
        "code",
        "request",
        "corp_id",
        "user_id",
        "external_user_id",
        "deadline_ms",
        "due_ms",
        "lease_owner",
        "lease_until_ms",
        "settled_at_ms",
    ],
    "INSERT INTO action (event_id, run, kind, receiver, ordinal, status, reason, code, request, corp_id, user_id,
                         external_user_id, deadline_ms, first_due_ms, due_ms, lease_owner, lease_until_ms, created_at_ms, settled_at_ms,
                         attempts, attempts_before_retry, earlier_lost, unanswered, lease_epoch)
     SELECT event_id, run, kind, receiver, ordinal, status, reason, code, request, corp_id, user_id, external_user_id,
            deadline_ms, due_ms, due_ms, lease_owner, lease_until_ms, due_ms, settled_at_ms,
            0, 0, FALSE, FALSE, 1
     FROM v WHERE event_id IS NOT NULL
     RETURNING id, event_id, kind, ordinal",
);

/// One row of `action`, about to be inserted.
struct NewAction<'a> {
    record: &'a PlanRecord,
    kind: Kind,
    receiver: &'a str,
    ordinal: i64,
    status: Status,
    reason: Option<&'a Reason>,
    request: Option<String>,
    deadline: Option<Deadline>,
}

impl<'a> NewAction<'a> {
    fn of(record: &'a PlanRecord, planned: &'a PlannedAction, ordinal: i64) -> Self {
        match planned {
            PlannedAction::Perform { action, deadline } => Self {
                record,
                kind: action.kind(),
                receiver: action.receiver(),
                ordinal,
                status: if is_leased(record, planned) { Status::Running } else { Status::Pending },
                reason: None,
                request: Some(action.to_json()),
                deadline: *deadline,
            },
            PlannedAction::Skip { kind, reason } => Self {
                record,
                kind: *kind,
                receiver: "",
                ordinal,
                status: Status::Skipped,
                reason: Some(reason),
                request: None,
                deadline: None,
            },
        }
    }

    fn is_leased(&self) -> bool {
        self.status == Status::Running
    }
}

/// Inserts the actions of these plans, and returns their ids.
async fn insert_actions(tx: &mut Tx, records: &[&PlanRecord]) -> Result<ActionIds> {
    let actions: Vec<NewAction<'_>> = records
        .iter()
        .flat_map(|record| {
            numbered(&record.plan.actions).map(|(planned, ordinal)| NewAction::of(record, planned, ordinal))
        })
        .collect();
    let mut ids = ActionIds::new();
    for chunk in actions.chunks(ROWS_MAX) {
        for (id, event_id, kind, ordinal) in insert_chunk(tx, chunk).await? {
            if let Ok(kind) = kind.parse() {
                ids.entry(event_id).or_default().insert((kind, ordinal), id);
            }
        }
    }
    Ok(ids)
}

async fn insert_chunk(tx: &mut Tx, actions: &[NewAction<'_>]) -> Result<Vec<(i64, i64, String, i64)>> {
    let (text, places) = INSERT_ACTIONS.text(tx, actions.len());
    on!(tx, "store a plan", |c| {
        let mut insert = sqlx::query_as::<_, (i64, i64, String, i64)>(text);
        for action in padded(actions, places) {
            let event = action.map(|action| &*action.record.claimed.event);
            let now_ms = action.map(|action| action.record.now_ms);
            let leased = action.filter(|action| action.is_leased());
            insert = insert
                .bind(event.map(|event| event.id))
                .bind(action.map(|action| action.record.claimed.run))
                .bind(action.map(|action| action.kind.as_str()))
                .bind(action.map(|action| action.receiver))
                .bind(action.map(|action| action.ordinal))
                .bind(action.map(|action| action.status.as_str()))
                .bind(action.and_then(|action| action.reason).map(|reason| clean(&reason.text)))
                .bind(action.and_then(|action| action.reason).map(|reason| reason.code.as_str()))
                .bind(action.and_then(|action| action.request.as_deref()))
                .bind(event.and_then(|event| event.corp_id.as_deref()))
                .bind(event.and_then(|event| event.user_id.as_deref()))
                .bind(event.and_then(|event| event.external_user_id.as_deref()))
                .bind(action.and_then(|action| action.deadline).map(Deadline::as_ms))
                .bind(now_ms)
                .bind(leased.map(|action| action.record.process.id()))
                .bind(leased.map(|action| {
                    lease_until_ms(action.deadline, action.record.now_ms, action.record.now_ms)
                }))
                .bind(action.filter(|action| action.status.is_final()).and(now_ms));
        }
        insert.fetch_all(c)
    })
}

static WHY_NOT: Multirow =
    Multirow::new(&["id"], "SELECT event.id, event.run, event.status FROM v JOIN event ON event.id = v.id");

/// Run and status of events that could not be marked as planned.
async fn why_not(tx: &mut Tx, ids: &[i64]) -> Result<HashMap<i64, (i64, String)>> {
    let (text, places) = WHY_NOT.text(tx, ids.len());
    let rows = on!(tx, "look why an event cannot be planned", |c| {
        let mut select = sqlx::query_as::<_, (i64, i64, String)>(text);
        for id in padded(ids, places) {
            select = select.bind(id.copied());
        }
        select.fetch_all(c)
    })?;
    Ok(rows.into_iter().map(|(id, run, status)| (id, (run, status))).collect())
}
