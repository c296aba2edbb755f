//! Whether another process is at work on the same employee and customer.
//!
//! WeCom answers 6000 to two writes of one contact at the same time. Within a process they take turns, and a sweep gives
//! out one at a time. Actions that a process plans and goes on to perform have not been swept, so it asks here first.

use super::event::StoredEvent;
use crate::store::{
    Store,
    backend::{Result, on},
    processes::ProcessId,
};

impl Store {
    /// Whether another living process holds a tag or remark for the same employee and customer. To be asked after one's own
    /// claim has been committed: of two processes that claim at once the one that asks later sees the other, so at least
    /// one of them gives way.
    pub async fn pair_is_held_elsewhere(
        &self,
        event: &StoredEvent,
        me: ProcessId,
        now_ms: i64,
    ) -> Result<bool> {
        let mut tx = self.backend().read().await?;
        let (held,) = on!(tx, "look who holds a pair", |c| sqlx::query_as::<_, (bool,)>(
            "SELECT EXISTS
                 (SELECT 1 FROM action a JOIN process p ON p.id = a.lease_owner
                  WHERE a.external_user_id = $1 AND a.user_id = $2 AND a.status IN ('pending', 'running')
                    AND a.corp_id IS NOT DISTINCT FROM $3 AND a.kind IN ('tag', 'remark')
                    AND a.lease_owner <> $4 AND a.lease_until_ms >= $5 AND p.alive_until_ms >= $5)"
        )
        .bind(event.external_user_id.as_deref())
        .bind(event.user_id.as_deref())
        .bind(event.corp_id.as_deref())
        .bind(me.id())
        .bind(now_ms)
        .fetch_one(c))?;
        tx.commit().await?;
        Ok(held)
    }
}
