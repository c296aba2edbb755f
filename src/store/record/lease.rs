//! Leases of actions: who may perform one, and until when.
//!
//! An action is free when no process holds its lease, when the holder has been silent, or when the lease has run out.
//! Taking it raises the epoch, and settling it names the epoch. So a process that was wrongly taken for dead, and wakes up
//! late, changes nothing.

use std::sync::Arc;

use super::event::StoredEvent;
use crate::{
    action::{Action, Deadline, Kind, deadline::LATE_ANSWER_MAX},
    store::backend::{Backend, Multirow, Result, Tx, on, padded, row, run},
};

/// How long after its deadline an action still belongs to its holder. No call starts after the deadline, but the answer to
/// one that started before it is waited for ([`LATE_ANSWER_MAX`]), and then needs a moment to be recorded.
pub(in crate::store) const DEADLINE_GRACE_MS: i64 = 15_000;
const _: () = assert!(
    LATE_ANSWER_MAX.as_secs() + 5 <= DEADLINE_GRACE_MS.unsigned_abs() / 1_000,
    "there is time to record the end of a call whose answer was waited for"
);

/// How long a process may hold an action that has no deadline before it is taken for hung. A call ends within seconds; the
/// rest is for waiting behind others of the same corp.
pub(in crate::store) const LEASE_MS: i64 = 300_000;

/// Until when an action belongs to its holder, whether that is alive or not.
pub(in crate::store) fn lease_until_ms(deadline: Option<Deadline>, due_ms: i64, now_ms: i64) -> i64 {
    match deadline {
        Some(deadline) => deadline.as_ms().max(now_ms).saturating_add(DEADLINE_GRACE_MS),
        None => due_ms.max(now_ms).saturating_add(LEASE_MS),
    }
}

/// The right to settle an action. Valid while the row's epoch is this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActionLease {
    /// The action's id.
    pub action_id: i64,
    /// The id of the event it belongs to.
    pub event_id: i64,
    /// Which lease of this action it is.
    pub epoch: i64,
    /// The action's deadline.
    pub deadline: Option<Deadline>,
}

/// An action that this process is to perform. Only a commit makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Its id in the record.
    pub action_id: i64,
    /// The id of the event it belongs to.
    pub event_id: i64,
    /// Which lease of this action it is.
    pub epoch: i64,
    /// The kind of action.
    pub kind: Kind,
    /// What is to be done, as earlier attempts left it.
    pub action: Action,
    /// Until when it is worth anything; only a welcome has one.
    pub deadline: Option<Deadline>,
    /// How many attempts there have been since it was planned, or since an operator had it tried again.
    pub attempts: u32,
    /// Whether an earlier attempt may have had its effect although it was not answered with a yes.
    pub earlier_lost: bool,
    /// Whether an earlier attempt may have had its effect and was not answered at all.
    pub unanswered: bool,
    /// When it was first due.
    pub first_due_ms: i64,
    /// Until when it belongs to this process; after that another may be performing it.
    pub lease_until_ms: i64,
    /// The event it is done for.
    pub event: Arc<StoredEvent>,
    /// Which plan of the event it is from.
    pub run: i64,
    /// In which term of this process ([`Standing`](crate::store::Standing)) the lease was taken.
    pub term: u64,
}

impl Claimed {
    /// What is needed to settle it.
    pub fn lease(&self) -> ActionLease {
        ActionLease {
            action_id: self.action_id,
            event_id: self.event_id,
            epoch: self.epoch,
            deadline: self.deadline,
        }
    }
}

/// Which reports a process has room for. The others wait in the database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TakesOn {
    /// Notices.
    pub notices: bool,
    /// Forwards, except those to addresses that are full.
    pub forwards: bool,
    /// The addresses for which it holds as many forwards as it may.
    pub full: Vec<String>,
}

impl TakesOn {
    /// Every report.
    pub fn all() -> Self {
        Self { notices: true, forwards: true, full: Vec::new() }
    }

    /// No report.
    pub fn none() -> Self {
        Self::default()
    }

    pub(in crate::store) fn takes(&self, action: &Action) -> bool {
        match action.receiver() {
            "" => self.notices,
            receiver => self.forwards && !self.full.iter().any(|full| full == receiver),
        }
    }
}

pub(in crate::store) static LOAD: Multirow = Multirow::new(
    &["id"],
    "SELECT a.id AS action_id, a.run, a.kind, a.request, a.deadline_ms, a.attempts, a.attempts_before_retry,
            a.earlier_lost, a.unanswered, a.first_due_ms, a.lease_epoch, a.lease_until_ms,
            e.id, e.app, e.corp_id, e.user_id, e.external_user_id, e.happened_at_ms, e.received_at_ms, e.payload
     FROM v JOIN action a ON a.id = v.id JOIN event e ON e.id = a.event_id",
);

row! {
    /// The row of an action that this process has just leased, with its event.
    pub(in crate::store) struct LeasedRow {
        action_id: i64,
        run: i64,
        kind: String,
        request: Option<String>,
        deadline_ms: Option<i64>,
        attempts: i64,
        attempts_before_retry: i64,
        earlier_lost: bool,
        unanswered: bool,
        first_due_ms: i64,
        lease_epoch: i64,
        lease_until_ms: i64,
        ..event: StoredEvent,
    }
}

impl LeasedRow {
    /// The action; or its lease and what about it this version of the program does not understand.
    pub(in crate::store) fn claimed(self, term: u64) -> std::result::Result<Claimed, (ActionLease, String)> {
        let deadline = self.deadline_ms.map(Deadline::at_ms);
        let event_id = self.event.id;
        let lease = ActionLease { action_id: self.action_id, event_id, epoch: self.lease_epoch, deadline };
        let kind: Kind = self.kind.parse().map_err(|_| (lease, format!("its kind is {}", self.kind)))?;
        let action = Action::from_json(kind, self.request.as_deref().unwrap_or_default())
            .map_err(|error| (lease, format!("its request is not of this version ({error})")))?;
        Ok(Claimed {
            action_id: self.action_id,
            event_id,
            epoch: self.lease_epoch,
            kind,
            action,
            deadline,
            attempts: u32::try_from(self.attempts - self.attempts_before_retry).unwrap_or(u32::MAX),
            earlier_lost: self.earlier_lost,
            unanswered: self.unanswered,
            first_due_ms: self.first_due_ms,
            lease_until_ms: self.lease_until_ms,
            event: Arc::new(self.event),
            run: self.run,
            term,
        })
    }
}

/// Reads actions that have just been leased.
pub(in crate::store) async fn load(tx: &mut Tx, ids: &[i64]) -> Result<Vec<LeasedRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (text, places) = LOAD.text(tx, ids.len());
    on!(tx, "read actions", |c| {
        let mut select = sqlx::query_as::<_, LeasedRow>(text);
        for id in padded(ids, places) {
            select = select.bind(id.copied());
        }
        select.fetch_all(c)
    })
}

/// Gives an action back untouched.
pub(in crate::store) async fn release(backend: &Backend, action_id: i64, epoch: i64) -> Result<()> {
    let mut tx = backend.single().await?;
    run!(tx, "release an action", |c| sqlx::query(
        "UPDATE action SET status = 'pending', lease_owner = NULL, lease_until_ms = NULL
         WHERE id = $1 AND lease_epoch = $2 AND lease_owner IS NOT NULL"
    )
    .bind(action_id)
    .bind(epoch)
    .execute(c))?;
    tx.commit().await
}
