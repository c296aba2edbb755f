//! Whether a customer was added before: what rules for somebody who comes back go by.

use crate::store::{
    Store,
    backend::{Result, on},
    record::accept::StoredEvent,
};

/// An add that another app of the corp tells of, so little before this one, is this one: WeCom tells every app that may
/// know, each at its own time.
const SAME_ADD_MS: i64 = 60_000;

/// Earlier adds of an event's customer; see [`Store::earlier_adds`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EarlierAdds {
    /// By the event's employee.
    pub by_employee: bool,
    /// By anyone of the corp.
    pub by_company: bool,
}

impl Store {
    /// Whether the record knows of an add of this event's customer before this event.
    ///
    /// An add is an event with the change `add_external_contact` of the same corp and customer that happened, by
    /// WeCom's clock, before this one; also one that was imported, and also where the customer was deleted since. An
    /// `add_half_external_contact` never counts: where the customer confirms, the add itself follows, and where not
    /// there was none. What two apps of one corp tell of within a minute is one add. An event without a customer has no
    /// earlier ones.
    pub async fn earlier_adds(&self, event: &StoredEvent) -> Result<EarlierAdds> {
        let Some(customer) = event.external_user_id.as_deref() else { return Ok(EarlierAdds::default()) };
        let mut tx = self.backend().read().await?;
        // The index by customer holds an event once it is planned; the few that are not are looked through beside it.
        let (by_employee, by_company) =
            on!(tx, "look for earlier adds", |c| sqlx::query_as::<_, (bool, bool)>(
                "WITH earlier AS
                     (SELECT user_id FROM event
                      WHERE external_user_id = $1 AND status <> 'received' AND change = 'add_external_contact'
                        AND corp_id IS NOT DISTINCT FROM $2 AND id <> $3
                        AND happened_at_ms < CASE WHEN app = $4 THEN $5 ELSE $6 END
                      UNION ALL
                      SELECT user_id FROM event
                      WHERE external_user_id = $1 AND status = 'received' AND change = 'add_external_contact'
                        AND corp_id IS NOT DISTINCT FROM $2 AND id <> $3
                        AND happened_at_ms < CASE WHEN app = $4 THEN $5 ELSE $6 END)
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
