//! Has an event planned and performed again, in a run of its own.

use crate::{
    access::{Act, By},
    action::Kinds,
    store::{
        Store,
        access::audit::{self, AuditLine},
        backend::{Result, Tx, on},
        processes::ProcessId,
        record::event::{ClaimedEvent, ClaimedEventRow, PLANNING_LEASE_MS, claimed_event_columns},
    },
};

/// Whether a replay has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplayStart {
    /// It has: this process is to plan the event, in a run of its own. Should the process end, a server takes over.
    Begun(ClaimedEvent),
    /// The event is waiting to be planned already.
    Underway,
    /// There is no such event.
    Missing,
}

impl Store {
    /// Leases the event to this process to be planned again, as the next run.
    pub async fn begin_replay(&self, event_id: i64, me: ProcessId, now_ms: i64) -> Result<ReplayStart> {
        self.begin_replay_by(event_id, Kinds::default(), me, &By::command_line(), now_ms).await
    }

    /// The same by somebody, limited to some kinds of action. They stand with the event, so that whoever goes on with the
    /// replay does no more than was asked for.
    pub async fn begin_replay_by(
        &self,
        event_id: i64,
        only: Kinds,
        me: ProcessId,
        by: &By,
        now_ms: i64,
    ) -> Result<ReplayStart> {
        let mut tx = self.backend().begin().await?;
        let replay = if let Some(claimed) = begin(&mut tx, event_id, only, me, by, now_ms).await? {
            ReplayStart::Begun(claimed)
        } else {
            let exists = on!(tx, "look for an event", |c| sqlx::query_as::<_, (i64,)>(
                "SELECT id FROM event WHERE id = $1"
            )
            .bind(event_id)
            .fetch_optional(c))?;
            if exists.is_some() { ReplayStart::Underway } else { ReplayStart::Missing }
        };
        tx.commit().await?;
        Ok(replay)
    }
}

/// Begins a replay in a transaction, with its line of the audit. `None`: the event is being planned already, or not there.
pub(super) async fn begin(
    tx: &mut Tx,
    event_id: i64,
    only: Kinds,
    me: ProcessId,
    by: &By,
    now_ms: i64,
) -> Result<Option<ClaimedEvent>> {
    let begun = on!(tx, "begin a replay", |c| sqlx::query_as::<_, ClaimedEventRow>(BEGIN)
        .bind(event_id)
        .bind(me.id())
        .bind(now_ms.saturating_add(PLANNING_LEASE_MS))
        .bind(only.to_text())
        .fetch_optional(c))?;
    let Some(row) = begun else { return Ok(None) };
    let (target, claimed) = (event_id.to_string(), row.claimed()?);
    let (before, after) = ((claimed.run - 1).to_string(), claimed.run.to_string());
    let line =
        AuditLine { by, act: Act::Replayed, target: &target, before: Some(&before), after: Some(&after) };
    audit::note(tx, &line, now_ms).await?;
    Ok(Some(claimed))
}

const BEGIN: &str = concat!(
    "UPDATE event SET status = 'received', run = run + 1, only_kinds = $4,
            lease_owner = $2, lease_epoch = lease_epoch + 1, lease_until_ms = $3
     WHERE id = $1 AND status <> 'received'
     RETURNING ",
    claimed_event_columns!()
);
