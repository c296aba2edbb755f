//! Whether a customer was added before. Rules for customers who come back go by that.

use crate::store::{
    Store,
    backend::{Result, on},
    record::event::StoredEvent,
};

/// WeCom notifies every app that may know of an add, each at its own time. So an add that another app of the corp was
/// notified of less than this before is taken for the same one.
pub(super) const SAME_ADD_MS: i64 = 60_000;

/// Earlier adds of an event's customer; see [`Store::earlier_adds`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EarlierAdds {
    /// By the employee of the event.
    pub by_employee: bool,
    /// By anyone of the corp, the employee included.
    pub by_company: bool,
}

impl Store {
    /// Whether the record knows of an add of this event's customer before this event.
    ///
    /// An add is an event with the change `add_external_contact` of the same corp and customer that happened, by WeCom's
    /// clock, before this one, also where it has been pruned since. Imported events count, and so do adds of customers who
    /// have been deleted since. An `add_half_external_contact` never counts: if the customer confirms, the add itself
    /// follows, and otherwise there was none. Events that two apps of one corp get within a minute are the same add. An
    /// event without a customer has no earlier adds.
    pub async fn earlier_adds(&self, event: &StoredEvent) -> Result<EarlierAdds> {
        let Some(customer) = event.external_user_id.as_deref() else { return Ok(EarlierAdds::default()) };
        let mut tx = self.backend().read().await?;
        let (by_employee, by_company) =
            on!(tx, "look for earlier adds", |c| sqlx::query_as::<_, (bool, bool)>(
                "WITH earlier AS
                     (SELECT user_id FROM event
                      WHERE external_user_id = $1 AND change = 'add_external_contact'
                        AND corp_id IS NOT DISTINCT FROM $2 AND id <> $3
                        AND happened_at_ms < CASE WHEN app = $4 THEN $5 ELSE $6 END
                      UNION ALL
                      SELECT user_id FROM past_pair
                      WHERE external_user_id = $1 AND corp_id IS NOT DISTINCT FROM $2
                        AND first_add_ms < CASE WHEN app = $4 THEN $5 ELSE $6 END)
                 SELECT EXISTS (SELECT 1 FROM earlier WHERE user_id = $7), EXISTS (SELECT 1 FROM earlier)"
            )
            .bind(customer)
            .bind(event.corp_id.as_deref())
            .bind(event.id)
            .bind(event.app.as_str())
            .bind(event.happened_at_ms)
            .bind(event.happened_at_ms.saturating_sub(SAME_ADD_MS))
            .bind(event.user_id.as_deref())
            .fetch_one(c))?;
        tx.commit().await?;
        Ok(EarlierAdds { by_employee, by_company })
    }
}
