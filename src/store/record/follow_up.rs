//! Stores what follows from how an action ended: further actions of its event, in the transaction that settles it.
//!
//! Rules that had to wait for a look-up are decided by an action, and the end of that action is their plan; an action that
//! fails may have notices follow it. A crash before the transaction leaves the action to be performed again; a crash after
//! it leaves what follows to the sweep.

use std::collections::HashMap;

use super::new_plan::rules_to_json;
use crate::{
    action::{Action, Deadline, Kind, Plan, PlannedAction, RuleUse, Status},
    store::backend::{Multirow, ROWS_MAX, Result, Tx, clean, on, padded, run},
};

/// What follows from an action that has been settled in this transaction.
#[derive(Clone, Copy)]
pub(in crate::store) struct FollowUp<'a> {
    /// The action that ended.
    pub(in crate::store) action_id: i64,
    /// Its event.
    pub(in crate::store) event_id: i64,
    /// The further actions, and the rules that asked for them.
    pub(in crate::store) plan: &'a Plan,
    /// Since when they are due.
    pub(in crate::store) now_ms: i64,
}

// Run, employee and customer are those of the action that ended. The event's row has been written in this transaction and
// so is locked: no other transaction can give out the same ordinals.
pub(in crate::store) static INSERT: Multirow = Multirow::new(
    &[
        "ended",
        "nth",
        "kind",
        "receiver",
        "status",
        "reason",
        "code",
        "request",
        "deadline_ms",
        "now_ms",
        "settled_at_ms",
    ],
    "INSERT INTO action (event_id, run, kind, receiver, ordinal, status, reason, code, request, corp_id, user_id,
                         external_user_id, deadline_ms, first_due_ms, due_ms, created_at_ms, settled_at_ms,
                         attempts, attempts_before_retry, earlier_lost, unanswered, lease_epoch)
     SELECT a.event_id, a.run, v.kind, v.receiver,
            v.nth + (SELECT COALESCE(max(b.ordinal) + 1, 0) FROM action b
                     WHERE b.event_id = a.event_id AND b.run = a.run AND b.kind = v.kind),
            v.status, v.reason, v.code, v.request, a.corp_id, a.user_id, a.external_user_id,
            v.deadline_ms, v.now_ms, v.now_ms, v.now_ms, v.settled_at_ms, 0, 0, FALSE, FALSE, 1
     FROM v JOIN action a ON a.id = v.ended",
);

/// One action to be inserted.
struct Row<'a> {
    follow_up: FollowUp<'a>,
    /// Its number among those of its kind that are inserted with it, from 0.
    nth: i64,
    planned: &'a PlannedAction,
}

/// Stores what follows from settlements that stand in the record already.
pub(in crate::store) async fn store(tx: &mut Tx, follow_ups: &[FollowUp<'_>]) -> Result<()> {
    let mut counts: HashMap<(i64, Kind), i64> = HashMap::new();
    let mut rows = Vec::new();
    for follow_up in follow_ups {
        for planned in &follow_up.plan.actions {
            let nth = counts.entry((follow_up.event_id, planned.kind())).or_default();
            rows.push(Row { follow_up: *follow_up, nth: *nth, planned });
            *nth += 1;
        }
    }
    // Each statement counts on from the rows that the one before it has inserted, so each chunk begins with 0 again.
    for chunk in rows.chunks_mut(ROWS_MAX) {
        let mut first: HashMap<(i64, Kind), i64> = HashMap::new();
        for row in chunk.iter_mut() {
            let key = (row.follow_up.event_id, row.planned.kind());
            row.nth -= *first.entry(key).or_insert(row.nth);
        }
        insert(tx, chunk).await?;
    }
    for chunk in follow_ups.chunks(ROWS_MAX) {
        let with_rules: Vec<_> =
            chunk.iter().filter(|follow_up| !follow_up.plan.rules.is_empty()).copied().collect();
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
            let now_ms = row.map(|row| row.follow_up.now_ms);
            let (action, deadline, reason) = match row.map(|row| row.planned) {
                Some(PlannedAction::Perform { action, deadline }) => (Some(action), *deadline, None),
                Some(PlannedAction::Skip { reason, .. }) => (None, None, Some(reason)),
                None => (None, None, None),
            };
            let status = row.map(|_| if action.is_some() { Status::Pending } else { Status::Skipped });
            insert = insert
                .bind(row.map(|row| row.follow_up.action_id))
                .bind(row.map(|row| row.nth))
                .bind(row.map(|row| row.planned.kind().as_str()))
                .bind(row.map(|_| action.map_or("", Action::receiver)))
                .bind(status.map(Status::as_str))
                .bind(reason.map(|reason| clean(&reason.text)))
                .bind(reason.map(|reason| reason.code.as_str()))
                .bind(action.map(Action::to_json))
                .bind(deadline.map(Deadline::as_ms))
                .bind(now_ms)
                .bind(now_ms.filter(|_| action.is_none()));
        }
        insert.execute(c)
    })
}

pub(in crate::store) static RULES: Multirow = Multirow::new(
    &["ended"],
    // The rules of an event are those of its latest plan, so an action of an earlier run adds nothing to them.
    "SELECT a.id, e.id, e.rules FROM v JOIN action a ON a.id = v.ended JOIN event e ON e.id = a.event_id
     WHERE e.run = a.run AND e.status <> 'received'",
);

/// Adds the rules that were used to those in the records of their events.
async fn merge_rules(tx: &mut Tx, follow_ups: &[FollowUp<'_>]) -> Result<()> {
    let (text, places) = RULES.text(tx, follow_ups.len());
    let rows = on!(tx, "read the rules of events", |c| {
        let mut select = sqlx::query_as::<_, (i64, i64, String)>(text);
        for row in padded(follow_ups, places) {
            select = select.bind(row.map(|follow_up| follow_up.action_id));
        }
        select.fetch_all(c)
    })?;
    let mut merged: HashMap<i64, Vec<RuleUse>> = HashMap::new();
    for (action_id, event_id, rules) in rows {
        let more = follow_ups.iter().find(|follow_up| follow_up.action_id == action_id);
        // Rules that cannot be read are left as they are: the actions are stored all the same, and `events show` says
        // what is wrong.
        let before = merged.remove(&event_id).or_else(|| serde_json::from_str(&rules).ok());
        if let (Some(follow_up), Some(mut rules)) = (more, before) {
            RuleUse::merge(&mut rules, &follow_up.plan.rules);
            merged.insert(event_id, rules);
        }
    }
    let mut merged: Vec<(i64, Vec<RuleUse>)> = merged.into_iter().collect();
    merged.sort_by_key(|(event_id, _)| *event_id);
    if merged.is_empty() { Ok(()) } else { set_rules(tx, &merged).await }
}

static SET_RULES: Multirow =
    Multirow::new(&["id", "rules"], "UPDATE event SET rules = v.rules FROM v WHERE event.id = v.id");

async fn set_rules(tx: &mut Tx, rules_of: &[(i64, Vec<RuleUse>)]) -> Result<()> {
    let (text, places) = SET_RULES.text(tx, rules_of.len());
    run!(tx, "add to the rules of events", |c| {
        let mut update = sqlx::query(text);
        for row in padded(rules_of, places) {
            update = update
                .bind(row.map(|(event_id, _)| *event_id))
                .bind(row.map(|(_, rules)| rules_to_json(rules)));
        }
        update.execute(c)
    })
}
