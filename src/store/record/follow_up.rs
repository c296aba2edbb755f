//! What follows from how an action ended: further actions of its event, stored with its settlement or not at all.
//!
//! Rules that had to wait for a look-up are decided by an action, whose end is their plan; an action that fails may
//! have somebody told. Both belong to the transaction that settles: a crash before it leaves the action to be performed
//! again, one after it leaves what follows to the sweep.

use std::collections::HashMap;

use super::settle::Settlement;
use crate::{
    action::{Action, Deadline, Kind, Plan, Planned, RuleUse, Status},
    store::backend::{Multirow, ROWS_MAX, Result, Tx, clean, on, padded, run},
};

/// How many of a plan's actions are to be performed.
pub(in crate::store) fn unfinished(plan: &Plan) -> i64 {
    let performed = plan.actions.iter().filter(|planned| matches!(planned, Planned::Perform { .. }));
    i64::try_from(performed.count()).unwrap_or(i64::MAX)
}

// Run and pair are those of the action whose end this is. The event's row has been written in this transaction, so
// nobody else counts the same numbers.
static INSERT: Multirow = Multirow::new(
    &[
        "ended",
        "nth",
        "kind",
        "receiver",
        "status",
        "reason",
        "request",
        "deadline_ms",
        "now_ms",
        "settled_at_ms",
    ],
    "INSERT INTO action (event_id, run, kind, receiver, ordinal, status, reason, request, corp_id, user_id,
                         external_user_id, deadline_ms, first_due_ms, due_ms, created_at_ms, settled_at_ms,
                         attempts, attempts_before_retry, earlier_lost, lease_epoch)
     SELECT a.event_id, a.run, v.kind, v.receiver,
            v.nth + (SELECT COALESCE(max(b.ordinal) + 1, 0) FROM action b
                     WHERE b.event_id = a.event_id AND b.run = a.run AND b.kind = v.kind),
            v.status, v.reason, v.request, a.corp_id, a.user_id, a.external_user_id,
            v.deadline_ms, v.now_ms, v.now_ms, v.now_ms, v.settled_at_ms, 0, 0, FALSE, 1
     FROM v JOIN action a ON a.id = v.ended",
);

static RULES: Multirow = Multirow::new(
    &["ended"],
    // The rules of an event are those of its latest plan; what ends of an earlier run adds nothing to them.
    "SELECT a.id, e.id, e.rules FROM v JOIN action a ON a.id = v.ended JOIN event e ON e.id = a.event_id
     WHERE e.run = a.run AND e.status <> 'received'",
);

static SET_RULES: Multirow =
    Multirow::new(&["id", "rules"], "UPDATE event SET rules = v.rules FROM v WHERE event.id = v.id");

/// One action to be inserted.
struct Row<'a> {
    settlement: &'a Settlement,
    nth: i64,
    planned: &'a Planned,
}

/// Stores what follows from settlements that are on record.
pub(in crate::store) async fn store(tx: &mut Tx, settled: &[(&Settlement, &Plan)]) -> Result<()> {
    let mut counts: HashMap<(i64, Kind), i64> = HashMap::new();
    let mut rows = Vec::new();
    for (settlement, plan) in settled {
        for planned in &plan.actions {
            let nth = counts.entry((settlement.lease.event_id, planned.kind())).or_default();
            rows.push(Row { settlement, nth: *nth, planned });
            *nth += 1;
        }
    }
    // A chunk sees what the one before it has inserted: each counts from there.
    for chunk in rows.chunks_mut(ROWS_MAX) {
        let mut first: HashMap<(i64, Kind), i64> = HashMap::new();
        for row in chunk.iter_mut() {
            let key = (row.settlement.lease.event_id, row.planned.kind());
            row.nth -= *first.entry(key).or_insert(row.nth);
        }
        insert(tx, chunk).await?;
    }
    for chunk in settled.chunks(ROWS_MAX) {
        let with_rules: Vec<_> = chunk.iter().filter(|(_, plan)| !plan.rules.is_empty()).collect();
        if !with_rules.is_empty() {
            merge_rules(tx, &with_rules).await?;
        }
    }
    Ok(())
}

async fn insert(tx: &mut Tx, rows: &[Row<'_>]) -> Result<()> {
    let (text, places) = INSERT.text(tx, rows.len());
    run!(tx, "store what follows", |c| {
        let mut insert = sqlx::query(text);
        for row in padded(rows, places) {
            let now_ms = row.map(|row| row.settlement.now_ms);
            let (action, deadline, reason) = match row.map(|row| row.planned) {
                Some(Planned::Perform { action, deadline }) => (Some(action), *deadline, None),
                Some(Planned::Skip { reason, .. }) => (None, None, Some(reason.as_str())),
                None => (None, None, None),
            };
            let status = row.map(|_| if action.is_some() { Status::Pending } else { Status::Skipped });
            insert = insert
                .bind(row.map(|row| row.settlement.lease.action_id))
                .bind(row.map(|row| row.nth))
                .bind(row.map(|row| row.planned.kind().as_str()))
                .bind(row.map(|_| action.map_or("", Action::receiver)))
                .bind(status.map(Status::as_str))
                .bind(reason.map(clean))
                .bind(action.map(Action::to_json))
                .bind(deadline.map(Deadline::as_ms))
                .bind(now_ms)
                .bind(now_ms.filter(|_| action.is_none()));
        }
        insert.execute(c)
    })
}

async fn merge_rules(tx: &mut Tx, settled: &[&(&Settlement, &Plan)]) -> Result<()> {
    let (text, places) = RULES.text(tx, settled.len());
    let rows = on!(tx, "read the rules of events", |c| {
        let mut select = sqlx::query_as::<_, (i64, i64, String)>(text);
        for row in padded(settled, places) {
            select = select.bind(row.map(|(settlement, _)| settlement.lease.action_id));
        }
        select.fetch_all(c)
    })?;
    let mut merged: HashMap<i64, Vec<RuleUse>> = HashMap::new();
    for (action_id, event_id, rules) in rows {
        let more = settled.iter().find(|(settlement, _)| settlement.lease.action_id == action_id);
        // A record that cannot be read is left as it is: `events show` says so, and the actions are there.
        let before = merged.remove(&event_id).or_else(|| serde_json::from_str(&rules).ok());
        if let (Some((_, plan)), Some(mut rules)) = (more, before) {
            RuleUse::merge(&mut rules, &plan.rules);
            merged.insert(event_id, rules);
        }
    }
    let mut merged: Vec<(i64, Vec<RuleUse>)> = merged.into_iter().collect();
    merged.sort_by_key(|(event_id, _)| *event_id);
    if merged.is_empty() {
        return Ok(());
    }
    let (text, places) = SET_RULES.text(tx, merged.len());
    run!(tx, "add to the rules of events", |c| {
        let mut update = sqlx::query(text);
        for row in padded(&merged, places) {
            // Names and numbers only: there is nothing in it that could fail to serialise.
            let rules = row.map(|(_, rules)| serde_json::to_string(rules).unwrap_or_default());
            update = update.bind(row.map(|(event_id, _)| *event_id)).bind(rules);
        }
        update.execute(c)
    })
}
