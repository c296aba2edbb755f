//! Stores the plan that the rules made of an event that is in the record already, once a run, and hands its actions to the
//! process that goes on to perform them.

use std::collections::{HashMap, HashSet};

use super::{
    event::{ClaimedEvent, EventStatus},
    lease::{self, Claimed},
    new_plan::{ActionIds, ActionsOf, NewPlan, insert_actions, rules_to_json, unfinished},
};
use crate::store::{
    Store,
    backend::{Backend, Batch, Multirow, Result, Tx, on, padded},
};

/// A plan to be stored.
#[derive(Clone, Debug)]
pub struct PlanRecord {
    /// The event and the right to plan it, as [`Store::accept`], [`Store::sweep_events`] or
    /// [`Store::begin_replay`] gave it.
    pub claimed: ClaimedEvent,
    /// What is to be done.
    pub new: NewPlan,
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
    /// It is stored, with these ids of its actions.
    Stored(ActionIds),
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
        let new: Vec<ActionsOf<'_>> = firsts.into_iter().map(actions_of).collect();
        let ids = insert_actions(&mut tx, &new).await?;
        let refused: Vec<i64> = requests
            .iter()
            .map(|record| record.claimed.lease.event_id)
            .filter(|id| !marked.contains(id))
            .collect();
        let why = if refused.is_empty() { HashMap::new() } else { why_not(&mut tx, &refused).await? };
        tx.commit().await?;
        Ok(replies(requests, marked, ids, &why))
    }

    fn answer(PlanRecord { claimed, new }: PlanRecord, reply: PlanReply) -> Planned {
        match reply {
            PlanReply::Stored(ids) => Planned::Stored(new.claimed(&ids, &claimed.event, claimed.run)),
            PlanReply::AlreadyPlanned => Planned::AlreadyPlanned,
            PlanReply::LeaseLost => Planned::LeaseLost,
        }
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

fn actions_of(record: &PlanRecord) -> ActionsOf<'_> {
    let event = &*record.claimed.event;
    ActionsOf {
        event_id: event.id,
        run: record.claimed.run,
        corp_id: event.corp_id.as_deref(),
        user_id: event.user_id.as_deref(),
        external_user_id: event.external_user_id.as_deref(),
        plan: &record.new,
    }
}

/// What became of each request. `marked` are the events that a plan was stored for, and `why` holds run and status of the
/// others.
fn replies(
    requests: &[PlanRecord],
    mut marked: HashSet<i64>,
    mut ids: HashMap<i64, ActionIds>,
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

pub(in crate::store) static MARK_PLANNED: Multirow = Multirow::new(
    &["id", "epoch", "run", "ruleset_version", "rules", "unfinished"],
    "UPDATE event SET
         status = CASE WHEN event.unfinished + v.unfinished > 0 THEN 'planned' ELSE 'settled' END,
         unfinished = event.unfinished + v.unfinished,
         ruleset_version = v.ruleset_version,
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
                .bind(record.and_then(|record| record.new.ruleset_version))
                .bind(record.map(|record| rules_to_json(&record.new.plan.rules)))
                .bind(record.map(|record| unfinished(&record.new.plan)));
        }
        update.fetch_all(c)
    })?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub(in crate::store) static WHY_NOT: Multirow =
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
