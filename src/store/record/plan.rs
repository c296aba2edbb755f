//! Stores what the rules made of an event, once a run, and hands it on: the stage between a plan and the calls.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use sqlx::FromRow;

use super::{
    accept::{ClaimedEvent, EventLease, PLANNING_LEASE_MS, StoredEvent},
    claim::{Claimed, lease_until_ms},
    reports::TakesOn,
};
use crate::{
    action::{self, Deadline, Status},
    store::{
        Store,
        backend::{Backend, Batch, Dialect, Multirow, ROWS_MAX, Result, Tx, clean, on, padded},
        processes::ProcessId,
    },
};

/// A plan to be stored.
#[derive(Clone, Debug)]
pub struct PlanRecord {
    /// The event and the right to plan it, as [`Store::accept`], [`Store::sweep_events`] or
    /// [`Store::begin_replay`] gave it.
    pub claimed: ClaimedEvent,
    /// Who takes the leases of the actions.
    pub process: ProcessId,
    /// The rules that made the plan, if there are any.
    pub ruleset_version: Option<i64>,
    /// How long WeCom waited for the 200, in microseconds, where this process knows.
    pub acked_after_us: Option<i64>,
    /// What is to be done.
    pub plan: action::Plan,
    /// Lease tags, remarks and what is still to be decided to this process as well; otherwise they are left to the next
    /// sweep. The welcome is always leased.
    pub hold_followups: bool,
    /// What of notices and forwards it takes on as well.
    pub hold_tidings: TakesOn,
    /// Now, in Unix milliseconds.
    pub now_ms: i64,
}

/// What became of a plan.
#[derive(Clone, Debug)]
pub enum Planned {
    /// It is stored. These actions are this process's to perform, in this order.
    Stored(Vec<Claimed>),
    /// The event had been planned already in this run; nothing was changed.
    AlreadyPlanned,
    /// The lease had ended and another has been given the event; nothing was changed.
    LeaseLost,
}

impl Store {
    /// Stores the plan of an event, with its actions, unless that has been done.
    pub async fn plan(&self, record: PlanRecord) -> Result<Planned> {
        self.0.plans.call(record).await
    }

    /// Gives this process events that are stored but not planned and that nobody living holds, at most 128. The
    /// newest first: what of them carries a welcome code has the more time left the later it came, and the rest can
    /// wait.
    pub async fn sweep_events(&self, me: ProcessId, now_ms: i64, limit: usize) -> Result<Vec<ClaimedEvent>> {
        let mut tx = self.backend().single().await?;
        let text = tx.text(&SWEEP);
        let rows = on!(tx, "sweep events", |c| sqlx::query_as::<_, Swept>(text)
            .bind(now_ms)
            .bind(i64::try_from(limit.min(ROWS_MAX)).unwrap_or(0))
            .bind(me.id())
            .bind(now_ms.saturating_add(PLANNING_LEASE_MS))
            .fetch_all(c))?;
        tx.commit().await?;
        let mut claimed: Vec<_> = rows.into_iter().map(Swept::claimed).collect();
        claimed.sort_by_key(|claimed| std::cmp::Reverse(claimed.lease.event_id));
        Ok(claimed)
    }
}

macro_rules! sweep {
    ($lock:literal) => {
        concat!(
            "WITH free AS MATERIALIZED (
                 SELECT id FROM event
                 WHERE status = 'received'
                   AND (lease_owner IS NULL OR lease_until_ms < $1 OR NOT EXISTS
                        (SELECT 1 FROM process WHERE process.id = event.lease_owner AND alive_until_ms >= $1))
                 ORDER BY id DESC LIMIT $2 ",
            $lock,
            ")
             UPDATE event SET lease_owner = $3, lease_epoch = lease_epoch + 1, lease_until_ms = $4
             WHERE id IN (SELECT id FROM free)
             RETURNING id, run, lease_epoch, app, corp_id, user_id, external_user_id, happened_at_ms,
                       received_at_ms, payload"
        )
    };
}

/// Differs because SQLite has one writer: nobody else can hold the row, so there is nothing to skip.
const SWEEP: Dialect = Dialect { sqlite: sweep!(""), postgres: sweep!("FOR UPDATE SKIP LOCKED") };

/// An event as it is given to whoever plans it.
#[derive(FromRow)]
pub(in crate::store) struct Swept {
    id: i64,
    run: i64,
    lease_epoch: i64,
    app: String,
    corp_id: Option<String>,
    user_id: Option<String>,
    external_user_id: Option<String>,
    happened_at_ms: i64,
    received_at_ms: i64,
    payload: Vec<u8>,
}

impl Swept {
    pub(in crate::store) fn claimed(self) -> ClaimedEvent {
        ClaimedEvent {
            lease: EventLease { event_id: self.id, epoch: self.lease_epoch },
            run: self.run,
            event: Arc::new(StoredEvent {
                id: self.id,
                app: self.app,
                corp_id: self.corp_id,
                user_id: self.user_id,
                external_user_id: self.external_user_id,
                happened_at_ms: self.happened_at_ms,
                received_at_ms: self.received_at_ms,
                payload: self.payload,
            }),
        }
    }
}

/// The batches of [`Store::plan`].
#[derive(Debug)]
pub(in crate::store) struct StorePlan;

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

static WHY_NOT: Multirow =
    Multirow::new(&["id"], "SELECT event.id, event.run, event.status FROM v JOIN event ON event.id = v.id");

static INSERT_ACTIONS: Multirow = Multirow::new(
    &[
        "event_id",
        "run",
        "kind",
        "receiver",
        "ordinal",
        "status",
        "reason",
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
    "INSERT INTO action (event_id, run, kind, receiver, ordinal, status, reason, request, corp_id, user_id,
                         external_user_id, deadline_ms, first_due_ms, due_ms, lease_owner, lease_until_ms, created_at_ms, settled_at_ms,
                         attempts, attempts_before_retry, earlier_lost, lease_epoch)
     SELECT event_id, run, kind, receiver, ordinal, status, reason, request, corp_id, user_id, external_user_id,
            deadline_ms, due_ms, due_ms, lease_owner, lease_until_ms, due_ms, settled_at_ms,
            0, 0, FALSE, 1
     FROM v WHERE event_id IS NOT NULL
     RETURNING id, event_id, kind, ordinal",
);

/// One row of `action`, about to be inserted.
struct NewAction<'a> {
    record: &'a PlanRecord,
    kind: action::Kind,
    receiver: &'a str,
    ordinal: i64,
    status: Status,
    reason: Option<&'a str>,
    request: Option<String>,
    deadline: Option<Deadline>,
}

impl<'a> NewAction<'a> {
    fn of(record: &'a PlanRecord, planned: &'a action::Planned, ordinal: i64) -> Self {
        match planned {
            action::Planned::Perform { action, deadline } => Self {
                record,
                kind: action.kind(),
                receiver: action.receiver(),
                ordinal,
                status: if leased(record, planned) { Status::Running } else { Status::Pending },
                reason: None,
                request: Some(action.to_json()),
                deadline: *deadline,
            },
            action::Planned::Skip { kind, reason } => Self {
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

/// Whether the process that plans an action goes on to perform it. The welcome has no time for anybody else.
fn leased(record: &PlanRecord, planned: &action::Planned) -> bool {
    let action::Planned::Perform { action, .. } = planned else { return false };
    match action.kind() {
        action::Kind::Welcome => true,
        kind if kind.tells() => record.hold_tidings.takes(action),
        _ => record.hold_followups,
    }
}

/// The actions of a plan, each with its number among those of its kind, from 0.
pub(in crate::store) fn numbered(
    actions: &[action::Planned],
) -> impl Iterator<Item = (&action::Planned, i64)> + use<'_> {
    let mut counts: HashMap<action::Kind, i64> = HashMap::new();
    actions.iter().map(move |planned| {
        let count = counts.entry(planned.kind()).or_default();
        *count += 1;
        (planned, *count - 1)
    })
}

/// What was said to one plan: the ids of its actions by kind and number, or why it was not stored.
#[derive(Debug)]
pub(in crate::store) enum PlanSaid {
    Stored(HashMap<(action::Kind, i64), i64>),
    AlreadyPlanned,
    LeaseLost,
}

impl Batch for StorePlan {
    type Request = PlanRecord;
    type Said = PlanSaid;
    type Answer = Planned;

    async fn run(backend: &Backend, requests: &[PlanRecord], _again: bool) -> Result<Vec<PlanSaid>> {
        // The same event twice in one batch: the first plan counts.
        let mut seen = HashSet::new();
        let mut firsts: Vec<&PlanRecord> =
            requests.iter().filter(|record| seen.insert(record.claimed.lease.event_id)).collect();
        firsts.sort_by_key(|record| record.claimed.lease.event_id);

        let mut tx = backend.begin().await?;
        let marked = mark_planned(&mut tx, &firsts).await?;
        let actions: Vec<NewAction<'_>> = firsts
            .iter()
            .filter(|record| marked.contains(&record.claimed.lease.event_id))
            .flat_map(|record| {
                numbered(&record.plan.actions)
                    .map(|(planned, ordinal)| NewAction::of(record, planned, ordinal))
            })
            .collect();
        let mut ids: HashMap<i64, HashMap<(action::Kind, i64), i64>> = HashMap::new();
        for chunk in actions.chunks(ROWS_MAX) {
            for (id, event_id, kind, ordinal) in insert_actions(&mut tx, chunk).await? {
                if let Ok(kind) = kind.parse() {
                    ids.entry(event_id).or_default().insert((kind, ordinal), id);
                }
            }
        }
        let refused: Vec<i64> = requests
            .iter()
            .map(|record| record.claimed.lease.event_id)
            .filter(|id| !marked.contains(id))
            .collect();
        let why = if refused.is_empty() { HashMap::new() } else { why_not(&mut tx, &refused).await? };
        tx.commit().await?;

        let mut first = marked;
        Ok(requests
            .iter()
            .map(|record| {
                let id = record.claimed.lease.event_id;
                if first.remove(&id) {
                    return PlanSaid::Stored(ids.remove(&id).unwrap_or_default());
                }
                match why.get(&id) {
                    // Still to be planned in this run, but not by this lease.
                    Some((run, status)) if *run == record.claimed.run && status == "received" => {
                        PlanSaid::LeaseLost
                    }
                    Some((run, _)) if *run < record.claimed.run => PlanSaid::LeaseLost,
                    _ => PlanSaid::AlreadyPlanned,
                }
            })
            .collect())
    }

    fn answer(request: PlanRecord, said: PlanSaid) -> Planned {
        let ids = match said {
            PlanSaid::Stored(ids) => ids,
            PlanSaid::AlreadyPlanned => return Planned::AlreadyPlanned,
            PlanSaid::LeaseLost => return Planned::LeaseLost,
        };
        let claimed = numbered(&request.plan.actions).filter_map(|(planned, ordinal)| match planned {
            action::Planned::Perform { action, deadline } if leased(&request, planned) => Some(Claimed {
                action_id: *ids.get(&(action.kind(), ordinal))?,
                event_id: request.claimed.event.id,
                epoch: 1,
                kind: action.kind(),
                action: action.clone(),
                deadline: *deadline,
                attempts: 0,
                earlier_lost: false,
                first_due_ms: request.now_ms,
                lease_until_ms: lease_until_ms(*deadline, request.now_ms, request.now_ms),
                event: Arc::clone(&request.claimed.event),
                run: request.claimed.run,
            }),
            _ => None,
        });
        Planned::Stored(claimed.collect())
    }

    /// Its caller has gone, so nobody performs the actions: the next sweep takes them.
    async fn unclaimed(backend: &Backend, answer: Planned) {
        if let Planned::Stored(claimed) = answer {
            for claimed in claimed {
                // If this fails the lease runs out by itself.
                let _: Result<()> = super::claim::release(backend, claimed.action_id, claimed.epoch).await;
            }
        }
    }
}

async fn mark_planned(tx: &mut Tx, records: &[&PlanRecord]) -> Result<HashSet<i64>> {
    let (text, places) = MARK_PLANNED.text(tx, records.len());
    let rows = on!(tx, "mark events as planned", |c| {
        let mut update = sqlx::query_as::<_, (i64,)>(text);
        for record in padded(records, places) {
            let unfinished = record.map(|record| {
                let performed = record
                    .plan
                    .actions
                    .iter()
                    .filter(|action| matches!(action, action::Planned::Perform { .. }));
                i64::try_from(performed.count()).unwrap_or(i64::MAX)
            });
            // Names and numbers only: there is nothing in it that could fail to serialise.
            let rules = record.map(|record| serde_json::to_string(&record.plan.rules).unwrap_or_default());
            update = update
                .bind(record.map(|record| record.claimed.lease.event_id))
                .bind(record.map(|record| record.claimed.lease.epoch))
                .bind(record.map(|record| record.claimed.run))
                .bind(record.and_then(|record| record.ruleset_version))
                .bind(record.and_then(|record| record.acked_after_us))
                .bind(rules)
                .bind(unfinished);
        }
        update.fetch_all(c)
    })?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

async fn insert_actions(tx: &mut Tx, actions: &[NewAction<'_>]) -> Result<Vec<(i64, i64, String, i64)>> {
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
                .bind(action.and_then(|action| action.reason).map(clean))
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
