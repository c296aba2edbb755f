//! A plan on its way into the record: the rows of its actions, and which of them this process goes on to perform.
//!
//! A plan is stored [with its event](super::accept) where the rules could decide at once, and [after it](super::plan)
//! where something had to be looked up first. The rows are the same.

use std::{collections::HashMap, sync::Arc};

use super::{
    event::{EventStatus, StoredEvent},
    lease::{Claimed, TakesOn, lease_until_ms},
};
use crate::{
    action::{Deadline, Kind, Plan, PlannedAction, Reason, RuleUse, Status},
    store::{
        backend::{GivenIds as _, Multirow, ROWS_MAX, Result, Tx, clean, on, padded},
        processes::ProcessId,
    },
};

/// What the rules made of an event, and who performs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPlan {
    /// The process that takes the leases of the actions.
    pub process: ProcessId,
    /// The rules that made the plan, if there are any.
    pub ruleset_version: Option<i64>,
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

/// The ids of one event's new actions, by kind and number.
pub(in crate::store) type ActionIds = Vec<((Kind, i64), i64)>;

impl NewPlan {
    /// Where an event with nothing unfinished stands once it has this plan.
    pub(in crate::store) fn status(&self) -> EventStatus {
        if unfinished(&self.plan) > 0 { EventStatus::Planned } else { EventStatus::Settled }
    }

    /// Whether this process goes on to perform an action. A welcome has no time to wait for another process.
    fn takes(&self, planned: &PlannedAction) -> bool {
        let PlannedAction::Perform { action, .. } = planned else { return false };
        match action.kind() {
            Kind::Welcome => true,
            kind if kind.is_report() => self.hold_reports.takes(action),
            _ => self.hold_followups,
        }
    }

    /// The actions that this process is to perform, in their order. The term in which they are leased is the caller's to
    /// say.
    pub(in crate::store) fn claimed(
        self,
        ids: &[((Kind, i64), i64)],
        event: &Arc<StoredEvent>,
        run: i64,
    ) -> Vec<Claimed> {
        let mut numbers = Numbers::default();
        let taken: Vec<bool> = self.plan.actions.iter().map(|planned| self.takes(planned)).collect();
        let now_ms = self.now_ms;
        let claimed = self.plan.actions.into_iter().zip(taken).filter_map(|(planned, taken)| {
            let key = (planned.kind(), numbers.next(planned.kind()));
            let PlannedAction::Perform { action, deadline } = planned else { return None };
            let (_, action_id) = ids.iter().find(|(of, _)| *of == key).filter(|_| taken)?;
            Some(Claimed {
                action_id: *action_id,
                event_id: event.id,
                epoch: 1,
                kind: action.kind(),
                action,
                deadline,
                attempts: 0,
                earlier_lost: false,
                unanswered: false,
                first_due_ms: now_ms,
                lease_until_ms: lease_until_ms(deadline, now_ms, now_ms),
                event: Arc::clone(event),
                run,
                term: 0,
            })
        });
        claimed.collect()
    }
}

/// Counts the actions of each kind, from 0.
#[derive(Default)]
struct Numbers(HashMap<Kind, i64>);

impl Numbers {
    fn next(&mut self, kind: Kind) -> i64 {
        let count = self.0.entry(kind).or_default();
        *count += 1;
        *count - 1
    }
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

/// The actions of one event that are to be inserted.
#[derive(Clone, Copy)]
pub(in crate::store) struct ActionsOf<'a> {
    /// The event, whose row has been written in this transaction.
    pub(in crate::store) event_id: i64,
    /// Which plan of the event it is.
    pub(in crate::store) run: i64,
    /// The event's corp, where it names one.
    pub(in crate::store) corp_id: Option<&'a str>,
    /// Its employee.
    pub(in crate::store) user_id: Option<&'a str>,
    /// Its customer.
    pub(in crate::store) external_user_id: Option<&'a str>,
    /// What is to be done.
    pub(in crate::store) plan: &'a NewPlan,
}

macro_rules! insert_actions {
    ($returning:literal) => {
        Multirow::new(
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
            concat!(
                "INSERT INTO action (event_id, run, kind, receiver, ordinal, status, reason, code, request, corp_id, user_id,
                                     external_user_id, deadline_ms, first_due_ms, due_ms, lease_owner, lease_until_ms,
                                     created_at_ms, settled_at_ms,
                                     attempts, attempts_before_retry, earlier_lost, unanswered, lease_epoch)
                 SELECT event_id, run, kind, receiver, ordinal, status, reason, code, request, corp_id, user_id,
                        external_user_id, deadline_ms, due_ms, due_ms, lease_owner, lease_until_ms, due_ms, settled_at_ms,
                        0, 0, FALSE, FALSE, 1
                 FROM v WHERE event_id IS NOT NULL",
                $returning
            ),
        )
    };
}

pub(in crate::store) static INSERT: Multirow = insert_actions!(" RETURNING id, event_id, kind, ordinal");
pub(in crate::store) static INSERT_PLAIN: Multirow = insert_actions!("");

/// One row of `action`, about to be inserted.
struct Row<'a> {
    of: ActionsOf<'a>,
    kind: Kind,
    receiver: &'a str,
    ordinal: i64,
    status: Status,
    reason: Option<&'a Reason>,
    request: Option<String>,
    deadline: Option<Deadline>,
}

impl<'a> Row<'a> {
    fn of(of: ActionsOf<'a>, planned: &'a PlannedAction, ordinal: i64) -> Self {
        match planned {
            PlannedAction::Perform { action, deadline } => Self {
                of,
                kind: action.kind(),
                receiver: action.receiver(),
                ordinal,
                status: if of.plan.takes(planned) { Status::Running } else { Status::Pending },
                reason: None,
                request: Some(action.to_json()),
                deadline: *deadline,
            },
            PlannedAction::Skip { kind, reason } => Self {
                of,
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

/// Inserts the actions of these plans, and returns their ids by event.
pub(in crate::store) async fn insert_actions(
    tx: &mut Tx,
    plans: &[ActionsOf<'_>],
) -> Result<HashMap<i64, ActionIds>> {
    let mut rows = Vec::new();
    for of in plans {
        let mut numbers = Numbers::default();
        let planned = of.plan.plan.actions.iter();
        rows.extend(planned.map(|planned| Row::of(*of, planned, numbers.next(planned.kind()))));
    }
    let mut ids: HashMap<i64, ActionIds> = HashMap::new();
    for chunk in rows.chunks(ROWS_MAX) {
        for (event_id, key, id) in insert_chunk(tx, chunk).await? {
            ids.entry(event_id).or_default().push((key, id));
        }
    }
    Ok(ids)
}

/// Returns the event of each action, its kind and number, and its id.
async fn insert_chunk(tx: &mut Tx, rows: &[Row<'_>]) -> Result<Vec<(i64, (Kind, i64), i64)>> {
    macro_rules! bind_rows {
        ($insert:expr, $places:expr) => {{
            let mut insert = $insert;
            for row in padded(rows, $places) {
                let of = row.map(|row| row.of);
                let now_ms = of.map(|of| of.plan.now_ms);
                let leased = row.filter(|row| row.is_leased());
                insert = insert
                    .bind(of.map(|of| of.event_id))
                    .bind(of.map(|of| of.run))
                    .bind(row.map(|row| row.kind.as_str()))
                    .bind(row.map(|row| row.receiver))
                    .bind(row.map(|row| row.ordinal))
                    .bind(row.map(|row| row.status.as_str()))
                    .bind(row.and_then(|row| row.reason).map(|reason| clean(&reason.text)))
                    .bind(row.and_then(|row| row.reason).map(|reason| reason.code.as_str()))
                    .bind(row.and_then(|row| row.request.as_deref()))
                    .bind(of.and_then(|of| of.corp_id))
                    .bind(of.and_then(|of| of.user_id))
                    .bind(of.and_then(|of| of.external_user_id))
                    .bind(row.and_then(|row| row.deadline).map(Deadline::as_ms))
                    .bind(now_ms)
                    .bind(leased.map(|row| row.of.plan.process.id()))
                    .bind(
                        leased
                            .map(|row| lease_until_ms(row.deadline, row.of.plan.now_ms, row.of.plan.now_ms)),
                    )
                    .bind(row.filter(|row| row.status.is_final()).and(now_ms));
            }
            insert
        }};
    }
    // Differs because of what `RETURNING` costs on SQLite (see `GivenIds`).
    if tx.is_postgres() {
        let (text, places) = INSERT.text(tx, rows.len());
        let inserted = on!(tx, "store a plan", |c| {
            bind_rows!(sqlx::query_as::<_, (i64, i64, String, i64)>(text), places).fetch_all(c)
        })?;
        let of_known_kind = |(id, event_id, kind, ordinal): (i64, i64, String, i64)| {
            Some((event_id, (kind.parse::<Kind>().ok()?, ordinal), id))
        };
        return Ok(inserted.into_iter().filter_map(of_known_kind).collect());
    }
    let (text, places) = INSERT_PLAIN.text(tx, rows.len());
    let given = on!(tx, "store a plan", |c| async {
        bind_rows!(sqlx::query(text), places).execute(c).await.map(|end| end.given_ids())
    })?;
    Ok(rows.iter().zip(given).map(|(row, id)| (row.of.event_id, (row.kind, row.ordinal), id)).collect())
}
